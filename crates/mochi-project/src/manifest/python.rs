//! `[python]`: the interpreter, the indexes, and how Python is spoken to.

use std::str::FromStr;

use mochi_base::{Span, suggest};
use pep440_rs::{Operator, Version, VersionSpecifiers};
use toml_edit::{Item, TableLike};

use super::reader::{Reader, key_range, range_of};
use crate::error::OtherText;
use crate::interpreter::LOWEST_MINOR;

/// `[python]` with its defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a setting of the manifest"
)]
pub struct Python {
    /// The interpreters that the project runs on.
    pub requires_python: VersionSpecifiers,
    /// Where the manifest says so.
    pub requires_python_span: Option<Span>,
    /// Further indexes.
    pub indexes: Vec<Index>,
    /// One loop for all calls instead of one for each.
    pub persistent_loop: bool,
    /// Externs run in a worker process.
    pub subprocess: bool,
    /// Types may come from reading a package's objects.
    pub stubgen_fallback: bool,
    /// Types may come from typeshed.
    pub typeshed: bool,
    /// Results are checked against their declared types everywhere.
    pub strict_return_types: bool,
    /// Python integers beyond 64 bits are errors.
    pub int64: bool,
    /// Which distributions must be signed.
    pub require_attestations: Attestations,
    /// Interpreters without a global lock.
    pub free_threaded: bool,
    /// Where the manifest says so.
    pub free_threaded_span: Option<Span>,
    /// What the imported distributions may do; not enforced without the table.
    pub capabilities: Option<Vec<(String, bool)>>,
    /// Where that table stands.
    pub capabilities_span: Option<Span>,
    /// The name on the index, if it is not the package's.
    pub distribution_name: Option<String>,
}

/// `require-attestations`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Attestations {
    /// Of none.
    #[default]
    None,
    /// Of all.
    All,
    /// Of these.
    Of(Vec<String>),
}

/// An index besides the default one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// What dependencies call it.
    pub name: String,
    /// Its address.
    pub url: String,
    /// When it is asked.
    pub priority: Priority,
}

/// When an index is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Instead of the default index.
    Primary,
    /// Before the default index.
    Supplemental,
    /// For dependencies that name it.
    Explicit,
}

impl Default for Python {
    fn default() -> Self {
        Self {
            requires_python: lowest(),
            requires_python_span: None,
            indexes: Vec::new(),
            persistent_loop: false,
            subprocess: false,
            stubgen_fallback: true,
            typeshed: true,
            strict_return_types: true,
            int64: false,
            require_attestations: Attestations::None,
            free_threaded: false,
            free_threaded_span: None,
            capabilities: None,
            capabilities_span: None,
            distribution_name: None,
        }
    }
}

impl Python {
    /// The lowest minor version of Python 3 that `requires-python` accepts.
    pub fn lowest_minor(&self) -> u64 {
        lower_bound(&self.requires_python).unwrap_or(LOWEST_MINOR)
    }
}

const CAPABILITIES: &[&str] = &["net", "fs", "proc", "ctypes", "c-extension", "monkey-patch"];

pub(super) fn read(reader: &mut Reader, table: &dyn TableLike) -> Python {
    reader.known_keys(
        table,
        "`[python]`",
        &[
            "requires-python",
            "async-mode",
            "runtime-mode",
            "stubgen",
            "typeshed",
            "strict-return-types",
            "int-mode",
            "require-attestations",
            "free-threaded",
            "indexes",
            "capabilities",
            "publish",
        ],
    );
    let place = |key: &str| range_of(table, key).map(OtherText::span);
    let mut python = Python {
        requires_python: requires_python(reader, table),
        requires_python_span: place("requires-python"),
        free_threaded_span: place("free-threaded"),
        indexes: indexes(reader, table),
        ..Python::default()
    };
    python.persistent_loop = reader
        .word(table, "async-mode", &["per-call", "persistent"])
        .is_some_and(|word| word == "persistent");
    python.subprocess = reader
        .word(table, "runtime-mode", &["direct", "subprocess"])
        .is_some_and(|word| word == "subprocess");
    python.int64 = reader
        .word(table, "int-mode", &["unbounded", "int64"])
        .is_some_and(|word| word == "int64");
    if let Some(stubgen) = reader.table(table, "stubgen") {
        reader.known_keys(stubgen, "`python.stubgen`", &["fallback"]);
        let fallback = reader.flag(stubgen, "fallback");
        python.stubgen_fallback = fallback.unwrap_or(true);
        // The default is on; only who writes it down counts on it.
        if fallback == Some(true) {
            reader.without_effect("python.stubgen.fallback");
        }
    }
    python.typeshed = reader.flag(table, "typeshed").unwrap_or(true);
    python.strict_return_types = reader.flag(table, "strict-return-types").unwrap_or(true);
    python.free_threaded = reader.flag(table, "free-threaded").unwrap_or(false);
    python.require_attestations = attestations(reader, table);
    if let Some(capabilities) = reader.table(table, "capabilities") {
        reader.known_keys(capabilities, "`[python.capabilities]`", CAPABILITIES);
        let mut found = Vec::new();
        for name in CAPABILITIES {
            if let Some(value) = reader.flag(capabilities, name) {
                found.push(((*name).to_owned(), value));
            }
        }
        python.capabilities = Some(found);
        python.capabilities_span = key_range(table, "capabilities").map(OtherText::span);
    }
    if let Some(publish) = reader.table(table, "publish") {
        reader.known_keys(publish, "`[python.publish]`", &["distribution-name"]);
        python.distribution_name = reader.string(publish, "distribution-name");
    }
    warn(reader, &python);
    python
}

/// Names the settings that ask for something that is not built.
fn warn(reader: &mut Reader, python: &Python) {
    let settings = [
        (python.subprocess, "runtime-mode"),
        (python.distribution_name.is_some(), "publish"),
        (
            python.require_attestations != Attestations::None,
            "require-attestations",
        ),
    ];
    for (_, setting) in settings.iter().filter(|(is_set, _)| *is_set) {
        reader.without_effect(&format!("python.{setting}"));
    }
}

fn lowest() -> VersionSpecifiers {
    VersionSpecifiers::from_str(&format!(">=3.{LOWEST_MINOR}"))
        .unwrap_or_else(|_| VersionSpecifiers::empty())
}

fn requires_python(reader: &mut Reader, table: &dyn TableLike) -> VersionSpecifiers {
    let Some(text) = reader.string(table, "requires-python") else {
        return lowest();
    };
    let range = range_of(table, "requires-python");
    let Ok(specifiers) = VersionSpecifiers::from_str(&text) else {
        let note = Version::from_str(text.trim_start_matches('^'))
            .is_ok()
            .then(|| suggest::question(format!(">={}", text.trim_start_matches('^'))));
        reader.noted_fault(
            range,
            format!("`{text}` is not a requirement on Python's version"),
            note,
        );
        return lowest();
    };
    if lower_bound(&specifiers).is_none_or(|minor| minor < LOWEST_MINOR) {
        reader.noted_fault(
            range,
            format!("`{text}` accepts Python versions that programs do not run on"),
            Some(format!(
                "3.{LOWEST_MINOR} is the least: `>=3.{LOWEST_MINOR}`"
            )),
        );
        return lowest();
    }
    specifiers
}

/// The lowest minor version of Python 3 that is accepted, where a clause says it.
fn lower_bound(specifiers: &VersionSpecifiers) -> Option<u64> {
    specifiers
        .iter()
        .filter(|one| {
            matches!(
                one.operator(),
                Operator::GreaterThanEqual
                    | Operator::GreaterThan
                    | Operator::Equal
                    | Operator::EqualStar
                    | Operator::TildeEqual
            )
        })
        .filter_map(|one| match one.version().release() {
            [3, minor, ..] => Some(*minor),
            [major, ..] if *major > 3 => Some(u64::MAX),
            _ => None,
        })
        .max()
}

fn indexes(reader: &mut Reader, table: &dyn TableLike) -> Vec<Index> {
    let Some(item) = table.get("indexes") else {
        return Vec::new();
    };
    let tables: Vec<&dyn TableLike> = match item {
        Item::ArrayOfTables(tables) => tables.iter().map(|one| one as &dyn TableLike).collect(),
        _ => {
            if let Some(array) = item.as_array() {
                array
                    .iter()
                    .filter_map(|value| Some(value.as_inline_table()? as &dyn TableLike))
                    .collect()
            } else {
                reader.wrong_kind(table, "indexes", item, "a list of tables");
                return Vec::new();
            }
        }
    };
    let mut indexes: Vec<Index> = Vec::new();
    for one in tables {
        reader.known_keys(one, "an index", &["name", "url", "priority"]);
        let (name, url) = (reader.string(one, "name"), reader.string(one, "url"));
        let priority = reader.word(one, "priority", &["primary", "supplemental", "explicit"]);
        let (Some(name), Some(url)) = (name, url) else {
            if !one.contains_key("name") || !one.contains_key("url") {
                reader.fault(
                    range_of(table, "indexes"),
                    "an index needs a `name` and a `url`",
                );
            }
            continue;
        };
        let known = ["https://", "http://", "file://"]
            .iter()
            .any(|scheme| url.starts_with(scheme));
        if !known {
            reader.fault(range_of(one, "url"), format!("`{url}` is not an address"));
        }
        if url.split_once("://").is_some_and(|(_, rest)| {
            rest.split('/')
                .next()
                .is_some_and(|host| host.contains('@'))
        }) {
            reader.fault(
                range_of(one, "url"),
                "a manifest holds no credentials: uv takes them from its own settings",
            );
        }
        if indexes.iter().any(|other| other.name == name) {
            reader.fault(
                range_of(one, "name"),
                format!("two indexes are called `{name}`"),
            );
        }
        indexes.push(Index {
            name,
            url,
            priority: match priority.as_deref() {
                Some("primary") => Priority::Primary,
                Some("explicit") => Priority::Explicit,
                _ => Priority::Supplemental,
            },
        });
    }
    indexes
}

fn attestations(reader: &mut Reader, table: &dyn TableLike) -> Attestations {
    match table.get("require-attestations") {
        None => Attestations::None,
        Some(item) if item.is_array() => {
            let names = reader.strings(table, "require-attestations");
            Attestations::Of(names.into_iter().map(|(name, _)| name).collect())
        }
        Some(_) => match reader.flag(table, "require-attestations") {
            Some(true) => Attestations::All,
            _ => Attestations::None,
        },
    }
}
