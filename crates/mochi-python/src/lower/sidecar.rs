//! Python files beside the program's own: their names are imported one by one, and plain calls of
//! them follow.
//!
//! What may be assigned is reached through the module, so that both sides see assignments.
//!
//! Spec: language.md §18.2–18.4.

use std::rc::Rc;

use mochi_check::typed::ExternExport;
use mochi_types::{ClassId, ExternItem, ModuleId, is_sidecar};

use super::annotation::dotted;
use super::space::relative;
use super::{Lowerer, name};
use crate::py::{Expr, Import, ImportGroup, ImportKind};

impl Lowerer<'_> {
    /// An attribute of a sidecar; none for other modules.
    pub(super) fn sidecar_attribute(&mut self, module: &ModuleId, attribute: &str) -> Option<Expr> {
        if !is_sidecar(&module.0) {
            return None;
        }
        let item = self.externs.attribute(module, attribute);
        let is_assigned = matches!(
            item.as_deref(),
            Some(ExternItem::Value { set: Some(_), .. })
        );
        Some(if is_assigned {
            self.sidecar(module).attr(attribute.to_string())
        } else {
            self.sidecar_name(module, attribute)
        })
    }

    /// A sidecar as a module.
    pub(super) fn sidecar(&mut self, module: &ModuleId) -> Expr {
        let (from, stem) = self.sidecar_place(module);
        let local = self.sidecar_local(module, None, &stem);
        let kind = if self.options.in_package {
            ImportKind::From(from, renamed(&stem, &local))
        } else {
            let alias = (local != stem).then(|| local.clone());
            ImportKind::Module(stem, alias)
        };
        self.add_local_import(kind);
        Expr::Name(local)
    }

    /// A name of a sidecar.
    pub(super) fn sidecar_name(&mut self, module: &ModuleId, attribute: &str) -> Expr {
        let (from, stem) = self.sidecar_place(module);
        let local = self.sidecar_local(module, Some(attribute), attribute);
        let from = match (self.options.in_package, from.ends_with('.')) {
            (false, _) => stem,
            (true, true) => format!("{from}{stem}"),
            (true, false) => format!("{from}.{stem}"),
        };
        self.add_local_import(ImportKind::From(from, renamed(attribute, &local)));
        Expr::Name(local)
    }

    /// A class of a sidecar, or an interface, where the output names it.
    pub(super) fn sidecar_class(&mut self, class: &ClassId) -> Option<Expr> {
        if !is_sidecar(&class.module) {
            return None;
        }
        if let Some(name) = self.interface_names.get(class) {
            return Some(Expr::name(name.clone()));
        }
        if let Some(found) = self.foreign(|other| other.interfaces.get(class)) {
            return Some(found);
        }
        let (module, path) = self.class_path(class);
        let (first, rest) = path.split_once('.').unwrap_or((&path, ""));
        let base = self.sidecar_name(&ModuleId(Rc::from(module)), first);
        Some(dotted(base, rest))
    }

    /// Imports what the module exports of sidecars, whether it uses it or not.
    pub(super) fn exported_externs(&mut self) {
        let module = self.module;
        for export in &module.exported_externs {
            let class = ClassId::new(Rc::clone(&export.module.0), Rc::clone(&export.name));
            if !self.interface_names.contains_key(&class) {
                self.sidecar_name(&export.module, &export.name);
            }
        }
    }

    /// What such an export is called in the module.
    pub(super) fn exported_extern(&self, export: &ExternExport) -> String {
        let class = ClassId::new(Rc::clone(&export.module.0), Rc::clone(&export.name));
        if let Some(name) = self.interface_names.get(&class) {
            return name.clone();
        }
        let key = (export.module.clone(), Some(export.name.to_string()));
        let local = self.sidecar_names.get(&key);
        local.cloned().unwrap_or_else(|| export.name.to_string())
    }

    /// From where a sidecar is imported, and what it is called there.
    fn sidecar_place(&self, module: &ModuleId) -> (String, String) {
        let path: Vec<String> = module
            .0
            .split('.')
            .skip(1)
            .map(ToString::to_string)
            .collect();
        relative(&self.options.package, &path)
    }

    /// What the output calls a sidecar or one of its names.
    fn sidecar_local(&mut self, module: &ModuleId, attribute: Option<&str>, base: &str) -> String {
        let key = (module.clone(), attribute.map(ToString::to_string));
        if let Some(local) = self.sidecar_names.get(&key) {
            return local.clone();
        }
        let base = name::python_name(base);
        let local = name::distinct(&base, |name| self.all_names.contains(name));
        self.all_names.insert(local.clone());
        self.module_names.insert(local.clone());
        self.sidecar_names.insert(key, local.clone());
        local
    }

    fn add_local_import(&mut self, kind: ImportKind) {
        if !self.imports.iter().any(|import| import.kind == kind) {
            self.imports.push(Import {
                group: ImportGroup::Local,
                kind,
                span: None,
            });
        }
    }
}

fn renamed(name: &str, local: &str) -> String {
    if name == local {
        name.to_string()
    } else {
        format!("{name} as {local}")
    }
}
