//! `mochi pkg`: the commands about packages, one file each.

mod add;
mod audit;
mod lock;
pub mod report;
mod surface;
mod sync;
mod tree;

use mochi_project::Session;
use mochi_project::project::{LockMode, Project};

use crate::args::{Global, PkgCommand};
use crate::exit::Exit;
use crate::output;
use crate::world::World;

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

/// The project that the working directory lies in, with its session. The error has been said.
fn open<'a>(
    global: &Global,
    world: &'a World,
    mode: LockMode,
) -> Result<(Session<'a>, Project), Exit> {
    let session = world
        .project(mode)
        .map_err(|errors| output::project_errors(global, &errors))?;
    let project = session.project().cloned().ok_or(Exit::Bug)?;
    Ok((session, project))
}
