//! Failures at every write, rename and removal while a project is locked and synced, wrappers
//! included: what is there stays whole, and the next attempt works.
//!
//! Uses the real uv and the public index, like `registry.rs`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::path::Path;
use std::rc::Rc;

use mochi_project::project::{LockMode, Project, lock_project, sync_project};
use mochi_project::{ExitClass, ProjectError, Session, SessionOptions, Silent, Upgrade, lock};
use mochi_system::{RealSystem, System};

use support::Machine;

const MANIFEST: &str =
    "[package]\nname = \"demo\"\n\n[python-dependencies]\niniconfig = \"^2\" # small\n";

/// Locks and syncs; the number of changes that were still allowed at the end.
fn attempt(root: &Path, cache: &Path, left: usize) -> Result<usize, Vec<ProjectError>> {
    let disk = Rc::new(Machine::new(cache));
    disk.changes.set(left);
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
    Ok(disk.changes.get())
}

#[test]
fn registry_a_failing_disk_leaves_a_project_that_works() {
    const MANY: usize = 10_000;
    let folder = tempfile::tempdir().unwrap();
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interrupted");
    let (root, cache) = (folder.path().join("demo"), shared.join("cache"));
    fs::create_dir_all(&root).unwrap();
    fs::write(root.join("mochi.toml"), MANIFEST).unwrap();
    // Two runs of the tests take turns there.
    fs::create_dir_all(&shared).unwrap();
    let turn = fs::File::create(shared.join("turn")).unwrap();
    turn.lock().unwrap();
    // What an earlier run of the tests left there belongs to another project.
    RealSystem.remove(&cache.join("projects")).unwrap();
    // Once whole: uv and what it downloads are in the cache, and the number of changes is known.
    attempt(&root, &cache, MANY).unwrap();
    let again = || {
        for path in ["mochi.lock", ".venv", "python_wrap"] {
            RealSystem.remove(&root.join(path)).unwrap();
        }
        RealSystem.remove(&cache.join("reading")).unwrap();
    };
    again();
    let changes = MANY - attempt(&root, &cache, MANY).unwrap();
    assert!((4..200).contains(&changes), "{changes}");
    let whole = fs::read_to_string(root.join("mochi.lock")).unwrap();
    let shim = root.join("python_wrap/iniconfig/shim.mochi");
    let whole_shim = fs::read_to_string(&shim).unwrap();
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
        // Wrappers are there as a whole or not at all.
        if root.join("python_wrap").exists() {
            assert_eq!(fs::read_to_string(&shim).unwrap(), whole_shim, "{allowed}");
        }
        attempt(&root, &cache, MANY).unwrap();
        assert_eq!(fs::read_to_string(&shim).unwrap(), whole_shim, "{allowed}");
        let text = fs::read_to_string(root.join("mochi.lock")).unwrap();
        assert_eq!(text, whole, "{allowed}");
        assert!(lock::parse(&text).is_ok());
        assert!(root.join(".venv/mochi-complete").is_file(), "{allowed}");
        // What the failure left behind is gone.
        let left = RealSystem.list(&cache.join("projects")).unwrap();
        assert_eq!(left, [""; 0], "{allowed}");
    }
}
