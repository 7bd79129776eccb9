//! The environment of a project: `.venv`, made to match the lock.
//!
//! A marker in it says what it was made for and is written last: with it nothing is checked again
//! and no process is started.
//!
//! Spec: bridge.md §9, §14.

use std::path::PathBuf;

use super::{Project, free_threaded, locking};
use crate::cache;
use crate::environment::{self, Environment};
use crate::error::ProjectError;
use crate::interpreter::Interpreter;
use crate::lock::{Places, ProjectLock};
use crate::private_project::PrivateProject;
use crate::progress::{Phase, phase};
use crate::session::Session;
use crate::stubs;
use crate::uv::UvCommand;
use crate::wrapping::{self, WrapInputs};

/// What syncing did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synced {
    /// The environment.
    pub environment: PathBuf,
    /// How many distributions are locked.
    pub distributions: usize,
    /// Whether anything had to be done.
    pub changed: bool,
}

const MARKER: &str = "mochi-complete";

/// Locks if need be, makes the environment match, and writes the wrappers of its packages.
pub fn sync_project(session: &Session<'_>, project: &Project) -> Result<Synced, Vec<ProjectError>> {
    let interpreter = session.interpreter().map_err(|error| vec![error])?;
    let private = PrivateProject::of_manifest(session.system(), &project.manifest, &project.root);
    let (text, lock) = super::prepare::ensure_lock(session, (project, &private))?;
    let wanted = (text.as_str(), &lock);
    let (environment, changed) =
        sync(session, (project, &private), wanted, interpreter).map_err(|error| vec![error])?;
    let types = stubs::folder(session, project, &lock, interpreter).map_err(|error| vec![error])?;
    let inputs = WrapInputs {
        lock: &lock,
        state: &state(&text, &private, interpreter),
        site_packages: environment.site_packages,
        types,
        interpreter,
    };
    wrapping::write(session, project, &inputs).map_err(|error| vec![error])?;
    Ok(Synced {
        environment: project.environment(),
        distributions: lock.packages.len(),
        changed,
    })
}

/// What the environment is for: the lock, the interpreter and the state of local projects.
pub(super) fn state(text: &str, private: &PrivateProject, interpreter: &Interpreter) -> String {
    cache::sha256(
        format!(
            "environment 2\n{}\n{}\n{}\n{}\n{text}",
            interpreter.executable.display(),
            interpreter.version_text(),
            interpreter.platform,
            private.local_state(),
        )
        .as_bytes(),
    )
}

/// The environment, if it is complete and for this state. Starts nothing.
pub(super) fn present(
    session: &Session<'_>,
    project: &Project,
    state: &str,
    interpreter: &Interpreter,
) -> Option<Environment> {
    let system = session.system();
    let directory = project.environment();
    let marker = system.read_text(&directory.join(MARKER)).ok()?;
    let environment = environment::layout(system, &directory, interpreter);
    let whole = marker.trim() == state
        && system.is_file(&environment.python)
        && system.is_directory(&environment.site_packages);
    whole.then_some(environment)
}

/// Makes the environment match the lock; the second value tells whether it did not.
pub(super) fn sync(
    session: &Session<'_>,
    (project, private): (&Project, &PrivateProject),
    (text, lock): (&str, &ProjectLock),
    interpreter: &Interpreter,
) -> Result<(Environment, bool), ProjectError> {
    let system = session.system();
    let state = state(text, private, interpreter);
    if let Some(environment) = present(session, project, &state, interpreter) {
        return Ok((environment, false));
    }
    let _guard = project.guard(system, session.progress(), session.cache())?;
    if let Some(environment) = present(session, project, &state, interpreter) {
        return Ok((environment, false));
    }
    let work = project.work(system, session.cache())?;
    let made = sync_in(session, (project, private), lock, &state, work.clone())
        .map_err(|error| free_threaded::explained(error, project, interpreter));
    // What cannot be removed now is only lost space.
    let _ = system.remove(&work);
    made?;
    let directory = project.environment();
    Ok((environment::layout(system, &directory, interpreter), true))
}

fn sync_in(
    session: &Session<'_>,
    (project, private): (&Project, &PrivateProject),
    lock: &ProjectLock,
    state: &str,
    work: PathBuf,
) -> Result<(), ProjectError> {
    let system = session.system();
    let _running = phase(session.progress(), Phase::Installing);
    let places = Places {
        project: &project.root,
        uv: &work,
    };
    locking::write_inputs(system, private, &work, Some(&lock.to_uv(places, false)))?;
    let settings = locking::project_settings(session, &work)?;
    let more = free_threaded::configuration(project, lock, session.interpreter()?);
    if !more.is_empty() {
        // A key of the whole file comes before its tables.
        let text = format!("{more}{}", private.configuration());
        system
            .write(&settings.configuration, text.as_bytes())
            .map_err(|error| ProjectError::cache("write", &settings.configuration, &error))?;
    }
    let marker = project.environment().join(MARKER);
    let failed = |error| ProjectError::project_file("write", &marker, &error);
    system.remove(&marker).map_err(failed)?;
    let command = UvCommand::Sync {
        directory: work,
        environment: project.environment(),
        refresh: private.local_names(),
        without: Vec::new(),
        compatible: private.plain_editables(system),
    };
    locking::run(session, project, &settings, &command)?;
    system
        .write(&marker, format!("{state}\n").as_bytes())
        .map_err(failed)
}
