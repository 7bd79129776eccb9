//! What is said of a value that may be none where none cannot stand: for an entry of a map and for
//! a variable, the words to write.
//!
//! Spec: language.md §4.3, §8, §9.2, §20.

use mochi_types::Type;

use crate::checker::Checker;
use crate::typed::{Expr, ExprKind};

/// A longer expression is not quoted.
const LONGEST: usize = 30;

impl Checker<'_> {
    /// What helps with a value that may be none.
    pub(crate) fn none_note(&self, value: &Expr) -> String {
        let inner = value.unwidened();
        let text = self.text(inner.span);
        let short = text.len() <= LONGEST && !text.contains('\n') && !text.is_empty();
        match &inner.kind {
            ExprKind::Index { object, .. }
                if short && matches!(object.ty.widened(), Type::Map(..)) =>
            {
                let default = default_of(&inner.ty);
                format!(
                    "`{text}` is an option each time it is read: give a default, `{text} ?? {default}`, or bind \
                     it, `let v = {text}`, and test it with `if v != none {{ … }}`"
                )
            }
            ExprKind::Var(_) if short => format!(
                "the value may be none: give a default with `??`, or test it with \
                 `if {text} != none {{ … }}`"
            ),
            _ => "the value may be none: give a default with `??`, or test it with \
                  `if x != none { … }`"
                .to_owned(),
        }
    }
}

/// A value of the type in an option, as a program writes it.
fn default_of(ty: &Type) -> &'static str {
    let Type::Option(inner) = ty else {
        return "…";
    };
    match &**inner {
        Type::Int | Type::Int64 | Type::BigInt => "0",
        Type::Float => "0.0",
        Type::Bool => "false",
        Type::Str => "\"\"",
        Type::List(_) => "[]",
        Type::Map(..) => "{}",
        _ => "…",
    }
}
