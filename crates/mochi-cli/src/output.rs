//! Writing results to standard output and talk to standard error.

use std::io::{self, IsTerminal as _, Write as _};

use mochi_base::render::{self, Style};
use mochi_base::{Diagnostic, SourceSet};
use mochi_project::driver::PackageError;
use mochi_project::{ExitClass, ProjectError};

use crate::args::Global;
use crate::exit::Exit;

/// Says a line on standard error; where nobody can hear it, nothing is lost.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// The last line of an interrupted command. On a terminal a bar may stand where it goes.
pub fn interrupted() {
    let start = if io::stderr().is_terminal() {
        "\r\x1b[2K"
    } else {
        ""
    };
    say(&format!(
        "{start}interrupted; what is written is whole, and the command can be run again"
    ));
}

/// Writes a result and ends well; a reader that went away (`mochi … | head`) is no fault.
pub fn result(text: &str) -> Exit {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            say(&format!("error: cannot write to standard output: {error}"));
            Exit::Environment
        }
        _ => Exit::Success,
    }
}

/// Says in one sentence why the command ends.
pub fn failure(sentence: &str, exit: Exit) -> Exit {
    say(&format!("error: {sentence}"));
    exit
}

/// Says why a folder was not written; one that was not `made` so is the user's.
pub fn unwritten(error: &PackageError, made: &str) -> Exit {
    match error {
        PackageError::InTheWay(folder) => failure(
            &format!(
                "{} was not {made}: remove it, or choose another folder with --out",
                folder.display()
            ),
            Exit::Program,
        ),
        PackageError::Unwritten(folder, error) => failure(
            &format!("cannot write {}: {error}", folder.display()),
            Exit::Environment,
        ),
    }
}

/// Shows diagnostics.
pub fn diagnostics(global: &Global, diagnostics: &[Diagnostic], sources: &SourceSet) {
    let style = Style {
        color: global.colors(),
    };
    let text = render::human(diagnostics, sources, style);
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Shows a fault that has nothing to do with the user's text.
pub fn project_error(global: &Global, error: &ProjectError) -> Exit {
    project_errors(global, std::slice::from_ref(error))
}

/// Shows faults of the project; the gravest decides how the command ends.
pub fn project_errors(global: &Global, errors: &[ProjectError]) -> Exit {
    let mut sources = SourceSet::new();
    let shown: Vec<Diagnostic> = errors
        .iter()
        .map(|error| error.to_diagnostic(&mut sources))
        .collect();
    diagnostics(global, &shown, &sources);
    class(errors)
}

/// How a command ends for these faults: the gravest decides.
pub fn class(errors: &[ProjectError]) -> Exit {
    let environment = errors
        .iter()
        .any(|error| error.class() == ExitClass::Environment);
    Exit::of(if environment {
        ExitClass::Environment
    } else {
        ExitClass::Program
    })
}
