//! Finding the `CPython` that programs run on, without starting a process when nothing changed.
//!
//! The rule, first hit wins:
//! 1. `--python`, then `MOCHI_PYTHON`: a path or a version. One that does not work is an error.
//! 2. The active virtual environment's interpreter, if it works and is new enough; otherwise a
//!    warning says why it was passed over.
//! 3. Of everything found (see [`candidate`]), the highest full release among the minor versions
//!    that are tested; then newer minors, then free-threaded builds, then pre-releases. Of equal
//!    ones the first found, PATH before the rest. What cannot win by its file's name, such as
//!    `python3.12` beside a working `python3.13`, is not asked.
//!
//! Spec: bridge.md §9 (interpreters).

mod candidate;
mod choice;
mod query;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub(crate) use candidate::path_directories;
pub(crate) use choice::{Discovery, any_pythons, discover, free_threaded};
pub(crate) use query::Queries;

/// The lowest minor version of Python 3 that emitted programs run on.
pub const LOWEST_MINOR: u64 = 12;

/// The highest minor version that mochi is tested on; newer ones are used when there is no other.
pub const HIGHEST_TESTED_MINOR: u64 = 14;

/// How final a release is, in the order of `sys.version_info.releaselevel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReleaseLevel {
    /// `3.x.0aN`.
    Alpha,
    /// `3.x.0bN`.
    Beta,
    /// `3.x.0rcN`.
    Candidate,
    /// A full release.
    Final,
}

/// What a working interpreter said of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interpreter {
    /// The real executable; of a virtual environment, the one it was made from.
    pub executable: PathBuf,
    /// `sys.implementation.name`.
    pub implementation: String,
    /// Major, minor and micro version.
    pub version: (u64, u64, u64),
    /// Whether it is a full release.
    pub level: ReleaseLevel,
    /// Whether the build has no global interpreter lock.
    pub free_threaded: bool,
    /// `sysconfig.get_platform()`.
    pub platform: String,
    /// `sys.stdlib_module_names`, sorted.
    pub standard_modules: Vec<String>,
}

impl Interpreter {
    /// The version for people: `3.12.1`, with `t` for a free-threaded build.
    pub fn version_text(&self) -> String {
        let (major, minor, micro) = self.version;
        let suffix = if self.free_threaded { "t" } else { "" };
        format!("{major}.{minor}.{micro}{suffix}")
    }

    /// Whether a top-level module belongs to its standard library.
    pub fn is_standard(&self, module: &str) -> bool {
        self.standard_modules
            .binary_search_by(|known| known.as_str().cmp(module))
            .is_ok()
    }

    /// Why emitted programs cannot run on it; none if they can.
    pub(crate) fn unusable(&self) -> Option<String> {
        let (major, minor, _) = self.version;
        if self.implementation != "cpython" {
            return Some(format!("it is {}, not CPython", self.implementation));
        }
        ((major, minor) < (3, LOWEST_MINOR)).then(|| {
            format!(
                "it is Python {}, and 3.{LOWEST_MINOR} is the least that programs run on",
                self.version_text()
            )
        })
    }

    /// Higher is preferred.
    fn rank(&self) -> (bool, bool, bool, (u64, u64, u64)) {
        let tested = self.version.1 <= HIGHEST_TESTED_MINOR;
        (
            self.level == ReleaseLevel::Final,
            !self.free_threaded,
            tested,
            self.version,
        )
    }
}
