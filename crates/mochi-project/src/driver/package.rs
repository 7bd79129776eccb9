//! A program as a Python package on disk that runs without Mochi.
//!
//! Spec: bridge.md §9 (layout), language.md §19.1.

use std::io;
use std::path::{Path, PathBuf};

use mochi_python::{Lowered, module_name};
use mochi_system::System;

/// Where a package goes.
#[derive(Clone, Debug)]
pub struct PackageOptions {
    /// The folder that packages are put into.
    pub out: PathBuf,
    /// The package's name as the user knows it.
    pub name: String,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct PackageReport {
    /// The name that Python imports.
    pub module: String,
    /// Its folder.
    pub folder: PathBuf,
    /// The files in it, sorted.
    pub files: Vec<String>,
}

/// Why nothing was written.
#[derive(Debug)]
pub enum PackageError {
    /// What stands at the place was not built by mochi.
    InTheWay(PathBuf),
    /// The folder cannot be written.
    Unwritten(PathBuf, io::Error),
}

/// A file that every package has, which tells it from folders of other origin.
const MARK: &str = "py.typed";

/// Writes a package: it is complete, or what stood there before is untouched.
pub fn write_package(
    system: &dyn System,
    lowered: &Lowered,
    options: &PackageOptions,
) -> Result<PackageReport, PackageError> {
    let module = module_name(&options.name);
    let folder = options.out.join(&module);
    let exists = system.is_directory(&folder) || system.is_file(&folder);
    let is_empty = system.list(&folder).is_ok_and(|names| names.is_empty());
    if exists && !is_empty && !system.is_file(&folder.join(MARK)) {
        return Err(PackageError::InTheWay(folder));
    }
    let beside = options.out.join(format!(".{module}.{}", system.unique()));
    let written = write(system, &beside, lowered)
        .and_then(|()| system.remove(&folder))
        .and_then(|()| system.rename(&beside, &folder));
    if let Err(error) = written {
        // What cannot be removed now is only lost space.
        let _ = system.remove(&beside);
        return Err(PackageError::Unwritten(folder, error));
    }
    let mut files: Vec<String> = lowered.files.iter().map(|(path, _)| path.clone()).collect();
    files.sort();
    Ok(PackageReport {
        module,
        folder,
        files,
    })
}

/// Writes the files of a program below a folder.
pub(super) fn write(system: &dyn System, folder: &Path, lowered: &Lowered) -> io::Result<()> {
    system.create_dir_all(folder)?;
    for (path, text) in &lowered.files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            system.create_dir_all(parent)?;
        }
        system.write(&path, text.as_bytes())?;
    }
    Ok(())
}
