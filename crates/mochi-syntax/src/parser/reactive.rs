//! Event streams, their handlers, and agents.
//!
//! Spec: language.md §2, §16.

use std::rc::Rc;

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{AgentDecl, AgentMember, FunDecl, OnHandler, ReactiveStmt, StmtKind, StreamDecl},
    format::mark::Role,
    token::TokenKind,
};

impl Parser<'_> {
    pub(super) fn stream_decl(&mut self, doc: Option<Rc<str>>) -> StmtKind {
        let start = self.bump().start;
        let name = self.name(code::P030);
        let mut fields = Vec::new();
        self.members(&[], |p| {
            let doc = p.doc_above(p.pos);
            fields.extend(p.field_decl(doc));
        });
        let span = self.span_from(start);
        let Some(name) = name else {
            return StmtKind::Error;
        };
        reactive(ReactiveStmt::Stream(Rc::new(StreamDecl {
            name,
            fields,
            doc,
            span,
        })))
    }

    pub(super) fn on_handler(&mut self) -> StmtKind {
        match self.handler() {
            Some(handler) => reactive(ReactiveStmt::On(handler)),
            None => StmtKind::Error,
        }
    }

    /// `on S as e { … }`.
    fn handler(&mut self) -> Option<OnHandler> {
        let start = self.bump().start;
        let stream = self.name(code::P030);
        let elsewhere = self.stream_of_module();
        let event = if self.lacks_as() {
            self.bare_event()
        } else {
            self.expect(TokenKind::As, code::P999);
            self.name(code::P030)
        };
        let body = self.block(code::P050);
        Some(OnHandler {
            stream: stream.filter(|_| !elsewhere)?,
            event: event?,
            body,
            span: self.span_from(start),
        })
    }

    /// `emit S { … }` or `emit(s, v)`.
    pub(super) fn emit(&mut self) -> StmtKind {
        self.bump();
        if self.at(TokenKind::LParen) {
            self.role(Role::Tight);
            let start = self.bump().start;
            let args = self.list(TokenKind::RParen, code::P052, |p| Some(p.expr()));
            let args_span = self.span_from(start);
            return reactive(ReactiveStmt::EmitValue { args, args_span });
        }
        if self.emits_value() {
            return StmtKind::Error;
        }
        let stream = self.name(code::P030);
        let elsewhere = self.stream_of_module();
        if self.event_in_brackets() || !self.expect(TokenKind::LBrace, code::P050) {
            return StmtKind::Error;
        }
        let fields = self.record_fields();
        match stream.filter(|_| !elsewhere) {
            Some(stream) => reactive(ReactiveStmt::Emit { stream, fields }),
            None => StmtKind::Error,
        }
    }

    pub(super) fn agent(&mut self, doc: Option<Rc<str>>) -> StmtKind {
        let start = self.bump().start;
        let name = self.name(code::P030);
        let mut members = Vec::new();
        let words = [
            TokenKind::Let,
            TokenKind::Var,
            TokenKind::On,
            TokenKind::Intent,
            TokenKind::Async,
        ];
        self.members(&words, |p| {
            if !p.foreign_members(&mut members) {
                members.extend(p.agent_member());
            }
        });
        let span = self.span_from(start);
        let Some(name) = name else {
            return StmtKind::Error;
        };
        reactive(ReactiveStmt::Agent(Rc::new(AgentDecl {
            name,
            members,
            doc,
            span,
        })))
    }

    fn agent_member(&mut self) -> Option<AgentMember> {
        use TokenKind as K;
        let doc = self.doc_above(self.pos);
        let start = self.token().start;
        match self.kind() {
            K::On if self.nth(1) == K::Close => {
                self.bump();
                self.bump();
                let body = self.block(code::P050);
                let span = self.span_from(start);
                Some(AgentMember::Close { body, span })
            }
            K::On => self.handler().map(AgentMember::On),
            K::Let | K::Var => match self.let_stmt() {
                StmtKind::Let(item) => {
                    let span = self.span_from(start);
                    Some(AgentMember::Let { item, doc, span })
                }
                _ => None,
            },
            K::Async if self.nth(1) == K::Intent => self.intent(doc).map(AgentMember::Intent),
            K::Intent => self.intent(doc).map(AgentMember::Intent),
            kind if kind.is_name() => match self.expr_stmt() {
                StmtKind::Assign(item) => {
                    let span = self.span_from(start);
                    Some(AgentMember::Assign { item, span })
                }
                StmtKind::Error => None,
                _ => {
                    self.unexpected(code::P055, "\"=\"");
                    None
                }
            },
            _ => {
                self.unexpected(code::P999, "member of an agent");
                None
            }
        }
    }

    pub(super) fn intent(&mut self, doc: Option<Rc<str>>) -> Option<Rc<FunDecl>> {
        let start = self.token().start;
        let is_async = self.eat(TokenKind::Async);
        self.bump();
        let name = self.declared_name(code::P030, &[TokenKind::LParen]);
        self.role(Role::Tight);
        let params = if self.expect(TokenKind::LParen, code::P010) {
            self.params()
        } else {
            Vec::new()
        };
        let result = self.annotation();
        // They cannot stand here; the checker says so.
        let effects = self.effects();
        let body = match self.short_body() {
            Some(body) => body,
            None => self.block(code::P011),
        };
        Some(Rc::new(FunDecl {
            name: name?,
            is_async,
            type_params: Vec::new(),
            params,
            result,
            effects,
            body,
            doc,
            span: self.span_from(start),
        }))
    }
}

fn reactive(stmt: ReactiveStmt) -> StmtKind {
    StmtKind::Reactive(Box::new(stmt))
}
