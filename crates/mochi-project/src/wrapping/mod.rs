//! `python_wrap/`: for each imported distribution its surface in Mochi's words and a module of
//! Python through which its results are checked.
//!
//! The folder is written as a whole beside its place and then moved there. A note in the
//! environment says what it was made for: while that holds, nothing is read. Neither the checker nor
//! a build looks into it.
//!
//! Spec: bridge.md §7, §9 (layout), §14.

mod files;

use std::path::{Path, PathBuf};

use mochi_system::System;

use crate::cache;
use crate::error::ProjectError;
use crate::interpreter::Interpreter;
use crate::lock::ProjectLock;
use crate::progress::{Event, Phase, phase};
use crate::project::Project;
use crate::session::Session;
use crate::stubs::TypeFolder;

/// The folder in a project.
const FOLDER: &str = "python_wrap";
/// The note in the environment.
const NOTE: &str = "mochi-wrap";
/// Changes when the files of the same inputs do.
const FORMAT: u32 = 1;
/// The first line of its `__init__.py`, which tells it from folders of other origin.
const OWN: &str = "\"\"\"Wrappers of the project's packages, written by `mochi pkg sync`.\"\"\"";

/// What the wrappers are made from.
pub(crate) struct WrapInputs<'a> {
    /// The lock.
    pub lock: &'a ProjectLock,
    /// What the environment was made for.
    pub state: &'a str,
    /// Where distributions stand.
    pub site_packages: PathBuf,
    /// Stubs beside them.
    pub types: Option<TypeFolder>,
    /// The interpreter.
    pub interpreter: &'a Interpreter,
}

/// Writes the wrappers anew unless they are up to date; tells whether it did.
pub(crate) fn write(
    session: &Session<'_>,
    project: &Project,
    inputs: &WrapInputs<'_>,
) -> Result<bool, ProjectError> {
    let system = session.system();
    let folder = project.root.join(FOLDER);
    let note = project.environment().join(NOTE);
    let types = inputs.types.as_ref().map_or("", |types| &types.hash);
    let version = env!("CARGO_PKG_VERSION");
    let wanted = format!("wrap {FORMAT}\n{version}\n{}\n{types}", inputs.state);
    let wanted = cache::sha256(wanted.as_bytes());
    if is_current(system, &folder, &note, &wanted) {
        return Ok(false);
    }
    if !is_own(system, &folder) {
        let text = format!(
            "{} was not written by mochi and stays as it is: no wrappers are written",
            project.shown.join(FOLDER).display()
        );
        session.progress().event(&Event::Warning(text));
        return Ok(false);
    }
    let Some(shared) = session.shared_system() else {
        return Ok(false);
    };
    let _guard = project.guard(system, session.progress(), session.cache())?;
    if is_current(system, &folder, &note, &wanted) {
        return Ok(false);
    }
    let made = {
        let _reading = phase(session.progress(), Phase::ReadingTypes);
        files::files(&shared, project, inputs)
    };
    let failed = |error| ProjectError::project_file("write", &folder, &error);
    replace(system, &folder, &project.environment(), &made).map_err(failed)?;
    let mut text = format!("{wanted}\n");
    for (path, _) in &made {
        text.push_str(path);
        text.push('\n');
    }
    system
        .write(&note, text.as_bytes())
        .map_err(|error| ProjectError::project_file("write", &note, &error))?;
    Ok(true)
}

/// Whether the folder is that of the state, with every file still there.
fn is_current(system: &dyn System, folder: &Path, note: &Path, wanted: &str) -> bool {
    let Ok(text) = system.read_text(note) else {
        return false;
    };
    let mut lines = text.lines();
    lines.next() == Some(wanted) && lines.all(|path| system.is_file(&folder.join(path)))
}

/// Whether the folder may be replaced: it is not there, empty, or ours.
fn is_own(system: &dyn System, folder: &Path) -> bool {
    let is_there = system.is_directory(folder) || system.is_file(folder);
    let is_empty = system.list(folder).is_ok_and(|names| names.is_empty());
    let head = system.read_text(&folder.join("__init__.py"));
    !is_there || is_empty || head.is_ok_and(|text| text.starts_with(OWN))
}

/// Whether a folder holds the wrappers of a project: nothing in it was written by anyone.
pub fn is_generated(system: &dyn System, folder: &Path) -> bool {
    let head = || system.read_text(&folder.join("__init__.py"));
    folder.file_name().is_some_and(|name| name == FOLDER)
        && head().is_ok_and(|text| text.starts_with(OWN))
}

/// Puts the files in the place of the folder; without any it is removed. They are written into the
/// environment first, where what an interrupted process left is removed.
fn replace(
    system: &dyn System,
    folder: &Path,
    environment: &Path,
    made: &[(String, String)],
) -> std::io::Result<()> {
    let prefix = format!("{FOLDER}.");
    for name in system.list(environment)? {
        if name.starts_with(&prefix) {
            system.remove(&environment.join(name))?;
        }
    }
    if made.is_empty() {
        return system.remove(folder);
    }
    let beside = environment.join(format!("{prefix}{}", system.unique()));
    let written = write_all(system, &beside, made)
        .and_then(|()| system.remove(folder))
        .and_then(|()| system.rename(&beside, folder));
    if written.is_err() {
        // What cannot be removed now is only lost space.
        let _ = system.remove(&beside);
    }
    written
}

fn write_all(system: &dyn System, folder: &Path, made: &[(String, String)]) -> std::io::Result<()> {
    for (path, text) in made {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            system.create_dir_all(parent)?;
        }
        system.write(&path, text.as_bytes())?;
    }
    Ok(())
}
