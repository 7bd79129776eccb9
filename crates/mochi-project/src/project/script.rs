//! The lock of a script: the file beside it that pins for others what its imports got.
//!
//! A script has no manifest; its imports are one. With `NAME.mochi.lock` beside it, the script is
//! served from that lock, its environment stands in the cache.
//!
//! Spec: bridge.md §2 (scripts).

use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_system::System;

use super::{LockMode, Locked, Project, locking};
use crate::cache::{self, Cache};
use crate::error::{OtherText, ProjectError};
use crate::lock::{self, Places, ProjectLock};
use crate::manifest::{
    Dependency, DependencySource, GitReference, Index, Manifest, Package, Priority, Python,
};
use crate::requirement::{ImportSpec, Requirement, Source};
use crate::session::{Import, Session};
use crate::uv::Upgrade;

/// Where the lock of a script would stand.
pub fn lock_of_script(script: &Path) -> PathBuf {
    let mut name = script.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    script.with_file_name(name)
}

impl Project {
    /// The project that a script's imports stand for.
    pub(crate) fn of_script(
        system: &dyn System,
        cache: &Cache,
        script: &Path,
        mode: LockMode,
        specs: &[(&ImportSpec, &Import)],
    ) -> Self {
        let shown = script.parent().unwrap_or(Path::new("")).to_owned();
        let here = system.current_dir().unwrap_or_default();
        let root = here.join(&shown);
        let root = system.canonical(&root).unwrap_or(root);
        let lock_file = lock_of_script(script)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut key = cache::sha256(root.join(&lock_file).to_string_lossy().as_bytes());
        key.truncate(32);
        let mut python = Python::default();
        let mut dependencies: Vec<Dependency> = Vec::new();
        for (spec, import) in specs {
            let ImportSpec::Distribution(requirement) = spec else {
                continue;
            };
            let dependency = dependency(requirement, import, &mut python.indexes);
            match dependencies
                .iter_mut()
                .find(|known| known.name == dependency.name)
            {
                Some(known) => {
                    // Two imports of one distribution ask for what both ask for.
                    known.extras.extend(dependency.extras);
                    known.extras.sort();
                    known.extras.dedup();
                    known.specifiers = known
                        .specifiers
                        .iter()
                        .chain(dependency.specifiers.iter())
                        .cloned()
                        .collect();
                }
                None => dependencies.push(dependency),
            }
        }
        Self {
            root,
            shown,
            manifest: Manifest {
                text: Rc::new(OtherText {
                    path: script.display().to_string(),
                    text: Rc::from(""),
                }),
                package: Package::default(),
                dependencies,
                python,
                warnings: Vec::new(),
            },
            mode,
            accept_capabilities: false,
            lock_file,
            environment: cache.section("scripts").join(key),
        }
    }
}

fn dependency(requirement: &Requirement, import: &Import, indexes: &mut Vec<Index>) -> Dependency {
    let mut specifiers = pep440_rs::VersionSpecifiers::empty();
    let source = match &requirement.source {
        Source::Index(clauses) => {
            specifiers = clauses.clone();
            DependencySource::Default
        }
        Source::OtherIndex(url) => {
            let name = if let Some(index) = indexes.iter().find(|index| index.url == *url) {
                index.name.clone()
            } else {
                let name = format!("index-{}", indexes.len() + 1);
                indexes.push(Index {
                    name: name.clone(),
                    url: url.clone(),
                    priority: Priority::Explicit,
                });
                name
            };
            DependencySource::Index(name)
        }
        Source::Git { url, revision } => DependencySource::Git {
            url: url.clone(),
            reference: revision.clone().map(GitReference::Revision),
        },
        Source::Path(path) => DependencySource::Path {
            path: path.clone(),
            editable: false,
        },
    };
    Dependency {
        name: requirement.name.clone(),
        given: requirement.given.clone(),
        extras: requirement.extras.clone(),
        specifiers,
        marker: None,
        source,
        range: 0..0,
        span: import.span,
    }
}

/// Locks a script and writes the file beside it. What the cache has frozen for its imports already
/// does not move, unless `upgrade` says so. The session is one for the script's lock.
pub fn lock_script(
    session: &Session<'_>,
    imports: &[Import],
    upgrade: &Upgrade,
) -> Result<Locked, Vec<ProjectError>> {
    let one = |error| vec![error];
    let project = session.script_project(imports)?;
    let system = session.system();
    let _guard = project
        .guard(system, session.progress(), session.cache())
        .map_err(one)?;
    let seed = match project.seed(system).map_err(one)? {
        Some(seed) => Some(seed),
        None => frozen(session, &project, imports),
    };
    let lock = locking::compute(session, &project, seed.as_ref(), upgrade, false).map_err(one)?;
    let text = lock::write(&lock);
    let changed = project.write_lock(system, &text).map_err(one)?;
    Ok(Locked {
        moved: locking::moved(seed.as_ref(), &lock),
        lock,
        text,
        changed,
    })
}

/// The versions that the cache holds for the imports.
fn frozen(session: &Session<'_>, project: &Project, imports: &[Import]) -> Option<ProjectLock> {
    let resolution = session.frozen(imports)?;
    let places = Places {
        project: &project.root,
        uv: &resolution.directory,
    };
    ProjectLock::from_uv(&resolution.text, places).ok()
}
