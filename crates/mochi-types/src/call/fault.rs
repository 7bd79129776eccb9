//! Why a call does not fit.

use std::rc::Rc;

use crate::{Literal, Type};

/// Why a call does not fit. Arguments are counted from 0 in the order written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallFault {
    /// No parameter has that name (T070).
    UnknownArgument {
        /// The argument.
        arg: usize,
        /// The name that was probably meant.
        suggestion: Option<Rc<str>>,
    },
    /// The parameter has its argument already (T071).
    DuplicateArgument {
        /// The argument.
        arg: usize,
    },
    /// Parameters without default got no argument (T072).
    MissingArguments {
        /// The parameters in order.
        names: Vec<Rc<str>>,
    },
    /// More positional arguments than parameters that take them (T006).
    TooMany {
        /// The first one too many.
        arg: usize,
        /// How many are taken.
        expected: usize,
        /// How many were given.
        got: usize,
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
        /// The literals that the parameter accepts, if it accepts only literals.
        choices: Vec<Literal>,
    },
    /// The method is not for this receiver.
    Receiver {
        /// The receiver that the method asks for.
        expected: Type,
        /// The receiver.
        got: Type,
    },
    /// No overload fits (T073).
    NoOverload {
        /// Each overload in Mochi's syntax with the reason why it does not fit.
        candidates: Vec<(String, String)>,
        /// The fault of the overload that got furthest.
        best: Option<Box<CallFault>>,
    },
}
