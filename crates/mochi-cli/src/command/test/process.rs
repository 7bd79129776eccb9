//! The Python processes that run the tests of one file. There is one, unless a test ends it: the
//! next one goes on with the test after that.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use mochi_project::driver::Executable;
use mochi_system::System;
use serde_json::Value;

use crate::command::run::start;
use crate::exit::Exit;
use crate::junit::Case;
use crate::output;

/// The tests of one file.
pub struct Tests<'a> {
    /// The machine.
    pub system: &'a dyn System,
    /// The built program.
    pub executable: &'a Executable,
    /// The file, as outputs show it.
    pub file: &'a Path,
    /// What the names of the tests contain.
    pub filter: &'a str,
    /// How many seconds each may take.
    pub timeout: Option<f64>,
    /// Where the processes leave the outcomes.
    pub outcomes: PathBuf,
}

/// What came of them.
pub struct Ran {
    /// Those that ended.
    pub cases: Vec<Case>,
    /// Why not all of them ran.
    pub fault: Option<(Exit, String)>,
}

/// The file whose tests run, and where their outcomes are.
static RUNNING: Mutex<Option<(PathBuf, PathBuf)>> = Mutex::new(None);

/// What one process left.
#[derive(Default)]
struct Round {
    cases: Vec<Case>,
    /// The name of the last test that began, if it has no outcome.
    open: Option<String>,
    /// How many began.
    begun: usize,
    /// The file's name was shown.
    shown: bool,
    end: End,
}

/// How a process ended, as far as it said so.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
enum End {
    /// It did not.
    #[default]
    Unsaid,
    /// All tests ran.
    Whole,
    /// The last test was given up, and the process with it.
    GivenUp,
    /// The last test let no one else run, and the process was ended for it.
    Stuck,
}

impl Tests<'_> {
    /// Runs them. `shown` says that the file's name was shown already.
    pub fn run(&self, mut shown: bool) -> Ran {
        let mut cases = Vec::new();
        let mut done = 0;
        loop {
            let code = match self.round(done, shown) {
                Ok(code) => code,
                Err(error) => {
                    let python = self.executable.python.display();
                    let sentence = format!("cannot start {python}: {error}");
                    let exit = output::failure(&sentence, Exit::Environment);
                    return Ran {
                        cases,
                        fault: Some((exit, sentence)),
                    };
                }
            };
            let round = read(&self.left());
            // What cannot be removed now is only lost space.
            let _ = self.system.remove(&self.outcomes);
            shown |= round.shown;
            done += round.begun;
            cases.extend(round.cases);
            if round.end == End::Whole {
                return Ran { cases, fault: None };
            }
            let how = code.map_or("a signal".to_owned(), |code| format!("code {code}"));
            if let Some(name) = round.open {
                let late = self.timeout.filter(|_| round.end == End::Stuck);
                let reason = match late {
                    Some(limit) => format!("the test takes longer than {limit}s"),
                    None => format!("the test ended the process with {how}"),
                };
                output::result(&format!("   test {name} … fail\n      {reason}\n"));
                cases.push(Case {
                    name,
                    seconds: late.unwrap_or(0.0),
                    failure: Some(reason),
                });
            } else if round.end != End::GivenUp {
                let sentence = format!("the program ended the tests with {how}");
                let head = if shown {
                    String::new()
                } else {
                    format!("{}\n", self.file.display())
                };
                output::result(&format!("{head}   {sentence}\n"));
                return Ran {
                    cases,
                    fault: Some((Exit::Passed(1), sentence)),
                };
            }
        }
    }

    /// One process, which leaves out the tests that ran already; its exit code.
    fn round(&self, done: usize, shown: bool) -> std::io::Result<Option<i32>> {
        let limit = self
            .timeout
            .map_or(String::new(), |limit| limit.to_string());
        let command = start(self.executable)
            .argument(self.file)
            .argument(self.filter)
            .argument(&self.outcomes)
            .argument(if shown { "shown" } else { "" })
            .argument(done.to_string())
            .argument(limit);
        running(Some((self.file.to_owned(), self.outcomes.clone())));
        let code = self.system.run_attached(&command);
        running(None);
        code
    }

    fn left(&self) -> String {
        self.system.read_text(&self.outcomes).unwrap_or_default()
    }
}

fn running(now: Option<(PathBuf, PathBuf)>) {
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = now;
}

/// Says which test is interrupted, if one is and did not say so itself.
pub fn say_what_runs(system: &dyn System) {
    let now = RUNNING
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let Some((file, outcomes)) = now else {
        return;
    };
    let round = read(&system.read_text(&outcomes).unwrap_or_default());
    // What cannot be removed now is only lost space.
    let _ = system.remove(&outcomes);
    if let Some(name) = round.open {
        output::say(&format!("while test {name} of {} ran", file.display()));
    }
}

/// What the lines say that a process left.
fn read(text: &str) -> Round {
    let mut round = Round::default();
    for line in text.lines() {
        // The last line of a process that was killed may be cut.
        let Ok(line) = serde_json::from_str::<Value>(line) else {
            if line.starts_with("Timeout") {
                round.end = End::Stuck;
            }
            continue;
        };
        let says = |word: &str| line.get(word).is_some();
        if let Some(name) = line.get("begun").and_then(Value::as_str) {
            round.open = Some(name.to_owned());
            round.begun += 1;
        } else if let Some(case) = case(&line) {
            round.open = None;
            round.cases.push(case);
        } else if says("interrupted") {
            round.open = None;
        }
        round.shown |= says("shown");
        if says("ended") {
            round.end = End::Whole;
        } else if says("given_up") {
            round.end = End::GivenUp;
        }
    }
    round
}

/// The outcome of a test.
fn case(line: &Value) -> Option<Case> {
    Some(Case {
        name: line.get("name")?.as_str()?.to_owned(),
        seconds: line.get("seconds")?.as_f64()?,
        failure: line.get("failure")?.as_str().map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_without_an_outcome_is_open() {
        let round = read(
            "{\"shown\": true}\n{\"begun\": \"a\"}\n\
             {\"name\": \"a\", \"seconds\": 0.5, \"failure\": null}\n{\"begun\": \"b\"}\n{\"na",
        );
        assert!(round.shown);
        assert_eq!(round.end, End::Unsaid);
        assert_eq!((round.begun, round.open.as_deref()), (2, Some("b")));
        assert_eq!(round.cases.len(), 1);
    }

    #[test]
    fn a_test_that_was_stuck_is_open() {
        let round = read(
            "{\"begun\": \"a\"}\nTimeout (0:00:02)!\n\
             Thread 0x1 (most recent call first):\n  File \"a.py\", line 4 in f\n",
        );
        assert_eq!(round.end, End::Stuck);
        assert_eq!(round.open.as_deref(), Some("a"));
    }

    #[test]
    fn a_test_that_was_given_up_has_an_outcome() {
        let round = read(
            "{\"begun\": \"a\"}\n\
             {\"name\": \"a\", \"seconds\": 5, \"failure\": \"late\", \"given_up\": true}\n",
        );
        assert_eq!((round.end, round.open), (End::GivenUp, None));
        assert_eq!(round.cases[0].failure.as_deref(), Some("late"));
    }
}
