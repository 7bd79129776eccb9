//! Documentation of a program and of the packages that it may import, and its folder on disk.
//!
//! Spec: bridge.md §13 (`mochi doc`).

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_base::Span;
use mochi_bridge::Bridge;
use mochi_doc::{PackageRequest, ProgramModule, Site, of_package, of_program};
use mochi_system::System;

use super::{CheckedScript, PackageError, layout, surface};
use crate::error::ProjectError;
use crate::session::Session;

/// What tells a folder of ours from folders of other origin.
const MARK: &str = "<meta name=\"generator\" content=\"mochi doc\">";

impl CheckedScript {
    /// The documentation of what the program exports; none for a program with errors. Modules are
    /// named by their paths from `root`; without one, from the folder of the program's file.
    pub fn doc(&self, title: &str, root: Option<&Path>) -> Option<Site> {
        let accepted = self.program.as_ref()?;
        let entry = accepted.directory.join(&accepted.entry);
        let root = root.or(entry.parent()).unwrap_or(Path::new(""));
        let mut layout = accepted.layout.clone();
        layout::name_sources(&mut layout, &accepted.directory, root);
        let count = accepted.modules.len();
        let modules: Vec<ProgramModule<'_>> = accepted
            .modules
            .iter()
            .zip(&layout)
            .enumerate()
            .map(|(index, (module, options))| {
                let source = options.sources.first();
                let path = source.map_or("", |(_, source)| source.path());
                let path = path.strip_suffix(".mochi").unwrap_or(path);
                // A folder is named by its path, not by its first file's.
                let path = match options.module_name.as_str() {
                    "__init__" => path.rsplit_once('/').map_or(path, |(folder, _)| folder),
                    _ => path,
                };
                let is_entry = index + 1 == count;
                ProgramModule {
                    name: if is_entry { title } else { path }.to_owned(),
                    import: (!is_entry).then(|| ["import \"", path, "\""].concat()),
                    module,
                }
            })
            .collect();
        let source = |span: Span| {
            let file = self.sources.get(span.source);
            file.map_or(String::new(), |file| file.slice(span).to_owned())
        };
        Some(of_program(title, &modules, &accepted.externs, &source))
    }
}

/// The documentation of the package that an import string means.
pub fn doc_package(
    spec: &str,
    system: &Rc<dyn System>,
    session: &Session<'_>,
) -> Result<Site, Vec<ProjectError>> {
    let opened = surface::open(spec, system, session)?;
    let imported = &opened.imported;
    let bridge = Bridge::new(opened.universe.clone(), BTreeMap::new());
    let title = match &imported.distribution {
        Some((name, version)) => format!("{name} {version}"),
        None => imported.module.clone(),
    };
    let fact = match &imported.distribution {
        Some(_) => "A Python package as Mochi programs see it.",
        None => "A module of Python's standard library as Mochi programs see it.",
    };
    Ok(of_package(&PackageRequest {
        title,
        facts: vec![fact.to_owned()],
        spec: spec.to_owned(),
        bridge: &bridge,
        source: &*opened.universe,
        modules: &opened.modules,
    }))
}

/// Writes the pages into a folder and removes those of an earlier time that are none any more. Files
/// of others stay; where there are none the folder is complete, or what stood there before is
/// untouched. Gives the page to begin with.
pub fn write_site(
    system: &dyn System,
    site: &Site,
    folder: &Path,
) -> Result<PathBuf, PackageError> {
    let start = folder.join("index.html");
    let names = system.list(folder).unwrap_or_default();
    let is_there = system.is_file(folder) || !names.is_empty();
    if is_there && !is_page(system, &start) {
        return Err(PackageError::InTheWay(folder.to_owned()));
    }
    let files = mochi_doc::render(site);
    let (pages, others): (Vec<String>, Vec<String>) = names
        .into_iter()
        .partition(|name| name == STYLE || is_page(system, &folder.join(name)));
    if let Some((name, _)) = files.iter().find(|(name, _)| others.contains(name)) {
        return Err(PackageError::InTheWay(folder.join(name)));
    }
    let written = if others.is_empty() {
        replace(system, &files, folder)
    } else {
        update(system, &files, folder, &pages)
    };
    written.map_err(|error| PackageError::Unwritten(folder.to_owned(), error))?;
    Ok(start)
}

/// The one file of ours that is no page.
const STYLE: &str = "style.css";

/// Whether a file is a page of ours.
fn is_page(system: &dyn System, path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "html")
        && system.read_text(path).is_ok_and(|text| text.contains(MARK))
}

/// Puts a new folder into the place of the old one.
fn replace(system: &dyn System, files: &[(String, String)], folder: &Path) -> io::Result<()> {
    let mut name = std::ffi::OsString::from(".");
    name.push(folder.file_name().unwrap_or_default());
    name.push(format!(".{}", system.unique()));
    let beside = folder.with_file_name(name);
    let write = || {
        system.create_dir_all(&beside)?;
        for (path, text) in files {
            system.write(&beside.join(path), text.as_bytes())?;
        }
        system.remove(folder)?;
        system.rename(&beside, folder)
    };
    let written = write();
    if written.is_err() {
        // What cannot be removed now is only lost space.
        let _ = system.remove(&beside);
    }
    written
}

/// Writes files into a folder that others use as well.
fn update(
    system: &dyn System,
    files: &[(String, String)],
    folder: &Path,
    before: &[String],
) -> io::Result<()> {
    for (path, text) in files {
        system.write(&folder.join(path), text.as_bytes())?;
    }
    for name in before {
        if !files.iter().any(|(path, _)| path == name) {
            system.remove(&folder.join(name))?;
        }
    }
    Ok(())
}
