//! Sidecars: the Python files beside a program's own that its `extern` statements describe.
//!
//! They are read with the program, belong to what a build depends on, and go into its output.
//!
//! Spec: language.md §18.2.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use mochi_base::{SourceFile, SourceId};
use mochi_check::{Sidecar, SidecarNames, typed};
use mochi_ingest::defined_names;
use mochi_python::LowerOptions;
use mochi_system::System;
use mochi_types::ModuleId;

use super::graph::SourceModule;

/// The sidecars of a program.
#[derive(Default)]
pub(super) struct Sidecars {
    known: BTreeMap<SourceId, Sidecar>,
    files: Vec<SidecarFile>,
}

/// A sidecar that is there.
struct SidecarFile {
    module: ModuleId,
    /// Its path in the output.
    path: String,
    text: Rc<str>,
}

impl Sidecars {
    /// Reads the sidecars of files that may describe one.
    pub(super) fn read(
        system: &dyn System,
        modules: &[SourceModule],
        layout: &[LowerOptions],
    ) -> Self {
        let mut sidecars = Self::default();
        for (module, options) in modules.iter().zip(layout) {
            for (id, source) in &module.sources {
                if source.text().contains("extern") {
                    sidecars.add(system, *id, source, &options.package);
                }
            }
        }
        sidecars
    }

    fn add(&mut self, system: &dyn System, id: SourceId, source: &SourceFile, package: &[String]) {
        let path = Path::new(source.path());
        let stem = stem(path);
        let file = path.with_file_name(format!("{}_externs.py", stem.replace('-', "_")));
        let shown = file.display().to_string();
        let mut parts = package.to_vec();
        parts.push(python_stem(&stem));
        let module = ModuleId(Rc::from(format!(".{}", parts.join("."))));
        let names = if system.is_file(&file) {
            match system.read_text(&file) {
                Ok(text) => {
                    let names = match defined_names(&text) {
                        Ok(found) => SidecarNames::Known {
                            names: found.names,
                            is_open: found.is_open,
                        },
                        Err(why) => SidecarNames::Unreadable(why),
                    };
                    self.files.push(SidecarFile {
                        module: module.clone(),
                        path: format!("{}.py", parts.join("/")),
                        text: Rc::from(text),
                    });
                    names
                }
                Err(error) => SidecarNames::Unreadable(error.to_string()),
            }
        } else {
            SidecarNames::Missing
        };
        let sidecar = Sidecar {
            file: Rc::from(shown),
            module,
            names,
        };
        self.known.insert(id, sidecar);
    }

    /// The sidecars of a module's texts, as the checker takes them.
    pub(super) fn of(&self, module: &SourceModule) -> BTreeMap<SourceId, Sidecar> {
        let sources = module.sources.iter();
        let known = sources.filter_map(|(id, _)| Some((*id, self.known.get(id)?.clone())));
        known.collect()
    }

    /// What a build depends on.
    pub(super) fn parts(&self) -> impl Iterator<Item = String> {
        let files = self.files.iter();
        files.flat_map(|file| [file.path.clone(), file.text.to_string()])
    }

    /// The files that the output of a program needs.
    pub(super) fn used(&self, modules: &[typed::Module]) -> Vec<(String, String)> {
        let wanted: BTreeSet<&ModuleId> = modules
            .iter()
            .flat_map(|module| module.sidecars.iter())
            .collect();
        let files = self.files.iter();
        files
            .filter(|file| wanted.contains(&file.module))
            .map(|file| (file.path.clone(), file.text.to_string()))
            .collect()
    }
}

/// The name of a file without its suffix.
fn stem(path: &Path) -> String {
    path.file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// The Python module of the sidecar of a file with this stem.
pub(super) fn python_stem(stem: &str) -> String {
    let legal = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let mut name: String = stem.chars().map(legal).collect();
    if name.chars().next().is_none_or(char::is_numeric) {
        name.insert(0, '_');
    }
    format!("{name}_externs")
}
