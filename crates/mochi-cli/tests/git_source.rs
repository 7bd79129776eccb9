//! A dependency from a repository that the test makes: its commit is locked, stays when the branch
//! moves on, and moves when that is asked for.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use mochi_test::process::Mochi;

struct Project {
    folder: tempfile::TempDir,
    mochi: Mochi,
}

impl Project {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            mochi: support::mochi("registry"),
        }
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn repository(&self) -> PathBuf {
        self.folder.path().join("gadget")
    }

    /// Runs git in the repository, without settings of the user.
    fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
        git.args(arguments).current_dir(self.repository());
        git.env("GIT_CONFIG_GLOBAL", "/dev/null");
        let done = git.output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    /// A commit in which the answer is this one; its name.
    fn commit(&self, answer: u32) -> String {
        let text = format!("\"\"\"A gadget.\"\"\"\n\nanswer: int = {answer}\n");
        self.write("gadget/gadget/__init__.py", &text);
        self.git(&["add", "."]);
        self.git(&["commit", "-q", "-m", "change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs a command that must succeed; gives its standard output.
    fn well(&self, line: &str) -> String {
        let words: Vec<&str> = line.split_whitespace().collect();
        let demo = self.folder.path().join("demo");
        let done = self.mochi.run(&demo, &words, "").unwrap();
        assert_eq!(done.exit, 0, "{line}\n{}{}", done.stdout, done.stderr);
        done.stdout
    }

    fn lock(&self) -> String {
        fs::read_to_string(self.folder.path().join("demo/mochi.lock")).unwrap()
    }
}

const PYPROJECT: &str = "[project]\nname = \"gadget\"\nversion = \"0.3\"\ndescription = \"A gadget\"\n\
                         [build-system]\nrequires = [\"flit_core>=3.11,<4\"]\nbuild-backend = \"flit_core.buildapi\"\n";

#[test]
fn registry_a_commit_is_locked_and_moves_only_when_that_is_asked_for() {
    let project = Project::new();
    project.write("gadget/pyproject.toml", PYPROJECT);
    project.write("gadget/gadget/py.typed", "");
    project.git(&["init", "-q", "-b", "main"]);
    let first = project.commit(40);
    let address = format!("file://{}", project.repository().display());
    project.write(
        "demo/mochi.toml",
        &format!(
            "[package]\nname = \"demo\"\n\n[python-dependencies]\ngadget = {{ git = \"{address}\", branch = \"main\" }}\n"
        ),
    );
    let program = "import python \"gadget\" as gadget\nlet n: int = gadget.answer\nprint(n)\n";
    project.write("demo/src/main.mochi", program);
    assert_eq!(project.well("-q run"), "40\n");
    let lock = project.lock();
    assert!(lock.contains(&first), "{lock}");
    assert!(lock.contains("types = { source = \"py.typed\" }"), "{lock}");
    // The branch moves, the lock does not.
    let second = project.commit(41);
    assert_eq!(project.well("-q pkg lock --check"), "");
    project.well("-q pkg lock");
    assert_eq!(project.lock(), lock);
    assert_eq!(project.well("-q run --locked"), "40\n");
    project.well("-q pkg lock --upgrade");
    let moved = project.lock();
    assert!(
        moved.contains(&second) && !moved.contains(&first),
        "{moved}"
    );
    assert_eq!(project.well("-q run --locked"), "41\n");
    // What was fetched once needs the repository no more.
    fs::remove_dir_all(project.repository()).unwrap();
    assert_eq!(project.well("-q --offline run --locked"), "41\n");
}
