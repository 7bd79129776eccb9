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
use mochi_types::DeclRef;
pub(crate) use stream::stream_types;

use crate::checker::{Checker, TypeName};
use crate::report;
use crate::typed::{ReactiveStmt as Typed, StmtKind};

impl Checker<'_> {
    /// `stream`, `on`, `emit`, `agent`.
    pub(crate) fn reactive_stmt(&mut self, stmt: &ReactiveStmt, span: Span) -> Option<StmtKind> {
        let kind = match stmt {
            ReactiveStmt::Stream(decl) => Typed::Stream(self.stream_named(&decl.name)?),
            ReactiveStmt::On(handler) => self.on_handler(handler)?,
            ReactiveStmt::Emit { stream, fields } => self.emit(stream, fields, span)?,
            ReactiveStmt::EmitValue { args, args_span } => {
                return self.emit_value(args, *args_span, span);
            }
            ReactiveStmt::Agent(decl) => self.agent_stmt(decl)?,
        };
        Some(StmtKind::Reactive(Box::new(kind)))
    }

    /// Notes whether the block of these types and agents is the one being checked.
    pub(crate) fn mark_inner_types(&mut self, body: &[Stmt], is_open: bool) {
        for stmt in body {
            let span = match &stmt.kind {
                AstKind::Type(decl) => decl.span,
                AstKind::Reactive(item) => match &**item {
                    ReactiveStmt::Agent(decl) => decl.span,
                    _ => continue,
                },
                _ => continue,
            };
            if let Some(TypeName::Decl(decl)) = self.placed_types.get(&span) {
                self.inner_types.insert(decl.id, is_open);
            }
        }
    }

    /// Reports a method of a block's type that is used after the block (P090).
    pub(crate) fn is_method_here(&mut self, decl: &DeclRef, span: Span) -> bool {
        let is_here = self
            .inner_types
            .get(&decl.id)
            .is_none_or(|is_open| *is_open);
        if !is_here {
            let what = format!(
                "methods of `{}` outside of the block that declares it",
                decl.name
            );
            self.report(report::unsupported(&what, span));
        }
        is_here
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
