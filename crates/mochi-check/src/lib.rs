//! The checker: a syntax tree and the extern declarations of its imports to a typed module.
//!
//! Every fault of the user's program is reported here (or by the bridge); a typed module exists
//! only for programs without errors, so that lowering may assert but never report. This crate does
//! no input or output.
//!
//! Entry points: [`check`], [`typed`].
//!
//! Spec: language.md §3–§13, §18, §20.

#![allow(
    clippy::similar_names,
    reason = "what is typed has types, and slices have both start and stop"
)]
#![allow(
    clippy::match_same_arms,
    reason = "arms follow the tables of the specification, row by row"
)]
#![allow(
    clippy::result_large_err,
    reason = "a receiver without the member comes back as it went in"
)]

mod alias;
mod annotation;
mod builtin;
mod checker;
mod effects;
mod exhaustive;
mod expr;
mod flow;
mod generic;
mod keys;
mod narrow;
mod pattern;
mod python;
mod relation;
mod report;
mod scope;
mod signature;
mod stmt;
pub mod typed;
mod walk;

use mochi_base::{Diagnostic, Severity, SourceFile, Span};
use mochi_syntax::ast;
use mochi_types::Externs;

/// What checking a file yields.
#[derive(Debug, Default)]
pub struct Checked {
    /// The typed module; none if there is an error.
    pub module: Option<typed::Module>,
    /// Every independent fault, in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// The type of every expression statement, call and binding, in source order, for people.
    pub types: Vec<(Span, String)>,
}

/// Checks a file against the modules that it imports. The spans of `program` refer to `source`.
pub fn check(program: &ast::Program, source: &SourceFile, externs: &dyn Externs) -> Checked {
    let mut checker = checker::Checker::new(source, externs);
    checker.program(program);
    let (module, mut diagnostics, mut types) = checker.finish();
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.map(|span| span.start));
    diagnostics.dedup();
    types.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    types.dedup();
    let failed = diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error);
    Checked {
        module: (!failed).then_some(module),
        diagnostics,
        types,
    }
}
