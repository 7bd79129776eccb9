//! Compiled scripts in the cache, addressed by everything that they depend on.
//!
//! Spec: bridge.md §9 (compiled, cached by content), §14.

use std::path::{Path, PathBuf};

use mochi_base::{Diagnostic, SourceSet};
use mochi_python::{Lowered, runtime};
use mochi_system::System;

use super::BuildOptions;
use super::graph::Graph;
use super::package;
use super::sidecar::Sidecars;
use crate::cache::{Cache, sha256};
use crate::error::ProjectError;
use crate::session::{Manner, Prepared};

/// The file that Python is started with.
const STARTER: &str = "_mochi_start.py";

/// A program that can run.
pub struct Executable {
    /// The interpreter to run it with.
    pub python: PathBuf,
    /// What Python runs.
    pub starter: PathBuf,
    /// The program's module, beside the starter; the starter's first argument. The second is the
    /// script as the user wrote it.
    pub module: String,
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
pub(super) fn key(
    graph: &Graph,
    sidecars: &Sidecars,
    prepared: &Prepared,
    options: &BuildOptions,
    manner: Manner,
) -> String {
    let modules: Vec<&str> = prepared
        .modules
        .iter()
        .map(|imported| imported.module.as_str())
        .collect();
    let version = prepared.interpreter.version_text();
    let modules = modules.join(",");
    let mut parts = vec![
        options.compiler.clone(),
        format!("{:?}", options.purpose),
        format!("{manner:?}"),
        prepared.lock_hash.clone().unwrap_or_default(),
        prepared
            .types
            .as_ref()
            .map_or(String::new(), |types| types.hash.clone()),
        version,
        modules,
    ];
    for module in &graph.modules {
        parts.push(module.shown.display().to_string());
        for (_, source) in &module.sources {
            parts.push(source.path().to_owned());
            parts.push(source.text().to_owned());
        }
    }
    parts.extend(sidecars.parts());
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
    let directory = cache.section("builds").join(key);
    let whole = system.is_file(&directory.join(STARTER))
        && system.is_file(&directory.join(file_name(name)));
    whole.then(|| executable(&directory, name, prepared))
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
    Ok(executable(&directory, name, prepared))
}

fn write(system: &dyn System, directory: &Path, lowered: &Lowered) -> std::io::Result<()> {
    package::write(system, directory, lowered)?;
    system.write(&directory.join(STARTER), runtime::STARTER.as_bytes())
}

fn executable(directory: &Path, module: &str, prepared: &Prepared) -> Executable {
    Executable {
        python: prepared.python.clone(),
        starter: directory.join(STARTER),
        module: module.to_owned(),
        warnings: Vec::new(),
        sources: SourceSet::new(),
    }
}

fn file_name(module: &str) -> String {
    format!("{module}.py")
}
