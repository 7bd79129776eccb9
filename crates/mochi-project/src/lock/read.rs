//! Reading `mochi.lock`, which may be newer, damaged or half merged.

use std::fmt;

use toml_edit::{DocumentMut, Item, TableLike};

use super::field::{pair, record, tables, text, texts};
use super::{FORMAT, LockEdge, LockFile, LockPackage, LockTypes, ProjectLock};

/// Why a text is no lock that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It was written by a newer mochi.
    Newer(i64),
    /// It holds the marks of an unresolved merge.
    Conflict,
    /// It is damaged; what is wrong in one clause, and the line from 1 where known.
    Damaged(String, Option<usize>),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer(format) => write!(
                f,
                "it has format {format}, and this mochi knows formats up to {FORMAT}"
            ),
            Self::Conflict => f.write_str("it holds an unresolved merge conflict"),
            Self::Damaged(reason, Some(line)) => write!(f, "line {line}: {reason}"),
            Self::Damaged(reason, None) => f.write_str(reason),
        }
    }
}

/// Reads the text of a `mochi.lock`.
pub fn parse(source: &str) -> Result<ProjectLock, ReadError> {
    let document: DocumentMut = source.parse().map_err(|error: toml_edit::TomlError| {
        if has_conflict(source) {
            return ReadError::Conflict;
        }
        let line = error
            .span()
            .and_then(|span| source.get(..span.start))
            .map(|before| before.matches('\n').count() + 1);
        let message = error.message().lines().next().unwrap_or("it is not TOML");
        ReadError::Damaged(message.to_owned(), line)
    })?;
    let damaged = |reason: &str| ReadError::Damaged(reason.to_owned(), None);
    match document.get("version").and_then(Item::as_integer) {
        Some(format) if format > FORMAT => return Err(ReadError::Newer(format)),
        Some(format) if format == FORMAT => {}
        _ => return Err(damaged("it does not say its format")),
    }
    let packages = match document.get("python-package") {
        None => Vec::new(),
        Some(item) => item
            .as_array_of_tables()
            .ok_or_else(|| damaged("`python-package` is not a list of tables"))?
            .iter()
            .map(|table| package(table))
            .collect::<Option<_>>()
            .ok_or_else(|| damaged("a package has no name or no source"))?,
    };
    let root: &dyn TableLike = document.as_table();
    let mut lock = ProjectLock {
        requires_python: text(root, "requires-python").unwrap_or_default(),
        markers: texts(root, "markers"),
        requirements: texts(root, "requirements"),
        dependencies: tables(root, "dependencies").filter_map(edge).collect(),
        type_dependencies: tables(root, "type-dependencies").filter_map(edge).collect(),
        requires: tables(root, "requires").map(record).collect(),
        packages,
    };
    lock.sort();
    Ok(lock)
}

fn package(table: &dyn TableLike) -> Option<LockPackage> {
    let number = |key: &str| table.get(key).and_then(Item::as_integer);
    let types = table
        .get("types")
        .and_then(Item::as_table_like)
        .map(|types| LockTypes {
            source: text(types, "source").unwrap_or_default(),
            distribution: text(types, "distribution"),
            stub_sha256: text(table, "stub-sha256").unwrap_or_default(),
            surface_sha256: text(table, "surface-sha256").unwrap_or_default(),
            surface_format: number("surface-format").unwrap_or_default(),
            unanswered: types
                .get("unanswered")
                .and_then(Item::as_bool)
                .unwrap_or_default(),
        });
    Some(LockPackage {
        name: text(table, "name")?,
        version: text(table, "version"),
        source: pair(table, "source")?,
        markers: texts(table, "markers"),
        dependencies: tables(table, "dependencies").filter_map(edge).collect(),
        content_sha256: text(table, "content-sha256"),
        requires: tables(table, "requires").map(record).collect(),
        sdist: table
            .get("sdist")
            .and_then(Item::as_table_like)
            .and_then(file),
        wheels: tables(table, "wheels").filter_map(file).collect(),
        types,
        capabilities: table
            .get("capabilities")
            .and_then(Item::as_table_like)
            .map(|found| {
                let found = found.iter();
                found
                    .filter_map(|(name, value)| Some((name.to_owned(), value.as_str()?.to_owned())))
                    .collect()
            }),
    })
}

fn edge(table: &dyn TableLike) -> Option<LockEdge> {
    Some(LockEdge {
        name: text(table, "name")?,
        version: text(table, "version"),
        source: pair(table, "source"),
        extras: texts(table, "extras"),
        marker: text(table, "marker"),
        for_extra: text(table, "for-extra"),
    })
}

fn file(table: &dyn TableLike) -> Option<LockFile> {
    Some(LockFile {
        filename: text(table, "filename")?,
        url: text(table, "url"),
        path: text(table, "path"),
        size: table.get("size").and_then(Item::as_integer),
        sha256: text(table, "sha256"),
    })
}

fn has_conflict(source: &str) -> bool {
    source.lines().any(|line| line.starts_with("<<<<<<<"))
        && source.lines().any(|line| line.starts_with(">>>>>>>"))
}

/// The text of a half-merged lock with our side of every conflict, so that nothing of it moves when
/// it is locked again; the text itself if there is no conflict.
pub fn our_side(source: &str) -> String {
    if !has_conflict(source) {
        return source.to_owned();
    }
    let mut out = String::new();
    let mut theirs = false;
    for line in source.lines() {
        if line.starts_with("<<<<<<<") {
            theirs = false;
        } else if line.starts_with("|||||||") || line.starts_with("=======") {
            theirs = true;
        } else if line.starts_with(">>>>>>>") {
            theirs = false;
        } else if !theirs {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
