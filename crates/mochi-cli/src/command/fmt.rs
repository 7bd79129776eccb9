//! `mochi fmt`: files, or standard input, in the one layout.
//!
//! A file with syntax errors is reported and left as it is; the others are formatted all the same.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use mochi_base::{SourceFile, SourceSet};
use mochi_project::project::find_root;
use mochi_system::System;

use crate::args::{FmtArguments, Global};
use crate::exit::Exit;
use crate::files::below;
use crate::output;
use crate::world::World;

/// What standard input is called.
const STDIN: &str = "<stdin>";

/// What became of a text.
enum Outcome {
    Same,
    Changed(String),
    /// It was reported why not.
    Refused(Exit),
}

/// Formats what the command line names.
pub fn execute(global: &Global, arguments: &FmtArguments) -> Exit {
    if arguments.stdin || arguments.paths == [PathBuf::from("-")] {
        return stdin(global, arguments.check);
    }
    let world = World::new(global);
    let system = &*world.system;
    let mut files = Vec::new();
    let mut refused = Vec::new();
    for path in roots(system, &arguments.paths) {
        if path == Path::new("-") {
            let sentence = "`-` stands for standard input and cannot be mixed with files";
            return output::failure(sentence, Exit::Usage);
        }
        if !system.is_directory(&path) {
            files.push(path);
        } else if let Err(error) = below(system, &path, &mut files) {
            let sentence = format!("cannot read {}: {error}", path.display());
            refused.push(output::failure(&sentence, Exit::Environment));
        }
    }
    if files.is_empty() && refused.is_empty() && !global.quiet {
        output::say("there are no .mochi files here");
    }
    let mut seen = BTreeSet::new();
    let mut changed = String::new();
    for file in files.iter().filter(|file| seen.insert(*file)) {
        match format_file(global, system, file) {
            Outcome::Same => {}
            Outcome::Changed(_) if arguments.check => {
                let _ = writeln!(changed, "{}", file.display());
            }
            Outcome::Changed(text) => match write(system, file, &text) {
                Ok(()) if global.quiet => {}
                Ok(()) => output::say(&format!("formatted {}", file.display())),
                Err(error) => {
                    let sentence = format!("cannot write {}: {error}", file.display());
                    refused.push(output::failure(&sentence, Exit::Environment));
                }
            },
            Outcome::Refused(exit) => refused.push(exit),
        }
    }
    let written = output::result(&changed);
    if written != Exit::Success {
        written
    } else if refused.contains(&Exit::Environment) {
        Exit::Environment
    } else if !refused.is_empty() || !changed.is_empty() {
        Exit::Program
    } else {
        Exit::Success
    }
}

/// The paths given, or the project that the working directory lies in, or that directory.
fn roots(system: &dyn System, paths: &[PathBuf]) -> Vec<PathBuf> {
    if !paths.is_empty() {
        return paths.to_vec();
    }
    let project = system.current_dir().ok().and_then(|here| {
        let root = find_root(system, &here)?;
        let above = here.strip_prefix(&root).ok()?.components().count();
        Some((0..above).map(|_| "..").collect::<PathBuf>())
    });
    let root = project.filter(|root| !root.as_os_str().is_empty());
    vec![root.unwrap_or_else(|| PathBuf::from("."))]
}

fn format_file(global: &Global, system: &dyn System, file: &Path) -> Outcome {
    let shown = file.display().to_string();
    match system.read(file) {
        Ok(bytes) => format_text(global, &shown, bytes),
        Err(error) => {
            let sentence = format!("cannot read {shown}: {error}");
            Outcome::Refused(output::failure(&sentence, Exit::Program))
        }
    }
}

fn format_text(global: &Global, name: &str, bytes: Vec<u8>) -> Outcome {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let sentence = format!("{name} is not UTF-8: byte {} is wrong", offset + 1);
            return Outcome::Refused(output::failure(&sentence, Exit::Program));
        }
    };
    match mochi_syntax::format(&text) {
        Ok(formatted) if formatted == text => Outcome::Same,
        Ok(formatted) => Outcome::Changed(formatted),
        Err(diagnostics) => {
            // The formatter knows one text only, which is the first of the set.
            let mut sources = SourceSet::new();
            sources.add(SourceFile::new(name, text));
            output::diagnostics(global, &diagnostics, &sources);
            Outcome::Refused(Exit::Program)
        }
    }
}

/// Replaces a file as a whole; a link keeps leading to it.
fn write(system: &dyn System, file: &Path, text: &str) -> io::Result<()> {
    system.write(&system.canonical(file)?, text.as_bytes())
}

fn stdin(global: &Global, check: bool) -> Exit {
    let mut bytes = Vec::new();
    if let Err(error) = io::stdin().lock().read_to_end(&mut bytes) {
        let sentence = format!("cannot read standard input: {error}");
        return output::failure(&sentence, Exit::Environment);
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    match format_text(global, STDIN, bytes) {
        Outcome::Refused(exit) => exit,
        Outcome::Same if check => Exit::Success,
        Outcome::Same => output::result(&text),
        Outcome::Changed(_) if check => match output::result(&format!("{STDIN}\n")) {
            Exit::Success => Exit::Program,
            other => other,
        },
        Outcome::Changed(text) => output::result(&text),
    }
}
