//! Stub distributions that nobody listed: found for imported distributions without types, resolved
//! beside the libraries and never with them, installed into a folder of their own that only the
//! reader of types sees.
//!
//! Libraries come first. Their versions are constraints of the resolution of stubs; stubs that
//! would move one are dropped with a warning. What is found is frozen in the cache under the
//! libraries' resolution, absence included. Stubs that the user lists himself are ordinary
//! distributions of the environment and no business of this module, except that they win.
//!
//! Spec: bridge.md §4; PEP 561.

mod allow_list;
mod locked;
mod project;
mod record;
mod settle;
mod wanted;

use std::path::{Path, PathBuf};

use mochi_system::System;

use crate::cache::{self, Cache};
use crate::codes;
use crate::error::ProjectError;
use crate::lockfile::Lock;
use crate::progress::{Event, Phase, Progress, phase};
use crate::resolve::Resolution;
use crate::uv::failure::Failure;
use crate::uv::{Ended, Uv, UvCommand, UvSettings};

pub(crate) use locked::{Before, add, answer, folder, held};
pub(crate) use project::Held;
pub use record::{StubAnswer, StubOutcome};
pub(crate) use wanted::Wanted;

use project::{Demand, Wish};
use record::Missing;
use settle::{Unsettled, Verdict};

/// The lock of stubs, as uv names it.
const LOCK: &str = "uv.lock";
/// Names the text of uv's project in messages of our own making.
const PROJECT: &str = "pyproject.toml";

/// What is known of the stubs of a program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stubs {
    /// One answer for each library that has no types of its own, sorted by library.
    pub answers: Vec<StubAnswer>,
    /// What is to be installed; none if no stubs were found.
    pub resolution: Option<Resolution>,
}

/// How uv is reached, if it must be: what is in the cache needs none.
pub(crate) type Reach<'a> = dyn Fn() -> Result<(&'a Uv, UvSettings), ProjectError> + 'a;

/// What a look-up is made with.
pub(crate) struct Lookup<'a> {
    /// The world.
    pub system: &'a dyn System,
    /// Who is told.
    pub progress: &'a dyn Progress,
    /// Where answers are kept.
    pub cache: &'a Cache,
    /// The user's settings that choose indexes.
    pub indexes: Vec<String>,
    /// Nothing may be looked up.
    pub offline: bool,
    /// Look up anew what is known.
    pub upgrade: bool,
}

impl Lookup<'_> {
    /// The stubs of some libraries, from the cache or from the index. `lock` is the text of the
    /// libraries' lock; `elsewhere` names what comes from other places than the default index.
    pub(crate) fn find(
        &self,
        mut wanted: Vec<Wanted>,
        (lock, elsewhere): (&str, &[&str]),
        reach: &Reach<'_>,
    ) -> Result<Stubs, ProjectError> {
        wanted.sort();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok(Stubs::default());
        }
        let key = record::key(&wanted, &self.indexes, lock);
        if !self.upgrade
            && let Some(stubs) = self.known(&key)
        {
            return Ok(stubs);
        }
        let missing = Missing::open(self.cache, &self.indexes);
        let asked: Vec<&Wanted> = wanted
            .iter()
            .filter(|one| self.upgrade || !missing.contains(self.system, one))
            .collect();
        let uv = if asked.is_empty() {
            None
        } else if self.offline {
            self.warn(not_looked_up(&asked, "the network is off"));
            return Ok(Stubs::default());
        } else {
            Some(reach()?)
        };
        let _running = phase(self.progress, Phase::FindingTypes);
        let _guard = self.cache.guard(self.system, self.progress, &key)?;
        if !self.upgrade
            && let Some(stubs) = self.known(&key)
        {
            return Ok(stubs);
        }
        let section = record::make_section(self.system, self.cache)?;
        cache::sweep(self.system, &section, &key);
        let work = section.join(format!("{key}.{}.tmp", self.system.unique()));
        let answers = self.answers(&wanted, (&asked, &missing), (lock, elsewhere), &work, uv);
        let placed = answers.and_then(|answers| {
            if let Some(answers) = answers {
                record::write(self.system, &work, &answers)
                    .map_err(|error| ProjectError::cache("write", &work, &error))?;
                let place = record::directory(self.cache, &key);
                self.system
                    .remove(&place)
                    .and_then(|()| self.system.rename(&work, &place))
                    .map_err(|error| ProjectError::cache("write", &place, &error))?;
            }
            Ok(())
        });
        // After a success there is nothing left; after a failure nothing may be.
        let _ = self.system.remove(&work);
        placed?;
        Ok(self.known(&key).unwrap_or_default())
    }

    fn known(&self, key: &str) -> Option<Stubs> {
        let directory = record::directory(self.cache, key);
        let answers = record::read(self.system, &directory)?;
        let is_found = |answer: &StubAnswer| matches!(answer.outcome, StubOutcome::Found(_));
        let resolution = if answers.iter().any(is_found) {
            let text = self.system.read_text(&directory.join(LOCK)).ok()?;
            let hash = cache::sha256(text.as_bytes());
            Some(Resolution {
                directory,
                hash,
                text,
            })
        } else {
            None
        };
        Some(Stubs {
            answers,
            resolution,
        })
    }

    /// One answer for each library, with the lock of what was found in `work`; none where the
    /// index could not be reached.
    fn answers(
        &self,
        wanted: &[Wanted],
        (asked, missing): (&[&Wanted], &Missing),
        (lock, elsewhere): (&str, &[&str]),
        work: &Path,
        uv: Option<(&Uv, UvSettings)>,
    ) -> Result<Option<Vec<StubAnswer>>, ProjectError> {
        let held = Held::new(&read(lock)?, elsewhere);
        let demands: Vec<Demand> = asked
            .iter()
            .map(|one| Demand {
                stubs: one.stubs.clone(),
                wish: Wish::Like(one.version.clone()),
            })
            .collect();
        self.system
            .create_dir_all(work)
            .map_err(|error| ProjectError::cache("create", work, &error))?;
        let mut verdicts = Vec::new();
        if let Some((uv, settings)) = uv {
            // Stubs need no build; what they need besides must not run code here either.
            let settings = UvSettings {
                no_build: true,
                ..settings
            };
            let settled = settle::settle(&demands, &mut |demands| {
                self.resolve(&held, demands, work, (uv, &settings))
            });
            verdicts = match settled {
                Ok(verdicts) => verdicts,
                Err(Unsettled::Failed(error)) => return Err(error),
                Err(Unsettled::Unreachable(failure)) => {
                    self.warn(not_looked_up(asked, &why_unreachable(&failure)));
                    return Ok(None);
                }
            };
        }
        let chosen = match self.system.read_text(&work.join(LOCK)) {
            Ok(text) if verdicts.contains(&Verdict::Taken) => read(&text)?,
            _ => Lock::default(),
        };
        let answer = |one: &Wanted| {
            let index = asked.iter().position(|other| *other == one);
            let verdict = index.and_then(|index| verdicts.get(index));
            StubAnswer {
                library: one.library.clone(),
                version: one.version.clone(),
                stubs: one.stubs.clone(),
                outcome: self.outcome(one, verdict, missing, &chosen),
            }
        };
        Ok(Some(wanted.iter().map(answer).collect()))
    }

    /// What a verdict means for later commands; what was not asked is known to be missing.
    fn outcome(
        &self,
        wanted: &Wanted,
        verdict: Option<&Verdict>,
        missing: &Missing,
        chosen: &Lock,
    ) -> StubOutcome {
        match verdict {
            Some(Verdict::Taken) => {
                let version = chosen.named(&wanted.stubs).next();
                let version = version.and_then(|package| package.version.clone());
                StubOutcome::Found(version.unwrap_or_default())
            }
            Some(Verdict::Dropped(reason)) => {
                self.warn(dropped(wanted, reason));
                StubOutcome::Dropped(reason.clone())
            }
            Some(Verdict::Missing) => {
                missing.add(self.system, wanted);
                StubOutcome::Missing
            }
            None => StubOutcome::Missing,
        }
    }

    /// Resolves some stubs in `work`, from the beginning: an earlier lock would bind the choice.
    fn resolve(
        &self,
        held: &Held,
        demands: &[Demand],
        work: &Path,
        (uv, settings): (&Uv, &UvSettings),
    ) -> Result<Ended, ProjectError> {
        self.system
            .remove(&work.join(LOCK))
            .and_then(|()| {
                let text = held.pyproject(demands);
                self.system.write(&work.join(PROJECT), text.as_bytes())
            })
            .map_err(|error| ProjectError::cache("write", work, &error))?;
        let command = UvCommand::Lock {
            directory: work.to_owned(),
        };
        uv.run(self.system, self.progress, settings, &command)
    }

    fn warn(&self, message: String) {
        self.progress.event(&Event::Warning(message));
    }
}

fn not_looked_up(wanted: &[&Wanted], why: &str) -> String {
    let libraries: Vec<String> = wanted
        .iter()
        .map(|one| format!("`{}`", one.library))
        .collect();
    format!(
        "no types were looked up for {}: {why}",
        libraries.join(", ")
    )
}

fn why_unreachable(failure: &Failure) -> String {
    let why = failure.causes.last().unwrap_or(&failure.message);
    format!("the package index cannot be reached ({why})")
}

fn dropped(wanted: &Wanted, reason: &str) -> String {
    format!(
        "`{}` cannot be used with the other packages, so `{}` is without types: {reason}",
        wanted.stubs, wanted.library
    )
}

fn read(lock: &str) -> Result<Lock, ProjectError> {
    Lock::parse(lock).map_err(|reason| {
        ProjectError::new(codes::CACHE, format!("the lock cannot be read: {reason}"))
    })
}

/// Types that stand outside the environment of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeFolder {
    /// Where stub packages stand, as in `site-packages`.
    pub folder: PathBuf,
    /// The SHA-256 of the lock of stubs.
    pub hash: String,
}
