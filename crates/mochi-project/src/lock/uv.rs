//! Between uv's lock and ours. Ours holds everything that uv needs to install without resolving
//! again, so a project keeps one lock only.
//!
//! uv runs in the cache: paths of local projects are absolute there and relative to the manifest in
//! our file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use toml_edit::{DocumentMut, Item, TableLike};

use super::field::{Inline, lines, pair, quote, record, tables, text, texts};
use super::{Field, LockEdge, LockFile, LockPackage, ProjectLock, Record};

/// What the project is called inside uv's files.
pub(crate) const ROOT: &str = "mochi-program";

/// The folders that paths are relative to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places<'a> {
    /// The project.
    pub project: &'a Path,
    /// The folder that uv ran in.
    pub uv: &'a Path,
}

impl Places<'_> {
    /// A path of uv's lock as ours writes it.
    fn inward(self, path: &str) -> String {
        relative(self.project, &clean(&self.uv.join(path)))
    }

    /// A path of our lock as uv's needs it.
    fn outward(self, path: &str) -> String {
        clean(&self.project.join(path))
            .to_string_lossy()
            .into_owned()
    }
}

/// A path without `.` and `..`, where that can be seen from its text.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if !out.pop() {
                    out.push(part);
                }
            }
            other => out.push(other),
        }
    }
    out
}

/// `path` seen from `base`, with `/`; both absolute.
pub(crate) fn relative(base: &Path, path: &Path) -> String {
    let base: Vec<Component<'_>> = base.components().collect();
    let parts: Vec<Component<'_>> = path.components().collect();
    let common = base
        .iter()
        .zip(&parts)
        .take_while(|(one, other)| one == other)
        .count();
    if common == 0 {
        return path.to_string_lossy().into_owned();
    }
    let mut out: Vec<String> = vec!["..".to_owned(); base.len() - common];
    out.extend(
        parts
            .iter()
            .skip(common)
            .map(|part| part.as_os_str().to_string_lossy().into_owned()),
    );
    if out.is_empty() {
        ".".to_owned()
    } else {
        out.join("/")
    }
}

const LOCAL: &[&str] = &["path", "directory", "editable"];

impl ProjectLock {
    /// Reads the text of a `uv.lock` that was made for the private project.
    pub(crate) fn from_uv(source: &str, places: Places<'_>) -> Result<Self, String> {
        let document: DocumentMut = source
            .parse()
            .map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
        match document.get("version").and_then(Item::as_integer) {
            Some(1) => {}
            Some(version) => return Err(format!("its format {version} is not supported")),
            None => return Err("it does not say its format".to_owned()),
        }
        let root: &dyn TableLike = document.as_table();
        let mut lock = Self {
            requires_python: text(root, "requires-python").unwrap_or_default(),
            markers: texts(root, "resolution-markers"),
            ..Self::default()
        };
        let listed = document.get("package").and_then(Item::as_array_of_tables);
        for table in listed.into_iter().flatten() {
            let package = package(table, places).ok_or("a package has no name or no source")?;
            if package.source.0 == "virtual" && package.name == ROOT {
                lock.dependencies = package.dependencies;
                lock.requires = package.requires;
            } else {
                lock.packages.push(package);
            }
        }
        lock.sort();
        Ok(lock)
    }

    /// The text of the `uv.lock` that says the same. With `brief`, only which versions were chosen:
    /// uv keeps those and finds out everything else again.
    pub(crate) fn to_uv(&self, places: Places<'_>, brief: bool) -> String {
        let mut out = String::new();
        out.push_str("version = 1\nrevision = 3\n");
        let _ = writeln!(out, "requires-python = {}", quote(&self.requires_python));
        let markers: Vec<String> = self.markers.iter().map(|one| quote(one)).collect();
        lines(&mut out, "resolution-markers", &markers);
        let root = LockPackage {
            name: ROOT.to_owned(),
            version: Some("0".to_owned()),
            source: ("virtual".to_owned(), ".".to_owned()),
            dependencies: self.dependencies.clone(),
            requires: self.requires.clone(),
            ..LockPackage::default()
        };
        let mut packages: Vec<&LockPackage> = self.packages.iter().collect();
        if !brief {
            // What only types need is no part of what the program needs.
            let libraries = self.libraries();
            packages.retain(|package| libraries.contains(package.name.as_str()));
            packages.push(&root);
        }
        packages.sort_by(|a, b| a.name.cmp(&b.name));
        for package in packages {
            to_uv(&mut out, package, places, brief);
        }
        out
    }
}

fn package(table: &dyn TableLike, places: Places<'_>) -> Option<LockPackage> {
    let mut dependencies: Vec<LockEdge> = tables(table, "dependencies")
        .filter_map(|one| edge(one, places, None))
        .collect();
    if let Some(extras) = table
        .get("optional-dependencies")
        .and_then(Item::as_table_like)
    {
        for (extra, _) in extras.iter() {
            dependencies
                .extend(tables(extras, extra).filter_map(|one| edge(one, places, Some(extra))));
        }
    }
    let requires = table
        .get("metadata")
        .and_then(Item::as_table_like)
        .map(|metadata| {
            tables(metadata, "requires-dist")
                .map(|one| placed(record(one), |path| places.inward(path)))
                .collect()
        });
    Some(LockPackage {
        name: text(table, "name")?,
        version: text(table, "version"),
        source: local(pair(table, "source")?, |path| places.inward(path)),
        markers: texts(table, "resolution-markers"),
        dependencies,
        content_sha256: None,
        requires: requires.unwrap_or_default(),
        sdist: table
            .get("sdist")
            .and_then(Item::as_table_like)
            .and_then(file),
        wheels: tables(table, "wheels").filter_map(file).collect(),
        types: None,
        capabilities: None,
    })
}

fn edge(table: &dyn TableLike, places: Places<'_>, extra: Option<&str>) -> Option<LockEdge> {
    Some(LockEdge {
        name: text(table, "name")?,
        version: text(table, "version"),
        source: pair(table, "source").map(|source| local(source, |path| places.inward(path))),
        extras: texts(table, "extra"),
        marker: text(table, "marker"),
        for_extra: extra.map(str::to_owned),
    })
}

/// A source with its path changed, if it is one on this machine.
fn local(source: (String, String), change: impl Fn(&str) -> String) -> (String, String) {
    let (kind, address) = source;
    if LOCAL.contains(&kind.as_str()) {
        let address = change(&address);
        (kind, address)
    } else {
        (kind, address)
    }
}

/// A record with its path changed, if it has one.
fn placed(record: Record, change: impl Fn(&str) -> String) -> Record {
    record
        .into_iter()
        .map(|(key, field)| match field {
            Field::Text(path) if LOCAL.contains(&key.as_str()) => {
                let path = change(&path);
                (key, Field::Text(path))
            }
            field => (key, field),
        })
        .collect()
}

fn file(table: &dyn TableLike) -> Option<LockFile> {
    let (url, path) = (text(table, "url"), text(table, "path"));
    let place = url.clone().or_else(|| path.clone());
    let filename = text(table, "filename").or_else(|| {
        let place = place?;
        let name = place.rsplit(['/', '\\']).next().unwrap_or(&place);
        Some(name.split(['?', '#']).next().unwrap_or(name).to_owned())
    });
    Some(LockFile {
        filename: filename.unwrap_or_default(),
        url,
        path,
        size: table.get("size").and_then(Item::as_integer),
        sha256: text(table, "hash").and_then(|hash| Some(hash.strip_prefix("sha256:")?.to_owned())),
    })
    .filter(|file| !file.filename.is_empty() || file.sha256.is_some())
}

fn to_uv(out: &mut String, package: &LockPackage, places: Places<'_>, brief: bool) {
    out.push_str("\n[[package]]\n");
    let _ = writeln!(out, "name = {}", quote(&package.name));
    if let Some(version) = &package.version {
        let _ = writeln!(out, "version = {}", quote(version));
    }
    let (kind, address) = local(package.source.clone(), |path| places.outward(path));
    let _ = writeln!(out, "source = {{ {kind} = {} }}", quote(&address));
    if brief {
        return;
    }
    let markers: Vec<String> = package.markers.iter().map(|one| quote(one)).collect();
    lines(out, "resolution-markers", &markers);
    let edges = |extra: Option<&str>| -> Vec<String> {
        package
            .dependencies
            .iter()
            .filter(|edge| edge.for_extra.as_deref() == extra)
            .map(|edge| uv_edge(edge, places))
            .collect()
    };
    lines(out, "dependencies", &edges(None));
    let direct = package.source.0 == "path" || package.source.0 == "url";
    if let Some(sdist) = &package.sdist {
        let _ = writeln!(out, "sdist = {}", uv_file(sdist, direct));
    }
    let wheels: Vec<String> = package
        .wheels
        .iter()
        .map(|wheel| uv_file(wheel, direct))
        .collect();
    lines(out, "wheels", &wheels);
    let extras: BTreeMap<&str, Vec<String>> = package
        .extras()
        .into_iter()
        .map(|extra| (extra, edges(Some(extra))))
        .collect();
    if !extras.is_empty() {
        out.push_str("\n[package.optional-dependencies]\n");
        for (extra, edges) in extras {
            lines(out, extra, &edges);
        }
    }
    if !package.requires.is_empty() {
        out.push_str("\n[package.metadata]\n");
        let records: Vec<String> = package
            .requires
            .iter()
            .map(|one| {
                let record = placed(one.clone(), |path| places.outward(path));
                Inline::default().record(&record).end()
            })
            .collect();
        lines(out, "requires-dist", &records);
    }
}

fn uv_edge(edge: &LockEdge, places: Places<'_>) -> String {
    let source = edge
        .source
        .clone()
        .map(|source| local(source, |path| places.outward(path)));
    Inline::default()
        .text("name", Some(&edge.name))
        .text("version", edge.version.as_deref())
        .pair("source", source.as_ref())
        .list("extra", &edge.extras)
        .text("marker", edge.marker.as_deref())
        .end()
}

/// A file as uv writes it: the address leads to its name, unless the distribution itself has one.
fn uv_file(file: &LockFile, direct: bool) -> String {
    let hash = file
        .sha256
        .as_ref()
        .map(|digest| format!("sha256:{digest}"));
    let alone = direct && file.url.is_none() && file.path.is_none() && !file.filename.is_empty();
    Inline::default()
        .text("url", file.url.as_deref())
        .text("path", file.path.as_deref())
        .text("filename", alone.then_some(file.filename.as_str()))
        .text("hash", hash.as_deref())
        .number("size", file.size)
        .end()
}
