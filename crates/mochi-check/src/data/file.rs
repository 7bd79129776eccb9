//! `load` and `save`.
//!
//! Spec: language.md §14.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast;
use mochi_types::{Literal, Type};

use super::{Field, data, known_entries};
use crate::checker::{Checker, error, expr};
use crate::expr::unparenthesised;
use crate::relation::Slot;
use crate::report;
use crate::typed::{DataExpr, DataOptions, Expr, ExprKind};

const OPTIONS: &[Field] = &[
    ("format", formats),
    ("header", || Type::Bool),
    ("delimiter", || Type::Str),
];

/// `"csv" | "tsv" | …`.
fn formats() -> Type {
    let names = ["csv", "tsv", "json", "jsonl", "yaml"];
    let literal = |name: &str| Type::Literal(Literal::Str(Rc::from(name)));
    Type::union(names.map(literal))
}

impl Checker<'_> {
    pub(super) fn load(
        &mut self,
        path: Option<&Rc<str>>,
        ty: &ast::TypeExpr,
        options: Option<&ast::Expr>,
        span: Span,
    ) -> Expr {
        let options = self.file_options(options, "the options of `load`");
        let row = self.annotation(ty);
        self.note_made(&row, span);
        let load = DataExpr::Load {
            path: path.map(Rc::clone),
            options,
        };
        if let Type::List(inner) | Type::Set(inner) = &row {
            // A row is a map.
            let of = Type::map(Type::Str, Type::Any);
            let (from, to) = (self.show(&of), self.show(&row));
            let fault = report::invalid_cast(&from, &to, ty.span);
            let inner = self.spell(inner);
            self.report(fault.with_note(format!(
                "the type is that of one row: `load \"…\" as {inner}` is a `list<{inner}>`"
            )));
            return Expr {
                ty: row,
                ..error(span)
            };
        }
        if row == Type::Any {
            return data(load, Type::list(Type::Any), span);
        }
        let rows = data(load, Type::Any, span);
        let ty = match row {
            Type::Error => Type::Error,
            row => Type::list(row),
        };
        expr(ExprKind::Cast(Box::new(rows)), ty, span)
    }

    pub(super) fn save(
        &mut self,
        rows: &ast::Expr,
        path: Option<&Rc<str>>,
        options: Option<&ast::Expr>,
        span: Span,
    ) -> Expr {
        let typed = self.expr(rows, None);
        let fits = match &typed.ty {
            Type::List(row) => match &**row {
                Type::Any | Type::Error | Type::Named(_) | Type::Variant(..) | Type::Anon(_) => {
                    true
                }
                Type::Map(key, _) | Type::OMap(key, _) => {
                    matches!(**key, Type::Str | Type::Any | Type::Literal(_))
                }
                _ => false,
            },
            Type::Error | Type::Never => true,
            _ => false,
        };
        if !fits {
            let rows_of = Type::list(Type::map(Type::Str, Type::Any));
            let (want, got) = (self.show(&rows_of), self.show(&typed.ty));
            let note = "rows are a list of maps or records";
            self.report(report::mismatch(&want, &got, rows.span).with_note(note));
        }
        let save = DataExpr::Save {
            rows: typed,
            path: path.map(Rc::clone),
            options: self.file_options(options, "the options of `save`"),
        };
        data(save, Type::Unit, span)
    }

    fn file_options(&mut self, options: Option<&ast::Expr>, of: &str) -> DataOptions {
        let Some(options) = options else {
            return DataOptions::Given(Vec::new());
        };
        let literal = known_entries(options).filter(|entries| {
            entries.iter().all(|(name, value)| {
                let is_literal = matches!(unparenthesised(value).kind, ast::ExprKind::Str(_));
                *name.text != *"format" || is_literal
            })
        });
        if let Some(entries) = literal {
            DataOptions::Given(self.named_fields(&entries, OPTIONS, of))
        } else {
            let ty = Type::map(Type::Str, Type::Any);
            DataOptions::Map(Box::new(self.expect_map(options, &ty)))
        }
    }

    /// A map with string keys and values of any type.
    fn expect_map(&mut self, value: &ast::Expr, ty: &Type) -> Expr {
        let typed = self.expr(value, Some(ty));
        match &typed.ty {
            Type::Map(key, _) | Type::OMap(key, _) if matches!(**key, Type::Str | Type::Any) => {
                typed
            }
            _ => self.fit(typed, value, ty, Slot::Value),
        }
    }
}
