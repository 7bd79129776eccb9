//! `mochi pkg lock`.

use std::fmt::Write as _;

use mochi_project::Upgrade;
use mochi_project::lock::Difference;
use mochi_project::project::{LockMode, check_lock, lock_project};
use serde_json::{Value, json};

use super::{open, report};
use crate::args::Global;
use crate::exit::Exit;
use crate::output;
use crate::project_args::LockArguments;
use crate::world::World;

/// Locks, or compares the lock with what it should be.
pub fn execute(global: &Global, arguments: &LockArguments) -> Exit {
    let world = World::new(global);
    let (session, project) = match open(global, &world, LockMode::Update) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let project = &project.accepting_capabilities(arguments.accept_capabilities);
    if arguments.check {
        let found = check_lock(&session, project);
        world.talk.end();
        return match found {
            Ok(differences) => compared(global, arguments, &differences),
            Err(errors) => output::project_errors(global, &errors),
        };
    }
    let upgrade = if arguments.upgrade {
        Upgrade::Everything
    } else if arguments.upgrade_package.is_empty() {
        Upgrade::Nothing
    } else {
        Upgrade::Only(arguments.upgrade_package.clone())
    };
    let locked = lock_project(&session, project, &upgrade);
    world.talk.end();
    match locked {
        Ok(locked) => {
            if arguments.json {
                return output::result(&format!("{}\n", report::moved_json(&locked)));
            }
            report::moved(global, &locked);
            if !global.quiet && !locked.changed {
                output::say("mochi.lock is up to date");
            }
            Exit::Success
        }
        Err(errors) => output::project_errors(global, &errors),
    }
}

/// Shows the differences; there being any is the project's fault.
fn compared(global: &Global, arguments: &LockArguments, differences: &[Difference]) -> Exit {
    let written = if arguments.json {
        let all: Vec<Value> = differences
            .iter()
            .map(|one| {
                json!({
                    "distribution": (!one.package.is_empty()).then_some(&one.package),
                    "field": one.field,
                    "old": one.old,
                    "new": one.new,
                })
            })
            .collect();
        output::result(&format!("{}\n", Value::Array(all)))
    } else {
        output::result(&text(differences))
    };
    if written != Exit::Success {
        return written;
    }
    if differences.is_empty() {
        if !global.quiet && !arguments.json {
            output::say("mochi.lock is up to date");
        }
        return Exit::Success;
    }
    let count = differences.len();
    let fields = if count == 1 { "field" } else { "fields" };
    output::failure(
        &format!("mochi.lock differs in {count} {fields} from what `mochi pkg lock` would write"),
        Exit::Program,
    )
}

fn text(differences: &[Difference]) -> String {
    let mut out = String::new();
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "(nothing)".to_owned());
    for one in differences {
        let package = if one.package.is_empty() {
            String::new()
        } else {
            format!("{}: ", one.package)
        };
        let _ = writeln!(out, "{package}{}", one.field);
        let _ = writeln!(out, "  locked: {}", value(&one.old));
        let _ = writeln!(out, "  now:    {}", value(&one.new));
    }
    out
}
