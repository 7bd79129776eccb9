//! Imported Python modules: their members, calls and operators.
//!
//! Spec: language.md §18.1–18.4, §18.14; bridge.md §6.

mod adapter;
mod attribute;
mod builtin_class;
mod call;
mod declare;
mod declare_class;
mod import;
mod index;
mod operator;
pub(crate) mod unpack;
mod untyped;

use std::rc::Rc;

pub(crate) use declare::Placed;

use mochi_types::{Check, Out, Type};

use crate::checker::expr;
use crate::typed::{Expr, ExprKind};

/// The check of a result, with the symbol that declares it.
pub(crate) type ResultCheck = Option<(Rc<Check>, Rc<str>)>;

/// The check of a result; none if there is nothing to check.
pub(crate) fn result_check(check: Rc<Check>, symbol: Rc<str>) -> ResultCheck {
    (*check != Check::Nothing).then_some((check, symbol))
}

/// A value with the check of a result that was found before.
pub(crate) fn checked_value(value: Expr, check: ResultCheck) -> Expr {
    let Some((check, symbol)) = check else {
        return value;
    };
    let ty = value.ty.clone();
    checked(value, Out { ty, check }, symbol)
}

/// The border: a Python expression with its check, unless there is nothing to check.
pub(crate) fn checked(value: Expr, out: Out, symbol: Rc<str>) -> Expr {
    let span = value.span;
    if *out.check == Check::Nothing {
        return Expr {
            ty: out.ty,
            ..value
        };
    }
    if out.check.promises_program_types() {
        // Only a cast makes values of the program's own types true.
        let value = Expr {
            ty: Type::Any,
            ..value
        };
        return expr(ExprKind::Cast(Box::new(value)), out.ty, span);
    }
    let kind = ExprKind::Check {
        value: Box::new(value),
        check: out.check,
        symbol,
    };
    expr(kind, out.ty, span)
}
