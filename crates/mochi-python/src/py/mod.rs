//! The Python AST: what lowering builds and the one printer prints.
//!
//! It covers the part of Python 3.12 that the compiler emits, and no more. Parentheses are not
//! part of it: the printer adds those that precedence or line length asks for.

mod expr;
mod stmt;
mod walk;

pub use expr::{
    Arg, Beside, BinOp, BoolOp, CmpOp, Comprehension, Expr, FPart, LambdaParam, UnaryOp,
};
pub use stmt::{
    Case, ClassDef, FunctionDef, Handler, Note, Param, Pattern, Stmt, StmtKind, TypeParam,
};

/// A Python module.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Comment lines above everything else, without `#`.
    pub header: Vec<String>,
    /// Its docstring.
    pub doc: Option<String>,
    /// `from __future__ import annotations`: annotations are never evaluated.
    pub future_annotations: bool,
    /// The imports in any order; the printer sorts them.
    pub imports: Vec<Import>,
    /// The comments about imports, each with the place that its import has.
    pub import_notes: Vec<(mochi_base::Span, Note)>,
    /// Imports that only type checkers see.
    pub type_imports: Vec<Import>,
    /// The statements.
    pub body: Vec<Stmt>,
}

/// One import of a module's head.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// Where the module belongs.
    pub group: ImportGroup,
    /// What is imported.
    pub kind: ImportKind,
    /// The place that caused it, as an index of no meaning to the order.
    pub span: Option<mochi_base::Span>,
}

/// The sections of imports in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImportGroup {
    /// The standard library.
    Standard,
    /// Installed packages.
    ThirdParty,
    /// The program itself.
    Local,
}

/// The forms of import; plain ones come first in a section.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImportKind {
    /// `import a.b` or `import a.b as c`.
    Module(String, Option<String>),
    /// `from a import b`; several of one module are joined.
    From(String, String),
}
