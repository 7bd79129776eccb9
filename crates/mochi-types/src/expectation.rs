//! What an expected type asks of the parts of a literal or lambda that is written for it.
//!
//! A list literal written for `Sequence[float] | None` has elements written for `float`. Expected
//! types handed to [`crate::DeferredArg`] may contain [`Type::Infer`] where a type variable is
//! not solved yet; such a part expects nothing.

use std::rc::Rc;

use crate::{Context, FunType, Type};

impl Context<'_> {
    /// The elements of a list or set literal written for `expected`.
    pub fn expected_element(&self, _expected: &Type) -> Option<Type> {
        None
    }

    /// The keys and values of a map literal written for `expected`.
    pub fn expected_entry(&self, _expected: &Type) -> Option<(Type, Type)> {
        None
    }

    /// The parts of a tuple of `len` parts written for `expected`.
    pub fn expected_parts(&self, _expected: &Type, _len: usize) -> Option<Vec<Type>> {
        None
    }

    /// The function type of a lambda with `arity` parameters written for `expected`: `Callable`,
    /// callback protocols, unions with one.
    pub fn expected_function(&self, _expected: &Type, _arity: usize) -> Option<Rc<FunType>> {
        None
    }
}
