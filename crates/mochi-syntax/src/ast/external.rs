//! `extern` declarations: Python names described by hand.
//!
//! Spec: language.md §18.2–18.4.

use std::rc::Rc;

use mochi_base::Span;

use super::{Expr, Name, TypeExpr, TypeParamDecl};

/// `extern python …`.
#[derive(Clone, Debug)]
pub struct ExternDecl {
    /// Its name; of several parts for an attribute of a module or class.
    pub path: Vec<Name>,
    /// What it declares.
    pub kind: ExternDeclKind,
    /// The `///` block directly above.
    pub doc: Option<Rc<str>>,
    /// From the word that says what it is to its end.
    pub span: Span,
}

/// The kinds of extern declaration.
#[derive(Clone, Debug)]
pub enum ExternDeclKind {
    /// `fun f(x: int): int`.
    Fun(ExternSignature),
    /// `let x: T`, `var x: T`.
    Value {
        /// `var`: may be assigned.
        mutable: bool,
        /// Its type.
        ty: TypeExpr,
    },
    /// `object x`: a value of type `any`.
    Object,
    /// `type`, `record`, `interface`, `error`.
    Class(ExternClass),
    /// `enum E: int { A = 1, B }`.
    Enum {
        /// The type of `.value`; none for `any`.
        value: Option<TypeExpr>,
        /// The members in order.
        members: Vec<ExternEnumMember>,
    },
}

/// A class with its members.
#[derive(Clone, Debug)]
pub struct ExternClass {
    /// What kind of class it is.
    pub kind: ExternClassKind,
    /// Its type parameters.
    pub type_params: Vec<TypeParamDecl>,
    /// What it extends, in order.
    pub bases: Vec<TypeExpr>,
    /// Its members in order.
    pub members: Vec<ExternMember>,
}

/// The words that declare a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternClassKind {
    /// `type`: an opaque handle.
    Type,
    /// `record`: built by field.
    Record,
    /// `interface`: structural.
    Interface,
    /// `error`: an exception.
    Error,
}

impl ExternClassKind {
    /// The word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Record => "record",
            Self::Interface => "interface",
            Self::Error => "error",
        }
    }
}

/// A member of an extern class.
#[derive(Clone, Debug)]
pub struct ExternMember {
    /// `static`.
    pub is_static: bool,
    /// What it is.
    pub kind: ExternMemberKind,
    /// The `///` block directly above.
    pub doc: Option<Rc<str>>,
    /// The whole member.
    pub span: Span,
}

/// The kinds of member.
#[derive(Clone, Debug)]
pub enum ExternMemberKind {
    /// `fun f(x: int): int`.
    Fun(Name, ExternSignature),
    /// `x: T`, `let x: T`, `x: T = _`.
    Field {
        /// Its name.
        name: Name,
        /// `let`: cannot be assigned.
        read_only: bool,
        /// Its type.
        ty: TypeExpr,
        /// `= _`: may be left out when building.
        has_default: bool,
    },
    /// A nested class.
    Decl(Rc<ExternDecl>),
}

/// A member of an extern enum.
#[derive(Clone, Debug)]
pub struct ExternEnumMember {
    /// Its name.
    pub name: Name,
    /// Its value, for people: the run-time one is Python's.
    pub value: Option<Expr>,
}

/// From the type parameters of an extern function to its effects.
#[derive(Clone, Debug)]
pub struct ExternSignature {
    /// `async fun`.
    pub is_async: bool,
    /// Type parameters.
    pub type_params: Vec<TypeParamDecl>,
    /// Parameters in order, markers resolved.
    pub params: Vec<ExternParam>,
    /// The result; none means unit.
    pub result: Option<TypeExpr>,
    /// `! io, net`; none if not stated.
    pub effects: Option<Vec<Name>>,
}

/// A parameter of an extern function.
#[derive(Clone, Debug)]
pub struct ExternParam {
    /// Its name.
    pub name: Name,
    /// How it takes arguments.
    pub kind: ExternParamKind,
    /// Its type; none means `any`.
    pub ty: Option<TypeExpr>,
    /// Its default: an expression, or `_` for the one that Python knows.
    pub default: Option<Expr>,
}

/// How a parameter takes its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternParamKind {
    /// Before `/`: by position only.
    PositionalOnly,
    /// By position or by name.
    Normal,
    /// `*args`.
    VarArgs,
    /// After `*` or `*args`: by name only.
    KeywordOnly,
    /// `**kwargs`.
    KwArgs,
}
