//! What must be known of a program before the signs of its numbers are followed: which variables get
//! all their values from places that are followed.

use std::collections::BTreeSet;

use mochi_check::typed::{
    AgentStep, ExprKind, Fun, FunId, FunKind, Module, ReactiveStmt, Stmt, StmtKind, Target, VarId,
};

use super::super::walk;

/// What must be known before signs are followed.
pub(super) struct Survey<'a> {
    first: &'a Module,
    /// Variables of which a place that binds them was seen.
    pub(super) bound: BTreeSet<VarId>,
    /// Variables that get values from places that are not followed.
    pub(super) open: BTreeSet<VarId>,
}

impl<'a> Survey<'a> {
    /// Looks at a program of which this is the first module.
    pub(super) fn of(first: &'a Module, program: &[Module]) -> Self {
        let mut survey = Self {
            first,
            bound: BTreeSet::new(),
            open: BTreeSet::new(),
        };
        survey.program(program);
        survey
    }

    fn program(&mut self, program: &[Module]) {
        let mut calls_python = false;
        for module in program {
            self.block(&module.body);
            self.exprs(&module.body, &mut calls_python);
        }
        let first = self.first;
        for fun in first.funs.iter() {
            self.block(&fun.body);
            self.exprs(&fun.body, &mut calls_python);
        }
        for fun in first.funs.iter() {
            let seen = match &fun.kind {
                FunKind::Top => !fun.export,
                FunKind::Nested => true,
                FunKind::Method { record, .. } => {
                    let shown = first.decls.record(record.id).is_none_or(|it| it.export);
                    !calls_python && !fun.export && !shown
                }
                FunKind::Lambda => false,
            };
            for param in &fun.params {
                self.bound.insert(param.var);
                if !seen || fun.is_async {
                    self.open.insert(param.var);
                }
            }
        }
    }

    fn exprs(&mut self, body: &[Stmt], calls_python: &mut bool) {
        let first = self.first;
        let mut values: Vec<FunId> = Vec::new();
        let mut rows: Vec<VarId> = Vec::new();
        let mut blocks: Vec<&Vec<Stmt>> = Vec::new();
        walk::each_expr(body, &mut |expr| match &expr.kind {
            ExprKind::Fun(id) | ExprKind::BoundMethod { fun: id, .. } => values.push(*id),
            ExprKind::PyCall { .. } | ExprKind::Async(_) => *calls_python = true,
            ExprKind::Query(query) => {
                rows.extend(query.sources.iter().filter_map(|source| source.var));
            }
            ExprKind::Match(matched) => blocks.extend(matched.arms.iter().map(|arm| &arm.body)),
            _ => {}
        });
        for block in blocks {
            self.block(block);
        }
        self.bound.extend(rows);
        for id in values {
            self.open_params(first.funs.get(id.0 as usize));
        }
    }

    /// Streams and agents call functions with values that are not followed.
    fn reactive(&mut self, item: &ReactiveStmt) {
        let called: Vec<FunId> = match item {
            ReactiveStmt::On { handler, .. } => vec![*handler],
            ReactiveStmt::Agent(agent) => {
                let handlers = agent.steps.iter().filter_map(|step| match step {
                    AgentStep::On { handler, .. } => Some(*handler),
                    AgentStep::Var { .. } | AgentStep::Run(_) => None,
                });
                handlers.chain([agent.init]).chain(agent.close).collect()
            }
            ReactiveStmt::Stream(_) | ReactiveStmt::Emit { .. } => Vec::new(),
        };
        for id in called {
            self.open_params(self.first.funs.get(id.0 as usize));
        }
    }

    fn open_params(&mut self, fun: Option<&Fun>) {
        for param in fun.into_iter().flat_map(|fun| &fun.params) {
            self.open.insert(param.var);
        }
    }

    fn block(&mut self, body: &[Stmt]) {
        for stmt in body {
            match &stmt.kind {
                StmtKind::Let {
                    target: Target::Var(id),
                    ..
                }
                | StmtKind::ForRange { var: Some(id), .. }
                | StmtKind::ForEach {
                    target: Target::Var(id),
                    ..
                } => {
                    self.bound.insert(*id);
                }
                StmtKind::Let { target, .. } | StmtKind::ForEach { target, .. } => {
                    self.open.extend(target.vars());
                }
                StmtKind::Reactive(item) => self.reactive(item),
                _ => {}
            }
            walk::each_block(stmt, &mut |block| self.block(block));
        }
    }
}
