//! Logic: facts, rules and `query p(…)`.
//!
//! Spec: language.md §2 (pred, cond), §17.

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{Cond, DataExpr, DataStmt, Expr, Pred, StmtKind, Term},
    format::mark::{NodeKind, Role},
    lexer::integer,
    token::TokenKind,
};

impl Parser<'_> {
    /// `query p(…)`.
    pub(super) fn logic_query(&mut self) -> Expr {
        let is_whole = self.is_whole_value();
        let start = self.bump().start;
        match self.predicate() {
            Some(pred) => {
                let query = self.data_node(start, DataExpr::Query(pred));
                if is_whole {
                    self.filtered_query();
                }
                query
            }
            None => self.error_expr(),
        }
    }

    pub(super) fn fact(&mut self) -> StmtKind {
        self.bump();
        let pred = self.predicate();
        self.pass_point();
        match pred {
            Some(pred) => StmtKind::Data(Box::new(DataStmt::Fact(pred))),
            None => StmtKind::Error,
        }
    }

    pub(super) fn rule(&mut self) -> StmtKind {
        let first = self.pos;
        let faults = self.diagnostics.len();
        self.bump();
        let head = self.predicate();
        if !self.other_turnstile() {
            self.expect(TokenKind::ColonDash, code::P056);
        }
        let mut conds = Vec::new();
        conds.extend(self.condition());
        while self.eat(TokenKind::Comma) || self.other_comma() {
            conds.extend(self.condition());
        }
        self.pass_point();
        self.mark(NodeKind::Query, first);
        match head {
            Some(head) if self.diagnostics.len() == faults => {
                StmtKind::Data(Box::new(DataStmt::Rule { head, conds }))
            }
            _ => StmtKind::Error,
        }
    }

    fn condition(&mut self) -> Option<Cond> {
        self.role(Role::Clause);
        if self.compared_condition() {
            return None;
        }
        let negated = self.eat(TokenKind::Not) || self.other_not();
        if !negated && self.kind().is_name() && self.nth(1) == TokenKind::NotEq {
            let one = self.take_name();
            self.bump();
            let other = self.name(code::P030)?;
            return Some(Cond::Differ(one, other));
        }
        let pred = self.predicate()?;
        Some(Cond::Pred { negated, pred })
    }

    /// `p(X, "a", 1)`.
    fn predicate(&mut self) -> Option<Pred> {
        let name = self.name(code::P030)?;
        self.role(Role::Tight);
        if !self.expect(TokenKind::LParen, code::P051) {
            return None;
        }
        let faults = self.diagnostics.len();
        let terms = self.list(TokenKind::RParen, code::P052, Self::term);
        let span = self.span_from(name.span.start);
        // With a term that could not be read, the number of terms says nothing.
        (self.diagnostics.len() == faults).then_some(Pred { name, terms, span })
    }

    fn term(&mut self) -> Option<Term> {
        self.pass_sign();
        if self.other_term() {
            return None;
        }
        match self.kind() {
            TokenKind::Str => {
                let (text, token) = self.string()?;
                Some(Term::Str(text, self.span(token)))
            }
            TokenKind::Int => {
                let token = self.bump();
                let value = integer(self.slice(token));
                value.map(|value| Term::Int(value, self.span(token)))
            }
            TokenKind::BadLiteral => {
                self.bump();
                None
            }
            kind if kind.is_name() => Some(Term::Var(self.take_name())),
            _ => {
                self.unexpected(code::P999, "name, string or integer");
                None
            }
        }
    }
}
