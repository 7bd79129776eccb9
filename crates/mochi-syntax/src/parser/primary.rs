//! Primary expressions: literals, names, brackets, `if`, and the words that begin longer forms.
//!
//! Spec: language.md §2 (primary), §9, §18.6, §18.12.

use std::rc::Rc;

use mochi_base::code;

use super::{Parser, Wanted, inside::Lone};
use crate::{
    ast::{Expr, ExprKind, FStrPart, MapEntry, MapKey},
    escape,
    format::mark::{MarkKind, NodeKind, Role},
    lexer::integer,
    token::{Token, TokenKind},
};

/// How far to look into braces to tell a map literal from a block.
const MAX_LOOK: usize = 200;

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Expr {
        use TokenKind as K;
        if self.panicking {
            return self.error_expr();
        }
        self.height = 0;
        match self.kind() {
            K::From if self.nth(1).is_name() && self.nth(2) == K::In => self.query(),
            K::Query if self.nth(1).is_name() && self.nth(2) == K::LParen => self.logic_query(),
            kind if kind.is_name() => {
                if let Some(meant) = self.foreign_expr() {
                    return meant;
                }
                let name = self.take_name();
                self.pass_type_args(&name);
                self.expr_node(ExprKind::Name(name.text), name.span)
            }
            K::Int | K::Float | K::Str | K::Bytes | K::True | K::False | K::None => self.literal(),
            K::FStart => self.f_string(),
            K::BadLiteral => self.bad_literal(),
            K::LParen => self.parenthesised(),
            K::LBracket => self.list_literal(),
            K::LBrace => match self.empty_map().or_else(|| self.block_value()) {
                Some(empty) => empty,
                None => self.map_literal(),
            },
            K::Set => self.set_literal(),
            K::OMap => self.omap_literal(),
            K::Fun => self.lambda(),
            K::Async if self.nth(1) == K::Fun => self.lambda(),
            K::If => self.if_expr(),
            K::Match => self.match_expr(),
            K::Async | K::Spawn => self.spawn(),
            K::Await => self.await_expr(),
            K::Fetch => self.fetch_expr(),
            K::Generate => self.generate(),
            K::Load => self.load(),
            K::Save => self.save(),
            _ => {
                self.unexpected(code::P020, Wanted::Expression);
                self.error_expr()
            }
        }
    }

    fn bad_literal(&mut self) -> Expr {
        let token = self.bump();
        let span = self.span(token);
        self.expr_node(ExprKind::Error, span)
    }

    /// A literal of one token.
    pub(super) fn literal(&mut self) -> Expr {
        let token = self.bump();
        let text = self.slice(token);
        let kind = match token.kind {
            TokenKind::Int => integer(text).map_or(ExprKind::Error, ExprKind::Int),
            TokenKind::Float => text.parse().map_or(ExprKind::Error, ExprKind::Float),
            TokenKind::Str => ExprKind::Str(self.string_value(token)),
            TokenKind::Bytes => {
                let inner = text.get(2..text.len().saturating_sub(1)).unwrap_or("");
                ExprKind::Bytes(escape::bytes(inner, &mut |_, _, _| {}).into())
            }
            TokenKind::True => ExprKind::Bool(true),
            TokenKind::False => ExprKind::Bool(false),
            _ => ExprKind::None,
        };
        let span = self.span(token);
        self.expr_node(kind, span)
    }

    fn f_string(&mut self) -> Expr {
        let start = self.bump().start;
        let mut parts = Vec::new();
        loop {
            match self.kind() {
                TokenKind::FText => {
                    let token = self.bump();
                    let text = escape::text(self.slice(token), true, &mut |_, _| {});
                    parts.push(FStrPart::Text(text.into()));
                }
                TokenKind::FOpen => parts.push(self.f_string_value()),
                TokenKind::BadLiteral => {
                    let value = Box::new(self.bad_literal());
                    parts.push(FStrPart::Value { value, spec: None });
                }
                TokenKind::FEnd => {
                    self.bump();
                    break;
                }
                _ => break,
            }
        }
        let span = self.span_from(start);
        self.expr_node(ExprKind::FStr(parts), span)
    }

    /// `{expression:spec}` in an f-string.
    fn f_string_value(&mut self) -> FStrPart {
        let open = self.bump();
        if matches!(self.kind(), TokenKind::FClose | TokenKind::FSpec) {
            let span = self.span(open).to(self.span(self.token()));
            let message = "malformed f-string: no expression in the braces";
            self.fail(code::P073, span, message);
        }
        let value = self.inner_expr();
        if !self.panicking && !matches!(self.kind(), TokenKind::FClose | TokenKind::FSpec) {
            let token = self.token();
            let message = format!("malformed f-string: unexpected `{}`", self.shown(token));
            self.fail(code::P073, self.span(token), &message);
        }
        while self.panicking && !matches!(self.kind(), TokenKind::FClose | TokenKind::Eof) {
            // Strings inside have closing braces of their own.
            if self.kind() == TokenKind::FStart {
                self.skip_f_string();
            } else {
                self.bump();
            }
        }
        self.panicking = false;
        let spec = if self.at(TokenKind::FSpec) {
            let token = self.bump();
            Some((self.intern(self.slice(token)), self.span(token)))
        } else {
            None
        };
        self.eat(TokenKind::FClose);
        let value = Box::new(value);
        FStrPart::Value { value, spec }
    }

    fn skip_f_string(&mut self) {
        let mut depth = 0u32;
        loop {
            match self.bump().kind {
                TokenKind::FStart => depth += 1,
                TokenKind::FEnd => depth = depth.saturating_sub(1),
                TokenKind::Eof => return,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// `(e)` or a tuple.
    fn parenthesised(&mut self) -> Expr {
        let open = self.pos;
        let start = self.bump().start;
        let first = self.inner_expr();
        let behind = self.pos;
        if self.eat(TokenKind::Comma) {
            let mut parts = vec![first];
            if self.at(TokenKind::RParen) {
                self.unexpected(code::P020, Wanted::Expression);
            }
            parts.extend(self.list(TokenKind::RParen, code::P052, |p| Some(p.expr())));
            self.resume_after(TokenKind::RParen, start);
            self.mark_tuple(open, behind);
            let span = self.span_from(start);
            return self.expr_node(ExprKind::Tuple(parts), span);
        }
        if !self.eat(TokenKind::RParen) {
            self.unexpected(code::P052, "\")\"");
            self.resume_after(TokenKind::RParen, start);
        }
        self.mark(NodeKind::Paren, open);
        let span = self.span_from(start);
        self.expr_node(ExprKind::Paren(Box::new(first)), span)
    }

    /// Notes a tuple from its bracket, whose first item ends before the token `behind`.
    pub(super) fn mark_tuple(&mut self, open: usize, behind: usize) {
        self.push_mark(MarkKind::Node(NodeKind::Item), open + 1, behind);
        self.mark(NodeKind::List, open);
    }

    fn list_literal(&mut self) -> Expr {
        let start = self.bump().start;
        let items = self.list(TokenKind::RBracket, code::P053, |p| Some(p.expr()));
        let span = self.span_from(start);
        self.expr_node(ExprKind::List(items), span)
    }

    pub(super) fn map_literal(&mut self) -> Expr {
        let start = self.bump().start;
        let mut lone = Lone::default();
        let entries = self.map_entries(&mut lone);
        let span = self.span_from(start);
        if lone.elements > 0 && lone.elements == entries.len() {
            let elements = entries.into_iter().filter_map(|entry| match entry.key {
                MapKey::Expr(element) => Some(element),
                MapKey::Word(_) => None,
            });
            return self.expr_node(ExprKind::Set(elements.collect()), span);
        }
        self.expr_node(ExprKind::Map(entries), span)
    }

    fn omap_literal(&mut self) -> Expr {
        let start = self.bump().start;
        self.role(Role::Tight);
        if !self.expect(TokenKind::LBrace, code::P050) {
            return self.error_expr();
        }
        let entries = self.map_entries(&mut Lone::default());
        let span = self.span_from(start);
        self.expr_node(ExprKind::OMap(entries), span)
    }

    fn set_literal(&mut self) -> Expr {
        let start = self.bump().start;
        self.role(Role::Tight);
        if !self.expect(TokenKind::LBrace, code::P050) {
            return self.error_expr();
        }
        let items = self.list(TokenKind::RBrace, code::P001, |p| Some(p.expr()));
        let span = self.span_from(start);
        self.expr_node(ExprKind::Set(items), span)
    }

    /// The entries between braces.
    fn map_entries(&mut self, lone: &mut Lone) -> Vec<MapEntry> {
        self.list(TokenKind::RBrace, code::P001, |p| {
            let kind = p.kind();
            let mut key = if kind.is_name() && p.nth(1) == TokenKind::Colon {
                MapKey::Word(p.take_name())
            } else if kind.is_word() && !kind.starts_expr() && p.nth(1) == TokenKind::Colon {
                // A reserved word: what is meant is clear, what is allowed too.
                p.unexpected(code::P030, "name");
                return None;
            } else {
                let key = p.expr();
                if p.at(TokenKind::Comma) || p.at(TokenKind::RBrace) {
                    return Some(p.lone_key(key, lone));
                }
                MapKey::Expr(key)
            };
            if !p.expect(TokenKind::Colon, code::P054) {
                // Perhaps a bare key: nothing is known of it.
                key = MapKey::Expr(p.error_expr());
            }
            let value = p.expr();
            Some(MapEntry { key, value })
        })
    }

    /// At `{`: whether it begins a map literal rather than a block or a braced expression.
    pub(super) fn map_ahead(&self) -> bool {
        use TokenKind as K;
        let mut depth = 0usize;
        for ahead in 1..MAX_LOOK {
            match self.nth(ahead) {
                K::RBrace if ahead == 1 => return true,
                K::Colon if depth == 0 => return ahead > 1,
                K::LParen | K::LBracket | K::LBrace | K::FOpen => depth += 1,
                K::RParen | K::RBracket | K::RBrace | K::FClose => {
                    let Some(outer) = depth.checked_sub(1) else {
                        return false;
                    };
                    depth = outer;
                }
                K::Eof => return false,
                K::Comma | K::Eq | K::FatArrow | K::Fun | K::If | K::Match if depth == 0 => {
                    return false;
                }
                kind if depth == 0 && kind.is_statement_word() => {
                    // `{ for: 1 }` is a map with a key that P030 is about.
                    return ahead == 1 && self.nth(2) == K::Colon;
                }
                _ => {}
            }
        }
        false
    }

    fn if_expr(&mut self) -> Expr {
        let first = self.pos;
        let start = self.bump().start;
        let cond = self.head_expr();
        let value = self.if_expr_rest(start, cond);
        self.mark(NodeKind::If, first);
        value
    }

    /// What follows the condition of an `if` expression.
    pub(super) fn if_expr_rest(&mut self, start: u32, cond: Expr) -> Expr {
        let then = if self.eat(TokenKind::Then) {
            self.expr()
        } else {
            if self.panicking {
                self.skip_to_block();
            }
            self.braced_expr()
        };
        let is_foreign = self.foreign_else_if();
        let otherwise = if is_foreign || self.eat(TokenKind::Else) {
            let value = if is_foreign || self.at(TokenKind::If) {
                let nested = self.linked(Self::if_expr);
                nested.unwrap_or_else(|| self.error_expr())
            } else if self.at(TokenKind::LBrace) && !self.map_ahead() {
                self.braced_expr()
            } else {
                self.expr()
            };
            Some(Box::new(value))
        } else {
            None
        };
        let span = self.span_from(start);
        let kind = ExprKind::If {
            cond: Box::new(cond),
            then: Box::new(then),
            otherwise,
        };
        self.expr_node(kind, span)
    }

    /// A string literal as a name or path: its value and its token.
    pub(super) fn string(&mut self) -> Option<(Rc<str>, Token)> {
        if !self.at(TokenKind::Str) {
            self.unexpected(code::P999, "string");
            return None;
        }
        let token = self.bump();
        Some((self.string_value(token), token))
    }
}
