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
        if let Some(cast) = self.misplaced_cast(fetch) {
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

    /// `fetch "…" as T` and `fetch url with { … } as T`, where the cast belongs to the address or the
    /// options: reported, and read as what is meant.
    fn misplaced_cast(&mut self, fetch: &ast::Fetch) -> Option<Expr> {
        let (part, what) = match &fetch.options {
            Some(options) => (options, "options"),
            None => (last_operand(&fetch.url), "address"),
        };
        let ast::ExprKind::Cast { value, ty } = &part.kind else {
            return None;
        };
        let from = if fetch.options.is_some() {
            let is_literal = matches!(value.kind, ast::ExprKind::Map(_));
            is_literal.then(|| self.expr(value, None).ty)?
        } else {
            self.attempt(|checker| checker.expr(value, None)).0.ty
        };
        let to = self.annotation(ty);
        let is_text = from.widened() == Type::Str || fetch.options.is_some();
        let is_cast = to != Type::Error && self.cx().is_assignable(&from, &to);
        if !is_text || is_cast {
            return None;
        }
        if fetch.options.is_some() {
            self.fetch_parts(&ast::Fetch {
                url: fetch.url.clone(),
                options: None,
            });
        }
        let span = part.span;
        if to != Type::Error {
            let written = self.text(ty.span);
            let url = Span::new(part.span.source, fetch.url.span.start, value.span.end);
            let (url, with) = match &fetch.options {
                Some(_) => (self.text(fetch.url.span), " with { … }"),
                None => (self.text(url), ""),
            };
            let note = format!(
                "the cast belongs to the {what}: write `(fetch {url}{with}) as {written}`, or give \
                 the variable the type: `let x: {written} = fetch {url}{with}`"
            );
            let (from, shown) = (self.show(&from), self.show(&to));
            self.report(report::invalid_cast(&from, &shown, span).with_note(note));
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

/// What a cast behind an expression without brackets applies to.
fn last_operand(value: &ast::Expr) -> &ast::Expr {
    match &value.kind {
        ast::ExprKind::Binary { right, .. } => last_operand(right),
        _ => value,
    }
}
