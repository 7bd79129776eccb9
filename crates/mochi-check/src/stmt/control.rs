//! `if` and `while`.
//!
//! Spec: language.md §4.3, §5.3.

use mochi_syntax::ast::{self, Else};

use crate::checker::{Checker, Fence};
use crate::flow;
use crate::typed::{Stmt, StmtKind};

impl Checker<'_> {
    pub(super) fn if_stmt(&mut self, item: &ast::IfStmt) -> StmtKind {
        let cond = self.condition(&item.cond);
        let facts = self.facts(&item.cond);
        let before = self.narrowed.clone();
        self.narrow(&facts.yes);
        let then = self.block(&item.then);
        let after_then = std::mem::replace(&mut self.narrowed, before);
        self.narrow(&facts.no);
        let otherwise = match &item.otherwise {
            None => Vec::new(),
            Some(Else::Block(block)) => self.block(block),
            Some(Else::If(inner, span)) => {
                let kind = self.if_stmt(inner);
                vec![Stmt { kind, span: *span }]
            }
        };
        if !flow::falls_through(&otherwise) {
            self.narrowed = after_then;
        } else if flow::falls_through(&then) {
            self.narrowed = Self::merge_narrowings(&after_then, &self.narrowed);
        }
        StmtKind::If {
            cond,
            then,
            otherwise,
        }
    }

    pub(super) fn while_stmt(&mut self, cond: &ast::Expr, body: &ast::Block) -> StmtKind {
        self.forget_assigned(&body.body);
        let typed = self.condition(cond);
        let facts = self.facts(cond);
        let body = self.narrowing(&facts.yes, |checker| checker.loop_body(body));
        if !flow::breaks(&body) {
            self.narrow(&facts.no);
        }
        StmtKind::While { cond: typed, body }
    }

    /// Checks the body of a loop.
    pub(crate) fn loop_body(&mut self, body: &ast::Block) -> Vec<Stmt> {
        self.frame_mut().loops += 1;
        let body = self.fenced(Fence::Loop, |checker| checker.block(body));
        self.frame_mut().loops -= 1;
        body
    }
}
