//! The projects of `examples/projects/`: each is locked with the same bytes from every Python, and is
//! checked, tested, run and built; what was built runs without Mochi from another place.
//!
//! `MOCHI_UPDATE=1` rewrites `expected.txt`.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mochi_test::diff;
use mochi_test::process::{Finished, Mochi};

struct Example {
    name: &'static str,
    /// Where it stands in the repository.
    source: PathBuf,
    /// The copy that the test works in.
    scratch: tempfile::TempDir,
}

impl Example {
    fn new(name: &'static str) -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/projects");
        let source = source.join(name);
        let scratch = tempfile::tempdir().unwrap();
        copy(&source, &scratch.path().join(name));
        Self {
            name,
            source,
            scratch,
        }
    }

    fn folder(&self) -> PathBuf {
        self.scratch.path().join(self.name)
    }

    /// The downloads are those of the other tests that use the public index.
    fn mochi(&self, line: &str) -> Finished {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("registry");
        let mochi = Mochi::with_lasting_cache(Path::new(env!("CARGO_BIN_EXE_mochi")), &root);
        let words: Vec<&str> = line.split_whitespace().collect();
        mochi.unwrap().run(&self.folder(), &words, "").unwrap()
    }

    /// Runs a command that must succeed and has nothing to say; gives its standard output.
    fn well(&self, line: &str) -> String {
        let done = self.mochi(line);
        let said = (done.exit, done.stderr.as_str());
        assert_eq!(said, (0, ""), "{}: {line}\n{}", self.name, done.stdout);
        done.stdout
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder().join(file)).unwrap()
    }

    /// Everything that a project of the repository promises.
    fn holds(&self, arguments: &str) {
        let run = format!("-q run {arguments}");
        let locked = self.mochi("-q pkg lock");
        assert_eq!(locked.exit, 0, "{}", locked.stderr);
        if std::env::var_os("MOCHI_UPDATE").is_some() {
            fs::write(self.source.join("expected.txt"), self.well(&run)).unwrap();
        }
        let lock = self.read("mochi.lock");
        for python in ["3.12", "3.13"] {
            let checked = self.mochi(&format!("-q --python {python} pkg lock --check"));
            assert_eq!(
                (checked.exit, checked.stdout.as_str()),
                (0, ""),
                "{}\n{}",
                self.name,
                checked.stderr
            );
            // Made from nothing, it has the same bytes.
            fs::remove_file(self.folder().join("mochi.lock")).unwrap();
            self.well(&format!("-q --python {python} pkg lock"));
            assert!(
                self.read("mochi.lock") == lock,
                "{}: Python {python}",
                self.name
            );
        }
        assert_eq!(self.well("-q check --locked"), "");
        let tested = self.well("-q test --locked");
        assert!(tested.contains("… ok (") && !tested.contains("fail"));
        let expected = fs::read_to_string(self.source.join("expected.txt")).unwrap();
        let printed = self.well(&format!("-q run --locked {arguments}"));
        assert!(printed == expected, "{}", diff::lines(&expected, &printed));
        self.well("-q build --locked");
        self.runs_without_mochi(arguments, &expected);
        assert_eq!(self.read("mochi.lock"), lock, "nothing changed the lock");
    }

    /// The package that was built runs from another folder, with nothing of Mochi on the PATH.
    fn runs_without_mochi(&self, arguments: &str, expected: &str) {
        let elsewhere = self.scratch.path().join("elsewhere");
        copy(&self.folder().join("build"), &elsewhere);
        let mut command = Command::new(self.folder().join(".venv/bin/python"));
        command.args(["-I", "-c", "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"]);
        command.arg(&elsewhere).arg(self.name);
        command.args(arguments.split_whitespace());
        command.current_dir(self.folder()).env_clear();
        let output = command.output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((printed.as_ref(), said.as_ref()), (expected, ""));
        assert!(output.status.success());
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn registry_the_roster_holds_what_it_promises() {
    let roster = Example::new("roster");
    roster.holds("roster.yaml");
    // An edit of the local package is followed, and the lock says what it was made for.
    let code = "closing-days/closing_days/__init__.py";
    let edited = roster.read(code).replace("\"New Year\"", "\"Hangover\"");
    fs::write(roster.folder().join(code), edited).unwrap();
    let checked = roster.mochi("-q pkg lock --check");
    assert_eq!(checked.exit, 1, "{}", checked.stderr);
    let named: Vec<&str> = checked
        .stdout
        .lines()
        .filter(|line| !line.starts_with(' '))
        .collect();
    assert_eq!(
        named,
        ["closing-days: content-sha256", "closing-days: stub-sha256"]
    );
}

#[test]
fn registry_the_handbook_holds_what_it_promises() {
    let handbook = Example::new("handbook");
    let mut maker = Command::new("python3");
    maker.arg("slugs/make_wheel.py");
    let made = maker.current_dir(handbook.folder()).status().unwrap();
    assert!(made.success());
    handbook.holds("pages");
    // A wheel with other content is not the locked one.
    let wheel = handbook
        .folder()
        .join("wheels/slugs-1.2.0-py3-none-any.whl");
    let mut bytes = fs::read(&wheel).unwrap();
    let doc = b"Names of pages as parts of addresses.";
    let at = bytes
        .windows(doc.len())
        .position(|part| part == doc)
        .unwrap();
    bytes[at] = b'n';
    fs::write(&wheel, bytes).unwrap();
    fs::remove_dir_all(handbook.folder().join(".venv")).unwrap();
    let refused = handbook.mochi("-q run --locked pages");
    assert_eq!(refused.exit, 3, "{}{}", refused.stdout, refused.stderr);
    assert!(refused.stderr.contains("error[M008]"), "{}", refused.stderr);
}

#[test]
fn every_project_is_tested_and_described() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/projects");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.push(path.file_name().unwrap().to_str().unwrap().to_owned());
            assert!(path.join("README.md").is_file() && path.join("expected.txt").is_file());
        }
    }
    names.sort();
    assert_eq!(names, ["handbook", "roster"], "a project without a test");
    let index = fs::read_to_string(folder.join("README.md")).unwrap();
    for name in names {
        assert!(index.contains(&format!("({name}/README.md)")), "{name}");
    }
}
