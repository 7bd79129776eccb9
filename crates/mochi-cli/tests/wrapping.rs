//! `python_wrap/` of a project on real packages: shims that are programs, wrappers that check,
//! both the same each time.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use mochi_base::SourceId;
use mochi_test::process::{Finished, Mochi};
use tempfile::TempDir;

const MANIFEST: &str = r#"[package]
name = "wrapped"
version = "0.1.0"

[python-dependencies]
attrs = "==24.2.0"
httpx = "==0.28.1"
numpy = "==2.1.3"
pandas = "==2.2.3"
pandas-stubs = "==2.2.3.241126"
python-dateutil = "==2.9.0.post0"
pyyaml = "==6.0.2"
"#;

/// The distributions with a folder of their own; stubs have none.
const WRAPPED: [&str; 6] = [
    "attrs",
    "httpx",
    "numpy",
    "pandas",
    "python_dateutil",
    "pyyaml",
];

struct Project {
    /// Holds the folder.
    _scratch: TempDir,
    folder: PathBuf,
    mochi: Mochi,
}

impl Project {
    fn new(name: &str, manifest: &str) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join(name);
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("mochi.toml"), manifest).unwrap();
        fs::write(folder.join("src/main.mochi"), "print(1)\n").unwrap();
        let mochi = support::mochi("wrapping");
        Self {
            _scratch: scratch,
            folder,
            mochi,
        }
    }

    fn run(&self, arguments: &[&str]) -> Finished {
        self.mochi.run(&self.folder, arguments, "").unwrap()
    }

    fn sync(&self) -> Finished {
        let synced = self.run(&["-q", "pkg", "sync"]);
        assert_eq!(synced.exit, 0, "{}", synced.stderr);
        synced
    }

    fn wrappers(&self) -> PathBuf {
        self.folder.join("python_wrap")
    }

    /// Every file of the wrappers, by its path.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.wrappers()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = fs::read(&path).unwrap();
                    found.insert(path, bytes);
                }
            }
        }
        found
    }

    /// What the project's Python prints for a program.
    fn python(&self, program: &str) -> String {
        let python = self.folder.join(".venv/bin/python");
        let mut command = Command::new(python);
        command.current_dir(&self.folder).args(["-c", program]);
        let done = command.output().unwrap();
        let (stdout, stderr) = (done.stdout, done.stderr);
        String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap()
    }
}

#[test]
fn registry_shims_are_programs_that_the_checker_accepts() {
    let project = Project::new("shims", MANIFEST);
    project.sync();
    for name in WRAPPED {
        let path = project.wrappers().join(name).join("shim.mochi");
        let text = fs::read_to_string(&path).unwrap();
        let parsed = mochi_syntax::parse(SourceId(0), &text);
        assert!(
            parsed.diagnostics.is_empty(),
            "{name}: {:?}",
            parsed.diagnostics
        );
        let shown = format!("python_wrap/{name}/shim.mochi");
        let checked = project.run(&["-q", "check", &shown]);
        assert_eq!((checked.exit, checked.stderr.as_str()), (0, ""), "{name}");
        let formatted = project.run(&["-q", "fmt", "--check", &shown]);
        assert_eq!(
            (formatted.exit, formatted.stdout.as_str()),
            (0, ""),
            "{name}"
        );
    }
    // Generated files are nobody's to format or to test.
    fs::write(project.wrappers().join("attrs/shim.mochi"), "let  x = 1\n").unwrap();
    assert_eq!(project.run(&["-q", "fmt", "--check"]).exit, 0);
    let shim = |name: &str| {
        let path = project.wrappers().join(name).join("shim.mochi");
        fs::read_to_string(path).unwrap()
    };
    let httpx = shim("httpx");
    for part in [
        "/// Sends a `GET` request.\nextern python fun httpx.get(\n  url: httpx.URL | string,\n  *,\n",
        "extern python error httpx.ConnectError extends httpx.NetworkError {}\n",
        "extern python enum httpx.codes: int {\n  CONTINUE,\n",
        "  // skip open-union at httpx/_config.py:",
    ] {
        assert!(httpx.contains(part), "{part}");
    }
    assert!(shim("python_dateutil").contains("import python \"python-dateutil\" as dateutil\n"));
    // The project itself needs none of it.
    fs::remove_dir_all(project.wrappers()).unwrap();
    let checked = project.run(&["-q", "check"]);
    assert_eq!((checked.exit, checked.stderr.as_str()), (0, ""));
    assert!(!project.wrappers().exists());
}

#[test]
fn registry_wrappers_check_results() {
    let manifest = "[package]\nname = \"checks\"\nversion = \"0.1.0\"\n\n\
                    [python-dependencies]\nhttpx = \"==0.28.1\"\nattrs = \"==24.2.0\"\n";
    let project = Project::new("checks", manifest);
    project.sync();
    let printed = project.python(
        "import httpx\n\
         from python_wrap.httpx import _mochi_wrap as wrap\n\
         print(wrap.Client is httpx.Client)\n\
         print(wrap.create_ssl_context().__class__.__name__)\n\
         httpx.get = lambda url, **given: sorted(given)[:2]\n\
         try:\n    wrap.get('x')\n\
         except Exception as error:\n    print(error)\n\
         try:\n    wrap.absent\n\
         except AttributeError as error:\n    print('absent', error)\n",
    );
    assert_eq!(
        printed,
        "True\nSSLContext\n\
         httpx.get: expected httpx.Response, got ['auth', 'cookies'] (list)\n\
         absent absent\n"
    );
}

#[test]
fn registry_wrappers_are_the_same_each_time_and_follow_the_manifest() {
    let manifest = "[package]\nname = \"same\"\nversion = \"0.1.0\"\n\n\
                    [python-dependencies]\nattrs = \"==24.2.0\"\npyyaml = \"==6.0.2\"\n";
    let project = Project::new("same", manifest);
    project.sync();
    let first = project.files();
    assert!(first.keys().any(|path| path.ends_with("attrs/shim.mochi")));
    fs::remove_dir_all(project.wrappers()).unwrap();
    project.sync();
    assert!(first == project.files(), "the files are others than before");

    // What is up to date is not written again; what is missing is.
    let marked = project.wrappers().join("pyyaml/_mochi_wrap.py");
    let before = fs::metadata(&marked).unwrap().modified().unwrap();
    project.sync();
    assert_eq!(fs::metadata(&marked).unwrap().modified().unwrap(), before);
    fs::remove_file(&marked).unwrap();
    project.sync();
    assert!(marked.exists());

    // A distribution that is gone leaves nothing.
    let removed = project.run(&["-q", "pkg", "remove", "attrs"]);
    assert_eq!(removed.exit, 0, "{}", removed.stderr);
    project.sync();
    assert!(!project.wrappers().join("attrs").exists() && marked.exists());
    let removed = project.run(&["-q", "pkg", "remove", "pyyaml"]);
    assert_eq!(removed.exit, 0, "{}", removed.stderr);
    project.sync();
    assert!(!project.wrappers().exists());
}

#[test]
fn registry_a_folder_of_the_users_own_is_left_alone() {
    let manifest = "[package]\nname = \"own\"\nversion = \"0.1.0\"\n\n\
                    [python-dependencies]\nattrs = \"==24.2.0\"\n";
    let project = Project::new("own", manifest);
    fs::create_dir_all(project.wrappers()).unwrap();
    fs::write(project.wrappers().join("mine.py"), "x = 1\n").unwrap();
    let synced = project.run(&["pkg", "sync"]);
    assert_eq!(synced.exit, 0, "{}", synced.stderr);
    assert!(
        synced
            .stderr
            .contains("python_wrap was not written by mochi and stays as it is"),
        "{}",
        synced.stderr
    );
    assert_eq!(project.files().len(), 1);
}
