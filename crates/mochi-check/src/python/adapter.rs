//! Python functions as values of a `fun` type: a lambda whose result is checked like a call's.
//!
//! Spec: language.md §18.2; bridge.md §7 ("checked alike, once per call").

use std::rc::Rc;

use mochi_base::Span;
use mochi_types::{ArgValue, CallArg, Check, FunType, ResolvedCall, Type};

use super::checked;
use crate::checker::{Checker, expr};
use crate::relation::widened;
use crate::scope::NewVar;
use crate::typed::{Expr, ExprKind, FunKind, FunParam, PyArg, Stmt, StmtKind, VarKind};

impl Checker<'_> {
    /// The Python function as a value of that type, if calls of it need a check and it can be
    /// named again at each call.
    pub(crate) fn adapter(&mut self, callee: &Expr, to: &FunType) -> Option<Expr> {
        if !is_repeatable(callee) {
            return None;
        }
        let call = self.call_for(callee, &to.params)?;
        if *call.ret.check == Check::Nothing {
            return None;
        }
        let span = callee.span;
        let symbol = match &callee.ty {
            Type::Extern(fun) => Rc::clone(&fun.symbol),
            ty => Rc::from(self.show(ty)),
        };
        let id = self.new_fun(None, FunKind::Lambda, span);
        let mut params = Vec::new();
        let mut args = Vec::new();
        for ty in &to.params {
            let new = NewVar::assignable(VarKind::Param, ty.clone());
            let var = self.new_var(&Rc::from("value"), span, new);
            if let Some(info) = self.var_mut(var) {
                info.owner = Some(id);
                info.in_loop = false;
            }
            params.push(FunParam { var, default: None });
            let value = expr(ExprKind::Var(var), ty.clone(), span);
            args.push(PyArg { name: None, value });
        }
        let kind = ExprKind::PyCall {
            callee: Box::new(callee.clone()),
            args,
            fun: match &callee.ty {
                Type::Extern(fun) => Some(Rc::clone(fun)),
                _ => None,
            },
        };
        let value = checked(expr(kind, call.ret.ty.clone(), span), call.ret, symbol);
        let value = widened(value, &to.result);
        let ty = Type::Fun(Rc::new(to.clone()));
        if let Some(fun) = self.fun_mut(id) {
            fun.params = params;
            fun.result = to.result.clone();
            fun.is_expression = true;
            fun.body = vec![returned(value, span)];
        }
        Some(expr(ExprKind::Lambda(id), ty, span))
    }

    /// What calling a Python function or class with arguments of these types gives.
    pub(crate) fn call_for(&self, callee: &Expr, params: &[Type]) -> Option<ResolvedCall> {
        let (fun, receiver) = match (&callee.ty, &callee.kind) {
            (Type::Extern(fun), ExprKind::PyAttr { object, .. }) => match &object.ty {
                Type::Module(_) => (Rc::clone(fun), None),
                ty => (Rc::clone(fun), Some(ty.clone())),
            },
            (Type::Extern(fun), _) => (Rc::clone(fun), None),
            (_, ExprKind::PyClass(class)) => (Rc::new(self.cx().constructor(class)), None),
            _ => return None,
        };
        let args: Vec<CallArg<'_>> = params
            .iter()
            .map(|ty| CallArg {
                name: None,
                value: ArgValue::Typed(ty.clone()),
            })
            .collect();
        self.cx()
            .resolve_call(&fun, receiver.as_ref(), &args, None)
            .ok()
    }
}

fn returned(value: Expr, span: Span) -> Stmt {
    Stmt {
        kind: StmtKind::Return(Some(value)),
        span,
    }
}

/// Whether evaluating the callee at each call is the same as evaluating it once.
fn is_repeatable(callee: &Expr) -> bool {
    match &callee.kind {
        ExprKind::PyClass(_) | ExprKind::PyModule(_) => true,
        ExprKind::PyAttr { object, .. } => is_repeatable(object),
        _ => false,
    }
}
