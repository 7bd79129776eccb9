//! From a module's name to the file that declares it: PEP 561's order, per module.
//!
//! Spec: bridge.md §4; PEP 561 (stub packages, partial stubs), PEP 420 (namespace packages).

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_surface::{ModuleName, Tier};

use crate::files::FileSource;
use crate::map::{Map, Set};
use crate::typeshed::Typeshed;

/// Where a module's text is.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    /// A path below typeshed's `stdlib/`.
    Typeshed(String),
    /// A file of an environment.
    File(PathBuf),
    /// A native module without stubs: it exists, its names are unknown.
    Native,
    /// A namespace package: no file at all.
    Namespace,
}

/// What the resolver found for a module.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct ModuleSource {
    /// Where the text is.
    pub(crate) text: Text,
    /// Which tier of the ladder it is.
    pub(crate) tier: Tier,
    /// `.pyi`.
    pub(crate) is_stub: bool,
    /// Read for types only: nothing of it is there at run time.
    pub(crate) is_types_only: bool,
    /// A module of a distribution that holds nothing but types, not the stub of another module.
    pub(crate) is_absent: bool,
    /// A package's own stub of compiled code: no Python source is beside it.
    pub(crate) is_compiled: bool,
    /// Whether it has submodules.
    pub(crate) is_package: bool,
    /// The file relative to its root, for places.
    pub(crate) file: Rc<str>,
    /// Names of submodules, sorted.
    pub(crate) children: Vec<Rc<str>>,
}

/// A folder's names, read once.
#[derive(Default)]
struct Listing {
    dirs: Set<Rc<str>>,
    files: Set<Rc<str>>,
    /// Stems of native extension modules.
    natives: Set<Rc<str>>,
}

/// A hit of the search in one folder.
struct Hit {
    text: Text,
    is_stub: bool,
    /// The package's own folder.
    folder: Option<PathBuf>,
}

/// Finds modules in the standard library's stubs and in site-packages folders.
pub(crate) struct Resolver {
    files: Rc<dyn FileSource>,
    roots: Vec<PathBuf>,
    /// From here on `roots` are folders that the running program does not see.
    first_types_root: usize,
    /// The standard library.
    pub(crate) typeshed: Typeshed,
    listings: RefCell<Map<PathBuf, Option<Rc<Listing>>>>,
    found: RefCell<Map<ModuleName, Option<Rc<ModuleSource>>>>,
    /// Whether the package in a folder holds nothing but types.
    types_only: RefCell<Map<PathBuf, bool>>,
}

impl Resolver {
    /// A resolver over folders that the running program sees, and others that hold only types.
    pub(crate) fn new(
        files: Rc<dyn FileSource>,
        (roots, types): (&[PathBuf], &[PathBuf]),
        version: (u8, u8),
    ) -> Self {
        let mut resolver = Self {
            files,
            roots: Vec::new(),
            first_types_root: 0,
            typeshed: Typeshed::new(version),
            listings: RefCell::default(),
            found: RefCell::default(),
            types_only: RefCell::default(),
        };
        for root in roots {
            resolver.add_root(root);
        }
        resolver.first_types_root = resolver.roots.len();
        for root in types {
            resolver.add_root(root);
        }
        resolver
    }

    /// Adds a folder and those that its `.pth` files name.
    fn add_root(&mut self, root: &Path) {
        self.roots.push(root.to_owned());
        let Some(listing) = self.listing(root) else {
            return;
        };
        let mut names: Vec<_> = listing
            .files
            .iter()
            .filter(|name| name.ends_with(".pth"))
            .cloned()
            .collect();
        names.sort();
        for name in names {
            let Some(bytes) = self.files.read(&root.join(&*name)) else {
                continue;
            };
            for line in String::from_utf8_lossy(&bytes).lines().map(str::trim) {
                if line.is_empty() || line.starts_with('#') || line.starts_with("import ") {
                    continue;
                }
                let path = root.join(line);
                if !self.roots.contains(&path) {
                    self.roots.push(path);
                }
            }
        }
    }

    /// The text of a module, decoded; wrong bytes become replacement characters.
    pub(crate) fn read(&self, text: &Text) -> Option<String> {
        match text {
            Text::Typeshed(path) => self.typeshed.read(path),
            Text::File(path) => {
                let bytes = self.files.read(path)?;
                let text = String::from_utf8(bytes)
                    .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
                match text.strip_prefix('\u{feff}') {
                    Some(rest) => Some(rest.to_owned()),
                    None => Some(text),
                }
            }
            Text::Native | Text::Namespace => None,
        }
    }

    /// The source of a module.
    pub(crate) fn resolve(&self, name: &ModuleName) -> Option<Rc<ModuleSource>> {
        if let Some(known) = self.found.borrow().get(name) {
            return known.clone();
        }
        let source = if self.typeshed.has_top_level(name.top_level()) {
            self.resolve_stdlib(name)
        } else {
            self.resolve_site(name)
        };
        let source = source.map(Rc::new);
        self.found.borrow_mut().insert(name.clone(), source.clone());
        source
    }

    fn resolve_stdlib(&self, name: &ModuleName) -> Option<ModuleSource> {
        if !self.typeshed.is_available(name.as_str()) {
            return None;
        }
        let folder = name.as_str().replace('.', "/");
        let package = format!("{folder}/__init__.pyi");
        let is_package = self.typeshed.is_file(&package);
        let path = if is_package {
            package
        } else {
            format!("{folder}.pyi")
        };
        if !is_package && !self.typeshed.is_file(&path) {
            return None;
        }
        let mut children = Vec::new();
        if is_package {
            for (entry, is_dir) in self.typeshed.list(&folder) {
                let child = if is_dir {
                    Some(entry.as_str())
                } else {
                    entry.strip_suffix(".pyi")
                };
                if let Some(child) = child
                    && child != "__init__"
                    && self.typeshed.is_available(&format!("{name}.{child}"))
                {
                    children.push(Rc::from(child));
                }
            }
            children.sort();
        }
        Some(ModuleSource {
            file: Rc::from(format!("typeshed/stdlib/{path}")),
            text: Text::Typeshed(path),
            tier: Tier::Typeshed,
            is_stub: true,
            is_types_only: false,
            is_absent: false,
            is_compiled: false,
            is_package,
            children,
        })
    }

    fn resolve_site(&self, name: &ModuleName) -> Option<ModuleSource> {
        let parts: Vec<&str> = name.as_str().split('.').collect();
        let (top, rest) = parts.split_first()?;
        let stubs = format!("{top}-stubs");
        let mut best: Option<(Hit, Tier, bool, &PathBuf)> = None;
        let mut folders = Vec::new();
        for (first, is_stubs) in [(stubs.as_str(), true), (*top, false)] {
            for (index, root) in self.roots.iter().enumerate() {
                let Some(hit) = self.search(root, first, rest) else {
                    continue;
                };
                if is_stubs && !hit.is_stub && !matches!(hit.text, Text::Namespace) {
                    continue;
                }
                folders.extend(hit.folder.clone());
                let types_only =
                    index >= self.first_types_root || hit.is_stub && self.holds_types(root, top);
                let tier = if is_stubs || types_only {
                    Tier::Stubs
                } else if hit.is_stub || self.is_typed(root, &parts) {
                    Tier::Inline
                } else {
                    Tier::Untyped
                };
                let rank = |hit: &Hit| match hit.text {
                    Text::Typeshed(_) | Text::File(_) => 2,
                    Text::Native => 1,
                    Text::Namespace => 0,
                };
                if best
                    .as_ref()
                    .is_none_or(|(old, _, _, _)| rank(&hit) > rank(old))
                {
                    best = Some((hit, tier, types_only, root));
                }
            }
        }
        let (hit, tier, is_types_only, root) = best?;
        let mut children: Vec<Rc<str>> = folders
            .iter()
            .flat_map(|folder| self.children(folder))
            .collect();
        children.sort();
        children.dedup();
        let file = match &hit.text {
            Text::File(path) => path
                .strip_prefix(root)
                .unwrap_or(path)
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/"),
            _ => parts.join("/"),
        };
        let is_of_stubs = Self::is_below(&hit.text, &root.join(&stubs));
        let is_compiled = hit.is_stub && tier == Tier::Inline && !self.has_source_beside(&hit.text);
        Some(ModuleSource {
            text: hit.text,
            tier,
            is_stub: hit.is_stub,
            is_types_only,
            is_absent: is_types_only && !is_of_stubs,
            is_compiled,
            is_package: hit.folder.is_some(),
            file: Rc::from(file),
            children,
        })
    }

    /// The Python source beside the stub of a module.
    pub(crate) fn source_beside(&self, name: &ModuleName) -> Option<Rc<ModuleSource>> {
        let stub = self.resolve(name)?;
        let Text::File(path) = &stub.text else {
            return None;
        };
        Some(Rc::new(ModuleSource {
            text: Text::File(path.with_extension("py")),
            is_stub: false,
            ..(*stub).clone()
        }))
    }

    /// Whether a stub has the Python source that it describes beside it.
    fn has_source_beside(&self, text: &Text) -> bool {
        let Text::File(path) = text else {
            return false;
        };
        let source = path.with_extension("py");
        let (Some(folder), Some(name)) = (source.parent(), source.file_name()) else {
            return false;
        };
        let name = name.to_string_lossy();
        self.listing(folder)
            .is_some_and(|listing| listing.files.contains(&*name))
    }

    /// Whether a text is a file below a folder.
    fn is_below(text: &Text, folder: &Path) -> bool {
        matches!(text, Text::File(path) if path.starts_with(folder))
    }

    /// Whether a package belongs to the distribution of its own name and that one says of itself
    /// that it holds nothing but types. It may be installed and even be importable; values of the
    /// running program are no instances of its classes.
    fn holds_types(&self, root: &Path, package: &str) -> bool {
        let folder = root.join(package);
        if let Some(known) = self.types_only.borrow().get(&folder) {
            return *known;
        }
        let answer = self.says_types_only(root, package);
        self.types_only.borrow_mut().insert(folder, answer);
        answer
    }

    fn says_types_only(&self, root: &Path, package: &str) -> bool {
        let Some(listing) = self.listing(root) else {
            return false;
        };
        let is_its_own = |folder: &&Rc<str>| {
            let name = folder.strip_suffix(".dist-info");
            let name = name.and_then(|name| name.split_once('-'));
            name.is_some_and(|(name, _)| name.eq_ignore_ascii_case(package))
        };
        let Some(folder) = listing.dirs.iter().find(is_its_own) else {
            return false;
        };
        let metadata = self.files.read(&root.join(&**folder).join("METADATA"));
        metadata.is_some_and(|bytes| {
            String::from_utf8_lossy(&bytes)
                .lines()
                .take_while(|line| !line.is_empty())
                .any(|line| line == "Classifier: Typing :: Stubs Only")
        })
    }

    /// Looks for `first.rest…` below one root.
    fn search(&self, root: &Path, first: &str, rest: &[&str]) -> Option<Hit> {
        let mut folder = root.to_owned();
        let mut part = first;
        for next in rest {
            if !self.listing(&folder)?.dirs.contains(part) {
                return None;
            }
            folder.push(part);
            part = next;
        }
        let listing = self.listing(&folder)?;
        let file = |name: String, folder: &Path| Text::File(folder.join(name));
        let inner = listing.dirs.contains(part).then(|| folder.join(part));
        if let Some(inner) = &inner {
            let inside = self.listing(inner)?;
            for (name, is_stub) in [("__init__.pyi", true), ("__init__.py", false)] {
                if inside.files.contains(name) {
                    return Some(Hit {
                        text: file(name.to_owned(), inner),
                        is_stub,
                        folder: Some(inner.clone()),
                    });
                }
            }
        }
        for (suffix, is_stub) in [(".pyi", true), (".py", false)] {
            let name = format!("{part}{suffix}");
            if listing.files.contains(name.as_str()) {
                return Some(Hit {
                    text: file(name, &folder),
                    is_stub,
                    folder: None,
                });
            }
        }
        if listing.natives.contains(part) {
            return Some(Hit {
                text: Text::Native,
                is_stub: false,
                folder: None,
            });
        }
        inner.map(|inner| Hit {
            text: Text::Namespace,
            is_stub: false,
            folder: Some(inner),
        })
    }

    /// Whether a package on the way to the module ships `py.typed`.
    fn is_typed(&self, root: &Path, parts: &[&str]) -> bool {
        let mut folder = root.to_owned();
        for part in parts {
            folder.push(part);
            match self.listing(&folder) {
                Some(listing) if listing.files.contains("py.typed") => return true,
                Some(_) => {}
                None => return false,
            }
        }
        false
    }

    /// The modules that are directly inside a package's folder.
    fn children(&self, folder: &Path) -> Vec<Rc<str>> {
        let Some(listing) = self.listing(folder) else {
            return Vec::new();
        };
        let is_name = |name: &str| {
            !name.is_empty()
                && !name.starts_with(|c: char| c.is_ascii_digit())
                && name.chars().all(|c| c == '_' || c.is_alphanumeric())
        };
        let mut names: Vec<Rc<str>> = Vec::new();
        for file in &listing.files {
            let stem = file
                .strip_suffix(".pyi")
                .or_else(|| file.strip_suffix(".py"));
            if let Some(stem) = stem
                && stem != "__init__"
                && is_name(stem)
            {
                names.push(Rc::from(stem));
            }
        }
        for dir in &listing.dirs {
            if is_name(dir) && &**dir != "__pycache__" && self.has_python(&folder.join(&**dir)) {
                names.push(dir.clone());
            }
        }
        names.extend(listing.natives.iter().cloned());
        names
    }

    /// Whether a folder holds a Python file itself (a data folder is no submodule).
    fn has_python(&self, folder: &Path) -> bool {
        self.listing(folder).is_some_and(|listing| {
            listing.files.iter().any(|file| {
                let suffix = Path::new(&**file).extension();
                suffix.is_some_and(|s| s == "py" || s == "pyi")
            })
        })
    }

    fn listing(&self, folder: &Path) -> Option<Rc<Listing>> {
        if let Some(known) = self.listings.borrow().get(folder) {
            return known.clone();
        }
        let listing = self.files.list(folder).map(|entries| {
            let mut listing = Listing::default();
            for entry in entries {
                let name: Rc<str> = Rc::from(entry.name);
                if entry.is_dir {
                    listing.dirs.insert(name);
                    continue;
                }
                let suffix = Path::new(&*name).extension();
                if suffix.is_some_and(|s| s == "so" || s == "pyd")
                    && let Some(stem) = name.split('.').next()
                {
                    listing.natives.insert(Rc::from(stem));
                }
                listing.files.insert(name);
            }
            Rc::new(listing)
        });
        self.listings
            .borrow_mut()
            .insert(folder.to_owned(), listing.clone());
        listing
    }
}
