//! Reads every public type below the given modules and prints counts, time and skips:
//! `read_all SITE_PACKAGES MODULE… [--skips REASON]`. The module `stdlib` stands for all of the
//! standard library.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use mochi_ingest::{FileSource, FolderEntry, Universe, UniverseOptions, read_all};
use mochi_surface::ModuleName;

struct Disk;

impl FileSource for Disk {
    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        std::fs::read(path).ok()
    }

    fn list(&self, folder: &Path) -> Option<Vec<FolderEntry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(folder).ok()? {
            let entry = entry.ok()?;
            let kind = entry.file_type().ok()?;
            let is_dir = kind.is_dir() || (kind.is_symlink() && entry.path().is_dir());
            let name = entry.file_name().to_string_lossy().into_owned();
            entries.push(FolderEntry { name, is_dir });
        }
        Some(entries)
    }
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let reason = arguments.iter().position(|a| a == "--skips").map(|at| {
        let reason = arguments.get(at + 1).cloned().unwrap_or_default();
        arguments.truncate(at);
        reason
    });
    let Some((site, modules)) = arguments.split_first() else {
        eprintln!("usage: read_all SITE_PACKAGES MODULE… [--skips REASON]");
        std::process::exit(2);
    };
    let version = std::env::var("PYTHON_MINOR")
        .ok()
        .and_then(|v| v.parse().ok());
    for module in modules {
        let start = Instant::now();
        let options = UniverseOptions {
            site_packages: vec![PathBuf::from(site)],
            python_version: (3, version.unwrap_or(12)),
            platform: "linux".to_owned(),
        };
        let universe = Universe::new(Rc::new(Disk), options);
        let names = match module.as_str() {
            "stdlib" => universe.stdlib_modules(),
            name => vec![ModuleName::new(name)],
        };
        let counts = read_all(&universe, &names);
        let time = start.elapsed();
        println!(
            "{module}: {} modules, {} functions, {} classes, {} members, {} values, {} parameters in {time:.1?}",
            counts.modules,
            counts.functions,
            counts.classes,
            counts.members,
            counts.values,
            counts.parameters,
        );
        for (reason, count) in &counts.by_reason {
            println!("    {}: {count}", reason.code());
        }
        if let Some(reason) = &reason {
            for skip in counts.skips.iter().filter(|s| s.reason.code() == reason) {
                let place = skip.place.as_ref().map_or(String::new(), |place| {
                    format!("{}:{}", place.file, place.line)
                });
                println!("      {} {} {place}", skip.item, skip.part);
            }
        }
    }
}
