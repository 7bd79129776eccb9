//! What a name of a module stands for, imports followed: by name, module by module, reading only
//! the files on the way.

use std::rc::Rc;

use mochi_surface::{ModuleName, SkipReason};

use crate::index::{ClassNode, Def, ModuleIndex, Scope, Site};
use crate::resolver::Text;
use crate::universe::Universe;

/// A definition: a name in a module or in a class of it.
#[derive(Clone)]
pub(crate) struct Local {
    pub(crate) module: Rc<ModuleIndex>,
    pub(crate) class: Option<Rc<ClassNode>>,
    pub(crate) name: Rc<str>,
}

impl Local {
    /// The scope that holds the definition.
    pub(crate) fn scope(&self) -> &Scope {
        match &self.class {
            Some(class) => &class.scope,
            None => &self.module.scope,
        }
    }

    /// `module.Class.name`, the identity of what the definition binds.
    pub(crate) fn path(&self) -> String {
        match &self.class {
            Some(class) => format!("{}.{}", class.name, self.name),
            None => format!("{}.{}", self.module.name, self.name),
        }
    }
}

/// What a name stands for.
#[derive(Clone)]
pub(crate) enum Found {
    /// A module.
    Module(ModuleName),
    /// A definition.
    Local(Local),
    /// Nothing that can be read, and why.
    Missing(SkipReason),
}

/// A cached answer.
pub(crate) enum Slot {
    /// Being looked up: an import cycle leads back here.
    Busy,
    /// Known.
    Done(Option<Found>),
}

impl Universe {
    /// What `name` stands for as an attribute of the module.
    pub(crate) fn find(&self, module: &Rc<ModuleIndex>, name: &str) -> Option<Found> {
        match module.found.borrow().get(name) {
            Some(Slot::Busy) => return self.submodule(module, name),
            Some(Slot::Done(found)) => return found.clone(),
            None => {}
        }
        let key: Rc<str> = Rc::from(name);
        module.found.borrow_mut().insert(key.clone(), Slot::Busy);
        let Some(found) = self.nested(|| self.find_uncached(module, &key)) else {
            // Cut short: another way to the name may be shorter.
            module.found.borrow_mut().remove(&key);
            return None;
        };
        module
            .found
            .borrow_mut()
            .insert(key, Slot::Done(found.clone()));
        found
    }

    fn find_uncached(&self, module: &Rc<ModuleIndex>, name: &Rc<str>) -> Option<Found> {
        if matches!(module.source.text, Text::Native) {
            return Some(Found::Missing(SkipReason::NoTypes));
        }
        if let Some(site) = self.choose(&module.scope, name) {
            return Some(self.follow(module, None, name, site));
        }
        for star in module.stars.iter().rev() {
            if *star == module.name {
                continue;
            }
            let Some(other) = self.load(star) else {
                continue;
            };
            if matches!(other.source.text, Text::Native) {
                continue;
            }
            if self.star_exports(&other, name)
                && let Some(found) = self.find(&other, name)
            {
                return Some(found);
            }
        }
        if let Some(found) = self.submodule(module, name) {
            return Some(found);
        }
        if module.scope.sites.contains_key("__getattr__") && !is_dunder(name) {
            return Some(Found::Missing(SkipReason::DynamicAttribute));
        }
        None
    }

    /// The submodule of that name.
    fn submodule(&self, module: &Rc<ModuleIndex>, name: &str) -> Option<Found> {
        if !module.source.is_package {
            return None;
        }
        let child = module.name.child(name);
        self.resolver
            .resolve(&child)
            .is_some()
            .then_some(Found::Module(child))
    }

    /// What a name bound in a scope stands for.
    pub(crate) fn find_in_class(
        &self,
        module: &Rc<ModuleIndex>,
        class: &Rc<ClassNode>,
        name: &str,
    ) -> Option<Found> {
        let site = self.choose(&class.scope, name)?;
        Some(self.follow(module, Some(class), &Rc::from(name), site))
    }

    fn follow(
        &self,
        module: &Rc<ModuleIndex>,
        class: Option<&Rc<ClassNode>>,
        name: &Rc<str>,
        site: &Site,
    ) -> Found {
        match &site.def {
            Def::Import { module, .. } => match self.resolver.resolve(module) {
                Some(_) => Found::Module(module.clone()),
                None => Found::Missing(SkipReason::UnresolvedReference),
            },
            Def::ImportFrom {
                module: from,
                name: imported,
                ..
            } => self
                .find_import(module, from, imported)
                .unwrap_or(Found::Missing(SkipReason::UnresolvedReference)),
            _ => Found::Local(Local {
                module: module.clone(),
                class: class.cloned(),
                name: name.clone(),
            }),
        }
    }

    fn find_import(
        &self,
        module: &Rc<ModuleIndex>,
        from: &ModuleName,
        name: &str,
    ) -> Option<Found> {
        if *from == module.name {
            // `from . import child` in the package itself.
            return self
                .submodule(module, name)
                .or_else(|| self.find(module, name));
        }
        let other = self.load(from)?;
        self.find(&other, name)
    }

    /// Which of the bindings of a name counts: the last declaration of the main path whose import
    /// resolves, then the last assignment, then what handlers bind.
    pub(crate) fn choose<'s>(&self, scope: &'s Scope, name: &str) -> Option<&'s Site> {
        let sites = scope.sites.get(name)?;
        if let [site] = sites.as_slice() {
            return Some(site);
        }
        let main = |declared: bool| {
            sites
                .iter()
                .rev()
                .filter(move |site| !site.is_fallback && site.def.is_declaration() == declared)
        };
        let fallbacks = |declared: bool| {
            sites
                .iter()
                .filter(move |site| site.is_fallback && site.def.is_declaration() == declared)
        };
        let ordered = main(true)
            .chain(main(false))
            .chain(fallbacks(true))
            .chain(fallbacks(false));
        let mut first = None;
        for site in ordered {
            if !site.def.is_import() || self.import_resolves(&site.def) {
                return Some(site);
            }
            first = first.or(Some(site));
        }
        first
    }

    fn import_resolves(&self, def: &Def) -> bool {
        match def {
            Def::Import { module, .. } => self.resolver.resolve(module).is_some(),
            Def::ImportFrom { module, name, .. } => {
                let Some(source) = self.resolver.resolve(module) else {
                    return false;
                };
                if matches!(source.text, Text::Native) {
                    return false;
                }
                self.load(module)
                    .is_some_and(|other| self.is_bound(&other, name))
            }
            _ => true,
        }
    }

    /// Whether a module binds a name in any way, without following it.
    fn is_bound(&self, module: &Rc<ModuleIndex>, name: &str) -> bool {
        module.scope.sites.contains_key(name)
            || module.scope.sites.contains_key("__getattr__")
            || !module.stars.is_empty()
            || self.submodule(module, name).is_some()
    }
}

fn is_dunder(name: &str) -> bool {
    name.starts_with("__") && name.ends_with("__")
}
