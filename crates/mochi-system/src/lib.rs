//! The world as one trait: everything the compiler may ask of the machine it runs on.
//!
//! Crates above take a `&dyn System` and so can be tested without a disk, a network or another
//! program: [`MemorySystem`] answers from memory, [`RealSystem`] (feature `real`) from the machine.
//! This crate deliberately knows nothing of Mochi, Python or uv, and offers no clock: what the
//! compiler produces never depends on the time.
//!
//! Spec: bridge.md §14 (a failed command leaves files as they were; processes do not corrupt each
//! other).

mod command;
#[cfg(feature = "real")]
mod interrupt;
mod memory;
#[cfg(feature = "real")]
mod real;

use std::any::Any;
use std::io;
use std::path::{Path, PathBuf};

pub use command::{Command, Output};
#[cfg(feature = "real")]
pub use interrupt::{hold_interrupts, on_interrupt};
pub use memory::MemorySystem;
#[cfg(feature = "real")]
pub use real::RealSystem;

/// What a path leads to, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A device, pipe or socket.
    Other,
}

/// What the file system knows of a path, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// File or directory.
    pub kind: FileKind,
    /// Size in bytes; meaningful for files.
    pub size: u64,
    /// Time of the last change in nanoseconds since 1970, to be compared for equality only.
    pub modified: u128,
}

impl Metadata {
    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        self.kind == FileKind::File
    }

    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.kind == FileKind::Directory
    }
}

/// One entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name without the directory.
    pub name: String,
    /// What it is, links followed; a dangling link is [`FileKind::Other`].
    pub kind: FileKind,
}

/// The operating system that the compiler runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Linux and every other Unix that follows its layout.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

/// A held lock between processes; dropping it, or the end of the process, releases it.
pub struct FileLock(#[allow(dead_code, reason = "held for its drop")] Box<dyn Any>);

impl FileLock {
    /// Wraps whatever holds the lock.
    pub fn new(holder: impl Any) -> Self {
        Self(Box::new(holder))
    }
}

impl std::fmt::Debug for FileLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileLock")
    }
}

/// Everything that may be asked of the world.
pub trait System {
    /// The bytes of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Writes a file as a whole: readers see the old content or the new one, never a part.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Makes a directory and its parents; one that exists is fine.
    fn create_dir_all(&self, path: &Path) -> io::Result<()>;

    /// Removes a file, a link or a whole directory tree; one that does not exist is fine.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Moves a file or directory within one file system.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// What is in a directory, sorted by name; names that are not Unicode are left out.
    fn entries(&self, directory: &Path) -> io::Result<Vec<Entry>>;

    /// What a path leads to.
    fn metadata(&self, path: &Path) -> io::Result<Metadata>;

    /// The absolute path with every link resolved.
    fn canonical(&self, path: &Path) -> io::Result<PathBuf>;

    /// Makes a file executable where the platform knows such a thing.
    fn set_executable(&self, path: &Path) -> io::Result<()>;

    /// An environment variable; one that is empty or not Unicode counts as unset.
    fn variable(&self, name: &str) -> Option<String>;

    /// The names of all environment variables that start with `prefix`, sorted.
    fn variables_with_prefix(&self, prefix: &str) -> Vec<String>;

    /// The working directory.
    fn current_dir(&self) -> io::Result<PathBuf>;

    /// The user's home directory.
    fn home_dir(&self) -> Option<PathBuf>;

    /// The platform that paths and programs follow.
    fn platform(&self) -> Platform;

    /// A text that no other process or call gets at the same time, for temporary names.
    fn unique(&self) -> String;

    /// Runs a program to its end with closed standard input. Both streams are collected;
    /// `on_line` also gets each line of standard error as it arrives.
    fn run(&self, command: &Command, on_line: &mut dyn FnMut(&str)) -> io::Result<Output>;

    /// Runs a program to its end with closed standard input; it writes to the streams of this
    /// process. The exit code, if no signal ended it.
    fn run_attached(&self, command: &Command) -> io::Result<Option<i32>> {
        self.run(command, &mut |_| {}).map(|done| done.code)
    }

    /// Becomes the program, which inherits the standard streams: on success this returns only
    /// where the platform cannot replace a process, with the exit code to pass on.
    fn replace(&self, command: &Command) -> io::Result<i32>;

    /// Locks `path` (made if missing) against other processes and other holders in this one.
    /// Without `wait`, a lock that another holds gives `None` at once.
    fn lock(&self, path: &Path, wait: bool) -> io::Result<Option<FileLock>>;

    /// The text of a file; not being UTF-8 is an error of kind `InvalidData`.
    fn read_text(&self, path: &Path) -> io::Result<String> {
        String::from_utf8(self.read(path)?)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// The names in a directory, sorted.
    fn list(&self, directory: &Path) -> io::Result<Vec<String>> {
        let entries = self.entries(directory)?;
        Ok(entries.into_iter().map(|entry| entry.name).collect())
    }

    /// Whether a regular file stands there.
    fn is_file(&self, path: &Path) -> bool {
        self.metadata(path).is_ok_and(|found| found.is_file())
    }

    /// Whether a directory stands there.
    fn is_directory(&self, path: &Path) -> bool {
        self.metadata(path).is_ok_and(|found| found.is_directory())
    }
}
