//! The files of an installed distribution, and what each is to the analyser.

use std::path::{Path, PathBuf};

use mochi_system::{FileKind, System};

use crate::distribution::{Distribution, first_field, is_identifier};

/// A file of a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// Its path relative to `site-packages`, with `/`; scripts as `bin/name`.
    pub(super) shown: String,
    /// Where it is.
    pub(super) path: PathBuf,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Python that can be imported.
    Source {
        /// The dotted name.
        module: String,
        /// Whether it is the `__init__` of a package.
        is_package: bool,
        /// Whether it belongs to the distribution's own tests.
        is_test: bool,
    },
    /// Native code.
    Native,
    /// A command that the wheel brings, whatever it is written in.
    Script,
    /// Lines that Python executes when it starts.
    Startup,
}

/// Whether a distribution stands elsewhere and is only referred to.
pub(super) fn is_linked(record: &str) -> bool {
    record
        .lines()
        .filter_map(first_field)
        .any(|path| path.starts_with("__editable__") && has_suffix(&path, "pth"))
}

/// The files that a `RECORD` lists, and those that an editable installation leads to, by path.
pub(super) fn files(system: &dyn System, distribution: &Distribution, record: &str) -> Vec<File> {
    let Some(site_packages) = distribution.metadata.parent() else {
        return Vec::new();
    };
    let commands = commands(system, distribution);
    let mut files = Vec::new();
    for path in record.lines().filter_map(first_field) {
        let place = site_packages.join(&path);
        if path.starts_with("__editable__") {
            if has_suffix(&path, "pth") {
                linked(system, distribution, &place, &mut files);
            }
            continue;
        }
        if let Some((shown, kind)) = classify(&path, &commands) {
            files.push(File {
                shown,
                path: place,
                kind,
            });
        }
    }
    files.sort_by(|a, b| a.shown.cmp(&b.shown));
    files.dedup_by(|a, b| a.shown == b.shown);
    files
}

/// What a path of a `RECORD` is; none for data.
fn classify(path: &str, commands: &[String]) -> Option<(String, Kind)> {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop()?;
    if parts.first().is_some_and(|top| top.ends_with(".dist-info")) {
        return None;
    }
    if is_native(name) {
        return Some((path.clone(), Kind::Native));
    }
    if matches!(parts.last(), Some(&("bin" | "Scripts")))
        && parts.iter().rev().skip(1).all(|part| *part == "..")
    {
        let stem = name.strip_suffix(".exe").unwrap_or(name);
        if commands.iter().any(|command| command == stem) {
            return None;
        }
        return Some((format!("bin/{name}"), Kind::Script));
    }
    if parts.is_empty() && has_suffix(name, "pth") {
        return Some((path.clone(), Kind::Startup));
    }
    source(&path)
}

/// A source that can be imported.
fn source(path: &str) -> Option<(String, Kind)> {
    let stem = path
        .strip_suffix(".py")
        .or_else(|| path.strip_suffix(".pyw"))?;
    let mut names: Vec<&str> = stem.split('/').collect();
    if !names.iter().all(|name| is_identifier(name)) {
        return None;
    }
    let last = names.last().copied().unwrap_or("");
    let is_test = names
        .iter()
        .rev()
        .skip(1)
        .any(|folder| matches!(*folder, "test" | "tests" | "_test" | "_tests"))
        || last == "conftest"
        || last.starts_with("test_")
        || last.ends_with("_test");
    let is_package = last == "__init__";
    if is_package {
        names.pop();
    }
    Some((
        path.to_owned(),
        Kind::Source {
            module: names.join("."),
            is_package,
            is_test,
        },
    ))
}

/// The commands that installers write themselves: they only call what the modules define.
fn commands(system: &dyn System, distribution: &Distribution) -> Vec<String> {
    let text = system
        .read_text(&distribution.metadata.join("entry_points.txt"))
        .unwrap_or_default();
    let mut is_script = false;
    let mut commands = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            is_script = matches!(
                section.trim_end_matches(']').trim(),
                "console_scripts" | "gui_scripts"
            );
        } else if is_script && let Some((name, _)) = line.split_once('=') {
            commands.push(name.trim().to_owned());
        }
    }
    commands
}

/// The sources of an editable installation: those of its modules below the folders that its `.pth`
/// file names.
fn linked(system: &dyn System, distribution: &Distribution, pth: &Path, files: &mut Vec<File>) {
    let Ok(modules) = distribution.modules(system) else {
        return;
    };
    let tops: Vec<String> = modules
        .all()
        .map(|module| module.split('.').next().unwrap_or(module).to_owned())
        .collect();
    let text = system.read_text(pth).unwrap_or_default();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') || line.starts_with("import ") {
            continue;
        }
        let folder = pth
            .parent()
            .map_or_else(|| PathBuf::from(line), |base| base.join(line));
        for name in system.list(&folder).unwrap_or_default() {
            let stem = name.split('.').next().unwrap_or(&name);
            if tops.iter().any(|top| top == stem) {
                below(system, &folder, &name, 0, files);
            }
        }
    }
}

fn below(system: &dyn System, folder: &Path, path: &str, depth: u32, files: &mut Vec<File>) {
    const DEEPEST: u32 = 16;
    let place = folder.join(path);
    let Ok(entries) = system.entries(&place) else {
        if let Some((shown, kind)) = classify(path, &[]) {
            files.push(File {
                shown,
                path: place,
                kind,
            });
        }
        return;
    };
    if depth >= DEEPEST {
        return;
    }
    for entry in entries {
        let is_hidden = entry.name.starts_with('.') || entry.name == "__pycache__";
        if !is_hidden && matches!(entry.kind, FileKind::Directory | FileKind::File) {
            let path = format!("{path}/{}", entry.name);
            below(system, folder, &path, depth + 1, files);
        }
    }
}

/// Extension modules and the libraries beside them: `x.so`, `libx.so.1`, `x.pyd`, `x.dll`.
fn is_native(name: &str) -> bool {
    let versioned = || {
        name.split_once(".so.")
            .is_some_and(|(_, version)| version.bytes().all(|c| c.is_ascii_digit() || c == b'.'))
    };
    ["so", "pyd", "dylib", "dll"]
        .iter()
        .any(|suffix| has_suffix(name, suffix))
        || versioned()
}

fn has_suffix(name: &str, suffix: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, found)| found == suffix)
}
