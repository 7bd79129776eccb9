//! The rule that picks one interpreter of all that were found.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use mochi_system::System;

use super::query::Queries;
use super::{Interpreter, candidate};
use crate::codes;
use crate::error::ProjectError;

/// What the user asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// This file, or the interpreter of this environment.
    Path(PathBuf),
    /// A version: major, minor and perhaps micro.
    Version(Vec<u64>),
}

impl Wish {
    /// Reads the value of `--python`: a version such as `3.13`, or a path.
    pub fn parse(text: &str) -> Self {
        let digits = text.strip_prefix("python").unwrap_or(text);
        let parts: Result<Vec<u64>, _> = digits.split('.').map(str::parse).collect();
        match parts {
            Ok(parts) if parts.len() <= 3 => Self::Version(parts),
            _ => Self::Path(PathBuf::from(text)),
        }
    }
}

/// The result of looking around: an interpreter or the reason why there is none, and what was
/// passed over.
#[derive(Clone, Debug)]
pub struct Discovery {
    /// The chosen interpreter.
    pub chosen: Result<Interpreter, ProjectError>,
    /// Warnings about interpreters that the user would have expected to be taken.
    pub warnings: Vec<String>,
    /// The version that a download could serve; none if the user named a file.
    pub downloadable: Option<String>,
}

/// Looks for an interpreter; `explicit` is the value of `--python`.
pub(crate) fn discover(
    system: &dyn System,
    queries: &Queries<'_>,
    explicit: Option<&str>,
) -> Discovery {
    let asked = explicit
        .map(|value| ("--python", value.to_owned()))
        .or_else(|| Some(("MOCHI_PYTHON", system.variable("MOCHI_PYTHON")?)));
    let mut warnings = Vec::new();
    let newest = || format!("3.{}", super::HIGHEST_TESTED_MINOR);
    let (chosen, downloadable) = match asked {
        Some((origin, value)) => match Wish::parse(&value) {
            Wish::Path(path) => (explicit_path(system, queries, origin, &path), None),
            Wish::Version(version) => (best(system, queries, &version), Some(dotted(&version))),
        },
        None => match active_environment(system, queries) {
            Some(Ok(interpreter)) => (Ok(interpreter), None),
            passed_over => {
                warnings.extend(passed_over.and_then(Result::err));
                (best(system, queries, &[]), Some(newest()))
            }
        },
    };
    Discovery {
        chosen,
        warnings,
        downloadable,
    }
}

fn dotted(version: &[u64]) -> String {
    let parts: Vec<String> = version.iter().map(ToString::to_string).collect();
    parts.join(".")
}

/// Any Python that can run pip, old ones included; for fetching uv only.
pub(crate) fn any_pythons(system: &dyn System, queries: &Queries<'_>) -> Vec<Interpreter> {
    let mut found: Vec<Interpreter> = candidate::all(system)
        .iter()
        .filter_map(|path| queries.python(path).ok())
        .filter(|found| found.implementation == "cpython" && found.version >= (3, 8, 0))
        .collect();
    found.sort_by_key(|found| Reverse(found.rank()));
    found
}

/// The builds without the global lock that programs can run on, the preferred one first.
pub(crate) fn free_threaded(system: &dyn System, queries: &Queries<'_>) -> Vec<Interpreter> {
    let mut found: Vec<Interpreter> = candidate::all(system)
        .iter()
        .filter_map(|path| queries.python(path).ok())
        .filter(|found| found.free_threaded && found.unusable().is_none())
        .collect();
    found.sort_by_key(|found| Reverse(found.rank()));
    found
}

fn explicit_path(
    system: &dyn System,
    queries: &Queries<'_>,
    origin: &str,
    path: &Path,
) -> Result<Interpreter, ProjectError> {
    let fail = |reason: String| {
        ProjectError::new(
            codes::INTERPRETER_MISSING,
            format!(
                "{} (from {origin}) cannot be used: {reason}",
                path.display()
            ),
        )
    };
    let mut file = if path.components().count() == 1 && !system.is_file(path) {
        // A plain name is searched as the shell would.
        candidate::path_directories(system)
            .into_iter()
            .map(|directory| directory.join(path))
            .find(|file| system.is_file(file))
            .unwrap_or_else(|| path.to_owned())
    } else {
        path.to_owned()
    };
    if let Ok(directory) = system.current_dir() {
        file = directory.join(file);
    }
    if system.is_directory(&file) {
        file = candidate::of_prefix(system, &file);
    }
    let interpreter = queries.python(&file).map_err(fail)?;
    match interpreter.unusable() {
        Some(reason) => Err(fail(reason)),
        None => Ok(interpreter),
    }
}

fn active_environment(
    system: &dyn System,
    queries: &Queries<'_>,
) -> Option<Result<Interpreter, String>> {
    let prefix = system.variable("VIRTUAL_ENV")?;
    let asked = queries
        .python(&candidate::of_prefix(system, Path::new(&prefix)))
        .and_then(|interpreter| match interpreter.unusable() {
            Some(reason) => Err(reason),
            None => Ok(interpreter),
        });
    Some(asked.map_err(|reason| {
        format!(
            "the interpreter of the active virtual environment {prefix} is passed over: {reason}"
        )
    }))
}

/// The best of what is found. Starting an interpreter takes long, so those are asked first that may
/// be the best by their names, and one that cannot be better than what was found is not asked.
fn best(
    system: &dyn System,
    queries: &Queries<'_>,
    version: &[u64],
) -> Result<Interpreter, ProjectError> {
    let paths = candidate::all(system);
    let mut order: Vec<(Hope, usize)> = paths
        .iter()
        .enumerate()
        .map(|(index, path)| (hope(candidate::minor(path), version), index))
        .collect();
    order.sort_by_key(|(hope, index)| (Reverse(*hope), *index));
    let mut chosen: Option<(Interpreter, usize)> = None;
    let mut refused: Vec<(usize, String)> = Vec::new();
    for (hope, index) in order {
        let Some(path) = paths.get(index) else {
            continue;
        };
        let enough =
            |(found, _): &(Interpreter, usize)| hope.is_none_or(|hope| found.rank() > hope);
        if chosen.as_ref().is_some_and(enough) {
            continue;
        }
        match queries.python(path) {
            Ok(found) => {
                let (major, minor, micro) = found.version;
                if !version
                    .iter()
                    .eq([major, minor, micro].iter().take(version.len()))
                {
                    let text = format!("{}: Python {}", path.display(), found.version_text());
                    refused.push((index, text));
                } else if let Some(reason) = found.unusable() {
                    refused.push((index, format!("{}: {reason}", path.display())));
                } else if chosen.as_ref().is_none_or(|(best, earlier)| {
                    (found.rank(), Reverse(index)) > (best.rank(), Reverse(*earlier))
                }) {
                    chosen = Some((found, index));
                }
            }
            Err(reason) => refused.push((index, format!("{}: {reason}", path.display()))),
        }
    }
    chosen.map(|(found, _)| found).ok_or_else(|| {
        let wanted = if version.is_empty() {
            format!("3.{} or later", super::LOWEST_MINOR)
        } else {
            dotted(version)
        };
        let error = ProjectError::new(
            codes::INTERPRETER_MISSING,
            format!("no CPython {wanted} was found"),
        );
        refused.sort();
        let refused: Vec<String> = refused.into_iter().map(|(_, reason)| reason).collect();
        if refused.is_empty() {
            error
        } else {
            error.with_note(format!(
                "found, but not usable:\n  {}",
                refused.join("\n  ")
            ))
        }
    })
}

/// The highest rank that an interpreter may have; none if it cannot be taken.
type Hope = Option<(bool, bool, bool, (u64, u64, u64))>;

/// What may be hoped of an interpreter whose file's name tells a minor version of Python 3.
fn hope(minor: Option<u64>, version: &[u64]) -> Hope {
    let Some(minor) = minor else {
        return Some((true, true, true, (u64::MAX, 0, 0)));
    };
    let is_wanted = version
        .iter()
        .zip([3, minor])
        .all(|(wanted, found)| *wanted == found);
    let tested = minor <= super::HIGHEST_TESTED_MINOR;
    (is_wanted && minor >= super::LOWEST_MINOR).then_some((
        true,
        true,
        tested,
        (3, minor, u64::MAX),
    ))
}
