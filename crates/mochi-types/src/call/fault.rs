//! Why a call does not fit.

use std::rc::Rc;

use crate::{CallArg, Context, Literal, Type};

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
        /// Why, where the types do not tell; nothing for `any`, none and options, which callers
        /// have words for ([`Context::explain`] has some).
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
        /// Each overload in Mochi's syntax, shortened, with the reason why it does not fit; those
        /// that got furthest first.
        candidates: Vec<(String, String)>,
        /// The fault of the overload that got furthest.
        best: Option<Box<CallFault>>,
    },
}

impl Context<'_> {
    /// The fault in words, as the reason of a candidate.
    pub fn show_fault(&self, fault: &CallFault, args: &[CallArg<'_>]) -> String {
        let name_of = |arg: &usize| args.get(*arg).and_then(|value| value.name.clone());
        match fault {
            CallFault::UnknownArgument { arg, .. } => {
                format!("unknown argument `{}`", name_of(arg).unwrap_or_default())
            }
            CallFault::DuplicateArgument { arg } => match name_of(arg) {
                Some(name) => format!("argument `{name}` given twice"),
                None => format!("argument {} given twice", arg + 1),
            },
            CallFault::MissingArguments { names } => {
                let plural = if names.len() == 1 { "" } else { "s" };
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                format!("missing argument{plural} {}", names.join(", "))
            }
            CallFault::TooMany { expected, got, .. } => {
                format!("too many arguments: expected {expected}, got {got}")
            }
            CallFault::Mismatch {
                arg,
                expected,
                got,
                reason,
                ..
            } => {
                let mut text = format!("argument {}: expected {}", arg + 1, self.show(expected));
                // A literal with a fault of its own has no type to tell.
                if *got != Type::Error {
                    text.push_str(", got ");
                    text.push_str(&self.show(got));
                }
                let reason = reason.clone().or_else(|| self.explain(got, expected));
                if let Some(reason) = reason {
                    text.push_str(" (");
                    text.push_str(&reason);
                    text.push(')');
                }
                text
            }
            CallFault::Receiver { expected, got } => {
                format!(
                    "it is for {}, not for {}",
                    self.show(expected),
                    self.show(got)
                )
            }
            CallFault::NoOverload { .. } => "no overload fits".to_owned(),
        }
    }
}
