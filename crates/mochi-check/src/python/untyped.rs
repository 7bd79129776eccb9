//! What is said of a lambda whose parameter has no type where nothing gives it one.
//!
//! `Callable[..., R]` does not tell what it calls a function with, so such a parameter is `any`,
//! and what is made of it does not fit a declared result.
//!
//! Spec: language.md §4.2 ("a lambda parameter without type"); bridge.md §6 (`Callable[..., R]`).

use mochi_syntax::ast;

use crate::expr::unparenthesised;

/// The advice for a lambda with such a parameter.
pub(super) fn advice(value: &ast::Expr) -> Option<String> {
    let ast::ExprKind::Lambda(lambda) = &unparenthesised(value).kind else {
        return None;
    };
    let param = lambda.params.iter().find(|param| param.ty.is_none())?;
    let name = &param.name.text;
    Some(format!(
        "nothing says what `{name}` is given, so it is any: write its type, as in `fun({name}: int) => …`"
    ))
}
