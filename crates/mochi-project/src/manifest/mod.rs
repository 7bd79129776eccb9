//! `mochi.toml` as a value: what a project is called, what it needs of Python, how it wants to be
//! run.
//!
//! Reading never guesses: an unknown key, a wrong kind of value or a malformed requirement is a
//! fault with its place in the file. Writing keeps the user's comments and order.
//!
//! Spec: bridge.md §3; PEP 440, PEP 508.

mod dependency;
mod edit;
mod package;
mod python;
mod reader;

use std::rc::Rc;

pub use dependency::{Dependency, DependencySource, GitReference};
pub use edit::{EditError, NewDependency, add, remove};
pub use package::Package;
pub use python::{Attestations, Index, Priority, Python};

use crate::error::{OtherText, ProjectError};
use reader::Reader;

/// The name of the file.
pub const FILE: &str = "mochi.toml";

/// A manifest that was read.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Its text with the path that messages show.
    pub text: Rc<OtherText>,
    /// `[package]`.
    pub package: Package,
    /// `[python-dependencies]`, in the order of the file.
    pub dependencies: Vec<Dependency>,
    /// `[python]`.
    pub python: Python,
    /// Settings that this version reads and does not act on yet, as sentences.
    pub warnings: Vec<String>,
}

impl Manifest {
    /// Reads a manifest; every independent fault is reported.
    pub fn parse(text: &Rc<OtherText>) -> Result<Self, Vec<ProjectError>> {
        let document = match toml_edit::Document::parse(&*text.text) {
            Ok(document) => document,
            Err(error) => return Err(vec![reader::malformed(text, &error)]),
        };
        let mut reader = Reader::new(text);
        let root = document.as_table();
        reader.known_keys(
            root,
            "the manifest",
            &["package", "python-dependencies", "python"],
        );
        let package = if let Some(table) = reader.table(root, "package") {
            package::read(&mut reader, table)
        } else {
            if !root.contains_key("package") {
                reader.fault(Some(0..0), "the table `[package]` is missing");
            }
            Package::default()
        };
        let python = match reader.table(root, "python") {
            Some(table) => python::read(&mut reader, table),
            None => Python::default(),
        };
        let dependencies = match reader.table(root, "python-dependencies") {
            Some(table) => dependency::read(&mut reader, table, &python),
            None => Vec::new(),
        };
        let warnings = reader.warnings();
        reader.finish()?;
        Ok(Self {
            text: Rc::clone(text),
            package,
            dependencies,
            python,
            warnings,
        })
    }

    /// The dependency of that normalised name.
    pub fn dependency(&self, name: &str) -> Option<&Dependency> {
        self.dependencies
            .iter()
            .find(|one| one.name.as_ref() == name)
    }
}

#[cfg(test)]
mod tests;
