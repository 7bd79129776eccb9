//! `await`, `await all`, `spawn`.
//!
//! Spec: language.md §18.10.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, AsyncExpr as Ast};
use mochi_types::Type;

use super::context::{async_call, async_node, called, start};
use crate::checker::{Checker, error, expr};
use crate::python::{checked_value, result_check};
use crate::relation::widened;
use crate::report;
use crate::typed::{AsyncExpr, Expr, ExprKind};

/// What a thing has to be for `await`.
const AWAITABLE: &str = "a call of something async, a future, or a handle with `__await__` \
                         can be awaited";

impl Checker<'_> {
    /// `await`, `await all`, `spawn` and `async`.
    pub(crate) fn async_expr(&mut self, value: &Ast, span: Span, expected: Option<&Type>) -> Expr {
        let typed = match value {
            Ast::Await { value, timeout } => self.await_one(value, timeout.as_ref(), span),
            Ast::AwaitAll { items, timeout, .. } => {
                self.await_all(items, timeout.as_ref(), span, expected)
            }
            Ast::Spawn { word, value } => self.spawn(word, value, span, expected),
        };
        self.note_type(span, &typed.ty);
        typed
    }

    fn timeout(&mut self, timeout: Option<&ast::Expr>) -> Option<Expr> {
        let written = timeout?;
        let typed = self.expr(written, Some(&Type::Float));
        let is_number = typed.ty.is_number() && typed.ty != Type::BigRat;
        if !is_number && !matches!(typed.ty, Type::Error | Type::Never) {
            let got = self.show(&typed.ty);
            self.report(report::mismatch("float", &got, written.span));
        }
        Some(typed)
    }

    fn await_one(&mut self, value: &ast::Expr, timeout: Option<&ast::Expr>, span: Span) -> Expr {
        let here = self.needs_async("await", span);
        let outer = std::mem::replace(&mut self.frame_mut().is_async, true);
        let typed = self.expr_unsettled(value, None);
        let timeout = self.timeout(timeout);
        self.frame_mut().is_async = outer;
        if !here {
            return error(span);
        }
        self.awaited(typed, timeout, value.span, span)
    }

    /// `await` of a typed value.
    fn awaited(&mut self, value: Expr, timeout: Option<Expr>, at: Span, span: Span) -> Expr {
        if value.ty == Type::Error {
            return error(span);
        }
        if let Some((call, check)) = async_call(&value) {
            let (call, check) = (call.clone(), check.clone());
            let ty = call.ty.clone();
            // Its check is made on the result.
            let value = called(call, None);
            let awaited = async_node(AsyncExpr::Await { value, timeout }, ty, span);
            return checked_value(awaited, check);
        }
        match value.kind {
            // `await a?.f(x)`: only where there is something to await.
            ExprKind::Safe { object, temp, then } if async_call(then.unwidened()).is_some() => {
                let then = self.awaited(then.unwidened().clone(), timeout, at, span);
                let ty = Type::option(then.ty.clone());
                let then = Box::new(widened(then, &ty));
                expr(ExprKind::Safe { object, temp, then }, ty, span)
            }
            kind => {
                let value = Expr { kind, ..value };
                let Some(out) = self.cx().awaited(&value.ty) else {
                    return self.not_awaitable(&value.ty, at, span);
                };
                // What a future of the program gives was checked when it was made.
                let is_own = matches!(value.ty, Type::Future(_));
                let symbol = Rc::from(format!("{}.__await__", self.show(&value.ty)));
                let check = result_check(out.check, symbol).filter(|_| !is_own);
                let awaited = async_node(AsyncExpr::Await { value, timeout }, out.ty, span);
                checked_value(awaited, check)
            }
        }
    }

    fn not_awaitable(&mut self, ty: &Type, at: Span, span: Span) -> Expr {
        if matches!(ty, Type::Option(inner) if self.cx().awaited(inner).is_some()) {
            let text = self.text(at);
            return self.fail(report::unguarded_option(text, at), span);
        }
        let got = self.show(ty);
        let note = if *ty == Type::Any {
            "say what it is: `await (e as T)`"
        } else {
            AWAITABLE
        };
        self.fail(
            report::mismatch("future<any>", &got, at).with_note(note),
            span,
        )
    }

    pub(super) fn await_all(
        &mut self,
        items: &[ast::Expr],
        timeout: Option<&ast::Expr>,
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let here = self.needs_async("await all", span);
        let outer = std::mem::replace(&mut self.frame_mut().is_async, true);
        let mut typed = Vec::new();
        let mut results = Vec::new();
        for item in items {
            let value = self.expr_unsettled(item, None);
            if value.ty == Type::Error {
                results.push(Type::Error);
            } else if let Some(out) = self.cx().awaited(&value.ty) {
                results.push(out.ty);
            } else {
                self.not_awaitable(&value.ty, item.span, span);
                results.push(Type::Error);
            }
            typed.push(value);
        }
        let timeout = self.timeout(timeout);
        self.frame_mut().is_async = outer;
        if !here || results.contains(&Type::Error) {
            return error(span);
        }
        let ty = Self::all_results(&results, expected);
        let all = AsyncExpr::AwaitAll {
            items: typed,
            timeout,
        };
        async_node(all, ty, span)
    }

    /// A list of what the futures give, or a tuple if that differs.
    fn all_results(results: &[Type], expected: Option<&Type>) -> Type {
        let Some((first, rest)) = results.split_first() else {
            let element = match expected {
                Some(Type::List(element)) => (**element).clone(),
                _ => Type::Any,
            };
            return Type::list(element);
        };
        let wants_tuple =
            matches!(expected, Some(Type::Tuple(parts)) if parts.len() == results.len());
        if wants_tuple || rest.iter().any(|ty| ty != first) {
            return Type::Tuple(results.into());
        }
        Type::list(first.clone())
    }

    fn spawn(
        &mut self,
        word: &str,
        value: &ast::Expr,
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        if matches!(value.kind, ast::ExprKind::Record { .. }) {
            let made = self.expr(value, expected);
            let is_agent = matches!(&made.ty, Type::Named(decl)
                if self.decls.agent(decl.id).is_some());
            return if is_agent || made.ty == Type::Error {
                made
            } else {
                self.not_started(word, &made.ty, value.span, span)
            };
        }
        let here = self.needs_async(word, span);
        let outer = std::mem::replace(&mut self.frame_mut().is_async, true);
        let typed = self.expr_unsettled(value, None);
        self.frame_mut().is_async = outer;
        if !here || typed.ty == Type::Error {
            return error(span);
        }
        if async_call(&typed).is_some() {
            let started = start(typed);
            return Expr { span, ..started };
        }
        self.not_started(word, &typed.ty, value.span, span)
    }

    fn not_started(&mut self, word: &str, ty: &Type, at: Span, span: Span) -> Expr {
        let got = self.show(ty);
        let note = format!("`{word}` starts a call of something async, or makes an agent");
        self.fail(
            report::mismatch("future<any>", &got, at).with_note(note),
            span,
        )
    }
}
