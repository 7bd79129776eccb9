//! The private project that uv resolves, for a program without a manifest or for one with it, and
//! the key that names a resolution in the cache.
//!
//! The key does not depend on the interpreter: a resolution is universal.

use std::path::{Path, PathBuf};

use mochi_system::System;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

use crate::cache;
use crate::interpreter::LOWEST_MINOR;
use crate::local;
use crate::manifest::{DependencySource, GitReference, Index, Manifest, Priority};
use crate::requirement::{Requirement, Source};

/// Counts up whenever the text of the project or its meaning changes.
const FORMAT: u32 = 1;

/// Everything that decides a resolution.
#[derive(Clone, Debug)]
pub(crate) struct PrivateProject {
    requirements: Vec<String>,
    sources: Vec<(String, PlacedSource)>,
    indexes: Vec<String>,
    requires_python: String,
    named_indexes: Vec<Index>,
}

/// A source of a distribution with what the file system adds to it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PlacedSource {
    Index(String),
    /// An index of the manifest, by its name.
    Named(String),
    Git {
        url: String,
        /// `rev`, `tag` or `branch`, and which.
        revision: Option<(&'static str, String)>,
    },
    Path {
        path: PathBuf,
        fingerprint: String,
        editable: bool,
    },
}

impl PrivateProject {
    /// The project that needs all of `requirements`. Relative paths start at `directory`;
    /// `indexes` are settings of the user that choose indexes.
    pub(crate) fn new(
        system: &dyn System,
        requirements: &[&Requirement],
        directory: &Path,
        indexes: Vec<String>,
    ) -> Self {
        let mut texts: Vec<String> = requirements.iter().map(|one| one.pep508()).collect();
        texts.sort_unstable();
        texts.dedup();
        let mut sources: Vec<(String, PlacedSource)> = requirements
            .iter()
            .filter_map(|one| {
                Some((
                    one.name.to_string(),
                    placed(system, &one.source, directory)?,
                ))
            })
            .collect();
        sources.sort_by(|a, b| a.0.cmp(&b.0));
        sources.dedup();
        Self {
            requirements: texts,
            sources,
            indexes,
            requires_python: format!(">=3.{LOWEST_MINOR}"),
            named_indexes: Vec::new(),
        }
    }

    /// The project of a manifest in the directory `root`.
    pub(crate) fn of_manifest(system: &dyn System, manifest: &Manifest, root: &Path) -> Self {
        let mut requirements: Vec<String> = Vec::new();
        let mut sources = Vec::new();
        for one in &manifest.dependencies {
            requirements.push(one.pep508());
            let source = match &one.source {
                DependencySource::Default => continue,
                DependencySource::Index(name) => PlacedSource::Named(name.clone()),
                DependencySource::Git { url, reference } => PlacedSource::Git {
                    url: url.clone(),
                    revision: reference
                        .as_ref()
                        .map(GitReference::parts)
                        .map(|(key, value)| (key, value.to_owned())),
                },
                DependencySource::Path { path, editable } => {
                    local_source(system, &root.join(path), *editable)
                }
            };
            sources.push((one.name.to_string(), source));
        }
        requirements.sort_unstable();
        sources.sort_by(|a, b| a.0.cmp(&b.0));
        Self {
            requirements,
            sources,
            indexes: Vec::new(),
            requires_python: manifest.python.requires_python.to_string(),
            named_indexes: manifest.python.indexes.clone(),
        }
    }

    /// Editable distributions whose build tool hides where their modules stand unless it is asked
    /// to write a plain path: it is the one that builds where nothing else is declared.
    pub(crate) fn plain_editables(&self, system: &dyn System) -> Vec<String> {
        let hides = |path: &Path| {
            let text = system.read_text(&path.join("pyproject.toml"));
            let backend = text.ok().and_then(|text| {
                let document: DocumentMut = text.parse().ok()?;
                let backend = document.get("build-system")?.get("build-backend")?;
                Some(backend.as_str()?.to_owned())
            });
            backend.is_none_or(|backend| backend.starts_with("setuptools"))
        };
        self.sources
            .iter()
            .filter(|(_, source)| {
                matches!(source, PlacedSource::Path { path, editable: true, .. } if hides(path))
            })
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// What changes when a local project changes; empty without local projects.
    pub(crate) fn local_state(&self) -> String {
        let mut state = String::new();
        for (name, source) in &self.sources {
            if let PlacedSource::Path { fingerprint, .. } = source {
                state.push_str(name);
                state.push(' ');
                state.push_str(fingerprint);
                state.push('\n');
            }
        }
        state
    }

    /// The text of `uv.toml`: the indexes that every distribution may come from.
    pub(crate) fn configuration(&self) -> String {
        let mut indexes = toml_edit::ArrayOfTables::new();
        for one in &self.named_indexes {
            if one.priority == Priority::Explicit {
                continue;
            }
            let mut index = Table::new();
            index.insert("name", value(one.name.as_str()));
            index.insert("url", value(one.url.as_str()));
            if one.priority == Priority::Primary {
                index.insert("default", value(true));
            }
            indexes.push(index);
        }
        let mut document = DocumentMut::new();
        if !indexes.is_empty() {
            document.insert("index", Item::ArrayOfTables(indexes));
        }
        document.to_string()
    }

    /// Distributions whose source lies on this machine and may change between builds.
    pub(crate) fn local_names(&self) -> Vec<String> {
        self.sources
            .iter()
            .filter(|(_, source)| matches!(source, PlacedSource::Path { .. }))
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// The name of the resolution in the cache.
    pub(crate) fn key(&self) -> String {
        let mut text = format!("resolution {FORMAT}\npython >=3.{LOWEST_MINOR}\n");
        let mut line = |parts: &[&str]| {
            // JSON keeps the parts apart whatever they contain.
            text.push_str(&serde_json::to_string(parts).unwrap_or_default());
            text.push('\n');
        };
        for index in &self.indexes {
            line(&["index", index]);
        }
        for requirement in &self.requirements {
            line(&["requirement", requirement]);
        }
        for (name, source) in &self.sources {
            match source {
                PlacedSource::Index(url) => line(&["source", name, "index", url]),
                PlacedSource::Named(index) => line(&["source", name, "named", index]),
                PlacedSource::Git { url, revision } => {
                    line(&[
                        "source",
                        name,
                        "git",
                        url,
                        revision.as_ref().map_or("", |(_, revision)| revision),
                    ]);
                }
                PlacedSource::Path {
                    path, fingerprint, ..
                } => {
                    line(&["source", name, "path", &path.to_string_lossy(), fingerprint]);
                }
            }
        }
        let mut key = cache::sha256(text.as_bytes());
        // 128 bits are plenty for a name, and paths stay short.
        key.truncate(32);
        key
    }

    /// The text of `pyproject.toml`.
    pub(crate) fn pyproject(&self) -> String {
        let mut project = Table::new();
        project.insert("name", value("mochi-program"));
        project.insert("version", value("0"));
        project.insert("requires-python", value(self.requires_python.as_str()));
        let mut dependencies = Array::new();
        for requirement in &self.requirements {
            let mut entry = Value::from(requirement.as_str());
            entry.decor_mut().set_prefix("\n    ");
            dependencies.push_formatted(entry);
        }
        dependencies.set_trailing("\n");
        project.insert("dependencies", value(dependencies));

        let mut uv = Table::new();
        uv.insert("package", value(false));
        // Its own workspace: a project around the cache must not take part.
        uv.insert("workspace", Item::Table(Table::new()));
        let mut sources = Table::new();
        let mut indexes = toml_edit::ArrayOfTables::new();
        for one in &self.named_indexes {
            if one.priority == Priority::Explicit {
                indexes.push(explicit_index(&one.name, &one.url));
            }
        }
        for (name, source) in &self.sources {
            let mut entry = InlineTable::new();
            match source {
                PlacedSource::Index(url) => {
                    let label = format!("index-{}", indexes.len() + 1);
                    entry.insert("index", label.as_str().into());
                    indexes.push(explicit_index(&label, url));
                }
                PlacedSource::Named(index) => {
                    entry.insert("index", index.as_str().into());
                }
                PlacedSource::Git { url, revision } => {
                    entry.insert("git", url.as_str().into());
                    if let Some((key, revision)) = revision {
                        entry.insert(*key, revision.as_str().into());
                    }
                }
                PlacedSource::Path { path, editable, .. } => {
                    entry.insert("path", path.to_string_lossy().as_ref().into());
                    if *editable {
                        entry.insert("editable", true.into());
                    }
                }
            }
            sources.insert(name, value(entry));
        }
        if !sources.is_empty() {
            uv.insert("sources", Item::Table(sources));
        }
        if !indexes.is_empty() {
            uv.insert("index", Item::ArrayOfTables(indexes));
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

fn placed(system: &dyn System, source: &Source, directory: &Path) -> Option<PlacedSource> {
    Some(match source {
        Source::Index(_) => return None,
        Source::OtherIndex(url) => PlacedSource::Index(url.clone()),
        Source::Git { url, revision } => PlacedSource::Git {
            url: url.clone(),
            revision: revision.clone().map(|revision| ("rev", revision)),
        },
        Source::Path(path) => local_source(system, &directory.join(path), false),
    })
}

fn local_source(system: &dyn System, path: &Path, editable: bool) -> PlacedSource {
    let path = system.canonical(path).unwrap_or_else(|_| path.to_owned());
    PlacedSource::Path {
        fingerprint: local::state(system, &path),
        path,
        editable,
    }
}

fn explicit_index(name: &str, url: &str) -> Table {
    let mut index = Table::new();
    index.insert("name", value(name));
    index.insert("url", value(url));
    index.insert("explicit", value(true));
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::{ImportSpec, parse};
    use mochi_system::MemorySystem;

    fn project(system: &MemorySystem, specs: &[&str]) -> PrivateProject {
        let requirements: Vec<Requirement> = specs
            .iter()
            .map(|spec| match parse(spec, &|_| false).unwrap() {
                ImportSpec::Distribution(requirement) => requirement,
                ImportSpec::StandardLibrary(_) => unreachable!(),
            })
            .collect();
        let borrowed: Vec<&Requirement> = requirements.iter().collect();
        PrivateProject::new(system, &borrowed, Path::new("/home/user"), Vec::new())
    }

    #[test]
    fn the_text_holds_requirements_and_sources() {
        let system = MemorySystem::new().with_file("/home/user/lib/pyproject.toml", "");
        let project = project(
            &system,
            &[
                "rich",
                "httpx[http2]@^0.27",
                "corp@index+https://corp.example/simple",
                "vcs@git+https://git.example/vcs.git#v1",
                "lib@path+lib",
            ],
        );
        assert_eq!(project.local_names(), ["lib"]);
        insta::assert_snapshot!(project.pyproject());
    }

    #[test]
    fn the_key_depends_on_what_is_asked_for_and_nothing_else() {
        let system = MemorySystem::new();
        let key = |specs: &[&str]| project(&system, specs).key();
        assert_eq!(key(&["A_b", "rich"]), key(&["rich", "a-B", "rich"]));
        assert_ne!(key(&["rich"]), key(&["rich@>=1"]));
        assert_ne!(
            key(&["rich@git+https://a.example/x"]),
            key(&["rich@index+https://a.example/x"])
        );
    }

    #[test]
    fn an_edit_in_a_local_project_changes_the_key() {
        let system = MemorySystem::new().with_file("/home/user/lib/a.py", "1");
        let before = project(&system, &["lib@path+lib"]).key();
        let system = system.with_file("/home/user/lib/a.py", "2");
        assert_ne!(before, project(&system, &["lib@path+lib"]).key());
    }
}
