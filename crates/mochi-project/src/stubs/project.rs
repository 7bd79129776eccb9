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
use crate::lockfile::{Lock, LockedPackage};

/// A stub distribution as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Demand {
    /// The stub distribution.
    pub stubs: String,
    /// The library's version; none once it is known that no stubs match it.
    pub library_version: Option<String>,
}

impl Demand {
    /// As PEP 508 spells it: the library's major and minor version, or anything.
    fn requirement(&self) -> String {
        let prefix = self.library_version.as_deref().and_then(prefix);
        match prefix {
            Some(prefix) => format!("{}=={prefix}.*", self.stubs),
            None => self.stubs.clone(),
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

/// What holds the libraries in place while stubs are resolved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    constraints: Vec<String>,
    excluded: Vec<String>,
    names: Vec<String>,
}

impl Held {
    /// Everything that a lock chose. `elsewhere` names what does not come from the default index,
    /// besides what the lock itself says so of.
    pub(crate) fn new(lock: &Lock, elsewhere: &[&str]) -> Self {
        let mut packages: BTreeMap<&str, Vec<&LockedPackage>> = BTreeMap::new();
        for package in &lock.packages {
            let is_root = matches!(&package.source, Some((kind, _)) if kind == "virtual");
            if !is_root {
                packages.entry(&package.name).or_default().push(package);
            }
        }
        let mut held = Self::default();
        for (name, versions) in packages {
            held.names.push(name.to_owned());
            let is_registry = |package: &&LockedPackage| matches!(&package.source, Some((kind, _)) if kind == "registry");
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
        project.insert("name", value("mochi-types"));
        project.insert("version", value("0"));
        project.insert("requires-python", value(format!(">=3.{LOWEST_MINOR}")));
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
fn constraint(name: &str, versions: &[&LockedPackage]) -> Option<String> {
    let mut parsed: Vec<Version> = versions
        .iter()
        .filter_map(|package| Version::from_str(package.version.as_deref()?).ok())
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
        let demand = |stubs: &str, version: Option<&str>| Demand {
            stubs: stubs.to_owned(),
            library_version: version.map(str::to_owned),
        };
        let demands = [
            demand("types-lib", Some("2.9.0.post0")),
            demand("types-num", None),
        ];
        insta::assert_snapshot!(held.pyproject(&demands), @r#"
        [project]
        name = "mochi-types"
        version = "0"
        requires-python = ">=3.12"
        dependencies = [
            "types-lib==2.9.*",
            "types-num",
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
