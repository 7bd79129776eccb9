//! Which interpreter is chosen on machines that exist in memory only.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_project::driver::Script;
use mochi_project::project::Project;
use mochi_project::{Event, Interpreter, Phase, Progress, ProjectError, Session, SessionOptions};
use mochi_system::{Command, MemorySystem, Output, System};

/// A machine on which each listed file is an interpreter of a version such as `3.12.1`,
/// `3.13.0t`, `3.14.0rc`, or of another implementation such as `pypy 3.11.1`.
fn machine(pythons: &'static [(&'static str, &'static str)]) -> MemorySystem {
    let mut system = MemorySystem::new();
    for (path, version) in pythons {
        system = system.with_file(path, version);
    }
    system.with_program(move |_, command| answer(pythons, command))
}

fn answer(pythons: &[(&str, &str)], command: &Command) -> Option<Output> {
    let (path, version) = pythons
        .iter()
        .find(|(path, _)| command.program.as_os_str() == *path)?;
    if *version == "broken" {
        return Some(Output::failure(1, "dyld: library not loaded\n"));
    }
    let (implementation, version) = version.split_once(' ').unwrap_or(("cpython", version));
    let level = if version.ends_with("rc") {
        "candidate"
    } else {
        "final"
    };
    let free_threaded = version.ends_with('t');
    let numbers = version
        .trim_end_matches(char::is_alphabetic)
        .replace('.', ",");
    let json = format!(
        r#"{{"executable": "{path}", "implementation": "{implementation}", "version": [{numbers}],
        "level": "{level}", "free_threaded": {free_threaded}, "platform": "linux-x86_64",
        "standard_modules": ["json", "os"]}}"#
    );
    Some(Output::success(json))
}

#[derive(Default)]
struct Warnings(std::cell::RefCell<Vec<String>>);

impl Progress for Warnings {
    fn start(&self, _phase: Phase) {}
    fn event(&self, event: &Event) {
        if let Event::Warning(text) = event {
            self.0.borrow_mut().push(text.clone());
        }
    }
    fn finish(&self) {}
}

fn choose(system: &MemorySystem, python: Option<&str>) -> Result<Interpreter, ProjectError> {
    choose_and_warn(system, python).0
}

fn choose_and_warn(
    system: &MemorySystem,
    python: Option<&str>,
) -> (Result<Interpreter, ProjectError>, Vec<String>) {
    let warnings = Warnings::default();
    let options = SessionOptions {
        python: python.map(str::to_owned),
        ..SessionOptions::default()
    };
    let session = Session::new(system, &warnings, options).unwrap();
    let found = session.interpreter().cloned();
    drop(session);
    (found, warnings.0.into_inner())
}

fn path_of(found: &Interpreter) -> String {
    found.executable.to_string_lossy().into_owned()
}

#[test]
fn shims_are_passed_over_for_the_versions_behind_them() {
    let system = machine(&[
        ("/usr/bin/python3.11", "3.11.2"),
        ("/home/user/.pyenv/versions/2.7.18/bin/python", "broken"),
        ("/home/user/.pyenv/versions/3.12.1/bin/python", "3.12.1"),
        ("/home/user/.pyenv/versions/3.13.0/bin/python", "3.13.0"),
        ("/home/user/.pyenv/shims/python3", "3.11.7"),
    ])
    .with_link("/usr/bin/python3", "python3.11")
    .with_variable("PATH", "/home/user/.pyenv/shims:/usr/bin");
    let found = choose(&system, None).unwrap();
    assert_eq!(
        path_of(&found),
        "/home/user/.pyenv/versions/3.13.0/bin/python"
    );
    let asked: Vec<PathBuf> = system.runs().into_iter().map(|run| run.program).collect();
    assert!(
        !asked
            .iter()
            .any(|path| path.to_string_lossy().contains("shims"))
    );
    assert!(
        !asked
            .iter()
            .any(|path| path.to_string_lossy().contains("2.7"))
    );
}

#[test]
fn what_cannot_win_by_its_name_is_not_asked() {
    let pythons = &[
        ("/usr/bin/python3.11", "3.11.2"),
        ("/usr/bin/python3.12", "3.12.1"),
        ("/usr/bin/python3.13", "3.13.0"),
        ("/usr/bin/python3.14", "3.14.0rc"),
    ];
    let asked = |python: Option<&str>| {
        let system = machine(pythons)
            .with_link("/usr/bin/python3", "python3.11")
            .with_variable("PATH", "/usr/bin");
        let found = choose(&system, python);
        let runs = system.runs().into_iter().map(|run| run.program);
        let names: Vec<String> = runs
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect();
        (found.map(|found| path_of(&found)).ok(), names.join(" "))
    };
    let path = |name: &str| Some(format!("/usr/bin/{name}"));
    // A candidate of a release may lose against an older release.
    let all = (path("python3.13"), "python3.14 python3.13".to_owned());
    assert_eq!(asked(None), all);
    let one = (path("python3.12"), "python3.12".to_owned());
    assert_eq!(asked(Some("3.12")), one);
    // Who finds none says what there is.
    let (found, names) = asked(Some("3.10"));
    assert_eq!((found, names.split(' ').count()), (None, 4));
}

#[test]
fn a_program_without_imports_is_checked_without_a_python() {
    let check = |text: &str, python: Option<&str>| {
        let system: Rc<dyn System> = Rc::new(MemorySystem::new());
        let warnings = Warnings::default();
        let options = SessionOptions {
            python: python.map(str::to_owned),
            ..SessionOptions::default()
        };
        let session = Session::new(&*system, &warnings, options).unwrap();
        let script = Script::of_text(&*system, Path::new("a.mochi"), text.to_owned());
        script.check(&system, &session).is_accepted()
    };
    assert!(check("print(1)\n", None));
    assert!(!check("print(one)\n", None));
    assert!(!check("import python \"math\" as math\n", None));
    assert!(!check("print(1)\n", Some("3.13")));
}

#[test]
fn an_answer_is_asked_for_once() {
    let system = machine(&[("/usr/bin/python3.12", "3.12.1")]).with_variable("PATH", "/usr/bin");
    choose(&system, None).unwrap();
    let first = system.runs().len();
    choose(&system, None).unwrap();
    assert_eq!(system.runs().len(), first);
    // Another file at the same path is asked again.
    let system = system.with_file("/usr/bin/python3.12", "3.12.22");
    choose(&system, None).unwrap();
    assert_eq!(system.runs().len(), first + 1);
}

#[test]
fn the_active_environment_comes_before_newer_versions() {
    let system = machine(&[
        ("/usr/bin/python3.13", "3.13.0"),
        ("/venv/bin/python", "3.12.4"),
    ])
    .with_variable("PATH", "/usr/bin")
    .with_variable("VIRTUAL_ENV", "/venv");
    let (found, warnings) = choose_and_warn(&system, None);
    assert_eq!(path_of(&found.unwrap()), "/venv/bin/python");
    assert!(warnings.is_empty());
}

#[test]
fn a_broken_environment_is_passed_over_with_a_warning() {
    let system = machine(&[("/usr/bin/python3.13", "3.13.0")])
        .with_link("/venv/bin/python", "/gone/python3.12")
        .with_variable("PATH", "/usr/bin")
        .with_variable("VIRTUAL_ENV", "/venv");
    let (found, warnings) = choose_and_warn(&system, None);
    assert_eq!(path_of(&found.unwrap()), "/usr/bin/python3.13");
    assert_eq!(
        warnings,
        [
            "the interpreter of the active virtual environment /venv is passed over: it does not exist"
        ]
    );
}

#[test]
fn an_old_environment_is_passed_over_with_a_warning() {
    let system = machine(&[
        ("/usr/bin/python3.13", "3.13.0"),
        ("/venv/bin/python", "3.11.7"),
    ])
    .with_variable("PATH", "/usr/bin")
    .with_variable("VIRTUAL_ENV", "/venv");
    let (found, warnings) = choose_and_warn(&system, None);
    assert_eq!(path_of(&found.unwrap()), "/usr/bin/python3.13");
    assert!(warnings[0].contains("it is Python 3.11.7"), "{warnings:?}");
}

#[test]
fn conda_serves_where_nothing_else_does() {
    let system = machine(&[
        ("/usr/bin/python3", "3.11.2"),
        ("/opt/conda/bin/python", "3.12.9"),
    ])
    .with_variable("PATH", "/usr/bin")
    .with_variable("CONDA_EXE", "/opt/conda/bin/conda");
    assert_eq!(
        path_of(&choose(&system, None).unwrap()),
        "/opt/conda/bin/python"
    );
}

#[test]
fn full_releases_with_the_lock_come_before_all_others() {
    let system = machine(&[
        ("/a/python3.15", "3.15.0"),
        ("/a/python3.14", "3.14.0rc"),
        ("/b/python3.14", "3.14.0t"),
        ("/b/python3.13", "3.13.1"),
        ("/b/python3", "pypy 3.13.9"),
    ])
    .with_variable("PATH", "/a:/b");
    assert_eq!(path_of(&choose(&system, None).unwrap()), "/b/python3.13");
    assert_eq!(
        path_of(&choose(&system, Some("3.15")).unwrap()),
        "/a/python3.15"
    );
    assert_eq!(
        path_of(&choose(&system, Some("3.14")).unwrap()),
        "/b/python3.14"
    );
}

#[test]
fn an_explicit_interpreter_works_or_is_an_error() {
    let system = machine(&[
        ("/usr/bin/python3.13", "3.13.0"),
        ("/opt/old/bin/python3", "3.9.1"),
        ("/opt/new/bin/python3", "3.12.1"),
    ])
    .with_variable("PATH", "/usr/bin");
    let error = |value: &str| choose(&system, Some(value)).unwrap_err().message;
    assert_eq!(
        path_of(&choose(&system, Some("/opt/new")).unwrap()),
        "/opt/new/bin/python3"
    );
    assert_eq!(
        path_of(&choose(&system, Some("python3.13")).unwrap()),
        "/usr/bin/python3.13"
    );
    assert_eq!(
        error("/opt/old/bin/python3"),
        "/opt/old/bin/python3 (from --python) cannot be used: it is Python 3.9.1, and 3.12 is the \
         least that programs run on"
    );
    assert!(error("/nowhere").ends_with("it does not exist"));
    assert_eq!(error("3.14"), "no CPython 3.14 was found");
    let system = system.with_variable("MOCHI_PYTHON", "/nowhere");
    let message = choose(&system, None).unwrap_err().message;
    assert!(message.contains("(from MOCHI_PYTHON)"), "{message}");
}

#[test]
fn none_at_all_is_an_error_that_lists_what_was_seen() {
    let system = machine(&[
        ("/usr/bin/python3", "3.11.2"),
        ("/usr/local/bin/python3", "broken"),
    ])
    .with_variable("PATH", "/usr/bin");
    let error = choose(&system, None).unwrap_err();
    assert_eq!(error.code.0, "M007");
    assert_eq!(error.message, "no CPython 3.12 or later was found");
    assert_eq!(
        error.notes[0].message,
        "found, but not usable:\n  /usr/bin/python3: it is Python 3.11.2, and 3.12 is the least that \
         programs run on\n  /usr/local/bin/python3: it fails: dyld: library not loaded"
    );
}

#[test]
fn uv_downloads_an_interpreter_only_where_the_user_allows_it() {
    let system = || {
        machine(&[("/data/python3.14", "3.14.1")])
            .with_file("/usr/bin/uv", "")
            .with_variable("PATH", "/usr/bin")
            .with_program(|_, command| {
                let says = |word: &str| command.arguments.iter().any(|text| text == word);
                (command.program.as_os_str() == "/usr/bin/uv").then(|| {
                    if says("--version") {
                        Output::success("uv 0.13.9")
                    } else if says("find") && says("3.14") {
                        Output::success("/data/python3.14\n")
                    } else {
                        Output::success("")
                    }
                })
            })
    };
    assert_eq!(choose(&system(), None).unwrap_err().code.0, "M007");
    let allowed = || system().with_variable("UV_PYTHON_DOWNLOADS", "automatic");
    assert_eq!(
        path_of(&choose(&allowed(), None).unwrap()),
        "/data/python3.14"
    );
    let offline = allowed().with_variable("MOCHI_OFFLINE", "1");
    assert_eq!(choose(&offline, None).unwrap_err().code.0, "M007");
    // A file that the user names is not replaced by another.
    assert!(choose(&allowed(), Some("/nowhere")).is_err());
}

/// The interpreter of a project with these lines in its manifest.
fn choose_in(system: MemorySystem, lines: &str) -> Result<Interpreter, ProjectError> {
    let manifest = format!("[package]\nname = \"demo\"\n[python]\n{lines}\n");
    let system = system.with_file("/home/user/demo/mochi.toml", &manifest);
    let shared: Rc<dyn System> = Rc::new(system);
    let project = Project::open(&*shared, Path::new("/home/user/demo")).unwrap();
    let warnings = Warnings::default();
    let session = Session::new(&*shared, &warnings, SessionOptions::default()).unwrap();
    let session = session.in_project(project, &shared);
    session.interpreter().cloned()
}

#[test]
fn a_project_gets_the_interpreter_that_its_manifest_asks_for() {
    let pythons = &[
        ("/usr/bin/python3.12", "3.12.1"),
        ("/usr/bin/python3.13", "3.13.2"),
        ("/usr/bin/python3.13t", "3.13.1t"),
        ("/opt/bin/python3.14t", "3.14.0t"),
    ];
    let machine = || machine(pythons).with_variable("PATH", "/usr/bin:/opt/bin");
    let found = |lines: &str| choose_in(machine(), lines).map(|found| found.version_text());
    assert_eq!(found("").unwrap(), "3.13.2");
    assert_eq!(found("requires-python = \"==3.12.*\"").unwrap(), "3.12.1");
    assert_eq!(found("free-threaded = true").unwrap(), "3.14.0t");
    let both = "free-threaded = true\nrequires-python = \">=3.12,<3.14\"";
    assert_eq!(found(both).unwrap(), "3.13.1t");
    let none = "free-threaded = true\nrequires-python = \"==3.12.*\"";
    let error = found(none).unwrap_err();
    assert_eq!(error.code.0, "M007");
    assert!(
        error
            .message
            .starts_with("the project needs Python ==3.12.*, and ")
    );
    assert_eq!(error.span.unwrap().start, 72);
    assert!(error.notes[0].message.contains("python3.14t"));
}
