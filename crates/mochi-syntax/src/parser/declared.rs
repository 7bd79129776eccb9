//! What other languages write where declarations stand: members of agents and types, exported names,
//! facts and rules, imports. Reported once, and read as what was meant where that is plain.
//!
//! Spec: language.md §2, §20 (follow-up noise).

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{AgentMember, Binder, Let, Name},
    token::TokenKind,
};

const VARIABLES: &str = "the variables of an agent are declared one by one: `var count: int = 0`";
const INTENT: &str = "what an agent can be asked is an intent: `intent f(x: int): int { … }`";
const EXPORT_LIST: &str =
    "`export` stands before each declaration: `export fun f() { … }`, `export let x = 1`";
const INNER_TYPE: &str = "types are declared outside of each other";
const POINT: &str = "a fact ends without a point";
const CONDITION: &str = "the conditions of a rule are `p(X)`, `not p(X)` and `X != Y`, with names for \
                         X and Y; other conditions ask a query's rows: \
                         `from x in query p(X) where x > 2 select x`";
const VARIABLE: &str = "any name is a variable there: `query parent(X, \"b\")`";
const ROWS: &str =
    "what is found is a list: `from x in query parent(\"a\", X) where x != \"b\" select x`";
const OTHER_STREAM: &str = "a stream is used in the module that declares it: export a function there that \
                            emits, or that registers a handler";
const EMIT: &str =
    "events have a stream: `emit Reading { value: 1 }`, or `emit(s, v)` to a stream of values";

impl Parser<'_> {
    /// Members of an agent as other languages write them.
    pub(super) fn foreign_members(&mut self, members: &mut Vec<AgentMember>) -> bool {
        use TokenKind as K;
        let (second, third) = (self.nth(1), self.nth(2));
        match self.kind() {
            K::Fun if second.is_name() && third == K::LParen => {
                self.foreign(code::P999, "member of an agent", INTENT);
                let doc = self.doc_above(self.pos);
                members.extend(self.intent(doc).map(AgentMember::Intent));
                true
            }
            kind if kind.is_name() && second == K::Colon => {
                self.foreign(code::P999, "member of an agent", VARIABLES);
                members.extend(self.bare_variable());
                true
            }
            kind if kind.is_name()
                && second == K::LBrace
                && self.slice(self.token()) == "state" =>
            {
                self.foreign(code::P999, "member of an agent", VARIABLES);
                self.bump();
                self.members(&[], |p| members.extend(p.bare_variable()));
                true
            }
            _ => false,
        }
    }

    /// `name: type = value` without a word before it.
    fn bare_variable(&mut self) -> Option<AgentMember> {
        let doc = self.doc_above(self.pos);
        let start = self.token().start;
        let name = self.name(code::P030)?;
        let ty = self.annotation();
        let value = if self.eat(TokenKind::Eq) {
            Some(self.expr())
        } else {
            None
        };
        let item = Let {
            mutable: true,
            binder: Binder::Name(name),
            ty,
            value,
        };
        let span = self.span_from(start);
        Some(AgentMember::Let { item, doc, span })
    }

    /// `export { a, b }` and `export fun a`, behind `export`: names of what is declared elsewhere.
    pub(super) fn export_list(&mut self) -> bool {
        use TokenKind as K;
        let (second, third) = (self.nth_token(1), self.nth_token(2));
        if self.at(K::LBrace) {
            self.foreign(code::P999, "declaration", EXPORT_LIST);
            let start = self.bump().start;
            self.panicking = true;
            self.resume_after(K::RBrace, start);
            return true;
        }
        let is_name = self.at(K::Fun) && second.kind.is_name() && !second.first_on_line;
        if self.at(K::Type) && second.kind.is_name() && !second.first_on_line {
            let opens = [K::LBrace, K::Eq, K::Bar, K::Lt];
            if !opens.contains(&third.kind) && (third.first_on_line || third.kind == K::Eof) {
                self.foreign(code::P999, "declaration", EXPORT_LIST);
                self.bump();
                self.bump();
                return true;
            }
        }
        if is_name && (third.first_on_line || third.kind == K::Eof) && third.kind != K::LParen {
            self.foreign(code::P999, "declaration", EXPORT_LIST);
            self.bump();
            self.bump();
            return true;
        }
        false
    }

    /// A type that is declared among the members of another.
    pub(super) fn inner_type(&mut self) -> bool {
        let declares = matches!(self.nth(2), TokenKind::LBrace | TokenKind::Eq);
        if !self.at(TokenKind::Type) || !self.nth(1).is_name() || !declares {
            return false;
        }
        self.foreign(code::P001, "\"}\"", INNER_TYPE);
        let stmt = self.stmt();
        self.hoisted.push(stmt);
        true
    }

    /// The point that Prolog ends a fact or rule with.
    pub(super) fn pass_point(&mut self) {
        let next = self.nth_token(1);
        if self.at(TokenKind::Dot) && (next.first_on_line || next.kind == TokenKind::Eof) {
            self.foreign(code::P999, "statement", POINT);
            self.bump();
        }
    }

    /// `X > 2` among the conditions of a rule.
    pub(super) fn compared_condition(&mut self) -> bool {
        use TokenKind as K;
        let compares = match self.nth(1) {
            K::Lt | K::Le | K::Gt | K::Ge | K::EqEq | K::Eq => true,
            K::NotEq => !self.nth(2).is_name(),
            _ => false,
        };
        if self.panicking || !self.kind().is_name() || !compares {
            return false;
        }
        self.bump();
        self.foreign(code::P051, "\"(\"", CONDITION);
        self.bump();
        self.primary();
        true
    }

    /// The sign that marks a variable elsewhere: `?X`.
    pub(super) fn pass_sign(&mut self) {
        if self.at(TokenKind::Question) && self.nth(1).is_name() {
            self.foreign(code::P999, "name, string or integer", VARIABLE);
            self.bump();
        }
    }

    /// Whether the value that begins here is no part of a query's clause, nor of an operator's.
    pub(super) fn is_whole_value(&self) -> bool {
        use TokenKind as K;
        let before = self.pos.checked_sub(1).and_then(|at| self.tokens.get(at));
        let opens = [K::Eq, K::Return, K::LParen, K::Comma, K::FatArrow];
        before.is_none_or(|before| opens.contains(&before.kind))
    }

    /// `query p(X) where …`.
    pub(super) fn filtered_query(&mut self) {
        let here = self.at(TokenKind::Where) && !self.token().first_on_line;
        if here && self.nth(1).starts_expr() {
            self.foreign(code::P999, "statement", ROWS);
            self.bump();
            self.expr();
        }
    }

    /// `emit "x"`, behind the word.
    pub(super) fn emits_value(&mut self) -> bool {
        let is_value = matches!(
            self.kind(),
            TokenKind::Str | TokenKind::Int | TokenKind::FStart
        );
        let is_value = is_value && !self.panicking && !self.token().first_on_line;
        if is_value {
            self.foreign(code::P030, "name", EMIT);
            self.expr();
        }
        is_value
    }

    /// The rest of the name of a stream that another module declares: `m.S`.
    pub(super) fn stream_of_module(&mut self) -> bool {
        let is_dotted = self.at(TokenKind::Dot) && self.nth(1).is_word();
        if is_dotted {
            self.foreign(code::P050, "\"{\"", OTHER_STREAM);
            self.bump();
            self.bump();
        }
        is_dotted
    }

    /// What follows `import a` elsewhere: `.b` and `as c`. The name that is bound then comes back.
    pub(super) fn import_rest(&mut self) -> Option<Name> {
        let mut alias = None;
        while !self.panicking && !self.token().first_on_line {
            let is_alias = self.at(TokenKind::As);
            if !(is_alias || self.at(TokenKind::Dot)) || !self.nth(1).is_word() {
                break;
            }
            self.bump();
            let name = self.take_name();
            alias = is_alias.then_some(name);
        }
        alias
    }
}
