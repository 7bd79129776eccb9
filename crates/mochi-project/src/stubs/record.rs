//! What was found out about stubs, kept in the cache: the answer for a set of libraries, which is
//! frozen like the resolution itself, and the names that an index does not have.
//!
//! Spec: bridge.md §2 (frozen at the first resolution), §14.

use std::path::{Path, PathBuf};

use mochi_system::System;
use serde::{Deserialize, Serialize};

use super::wanted::Wanted;
use crate::cache::{self, Cache};
use crate::error::ProjectError;

/// Counts up whenever the question or the form of the answer changes.
const FORMAT: u32 = 1;
const SECTION: &str = "stubs";
const MISSING: &str = "stubs-missing";
const FILE: &str = "stubs.json";

/// What became of the stubs of a library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StubOutcome {
    /// In this version.
    Found(String),
    /// The index has no such distribution.
    Missing,
    /// They exist and are not used, for this reason.
    Dropped(String),
}

/// A library without types of its own, and what was found for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StubAnswer {
    /// The library's normalised name.
    pub library: String,
    /// Its version.
    pub version: String,
    /// The stub distribution that was looked up.
    pub stubs: String,
    /// What became of it.
    pub outcome: StubOutcome,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    format: u32,
    answers: Vec<StubAnswer>,
}

/// The name of an answer in the cache.
pub(crate) fn key(wanted: &[Wanted], indexes: &[String], lock: &str) -> String {
    let mut text = format!("stubs {FORMAT}\n{}\n", cache::sha256(lock.as_bytes()));
    for index in indexes {
        text.push_str(&serde_json::to_string(&["index", index]).unwrap_or_default());
        text.push('\n');
    }
    for one in wanted {
        let parts = [&one.library, &one.version, &one.stubs];
        text.push_str(&serde_json::to_string(&parts).unwrap_or_default());
        text.push('\n');
    }
    let mut key = cache::sha256(text.as_bytes());
    key.truncate(32);
    key
}

/// Where an answer stands.
pub(crate) fn directory(cache: &Cache, key: &str) -> PathBuf {
    cache.section(SECTION).join(key)
}

/// The section, made if need be.
pub(crate) fn make_section(system: &dyn System, cache: &Cache) -> Result<PathBuf, ProjectError> {
    cache.make_section(system, SECTION)
}

/// An answer that is in the cache already.
pub(crate) fn read(system: &dyn System, directory: &Path) -> Option<Vec<StubAnswer>> {
    let text = system.read_text(&directory.join(FILE)).ok()?;
    let stored: Stored = serde_json::from_str(&text).ok()?;
    (stored.format == FORMAT).then_some(stored.answers)
}

/// Writes an answer into a directory that nobody reads yet.
pub(crate) fn write(
    system: &dyn System,
    directory: &Path,
    answers: &[StubAnswer],
) -> std::io::Result<()> {
    let stored = Stored {
        format: FORMAT,
        answers: answers.to_vec(),
    };
    let text = serde_json::to_string_pretty(&stored).unwrap_or_default();
    system.write(&directory.join(FILE), text.as_bytes())
}

/// The names that an index is known not to have.
///
/// A name counts for one version of the library: with the next release it is looked up again, so
/// that stubs that appear are found without any time being kept.
pub(crate) struct Missing {
    folder: PathBuf,
}

impl Missing {
    pub(crate) fn open(cache: &Cache, indexes: &[String]) -> Self {
        let mut name = cache::sha256(indexes.join("\n").as_bytes());
        name.truncate(16);
        Self {
            folder: cache.section(MISSING).join(name),
        }
    }

    fn file(&self, wanted: &Wanted) -> PathBuf {
        self.folder
            .join(format!("{}@{}", wanted.stubs, wanted.version))
    }

    /// Whether the index was asked before and had nothing.
    pub(crate) fn contains(&self, system: &dyn System, wanted: &Wanted) -> bool {
        system.is_file(&self.file(wanted))
    }

    /// Remembers that the index has nothing.
    pub(crate) fn add(&self, system: &dyn System, wanted: &Wanted) {
        // What is not remembered is asked again.
        let _ = system
            .create_dir_all(&self.folder)
            .and_then(|()| system.write(&self.file(wanted), b""));
    }
}
