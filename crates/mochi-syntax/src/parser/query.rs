//! Queries.
//!
//! Spec: language.md §2 (query), §10.

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{Expr, ExprKind, JoinKind, Query, QueryGroup, QueryJoin, QuerySource},
    format::mark::{NodeKind, Role},
    token::TokenKind,
};

impl Parser<'_> {
    /// `from x in xs … select e`.
    pub(super) fn query(&mut self) -> Expr {
        let first = self.pos;
        let start = self.token().start;
        let open = self.open;
        let kind = match self.query_clauses() {
            Some(query) => ExprKind::Query(query),
            None => ExprKind::Error,
        };
        self.open = open;
        let span = self.span_from(start);
        let query = self.expr_node(kind, span);
        self.mark(NodeKind::Query, first);
        query
    }

    /// The clauses; none if one could not be read. Queries stand inside of each other, so what is
    /// open while a source is read is kept small.
    fn query_clauses(&mut self) -> Option<Box<Query>> {
        self.bump();
        let sources = self.query_sources();
        self.query_rest(sources)
    }

    fn query_sources(&mut self) -> Option<Vec<QuerySource>> {
        let mut sources = vec![self.query_source()];
        while self.clause(TokenKind::From) {
            sources.push(self.query_source());
        }
        sources.into_iter().collect()
    }

    fn query_rest(&mut self, sources: Option<Vec<QuerySource>>) -> Option<Box<Query>> {
        use TokenKind as K;
        let mut joins = Vec::new();
        while self.join_ahead() {
            joins.push(self.query_join());
        }
        let filter = self.clause(K::Where).then(|| self.expr());
        let group = self.at(K::Group).then(|| self.query_group());
        let mut sort = None;
        if self.clause(K::Sort) || self.clause(K::Order) {
            self.expect(K::By, code::P999);
            sort = Some(self.expr());
        }
        let skip = self.clause(K::Skip).then(|| self.expr());
        let take = self.clause(K::Take).then(|| self.expr());
        self.role(Role::Clause);
        let selects = self.expect(K::Select, code::P999);
        let distinct = self.at(K::Distinct) && self.nth(1).starts_expr();
        if distinct {
            self.bump();
        }
        let select = self.expr();
        let group = match group {
            Some(group) => Some(group?),
            None => None,
        };
        let query = Box::new(Query {
            sources: sources?,
            joins: joins.into_iter().collect::<Option<_>>()?,
            filter,
            group,
            sort,
            skip,
            take,
            distinct,
            select,
        });
        selects.then_some(query)
    }

    /// Consumes the word that begins a clause, if it is here.
    fn clause(&mut self, word: TokenKind) -> bool {
        let here = self.at(word);
        if here {
            self.role(Role::Clause);
            self.bump();
        }
        here
    }

    /// `x in e`.
    fn query_source(&mut self) -> Option<QuerySource> {
        self.note_open(1);
        let name = self.declared_value(code::P030, &[TokenKind::In]);
        self.expect(TokenKind::In, code::P999);
        let value = self.expr();
        Some(QuerySource { name: name?, value })
    }

    fn join_ahead(&self) -> bool {
        use TokenKind as K;
        let sided = matches!(self.kind(), K::Left | K::Right | K::Outer);
        !self.panicking && (self.kind() == K::Join || sided && self.nth(1) == K::Join)
    }

    fn query_join(&mut self) -> Option<QueryJoin> {
        self.role(Role::Clause);
        let word = self.bump();
        let kind = match word.kind {
            TokenKind::Left => JoinKind::Left,
            TokenKind::Right => JoinKind::Right,
            TokenKind::Outer => JoinKind::Outer,
            _ => JoinKind::Inner,
        };
        if kind != JoinKind::Inner {
            self.bump();
        }
        self.eat(TokenKind::From);
        let source = self.query_source();
        self.expect(TokenKind::On, code::P999);
        let on = self.expr();
        Some(QueryJoin {
            kind,
            source: source?,
            on,
            span: self.span_from(word.start),
        })
    }

    fn query_group(&mut self) -> Option<QueryGroup> {
        self.role(Role::Clause);
        self.bump();
        self.expect(TokenKind::By, code::P999);
        let mut keys = vec![self.expr()];
        while self.eat(TokenKind::Comma) {
            if self.at(TokenKind::Into) {
                break;
            }
            keys.push(self.expr());
        }
        self.expect(TokenKind::Into, code::P999);
        let name = self.name(code::P030);
        let having = self.eat(TokenKind::Having).then(|| self.expr());
        Some(QueryGroup {
            keys,
            name: name?,
            having,
        })
    }
}
