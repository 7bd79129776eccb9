//! From requirements to a lock in the cache: read if it is there, made by uv if not.
//!
//! What "newest" means is frozen by the first resolution of a set of requirements.
//!
//! Spec: bridge.md §2 (scripts), §14.

use std::path::PathBuf;

use mochi_system::System;

use crate::cache::{self, Cache};
use crate::codes;
use crate::error::ProjectError;
use crate::lockfile::Lock;
use crate::private_project::PrivateProject;
use crate::progress::{Event, Phase, Progress, phase};
use crate::uv::failure::Failure;
use crate::uv::{Ended, Uv, UvCommand, UvSettings};

/// A lock in the cache.
#[derive(Clone, Debug)]
pub(crate) struct Resolution {
    /// The directory with `pyproject.toml` and `uv.lock`.
    pub directory: PathBuf,
    /// The SHA-256 of the lock, and of the state of local projects where there are any.
    pub hash: String,
    /// What it holds.
    pub text: String,
}

impl Resolution {
    /// The graph.
    pub(crate) fn lock(&self) -> Result<Lock, ProjectError> {
        Lock::parse(&self.text).map_err(|reason| {
            let path = self.directory.join(LOCK);
            ProjectError::new(
                codes::CACHE,
                format!("{} cannot be read: {reason}", path.display()),
            )
        })
    }
}

/// Why there is no lock.
#[derive(Debug)]
pub(crate) enum Unresolved {
    /// uv found a reason.
    Refused(Failure),
    /// uv could not do its work at all.
    Failed(ProjectError),
}

impl From<ProjectError> for Unresolved {
    fn from(error: ProjectError) -> Self {
        Self::Failed(error)
    }
}

const SECTION: &str = "locks";
const LOCK: &str = "uv.lock";

/// The lock that is in the cache already; none if it is not.
pub(crate) fn cached(
    system: &dyn System,
    cache: &Cache,
    project: &PrivateProject,
) -> Option<Resolution> {
    let key = project.key();
    let directory = cache.section(SECTION).join(&key);
    let text = system.read_text(&directory.join(LOCK)).ok()?;
    // A lock says nothing of what is in a local project; the key does.
    let hash = if project.local_names().is_empty() {
        cache::sha256(text.as_bytes())
    } else {
        cache::sha256(format!("{key}\n{text}").as_bytes())
    };
    Some(Resolution {
        directory,
        hash,
        text,
    })
}

/// Resolves with uv and puts the lock into the cache, unless another process was faster. With
/// `upgrade`, a lock that exists is replaced.
pub(crate) fn resolve(
    system: &dyn System,
    progress: &dyn Progress,
    cache: &Cache,
    project: &PrivateProject,
    (uv, settings): (&Uv, &UvSettings),
    upgrade: bool,
) -> Result<Resolution, Unresolved> {
    let key = project.key();
    let _running = phase(progress, Phase::Resolving);
    let _guard = cache.guard(system, progress, &key)?;
    if !upgrade && let Some(resolution) = cached(system, cache, project) {
        return Ok(resolution);
    }
    let section = cache.make_section(system, SECTION)?;
    cache::sweep(system, &section, &key);
    let work = section.join(format!("{key}.{}.tmp", system.unique()));
    let made = lock_in(system, progress, project, (uv, settings), work.clone()).and_then(|()| {
        let place = section.join(&key);
        system
            .remove(&place)
            .and_then(|()| system.rename(&work, &place))
            .map_err(|error| ProjectError::cache("write", &place, &error).into())
    });
    // After a success there is nothing left; after a failure nothing may be.
    let _ = system.remove(&work);
    made?;
    cached(system, cache, project).ok_or_else(|| {
        ProjectError::new(codes::UV_FAILED, "uv reported success and wrote no lock").into()
    })
}

fn lock_in(
    system: &dyn System,
    progress: &dyn Progress,
    project: &PrivateProject,
    (uv, settings): (&Uv, &UvSettings),
    work: PathBuf,
) -> Result<(), Unresolved> {
    system
        .create_dir_all(&work)
        .and_then(|()| {
            let text = project.pyproject();
            system.write(&work.join("pyproject.toml"), text.as_bytes())
        })
        .map_err(|error| ProjectError::cache("write", &work, &error))?;
    let command = UvCommand::Lock { directory: work };
    let failure = match uv.run(system, progress, settings, &command)? {
        Ended::Well(_) => return Ok(()),
        Ended::Badly(failure) => failure,
    };
    if settings.offline || failure.code() != codes::NETWORK {
        return Err(Unresolved::Refused(failure));
    }
    // The network is down: what uv has seen before may be enough.
    let offline = UvSettings {
        offline: true,
        ..settings.clone()
    };
    match uv.run(system, progress, &offline, &command)? {
        Ended::Well(_) => {
            progress.event(&Event::Warning(
                "the package index cannot be reached; versions were chosen among those in the cache"
                    .to_owned(),
            ));
            Ok(())
        }
        Ended::Badly(_) => Err(Unresolved::Refused(failure)),
    }
}
