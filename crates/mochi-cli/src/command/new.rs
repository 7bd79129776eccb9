//! `mochi new` and `mochi init`: the files of a project.

use std::path::PathBuf;

use mochi_project::project::{Kind, Scaffold, scaffold};

use crate::args::Global;
use crate::exit::Exit;
use crate::output;
use crate::project_args::{InitArguments, NewArguments};
use crate::world::World;

/// Makes a directory with a project in it.
pub fn execute(global: &Global, arguments: &NewArguments) -> Exit {
    make(
        global,
        Scaffold {
            directory: arguments.path.clone(),
            name: arguments.name.clone(),
            kind: kind(arguments.lib),
            in_place: false,
        },
    )
}

/// Makes a project of a directory.
pub fn init(global: &Global, arguments: &InitArguments) -> Exit {
    make(
        global,
        Scaffold {
            directory: arguments.path.clone().unwrap_or_else(|| PathBuf::from(".")),
            name: arguments.name.clone(),
            kind: kind(arguments.lib),
            in_place: true,
        },
    )
}

fn kind(library: bool) -> Kind {
    if library {
        Kind::Library
    } else {
        Kind::Program
    }
}

fn make(global: &Global, mut plan: Scaffold) -> Exit {
    let world = World::new(global);
    let shown = plan.directory.clone();
    if let Ok(here) = world.system.current_dir() {
        plan.directory = here.join(&plan.directory);
    }
    // A directory that is not there yet has no name but the one that was typed.
    if plan.name.is_none() && world.system.metadata(&plan.directory).is_err() {
        plan.name = shown
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
    }
    match scaffold(&*world.system, &plan) {
        Ok(files) => {
            if !global.quiet {
                for file in files {
                    output::say(&format!("wrote {}", shown.join(file).display()));
                }
            }
            Exit::Success
        }
        Err(error) => output::project_error(global, &error),
    }
}
