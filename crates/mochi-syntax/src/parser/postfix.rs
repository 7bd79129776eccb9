//! Postfix forms: calls, members, subscripts, casts, and the braces of record literals.
//!
//! Spec: language.md §2 (postfix), §8, §18.5.

use mochi_base::{Span, code};

use super::{Braces, Parser};
use crate::{
    ast::{Arg, Expr, ExprKind, Name, Subscript},
    format::mark::{NodeKind, Role},
    token::TokenKind,
};

impl Parser<'_> {
    pub(super) fn postfix(&mut self) -> Expr {
        let first = self.pos;
        let mut value = self.primary();
        let head = self.pos;
        value = self.postfix_rest(value);
        if self.pos > head {
            self.mark(NodeKind::Chain, first);
        }
        value
    }

    fn postfix_rest(&mut self, mut value: Expr) -> Expr {
        while !self.panicking {
            let before = self.pos;
            value = match self.kind() {
                TokenKind::LParen if self.at_places() => return value,
                TokenKind::LParen => self.call(value),
                TokenKind::LBracket => self.index(value),
                TokenKind::Dot => self.field(value),
                TokenKind::Question if self.nth(1) == TokenKind::Dot => self.safe_field(value),
                TokenKind::Question if self.nth(1) == TokenKind::LBracket => self.safe_index(value),
                TokenKind::As if self.nth(1).starts_type() => self.cast(value),
                TokenKind::LBrace => self.record_or_end(value),
                _ => return value,
            };
            if self.pos == before {
                return value;
            }
            self.grow();
        }
        value
    }

    fn call(&mut self, callee: Expr) -> Expr {
        let start = callee.span.start;
        self.role(Role::Tight);
        let open = self.bump().start;
        let height = self.height;
        let args = self.args();
        self.height = self.height.max(height);
        let args_span = self.span_from(open);
        let kind = ExprKind::Call {
            callee: Box::new(callee),
            args,
            args_span,
        };
        let span = self.span_from(start);
        self.expr_node(kind, span)
    }

    /// Arguments up to and with the closing parenthesis.
    pub(super) fn args(&mut self) -> Vec<Arg> {
        let (mut named, mut reported) = (false, false);
        self.list(TokenKind::RParen, code::P052, |p| {
            let name = if p.kind().is_word() && p.nth(1) == TokenKind::Eq {
                let name = p.take_name();
                p.bump();
                Some(name)
            } else {
                p.colon_argument(&mut reported)
            };
            let value = p.expr();
            if name.is_none() && named && !p.panicking {
                p.report(
                    code::P072,
                    value.span,
                    "positional argument after a named one",
                );
            }
            named |= name.is_some();
            Some(Arg { name, value })
        })
    }

    /// The name behind a dot. Any word will do, but a line that starts with `let x` and the like is a
    /// statement of its own.
    fn member(&mut self) -> Option<Name> {
        let token = self.token();
        if token.first_on_line && token.kind.is_statement_word() && self.nth(1).is_name() {
            self.unexpected(code::P030, "name");
        }
        self.word()
    }

    fn field(&mut self, object: Expr) -> Expr {
        self.role(Role::Link);
        self.bump();
        let start = object.span.start;
        let object = match self.part_of_tuple(object) {
            Ok(part) => return part,
            Err(object) => object,
        };
        let Some(name) = self.member() else {
            return object;
        };
        let object = Box::new(object);
        let span = self.span_from(start);
        self.expr_node(ExprKind::Field { object, name }, span)
    }

    fn safe_field(&mut self, object: Expr) -> Expr {
        self.role(Role::Link);
        self.bump();
        self.bump();
        let start = object.span.start;
        let Some(name) = self.member() else {
            return object;
        };
        let object = Box::new(object);
        let span = self.span_from(start);
        self.expr_node(ExprKind::SafeField { object, name }, span)
    }

    fn safe_index(&mut self, object: Expr) -> Expr {
        self.bump();
        self.role(Role::Tight);
        self.bump();
        let start = object.span.start;
        let index = Box::new(self.inner_expr());
        self.expect(TokenKind::RBracket, code::P053);
        self.resume_after(TokenKind::RBracket, start);
        let object = Box::new(object);
        let span = self.span_from(start);
        self.expr_node(ExprKind::SafeIndex { object, index }, span)
    }

    fn index(&mut self, object: Expr) -> Expr {
        let start = object.span.start;
        self.role(Role::Tight);
        let open = self.bump().start;
        let empty = self.at(TokenKind::RBracket);
        let subscripts = self.list(TokenKind::RBracket, code::P053, |p| Some(p.subscript()));
        let span = self.span_from(start);
        if empty {
            let brackets = self.span_from(open);
            let message = "index expression has no key, range, or step";
            self.report(code::P060, brackets, message);
            return self.expr_node(ExprKind::Error, span);
        }
        let object = Box::new(object);
        self.expr_node(ExprKind::Index { object, subscripts }, span)
    }

    /// `i`, `a:b` or `a:b:c`, where each part of a slice may be left out.
    fn subscript(&mut self) -> Subscript {
        let first = self.token().start;
        let start = if self.at(TokenKind::Colon) {
            None
        } else {
            Some(self.expr())
        };
        self.slice_colon();
        if !self.eat(TokenKind::Colon) {
            return Subscript::Index(start.unwrap_or_else(|| self.error_expr()));
        }
        let end = self.slice_part();
        self.slice_colon();
        let step = if self.eat(TokenKind::Colon) {
            self.slice_part()
        } else {
            None
        };
        Subscript::Slice {
            start: start.map(Box::new),
            stop: end,
            step,
            span: self.span_from(first),
        }
    }

    fn slice_colon(&mut self) {
        if self.at(TokenKind::Colon) {
            self.role(Role::Slice);
        }
    }

    fn slice_part(&mut self) -> Option<Box<Expr>> {
        let ends = [TokenKind::Colon, TokenKind::Comma, TokenKind::RBracket];
        if ends.contains(&self.kind()) {
            return None;
        }
        Some(Box::new(self.expr()))
    }

    fn cast(&mut self, value: Expr) -> Expr {
        self.bump();
        let start = value.span.start;
        let ty = self.cast_type();
        let value = Box::new(value);
        let span = self.span_from(start);
        self.expr_node(ExprKind::Cast { value, ty }, span)
    }

    /// At `{` behind an expression: a record literal, or the end of the expression.
    fn record_or_end(&mut self, value: Expr) -> Expr {
        if self.braces == Braces::Arms || !is_path(&value) {
            return value;
        }
        let follows = match self.nth(1) {
            TokenKind::RBrace => self.braces == Braces::Record || self.head_goes_on(),
            kind if kind.is_word() => {
                matches!(self.nth(2), TokenKind::Colon | TokenKind::ColonDash)
                    || self.short_fields_ahead()
            }
            _ => false,
        };
        if !follows {
            return self.foreign_record(value);
        }
        let start = value.span.start;
        let mut path = Vec::new();
        path_of(value, &mut path);
        self.bump();
        let fields = self.record_fields();
        let span = self.span_from(start);
        self.expr_node(ExprKind::Record { path, fields }, span)
    }

    /// In a head, at empty braces: whether the head goes on behind them, so that they are not its
    /// body.
    fn head_goes_on(&self) -> bool {
        use TokenKind as K;
        matches!(
            self.nth(2),
            K::LBrace
                | K::Dot
                | K::DotDot
                | K::EqEq
                | K::NotEq
                | K::In
                | K::AndAnd
                | K::OrOr
                | K::Coalesce
                | K::Then
        )
    }

    /// `word: expr, …}`.
    pub(super) fn record_fields(&mut self) -> Vec<(Name, Expr)> {
        self.role_at(Role::Padded, self.pos.saturating_sub(1));
        let mut reported = false;
        self.list(TokenKind::RBrace, code::P001, |p| {
            let name = p.word()?;
            if let Some(value) = p.short_field(&name, &mut reported) {
                return Some((name, value));
            }
            p.expect(TokenKind::Colon, code::P054);
            let value = p.expr();
            Some((name, value))
        })
    }

    /// The empty span where the parser stands.
    pub(super) fn here(&self) -> Span {
        let start = self.token().start;
        Span::new(self.source, start, start)
    }
}

/// Whether an expression is `NAME {"." NAME}`.
fn is_path(value: &Expr) -> bool {
    let mut value = value;
    loop {
        match &value.kind {
            ExprKind::Name(_) => return true,
            ExprKind::Field { object, .. } => value = object,
            _ => return false,
        }
    }
}

/// The names of a dotted path, which [`is_path`] has seen to be one.
fn path_of(value: Expr, path: &mut Vec<Name>) {
    match value.kind {
        ExprKind::Name(text) => path.push(Name {
            text,
            span: value.span,
        }),
        ExprKind::Field { object, name } => {
            path_of(*object, path);
            path.push(name);
        }
        _ => {}
    }
}
