//! The registry of stable codes: each has a title, a fixed help text and a documentation page.

use std::fmt;

/// A stable diagnostic code such as `T008`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What the registry knows of a code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// A few words that name the fault.
    pub title: &'static str,
    /// The fixed help text that every diagnostic of this code ends with.
    pub help: &'static str,
}
