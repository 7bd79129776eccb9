//! `mochi.lock` as a value: what every platform gets, where its types come from, and a digest of
//! each API that programs are checked against.
//!
//! Nothing in it depends on the machine that wrote it. The text has one form ([`write()`]), so equal
//! locks are equal files; the reader refuses formats that are newer than ours.
//!
//! Spec: bridge.md §3.

mod compare;
mod field;
mod read;
mod types;
mod uv;
mod write;

use std::collections::{BTreeMap, BTreeSet};

pub use compare::{Difference, differences};
pub use read::{ReadError, our_side, parse};
pub(crate) use types::{TypesRequest, types};
pub(crate) use uv::{Places, ROOT, relative};
pub use write::write;

/// The name of the file.
pub const FILE: &str = "mochi.lock";

/// The version of the format.
pub const FORMAT: i64 = 1;

/// A lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectLock {
    /// The interpreters that it was made for.
    pub requires_python: String,
    /// The kinds of environment that got versions of their own; empty if one set fits all.
    pub markers: Vec<String>,
    /// What the manifest asked for, in one spelling; tells whether the lock is out of date.
    pub requirements: Vec<String>,
    /// What the project itself needs.
    pub dependencies: Vec<LockEdge>,
    /// The stub distributions that were found for its libraries; the running program has none of
    /// them.
    pub type_dependencies: Vec<LockEdge>,
    /// The same requirements as the resolver records them.
    pub requires: Vec<Record>,
    /// The distributions, by name, version and source.
    pub packages: Vec<LockPackage>,
}

/// One locked distribution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockPackage {
    /// The normalised name.
    pub name: String,
    /// The version; local projects may have none.
    pub version: Option<String>,
    /// Where it comes from: the kind and the address.
    pub source: (String, String),
    /// The environments that get this version, where others get another one.
    pub markers: Vec<String>,
    /// What it needs; for which of its extras is said at the edge.
    pub dependencies: Vec<LockEdge>,
    /// The digest of the files of a local folder that is installed as a copy.
    pub content_sha256: Option<String>,
    /// The requirements of a local project, which has no metadata to download.
    pub requires: Vec<Record>,
    /// The source distribution.
    pub sdist: Option<LockFile>,
    /// The wheels of all platforms.
    pub wheels: Vec<LockFile>,
    /// Where its types come from; for imported distributions.
    pub types: Option<LockTypes>,
    /// What it can do, each with its first evidence; none where nobody looked.
    pub capabilities: Option<BTreeMap<String, String>>,
}

/// An edge of the graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockEdge {
    /// The normalised name.
    pub name: String,
    /// The version, where the name alone is not enough.
    pub version: Option<String>,
    /// The source, where name and version are not enough.
    pub source: Option<(String, String)>,
    /// The extras of the needed distribution.
    pub extras: Vec<String>,
    /// The environments that need it; all if not given.
    pub marker: Option<String>,
    /// The extra of the needing distribution that needs it; it always does if not given.
    pub for_extra: Option<String>,
}

/// A file that can be downloaded or lies beside the project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockFile {
    /// The file's name.
    pub filename: String,
    /// Its address.
    pub url: Option<String>,
    /// Its path, on an index that is a folder.
    pub path: Option<String>,
    /// Its size in bytes.
    pub size: Option<i64>,
    /// Its digest in hexadecimal digits.
    pub sha256: Option<String>,
}

/// Where the types of an imported distribution come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockTypes {
    /// `py.typed`, `stubs`, `typeshed` or `untyped`.
    pub source: String,
    /// The distribution that brings the stubs, if another one does.
    pub distribution: Option<String>,
    /// The digest of the chosen texts; empty for an editable folder.
    pub stub_sha256: String,
    /// The digest of the canonical surface; empty for an editable folder.
    pub surface_sha256: String,
    /// The form of the canonical surface; 0 for an editable folder.
    pub surface_format: i64,
    /// Whether the index could not be asked for stubs: the next lock asks again.
    pub unanswered: bool,
}

/// A small table of texts and lists of texts, its keys in order.
pub type Record = Vec<(String, Field)>;

/// A value of a [`Record`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// A text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
}

impl ProjectLock {
    /// Every version of a distribution.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a LockPackage> {
        self.packages.iter().filter(move |one| one.name == name)
    }

    /// The names of the distributions that the program itself needs, and not only its types.
    pub fn libraries(&self) -> BTreeSet<&str> {
        if self.type_dependencies.is_empty() {
            return self.packages.iter().map(|one| one.name.as_str()).collect();
        }
        let mut found = BTreeSet::new();
        let mut pending: Vec<&LockEdge> = self.dependencies.iter().collect();
        while let Some(edge) = pending.pop() {
            if found.insert(edge.name.as_str()) {
                pending.extend(self.named(&edge.name).flat_map(|one| &one.dependencies));
            }
        }
        found
    }

    /// The same without the digests of local folders, which change with every edit there.
    pub(crate) fn without_local_digests(&self) -> Self {
        let mut lock = self.clone();
        for package in lock.packages.iter_mut().filter(|one| one.is_folder()) {
            package.content_sha256 = None;
            if let Some(types) = &mut package.types {
                types.forget_digests();
            }
        }
        lock
    }

    /// Puts everything into the order of the file.
    fn sort(&mut self) {
        self.markers.sort();
        self.requirements.sort();
        self.dependencies.sort();
        self.type_dependencies.sort();
        self.requires.sort();
        self.packages.sort_by(|a, b| {
            (&a.name, &a.version, &a.source).cmp(&(&b.name, &b.version, &b.source))
        });
        for package in &mut self.packages {
            package.markers.sort();
            package.dependencies.sort();
            package.requires.sort();
            package.wheels.sort_by(|a, b| a.filename.cmp(&b.filename));
        }
    }
}

impl LockTypes {
    /// Keeps only where the types come from.
    pub(crate) fn forget_digests(&mut self) {
        self.stub_sha256.clear();
        self.surface_sha256.clear();
        self.surface_format = 0;
    }
}

impl LockPackage {
    /// Whether it is a folder on this machine.
    pub(crate) fn is_folder(&self) -> bool {
        matches!(self.source.0.as_str(), "directory" | "editable")
    }

    /// Whether it lies on this machine.
    pub fn is_local(&self) -> bool {
        matches!(self.source.0.as_str(), "path" | "directory" | "editable")
    }

    /// The extras that some requirement chose, sorted.
    pub fn extras(&self) -> Vec<&str> {
        let mut extras: Vec<&str> = self
            .dependencies
            .iter()
            .filter_map(|edge| edge.for_extra.as_deref())
            .collect();
        extras.sort_unstable();
        extras.dedup();
        extras
    }
}

#[cfg(test)]
mod tests;
