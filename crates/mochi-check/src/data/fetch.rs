//! `fetch`.
//!
//! Spec: language.md §14; T028, T029, T030.

use std::rc::Rc;

use mochi_base::{Diagnostic, Span, code};
use mochi_syntax::ast::{self, Name};
use mochi_types::Type;

use super::{data, known_entries};
use crate::checker::{Checker, error, expr};
use crate::generic::has_infer;
use crate::report;
use crate::scope::NewVar;
use crate::typed::{DataExpr, DataOptions, Expr, ExprKind, StmtKind, Target, VarKind};

impl Checker<'_> {
    /// `fetch url with o`: text where a string is expected, else what the body says, cast to what
    /// is expected.
    pub(super) fn fetch(
        &mut self,
        fetch: &ast::Fetch,
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        if let Some(cast) = self.cast_of_address(fetch) {
            return Expr { span, ..cast };
        }
        let kind = self.fetch_parts(fetch);
        let wanted = expected.filter(|ty| {
            let is_known = !matches!(ty, Type::Any | Type::Unit | Type::Never | Type::Error);
            is_known && !has_infer(ty)
        });
        match wanted {
            None => data(kind, Type::Any, span),
            Some(Type::Str) => data(kind, Type::Str, span),
            Some(ty) => {
                self.note_made(ty, span);
                let value = data(kind, Type::Any, span);
                expr(ExprKind::Cast(Box::new(value)), ty.clone(), span)
            }
        }
    }

    /// `fetch "…" as T`, where the cast belongs to the address: reported, and read as what is meant.
    fn cast_of_address(&mut self, fetch: &ast::Fetch) -> Option<Expr> {
        let ast::ExprKind::Cast { value, ty } = &fetch.url.kind else {
            return None;
        };
        if !matches!(value.kind, ast::ExprKind::Str(_) | ast::ExprKind::FStr(_)) {
            return None;
        }
        let to = self.annotation(ty);
        if matches!(to, Type::Str | Type::Any) {
            return None;
        }
        let span = fetch.url.span;
        let shown = self.show(&to);
        if to != Type::Error {
            let (url, written) = (self.text(value.span), self.text(ty.span));
            let note = format!(
                "the cast belongs to the address: write `(fetch {url}) as {written}`, or give the \
                 variable the type: `let x: {written} = fetch {url}`"
            );
            self.report(report::invalid_cast("string", &shown, span).with_note(note));
        }
        if let Some(options) = &fetch.options {
            self.expr(options, None);
        }
        Some(Expr {
            ty: to,
            ..error(span)
        })
    }

    /// `fetch url into x with o`.
    pub(super) fn fetch_into(&mut self, fetch: &ast::Fetch, into: &Name, span: Span) -> StmtKind {
        let kind = self.fetch_parts(fetch);
        let value = data(kind, Type::Any, span);
        let kind = if self.scopes.is_empty() {
            VarKind::Global
        } else {
            VarKind::Local
        };
        if &*into.text == "_" {
            return StmtKind::Expr(value);
        }
        let id = self.declare_var(&into.text, into.span, NewVar::assignable(kind, Type::Any));
        self.note_type(into.span, &Type::Any);
        StmtKind::Let {
            target: Target::Var(id),
            value,
        }
    }

    fn fetch_parts(&mut self, fetch: &ast::Fetch) -> DataExpr {
        let url = self.expr(&fetch.url, Some(&Type::Str));
        if !matches!(url.ty.widened(), Type::Str | Type::Error | Type::Never) {
            let message = "fetch URL must be a string";
            let diagnostic = Diagnostic::error(code::T028, fetch.url.span, message);
            let note = self.misfit_note(&url.ty, &Type::Str);
            self.report(diagnostic.with_notes(note));
        }
        let options = match &fetch.options {
            Some(options) => self.fetch_options(options),
            None => DataOptions::Given(Vec::new()),
        };
        DataExpr::Fetch { url, options }
    }

    fn fetch_options(&mut self, options: &ast::Expr) -> DataOptions {
        let Some(entries) = known_entries(options) else {
            let typed = self.expr(options, None);
            let is_map = match &typed.ty {
                Type::Map(key, _) | Type::OMap(key, _) => matches!(**key, Type::Str | Type::Any),
                ty => matches!(ty, Type::Error | Type::Never),
            };
            if !is_map {
                let message = "fetch options must be a map";
                self.report(Diagnostic::error(code::T029, options.span, message));
            }
            return DataOptions::Map(Box::new(typed));
        };
        let mut given: Vec<(Rc<str>, Expr)> = Vec::new();
        for (name, value) in entries {
            let hint = match &*name.text {
                "method" => Some(Type::Str),
                "headers" => Some(Type::map(Type::Str, Type::Str)),
                _ => None,
            };
            let is_literal = matches!(value.kind, ast::ExprKind::Map(_));
            let typed = self.expr(value, hint.as_ref().filter(|_| !is_literal));
            let typed = if is_literal && typed.ty == Type::map(Type::Any, Type::Any) {
                self.adapt(typed, &Type::map(Type::Str, Type::Str))
            } else {
                typed
            };
            let wanted = match &*name.text {
                "method" => (typed.ty.widened() != Type::Str).then_some("string"),
                "headers" => {
                    (!is_map_to(&typed.ty, Some(&Type::Str))).then_some("{string: string}")
                }
                "query" => (!is_map_to(&typed.ty, None)).then_some("{string: any}"),
                "timeout" => {
                    let fits = matches!(typed.ty.widened(), Type::Int | Type::Int64 | Type::Float);
                    (!fits).then_some("float")
                }
                "body" => None,
                _ => continue,
            };
            match wanted {
                Some(wanted) if !matches!(typed.ty, Type::Error | Type::Never) => {
                    let got = self.show(&typed.ty);
                    let name = &name.text;
                    let message = format!(
                        "invalid type for fetch option `{name}`: expected {wanted}, got {got}"
                    );
                    self.report(Diagnostic::error(code::T030, value.span, message));
                }
                _ => {
                    given.retain(|(other, _)| *other != name.text);
                    given.push((Rc::clone(&name.text), typed));
                }
            }
        }
        DataOptions::Given(given)
    }
}

/// Whether a type is that of maps with string keys and such values.
fn is_map_to(ty: &Type, item: Option<&Type>) -> bool {
    match ty {
        Type::Map(key, value) | Type::OMap(key, value) => {
            let fits = item.is_none_or(|item| value.widened() == *item);
            key.widened() == Type::Str && fits
        }
        _ => false,
    }
}
