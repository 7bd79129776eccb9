//! One Python process that runs many compiled programs.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::compile::Compiled;

/// How a program ended under Python.
#[derive(Clone, Debug)]
pub struct Ran {
    /// What it printed.
    pub output: String,
    /// The code of the error that nobody caught.
    pub code: Option<i128>,
    /// Its message.
    pub message: String,
    /// The Python class of the error, else empty.
    pub class: String,
    /// The end of the traceback.
    pub trace: String,
}

/// The process.
pub struct Python {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Where programs write their files.
    _folder: tempfile::TempDir,
}

impl Python {
    /// Starts the first interpreter of a supported version that is found.
    pub fn start() -> Self {
        let program = interpreters().swap_remove(0);
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(program)
            .current_dir(folder.path())
            .args(["-B", "-c", include_str!("driver.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            input,
            output,
            _folder: folder,
        }
    }

    /// Runs a program.
    pub fn run(&mut self, program: &Compiled) -> Ran {
        let request = json!({
            "main": program.main,
            "helpers": program.helpers,
            "wrap": program.wrap,
            "files": program.files.iter().cloned().collect::<BTreeMap<_, _>>(),
        });
        let answer = self.ask(&request.to_string());
        let text = |name: &str| answer[name].as_str().unwrap_or("").to_owned();
        Ran {
            output: text("output"),
            code: answer["code"].as_i64().map(i128::from),
            message: text("message"),
            class: text("class"),
            trace: text("trace"),
        }
    }

    fn ask(&mut self, request: &str) -> Value {
        let mut line = String::new();
        let sent = writeln!(self.input, "{request}").and_then(|()| self.input.flush());
        if sent.is_ok() && self.output.read_line(&mut line).is_ok_and(|read| read > 0) {
            return serde_json::from_str(&line).unwrap();
        }
        *self = Self::start();
        json!({"code": 7, "class": "Crash", "trace": "the process of Python ended"})
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The interpreters of the supported versions that this machine has; at least one.
pub fn interpreters() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for minor in [12, 13] {
        let name = format!("python3.{minor}");
        let mut candidates = vec![PathBuf::from(&name)];
        if let Some(home) = std::env::var_os("HOME") {
            let versions = PathBuf::from(home).join(".pyenv/versions");
            for entry in std::fs::read_dir(versions).into_iter().flatten().flatten() {
                candidates.push(entry.path().join("bin").join(&name));
            }
        }
        let works = |candidate: &PathBuf| {
            Command::new(candidate)
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
        };
        found.extend(candidates.into_iter().find(works));
    }
    assert!(!found.is_empty(), "no Python 3.12 or 3.13 to test with");
    found
}
