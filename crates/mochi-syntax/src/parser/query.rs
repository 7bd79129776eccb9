//! Expressions that are parsed in full but not lowered yet: queries, logic queries, `await`, `spawn`,
//! `fetch`, `generate`, `load` and `save`.
//!
//! Spec: language.md §2 (query, await, generate, load, save), §10, §14, §17, §18.10.

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{Expr, ExprKind, Name, StmtKind},
    format::mark::{NodeKind, Role},
    token::TokenKind,
};

impl Parser<'_> {
    /// Parses an expression of an unsupported kind, which begins with the word here.
    fn unsupported_expr(&mut self, what: &'static str, parse: impl FnOnce(&mut Self)) -> Expr {
        let head = self.token();
        self.unsupported(what, self.span(head), parse);
        let span = self.span_from(head.start);
        self.expr_node(ExprKind::Unsupported(what), span)
    }

    /// `from x in xs … select e`.
    pub(super) fn query(&mut self) -> Expr {
        let first = self.pos;
        let query = self.unsupported_expr("queries", Self::query_clauses);
        self.mark(NodeKind::Query, first);
        query
    }

    fn query_clauses(&mut self) {
        use TokenKind as K;
        self.bump();
        self.query_source();
        while self.clause(K::From) {
            self.query_source();
        }
        while self.join_ahead() {
            self.query_join();
        }
        if self.clause(K::Where) {
            self.expr();
        }
        if self.at(K::Group) {
            self.query_group();
        }
        if self.clause(K::Sort) || self.clause(K::Order) {
            self.expect(K::By, code::P999);
            self.expr();
        }
        if self.clause(K::Skip) {
            self.expr();
        }
        if self.clause(K::Take) {
            self.expr();
        }
        self.role(Role::Clause);
        self.expect(K::Select, code::P999);
        if self.at(K::Distinct) && self.nth(1).starts_expr() {
            self.bump();
        }
        self.expr();
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
    fn query_source(&mut self) {
        self.name(code::P030);
        self.expect(TokenKind::In, code::P999);
        self.expr();
    }

    fn join_ahead(&self) -> bool {
        use TokenKind as K;
        let sided = matches!(self.kind(), K::Left | K::Right | K::Outer);
        !self.panicking && (self.kind() == K::Join || sided && self.nth(1) == K::Join)
    }

    fn query_join(&mut self) {
        self.role(Role::Clause);
        if self.bump().kind != TokenKind::Join {
            self.bump();
        }
        self.eat(TokenKind::From);
        self.query_source();
        self.expect(TokenKind::On, code::P999);
        self.expr();
    }

    fn query_group(&mut self) {
        self.role(Role::Clause);
        self.bump();
        self.expect(TokenKind::By, code::P999);
        self.expr();
        while self.eat(TokenKind::Comma) {
            if self.at(TokenKind::Into) {
                break;
            }
            self.expr();
        }
        self.expect(TokenKind::Into, code::P999);
        self.name(code::P030);
        if self.eat(TokenKind::Having) {
            self.expr();
        }
    }

    /// `query p(…)`.
    pub(super) fn logic_query(&mut self) -> Expr {
        self.unsupported_expr("logic queries", |p| {
            p.bump();
            p.predicate();
        })
    }

    pub(super) fn spawn(&mut self) -> Expr {
        self.unsupported_expr("`spawn`", |p| {
            p.bump();
            p.expr();
        })
    }

    pub(super) fn await_expr(&mut self) -> Expr {
        self.unsupported_expr("`await`", |p| {
            p.bump();
            if p.eat(TokenKind::All) {
                if p.expect(TokenKind::LBracket, code::P050) {
                    p.list(TokenKind::RBracket, code::P053, |p| Some(p.expr()));
                }
            } else {
                p.nested(Self::postfix);
            }
            if p.at(TokenKind::Timeout) && p.nth(1).starts_expr() {
                p.bump();
                p.expr();
            }
        })
    }

    pub(super) fn generate(&mut self) -> Expr {
        self.unsupported_expr("`generate`", |p| {
            p.bump();
            p.name(code::P030);
            if p.expect(TokenKind::LBrace, code::P050) {
                p.record_fields();
            }
        })
    }

    pub(super) fn load(&mut self) -> Expr {
        self.unsupported_expr("`load`", |p| {
            p.bump();
            if p.at(TokenKind::Str) {
                p.path();
            }
            if p.expect(TokenKind::As, code::P999) {
                p.type_expr();
            }
            p.with_options();
        })
    }

    pub(super) fn save(&mut self) -> Expr {
        self.unsupported_expr("`save`", |p| {
            p.bump();
            p.expr();
            if p.eat(TokenKind::To) {
                p.path();
            }
            p.with_options();
        })
    }

    /// The path of `load` and `save`.
    fn path(&mut self) {
        if let Some((path, token)) = self.string()
            && path.is_empty()
        {
            let span = self.span(token);
            self.report(code::P062, span, "load/save path is the empty string");
        }
    }

    fn with_options(&mut self) {
        if self.at(TokenKind::With) && self.nth(1).starts_expr() {
            self.bump();
            self.expr();
        }
    }

    pub(super) fn fetch_expr(&mut self) -> Expr {
        self.unsupported_expr("`fetch`", |p| {
            p.bump();
            p.expr();
            p.with_options();
        })
    }

    /// `fetch e [with o]` or `fetch e into x [with o]` as a statement.
    pub(super) fn fetch_stmt(&mut self) -> StmtKind {
        let head = self.token();
        let mut names: Vec<Name> = Vec::new();
        let mut declares = false;
        self.unsupported("`fetch`", self.span(head), |p| {
            p.bump();
            p.expr();
            declares = p.eat(TokenKind::Into);
            if declares {
                names.extend(p.name(code::P030));
            }
            p.with_options();
        });
        if declares {
            let what = "`fetch`";
            return StmtKind::UnsupportedDecl { what, names };
        }
        let span = self.span_from(head.start);
        StmtKind::Expr(self.expr_node(ExprKind::Unsupported("`fetch`"), span))
    }
}
