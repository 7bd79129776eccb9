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

mod advice;
mod alias;
mod annotation;
mod builtin;
mod checker;
mod data;
mod effects;
mod exhaustive;
mod expr;
mod flow;
mod generic;
mod guess;
mod habits;
mod imports;
mod inner;
mod keys;
mod lint;
mod missing;
mod narrow;
mod pattern;
mod python;
mod reactive;
mod recursion;
mod relation;
mod report;
mod rows;
mod scope;
mod signature;
mod space;
mod stmt;
pub mod typed;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_base::{Diagnostic, Severity, SourceFile, SourceId, Span};
use mochi_syntax::ast;
use mochi_types::{Declared, DeclaredTable, Externs, ModuleId};

use crate::guess::Guesses;

pub use builtin::names as builtin_names;
pub use imports::{python_imports, space_imports};

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
    /// The sidecar of each text: the Python file beside it that its `extern` statements describe.
    pub sidecars: BTreeMap<SourceId, Sidecar>,
}

/// A Python file beside a file of the program (language.md §18.2).
#[derive(Clone, Debug)]
pub struct Sidecar {
    /// What messages call it.
    pub file: Rc<str>,
    /// Its place in the program: a dot, then its packages and its name.
    pub module: ModuleId,
    /// What it defines.
    pub names: SidecarNames,
}

/// What a sidecar defines.
#[derive(Clone, Debug)]
pub enum SidecarNames {
    /// There is no such file.
    Missing,
    /// It is no Python, and why.
    Unreadable(String),
    /// These names at its top level.
    Known {
        /// The names.
        names: BTreeSet<Rc<str>>,
        /// There may be more.
        is_open: bool,
    },
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
    /// What its `extern` statements declare: to be laid over the declarations of packages again
    /// when it is lowered.
    pub declared: Rc<DeclaredTable>,
}

/// Checks a file against the Python modules that it imports. The spans of `program` refer to
/// `source`.
pub fn check(program: &ast::Program, source: &SourceFile, externs: &dyn Externs) -> Checked {
    let input = ModuleInput {
        name: Rc::from(source.path()),
        program,
        sources: vec![(SourceId(0), source)],
        imports: BTreeMap::new(),
        sidecars: BTreeMap::new(),
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
    guess::refined(&mut |guesses| check_with(inputs, externs, guesses))
}

/// Checks modules with these types for containers that are declared empty; answers too what is put
/// into such.
fn check_with(
    inputs: &[ModuleInput<'_>],
    externs: &dyn Externs,
    guesses: Guesses,
) -> (CheckedProgram, Guesses) {
    let declared = Rc::new(DeclaredTable::default());
    let externs = Declared::over(externs, Rc::clone(&declared));
    let mut checker = checker::Checker::new(&externs, Rc::clone(&declared));
    checker.content.guesses = guesses;
    for input in inputs {
        checker.check_module(input);
    }
    let found = checker.guesses();
    let (modules, mut diagnostics, mut types) = checker.finish();
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.map(|span| (span.source, span.start)));
    diagnostics.dedup();
    types.sort_by_key(|(span, _)| (span.source, span.start, std::cmp::Reverse(span.end)));
    types.dedup();
    let failed = diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error);
    let checked = CheckedProgram {
        modules: (!failed).then_some(modules),
        diagnostics,
        types,
        declared,
    };
    (checked, found)
}
