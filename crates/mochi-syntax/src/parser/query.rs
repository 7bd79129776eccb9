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
        if !selects {
            self.skip_to_clause();
            self.clauses_in_any_order();
            return None;
        }
        let distinct = self.at(K::Distinct) && self.nth(1).starts_expr();
        if distinct {
            self.bump();
        }
        let select = self.expr();
        self.clauses_behind();
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
        Some(query)
    }

    /// Whether a word that begins a clause is here, where its clause may not stand.
    fn strays(&self) -> bool {
        !self.panicking && self.at_clause()
    }

    /// Whether a clause seems to begin here, whether or not it may stand here.
    pub(super) fn at_clause(&self) -> bool {
        use TokenKind as K;
        let next = self.nth(1);
        match self.kind() {
            K::Group | K::Sort | K::Order => next == K::By,
            K::Left | K::Right | K::Outer => next == K::Join,
            K::Join | K::From => next.is_name(),
            // A line that is not indented begins the next statement.
            K::Let => next.is_name() && (!self.token().first_on_line || self.at_indented_line()),
            K::Where | K::Having | K::Skip | K::Take => next.starts_expr(),
            _ => false,
        }
    }

    /// Reads the clauses up to what the query selects, where one was out of its place: nothing is
    /// known of their rows.
    fn clauses_in_any_order(&mut self) {
        self.clauses();
        if self.expect(TokenKind::Select, code::P999) {
            self.eat(TokenKind::Distinct);
            self.expr();
        }
    }

    /// Reports clauses behind what the query selects, where none can stand, and passes over them.
    fn clauses_behind(&mut self) {
        use TokenKind as K;
        let next = self.nth(1);
        let is_clause = match self.kind() {
            K::Group | K::Sort | K::Order => next == K::By,
            K::Where | K::Having => next.is_name(),
            K::Skip | K::Take => next == K::Int,
            _ => false,
        };
        if is_clause && !self.panicking {
            self.unexpected(code::P999, "end of the query");
            self.panicking = false;
            // They have to be written anew, whatever else is wrong with them.
            let known = self.diagnostics.len();
            self.clauses();
            self.diagnostics.truncate(known);
        }
    }

    /// Passes over clauses in any order.
    fn clauses(&mut self) {
        use TokenKind as K;
        while self.strays() {
            match self.kind() {
                K::Group => {
                    self.query_group();
                }
                K::Left | K::Right | K::Outer | K::Join => {
                    self.query_join();
                }
                K::From => {
                    self.bump();
                    self.query_source();
                }
                K::Let => {
                    self.bump();
                    self.name(code::P030);
                    self.expect(K::Eq, code::P999);
                    self.expr();
                }
                kind => {
                    self.bump();
                    if matches!(kind, K::Sort | K::Order) {
                        self.bump();
                    }
                    self.expr();
                    if matches!(self.slice(self.token()), "desc" | "asc") {
                        self.bump();
                    }
                }
            }
        }
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
        if !self.expect(TokenKind::Into, code::P999) {
            // The clauses behind it say nothing new.
            self.panicking &= !(self.at_clause() || self.kind() == TokenKind::Select);
            return None;
        }
        let name = self.name(code::P030);
        let having = self.eat(TokenKind::Having).then(|| self.expr());
        Some(QueryGroup {
            keys,
            name: name?,
            having,
        })
    }
}
