//! Unification of operand, element and arm types, and the join of numbers.
//!
//! Spec: language.md §4.1 ("Unify"), §5.1 ("Numbers").

use crate::{Context, Type};

impl Context<'_> {
    /// The type of which values of both are; none if they do not unify (language.md §4.1).
    pub fn unify(&self, a: &Type, b: &Type) -> Option<Type> {
        (a == b).then(|| a.clone())
    }

    /// The type of arithmetic on both (language.md §5.1); none unless both are numbers.
    pub fn join_numbers(&self, a: &Type, b: &Type) -> Option<Type> {
        (a == b).then(|| a.clone())
    }
}
