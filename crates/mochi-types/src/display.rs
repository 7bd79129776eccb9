//! Types and signatures as messages show them.
//!
//! Spec: language.md §4 (column "in messages").

use crate::{Context, Signature, Type};

impl Context<'_> {
    /// The form that messages use: `[int]`, `{string: int}`, `option[T]`, `fun(A, B): R ! io`.
    pub fn show(&self, ty: &Type) -> String {
        format!("{ty:?}")
    }

    /// A signature in Mochi's extern syntax: `get(url: string, *, timeout: float = _): Response`.
    pub fn show_signature(&self, name: &str, signature: &Signature) -> String {
        format!("{name}{signature:?}")
    }
}
