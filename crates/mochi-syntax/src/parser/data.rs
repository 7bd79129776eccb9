//! Data: `load`, `save`, `fetch`, `generate`, `model` and `update`.
//!
//! Spec: language.md §2, §5.3 (`update`), §14.

use std::rc::Rc;

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{DataExpr, DataStmt, Expr, ExprKind, Fetch, StmtKind},
    token::TokenKind,
};

impl Parser<'_> {
    pub(super) fn data_node(&mut self, start: u32, data: DataExpr) -> Expr {
        let span = self.span_from(start);
        self.expr_node(ExprKind::Data(Box::new(data)), span)
    }

    /// `load ["path"] as T [with o]`.
    pub(super) fn load(&mut self) -> Expr {
        let start = self.bump().start;
        let path = if self.at(TokenKind::Str) {
            self.path()
        } else {
            None
        };
        if path.is_none() {
            self.other_path();
        }
        if self.lacks_row_type() || !self.expect(TokenKind::As, code::P999) {
            return self.error_expr();
        }
        let ty = self.type_expr();
        let options = self.with_options();
        self.data_node(start, DataExpr::Load { path, ty, options })
    }

    /// `save rows [to "path"] [with o]`.
    pub(super) fn save(&mut self) -> Expr {
        let start = self.bump().start;
        let rows = self.expr();
        let rows = self.path_without_to(rows);
        let path = if self.eat(TokenKind::To) {
            self.path()
        } else {
            None
        };
        let options = self.with_options();
        let save = DataExpr::Save {
            rows,
            path,
            options,
        };
        self.data_node(start, save)
    }

    /// The path of `load` and `save`.
    fn path(&mut self) -> Option<Rc<str>> {
        let (path, token) = self.string()?;
        if path.is_empty() {
            let span = self.span(token);
            self.report(code::P062, span, "load/save path is the empty string");
        }
        Some(path)
    }

    fn with_options(&mut self) -> Option<Expr> {
        let is_bare = self.nth(1).is_word() && self.nth(2) == TokenKind::Colon;
        if self.at(TokenKind::With) && self.nth(1).starts_expr() && !is_bare {
            self.bump();
            return Some(self.expr());
        }
        self.bare_options();
        None
    }

    /// `fetch e [with o]`.
    pub(super) fn fetch_expr(&mut self) -> Expr {
        let start = self.bump().start;
        let url = self.expr();
        let options = self.with_options();
        self.data_node(start, DataExpr::Fetch(Fetch { url, options }))
    }

    /// `fetch e [with o]` or `fetch e into x [with o]` as a statement.
    pub(super) fn fetch_stmt(&mut self) -> StmtKind {
        let start = self.bump().start;
        let url = self.expr();
        if !self.eat(TokenKind::Into) {
            let options = self.with_options();
            let fetch = DataExpr::Fetch(Fetch { url, options });
            return StmtKind::Expr(self.data_node(start, fetch));
        }
        let into = self.name(code::P030);
        let options = self.with_options();
        let fetch = Fetch { url, options };
        match into {
            Some(into) => StmtKind::Data(Box::new(DataStmt::Fetch { fetch, into })),
            None => StmtKind::Error,
        }
    }

    /// `generate P { … }`.
    pub(super) fn generate(&mut self) -> Expr {
        let start = self.bump().start;
        let target = self.name(code::P030);
        if self.prompt_in_brackets() {
            return self.error_expr();
        }
        let fields = if self.expect(TokenKind::LBrace, code::P050) {
            self.record_fields()
        } else {
            Vec::new()
        };
        match target {
            Some(target) => self.data_node(start, DataExpr::Generate { target, fields }),
            None => self.error_expr(),
        }
    }

    /// `model m { … }`.
    pub(super) fn model(&mut self) -> StmtKind {
        self.bump();
        let name = self.name(code::P030);
        let mut fields = Vec::new();
        self.members(&[], |p| {
            if let Some(word) = p.word() {
                p.expect(TokenKind::Colon, code::P054);
                let value = p.expr();
                fields.push((word, value));
            }
        });
        match name {
            Some(name) => StmtKind::Data(Box::new(DataStmt::Model { name, fields })),
            None => StmtKind::Error,
        }
    }

    /// `update xs set { … } [where c]`.
    pub(super) fn update(&mut self) -> StmtKind {
        self.bump();
        let list = self.name(code::P030);
        self.expect(TokenKind::Set, code::P999);
        let mut fields = Vec::new();
        if self.at(TokenKind::LBrace) {
            if let ExprKind::Map(entries) = self.map_literal().kind {
                fields = entries;
            }
        } else if !self.assigned_fields() {
            self.unexpected(code::P050, "\"{\"");
        }
        let mut cond = None;
        if self.at(TokenKind::Where) && self.nth(1).starts_expr() {
            self.bump();
            cond = Some(self.expr());
        }
        match list {
            Some(list) => StmtKind::Data(Box::new(DataStmt::Update { list, fields, cond })),
            None => StmtKind::Error,
        }
    }
}
