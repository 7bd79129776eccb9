//! The declarations in the blocks of a module, found before anything is checked: their methods get
//! identities that stay.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{
    AgentMember, Expr as AstExpr, ExprKind as AstKind, Param, ReactiveStmt, Stmt as AstStmt,
    StmtKind as AstStmtKind, TypeDeclKind,
};
use mochi_types::{Effects, Type};

use super::PlacedFun;
use crate::checker::Checker;
use crate::typed::{Fun, FunId, FunKind, Var, VarId, VarKind};
use crate::walk::{self, Visitor};

/// Finds the declarations in blocks.
#[derive(Default)]
struct Finder {
    /// The next statement is one of the file itself.
    is_top: bool,
    /// The methods, with the number of their parameters.
    funs: Vec<(Span, usize)>,
    types: Vec<Span>,
}

impl Finder {
    fn defaults(&mut self, params: &[Param]) {
        for value in params.iter().filter_map(|param| param.default.as_ref()) {
            walk::expr(self, value);
        }
    }
}

impl Visitor for Finder {
    fn expr(&mut self, expr: &AstExpr) -> bool {
        if let AstKind::Lambda(lambda) = &expr.kind {
            self.defaults(&lambda.params);
        }
        true
    }

    fn stmt(&mut self, stmt: &AstStmt) -> bool {
        let is_top = std::mem::take(&mut self.is_top);
        let mut funs = Vec::new();
        let mut types = Vec::new();
        match &stmt.kind {
            AstStmtKind::Fun(fun) => self.defaults(&fun.params),
            AstStmtKind::Type(decl) => {
                if let TypeDeclKind::Record { methods, .. } = &decl.kind {
                    types.push(decl.span);
                    for method in methods {
                        funs.push((method.span, method.params.len()));
                        self.defaults(&method.params);
                        walk::block(self, &method.body.body);
                    }
                }
            }
            AstStmtKind::Reactive(item) => match &**item {
                ReactiveStmt::Stream(decl) => types.push(decl.span),
                ReactiveStmt::Agent(decl) => {
                    types.push(decl.span);
                    funs.push((decl.span, 0));
                    for member in &decl.members {
                        match member {
                            AgentMember::Intent(fun) => {
                                funs.push((fun.span, fun.params.len()));
                                self.defaults(&fun.params);
                            }
                            AgentMember::On(handler) => funs.push((handler.span, 1)),
                            AgentMember::Close { span, .. } => funs.push((*span, 0)),
                            AgentMember::Let { .. } | AgentMember::Assign { .. } => {}
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
        if !is_top {
            self.funs.append(&mut funs);
            self.types.append(&mut types);
        }
        true
    }
}

impl Checker<'_> {
    /// Gives the declarations in the blocks of a module their identities.
    pub(crate) fn place_inner(&mut self, body: &[AstStmt]) {
        let mut finder = Finder::default();
        for stmt in body {
            finder.is_top = true;
            walk::stmt(&mut finder, stmt);
        }
        for (span, params) in finder.funs {
            let fun = FunId(u32::try_from(self.module.funs.len()).unwrap_or(u32::MAX));
            Rc::make_mut(&mut self.module.funs).push(placeholder(span));
            let this = self.reserve_var(span);
            let params = (0..params).map(|_| self.reserve_var(span)).collect();
            let placed = PlacedFun { fun, this, params };
            self.inner.funs.insert(span, placed);
        }
        for span in finder.types {
            let home = self.reserve_var(span);
            self.inner.places.insert(span, home);
        }
    }

    fn reserve_var(&mut self, span: Span) -> VarId {
        let id = VarId(u32::try_from(self.module.vars.len()).unwrap_or(u32::MAX));
        Rc::make_mut(&mut self.module.vars).push(Var {
            name: Rc::from(""),
            ty: Type::Error,
            kind: VarKind::Home,
            mutable: false,
            assigned: false,
            owner: None,
            captured: false,
            assigned_by_inner: false,
            in_loop: false,
            export: false,
            doc: None,
            span,
        });
        id
    }

    /// The method that is declared there, if it has its identity already.
    pub(crate) fn placed_fun(&self, span: Span, kind: &FunKind) -> Option<FunId> {
        let is_method = matches!(kind, FunKind::Method { .. });
        let placed = self.inner.funs.get(&span).filter(|_| is_method)?;
        Some(placed.fun)
    }

    /// The identities of a method's own variables: its receiver, and the parameter at an index.
    pub(crate) fn placed_var(&self, fun: FunId, param: Option<usize>) -> Option<VarId> {
        let span = self.fun(fun)?.span;
        let placed = self.inner.funs.get(&span).filter(|it| it.fun == fun)?;
        match param {
            None => Some(placed.this),
            Some(index) => placed.params.get(index).copied(),
        }
    }
}

/// A method that is not declared yet.
fn placeholder(span: Span) -> Fun {
    Fun {
        name: None,
        kind: FunKind::Nested,
        type_params: Vec::new(),
        params: Vec::new(),
        result: Type::Error,
        body: Vec::new(),
        is_expression: false,
        falls_off: false,
        effects: Effects::NONE,
        is_async: false,
        owner: None,
        in_loop: false,
        is_recursive: false,
        export: false,
        doc: None,
        span,
    }
}
