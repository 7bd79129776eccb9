//! Failures at every write, rename and removal while a project is locked and synced: the manifest
//! and the lock stay whole, and the next attempt works.
//!
//! Uses the real uv and the public index, like `registry.rs`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::cell::Cell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_project::project::{LockMode, Project, lock_project, sync_project};
use mochi_project::{ExitClass, ProjectError, Session, SessionOptions, Silent, Upgrade, lock};
use mochi_system::{Command, Entry, FileLock, Metadata, Output, Platform, RealSystem, System};

/// The real machine whose disk fails at one change, counted from 0, and at every later one.
struct FullDisk {
    cache: String,
    left: Cell<usize>,
}

impl FullDisk {
    fn change(&self) -> io::Result<()> {
        match self.left.get() {
            0 => Err(io::Error::new(io::ErrorKind::StorageFull, "no space left")),
            left => {
                self.left.set(left - 1);
                Ok(())
            }
        }
    }
}

impl System for FullDisk {
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
        match name {
            "MOCHI_CACHE_DIR" => Some(self.cache.clone()),
            "VIRTUAL_ENV" | "MOCHI_PYTHON" | "MOCHI_OFFLINE" => None,
            _ => RealSystem.variable(name),
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
        RealSystem.run(command, on_line)
    }
    fn replace(&self, command: &Command) -> io::Result<i32> {
        RealSystem.replace(command)
    }
    fn lock(&self, path: &Path, wait: bool) -> io::Result<Option<FileLock>> {
        RealSystem.lock(path, wait)
    }
}

const MANIFEST: &str =
    "[package]\nname = \"demo\"\n\n[python-dependencies]\niniconfig = \"^2\" # small\n";

/// Locks and syncs; the number of changes that were still allowed at the end.
fn attempt(root: &Path, cache: &Path, left: usize) -> Result<usize, Vec<ProjectError>> {
    let disk = Rc::new(FullDisk {
        cache: cache.to_string_lossy().into_owned(),
        left: Cell::new(left),
    });
    let shared: Rc<dyn System> = disk.clone();
    let one = |error| vec![error];
    let mut project = Project::open(&*shared, root)?;
    project.mode = LockMode::Update;
    let session = Session::new(&*shared, &Silent, SessionOptions::default())
        .map_err(one)?
        .in_project(project, &shared);
    let project = session.project().unwrap();
    lock_project(&session, project, &Upgrade::Nothing)?;
    sync_project(&session, project)?;
    Ok(disk.left.get())
}

#[test]
fn registry_a_failing_disk_leaves_a_project_that_works() {
    const MANY: usize = 10_000;
    let folder = tempfile::tempdir().unwrap();
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interrupted");
    let (root, cache) = (folder.path().join("demo"), shared.join("cache"));
    fs::create_dir_all(&root).unwrap();
    fs::write(root.join("mochi.toml"), MANIFEST).unwrap();
    // Once whole: uv and what it downloads are in the cache, and the number of changes is known.
    attempt(&root, &cache, MANY).unwrap();
    let again = || {
        for path in ["mochi.lock", ".venv"] {
            RealSystem.remove(&root.join(path)).unwrap();
        }
        RealSystem.remove(&cache.join("reading")).unwrap();
    };
    again();
    let changes = MANY - attempt(&root, &cache, MANY).unwrap();
    assert!((4..200).contains(&changes), "{changes}");
    let whole = fs::read_to_string(root.join("mochi.lock")).unwrap();
    for allowed in 0..changes {
        again();
        if let Err(errors) = attempt(&root, &cache, allowed) {
            for error in errors {
                assert_eq!(
                    error.class(),
                    ExitClass::Environment,
                    "{allowed}: {error:?}"
                );
            }
        }
        let manifest = fs::read_to_string(root.join("mochi.toml")).unwrap();
        assert_eq!(manifest, MANIFEST, "{allowed}");
        if let Ok(text) = fs::read_to_string(root.join("mochi.lock")) {
            assert_eq!(text, whole, "{allowed}");
        }
        attempt(&root, &cache, MANY).unwrap();
        let text = fs::read_to_string(root.join("mochi.lock")).unwrap();
        assert_eq!(text, whole, "{allowed}");
        assert!(lock::parse(&text).is_ok());
        assert!(root.join(".venv/mochi-complete").is_file(), "{allowed}");
    }
}
