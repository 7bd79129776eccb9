//! `match` and its patterns.
//!
//! Spec: language.md §2 (match, pattern), §7, P061, P063.

use mochi_base::{Diagnostic, Span, code};

use super::{Braces, Parser, recover::MAX_LOOK};
use crate::{
    ast::{Arm, ArmBody, Expr, ExprKind, Match, Pattern, PatternKind},
    format::mark::Role,
    token::TokenKind,
};

const NOT_A_PATTERN: &str = "match case pattern is not a recognised pattern shape";
const NO_RESULT: &str = "match case has no result expression or block";

const RECORD_FIELDS: &str = "fields are compared in a condition: `_ when p.name == \"Ada\" => …`";

impl Parser<'_> {
    pub(super) fn match_expr(&mut self) -> Expr {
        let start = self.bump().start;
        let subject = self.with_braces(Braces::Arms, Self::expr);
        let mut arms = Vec::new();
        self.members(&[], |p| arms.push(p.arm()));
        let span = self.span_from(start);
        self.expr_node(ExprKind::Match(Box::new(Match { subject, arms })), span)
    }

    fn arm(&mut self) -> Arm {
        let start = self.token().start;
        let pattern = self.pattern();
        self.check_pattern_end(start);
        if self.panicking {
            self.skip_to_arrow();
        }
        let guard = if self.eat(TokenKind::When) {
            Some(self.expr())
        } else {
            None
        };
        if self.panicking {
            self.skip_to_arrow();
        }
        let body = self.arm_body(start);
        Arm {
            pattern,
            guard,
            body,
            span: self.span_from(start),
        }
    }

    fn arm_body(&mut self, start: u32) -> ArmBody {
        use TokenKind as K;
        let ends = |kind| matches!(kind, K::RBrace | K::Comma | K::Eof);
        if self.panicking {
            return ArmBody::Expr(self.error_expr());
        }
        let arrow = self.eat(K::FatArrow) || self.thin_arrow(code::P056, "\"=>\"");
        if ends(self.kind()) && !(self.kind() == K::Eof && self.truncated) {
            let span = self.span_from(start);
            self.report(code::P061, span, NO_RESULT);
            return ArmBody::Expr(self.error_expr());
        }
        if !arrow {
            self.unexpected(code::P056, "\"=>\"");
            return ArmBody::Expr(self.error_expr());
        }
        if self.at(K::LBrace) && !self.map_ahead() {
            return ArmBody::Block(self.arm_block());
        }
        ArmBody::Expr(self.expr())
    }

    /// What goes on behind a pattern, up to an arrow, was meant as part of it.
    fn check_pattern_end(&mut self, start: u32) {
        use TokenKind as K;
        let ends = [
            K::FatArrow,
            K::When,
            K::RBrace,
            K::Comma,
            K::Eof,
            K::Illegal,
        ];
        if self.panicking || ends.contains(&self.kind()) || self.at_thin_arrow() {
            return;
        }
        if let Some(arrow) = self.arrow_ahead() {
            let end = self.nth_token(arrow - 1).end;
            let span = Span::new(self.source, start, end);
            let alternatives = self.at(TokenKind::Bar);
            self.fail(code::P063, span, NOT_A_PATTERN);
            if alternatives && let Some(fault) = self.diagnostics.pop() {
                let fault = fault.with_note("each value has an arm of its own");
                self.diagnostics.push(fault);
            }
        }
    }

    /// In panic, goes to the arrow that this line still may have.
    fn skip_to_arrow(&mut self) {
        if let Some(ahead) = self.arrow_ahead() {
            self.pos += ahead;
            self.panicking = false;
        }
    }

    /// How many tokens ahead this line has an arrow.
    fn arrow_ahead(&self) -> Option<usize> {
        for ahead in 0..MAX_LOOK {
            let token = self.nth_token(ahead);
            match token.kind {
                TokenKind::FatArrow => return Some(ahead),
                TokenKind::Eof | TokenKind::RBrace => return None,
                _ if token.first_on_line && ahead > 0 => return None,
                _ => {}
            }
        }
        None
    }

    fn pattern(&mut self) -> Pattern {
        let start = self.token().start;
        let kind = self.nested(Self::pattern_kind);
        Pattern {
            kind: kind.unwrap_or(PatternKind::Error),
            span: self.span_from(start),
        }
    }

    fn pattern_kind(&mut self) -> PatternKind {
        use TokenKind as K;
        match self.kind() {
            K::LParen => {
                self.bump();
                let inner = self.pattern();
                self.expect(K::RParen, code::P052);
                inner.kind
            }
            K::Int | K::Float | K::Str | K::Bytes | K::True | K::False | K::None | K::FStart => {
                let literal = self.primary();
                PatternKind::Literal(literal)
            }
            K::BadLiteral => {
                self.bump();
                PatternKind::Error
            }
            kind if kind.is_name() => self.name_pattern(),
            K::FatArrow | K::When | K::RBrace | K::Eof | K::Illegal => {
                self.unexpected(code::P999, "pattern");
                PatternKind::Error
            }
            _ => {
                let token = self.token();
                let is_new = !self.panicking;
                self.fail(code::P063, self.span(token), NOT_A_PATTERN);
                if is_new
                    && token.kind == K::LBrace
                    && let Some(fault) = self.diagnostics.pop()
                {
                    self.diagnostics.push(fault.with_note(RECORD_FIELDS));
                }
                PatternKind::Error
            }
        }
    }

    /// Reports `a.V(…)`: a variant with fields goes by its own name, whatever declares it. It is
    /// read as that, so that what it binds is known.
    fn dotted_variant(&mut self, mut path: Vec<crate::ast::Name>) -> PatternKind {
        let token = self.token();
        let Some(name) = path.pop().filter(|_| !self.panicking) else {
            return PatternKind::Error;
        };
        let note = format!("variants go by their own names here: `{}(…)`", name.text);
        let fault = Diagnostic::error(code::P063, self.span(token), NOT_A_PATTERN);
        self.diagnostics.push(fault.with_note(note));
        self.variant_pattern(name)
    }

    fn variant_pattern(&mut self, name: crate::ast::Name) -> PatternKind {
        self.role(Role::Tight);
        self.bump();
        let args = self.list(TokenKind::RParen, code::P052, |p| Some(p.pattern()));
        PatternKind::Variant { name, args }
    }

    /// Whether the braces that open here end before an arrow.
    fn braces_before_arrow(&self) -> bool {
        let mut depth = 0_usize;
        for ahead in 0..MAX_LOOK {
            match self.nth(ahead) {
                TokenKind::LBrace => depth += 1,
                TokenKind::RBrace if depth == 1 => {
                    return matches!(self.nth(ahead + 1), TokenKind::FatArrow | TokenKind::When);
                }
                TokenKind::RBrace => depth -= 1,
                TokenKind::Eof => return false,
                _ => {}
            }
        }
        false
    }

    /// Reports `V { f: p }`, written as the record literal is. It is read as `V(p)`, so that what it
    /// binds is known.
    fn braced_variant(&mut self, name: crate::ast::Name) -> PatternKind {
        let empty = self.nth(1) == TokenKind::RBrace;
        let note = if empty {
            format!(
                "a variant without fields is matched by its name: `{}`",
                name.text
            )
        } else {
            format!(
                "the fields of a variant are matched in their order: `{}(a, b)`",
                name.text
            )
        };
        self.unexpected_noted(code::P056, "\"=>\"", note);
        self.bump();
        let args = self.list(TokenKind::RBrace, code::P050, |p| {
            if p.nth(1) == TokenKind::Colon {
                p.bump();
                p.bump();
            }
            Some(p.pattern())
        });
        if empty {
            return PatternKind::Name(name.text);
        }
        PatternKind::Variant { name, args }
    }

    fn name_pattern(&mut self) -> PatternKind {
        let name = self.take_name();
        match self.kind() {
            TokenKind::LParen => self.variant_pattern(name),
            TokenKind::Colon => {
                self.bump();
                let ty = self.type_expr();
                PatternKind::Typed { name, ty }
            }
            TokenKind::Dot => {
                let mut path = vec![name];
                while self.eat(TokenKind::Dot) {
                    path.extend(self.word());
                }
                if self.at(TokenKind::LParen) {
                    return self.dotted_variant(path);
                }
                PatternKind::Path(path)
            }
            TokenKind::LBrace if self.braces_before_arrow() => self.braced_variant(name),
            _ if &*name.text == "_" => PatternKind::Wildcard,
            _ => PatternKind::Name(name.text),
        }
    }
}
