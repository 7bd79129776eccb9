//! `mochi pkg sync`.

use mochi_project::project::sync_project;
use serde_json::json;

use super::open;
use crate::args::Global;
use crate::exit::Exit;
use crate::output;
use crate::project_args::SyncArguments;
use crate::world::World;

/// Makes the environment match the lock.
pub fn execute(global: &Global, arguments: &SyncArguments) -> Exit {
    let world = World::new(global);
    let (session, project) = match open(global, &world, arguments.lock.mode()) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let synced = sync_project(&session, &project);
    world.talk.end();
    match synced {
        Ok(synced) if arguments.json => {
            let shown = json!({
                "environment": synced.environment.to_string_lossy(),
                "distributions": synced.distributions,
                "changed": synced.changed,
            });
            output::result(&format!("{shown}\n"))
        }
        Ok(synced) => {
            if !global.quiet {
                let what = if synced.changed {
                    "made to match"
                } else {
                    "matches"
                };
                output::say(&format!(".venv {what} mochi.lock"));
            }
            Exit::Success
        }
        Err(errors) => output::project_errors(global, &errors),
    }
}
