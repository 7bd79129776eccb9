//! Which branches are taken when a module is imported.

use ruff_python_ast::Expr;

use crate::flow::{Target, decide, is_type_checking};

/// Whether a condition holds when the code is imported, if that is so for every supported Python and
/// platform.
pub(super) fn taken(test: &Expr) -> Option<bool> {
    if is_type_checking(test) {
        return Some(false);
    }
    if mentions_type_checking(test) {
        return None;
    }
    let mut answers = Vec::new();
    for version in [(3, 12), (3, u8::MAX)] {
        for platform in ["linux", "darwin", "win32"] {
            let target = Target {
                version,
                platform: platform.to_owned(),
            };
            answers.push(decide(test, &target, &|_| None)?);
        }
    }
    let first = *answers.first()?;
    answers.iter().all(|one| *one == first).then_some(first)
}

/// Whether `TYPE_CHECKING` takes part in a condition, which is false when the code runs.
fn mentions_type_checking(test: &Expr) -> bool {
    match test {
        Expr::UnaryOp(unary) => mentions_type_checking(&unary.operand),
        Expr::BoolOp(operation) => operation.values.iter().any(mentions_type_checking),
        other => is_type_checking(other),
    }
}
