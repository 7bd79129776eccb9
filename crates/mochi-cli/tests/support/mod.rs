//! What tests of the binary share: folders with files, the binary with a cache, and a project.
#![allow(dead_code, reason = "each user takes a part")]

use std::fs;
use std::path::{Path, PathBuf};

use mochi_test::process::{Finished, Mochi};

/// The binary with a cache that lasts until it is built anew, shared by all who give this name.
pub fn mochi(cache: &str) -> Mochi {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(cache);
    Mochi::with_lasting_cache(Path::new(env!("CARGO_BIN_EXE_mochi")), &root).unwrap()
}

/// Writes a file with the folders that it needs.
pub fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A new folder with these files.
pub fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(&folder.path().join(name), text);
    }
    folder
}

/// The words of a command line in which nothing is quoted.
pub fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// Lets the binary fetch uv, once, under the guard of its cache.
pub fn fetch(mochi: &Mochi) {
    let folder = folder(&[("a.mochi", "import python \"six\" as six\n")]);
    let done = mochi.run(folder.path(), &["-q", "check", "a.mochi"], "");
    assert_eq!(done.unwrap().exit, 0);
}

/// A project in the folder `demo`; what it depends on may stand beside it.
pub struct Project {
    pub folder: tempfile::TempDir,
    pub mochi: Mochi,
}

impl Project {
    /// An empty one.
    pub fn new(cache: &str) -> Self {
        let project = Self {
            folder: tempfile::tempdir().unwrap(),
            mochi: mochi(cache),
        };
        fs::create_dir(project.path("")).unwrap();
        project
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("demo").join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        write(&self.path(path), text);
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// The local project `gadget` beside it, which setuptools builds, with a typed module.
    pub fn gadget(&self, version: &str, module: &str) {
        let text = format!(
            "[project]\nname = \"gadget\"\nversion = \"{version}\"\n[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n"
        );
        self.write("../gadget/pyproject.toml", &text);
        self.write("../gadget/gadget/__init__.py", module);
        self.write("../gadget/gadget/py.typed", "");
    }

    pub fn mochi(&self, line: &str) -> Finished {
        self.mochi.run(&self.path(""), &words(line), "").unwrap()
    }

    /// Runs a command that must succeed; gives its standard output.
    pub fn well(&self, line: &str) -> String {
        let done = self.mochi(line);
        assert_eq!(done.exit, 0, "{line}\n{}{}", done.stdout, done.stderr);
        done.stdout
    }

    /// Runs a command that must fail so, and say this; no file of the project may change.
    pub fn refused(&self, line: &str, exit: i32, said: &[&str]) {
        let files = || {
            (
                self.read("mochi.toml"),
                fs::read(self.path("mochi.lock")).ok(),
            )
        };
        let before = files();
        let done = self.mochi(line);
        assert_eq!(done.exit, exit, "{line}\n{}{}", done.stdout, done.stderr);
        for text in said {
            assert!(
                done.stderr.contains(text),
                "{line}: no `{text}` in\n{}",
                done.stderr
            );
        }
        assert!(before == files(), "{line} changed a file");
    }
}
