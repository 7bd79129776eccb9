//! The names of a module: all that can be reached, and those that are public.
//!
//! Spec: bridge.md §5; typing-spec "library interface (public and private symbols)".

use std::collections::BTreeSet;
use std::rc::Rc;

use mochi_surface::{Module, ModuleName};

use crate::index::{AllPart, Def, ModuleIndex, Site};
use crate::map::Set;
use crate::universe::Universe;

impl Universe {
    /// The names that `__all__` lists, if it can be read.
    pub(crate) fn all_names(&self, module: &Rc<ModuleIndex>) -> Option<Vec<Rc<str>>> {
        self.all_names_within(module, &mut Vec::new())
    }

    fn all_names_within(
        &self,
        module: &Rc<ModuleIndex>,
        path: &mut Vec<ModuleName>,
    ) -> Option<Vec<Rc<str>>> {
        let Some(parts) = &module.all else {
            // `from m import __all__ as __all__`.
            let site = module.scope.sites.get("__all__")?.last()?;
            let Def::ImportFrom { module: from, .. } = &site.def else {
                return None;
            };
            return self.all_names_of(from, path);
        };
        let mut names: Vec<Rc<str>> = Vec::new();
        // `from m import __all__` followed by `__all__ += …`.
        if let Some(site) = module.scope.sites.get("__all__").and_then(|s| s.first())
            && let Def::ImportFrom { module: from, .. } = &site.def
        {
            names.extend(self.all_names_of(from, path).unwrap_or_default());
        }
        for part in parts {
            match part {
                AllPart::Names(more) => names.extend(more.iter().cloned()),
                AllPart::Remove(name) => names.retain(|known| known != name),
                AllPart::Module(dotted) => {
                    if let Some(other) = self.module_of_path(module, dotted) {
                        names.extend(self.all_names_of(&other, path).unwrap_or_default());
                    }
                }
            }
        }
        Some(names)
    }

    fn all_names_of(&self, name: &ModuleName, path: &mut Vec<ModuleName>) -> Option<Vec<Rc<str>>> {
        if path.contains(name) {
            return None;
        }
        let other = self.load(name)?;
        path.push(name.clone());
        let names = self.all_names_within(&other, path);
        path.pop();
        names
    }

    /// The module that a dotted expression of another module denotes.
    fn module_of_path(&self, module: &Rc<ModuleIndex>, dotted: &str) -> Option<ModuleName> {
        let mut current: Option<ModuleName> = None;
        for part in dotted.split('.') {
            let holder = match &current {
                None => module.clone(),
                Some(name) => self.load(name)?,
            };
            match self.find(&holder, part) {
                Some(crate::lookup::Found::Module(name)) => current = Some(name),
                // `from .sub import *` also binds the submodule itself.
                _ => current = Some(holder.name.child(part)),
            }
        }
        current
    }

    /// Whether `from module import *` brings the name.
    pub(crate) fn star_exports(&self, module: &Rc<ModuleIndex>, name: &str) -> bool {
        self.star_names(module)
            .binary_search_by(|known| (**known).cmp(name))
            .is_ok()
    }

    /// What `from module import *` brings, sorted.
    pub(crate) fn star_names(&self, module: &Rc<ModuleIndex>) -> Rc<Vec<Rc<str>>> {
        if let Some(names) = module.star_names.get() {
            return names.clone();
        }
        let mut names: Vec<Rc<str>> = if let Some(names) = self.all_names(module) {
            names
        } else {
            let mut names = BTreeSet::new();
            self.collect_bound(module, true, &mut names, &mut Set::default());
            names.retain(|name| !name.starts_with('_'));
            names.into_iter().collect()
        };
        names.sort();
        names.dedup();
        let names = Rc::new(names);
        let _ = module.star_names.set(names.clone());
        names
    }

    /// Names that are bound in a module: its own and those of its star imports.
    fn collect_bound(
        &self,
        module: &Rc<ModuleIndex>,
        through_star: bool,
        names: &mut BTreeSet<Rc<str>>,
        seen: &mut Set<ModuleName>,
    ) {
        if !seen.insert(module.name.clone()) {
            return;
        }
        for name in &module.scope.order {
            let Some(sites) = module.scope.sites.get(name) else {
                continue;
            };
            let is_reachable = if module.is_stub() {
                sites.iter().any(is_stub_export)
            } else {
                through_star || sites.iter().any(|site| !site.is_typing_only)
            };
            if is_reachable {
                names.insert(name.clone());
            }
        }
        for star in &module.stars {
            if let Some(other) = self.load(star) {
                if let Some(all) = self.all_names(&other) {
                    names.extend(all);
                } else {
                    let mut inner = BTreeSet::new();
                    self.collect_bound(&other, true, &mut inner, seen);
                    names.extend(inner.into_iter().filter(|name| !name.starts_with('_')));
                }
            }
        }
    }

    /// The module as the surface shows it.
    pub(crate) fn describe_module(&self, module: &Rc<ModuleIndex>) -> Module {
        let mut reachable = BTreeSet::new();
        self.collect_bound(module, false, &mut reachable, &mut Set::default());
        let all = self.all_names(module);
        let public: BTreeSet<Rc<str>> = match &all {
            Some(all) => {
                reachable.extend(all.iter().cloned());
                all.iter().cloned().collect()
            }
            None => reachable
                .iter()
                .filter(|name| !name.starts_with('_') && Self::is_public(module, name))
                .cloned()
                .collect(),
        };
        reachable.extend(module.source.children.iter().cloned());
        reachable.remove("__all__");
        Module {
            name: module.name.clone(),
            tier: module.source.tier,
            names: reachable.into_iter().collect(),
            public: public.into_iter().collect(),
            doc: module.doc.clone(),
            dynamic: module.scope.sites.contains_key("__getattr__"),
        }
    }

    /// Whether a reachable name without underscore is public where there is no `__all__`: defined
    /// here, brought by a star, or imported in a way that says so.
    fn is_public(module: &Rc<ModuleIndex>, name: &str) -> bool {
        let Some(sites) = module.scope.sites.get(name) else {
            return true;
        };
        let is_init = module.source.is_package;
        sites.iter().any(|site| match &site.def {
            Def::Import { reexport, .. } => *reexport,
            Def::ImportFrom {
                reexport,
                module: from,
                ..
            } => {
                *reexport
                    || (is_init
                        && !module.is_stub()
                        && from.top_level() == module.name.top_level()
                        && !site.is_typing_only)
            }
            Def::Opaque => false,
            _ => true,
        })
    }
}

/// Whether a stub's binding can be imported from elsewhere: definitions and `import x as x`.
pub(crate) fn is_stub_export(site: &Site) -> bool {
    match &site.def {
        Def::Import { reexport, .. } | Def::ImportFrom { reexport, .. } => *reexport,
        _ => true,
    }
}
