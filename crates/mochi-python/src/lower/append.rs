//! Lists that may grow in place: `xs = append(xs, v)` makes a new list unless nothing else can
//! see the old one.
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

use super::walk;

/// The value appended by `id = append(id, value)`.
pub(super) fn appended(id: VarId, value: &Expr) -> Option<&Expr> {
    match &value.kind {
        ExprKind::Widen(inner) => appended(id, inner),
        ExprKind::CallBuiltin {
            builtin: Builtin::Append | Builtin::Push,
            args,
        } => match args.as_slice() {
            [list, item] if is_var(list, id) && !mentions(item, id) => Some(item),
            _ => None,
        },
        _ => None,
    }
}

/// What is known of the lists that variables hold.
pub(super) struct Lists {
    /// Nothing else refers to them as long as they grow.
    pub(super) owned: BTreeSet<VarId>,
    /// Nothing else ever refers to them.
    pub(super) private: BTreeSet<VarId>,
}

/// Follows the lists of a program.
pub(super) fn survey(module: &Module) -> Lists {
    let mut survey = Survey {
        module,
        fresh: BTreeSet::new(),
        escapes: BTreeMap::new(),
        appends: BTreeMap::new(),
        declared_in: BTreeMap::new(),
        iterated: Vec::new(),
        loops: Vec::new(),
        position: 0,
    };
    for (index, var) in module.vars.iter().enumerate() {
        let plain = matches!(var.kind, VarKind::Local | VarKind::Global);
        if plain && !var.export && module.owns(var.span) && matches!(var.ty, Type::List(_)) {
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
    let owned = survey
        .fresh
        .iter()
        .copied()
        .filter(|id| survey.grows_alone(*id))
        .collect();
    Lists { owned, private }
}

/// A moment in the order of the text, with the loops around it.
struct Moment {
    position: u32,
    loops: Vec<u32>,
}

struct Survey<'a> {
    module: &'a Module,
    /// Variables that only ever hold lists made for them.
    fresh: BTreeSet<VarId>,
    /// Where others get to know the list.
    escapes: BTreeMap<VarId, Vec<Moment>>,
    /// Where the list grows.
    appends: BTreeMap<VarId, Vec<Moment>>,
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

    /// Whether the list grows only while no one else knows it: every escape comes after every
    /// growth, and no loop inside the variable's own scope leads back.
    fn grows_alone(&self, id: VarId) -> bool {
        let Some(appends) = self.appends.get(&id) else {
            return false;
        };
        let Some(escapes) = self.escapes.get(&id) else {
            return true;
        };
        let captured = self
            .module
            .vars
            .get(id.0 as usize)
            .is_none_or(|var| var.captured);
        let depth = self.declared_in.get(&id).copied().unwrap_or(0);
        !captured
            && escapes.iter().all(|escape| {
                appends.iter().all(|append| {
                    let common = escape
                        .loops
                        .iter()
                        .zip(&append.loops)
                        .take_while(|(a, b)| a == b)
                        .count();
                    escape.position > append.position && common <= depth
                })
            })
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
                if let Some(item) = appended(*id, value) {
                    if self.iterated.contains(id) {
                        self.escape(*id);
                    }
                    self.expr(item);
                    let now = self.now();
                    self.appends.entry(*id).or_default().push(now);
                } else {
                    self.binding(*id, value);
                }
            }
            StmtKind::Assign {
                place: Place::Index { object, index },
                value,
            } => {
                self.harmless(object);
                self.expr(index);
                self.expr(value);
            }
            StmtKind::Return(Some(value)) => {
                // Leaving the function ends the variable, unless a closure keeps it: no loop
                // leads back from here.
                let loops = std::mem::take(&mut self.loops);
                let position = std::mem::replace(&mut self.position, u32::MAX / 2);
                self.expr(value);
                self.position = position;
                self.loops = loops;
            }
            StmtKind::ForEach { source, body, .. } => {
                self.harmless(source);
                let id = as_var(source);
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
                self.harmless(object);
                self.expr(index);
            }
            ExprKind::Slice { .. } | ExprKind::FStr(_) | ExprKind::Unary { .. } => {
                walk::children(expr)
                    .into_iter()
                    .for_each(|child| self.harmless(child));
            }
            ExprKind::Binary { .. } if !matches!(expr.ty, Type::Option(_)) => {
                let keeps = matches!(
                    expr.kind,
                    ExprKind::Binary {
                        op: mochi_syntax::ast::BinaryOp::Coalesce,
                        ..
                    }
                );
                for child in walk::children(expr) {
                    if keeps {
                        self.expr(child);
                    } else {
                        self.harmless(child);
                    }
                }
            }
            ExprKind::CallBuiltin { builtin, args } if only_reads(*builtin) => {
                args.iter().for_each(|arg| self.harmless(arg));
            }
            ExprKind::CallBuiltin {
                builtin: Builtin::Append | Builtin::Push,
                args,
            } => {
                if let Some((list, items)) = args.split_first() {
                    self.harmless(list);
                    items.iter().for_each(|item| self.expr(item));
                }
            }
            ExprKind::Query(query) => {
                for source in &query.sources {
                    self.harmless(&source.value);
                    source.join.iter().for_each(|join| self.expr(&join.on));
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
            _ => walk::children(expr)
                .into_iter()
                .for_each(|child| self.expr(child)),
        }
    }

    /// An expression whose value is looked at and let go.
    fn harmless(&mut self, expr: &Expr) {
        if as_var(expr).is_none() {
            self.expr(expr);
        }
    }
}

pub(super) fn as_var(expr: &Expr) -> Option<VarId> {
    match &expr.kind {
        ExprKind::Var(id) => Some(*id),
        ExprKind::Widen(inner) => as_var(inner),
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

/// Whether an expression makes a list that nothing else refers to.
pub(super) fn is_fresh(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::List(_) | ExprKind::Slice { .. } | ExprKind::Query(_) => true,
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
