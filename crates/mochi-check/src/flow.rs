//! Whether control can reach the end of statements.
//!
//! Spec: language.md §4.2 ("Falling off the end"), §4.3.

use mochi_types::Type;

use crate::typed::{Expr, ExprKind, Match, Stmt, StmtKind};

/// Whether control can reach the end of the statements.
pub(crate) fn falls_through(stmts: &[Stmt]) -> bool {
    stmts.iter().all(stmt_falls_through)
}

fn stmt_falls_through(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue => false,
        StmtKind::Expr(value) => expr_falls_through(value),
        StmtKind::If {
            then, otherwise, ..
        } => falls_through(then) || falls_through(otherwise),
        StmtKind::While { cond, body } => {
            !matches!(cond.kind, ExprKind::Bool(true)) || breaks(body)
        }
        StmtKind::Try {
            body,
            catches,
            finally,
        } => {
            falls_through(finally)
                && (falls_through(body) || catches.iter().any(|clause| falls_through(&clause.body)))
        }
        StmtKind::Using { body, .. } => falls_through(body),
        StmtKind::Match(item) => match_falls_through(item),
        StmtKind::Let { value, .. } | StmtKind::Assign { value, .. } => expr_falls_through(value),
        _ => true,
    }
}

/// Whether evaluating the expression can end.
pub(crate) fn expr_falls_through(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Match(item) => match_falls_through(item),
        _ => value.ty != Type::Never,
    }
}

fn match_falls_through(item: &Match) -> bool {
    !item.exhaustive
        || item.arms.iter().any(|arm| {
            falls_through(&arm.body) && arm.value.as_ref().is_none_or(expr_falls_through)
        })
}

/// Whether a `break` among the statements leaves the loop whose body they are.
pub(crate) fn breaks(stmts: &[Stmt]) -> bool {
    stmts.iter().any(|stmt| match &stmt.kind {
        StmtKind::Break => true,
        StmtKind::If {
            then, otherwise, ..
        } => breaks(then) || breaks(otherwise),
        StmtKind::Try {
            body,
            catches,
            finally,
        } => breaks(body) || breaks(finally) || catches.iter().any(|clause| breaks(&clause.body)),
        StmtKind::Using { body, .. } => breaks(body),
        _ => false,
    })
}
