//! Imported Python modules: their members, calls and operators.
//!
//! Spec: language.md §18.1–18.4, §18.14; bridge.md §6.

mod adapter;
mod attribute;
mod builtin_class;
mod call;
mod import;
mod index;
mod operator;

use std::rc::Rc;

use mochi_types::{Check, Out};

use crate::checker::expr;
use crate::typed::{Expr, ExprKind};

/// The border: a Python expression with its check, unless there is nothing to check.
pub(crate) fn checked(value: Expr, out: Out, symbol: Rc<str>) -> Expr {
    let span = value.span;
    if *out.check == Check::Nothing {
        return Expr {
            ty: out.ty,
            ..value
        };
    }
    let kind = ExprKind::Check {
        value: Box::new(value),
        check: out.check,
        symbol,
    };
    expr(kind, out.ty, span)
}
