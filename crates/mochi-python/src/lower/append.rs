//! Lists that may grow and shrink in place: `xs = append(xs, v)` and `xs = xs[1:]` make new lists
//! unless nothing else can see the old one.
//!
//! A list variable qualifies when it only ever holds lists made for it and is only ever used in
//! ways that keep no reference to the list.
//!
//! Spec: language.md §19.4 (`append`).

use std::collections::{BTreeMap, BTreeSet};

use mochi_check::typed::{
    Builtin, Expr, ExprKind, Module, Place, Stmt, StmtKind, Target, VarId, VarKind,
};
use mochi_types::Type;

use super::query::Doings;
use super::walk;

/// What a list grows by.
#[derive(Clone, Copy)]
pub(super) enum Growth<'e> {
    /// One element.
    One(&'e Expr),
    /// The elements of another list.
    All(&'e Expr),
}

impl<'e> Growth<'e> {
    /// The element, or the other list.
    pub(super) const fn value(self) -> &'e Expr {
        match self {
            Self::One(value) | Self::All(value) => value,
        }
    }
}

/// What the list grows by in `id = append(id, value)` and `id = id + list`.
pub(super) fn appended(id: VarId, value: &Expr) -> Option<Growth<'_>> {
    match &value.kind {
        ExprKind::Widen(inner) => appended(id, inner),
        ExprKind::CallBuiltin {
            builtin: Builtin::Append | Builtin::Push,
            args,
        } => match args.as_slice() {
            [list, item] if is_var(list, id) && only_looks(item, id) => Some(Growth::One(item)),
            _ => None,
        },
        ExprKind::Binary {
            op: mochi_syntax::ast::BinaryOp::Add,
            left,
            right,
        } if is_var(left, id) && matches!(value.ty, Type::List(_)) => match &right.kind {
            ExprKind::List(items) if items.len() == 1 => {
                let only = items.first().filter(|only| only_looks(only, id));
                only.map(Growth::One)
            }
            _ if matches!(right.ty, Type::List(_)) && !mentions(right, id) => {
                Some(Growth::All(right))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The elements that a list loses at one of its ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// So many first ones.
    First(i64),
    /// So many last ones.
    Last(i64),
}

/// What the list loses in `id = id[1:]`, `id = id[: -1]` and what is written longer for them.
pub(super) fn cut(id: VarId, value: &Expr) -> Option<Cut> {
    let ExprKind::Slice {
        object,
        start,
        stop,
        step: None,
    } = &value.kind
    else {
        return None;
    };
    if !is_var(object, id) || !matches!(value.ty, Type::List(_)) {
        return None;
    }
    let start = match start {
        Some(start) => literal(start)?,
        None => 0,
    };
    let before_end = |stop: &Expr| match &stop.kind {
        ExprKind::Binary {
            op: mochi_syntax::ast::BinaryOp::Sub,
            left,
            right,
        } if is_length(left, id) && literal(right) == Some(1) => Some(1),
        _ => literal(stop).and_then(i64::checked_neg),
    };
    match (start, stop) {
        (1.., None) => Some(Cut::First(start)),
        (1.., Some(stop)) if is_length(stop, id) => Some(Cut::First(start)),
        (0, Some(stop)) => before_end(stop).filter(|last| *last > 0).map(Cut::Last),
        _ => None,
    }
}

/// An integer as it is written.
fn literal(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Int(value) => Some(*value),
        ExprKind::Unary {
            op: mochi_syntax::ast::UnaryOp::Neg,
            operand,
        } => literal(operand)?.checked_neg(),
        _ => None,
    }
}

/// `len(id)`.
fn is_length(expr: &Expr, id: VarId) -> bool {
    match &expr.kind {
        ExprKind::CallBuiltin {
            builtin: Builtin::Len,
            args,
        } => matches!(args.as_slice(), [only] if is_var(only, id)),
        _ => false,
    }
}

/// What is known of the lists that variables hold.
pub(super) struct Lists {
    /// Nothing else refers to them as long as they grow.
    pub(super) owned: BTreeSet<VarId>,
    /// Nothing else refers to them as long as they grow and shrink.
    pub(super) shrinking: BTreeSet<VarId>,
    /// Nothing else ever refers to them.
    pub(super) private: BTreeSet<VarId>,
}

/// Follows the lists of a program.
pub(super) fn survey(module: &Module, doings: &Doings) -> Lists {
    let mut survey = Survey {
        module,
        doings,
        fresh: BTreeSet::new(),
        escapes: BTreeMap::new(),
        appends: BTreeMap::new(),
        cuts: BTreeMap::new(),
        declared_in: BTreeMap::new(),
        iterated: Vec::new(),
        loops: Vec::new(),
        position: 0,
    };
    for (index, var) in module.vars.iter().enumerate() {
        let plain = matches!(var.kind, VarKind::Local | VarKind::Global);
        let holds_lists = match &var.ty {
            Type::List(_) => true,
            other => is_map_of_lists(other),
        };
        if plain && !var.export && module.owns(var.span) && holds_lists {
            survey
                .fresh
                .insert(VarId(u32::try_from(index).unwrap_or(u32::MAX)));
        }
    }
    survey.block(&module.body);
    for fun in module.funs.iter().filter(|fun| module.owns(fun.span)) {
        for param in &fun.params {
            if let Some(default) = &param.default {
                survey.expr(default);
            }
        }
        survey.block(&fun.body);
    }
    let private = survey
        .fresh
        .iter()
        .copied()
        .filter(|id| !survey.escapes.contains_key(id))
        .collect();
    let fresh = || survey.fresh.iter().copied();
    Lists {
        owned: fresh().filter(|id| survey.grows_alone(*id)).collect(),
        shrinking: fresh().filter(|id| survey.shrinks_alone(*id)).collect(),
        private,
    }
}

/// A moment in the order of the text, with the loops around it.
struct Moment {
    position: u32,
    loops: Vec<u32>,
}

impl Moment {
    /// The loop that has so many others around it. Only loops in different results of functions
    /// may have the same number, which then counts as the same loop.
    fn loop_at(&self, depth: usize) -> Option<u32> {
        self.loops.get(depth).copied()
    }
}

struct Survey<'a> {
    module: &'a Module,
    doings: &'a Doings,
    /// Variables that only ever hold lists made for them.
    fresh: BTreeSet<VarId>,
    /// Where others get to know the list.
    escapes: BTreeMap<VarId, Vec<Moment>>,
    /// Where the list grows.
    appends: BTreeMap<VarId, Vec<Moment>>,
    /// Where it shrinks; none where it is iterated then.
    cuts: BTreeMap<VarId, Vec<Option<Moment>>>,
    /// How many loops are around the declaration.
    declared_in: BTreeMap<VarId, usize>,
    /// Variables whose list is being iterated.
    iterated: Vec<VarId>,
    loops: Vec<u32>,
    position: u32,
}

impl Survey<'_> {
    fn now(&self) -> Moment {
        Moment {
            position: self.position,
            loops: self.loops.clone(),
        }
    }

    /// Whether the list grows only while no one else knows it.
    fn grows_alone(&self, id: VarId) -> bool {
        let appends = self.appends.get(&id);
        appends.is_some_and(|appends| self.changes_alone(id, &appends.iter().collect::<Vec<_>>()))
    }

    /// Whether the list shrinks, and grows and shrinks only while no one else knows it.
    fn shrinks_alone(&self, id: VarId) -> bool {
        let Some(cuts) = self.cuts.get(&id) else {
            return false;
        };
        let cuts: Option<Vec<&Moment>> = cuts.iter().map(Option::as_ref).collect();
        cuts.is_some_and(|mut changes| {
            changes.extend(self.appends.get(&id).into_iter().flatten());
            self.changes_alone(id, &changes)
        })
    }

    /// Whether the list changes in these places only while no one else knows it: every escape comes
    /// after every change, and no loop inside the variable's own scope leads back.
    fn changes_alone(&self, id: VarId, changes: &[&Moment]) -> bool {
        let Some(escapes) = self.escapes.get(&id) else {
            return true;
        };
        let depth = self.declared_in.get(&id).copied().unwrap_or(0);
        // The loops inside the variable's scope in which the list changes.
        let changing: BTreeSet<u32> = changes.iter().filter_map(|it| it.loop_at(depth)).collect();
        let last = changes.iter().map(|change| change.position).max();
        let after = |escape: &Moment| {
            let again = escape.loop_at(depth);
            Some(escape.position) > last && again.is_none_or(|again| !changing.contains(&again))
        };
        !self.is_captured(id) && escapes.iter().all(after)
    }

    fn escape(&mut self, id: VarId) {
        let now = self.now();
        self.escapes.entry(id).or_default().push(now);
    }

    fn looped(&mut self, body: &[Stmt]) {
        self.position += 1;
        self.loops.push(self.position);
        self.block(body);
        self.loops.pop();
    }

    fn block(&mut self, body: &[Stmt]) {
        body.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        self.position += 1;
        match &stmt.kind {
            StmtKind::Let {
                target: Target::Var(id),
                value,
            } => {
                self.declared_in.insert(*id, self.loops.len());
                self.binding(*id, value);
            }
            StmtKind::Assign {
                place: Place::Var(id),
                value,
            } => {
                if let Some(growth) = appended(*id, value) {
                    if self.iterated.contains(id) {
                        self.escape(*id);
                    }
                    match growth {
                        Growth::One(item) => self.expr(item),
                        Growth::All(list) => self.harmless(list),
                    }
                    let now = self.now();
                    self.appends.entry(*id).or_default().push(now);
                } else {
                    if cut(*id, value).is_some() {
                        let now = Some(self.now()).filter(|_| !self.iterated.contains(id));
                        self.cuts.entry(*id).or_default().push(now);
                    }
                    self.binding(*id, value);
                }
            }
            StmtKind::Assign {
                place: Place::Index { object, index },
                value,
            } => self.element(object, index, value),
            StmtKind::Return(Some(value)) => {
                // Leaving the function ends the variable, unless a closure keeps it: no loop
                // leads back from here.
                let loops = std::mem::take(&mut self.loops);
                let position = std::mem::replace(&mut self.position, u32::MAX / 2);
                self.expr(value);
                self.position = position;
                self.loops = loops;
            }
            StmtKind::ForEach {
                source,
                entries,
                body_may_mutate,
                body,
                ..
            } => {
                let id = as_var(source);
                let calls = *body_may_mutate && id.is_some_and(|id| self.is_captured(id));
                let shows_lists = *entries || *body_may_mutate && id.is_none();
                if calls || shows_lists {
                    self.expr(source);
                } else {
                    self.harmless(source);
                }
                self.iterated.extend(id);
                self.looped(body);
                if id.is_some() {
                    self.iterated.pop();
                }
            }
            StmtKind::While { cond, body } => {
                self.position += 1;
                self.loops.push(self.position);
                self.expr(cond);
                self.block(body);
                self.loops.pop();
            }
            StmtKind::ForRange {
                start, end, body, ..
            } => {
                self.expr(start);
                self.expr(end);
                self.looped(body);
            }
            _ => {
                let parts = walk::parts(stmt);
                parts.exprs.into_iter().for_each(|expr| self.expr(expr));
                parts.blocks.into_iter().for_each(|block| self.block(block));
            }
        }
    }

    fn is_captured(&self, id: VarId) -> bool {
        let var = self.module.vars.get(id.0 as usize);
        var.is_none_or(|var| var.captured)
    }

    /// An assignment to an element, which is a list if the variable is a map of lists.
    fn element(&mut self, object: &Expr, index: &Expr, value: &Expr) {
        if let Some(id) = as_var(object).filter(|_| is_map_of_lists(&object.ty)) {
            if let Some(item) = appended_at(id, index, value) {
                self.expr(index);
                self.expr(item);
                let now = self.now();
                self.appends.entry(id).or_default().push(now);
                return;
            }
            if !is_fresh(value) {
                self.fresh.remove(&id);
            }
        }
        self.looks([(object, false), (index, true), (value, true)]);
    }

    /// Operands in their order, with whether the whole may keep what they are. A list that one looks
    /// at may not change before the last of them is there.
    fn looks<'e>(&mut self, operands: impl IntoIterator<Item = (&'e Expr, bool)>) {
        let operands: Vec<(&Expr, bool)> = operands.into_iter().collect();
        for (at, (operand, keeps)) in operands.iter().enumerate() {
            let waits = held_list(operand).is_some_and(|id| self.is_captured(id)) && {
                let mut rest = operands.iter().skip(at + 1);
                rest.any(|(later, _)| self.doings.of_expr(later).changes)
            };
            if *keeps || waits {
                self.expr(operand);
            } else {
                self.harmless(operand);
            }
        }
    }

    fn binding(&mut self, id: VarId, value: &Expr) {
        if !is_fresh(value) {
            self.fresh.remove(&id);
        }
        self.expr(value);
    }

    /// An expression whose value may be kept by whoever gets it.
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Var(id) => self.escape(*id),
            ExprKind::Index { object, index } => {
                // What a map of lists is asked for is one of its lists.
                let keeps = is_map_of_lists(&object.ty);
                self.looks([(&**object, keeps), (&**index, true)]);
            }
            ExprKind::Slice { .. } | ExprKind::FStr(_) | ExprKind::Unary { .. } => {
                let mut parts = Vec::new();
                walk::each_child(expr, &mut |child| parts.push((child, false)));
                self.looks(parts);
            }
            ExprKind::Binary { .. } if !matches!(expr.ty, Type::Option(_)) => {
                let keeps = matches!(
                    expr.kind,
                    ExprKind::Binary {
                        op: mochi_syntax::ast::BinaryOp::Coalesce,
                        ..
                    }
                );
                let mut parts = Vec::new();
                walk::each_child(expr, &mut |child| parts.push((child, keeps)));
                self.looks(parts);
            }
            ExprKind::CallBuiltin { builtin, args }
                if only_reads(*builtin) || matches!(builtin, Builtin::Keys | Builtin::Has) =>
            {
                self.looks(args.iter().map(|arg| (arg, false)));
            }
            ExprKind::CallBuiltin {
                builtin: Builtin::Append | Builtin::Push,
                args,
            } => {
                self.looks(args.iter().enumerate().map(|(at, arg)| (arg, at > 0)));
            }
            ExprKind::Query(query) => {
                let mut parts = query.exprs().into_iter();
                let changes = parts.any(|part| self.doings.of_expr(part).changes);
                for source in &query.sources {
                    let id = as_var(&source.value);
                    if changes && id.is_none_or(|id| self.is_captured(id)) {
                        self.expr(&source.value);
                    } else {
                        self.harmless(&source.value);
                    }
                }
                let is_source = |part: &&Expr| {
                    let mut sources = query.sources.iter();
                    sources.any(|source| std::ptr::eq(&raw const source.value, *part))
                };
                let parts = query.exprs().into_iter().filter(|part| !is_source(part));
                parts.for_each(|part| self.expr(part));
            }
            ExprKind::Match(matched) => {
                self.expr(&matched.subject);
                for arm in &matched.arms {
                    arm.guard.iter().for_each(|guard| self.expr(guard));
                    self.block(&arm.body);
                    arm.value.iter().for_each(|value| self.expr(value));
                }
            }
            _ => walk::each_child(expr, &mut |child| self.expr(child)),
        }
    }

    /// An expression whose value is looked at and let go.
    fn harmless(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Var(_) => {}
            ExprKind::Widen(inner) => self.harmless(inner),
            ExprKind::Index { object, index } => {
                self.looks([(&**object, false), (&**index, true)]);
            }
            ExprKind::Binary {
                op: mochi_syntax::ast::BinaryOp::Coalesce,
                left,
                right,
            } => {
                self.harmless(left);
                self.harmless(right);
            }
            _ => self.expr(expr),
        }
    }
}

/// The value appended by `m[k] = append(m[k] ?? [], value)`.
pub(super) fn appended_at<'e>(id: VarId, key: &Expr, value: &'e Expr) -> Option<&'e Expr> {
    match &value.kind {
        ExprKind::Widen(inner) => appended_at(id, key, inner),
        ExprKind::CallBuiltin {
            builtin: Builtin::Append | Builtin::Push,
            args,
        } => match args.as_slice() {
            [list, item] if is_entry(id, key, list) && !mentions(item, id) => Some(item),
            _ => None,
        },
        _ => None,
    }
}

/// `m[k] ?? []`.
fn is_entry(id: VarId, key: &Expr, list: &Expr) -> bool {
    match &list.kind {
        ExprKind::Widen(inner) => is_entry(id, key, inner),
        ExprKind::Binary {
            op: mochi_syntax::ast::BinaryOp::Coalesce,
            left,
            right,
        } => {
            let empty = is_empty_list(right);
            let entry = matches!(&left.kind, ExprKind::Index { object, index }
                if is_var(object, id) && is_same(key, index));
            empty && entry
        }
        _ => false,
    }
}

fn is_empty_list(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::List(items) => items.is_empty(),
        ExprKind::Widen(inner) => is_empty_list(inner),
        _ => false,
    }
}

/// Whether two keys are the same variable, field of one, or literal.
pub(super) fn is_same(a: &Expr, b: &Expr) -> bool {
    match (&a.kind, &b.kind) {
        (ExprKind::Var(a), ExprKind::Var(b)) => a == b,
        (ExprKind::Str(a), ExprKind::Str(b)) => a == b,
        (ExprKind::Int(a), ExprKind::Int(b)) => a == b,
        (
            ExprKind::Field { object, name },
            ExprKind::Field {
                object: other,
                name: read,
            },
        ) => name == read && is_same(object, other),
        (
            ExprKind::Index { object, index },
            ExprKind::Index {
                object: other,
                index: read,
            },
        ) => is_same(object, other) && is_same(index, read),
        (
            ExprKind::CallBuiltin {
                builtin: Builtin::Len | Builtin::Str | Builtin::Lower | Builtin::Upper,
                args,
            },
            ExprKind::CallBuiltin {
                builtin,
                args: others,
            },
        ) => {
            let same =
                matches!(&a.kind, ExprKind::CallBuiltin { builtin: own, .. } if own == builtin);
            same && args.iter().zip(others).all(|(a, b)| is_same(a, b))
        }
        (ExprKind::Widen(a), _) => is_same(a, b),
        (_, ExprKind::Widen(b)) => is_same(a, b),
        _ => false,
    }
}

fn is_map_of_lists(ty: &Type) -> bool {
    match ty {
        Type::Map(_, value) | Type::OMap(_, value) => matches!(**value, Type::List(_)),
        _ => false,
    }
}

pub(super) fn as_var(expr: &Expr) -> Option<VarId> {
    match &expr.kind {
        ExprKind::Var(id) => Some(*id),
        ExprKind::Widen(inner) => as_var(inner),
        _ => None,
    }
}

/// The variable whose list, or one of whose lists, a value is.
fn held_list(expr: &Expr) -> Option<VarId> {
    match &expr.kind {
        ExprKind::Var(id) => Some(*id),
        ExprKind::Widen(inner) => held_list(inner),
        ExprKind::Index { object, .. } if is_map_of_lists(&object.ty) => as_var(object),
        ExprKind::Binary {
            op: mochi_syntax::ast::BinaryOp::Coalesce,
            left,
            right,
        } => held_list(left).or_else(|| held_list(right)),
        _ => None,
    }
}

fn is_var(expr: &Expr, id: VarId) -> bool {
    as_var(expr) == Some(id)
}

fn mentions(expr: &Expr, id: VarId) -> bool {
    let mut found = false;
    walk::each_subexpr(expr, &mut |part| found |= is_var(part, id));
    found
}

/// Whether an expression, whose value is there before the list grows, is not the list of the
/// variable and at most looks at it.
fn only_looks(expr: &Expr, id: VarId) -> bool {
    let looks_at = |part: &Expr| is_var(part, id) || only_looks(part, id);
    match &expr.kind {
        ExprKind::Index { object, index } => looks_at(object) && only_looks(index, id),
        ExprKind::Slice {
            object,
            start,
            stop,
            step,
        } => {
            let mut bounds = [start, stop, step].into_iter().flatten();
            looks_at(object) && bounds.all(|bound| only_looks(bound, id))
        }
        ExprKind::CallBuiltin { builtin, args } if only_reads(*builtin) => {
            args.iter().all(looks_at)
        }
        ExprKind::Widen(_)
        | ExprKind::Unary { .. }
        | ExprKind::Binary { .. }
        | ExprKind::List(_)
        | ExprKind::Tuple(_)
        | ExprKind::FStr(_) => {
            let mut only = true;
            walk::each_child(expr, &mut |child| only &= only_looks(child, id));
            only
        }
        _ => !mentions(expr, id),
    }
}

/// Whether an expression makes a list that nothing else refers to.
pub(super) fn is_fresh(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::List(_) | ExprKind::Slice { .. } | ExprKind::Query(_) => true,
        ExprKind::Map(entries) | ExprKind::OMap(entries) => {
            entries.iter().all(|(_, value)| is_fresh(value))
        }
        ExprKind::Widen(inner) => is_fresh(inner),
        ExprKind::Binary { op, .. } => matches!(op, mochi_syntax::ast::BinaryOp::Add),
        ExprKind::CallBuiltin { builtin, .. } => matches!(
            builtin,
            Builtin::Append
                | Builtin::Push
                | Builtin::Concat
                | Builtin::Reverse
                | Builtin::Distinct
                | Builtin::Keys
                | Builtin::Values
                | Builtin::Range
                | Builtin::Map
                | Builtin::Filter
                | Builtin::Split
        ),
        _ => false,
    }
}

/// Builtins that keep no reference to a list they are given.
pub(super) fn only_reads(builtin: Builtin) -> bool {
    matches!(
        builtin,
        Builtin::Print
            | Builtin::Str
            | Builtin::ToJson
            | Builtin::Len
            | Builtin::Count
            | Builtin::Exists
            | Builtin::Sum
            | Builtin::Avg
            | Builtin::Min
            | Builtin::Max
            | Builtin::Join
            | Builtin::First
            | Builtin::Reverse
            | Builtin::Distinct
            | Builtin::Concat
            | Builtin::Contains
            | Builtin::Sha256
            | Builtin::SaveCsv
            | Builtin::Substring
            | Builtin::Substr
            | Builtin::SliceOf
    )
}
