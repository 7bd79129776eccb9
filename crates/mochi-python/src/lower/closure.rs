//! Lambdas and nested functions; factories for those made in loops.
//!
//! Spec: language.md §6, §19.3, §19.8 ("closures bind late").

use std::collections::BTreeSet;

use mochi_check::typed::{Expr as Typed, ExprKind, FunId, VarId};
use mochi_types::{FunType, Type};

use super::Lowerer;
use super::frame::Frame;
use super::name;
use super::walk;
use crate::py::{Expr, FunctionDef, LambdaParam, Param, StmtKind};

impl<'a> Lowerer<'a> {
    /// A named function declared inside a function or block.
    pub(super) fn nested_function(&mut self, id: FunId) {
        let Some(fun) = self.fun(id) else { return };
        let base = name::python_name(fun.name.as_deref().unwrap_or("_fun"));
        self.named_function(id, &base);
    }

    /// A function under the name of the variable that it is bound to for good.
    pub(super) fn bound_lambda(&mut self, var: VarId, id: FunId) {
        let name = self.declare(var);
        let (def, captures) = self.def_named(id, &name);
        if let Some(make) = self.factory(id, &captures, &def) {
            self.emit(StmtKind::Assign(Expr::Name(name), make));
            return;
        }
        self.emit(StmtKind::Function(Box::new(def)));
    }

    pub(super) fn named_function(&mut self, id: FunId, base: &str) -> String {
        let name = self.fresh(base);
        let (def, captures) = self.def_named(id, &name);
        if let Some(make) = self.factory(id, &captures, &def) {
            self.emit(StmtKind::Assign(Expr::Name(name.clone()), make));
        } else {
            self.emit(StmtKind::Function(Box::new(def)));
        }
        name
    }

    fn def_named(&mut self, id: FunId, name: &str) -> (FunctionDef, BTreeSet<VarId>) {
        self.fun_names.insert(id, name.to_string());
        self.function(id)
    }

    /// A lambda as a value.
    pub(super) fn lambda(&mut self, id: FunId) -> Expr {
        if let Some((lambda, captures)) = self.inline_lambda(id) {
            return match self.loop_captures(id, &captures) {
                Some(shared) => self.lambda_factory(id, &shared, lambda),
                None => lambda,
            };
        }
        let name = self.fresh("_fun");
        let (def, captures) = self.def_named(id, &name);
        if let Some(make) = self.factory(id, &captures, &def) {
            return make;
        }
        self.emit(StmtKind::Function(Box::new(def)));
        Expr::Name(name)
    }

    /// The lambda as Python's own, if its body is one expression that needs no statements.
    fn inline_lambda(&mut self, id: FunId) -> Option<(Expr, BTreeSet<VarId>)> {
        let fun = self.fun(id)?;
        let body = walk::single_expression(fun)?;
        let plain = fun.type_params.is_empty()
            && !self.facts.loose_lambdas.contains(&id)
            && !fun.is_async
            && fun.params.iter().all(|param| param.default.is_none());
        if !plain || !super::expr::is_simple(self, body) {
            return None;
        }
        let span = self.span;
        self.frames.push(Frame::new(Some(id)));
        let params = fun
            .params
            .iter()
            .map(|param| LambdaParam {
                name: self.declare(param.var),
                default: None,
            })
            .collect();
        let (_, value) = self.captured(|this| this.expr(body));
        self.span = span;
        let captures = self.frames.pop().map(|frame| frame.captures)?;
        let value = Expr::At(body.span, Box::new(value));
        Some((Expr::Lambda(params, Box::new(value)), captures))
    }

    /// The captured variables that each round of a loop has anew; none if there are none.
    fn loop_captures(&self, id: FunId, captures: &BTreeSet<VarId>) -> Option<Vec<VarId>> {
        if !self.fun(id)?.in_loop {
            return None;
        }
        let shared: Vec<VarId> = captures
            .iter()
            .copied()
            .filter(|var| self.var(*var).is_some_and(|var| var.in_loop))
            .collect();
        (!shared.is_empty()).then_some(shared)
    }

    /// A call of a factory that gives the function its own variables, if it needs that.
    fn factory(
        &mut self,
        id: FunId,
        captures: &BTreeSet<VarId>,
        def: &FunctionDef,
    ) -> Option<Expr> {
        let shared = self.loop_captures(id, captures)?;
        let inner = Expr::name(def.name.clone());
        let body = vec![
            StmtKind::Function(Box::new(def.clone())).at(self.span),
            StmtKind::Return(Some(inner)).at(self.span),
        ];
        let base = format!("make_{}", def.name.trim_start_matches('_'));
        let result = self.function_annotation(id);
        Some(self.emit_factory(result, &shared, &base, body))
    }

    fn lambda_factory(&mut self, id: FunId, shared: &[VarId], lambda: Expr) -> Expr {
        let body = vec![StmtKind::Return(Some(lambda)).at(self.span)];
        let result = self.function_annotation(id);
        self.emit_factory(result, shared, "make_fun", body)
    }

    /// A function that is called at once, so that what it makes has variables of its own.
    pub(super) fn emit_factory(
        &mut self,
        result: Option<Expr>,
        shared: &[VarId],
        base: &str,
        body: Vec<crate::py::Stmt>,
    ) -> Expr {
        let mut params = Vec::new();
        let mut args = Vec::new();
        for var in shared {
            let name = self.mention(*var);
            let mut annotation = self.handed_annotation(*var);
            if self.boxed.contains(var) {
                annotation = self.helper("Cell").index(annotation);
            }
            params.push(Param {
                name: name.clone(),
                annotation: Some(annotation),
                default: None,
            });
            args.push(Expr::Name(name));
        }
        let name = self.fresh(base);
        self.emit(StmtKind::Function(Box::new(FunctionDef {
            name: name.clone(),
            is_async: false,
            decorators: Vec::new(),
            type_params: Vec::new(),
            params,
            result,
            doc: None,
            body,
            origin: None,
        })));
        Expr::Name(name).call(args)
    }

    /// The annotation of a function as a value.
    fn function_annotation(&mut self, id: FunId) -> Option<Expr> {
        let fun = self.fun(id)?;
        let ty = Type::Fun(std::rc::Rc::new(FunType {
            params: fun
                .params
                .iter()
                .filter_map(|param| self.var(param.var))
                .map(|var| var.ty.clone())
                .collect(),
            result: fun.result.clone(),
            effects: fun.effects,
            is_async: fun.is_async,
        }));
        Some(self.annotation(&ty))
    }

    /// A value that goes to a name: no lambda, which could neither be annotated nor have a name.
    pub(super) fn named_value(&mut self, value: Expr, typed: &Typed) -> Expr {
        let (Expr::Lambda(params, body), Some(Type::Fun(fun))) =
            (value.plain(), function_type(typed))
        else {
            return value;
        };
        let params = params
            .iter()
            .zip(&fun.params)
            .map(|(param, ty)| Param {
                name: param.name.clone(),
                annotation: Some(self.annotation(ty)),
                default: param.default.clone(),
            })
            .collect();
        let result = if fun.is_async {
            self.annotation(&Type::Future(std::rc::Rc::new(fun.result.clone())))
        } else {
            self.annotation(&fun.result)
        };
        let result = Some(result);
        let name = self.fresh("_fun");
        let body = vec![StmtKind::Return(Some((**body).clone())).at(self.span)];
        self.emit(StmtKind::Function(Box::new(FunctionDef {
            name: name.clone(),
            is_async: false,
            decorators: Vec::new(),
            type_params: Vec::new(),
            params,
            result,
            doc: None,
            body,
            origin: None,
        })));
        Expr::Name(name)
    }

    /// A partial application: given arguments are evaluated now, open ones taken later.
    pub(super) fn partial(
        &mut self,
        callee: &'a Typed,
        args: &'a [Option<Typed>],
        open: bool,
    ) -> Expr {
        let mut operands = vec![callee];
        operands.extend(args.iter().flatten());
        let lowered = self.operands(&operands);
        let mut fixed: Vec<Expr> = Vec::new();
        for (value, operand) in lowered.into_iter().zip(operands) {
            if value.is_constant()
                || value
                    .as_name()
                    .is_some_and(|name| self.fun_names.values().any(|fun| fun == name))
            {
                fixed.push(value);
                continue;
            }
            let value = self.named_value(value, operand);
            fixed.push(self.spilled(value));
        }
        let arity = match &callee.ty {
            Type::Fun(fun) => fun.params.len(),
            _ => args.len(),
        };
        let mut fixed = fixed.into_iter();
        let callee = fixed.next().unwrap_or(Expr::None);
        let mut holes = Vec::new();
        let mut call_args = Vec::new();
        for position in 0..arity.max(args.len()) {
            if let Some(Some(_)) = args.get(position) {
                call_args.push(fixed.next().unwrap_or(Expr::None));
            } else {
                let name = format!("_a{}", holes.len() + 1);
                call_args.push(Expr::name(name.clone()));
                holes.push(name);
            }
        }
        let mut body = callee.call(call_args);
        let param = |name: &String| LambdaParam {
            name: name.clone(),
            default: None,
        };
        if open {
            return Expr::Lambda(holes.iter().map(param).collect(), Box::new(body));
        }
        for hole in holes.iter().rev() {
            body = Expr::Lambda(vec![param(hole)], Box::new(body));
        }
        body
    }

    /// The lambda behind an expression.
    pub(super) fn as_lambda(expr: &Typed) -> Option<FunId> {
        match &expr.kind {
            ExprKind::Lambda(id) => Some(*id),
            ExprKind::Widen(inner) => Self::as_lambda(inner),
            _ => None,
        }
    }
}

/// The function type of a value, also behind a conversion to a wider type.
fn function_type(typed: &Typed) -> Option<&Type> {
    match (&typed.ty, &typed.kind) {
        (Type::Fun(_), _) => Some(&typed.ty),
        (_, ExprKind::Widen(inner)) => function_type(inner),
        _ => None,
    }
}
