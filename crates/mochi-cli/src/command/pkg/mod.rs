//! `mochi pkg`: the commands about packages, one file each.

mod surface;

use crate::args::{Global, PkgCommand};
use crate::exit::Exit;

/// Runs the chosen command.
pub fn execute(global: &Global, command: &PkgCommand) -> Exit {
    match command {
        PkgCommand::Surface(surface) => surface::execute(global, surface),
    }
}
