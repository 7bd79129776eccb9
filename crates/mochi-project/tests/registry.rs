//! The whole way with the real uv and the public index, on small distributions.
//!
//! Every test has a cache of its own; uv itself and uv's downloads are shared between them and
//! between runs, in the build's temporary folder.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use mochi_base::{SourceId, Span};
use mochi_project::{
    Event, ExitClass, Import, Phase, Prepared, Progress, ProjectError, Session, SessionOptions,
    Silent,
};
use mochi_system::{Command, RealSystem, System};

use support::Machine;

#[derive(Default)]
struct Recorder(std::cell::RefCell<Vec<String>>);

impl Progress for Recorder {
    fn start(&self, phase: Phase) {
        self.0.borrow_mut().push(format!("start {phase:?}"));
    }
    fn event(&self, event: &Event) {
        self.0.borrow_mut().push(format!("{event:?}"));
    }
    fn finish(&self) {
        self.0.borrow_mut().push("finish".to_owned());
    }
}

fn shown(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn shared() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("registry")
}

/// The path of a uv that works: fetched once, however many tests and runs there are.
fn uv() -> String {
    static UV: OnceLock<String> = OnceLock::new();
    UV.get_or_init(|| {
        let machine = Machine::new(&shared());
        prepare(&machine, &["iniconfig"]).unwrap();
        let program = machine
            .runs
            .borrow()
            .iter()
            .find(|run| run.program.ends_with("uv"))
            .map(|run| shown(&run.program));
        program.unwrap_or_else(|| {
            // Nothing had to be run: it was fetched by an earlier run of the tests.
            let tools = shared().join("tools");
            let version = RealSystem
                .list(&tools)
                .map(|names| names.into_iter().next());
            match version {
                Ok(Some(version)) => shown(&tools.join(version).join("uv")),
                _ => "uv".to_owned(),
            }
        })
    })
    .clone()
}

fn machine(cache: &Path) -> Machine {
    Machine::new(cache)
        .with("MOCHI_UV", &uv())
        .with("UV_CACHE_DIR", &shown(&shared().join("uv")))
}

fn imports(specs: &[&str]) -> Vec<Import> {
    let mut start = 0;
    specs
        .iter()
        .map(|spec| {
            let end = start + u32::try_from(spec.len()).unwrap() + 2;
            let span = Span::new(SourceId(0), start, end);
            start = end + 1;
            Import {
                spec: (*spec).to_owned(),
                span: Some(span),
            }
        })
        .collect()
}

fn prepare_with(
    machine: &Machine,
    progress: &dyn Progress,
    options: SessionOptions,
    specs: &[&str],
) -> Result<Prepared, Vec<ProjectError>> {
    Session::new(machine, progress, options)
        .unwrap()
        .prepare(&imports(specs))
}

fn prepare(machine: &Machine, specs: &[&str]) -> Result<Prepared, Vec<ProjectError>> {
    prepare_with(machine, &Silent, SessionOptions::default(), specs)
}

fn error(specs: &[&str]) -> ProjectError {
    let cache = tempfile::tempdir().unwrap();
    let mut errors = prepare(&machine(cache.path()), specs).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_no_leftovers(cache.path());
    errors.remove(0)
}

/// Nothing half-made stands in the cache after a failure.
fn assert_no_leftovers(cache: &Path) {
    for section in ["locks", "environments", "tools"] {
        for name in RealSystem.list(&cache.join(section)).unwrap_or_default() {
            assert!(
                section != "environments" && !name.contains(".tmp"),
                "{section}/{name} was left behind"
            );
        }
    }
}

fn notes(error: &ProjectError) -> String {
    let notes: Vec<&str> = error
        .notes
        .iter()
        .map(|note| note.message.as_str())
        .collect();
    notes.join("\n")
}

#[test]
fn registry_imports_become_modules_and_a_second_time_starts_nothing() {
    let cache = tempfile::tempdir().unwrap();
    let specs = [
        "json",
        "iniconfig@^2",
        "pyyaml",
        "attrs:attr.validators",
        "os.path",
    ];
    let first = machine(cache.path());
    let recorder = Recorder::default();
    let prepared = prepare_with(&first, &recorder, SessionOptions::default(), &specs).unwrap();
    let modules: Vec<&str> = prepared
        .modules
        .iter()
        .map(|one| one.module.as_str())
        .collect();
    assert_eq!(
        modules,
        ["json", "iniconfig", "yaml", "attr.validators", "os.path"]
    );
    let (name, version) = prepared.modules[1].distribution.clone().unwrap();
    assert_eq!(name, "iniconfig");
    assert!(version.starts_with("2."), "{version}");
    assert!(
        prepared
            .site_packages
            .unwrap()
            .join("yaml/__init__.py")
            .is_file()
    );
    let said = recorder.0.into_inner();
    assert!(said.contains(&"start Resolving".to_owned()), "{said:?}");
    assert!(said.contains(&"Installed(3)".to_owned()), "{said:?}");
    assert_eq!(said.last().unwrap(), "finish");

    // Another order of the same imports is the same resolution.
    let second = machine(cache.path());
    let specs = ["attrs", "pyyaml", "iniconfig@^2"];
    let again = prepare(&second, &specs).unwrap();
    assert_eq!(again.lock_hash, prepared.lock_hash);
    assert_eq!(again.python, prepared.python);
    assert_eq!(again.modules[0].module, "attrs");
    assert!(second.runs.borrow().is_empty(), "{:?}", second.runs);
}

#[test]
fn registry_fetches_uv_where_there_is_none() {
    let cache = tempfile::tempdir().unwrap();
    let without = Machine::new(cache.path())
        .with("PATH", "/usr/bin:/bin")
        .with("UV_CACHE_DIR", &shown(&shared().join("uv")));
    prepare(&without, &["iniconfig"]).unwrap();
    let tools = RealSystem.list(&cache.path().join("tools")).unwrap();
    assert_eq!(tools.len(), 1, "{tools:?}");

    let offline = tempfile::tempdir().unwrap();
    let without = Machine::new(offline.path())
        .with("PATH", "/usr/bin:/bin")
        .with("MOCHI_OFFLINE", "1");
    let errors = prepare(&without, &["iniconfig"]).unwrap_err();
    assert_eq!(errors[0].code.0, "M006");
    assert_eq!(errors[0].class(), ExitClass::Environment);
}

#[test]
fn registry_no_such_distribution() {
    let error = error(&["iniconfig", "mochi-surely-no-such-thing"]);
    assert_eq!(error.code.0, "M002");
    assert_eq!(
        error.message,
        "the package index has no distribution named `mochi-surely-no-such-thing`"
    );
    assert_eq!(error.span.unwrap().start, 12);
    assert_eq!(error.class(), ExitClass::Program);
    assert!(error.notes.is_empty(), "{error:?}");
}

#[test]
fn registry_a_module_is_not_a_distribution() {
    let error = error(&["iniconfig.mochi_surely_no_such_thing"]);
    assert_eq!(error.code.0, "M002");
    assert!(
        notes(&error)
            .contains("`import python \"iniconfig:iniconfig.mochi_surely_no_such_thing\"`"),
        "{error:?}"
    );
}

#[test]
fn registry_no_version_fits() {
    let error = error(&["iniconfig@>=99"]);
    assert_eq!(error.code.0, "M003");
    assert_eq!(error.message, "no version fits `iniconfig>=99`");
    assert!(
        notes(&error).starts_with("the index has only iniconfig<="),
        "{error:?}"
    );
}

#[test]
fn registry_conflict_names_both_imports() {
    let error = error(&["attrs", "iniconfig@>=2", "Iniconfig@<1.1"]);
    assert_eq!(error.code.0, "M004");
    assert_eq!(error.message, "no versions satisfy all requirements");
    assert_eq!(error.span.unwrap().start, 8);
    assert!(
        notes(&error).starts_with("Because this program depends on iniconfig"),
        "{error:?}"
    );
    assert_eq!(error.notes[1].message, "`iniconfig<1.1` is asked for here");
    assert!(error.notes[1].span.is_some());
}

#[test]
fn registry_offline_and_not_cached() {
    let cache = tempfile::tempdir().unwrap();
    let machine = Machine::new(cache.path()).with("MOCHI_UV", &uv());
    let options = SessionOptions {
        offline: true,
        ..SessionOptions::default()
    };
    let errors = prepare_with(&machine, &Silent, options, &["iniconfig"]).unwrap_err();
    assert_eq!(errors[0].code.0, "M011");
    assert_eq!(
        errors[0].message,
        "`iniconfig` is not in the cache, and the network is off"
    );
    assert_no_leftovers(cache.path());
}

#[test]
fn registry_unreachable_index() {
    let cache = tempfile::tempdir().unwrap();
    let machine = Machine::new(cache.path())
        .with("MOCHI_UV", &uv())
        .with("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple");
    let errors = prepare(&machine, &["iniconfig"]).unwrap_err();
    assert_eq!(errors[0].code.0, "M005");
    assert_eq!(
        errors[0].message,
        "cannot download http://127.0.0.1:9/simple/iniconfig/"
    );
    assert_no_leftovers(cache.path());
}

#[test]
fn registry_faults_of_modules_and_extras_are_all_reported() {
    let cache = tempfile::tempdir().unwrap();
    let errors = prepare(
        &machine(cache.path()),
        &["attrs:attr.validatrs", "iniconfig[fast]", "setuptools@<=80"],
    )
    .unwrap_err();
    let codes: Vec<&str> = errors.iter().map(|error| error.code.0).collect();
    assert_eq!(codes, ["M010", "M018"]);
    assert_eq!(notes(&errors[0]), "did you mean `attr.validators`?");
    assert_eq!(notes(&errors[1]), "it declares no extras");
    assert_eq!(errors[1].span.unwrap().start, 23);
}

#[test]
fn registry_a_changed_download_is_refused() {
    let cache = tempfile::tempdir().unwrap();
    let machine = machine(cache.path()).with("UV_CACHE_DIR", &shown(&cache.path().join("uv")));
    let prepared = prepare(&machine, &["iniconfig"]).unwrap();
    // Other digests in the lock stand for another file on the index.
    let locks = cache.path().join("locks");
    let lock = locks
        .join(&RealSystem.list(&locks).unwrap()[0])
        .join("uv.lock");
    let text = fs::read_to_string(&lock).unwrap();
    let spoilt: String = text
        .split("sha256:")
        .enumerate()
        .map(|(index, part)| match index {
            0 => part.to_owned(),
            _ => format!("sha256:0000{}", &part[4..]),
        })
        .collect();
    fs::write(&lock, spoilt).unwrap();
    let errors = prepare(&machine, &["iniconfig"]).unwrap_err();
    assert_eq!(errors[0].code.0, "M008", "{errors:?}");
    assert!(
        errors[0]
            .message
            .starts_with("the download of `iniconfig==")
    );
    assert_eq!(
        RealSystem
            .list(&cache.path().join("environments"))
            .unwrap()
            .len(),
        1,
        "only the environment of before is left"
    );
    drop(prepared);
}

#[test]
fn registry_a_local_project_is_built_and_built_anew_when_edited() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("greet");
    fs::create_dir_all(project.join("src/greet")).unwrap();
    fs::write(
        project.join("pyproject.toml"),
        "[project]\nname = 'greet'\nversion = '1'\n[build-system]\nrequires = ['hatchling']\n\
         build-backend = 'hatchling.build'\n",
    )
    .unwrap();
    let source = project.join("src/greet/__init__.py");
    fs::write(&source, "WORD = 'one'\n").unwrap();
    let machine = machine(&folder.path().join("cache"));
    let options = || SessionOptions {
        directory: Some(folder.path().to_owned()),
        ..SessionOptions::default()
    };
    let installed = || {
        let specs = ["greet@path+greet"];
        let prepared = prepare_with(&machine, &Silent, options(), &specs).unwrap();
        fs::read_to_string(prepared.site_packages.unwrap().join("greet/__init__.py")).unwrap()
    };
    assert_eq!(installed(), "WORD = 'one'\n");
    fs::write(&source, "WORD = 'another'\n").unwrap();
    assert_eq!(installed(), "WORD = 'another'\n");
    let errors = prepare_with(&machine, &Silent, options(), &["greet@path+nowhere"]).unwrap_err();
    assert_eq!(errors[0].code.0, "M019", "{errors:?}");
}

#[test]
fn registry_two_processes_at_once_make_one_environment() {
    let cache = tempfile::tempdir().unwrap();
    let path = cache.path();
    uv();
    let hashes: Vec<Option<String>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    prepare(&machine(path), &["iniconfig", "attrs"])
                        .unwrap()
                        .lock_hash
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(hashes.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(
        RealSystem.list(&path.join("environments")).unwrap().len(),
        1
    );
}

/// The other half of the test below, run in a process without a network.
#[test]
#[ignore = "run by the test that takes the network away"]
fn inside_without_network() {
    let Some(cache) = RealSystem.variable("MOCHI_TEST_CACHE") else {
        return;
    };
    let machine = Machine::new(Path::new(&cache)).with("MOCHI_UV", &uv());
    let prepared = prepare(&machine, &["iniconfig", "attrs"]).unwrap();
    assert!(prepared.site_packages.unwrap().join("attr").is_dir());
    // A new set of requirements that the cache can serve is resolved as well.
    prepare(&machine, &["iniconfig@^2"]).unwrap();
}

#[test]
fn registry_a_deleted_environment_is_made_again_without_a_network() {
    let cache = tempfile::tempdir().unwrap();
    let machine = Machine::new(cache.path()).with("MOCHI_UV", &uv());
    prepare(&machine, &["iniconfig", "attrs"]).unwrap();
    fs::remove_dir_all(cache.path().join("environments")).unwrap();
    let inside = |command: Command| {
        let command = command
            .argument(std::env::current_exe().unwrap())
            .arguments(["--exact", "inside_without_network", "--ignored"])
            .variable("MOCHI_TEST_CACHE", cache.path());
        RealSystem.run(&command, &mut |_| {})
    };
    let isolated = inside(Command::new("unshare").arguments(["--net", "--"]));
    let output = match isolated {
        Ok(output) if !output.stderr_text().contains("unshare failed") => output,
        // Where namespaces are forbidden, whatever is asked for over the network is sent to a port
        // at which nobody answers.
        _ => {
            let proxies = ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"];
            let command = proxies.iter().fold(Command::new("env"), |command, name| {
                command
                    .variable(*name, "http://127.0.0.1:9")
                    .variable(name.to_lowercase(), "http://127.0.0.1:9")
            });
            let command = command.variable("NO_PROXY", "").variable("no_proxy", "");
            inside(command).unwrap()
        }
    };
    assert!(output.is_success(), "{}", output.stdout_text());
    assert!(
        output.stdout_text().contains("1 passed"),
        "{}",
        output.stdout_text()
    );
}

/// The other half of the test below: waits for an index that does not answer.
#[test]
#[ignore = "run by the test that interrupts it"]
fn inside_interrupted() {
    let Some(cache) = RealSystem.variable("MOCHI_TEST_CACHE") else {
        return;
    };
    let machine = Machine::new(Path::new(&cache));
    let _ = prepare(&machine, &["iniconfig"]);
}

#[cfg(target_os = "linux")]
#[test]
fn registry_an_interruption_while_resolving_leaves_nothing_that_is_used() {
    let cache = tempfile::tempdir().unwrap();
    // An index that accepts connections and stays silent.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let index = format!("http://{}/simple", silent.local_addr().unwrap());
    let command = Command::new("timeout")
        .arguments(["--signal=INT", "--kill-after=10", "3"])
        .argument(std::env::current_exe().unwrap())
        .arguments(["--exact", "inside_interrupted", "--ignored"])
        .variable("MOCHI_TEST_CACHE", cache.path())
        .variable("MOCHI_UV", uv())
        .variable("UV_DEFAULT_INDEX", &index);
    let output = RealSystem.run(&command, &mut |_| {}).unwrap();
    assert_eq!(output.code, Some(124), "{}", output.stdout_text());
    let left = RealSystem.list(&cache.path().join("locks")).unwrap();
    assert!(left.iter().all(|name| name.contains(".tmp")), "{left:?}");
    assert_eq!(left.len(), 1, "the interruption came while uv was at work");
    // The next one is not held up and cleans up. The index decides the key, so it is the same.
    drop(silent);
    let machine = Machine::new(cache.path())
        .with("MOCHI_UV", &uv())
        .with("UV_DEFAULT_INDEX", &index);
    let errors = prepare(&machine, &["iniconfig"]).unwrap_err();
    assert_eq!(errors[0].code.0, "M005");
    assert_eq!(
        RealSystem.list(&cache.path().join("locks")).unwrap(),
        [""; 0]
    );
}
