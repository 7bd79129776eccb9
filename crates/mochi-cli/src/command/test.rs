//! `mochi test`: the test blocks of files, one Python process for each file.
//!
//! Spec: language.md §13 (tests).

use std::path::Path;

use mochi_base::render::{self, Style};
use mochi_project::driver::{BuildFailure, BuildOptions, Executable, Purpose, Script, build};
use mochi_project::project::LockMode;
use mochi_project::{ProjectError, Session};
use mochi_system::System;
use serde_json::Value;

use super::run::start;
use crate::args::{Global, TestArguments};
use crate::exit::Exit;
use crate::files;
use crate::junit::{self, Case, Suite};
use crate::output;
use crate::world::World;

/// How the tests of a file went.
struct Outcome {
    /// Those that ended.
    cases: Vec<Case>,
    /// Why none could run, or the program ended before them.
    fault: Option<(Exit, String)>,
}

impl Outcome {
    fn refused(exit: Exit, reason: impl Into<String>) -> Self {
        Self {
            cases: Vec::new(),
            fault: Some((exit, reason.into())),
        }
    }

    fn failed(&self) -> usize {
        let failed = self.cases.iter().filter(|case| case.failure.is_some());
        failed.count() + usize::from(matches!(self.fault, Some((Exit::Passed(_), _))))
    }
}

/// Runs the tests of all files.
pub fn execute(global: &Global, arguments: &TestArguments) -> Exit {
    let world = World::new(global);
    let files = match files::meant(&*world.system, &arguments.paths) {
        Ok(files) => files,
        Err(sentence) => return output::failure(&sentence, Exit::Program),
    };
    let filter = arguments.filter.as_deref().unwrap_or("");
    let mut failed = 0;
    let mut faults = Vec::new();
    let mut suites = Vec::new();
    for (file, is_named) in &files {
        let mode = arguments.lock.mode();
        let outcome = test(global, &world, (file, *is_named), filter, mode);
        failed += outcome.failed();
        faults.extend(outcome.fault.as_ref().map(|(exit, _)| *exit));
        if !outcome.cases.is_empty() || outcome.fault.is_some() {
            suites.push(Suite {
                file: file.clone(),
                cases: outcome.cases,
                error: outcome.fault.map(|(_, reason)| reason),
            });
        }
    }
    if failed > 0 {
        output::result(&format!("[FAIL] {failed} test(s) failed.\n"));
    }
    if let Some(path) = &arguments.junit {
        let written = write(&*world.system, path, &junit::write(&suites));
        if let Err(error) = written {
            let sentence = format!("cannot write {}: {error}", path.display());
            return output::failure(&sentence, Exit::Environment);
        }
    }
    if faults.contains(&Exit::Environment) {
        Exit::Environment
    } else if failed > 0 || !faults.is_empty() {
        Exit::Program
    } else {
        Exit::Success
    }
}

fn write(system: &dyn System, path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        system.create_dir_all(folder)?;
    }
    system.write(path, text.as_bytes())
}

fn test(
    global: &Global,
    world: &World,
    (file, is_named): (&Path, bool),
    filter: &str,
    mode: LockMode,
) -> Outcome {
    let script = match Script::open(&*world.system, file) {
        Ok(script) => script,
        Err(sentence) => {
            let exit = output::failure(&sentence, Exit::Program);
            return Outcome::refused(exit, sentence);
        }
    };
    if !script.has_tests() && !is_named {
        return Outcome {
            cases: Vec::new(),
            fault: None,
        };
    }
    let session = match world.session_for(file, mode) {
        Ok(session) => session,
        Err(errors) => {
            let exit = output::project_errors(global, &errors);
            return Outcome::refused(exit, messages(&errors));
        }
    };
    let options = BuildOptions {
        compiler: world.compiler(),
        purpose: Purpose::Test,
    };
    let built = build(script, &world.system, &session, &options);
    world.talk.end();
    match built {
        Ok(executable) => {
            output::diagnostics(global, &executable.warnings, &executable.sources);
            run(world, &session, &executable, (file, is_named), filter)
        }
        Err(failure) => match *failure {
            BuildFailure::Refused(checked) => {
                output::diagnostics(global, &checked.diagnostics, &checked.sources);
                let style = Style { color: false };
                let reason = render::human(&checked.diagnostics, &checked.sources, style);
                Outcome::refused(Exit::of(checked.class), reason)
            }
            BuildFailure::Environment(error) => {
                let exit = output::project_error(global, &error);
                Outcome::refused(exit, messages(&[error]))
            }
        },
    }
}

fn messages(errors: &[ProjectError]) -> String {
    let lines: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    lines.join("\n")
}

/// Runs the program of the tests: what they and it say goes through as it comes, the outcomes come
/// in a file.
fn run(
    world: &World,
    session: &Session<'_>,
    executable: &Executable,
    (file, is_named): (&Path, bool),
    filter: &str,
) -> Outcome {
    let system = &*world.system;
    let name = format!("tests.{}.tmp", system.unique());
    let outcomes = session.cache().root().join(name);
    if is_named {
        output::result(&format!("{}\n", file.display()));
    }
    let command = start(executable)
        .argument(file)
        .argument(filter)
        .argument(&outcomes)
        .argument(if is_named { "shown" } else { "" });
    let ran = system.run_attached(&command);
    let text = system.read_text(&outcomes).unwrap_or_default();
    // What cannot be removed now is only lost space.
    let _ = system.remove(&outcomes);
    let code = match ran {
        Ok(code) => code,
        Err(error) => {
            let sentence = format!("cannot start {}: {error}", executable.python.display());
            let exit = output::failure(&sentence, Exit::Environment);
            return Outcome::refused(exit, sentence);
        }
    };
    let lines: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let cases: Vec<Case> = lines.iter().filter_map(case).collect();
    let says = |word: &str| lines.iter().any(|line| line.get(word).is_some());
    let (is_shown, has_ended) = (is_named || says("shown"), says("ended"));
    let fault = (!has_ended).then(|| {
        let code = code.map_or("a signal".to_owned(), |code| format!("code {code}"));
        let sentence = format!("the program ended the tests with {code}");
        let head = if is_shown {
            String::new()
        } else {
            format!("{}\n", file.display())
        };
        output::result(&format!("{head}   {sentence}\n"));
        (Exit::Passed(1), sentence)
    });
    Outcome { cases, fault }
}

/// One line of the outcomes.
fn case(line: &Value) -> Option<Case> {
    Some(Case {
        name: line.get("name")?.as_str()?.to_owned(),
        seconds: line.get("seconds")?.as_f64()?,
        failure: line.get("failure")?.as_str().map(str::to_owned),
    })
}
