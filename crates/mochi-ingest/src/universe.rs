//! The entry point: every module of an environment, evaluated as far as it is asked for.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;

use mochi_surface::{
    Class, ClassName, Item, Member, Module, ModuleName, PyType, SurfaceSource, Tier,
};

use crate::builder;
use crate::files::FileSource;
use crate::flow::Target;
use crate::index::{ClassNode, ModuleIndex};
use crate::map::{Map, Set};
use crate::resolver::{Resolver, Text};

/// What the answers depend on besides the sources.
#[derive(Clone, Debug)]
pub struct UniverseOptions {
    /// The folders that hold installed packages, first wins.
    pub site_packages: Vec<PathBuf>,
    /// The Python version that conditions are decided against.
    pub python_version: (u8, u8),
    /// `sys.platform` of the target: `linux`, `darwin`, `win32`.
    pub platform: String,
}

/// How deep evaluations may nest: imports, aliases, bases, type expressions and calls together.
const MAX_DEPTH: u32 = 160;

/// Answers by a module or class and a name in it.
type Answers<K, T> = RefCell<Map<(K, Rc<str>), Option<Rc<T>>>>;

/// A class with the module that holds it.
pub(crate) type ClassHome = (Rc<ModuleIndex>, Rc<ClassNode>);

/// Every module of an environment and of the standard library, read lazily.
pub struct Universe {
    pub(crate) resolver: Resolver,
    pub(crate) target: Target,
    pub(crate) builtins: ModuleName,
    modules: RefCell<Map<ModuleName, Option<Rc<ModuleIndex>>>>,
    /// The sources beside packages' own stubs.
    running_modules: RefCell<Map<ModuleName, Option<Rc<ModuleIndex>>>>,
    pub(crate) classes: RefCell<Map<ClassName, Option<ClassHome>>>,
    pub(crate) mros: RefCell<Map<ClassName, Rc<[PyType]>>>,
    /// Classes whose bases are under evaluation.
    pub(crate) busy_classes: RefCell<Set<ClassName>>,
    /// Values under inference.
    pub(crate) busy_values: RefCell<Set<String>>,
    pub(crate) depth: Cell<u32>,
    pub(crate) alias_level: Cell<u32>,
    pub(crate) lowest_recursion: Cell<u32>,
    /// Shorter public paths that classes were asked by.
    pub(crate) public_paths: RefCell<Map<ClassName, (ModuleName, Rc<str>)>>,
    surface_modules: RefCell<Map<ModuleName, Option<Rc<Module>>>>,
    surface_items: Answers<ModuleName, Item>,
    surface_classes: RefCell<Map<ClassName, Option<Rc<Class>>>>,
    surface_members: Answers<ClassName, Member>,
}

impl Universe {
    /// A universe over the given files.
    pub fn new(files: Rc<dyn FileSource>, options: UniverseOptions) -> Self {
        Self::with_types(files, options, &[])
    }

    /// A universe that also reads folders laid out like `site-packages` that hold stub packages
    /// and what those need, and that the running program does not see: whatever is found only
    /// there serves as type, never as run-time class.
    pub fn with_types(
        files: Rc<dyn FileSource>,
        options: UniverseOptions,
        types: &[PathBuf],
    ) -> Self {
        let UniverseOptions {
            site_packages,
            python_version,
            platform,
        } = options;
        Self {
            resolver: Resolver::new(files, (&site_packages, types), python_version),
            target: Target {
                version: python_version,
                platform,
            },
            builtins: ModuleName::new("builtins"),
            modules: RefCell::default(),
            running_modules: RefCell::default(),
            classes: RefCell::default(),
            mros: RefCell::default(),
            busy_classes: RefCell::default(),
            busy_values: RefCell::default(),
            depth: Cell::new(0),
            alias_level: Cell::new(0),
            lowest_recursion: Cell::new(u32::MAX),
            public_paths: RefCell::default(),
            surface_modules: RefCell::default(),
            surface_items: RefCell::default(),
            surface_classes: RefCell::default(),
            surface_members: RefCell::default(),
        }
    }

    /// Runs one step of a recursive evaluation; none where sources nest deeper than any real one
    /// does (every step takes stack).
    pub(crate) fn nested<T>(&self, step: impl FnOnce() -> T) -> Option<T> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return None;
        }
        self.depth.set(depth + 1);
        let result = step();
        self.depth.set(depth);
        Some(result)
    }

    /// The index of a module; parsed at the first request.
    pub(crate) fn load(&self, name: &ModuleName) -> Option<Rc<ModuleIndex>> {
        if let Some(known) = self.modules.borrow().get(name) {
            return known.clone();
        }
        let index = self.resolver.resolve(name).and_then(|source| {
            let text = match source.text {
                Text::Native | Text::Namespace => String::new(),
                _ => self.resolver.read(&source.text)?,
            };
            Some(Rc::new(builder::build(name, source, &text, &self.target)))
        });
        self.modules
            .borrow_mut()
            .insert(name.clone(), index.clone());
        index
    }

    /// The Python source beside a package's own stub: what the running package binds.
    fn running_module(&self, name: &ModuleName) -> Option<Rc<ModuleIndex>> {
        if let Some(known) = self.running_modules.borrow().get(name) {
            return known.clone();
        }
        let index = self.resolver.source_beside(name).and_then(|source| {
            let text = self.resolver.read(&source.text)?;
            Some(Rc::new(builder::build(name, source, &text, &self.target)))
        });
        self.running_modules
            .borrow_mut()
            .insert(name.clone(), index.clone());
        index
    }

    /// The top-level modules of the standard library for this Python version, sorted.
    pub fn stdlib_modules(&self) -> Vec<ModuleName> {
        self.resolver
            .typeshed
            .top_levels()
            .into_iter()
            .map(ModuleName::new)
            .collect()
    }

    /// The submodules of a package, sorted; empty for a plain module.
    pub fn submodules(&self, name: &ModuleName) -> Vec<ModuleName> {
        match self.resolver.resolve(name) {
            Some(source) => source
                .children
                .iter()
                .map(|child| name.child(child))
                .collect(),
            None => Vec::new(),
        }
    }

    /// Whether the parser had to recover from errors in the module.
    pub fn has_syntax_errors(&self, name: &ModuleName) -> bool {
        self.load(name).is_some_and(|index| index.has_errors)
    }
}

impl SurfaceSource for Universe {
    fn module(&self, name: &ModuleName) -> Option<Rc<Module>> {
        if let Some(known) = self.surface_modules.borrow().get(name) {
            return known.clone();
        }
        let module = self
            .load(name)
            .map(|index| Rc::new(self.describe_module(&index)));
        self.surface_modules
            .borrow_mut()
            .insert(name.clone(), module.clone());
        module
    }

    fn binds(&self, module: &ModuleName, name: &str) -> bool {
        self.load(module)
            .is_none_or(|index| index.scope.sites.contains_key(name) || !index.stars.is_empty())
    }

    fn may_be_missing(&self, class: &ClassName) -> bool {
        let Some(source) = self.resolver.resolve(&class.module) else {
            return false;
        };
        if source.is_compiled {
            return true;
        }
        if source.tier != Tier::Inline || !source.is_stub {
            return false;
        }
        let Some(running) = self.running_module(&class.module) else {
            return false;
        };
        let name = class.qualname.split('.').next().unwrap_or_default();
        let sites = &running.scope.sites;
        running.stars.is_empty() && !sites.contains_key(name) && !sites.contains_key("__getattr__")
    }

    fn holds_only_types(&self, module: &ModuleName) -> bool {
        let source = self.resolver.resolve(module);
        source.is_some_and(|source| source.is_absent)
    }

    fn item(&self, module: &ModuleName, name: &str) -> Option<Rc<Item>> {
        let key = (module.clone(), Rc::<str>::from(name));
        if let Some(known) = self.surface_items.borrow().get(&key) {
            return known.clone();
        }
        let item = self
            .load(module)
            .and_then(|index| self.describe_item(&index, name))
            .map(Rc::new);
        self.surface_items.borrow_mut().insert(key, item.clone());
        item
    }

    fn class(&self, class: &ClassName) -> Option<Rc<Class>> {
        if let Some(known) = self.surface_classes.borrow().get(class) {
            return known.clone();
        }
        let described = self
            .class_node(class)
            .map(|(module, node)| Rc::new(self.describe_class(&module, &node)));
        self.surface_classes
            .borrow_mut()
            .insert(class.clone(), described.clone());
        described
    }

    fn member(&self, class: &ClassName, name: &str) -> Option<Rc<Member>> {
        let key = (class.clone(), Rc::<str>::from(name));
        if let Some(known) = self.surface_members.borrow().get(&key) {
            return known.clone();
        }
        let member = self
            .class_node(class)
            .and_then(|(module, node)| self.describe_member(&module, &node, name))
            .map(Rc::new);
        self.surface_members
            .borrow_mut()
            .insert(key, member.clone());
        member
    }
}
