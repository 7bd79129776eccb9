//! `mochi test`: the test blocks of files, file by file.
//!
//! Spec: language.md §13 (tests).

mod process;

use std::path::Path;

use mochi_base::render::{self, Style};
use mochi_project::ProjectError;
use mochi_project::driver::{BuildFailure, BuildOptions, Purpose, Script, build};
use mochi_system::System;

use process::Tests;
pub use process::say_what_runs;

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
    let mut failed = 0;
    let mut faults = Vec::new();
    let mut suites = Vec::new();
    for (file, is_named) in &files {
        let outcome = test(global, &world, (file, *is_named), arguments);
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
    say_what_did_not_run(global, arguments, &suites);
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

/// Files whose tests could not run are easily missed among those that could, and so is that there
/// was nothing to run.
fn say_what_did_not_run(global: &Global, arguments: &TestArguments, suites: &[Suite]) {
    let untested: Vec<String> = suites
        .iter()
        .filter(|suite| suite.cases.is_empty())
        .map(|suite| suite.file.display().to_string())
        .collect();
    if suites.len() > 1 && !untested.is_empty() {
        output::say(&format!("error: not tested: {}", untested.join(", ")));
    }
    if suites.is_empty() && !global.quiet {
        output::say(&match &arguments.filter {
            Some(text) => format!("no test has a name that contains `{text}`"),
            None => "there are no tests".to_owned(),
        });
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
    arguments: &TestArguments,
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
    let session = match world.session_for(file, arguments.lock.mode()) {
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
            let system = &*world.system;
            let name = format!("tests.{}.tmp", system.unique());
            let tests = Tests {
                system,
                executable: &executable,
                file,
                filter: arguments.filter.as_deref().unwrap_or(""),
                timeout: arguments.timeout,
                outcomes: session.cache().root().join(name),
            };
            if is_named {
                output::result(&format!("{}\n", file.display()));
            }
            let ran = tests.run(is_named);
            Outcome {
                cases: ran.cases,
                fault: ran.fault,
            }
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
