//! `expect`: the condition is tested where it stands, and a failure carries the values that were
//! compared, so that a report of tests can show them.
//!
//! The operands are evaluated once, in the order of the program. What cannot be read again when the
//! condition turned out to be false is bound to a name on the way (`(left := f()) == 5`). The parts
//! of `a && b` are tested one after the other, which says which of them failed.
//!
//! Spec: language.md §13 (tests), §19.4.

use mochi_check::typed::{Expr as Typed, ExprKind};
use mochi_syntax::ast::{BinaryOp, UnaryOp};
use mochi_types::{ClassKind, Type};

use super::{Lowerer, expr, frame, operator, walk};
use crate::py::{Arg, Expr, StmtKind};

/// The most characters of source text that name a value.
const LABEL: usize = 60;

/// A value that a failure shows.
pub(super) struct Watched<'a> {
    /// The expression.
    expr: &'a Typed,
    /// What it is called.
    label: String,
    /// The name that it is bound to, if it has to be.
    stem: &'static str,
    /// Its value can be read again when the condition was tested.
    is_quiet: bool,
    /// What reads it; none before it was lowered.
    value: Option<Expr>,
    /// The name that it was bound to.
    name: Option<String>,
}

impl<'a> Lowerer<'a> {
    /// `expect cond`.
    pub(super) fn expectation(&mut self, cond: &'a Typed, text: &str) {
        let source = format!("{}: {text}", self.position(self.span));
        let parts = walk::conjuncts(cond);
        let narrows = parts.iter().any(|part| self.narrows(part));
        if parts.len() > 1 && narrows {
            let cond = self.condition(cond);
            let call = self.call_helper("expect", [cond, Expr::str(source)]);
            self.emit(StmtKind::Expr(call));
            return;
        }
        let is_only = parts.len() == 1;
        for part in parts {
            self.expect_part(part, &source, is_only, narrows);
        }
    }

    /// A condition, or one of those that are joined by `&&`.
    fn expect_part(&mut self, part: &'a Typed, source: &str, is_only: bool, narrows: bool) {
        let outer = std::mem::take(&mut self.watched);
        self.watch(part, Some(false), is_comparison(part));
        let cond = self.condition(part);
        let watched = std::mem::replace(&mut self.watched, outer);
        let mut values: Vec<(Option<Expr>, Expr)> = Vec::new();
        for value in watched {
            let label = Some(Expr::str(value.label));
            let is_none = matches!(value.expr.kind, ExprKind::None);
            let Some(shown) = value.value.or_else(|| is_none.then_some(Expr::None)) else {
                continue;
            };
            let is_bound = value.name.is_none_or(|name| binds(&cond, &name));
            if is_bound && !values.iter().any(|(other, _)| *other == label) {
                values.push((label, shown));
            }
        }
        let values = (!values.is_empty()).then_some(Expr::Dict(values));
        if narrows || (is_only && values.is_none()) {
            let helper = match values {
                Some(_) => "expect_showing",
                None => "expect",
            };
            let args = [cond, Expr::str(source)].into_iter().chain(values);
            let call = self.call_helper(helper, args);
            self.emit(StmtKind::Expr(call));
            return;
        }
        let part = (!is_only).then(|| Arg {
            name: Some("part".to_owned()),
            value: Expr::str(self.label(part)),
        });
        let args = [Some(Expr::str(source)), values].into_iter().flatten();
        let args = args.map(|value| Arg { name: None, value }).chain(part);
        let helper = self.helper("failed_expectation");
        let error = Expr::Call(Box::new(helper), args.collect());
        let raise = StmtKind::Raise(Some(error), None).at(self.span);
        self.emit(StmtKind::If(cond.negated(), vec![raise], Vec::new()));
    }

    /// Watches what is surely evaluated when an expression has the given value; none is any value.
    fn watch(&mut self, expr: &'a Typed, value: Option<bool>, has_sides: bool) {
        let expr = peeled(expr);
        match &expr.kind {
            ExprKind::Unary {
                op: UnaryOp::Not,
                operand,
            } => self.watch(operand, value.map(|value| !value), has_sides),
            ExprKind::Binary {
                op: op @ (BinaryOp::And | BinaryOp::Or),
                left,
                right,
            } => {
                if value == Some(*op == BinaryOp::And) {
                    self.watch(left, value, false);
                    self.watch(right, value, false);
                } else {
                    self.watch(left, None, false);
                }
            }
            ExprKind::Binary { op, left, right } | ExprKind::PyBinary { op, left, right }
                if operator::compare_op(*op).is_some() =>
            {
                let labels = if *op == BinaryOp::In {
                    ["item", "container"]
                } else {
                    ["left", "right"]
                };
                let is_quiet = is_quiet(left) && is_quiet(right);
                for (side, stem) in [left, right].into_iter().zip(labels) {
                    if has_sides {
                        self.watch_value(side, stem.to_owned(), stem, is_quiet);
                    } else if !expr::is_literal(side) {
                        let label = self.label(side);
                        self.watch_value(side, label, stem, is_quiet);
                    }
                }
            }
            ExprKind::CallFun { .. }
            | ExprKind::CallMethod { .. }
            | ExprKind::CallValue { .. }
            | ExprKind::CallBuiltin { .. }
            | ExprKind::PyCall { .. } => {
                for given in given(expr) {
                    let label = self.label(given);
                    self.watch_value(given, label, "given", false);
                }
            }
            _ => {}
        }
    }

    fn watch_value(&mut self, expr: &'a Typed, label: String, stem: &'static str, is_quiet: bool) {
        self.watched.push(Watched {
            expr,
            label,
            stem,
            is_quiet: (is_quiet && is_readable(expr)) || expr::is_stable(self, expr),
            value: None,
            name: None,
        });
    }

    /// Whether an expression is to be evaluated as it stands, because its value may be shown.
    pub(super) fn is_watched(&self, expr: &Typed) -> bool {
        let mut watched = self.watched.iter();
        watched.any(|watched| std::ptr::eq(watched.expr, expr))
    }

    /// Whether a name stands for a value that the `expect` at hand shows.
    pub(super) fn is_side(&self, name: &str) -> bool {
        let mut names = self.watched.iter().map(|watched| &watched.name);
        names.any(|own| own.as_deref() == Some(name))
    }

    /// Binds the value of an expression that is watched to a name, if that is needed to read it
    /// again.
    pub(super) fn kept_for_report(&mut self, expr: &Typed, value: Expr) -> Expr {
        let position = self
            .watched
            .iter()
            .position(|watched| std::ptr::eq(watched.expr, expr) && watched.value.is_none());
        let Some(watched) = position.and_then(|position| self.watched.get(position)) else {
            return value;
        };
        let is_fixed = match value.plain() {
            Expr::List(items) => items.is_empty(),
            Expr::Dict(items) => items.is_empty(),
            Expr::Name(name) => !matches!(expr.kind, ExprKind::Var(_)) && frame::is_temporary(name),
            _ => value.is_constant(),
        };
        let (name, again, value) = if watched.is_quiet || is_fixed {
            (None, value.plain().clone(), value)
        } else {
            let name = self.side_name(watched.stem, &expr.ty);
            let bound = Expr::Walrus(name.clone(), Box::new(value));
            (Some(name.clone()), Expr::Name(name), bound)
        };
        if let Some(watched) = position.and_then(|position| self.watched.get_mut(position)) {
            watched.value = Some(again);
            watched.name = name;
        }
        value
    }

    /// Whether Python's checkers would conclude from a comparison that a value stays as it is:
    /// they do of enums and literal types.
    fn narrows(&self, cond: &Typed) -> bool {
        let mut found = false;
        walk::each_subexpr(cond, &mut |part| {
            if let ExprKind::Binary { op, left, right } | ExprKind::PyBinary { op, left, right } =
                &part.kind
                && operator::compare_op(*op).is_some()
            {
                found |= self.is_told_apart(&left.ty) || self.is_told_apart(&right.ty);
            }
        });
        found
    }

    fn is_told_apart(&self, ty: &Type) -> bool {
        match ty {
            Type::Literal(_) => true,
            Type::Handle(class, _) => self
                .externs
                .class(class)
                .is_some_and(|class| matches!(class.kind, ClassKind::Enum(_))),
            Type::Option(inner) => self.is_told_apart(inner),
            Type::Union(items) => items.iter().any(|item| self.is_told_apart(item)),
            _ => false,
        }
    }

    /// The source text of an expression in one line, shortened.
    fn label(&self, expr: &Typed) -> String {
        let mut sources = self.options.sources.iter();
        let source = sources.find(|(id, _)| *id == expr.span.source);
        let text = source.map_or("", |(_, source)| source.slice(expr.span));
        let mut label = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((cut, _)) = label.char_indices().nth(LABEL) {
            label.truncate(cut);
            label.push('…');
        }
        label
    }
}

/// Whether a condition binds a name, or reads one that statements before it bound.
fn binds(cond: &Expr, name: &str) -> bool {
    cond.any(&|part| match part {
        Expr::Walrus(bound, _) | Expr::Name(bound) => bound == name,
        _ => false,
    })
}

/// An expression without what only changes its type.
fn peeled(expr: &Typed) -> &Typed {
    match &expr.kind {
        ExprKind::Widen(inner) | ExprKind::Convert(inner) => peeled(inner),
        ExprKind::Check { value, .. } => peeled(value),
        _ => expr,
    }
}

/// Whether a condition is a comparison, or the contrary of one.
fn is_comparison(cond: &Typed) -> bool {
    let cond = peeled(cond);
    match &cond.kind {
        ExprKind::Unary {
            op: UnaryOp::Not,
            operand,
        } => is_comparison(operand),
        ExprKind::Binary { op, .. } | ExprKind::PyBinary { op, .. } => {
            operator::compare_op(*op).is_some()
        }
        _ => false,
    }
}

/// What a call is given that its text does not say: receiver and arguments.
fn given(call: &Typed) -> Vec<&Typed> {
    let mut out = Vec::new();
    for part in walk::children(call) {
        match &part.kind {
            // A method of a package: what it belongs to.
            ExprKind::PyAttr { object, .. } if matches!(call.kind, ExprKind::PyCall { .. }) => {
                out.push(&**object);
            }
            _ => out.push(part),
        }
    }
    out.retain(|part| {
        let is_code = matches!(
            part.kind,
            ExprKind::PyModule(_)
                | ExprKind::PyClass(_)
                | ExprKind::RecordClass(_)
                | ExprKind::Constructor { .. }
                | ExprKind::Query(_)
        );
        !is_code && !matches!(part.ty, Type::Fun(_) | Type::TypeOf(_)) && !expr::is_literal(part)
    });
    out
}

/// Whether an expression is a variable, or a field of one.
fn is_readable(expr: &Typed) -> bool {
    match &expr.kind {
        ExprKind::Var(_) => true,
        ExprKind::Field { object, .. } => object.ty != Type::ErrorValue && is_readable(object),
        ExprKind::Widen(inner) => is_readable(inner),
        _ => false,
    }
}

/// Whether evaluating an expression changes no variable and no field.
fn is_quiet(expr: &Typed) -> bool {
    let mut quiet = !walk::calls_functions(expr);
    walk::each_subexpr(expr, &mut |part| {
        quiet &= walk::is_plain(&part.kind) || matches!(part.kind, ExprKind::CallBuiltin { .. });
    });
    quiet
}
