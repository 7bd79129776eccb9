//! Lists in fields that may grow in place: `this.items = append(this.items, v)` makes a new list
//! unless nothing but the field ever refers to the old one.
//!
//! A field qualifies when every place of the program gives it a list made for it, and every use
//! looks at the list and lets it go.
//!
//! Spec: language.md §19.4 (`append`).

use std::collections::BTreeSet;
use std::rc::Rc;

use mochi_check::typed::{Builtin, Expr as Typed, ExprKind, Module, Place, Stmt, StmtKind, VarId};
use mochi_types::{Decl, DeclId, Decls, Type};

use super::append::{is_fresh, only_reads};
use super::query::Doings;
use super::{Lowerer, walk};
use crate::py::StmtKind as PyStmt;

/// A field of a record.
type Slot = (DeclId, Rc<str>);

/// The fields whose lists nothing else refers to.
pub(super) fn owned_fields(program: &[Module], doings: &Doings) -> BTreeSet<Slot> {
    let Some(first) = program.first() else {
        return BTreeSet::new();
    };
    let mut survey = Survey {
        owned: BTreeSet::new(),
        grown: BTreeSet::new(),
        doings,
    };
    for module in program {
        survey.growth(&module.body);
    }
    for fun in first.funs.iter() {
        survey.growth(&fun.body);
    }
    survey.owned = candidates(&first.decls, &survey.grown);
    if survey.owned.is_empty() {
        return survey.owned;
    }
    for module in program {
        survey.block(&module.body);
    }
    for fun in first.funs.iter() {
        for param in &fun.params {
            if let Some(default) = &param.default {
                survey.value(default);
            }
        }
        survey.block(&fun.body);
    }
    survey.owned
}

/// The fields that grow, of records that only the program itself knows.
fn candidates(decls: &Decls, grown: &BTreeSet<Slot>) -> BTreeSet<Slot> {
    let private = |id: DeclId| match decls.get(id) {
        Some(Decl::Record(record)) => !record.export,
        _ => false,
    };
    grown
        .iter()
        .filter(|(id, _)| private(*id))
        .cloned()
        .collect()
}

struct Survey<'d> {
    owned: BTreeSet<Slot>,
    grown: BTreeSet<Slot>,
    doings: &'d Doings,
}

impl Survey<'_> {
    /// Collects the fields that some statement lets grow.
    fn growth(&mut self, body: &[Stmt]) {
        for stmt in body {
            if let StmtKind::Assign { place, value } = &stmt.kind
                && let Some((slot, _)) = grown(place, value, self.doings)
            {
                self.grown.insert(slot);
            }
            walk::each_block(stmt, &mut |block| self.growth(block));
        }
    }

    fn block(&mut self, body: &[Stmt]) {
        body.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Assign { place, value } => {
                if let Some((_, item)) = grown(place, value, self.doings) {
                    self.value(item);
                    return;
                }
                if let Place::Field { object, name, .. } = place
                    && let Some(slot) = slot(object, name)
                    && !is_fresh(value)
                {
                    self.owned.remove(&slot);
                }
                for part in walk::place_parts(place) {
                    self.look(part);
                }
                self.value(value);
            }
            StmtKind::ForEach {
                source,
                body_may_mutate,
                body,
                ..
            } => {
                // What the body adds to the list would be seen by the loop.
                if *body_may_mutate {
                    self.value(source);
                } else {
                    self.look(source);
                }
                self.block(body);
            }
            _ => {
                let parts = walk::parts(stmt);
                parts.exprs.into_iter().for_each(|expr| self.value(expr));
                parts.blocks.into_iter().for_each(|block| self.block(block));
            }
        }
    }

    /// An expression whose value may be kept.
    fn value(&mut self, expr: &Typed) {
        match &expr.kind {
            ExprKind::Field { object, name } => {
                if let Some(slot) = slot(object, name) {
                    self.owned.remove(&slot);
                }
                self.look(object);
            }
            ExprKind::Record { decl, fields } => {
                for (name, value) in fields {
                    if !is_fresh(value) {
                        self.owned.remove(&(decl.id, Rc::clone(name)));
                    }
                    self.value(value);
                }
            }
            ExprKind::Cast(inner) | ExprKind::Convert(inner) => {
                self.forget_made(&expr.ty);
                self.value(inner);
            }
            ExprKind::Binary {
                op: mochi_syntax::ast::BinaryOp::Coalesce,
                ..
            } => self.children(expr, false),
            ExprKind::Index { .. }
            | ExprKind::Slice { .. }
            | ExprKind::FStr(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. } => self.children(expr, true),
            ExprKind::CallBuiltin { builtin, args } => {
                let reads = only_reads(*builtin);
                let grows = matches!(builtin, Builtin::Append | Builtin::Push);
                let args = args.iter().enumerate();
                self.operands(args.map(|(at, arg)| (arg, reads || grows && at == 0)));
            }
            ExprKind::Query(query) => {
                let changes = query
                    .exprs()
                    .into_iter()
                    .any(|part| self.doings.of_expr(part).changes);
                for part in query.exprs() {
                    let is_source = query
                        .sources
                        .iter()
                        .any(|source| std::ptr::eq(&raw const source.value, part));
                    if is_source && !changes {
                        self.look(part);
                    } else {
                        self.value(part);
                    }
                }
            }
            ExprKind::Match(matched) => {
                self.value(&matched.subject);
                for arm in &matched.arms {
                    arm.guard.iter().for_each(|guard| self.value(guard));
                    self.block(&arm.body);
                    arm.value.iter().for_each(|value| self.value(value));
                }
            }
            _ => self.children(expr, false),
        }
    }

    /// An expression whose value is looked at and let go.
    fn look(&mut self, expr: &Typed) {
        match &expr.kind {
            ExprKind::Field { object, .. } => self.look(object),
            ExprKind::Widen(inner) => self.look(inner),
            ExprKind::Var(_) => {}
            _ => self.value(expr),
        }
    }

    fn children(&mut self, expr: &Typed, looks: bool) {
        let mut parts = Vec::new();
        walk::each_child(expr, &mut |child| parts.push((child, looks)));
        self.operands(parts);
    }

    /// Operands in their order, with whether the whole lets go of them. A list that one looks at may
    /// not grow before the last of them is there.
    fn operands<'e>(&mut self, operands: impl IntoIterator<Item = (&'e Typed, bool)>) {
        let operands: Vec<(&Typed, bool)> = operands.into_iter().collect();
        for (at, (operand, looks)) in operands.iter().enumerate() {
            let waits = || {
                let mut rest = operands.iter().skip(at + 1);
                rest.any(|(later, _)| self.doings.of_expr(later).changes)
            };
            if *looks && !(is_list_field(operand) && waits()) {
                self.look(operand);
            } else {
                self.value(operand);
            }
        }
    }

    /// What a cast makes may share its lists with what it is made of.
    fn forget_made(&mut self, ty: &Type) {
        // Records inside of those that are cast to are made as well.
        if ty.any_part(&|part| matches!(part, Type::Named(_))) {
            self.owned.clear();
        }
    }
}

/// Whether a value is a list that a field holds.
fn is_list_field(expr: &Typed) -> bool {
    match &expr.kind {
        ExprKind::Widen(inner) => is_list_field(inner),
        ExprKind::Field { .. } => matches!(expr.ty, Type::List(_)),
        _ => false,
    }
}

/// The slot of `object.name`, if it is a list in a record.
fn slot(object: &Typed, name: &Rc<str>) -> Option<Slot> {
    match &object.ty {
        Type::Named(decl) => Some((decl.id, Rc::clone(name))),
        _ => None,
    }
}

/// The field that `o.f = append(o.f, v)` lets grow, and the value.
fn grown<'e>(place: &Place, value: &'e Typed, doings: &Doings) -> Option<(Slot, &'e Typed)> {
    let Place::Field {
        object,
        name,
        is_python: false,
    } = place
    else {
        return None;
    };
    let (list, item) = appended(value)?;
    let ExprKind::Field {
        object: other,
        name: read,
    } = &list.kind
    else {
        return None;
    };
    let same = variable(object)? == variable(other)? && name == read;
    let quiet = !doings.of_expr(item).changes;
    (same && quiet).then_some(())?;
    Some((slot(object, name)?, item))
}

/// The list and the value of `append(list, value)`.
fn appended(value: &Typed) -> Option<(&Typed, &Typed)> {
    match &value.kind {
        ExprKind::Widen(inner) => appended(inner),
        ExprKind::CallBuiltin {
            builtin: Builtin::Append | Builtin::Push,
            args,
        } => match args.as_slice() {
            [list, item] => Some((list, item)),
            _ => None,
        },
        _ => None,
    }
}

fn variable(expr: &Typed) -> Option<VarId> {
    match &expr.kind {
        ExprKind::Var(id) => Some(*id),
        _ => None,
    }
}

impl<'a> Lowerer<'a> {
    /// `o.f.append(v)` for `o.f = append(o.f, v)`, where nothing else refers to the list.
    pub(super) fn grow_field(&mut self, place: &'a Place, value: &'a Typed) -> bool {
        let Some((slot, item)) = grown(place, value, &self.facts.doings) else {
            return false;
        };
        let Place::Field { object, name, .. } = place else {
            return false;
        };
        if !self.facts.owned_fields.contains(&slot) {
            return false;
        }
        let (object, item) = self.pair(object, item);
        let list = object.attr(super::name::field_name(name));
        self.emit(PyStmt::Expr(list.attr("append").call([item])));
        true
    }
}
