//! Making the lock of a project, and comparing it with the one that is there.
//!
//! uv chooses the versions, seeded with the present lock so that nothing moves unasked; what it
//! does not know (where types come from, which API they declare) is read from the distributions as
//! Linux and the lowest Python get them.
//!
//! Spec: bridge.md §3.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::str::FromStr;

use mochi_base::suggest;
use mochi_ingest::{Universe, UniverseOptions};
use mochi_system::System;
use pep508_rs::PackageName;

use super::Project;
use crate::cache;
use crate::capability;
use crate::codes;
use crate::distribution::{self, Distribution, TopModule};
use crate::error::ProjectError;
use crate::explain::{Asked, explain};
use crate::local;
use crate::lock::{self, Difference, LockPackage, Places, ProjectLock, TypesRequest};
use crate::manifest::{Dependency, DependencySource, GitReference};
use crate::module;
use crate::private_project::PrivateProject;
use crate::progress::{Event, Phase, phase};
use crate::requirement::{Requirement, Source};
use crate::session::Session;
use crate::source::SystemFiles;
use crate::stubs::{self, Before, Wanted};
use crate::uv::failure::Failure;
use crate::uv::{Ended, Upgrade, UvCommand, UvSettings};

/// What locking did.
#[derive(Clone, Debug)]
pub struct Locked {
    /// The lock.
    pub lock: ProjectLock,
    /// Its text.
    pub text: String,
    /// Whether the file changed.
    pub changed: bool,
    /// What moved: the distribution with the old and the new version.
    pub moved: Vec<(String, Option<String>, Option<String>)>,
}

/// Locks a project and writes `mochi.lock`.
pub fn lock_project(
    session: &Session<'_>,
    project: &Project,
    upgrade: &Upgrade,
) -> Result<Locked, Vec<ProjectError>> {
    let one = |error| vec![error];
    let system = session.system();
    let _guard = project
        .guard(system, session.progress(), session.cache())
        .map_err(one)?;
    let project = &project.fresh(system)?;
    let seed = project.seed(system).map_err(one)?;
    let lock = compute(session, project, seed.as_ref(), upgrade, false).map_err(one)?;
    if let Upgrade::Only(names) = upgrade {
        are_locked(project, &lock, names).map_err(one)?;
    }
    capability::judge(session.progress(), project, seed.as_ref(), &lock)?;
    let text = lock::write(&lock);
    let changed = project.write_lock(system, &text).map_err(one)?;
    Ok(Locked {
        moved: moved(seed.as_ref(), &lock),
        lock,
        text,
        changed,
    })
}

/// Refuses to upgrade what no lock of the project holds: it would move nothing, silently.
fn are_locked(project: &Project, lock: &ProjectLock, names: &[String]) -> Result<(), ProjectError> {
    let unknown = names.iter().find(|name| {
        PackageName::from_str(name).is_ok_and(|name| lock.named(name.as_ref()).next().is_none())
    });
    let Some(name) = unknown else {
        return Ok(());
    };
    let known = lock.packages.iter().map(|one| one.name.as_str());
    let error = ProjectError::new(
        codes::NOT_A_DEPENDENCY,
        format!("`{name}` is not in {}", project.lock_file),
    );
    Err(match suggest::did_you_mean(name, known) {
        Some(note) => error.with_note(note),
        None => error,
    })
}

/// Makes the lock anew without writing anything, and names every field in which the present one
/// differs. Nothing of the present lock is believed but which versions it chose.
pub fn check_lock(
    session: &Session<'_>,
    project: &Project,
) -> Result<Vec<Difference>, Vec<ProjectError>> {
    let one = |error| vec![error];
    let system = session.system();
    let _guard = project
        .guard(system, session.progress(), session.cache())
        .map_err(one)?;
    let Some(text) = project.lock_text(system).map_err(one)? else {
        return Err(vec![project.outdated("does not exist")]);
    };
    let mut seed = lock::parse(&text).map_err(|error| vec![project.unreadable(&error)])?;
    for package in &mut seed.packages {
        trust_files(package);
    }
    let lock = compute(session, project, Some(&seed), &Upgrade::Nothing, true).map_err(one)?;
    let differences = lock::differences(&text, &lock::write(&lock));
    if differences.is_empty() {
        capability::refuse(project, None, &lock)?;
    }
    Ok(differences)
}

/// The version that a package's files name counts more than the one that is written beside them:
/// a version that was changed by hand is then found, not followed.
fn trust_files(package: &mut LockPackage) {
    let prefix = package.name.replace('-', "_");
    let named: Vec<String> = package
        .wheels
        .iter()
        .filter_map(|wheel| {
            let mut parts = wheel.filename.split('-');
            let name = parts.next()?.to_lowercase().replace('.', "_");
            (name == prefix).then(|| parts.next().map(str::to_owned))?
        })
        .collect();
    if let Some(version) = named.first()
        && named.iter().all(|other| other == version)
        && package.version.as_ref() != Some(version)
    {
        package.version = Some(version.clone());
    }
}

/// What moved between two locks.
pub(super) fn moved(
    before: Option<&ProjectLock>,
    after: &ProjectLock,
) -> Vec<(String, Option<String>, Option<String>)> {
    let versions = |lock: Option<&ProjectLock>, name: &str| -> Option<String> {
        let found: Vec<String> = lock?
            .named(name)
            .map(|one| one.version.clone().unwrap_or_else(|| one.source.0.clone()))
            .collect();
        (!found.is_empty()).then(|| found.join(", "))
    };
    let mut names: Vec<&str> = before
        .into_iter()
        .flat_map(|lock| &lock.packages)
        .chain(&after.packages)
        .map(|one| one.name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter_map(|name| {
            let (old, new) = (versions(before, name), versions(Some(after), name));
            (old != new).then(|| (name.to_owned(), old, new))
        })
        .collect()
}

/// The lock that the manifest asks for now. With `brief`, only the versions of `seed` are kept and
/// all else is found out again.
pub(super) fn compute(
    session: &Session<'_>,
    project: &Project,
    seed: Option<&ProjectLock>,
    upgrade: &Upgrade,
    brief: bool,
) -> Result<ProjectLock, ProjectError> {
    let seed = seed.map(|seed| (seed, brief));
    in_work(session, project, |private, work, settings| {
        let mut lock = chosen(session, (project, private), seed, upgrade, (work, settings))?;
        let before = Before {
            lock: seed.map(|(seed, _)| seed),
            upgrade,
        };
        add_types(
            session,
            (project, private),
            (settings, work),
            &mut lock,
            before,
        )?;
        Ok(lock)
    })
}

/// The versions that the manifest asks for now, without what is read from the distributions.
pub(super) fn resolve(
    session: &Session<'_>,
    project: &Project,
    seed: Option<&ProjectLock>,
    upgrade: &Upgrade,
) -> Result<ProjectLock, ProjectError> {
    let seed = seed.map(|seed| (seed, false));
    in_work(session, project, |private, work, settings| {
        chosen(session, (project, private), seed, upgrade, (work, settings))
    })
}

/// Runs a step in a folder of the cache that goes away, with the project's guard held. Without
/// dependencies there is no step.
pub(super) fn in_work(
    session: &Session<'_>,
    project: &Project,
    step: impl FnOnce(&PrivateProject, &Path, &UvSettings) -> Result<ProjectLock, ProjectError>,
) -> Result<ProjectLock, ProjectError> {
    if project.manifest.dependencies.is_empty() {
        return Ok(ProjectLock {
            requires_python: project.manifest.python.requires_python.to_string(),
            requirements: project.requirements(),
            ..ProjectLock::default()
        });
    }
    let system = session.system();
    let private = PrivateProject::of_manifest(system, &project.manifest, &project.root);
    let work = project.work(system, session.cache())?;
    let made =
        project_settings(session, &work).and_then(|settings| step(&private, &work, &settings));
    // What cannot be removed now is only lost space.
    let _ = system.remove(&work);
    made
}

fn chosen(
    session: &Session<'_>,
    (project, private): (&Project, &PrivateProject),
    seed: Option<(&ProjectLock, bool)>,
    upgrade: &Upgrade,
    (work, settings): (&Path, &UvSettings),
) -> Result<ProjectLock, ProjectError> {
    let system = session.system();
    let places = Places {
        project: &project.root,
        uv: work,
    };
    let seed = seed.map(|(seed, brief)| seed.to_uv(places, brief));
    write_inputs(system, private, work, seed.as_deref())?;
    let command = UvCommand::Relock {
        directory: work.to_owned(),
        upgrade: upgrade.clone(),
    };
    let resolving = phase(session.progress(), Phase::Resolving);
    run(session, project, settings, &command)?;
    drop(resolving);
    let path = work.join("uv.lock");
    let text = system
        .read_text(&path)
        .map_err(|error| ProjectError::cache("read", &path, &error))?;
    let mut lock = ProjectLock::from_uv(&text, places)
        .map_err(|reason| ProjectError::new(codes::UV_FAILED, format!("uv's lock: {reason}")))?;
    for package in &mut lock.packages {
        if package.source.0 == "directory" {
            let folder = project.root.join(&package.source.1);
            package.content_sha256 = Some(local::content(system, &folder));
        }
    }
    lock.requirements = project.requirements();
    Ok(lock)
}

/// Writes what uv reads.
pub(super) fn write_inputs(
    system: &dyn System,
    private: &PrivateProject,
    work: &Path,
    lock: Option<&str>,
) -> Result<(), ProjectError> {
    let write = |name: &str, text: &str| system.write(&work.join(name), text.as_bytes());
    system
        .create_dir_all(work)
        .and_then(|()| write("pyproject.toml", &private.pyproject()))
        .and_then(|()| write("uv.toml", &private.configuration()))
        .and_then(|()| lock.map_or(Ok(()), |lock| write("uv.lock", lock)))
        .map_err(|error| ProjectError::cache("write", work, &error))
}

/// The settings of uv with the configuration in `work`.
pub(super) fn project_settings(
    session: &Session<'_>,
    work: &Path,
) -> Result<UvSettings, ProjectError> {
    let interpreter = session.interpreter()?;
    Ok(UvSettings {
        configuration: work.join("uv.toml"),
        ..session.settings(Some(interpreter))?
    })
}

/// Runs uv; without a network, what is in its cache may be enough.
pub(super) fn run(
    session: &Session<'_>,
    project: &Project,
    settings: &UvSettings,
    command: &UvCommand,
) -> Result<String, ProjectError> {
    let uv = session.uv()?;
    let (system, progress) = (session.system(), session.progress());
    let failure = match uv.run(system, progress, settings, command)? {
        Ended::Well(printed) => return Ok(printed),
        Ended::Badly(failure) => failure,
    };
    if settings.offline || failure.code() != codes::NETWORK {
        return Err(refused(project, &failure));
    }
    let offline = UvSettings {
        offline: true,
        ..settings.clone()
    };
    match uv.run(system, progress, &offline, command)? {
        Ended::Well(printed) => {
            progress.event(&Event::Warning(
                "the package index cannot be reached; what is in the cache was used".to_owned(),
            ));
            Ok(printed)
        }
        Ended::Badly(_) => Err(refused(project, &failure)),
    }
}

/// What uv said, at the line of the manifest that it is about.
fn refused(project: &Project, failure: &Failure) -> ProjectError {
    let requirements: Vec<(Requirement, &Dependency)> = project
        .manifest
        .dependencies
        .iter()
        .map(|one| (requirement(one), one))
        .collect();
    let asked: Vec<Asked<'_>> = requirements
        .iter()
        .map(|(requirement, one)| Asked {
            requirement,
            span: one.span,
        })
        .collect();
    explain(failure, &asked).in_text(&project.manifest.text)
}

/// A dependency as an import would ask for it.
pub(super) fn requirement(one: &Dependency) -> Requirement {
    Requirement {
        name: one.name.clone(),
        given: one.given.clone(),
        extras: one.extras.clone(),
        module: None,
        source: match &one.source {
            DependencySource::Default => Source::Index(one.specifiers.clone()),
            DependencySource::Index(name) => Source::OtherIndex(name.clone()),
            DependencySource::Git { url, reference } => Source::Git {
                url: url.clone(),
                revision: reference
                    .as_ref()
                    .map(GitReference::parts)
                    .map(|(_, revision)| revision.to_owned()),
            },
            DependencySource::Path { path, .. } => Source::Path(path.clone()),
        },
    }
}

/// Stands in a folder for reading that is complete.
const MARKER: &str = "mochi-complete";

/// Reads the types of every distribution that the manifest lists, and that can be imported so.
///
/// # Errors
/// What is read must be there to the end: a folder of the cache that somebody removed meanwhile
/// would otherwise be recorded as packages without types.
fn add_types(
    session: &Session<'_>,
    (project, private): (&Project, &PrivateProject),
    (settings, work): (&UvSettings, &Path),
    lock: &mut ProjectLock,
    before: Before<'_>,
) -> Result<(), ProjectError> {
    let system = session.system();
    let read = |folder: &Path| {
        distribution::installed(system, folder)
            .map_err(|error| ProjectError::cache("read", folder, &error))
    };
    let folder = reading_folder(session, (project, private), settings, (work, &[]))?;
    let mut installed = read(&folder)?;
    for one in &project.manifest.dependencies {
        let found = installed
            .iter()
            .find(|found| found.name == one.name.as_ref());
        if let Some(found) = found.filter(|_| !one.extras.is_empty()) {
            module::check_extras(&requirement(one), &found.extras(system))
                .map_err(|error| error.at(one.span).in_text(&project.manifest.text))?;
        }
    }
    capability::record(session, project, &installed, lock);
    let wanted = wanted(system, project, &folder, &installed);
    let stubs = work.join("stubs");
    let libraries = stubs::held(project, lock).names().to_vec();
    let mut types = Vec::new();
    let sought = stubs::add(
        session,
        project,
        (&stubs, settings),
        &wanted,
        (lock, before),
    )?;
    if sought.found {
        let more = reading_folder(session, (project, private), settings, (&stubs, &libraries))?;
        installed.extend(read(&more)?);
        types.push(more);
    }
    let minor = u8::try_from(project.manifest.python.lowest_minor()).unwrap_or(u8::MAX);
    let folders: Vec<PathBuf> = [&folder].into_iter().chain(&types).cloned().collect();
    let options = UniverseOptions {
        site_packages: vec![folder],
        python_version: (3, minor),
        platform: "linux".to_owned(),
    };
    let Some(shared) = session.shared_system() else {
        return Ok(());
    };
    let files = Rc::new(SystemFiles::new(shared));
    let universe = Universe::with_types(files, options, &types);
    let request = TypesRequest {
        system,
        universe: &universe,
        installed: &installed,
    };
    let _reading = phase(session.progress(), Phase::ReadingTypes);
    for one in &project.manifest.dependencies {
        let name = one.name.as_ref();
        let Some(found) = installed.iter().find(|found| found.name == name) else {
            continue;
        };
        let several = lock.named(name).count() > 1;
        let package = lock.packages.iter_mut().find(|package| {
            package.name == name
                && (!several || package.version.as_deref() == Some(found.version.as_str()))
        });
        if let Some(package) = package {
            package.types = lock::types(&request, name);
            if let Some(types) = &mut package.types {
                types.unanswered = sought.unanswered.iter().any(|library| library == name);
                // An editable folder is used as it stands, whatever stands there.
                if package.source.0 == "editable" {
                    types.forget_digests();
                }
            }
        }
    }
    match folders
        .iter()
        .find(|folder| !system.is_file(&folder.join(MARKER)))
    {
        Some(gone) => Err(ProjectError::cache(
            "read",
            gone,
            &std::io::ErrorKind::NotFound.into(),
        )),
        None => Ok(()),
    }
}

/// The dependencies that have no types of their own, as the environment for reading shows.
fn wanted(
    system: &dyn System,
    project: &Project,
    folder: &Path,
    installed: &[Distribution],
) -> Vec<Wanted> {
    let of = |one: &Dependency| {
        let name = one.name.as_ref();
        if one.source != DependencySource::Default {
            return None;
        }
        let found = installed.iter().find(|found| found.name == name)?;
        let modules = found.modules(system).ok()?;
        let module = match modules.meant_by(name) {
            TopModule::One(module) => module,
            TopModule::Several(several) => several.into_iter().next()?,
            TopModule::None => return None,
        };
        let wanted = Wanted::new(system, folder, &module, (name, &found.version))?;
        (project.manifest.python.typeshed || !wanted.is_of_typeshed()).then_some(wanted)
    };
    let mut wanted: Vec<Wanted> = project
        .manifest
        .dependencies
        .iter()
        .filter_map(of)
        .collect();
    wanted.sort();
    wanted.dedup();
    wanted
}

/// A folder of the cache with everything installed as Linux and the lowest Python get it.
pub(super) fn reading_folder(
    session: &Session<'_>,
    (project, private): (&Project, &PrivateProject),
    settings: &UvSettings,
    (work, without): (&Path, &[String]),
) -> Result<PathBuf, ProjectError> {
    let system = session.system();
    let minor = project.manifest.python.lowest_minor();
    let export = UvCommand::Export {
        directory: work.to_owned(),
        without: without.to_vec(),
    };
    let requirements = run(session, project, settings, &export)?;
    let mut key = cache::sha256(
        format!(
            "reading 2\n3.{minor}\n{}\n{requirements}",
            private.local_state()
        )
        .as_bytes(),
    );
    key.truncate(32);
    let section = session.cache().make_section(system, "reading")?;
    let folder = section.join(&key);
    if system.is_file(&folder.join(MARKER)) {
        return Ok(folder);
    }
    let _installing = phase(session.progress(), Phase::Installing);
    let _guard = session.cache().guard(system, session.progress(), &key)?;
    if system.is_file(&folder.join(MARKER)) {
        return Ok(folder);
    }
    let list = work.join("pylock.toml");
    let failed = |error| ProjectError::cache("write", &folder, &error);
    system.remove(&folder).map_err(failed)?;
    system
        .write(&list, requirements.as_bytes())
        .map_err(failed)?;
    let install = UvCommand::InstallForReading {
        requirements: list,
        target: folder.clone(),
        minor,
        refresh: private.local_names(),
    };
    let made = run(session, project, settings, &install).and_then(|_| {
        system
            .create_dir_all(&folder)
            .and_then(|()| system.write(&folder.join(MARKER), b"\n"))
            .map_err(failed)
    });
    if made.is_err() {
        // Without its marker it counts as absent anyway.
        let _ = system.remove(&folder);
    }
    made.map(|()| folder)
}
