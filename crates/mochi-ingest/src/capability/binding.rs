//! What names stand for in one scope: something imported, or something of the code itself.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ruff_python_ast::visitor::{Visitor, walk_except_handler, walk_expr, walk_pattern, walk_stmt};
use ruff_python_ast::{
    ExceptHandler, Expr, ExprContext, Parameters, Pattern, Stmt, StmtImport, StmtImportFrom,
};
use ruff_text_size::{Ranged as _, TextSize};

use super::condition::taken;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    /// A module, or a name in one: the dotted path.
    Import(Imported),
    /// Defined here.
    Own,
}

/// Something imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Imported {
    /// The absolute dotted path.
    pub(super) path: Rc<str>,
    /// Bound by `import path`, so that it is a module for sure.
    pub(super) is_module: bool,
}

/// The module that is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Home<'a> {
    /// Its dotted name.
    pub(super) module: &'a str,
    /// Whether it is the `__init__` of a package.
    pub(super) is_package: bool,
}

impl Home<'_> {
    /// The absolute name of the module that a `from` statement names; none where it leads out of
    /// the package.
    pub(super) fn absolute(&self, import: &StmtImportFrom) -> Option<String> {
        let named = import.module.as_ref().map_or("", |module| module.as_str());
        if import.level == 0 {
            return Some(named.to_owned());
        }
        let mut parts: Vec<&str> = self.module.split('.').collect();
        let levels = import.level - u32::from(self.is_package);
        for _ in 0..levels {
            parts.pop()?;
        }
        if parts.is_empty() && levels > 0 {
            return None;
        }
        if !named.is_empty() {
            parts.push(named);
        }
        Some(parts.join("."))
    }
}

/// The names of one scope.
#[derive(Default)]
pub(super) struct Names {
    bound: BTreeMap<String, Binding>,
    /// Names that belong to an outer scope although they are assigned here.
    outer: BTreeSet<String>,
    /// Where each import of the scope stands.
    pub(super) imports: BTreeMap<String, (Imported, TextSize)>,
}

impl Names {
    pub(super) fn get(&self, name: &str) -> Option<&Binding> {
        if self.outer.contains(name) {
            return None;
        }
        self.bound.get(name)
    }

    /// Binds parameters.
    pub(super) fn parameters(&mut self, parameters: &Parameters) {
        for parameter in parameters {
            self.own(parameter.name().as_str());
        }
    }

    fn own(&mut self, name: &str) {
        // What is imported in one branch and defined in another counts as imported.
        self.bound.entry(name.to_owned()).or_insert(Binding::Own);
    }

    fn import(&mut self, name: &str, imported: Imported, at: TextSize) {
        self.imports
            .entry(name.to_owned())
            .or_insert_with(|| (imported.clone(), at));
        self.bound
            .insert(name.to_owned(), Binding::Import(imported));
    }
}

/// Collects the names that statements bind, without those of functions and classes inside.
pub(super) fn collect(names: &mut Names, home: Home<'_>, body: &[Stmt]) {
    let mut collector = Collector { names, home };
    for statement in body {
        collector.visit_stmt(statement);
    }
}

struct Collector<'n, 'h> {
    names: &'n mut Names,
    home: Home<'h>,
}

impl Collector<'_, '_> {
    fn import(&mut self, import: &StmtImport) {
        for alias in &import.names {
            let path = alias.name.as_str();
            let top = path.split('.').next().unwrap_or(path);
            let (name, path) = match &alias.asname {
                Some(name) => (name.as_str(), path),
                None => (top, top),
            };
            let imported = Imported {
                path: Rc::from(path),
                is_module: true,
            };
            self.names.import(name, imported, import.start());
        }
    }

    fn import_from(&mut self, import: &StmtImportFrom) {
        let Some(module) = self.home.absolute(import) else {
            return;
        };
        for alias in &import.names {
            if alias.name.as_str() == "*" {
                continue;
            }
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            let imported = Imported {
                path: Rc::from(format!("{module}.{}", alias.name)),
                is_module: false,
            };
            self.names.import(name.as_str(), imported, import.start());
        }
    }
}

impl<'a> Visitor<'a> for Collector<'_, '_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.names.own(function.name.as_str()),
            Stmt::ClassDef(class) => self.names.own(class.name.as_str()),
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::Global(global) => {
                let names = global.names.iter().map(|name| name.as_str().to_owned());
                self.names.outer.extend(names);
            }
            Stmt::Nonlocal(nonlocal) => {
                let names = nonlocal.names.iter().map(|name| name.as_str().to_owned());
                self.names.outer.extend(names);
            }
            Stmt::If(test) if taken(&test.test) == Some(false) => {
                for clause in &test.elif_else_clauses {
                    self.visit_elif_else_clause(clause);
                }
            }
            other => walk_stmt(self, other),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if name.ctx == ExprContext::Store => {
                self.names.own(name.id.as_str());
            }
            Expr::Lambda(_) => {}
            other => walk_expr(self, other),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(one) = handler;
        if let Some(name) = &one.name {
            self.names.own(name.as_str());
        }
        walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(one) => one.name.as_ref(),
            Pattern::MatchStar(one) => one.name.as_ref(),
            Pattern::MatchMapping(one) => one.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.names.own(name.as_str());
        }
        walk_pattern(self, pattern);
    }
}
