//! Compares what the lock records with what the manifest allows.

use std::collections::BTreeSet;

use crate::codes;
use crate::error::ProjectError;
use crate::lock::{LockPackage, ProjectLock};
use crate::manifest::Dependency;
use crate::progress::{Event, Progress};
use crate::project::Project;

/// The packages of the lock that the manifest lists, with the line that lists them.
fn listed<'a>(
    project: &'a Project,
    lock: &'a ProjectLock,
) -> impl Iterator<Item = (&'a Dependency, &'a LockPackage)> {
    project.manifest.dependencies.iter().flat_map(|one| {
        lock.named(one.name.as_ref())
            .map(move |package| (one, package))
    })
}

/// Whether a lock was written before capabilities were recorded, and the manifest asks for them.
pub(crate) fn are_unrecorded(project: &Project, lock: &ProjectLock) -> bool {
    project.manifest.python.capabilities.is_some()
        && listed(project, lock)
            .any(|(_, package)| package.types.is_some() && package.capabilities.is_none())
}

/// Refuses a lock whose distributions can do more than the manifest allows. Without the table
/// `[python.capabilities]` everything is allowed.
pub(crate) fn refuse(
    project: &Project,
    before: Option<&ProjectLock>,
    lock: &ProjectLock,
) -> Result<(), Vec<ProjectError>> {
    let Some(allowed) = &project.manifest.python.capabilities else {
        return Ok(());
    };
    let mut errors = Vec::new();
    for (one, package) in listed(project, lock) {
        for (capability, evidence) in package.capabilities.iter().flatten() {
            let setting = allowed.iter().find(|(name, _)| name == capability);
            if setting.is_some_and(|(_, allowed)| *allowed) {
                continue;
            }
            let verb = if setting.is_some() { "change" } else { "add" };
            let mut error = ProjectError::new(
                codes::CAPABILITY_NOT_ALLOWED,
                format!(
                    "`{}` has the capability `{capability}`, which [python.capabilities] does not allow",
                    one.given
                ),
            )
            .at(one.span);
            if !evidence.is_empty() {
                error = error.with_note(shown(evidence));
            }
            errors.push(
                error
                    .with_note_at(
                        project.manifest.python.capabilities_span,
                        format!("to allow it, {verb} the line `{capability} = true` here"),
                    )
                    .in_text(&project.manifest.text),
            );
        }
    }
    if !project.accepts_capabilities() {
        for (one, capability, evidence) in gained(project, before, lock) {
            let is_allowed = allowed
                .iter()
                .any(|(name, allowed)| name == capability && *allowed);
            if is_allowed {
                errors.push(
                    ProjectError::new(
                        codes::CAPABILITY_GAINED,
                        format!("`{}` gained the capability `{capability}`", one.given),
                    )
                    .at(one.span)
                    .with_note(shown(evidence))
                    .in_text(&project.manifest.text),
                );
            }
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// Refuses a new lock as [`refuse`] does; where everything is allowed, what distributions gained is
/// said.
pub(crate) fn judge(
    progress: &dyn Progress,
    project: &Project,
    before: Option<&ProjectLock>,
    lock: &ProjectLock,
) -> Result<(), Vec<ProjectError>> {
    if project.manifest.python.capabilities.is_none() {
        for (one, capability, evidence) in gained(project, before, lock) {
            progress.event(&Event::Warning(format!(
                "`{}` gained the capability `{capability}`: {}",
                one.given,
                shown(evidence)
            )));
        }
    }
    refuse(project, before, lock)
}

/// Where it shows, in words.
fn shown(evidence: &str) -> String {
    match evidence.split_once(": ") {
        Some((through, place)) => format!("it shows in {place}, of `{through}`, which it imports"),
        None => format!("it shows in {evidence}"),
    }
}

/// What distributions can do now and could not before, where versions moved.
fn gained<'a>(
    project: &'a Project,
    before: Option<&'a ProjectLock>,
    lock: &'a ProjectLock,
) -> Vec<(&'a Dependency, &'a str, &'a str)> {
    let Some(before) = before else {
        return Vec::new();
    };
    // What only a newer mochi sees is no growth of the distributions.
    let versions = |lock: &'a ProjectLock| -> BTreeSet<(&'a str, Option<&'a str>)> {
        lock.packages
            .iter()
            .map(|one| (one.name.as_str(), one.version.as_deref()))
            .collect()
    };
    if versions(before).is_superset(&versions(lock)) {
        return Vec::new();
    }
    let mut gained = Vec::new();
    for (one, package) in listed(project, lock) {
        let known: Vec<_> = before
            .named(&package.name)
            .filter_map(|old| old.capabilities.as_ref())
            .collect();
        if known.is_empty() {
            continue;
        }
        for (capability, evidence) in package.capabilities.iter().flatten() {
            if !known.iter().any(|old| old.contains_key(capability)) {
                gained.push((one, capability.as_str(), evidence.as_str()));
            }
        }
    }
    gained
}
