//! Python statements.

use std::rc::Rc;

use mochi_base::{SourceId, Span};

use super::Expr;

/// A statement with the place that caused it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// The Mochi construct behind it.
    pub span: Option<Span>,
}

/// The kinds of statement.
#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    /// An expression for its effect.
    Expr(Expr),
    /// `target = value`.
    Assign(Expr, Expr),
    /// `target: annotation = value`.
    AnnAssign(Expr, Expr, Option<Expr>),
    /// `return value`.
    Return(Option<Expr>),
    /// `raise value from cause`.
    Raise(Option<Expr>, Option<Expr>),
    /// `pass`.
    Pass,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `global a, b`.
    Global(Vec<String>),
    /// `nonlocal a, b`.
    Nonlocal(Vec<String>),
    /// `del a`.
    Delete(Expr),
    /// `type name[params] = value`.
    TypeAlias(String, Vec<TypeParam>, Expr),
    /// `if`; an `else` that is a single `if` prints as `elif`.
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    /// `while`.
    While(Expr, Vec<Stmt>),
    /// `for target in source`.
    For(Expr, Expr, Vec<Stmt>),
    /// `with manager as target`.
    With(Expr, Option<Expr>, Vec<Stmt>),
    /// `async for`, `async with`.
    Async(Box<StmtKind>),
    /// `try`.
    Try {
        /// The protected block.
        body: Vec<Stmt>,
        /// The handlers.
        handlers: Vec<Handler>,
        /// `finally`.
        finally: Vec<Stmt>,
    },
    /// `match`.
    Match(Expr, Vec<Case>),
    /// `def`.
    Function(Box<FunctionDef>),
    /// `class`.
    Class(Box<ClassDef>),
    /// An import inside a function.
    Import(String, Option<String>),
    /// `from a import b` inside a function.
    ImportFrom(String, String),
    /// `# text`.
    Comment(Note),
}

impl StmtKind {
    /// The statement at a place.
    pub fn at(self, span: Span) -> Stmt {
        Stmt {
            kind: self,
            span: Some(span),
        }
    }

    /// The statement without a place of its own.
    pub fn bare(self) -> Stmt {
        Stmt {
            kind: self,
            span: None,
        }
    }
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its text without marks; several lines if it has several.
    pub text: String,
    /// It stands behind the first line of what follows in the tree, if there is room.
    pub behind: bool,
    /// Where it begins in the Mochi text; none for comments of the compiler.
    pub place: Option<(SourceId, u32)>,
}

/// `except class as name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// The class; none never occurs in emitted code.
    pub class: Expr,
    /// The name that is bound.
    pub name: Option<String>,
    /// The block.
    pub body: Vec<Stmt>,
    /// The clause.
    pub span: Option<Span>,
}

/// `case pattern if guard`.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The comments about it.
    pub notes: Vec<Note>,
    /// The pattern.
    pub pattern: Pattern,
    /// The guard.
    pub guard: Option<Expr>,
    /// The block.
    pub body: Vec<Stmt>,
    /// The arm.
    pub span: Option<Span>,
}

/// A pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// `_`.
    Wildcard,
    /// `name`.
    Capture(String),
    /// A literal, `None`, or a dotted name.
    Value(Expr),
    /// `class(patterns)` by position.
    Class(Expr, Vec<Pattern>),
    /// `pattern as name`.
    As(Box<Pattern>, String),
    /// `a | b`.
    Or(Vec<Pattern>),
}

/// `def`.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionDef {
    /// Its name.
    pub name: String,
    /// `async def`.
    pub is_async: bool,
    /// Decorators.
    pub decorators: Vec<Expr>,
    /// Type parameters.
    pub type_params: Vec<TypeParam>,
    /// Parameters.
    pub params: Vec<Param>,
    /// The annotation of the result.
    pub result: Option<Expr>,
    /// Its docstring.
    pub doc: Option<String>,
    /// Its statements; an empty list prints as `pass`.
    pub body: Vec<Stmt>,
    /// The Mochi function, for the source map.
    pub origin: Option<Rc<str>>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name, with the stars of `*args` and `**kwargs`; `*` and `/` stand for themselves.
    pub name: String,
    /// Its annotation.
    pub annotation: Option<Expr>,
    /// Its default.
    pub default: Option<Expr>,
}

/// A type parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeParam {
    /// Its name.
    pub name: String,
    /// Its bound.
    pub bound: Option<Expr>,
}

/// `class`.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassDef {
    /// Its name.
    pub name: String,
    /// Decorators.
    pub decorators: Vec<Expr>,
    /// Type parameters.
    pub type_params: Vec<TypeParam>,
    /// Bases.
    pub bases: Vec<Expr>,
    /// Its docstring.
    pub doc: Option<String>,
    /// Its statements.
    pub body: Vec<Stmt>,
}
