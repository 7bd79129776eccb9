//! What the tests share: lowering of source text without imports, and running it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use mochi_base::{SourceFile, SourceId};
use mochi_fuzz::compile::{NoExterns, options};
use mochi_python::{Lowered, lower};
use tempfile::TempDir;

/// Lowers a program that must be free of errors.
pub fn lowered(name: &str, text: &str) -> Lowered {
    let path = format!("{name}.mochi");
    let source = SourceFile::new(path.clone(), text);
    let parsed = mochi_syntax::parse(SourceId(0), text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let checked = mochi_check::check(&parsed.program, &source, &NoExterns);
    let module = checked
        .module
        .unwrap_or_else(|| panic!("{name}: {:?}", checked.diagnostics));
    lower(
        &module,
        &NoExterns,
        &options(name, (SourceId(0), Rc::new(source))),
    )
}

/// A folder with the output, which lasts as long as its value.
pub fn written(lowered: &Lowered) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &lowered.files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Standard output, standard error and exit status of a program.
pub fn run(python: &Path, script: &Path) -> (String, String, i32) {
    let output = Command::new(python).arg(script).output().unwrap();
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
        output.status.code().unwrap_or(-1),
    )
}
