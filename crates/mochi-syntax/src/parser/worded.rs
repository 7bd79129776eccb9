//! The words of streams, data and rules where other languages have others: reported once, and read
//! as what was meant where that is plain.
//!
//! Spec: language.md §14, §16, §17, §20 (follow-up noise).

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{Expr, ExprKind, Name, TypeExprKind},
    token::TokenKind,
};

const EVENT: &str = "the event gets a name: `on Tick as t { print(t.n) }`";
const FIELDS: &str = "the fields of an event stand in braces: `emit Tick { n: 1 }`";
const DEFAULT: &str = "fields have no default values: what makes one gives them all";
const PATH: &str = "the path stands there as a string: `load \"people.csv\" as Person`; other paths are read \
                    by `lines(path)` and `readFile(path)`";
const TO: &str = "the path follows `to`: `save rows to \"out.csv\"`";
const OPTIONS: &str = "options are a map behind `with`: `with { format: \"json\" }`";
const PROMPT: &str = "what is asked stands in braces: `generate text { prompt: \"…\" }`";
const SET: &str = "the fields stand in braces: `update xs set { f: 1 } where f > 1`";
const IF: &str = "the conditions of a rule stand behind `:-`";
const AND: &str = "the conditions of a rule are joined by commas";
const NOT: &str = "what must not hold is `not p(X)`";
const TERM: &str = "facts and rules are of strings, ints and names";

impl Parser<'_> {
    /// Whether `as` is missing behind the stream of a handler: `on S t {`, `on S(t) {`, `on S {`.
    pub(super) fn lacks_as(&self) -> bool {
        use TokenKind as K;
        let (here, next) = (self.kind(), self.nth(1));
        let in_brackets = here == K::LParen && next.is_name() && self.nth(2) == K::RParen;
        let is_bare = in_brackets || here == K::LBrace || here.is_name() && next == K::LBrace;
        is_bare && !self.panicking && !self.token().first_on_line
    }

    /// The event of such a handler.
    pub(super) fn bare_event(&mut self) -> Option<Name> {
        self.foreign(code::P999, "\"as\"", EVENT);
        let in_brackets = self.eat(TokenKind::LParen);
        let name = self.kind().is_name().then(|| self.take_name());
        if in_brackets {
            self.eat(TokenKind::RParen);
        }
        name
    }

    /// `emit S(…)` and `emit S, { … }`, behind the stream; whether that stood there.
    pub(super) fn event_in_brackets(&mut self) -> bool {
        use TokenKind as K;
        let with_comma = self.at(K::Comma) && self.nth(1) == K::LBrace;
        if !with_comma && !self.at(K::LParen) || self.token().first_on_line {
            return false;
        }
        self.foreign(code::P050, "\"{\"", FIELDS);
        self.bump();
        if with_comma {
            self.expr();
        } else {
            self.args();
        }
        true
    }

    /// `= 0` behind the type of a field.
    pub(super) fn field_default(&mut self) {
        if self.at(TokenKind::Eq) {
            self.foreign(code::P030, "name", DEFAULT);
            self.bump();
            self.expr();
        }
    }

    /// What stands for the path of `load`, if that is no string.
    pub(super) fn other_path(&mut self) {
        let token = self.token();
        let is_value =
            token.kind == TokenKind::LParen || token.kind.is_name() && self.nth(1) == TokenKind::As;
        if !self.panicking && is_value && !token.first_on_line {
            self.foreign(code::P999, "\"as\"", PATH);
            self.primary();
        }
    }

    /// The path of `save` without its word.
    pub(super) fn path_without_to(&mut self, rows: Expr) -> Expr {
        if self.at(TokenKind::Str) && !self.token().first_on_line {
            self.foreign(code::P999, "\"to\"", TO);
            self.bump();
            return rows;
        }
        let span = rows.span;
        let (kind, place) = match rows.kind {
            ExprKind::Cast { value, ty } if matches!(ty.kind, TypeExprKind::StrLiteral(_)) => {
                (value.kind, ty.span)
            }
            ExprKind::Tuple(mut parts)
                if parts.len() == 2
                    && parts
                        .last()
                        .is_some_and(|part| matches!(part.kind, ExprKind::Str(_))) =>
            {
                match (parts.pop(), parts.pop()) {
                    (Some(path), Some(rows)) => (rows.kind, path.span),
                    _ => return self.expr_node(ExprKind::Error, span),
                }
            }
            kind => return Expr { kind, ..rows },
        };
        let shown = self.text.get(place.start as usize..place.end as usize);
        let message = format!(
            "unexpected token \"{}\" (expected \"to\")",
            shown.unwrap_or("")
        );
        let fault = mochi_base::Diagnostic::error(code::P999, place, message);
        self.diagnostics.push(fault.with_note(TO));
        self.expr_node(kind, span)
    }

    /// Options without their word or braces: `fetch url { … }`, `with format: "json"`.
    pub(super) fn bare_options(&mut self) {
        use TokenKind as K;
        let named = |p: &Self, ahead: usize| p.nth(ahead).is_word() && p.nth(ahead + 1) == K::Colon;
        if self.panicking || self.token().first_on_line {
            return;
        }
        let braces = self.kind() == K::LBrace && (named(self, 1) || self.nth(1) == K::Str);
        if braces {
            self.foreign(code::P999, "\"with\"", OPTIONS);
            self.map_literal();
        } else if self.kind() == K::With && named(self, 1) {
            self.bump();
            self.foreign(code::P050, "\"{\"", OPTIONS);
            while named(self, 0) {
                self.bump();
                self.bump();
                self.expr();
                self.eat(K::Comma);
            }
        }
    }

    /// `generate text(…)`, behind the word.
    pub(super) fn prompt_in_brackets(&mut self) -> bool {
        let here = self.at(TokenKind::LParen) && !self.token().first_on_line;
        if here {
            self.foreign(code::P050, "\"{\"", PROMPT);
            self.bump();
            self.args();
        }
        here
    }

    /// `set f = 1, g = 2`, behind the word.
    pub(super) fn assigned_fields(&mut self) -> bool {
        use TokenKind as K;
        let here = !self.panicking && self.kind().is_word() && self.nth(1) == K::Eq;
        if here {
            self.foreign(code::P050, "\"{\"", SET);
            while self.kind().is_word() && self.nth(1) == K::Eq && !self.panicking {
                self.bump();
                self.bump();
                self.expr();
                self.eat(K::Comma);
            }
        }
        here
    }

    /// `if` or `=` where a rule has `:-`.
    pub(super) fn other_turnstile(&mut self) -> bool {
        let here = self.at(TokenKind::If) || self.at(TokenKind::Eq);
        let here = here && !self.token().first_on_line;
        if here {
            self.foreign(code::P056, "\":-\"", IF);
            self.bump();
        }
        here
    }

    /// `&&` or `and` between the conditions of a rule.
    pub(super) fn other_comma(&mut self) -> bool {
        let is_and = self.kind().is_name() && self.slice(self.token()) == "and";
        let here = !self.panicking
            && !self.token().first_on_line
            && (is_and || self.kind() == TokenKind::AndAnd);
        if here {
            self.foreign(code::P999, "\",\"", AND);
            self.bump();
        }
        here
    }

    /// `!p(X)` among the conditions of a rule.
    pub(super) fn other_not(&mut self) -> bool {
        let here = self.at(TokenKind::Bang);
        if here {
            self.foreign(code::P030, "name", NOT);
            self.bump();
        }
        here
    }

    /// A term of another kind.
    pub(super) fn other_term(&mut self) -> bool {
        use TokenKind as K;
        let values = [K::Float, K::True, K::False, K::None, K::Minus, K::FStart];
        let here = !self.panicking && values.contains(&self.kind());
        if here {
            self.foreign(code::P999, "name, string or integer", TERM);
            self.expr();
        }
        here
    }
}
