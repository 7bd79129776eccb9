//! What of its items a group keeps: where every use reads the same fields, only those.
//!
//! Spec: language.md §10 (items), §21 (3).

use std::rc::Rc;

use mochi_check::typed::{Builtin, Expr as Typed, ExprKind, Query, QueryGroup, VarId};
use mochi_types::Type;

use super::super::{Lowerer, name, walk};
use super::is_plain_key;
use crate::py::Expr;

/// A part of an item: fields of it, and the type of what they lead to.
#[derive(Clone, PartialEq)]
pub(super) struct Part {
    /// The fields in the order of reading; the first is a variable if rows have several.
    pub(super) path: Vec<Rc<str>>,
    /// The type of the part.
    pub(super) ty: Type,
}

impl Part {
    /// The part of an item that stands under names.
    pub(super) fn of(&self, base: Option<Expr>, variable: impl Fn(&str) -> Option<Expr>) -> Expr {
        let mut path = self.path.iter();
        let start = match base {
            Some(base) => base,
            None => path
                .next()
                .and_then(|first| variable(first))
                .unwrap_or(Expr::None),
        };
        path.fold(start, |value, field| value.attr(name::field_name(field)))
    }
}

/// The names that stand for the parts of a row.
pub(in crate::lower) type PartNames = Vec<(Vec<Rc<str>>, String)>;

/// What is read of the items of a group.
struct Uses<'q> {
    parts: Vec<Part>,
    /// The queries over the items.
    queries: Vec<&'q Query>,
}

impl Lowerer<'_> {
    /// The parts of its items that a group keeps; none if it keeps the items.
    pub(super) fn parts_of_items(&self, query: &Query, group: &QueryGroup) -> Option<Vec<Part>> {
        let several = query.sources.len() > 1;
        let after: Vec<&Typed> = group
            .having
            .iter()
            .chain(&query.sort)
            .chain([&query.select])
            .collect();
        if matches!(group.item, Type::Option(_) | Type::Any) {
            return None;
        }
        let mut uses = Uses {
            parts: Vec::new(),
            queries: Vec::new(),
        };
        if !after
            .iter()
            .all(|part| self.reads(part, group.var, &mut uses))
        {
            return None;
        }
        let changes = after.iter().any(|part| self.doing(part).changes);
        let deepest = if several { 2 } else { 1 };
        let steady = !changes
            && uses
                .parts
                .iter()
                .all(|part| part.path.len() == deepest && is_value(&part.ty));
        let sorts = uses.queries.iter().any(|inner| !inner.sort.is_empty());
        let limit = if several && !sorts { 3 } else { 1 };
        if steady && (1..=limit).contains(&uses.parts.len()) {
            return Some(uses.parts);
        }
        let Type::Anon(shape) = &group.item else {
            return None;
        };
        if !several || changes {
            return None;
        }
        let mut vars: Vec<Part> = Vec::new();
        for (field, ty) in shape.iter() {
            let read = |part: &Part| part.path.first() == Some(field);
            if uses.parts.iter().any(read) {
                vars.push(Part {
                    path: vec![Rc::clone(field)],
                    ty: ty.clone(),
                });
            }
        }
        if vars.is_empty() {
            let (field, ty) = shape.first()?;
            vars.push(Part {
                path: vec![Rc::clone(field)],
                ty: ty.clone(),
            });
        }
        (vars.len() == 1 || !sorts).then_some(vars)
    }

    /// Collects what is read of the items; false if some use wants the items themselves.
    fn reads<'q>(&self, expr: &'q Typed, group: VarId, uses: &mut Uses<'q>) -> bool {
        let is_items = |part: &Typed| match &part.kind {
            ExprKind::Var(id) => *id == group,
            ExprKind::Field { object, name } => {
                &**name == "items" && matches!(object.kind, ExprKind::Var(id) if id == group)
            }
            _ => false,
        };
        match &expr.kind {
            ExprKind::Var(id) => *id != group,
            ExprKind::Field { object, name } if &**name == "key" => {
                matches!(object.kind, ExprKind::Var(id) if id == group)
                    || self.reads(object, group, uses)
            }
            ExprKind::Field { .. } if is_items(expr) => false,
            ExprKind::CallBuiltin {
                builtin: Builtin::Len | Builtin::Count | Builtin::Exists,
                args,
            } => args
                .iter()
                .all(|arg| is_items(arg) || self.reads(arg, group, uses)),
            ExprKind::Query(query) => {
                let mut rows: Vec<VarId> = Vec::new();
                for source in &query.sources {
                    if is_items(&source.value) {
                        if source.join.is_some() {
                            return false;
                        }
                        rows.extend(source.var);
                    }
                }
                if !rows.is_empty() {
                    uses.queries.push(query);
                }
                let hidden = |id: &VarId| self.var(*id).is_none_or(|var| var.captured);
                !rows.iter().any(hidden)
                    && query.exprs().into_iter().all(|part| {
                        (is_items(part) || self.reads(part, group, uses))
                            && rows
                                .iter()
                                .all(|row| read_paths(part, *row, &mut uses.parts))
                    })
            }
            ExprKind::Match(_) | ExprKind::Lambda(_) => {
                let mut found = false;
                walk::each_subexpr(expr, &mut |part| {
                    found |= matches!(part.kind, ExprKind::Var(id) if id == group);
                });
                !found
            }
            _ => walk::children(expr)
                .into_iter()
                .all(|part| self.reads(part, group, uses)),
        }
    }

    /// The name that stands for a part of a row.
    pub(super) fn part_name(&self, object: &Typed, field: &str) -> Option<Expr> {
        let find = |id: &VarId, path: &[&str]| {
            let names = self.row_parts.get(id)?;
            let same = |known: &[Rc<str>]| {
                known.len() == path.len() && known.iter().zip(path).all(|(a, b)| **a == **b)
            };
            let found = names.iter().find(|(known, _)| same(known))?;
            Some(Expr::name(found.1.clone()))
        };
        match &object.kind {
            ExprKind::Var(id) => find(id, &[field]),
            ExprKind::Field { object, name } => match &object.kind {
                ExprKind::Var(id) => find(id, &[name, field]),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Collects the fields that are read of a row; false if the row itself is wanted.
fn read_paths(expr: &Typed, row: VarId, out: &mut Vec<Part>) -> bool {
    let mut add = |path: Vec<Rc<str>>| {
        let part = Part {
            path,
            ty: expr.ty.clone(),
        };
        if !out.contains(&part) {
            out.push(part);
        }
        true
    };
    match &expr.kind {
        ExprKind::Var(id) => *id != row,
        ExprKind::Field { object, name } => match &object.kind {
            ExprKind::Var(id) if *id == row => add(vec![Rc::clone(name)]),
            ExprKind::Field {
                object: inner,
                name: first,
            } if matches!(inner.kind, ExprKind::Var(id) if id == row) => {
                add(vec![Rc::clone(first), Rc::clone(name)])
            }
            _ => read_paths(object, row, out),
        },
        ExprKind::Match(_) => {
            let mut found = false;
            walk::each_subexpr(expr, &mut |part| {
                found |= matches!(part.kind, ExprKind::Var(id) if id == row);
            });
            !found
        }
        _ => walk::children(expr)
            .into_iter()
            .all(|part| read_paths(part, row, out)),
    }
}

/// Types whose values cannot change.
fn is_value(ty: &Type) -> bool {
    is_plain_key(ty) || *ty == Type::Float
}
