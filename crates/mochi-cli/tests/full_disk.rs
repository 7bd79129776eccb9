//! A disk that is really full while a project is locked, changed and synced: each command says so,
//! manifest and lock stay whole, and with room again the next command works.
//!
//! The disks are file systems in memory of a few pages. Where mounting one is not permitted (no
//! privilege, or another system than Linux), a limit on the size of files stands for the full disk:
//! the kernel refuses the same writes with another error.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use mochi_test::process::Mochi;

/// A disk of its own.
struct Disk(PathBuf);

impl Disk {
    /// None where mounting is not permitted.
    fn new(path: &Path, kibibytes: u32) -> Option<Self> {
        fs::create_dir_all(path).unwrap();
        let size = format!("size={kibibytes}k");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(path)
            .output();
        let well = mounted.is_ok_and(|done| done.status.success());
        well.then(|| Self(path.to_owned()))
    }

    fn resize(&self, kibibytes: u32) {
        let size = format!("remount,size={kibibytes}k");
        let mut mount = Command::new("mount");
        mount.args(["-o", &size]).arg(&self.0);
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

const MANIFEST: &str =
    "# mine\n[package]\nname = \"demo\"\n\n[python-dependencies]\npyyaml = \"==6.0.2\"\n";
const PROGRAM: &str = "import python \"pyyaml\" as yaml\nprint(yaml.safe_dump([1]))\n";

/// The downloads are those of the other tests that use the public index.
fn shared() -> Mochi {
    support::mochi("registry")
}

fn fill(project: &Path) {
    fs::create_dir_all(project.join("src")).unwrap();
    fs::write(project.join("mochi.toml"), MANIFEST).unwrap();
    fs::write(project.join("src/main.mochi"), PROGRAM).unwrap();
}

fn well(mochi: &Mochi, project: &Path, words: &[&str]) -> String {
    let done = mochi.run(project, words, "").unwrap();
    assert_eq!(done.exit, 0, "{words:?}\n{}", done.stderr);
    done.stdout
}

/// The command fails because of the disk, and says so.
fn refused(mochi: &Mochi, project: &Path, words: &[&str]) {
    let done = mochi.run(project, words, "").unwrap();
    let said = format!("{words:?}: {}\n{}", done.exit, done.stderr);
    assert_eq!(done.exit, 3, "{said}");
    assert!(done.stderr.contains("No space left on device"), "{said}");
    assert!(done.stderr.starts_with("error[M0"), "{said}");
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn registry_a_project_on_a_full_disk_stays_usable() {
    let folder = tempfile::tempdir().unwrap();
    let (mochi, project) = (shared(), folder.path().join("demo"));
    // Three pages: the manifest, the program, and less than the lock needs.
    let Some(disk) = Disk::new(&project, 12) else {
        return limited(&mochi, &project);
    };
    fill(&project);
    let before = ["mochi.toml", "src"];
    for words in [
        ["-q", "pkg", "lock"].as_slice(),
        &["-q", "pkg", "add", "iniconfig"],
        &["-q", "pkg", "sync"],
        &["-q", "run"],
    ] {
        refused(&mochi, &project, words);
        assert_eq!(names(&project), before, "{words:?}");
        let manifest = fs::read_to_string(project.join("mochi.toml")).unwrap();
        assert_eq!(manifest, MANIFEST, "{words:?}");
    }
    // Room for the lock and not for the environment.
    disk.resize(256);
    well(&mochi, &project, &["-q", "pkg", "lock"]);
    let lock = fs::read_to_string(project.join("mochi.lock")).unwrap();
    refused(&mochi, &project, &["-q", "pkg", "sync"]);
    assert!(!project.join(".venv/mochi-complete").exists());
    let kept = fs::read_to_string(project.join("mochi.lock")).unwrap();
    assert_eq!(kept, lock);
    disk.resize(64 << 10);
    well(&mochi, &project, &["-q", "pkg", "sync", "--locked"]);
    assert_eq!(well(&mochi, &project, &["-q", "run"]), "- 1\n\n");
    well(&mochi, &project, &["-q", "pkg", "add", "iniconfig"]);
    well(&mochi, &project, &["-q", "pkg", "lock", "--check"]);
}

#[test]
fn registry_a_cache_on_a_full_disk_stays_usable() {
    let folder = tempfile::tempdir().unwrap();
    let (mochi, project) = (shared(), folder.path().join("demo"));
    fill(&project);
    // uv and its downloads are there already; ours go to the small disk.
    well(&mochi, &project, &["-q", "pkg", "lock"]);
    let lock = fs::read_to_string(project.join("mochi.lock")).unwrap();
    fs::remove_file(project.join("mochi.lock")).unwrap();
    let cache = folder.path().join("cache");
    let disk = Disk::new(&cache, 64);
    fs::create_dir_all(&cache).unwrap();
    for part in ["tools", "uv"] {
        symlink(mochi.cache().join(part), cache.join(part)).unwrap();
    }
    let small = Mochi::new(env!("CARGO_BIN_EXE_mochi"), &cache);
    if let Some(disk) = &disk {
        refused(&small, &project, &["-q", "pkg", "lock"]);
        disk.resize(64 << 10);
    } else {
        // What is read of the package is larger.
        let said = limited_to(16, &small, &project, &["-q", "pkg", "lock"]);
        assert!(said.starts_with("error[M0"), "{said}");
    }
    assert!(!project.join("mochi.lock").exists());
    well(&small, &project, &["-q", "pkg", "lock"]);
    let again = fs::read_to_string(project.join("mochi.lock")).unwrap();
    assert_eq!(again, lock);
    assert_eq!(well(&small, &project, &["-q", "run"]), "- 1\n\n");
}

/// The same for the lock alone, where no disk can be mounted: no file may have more than 2 blocks.
fn limited(mochi: &Mochi, project: &Path) {
    fill(project);
    well(mochi, project, &["-q", "pkg", "lock"]);
    fs::remove_file(project.join("mochi.lock")).unwrap();
    limited_to(2, mochi, project, &["-q", "pkg", "lock"]);
    assert_eq!(names(project), ["mochi.toml", "src"]);
    well(mochi, project, &["-q", "pkg", "lock"]);
}

/// Runs a command whose files may have no more than so many blocks, and which therefore fails; what
/// it said.
fn limited_to(blocks: u32, mochi: &Mochi, project: &Path, words: &[&str]) -> String {
    // Unless the signal is ignored, the kernel ends the process instead of refusing the write.
    let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &limit, "sh", env!("CARGO_BIN_EXE_mochi")]);
    command.args(words).current_dir(project);
    command.env("MOCHI_CACHE_DIR", mochi.cache());
    let done = command.output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(3), "{said}");
    said
}
