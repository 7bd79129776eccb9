//! The Python process that runs the entries of a session.

use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, Command, Stdio};

use mochi_project::driver::interactive::PACKAGE;
use serde_json::{Value, json};

use crate::command::run::HIDDEN;

/// What the process says about an entry.
pub enum Answer {
    /// It ran; the report of an error that nobody caught.
    Done(Option<String>),
    /// It ended the program.
    Exit(i32),
    /// The process ended without an answer.
    Died(String),
}

/// The process.
pub struct Worker {
    child: Child,
    /// Until the session ends.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStderr>,
}

impl Worker {
    /// Starts it with the files of a session's folder.
    pub fn start(python: &Path, folder: &Path) -> io::Result<Self> {
        let mut command = Command::new(python);
        command.arg(folder.join("_mochi_session.py")).arg(PACKAGE);
        if io::stdin().is_terminal() {
            command.arg(if cfg!(windows) { "CONIN$" } else { "/dev/tty" });
        }
        for name in HIDDEN {
            command.env_remove(name);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let lost = || io::Error::from(io::ErrorKind::BrokenPipe);
        let orders = child.stdin.take().ok_or_else(lost)?;
        let answers = child.stderr.take().ok_or_else(lost)?;
        Ok(Self {
            child,
            orders: Some(orders),
            answers: BufReader::new(answers),
        })
    }

    /// Runs an entry and passes on what it writes meanwhile.
    pub fn run(&mut self, main: &Path, folders: &[PathBuf]) -> Answer {
        let folders: Vec<String> = folders
            .iter()
            .map(|folder| folder.display().to_string())
            .collect();
        let request = json!({ "path": main.display().to_string(), "folders": folders });
        let sent = self
            .orders
            .as_mut()
            .map(|orders| writeln!(orders, "{request}").and_then(|()| orders.flush()));
        match sent {
            Some(Ok(())) => self.answer(),
            _ => self.died(),
        }
    }

    /// Ends the session: what it holds is closed. The report of what went wrong.
    pub fn finish(&mut self) -> Option<String> {
        self.orders = None;
        match self.answer() {
            Answer::Done(report) => report,
            Answer::Exit(_) | Answer::Died(_) => None,
        }
    }

    /// The next answer; what the program writes meanwhile is passed on.
    fn answer(&mut self) -> Answer {
        loop {
            let mut line = Vec::new();
            match self.answers.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return self.died(),
                Ok(_) => {}
            }
            let start = line.iter().position(|byte| *byte == 0);
            let (raw, answer) = line.split_at(start.unwrap_or(line.len()));
            // Native code writes without asking.
            let _ = io::stderr().write_all(raw);
            let answer = answer.get(1..).unwrap_or_default();
            let Ok(answer) = serde_json::from_slice::<Value>(answer) else {
                continue;
            };
            if let Some(text) = answer.get("stderr").and_then(Value::as_str) {
                let _ = io::stderr().write_all(text.as_bytes());
            } else if let Some(done) = answer.get("done").or_else(|| answer.get("closed")) {
                return Answer::Done(done.as_str().map(str::to_owned));
            } else if let Some(code) = answer.get("exit").and_then(Value::as_i64) {
                return Answer::Exit(i32::try_from(code).unwrap_or(1));
            }
        }
    }

    fn died(&mut self) -> Answer {
        let how = match self.child.wait().map(|status| status.code()) {
            Ok(Some(code)) => format!("code {code}"),
            _ => "a signal".to_owned(),
        };
        Answer::Died(how)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It ends with its input; one that does not is ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
