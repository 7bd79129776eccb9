//! Adding and removing dependencies: the manifest is changed in memory, locked, and only then
//! written together with the lock.

use std::str::FromStr;

use mochi_base::suggest;
use pep440_rs::Version;
use pep508_rs::PackageName;

use super::{Locked, Project, locking};
use crate::capability;
use crate::codes;
use crate::error::ProjectError;
use crate::lock::{self, ProjectLock};
use crate::manifest::{self, DependencySource, EditError, NewDependency};
use crate::session::Session;
use crate::uv::Upgrade;

/// A dependency to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// What to write. Without a version the newest that fits is found, and everything compatible
    /// with it is accepted.
    pub dependency: NewDependency,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The lock.
    pub locked: Locked,
    /// Each dependency with its line of the manifest.
    pub dependencies: Vec<(String, String)>,
}

/// Adds dependencies, or changes those that are listed already.
pub fn add(
    session: &Session<'_>,
    project: &Project,
    additions: &[Addition],
) -> Result<Changed, Vec<ProjectError>> {
    let one = |error| vec![error];
    let system = session.system();
    let _guard = project
        .guard(system, session.progress(), session.cache())
        .map_err(one)?;
    let project = &project.fresh(system)?;
    let seed = project.seed(system).map_err(one)?;
    let mut text = project.manifest.text.text.to_string();
    let mut open = Vec::new();
    for addition in additions {
        let mut dependency = addition.dependency.clone();
        if dependency.version.is_none() && !is_direct(&dependency.source) {
            let name = normalised(&dependency.given);
            match project.manifest.dependency(&name) {
                // Its requirement stays: only what was named changes.
                Some(listed) => dependency.version = Some(spelled(listed)),
                None => open.push(dependency.clone()),
            }
        }
        text = edited(project, manifest::add(&text, &dependency))?;
    }
    let mut candidate = project.with_manifest(&text)?;
    if !open.is_empty() {
        // Which version is the newest is known only now; the requirement follows from it.
        let chosen =
            locking::resolve(session, &candidate, seed.as_ref(), &Upgrade::Nothing).map_err(one)?;
        for mut dependency in open {
            dependency.version = newest(&chosen, &normalised(&dependency.given));
            text = edited(project, manifest::add(&text, &dependency))?;
        }
        candidate = project.with_manifest(&text)?;
    }
    let names: Vec<String> = additions
        .iter()
        .map(|addition| normalised(&addition.dependency.given))
        .collect();
    finish(session, project, &candidate, seed.as_ref(), &names)
}

/// Removes dependencies.
pub fn remove(
    session: &Session<'_>,
    project: &Project,
    names: &[String],
) -> Result<Changed, Vec<ProjectError>> {
    let one = |error| vec![error];
    let system = session.system();
    let _guard = project
        .guard(system, session.progress(), session.cache())
        .map_err(one)?;
    let project = &project.fresh(system)?;
    let mut text = project.manifest.text.text.to_string();
    let mut errors = Vec::new();
    for name in names {
        match manifest::remove(&text, name) {
            Ok(changed) => text = changed,
            Err(EditError::Unreadable) => return Err(vec![unreadable(project)]),
            Err(EditError::Missing) => errors.push(missing(project, name)),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let candidate = project.with_manifest(&text)?;
    let seed = project.seed(system).map_err(one)?;
    finish(session, project, &candidate, seed.as_ref(), &[])
}

/// Locks the changed manifest and writes both files.
fn finish(
    session: &Session<'_>,
    project: &Project,
    candidate: &Project,
    seed: Option<&ProjectLock>,
    names: &[String],
) -> Result<Changed, Vec<ProjectError>> {
    let one = |error| vec![error];
    let system = session.system();
    let lock = locking::compute(session, candidate, seed, &Upgrade::Nothing, false).map_err(one)?;
    capability::judge(session.progress(), candidate, seed, &lock)?;
    let text = lock::write(&lock);
    let manifest_text = &candidate.manifest.text.text;
    project
        .write(system, manifest::FILE, manifest_text)
        .map_err(one)?;
    let changed = project.write_lock(system, &text).map_err(|error| {
        // The lock cannot be written: the manifest goes back to what it was, if it can.
        let _ = project.write(system, manifest::FILE, &project.manifest.text.text);
        vec![error]
    })?;
    let dependencies = names
        .iter()
        .filter_map(|name| {
            let listed = candidate.manifest.dependency(name)?;
            let line = manifest_text.get(listed.range.clone())?;
            Some((listed.given.clone(), line.to_owned()))
        })
        .collect();
    Ok(Changed {
        locked: Locked {
            moved: locking::moved(seed, &lock),
            lock,
            text,
            changed,
        },
        dependencies,
    })
}

fn edited(
    project: &Project,
    outcome: Result<String, EditError>,
) -> Result<String, Vec<ProjectError>> {
    outcome.map_err(|_| vec![unreadable(project)])
}

fn unreadable(project: &Project) -> ProjectError {
    ProjectError::new(
        codes::MANIFEST,
        format!(
            "`python-dependencies` in {} is not a table",
            project.manifest.text.path
        ),
    )
}

fn missing(project: &Project, name: &str) -> ProjectError {
    let error = ProjectError::new(
        codes::REFUSED,
        format!("`{name}` is not listed in {}", project.manifest.text.path),
    );
    let listed: Vec<&str> = project
        .manifest
        .dependencies
        .iter()
        .map(|one| one.given.as_str())
        .collect();
    match suggest::did_you_mean(name, listed.iter().copied()) {
        Some(note) => error.with_note(note),
        None if listed.is_empty() => error.with_note("it lists no dependencies"),
        None => error,
    }
}

fn is_direct(source: &DependencySource) -> bool {
    matches!(
        source,
        DependencySource::Git { .. } | DependencySource::Path { .. }
    )
}

/// `^` of the version that was chosen: it and everything compatible with it.
fn newest(lock: &ProjectLock, name: &str) -> Option<String> {
    let version = lock
        .named(name)
        .filter_map(|one| Version::from_str(one.version.as_deref()?).ok())
        .max()?;
    Some(format!("^{}", version.without_local()))
}

/// The requirement of a listed dependency in PEP 440's words.
fn spelled(listed: &manifest::Dependency) -> String {
    let clauses: Vec<String> = listed.specifiers.iter().map(ToString::to_string).collect();
    if clauses.is_empty() {
        "*".to_owned()
    } else {
        clauses.join(",")
    }
}

fn normalised(name: &str) -> String {
    PackageName::from_str(name).map_or_else(|_| name.to_owned(), |name| name.to_string())
}
