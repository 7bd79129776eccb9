//! What the tests share: lowering of source text without imports, and running it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use mochi_base::{SourceFile, SourceId};
use mochi_fuzz::compile::{NoExterns, options};
use mochi_python::{Lowered, lower};

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
    lower(&module, &NoExterns, &options(name, source))
}

/// A fresh folder below the target folder of the build.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// Writes the output into a folder.
pub fn write(lowered: &Lowered, folder: &Path) {
    for (name, text) in &lowered.files {
        std::fs::write(folder.join(name), text).unwrap();
    }
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
