//! Asynchronous code, event streams, agents, channels.
//!
//! Spec: language.md §16, §18.10, §18.11.

mod agent;
mod awaiting;
mod channel;
mod context;
mod looping;
mod parts;
mod stream;

pub(crate) use agent::AgentInfo;
pub(crate) use context::{awaits, called};
use mochi_base::Span;
use mochi_syntax::ast::{ReactiveStmt, Stmt, StmtKind as AstKind};
pub(crate) use stream::stream_types;

use crate::checker::Checker;
use crate::typed::{ReactiveStmt as Typed, StmtKind};

impl Checker<'_> {
    /// `stream`, `on`, `emit`, `agent`.
    pub(crate) fn reactive_stmt(&mut self, stmt: &ReactiveStmt, span: Span) -> Option<StmtKind> {
        let kind = match stmt {
            ReactiveStmt::Stream(decl) => Typed::Stream(self.stream_declared(&decl.name)?),
            ReactiveStmt::On(handler) => self.on_handler(handler)?,
            ReactiveStmt::Emit { stream, fields } => self.emit(stream, fields, span)?,
            ReactiveStmt::EmitValue { args, args_span } => {
                return self.emit_value(args, *args_span, span);
            }
            ReactiveStmt::Agent(decl) => self.agent_stmt(decl)?,
        };
        Some(StmtKind::Reactive(Box::new(kind)))
    }

    /// Declares the names of agents, and which records are events.
    pub(crate) fn declare_reactive_names(&mut self, body: &[Stmt]) {
        for stmt in body {
            let AstKind::Reactive(item) = &stmt.kind else {
                continue;
            };
            match &**item {
                ReactiveStmt::Stream(decl) => self.mark_stream(decl),
                ReactiveStmt::Agent(decl) => self.declare_agent_name(decl, stmt.export),
                _ => {}
            }
        }
    }
}

/// Whether a statement declares a stream or an agent.
pub(crate) fn declares_class(stmt: &Stmt) -> bool {
    match &stmt.kind {
        AstKind::Reactive(item) => {
            matches!(**item, ReactiveStmt::Stream(_) | ReactiveStmt::Agent(_))
        }
        _ => false,
    }
}
