//! Functions: parameters with defaults, bodies, what happens at their end.
//!
//! Spec: language.md §4.2 (missing return), §18.5 (defaults), §19.3.

use std::collections::BTreeSet;
use std::rc::Rc;

use mochi_base::Span;
use mochi_check::typed::{ExprKind, Fun, FunId, FunKind, Stmt as Typed, VarId};
use mochi_types::{Type, TypeParam};

use super::Lowerer;
use super::frame::Frame;
use crate::py::{self, Expr, FunctionDef, Param, Stmt, StmtKind};

impl<'a> Lowerer<'a> {
    /// A `def`, and the variables of enclosing functions that it mentions.
    pub(super) fn function(&mut self, id: FunId) -> (FunctionDef, BTreeSet<VarId>) {
        let Some(fun) = self.fun(id) else {
            return (empty_function(), BTreeSet::new());
        };
        let outer_span = self.span;
        self.frames.push(Frame::new(Some(id)));
        let mut params = Vec::new();
        if let FunKind::Method { this, .. } = fun.kind {
            params.push(Param {
                name: self.declare(this),
                annotation: None,
                default: None,
            });
        }
        let (mut body, ()) = self.captured(|this| {
            this.parameters(fun, &mut params);
            this.statements(&fun.body);
            this.span = fun.span;
            this.function_end(fun);
        });
        body = self.holding_tasks(&fun.body, body);
        self.span = outer_span;
        let frame = self.frames.pop();
        let (heads, captures) = frame
            .map(|frame| (frame.heads(), frame.captures))
            .unwrap_or_default();
        if !heads.is_empty() {
            body.splice(0..0, heads);
        }
        let mut def = self.definition(id, fun, params, body);
        def.origin = Some(origin(fun));
        (def, captures)
    }

    /// A function as declared, with this body; from nowhere in the program.
    pub(super) fn definition(
        &mut self,
        id: FunId,
        fun: &Fun,
        params: Vec<Param>,
        body: Vec<Stmt>,
    ) -> FunctionDef {
        FunctionDef {
            name: self.fun_names.get(&id).cloned().unwrap_or_default(),
            is_async: fun.is_async,
            decorators: Vec::new(),
            type_params: self.type_params(&fun.type_params),
            params,
            result: Some(self.annotation(&fun.result)),
            doc: fun.doc.as_ref().map(ToString::to_string),
            body,
            origin: None,
        }
    }

    pub(super) fn type_params(&mut self, params: &[Rc<TypeParam>]) -> Vec<py::TypeParam> {
        let mut out = Vec::new();
        for param in params {
            let bound = param.bound.as_ref().map(|bound| self.annotation(bound));
            out.push(py::TypeParam {
                name: param.name.to_string(),
                bound,
            });
        }
        out
    }

    /// Declares the parameters; defaults that are not constants are computed by statements at the
    /// head of the body.
    fn parameters(&mut self, fun: &'a Fun, params: &mut Vec<Param>) {
        // Defaults see what is around the function, not its parameters.
        let mut seen = Vec::new();
        for default in fun.params.iter().filter_map(|param| param.default.as_ref()) {
            super::walk::each_subexpr(default, &mut |part| {
                if let ExprKind::Var(id) = part.kind {
                    seen.extend(self.var_names.get(&id).cloned());
                }
            });
        }
        self.reserve(seen);
        for param in &fun.params {
            self.declare(param.var);
        }
        for param in &fun.params {
            let Some(var) = self.var(param.var) else {
                continue;
            };
            let name = self.declare(param.var);
            let mut annotation = self.annotation(&var.ty);
            let default = match &param.default {
                None => None,
                Some(default) => {
                    let (stmts, value) = self.captured(|this| this.expr(default));
                    if stmts.is_empty() && value.is_constant() {
                        Some(value)
                    } else {
                        let missing = self.helper("Missing");
                        annotation = annotation.either(missing.clone());
                        let test =
                            Expr::call_name("isinstance", [Expr::name(name.clone()), missing]);
                        self.default_value(param.var, &name, test, (stmts, value), default.span);
                        Some(self.helper("MISSING"))
                    }
                }
            };
            params.push(Param {
                name,
                annotation: Some(annotation),
                default,
            });
        }
    }

    /// What a parameter is without an argument. One that functions inside capture goes on under
    /// another name, since they do not know that it is there by then.
    fn default_value(
        &mut self,
        id: VarId,
        name: &str,
        test: Expr,
        (stmts, value): (Vec<Stmt>, Expr),
        span: Span,
    ) {
        let Some(var) = self.var(id).filter(|var| var.captured) else {
            let mut then = stmts;
            then.push(StmtKind::Assign(Expr::name(name), value).at(span));
            return self.emit(StmtKind::If(test, then, Vec::new()));
        };
        let annotation = self.local_annotation(&var.ty);
        let inner = Expr::name(self.renamed_variable(id, name));
        self.emit(StmtKind::AnnAssign(inner.clone(), annotation, None));
        let mut then = stmts;
        then.push(StmtKind::Assign(inner.clone(), value).at(span));
        let given = StmtKind::Assign(inner, Expr::name(name)).at(span);
        self.emit(StmtKind::If(test, then, vec![given]));
    }

    /// What follows the last statement where control can get there.
    fn function_end(&mut self, fun: &Fun) {
        if !fun.falls_off {
            return;
        }
        match &fun.result {
            Type::Unit | Type::None | Type::Error => {}
            Type::Any | Type::Option(_) => self.emit(StmtKind::Return(Some(Expr::None))),
            _ => {
                let name = fun.name.as_deref().unwrap_or("fun");
                let error = self.call_helper("missing_return", [Expr::str(name)]);
                self.emit(StmtKind::Raise(Some(error), None));
            }
        }
    }

    /// The statements of a block in a scope of their own, into the block being built.
    pub(super) fn statements(&mut self, body: &'a [Typed]) {
        self.open_scope();
        for (index, stmt) in body.iter().enumerate() {
            self.span = stmt.span;
            let before = self.emitted();
            self.stmt(stmt);
            self.comment_at(stmt.span, before);
            if index + 1 == body.len() {
                self.closing_comment(stmt.span, before);
            }
        }
        self.close_scope();
    }

    /// The statements of a block, apart.
    pub(super) fn block(&mut self, body: &'a [Typed]) -> Vec<Stmt> {
        let span = self.span;
        let (stmts, ()) = self.captured(|this| this.statements(body));
        self.span = span;
        stmts
    }
}

/// The function's name in messages.
fn origin(fun: &Fun) -> Rc<str> {
    let name = fun.name.as_deref().unwrap_or("fun");
    match &fun.kind {
        FunKind::Method { record, .. } => Rc::from(format!("{}.{name}", record.name)),
        _ => Rc::from(name),
    }
}

fn empty_function() -> FunctionDef {
    FunctionDef {
        name: String::new(),
        is_async: false,
        decorators: Vec::new(),
        type_params: Vec::new(),
        params: Vec::new(),
        result: None,
        doc: None,
        body: Vec::new(),
        origin: None,
    }
}
