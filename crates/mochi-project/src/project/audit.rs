//! The audit: what every locked distribution can do by itself, as Linux and the lowest Python get
//! it.
//!
//! Spec: bridge.md §10.

use mochi_ingest::Capability;

use super::{Project, locking};
use crate::capability::{Environment, Evidence};
use crate::distribution;
use crate::error::ProjectError;
use crate::lock::{Places, ProjectLock};
use crate::progress::{Phase, phase};
use crate::session::Session;

/// What one locked distribution can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// The normalised name.
    pub name: String,
    /// The locked version.
    pub version: Option<String>,
    /// Whether the manifest lists it.
    pub is_listed: bool,
    /// What was read; none where this environment does not have it.
    pub reading: Option<Reading>,
}

/// What was read in one distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Each capability with its first evidence and whether the manifest allows it.
    pub found: Vec<(Capability, Evidence, bool)>,
    /// How many sources were read.
    pub sources: usize,
    /// How many were passed over as tests.
    pub tests: usize,
    /// Files that could not be read to their end, each with the reason.
    pub unread: Vec<(String, String)>,
}

/// Reads every locked distribution. Nothing moves.
pub fn audit(session: &Session<'_>, project: &Project) -> Result<Vec<Audited>, Vec<ProjectError>> {
    let lock = super::current_lock(session, project)?;
    let mut audited = Vec::new();
    let _guard = project
        .guard(session.system(), session.progress(), session.cache())
        .map_err(|error| vec![error])?;
    locking::in_work(session, project, |private, work, settings| {
        let system = session.system();
        let places = Places {
            project: &project.root,
            uv: work,
        };
        locking::write_inputs(system, private, work, Some(&lock.to_uv(places, false)))?;
        let folder = locking::reading_folder(session, (project, private), settings, (work, &[]))?;
        let installed = distribution::installed(system, &folder)
            .map_err(|error| ProjectError::cache("read", &folder, &error))?;
        let _reading = phase(session.progress(), Phase::ReadingCapabilities);
        let environment = Environment::new(system, session.cache(), &installed);
        audited = of_lock(project, &lock, &environment);
        Ok(ProjectLock::default())
    })
    .map_err(|error| vec![error])?;
    Ok(audited)
}

fn of_lock(project: &Project, lock: &ProjectLock, environment: &Environment<'_>) -> Vec<Audited> {
    let libraries = lock.libraries();
    let allowed = project.manifest.python.capabilities.as_deref();
    let is_allowed = |capability: Capability| {
        allowed.is_none_or(|allowed| {
            allowed
                .iter()
                .any(|(name, allowed)| name == capability.word() && *allowed)
        })
    };
    let mut audited = Vec::new();
    for package in &lock.packages {
        if !libraries.contains(package.name.as_str()) {
            continue;
        }
        let has_it = environment.version(&package.name).is_some_and(|version| {
            lock.named(&package.name).count() == 1 || package.version.as_deref() == Some(version)
        });
        let reading = has_it
            .then(|| environment.own(&package.name))
            .flatten()
            .map(|findings| Reading {
                found: findings
                    .found
                    .iter()
                    .map(|(capability, one)| (*capability, one.clone(), is_allowed(*capability)))
                    .collect(),
                sources: findings.sources,
                tests: findings.tests,
                unread: findings.unread.clone(),
            });
        audited.push(Audited {
            is_listed: project.manifest.dependency(&package.name).is_some(),
            name: package.name.clone(),
            version: package.version.clone(),
            reading,
        });
    }
    audited
}
