//! `mochi check`.

use crate::args::{CheckArguments, Global};
use crate::exit::Exit;

/// Runs the command.
pub fn execute(_global: &Global, _arguments: &CheckArguments) -> Exit {
    eprintln!("error: `mochi check` is not built in this revision");
    Exit::Bug
}
