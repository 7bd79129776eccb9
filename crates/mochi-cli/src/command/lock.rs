//! `mochi lock`: pins what a script's imports got, in a file beside it.

use mochi_project::Upgrade;
use mochi_project::driver::Script;
use mochi_project::project::{LockMode, lock_of_script, lock_script};

use super::pkg::report;
use crate::args::Global;
use crate::exit::Exit;
use crate::output;
use crate::project_args::ScriptLockArguments;
use crate::world::World;

/// Locks a script, or moves what is frozen for it.
pub fn execute(global: &Global, arguments: &ScriptLockArguments) -> Exit {
    let mut world = World::new(global);
    let file = &arguments.file;
    let script = match Script::open(&*world.system, file) {
        Ok(script) => script,
        Err(sentence) => return output::failure(&sentence, Exit::Program),
    };
    let lock = lock_of_script(file);
    let pinned = world.system.is_file(&lock);
    if arguments.upgrade && !pinned {
        world.upgrade();
    }
    let session = match world.session_for(file, LockMode::Update) {
        Ok(session) => session,
        Err(errors) => return output::project_errors(global, &errors),
    };
    if session.project().is_some() {
        let sentence = format!(
            "{} belongs to a project, which `mochi pkg lock` locks",
            file.display()
        );
        return output::failure(&sentence, Exit::Program);
    }
    if arguments.upgrade && !pinned {
        // Without a file beside it, what moves is what the cache has frozen.
        let moved = session.lock(script.imports());
        world.talk.end();
        return match moved {
            Ok(_) => Exit::Success,
            Err(errors) => {
                let (diagnostics, sources) = script.explain(&errors);
                output::diagnostics(global, &diagnostics, &sources);
                output::class(&errors)
            }
        };
    }
    let upgrade = if arguments.upgrade {
        Upgrade::Everything
    } else {
        Upgrade::Nothing
    };
    let session = session.with_script_lock(file, LockMode::Update, &world.system);
    let locked = lock_script(&session, script.imports(), &upgrade);
    world.talk.end();
    match locked {
        Ok(locked) => {
            report::moved(global, &locked);
            if !global.quiet {
                let what = if locked.changed {
                    "wrote"
                } else {
                    "up to date:"
                };
                output::say(&format!("{what} {}", lock.display()));
            }
            Exit::Success
        }
        // Errors about imports are shown in the script.
        Err(errors) => {
            let (diagnostics, sources) = script.explain(&errors);
            output::diagnostics(global, &diagnostics, &sources);
            output::class(&errors)
        }
    }
}
