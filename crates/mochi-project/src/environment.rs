//! From a lock and an interpreter to an environment with everything installed.
//!
//! An environment carries a marker that is written last: with it nothing is checked again and no
//! process is started, without it the environment is made anew.
//!
//! Spec: bridge.md §9, §14.

use std::path::{Path, PathBuf};

use mochi_system::{Platform, System};

use crate::cache::{self, Cache};
use crate::codes;
use crate::error::ProjectError;
use crate::interpreter::Interpreter;
use crate::progress::{Phase, Progress, phase};
use crate::resolve::{Resolution, Unresolved};
use crate::uv::failure::Failure;
use crate::uv::{Ended, Uv, UvCommand, UvSettings};

/// A complete environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Environment {
    /// Its interpreter.
    pub python: PathBuf,
    /// Where distributions stand.
    pub site_packages: PathBuf,
}

const SECTION: &str = "environments";
const MARKER: &str = "mochi-complete";

/// The name of the environment in the cache.
fn key(resolution: &Resolution, interpreter: &Interpreter) -> String {
    let text = format!(
        "environment 1\n{}\n{}\n{}\n{}\n",
        resolution.hash,
        interpreter.executable.display(),
        interpreter.version_text(),
        interpreter.platform,
    );
    let mut key = cache::sha256(text.as_bytes());
    key.truncate(32);
    key
}

/// The environment if it is complete. Reads only; starts nothing.
pub(crate) fn cached(
    system: &dyn System,
    cache: &Cache,
    resolution: &Resolution,
    interpreter: &Interpreter,
) -> Option<Environment> {
    let directory = cache.section(SECTION).join(key(resolution, interpreter));
    let marker = system.read_text(&directory.join(MARKER)).ok()?;
    let environment = layout(system, &directory, interpreter);
    let whole = marker.trim() == resolution.hash
        && system.is_file(&environment.python)
        && system.is_directory(&environment.site_packages);
    whole.then_some(environment)
}

/// What to install.
#[derive(Clone, Debug)]
pub(crate) struct Contents<'a> {
    /// The lock.
    pub resolution: &'a Resolution,
    /// Distributions that uv must build anew.
    pub refresh: Vec<String>,
    /// Distributions that are left out.
    pub without: Vec<String>,
}

/// Makes the environment with uv, unless another process was faster.
pub(crate) fn make(
    system: &dyn System,
    progress: &dyn Progress,
    cache: &Cache,
    contents: Contents<'_>,
    interpreter: &Interpreter,
    (uv, settings): (&Uv, &UvSettings),
) -> Result<Environment, Unresolved> {
    let resolution = contents.resolution;
    let key = key(resolution, interpreter);
    let _running = phase(progress, Phase::Installing);
    let _guard = cache.guard(system, progress, &key)?;
    if let Some(environment) = cached(system, cache, resolution, interpreter) {
        return Ok(environment);
    }
    let directory = cache.make_section(system, SECTION)?.join(&key);
    system
        .remove(&directory)
        .map_err(|error| ProjectError::cache("remove", &directory, &error))?;
    let command = UvCommand::Sync {
        directory: resolution.directory.clone(),
        environment: directory.clone(),
        refresh: contents.refresh,
        without: contents.without,
        compatible: Vec::new(),
    };
    let installed = match sync(system, progress, (uv, settings), &command)? {
        None => system
            .write(
                &directory.join(MARKER),
                format!("{}\n", resolution.hash).as_bytes(),
            )
            .map_err(|error| ProjectError::cache("write", &directory, &error).into()),
        Some(failure) => Err(Unresolved::Refused(failure)),
    };
    if installed.is_err() {
        // Without its marker it counts as absent anyway.
        let _ = system.remove(&directory);
    }
    installed?;
    cached(system, cache, resolution, interpreter).ok_or_else(|| {
        ProjectError::new(
            codes::UV_FAILED,
            "uv reported success and left no usable environment",
        )
        .into()
    })
}

fn sync(
    system: &dyn System,
    progress: &dyn Progress,
    (uv, settings): (&Uv, &UvSettings),
    command: &UvCommand,
) -> Result<Option<Failure>, ProjectError> {
    let failure = match uv.run(system, progress, settings, command)? {
        Ended::Well(_) => return Ok(None),
        Ended::Badly(failure) => failure,
    };
    if settings.offline || failure.code() != codes::NETWORK {
        return Ok(Some(failure));
    }
    // The network is down: everything may be in uv's cache all the same.
    let offline = UvSettings {
        offline: true,
        ..settings.clone()
    };
    Ok(match uv.run(system, progress, &offline, command)? {
        Ended::Well(_) => None,
        Ended::Badly(_) => Some(failure),
    })
}

/// Where things stand in an environment of this interpreter.
pub(crate) fn layout(
    system: &dyn System,
    directory: &Path,
    interpreter: &Interpreter,
) -> Environment {
    if system.platform() == Platform::Windows {
        return Environment {
            python: directory.join("Scripts").join("python.exe"),
            site_packages: directory.join("Lib").join("site-packages"),
        };
    }
    let (major, minor, _) = interpreter.version;
    let suffix = if interpreter.free_threaded { "t" } else { "" };
    Environment {
        python: directory.join("bin/python"),
        site_packages: directory.join(format!("lib/python{major}.{minor}{suffix}/site-packages")),
    }
}
