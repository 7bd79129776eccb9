//! Lambdas.
//!
//! Spec: language.md §4.2, §6.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, LambdaBody};
use mochi_types::{FunType, Type};

use crate::checker::{Checker, Frame, ResultState, expr};
use crate::flow;
use crate::generic::has_infer;
use crate::relation::Slot;
use crate::scope::Binding;
use crate::typed::{Expr, ExprKind, FunKind, Stmt, StmtKind};
use crate::walk;

impl Checker<'_> {
    pub(super) fn lambda(
        &mut self,
        lambda: &ast::Lambda,
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let hint = expected.and_then(|ty| self.fun_hint(ty, lambda.params.len()));
        let wanted = hint
            .as_ref()
            .and_then(|hint| wanted_result(hint, lambda.is_async));
        let known = wanted.as_ref().filter(|ty| !has_infer(ty));
        let known = known.filter(|ty| **ty != Type::Any).cloned();
        self.lambda_for(lambda, span, hint.as_deref(), known)
    }

    /// The function type that an expected type asks of a lambda.
    fn fun_hint(&self, expected: &Type, arity: usize) -> Option<Rc<FunType>> {
        match expected {
            Type::Fun(fun) => Some(Rc::clone(fun)),
            Type::Option(inner) => self.fun_hint(inner, arity),
            other => self.cx().expected_function(other, arity),
        }
    }

    /// Types a lambda whose parameters without type take them from `hint`.
    pub(crate) fn lambda_for(
        &mut self,
        lambda: &ast::Lambda,
        span: Span,
        hint: Option<&FunType>,
        result: Option<Type>,
    ) -> Expr {
        let id = self.new_fun(None, FunKind::Lambda, lambda.span);
        self.push_scope();
        let type_params = self.type_params(&lambda.type_params);
        let params = self.params(id, &lambda.params, hint);
        let produced = self.effects.of_lambda(&lambda.body);
        let effects = self.declared_effects(lambda.effects.as_deref(), produced, "fun");
        let declared = match &lambda.result {
            Some(ty) => Some(self.annotation(ty)),
            None => match &lambda.body {
                LambdaBody::Block(block) if !walk::returns_value(&block.body) => Some(Type::Unit),
                _ => result,
            },
        };
        self.results.insert(id, ResultState::Known);
        if let Some(fun) = self.fun_mut(id) {
            fun.type_params = type_params;
            fun.params.clone_from(&params);
            fun.effects = effects;
            fun.is_async = lambda.is_async;
        }
        for param in &params {
            let name = self.name_of_var(param.var);
            self.declare(&name, Binding::Var(param.var));
        }
        let limit = self.frame().limit;
        self.push_frame(Frame {
            fun: Some(id),
            limit,
            result: declared,
            is_async: lambda.is_async,
            ..Frame::of_file()
        });
        let narrowed = std::mem::take(&mut self.narrowed);
        let body = match &lambda.body {
            LambdaBody::Expr(value) => vec![self.lambda_value(value)],
            LambdaBody::Block(block) => self.block(block),
        };
        self.narrowed = narrowed;
        let frame = self.pop_frame();
        self.pop_scope();
        let result = self.join_returns(&frame);
        let is_expression = matches!(lambda.body, LambdaBody::Expr(_));
        let falls_off = flow::falls_through(&body);
        if let Some(fun) = self.fun_mut(id) {
            fun.body = body;
            fun.is_expression = is_expression;
            fun.falls_off = falls_off;
            fun.result = result;
        }
        let ty = Type::Fun(self.fun_signature(id));
        expr(ExprKind::Lambda(id), ty, span)
    }

    /// The one statement of `=> e`.
    fn lambda_value(&mut self, value: &ast::Expr) -> Stmt {
        let declared = self.frame().result.clone();
        let typed = match declared {
            Some(Type::Unit) => {
                let typed = self.expr(value, None);
                let quiet = matches!(typed.ty, Type::Unit | Type::Never | Type::Error);
                if !quiet {
                    self.misfit(&typed.ty, &Type::Unit, Slot::Value, value.span);
                }
                typed
            }
            Some(ty) => self.expect(value, &ty, Slot::Value),
            None => {
                let typed = self.expr(value, None);
                let ty = typed.ty.clone();
                self.frame_mut().returns.push(ty);
                typed
            }
        };
        Stmt {
            kind: StmtKind::Return(Some(typed)),
            span: value.span,
        }
    }
}

/// What the body of a lambda has to yield where a function of that type is asked for.
fn wanted_result(hint: &FunType, is_async: bool) -> Option<Type> {
    match (hint.is_async, is_async, &hint.result) {
        (true, true, result) | (false, false, result) => Some(result.clone()),
        (true, false, result) => Some(Type::Future(Rc::new(result.clone()))),
        (false, true, Type::Future(result)) => Some((**result).clone()),
        (false, true, _) => None,
    }
}
