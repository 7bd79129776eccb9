//! `[python-dependencies]`: every form that a dependency can be written in.
//!
//! Spec: bridge.md §3; PEP 440 (specifiers), PEP 508 (extras, markers).

use std::ops::Range;
use std::str::FromStr;

use mochi_base::{Span, suggest};
use pep440_rs::VersionSpecifiers;
use pep508_rs::{ExtraName, MarkerTree, PackageName};
use toml_edit::{Item, TableLike, Value};

use super::python::Python;
use super::reader::{Reader, key_range, quoted, range_of};
use crate::error::OtherText;
use crate::version;

/// A dependency of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The normalised name.
    pub name: PackageName,
    /// The name as written.
    pub given: String,
    /// The extras, sorted, each once.
    pub extras: Vec<ExtraName>,
    /// The accepted versions; an empty set accepts every one.
    pub specifiers: VersionSpecifiers,
    /// The environments that need it, normalised; all if not given.
    pub marker: Option<String>,
    /// Where it comes from.
    pub source: DependencySource,
    /// The bytes of the manifest from its name to the end of its value; empty outside of one.
    pub range: Range<usize>,
    /// Its place: in the manifest, or the import that stands for it.
    pub span: Option<Span>,
}

/// Where a dependency comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DependencySource {
    /// The default index and the supplemental ones.
    Default,
    /// The index of this name.
    Index(String),
    /// A repository.
    Git {
        /// Its address.
        url: String,
        /// What of it; the default branch if not given.
        reference: Option<GitReference>,
    },
    /// A local project or wheel.
    Path {
        /// Relative to the manifest.
        path: String,
        /// The environment refers to the sources instead of holding a copy.
        editable: bool,
    },
}

/// What of a repository is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitReference {
    /// A branch.
    Branch(String),
    /// A tag.
    Tag(String),
    /// A commit, or whatever git resolves.
    Revision(String),
}

impl GitReference {
    /// The key of the manifest and the value.
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Branch(name) => ("branch", name),
            Self::Tag(name) => ("tag", name),
            Self::Revision(name) => ("rev", name),
        }
    }
}

impl Dependency {
    /// The requirement as PEP 508 spells it, without the source.
    pub fn pep508(&self) -> String {
        let mut text = self.name.to_string();
        if !self.extras.is_empty() {
            let extras: Vec<String> = self.extras.iter().map(ToString::to_string).collect();
            text.push('[');
            text.push_str(&extras.join(","));
            text.push(']');
        }
        let mut clauses: Vec<String> = self.specifiers.iter().map(ToString::to_string).collect();
        clauses.sort_unstable();
        text.push_str(&clauses.join(","));
        if let Some(marker) = &self.marker {
            text.push_str(" ; ");
            text.push_str(marker);
        }
        text
    }
}

const KEYS: &[&str] = &[
    "version", "extras", "markers", "index", "git", "branch", "tag", "rev", "path", "editable",
];

pub(super) fn read(reader: &mut Reader, table: &dyn TableLike, python: &Python) -> Vec<Dependency> {
    let mut found: Vec<Dependency> = Vec::new();
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    for key in keys {
        let range = key_range(table, &key).unwrap_or(0..0);
        let Some(name) = name(reader, &key, range.clone()) else {
            continue;
        };
        if let Some(other) = found.iter().find(|other| other.name == name) {
            let message = format!("`{key}` and `{}` are one distribution", other.given);
            reader.fault(Some(range), message);
            continue;
        }
        let value = range_of(table, &key).unwrap_or(range.clone());
        let mut dependency = Dependency {
            name,
            given: key.clone(),
            extras: Vec::new(),
            specifiers: VersionSpecifiers::empty(),
            marker: None,
            source: DependencySource::Default,
            span: Some(OtherText::span(range.start..value.end.max(range.end))),
            range: range.start..value.end.max(range.end),
        };
        match table.get(&key) {
            Some(Item::Value(Value::String(text))) => {
                dependency.specifiers = specifiers(reader, &key, text.value(), value);
            }
            Some(item) => match item.as_table_like() {
                Some(entry) => detailed(reader, entry, &mut dependency, python),
                None => reader.wrong_kind(table, &key, item, "a requirement or a table"),
            },
            None => {}
        }
        found.push(dependency);
    }
    found
}

fn name(reader: &mut Reader, key: &str, range: Range<usize>) -> Option<PackageName> {
    match PackageName::from_str(key) {
        Ok(name) if !key.is_empty() => Some(name),
        _ => {
            let note = key
                .split_once('[')
                .map(|_| "extras are written `name = { version = \"…\", extras = [\"…\"] }`");
            reader.noted_fault(
                Some(range),
                format!("`{key}` is not the name of a distribution"),
                note.map(str::to_owned),
            );
            None
        }
    }
}

/// Reads `^1.2` or PEP 440 clauses; blanks around the clauses are fine here.
fn specifiers(
    reader: &mut Reader,
    given: &str,
    text: &str,
    range: Range<usize>,
) -> VersionSpecifiers {
    if text.trim() == "*" {
        return VersionSpecifiers::empty();
    }
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if squeezed.is_empty() {
        reader.noted_fault(
            Some(range),
            "the requirement is empty",
            Some("`\"*\"` accepts every version".to_owned()),
        );
        return VersionSpecifiers::empty();
    }
    match version::parse(given, &squeezed, 0) {
        Ok(specifiers) => specifiers,
        Err(error) => {
            let note = error
                .suggestion
                .map(|meant| suggest::question(meant.replace(&format!("{given}@"), "")));
            reader.noted_fault(Some(range), error.message, note);
            VersionSpecifiers::empty()
        }
    }
}

fn detailed(
    reader: &mut Reader,
    entry: &dyn TableLike,
    dependency: &mut Dependency,
    python: &Python,
) {
    let given = dependency.given.clone();
    reader.known_keys(entry, &format!("`{given}`"), KEYS);
    if let Some(text) = reader.string(entry, "version") {
        let range = range_of(entry, "version").unwrap_or(dependency.range.clone());
        dependency.specifiers = specifiers(reader, &given, &text, range);
    }
    for (text, range) in reader.strings(entry, "extras") {
        match ExtraName::from_str(&text) {
            Ok(extra) if !text.is_empty() => dependency.extras.push(extra),
            _ => reader.fault(range, format!("`{text}` is not the name of an extra")),
        }
    }
    dependency.extras.sort();
    dependency.extras.dedup();
    if let Some(text) = reader.string(entry, "markers") {
        match MarkerTree::from_str(&text) {
            Ok(marker) => dependency.marker = marker.try_to_string(),
            Err(error) => reader.noted_fault(
                range_of(entry, "markers"),
                format!("`{text}` is not an environment marker"),
                Some(error.message.to_string()),
            ),
        }
    }
    if let Some(source) = source(reader, entry, python) {
        dependency.source = source;
    }
}

fn source(reader: &mut Reader, entry: &dyn TableLike, python: &Python) -> Option<DependencySource> {
    let index = reader.string(entry, "index");
    let git = reader.string(entry, "git");
    let path = reader.string(entry, "path");
    let editable = reader.flag(entry, "editable");
    let mut references = Vec::new();
    for key in ["branch", "tag", "rev"] {
        if let Some(value) = reader.string(entry, key) {
            references.push((key, value));
        }
    }
    let sources: Vec<&str> = [
        index.as_ref().map(|_| "index"),
        git.as_ref().map(|_| "git"),
        path.as_ref().map(|_| "path"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if let [_, second, ..] = sources.as_slice() {
        reader.fault(
            key_range(entry, second),
            format!(
                "a dependency comes from one source, not from {}",
                quoted(&sources)
            ),
        );
        return None;
    }
    if let (None, Some((key, _))) = (&git, references.first()) {
        reader.fault(key_range(entry, key), format!("`{key}` needs `git`"));
    }
    if let [_, (second, _), ..] = references.as_slice() {
        reader.fault(
            key_range(entry, second),
            "only one of `branch`, `tag` and `rev` can be given",
        );
    }
    if path.is_none() && editable.is_some() {
        reader.fault(key_range(entry, "editable"), "`editable` needs `path`");
    }
    if let Some(name) = index {
        if !python.indexes.iter().any(|one| one.name == name) {
            let known = python.indexes.iter().map(|one| one.name.as_str());
            let note = suggest::did_you_mean(&name, known)
                .unwrap_or_else(|| "`python.indexes` lists the indexes".to_owned());
            reader.noted_fault(
                range_of(entry, "index"),
                format!("there is no index `{name}`"),
                Some(note),
            );
        }
        return Some(DependencySource::Index(name));
    }
    if let Some(url) = git {
        let schemes = ["https://", "http://", "ssh://", "git://", "file://"];
        if !schemes.iter().any(|scheme| url.starts_with(scheme)) {
            reader.fault(
                range_of(entry, "git"),
                format!("`{url}` is not the address of a repository"),
            );
        }
        let reference = references.into_iter().next().map(|(key, value)| match key {
            "branch" => GitReference::Branch(value),
            "tag" => GitReference::Tag(value),
            _ => GitReference::Revision(value),
        });
        return Some(DependencySource::Git { url, reference });
    }
    let path = path?;
    if path.is_empty() {
        reader.fault(range_of(entry, "path"), "the path is empty");
    }
    Some(DependencySource::Path {
        path,
        editable: editable.unwrap_or(false),
    })
}
