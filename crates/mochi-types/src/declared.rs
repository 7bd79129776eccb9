//! Hand-written declarations laid over those that packages have: what the program says counts.
//!
//! A module whose name begins with a dot is a Python file beside the program's own (its sidecar):
//! only what is declared of it is known.
//!
//! Spec: language.md §18.2–18.4; bridge.md §7 ("Hand-written overrides").

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::{ClassId, ExternClass, ExternItem, ExternMember, Externs, ModuleId, RelationMemo};

/// What a program declares by hand.
#[derive(Debug, Default)]
pub struct DeclaredTable {
    items: RefCell<BTreeMap<ModuleId, Names>>,
    classes: RefCell<BTreeMap<ClassId, Rc<ExternClass>>>,
    members: RefCell<BTreeMap<ClassId, Members>>,
    memo: RelationMemo,
}

/// What the names of one module stand for.
type Names = BTreeMap<Rc<str>, Rc<ExternItem>>;

/// The members of one class, in the order of their declarations.
type Members = Vec<(Rc<str>, Rc<ExternMember>)>;

impl DeclaredTable {
    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.items.borrow().is_empty()
            && self.classes.borrow().is_empty()
            && self.members.borrow().is_empty()
    }

    /// Says what a name of a module stands for.
    pub fn set_item(&self, module: &ModuleId, name: &Rc<str>, item: ExternItem) {
        self.memo.clear();
        let mut items = self.items.borrow_mut();
        let names = items.entry(module.clone()).or_default();
        names.insert(Rc::clone(name), Rc::new(item));
    }

    /// Says what a class is.
    pub fn set_class(&self, class: ExternClass) {
        self.memo.clear();
        let id = class.id.clone();
        self.classes.borrow_mut().insert(id, Rc::new(class));
    }

    /// Says what a member of a class is.
    pub fn set_member(&self, class: &ClassId, name: &Rc<str>, member: ExternMember) {
        self.memo.clear();
        let mut members = self.members.borrow_mut();
        let known = members.entry(class.clone()).or_default();
        known.retain(|(other, _)| other != name);
        known.push((Rc::clone(name), Rc::new(member)));
    }

    fn member(&self, class: &ClassId, name: &str) -> Option<Rc<ExternMember>> {
        let members = self.members.borrow();
        let mut known = members.get(class)?.iter();
        let (_, member) = known.find(|(other, _)| **other == *name)?;
        Some(Rc::clone(member))
    }

    fn member_names(&self, class: &ClassId) -> Vec<Rc<str>> {
        let members = self.members.borrow();
        let known = members.get(class).map_or(&[][..], Vec::as_slice);
        known.iter().map(|(name, _)| Rc::clone(name)).collect()
    }
}

/// Declarations of packages with those of a program laid over them.
pub struct Declared<'a> {
    base: &'a dyn Externs,
    table: Rc<DeclaredTable>,
}

impl<'a> Declared<'a> {
    /// Lays a table over `base`.
    pub fn over(base: &'a dyn Externs, table: Rc<DeclaredTable>) -> Self {
        Self { base, table }
    }
}

/// Whether a module is a Python file of the program.
pub fn is_sidecar(module: &str) -> bool {
    module.starts_with('.')
}

impl Externs for Declared<'_> {
    fn import(&self, spec: &str) -> Option<ModuleId> {
        self.base.import(spec)
    }

    fn attribute(&self, module: &ModuleId, name: &str) -> Option<Rc<ExternItem>> {
        let items = self.table.items.borrow();
        let declared = items.get(module).and_then(|names| names.get(name));
        if let Some(item) = declared {
            return Some(Rc::clone(item));
        }
        drop(items);
        if is_sidecar(&module.0) {
            return None;
        }
        self.base.attribute(module, name)
    }

    fn binds(&self, module: &ModuleId, name: &str) -> bool {
        is_sidecar(&module.0) || self.base.binds(module, name)
    }

    fn names(&self, module: &ModuleId) -> Vec<Rc<str>> {
        let mut names = if is_sidecar(&module.0) {
            Vec::new()
        } else {
            self.base.names(module)
        };
        if let Some(declared) = self.table.items.borrow().get(module) {
            names.extend(declared.keys().cloned());
            names.sort();
            names.dedup();
        }
        names
    }

    fn class(&self, class: &ClassId) -> Option<Rc<ExternClass>> {
        if let Some(known) = self.table.classes.borrow().get(class) {
            return Some(Rc::clone(known));
        }
        if is_sidecar(&class.module) {
            return None;
        }
        self.base.class(class)
    }

    fn member(&self, class: &ClassId, name: &str) -> Option<Rc<ExternMember>> {
        if let Some(member) = self.table.member(class, name) {
            return Some(member);
        }
        if is_sidecar(&class.module) {
            return None;
        }
        self.base.member(class, name)
    }

    fn member_names(&self, class: &ClassId) -> Vec<Rc<str>> {
        let own = self.table.member_names(class);
        if is_sidecar(&class.module) {
            return own;
        }
        both(self.base.member_names(class), own)
    }

    fn declared_names(&self, class: &ClassId) -> Vec<Rc<str>> {
        let own = self.table.member_names(class);
        if is_sidecar(&class.module) {
            return own;
        }
        both(self.base.declared_names(class), own)
    }

    fn memo(&self) -> Option<&RelationMemo> {
        if self.table.is_empty() {
            return self.base.memo();
        }
        Some(&self.table.memo)
    }
}

/// The names of a package and those that a program adds.
fn both(mut names: Vec<Rc<str>>, own: Vec<Rc<str>>) -> Vec<Rc<str>> {
    for name in own {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
