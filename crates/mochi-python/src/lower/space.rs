//! Modules of the program in Python: imports of each other, and names that other modules declare.
//!
//! A module is imported where the program says so; one whose types merely appear in what another
//! module gives is imported for that.
//!
//! Spec: language.md §15, §18.15, §19.1.

use mochi_base::Span;
use mochi_check::typed::{
    FunId, SpaceImport, Stmt as Typed, StmtKind as TypedKind, VarId, VarKind,
};
use mochi_types::{Decl, DeclId};

use super::program::PyModule;
use super::{Lowerer, Shape, name};
use crate::py::{Expr, Import, ImportGroup, ImportKind, Stmt, StmtKind};

impl Lowerer<'_> {
    /// The imports that the module itself writes. They stand at the top, unless that would let the
    /// other module's statements run before those that stand before the import.
    pub(super) fn space_imports(&mut self) {
        let module = self.module;
        let first = module.body.iter().find(|stmt| acts(stmt));
        let first = first.map(|stmt| (stmt.span.source, stmt.span.start));
        for space in module.spaces.iter().filter(|space| !space.nested) {
            let runs = self.others.get(space.module).is_some_and(|it| it.runs_any);
            let place = (space.span.source, space.span.start);
            let earlier = module.spaces.iter().any(|other| {
                let before = (other.span.source, other.span.start) < place;
                before && other.module == space.module && !self.late.contains(&other.module)
            });
            if runs && !earlier && first.is_some_and(|first| first < place) {
                self.late.insert(space.module);
            }
        }
        for space in module.spaces.iter().filter(|space| space.nested) {
            let runs = self.others.get(space.module).is_some_and(|it| it.runs_any);
            let mut others = module.spaces.iter();
            if runs && !others.any(|other| !other.nested && other.module == space.module) {
                self.late.insert(space.module);
            }
        }
        for space in &module.spaces {
            if self.late.contains(&space.module) {
                // Functions that stand before the import name its types.
                self.future_annotations = true;
                if self.options.entry {
                    let local = self.spaces.get(&space.module).cloned().unwrap_or_default();
                    self.late_type_import(space.module, &local);
                }
                continue;
            }
            let local = self.spaces.get(&space.module).cloned().unwrap_or_default();
            self.import_module(space.module, &local, Some(space.span));
        }
    }

    /// The imports that stand before a statement and after the one before it; without one, all
    /// that are left.
    pub(super) fn late_imports(&mut self, before: Option<Span>) {
        let module = self.module;
        let mut spaces = module.spaces.iter();
        while let Some(space) =
            spaces.find(|space| !space.nested && self.late.contains(&space.module))
        {
            let is_before = before.is_none_or(|stmt| {
                (space.span.source, space.span.start) < (stmt.source, stmt.start)
            });
            if !is_before || !self.started.insert(space.module) {
                continue;
            }
            self.late_import(space);
        }
    }

    /// An import in a block, where it has something to do.
    pub(super) fn nested_import(&mut self, index: usize) {
        let module = self.module;
        if let Some(space) = module.spaces.get(index)
            && self.late.contains(&space.module)
        {
            self.late_import(space);
        }
    }

    fn late_import(&mut self, space: &SpaceImport) {
        let local = self.spaces.get(&space.module).cloned().unwrap_or_default();
        if let Some((from, imported)) = self.import_parts(space.module, &local) {
            self.span = space.span;
            self.emit(StmtKind::ImportFrom(from, imported));
            self.binds_global(&local);
        }
    }

    /// A module that is imported late in a function: checkers need to know it everywhere.
    fn late_type_import(&mut self, index: usize, local: &str) {
        if let Some((from, imported)) = self.import_parts(index, local) {
            self.add_type_import(Import {
                group: ImportGroup::Local,
                kind: ImportKind::From(from, imported),
                span: None,
            });
        }
    }

    /// `from A import B` for another module: both parts.
    fn import_parts(&self, index: usize, local: &str) -> Option<(String, String)> {
        let other = self.others.get(index)?;
        let (from, stem) = relative(&self.options.package, &other.path);
        if stem == local {
            return Some((from, stem));
        }
        Some((from, format!("{stem} as {local}")))
    }

    fn import_module(&mut self, index: usize, local: &str, span: Option<Span>) {
        let Some((from, imported)) = self.import_parts(index, local) else {
            return;
        };
        let import = Import {
            group: ImportGroup::Local,
            kind: ImportKind::From(from, imported),
            span,
        };
        if !self.imports.iter().any(|other| other.kind == import.kind) {
            self.imports.push(import);
        }
    }

    /// Another module of the program.
    fn space(&mut self, index: usize) -> Expr {
        if let Some(local) = self.spaces.get(&index) {
            return Expr::name(local.clone());
        }
        let stem = self.others.get(index).and_then(|other| other.path.last());
        let base = stem.cloned().unwrap_or_default();
        let local = name::distinct(&base, |name| self.all_names.contains(name));
        self.all_names.insert(local.clone());
        self.module_names.insert(local.clone());
        self.spaces.insert(index, local.clone());
        self.import_module(index, &local, None);
        Expr::Name(local)
    }

    /// What another module calls something.
    pub(super) fn foreign(&mut self, find: impl Fn(&PyModule) -> Option<&String>) -> Option<Expr> {
        let mut all = self.others.iter().enumerate();
        let (index, name) = all.find_map(|(index, other)| Some((index, find(other)?.clone())))?;
        Some(self.space(index).attr(name))
    }

    /// A function declared at top level.
    pub(super) fn function_value(&mut self, id: FunId) -> Expr {
        match self.fun_names.get(&id) {
            Some(name) => Expr::name(name.clone()),
            None => self
                .foreign(|other| other.funs.get(&id))
                .unwrap_or_else(|| Expr::name("")),
        }
    }

    /// The class of a record, the alias of a sum type.
    pub(super) fn declared_class(&mut self, id: DeclId) -> Expr {
        match self.decl_names.get(&id) {
            Some(name) => Expr::name(name.clone()),
            None => self
                .foreign(|other| other.decls.get(&id))
                .unwrap_or_else(|| Expr::name("")),
        }
    }

    /// The class of a variant.
    pub(super) fn declared_variant(&mut self, id: DeclId, variant: u32) -> Expr {
        match self.variant_names.get(&(id, variant)) {
            Some(name) => Expr::name(name.clone()),
            None => self
                .foreign(|other| other.variants.get(&(id, variant)))
                .unwrap_or_else(|| Expr::name("")),
        }
    }

    /// A global of another module.
    pub(super) fn foreign_variable(&mut self, id: VarId) -> Option<Expr> {
        let var = self.var(id)?;
        if var.kind != VarKind::Global || self.module.owns(var.span) {
            return None;
        }
        self.foreign(|other| other.vars.get(&id))
    }

    /// The class that another module made for anonymous records of that shape.
    pub(super) fn foreign_shape(&mut self, fields: &Shape) -> Option<Expr> {
        self.foreign(|other| {
            let mut shapes = other.shapes.iter();
            shapes
                .find(|(shape, _)| shape == fields)
                .map(|(_, name)| name)
        })
    }

    /// What stands before the name of a module beside the program's own.
    pub(super) fn prefix(&self) -> String {
        if self.options.in_package {
            ".".repeat(self.options.package.len() + 1)
        } else {
            String::new()
        }
    }

    /// `__all__` of a module in a package that exports something.
    pub(super) fn exports(&self) -> Option<Stmt> {
        let names = self.exported_names();
        (self.options.in_package && !names.is_empty()).then(|| all_names(&names))
    }

    /// What the module exports, in the order of the text.
    pub(super) fn exported_names(&self) -> Vec<String> {
        let module = self.module;
        let mut found: Vec<(u32, &String)> = Vec::new();
        for (id, name) in &self.var_names {
            if let Some(var) = self.var(*id)
                && var.export
            {
                found.push((var.span.start, name));
            }
        }
        for (id, name) in &self.fun_names {
            if let Some(fun) = self.fun(*id)
                && fun.export
                && module.owns(fun.span)
            {
                found.push((fun.span.start, name));
            }
        }
        for (id, name) in &self.decl_names {
            match module.decls.get(*id) {
                Some(Decl::Record(record) | Decl::Agent(record)) if record.export => {
                    found.push((record.span.start, name));
                }
                Some(Decl::Sum(sum)) if sum.export => {
                    found.push((sum.span.start, name));
                    let variants = self.variant_names.range((*id, 0)..=(*id, u32::MAX));
                    found.extend(variants.map(|(_, name)| (sum.span.start, name)));
                }
                _ => {}
            }
        }
        let aliases: Vec<(u32, String)> = module
            .aliases
            .iter()
            .enumerate()
            .filter(|(_, alias)| alias.export && module.owns(alias.span))
            .filter_map(|(index, alias)| {
                let name = self.alias_names.get(&index)?;
                Some((alias.span.start, name.clone()))
            })
            .collect();
        found.extend(aliases.iter().map(|(start, name)| (*start, name)));
        let described = module.exported_externs.iter().map(|export| {
            let name = self.exported_extern(export);
            (export.span.start, name)
        });
        let described: Vec<(u32, String)> = described.collect();
        found.extend(described.iter().map(|(start, name)| (*start, name)));
        // A stable sort: a type stands before its variants.
        found.sort_by_key(|(start, _)| *start);
        found.dedup_by(|one, other| one.1 == other.1);
        found.into_iter().map(|(_, name)| name.clone()).collect()
    }
}

/// Whether a statement does something when it is reached.
fn acts(stmt: &Typed) -> bool {
    match &stmt.kind {
        TypedKind::Fun(_) | TypedKind::Type(_) | TypedKind::Alias(_) | TypedKind::Import(_) => {
            false
        }
        TypedKind::Let { value, .. } => !super::expr::is_fixed(value),
        _ => true,
    }
}

/// `__all__ = […]`.
pub(super) fn all_names(names: &[String]) -> Stmt {
    let mut names: Vec<&String> = names.iter().collect();
    names.sort_by_key(|name| crate::print::name_key(name));
    let names = names.into_iter().map(|name| Expr::str(name.clone()));
    StmtKind::Assign(Expr::name("__all__"), Expr::List(names.collect())).bare()
}

/// `from A import B` for a module of the same program: both parts, seen from a package.
pub(super) fn relative(package: &[String], path: &[String]) -> (String, String) {
    let (stem, parent) = path
        .split_last()
        .map_or((String::new(), &[][..]), |parts| (parts.0.clone(), parts.1));
    let common = package
        .iter()
        .zip(parent)
        .take_while(|(one, other)| one == other)
        .count();
    let mut from = ".".repeat(package.len() - common + 1);
    from.push_str(&parent.get(common..).unwrap_or_default().join("."));
    (from, stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(package: &str, path: &str) -> String {
        let parts = |text: &str| -> Vec<String> {
            let parts = text.split('.').filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        let (from, stem) = relative(&parts(package), &parts(path));
        format!("from {from} import {stem}")
    }

    #[test]
    fn imports_are_relative_to_the_package() {
        assert_eq!(between("", "util"), "from . import util");
        assert_eq!(between("", "lib.math"), "from .lib import math");
        assert_eq!(between("lib", "lib.math"), "from . import math");
        assert_eq!(between("lib.deep", "lib.math"), "from .. import math");
        assert_eq!(between("lib.deep", "other.x"), "from ...other import x");
        assert_eq!(between("lib", "lib"), "from .. import lib");
    }
}
