//! Warnings about what a program does not use: variables, imports, code that is never reached.
//!
//! They are given for programs without errors only, since an error may hide a use. A name that
//! begins with `_` says itself that it is not used. Parameters, loop variables, and what patterns,
//! `catch` and tuples bind are left alone: their place asks for a name.

use std::collections::BTreeSet;
use std::rc::Rc;

use mochi_base::{Severity, Span, code};
use mochi_syntax::ast;
use mochi_types::{ModuleId, Type};

use crate::checker::Checker;
use crate::flow;
use crate::report;
use crate::scope::Binding;
use crate::typed::{Stmt, Target, VarId, VarKind};

/// An import, to be used under its alias or by the names that `auto` binds.
#[derive(Clone, Debug)]
pub(crate) struct ImportUse {
    alias: Rc<str>,
    module: Option<ModuleId>,
    span: Span,
}

/// What has been used so far.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// Variables that are read, or whose name nobody chose freely.
    vars: BTreeSet<VarId>,
    /// Aliases that were looked up.
    aliases: BTreeSet<Rc<str>>,
    /// Modules of which a name that `auto` binds was looked up.
    modules: BTreeSet<ModuleId>,
    /// The imports of the module at hand.
    imports: Vec<ImportUse>,
}

impl Uses {
    /// Notes that a variable is read.
    pub(crate) fn read(&mut self, id: VarId) {
        self.vars.insert(id);
    }

    /// Notes that a name was found to stand for something.
    pub(crate) fn found(&mut self, name: &str, binding: &Binding) {
        match binding {
            Binding::Module(_) | Binding::Space(_) => {
                if !self.aliases.contains(name) {
                    self.aliases.insert(Rc::from(name));
                }
            }
            Binding::Auto(module, _) => {
                if !self.modules.contains(module) {
                    self.modules.insert(module.clone());
                }
            }
            Binding::Var(_) | Binding::Fun(_) | Binding::Error => {}
        }
    }

    /// Forgets variables from that number on: they were made on trial.
    pub(crate) fn forget_from(&mut self, first: usize) {
        let first = VarId(u32::try_from(first).unwrap_or(u32::MAX));
        self.vars.split_off(&first);
    }

    /// Notes an import; `auto` names the module whose names it binds.
    pub(crate) fn import(&mut self, alias: &Rc<str>, auto: Option<&ModuleId>, span: Span) {
        if self.imports.iter().all(|known| known.span != span) {
            self.imports.push(ImportUse {
                alias: Rc::clone(alias),
                module: auto.cloned(),
                span,
            });
        }
    }
}

impl Checker<'_> {
    /// Notes that the parts of a tuple have the names that they need.
    pub(crate) fn note_parts(&mut self, targets: &[Target]) {
        for id in targets.iter().flat_map(Target::vars) {
            self.uses.borrow_mut().read(id);
        }
    }

    /// Warns of the imports of a module that nothing used.
    pub(crate) fn lint_imports(&mut self) {
        let mut uses = self.uses.borrow_mut();
        let imports = std::mem::take(&mut uses.imports);
        let aliases = std::mem::take(&mut uses.aliases);
        let modules = std::mem::take(&mut uses.modules);
        drop(uses);
        for import in imports {
            let by_name = aliases.contains(&import.alias);
            let by_auto = import
                .module
                .as_ref()
                .is_some_and(|module| modules.contains(module));
            if !by_name && !by_auto && !import.alias.starts_with('_') {
                self.report(report::unused_import(&import.alias, import.span));
            }
        }
    }

    /// Warns of the first statement that cannot be reached; declarations are there all the same.
    pub(crate) fn lint_unreachable(&mut self, typed: &[Stmt], rest: &[ast::Stmt]) -> bool {
        let Some(last) = typed.last() else {
            return false;
        };
        if flow::falls_through(std::slice::from_ref(last)) {
            return false;
        }
        let reached = rest.iter().find(|stmt| !is_declaration(&stmt.kind));
        if let Some(stmt) = reached {
            self.report(report::unreachable(stmt.span));
        }
        reached.is_some()
    }

    /// Warns of `x // 2`, which Python reads as a division.
    pub(crate) fn lint_division(&mut self, stmt: &ast::Stmt) {
        let value = match &stmt.kind {
            ast::StmtKind::Let(item) => item.value.as_ref(),
            ast::StmtKind::Assign(item) => Some(&item.value),
            ast::StmtKind::Return(value) => value.as_ref(),
            _ => None,
        };
        let Some(end) = value.map(|value| value.span.end) else {
            return;
        };
        let source = stmt.span.source;
        let mut sources = self.sources.iter();
        let file = sources.find(|(id, _)| *id == source).map(|(_, file)| *file);
        let Some((at, number)) = file.and_then(|file| divisor(file.text().get(end as usize..)?))
        else {
            return;
        };
        let start = end.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let span = Span::new(source, start, start.saturating_add(2));
        let diagnostic = report::comment_for_division(number, span);
        self.report(diagnostic);
    }

    /// Warns of unused variables, and drops all such warnings where the program has errors.
    pub(crate) fn finish_lints(&mut self) {
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        if diagnostics.iter().any(|it| it.severity == Severity::Error) {
            diagnostics.retain(|it| !it.code.is_lint() && it.code != code::W006);
            self.diagnostics = diagnostics;
            return;
        }
        let uses = self.uses.borrow();
        for (index, var) in self.module.vars.iter().enumerate() {
            let id = VarId(u32::try_from(index).unwrap_or(u32::MAX));
            let is_named = matches!(var.kind, VarKind::Global | VarKind::Local);
            // An agent of the file is there for what it hears.
            let is_agent = var.kind == VarKind::Global
                && matches!(&var.ty, Type::Named(decl) if self.decls.agent(decl.id).is_some());
            let is_silent =
                var.export || var.name.starts_with('_') || var.ty == Type::Error || is_agent;
            if is_named && !is_silent && !uses.vars.contains(&id) {
                diagnostics.push(report::unused_variable(&var.name, var.span));
            }
        }
        drop(uses);
        self.diagnostics = diagnostics;
    }
}

/// The number that is all of a comment at the end of the line, with the place of the comment.
fn divisor(rest: &str) -> Option<(usize, &str)> {
    let line = rest.lines().next()?;
    let comment = line.trim_start_matches([' ', '\t']);
    let number = comment.strip_prefix("//")?.trim();
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some((line.len() - comment.len(), number))
}

/// Whether a statement counts wherever it stands.
fn is_declaration(kind: &ast::StmtKind) -> bool {
    match kind {
        ast::StmtKind::Fun(_)
        | ast::StmtKind::Type(_)
        | ast::StmtKind::Test(_)
        | ast::StmtKind::Bench(_)
        | ast::StmtKind::Extern(_)
        | ast::StmtKind::Error => true,
        ast::StmtKind::Data(data) => {
            matches!(**data, ast::DataStmt::Fact(_) | ast::DataStmt::Rule { .. })
        }
        ast::StmtKind::Reactive(item) => {
            matches!(
                **item,
                ast::ReactiveStmt::Stream(_) | ast::ReactiveStmt::Agent(_)
            )
        }
        _ => false,
    }
}
