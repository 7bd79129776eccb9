//! Expressions: each gets its type; what an expected type says is only a hint here.
//!
//! Spec: language.md §5.

mod call;
mod cast;
mod conditional;
mod container;
pub(crate) mod empty;
mod field;
mod format;
mod index;
mod lambda;
pub(crate) mod literal;
mod matching;
mod name;
pub(crate) mod operator;
mod query;
mod record;
mod user_call;

pub(crate) use literal::literal_value;
use mochi_base::Diagnostic;
use mochi_syntax::ast::{self, ExprKind as Ast};
use mochi_types::Type;

use crate::checker::{Checker, error};
use crate::report;
use crate::typed::{Expr, ExprKind};

impl Checker<'_> {
    /// Types an expression. `expected` helps to type literals and lambdas; whether the result
    /// fits is checked by [`Checker::expect`].
    pub(crate) fn expr(&mut self, item: &ast::Expr, expected: Option<&Type>) -> Expr {
        let expected = expected.filter(|ty| !matches!(ty, Type::Infer(_) | Type::Error));
        let span = item.span;
        match &item.kind {
            Ast::Int(_)
            | Ast::Float(_)
            | Ast::Str(_)
            | Ast::Bytes(_)
            | Ast::Bool(_)
            | Ast::None => Self::literal(item, expected),
            Ast::FStr(parts) => self.f_string(parts, span),
            Ast::Name(name) => match self.builtin_class(name, expected, span) {
                Some(class) => class,
                None => self.name(name, span, expected),
            },
            Ast::List(items) => self.list(items, span, expected),
            Ast::Map(entries) => self.map(entries, span, expected),
            Ast::OMap(entries) => self.omap(entries, span, expected),
            Ast::Set(items) => self.set(items, span, expected),
            Ast::Tuple(items) => self.tuple(items, span, expected),
            Ast::Paren(inner) => {
                let typed = self.expr(inner, expected);
                Expr { span, ..typed }
            }
            Ast::Record { path, fields } => self.record(path, fields, span, expected),
            Ast::Unary { op, operand } => self.unary(*op, operand, span, expected),
            Ast::Binary {
                op,
                op_span,
                left,
                right,
            } => self.binary(*op, *op_span, left, right, span, expected),
            Ast::Call {
                callee,
                args,
                args_span: _,
            } => {
                let python = std::mem::take(&mut self.in_python);
                let unsettled = std::mem::take(&mut self.unsettled);
                let mut typed = self.call(callee, args, span, expected);
                self.in_python = python;
                if !unsettled {
                    typed = self.settle_call(typed, expected);
                }
                self.note_type(span, &typed.ty);
                typed
            }
            Ast::Field { object, name } => {
                if let Some(space) = self.space_of(object) {
                    return self.space_value(space, name, span);
                }
                let object = self.expr(object, None);
                self.field_of(object, name, span)
            }
            Ast::SafeField { object, name } => self.safe_field(object, name, span),
            Ast::Index { object, subscripts } => {
                let object = self.expr(object, None);
                self.index_of(object, subscripts, span)
            }
            Ast::SafeIndex { object, index } => self.safe_index(object, index, span),
            Ast::Cast { value, ty } => self.cast(value, ty, span),
            Ast::Lambda(lambda) => {
                let python = std::mem::take(&mut self.in_python);
                let typed = self.lambda(lambda, span, expected);
                self.in_python = python;
                typed
            }
            Ast::If {
                cond,
                then,
                otherwise,
            } => self.if_expr(cond, then, otherwise.as_deref(), span, expected),
            Ast::Match(item) => self.match_expr(item, span, expected),
            Ast::Query(query) => self.query(query, span, expected),
            Ast::Async(value) => self.async_expr(value, span, expected),
            Ast::Data(data) => self.data_expr(data, span, expected),
            Ast::Error => error(span),
        }
    }

    /// Reports that an option is read without a guard; of a variable once, since one guard may be
    /// all that is missing.
    pub(crate) fn unguarded(&mut self, object: &Expr) {
        let text = self.text(object.span);
        let diagnostic = report::unguarded_option(text, object.span);
        let (declared, note) = match &object.kind {
            ExprKind::Var(id) => (self.var(*id).map(|var| var.span), None),
            ExprKind::Field { .. } | ExprKind::MapField { .. } | ExprKind::Index { .. } => {
                let note =
                    "a test narrows variables only: bind the value, `let v = …`, and test `v`";
                (None, Some(note.to_owned()))
            }
            _ => (None, None),
        };
        let said = |known: &Diagnostic| {
            known.code == diagnostic.code
                && known.message == diagnostic.message
                && known.span.zip(declared).is_some_and(|(known, declared)| {
                    known.source == declared.source && known.start > declared.start
                })
        };
        if !self.diagnostics.iter().any(said) {
            self.report(diagnostic.with_notes(note));
        }
    }
}

/// An expression without its parentheses.
pub(crate) fn unparenthesised(item: &ast::Expr) -> &ast::Expr {
    let mut inner = item;
    while let Ast::Paren(next) = &inner.kind {
        inner = next;
    }
    inner
}
