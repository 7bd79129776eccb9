//! `extern` declarations: parsed in full, not lowered yet.
//!
//! Spec: language.md §18.2–18.4, P064, P075.

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{Name, StmtKind},
    format::mark::Role,
    token::TokenKind,
};

/// How far a parameter list has come; each kind of marker stands once and in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Start,
    Positional,
    Slash,
    Star,
    Kwargs,
}

impl Parser<'_> {
    /// A statement that starts with `extern`.
    pub(super) fn extern_stmt(&mut self) -> StmtKind {
        let what = "extern declarations";
        let head = self.span(self.token());
        let name = self.unsupported(what, head, |p| {
            p.bump();
            p.extern_language();
            p.extern_item()
        });
        let names = Vec::from_iter(name);
        StmtKind::UnsupportedDecl { what, names }
    }

    fn extern_language(&mut self) {
        if self.eat(TokenKind::Python) {
            return;
        }
        let declares = self.extern_decl_ahead();
        if self.kind().is_name() && !declares {
            let language = self.take_name();
            self.check_language(&language);
        }
    }

    /// Whether the word here begins the declaration of a type or object.
    fn extern_decl_ahead(&self) -> bool {
        use TokenKind as K;
        let kind = self.kind();
        let words = [K::Record, K::Interface, K::Enum, K::ErrorWord, K::Object];
        (kind == K::Type || words.contains(&kind)) && self.nth(1).is_word()
    }

    fn extern_item(&mut self) -> Option<Name> {
        use TokenKind as K;
        match self.kind() {
            _ if self.extern_decl_ahead() => self.extern_decl(),
            K::Fun | K::Async => self.extern_fun(),
            K::Let | K::Var => {
                self.bump();
                let name = self.extern_name();
                self.expect(K::Colon, code::P054);
                self.type_expr();
                name
            }
            _ => {
                self.unexpected(code::P999, "extern declaration");
                None
            }
        }
    }

    /// `NAME {"." WORD}`; gives the name that the file gets to know, which a dotted one is not.
    fn extern_name(&mut self) -> Option<Name> {
        let name = self.name(code::P030)?;
        let mut dotted = false;
        while self.eat(TokenKind::Dot) {
            self.word();
            dotted = true;
        }
        (!dotted).then_some(name)
    }

    fn extern_fun(&mut self) -> Option<Name> {
        self.eat(TokenKind::Async);
        if !self.expect(TokenKind::Fun, code::P999) {
            return None;
        }
        let name = self.extern_name();
        self.extern_signature();
        name
    }

    /// From the type parameters to the effects.
    fn extern_signature(&mut self) {
        self.type_params();
        self.role(Role::Tight);
        if self.expect(TokenKind::LParen, code::P010) {
            let mut stage = Stage::Start;
            self.list(TokenKind::RParen, code::P052, |p| {
                p.extern_param(&mut stage);
                Some(())
            });
        }
        self.annotation();
        self.effects();
    }

    fn extern_param(&mut self, stage: &mut Stage) {
        use TokenKind as K;
        let token = self.token();
        let named = self.nth(1).is_name();
        let (in_place, next) = match token.kind {
            K::Slash => (*stage == Stage::Positional, Stage::Slash),
            K::Star => (*stage < Stage::Star, Stage::Star),
            K::StarStar => (*stage < Stage::Kwargs, Stage::Kwargs),
            _ => (*stage < Stage::Kwargs, Stage::Positional),
        };
        if !in_place {
            let shown = self.shown(token);
            let message = format!("parameter marker `{shown}` out of place");
            self.report(code::P075, self.span(token), message);
        }
        *stage = next.max(*stage);
        if matches!(token.kind, K::Slash | K::Star | K::StarStar) {
            self.role(Role::Prefix);
            self.bump();
        }
        if token.kind == K::Slash || token.kind == K::Star && !named {
            return;
        }
        if self.name(code::P030).is_none() {
            return;
        }
        self.annotation();
        if self.eat(K::Eq) {
            // `_` reads as a name, so it needs no case of its own.
            self.expr();
        }
    }

    fn extern_decl(&mut self) -> Option<Name> {
        use TokenKind as K;
        let word = self.bump().kind;
        if word == K::Object {
            return self.name(code::P030);
        }
        let name = self.extern_name();
        if word == K::Enum {
            self.annotation();
            self.enum_members();
            return name;
        }
        self.type_params();
        if self.eat(K::Extends) {
            self.type_expr();
            while self.eat(K::Comma) {
                self.type_expr();
            }
        }
        let needs_body = matches!(word, K::Record | K::Interface);
        if needs_body || self.at(K::LBrace) {
            let words = [K::Let, K::Type];
            self.members(&words, |p| {
                p.nested(Self::extern_member);
            });
        }
        name
    }

    fn enum_members(&mut self) {
        if !self.expect(TokenKind::LBrace, code::P050) {
            return;
        }
        self.role_at(Role::Padded, self.pos.saturating_sub(1));
        self.list(TokenKind::RBrace, code::P001, |p| {
            p.word()?;
            if p.eat(TokenKind::Eq) {
                p.expr();
            }
            Some(())
        });
    }

    fn extern_member(&mut self) {
        use TokenKind as K;
        let is_field = |p: &Self| p.nth(1) == K::Colon;
        if self.at(K::Static) && !is_field(self) {
            self.bump();
        }
        if self.extern_decl_ahead() && !is_field(self) {
            self.extern_decl();
            return;
        }
        if !is_field(self) {
            if self.at(K::Async) && self.nth(1) == K::Fun {
                self.bump();
            }
            if self.eat(K::Fun) {
                self.word();
                self.extern_signature();
                return;
            }
            self.eat(K::Let);
        }
        if self.word().is_none() {
            return;
        }
        self.expect(K::Colon, code::P054);
        self.type_expr();
        if self.eat(K::Eq) {
            self.expr();
        }
    }
}
