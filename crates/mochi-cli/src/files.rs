//! The programs that paths on the command line mean: files as they are named, folders for what is
//! below them.

use std::io;
use std::path::{Path, PathBuf};

use mochi_project::is_generated;
use mochi_system::{FileKind, System};

/// Adds the programs below a folder, in order; hidden folders and generated ones are passed over.
pub fn below(system: &dyn System, folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in system.entries(folder)? {
        let path = if folder == Path::new(".") {
            PathBuf::from(&entry.name)
        } else {
            folder.join(&entry.name)
        };
        let is_program = path.extension().is_some_and(|suffix| suffix == "mochi");
        match entry.kind {
            FileKind::Directory if entry.name.starts_with('.') => {}
            FileKind::Directory if is_generated(system, &path) => {}
            FileKind::Directory => below(system, &path, files)?,
            FileKind::File if is_program => files.push(path),
            _ => {}
        }
    }
    Ok(())
}

/// The files that paths mean, in order, and whether the user named them. The error is a sentence.
pub fn meant(system: &dyn System, paths: &[PathBuf]) -> Result<Vec<(PathBuf, bool)>, String> {
    let mut files = Vec::new();
    for path in paths {
        if system.is_directory(path) {
            let mut found = Vec::new();
            below(system, path, &mut found)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
            files.extend(found.into_iter().map(|file| (file, false)));
        } else {
            files.push((path.clone(), true));
        }
    }
    Ok(files)
}
