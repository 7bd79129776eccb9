//! The files of a new project.
//!
//! Spec: bridge.md §9 (layout).

use std::path::{Path, PathBuf};
use std::str::FromStr;

use mochi_system::System;
use pep508_rs::PackageName;

use crate::codes;
use crate::error::ProjectError;
use crate::manifest;

/// What a project is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It runs: `src/main.mochi`.
    Program,
    /// Others use it: `src/lib.mochi`.
    Library,
}

/// A project to be made.
#[derive(Clone, Debug)]
pub struct Scaffold {
    /// Its directory.
    pub directory: PathBuf,
    /// Its name; that of the directory if not given.
    pub name: Option<String>,
    /// What it is for.
    pub kind: Kind,
    /// Whether the directory may hold files already; those stay as they are.
    pub in_place: bool,
}

/// Makes the files; gives the paths that were written, relative to the directory.
pub fn scaffold(system: &dyn System, plan: &Scaffold) -> Result<Vec<PathBuf>, ProjectError> {
    let shown = plan.directory.display();
    let from_directory = || {
        let directory = system
            .canonical(&plan.directory)
            .unwrap_or_else(|_| plan.directory.clone());
        let name = directory.file_name()?;
        Some(name.to_string_lossy().into_owned())
    };
    let name = plan
        .name
        .clone()
        .or_else(from_directory)
        .unwrap_or_default();
    if name.is_empty() || PackageName::from_str(&name).is_err() {
        return Err(ProjectError::new(
            codes::REFUSED,
            format!("`{name}` cannot be the name of a package"),
        )
        .with_note(
            "a name has letters, digits and `-`, `_` or `.` between them; `--name` sets it",
        ));
    }
    if system
        .metadata(&plan.directory.join(manifest::FILE))
        .is_ok()
    {
        return Err(ProjectError::new(
            codes::REFUSED,
            format!("{shown} is a project already"),
        ));
    }
    let occupied = system.metadata(&plan.directory).is_ok_and(|found| {
        !found.is_directory()
            || system
                .entries(&plan.directory)
                .is_ok_and(|entries| !entries.is_empty())
    });
    if occupied && !plan.in_place {
        return Err(
            ProjectError::new(codes::REFUSED, format!("{shown} exists already"))
                .with_note("`mochi init` makes a project of a directory that holds files"),
        );
    }
    write_files(system, &plan.directory, &files(&name, plan.kind))
}

fn write_files(
    system: &dyn System,
    directory: &Path,
    files: &[(&str, String)],
) -> Result<Vec<PathBuf>, ProjectError> {
    let mut written = Vec::new();
    for (path, text) in files {
        let target = directory.join(path);
        if system.metadata(&target).is_ok() {
            continue;
        }
        let parent = target.parent().unwrap_or(directory);
        system
            .create_dir_all(parent)
            .and_then(|()| system.write(&target, text.as_bytes()))
            .map_err(|error| ProjectError::project_file("write", &target, &error))?;
        written.push(PathBuf::from(path));
    }
    Ok(written)
}

/// The manifest comes last: a directory without it is no project yet.
fn files(name: &str, kind: Kind) -> Vec<(&'static str, String)> {
    let (path, source, use_it) = match kind {
        Kind::Program => (
            "src/main.mochi",
            format!("print(\"Hello from {name}!\")\n"),
            "    mochi run\n",
        ),
        Kind::Library => (
            "src/lib.mochi",
            "/// Says hello to someone.\nexport fun greeting(name: string): string {\n  return f\"Hello, {name}!\"\n}\n"
                .to_owned(),
            "    mochi check\n",
        ),
    };
    vec![
        (path, source),
        ("tests/.gitkeep", String::new()),
        ("README.md", format!("# {name}\n\n{use_it}")),
        (".gitignore", "/.venv/\n/build/\n/python_wrap/\n".to_owned()),
        (
            manifest::FILE,
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n\n[python-dependencies]\n"),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use mochi_system::MemorySystem;

    fn plan(directory: &str, in_place: bool) -> Scaffold {
        Scaffold {
            directory: PathBuf::from(directory),
            name: None,
            kind: Kind::Program,
            in_place,
        }
    }

    #[test]
    fn a_new_project_is_read_back() {
        let system = MemorySystem::new();
        let written = scaffold(&system, &plan("/home/user/demo", false)).unwrap();
        assert_eq!(written.len(), 5);
        let found = super::super::Project::discover(&system, Path::new("/home/user/demo/src"))
            .unwrap()
            .unwrap();
        assert_eq!(found.manifest.package.name, "demo");
        assert_eq!(found.entry(&system), Path::new("demo/src/main.mochi"));
    }

    #[test]
    fn nothing_is_overwritten() {
        let system = MemorySystem::new().with_file("/home/user/demo/README.md", "mine");
        let refused = scaffold(&system, &plan("/home/user/demo", false)).unwrap_err();
        assert_eq!(refused.code, codes::REFUSED);
        let written = scaffold(&system, &plan("/home/user/demo", true)).unwrap();
        assert!(!written.contains(&PathBuf::from("README.md")));
        assert_eq!(
            system
                .read_text(Path::new("/home/user/demo/README.md"))
                .unwrap(),
            "mine"
        );
        let again = scaffold(&system, &plan("/home/user/demo", true)).unwrap_err();
        assert_eq!(again.message, "/home/user/demo is a project already");
        let bad = scaffold(&system, &plan("/home/user/a b", false)).unwrap_err();
        assert_eq!(bad.message, "`a b` cannot be the name of a package");
    }
}
