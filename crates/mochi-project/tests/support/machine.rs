//! The real machine with other environment variables, a record of the processes it starts, and a
//! disk that may fail.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use mochi_system::{Command, Entry, FileLock, Metadata, Output, Platform, RealSystem, System};

/// The real machine, with changes.
pub struct Machine {
    variables: BTreeMap<String, String>,
    /// The processes that were started.
    pub runs: RefCell<Vec<Command>>,
    /// How many changes of the disk still work; the next one and all later ones fail.
    pub changes: Cell<usize>,
}

impl Machine {
    /// The machine with a cache of its own and no settings of the user.
    pub fn new(cache: &Path) -> Self {
        let mut variables = BTreeMap::new();
        let cache = cache.to_str().unwrap().to_owned();
        variables.insert("MOCHI_CACHE_DIR".to_owned(), cache);
        for name in [
            "VIRTUAL_ENV",
            "CONDA_PREFIX",
            "MOCHI_PYTHON",
            "MOCHI_OFFLINE",
        ] {
            variables.insert(name.to_owned(), String::new());
        }
        Self {
            variables,
            runs: RefCell::default(),
            changes: Cell::new(usize::MAX),
        }
    }

    /// The machine with a variable.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn change(&self) -> io::Result<()> {
        match self.changes.get() {
            0 => Err(io::Error::new(io::ErrorKind::StorageFull, "no space left")),
            left => {
                self.changes.set(left - 1);
                Ok(())
            }
        }
    }
}

impl System for Machine {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        RealSystem.read(path)
    }
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.change()?;
        RealSystem.write(path, bytes)
    }
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        RealSystem.create_dir_all(path)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.change()?;
        RealSystem.remove(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.change()?;
        RealSystem.rename(from, to)
    }
    fn entries(&self, directory: &Path) -> io::Result<Vec<Entry>> {
        RealSystem.entries(directory)
    }
    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        RealSystem.metadata(path)
    }
    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        RealSystem.canonical(path)
    }
    fn set_executable(&self, path: &Path) -> io::Result<()> {
        RealSystem.set_executable(path)
    }
    fn variable(&self, name: &str) -> Option<String> {
        match self.variables.get(name) {
            Some(value) => Some(value.clone()).filter(|value| !value.is_empty()),
            None => RealSystem.variable(name),
        }
    }
    fn variables_with_prefix(&self, prefix: &str) -> Vec<String> {
        RealSystem.variables_with_prefix(prefix)
    }
    fn current_dir(&self) -> io::Result<PathBuf> {
        RealSystem.current_dir()
    }
    fn home_dir(&self) -> Option<PathBuf> {
        RealSystem.home_dir()
    }
    fn platform(&self) -> Platform {
        RealSystem.platform()
    }
    fn unique(&self) -> String {
        RealSystem.unique()
    }
    fn run(&self, command: &Command, on_line: &mut dyn FnMut(&str)) -> io::Result<Output> {
        self.runs.borrow_mut().push(command.clone());
        RealSystem.run(command, on_line)
    }
    fn replace(&self, command: &Command) -> io::Result<i32> {
        RealSystem.replace(command)
    }
    fn lock(&self, path: &Path, wait: bool) -> io::Result<Option<FileLock>> {
        RealSystem.lock(path, wait)
    }
}
