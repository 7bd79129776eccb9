//! Operators, iteration, length and context managers of handles, by their methods.
//!
//! Spec: language.md §18.3, §18.11, §18.14.

use std::rc::Rc;

use crate::{Context, Out, Type};

/// What an operator does on these operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The result.
    pub out: Out,
    /// The right operand's method is called.
    pub reversed: bool,
    /// The method, for messages: `pandas.Series.__gt__`.
    pub symbol: Rc<str>,
}

impl Context<'_> {
    /// `left op right`, `op` as written in source (`+`, `==`, `in`, `**`), and `[]` for
    /// `left[right]`; none if neither operand has a method that accepts the other.
    pub fn operator(&self, _left: &Type, _op: &str, _right: &Type) -> Option<Operation> {
        None
    }

    /// The prefix operators `-` and `~` (and `+`).
    pub fn unary_operator(&self, _op: &str, _operand: &Type) -> Option<Operation> {
        None
    }

    /// The elements of `for x in value`.
    pub fn iterate(&self, _value: &Type) -> Option<Out> {
        None
    }

    /// The elements of `for await x in value`.
    pub fn iterate_async(&self, _value: &Type) -> Option<Out> {
        None
    }

    /// What `using x = value` binds.
    pub fn enter(&self, _value: &Type) -> Option<Out> {
        None
    }

    /// What `using await x = value` binds.
    pub fn enter_async(&self, _value: &Type) -> Option<Out> {
        None
    }

    /// What `await value` gives, for futures and handles with `__await__`.
    pub fn awaited(&self, _value: &Type) -> Option<Out> {
        None
    }

    /// Whether `len(value)` works.
    pub fn has_length(&self, _value: &Type) -> bool {
        false
    }
}
