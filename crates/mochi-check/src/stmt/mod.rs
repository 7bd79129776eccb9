//! Statements.
//!
//! Spec: language.md §5.3.

mod assign;
mod binding;
mod control;
mod guard;
pub(crate) mod iterate;

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast;
use mochi_types::Type;

use crate::checker::{Checker, Fence, TypeName};
use crate::expr::empty::is_empty_literal;
use crate::flow;
use crate::reactive::declares_class;
use crate::relation::Slot;
use crate::report;
use crate::scope::Binding;
use crate::typed::{Expr, ExprKind, FunId, FunKind, Stmt, StmtKind};

impl Checker<'_> {
    /// Checks a block in a scope of its own.
    pub(crate) fn block(&mut self, block: &ast::Block) -> Vec<Stmt> {
        let declares = block.body.iter().any(|stmt| {
            let kind = &stmt.kind;
            matches!(kind, ast::StmtKind::Type(_) | ast::StmtKind::Extern(_))
                || declares_class(stmt)
        });
        if declares {
            return self.block_with_types(block);
        }
        self.push_scope();
        let mut body = Vec::new();
        self.stmts(&block.body, &mut body);
        self.pop_scope();
        body
    }

    /// A block that declares types: their names are gone with it.
    fn block_with_types(&mut self, block: &ast::Block) -> Vec<Stmt> {
        let names = self.type_names.clone();
        let variants = self.variants.clone();
        let first = self.pending.len();
        self.push_scope();
        self.externs_of_block(&block.body);
        self.declare_types(&block.body);
        self.declare_agents(&block.body);
        // What stands for them is bound by the statements, and seen from there on.
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.clear();
        }
        let mut body = Vec::new();
        self.stmts(&block.body, &mut body);
        self.pending.truncate(first);
        self.pop_scope();
        self.type_names = names;
        self.variants = variants;
        body
    }

    /// Checks statements in order, in the current scope.
    pub(crate) fn stmts(&mut self, body: &[ast::Stmt], out: &mut Vec<Stmt>) {
        let mut told = false;
        match self.scopes.last_mut() {
            Some(scope) => {
                scope.funs.extend(body.iter().filter_map(declared_fun));
                scope.lets.extend(body.iter().flat_map(declared_vars));
            }
            None => self.top_lets = body.iter().flat_map(declared_vars).collect(),
        }
        for (index, stmt) in body.iter().enumerate() {
            if !told && index > 0 {
                told = self.lint_unreachable(out, body.get(index..).unwrap_or_default());
            }
            if let ast::StmtKind::Using(using) = &stmt.kind
                && using.body.is_none()
            {
                let rest = body.get(index + 1..).unwrap_or_default();
                self.using_rest(using, rest, stmt.span, out);
                return;
            }
            if let Some(kind) = self.stmt(stmt) {
                out.push(Stmt {
                    kind,
                    span: stmt.span,
                });
            }
            self.lint_division(stmt);
            self.forget_after(stmt);
        }
    }

    fn stmt(&mut self, stmt: &ast::Stmt) -> Option<StmtKind> {
        let kind = match &stmt.kind {
            ast::StmtKind::Let(item) => self.let_stmt(item, stmt),
            ast::StmtKind::Assign(item) => {
                let made = self.assign(item);
                if let Some(StmtKind::Assign { place, value }) = &made {
                    self.note_content(place, value);
                }
                return made;
            }
            ast::StmtKind::Fun(decl) => self.fun_stmt(decl),
            ast::StmtKind::Return(value) => self.return_stmt(value.as_ref(), stmt.span),
            ast::StmtKind::If(item) => self.if_stmt(item),
            ast::StmtKind::While { cond, body } => self.while_stmt(cond, body),
            ast::StmtKind::For(item) => self.for_stmt(item, stmt.span),
            ast::StmtKind::Try(item) => self.try_stmt(item),
            ast::StmtKind::Using(item) => self.using_stmt(item, stmt.span),
            ast::StmtKind::Break => {
                self.jump("break", stmt.span);
                StmtKind::Break
            }
            ast::StmtKind::Continue => {
                self.jump("continue", stmt.span);
                StmtKind::Continue
            }
            ast::StmtKind::Expr(value) => self.expr_stmt(value),
            ast::StmtKind::Expect(cond) => self.expect_stmt(cond),
            ast::StmtKind::Test(item) => StmtKind::Test {
                name: Rc::clone(&item.name),
                body: self.fenced(Fence::Block, |checker| checker.block(&item.body)),
            },
            ast::StmtKind::Bench(item) => StmtKind::Bench {
                name: Rc::clone(&item.name),
                body: self.fenced(Fence::Block, |checker| checker.block(&item.body)),
            },
            ast::StmtKind::Type(decl) => return self.type_stmt(decl),
            ast::StmtKind::Import(import) => return self.import_stmt(import, stmt.span),
            ast::StmtKind::Extern(decl) => {
                if !self.scopes.is_empty() {
                    self.extern_in_block(decl);
                }
                return None;
            }
            ast::StmtKind::Reactive(item) => return self.reactive_stmt(item, stmt.span),
            ast::StmtKind::Data(data) => return self.data_stmt(data, stmt.span),
            ast::StmtKind::Error => return None,
        };
        Some(kind)
    }

    /// Runs `work` with one more thing that jumps may have to cross.
    pub(crate) fn fenced<T>(&mut self, fence: Fence, work: impl FnOnce(&mut Self) -> T) -> T {
        self.frame_mut().fences.push(fence);
        let value = work(self);
        self.frame_mut().fences.pop();
        value
    }

    fn jump(&mut self, word: &str, span: Span) {
        let fences = &self.frame().fences;
        match fences.last() {
            Some(Fence::Loop) => {}
            Some(Fence::Finally) if fences.contains(&Fence::Loop) => {
                self.report(report::leaves_finally(word, span));
            }
            _ => self.report(report::outside_loop(word, span)),
        }
    }

    fn return_stmt(&mut self, value: Option<&ast::Expr>, span: Span) -> StmtKind {
        if self.frame().fences.contains(&Fence::Finally) {
            self.report(report::leaves_finally("return", span));
        }
        let declared = self.frame().result.clone();
        let value = match (value, declared) {
            (Some(value), Some(result)) => Some(self.expect(value, &result, Slot::Value)),
            (Some(value), None) => {
                let typed = self.expr(value, None);
                let ty = typed.ty.clone();
                if is_empty_literal(value) {
                    self.frame_mut().empty_returns.push(ty);
                } else {
                    self.frame_mut().returns.push(ty);
                }
                Some(typed)
            }
            (None, Some(result)) => {
                let optional = matches!(
                    result,
                    Type::Unit | Type::Option(_) | Type::Any | Type::None | Type::Error
                );
                if !optional {
                    let wanted = self.show(&result);
                    self.report(report::empty_return(&wanted, span));
                }
                None
            }
            (None, None) => None,
        };
        StmtKind::Return(value)
    }

    fn expr_stmt(&mut self, value: &ast::Expr) -> StmtKind {
        if let ast::ExprKind::Match(item) = &value.kind {
            let typed = self.match_stmt(item, value.span);
            return StmtKind::Match(typed);
        }
        let typed = self.expr(value, None);
        self.note_type(value.span, &typed.ty);
        StmtKind::Expr(discarded(typed))
    }

    fn expect_stmt(&mut self, cond: &ast::Expr) -> StmtKind {
        let typed = self.expr(cond, Some(&Type::Bool));
        let typed = self.truth(typed);
        if !is_condition(&typed.ty) {
            self.report(report::expect_not_bool(cond.span));
        }
        StmtKind::Expect {
            cond: typed,
            text: Rc::from(self.text(cond.span)),
        }
    }

    fn fun_stmt(&mut self, decl: &Rc<ast::FunDecl>) -> StmtKind {
        if self.scopes.is_empty()
            && let Some(fun) = self.declared_fun(decl)
        {
            return StmtKind::Fun(fun);
        }
        let (fun, type_params) = self.signature(decl, FunKind::Nested, false);
        self.declare(&decl.name.text, Binding::Fun(fun));
        self.push_scope();
        if let Some(scope) = self.scopes.last_mut() {
            scope.type_params = type_params;
        }
        let (body, result, defaults) = self.fun_body(fun, decl);
        self.pop_scope();
        let falls_off = flow::falls_through(&body);
        if let Some(made) = self.fun_mut(fun) {
            made.body = body;
            made.falls_off = falls_off;
            made.result = result;
            for (param, default) in made.params.iter_mut().zip(defaults) {
                param.default = default;
            }
        }
        self.results.insert(fun, crate::checker::ResultState::Known);
        self.check_escape(fun, decl.name.span);
        StmtKind::Fun(fun)
    }

    /// The function that was declared with the file. Statements come in the order of declarations, so
    /// the search goes on behind the function found last.
    fn declared_fun(&mut self, decl: &Rc<ast::FunDecl>) -> Option<FunId> {
        let start = self.next_pending.min(self.pending.len());
        let (before, behind) = self.pending.split_at(start);
        let mut places = (start..).zip(behind).chain((0..).zip(before));
        let (index, found) = places.find(|(_, item)| Rc::ptr_eq(&item.decl, decl))?;
        let fun = found.fun;
        self.next_pending = index + 1;
        Some(fun)
    }

    fn type_stmt(&mut self, decl: &ast::TypeDecl) -> Option<StmtKind> {
        match self.placed_types.get(&decl.span).cloned()? {
            TypeName::Decl(reference) => {
                self.inner_methods(&reference);
                Some(StmtKind::Type(reference))
            }
            TypeName::Alias(index) => Some(StmtKind::Alias(index)),
        }
    }

    /// Checks a condition: bool, or `any` that is tested when executed.
    pub(crate) fn condition(&mut self, cond: &ast::Expr) -> Expr {
        let typed = self.expr(cond, Some(&Type::Bool));
        let typed = self.truth(typed);
        if !is_condition(&typed.ty) {
            let diagnostic = report::condition_not_bool(cond.span);
            self.report(diagnostic.with_notes(self.bool_advice(&typed)));
        }
        typed
    }
}

/// Whether a value of that type may be a condition.
pub(crate) fn is_condition(ty: &Type) -> bool {
    matches!(
        ty.widened(),
        Type::Bool | Type::Any | Type::Error | Type::Never
    )
}

/// A value that nobody looks at needs no check.
pub(crate) fn discarded(value: Expr) -> Expr {
    match value.kind {
        ExprKind::Check { value: inner, .. } => Expr {
            ty: value.ty,
            ..*inner
        },
        _ => value,
    }
}

/// The name of the function that a statement declares, and where it stands.
fn declared_fun(stmt: &ast::Stmt) -> Option<(Rc<str>, Span)> {
    match &stmt.kind {
        ast::StmtKind::Fun(decl) => Some((Rc::clone(&decl.name.text), decl.name.span)),
        _ => None,
    }
}

/// The names that a statement binds, and where they stand.
fn declared_vars(stmt: &ast::Stmt) -> Vec<(Rc<str>, Span)> {
    fn names(binder: &ast::Binder, out: &mut Vec<(Rc<str>, Span)>) {
        match binder {
            ast::Binder::Name(name) => out.push((Rc::clone(&name.text), name.span)),
            ast::Binder::Tuple(parts, _) => parts.iter().for_each(|part| names(part, out)),
        }
    }
    let mut found = Vec::new();
    if let ast::StmtKind::Let(item) = &stmt.kind {
        names(&item.binder, &mut found);
    }
    found
}
