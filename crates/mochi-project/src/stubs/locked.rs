//! Stubs of a project: found while it is locked, pinned in `mochi.lock`, installed beside `.venv`.
//!
//! They are resolved with the same constraints as those of scripts. A version that the lock holds
//! stays, as does that there are none, until an upgrade is asked for or the library moves.

use std::path::Path;

use super::project::{Demand, Held, Library, Wish};
use super::record::{self, Missing, StubAnswer, StubOutcome};
use super::settle::{self, Unsettled, Verdict};
use super::{LOCK, PROJECT, TypeFolder, Wanted, why_unreachable};
use crate::cache;
use crate::codes;
use crate::environment::{self, Contents};
use crate::error::ProjectError;
use crate::interpreter::Interpreter;
use crate::lock::{Places, ProjectLock};
use crate::manifest::{DependencySource, Priority};
use crate::private_project::PrivateProject;
use crate::progress::{Event, Phase, phase};
use crate::project::Project;
use crate::resolve::{Resolution, Unresolved};
use crate::session::Session;
use crate::uv::{self, Upgrade, UvCommand, UvSettings};

/// What a lock keeps of the one before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before<'a> {
    /// The lock before, if there was one.
    pub lock: Option<&'a ProjectLock>,
    /// What may move although it need not.
    pub upgrade: &'a Upgrade,
}

/// What came of looking for stubs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sought {
    /// Whether there are any: their lock was left in the folder that uv ran in.
    pub found: bool,
    /// The libraries for which the index could not be asked.
    pub unanswered: Vec<String>,
}

/// Finds stubs for libraries of a lock and adds them to it, with what only they need. uv runs in
/// `work`, where its lock is left.
pub(crate) fn add(
    session: &Session<'_>,
    project: &Project,
    (work, settings): (&Path, &UvSettings),
    wanted: &[Wanted],
    (lock, before): (&mut ProjectLock, Before<'_>),
) -> Result<Sought, ProjectError> {
    let mut sought = Sought::default();
    let held = held(project, lock);
    let mut indexes = uv::index_settings(session.system());
    let own = project.manifest.python.indexes.iter();
    let own = own.filter(|index| index.priority != Priority::Explicit);
    indexes.extend(own.map(|index| index.url.clone()));
    let missing = Missing::open(session.cache(), &indexes);
    let mut asked: Vec<&Wanted> = Vec::new();
    let mut demands: Vec<Demand> = Vec::new();
    for one in wanted {
        let wish = match before.of(one) {
            Kept::Nothing => continue,
            Kept::Version(version) => Wish::Exactly(version),
            Kept::Unknown
                if *before.upgrade == Upgrade::Nothing
                    && missing.contains(session.system(), one) =>
            {
                continue;
            }
            Kept::Unknown => Wish::Like(one.version.clone()),
        };
        asked.push(one);
        demands.push(Demand {
            stubs: one.stubs.clone(),
            wish,
        });
    }
    let warn = |text: String| session.progress().event(&Event::Warning(text));
    if settings.offline && demands.iter().any(|one| matches!(one.wish, Wish::Like(_))) {
        warn(super::not_looked_up(&asked, "the network is off"));
        let open = asked.iter().zip(&demands);
        let open = open.filter(|(_, demand)| matches!(demand.wish, Wish::Like(_)));
        sought.unanswered = open.map(|(one, _)| one.library.clone()).collect();
        demands.retain(|one| !matches!(one.wish, Wish::Like(_)));
        asked.retain(|one| demands.iter().any(|demand| demand.stubs == one.stubs));
    }
    if demands.is_empty() {
        return Ok(sought);
    }
    // What the lock before chose for the needs of stubs stays as well.
    let places = Places {
        project: &project.root,
        uv: work,
    };
    let seed = before.lock.map(|lock| lock.to_uv(places, true));
    let settled = {
        let uv = session.uv()?;
        let settings = UvSettings {
            no_build: true,
            ..settings.clone()
        };
        let _running = phase(session.progress(), Phase::FindingTypes);
        settle::settle(&demands, &mut |demands| {
            write_inputs(session, work, &held.pyproject(demands), seed.as_deref())?;
            let command = UvCommand::Relock {
                directory: work.to_owned(),
                upgrade: before.upgrade.clone(),
            };
            uv.run(session.system(), session.progress(), &settings, &command)
        })
    };
    let verdicts = match settled {
        Ok(verdicts) => verdicts,
        Err(Unsettled::Failed(error)) => return Err(error),
        Err(Unsettled::Unreachable(failure)) => {
            warn(super::not_looked_up(&asked, &why_unreachable(&failure)));
            sought.unanswered = asked.iter().map(|one| one.library.clone()).collect();
            return Ok(sought);
        }
    };
    for (one, verdict) in asked.iter().zip(&verdicts) {
        match verdict {
            Verdict::Taken => {}
            Verdict::Missing => missing.add(session.system(), one),
            Verdict::Dropped(reason) => warn(super::dropped(one, reason)),
        }
    }
    if !verdicts.contains(&Verdict::Taken) {
        return Ok(sought);
    }
    let path = work.join(LOCK);
    let text = session
        .system()
        .read_text(&path)
        .map_err(|error| ProjectError::cache("read", &path, &error))?;
    let found = ProjectLock::from_uv(&text, places)
        .map_err(|reason| ProjectError::new(codes::UV_FAILED, format!("uv's lock: {reason}")))?;
    lock.type_dependencies = found.dependencies;
    for package in found.packages {
        if lock.named(&package.name).next().is_none() {
            lock.packages.push(package);
        }
    }
    sought.found = true;
    Ok(sought)
}

/// The libraries of a lock, held where they are.
pub(crate) fn held(project: &Project, lock: &ProjectLock) -> Held {
    let elsewhere: Vec<&str> = project
        .manifest
        .dependencies
        .iter()
        .filter(|one| one.source != DependencySource::Default)
        .map(|one| one.name.as_ref())
        .collect();
    let names = lock.libraries();
    let libraries = lock
        .packages
        .iter()
        .filter(|one| names.contains(one.name.as_str()))
        .map(|one| Library {
            name: &one.name,
            version: one.version.as_deref(),
            source: &one.source.0,
        });
    let python = project.manifest.python.requires_python.to_string();
    Held::of(libraries, &elsewhere, python)
}

/// What the lock before says of the stubs of a library.
enum Kept {
    /// There are none.
    Nothing,
    /// They are there in this version.
    Version(String),
    /// It is to be looked up.
    Unknown,
}

impl Before<'_> {
    fn of(&self, wanted: &Wanted) -> Kept {
        let moves = match self.upgrade {
            Upgrade::Nothing => false,
            Upgrade::Everything => true,
            Upgrade::Only(names) => names
                .iter()
                .any(|name| *name == wanted.library || *name == wanted.stubs),
        };
        let before = self.lock.filter(|_| !moves).and_then(|lock| {
            let version = Some(wanted.version.as_str());
            let library = lock
                .named(&wanted.library)
                .find(|one| one.version.as_deref() == version)?;
            Some((lock, library))
        });
        let Some((lock, library)) = before else {
            return Kept::Unknown;
        };
        let is_pinned = lock
            .type_dependencies
            .iter()
            .any(|edge| edge.name == wanted.stubs);
        let pinned = lock.named(&wanted.stubs).next();
        if let Some(version) = pinned.and_then(|one| one.version.clone())
            && is_pinned
        {
            return Kept::Version(version);
        }
        match &library.types {
            Some(types) if types.distribution.is_none() && !types.unanswered => Kept::Nothing,
            _ => Kept::Unknown,
        }
    }
}

fn write_inputs(
    session: &Session<'_>,
    work: &Path,
    pyproject: &str,
    lock: Option<&str>,
) -> Result<(), ProjectError> {
    let system = session.system();
    let path = work.join(LOCK);
    system
        .create_dir_all(work)
        .and_then(|()| system.write(&work.join(PROJECT), pyproject.as_bytes()))
        .and_then(|()| match lock {
            Some(lock) => system.write(&path, lock.as_bytes()),
            None => system.remove(&path),
        })
        .map_err(|error| ProjectError::cache("write", work, &error))
}

/// The folder with the stubs that a lock pins; none if it pins none. It stands in the cache.
pub(crate) fn folder(
    session: &Session<'_>,
    project: &Project,
    lock: &ProjectLock,
    interpreter: &Interpreter,
) -> Result<Option<TypeFolder>, ProjectError> {
    if lock.type_dependencies.is_empty() {
        return Ok(None);
    }
    let system = session.system();
    let private = PrivateProject::of_manifest(system, &project.manifest, &project.root);
    let only_types = ProjectLock {
        dependencies: lock.type_dependencies.clone(),
        type_dependencies: Vec::new(),
        requires: Vec::new(),
        ..lock.clone()
    };
    let places = Places {
        project: &project.root,
        uv: &project.root,
    };
    let text = only_types.to_uv(places, false);
    let hash = cache::sha256(text.as_bytes());
    let mut key = hash.clone();
    key.truncate(32);
    let directory = record::directory(session.cache(), &key);
    let resolution = Resolution {
        directory: directory.clone(),
        hash: hash.clone(),
        text,
    };
    let found = |environment: environment::Environment| TypeFolder {
        folder: environment.site_packages,
        hash: hash.clone(),
    };
    let cached = environment::cached(system, session.cache(), &resolution, interpreter);
    if let Some(environment) = cached {
        return Ok(Some(found(environment)));
    }
    let held = held(project, lock);
    system
        .create_dir_all(&directory)
        .and_then(|()| {
            let project = held.pyproject(&[]);
            system.write(&directory.join(PROJECT), project.as_bytes())
        })
        .and_then(|()| {
            let configuration = private.configuration();
            system.write(&directory.join("uv.toml"), configuration.as_bytes())
        })
        .and_then(|()| system.write(&directory.join(LOCK), resolution.text.as_bytes()))
        .map_err(|error| ProjectError::cache("write", &directory, &error))?;
    let settings = UvSettings {
        configuration: directory.join("uv.toml"),
        no_build: true,
        ..session.settings(Some(interpreter))?
    };
    let contents = Contents {
        resolution: &resolution,
        refresh: Vec::new(),
        without: held.names().to_vec(),
    };
    let made = environment::make(
        system,
        session.progress(),
        session.cache(),
        contents,
        interpreter,
        (session.uv()?, &settings),
    );
    match made {
        Ok(environment) => Ok(Some(found(environment))),
        Err(Unresolved::Failed(error)) => Err(error),
        Err(Unresolved::Refused(failure)) => Err(crate::explain::explain(&failure, &[])),
    }
}

/// What a lock says of the stubs of a library that has no types of its own.
pub(crate) fn answer(lock: &ProjectLock, library: &str) -> Option<StubAnswer> {
    let package = lock.named(library).find(|one| one.types.is_some())?;
    let types = package.types.as_ref()?;
    let stubs = types.distribution.clone();
    let pinned = stubs.as_ref().and_then(|stubs| lock.named(stubs).next());
    let outcome = match pinned {
        Some(pinned) => StubOutcome::Found(pinned.version.clone().unwrap_or_default()),
        None if types.unanswered => return None,
        None if types.source == mochi_surface::Tier::Untyped.word() => StubOutcome::Missing,
        None => return None,
    };
    Some(StubAnswer {
        library: library.to_owned(),
        version: package.version.clone().unwrap_or_default(),
        stubs: stubs.or_else(|| super::allow_list::candidate(library))?,
        outcome,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::{LockEdge, LockPackage, LockTypes};

    fn package(name: &str, version: &str) -> LockPackage {
        LockPackage {
            name: name.to_owned(),
            version: Some(version.to_owned()),
            source: (
                "registry".to_owned(),
                "https://index.example/simple".to_owned(),
            ),
            ..LockPackage::default()
        }
    }

    /// A lock of `lib 2.1`, whose types come from `stubs`, pinned if there are any.
    fn lock(source: &str, stubs: Option<&str>) -> ProjectLock {
        let mut library = package("lib", "2.1");
        library.types = Some(LockTypes {
            source: source.to_owned(),
            distribution: stubs.map(str::to_owned),
            ..LockTypes::default()
        });
        let mut lock = ProjectLock {
            packages: vec![library],
            ..ProjectLock::default()
        };
        if let Some(stubs) = stubs {
            lock.packages.push(package(stubs, "2.1.0.2024"));
            lock.type_dependencies.push(LockEdge {
                name: stubs.to_owned(),
                ..LockEdge::default()
            });
        }
        lock
    }

    fn kept(lock: Option<&ProjectLock>, upgrade: &Upgrade, version: &str) -> String {
        let wanted = Wanted {
            library: "lib".to_owned(),
            version: version.to_owned(),
            stubs: "types-lib".to_owned(),
        };
        match (Before { lock, upgrade }).of(&wanted) {
            Kept::Nothing => "nothing".to_owned(),
            Kept::Version(version) => version,
            Kept::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn what_was_found_stays_until_the_library_moves_or_an_upgrade_is_asked_for() {
        let found = lock("typeshed", Some("types-lib"));
        let none = lock("untyped", None);
        let stay = Upgrade::Nothing;
        assert_eq!(kept(None, &stay, "2.1"), "unknown");
        assert_eq!(kept(Some(&found), &stay, "2.1"), "2.1.0.2024");
        assert_eq!(kept(Some(&none), &stay, "2.1"), "nothing");
        assert_eq!(kept(Some(&found), &stay, "2.2"), "unknown");
        assert_eq!(kept(Some(&none), &stay, "2.2"), "unknown");
        assert_eq!(kept(Some(&found), &Upgrade::Everything, "2.1"), "unknown");
        for (name, expected) in [
            ("lib", "unknown"),
            ("types-lib", "unknown"),
            ("other", "2.1.0.2024"),
        ] {
            let only = Upgrade::Only(vec![name.to_owned()]);
            assert_eq!(kept(Some(&found), &only, "2.1"), expected, "{name}");
        }
    }

    #[test]
    fn stubs_that_were_listed_and_are_no_more_are_looked_up() {
        let mut listed = lock("typeshed", Some("types-lib"));
        listed.type_dependencies.clear();
        assert_eq!(kept(Some(&listed), &Upgrade::Nothing, "2.1"), "unknown");
    }

    #[test]
    fn a_lock_tells_what_was_found() {
        let answer = |lock: &ProjectLock| answer(lock, "lib").map(|answer| answer.outcome);
        let found = lock("typeshed", Some("types-lib"));
        assert_eq!(
            answer(&found),
            Some(StubOutcome::Found("2.1.0.2024".to_owned()))
        );
        assert_eq!(answer(&lock("untyped", None)), Some(StubOutcome::Missing));
        assert_eq!(answer(&lock("py.typed", None)), None);
    }
}
