//! Lists that may grow in place: `xs = append(xs, v)` makes a new list unless nothing else can
//! see the old one.
//!
//! A list variable qualifies when it only ever holds lists made for it and is only ever used in
//! ways that keep no reference to the list.
//!
//! Spec: language.md §19.4 (`append`).

use std::collections::BTreeSet;

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

/// The variables whose lists nothing else refers to.
pub(super) fn owned_lists(module: &Module) -> BTreeSet<VarId> {
    let mut owned: BTreeSet<VarId> = BTreeSet::new();
    for (index, var) in module.vars.iter().enumerate() {
        let plain = matches!(var.kind, VarKind::Local | VarKind::Global);
        if plain && var.assigned && !var.export && matches!(var.ty, Type::List(_)) {
            owned.insert(VarId(u32::try_from(index).unwrap_or(u32::MAX)));
        }
    }
    let mut survey = Survey {
        module,
        owned: &mut owned,
        iterated: Vec::new(),
    };
    survey.block(&module.body);
    for fun in &module.funs {
        for param in &fun.params {
            if let Some(default) = &param.default {
                survey.expr(default);
            }
        }
        survey.block(&fun.body);
    }
    owned
}

struct Survey<'a> {
    module: &'a Module,
    owned: &'a mut BTreeSet<VarId>,
    /// Variables whose list is being iterated.
    iterated: Vec<VarId>,
}

impl Survey<'_> {
    fn block(&mut self, body: &[Stmt]) {
        body.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Let {
                target: Target::Var(id),
                value,
            } => self.binding(*id, value),
            StmtKind::Assign {
                place: Place::Var(id),
                value,
            } => {
                if let Some(item) = appended(*id, value) {
                    if self.iterated.contains(id) {
                        self.owned.remove(id);
                    }
                    self.expr(item);
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
                // Leaving the function ends the variable, unless a closure keeps it.
                let ends = match as_var(value) {
                    Some(id) => self.module.vars.get(id.0 as usize).is_some_and(|var| {
                        !var.captured && var.kind == VarKind::Local && var.owner.is_some()
                    }),
                    None => false,
                };
                if !ends {
                    self.expr(value);
                }
            }
            StmtKind::ForEach { source, body, .. } => {
                self.harmless(source);
                let id = as_var(source);
                self.iterated.extend(id);
                self.block(body);
                if id.is_some() {
                    self.iterated.pop();
                }
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
            self.owned.remove(&id);
        }
        self.expr(value);
    }

    /// An expression whose value may be kept by whoever gets it.
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Var(id) => {
                self.owned.remove(id);
            }
            ExprKind::Index { object, index } => {
                self.harmless(object);
                self.expr(index);
            }
            ExprKind::Slice { .. } | ExprKind::FStr(_) | ExprKind::Unary { .. } => {
                walk::children(expr).into_iter().for_each(|child| self.harmless(child));
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
            ExprKind::Match(matched) => {
                self.expr(&matched.subject);
                for arm in &matched.arms {
                    arm.guard.iter().for_each(|guard| self.expr(guard));
                    self.block(&arm.body);
                    arm.value.iter().for_each(|value| self.expr(value));
                }
            }
            _ => walk::children(expr).into_iter().for_each(|child| self.expr(child)),
        }
    }

    /// An expression whose value is looked at and let go.
    fn harmless(&mut self, expr: &Expr) {
        if as_var(expr).is_none() {
            self.expr(expr);
        }
    }
}

fn as_var(expr: &Expr) -> Option<VarId> {
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
fn is_fresh(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::List(_) | ExprKind::Slice { .. } => true,
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
fn only_reads(builtin: Builtin) -> bool {
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
