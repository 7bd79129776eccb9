//! `mochi run`: the process becomes Python running the program.

use mochi_project::driver::{BuildFailure, BuildOptions, Executable, Purpose, build};
use mochi_system::Command;

use crate::args::{Global, RunArguments};
use crate::exit::Exit;
use crate::output;
use crate::program::{self, Given};
use crate::world::World;

/// Variables that would make Python run with other modules than those that were checked, or keep
/// it from starting.
pub(super) const HIDDEN: [&str; 4] = [
    "PYTHONEXECUTABLE",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONPLATLIBDIR",
];

/// Checks a script and runs it; does not return where a process can be replaced.
pub fn execute(global: &Global, arguments: &RunArguments) -> Exit {
    let world = World::new(global);
    let is_text = arguments.eval.is_some();
    let named = (!is_text)
        .then(|| arguments.file(world.in_project()))
        .flatten();
    let has_file = named.is_some();
    let given = Given {
        eval: arguments.eval.clone(),
        file: named.clone(),
        first: arguments.first(),
    };
    let program = match program::open(global, &world, given, arguments.lock.mode(), false) {
        Ok(program) => program,
        Err(exit) => return exit,
    };
    let (script, session) = (program.script, program.session);
    let options = BuildOptions {
        compiler: world.compiler(),
        purpose: Purpose::Run,
    };
    let built = build(script, &world.system, &session, &options);
    world.talk.end();
    let executable = match built {
        Ok(executable) => executable,
        Err(failure) => match *failure {
            BuildFailure::Refused(checked) => {
                output::diagnostics(global, &checked.diagnostics, &checked.sources);
                return Exit::of(checked.class);
            }
            BuildFailure::Environment(error) => return output::project_error(global, &error),
        },
    };
    output::diagnostics(global, &executable.warnings, &executable.sources);
    let command = start(&executable)
        .argument(named.as_ref().unwrap_or(&program.name))
        .arguments(arguments.arguments(has_file).iter().cloned());
    match world.system.replace(&command) {
        Ok(code) => Exit::Passed(code),
        Err(error) => {
            let python = executable.python.display();
            output::failure(
                &format!("cannot start {python}: {error}"),
                Exit::Environment,
            )
        }
    }
}

/// What starts a built program; the script and its arguments are still to be added.
pub fn start(executable: &Executable) -> Command {
    let command = Command::new(&executable.python)
        .argument(&executable.starter)
        .argument(&executable.module);
    HIDDEN
        .iter()
        .fold(command, |command, name| command.without(*name))
}
