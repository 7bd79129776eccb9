//! Compiled scripts in the cache, addressed by everything that they depend on.
//!
//! Spec: bridge.md §9 (compiled, cached by content), §14.

use std::path::{Path, PathBuf};

use mochi_base::{Diagnostic, SourceFile, SourceSet};
use mochi_python::Lowered;
use mochi_system::System;

use super::BuildOptions;
use crate::cache::{Cache, sha256};
use crate::error::ProjectError;
use crate::session::Prepared;

/// A program that can run.
pub struct Executable {
    /// The interpreter to run it with.
    pub python: PathBuf,
    /// The main module.
    pub main: PathBuf,
    /// What is worth saying about it; empty when it comes from the cache.
    pub warnings: Vec<Diagnostic>,
    /// What the spans of the warnings refer to.
    pub sources: SourceSet,
}

impl Executable {
    pub(super) fn with_warnings(mut self, warnings: Vec<Diagnostic>, sources: SourceSet) -> Self {
        self.warnings = warnings;
        self.sources = sources;
        self
    }
}

/// The address of a build.
pub(super) fn key(source: &SourceFile, prepared: &Prepared, options: &BuildOptions) -> String {
    let modules: Vec<&str> = prepared
        .modules
        .iter()
        .map(|imported| imported.module.as_str())
        .collect();
    let parts = [
        options.compiler.as_str(),
        source.path(),
        prepared.lock_hash.as_deref().unwrap_or(""),
        &prepared.interpreter.version_text(),
        &modules.join(","),
        source.text(),
    ];
    // Lengths keep neighbours apart.
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(part.len().to_string().as_bytes());
        bytes.push(b':');
        bytes.extend_from_slice(part.as_bytes());
    }
    sha256(&bytes)
}

/// The build at that address, if it is complete.
pub(super) fn find(
    system: &dyn System,
    cache: &Cache,
    key: &str,
    name: &str,
    prepared: &Prepared,
) -> Option<Executable> {
    let main = cache.section("builds").join(key).join(file_name(name));
    system.is_file(&main).then(|| executable(main, prepared))
}

/// Puts a build into the cache: beside its place first, so that it is complete or absent.
pub(super) fn save(
    system: &dyn System,
    cache: &Cache,
    key: &str,
    name: &str,
    lowered: &Lowered,
    prepared: &Prepared,
) -> Result<Executable, ProjectError> {
    let section = cache.make_section(system, "builds")?;
    let directory = section.join(key);
    let beside = section.join(format!("{key}.{}", system.unique()));
    let written = write(system, &beside, lowered).and_then(|()| {
        match system.rename(&beside, &directory) {
            // Another process was faster; its build is the same.
            Err(_) if system.is_directory(&directory) => system.remove(&beside),
            outcome => outcome,
        }
    });
    if let Err(error) = written {
        // What cannot be removed now is only lost space.
        let _ = system.remove(&beside);
        return Err(ProjectError::cache("write", &directory, &error));
    }
    Ok(executable(directory.join(file_name(name)), prepared))
}

fn write(system: &dyn System, directory: &Path, lowered: &Lowered) -> std::io::Result<()> {
    system.create_dir_all(directory)?;
    for (path, text) in &lowered.files {
        system.write(&directory.join(path), text.as_bytes())?;
    }
    Ok(())
}

fn executable(main: PathBuf, prepared: &Prepared) -> Executable {
    Executable {
        python: prepared.python.clone(),
        main,
        warnings: Vec::new(),
        sources: SourceSet::new(),
    }
}

fn file_name(module: &str) -> String {
    format!("{module}.py")
}
