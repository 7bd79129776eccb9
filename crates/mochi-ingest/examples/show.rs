//! Prints the public surface of modules, or single names, as text: `show SITE_PACKAGES NAME…`,
//! where a name is `module` or `module:item`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_ingest::{FileSource, FolderEntry, Universe, UniverseOptions};
use mochi_surface::ModuleName;

struct Disk;

impl FileSource for Disk {
    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        std::fs::read(path).ok()
    }

    fn list(&self, folder: &Path) -> Option<Vec<FolderEntry>> {
        let entries = std::fs::read_dir(folder).ok()?;
        Some(
            entries
                .flatten()
                .map(|entry| FolderEntry {
                    is_dir: entry.path().is_dir(),
                    name: entry.file_name().to_string_lossy().into_owned(),
                })
                .collect(),
        )
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((site, names)) = arguments.split_first() else {
        eprintln!("usage: show SITE_PACKAGES NAME…");
        std::process::exit(2);
    };
    let universe = Universe::new(
        Rc::new(Disk),
        UniverseOptions {
            site_packages: vec![PathBuf::from(site)],
            python_version: (3, 12),
            platform: "linux".to_owned(),
        },
    );
    for name in names {
        match name.split_once(':') {
            Some((module, item)) => {
                print!(
                    "{}",
                    support::show_name(&universe, &ModuleName::new(module), item)
                );
            }
            None => print!("{}", support::show_module(&universe, name)),
        }
    }
}
