//! `mochi fmt`: which files it formats, what it says, and how it ends.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;

use mochi_test::process::Finished;

/// A folder with files, and the binary in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        Self(support::folder(files))
    }

    fn run_in(&self, folder: &str, arguments: &[&str], input: &str) -> Finished {
        let mochi = support::mochi("formatting");
        let words = [&["fmt"], arguments].concat();
        mochi
            .run(&self.0.path().join(folder), &words, input)
            .unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Finished {
        self.run_in("", arguments, "")
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }
}

const MESSY: &str = "let  x=1\r\n";
const TIDY: &str = "let x = 1\n";

#[test]
fn files_and_folders_are_formatted() {
    let folder = Folder::new(&[
        ("a.mochi", MESSY),
        ("b.mochi", TIDY),
        ("sub/c.mochi", MESSY),
        (".hidden/d.mochi", MESSY),
        ("notes.txt", MESSY),
    ]);
    let done = folder.run(&[]);
    assert_eq!((done.exit, done.stdout.as_str()), (0, ""));
    assert_eq!(done.stderr, "formatted a.mochi\nformatted sub/c.mochi\n");
    assert_eq!(
        (folder.text("a.mochi"), folder.text("sub/c.mochi")),
        (TIDY.into(), TIDY.into())
    );
    assert_eq!(
        (folder.text(".hidden/d.mochi"), folder.text("notes.txt")),
        (MESSY.into(), MESSY.into())
    );
    let again = folder.run(&["a.mochi", "sub"]);
    assert_eq!((again.exit, again.stderr.as_str()), (0, ""));
    let left: Vec<_> = fs::read_dir(folder.0.path()).unwrap().collect();
    assert_eq!(left.len(), 5, "{left:?}");
}

#[test]
fn check_writes_nothing() {
    let folder = Folder::new(&[("a.mochi", MESSY), ("b.mochi", TIDY)]);
    let done = folder.run(&["--check"]);
    assert_eq!(
        (done.exit, done.stdout.as_str(), done.stderr.as_str()),
        (1, "a.mochi\n", "")
    );
    assert_eq!(folder.text("a.mochi"), MESSY);
    assert_eq!(folder.run(&["--check", "b.mochi"]).exit, 0);
}

#[test]
fn syntax_errors_are_reported_and_the_rest_is_formatted() {
    let broken = "let = 1\nlet  y =2\n";
    let folder = Folder::new(&[("a.mochi", broken), ("b.mochi", MESSY)]);
    let done = folder.run(&["a.mochi", "b.mochi"]);
    assert_eq!(done.exit, 1);
    assert!(done.stderr.contains("--> a.mochi:1:5"), "{}", done.stderr);
    assert_eq!(
        (folder.text("a.mochi"), folder.text("b.mochi")),
        (broken.into(), TIDY.into())
    );
    let missing = folder.run(&["c.mochi"]);
    assert_eq!(missing.exit, 1);
    assert!(
        missing.stderr.starts_with("error: cannot read c.mochi: "),
        "{}",
        missing.stderr
    );
}

#[test]
fn a_project_is_formatted_from_anywhere_in_it() {
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\n";
    let folder = Folder::new(&[
        ("mochi.toml", manifest),
        ("src/main.mochi", MESSY),
        ("tests/t.mochi", MESSY),
    ]);
    let done = folder.run_in("src", &[], "");
    assert_eq!(
        (done.exit, done.stderr.as_str()),
        (
            0,
            "formatted ../src/main.mochi\nformatted ../tests/t.mochi\n"
        )
    );
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new(&[]);
    for arguments in [&["-"][..], &["--stdin"]] {
        let done = folder.run_in("", arguments, MESSY);
        assert_eq!(
            (done.exit, done.stdout.as_str(), done.stderr.as_str()),
            (0, TIDY, "")
        );
        assert_eq!(folder.run_in("", arguments, TIDY).stdout, TIDY);
        let broken = folder.run_in("", arguments, "let = 1");
        assert_eq!((broken.exit, broken.stdout.as_str()), (1, ""));
        assert!(
            broken.stderr.contains("--> <stdin>:1:5"),
            "{}",
            broken.stderr
        );
    }
    assert_eq!(folder.run_in("", &["-", "--check"], MESSY).exit, 1);
    assert_eq!(folder.run_in("", &["-", "--check"], TIDY).exit, 0);
    assert_eq!(folder.run(&["-", "a.mochi"]).exit, 2);
    assert_eq!(folder.run(&["--stdin", "a.mochi"]).exit, 2);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::new(&[("real.txt", MESSY)]);
    let (real, link) = (
        folder.0.path().join("real.txt"),
        folder.0.path().join("a.mochi"),
    );
    fs::set_permissions(&real, fs::Permissions::from_mode(0o750)).unwrap();
    symlink("real.txt", &link).unwrap();
    assert_eq!(folder.run(&["a.mochi"]).exit, 0);
    assert_eq!(folder.text("real.txt"), TIDY);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o750
    );
}
