//! Members of values, classes and modules, found through the method resolution order.
//!
//! Spec: language.md §18.2–18.4.

use std::rc::Rc;

use crate::{ClassId, Context, ExternFun, ExternItem, ModuleId, Out, Type};

/// A member bound to its receiver: class parameters and `Self` are replaced.
#[derive(Clone, Debug)]
pub enum BoundMember {
    /// A function; the receiver is not among the parameters.
    Method(Rc<ExternFun>),
    /// A value, assignable if `set` says so.
    Attribute {
        /// The type of reading it.
        get: Out,
        /// The type of assigning to it.
        set: Option<Type>,
    },
    /// A nested class.
    Class(ClassId),
}

impl Context<'_> {
    /// `receiver.name` for a value.
    pub fn lookup_member(&self, _receiver: &Type, _name: &str) -> Option<BoundMember> {
        None
    }

    /// `C.name` for a class object; `args` are its type arguments where known.
    pub fn lookup_class_member(
        &self,
        _class: &ClassId,
        _args: Option<&[Type]>,
        _name: &str,
    ) -> Option<BoundMember> {
        None
    }

    /// `module.name`; either spelling of a Mochi word (`type_`, `type`).
    pub fn lookup_module(&self, module: &ModuleId, name: &str) -> Option<Rc<ExternItem>> {
        self.externs.attribute(module, name)
    }

    /// The public names of all members of a value, inherited ones included: for suggestions.
    pub fn member_names(&self, _receiver: &Type) -> Vec<Rc<str>> {
        Vec::new()
    }
}
