//! `mochi pkg`: the commands about packages, one file each.

mod add;
mod audit;
mod lock;
pub mod report;
mod surface;
mod sync;
mod tree;

use crate::args::{Global, PkgCommand};
use crate::exit::Exit;

/// Runs the chosen command.
pub fn execute(global: &Global, command: &PkgCommand) -> Exit {
    match command {
        PkgCommand::Add(add) => add::execute(global, add),
        PkgCommand::Remove(remove) => add::remove(global, remove),
        PkgCommand::Lock(lock) => lock::execute(global, lock),
        PkgCommand::Sync(sync) => sync::execute(global, sync),
        PkgCommand::Tree(tree) => tree::execute(global, tree),
        PkgCommand::Why(why) => tree::why(global, why),
        PkgCommand::Audit(audit) => audit::execute(global, audit),
        PkgCommand::Surface(surface) => surface::execute(global, surface),
    }
}
