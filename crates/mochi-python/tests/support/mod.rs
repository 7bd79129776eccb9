//! What the tests share: lowering of source text without imports, and real interpreters.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use mochi_base::{SourceFile, SourceId};
use mochi_python::{LowerOptions, Lowered, lower};
use mochi_types::{ClassId, ExternClass, ExternItem, ExternMember, Externs, ModuleId};

/// No imported modules.
pub struct NoExterns;

impl Externs for NoExterns {
    fn import(&self, _: &str) -> Option<ModuleId> {
        None
    }
    fn attribute(&self, _: &ModuleId, _: &str) -> Option<Rc<ExternItem>> {
        None
    }
    fn names(&self, _: &ModuleId) -> Vec<Rc<str>> {
        Vec::new()
    }
    fn class(&self, _: &ClassId) -> Option<Rc<ExternClass>> {
        None
    }
    fn member(&self, _: &ClassId, _: &str) -> Option<Rc<ExternMember>> {
        None
    }
    fn member_names(&self, _: &ClassId) -> Vec<Rc<str>> {
        Vec::new()
    }
    fn declared_names(&self, _: &ClassId) -> Vec<Rc<str>> {
        Vec::new()
    }
}

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

/// The options for a program of one file.
pub fn options(name: &str, source: SourceFile) -> LowerOptions {
    LowerOptions {
        module_name: name.to_string(),
        package: Vec::new(),
        sources: vec![(SourceId(0), Rc::new(source))],
        entry: true,
        in_package: false,
        persistent_loop: false,
        checks: mochi_types::CheckRule::default(),
        tests: false,
        benches: false,
        since: None,
    }
}

/// The text of one file of the output.
pub fn file<'a>(lowered: &'a Lowered, name: &str) -> &'a str {
    lowered
        .files
        .iter()
        .find(|(path, _)| path == name)
        .map_or("", |(_, text)| text)
}

/// The interpreters of the supported versions that this machine has; at least one.
pub fn interpreters() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for minor in [12, 13] {
        let name = format!("python3.{minor}");
        let mut candidates = vec![PathBuf::from(&name)];
        if let Some(home) = std::env::var_os("HOME") {
            let versions = Path::new(&home).join(".pyenv/versions");
            for entry in std::fs::read_dir(versions).into_iter().flatten().flatten() {
                candidates.push(entry.path().join("bin").join(&name));
            }
        }
        let works = |candidate: &PathBuf| {
            Command::new(candidate)
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
        };
        found.extend(candidates.into_iter().find(works));
    }
    assert!(!found.is_empty(), "no Python 3.12 or 3.13 to test with");
    found
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

fn markdown(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            markdown(&path, found);
        } else if path.extension().is_some_and(|suffix| suffix == "md") {
            found.push(path);
        }
    }
}

/// The programs of the literate cases and of the pages of codes.
pub fn literate_programs() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = vec![root.join("docs/tour.md")];
    markdown(&root.join("tests/literate"), &mut files);
    markdown(&root.join("docs/codes"), &mut files);
    let mut programs = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        for block in text.split("\n```mochi").skip(1) {
            let body = block.split_once('\n').map_or("", |(_, body)| body);
            programs.push(body.split("\n```").next().unwrap_or("").to_owned());
        }
    }
    programs
}
