//! Data: files, network, models, facts and rules.
//!
//! Spec: language.md §5.3 (`update`), §14, §17.

mod eval;
mod fetch;
mod file;
mod generate;
pub(crate) mod logic;
mod update;

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, DataExpr, DataStmt, MapKey, Name};
use mochi_types::Type;

use crate::checker::{Checker, expr};
use crate::expr::unparenthesised;
use crate::relation::Slot;
use crate::report;
use crate::typed::{self, Expr, ExprKind, StmtKind};

pub(crate) use update::UpdateRow;

impl Checker<'_> {
    /// An expression that reaches outside or asks the facts.
    pub(crate) fn data_expr(
        &mut self,
        data: &DataExpr,
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        match data {
            DataExpr::Load { path, ty, options } => {
                self.load(path.as_ref(), ty, options.as_ref(), span)
            }
            DataExpr::Save {
                rows,
                path,
                options,
            } => self.save(rows, path.as_ref(), options.as_ref(), span),
            DataExpr::Fetch(fetch) => self.fetch(fetch, span, expected),
            DataExpr::Generate { target, fields } => self.generate(target, fields, span),
            DataExpr::Query(pred) => self.logic_query(pred, span),
        }
    }

    /// A statement about data.
    pub(crate) fn data_stmt(&mut self, data: &DataStmt, span: Span) -> Option<StmtKind> {
        match data {
            DataStmt::Fetch { fetch, into } => Some(self.fetch_into(fetch, into, span)),
            DataStmt::Update { list, fields, cond } => {
                self.update(list, fields, cond.as_ref(), span)
            }
            DataStmt::Model { name, fields } => Some(self.model(name, fields)),
            DataStmt::Fact(_) | DataStmt::Rule { .. } => None,
        }
    }
}

/// A node of the data statements.
fn data(kind: typed::DataExpr, ty: Type, span: Span) -> Expr {
    expr(ExprKind::Data(Box::new(kind)), ty, span)
}

/// The entries of a map literal whose keys are all known.
fn known_entries(options: &ast::Expr) -> Option<Vec<(Name, &ast::Expr)>> {
    let ast::ExprKind::Map(entries) = &unparenthesised(options).kind else {
        return None;
    };
    entries
        .iter()
        .map(|entry| {
            let name = match &entry.key {
                MapKey::Word(name) => name.clone(),
                MapKey::Expr(key) => match &key.kind {
                    ast::ExprKind::Str(text) => Name {
                        text: Rc::clone(text),
                        span: key.span,
                    },
                    _ => return None,
                },
            };
            Some((name, &entry.value))
        })
        .collect()
}

/// A field that a construct takes, with its type.
type Field = (&'static str, fn() -> Type);

impl Checker<'_> {
    /// Types fields that are given by name; what is unknown, twice there or of another type is
    /// reported.
    fn named_fields(
        &mut self,
        given: &[(Name, &ast::Expr)],
        known: &[Field],
        of: &str,
    ) -> Vec<(Rc<str>, Expr)> {
        let mut fields: Vec<(Rc<str>, Expr)> = Vec::new();
        for (name, value) in given {
            let Some((_, ty)) = known.iter().find(|(field, _)| **field == *name.text) else {
                self.expr(value, None);
                let diagnostic = report::unknown_field(&name.text, of, name.span);
                let names = known.iter().map(|(field, _)| *field);
                self.report(report::suggest(diagnostic, &name.text, names));
                continue;
            };
            let typed = self.expect(value, &ty(), Slot::Value);
            if fields.iter().any(|(other, _)| *other == name.text) {
                self.report(report::argument_twice(&name.text, name.span));
                continue;
            }
            fields.push((Rc::clone(&name.text), typed));
        }
        fields
    }
}
