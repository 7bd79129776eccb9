//! A project: a directory with a manifest, its lock and its environment.
//!
//! A command computes everything first and writes last, each file as a whole, so that a failure
//! leaves manifest and lock as they were.
//!
//! Spec: bridge.md §3, §9 (layout), §13, §14.

mod audit;
mod edit;
mod free_threaded;
mod graph;
mod imports;
mod locking;
mod prepare;
mod scaffold;
mod script;
mod sync;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_system::{FileLock, System};

use crate::cache::{self, Cache};
use crate::codes;
use crate::error::{OtherText, ProjectError};
use crate::lock::{self, ProjectLock, ReadError};
use crate::manifest::{self, DependencySource, Manifest, Priority};
use crate::progress::Progress;

pub use audit::{Audited, Reading, audit};
pub use edit::{Addition, Changed, add, remove};
pub use graph::{Node, Reason, tree, why};
pub use locking::{Locked, check_lock, lock_project};
pub(crate) use prepare::check_interpreter;
pub use prepare::current_lock;
pub use scaffold::{Kind, Scaffold, scaffold};
pub use script::{lock_of_script, lock_script};
pub use sync::{Synced, sync_project};

/// The section of the cache where uv works for projects.
const WORK: &str = "projects";

/// How much of the lock may change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockMode {
    /// It follows the manifest.
    #[default]
    Update,
    /// It must fit the manifest already.
    Locked,
    /// It is taken as it is.
    Frozen,
}

/// A project with its manifest.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its directory, absolute, with links resolved.
    pub root: PathBuf,
    /// Its directory as messages show it; empty for the working directory.
    pub shown: PathBuf,
    /// The manifest.
    pub manifest: Manifest,
    /// What its lock may do.
    pub mode: LockMode,
    /// Whether distributions may be able to do more than before an update.
    accept_capabilities: bool,
    /// The name of its lock.
    lock_file: String,
    /// Where its environment stands.
    environment: PathBuf,
}

/// The nearest directory at or above `start` that holds a manifest.
pub fn find_root(system: &dyn System, start: &Path) -> Option<PathBuf> {
    start
        .ancestors()
        .find(|directory| system.is_file(&directory.join(manifest::FILE)))
        .map(Path::to_owned)
}

impl Project {
    /// The project that `start` lies in: a directory, absolute. None if it lies in none.
    pub fn discover(system: &dyn System, start: &Path) -> Result<Option<Self>, Vec<ProjectError>> {
        match find_root(system, start) {
            Some(root) => Self::open(system, &root).map(Some),
            None => Ok(None),
        }
    }

    /// The project in a directory.
    pub fn open(system: &dyn System, root: &Path) -> Result<Self, Vec<ProjectError>> {
        let root = system.canonical(root).unwrap_or_else(|_| root.to_owned());
        let here = system.current_dir().unwrap_or_default();
        let here = system.canonical(&here).unwrap_or(here);
        let shown = match root.strip_prefix(&here) {
            Ok(below) => below.to_owned(),
            Err(_) => PathBuf::from(lock::relative(&here, &root)),
        };
        let path = root.join(manifest::FILE);
        let text = system
            .read_text(&path)
            .map_err(|error| vec![ProjectError::project_file("read", &path, &error)])?;
        Self::with_text(&root, &shown, &text)
    }

    fn with_text(root: &Path, shown: &Path, text: &str) -> Result<Self, Vec<ProjectError>> {
        let text = Rc::new(OtherText {
            path: shown.join(manifest::FILE).display().to_string(),
            text: Rc::from(text),
        });
        Ok(Self {
            root: root.to_owned(),
            shown: shown.to_owned(),
            manifest: Manifest::parse(&text)?,
            mode: LockMode::Update,
            accept_capabilities: false,
            lock_file: lock::FILE.to_owned(),
            environment: root.join(".venv"),
        })
    }

    /// The same project with the manifest as it is now: another process may have changed it while
    /// this one waited for its turn.
    fn fresh(&self, system: &dyn System) -> Result<Self, Vec<ProjectError>> {
        if self.lock_file != lock::FILE {
            return Ok(self.clone());
        }
        let path = self.root.join(manifest::FILE);
        let text = system
            .read_text(&path)
            .map_err(|error| vec![ProjectError::project_file("read", &path, &error)])?;
        if *text == *self.manifest.text.text {
            return Ok(self.clone());
        }
        let text = Rc::new(OtherText {
            path: self.manifest.text.path.clone(),
            text: Rc::from(text),
        });
        Ok(Self {
            manifest: Manifest::parse(&text)?,
            ..self.clone()
        })
    }

    /// The same project with another manifest, which is not written yet.
    fn with_manifest(&self, text: &str) -> Result<Self, Vec<ProjectError>> {
        let text = Rc::new(OtherText {
            path: format!("{} (changed)", self.manifest.text.path),
            text: Rc::from(text),
        });
        Ok(Self {
            manifest: Manifest::parse(&text)?,
            ..self.clone()
        })
    }

    /// The same project, in which distributions whose versions move may be able to do more than
    /// before.
    #[must_use]
    pub fn accepting_capabilities(&self, accept: bool) -> Self {
        Self {
            accept_capabilities: accept,
            ..self.clone()
        }
    }

    /// Whether that is so.
    pub(crate) fn accepts_capabilities(&self) -> bool {
        self.accept_capabilities
    }

    /// The file that runs: `src/main.mochi`, or `src/lib.mochi` of a library.
    pub fn entry(&self, system: &dyn System) -> PathBuf {
        let source = self.shown.join("src");
        let library = Path::new("src").join("lib.mochi");
        let main = Path::new("src").join("main.mochi");
        if !system.is_file(&self.root.join(&main)) && system.is_file(&self.root.join(library)) {
            return source.join("lib.mochi");
        }
        source.join("main.mochi")
    }

    /// An absolute path as the manifest writes it.
    pub fn relative(&self, path: &Path) -> String {
        lock::relative(&self.root, path)
    }

    /// Where the environment stands.
    pub fn environment(&self) -> PathBuf {
        self.environment.clone()
    }

    fn lock_path(&self) -> PathBuf {
        self.root.join(&self.lock_file)
    }

    /// The lock with its text; none if there is no file.
    pub fn read_lock(
        &self,
        system: &dyn System,
    ) -> Result<Option<(String, ProjectLock)>, ProjectError> {
        let Some(text) = self.lock_text(system)? else {
            return Ok(None);
        };
        match lock::parse(&text) {
            Ok(lock) => Ok(Some((text, lock))),
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    fn lock_text(&self, system: &dyn System) -> Result<Option<String>, ProjectError> {
        let path = self.lock_path();
        if system.metadata(&path).is_err() {
            return Ok(None);
        }
        system
            .read_text(&path)
            .map(Some)
            .map_err(|error| ProjectError::project_file("read", &path, &error))
    }

    /// What is there to keep when the project is locked again: damaged locks give nothing, of
    /// half-merged ones our side counts. A newer one is not ours to replace.
    fn seed(&self, system: &dyn System) -> Result<Option<ProjectLock>, ProjectError> {
        let Some(text) = self.lock_text(system)? else {
            return Ok(None);
        };
        match lock::parse(&lock::our_side(&text)) {
            Ok(lock) => Ok(Some(lock)),
            Err(error @ ReadError::Newer(_)) => Err(self.unreadable(&error)),
            Err(_) => Ok(None),
        }
    }

    fn unreadable(&self, error: &ReadError) -> ProjectError {
        let path = self.shown.join(&self.lock_file);
        ProjectError::new(
            codes::LOCK_UNREADABLE,
            format!("{} cannot be read: {error}", path.display()),
        )
    }

    /// What asks for distributions, in messages.
    fn kind(&self) -> &'static str {
        if self.lock_file == lock::FILE {
            "manifest"
        } else {
            "script"
        }
    }

    fn write_lock(&self, system: &dyn System, text: &str) -> Result<bool, ProjectError> {
        self.write(system, &self.lock_file, text)
    }

    /// Writes a file of the project as a whole, unless it holds the text already.
    fn write(&self, system: &dyn System, name: &str, text: &str) -> Result<bool, ProjectError> {
        let path = self.root.join(name);
        if system.read_text(&path).is_ok_and(|present| present == text) {
            return Ok(false);
        }
        system
            .write(&path, text.as_bytes())
            .map(|()| true)
            .map_err(|error| ProjectError::project_file("write", &path, &error))
    }

    /// Keeps other processes from changing the project until the guard is dropped.
    pub(crate) fn guard(
        &self,
        system: &dyn System,
        progress: &dyn Progress,
        cache: &Cache,
    ) -> Result<FileLock, ProjectError> {
        let key = self.key();
        let guard = cache.guard(system, progress, &format!("project-{key}"))?;
        cache::sweep(system, &cache.section(WORK), &key);
        Ok(guard)
    }

    /// The name of the project in the cache.
    fn key(&self) -> String {
        let mut name = cache::sha256(self.lock_path().to_string_lossy().as_bytes());
        name.truncate(32);
        name
    }

    /// A folder of the cache to work in, for who holds the guard; it is to be removed. What a killed
    /// process left of it goes when the guard is taken.
    fn work(&self, system: &dyn System, cache: &Cache) -> Result<PathBuf, ProjectError> {
        let section = cache.make_section(system, WORK)?;
        Ok(section.join(format!("{}.{}.tmp", self.key(), system.unique())))
    }

    /// What the manifest asks for, in one spelling: a lock was made for these or is out of date.
    pub fn requirements(&self) -> Vec<String> {
        let python = &self.manifest.python;
        let mut out = vec![format!("python: {}", python.requires_python)];
        if !python.typeshed {
            out.push("types: not from typeshed".to_owned());
        }
        for index in &python.indexes {
            let priority = match index.priority {
                Priority::Primary => "primary",
                Priority::Supplemental => "supplemental",
                Priority::Explicit => "explicit",
            };
            out.push(format!("index: {} {} {priority}", index.name, index.url));
        }
        for one in &self.manifest.dependencies {
            let source = match &one.source {
                DependencySource::Default => String::new(),
                DependencySource::Index(name) => format!(" from index {name}"),
                DependencySource::Git { url, reference } => match reference {
                    Some(reference) => {
                        let (key, value) = reference.parts();
                        format!(" from git {url} {key} {value}")
                    }
                    None => format!(" from git {url}"),
                },
                DependencySource::Path { path, editable } => {
                    let kind = if *editable { "editable" } else { "path" };
                    format!(" from {kind} {path}")
                }
            };
            out.push(format!("{}{source}", one.pep508()));
        }
        out.sort();
        out
    }

    /// An error without a place of its own, in the words of this project.
    fn outdated(&self, why: &str) -> ProjectError {
        let path = self.shown.join(&self.lock_file);
        ProjectError::new(codes::LOCK_OUTDATED, format!("{} {why}", path.display()))
    }
}
