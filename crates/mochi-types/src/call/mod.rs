//! Calls of extern functions: binding of arguments, overloads, solving.
//!
//! Decisions: overloads are tried in order; each is asked first for the count and names of its
//! arguments, then for the receiver, then for literals and types. An argument whose type is a
//! union is tried as a whole, never member by member. The value `any` fits parameters of type
//! `any` only. Arguments that are functions are looked at after the others, container literals
//! after those, lambdas last, so that what they are written for is known.
//!
//! Spec: language.md §18.2, §18.5; bridge.md §6 ("Overloads").

mod bind;
mod fault;
mod overload;

use std::rc::Rc;

pub use fault::CallFault;

use crate::{Context, ExternFun, Literal, Out, Type};

/// An argument of a call.
pub struct CallArg<'a> {
    /// By name.
    pub name: Option<Rc<str>>,
    /// What is known of the value.
    pub value: ArgValue<'a>,
}

/// What is known of an argument before its parameter is.
pub enum ArgValue<'a> {
    /// Its type, whatever is expected.
    Typed(Type),
    /// A literal.
    Literal(Literal),
    /// Typed against what is expected: lambdas, container literals, `none`, `if`, `match`.
    Deferred(&'a dyn DeferredArg),
}

/// An argument that is typed against its parameter.
pub trait DeferredArg {
    /// Types the argument against `expected` (none: without expectation) on trial: nothing is
    /// reported or kept. The error is a short reason. `expected` may contain [`Type::Infer`]
    /// where nothing is known yet (see `expectation.rs`): such a part expects nothing, and a
    /// lambda parameter of that type is `any`. The answer never contains it.
    fn try_type(&self, expected: Option<&Type>) -> Result<Type, String>;

    /// The number of parameters if it is a lambda.
    fn lambda_arity(&self) -> Option<usize>;

    /// Whether it is a lambda that says what some of its parameters are.
    fn says_parameters(&self) -> bool {
        false
    }

    /// Whether it is a container without elements, which says nothing of what it holds.
    fn is_empty(&self) -> bool {
        false
    }
}

/// A call that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedCall {
    /// The overload, by index.
    pub overload: usize,
    /// One per argument: the solved type that it is expected to have.
    pub params: Vec<Type>,
    /// One per argument: the parameter that takes it, as Python spells it. A named argument is
    /// emitted under this name.
    pub param_names: Vec<Rc<str>>,
    /// The result with its check.
    pub ret: Out,
    /// The call must be awaited.
    pub is_async: bool,
}

impl Context<'_> {
    /// Finds the overload that accepts the arguments and solves its type parameters.
    /// `receiver` is the type of the object a method is called on; `expected` is what the result
    /// is wanted for and only helps to solve.
    pub fn resolve_call(
        &self,
        fun: &ExternFun,
        receiver: Option<&Type>,
        args: &[CallArg<'_>],
        expected: Option<&Type>,
    ) -> Result<ResolvedCall, CallFault> {
        overload::resolve(*self, fun, receiver, args, expected)
    }
}

/// The order in which arguments are looked at, by index.
pub(crate) fn argument_order(args: &[CallArg<'_>]) -> Vec<usize> {
    let said = args.iter().any(|arg| match &arg.value {
        ArgValue::Deferred(deferred) => deferred.says_parameters(),
        ArgValue::Typed(ty) => matches!(ty, Type::Fun(_)),
        ArgValue::Literal(_) => false,
    });
    let rank = |value: &ArgValue<'_>| match value {
        ArgValue::Typed(Type::Fun(_) | Type::AnyFun(_) | Type::Extern(_) | Type::TypeOf(_)) => 1,
        ArgValue::Typed(_) | ArgValue::Literal(_) => 0,
        ArgValue::Deferred(deferred) if deferred.lambda_arity().is_some() => 3,
        ArgValue::Deferred(deferred) if said && deferred.is_empty() => 4,
        ArgValue::Deferred(_) => 2,
    };
    let mut order: Vec<usize> = (0..args.len()).collect();
    order.sort_by_key(|index| args.get(*index).map(|arg| rank(&arg.value)));
    order
}
