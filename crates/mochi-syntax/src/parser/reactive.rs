//! Statements that are parsed in full but not lowered yet: streams, handlers, agents, models, facts,
//! rules and `update`.
//!
//! Spec: language.md §2, §5.3 (`update`), §14 (`model`), §16, §17.

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{Name, StmtKind},
    format::mark::{NodeKind, Role},
    token::TokenKind,
};

impl Parser<'_> {
    /// Parses a statement of an unsupported kind, which begins with the word here.
    fn unsupported_stmt(&mut self, what: &'static str, parse: impl FnOnce(&mut Self)) -> StmtKind {
        let head = self.span(self.token());
        self.unsupported(what, head, parse);
        StmtKind::Unsupported(what)
    }

    /// The same for a declaration.
    fn unsupported_decl(
        &mut self,
        what: &'static str,
        parse: impl FnOnce(&mut Self) -> Option<Name>,
    ) -> StmtKind {
        let head = self.span(self.token());
        let name = self.unsupported(what, head, parse);
        let names = Vec::from_iter(name);
        StmtKind::UnsupportedDecl { what, names }
    }

    pub(super) fn stream_decl(&mut self) -> StmtKind {
        self.unsupported_decl("event streams", |p| {
            p.bump();
            let name = p.name(code::P030);
            p.members(&[], |p| {
                if p.name(code::P030).is_some() {
                    p.expect(TokenKind::Colon, code::P054);
                    p.type_expr();
                }
            });
            name
        })
    }

    pub(super) fn on_handler(&mut self) -> StmtKind {
        self.unsupported_stmt("event streams", Self::handler)
    }

    /// `on S as e { … }`.
    fn handler(&mut self) {
        self.bump();
        self.name(code::P030);
        self.expect(TokenKind::As, code::P999);
        self.name(code::P030);
        self.block(code::P050);
    }

    /// `emit S { … }` or `emit(s, v)`.
    pub(super) fn emit(&mut self) -> StmtKind {
        self.unsupported_stmt("event streams", |p| {
            p.bump();
            if p.at(TokenKind::LParen) {
                p.role(Role::Tight);
                p.bump();
                p.list(TokenKind::RParen, code::P052, |p| Some(p.expr()));
                return;
            }
            p.name(code::P030);
            if p.expect(TokenKind::LBrace, code::P050) {
                p.record_fields();
            }
        })
    }

    pub(super) fn agent(&mut self) -> StmtKind {
        self.unsupported_decl("agents", |p| {
            p.bump();
            let name = p.name(code::P030);
            let words = [TokenKind::Let, TokenKind::Var];
            p.members(&words, Self::agent_member);
            name
        })
    }

    fn agent_member(&mut self) {
        use TokenKind as K;
        match self.kind() {
            K::On if self.nth(1) == K::Close => {
                self.bump();
                self.bump();
                self.block(code::P050);
            }
            K::On => self.handler(),
            K::Let | K::Var => {
                self.let_stmt();
            }
            K::Async if self.nth(1) == K::Intent => {
                self.bump();
                self.intent();
            }
            K::Intent => self.intent(),
            kind if kind.is_name() => {
                self.expr_stmt();
            }
            _ => self.unexpected(code::P999, "member of an agent"),
        }
    }

    fn intent(&mut self) {
        self.bump();
        self.name(code::P030);
        self.role(Role::Tight);
        if self.expect(TokenKind::LParen, code::P010) {
            self.params();
        }
        self.annotation();
        self.block(code::P011);
    }

    pub(super) fn model(&mut self) -> StmtKind {
        self.unsupported_stmt("models", |p| {
            p.bump();
            p.name(code::P030);
            p.members(&[], |p| {
                if p.word().is_some() {
                    p.expect(TokenKind::Colon, code::P054);
                    p.expr();
                }
            });
        })
    }

    pub(super) fn fact(&mut self) -> StmtKind {
        self.unsupported_stmt("facts and rules", |p| {
            p.bump();
            p.predicate();
        })
    }

    pub(super) fn rule(&mut self) -> StmtKind {
        self.unsupported_stmt("facts and rules", |p| {
            let first = p.pos;
            p.bump();
            p.predicate();
            p.expect(TokenKind::ColonDash, code::P056);
            p.condition();
            while p.eat(TokenKind::Comma) {
                p.condition();
            }
            p.mark(NodeKind::Query, first);
        })
    }

    fn condition(&mut self) {
        self.role(Role::Clause);
        let negated = self.eat(TokenKind::Not);
        if !negated && self.kind().is_name() && self.nth(1) == TokenKind::NotEq {
            self.bump();
            self.bump();
            self.name(code::P030);
        } else {
            self.predicate();
        }
    }

    /// `p(X, "a", 1)`.
    pub(super) fn predicate(&mut self) {
        self.name(code::P030);
        self.role(Role::Tight);
        if !self.expect(TokenKind::LParen, code::P051) {
            return;
        }
        self.list(TokenKind::RParen, code::P052, |p| {
            match p.kind() {
                TokenKind::Str | TokenKind::Int | TokenKind::BadLiteral => {
                    p.bump();
                }
                kind if kind.is_name() => {
                    p.bump();
                }
                _ => p.unexpected(code::P999, "name, string or integer"),
            }
            Some(())
        });
    }

    /// `update xs set { … } where c`.
    pub(super) fn update(&mut self) -> StmtKind {
        self.unsupported_stmt("`update`", |p| {
            p.bump();
            p.name(code::P030);
            p.expect(TokenKind::Set, code::P999);
            if p.at(TokenKind::LBrace) {
                p.map_literal();
            } else {
                p.unexpected(code::P050, "\"{\"");
            }
            if p.at(TokenKind::Where) && p.nth(1).starts_expr() {
                p.bump();
                p.expr();
            }
        })
    }
}
