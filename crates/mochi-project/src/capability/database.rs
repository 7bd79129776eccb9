//! `data/capabilities.toml`: where reading the sources of a distribution gives a wrong answer.
//!
//! Spec: bridge.md §10 (the curated database).

use std::str::FromStr;

use mochi_ingest::Capability;
use pep440_rs::{Version, VersionSpecifiers};
use toml_edit::{DocumentMut, Table};

use super::{Evidence, Findings};

const TEXT: &str = include_str!("../../../../data/capabilities.toml");

/// The file as evidence names it.
const FILE: &str = "data/capabilities.toml";

/// The corrections.
pub(super) struct Database(DocumentMut);

impl Database {
    /// The one that is built in.
    pub(super) fn built_in() -> Self {
        Self(TEXT.parse().unwrap_or_default())
    }

    fn entries(&self) -> impl Iterator<Item = &Table> {
        let list = self.0.get("distribution");
        list.and_then(|list| list.as_array_of_tables())
            .into_iter()
            .flatten()
    }

    /// Corrects what was found in a distribution.
    pub(super) fn correct(&self, name: &str, version: &str, findings: &mut Findings) {
        for entry in self.entries().filter(|entry| fits(entry, name, version)) {
            for capability in words(entry, "remove") {
                findings.found.remove(&capability);
            }
            let why = entry.get("why").and_then(|why| why.as_str()).unwrap_or("");
            for capability in words(entry, "add") {
                findings
                    .found
                    .entry(capability)
                    .or_insert_with(|| Evidence {
                        file: FILE.to_owned(),
                        line: None,
                        what: why.to_owned(),
                    });
            }
        }
    }
}

fn fits(entry: &Table, name: &str, version: &str) -> bool {
    let text = |key: &str| entry.get(key).and_then(|value| value.as_str());
    text("name") == Some(name)
        && text("versions").is_none_or(|versions| {
            match (
                VersionSpecifiers::from_str(versions),
                Version::from_str(version),
            ) {
                (Ok(versions), Ok(version)) => versions.contains(&version),
                _ => false,
            }
        })
}

fn words<'a>(entry: &'a Table, key: &str) -> impl Iterator<Item = Capability> + use<'a> {
    entry
        .get(key)
        .and_then(|list| list.as_array())
        .into_iter()
        .flatten()
        .filter_map(|word| Capability::of_word(word.as_str()?))
}

#[cfg(test)]
mod tests {
    use pep508_rs::PackageName;

    use super::*;

    #[test]
    fn entries_are_sorted_whole_and_give_a_reason() {
        let database = Database(TEXT.parse().unwrap());
        let names: Vec<&str> = database
            .entries()
            .map(|entry| entry["name"].as_str().unwrap())
            .collect();
        assert!(!names.is_empty() && names.is_sorted());
        for entry in database.entries() {
            let name = entry["name"].as_str().unwrap();
            assert_eq!(PackageName::from_str(name).unwrap().as_ref(), name);
            assert!(entry["why"].as_str().unwrap().len() > 20, "{name}");
            let mut count = 0;
            for (key, value) in entry {
                match key {
                    "name" | "why" => {}
                    "versions" => {
                        VersionSpecifiers::from_str(value.as_str().unwrap()).unwrap();
                    }
                    "add" | "remove" => {
                        for word in value.as_array().unwrap() {
                            assert!(Capability::of_word(word.as_str().unwrap()).is_some());
                            count += 1;
                        }
                    }
                    other => panic!("{name} has {other}"),
                }
            }
            assert!(count > 0, "{name}");
        }
    }

    #[test]
    fn corrections_are_for_their_versions() {
        let text = "[[distribution]]\nname = \"x\"\nversions = \">=2\"\nadd = [\"net\"]\nremove = [\"fs\"]\nwhy = \"because\"\n";
        let database = Database(text.parse().unwrap());
        let found = |version: &str| {
            let mut findings = Findings::default();
            let evidence = Evidence {
                file: "x.py".to_owned(),
                line: Some(1),
                what: "open".to_owned(),
            };
            findings.note(Capability::Fs, evidence);
            database.correct("x", version, &mut findings);
            findings.found.into_keys().collect::<Vec<_>>()
        };
        assert_eq!(found("1.9"), [Capability::Fs]);
        assert_eq!(found("2.1"), [Capability::Net]);
    }
}
