//! `[package]`: what a project calls itself.

use std::str::FromStr;

use pep440_rs::Version;
use pep508_rs::PackageName;
use toml_edit::{Item, TableLike};

use super::reader::{Reader, key_range, range_of};

/// `[package]`. What only publishing needs is checked for its form and otherwise left alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// The name as written.
    pub name: String,
    /// The version; `0.1.0` if not given.
    pub version: String,
    /// One sentence about it.
    pub description: Option<String>,
    /// An SPDX license expression.
    pub license: Option<String>,
}

const TEXTS: &[&str] = &[
    "name",
    "version",
    "description",
    "license",
    "readme",
    "repository",
    "homepage",
    "documentation",
    "changelog",
];
const LISTS: &[&str] = &["keywords", "classifiers", "license-files"];
const PEOPLE: &[&str] = &["authors", "maintainers"];
const OTHERS: &[&str] = &["urls"];

pub(super) fn read(reader: &mut Reader, table: &dyn TableLike) -> Package {
    let known: Vec<&str> = [TEXTS, LISTS, PEOPLE, OTHERS].concat();
    reader.known_keys(table, "`[package]`", &known);
    for key in TEXTS {
        reader.string(table, key);
    }
    for key in LISTS {
        reader.strings(table, key);
    }
    for key in PEOPLE {
        people(reader, table, key);
    }
    if let Some(urls) = reader.table(table, "urls") {
        let labels: Vec<String> = urls.iter().map(|(label, _)| label.to_owned()).collect();
        for label in labels {
            reader.string(urls, &label);
        }
    }
    let text = |key: &str| table.get(key).and_then(Item::as_str).map(str::to_owned);
    let name = text("name").unwrap_or_default();
    if !table.contains_key("name") {
        reader.fault(Some(table_range(table)), "`[package]` has no `name`");
    } else if table.get("name").is_some_and(Item::is_str)
        && (name.is_empty() || PackageName::from_str(&name).is_err())
    {
        reader.noted_fault(
            range_of(table, "name"),
            format!("`{name}` cannot be the name of a package"),
            Some(
                "letters, digits and `-`, `_` or `.` between them, as in names of distributions"
                    .to_owned(),
            ),
        );
    }
    let version = text("version").unwrap_or_else(|| "0.1.0".to_owned());
    if Version::from_str(&version).is_err() {
        reader.noted_fault(
            range_of(table, "version"),
            format!("`{version}` is not a version"),
            Some("versions follow PEP 440, such as `1.0.0` or `2.0rc1`".to_owned()),
        );
    }
    Package {
        name,
        version,
        description: text("description"),
        license: text("license"),
    }
}

/// The place of the first key: an empty table has none of its own.
fn table_range(table: &dyn TableLike) -> std::ops::Range<usize> {
    let first = table.iter().next().map(|(key, _)| key.to_owned());
    first.and_then(|key| key_range(table, &key)).unwrap_or(0..0)
}

/// `"Name <mail>"` as Cargo has it, or `{ name, email }` as pyproject has it.
fn people(reader: &mut Reader, table: &dyn TableLike, key: &str) {
    let Some(item) = table.get(key) else {
        return;
    };
    let Some(array) = item.as_array() else {
        reader.wrong_kind(table, key, item, "a list");
        return;
    };
    for value in array {
        if let Some(person) = value.as_inline_table() {
            reader.known_keys(person, "an author", &["name", "email"]);
            for key in ["name", "email"] {
                reader.string(person, key);
            }
        } else if !value.is_str() {
            reader.fault(
                value.span(),
                format!("`{key}` lists texts such as \"Name <mail>\""),
            );
        }
    }
}
