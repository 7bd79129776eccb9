//! Event streams: the record types of their events, handlers, `emit`.
//!
//! Spec: language.md §16.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, Name, OnHandler, ReactiveStmt, StreamDecl};
use mochi_types::{DeclRef, Type};

use crate::annotation::named_type;
use crate::checker::{Checker, TypeName};
use crate::report;
use crate::typed::{ExprKind, ReactiveStmt as Typed};

/// The record types that the streams among the statements declare.
pub(crate) fn stream_types(body: &[ast::Stmt]) -> Vec<(ast::TypeDecl, bool)> {
    let mut found = Vec::new();
    for stmt in body {
        let ast::StmtKind::Reactive(item) = &stmt.kind else {
            continue;
        };
        if let ReactiveStmt::Stream(decl) = &**item {
            let made = ast::TypeDecl {
                name: decl.name.clone(),
                kind: ast::TypeDeclKind::Record {
                    fields: decl.fields.clone(),
                    methods: Vec::new(),
                },
                doc: decl.doc.clone(),
                span: decl.span,
            };
            found.push((made, stmt.export));
        }
    }
    found
}

impl Checker<'_> {
    /// Notes that a record type is that of a stream's events.
    pub(super) fn mark_stream(&mut self, decl: &StreamDecl) {
        if let Some(TypeName::Decl(found)) = self.type_names.get(&decl.name.text) {
            self.streams.insert(found.id);
        }
    }

    /// The stream of a name that is used here; an unknown one is reported (T031).
    pub(super) fn stream_named(&mut self, name: &Name) -> Option<DeclRef> {
        let stream = self.stream_declared(name)?;
        self.note_stream(&stream, name.span).then_some(stream)
    }

    /// The stream of a name; an unknown one is reported (T031).
    pub(super) fn stream_declared(&mut self, name: &Name) -> Option<DeclRef> {
        match self.type_names.get(&name.text) {
            Some(TypeName::Decl(decl)) if self.streams.contains(&decl.id) => {
                return Some(decl.clone());
            }
            _ => {}
        }
        let mut known: Vec<Rc<str>> = Vec::new();
        for (other, ty) in &self.type_names {
            if matches!(ty, TypeName::Decl(decl) if self.streams.contains(&decl.id)) {
                known.push(Rc::clone(other));
            }
        }
        known.sort();
        let diagnostic = report::unknown_stream(&name.text, name.span);
        let known = known.iter().map(|name| &**name);
        self.report(report::suggest(diagnostic, &name.text, known));
        None
    }

    /// The stream of a handler, and the parameter that takes its events.
    pub(super) fn event_param(&mut self, handler: &OnHandler) -> (Option<DeclRef>, ast::Param) {
        let stream = self.stream_named(&handler.stream);
        let mut ty = named_type(&handler.stream);
        if stream.is_none() {
            ty.kind = ast::TypeExprKind::Error;
        }
        let param = ast::Param {
            name: handler.event.clone(),
            ty: Some(ty),
            default: None,
        };
        (stream, param)
    }

    /// `on S as e { … }`: a function of the event.
    pub(super) fn on_handler(&mut self, handler: &OnHandler) -> Option<Typed> {
        let (stream, param) = self.event_param(handler);
        let lambda = ast::Lambda {
            is_async: false,
            type_params: Vec::new(),
            params: vec![param],
            result: None,
            effects: None,
            body: ast::LambdaBody::Block(handler.body.clone()),
            span: handler.span,
        };
        let typed = self.lambda_for(&lambda, handler.span, None, Some(Type::Unit));
        match typed.kind {
            ExprKind::Lambda(fun) => Some(Typed::On {
                stream: stream.inspect(|stream| self.graph.handler(stream.id, fun))?,
                handler: fun,
            }),
            _ => None,
        }
    }

    /// `emit S { … }`.
    pub(super) fn emit(
        &mut self,
        stream: &Name,
        fields: &[(Name, ast::Expr)],
        span: Span,
    ) -> Option<Typed> {
        let Some(decl) = self.stream_named(stream) else {
            self.discard_fields(fields, span);
            return None;
        };
        self.note_emit(decl.id);
        let event = self.record_of(&decl, fields, span);
        Some(Typed::Emit {
            stream: decl,
            event,
        })
    }
}
