//! `mochi pkg audit`: what every locked distribution can do to the machine.
//!
//! Spec: bridge.md §10.

use std::fmt::Write as _;

use mochi_project::project::{Audited, audit};
use serde_json::{Value, json};

use super::open;
use crate::args::Global;
use crate::exit::Exit;
use crate::output;
use crate::project_args::AuditArguments;
use crate::world::World;

/// Reads and prints.
pub fn execute(global: &Global, arguments: &AuditArguments) -> Exit {
    let world = World::new(global);
    let (session, project) = match open(global, &world, arguments.lock.mode()) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let audited = audit(&session, &project);
    world.talk.end();
    match audited {
        Ok(audited) if arguments.json => {
            let all: Vec<Value> = audited.iter().map(as_json).collect();
            output::result(&format!("{}\n", Value::Array(all)))
        }
        Ok(audited) => {
            let done = output::result(&table(&audited));
            if !global.quiet {
                remarks(&audited);
            }
            done
        }
        Err(errors) => output::project_errors(global, &errors),
    }
}

/// One line for each capability of each distribution, in columns.
fn table(audited: &[Audited]) -> String {
    let mut rows = vec![["package", "version", "capability", "where", "what"].map(str::to_owned)];
    for one in audited {
        let version = one.version.clone().unwrap_or_default();
        let row = |capability: String, place: String, what: String| {
            [one.name.clone(), version.clone(), capability, place, what]
        };
        match &one.reading {
            None => rows.push(row(
                "?".to_owned(),
                String::new(),
                "not installed on Linux".to_owned(),
            )),
            Some(reading) if reading.found.is_empty() => {
                rows.push(row("-".to_owned(), String::new(), String::new()));
            }
            Some(reading) => {
                for (capability, evidence, is_allowed) in &reading.found {
                    let mark = if *is_allowed { "" } else { " (not allowed)" };
                    rows.push(row(
                        format!("{capability}{mark}"),
                        evidence.to_string(),
                        evidence.what.clone(),
                    ));
                }
            }
        }
    }
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            let _ = write!(line, "{cell:width$}  ");
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// What was not read, on standard error.
fn remarks(audited: &[Audited]) {
    for one in audited {
        let Some(reading) = &one.reading else {
            continue;
        };
        for (file, reason) in &reading.unread {
            output::say(&format!(
                "{}: {file} was not read whole: {reason}",
                one.name
            ));
        }
    }
}

fn as_json(one: &Audited) -> Value {
    let Some(reading) = &one.reading else {
        return json!({
            "distribution": one.name,
            "version": one.version,
            "listed": one.is_listed,
            "read": false,
        });
    };
    let found: Vec<Value> = reading
        .found
        .iter()
        .map(|(capability, evidence, is_allowed)| {
            json!({
                "capability": capability.word(),
                "file": evidence.file,
                "line": evidence.line,
                "what": evidence.what,
                "allowed": is_allowed,
            })
        })
        .collect();
    let unread: Vec<Value> = reading
        .unread
        .iter()
        .map(|(file, reason)| json!({ "file": file, "reason": reason }))
        .collect();
    json!({
        "distribution": one.name,
        "version": one.version,
        "listed": one.is_listed,
        "read": true,
        "capabilities": found,
        "sources": reading.sources,
        "tests_passed_over": reading.tests,
        "unread": unread,
    })
}
