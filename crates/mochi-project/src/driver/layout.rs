//! Where the modules of a program stand in Python: the same relative places, with names that
//! Python can import.
//!
//! Spec: language.md §19.1, §19.2.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use mochi_base::SourceFile;
use mochi_python::{LowerOptions, module_name};

use super::graph::{SourceModule, normalised};
use super::sidecar;

/// Names that the package of a program has for its own parts.
const RESERVED: [&str; 4] = ["__init__", "__main__", "_mochi", "_mochi_wrap"];

/// How each module of a program is lowered, the entry last. `directory` is the working directory.
pub(super) fn layout(modules: &[SourceModule], directory: &Path) -> Vec<LowerOptions> {
    let places: Vec<Vec<String>> = modules
        .iter()
        .map(|module| parts(&normalised(&directory.join(&module.shown))))
        .collect();
    let common = common_parent(&places);
    let mut taken: BTreeSet<Vec<String>> = BTreeSet::new();
    let mut names: Vec<Vec<String>> = vec![Vec::new(); modules.len()];
    // Folders first: their names are those of the packages around files.
    for (index, module) in modules.iter().enumerate().filter(|(_, it)| it.is_folder) {
        let path = places.get(index).and_then(|place| place.get(common..));
        let path: Vec<String> = path
            .unwrap_or_default()
            .iter()
            .map(|it| legal(it))
            .collect();
        for end in 1..=path.len() {
            taken.insert(path.get(..end).unwrap_or_default().to_vec());
        }
        take_sidecars(module, &path, &mut taken);
        if let Some(name) = names.get_mut(index) {
            *name = path;
        }
    }
    let files = || modules.iter().enumerate().filter(|(_, it)| !it.is_folder);
    for (index, module) in files() {
        let place = places.get(index).and_then(|place| place.get(common..));
        let place = place.unwrap_or_default();
        for end in 1..place.len() {
            let folders = place.get(..end).unwrap_or_default();
            taken.insert(folders.iter().map(|it| legal(it)).collect());
        }
        let folders = place.split_last().map_or(&[][..], |(_, folders)| folders);
        let folders: Vec<String> = folders.iter().map(|it| legal(it)).collect();
        take_sidecars(module, &folders, &mut taken);
    }
    for (index, module) in files() {
        let place = places.get(index).and_then(|place| place.get(common..));
        let place = place.unwrap_or_default();
        let (last, folders) = match place.split_last() {
            Some((last, folders)) => (last.as_str(), folders),
            None => ("main", &[][..]),
        };
        let stem = Path::new(last).file_stem();
        let stem = stem.map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
        let mut path: Vec<String> = folders.iter().map(|it| legal(it)).collect();
        let base = legal(&stem);
        path.push(base.clone());
        let mut number = 2;
        while !taken.insert(path.clone()) {
            path.pop();
            path.push(format!("{base}_{number}"));
            number += 1;
        }
        debug_assert!(!module.is_folder);
        if let Some(name) = names.get_mut(index) {
            *name = path;
        }
    }
    let count = modules.len();
    let all = modules.iter().zip(names).enumerate();
    all.map(|(index, (module, path))| options(module, path, index + 1 == count))
        .collect()
}

/// Keeps the names of the sidecars that a module may have for them.
fn take_sidecars(module: &SourceModule, package: &[String], taken: &mut BTreeSet<Vec<String>>) {
    for (_, source) in &module.sources {
        if source.text().contains("extern")
            && let Some(stem) = Path::new(source.path()).file_stem()
        {
            let mut path = package.to_vec();
            path.push(sidecar::python_stem(&stem.to_string_lossy()));
            taken.insert(path);
        }
    }
}

fn options(module: &SourceModule, path: Vec<String>, entry: bool) -> LowerOptions {
    let (module_name, package) = if module.is_folder {
        ("__init__".to_owned(), path)
    } else {
        let mut package = path;
        let name = package.pop().unwrap_or_default();
        (name, package)
    };
    LowerOptions {
        module_name,
        package,
        sources: module
            .sources
            .iter()
            .map(|(id, source)| (*id, Rc::clone(source)))
            .collect(),
        entry,
        in_package: true,
        persistent_loop: false,
        checks: mochi_types::CheckRule::default(),
        tests: false,
        benches: false,
        since: None,
    }
}

/// Gives the texts their paths from `root`, with `/` everywhere, so that the output does not depend
/// on where it was made.
pub(super) fn name_sources(layout: &mut [LowerOptions], directory: &Path, root: &Path) {
    let root = parts(&normalised(root));
    for (_, source) in layout.iter_mut().flat_map(|options| &mut options.sources) {
        let place = parts(&normalised(&directory.join(source.path())));
        let same = root
            .iter()
            .zip(&place)
            .take_while(|(one, other)| one == other);
        let same = same.count();
        let mut path = vec!["..".to_owned(); root.len() - same];
        path.extend(place.into_iter().skip(same));
        *source = Rc::new(SourceFile::new(path.join("/"), source.shared_text()));
    }
}

/// A name for a file or folder that Python can import and that shadows nothing.
fn legal(name: &str) -> String {
    let name = module_name(name);
    if RESERVED.contains(&name.as_str()) {
        return format!("{name}_");
    }
    name
}

/// How many folders all places have in common; the place itself is not counted.
fn common_parent(places: &[Vec<String>]) -> usize {
    let Some((first, rest)) = places.split_first() else {
        return 0;
    };
    let mut common = first.len().saturating_sub(1);
    for place in rest {
        let same = first
            .iter()
            .zip(place)
            .take_while(|(one, other)| one == other);
        common = common.min(same.count()).min(place.len().saturating_sub(1));
    }
    common
}

fn parts(path: &Path) -> Vec<String> {
    path.components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            Component::ParentDir => Some("..".to_owned()),
            _ => None,
        })
        .collect()
}

/// The Python package that a program becomes: its file's stem, with a name of its own that is
/// never a module of the standard library or of a package.
pub(super) fn program_name(entry: &Path) -> String {
    let stem = entry
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let mut name = String::new();
    for c in stem.chars() {
        name.push(if c.is_ascii_alphanumeric() { c } else { '_' });
    }
    format!("mochi_{name}")
}

/// The working directory, or the root where there is none.
pub(super) fn working_directory(system: &dyn mochi_system::System) -> PathBuf {
    system.current_dir().unwrap_or_default()
}
