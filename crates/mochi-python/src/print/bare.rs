//! Which operators may be broken over lines without parentheses around the whole.

use super::expr::{Prec, binary_prec, boolean_operand, next, prec, unary_operand};
use crate::py::{BinOp, Expr, UnaryOp};

/// Whether an operator expression may break inside the brackets of its first or last operand
/// instead of being parenthesised as a whole.
pub(super) fn can_stay_bare(expr: &Expr) -> bool {
    let mut weakest = (Prec::Atom, 0);
    let mut any_bracket = false;
    survey(expr, &mut weakest, &mut any_bracket);
    if !any_bracket || weakest.1 > 1 {
        return false;
    }
    last_operand(expr).is_none_or(has_own_brackets)
        || first_operand(expr).is_none_or(has_own_brackets)
}

/// The operands of an operator, each with how strongly it must bind to stand without parentheses.
fn operands(expr: &Expr) -> Vec<(&Expr, Prec)> {
    match expr {
        Expr::Binary(BinOp::Pow, left, right) => {
            vec![(left, Prec::Await), (right, Prec::Unary)]
        }
        Expr::Binary(op, left, right) => {
            let own = binary_prec(*op);
            vec![(left, own), (right, next(own))]
        }
        Expr::Compare(_, left, right) => vec![(left, Prec::BitOr), (right, Prec::BitOr)],
        Expr::Bool2(op, items) => {
            let least = boolean_operand(*op);
            items.iter().map(|item| (item, least)).collect()
        }
        Expr::IfExp(then, cond, otherwise) => {
            vec![(then, Prec::Or), (cond, Prec::Or), (otherwise, Prec::IfExp)]
        }
        Expr::Unary(op, inner) => vec![(inner, unary_operand(*op, inner))],
        Expr::Await(inner) => vec![(inner, Prec::Await)],
        _ => Vec::new(),
    }
}

fn survey(expr: &Expr, weakest: &mut (Prec, usize), any_bracket: &mut bool) {
    let mut note = |prec: Prec, count: usize| {
        if prec < weakest.0 {
            *weakest = (prec, count);
        } else if prec == weakest.0 {
            weakest.1 += count;
        }
    };
    match expr {
        Expr::At(_, inner) | Expr::Noted(_, inner) => {
            return survey(inner, weakest, any_bracket);
        }
        Expr::Binary(op, ..) => note(binary_prec(*op), 1),
        Expr::Bool2(_, items) => note(prec(expr), items.len() - 1),
        Expr::Compare(..) => note(Prec::Compare, 1),
        // A conditional counts as two: `if` and `else`.
        Expr::IfExp(..) => note(Prec::IfExp, 2),
        Expr::Unary(UnaryOp::Not, _) => note(Prec::Not, 1),
        Expr::Unary(..) | Expr::Await(_) => {}
        Expr::Attr(inner, _) => survey(inner, weakest, any_bracket),
        Expr::Call(value, _) | Expr::Index(value, _) => {
            *any_bracket = true;
            survey(value, weakest, any_bracket);
        }
        _ => *any_bracket |= has_own_brackets(expr),
    }
    for (operand, least) in operands(expr) {
        if prec(operand) < least {
            *any_bracket = true;
        } else {
            survey(operand, weakest, any_bracket);
        }
    }
}

/// What an expression ends with; none if that stands in parentheses.
fn last_operand(expr: &Expr) -> Option<&Expr> {
    match (expr, operands(expr).last()) {
        (Expr::At(_, inner), _) => last_operand(inner),
        (_, Some((operand, least))) if prec(operand) < *least => None,
        (_, Some((operand, _))) => last_operand(operand),
        (_, None) => Some(expr),
    }
}

/// What an expression begins with; none if that stands in parentheses.
fn first_operand(expr: &Expr) -> Option<&Expr> {
    match (expr, operands(expr).first()) {
        (Expr::At(_, inner), _) => first_operand(inner),
        // A prefix comes before its operand.
        (Expr::Unary(..) | Expr::Await(_), _) => Some(expr),
        (_, Some((operand, least))) if prec(operand) < *least => None,
        (_, Some((operand, _))) => first_operand(operand),
        // What is called or indexed comes first, not its brackets.
        (Expr::Call(value, _) | Expr::Index(value, _) | Expr::Attr(value, _), _) => {
            first_operand(value)
        }
        (_, None) => Some(expr),
    }
}

fn has_own_brackets(expr: &Expr) -> bool {
    match expr {
        Expr::At(_, inner) => has_own_brackets(inner),
        Expr::Call(_, args) => !args.is_empty(),
        Expr::List(items) | Expr::Tuple(items) | Expr::Set(items) => !items.is_empty(),
        Expr::Dict(items) => !items.is_empty(),
        Expr::Index(..)
        | Expr::ListComp(..)
        | Expr::SetComp(..)
        | Expr::DictComp(..)
        | Expr::Generator(..) => true,
        _ => false,
    }
}
