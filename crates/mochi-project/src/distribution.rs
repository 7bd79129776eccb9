//! Which modules an installed distribution brings, read from its own list of files.
//!
//! No table of names exists: `RECORD` says what was installed, and the rule below picks the module
//! that an import means.
//!
//! Spec: bridge.md §2; the packaging specifications "recording installed projects" and "core
//! metadata".

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use mochi_system::System;
use pep508_rs::PackageName;

/// A distribution in an environment's `site-packages`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// The normalised name.
    pub name: String,
    /// The installed version.
    pub version: String,
    /// Its `.dist-info` directory.
    pub metadata: PathBuf,
}

/// The modules that a distribution installs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modules {
    /// Every module and package, dotted, private ones too.
    all: BTreeSet<String>,
    /// Directories with modules below them but no `__init__` of their own.
    namespaces: BTreeSet<String>,
}

/// What the rule of imports says about a distribution without a chosen module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopModule {
    /// The one that is meant.
    One(String),
    /// Several, and none is called as the distribution.
    Several(Vec<String>),
    /// Nothing public.
    None,
}

/// Every distribution in `site_packages`, sorted by name.
pub fn installed(system: &dyn System, site_packages: &Path) -> io::Result<Vec<Distribution>> {
    let mut found: Vec<Distribution> = system
        .list(site_packages)?
        .iter()
        .filter_map(|directory| {
            let (name, version) = directory.strip_suffix(".dist-info")?.rsplit_once('-')?;
            Some(Distribution {
                name: PackageName::from_str(name).ok()?.to_string(),
                version: version.to_owned(),
                metadata: site_packages.join(directory),
            })
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

impl Distribution {
    /// Its modules, from `RECORD`; from `top_level.txt` where an old installer left no record.
    pub fn modules(&self, system: &dyn System) -> io::Result<Modules> {
        match system.read_text(&self.metadata.join("RECORD")) {
            Ok(record) => {
                let mut modules = Modules::of_record(&record);
                if modules.top().is_empty() {
                    self.add_linked(system, &record, &mut modules);
                }
                Ok(modules)
            }
            Err(error) => match system.read_text(&self.metadata.join("top_level.txt")) {
                Ok(names) => Ok(Modules {
                    all: names
                        .lines()
                        .map(|name| name.trim().replace('/', "."))
                        .collect(),
                    namespaces: BTreeSet::new(),
                }),
                Err(_) => Err(error),
            },
        }
    }

    /// Adds the modules of an editable installation: its record has a path to them only. Where the
    /// distribution names its top modules, other files beside them are none of it.
    fn add_linked(&self, system: &dyn System, record: &str, modules: &mut Modules) {
        let Some(site_packages) = self.metadata.parent() else {
            return;
        };
        let listed = system
            .read_text(&self.metadata.join("top_level.txt"))
            .unwrap_or_default();
        let listed: Vec<&str> = listed.split_whitespace().collect();
        for link in record.lines().filter_map(first_field) {
            if Path::new(&link)
                .extension()
                .is_none_or(|extension| extension != "pth")
            {
                continue;
            }
            let text = system
                .read_text(&site_packages.join(&link))
                .unwrap_or_default();
            for line in text.lines().map(str::trim) {
                if line.is_empty() || line.starts_with('#') || line.starts_with("import ") {
                    continue;
                }
                let folder = site_packages.join(line);
                for name in system.list(&folder).unwrap_or_default() {
                    let stem = name.split('.').next().unwrap_or(&name);
                    if listed.is_empty() || listed.contains(&stem) {
                        add_tree(system, &folder, &name, 0, modules);
                    }
                }
            }
        }
    }

    /// The extras that its metadata declares, normalised.
    pub fn extras(&self, system: &dyn System) -> Vec<String> {
        let text = system
            .read_text(&self.metadata.join("METADATA"))
            .unwrap_or_default();
        text.lines()
            // The headers end at the first empty line; the description follows.
            .take_while(|line| !line.is_empty())
            .filter_map(|line| line.strip_prefix("Provides-Extra:"))
            .filter_map(|extra| PackageName::from_str(extra.trim()).ok())
            .map(|extra| extra.to_string())
            .collect()
    }
}

impl Modules {
    /// Reads a `RECORD`: lines of path, digest and size, as comma-separated values.
    pub fn of_record(record: &str) -> Self {
        let mut modules = Self::default();
        for line in record.lines() {
            if let Some(path) = first_field(line) {
                modules.add_file(&path);
            }
        }
        modules
    }

    fn add_file(&mut self, path: &str) {
        let mut parts: Vec<&str> = path.split(['/', '\\']).collect();
        let Some(module) = parts.pop().and_then(module_of_file) else {
            return;
        };
        // Scripts and data lie outside (`../../bin`), metadata in `x.dist-info`: neither is a name.
        if !parts.iter().all(|part| is_identifier(part)) {
            return;
        }
        let package = parts.join(".");
        if module == "__init__" {
            if !package.is_empty() {
                self.all.insert(package);
            }
        } else if package.is_empty() {
            self.all.insert(module.to_owned());
        } else {
            self.all.insert(format!("{package}.{module}"));
        }
        // Whatever holds a module can be imported, with or without an `__init__`.
        while !parts.is_empty() {
            self.namespaces.insert(parts.join("."));
            parts.pop();
        }
    }

    /// Whether the module exists, namespace packages included.
    pub fn contains(&self, module: &str) -> bool {
        self.all.contains(module) || self.namespaces.contains(module)
    }

    /// Every module and package with an `__init__`, private ones too.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(String::as_str)
    }

    /// The public modules, for suggestions.
    pub fn public(&self) -> impl Iterator<Item = &str> {
        self.all
            .iter()
            .map(String::as_str)
            .filter(|module| is_public(module))
    }

    /// The public modules at the top. A namespace package stands for what is in it: it belongs to
    /// other distributions as well.
    pub fn top(&self) -> Vec<&str> {
        let mut top: Vec<&str> = Vec::new();
        for module in self.public() {
            let below = |package: &str| {
                module
                    .strip_prefix(package)
                    .is_some_and(|rest| rest.starts_with('.'))
            };
            if !top.iter().any(|package| below(package)) {
                top.push(module);
            }
        }
        top
    }

    /// The module that an import of the distribution `name` means.
    pub fn meant_by(&self, name: &str) -> TopModule {
        let top = self.top();
        if let Some(equal) = top
            .iter()
            .find(|module| PackageName::from_str(module).is_ok_and(|one| one.as_ref() == name))
        {
            return TopModule::One((*equal).to_owned());
        }
        // A package without `__init__` that is called as the distribution is its own.
        if let Some(equal) = self
            .namespaces
            .iter()
            .find(|module| PackageName::from_str(module).is_ok_and(|one| one.as_ref() == name))
        {
            return TopModule::One(equal.clone());
        }
        match top.as_slice() {
            [] => TopModule::None,
            [one] => TopModule::One((*one).to_owned()),
            several => TopModule::Several(several.iter().map(ToString::to_string).collect()),
        }
    }
}

/// Adds every file at or below `path` in `folder`.
fn add_tree(system: &dyn System, folder: &Path, path: &str, depth: u32, modules: &mut Modules) {
    const DEEPEST: u32 = 16;
    let place = folder.join(path);
    if !system.is_directory(&place) {
        modules.add_file(path);
        return;
    }
    let last = path.rsplit('/').next().unwrap_or(path);
    if depth < DEEPEST && is_identifier(last) {
        for name in system.list(&place).unwrap_or_default() {
            add_tree(
                system,
                folder,
                &format!("{path}/{name}"),
                depth + 1,
                modules,
            );
        }
    }
}

/// The first field of a line of comma-separated values.
pub(crate) fn first_field(line: &str) -> Option<String> {
    let Some(quoted) = line.strip_prefix('"') else {
        return line.split(',').next().map(str::to_owned);
    };
    let mut field = String::new();
    let mut rest = quoted.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '"' {
            field.push(c);
        } else if rest.next_if_eq(&'"').is_some() {
            field.push('"');
        } else {
            return Some(field);
        }
    }
    None
}

/// The module in a file of this name: Python, a stub, or native code with its ABI tag.
fn module_of_file(name: &str) -> Option<&str> {
    let (module, extension) = name.split_once('.')?;
    let last = extension.rsplit('.').next().unwrap_or(extension);
    let plain = matches!(extension, "py" | "pyi");
    let native = matches!(last, "so" | "pyd" | "dylib");
    ((plain || native) && is_identifier(module)).then_some(module)
}

/// Whether a name can be imported.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|first| first == '_' || first.is_alphabetic())
        && characters.all(|c| c == '_' || c.is_alphanumeric())
}

fn is_public(module: &str) -> bool {
    module.split('.').all(|part| !part.starts_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mochi_system::MemorySystem;

    fn modules(paths: &[&str]) -> Modules {
        Modules::of_record(&paths.join(",sha256=x,1\n"))
    }

    #[test]
    fn the_module_of_another_name_is_found() {
        let record = modules(&[
            "PyYAML-6.0.dist-info/METADATA",
            "../../../bin/tool",
            "_yaml/__init__.py",
            "yaml/__init__.py",
            "yaml/_yaml.cpython-312-x86_64-linux-gnu.so",
            "yaml/loader.py",
        ]);
        assert_eq!(record.meant_by("pyyaml"), TopModule::One("yaml".to_owned()));
        assert!(record.contains("yaml.loader") && record.contains("yaml._yaml"));
        assert!(!record.contains("yaml.lodaer"));
    }

    #[test]
    fn of_several_the_equally_named_one_is_meant() {
        let record = modules(&["attr/__init__.py", "attrs/__init__.py", "attrs/x.pyi"]);
        assert_eq!(record.meant_by("attrs"), TopModule::One("attrs".to_owned()));
        assert_eq!(
            record.meant_by("other"),
            TopModule::Several(vec!["attr".to_owned(), "attrs".to_owned()])
        );
    }

    #[test]
    fn names_are_compared_normalised() {
        let record = modules(&["typing_extensions.py", "Other.py"]);
        assert_eq!(
            record.meant_by("typing-extensions"),
            TopModule::One("typing_extensions".to_owned())
        );
        assert_eq!(record.meant_by("other"), TopModule::One("Other".to_owned()));
    }

    #[test]
    fn a_namespace_package_stands_for_what_is_in_it() {
        let record = modules(&[
            "zope/interface/__init__.py",
            "zope/interface/common/__init__.py",
        ]);
        assert_eq!(
            record.meant_by("zope-interface"),
            TopModule::One("zope.interface".to_owned())
        );
        assert!(record.contains("zope"));
    }

    #[test]
    fn a_package_without_init_can_be_meant() {
        let record = modules(&["plain/a.py", "plain/b.py"]);
        assert_eq!(record.meant_by("plain"), TopModule::One("plain".to_owned()));
    }

    #[test]
    fn stubs_and_data_are_not_modules() {
        let record = modules(&[
            "x-stubs/__init__.pyi",
            "share/readme.txt",
            "_private.py",
            "x.pth",
        ]);
        assert_eq!(record.meant_by("x"), TopModule::None);
    }

    #[test]
    fn quoted_paths_are_read() {
        assert_eq!(
            first_field("\"a,\"\"b\"\".py\",x,1").as_deref(),
            Some("a,\"b\".py")
        );
        assert_eq!(first_field("\"a"), None);
    }

    #[test]
    fn editable_distributions_have_the_modules_that_their_path_leads_to() {
        let system = MemorySystem::new()
            .with_file("/s/x-1.dist-info/RECORD", "__editable__.x-1.pth,,\n")
            .with_file("/s/x-1.dist-info/top_level.txt", "mine\n")
            .with_file("/s/__editable__.x-1.pth", "/home/x\n")
            .with_file("/home/x/mine/__init__.py", "")
            .with_file("/home/x/mine/inner/part.py", "")
            .with_file("/home/x/setup.py", "");
        let found = installed(&system, Path::new("/s")).unwrap();
        let modules = found[0].modules(&system).unwrap();
        assert_eq!(modules.top(), ["mine"]);
        assert!(modules.contains("mine.inner.part"));
    }

    #[test]
    fn installed_distributions_are_listed_with_their_extras() {
        let system = MemorySystem::new()
            .with_file("/s/PyYAML-6.0.2.dist-info/RECORD", "yaml/__init__.py,,")
            .with_file(
                "/s/PyYAML-6.0.2.dist-info/METADATA",
                "Name: PyYAML\nProvides-Extra: Fast_One\n\nProvides-Extra: no\n",
            )
            .with_file("/s/yaml/__init__.py", "");
        let found = installed(&system, Path::new("/s")).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].name.as_str(), found[0].version.as_str()),
            ("pyyaml", "6.0.2")
        );
        assert_eq!(found[0].extras(&system), ["fast-one"]);
        assert!(found[0].modules(&system).unwrap().contains("yaml"));
    }
}
