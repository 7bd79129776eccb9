//! Changing the text of a manifest without touching what the user wrote beside it.

use std::str::FromStr;

use pep508_rs::PackageName;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

use super::{DependencySource, GitReference};

/// Why a text cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// It is not TOML, or its dependencies are no table.
    Unreadable,
    /// It has no such dependency.
    Missing,
}

/// A dependency to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDependency {
    /// The name as the user spells it.
    pub given: String,
    /// The requirement as the manifest spells it: `^1.2`, `>=2,<3`; none for every version.
    pub version: Option<String>,
    /// The extras.
    pub extras: Vec<String>,
    /// The environments that need it.
    pub markers: Option<String>,
    /// Where it comes from.
    pub source: DependencySource,
}

const TABLE: &str = "python-dependencies";

/// The text with the dependency added, or changed where it is listed already.
pub fn add(text: &str, dependency: &NewDependency) -> Result<String, EditError> {
    let mut document: DocumentMut = text.parse().map_err(|_| EditError::Unreadable)?;
    let table = document
        .entry(TABLE)
        .or_insert_with(|| Item::Table(Table::new()))
        .as_table_like_mut()
        .ok_or(EditError::Unreadable)?;
    let name = normalised(&dependency.given);
    let listed: Option<String> = table
        .iter()
        .map(|(key, _)| key.to_owned())
        .find(|key| normalised(key) == name);
    let value = written(dependency);
    match listed {
        Some(key) => {
            if let Some(item) = table.get_mut(&key) {
                replace(item, value);
            }
        }
        None => {
            table.insert(&dependency.given, Item::Value(value));
        }
    }
    Ok(document.to_string())
}

/// The text without the dependency.
pub fn remove(text: &str, name: &str) -> Result<String, EditError> {
    let mut document: DocumentMut = text.parse().map_err(|_| EditError::Unreadable)?;
    let table = document
        .get_mut(TABLE)
        .and_then(Item::as_table_like_mut)
        .ok_or(EditError::Missing)?;
    let wanted = normalised(name);
    let key = table
        .iter()
        .map(|(key, _)| key.to_owned())
        .find(|key| normalised(key) == wanted)
        .ok_or(EditError::Missing)?;
    // A comment above the line belongs to the line; the rest of the table keeps its own.
    table.remove(&key);
    Ok(document.to_string())
}

/// Replaces a value and keeps the comment behind it.
fn replace(item: &mut Item, value: Value) {
    let Item::Value(old) = item else {
        *item = Item::Value(value);
        return;
    };
    let mut value = value;
    *value.decor_mut() = old.decor().clone();
    // Only what changes is changed: further keys of the user stay.
    if let (Value::InlineTable(old), Value::String(version)) = (&mut *old, &value) {
        old.insert("version", Value::from(version.value().as_str()));
        return;
    }
    *old = value;
}

fn written(dependency: &NewDependency) -> Value {
    let mut table = InlineTable::new();
    if let Some(version) = &dependency.version {
        table.insert("version", version.as_str().into());
    }
    match &dependency.source {
        DependencySource::Default => {}
        DependencySource::Index(name) => {
            table.insert("index", name.as_str().into());
        }
        DependencySource::Git { url, reference } => {
            table.insert("git", url.as_str().into());
            if let Some((key, value)) = reference.as_ref().map(GitReference::parts) {
                table.insert(key, value.into());
            }
        }
        DependencySource::Path { path, editable } => {
            table.insert("path", path.as_str().into());
            if *editable {
                table.insert("editable", true.into());
            }
        }
    }
    if !dependency.extras.is_empty() {
        let extras: Array = dependency.extras.iter().map(String::as_str).collect();
        table.insert("extras", Value::Array(extras));
    }
    if let Some(markers) = &dependency.markers {
        table.insert("markers", markers.as_str().into());
    }
    match (table.len(), &dependency.version) {
        (0, _) => Value::from("*"),
        (1, Some(version)) => Value::from(version.as_str()),
        _ => Value::InlineTable(table),
    }
}

fn normalised(name: &str) -> String {
    PackageName::from_str(name).map_or_else(|_| name.to_owned(), |name| name.to_string())
}
