//! `try` and `using`.
//!
//! Spec: language.md §18.11, §18.13.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast;
use mochi_types::{ClassId, ClassKind, Type};

use crate::checker::{Checker, Fence};
use crate::python::{ResultCheck, result_check};
use crate::report;
use crate::scope::{Binding, NewVar};
use crate::typed::{Catch, Expr, Stmt, StmtKind, VarId, VarKind};

impl Checker<'_> {
    pub(super) fn try_stmt(&mut self, item: &ast::Try) -> StmtKind {
        self.forget_assigned(&item.body.body);
        let before = self.narrowed.clone();
        let body = self.block(&item.body);
        self.narrowed.clone_from(&before);
        let mut seen: Vec<Option<Type>> = Vec::new();
        let mut catches = Vec::new();
        for clause in &item.catches {
            let ty = self.catch_type(clause);
            let reachable = !seen.iter().any(|earlier| match (earlier, &ty) {
                (None, _) => true,
                (Some(earlier), Some(ty)) => self.cx().is_subtype(ty, earlier),
                (Some(_), None) => false,
            });
            if !reachable && ty != Some(Type::Error) {
                self.report(report::unreachable_clause(clause.span));
            }
            catches.push(self.catch(clause, ty.as_ref()));
            self.narrowed.clone_from(&before);
            if ty != Some(Type::Error) {
                seen.push(ty);
            }
        }
        let finally = match &item.finally {
            Some(block) => self.fenced(Fence::Finally, |checker| checker.block(block)),
            None => Vec::new(),
        };
        StmtKind::Try {
            body,
            catches,
            finally,
        }
    }

    fn catch(&mut self, clause: &ast::Catch, ty: Option<&Type>) -> Catch {
        let class = match ty {
            Some(Type::Handle(class, _)) => Some(class.clone()),
            _ => None,
        };
        let ty = ty.cloned().unwrap_or(Type::ErrorValue);
        self.push_scope();
        let name = &clause.name;
        self.note_type(name.span, &ty);
        let new = NewVar::fixed(VarKind::Catch, ty);
        let var = if &*name.text == "_" {
            self.new_var(&name.text, name.span, new)
        } else {
            self.declare_var(&name.text, name.span, new)
        };
        let body = self.block(&clause.body);
        self.pop_scope();
        Catch {
            var,
            class,
            body,
            span: clause.span,
        }
    }

    fn catch_type(&mut self, clause: &ast::Catch) -> Option<Type> {
        let written = clause.ty.as_ref()?;
        let ty = self.annotation(written);
        match &ty {
            Type::Error => Some(ty),
            Type::ErrorValue => None,
            Type::Handle(class, _) if self.is_exception(class) => Some(ty),
            _ => {
                let shown = self.show(&ty);
                self.report(report::not_an_error(&shown, written.span));
                Some(Type::Error)
            }
        }
    }

    /// Whether instances of the class can be raised.
    pub(crate) fn is_exception(&self, class: &ClassId) -> bool {
        self.externs.class(class).is_some_and(|info| {
            info.kind == ClassKind::Exception
                || info
                    .mro
                    .iter()
                    .any(|(base, _)| base.is("builtins", "BaseException"))
        })
    }

    pub(super) fn using_stmt(&mut self, item: &ast::Using, span: Span) -> StmtKind {
        let (manager, var, check) = self.enter(item, span);
        let body = match &item.body {
            Some(block) => self.block(block),
            None => Vec::new(),
        };
        self.pop_scope();
        StmtKind::Using {
            var,
            is_await: item.is_await,
            manager,
            check,
            body,
        }
    }

    /// `using` without a block protects the rest of the enclosing one.
    pub(super) fn using_rest(
        &mut self,
        item: &ast::Using,
        rest: &[ast::Stmt],
        span: Span,
        out: &mut Vec<Stmt>,
    ) {
        // In the file itself what follows is still at top level: functions may use it.
        let is_file = self.scopes.is_empty();
        let (manager, var, check) = self.enter(item, span);
        let mut body = Vec::new();
        if is_file {
            self.pop_scope();
            if let Some(info) = self.var_mut(var) {
                info.kind = VarKind::Global;
            }
            self.declare(&item.name.text, Binding::Var(var));
            self.stmts(rest, &mut body);
        } else {
            self.stmts(rest, &mut body);
            self.pop_scope();
        }
        out.push(Stmt {
            kind: StmtKind::Using {
                var,
                is_await: item.is_await,
                manager,
                check,
                body,
            },
            span,
        });
    }

    /// Types the manager and declares what it binds, in a scope that the caller ends.
    fn enter(&mut self, item: &ast::Using, span: Span) -> (Expr, VarId, ResultCheck) {
        if item.is_await {
            self.needs_async("using await", span);
        }
        let manager = self.expr(&item.value, None);
        let (ty, check) = match &manager.ty {
            Type::Error => (Type::Error, None),
            ty => {
                let entered = if item.is_await {
                    (self.cx().enter_async(ty), "__aenter__")
                } else {
                    (self.entered(ty), "__enter__")
                };
                if let (Some(out), method) = entered {
                    let symbol = Rc::from(format!("{}.{method}", self.show(ty)));
                    let check = result_check(out.check, symbol);
                    (out.ty, check)
                } else {
                    let shown = self.show(ty);
                    let mut diagnostic = report::not_a_manager(&shown, item.value.span);
                    if *ty == Type::Any {
                        let note = "say what it is: `using x = e as T { … }`";
                        diagnostic = diagnostic.with_note(note);
                    }
                    diagnostic = self.other_using(diagnostic, ty, item.is_await);
                    self.report(diagnostic);
                    (Type::Error, None)
                }
            }
        };
        self.push_scope();
        self.note_type(item.name.span, &ty);
        let new = NewVar::fixed(VarKind::Using, ty);
        let var = self.declare_var(&item.name.text, item.name.span, new);
        (manager, var, check)
    }
}
