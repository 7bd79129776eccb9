//! The checker: a syntax tree and the extern declarations of its imports to a typed module.
//!
//! Every fault of the user's program is reported here (or by the bridge); a typed module exists
//! only for programs without errors, so that lowering may assert but never report. This crate does
//! no input or output.
//!
//! Entry points: [`check`] for one file, [`check_program`] for modules that import each other,
//! [`python_imports`], [`typed`].
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
mod imports;
mod keys;
mod narrow;
mod pattern;
mod python;
mod relation;
mod report;
mod scope;
mod signature;
mod space;
mod stmt;
pub mod typed;
mod walk;

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_base::{Diagnostic, Severity, SourceFile, SourceId, Span};
use mochi_syntax::ast;
use mochi_types::Externs;

pub use imports::python_imports;

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

/// What an import of a module of the program leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A module that was checked before, by its index in the program.
    Module(usize),
    /// Nothing (T083): what was looked for, and what may help.
    Missing {
        /// The path as messages show it.
        shown: Rc<str>,
        /// What may help.
        note: Option<String>,
    },
    /// A module that imports this one (T084): the modules of the cycle in order.
    Cycle(Rc<str>),
}

/// A parsed module of a program.
#[derive(Clone, Debug)]
pub struct ModuleInput<'a> {
    /// What messages call it.
    pub name: Rc<str>,
    /// Its statements; those of a folder's files one file after the other.
    pub program: &'a ast::Program,
    /// The texts that the spans in it refer to; later files of a folder have greater identities.
    pub sources: Vec<(SourceId, &'a SourceFile)>,
    /// Where each import of another module leads, by the span of its string.
    pub imports: BTreeMap<Span, Target>,
}

/// What checking a program yields.
#[derive(Debug, Default)]
pub struct CheckedProgram {
    /// The typed modules in the order given; none if there is an error.
    pub modules: Option<Vec<typed::Module>>,
    /// Every independent fault: module by module, in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// The type of every expression statement, call and binding, in the same order.
    pub types: Vec<(Span, String)>,
}

/// Checks a file against the Python modules that it imports. The spans of `program` refer to
/// `source`.
pub fn check(program: &ast::Program, source: &SourceFile, externs: &dyn Externs) -> Checked {
    let input = ModuleInput {
        name: Rc::from(source.path()),
        program,
        sources: vec![(SourceId(0), source)],
        imports: BTreeMap::new(),
    };
    let checked = check_program(&[input], externs);
    Checked {
        module: checked
            .modules
            .and_then(|modules| modules.into_iter().next()),
        diagnostics: checked.diagnostics,
        types: checked.types,
    }
}

/// Checks modules, each after those that it imports.
pub fn check_program(inputs: &[ModuleInput<'_>], externs: &dyn Externs) -> CheckedProgram {
    let mut checker = checker::Checker::new(externs);
    for input in inputs {
        checker.check_module(input);
    }
    let (modules, mut diagnostics, mut types) = checker.finish();
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.map(|span| (span.source, span.start)));
    diagnostics.dedup();
    types.sort_by_key(|(span, _)| (span.source, span.start, std::cmp::Reverse(span.end)));
    types.dedup();
    let failed = diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error);
    CheckedProgram {
        modules: (!failed).then_some(modules),
        diagnostics,
        types,
    }
}
