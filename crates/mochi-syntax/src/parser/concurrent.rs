//! Expressions of asynchronous code: `await`, `await all`, `spawn`, `async`.
//!
//! Spec: language.md §2 (await), §18.10.

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{AsyncExpr, Expr, ExprKind},
    token::TokenKind,
};

impl Parser<'_> {
    /// `spawn e`, `async e`.
    pub(super) fn spawn(&mut self) -> Expr {
        let head = self.bump();
        let word = if head.kind == TokenKind::Async {
            "async"
        } else {
            "spawn"
        };
        let value = self.expr();
        self.async_node(head.start, AsyncExpr::Spawn { word, value })
    }

    /// `await e [timeout t]`, `await all [a, b] [timeout t]`.
    pub(super) fn await_expr(&mut self) -> Expr {
        let start = self.bump().start;
        if self.at(TokenKind::All) && self.nth(1) == TokenKind::LBracket {
            self.bump();
            let open = self.bump().start;
            let items = self.list(TokenKind::RBracket, code::P053, |p| Some(p.expr()));
            let list_span = self.span_from(open);
            let timeout = self.timeout();
            let all = AsyncExpr::AwaitAll {
                items,
                list_span,
                timeout,
            };
            return self.async_node(start, all);
        }
        if self.eat(TokenKind::All) {
            self.unexpected(code::P050, "\"[\"");
        }
        let value = self
            .nested(Self::postfix)
            .unwrap_or_else(|| self.error_expr());
        let timeout = self.timeout();
        self.async_node(start, AsyncExpr::Await { value, timeout })
    }

    fn timeout(&mut self) -> Option<Expr> {
        if !self.at(TokenKind::Timeout) || !self.nth(1).starts_expr() {
            return None;
        }
        self.bump();
        Some(self.expr())
    }

    fn async_node(&mut self, start: u32, value: AsyncExpr) -> Expr {
        let span = self.span_from(start);
        self.expr_node(ExprKind::Async(Box::new(value)), span)
    }
}
