//! The relation between types: what fits where.
//!
//! Spec: language.md §4.1; bridge.md §6.

use crate::{Context, Type};

impl Context<'_> {
    /// Whether every value of `a` is a value of `b` (language.md §4.1, "Subtype").
    pub fn is_subtype(&self, a: &Type, b: &Type) -> bool {
        a == b || *b == Type::Any
    }

    /// Whether a value of `from` may be given where the program asks for `to`.
    pub fn is_assignable(&self, from: &Type, to: &Type) -> bool {
        self.is_subtype(from, to)
    }

    /// [`Context::is_assignable`] for a fresh value (a literal, a call's result).
    pub fn is_assignable_fresh(&self, from: &Type, to: &Type) -> bool {
        self.is_subtype(from, to)
    }

    /// Whether a value of `from` may be given to Python where it asks for `to`: arguments,
    /// assigned attributes, results of callbacks.
    pub fn is_passable(&self, from: &Type, to: &Type) -> bool {
        self.is_subtype(from, to)
    }

    /// Whether a list passed for `to` must be made a tuple first (bridge.md §6, `tuple[T, ...]`).
    pub fn becomes_tuple(&self, _from: &Type, _to: &Type) -> bool {
        false
    }

    /// Why `from` does not fit `to`, where the two types alone do not tell: the missing member of
    /// a protocol, the parameter of a callback.
    pub fn explain(&self, _from: &Type, _to: &Type) -> Option<String> {
        None
    }
}
