//! Whether evaluating an expression can do anything but yield a value.
//!
//! Spec: language.md §2 (rejected after parsing), P065.

use crate::ast::{Arm, ArmBody, DataExpr, Expr, ExprKind, FStrPart, MapEntry, MapKey, Subscript};

/// Whether the expression contains a call, one of the words that do something, or a `match` with
/// block arms. What could not be read may do anything.
///
/// The body of a lambda does not count: evaluating the lambda does not run it.
pub(crate) fn may_have_effect(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call { .. } | ExprKind::Async(_) | ExprKind::Error => true,
        ExprKind::Query(query) => query.exprs().into_iter().any(may_have_effect),
        ExprKind::Data(data) => !matches!(**data, DataExpr::Query(_)),
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Str(_)
        | ExprKind::Bytes(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Name(_)
        | ExprKind::Lambda(_) => false,
        ExprKind::FStr(parts) => parts.iter().any(|part| match part {
            FStrPart::Text(_) => false,
            FStrPart::Value { value, .. } => may_have_effect(value),
        }),
        ExprKind::List(items) | ExprKind::Set(items) | ExprKind::Tuple(items) => {
            items.iter().any(may_have_effect)
        }
        ExprKind::Map(entries) | ExprKind::OMap(entries) => entries.iter().any(entry),
        ExprKind::Record { fields, .. } => fields.iter().any(|(_, value)| may_have_effect(value)),
        ExprKind::Paren(inner) | ExprKind::Unary { operand: inner, .. } => may_have_effect(inner),
        ExprKind::Binary { left, right, .. } => may_have_effect(left) || may_have_effect(right),
        ExprKind::Field { object, .. } | ExprKind::SafeField { object, .. } => {
            may_have_effect(object)
        }
        ExprKind::Index { object, subscripts } => {
            may_have_effect(object) || subscripts.iter().any(subscript)
        }
        ExprKind::SafeIndex { object, index } => may_have_effect(object) || may_have_effect(index),
        ExprKind::Cast { value, .. } => may_have_effect(value),
        ExprKind::If {
            cond,
            then,
            otherwise,
        } => {
            may_have_effect(cond)
                || may_have_effect(then)
                || otherwise.as_deref().is_some_and(may_have_effect)
        }
        ExprKind::Match(value) => may_have_effect(&value.subject) || value.arms.iter().any(arm),
    }
}

fn entry(entry: &MapEntry) -> bool {
    let key = match &entry.key {
        MapKey::Word(_) => false,
        MapKey::Expr(key) => may_have_effect(key),
    };
    key || may_have_effect(&entry.value)
}

fn subscript(subscript: &Subscript) -> bool {
    match subscript {
        Subscript::Index(index) => may_have_effect(index),
        Subscript::Slice {
            start, stop, step, ..
        } => [start, stop, step]
            .into_iter()
            .flatten()
            .any(|part| may_have_effect(part)),
    }
}

fn arm(arm: &Arm) -> bool {
    let body = match &arm.body {
        ArmBody::Block(_) => true,
        ArmBody::Expr(value) => may_have_effect(value),
    };
    body || arm.guard.as_ref().is_some_and(may_have_effect)
}
