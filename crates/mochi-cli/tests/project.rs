//! Projects with the real binary: made, locked, checked, run, changed; refused changes leave every
//! file as it was. Tests whose names begin with `registry_` use the public index.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;
use std::path::Path;

use support::Project;

/// A project with these dependencies, a local project `gadget` beside it, and this program.
fn demo(dependencies: &str, program: &str) -> Project {
    let project = Project::new("project");
    project.gadget("0.3", "answer: int = 40\n");
    project.write(
        "mochi.toml",
        &format!("# mine\n[package]\nname = \"demo\"\n\n[python-dependencies]\n{dependencies}"),
    );
    project.write("src/main.mochi", program);
    project
}

const SMALL: &str = "pyyaml = \"^6\"\ntypes-PyYAML = \"^6\"\ntabulate = \"^0.9\" # tables\npython-dateutil = \">=2\"\ngadget = { path = \"../gadget\" }\n";

const PROGRAM: &str = "import python \"pyyaml\" as yaml\nimport python \"gadget\" as gadget\nprint(yaml.safe_dump({\"a\": gadget.answer}))\n";

#[test]
fn new_projects_run_without_packages_and_without_network() {
    let project = demo("", "");
    let made = project.mochi("new shop");
    assert_eq!((made.exit, made.stdout.as_str()), (0, ""));
    let shop = project.path("shop");
    let run = |words: &[&str]| project.mochi.run(&shop, words, "").unwrap();
    let done = run(&["--offline", "run"]);
    assert_eq!(
        (done.stdout.as_str(), done.exit),
        ("Hello from shop!\n", 0),
        "{}",
        done.stderr
    );
    assert!(!shop.join("mochi.lock").exists() && !shop.join(".venv").exists());
    let again = project.mochi("new shop");
    assert_eq!(again.exit, 1);
    assert!(again.stderr.contains("error[M027]"), "{}", again.stderr);
    assert_eq!(project.mochi("init shop").exit, 1);
    assert_eq!(project.mochi("new --lib units").exit, 0);
    let units = project.path("units");
    assert_eq!(project.mochi.run(&units, &["check"], "").unwrap().exit, 0);
    fs::create_dir(project.path("old")).unwrap();
    fs::write(project.path("old/README.md"), "mine").unwrap();
    assert_eq!(project.mochi("new old").exit, 1);
    assert_eq!(project.mochi("init old").exit, 0);
    assert_eq!(project.read("old/README.md"), "mine");
}

#[test]
fn faults_of_the_manifest_have_their_place() {
    let project = demo("x = \"1.0\"\n[python]\nasync-mod = 1\n", "print(1)\n");
    project.refused(
        "run",
        1,
        &[
            "mochi.toml:6:5",
            "did you mean `^1.0`",
            "mochi.toml:8:1",
            "did you mean `async-mode`?",
        ],
    );
    let done = project.mochi("check --json");
    assert_eq!(done.exit, 1);
    assert_eq!(
        done.stdout.matches("\"code\":\"M020\"").count(),
        2,
        "{}",
        done.stdout
    );
}

#[test]
fn a_lock_that_is_no_file_is_the_environments_fault() {
    let project = demo("x = \"*\"\n", "");
    fs::create_dir(project.path("mochi.lock")).unwrap();
    let done = project.mochi("pkg lock");
    assert_eq!(done.exit, 3, "{}", done.stderr);
    assert!(done.stderr.contains("error[M026]"), "{}", done.stderr);
}

#[test]
fn without_a_project_commands_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let project = demo("", "");
    let done = project
        .mochi
        .run(folder.path(), &["pkg", "lock"], "")
        .unwrap();
    assert_eq!(done.exit, 1);
    assert!(done.stderr.contains("error[M025]"), "{}", done.stderr);
}

#[test]
fn registry_a_project_is_locked_run_and_run_again_without_network() {
    let project = demo(SMALL, PROGRAM);
    assert_eq!(project.well("run"), "a: 40\n\n");
    let lock = project.read("mochi.lock");
    assert_eq!(project.well("--offline run --locked"), "a: 40\n\n");
    assert_eq!(project.well("--offline run --frozen"), "a: 40\n\n");
    assert_eq!(project.well("--offline check"), "");
    project.well("--offline pkg lock");
    assert_eq!(project.read("mochi.lock"), lock);
    // A module's name in place of its distribution's.
    project.write(
        "src/main.mochi",
        "import python \"yaml\" as yaml\nprint(1)\n",
    );
    let done = project.mochi("--offline check");
    assert_eq!(done.exit, 1);
    assert!(
        done.stderr
            .contains("`yaml` is a module of `pyyaml`, which mochi.toml lists"),
        "{}",
        done.stderr
    );
    project.write("src/main.mochi", PROGRAM);
    // What is cached can be added, and the environment made anew.
    project.well("--offline pkg add pyyaml>=6");
    assert!(project.read("mochi.toml").contains("pyyaml = \">=6\"\n"));
    fs::remove_dir_all(project.path(".venv")).unwrap();
    assert_eq!(project.well("--offline pkg sync --locked"), "");
    assert_eq!(project.well("--offline run"), "a: 40\n\n");
    let lock = project.read("mochi.lock");
    let here = project.folder.path().to_str().unwrap();
    assert!(
        !lock.contains(here) && !lock.contains("upload-time"),
        "{lock}"
    );
    for line in [
        "types = { source = \"typeshed\", distribution = \"types-pyyaml\" }",
        "source = { directory = \"../gadget\" }",
        "types = { source = \"py.typed\" }",
    ] {
        assert!(lock.contains(line), "no {line} in\n{lock}");
    }
}

#[test]
fn registry_the_lock_has_the_same_bytes_from_every_python() {
    let project = demo(SMALL, PROGRAM);
    project.well("--python 3.12 pkg lock");
    let lock = project.read("mochi.lock");
    fs::remove_file(project.path("mochi.lock")).unwrap();
    project.well("--python 3.13 pkg lock");
    assert_eq!(project.read("mochi.lock"), lock);
    assert_eq!(project.well("--python 3.13 run --locked"), "a: 40\n\n");
}

#[test]
fn registry_a_changed_lock_is_found_out_field_by_field() {
    let project = demo(
        "pyyaml = \"^6\"\ntypes-pyyaml = \"^6\"\npython-dateutil = \"==2.9.0.post0\"\n",
        "",
    );
    project.well("pkg lock");
    assert_eq!(project.well("pkg lock --check"), "");
    let lock = project.read("mochi.lock");
    let digest = |key: &str| {
        let (_, rest) = lock.split_once(key).unwrap();
        format!("{key}{}", &rest[..8])
    };
    // What is changed, into what, which field is named, and what is shown of both values.
    let zeroed = |key: &str, field: &'static str| {
        let from = digest(key);
        let now = from[key.len()..].to_owned();
        let to = format!("{key}00000000");
        (from, to, field, "00000000".to_owned(), now)
    };
    let text = |from: &str, to: &str, field: &'static str, locked: &str, now: &str| {
        let [from, to, locked, now] = [from, to, locked, now].map(str::to_owned);
        (from, to, field, locked, now)
    };
    let wheel = "py3-none-any.whl\", url = \"";
    let changes = [
        zeroed("stub-sha256 = \"", "stub-sha256"),
        zeroed("surface-sha256 = \"", "surface-sha256"),
        zeroed("sha256 = \"", "sha256"),
        text(
            &format!("{wheel}https:"),
            &format!("{wheel}ftp:"),
            "whl: url",
            "ftp://",
            "https://",
        ),
        text(
            "version = \"2.9.0.post0\"",
            "version = \"2.8.2\"",
            "python-dateutil: version",
            "2.8.2",
            "2.9.0.post0",
        ),
        text(
            "{ name = \"six\" }",
            "{ name = \"six\", marker = \"os_name == 'nt'\" }",
            "dependencies: six: marker",
            "os_name == 'nt'",
            "(nothing)",
        ),
        text(
            "capabilities = { c-extension = \"yaml/",
            "capabilities = { net = \"yaml/x.py:1\", c-extension = \"yaml/",
            "pyyaml: capabilities: net",
            "yaml/x.py:1",
            "(nothing)",
        ),
        text(
            "source = \"typeshed\"",
            "source = \"stubs\"",
            "python-dateutil: types: source",
            "stubs",
            "typeshed",
        ),
        text(
            "requirements = [\n",
            "requirements = [\n    # a line\n",
            "line ",
            "# a line",
            "python-dateutil==2.9.0.post0",
        ),
    ];
    for (from, to, field, locked, now) in changes {
        let edited = lock.replacen(&from, &to, 1);
        assert_ne!(edited, lock, "{from}");
        project.write("mochi.lock", &edited);
        let done = project.mochi("pkg lock --check");
        assert_eq!(done.exit, 1, "{field}: {}", done.stderr);
        assert!(done.stdout.contains(field), "{field}: {}", done.stdout);
        for (label, value) in [("  locked: ", locked), ("  now:    ", now)] {
            let mut lines = done.stdout.lines();
            let found = lines.any(|line| line.starts_with(label) && line.contains(&value));
            assert!(found, "{field}: no {label}{value} in\n{}", done.stdout);
        }
        assert_eq!(project.read("mochi.lock"), edited, "the check wrote");
    }
    // A file that was left out is named with all that is known of it.
    let wheel = lock.lines().find(|line| line.contains("six-")).unwrap();
    project.write("mochi.lock", &lock.replacen(&format!("{wheel}\n"), "", 1));
    let checked = project.mochi("pkg lock --check");
    assert_eq!(checked.exit, 1);
    let gone = checked
        .stdout
        .lines()
        .filter(|line| line.starts_with("six: "));
    assert!(gone.count() >= 3, "{}", checked.stdout);
    assert!(
        checked.stdout.contains("  locked: (nothing)"),
        "{}",
        checked.stdout
    );
    // A newer format is left alone; a merge conflict goes away.
    project.write(
        "mochi.lock",
        &lock.replacen("version = 1\n", "version = 2\n", 1),
    );
    project.refused("pkg lock", 1, &["error[M023]", "format 2"]);
    project.refused("run", 1, &["error[M023]"]);
    let merged = lock.replacen(
        "requires-python = \">=3.12\"\n",
        "<<<<<<< ours\nrequires-python = \">=3.12\"\n=======\nrequires-python = \">=3.13\"\n>>>>>>> theirs\n",
        1,
    );
    project.write("mochi.lock", &merged);
    project.refused("run", 1, &["unresolved merge conflict"]);
    project.well("pkg lock");
    assert_eq!(project.read("mochi.lock"), lock);
}

#[test]
fn registry_nothing_moves_unasked() {
    let project = demo("packaging = \"==24.0\"\n", "");
    project.well("pkg lock");
    let relaxed = project.read("mochi.toml").replace("==24.0", ">=24");
    project.write("mochi.toml", &relaxed);
    project.refused(
        "run --locked",
        1,
        &["error[M022]", "mochi.toml:6:1", "packaging>=24"],
    );
    project.well("pkg add iniconfig");
    let lock = project.read("mochi.lock");
    assert!(
        lock.contains("name = \"packaging\"\nversion = \"24.0\""),
        "{lock}"
    );
    assert!(
        project.read("mochi.toml").starts_with(&relaxed),
        "the manifest kept its text"
    );
    let done = project.mochi("pkg lock --upgrade-package packaging");
    assert!(
        done.stderr.contains("moved packaging 24.0 -> "),
        "{}",
        done.stderr
    );
    assert!(project.well("pkg tree").contains("iniconfig "));
    project.well("pkg remove iniconfig");
    assert_eq!(project.read("mochi.toml"), relaxed);
    assert!(!project.read("mochi.lock").contains("iniconfig"));
}

#[test]
fn registry_imports_manifest_and_lock_must_agree() {
    let project = demo(
        "tabulate = \"^0.9\"\n",
        "import python \"tabulate@^0.8\" as a\nimport python \"tabulat\" as b\nimport python \"tabulate[widechars]\" as c\n",
    );
    let done = project.mochi("check");
    assert_eq!(done.exit, 1);
    for text in [
        "error[M024]: the locked version does not fit `tabulate>=0.8,<0.9`",
        "src/main.mochi:1:15",
        "mochi.toml:6:1",
        "mochi.lock holds tabulate 0.9.0",
        "error[M021]: `tabulat` is not listed in mochi.toml",
        "did you mean `tabulate`?",
        "with the extra `widechars`, which the project does not have",
    ] {
        assert!(
            done.stderr.contains(text),
            "no `{text}` in\n{}",
            done.stderr
        );
    }
}

#[test]
fn registry_refusals_of_the_resolver_name_the_line_and_change_nothing() {
    let project = demo("tabulate = \"^0.9\"\n", "print(1)\n");
    project.well("pkg lock");
    project.refused(
        "pkg add no-such-package-mochi-test",
        1,
        &["error[M002]", "no-such-package-mochi-test"],
    );
    project.refused(
        "pkg add iniconfig@>=99",
        1,
        &["error[M003]", "the index has only iniconfig<="],
    );
    project.refused("pkg add tabulate@1.0", 2, &["did you mean `tabulate@^1.0"]);
    project.refused("pkg add tabulate>=1", 1, &["no version fits `tabulate>=1`"]);
    project.refused("pkg add x --path ../nothing", 1, &["error[M019]"]);
    project.refused("pkg remove tabulat", 1, &["did you mean `tabulate`?"]);
    project.refused(
        "pkg add tabulate --extra wide",
        1,
        &[
            "error[M018]: `tabulate` has no extra `wide`",
            "tabulate = { version = \">=0.9,<0.10\", extras = [\"wide\"] }",
        ],
    );
    project.refused(
        "pkg lock --upgrade-package tabulat",
        1,
        &["`tabulat` is not in mochi.lock", "did you mean `tabulate`?"],
    );
    project.refused("--offline pkg add left-pad-mochi-test", 3, &["error[M011]"]);
    let manifest = project.read("mochi.toml");
    // Lines of the manifest take part in a conflict.
    project.write(
        "mochi.toml",
        &format!("{manifest}python-dateutil = \"==2.8.2\"\nsix = \"<1.5\"\n"),
    );
    project.refused(
        "run",
        1,
        &["error[M004]", "mochi.toml:7:1", "mochi.toml:8:1"],
    );
    // A digest that is not the download's.
    project.write("mochi.toml", &manifest);
    let lock = project.read("mochi.lock");
    let (_, rest) = lock.split_once("py3-none-any.whl\"").unwrap();
    let (_, rest) = rest.split_once("sha256 = \"").unwrap();
    project.write("mochi.lock", &lock.replace(&rest[..8], "00000000"));
    let done = project.mochi("run --frozen");
    assert!(
        done.exit == 0 || (done.exit == 3 && done.stderr.contains("error[M008]")),
        "{}",
        done.stderr
    );
}

/// Serves the files of a folder on loopback, for as long as the value lives.
struct Server(std::process::Child);

impl Server {
    fn new(folder: &Path, port: u16) -> Self {
        let mut command = std::process::Command::new("python3");
        command.args([
            "-m",
            "http.server",
            "--bind",
            "127.0.0.1",
            &port.to_string(),
        ]);
        command
            .current_dir(folder)
            .stdout(std::process::Stdio::null());
        let child = command.stderr(std::process::Stdio::null()).spawn().unwrap();
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        Self(child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn registry_what_an_index_serves_comes_from_no_other() {
    const PORT: u16 = 28_937;
    let address = format!("http://127.0.0.1:{PORT}");
    let project = demo(
        &format!(
            "iniconfig = {{ version = \"*\", index = \"own\" }}\n[python]\nindexes = [{{ name = \"own\", url = \"{address}\", priority = \"explicit\" }}]\n"
        ),
        "import python \"iniconfig\" as own\nprint(own.answer)\n",
    );
    // The index has a distribution of a name and version that the public one has too.
    let script = "import os, zipfile\nos.makedirs('iniconfig')\nw = 'iniconfig-2.0.0-py3-none-any.whl'\nd = 'iniconfig-2.0.0.dist-info/'\nfiles = {'iniconfig/__init__.py': 'answer: int = 42\\n', 'iniconfig/py.typed': '', d + 'METADATA': 'Metadata-Version: 2.1\\nName: iniconfig\\nVersion: 2.0.0\\n', d + 'WHEEL': 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'}\nwith zipfile.ZipFile('iniconfig/' + w, 'w') as z:\n    for name, text in files.items(): z.writestr(zipfile.ZipInfo(name), text)\n    z.writestr(zipfile.ZipInfo(d + 'RECORD'), ''.join(name + ',,\\n' for name in [*files, d + 'RECORD']))\nopen('iniconfig/index.html', 'w').write(f'<a href=\"{w}\">{w}</a>')\n";
    let index = project.folder.path().join("index");
    fs::create_dir(&index).unwrap();
    let mut make = std::process::Command::new("python3");
    assert!(
        make.args(["-c", script])
            .current_dir(&index)
            .status()
            .unwrap()
            .success()
    );
    let _server = Server::new(&index, PORT);
    assert_eq!(project.well("run"), "42\n");
    let lock = project.read("mochi.lock");
    assert!(
        lock.contains(&format!("source = {{ registry = \"{address}")),
        "{lock}"
    );
    assert!(lock.contains("types = { source = \"py.typed\" }"), "{lock}");
    let public = demo("iniconfig = \"==2.0.0\"\n", "");
    public.well("pkg lock");
    let digest = |lock: &str| lock.split("stub-sha256 = ").nth(1).unwrap()[..66].to_owned();
    assert_ne!(digest(&public.read("mochi.lock")), digest(&lock));
}

#[test]
fn registry_scripts_are_pinned_by_a_file_beside_them() {
    let project = demo("", "");
    fs::remove_file(project.path("mochi.toml")).unwrap();
    project.write(
        "a.mochi",
        "import python \"iniconfig@^2\" as ini\nprint(\"ok\")\n",
    );
    project.well("run a.mochi");
    let done = project.mochi("run --locked a.mochi");
    assert_eq!(done.exit, 1, "there is no lock yet");
    assert!(
        done.stderr.contains("a.mochi.lock does not exist"),
        "{}",
        done.stderr
    );
    project.well("lock a.mochi");
    let lock = project.read("a.mochi.lock");
    assert_eq!(project.well("--offline run --locked a.mochi"), "ok\n");
    // An older version is pinned: it stays where it still fits.
    project.write(
        "a.mochi",
        "import python \"iniconfig@==2.0.0\" as ini\nprint(\"ok\")\n",
    );
    let done = project.mochi("check --locked a.mochi");
    assert_eq!(done.exit, 1);
    assert!(done.stderr.contains("a.mochi:1:15"), "{}", done.stderr);
    project.well("lock a.mochi");
    project.write(
        "a.mochi",
        "import python \"iniconfig@^2\" as ini\nprint(\"ok\")\n",
    );
    project.well("lock a.mochi");
    assert!(project.read("a.mochi.lock").contains("version = \"2.0.0\""));
    project.well("lock --upgrade a.mochi");
    assert_eq!(project.read("a.mochi.lock"), lock);
}

#[test]
fn registry_local_projects_are_followed() {
    let project = demo(
        "gadget = { path = \"../gadget\", editable = true }\n",
        "import python \"gadget\" as gadget\nprint(gadget.answer)\n",
    );
    assert_eq!(project.well("run"), "40\n");
    let lock = project.read("mochi.lock");
    project.write("../gadget/gadget/__init__.py", "answer: int = 41\n");
    assert_eq!(project.well("run --locked"), "41\n");
    let copied = project.read("mochi.toml").replace(", editable = true", "");
    project.write("mochi.toml", &copied);
    assert_eq!(project.well("run"), "41\n");
    assert_ne!(project.read("mochi.lock"), lock);
    project.write("../gadget/gadget/__init__.py", "answer: int = 42\n");
    assert_eq!(project.well("run --locked"), "42\n");
}

#[test]
fn registry_processes_at_once_leave_a_whole_project() {
    let project = demo(SMALL, PROGRAM);
    std::thread::scope(|scope| {
        let running: Vec<_> = ["run", "pkg lock", "pkg sync", "run"]
            .map(|line| scope.spawn(move || line))
            .into_iter()
            .map(|line| {
                let words: Vec<&str> = line.join().unwrap().split_whitespace().collect();
                let mut command = project.mochi.command(&project.path(""));
                command.args(words).spawn().unwrap()
            })
            .collect();
        for mut child in running {
            assert!(child.wait().unwrap().success());
        }
    });
    assert_eq!(project.well("--offline run --locked"), "a: 40\n\n");
    project.well("pkg lock --check");
}

#[test]
fn registry_a_killed_command_is_made_good_by_the_next() {
    let project = demo(SMALL, PROGRAM);
    for wait in [5, 40, 120, 400, 900] {
        let mut child = project
            .mochi
            .command(&project.path(""))
            .arg("run")
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        let _ = child.kill();
        child.wait().unwrap();
    }
    assert_eq!(project.well("run"), "a: 40\n\n");
    assert_eq!(project.well("--offline run --locked"), "a: 40\n\n");
}

#[test]
fn async_mode_decides_on_the_event_loop() {
    let program = r#"
import python "asyncio" as asyncio
let lock = asyncio.Lock()
async fun hold(n: int): int {
  using await _ = lock { await asyncio.sleep(0.001) }
  return n
}
async fun both(): int {
  let a = spawn hold(1)
  let b = spawn hold(2)
  return (await a) + (await b)
}
print(both())
try { print(both()) } catch e { print(e.type, e.code) }
async fun outer(): int { return inner() }
fun inner(): int { return lone(40) }
async fun lone(n: int): int { return n }
try { print(outer()) } catch e { print(e.message) }
"#;
    let project = demo("[python]\nasync-mode = \"per-call\"\n", program);
    assert_eq!(project.well("run"), "3\nFFI 7\n40\n");
    let manifest = project.read("mochi.toml");
    project.write("mochi.toml", &manifest.replace("per-call", "persistent"));
    let done = project.mochi("run");
    assert_eq!(
        done.stdout,
        "3\n3\nsynchronous code on the persistent event loop calls async code: the loop would \
         wait for itself. Make the caller `async`\n"
    );
    assert_eq!(
        done.stderr,
        "note: one event loop serves all async calls (async-mode = \"persistent\")\n"
    );
    let awaiting = "async fun f(): int { return 41 }\nprint(await f() + 1)\n";
    project.write("src/main.mochi", awaiting);
    assert_eq!(project.well("run"), "42\n");
    let tested = format!("{awaiting}test \"t\" {{ expect (await f()) == 41 }}\n");
    project.write("src/main.mochi", &tested);
    let done = project.mochi("test src/main.mochi");
    assert_eq!(done.exit, 0, "{}", done.stderr);
    assert!(done.stdout.contains("test t … ok"), "{}", done.stdout);
    project.write("src/other.mochi", "export let n = 1\n");
    project.write(
        "src/main.mochi",
        &format!("import \"./other\" as other\n{awaiting}print(other.n)\n"),
    );
    assert_eq!(project.well("run"), "42\n1\n");
}
