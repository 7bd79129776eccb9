//! Prints one JSON line a function or method of the given modules: for comparing parameters with
//! what Python's `inspect` sees. `signatures SITE_PACKAGES MODULE…`.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_ingest::{FileSource, FolderEntry, Universe, UniverseOptions};
use mochi_surface::{ClassName, Function, Item, MemberKind, ModuleName, SurfaceSource};

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

fn print(kind: &str, module: &ModuleName, path: &str, function: &Function) {
    if function.overloads.len() != 1 {
        return;
    }
    for signature in &function.overloads {
        let params: Vec<String> = signature
            .params
            .iter()
            .map(|p| format!("[\"{}\",\"{:?}\",{}]", p.name, p.kind, p.has_default))
            .collect();
        println!(
            "{{\"kind\":\"{kind}\",\"module\":\"{module}\",\"path\":\"{path}\",\"params\":[{}]}}",
            params.join(",")
        );
    }
}

fn print_class(universe: &Universe, module: &ModuleName, path: &str, class: &ClassName) {
    let Some(class) = universe.class(class) else {
        return;
    };
    for name in &class.members {
        let member = universe.member(&class.name, name);
        let path = format!("{path}.{name}");
        match member.as_deref().map(|member| &member.kind) {
            Some(MemberKind::Method(f)) => print("method", module, &path, f),
            Some(MemberKind::ClassMethod(f)) => print("class", module, &path, f),
            Some(MemberKind::StaticMethod(f)) => print("static", module, &path, f),
            Some(MemberKind::Property { .. }) => {
                println!("{{\"kind\":\"property\",\"module\":\"{module}\",\"path\":\"{path}\"}}");
            }
            Some(MemberKind::Attribute { class_level, .. }) => {
                let kind = if *class_level {
                    "class_attribute"
                } else {
                    "attribute"
                };
                println!("{{\"kind\":\"{kind}\",\"module\":\"{module}\",\"path\":\"{path}\"}}");
            }
            _ => {}
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((site, modules)) = arguments.split_first() else {
        eprintln!("usage: signatures SITE_PACKAGES MODULE…");
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
    for module in modules {
        let name = ModuleName::new(module.as_str());
        let Some(module) = universe.module(&name) else {
            continue;
        };
        for public in &module.public {
            match universe.item(&name, public).as_deref() {
                Some(Item::Function(function)) => print("function", &name, public, function),
                Some(Item::Class(class)) => print_class(&universe, &name, public, class),
                _ => {}
            }
        }
    }
}
