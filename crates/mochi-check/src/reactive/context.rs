//! Where code is asynchronous, and what becomes of calls of something async there and elsewhere.
//!
//! Spec: language.md §18.10; bridge.md §8.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{
    self, AsyncExpr as AstAsync, Expr as AstExpr, ExprKind as Ast, Stmt, StmtKind,
};
use mochi_types::Type;

use crate::checker::{Checker, expr};
use crate::python::{ResultCheck, checked_value};
use crate::report;
use crate::typed::{AsyncExpr, Expr, ExprKind};
use crate::walk::{self, Visitor};

struct Awaits(bool);

impl Visitor for Awaits {
    fn expr(&mut self, expr: &AstExpr) -> bool {
        if let Ast::Async(value) = &expr.kind {
            self.0 |= !matches!(**value, AstAsync::Spawn { .. });
        }
        !self.0 && !matches!(expr.kind, Ast::Lambda(_))
    }

    fn stmt(&mut self, stmt: &Stmt) -> bool {
        self.0 |= match &stmt.kind {
            StmtKind::For(item) => item.is_await,
            StmtKind::Using(item) => item.is_await,
            _ => false,
        };
        let is_reactive = match &stmt.kind {
            StmtKind::Reactive(item) => matches!(
                **item,
                ast::ReactiveStmt::On(_) | ast::ReactiveStmt::Agent(_)
            ),
            _ => false,
        };
        !self.0 && !matches!(stmt.kind, StmtKind::Fun(_)) && !is_reactive
    }
}

/// Whether the statements themselves await something, functions in them apart.
pub(crate) fn awaits(stmts: &[Stmt]) -> bool {
    let mut found = Awaits(false);
    walk::block(&mut found, stmts);
    found.0
}

/// The call of something async and the check of its result, if that is what an expression is.
pub(crate) fn async_call(value: &Expr) -> Option<(&Expr, &ResultCheck)> {
    match &value.kind {
        ExprKind::Async(item) => match &**item {
            AsyncExpr::Call { call, check } => Some((call, check)),
            _ => None,
        },
        _ => None,
    }
}

/// A node of asynchronous code.
pub(crate) fn async_node(value: AsyncExpr, ty: Type, span: Span) -> Expr {
    expr(ExprKind::Async(Box::new(value)), ty, span)
}

/// A call of something async, for its place to say what becomes of it.
pub(crate) fn called(call: Expr, check: ResultCheck) -> Expr {
    let span = call.span;
    let ty = Type::Future(Rc::new(call.ty.clone()));
    async_node(AsyncExpr::Call { call, check }, ty, span)
}

impl Checker<'_> {
    /// Whether the code at hand may await.
    pub(crate) fn is_async_here(&self) -> bool {
        self.frame().is_async
    }

    /// Reports that something of asynchronous code stands elsewhere (T076).
    pub(crate) fn needs_async(&mut self, what: &str, span: Span) -> bool {
        let here = self.is_async_here();
        if !here {
            self.report(report::outside_async(what, span));
        }
        here
    }

    /// Types an expression without asking what becomes of it if it calls something async.
    pub(crate) fn expr_unsettled(&mut self, item: &AstExpr, expected: Option<&Type>) -> Expr {
        let inner = crate::expr::unparenthesised(item);
        let is_call = matches!(inner.kind, Ast::Call { .. });
        let outer = std::mem::replace(&mut self.unsettled, is_call);
        let typed = self.expr(if is_call { inner } else { item }, expected);
        self.unsettled = outer;
        typed
    }

    /// What the place of a call makes of it: in a slot of a future it is started, in synchronous
    /// code it runs to its end, anywhere else it is a fault (T077).
    pub(crate) fn settle_call(&mut self, value: Expr, expected: Option<&Type>) -> Expr {
        if async_call(&value).is_none() {
            return value;
        }
        if !self.is_async_here() {
            return self.run_to_end(value);
        }
        if expected.is_some_and(is_future) {
            return start(value);
        }
        let span = value.span;
        self.fail(report::unawaited(span), span)
    }

    /// A call of something async in synchronous code.
    pub(crate) fn run_to_end(&self, value: Expr) -> Expr {
        let Some((call, check)) = async_call(&value) else {
            return value;
        };
        let (call, check) = (call.clone(), check.clone());
        let (ty, span) = (call.ty.clone(), call.span);
        let handle = self.bound_handle(&call);
        let run = async_node(AsyncExpr::Run { call, handle }, ty, span);
        checked_value(run, check)
    }

    /// The handle that a call is made on, if a variable holds it.
    fn bound_handle(&self, call: &Expr) -> Option<(Rc<str>, Span)> {
        let ExprKind::PyCall { callee, .. } = &call.kind else {
            return None;
        };
        let object = match &callee.kind {
            ExprKind::PyAttr { object, .. } => object,
            _ => callee,
        };
        let object = object.unwidened();
        match (&object.kind, &object.ty) {
            (ExprKind::Var(id), Type::Handle(..)) => {
                let var = self.var(*id)?;
                Some((Rc::clone(&var.name), var.span))
            }
            _ => None,
        }
    }

    /// An argument of a Python call that calls something async: handed over as it is where the
    /// parameter takes something to await.
    pub(crate) fn settle_argument(&mut self, value: Expr, param: &Type) -> Expr {
        if async_call(&value).is_none() || takes_future(param) {
            return value;
        }
        self.settle_call(value, None)
    }

    /// What to say where Python asks for something to await, and synchronous code has run it.
    pub(crate) fn run_note(&mut self, expected: &Type, given: Option<&AstExpr>) -> Option<String> {
        let given = given.filter(|_| !self.is_async_here() && takes_future(expected))?;
        let (typed, _) = self.attempt(|checker| {
            checker.frame_mut().is_async = true;
            let typed = checker.expr_unsettled(given, None);
            checker.frame_mut().is_async = false;
            typed
        });
        async_call(&typed)?;
        Some(
            "synchronous code runs the call to its end: its value is there already. In an \
             `async fun` the call itself is handed over"
                .to_owned(),
        )
    }

    /// Reports the first argument that calls something async which nobody awaits (T077).
    pub(crate) fn unawaited_argument<'e>(
        &mut self,
        mut args: impl Iterator<Item = &'e AstExpr>,
    ) -> bool {
        if !self.is_async_here() {
            return false;
        }
        let found = args.find_map(|item| {
            let (typed, _) = self.attempt(|checker| checker.expr_unsettled(item, None));
            async_call(&typed).map(|_| typed.span)
        });
        if let Some(span) = found {
            self.report(report::unawaited(span));
        }
        found.is_some()
    }
}

/// The call of something async as a task that its function holds.
pub(crate) fn start(value: Expr) -> Expr {
    let (ty, span) = (value.ty.clone(), value.span);
    async_node(AsyncExpr::Start(value), ty, span)
}

fn is_future(ty: &Type) -> bool {
    match ty {
        Type::Future(_) => true,
        Type::Option(inner) => is_future(inner),
        _ => false,
    }
}

/// Whether a parameter of Python is there for something to await.
fn takes_future(ty: &Type) -> bool {
    match ty {
        Type::Future(_) | Type::Handle(..) | Type::Param(_) | Type::Infer(_) | Type::Error => true,
        Type::Option(inner) => takes_future(inner),
        Type::Union(members) => members.iter().any(takes_future),
        _ => false,
    }
}
