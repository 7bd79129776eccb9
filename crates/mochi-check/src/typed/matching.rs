//! `match` with its patterns resolved.
//!
//! Spec: language.md §7.

use mochi_base::Span;
use mochi_types::{DeclRef, Type};

use super::{Expr, Stmt, VarId};

/// `match`.
#[derive(Clone, Debug)]
pub struct Match {
    /// The subject.
    pub subject: Box<Expr>,
    /// The arms in order.
    pub arms: Vec<Arm>,
    /// Every value is covered.
    pub exhaustive: bool,
}

/// An arm.
#[derive(Clone, Debug)]
pub struct Arm {
    /// The pattern.
    pub pattern: Pattern,
    /// `when`.
    pub guard: Option<Expr>,
    /// Statements before the value.
    pub body: Vec<Stmt>,
    /// The value, converted to the type of the match; none in statements and for unit arms.
    pub value: Option<Expr>,
    /// The whole arm.
    pub span: Span,
}

/// A resolved pattern.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Anything; binds nothing.
    Wildcard,
    /// Anything; binds it (inside a variant).
    Bind(VarId),
    /// `none`.
    None,
    /// Not `none`: the wildcard of an option after narrowing… binds nothing.
    Literal(Expr),
    /// Equal to the value of an expression.
    Value(Expr),
    /// A variant whose fields match; nullary variants have no fields.
    Variant {
        /// The sum type.
        sum: DeclRef,
        /// The variant's index.
        variant: u32,
        /// One pattern a field.
        fields: Vec<Pattern>,
    },
    /// A value of a type.
    Typed {
        /// What is bound.
        var: Option<VarId>,
        /// The type.
        ty: Type,
    },
}
