//! Fetching uv on machines that exist in memory only: what is checked, what is left behind.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Write as _;
use std::path::Path;

use mochi_project::{Import, ProjectError, Session, SessionOptions, Silent};
use mochi_system::{Command, MemorySystem, Output, System};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const PYTHON: &str = "/usr/bin/python3.12";
const WHEEL: &str = "uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl";

/// What the pip of a machine does when it is asked to download.
type Pip = fn(&MemorySystem, destination: &Path) -> Output;

fn machine(pip: Option<Pip>) -> MemorySystem {
    MemorySystem::new()
        .with_variable("PATH", "/usr/bin")
        .with_file(PYTHON, "")
        .with_program(move |system, command| {
            let arguments: Vec<&str> = command
                .arguments
                .iter()
                .map(|text| text.to_str().unwrap())
                .collect();
            if command.program != Path::new(PYTHON) {
                return None;
            }
            match arguments.as_slice() {
                ["-I", "-S", "-c", _] => Some(Output::success(
                    r#"{"executable": "/usr/bin/python3.12", "implementation": "cpython",
                    "version": [3, 12, 1], "level": "final", "free_threaded": false,
                    "platform": "linux-x86_64", "standard_modules": []}"#,
                )),
                ["-I", "-m", "pip", "--version"] if pip.is_some() => Some(Output::success("pip")),
                ["-I", "-m", "pip", "download", ..] => {
                    let at = arguments.iter().position(|text| *text == "--dest")?;
                    Some(pip?(system, Path::new(arguments[at + 1])))
                }
                _ => Some(Output::failure(1, "No module named pip")),
            }
        })
}

fn error(system: &MemorySystem) -> ProjectError {
    let session = Session::new(system, &Silent, SessionOptions::default()).unwrap();
    let import = Import {
        spec: "anything".to_owned(),
        span: None,
    };
    session.prepare(&[import]).unwrap_err().remove(0)
}

fn left_behind(system: &MemorySystem) -> Vec<String> {
    system
        .list(Path::new("/home/user/.cache/mochi/tools"))
        .unwrap()
}

fn downloads(runs: &[Command]) -> Vec<&Command> {
    let is_download = |run: &&Command| run.arguments.iter().any(|text| text == "download");
    runs.iter().filter(is_download).collect()
}

#[test]
fn a_wheel_that_is_not_the_published_one_is_refused() {
    let system = machine(Some(|system, destination| {
        let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        archive
            .start_file("uv-0.13.9.data/scripts/uv", SimpleFileOptions::default())
            .unwrap();
        archive.write_all(b"not uv").unwrap();
        let bytes = archive.finish().unwrap().into_inner();
        system.create_dir_all(destination).unwrap();
        system.write(&destination.join(WHEEL), &bytes).unwrap();
        Output::success("")
    }));
    let error = error(&system);
    assert_eq!(error.code.0, "M008");
    assert_eq!(
        error.message,
        format!("{WHEEL} is not the file that was published")
    );
    assert_eq!(left_behind(&system), [""; 0]);
    let runs = system.runs();
    assert!(
        downloads(&runs)[0]
            .arguments
            .iter()
            .any(|text| text == "--require-hashes")
    );
}

#[test]
fn what_pip_says_is_passed_on() {
    let system = machine(Some(|_, _| {
        Output::failure(
            1,
            "WARNING: Retrying after connection broken by 'NewConnectionError'\n\
             ERROR: Could not find a version that satisfies the requirement uv==0.13.9\n",
        )
    }));
    let error = error(&system);
    assert_eq!(error.code.0, "M005");
    assert!(
        error.notes[0]
            .message
            .starts_with("pip: Could not find a version")
    );
    assert_eq!(left_behind(&system), [""; 0]);
}

#[test]
fn without_pip_the_reason_is_named_for_each_python() {
    let system = machine(None);
    let error = error(&system);
    assert_eq!(error.code.0, "M006");
    assert_eq!(
        error.notes[0].message,
        "/usr/bin/python3.12: it has neither pip nor ensurepip"
    );
    assert!(downloads(&system.runs()).is_empty());
}

#[test]
fn a_uv_on_the_path_is_used_if_it_is_new_enough() {
    let with_uv = |answer: &'static str| {
        machine(None)
            .with_file("/usr/bin/uv", "")
            .with_program(move |_, command| {
                (command.program == Path::new("/usr/bin/uv")).then(|| {
                    if command.arguments == ["--version"] {
                        Output::success(answer)
                    } else {
                        Output::failure(2, "error: something new\n")
                    }
                })
            })
    };
    let used = error(&with_uv("uv 0.9.2 (x86_64-unknown-linux-gnu)"));
    assert_eq!(
        (used.code.0, used.message.as_str()),
        ("M015", "something new")
    );
    let old = error(&with_uv("uv 0.1.0"));
    assert_eq!(old.code.0, "M006");
    let notes: Vec<&str> = old.notes.iter().map(|note| note.message.as_str()).collect();
    assert!(
        notes.contains(&"/usr/bin/uv is passed over: its version 0.1.0 is older than 0.8.0"),
        "{notes:?}"
    );
}
