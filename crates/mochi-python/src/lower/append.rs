//! Statements that let a list grow or shrink, and expressions that make a list or only look at one:
//! what `super::own_list` and `super::own_field` go by.
//!
//! Spec: language.md §19.4 (`append`).

use mochi_check::typed::{Builtin, Expr, ExprKind, VarId};
use mochi_types::Type;

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

/// The value appended by `xs[i] = append(xs[i], value)` and `xs[i] = xs[i] + [value]`.
pub(super) fn appended_in<'e>(id: VarId, index: &Expr, value: &'e Expr) -> Option<&'e Expr> {
    let (list, item) = match &value.kind {
        ExprKind::Widen(inner) => return appended_in(id, index, inner),
        ExprKind::CallBuiltin {
            builtin: Builtin::Append | Builtin::Push,
            args,
        } => match args.as_slice() {
            [list, item] => (list, item),
            _ => return None,
        },
        ExprKind::Binary {
            op: mochi_syntax::ast::BinaryOp::Add,
            left,
            right,
        } => match &right.kind {
            ExprKind::List(items) => match items.as_slice() {
                [only] => (&**left, only),
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    };
    let own = matches!(&list.kind, ExprKind::Index { object, index: read }
        if is_var(object, id) && is_same(index, read) && is_list_of_lists(&object.ty));
    (own && !mentions(item, id)).then_some(item)
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
        (
            ExprKind::Binary { op, left, right },
            ExprKind::Binary {
                op: other,
                left: first,
                right: second,
            },
        ) => {
            use mochi_syntax::ast::BinaryOp as Op;
            let plain = matches!(op, Op::Add | Op::Sub | Op::Mul);
            plain && op == other && is_same(left, first) && is_same(right, second)
        }
        (ExprKind::Widen(a), _) => is_same(a, b),
        (_, ExprKind::Widen(b)) => is_same(a, b),
        _ => false,
    }
}

pub(super) fn is_list_of_lists(ty: &Type) -> bool {
    matches!(ty, Type::List(item) if matches!(**item, Type::List(_)))
}

/// Whether an expression makes a list of lists that nothing else refers to.
pub(super) fn holds_fresh_lists(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Widen(inner) => holds_fresh_lists(inner),
        ExprKind::List(items) => items.iter().all(is_fresh),
        _ => false,
    }
}

pub(super) fn is_map_of_lists(ty: &Type) -> bool {
    match ty {
        Type::Map(_, value) | Type::OMap(_, value) => matches!(**value, Type::List(_)),
        _ => false,
    }
}

pub(super) fn as_var(expr: &Expr) -> Option<VarId> {
    match &expr.unwidened().kind {
        ExprKind::Var(id) => Some(*id),
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
