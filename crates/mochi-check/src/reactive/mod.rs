//! Asynchronous code, event streams, agents, channels.
//!
//! Spec: language.md §16, §18.10, §18.11.

mod agent;
mod awaiting;
mod channel;
mod context;
mod looping;
mod stream;

pub(crate) use agent::AgentInfo;
pub(crate) use context::{awaits, called};
use mochi_base::Span;
use mochi_syntax::ast::{ReactiveStmt, Stmt, StmtKind as AstKind};
pub(crate) use stream::stream_types;

use crate::checker::Checker;
use crate::report;
use crate::typed::{ReactiveStmt as Typed, StmtKind};

impl Checker<'_> {
    /// `stream`, `on`, `emit`, `agent`.
    pub(crate) fn reactive_stmt(&mut self, stmt: &ReactiveStmt, span: Span) -> Option<StmtKind> {
        let kind = match stmt {
            ReactiveStmt::Stream(decl) => {
                let decl = self
                    .at_top_level("streams", span)?
                    .stream_named(&decl.name)?;
                Typed::Stream(decl)
            }
            ReactiveStmt::On(handler) => self.on_handler(handler)?,
            ReactiveStmt::Emit { stream, fields } => self.emit(stream, fields, span)?,
            ReactiveStmt::EmitValue { args, args_span } => {
                return self.emit_value(args, *args_span, span);
            }
            ReactiveStmt::Agent(decl) => self.at_top_level("agents", span)?.agent_stmt(decl)?,
        };
        Some(StmtKind::Reactive(Box::new(kind)))
    }

    /// Declarations that only a file can have.
    fn at_top_level(&mut self, what: &str, span: Span) -> Option<&mut Self> {
        if self.scopes.is_empty() && self.frame().fun.is_none() {
            return Some(self);
        }
        self.report(report::unsupported(&format!("{what} in blocks"), span));
        None
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
