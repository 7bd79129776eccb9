//! `mochi run`.

use crate::args::{Global, RunArguments};
use crate::exit::Exit;

/// Runs the command.
pub fn execute(_global: &Global, _arguments: &RunArguments) -> Exit {
    eprintln!("error: `mochi run` is not built in this revision");
    Exit::Bug
}
