//! What distributions can do to the machine: found in their files, recorded in the lock, compared
//! with what the manifest allows.
//!
//! Reading a source is `mochi-ingest`'s; here are the files of a distribution, what it reaches
//! through the distributions that it imports, and what `data/capabilities.toml` corrects.
//!
//! Spec: bridge.md §10; docs/capabilities.md.

mod allow;
mod database;
mod environment;
mod file;
mod read;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use mochi_ingest::Capability;

pub(crate) use allow::{are_unrecorded, judge, refuse};
pub(crate) use environment::{Environment, record};

/// Where a capability shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The file, relative to `site-packages`.
    pub file: String,
    /// The line, from 1; none for native files.
    pub line: Option<u32>,
    /// What stands there, such as `subprocess.run`.
    pub what: String,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// What the files of one distribution show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The first place of each capability, in the order of paths.
    pub found: BTreeMap<Capability, Evidence>,
    /// The dotted names that it imports from elsewhere.
    pub(crate) imports: BTreeSet<String>,
    /// How many sources were read.
    pub sources: usize,
    /// How many were passed over as tests.
    pub tests: usize,
    /// Files that could not be read to their end, each with the reason.
    pub unread: Vec<(String, String)>,
}

impl Findings {
    /// Notes a place, if it is the first of its capability.
    fn note(&mut self, capability: Capability, evidence: Evidence) {
        let is_first = self
            .found
            .get(&capability)
            .is_none_or(|first| (&evidence.file, evidence.line) < (&first.file, first.line));
        if is_first {
            self.found.insert(capability, evidence);
        }
    }
}

#[cfg(test)]
mod tests;
