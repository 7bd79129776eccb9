//! What a Python source can do to the machine, read from its imports and calls.
//!
//! Reading is by names: which functions and modules of the standard library the code refers to,
//! imports followed within the file. Nothing is run and no values are tracked, so what is reached
//! through `getattr` or `eval` is not seen; docs/capabilities.md says what counts as what.
//!
//! Spec: bridge.md §10.

mod binding;
mod condition;
pub(crate) mod guard;
mod scan;
mod table;

#[cfg(test)]
mod tests;

pub use scan::{CapabilityUse, ModuleReport, read_capabilities};

use std::fmt;

/// The version of the rules: what they find in one text changes only together with this number.
pub const CAPABILITY_RULES: u32 = 2;

/// Something that code can do beyond computing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Native code: a compiled extension module, a library or an executable in the wheel.
    CExtension,
    /// Calls into native libraries without an extension module.
    Ctypes,
    /// Reads, writes or looks at files.
    Fs,
    /// Changes modules or classes of others.
    MonkeyPatch,
    /// Uses the network.
    Net,
    /// Starts or signals processes.
    Proc,
}

impl Capability {
    /// All of them, by name.
    pub const ALL: [Self; 6] = [
        Self::CExtension,
        Self::Ctypes,
        Self::Fs,
        Self::MonkeyPatch,
        Self::Net,
        Self::Proc,
    ];

    /// The word in manifests and locks.
    pub fn word(self) -> &'static str {
        match self {
            Self::CExtension => "c-extension",
            Self::Ctypes => "ctypes",
            Self::Fs => "fs",
            Self::MonkeyPatch => "monkey-patch",
            Self::Net => "net",
            Self::Proc => "proc",
        }
    }

    /// The capability of that word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
