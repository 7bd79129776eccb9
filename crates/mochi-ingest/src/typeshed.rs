//! The bundled standard-library stubs: the only file that names `ty_vendored` and `ruff_db`.
//!
//! Spec: typeshed's `stdlib/VERSIONS`.

use std::rc::Rc;

use ruff_db::vendored::{VendoredFileSystem, VendoredPath};

use crate::map::Map;

/// The standard library's stubs for one Python version.
pub(crate) struct Typeshed {
    files: &'static VendoredFileSystem,
    /// The module names of `VERSIONS` and whether this version of Python has them.
    versions: Map<Rc<str>, bool>,
}

impl Typeshed {
    /// The stubs as far as the given version of Python has them.
    pub(crate) fn new(version: (u8, u8)) -> Self {
        let files = ty_vendored::file_system();
        let text = files
            .read_to_string(VendoredPath::new("stdlib/VERSIONS"))
            .unwrap_or_default();
        Self {
            files,
            versions: parse_versions(&text, version),
        }
    }

    /// Whether the top-level name belongs to the standard library of this version.
    pub(crate) fn has_top_level(&self, name: &str) -> bool {
        self.versions.get(name).copied().unwrap_or(false)
    }

    /// Whether the dotted name is available: the longest prefix that `VERSIONS` lists decides.
    pub(crate) fn is_available(&self, name: &str) -> bool {
        let mut prefix = name;
        loop {
            if let Some(known) = self.versions.get(prefix) {
                return *known;
            }
            match prefix.rsplit_once('.') {
                Some((shorter, _)) => prefix = shorter,
                None => return false,
            }
        }
    }

    /// Whether the stub file exists, by its path below `stdlib/`.
    pub(crate) fn is_file(&self, path: &str) -> bool {
        self.files
            .exists(VendoredPath::new(&format!("stdlib/{path}")))
    }

    /// The text of a stub file, by its path below `stdlib/`.
    pub(crate) fn read(&self, path: &str) -> Option<String> {
        self.files
            .read_to_string(VendoredPath::new(&format!("stdlib/{path}")))
            .ok()
    }

    /// Every entry of a folder below `stdlib/` (empty for `stdlib` itself): name, is a folder.
    pub(crate) fn list(&self, folder: &str) -> Vec<(String, bool)> {
        let path = if folder.is_empty() {
            "stdlib".to_owned()
        } else {
            format!("stdlib/{folder}")
        };
        let mut entries: Vec<(String, bool)> = self
            .files
            .read_directory(VendoredPath::new(&path))
            .filter_map(|entry| {
                let name = entry.path().file_name()?.to_owned();
                Some((name, entry.file_type().is_directory()))
            })
            .collect();
        entries.sort();
        entries
    }

    /// Every top-level module of this version, sorted.
    pub(crate) fn top_levels(&self) -> Vec<Rc<str>> {
        let mut names: Vec<Rc<str>> = self
            .versions
            .iter()
            .filter(|(name, known)| **known && !name.contains('.'))
            .map(|(name, _)| name.clone())
            .collect();
        names.sort();
        names
    }
}

/// Reads lines of the form `asyncio.mixins: 3.10-` or `distutils: 3.0-3.11`.
fn parse_versions(text: &str, version: (u8, u8)) -> Map<Rc<str>, bool> {
    let mut known = Map::default();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or("").trim();
        let Some((name, range)) = line.split_once(':') else {
            continue;
        };
        let (first, last) = range.trim().split_once('-').unwrap_or((range.trim(), ""));
        let after_first = parse_version(first).is_none_or(|first| version >= first);
        let before_last = parse_version(last).is_none_or(|last| version <= last);
        known.insert(Rc::from(name.trim()), after_first && before_last);
    }
    known
}

fn parse_version(text: &str) -> Option<(u8, u8)> {
    let (major, minor) = text.trim().split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
