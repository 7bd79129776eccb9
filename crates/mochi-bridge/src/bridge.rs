//! The imported modules of a compilation, mapped when the checker asks, each answer kept.
//!
//! Spec: bridge.md §2 (imports), §5–§7.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::rc::Rc;

use mochi_surface::{Skip, SurfaceSource, TypeVar};
use mochi_types::{
    ClassId, ExternClass, ExternItem, ExternMember, Externs, ModuleId, RelationMemo, TypeParam,
    python_spelling,
};

use crate::name::{class_name, is_offered, module_name};
use crate::skip::SkipList;

/// A type variable of the surface and what it was mapped to.
type MappedVar = (TypeVar, Rc<TypeParam>);

/// Implements [`Externs`] over a [`SurfaceSource`] by the closed type table.
pub struct Bridge {
    pub(crate) source: Rc<dyn SurfaceSource>,
    imports: BTreeMap<String, ModuleId>,
    pub(crate) skips: SkipList,
    pub(crate) params: RefCell<HashMap<Rc<str>, MappedVar>>,
    items: Answers<(ModuleId, Rc<str>), ExternItem>,
    classes: Answers<ClassId, ExternClass>,
    members: Answers<(ClassId, Rc<str>), ExternMember>,
    memo: RelationMemo,
}

impl Bridge {
    /// A bridge over `source`; `imports` gives the module of each import spec as written.
    pub fn new(source: Rc<dyn SurfaceSource>, imports: BTreeMap<String, ModuleId>) -> Self {
        Self {
            source,
            imports,
            skips: SkipList::default(),
            params: RefCell::default(),
            items: Answers::default(),
            classes: Answers::default(),
            members: Answers::default(),
            memo: RelationMemo::default(),
        }
    }

    /// Everything degraded among the answers given so far: sorted, each once.
    pub fn skips(&self) -> Vec<Skip> {
        self.skips.sorted()
    }
}

impl Externs for Bridge {
    fn import(&self, spec: &str) -> Option<ModuleId> {
        self.imports.get(spec).cloned()
    }

    fn attribute(&self, module: &ModuleId, name: &str) -> Option<Rc<ExternItem>> {
        self.items.get((module.clone(), Rc::from(name)), || {
            self.map_item(module, name)
                .or_else(|| self.map_item(module, python_spelling(name)?))
        })
    }

    fn binds(&self, module: &ModuleId, name: &str) -> bool {
        self.source.binds(&module_name(module), name)
    }

    fn names(&self, module: &ModuleId) -> Vec<Rc<str>> {
        let Some(module) = self.source.module(&module_name(module)) else {
            return Vec::new();
        };
        let mut names: Vec<Rc<str>> = module
            .public
            .iter()
            .filter(|name| is_offered(name))
            .cloned()
            .collect();
        names.sort();
        names.dedup();
        names
    }

    fn class(&self, class: &ClassId) -> Option<Rc<ExternClass>> {
        self.classes.get(class.clone(), || self.map_class(class))
    }

    fn member(&self, class: &ClassId, name: &str) -> Option<Rc<ExternMember>> {
        self.members.get((class.clone(), Rc::from(name)), || {
            self.map_member(class, name)
                .or_else(|| self.map_member(class, python_spelling(name)?))
        })
    }

    fn member_names(&self, class: &ClassId) -> Vec<Rc<str>> {
        let Some(class) = self.source.class(&class_name(class)) else {
            return Vec::new();
        };
        let mut names: Vec<Rc<str>> = Vec::new();
        for name in &class.members {
            if is_offered(name) && !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    fn declared_names(&self, class: &ClassId) -> Vec<Rc<str>> {
        self.source
            .class(&class_name(class))
            .map_or_else(Vec::new, |class| class.members.clone())
    }

    fn memo(&self) -> Option<&RelationMemo> {
        Some(&self.memo)
    }
}

/// Answers by question; one that is asked for while it is being made is made twice, never waited
/// for.
struct Answers<K, V>(RefCell<HashMap<K, Option<Rc<V>>>>);

impl<K, V> Default for Answers<K, V> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K: Eq + Hash + Clone, V> Answers<K, V> {
    fn get(&self, key: K, make: impl FnOnce() -> Option<V>) -> Option<Rc<V>> {
        if let Some(known) = self.0.borrow().get(&key) {
            return known.clone();
        }
        let answer = make().map(Rc::new);
        self.0.borrow_mut().insert(key, answer.clone());
        answer
    }
}
