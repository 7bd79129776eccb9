//! Ctrl-C while a project is locked, changed and synced, at several moments: the command ends with
//! 130 and a last line that says so, uv ends with it, files are whole, and the same command works
//! when it is run again. And processes that do all of that at once.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Once;
use std::thread::sleep;
use std::time::{Duration, Instant};

use mochi_test::process::Mochi;

const MANIFEST: &str = "# mine\n[package]\nname = \"demo\"\n\n[python-dependencies]\npyyaml = \"==6.0.2\" # data\ntabulate = \"==0.9.0\"\n";
const PROGRAM: &str = "import python \"pyyaml\" as yaml\nprint(yaml.safe_dump([1]))\n";

/// uv is fetched once, under the shared cache's own guard.
static FETCHED: Once = Once::new();

struct Project {
    folder: tempfile::TempDir,
    /// The cache.
    outside: tempfile::TempDir,
    mochi: Mochi,
}

impl Project {
    fn new() -> Self {
        let shared = support::mochi("registry");
        FETCHED.call_once(|| support::fetch(&shared));
        // A cache of its own, from which something is taken away; what uv has is shared.
        let outside = tempfile::tempdir().unwrap();
        for part in ["tools", "uv"] {
            symlink(shared.cache().join(part), outside.path().join(part)).unwrap();
        }
        let project = Self {
            mochi: Mochi::new(env!("CARGO_BIN_EXE_mochi"), outside.path()),
            folder: tempfile::tempdir().unwrap(),
            outside,
        };
        fs::create_dir_all(project.path("src")).unwrap();
        fs::write(project.path("mochi.toml"), MANIFEST).unwrap();
        fs::write(project.path("src/main.mochi"), PROGRAM).unwrap();
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    fn well(&self, line: &str) -> String {
        let done = self
            .mochi
            .run(self.folder.path(), &support::words(line), "")
            .unwrap();
        assert_eq!(done.exit, 0, "{line}\n{}{}", done.stdout, done.stderr);
        done.stdout
    }

    /// Runs a command that is interrupted after a while: the exit code and what it said; none if
    /// the signal came before the first line of the program.
    fn interrupted(&self, line: &str, after: u64, whom: Whom) -> Option<(i32, String)> {
        let mut command = self.mochi.command(self.folder.path());
        command.args(line.split_whitespace()).process_group(0);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        sleep(Duration::from_millis(after));
        let group = format!("-{}", child.id());
        let single = child.id().to_string();
        signal(
            "INT",
            if matches!(whom, Whom::Group) {
                &group
            } else {
                &single
            },
        );
        let mut said = String::new();
        let mut stderr = child.stderr.take().unwrap();
        let status = child.wait().unwrap();
        // Nobody of the group is left: the next look finds none, or only what is about to end.
        let start = Instant::now();
        while signal("0", &group) {
            assert!(
                start.elapsed() < Duration::from_secs(3),
                "{line}: uv goes on"
            );
            sleep(Duration::from_millis(10));
        }
        stderr.read_to_string(&mut said).unwrap();
        status.code().map(|code| (code, said))
    }
}

/// Who gets the signal: a terminal sends it to the whole group.
#[derive(Clone, Copy, Debug)]
enum Whom {
    Group,
    Mochi,
}

/// Sends a signal; whether there is anybody who can get it.
fn signal(name: &str, whom: &str) -> bool {
    let mut kill = Command::new("kill");
    kill.args([&format!("-{name}"), "--", whom]);
    kill.stderr(Stdio::null()).status().unwrap().success()
}

#[test]
fn registry_interrupted_commands_leave_a_project_that_works() {
    let project = Project::new();
    project.well("-q pkg lock");
    let lock = project.read("mochi.lock").unwrap();
    let mut count = 0;
    for (after, whom) in [
        (30, Whom::Group),
        (60, Whom::Mochi),
        (150, Whom::Group),
        (350, Whom::Mochi),
    ] {
        for line in ["pkg lock", "pkg add iniconfig", "pkg sync"] {
            if line == "pkg sync" {
                let _ = fs::remove_dir_all(project.path(".venv"));
            } else {
                fs::write(project.path("mochi.toml"), MANIFEST).unwrap();
                let _ = fs::remove_file(project.path("mochi.lock"));
                // What types are read from is made anew, so that there is something to do.
                let _ = fs::remove_dir_all(project.outside.path().join("reading"));
            }
            let Some((code, said)) = project.interrupted(line, after, whom) else {
                continue;
            };
            let last = said.lines().last().unwrap_or_default();
            match code {
                130 => {
                    count += 1;
                    assert!(last.starts_with("interrupted; "), "{line} {after}: {said}");
                }
                0 => {}
                other => panic!("{line} {after} {whom:?}: {other}\n{said}"),
            }
            // What was written is whole.
            let manifest = project.read("mochi.toml").unwrap();
            assert!(manifest.starts_with(MANIFEST), "{line} {after}\n{manifest}");
            if let Some(found) = project.read("mochi.lock") {
                let is_whole = found == lock || found.contains("name = \"iniconfig\"");
                assert!(is_whole, "{line} {after}\n{found}");
            }
            let names = fs::read_dir(project.folder.path()).unwrap();
            for entry in names {
                let name = entry.unwrap().file_name().into_string().unwrap();
                assert!(!name.contains(".tmp"), "{line} {after}: {name}");
            }
        }
        assert_eq!(project.well("-q run"), "- 1\n\n");
    }
    assert!(count >= 3, "only {count} commands were interrupted");
    project.well("-q pkg add iniconfig");
    project.well("-q pkg lock --check");
}

#[test]
fn registry_commands_at_once_leave_a_whole_project() {
    let project = Project::new();
    let lines = [
        "-q pkg add iniconfig",
        "-q pkg sync",
        "-q pkg lock",
        "-q pkg add six",
        "-q run",
    ];
    let mut running: Vec<_> = lines
        .map(|line| {
            let mut command = project.mochi.command(project.folder.path());
            command.args(line.split_whitespace());
            command.stdout(Stdio::null()).spawn().unwrap()
        })
        .into();
    for (child, line) in running.iter_mut().zip(lines) {
        assert!(child.wait().unwrap().success(), "{line}");
    }
    // Both lines arrived, and the lock is the one for them.
    let manifest = project.read("mochi.toml").unwrap();
    assert!(manifest.starts_with(MANIFEST), "{manifest}");
    assert!(
        manifest.contains("\niniconfig = ") && manifest.contains("\nsix = "),
        "{manifest}"
    );
    project.well("-q pkg lock --check");
    assert_eq!(project.well("-q run --locked"), "- 1\n\n");
}
