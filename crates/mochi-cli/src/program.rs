//! Where a program's text comes from: a file, standard input, or the command line itself.

use std::io::{Read as _, stdin};
use std::path::{Path, PathBuf};

use mochi_project::Session;
use mochi_project::driver::Script;
use mochi_project::project::LockMode;

use crate::args::Global;
use crate::exit::Exit;
use crate::output;
use crate::world::World;

/// What standard input is called on the command line and in messages.
pub const STDIN: &str = "-";
/// What a program on the command line is called in messages.
const EVAL: &str = "-e";

/// What the command line says about the program.
pub struct Given {
    /// The program itself.
    pub eval: Option<String>,
    /// The file.
    pub file: Option<PathBuf>,
    /// A word that is shown where there is no program.
    pub first: Option<PathBuf>,
}

/// A program that was read, with the name that it is shown by.
pub struct Program<'a> {
    /// The name.
    pub name: PathBuf,
    /// The parsed files.
    pub script: Script,
    /// What its imports are served from.
    pub session: Session<'a>,
}

/// Reads the program. The error has been said; with `json` as diagnostics, where it is one.
pub fn open<'a>(
    global: &Global,
    world: &'a World,
    given: Given,
    mode: LockMode,
    json: bool,
) -> Result<Program<'a>, Exit> {
    let failed = |sentence: String| output::failure(&sentence, Exit::Program);
    let (name, text) = match (&given.eval, &given.file) {
        (Some(text), _) => (Some(PathBuf::from(EVAL)), Some(text.clone())),
        (None, Some(file)) if file == Path::new(STDIN) => {
            let text = read_stdin().map_err(failed)?;
            (Some(file.clone()), Some(text))
        }
        (None, file) => (file.clone(), None),
    };
    let (name, session) = match world.target(name, given.first, mode) {
        Ok(target) => target,
        Err(refusal) if json => return Err(refusal.report_json(global)),
        Err(refusal) => return Err(refusal.report(global)),
    };
    let script = match text {
        Some(text) => Script::of_text(&*world.system, &name, text),
        None => Script::open(&*world.system, &name).map_err(failed)?,
    };
    Ok(Program {
        name,
        script,
        session,
    })
}

fn read_stdin() -> Result<String, String> {
    let mut bytes = Vec::new();
    stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| format!("cannot read standard input: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        format!("standard input is not UTF-8: byte {} is wrong", offset + 1)
    })
}
