//! An index of our own on loopback: withdrawn releases, and stubs that could not be asked for when a
//! project was locked first. Only uv itself may have to be fetched.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Once;

use mochi_test::process::{Finished, Mochi};

/// Makes the files of an index and serves them; prints the port first.
const SERVER: &str = r#"
import hashlib, http.server, os, zipfile

def wheel(name, version, files, yanked=None):
    os.makedirs(name, exist_ok=True)
    plain = name.replace("-", "_")
    file = f"{plain}-{version}-py3-none-any.whl"
    info = f"{plain}-{version}.dist-info/"
    files = {
        **files,
        info + "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        info + "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[info + "RECORD"] = "".join(f"{one},,\n" for one in [*files, info + "RECORD"])
    with zipfile.ZipFile(f"{name}/{file}", "w") as out:
        for one, text in files.items():
            out.writestr(zipfile.ZipInfo(one), text)
    attribute = "" if yanked is None else f' data-yanked="{yanked}"'
    with open(f"{name}/{file}", "rb") as made:
        digest = hashlib.sha256(made.read()).hexdigest()
    with open(f"{name}/index.html", "a") as page:
        page.write(f'<a href="{file}#sha256={digest}"{attribute}>{file}</a>\n')

wheel("teapot", "1.0", {"teapot.py": "size = 1\n"}, yanked="it leaks")
wheel("teapot", "0.9", {"teapot.py": "size = 0\n"}, yanked="it leaks too")
wheel("kettle", "2.0", {"kettle/__init__.py": "def boil(n): return n + 1\n"})
wheel("types-kettle", "2.0.1", {"kettle-stubs/__init__.pyi": "def boil(n: int) -> int: ...\n"})

class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
print(server.server_port, flush=True)
server.serve_forever()
"#;

/// The index, for as long as the value lives.
struct Index {
    server: Child,
    address: String,
}

impl Index {
    fn new(folder: &Path) -> Self {
        fs::create_dir(folder).unwrap();
        let mut command = Command::new("python3");
        command.args(["-c", SERVER]).current_dir(folder);
        let mut server = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        let mut said = BufReader::new(server.stdout.take().unwrap());
        said.read_line(&mut port).unwrap();
        Self {
            server,
            address: format!("http://127.0.0.1:{}", port.trim()),
        }
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// uv is fetched once, under the shared cache's own guard.
static FETCHED: Once = Once::new();

struct Place {
    folder: tempfile::TempDir,
    mochi: Mochi,
}

impl Place {
    /// A cache of its own, but for uv.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shared = support::mochi("registry");
        FETCHED.call_once(|| support::fetch(&shared));
        let cache = folder.path().join("cache");
        fs::create_dir(&cache).unwrap();
        symlink(shared.cache().join("tools"), cache.join("tools")).unwrap();
        Self {
            mochi: Mochi::new(env!("CARGO_BIN_EXE_mochi"), cache),
            folder,
        }
    }

    fn project(&self, name: &str, dependencies: &str, python: &str, index: &Index) -> PathBuf {
        let root = self.folder.path().join(name);
        fs::create_dir_all(root.join("src")).unwrap();
        let text = format!(
            "[package]\nname = \"{name}\"\n\n[python-dependencies]\n{dependencies}\n[python]\n{python}indexes = [{{ name = \"own\", url = \"{}\", priority = \"primary\" }}]\n",
            index.address
        );
        fs::write(root.join("mochi.toml"), text).unwrap();
        let program = "import python \"kettle\" as kettle\nprint(kettle.boil(1))\n";
        fs::write(root.join("src/main.mochi"), program).unwrap();
        root
    }

    fn run(&self, root: &Path, line: &str) -> Finished {
        self.mochi.run(root, &support::words(line), "").unwrap()
    }
}

#[test]
fn registry_withdrawn_releases_are_refused_unless_they_are_pinned() {
    let place = Place::new();
    let index = Index::new(&place.folder.path().join("index"));
    let root = place.project("shop", "teapot = \">=0.9\"\n", "", &index);
    let refused = place.run(&root, "pkg lock");
    assert_eq!(refused.exit, 1);
    for text in ["error[M014]: ", "  --> mochi.toml:5:1\n", "it leaks"] {
        assert!(refused.stderr.contains(text), "{text}\n{}", refused.stderr);
    }
    assert!(!root.join("mochi.lock").exists());
    let root = place.project("pinned", "teapot = \"==1.0\"\n", "", &index);
    let locked = place.run(&root, "pkg lock");
    assert_eq!(locked.exit, 0, "{}", locked.stderr);
    assert!(locked.stderr.contains("it leaks"), "{}", locked.stderr);
}

#[test]
fn registry_stubs_that_could_not_be_asked_for_are_asked_for_by_the_next_lock() {
    let place = Place::new();
    let index = Index::new(&place.folder.path().join("index"));
    // The library gets into uv's cache, its stubs do not.
    let root = place.project("other", "kettle = \"*\"\n", "typeshed = false\n", &index);
    let locked = place.run(&root, "pkg lock");
    assert_eq!(locked.exit, 0, "{}", locked.stderr);
    let root = place.project("shop", "kettle = \"*\"\n", "", &index);
    let locked = place.run(&root, "--offline pkg lock");
    assert_eq!(locked.exit, 0, "{}", locked.stderr);
    assert!(
        locked.stderr.contains("the network is off"),
        "{}",
        locked.stderr
    );
    let lock = fs::read_to_string(root.join("mochi.lock")).unwrap();
    assert!(
        lock.contains("types = { source = \"untyped\", unanswered = true }"),
        "{lock}"
    );
    let ran = place.run(&root, "--offline -q run");
    assert_eq!(ran.stdout, "2\n", "{}", ran.stderr);
    assert_eq!(place.run(&root, "--offline -q pkg lock").exit, 0);
    assert_eq!(fs::read_to_string(root.join("mochi.lock")).unwrap(), lock);
    // With a network the answer is looked for, and stays.
    let checked = place.run(&root, "-q pkg lock --check");
    assert_eq!(checked.exit, 1);
    assert!(
        checked.stdout.contains("kettle: types: unanswered\n"),
        "{}",
        checked.stdout
    );
    let locked = place.run(&root, "pkg lock");
    assert_eq!(locked.exit, 0, "{}", locked.stderr);
    let lock = fs::read_to_string(root.join("mochi.lock")).unwrap();
    assert!(lock.contains("distribution = \"types-kettle\""), "{lock}");
    assert!(!lock.contains("unanswered"), "{lock}");
    let checked = place.run(&root, "-q check --types");
    assert!(
        checked.stdout.contains("kettle.boil(1): int"),
        "{}",
        checked.stdout
    );
    drop(index);
    // An index that is gone takes nothing back.
    let again = place.run(&root, "-q pkg lock");
    assert_eq!(again.exit, 0, "{}", again.stderr);
    assert_eq!(fs::read_to_string(root.join("mochi.lock")).unwrap(), lock);
}
