//! What is said of a lambda whose parameter has no type where nothing gives it one.
//!
//! `Callable[..., R]` does not tell what it calls a function with, so such a parameter is `any`,
//! and what is made of it does not fit a declared result.
//!
//! Spec: language.md §4.2 ("a lambda parameter without type"); bridge.md §6 (`Callable[..., R]`).

use mochi_base::Diagnostic;
use mochi_syntax::ast;

use crate::expr::unparenthesised;

/// The advice for a lambda with such a parameter.
fn advice(value: &ast::Expr) -> Option<String> {
    let ast::ExprKind::Lambda(lambda) = &unparenthesised(value).kind else {
        return None;
    };
    let param = lambda.params.iter().find(|param| param.ty.is_none())?;
    let name = &param.name.text;
    Some(format!(
        "nothing says what `{name}` is given, so it is any: write its type, as in `fun({name}: int) => …`"
    ))
}

/// Adds it to a fault that came of `any`.
pub(super) fn with_advice<'e>(
    diagnostic: Diagnostic,
    values: impl IntoIterator<Item = &'e ast::Expr>,
) -> Diagnostic {
    let ends_in_any = |text: &str| text.trim_end_matches(')').ends_with("got any");
    let came_of_any = ends_in_any(&diagnostic.message)
        || diagnostic
            .notes
            .iter()
            .any(|note| ends_in_any(&note.message));
    match values.into_iter().find_map(advice) {
        Some(advice) if came_of_any => diagnostic.with_note(advice),
        _ => diagnostic,
    }
}
