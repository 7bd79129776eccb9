//! Dumps of asynchronous code, event streams and agents.

use super::Dump;
use crate::ast::{AgentMember, AsyncExpr, OnHandler, ReactiveStmt};

impl Dump {
    pub(super) fn async_expr(&mut self, value: &AsyncExpr) {
        match value {
            AsyncExpr::Await { value, timeout } => self.form("await", |d| {
                d.expr(value);
                d.initial(timeout.as_ref());
            }),
            AsyncExpr::AwaitAll { items, timeout, .. } => self.form("await-all", |d| {
                d.group(items, Self::expr);
                d.initial(timeout.as_ref());
            }),
            AsyncExpr::Spawn { word, value } => self.form(word, |d| d.expr(value)),
        }
    }

    pub(super) fn reactive_stmt(&mut self, stmt: &ReactiveStmt) {
        match stmt {
            ReactiveStmt::Stream(decl) => self.form("stream", |d| {
                d.name(&decl.name);
                for field in &decl.fields {
                    d.name(&field.name);
                    d.annotation(Some(&field.ty));
                }
            }),
            ReactiveStmt::On(handler) => self.handler(handler),
            ReactiveStmt::Emit { stream, fields } => self.form("emit", |d| {
                d.name(stream);
                for (name, value) in fields {
                    d.name(name);
                    d.initial(Some(value));
                }
            }),
            ReactiveStmt::EmitValue { args, .. } => self.exprs("emit-value", args),
            ReactiveStmt::Agent(decl) => self.form("agent", |d| {
                d.name(&decl.name);
                for member in &decl.members {
                    d.agent_member(member);
                }
            }),
        }
    }

    fn handler(&mut self, handler: &OnHandler) {
        self.form("on", |d| {
            d.name(&handler.stream);
            d.name(&handler.event);
            d.block(&handler.body);
        });
    }

    fn agent_member(&mut self, member: &AgentMember) {
        match member {
            AgentMember::Let { item, .. } => {
                self.stmt_kind(&crate::ast::StmtKind::Let(item.clone()));
            }
            AgentMember::Assign { item, .. } => {
                self.stmt_kind(&crate::ast::StmtKind::Assign(item.clone()));
            }
            AgentMember::On(handler) => self.handler(handler),
            AgentMember::Close { body, .. } => self.form("close", |d| d.block(body)),
            AgentMember::Intent(decl) => {
                self.form("intent", |d| {
                    d.stmt_kind(&crate::ast::StmtKind::Fun(decl.clone()));
                });
            }
        }
    }
}
