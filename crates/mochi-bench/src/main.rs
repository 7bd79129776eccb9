//! What `bench/run.py` measures of the reader of types: `mochi-bench types FOLDER MODULE` evaluates
//! every public item of an installed package and counts them, `mochi-bench parse FOLDER MODULE` only
//! parses the same package's files, which no reader can do without. Never part of the product.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use mochi_ingest::{FileSource, FolderEntry, Universe, UniverseOptions, read_all};
use mochi_surface::ModuleName;
use ruff_python_ast::PySourceType;

/// The files of this machine.
struct Disk;

impl FileSource for Disk {
    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        fs::read(path).ok()
    }

    fn list(&self, folder: &Path) -> Option<Vec<FolderEntry>> {
        let entries = fs::read_dir(folder).ok()?.filter_map(Result::ok);
        let named = entries.map(|entry| FolderEntry {
            name: entry.file_name().to_string_lossy().into_owned(),
            is_dir: entry.path().is_dir(),
        });
        Some(named.collect())
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let said = match words[..] {
        ["types", folder, module] => Ok(types(Path::new(folder), module)),
        ["parse", folder, module] => parse(&Path::new(folder).join(module)),
        _ => Err(io::Error::other(
            "usage: mochi-bench types|parse FOLDER MODULE",
        )),
    };
    match said {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Evaluates every public item of a package.
fn types(site_packages: &Path, module: &str) -> String {
    let options = UniverseOptions {
        site_packages: vec![site_packages.to_owned()],
        python_version: (3, 12),
        platform: "linux".to_owned(),
    };
    let universe = Universe::new(Rc::new(Disk), options);
    let counts = read_all(&universe, &[ModuleName::new(module)]);
    format!(
        "{} modules, {} functions, {} classes, {} members, {} values, {} parameters",
        counts.modules,
        counts.functions,
        counts.classes,
        counts.members,
        counts.values,
        counts.parameters
    )
}

/// Parses the files of a package that declare its types: stubs, and sources that have none.
fn parse(package: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    collect(package, &mut files)?;
    let mut bytes = 0;
    let mut errors = 0;
    for file in &files {
        let text = fs::read_to_string(file)?;
        bytes += text.len();
        let parsed = ruff_python_parser::parse_unchecked_source(&text, PySourceType::from(file));
        errors += parsed.errors().len();
    }
    Ok(format!(
        "{} files, {bytes} bytes, {errors} errors",
        files.len()
    ))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            // Packages ship their own tests; nobody's types are in there.
            if !path.ends_with("tests") {
                collect(&path, files)?;
            }
            continue;
        }
        let declares = match path.extension().and_then(|suffix| suffix.to_str()) {
            Some("pyi") => true,
            Some("py") => !path.with_extension("pyi").exists(),
            _ => false,
        };
        if declares {
            files.push(path);
        }
    }
    files.sort();
    Ok(())
}
