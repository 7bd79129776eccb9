//! Which imported distributions have no types of their own, seen in the environment.
//!
//! Spec: bridge.md §4; PEP 561.

use std::path::Path;

use mochi_system::System;

use super::allow_list;

/// A distribution that stubs are looked up for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wanted {
    /// The library's normalised name.
    pub library: String,
    /// Its version.
    pub version: String,
    /// The stub distribution.
    pub stubs: String,
}

impl Wanted {
    /// What to look up for `library`, imported as `module`: nothing if the environment has types
    /// for that module already.
    pub(crate) fn new(
        system: &dyn System,
        site_packages: &Path,
        module: &str,
        (library, version): (&str, &str),
    ) -> Option<Self> {
        if declares_types(system, site_packages, module)
            || has_stub_package(system, site_packages, module)
        {
            return None;
        }
        Some(Self {
            library: library.to_owned(),
            version: version.to_owned(),
            stubs: allow_list::candidate(library)?,
        })
    }

    /// Whether the stubs are those of typeshed, which has the names `types-…` for itself.
    pub(crate) fn is_of_typeshed(&self) -> bool {
        self.stubs.starts_with("types-")
    }
}

/// Whether a package on the way to the module ships `py.typed`, or the module itself a stub.
fn declares_types(system: &dyn System, site_packages: &Path, module: &str) -> bool {
    let mut folder = site_packages.to_owned();
    for part in module.split('.') {
        folder.push(part);
        if system.is_file(&folder.join("py.typed")) {
            return true;
        }
    }
    system.is_file(&folder.join("__init__.pyi")) || system.is_file(&folder.with_extension("pyi"))
}

/// Whether a stub package for the module is installed: then the user asked for it, and it wins.
fn has_stub_package(system: &dyn System, site_packages: &Path, module: &str) -> bool {
    let (top, rest) = module.split_once('.').unwrap_or((module, ""));
    let mut folder = site_packages.join(format!("{top}-stubs"));
    folder.extend(rest.split('.').filter(|part| !part.is_empty()));
    system.is_directory(&folder) || system.is_file(&folder.with_extension("pyi"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mochi_system::MemorySystem;

    fn is_wanted(system: &MemorySystem, module: &str) -> bool {
        Wanted::new(system, Path::new("/s"), module, ("lib", "1.2")).is_some()
    }

    #[test]
    fn only_what_has_no_types_wants_stubs() {
        let system = MemorySystem::new()
            .with_file("/s/plain/__init__.py", "")
            .with_file("/s/alone.py", "")
            .with_file("/s/typed/__init__.py", "")
            .with_file("/s/typed/py.typed", "")
            .with_file("/s/native/__init__.pyi", "")
            .with_file("/s/single.pyi", "")
            .with_file("/s/listed/__init__.py", "")
            .with_file("/s/listed-stubs/__init__.pyi", "")
            .with_file("/s/space/one/py.typed", "")
            .with_file("/s/space/two/__init__.py", "")
            .with_file("/s/space/three/__init__.py", "")
            .with_file("/s/space-stubs/three/__init__.pyi", "");
        for (module, expected) in [
            ("plain", true),
            ("plain.inner", true),
            ("alone", true),
            ("typed", false),
            ("typed.inner", false),
            ("native", false),
            ("single", false),
            ("listed", false),
            ("space.one", false),
            ("space.two", true),
            ("space.three", false),
        ] {
            assert_eq!(is_wanted(&system, module), expected, "{module}");
        }
    }
}
