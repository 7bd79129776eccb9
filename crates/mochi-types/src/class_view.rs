//! The Python classes of Mochi's types, both directions.
//!
//! Spec: language.md §4 (column "Python"); bridge.md §6.

use std::rc::Rc;

use crate::{ClassId, Context, Type};

impl Type {
    /// The Mochi type of a Python class that has one; the inverse of [`Context::python_class`].
    pub fn from_builtin(_class: &ClassId, _args: &[Self]) -> Option<Self> {
        None
    }
}

impl Context<'_> {
    /// The Python class whose instances the values are; none for functions, unions, options,
    /// modules, `any` and the program's own records.
    pub fn python_class(&self, ty: &Type) -> Option<(ClassId, Rc<[Type]>)> {
        match ty {
            Type::Handle(class, args) => Some((class.clone(), args.clone())),
            _ => None,
        }
    }
}
