//! Variables of agents that are the parts of a tuple: `let (a, b) = …`.
//!
//! The tuple is taken apart when an instance is made; each part is a variable of its own, which
//! may be given.
//!
//! Spec: language.md §16, §18.6.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, AgentDecl, Binder, Name};
use mochi_types::{FieldInfo, Type};

use super::agent::{AgentInfo, settled};
use crate::checker::Checker;
use crate::typed::{AgentStep, Expr, Stmt, StmtKind};

impl Checker<'_> {
    /// The variables that a tuple declares; their types come from its value.
    pub(super) fn declare_agent_parts(
        &mut self,
        info: &AgentInfo,
        decl: &AgentDecl,
        item: &ast::Let,
        doc: Option<&Rc<str>>,
    ) {
        let mut names = Vec::new();
        leaves(&item.binder, &mut names);
        let (types, _) = self.attempt(|checker| {
            checker.in_agent(info, decl, |checker| {
                let (_, parts) = checker.taken(item, decl.span);
                parts.into_iter().map(|part| part.ty).collect::<Vec<_>>()
            })
        });
        let mut types = types.into_iter();
        for name in names {
            let ty = types.next().map_or(Type::Error, settled);
            self.add_agent_field(info, name, ty, item.mutable, doc);
        }
    }

    /// What happens when an instance is made: the tuple is taken apart, and each variable gets
    /// the value that was given for it, else its part.
    pub(super) fn agent_parts<'f>(
        &mut self,
        info: &AgentInfo,
        decl: &AgentDecl,
        item: &ast::Let,
        span: Span,
        fields: &mut impl Iterator<Item = &'f mut FieldInfo>,
    ) -> Vec<AgentStep> {
        let (kind, parts) = self.in_agent(info, decl, |checker| checker.taken(item, span));
        let mut steps = vec![AgentStep::Run(Box::new(Stmt { kind, span }))];
        for (part, field) in parts.into_iter().zip(fields) {
            field.ty = settled(part.ty.clone());
            let value = self.adapt(part, &field.ty);
            steps.push(self.variable_step(info, field, value));
            if let Some(agent) = self.agent_mut(info.decl.id) {
                agent.fields.push(field.clone());
            }
        }
        steps
    }

    /// The declaration of the parts as variables of the code that makes an instance, and what
    /// reads them.
    fn taken(&mut self, item: &ast::Let, span: Span) -> (StmtKind, Vec<Expr>) {
        let stmt = ast::Stmt {
            kind: ast::StmtKind::Error,
            span,
            export: false,
            doc: None,
        };
        let kind = self.let_stmt(item, &stmt);
        let ids = match &kind {
            StmtKind::Let { target, .. } => target.vars(),
            _ => Vec::new(),
        };
        let mut parts = Vec::new();
        for id in ids {
            let at = self.var(id).map_or(span, |var| var.span);
            parts.push(self.read(id, at));
            if let Some(var) = self.var_mut(id) {
                var.name = Rc::from(format!("initial_{}", var.name));
            }
        }
        (kind, parts)
    }
}

/// The names of a binder, in order.
fn leaves<'a>(binder: &'a Binder, out: &mut Vec<&'a Name>) {
    match binder {
        Binder::Name(name) if &*name.text == "_" => {}
        Binder::Name(name) => out.push(name),
        Binder::Tuple(parts, _) => parts.iter().for_each(|part| leaves(part, out)),
    }
}
