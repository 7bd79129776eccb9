//! The private project that uv resolves for stubs alone, with every library held where it is.
//!
//! Libraries are constraints here, never requirements: stubs cannot move them. What comes from
//! another place than the default index is left out of the resolution altogether, so that no
//! distribution of the same name is taken from the default index for it.

use std::collections::BTreeMap;
use std::str::FromStr;

use pep440_rs::Version;
use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

use crate::interpreter::LOWEST_MINOR;
use crate::lock;
use crate::lockfile::Lock;

/// Which version of stubs is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The one that was chosen before.
    Exactly(String),
    /// One that begins with the major and minor version of the library, which is given.
    Like(String),
    /// Any: it is known that there is no better one.
    Any,
}

/// A stub distribution as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Demand {
    /// The stub distribution.
    pub stubs: String,
    /// In which version.
    pub wish: Wish,
}

impl Demand {
    /// As PEP 508 spells it.
    fn requirement(&self) -> String {
        let stubs = &self.stubs;
        match &self.wish {
            Wish::Exactly(version) => format!("{stubs}=={version}"),
            Wish::Like(library) => match prefix(library) {
                Some(prefix) => format!("{stubs}=={prefix}.*"),
                None => stubs.clone(),
            },
            Wish::Any => stubs.clone(),
        }
    }
}

/// Major and minor of a version, with its epoch.
fn prefix(version: &str) -> Option<String> {
    let version = Version::from_str(version).ok()?;
    let part = |index: usize| version.release().get(index).copied().unwrap_or(0);
    let epoch = match version.epoch() {
        0 => String::new(),
        epoch => format!("{epoch}!"),
    };
    Some(format!("{epoch}{}.{}", part(0), part(1)))
}

/// A library in a lock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Library<'a> {
    /// Its normalised name.
    pub name: &'a str,
    /// Its version; local projects may have none.
    pub version: Option<&'a str>,
    /// The kind of its source, as uv names it.
    pub source: &'a str,
}

/// What holds the libraries in place while stubs are resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    requires_python: String,
    constraints: Vec<String>,
    excluded: Vec<String>,
    names: Vec<String>,
}

impl Held {
    /// Everything that a lock of uv chose. `elsewhere` names what does not come from the default
    /// index, besides what the lock itself says so of.
    pub(crate) fn new(lock: &Lock, elsewhere: &[&str]) -> Self {
        let libraries = lock.packages.iter().map(|package| Library {
            name: &package.name,
            version: package.version.as_deref(),
            source: package.source.as_ref().map_or("", |(kind, _)| kind),
        });
        Self::of(libraries, elsewhere, format!(">=3.{LOWEST_MINOR}"))
    }

    /// The same for a program with requirements on Python of its own.
    pub(crate) fn of<'a>(
        libraries: impl Iterator<Item = Library<'a>>,
        elsewhere: &[&str],
        requires_python: String,
    ) -> Self {
        let mut by_name: BTreeMap<&str, Vec<Library<'_>>> = BTreeMap::new();
        for library in libraries {
            // The program itself is no library.
            if library.source != "virtual" {
                by_name.entry(library.name).or_default().push(library);
            }
        }
        let mut held = Self {
            requires_python,
            constraints: Vec::new(),
            excluded: Vec::new(),
            names: Vec::new(),
        };
        for (name, versions) in by_name {
            held.names.push(name.to_owned());
            let is_registry = |library: &Library<'_>| library.source == "registry";
            if elsewhere.contains(&name) || !versions.iter().all(is_registry) {
                held.excluded.push(name.to_owned());
            } else {
                held.constraints.extend(constraint(name, &versions));
            }
        }
        held
    }

    /// The distributions that the program's own environment has: nothing of stubs' installation.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The text of `pyproject.toml` for some stubs.
    pub(crate) fn pyproject(&self, demands: &[Demand]) -> String {
        let mut project = Table::new();
        project.insert("name", value(lock::ROOT));
        project.insert("version", value("0"));
        project.insert("requires-python", value(self.requires_python.as_str()));
        let requirements = demands.iter().map(Demand::requirement);
        project.insert("dependencies", value(lines(requirements)));
        let mut uv = Table::new();
        uv.insert("package", value(false));
        uv.insert("workspace", Item::Table(Table::new()));
        if !self.constraints.is_empty() {
            let constraints = self.constraints.iter().cloned();
            uv.insert("constraint-dependencies", value(lines(constraints)));
        }
        if !self.excluded.is_empty() {
            // A marker that never holds takes a distribution out of every list of dependencies.
            let never = self
                .excluded
                .iter()
                .map(|name| format!("{name}; python_version < '0'"));
            uv.insert("override-dependencies", value(lines(never)));
        }
        let mut tool = Table::new();
        tool.set_implicit(true);
        tool.insert("uv", Item::Table(uv));
        let mut document = DocumentMut::new();
        document.insert("project", Item::Table(project));
        document.insert("tool", Item::Table(tool));
        document.to_string()
    }
}

/// One version is required exactly; of several, for different environments, none is passed.
fn constraint(name: &str, versions: &[Library<'_>]) -> Option<String> {
    let mut parsed: Vec<Version> = versions
        .iter()
        .filter_map(|library| Version::from_str(library.version?).ok())
        .collect();
    parsed.sort();
    match (parsed.first()?, parsed.last()?) {
        (one, other) if one == other => Some(format!("{name}=={one}")),
        (lowest, highest) => Some(format!("{name}>={lowest},<={highest}")),
    }
}

fn lines(entries: impl Iterator<Item = String>) -> Array {
    let mut array = Array::new();
    for entry in entries {
        let mut entry = Value::from(entry);
        entry.decor_mut().set_prefix("\n    ");
        array.push_formatted(entry);
    }
    array.set_trailing("\n");
    array.set_trailing_comma(true);
    array
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lockfile::LockedPackage;

    fn package(name: &str, version: &str, kind: &str) -> LockedPackage {
        LockedPackage {
            name: name.to_owned(),
            version: Some(version.to_owned()),
            source: Some((kind.to_owned(), String::new())),
            ..LockedPackage::default()
        }
    }

    #[test]
    fn libraries_are_held_and_foreign_ones_left_out() {
        let lock = Lock {
            packages: vec![
                package("corp", "1", "registry"),
                package("lib", "2.9.0.post0", "registry"),
                package("local", "0", "directory"),
                package("mochi-program", "0", "virtual"),
                package("num", "2.3.0", "registry"),
                package("num", "2.10.0", "registry"),
            ],
        };
        let held = Held::new(&lock, &["corp"]);
        assert_eq!(held.names(), ["corp", "lib", "local", "num"]);
        let demand = |stubs: &str, wish: Wish| Demand {
            stubs: stubs.to_owned(),
            wish,
        };
        let demands = [
            demand("types-lib", Wish::Like("2.9.0.post0".to_owned())),
            demand("types-num", Wish::Any),
            demand("types-old", Wish::Exactly("1.2.3.20240101".to_owned())),
        ];
        insta::assert_snapshot!(held.pyproject(&demands), @r#"
        [project]
        name = "mochi-program"
        version = "0"
        requires-python = ">=3.12"
        dependencies = [
            "types-lib==2.9.*",
            "types-num",
            "types-old==1.2.3.20240101",
        ]

        [tool.uv]
        package = false
        constraint-dependencies = [
            "lib==2.9.0.post0",
            "num>=2.3.0,<=2.10.0",
        ]
        override-dependencies = [
            "corp; python_version < '0'",
            "local; python_version < '0'",
        ]

        [tool.uv.workspace]
        "#);
    }

    #[test]
    fn prefixes_are_major_and_minor() {
        assert_eq!(prefix("6.0.2").as_deref(), Some("6.0"));
        assert_eq!(prefix("2024").as_deref(), Some("2024.0"));
        assert_eq!(prefix("1!2.3.4+local").as_deref(), Some("1!2.3"));
        assert_eq!(prefix("3.0rc1").as_deref(), Some("3.0"));
        assert_eq!(prefix("what"), None);
    }
}
