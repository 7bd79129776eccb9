//! `mochi check`.

use std::fmt::Write as _;

use mochi_base::{Diagnostic, SourceId, render};
use mochi_project::driver::CheckedScript;

use crate::args::{CheckArguments, Global};
use crate::exit::Exit;
use crate::output;
use crate::program::{self, Given};
use crate::world::World;

/// Checks a script and prints its faults, its types or its Python.
pub fn execute(global: &Global, arguments: &CheckArguments) -> Exit {
    let world = World::new(global);
    let given = Given {
        eval: arguments.eval.clone(),
        file: arguments.file.clone(),
        first: None,
    };
    let mode = arguments.lock.mode();
    let program = match program::open(global, &world, given, mode, arguments.json) {
        Ok(program) => program,
        Err(exit) => return exit,
    };
    let (script, session) = (program.script, program.session);
    let checked = script.check(&world.system, &session);
    world.talk.end();
    let exit = show(global, arguments, &checked);
    // The process ends here: what it holds need not be taken apart.
    std::mem::forget(checked);
    exit
}

/// Prints what was asked for.
fn show(global: &Global, arguments: &CheckArguments, checked: &CheckedScript) -> Exit {
    if arguments.json {
        let written = output::result(&render::json(&checked.diagnostics, &checked.sources));
        return match written {
            Exit::Success => exit(checked),
            other => other,
        };
    }
    // Who asks for types or for the output does not ask what could be left out.
    let lints = !(arguments.types || arguments.emit || global.quiet);
    let shown: Vec<Diagnostic> = checked
        .diagnostics
        .iter()
        .filter(|diagnostic| lints || !diagnostic.code.is_lint())
        .cloned()
        .collect();
    output::diagnostics(global, &shown, &checked.sources);
    if !checked.is_accepted() {
        return exit(checked);
    }
    if arguments.types {
        return output::result(&types(checked));
    }
    if arguments.emit {
        let lowered = checked.lower();
        let main = lowered.as_ref().and_then(|lowered| lowered.files.first());
        return output::result(main.map_or("", |(_, text)| text));
    }
    Exit::Success
}

/// How the command ends for what was found.
fn exit(checked: &CheckedScript) -> Exit {
    if checked.is_accepted() {
        Exit::Success
    } else {
        Exit::of(checked.class)
    }
}

/// One line for each type: place, the first line of the source, the type.
fn types(checked: &CheckedScript) -> String {
    let mut out = String::new();
    // Other files of the program have a list of their own.
    let entry = SourceId::default();
    for (span, ty) in checked
        .types
        .iter()
        .filter(|(span, _)| span.source == entry)
    {
        let Some(source) = checked.sources.get(span.source) else {
            continue;
        };
        let place = source.line_column(span.start);
        let text = source.slice(*span);
        let first = text.lines().next().unwrap_or("").trim_end();
        let more = if first.len() < text.trim_end().len() {
            " …"
        } else {
            ""
        };
        let _ = writeln!(out, "{}:{}: {first}{more}: {ty}", place.line, place.column);
    }
    out
}
