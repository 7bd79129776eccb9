//! Operators on Mochi values; handles go to their methods.
//!
//! Spec: language.md §5.1, §18.14.

use mochi_base::Span;
use mochi_syntax::ast::{self, BinaryOp, ExprKind as Ast, UnaryOp};
use mochi_types::Type;

use super::{literal, unparenthesised};
use crate::checker::{Checker, error, expr};
use crate::relation::{Slot, converted};
use crate::report;
use crate::stmt::is_condition;
use crate::typed::{Expr, ExprKind};

/// A binary operation being typed.
pub(crate) struct Operands<'e> {
    pub(crate) op: BinaryOp,
    pub(crate) op_span: Span,
    pub(crate) left: Expr,
    pub(crate) right: Expr,
    pub(crate) right_source: &'e ast::Expr,
    pub(crate) span: Span,
}

impl Checker<'_> {
    pub(super) fn unary(
        &mut self,
        op: UnaryOp,
        operand: &ast::Expr,
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let typed = self.expr(operand, None);
        let typed = self.present(typed);
        let typed = match typed.ty {
            Type::ErrorValue if op != UnaryOp::Not => converted(typed, &Type::Int),
            _ if op == UnaryOp::Not => self.truth(typed),
            _ => typed,
        };
        let ty = match (op, typed.ty.widened()) {
            (_, Type::Error) => return error(span),
            (UnaryOp::Not, Type::Bool | Type::Any | Type::Never) => Type::Bool,
            (UnaryOp::Neg, ty) if ty.is_number() || ty == Type::Any => ty,
            (UnaryOp::Invert, ty) if ty.is_integer() || ty == Type::Any => ty,
            (UnaryOp::Neg | UnaryOp::Invert, _) if is_python(&typed.ty) => {
                return self.python_unary(op, typed, span);
            }
            (_, ty) => {
                let mut diagnostic = report::unsupported_operator(span);
                if op == UnaryOp::Not
                    && let Some(note) = self.logic_advice("!", &[&ty])
                {
                    diagnostic = diagnostic.with_note(note);
                }
                return self.fail(diagnostic, span);
            }
        };
        let literal = match (op, &operand.kind, expected) {
            (UnaryOp::Neg, Ast::Int(value), Some(expected)) => value
                .checked_neg()
                .map(mochi_types::Literal::Int)
                .filter(|literal| literal::accepts(expected, literal)),
            _ => None,
        };
        let ty = literal.map_or(ty, Type::Literal);
        let operand = Box::new(typed);
        expr(ExprKind::Unary { op, operand }, ty, span)
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        match op {
            BinaryOp::And | BinaryOp::Or => return self.logic(op, op_span, left, right, span),
            BinaryOp::Coalesce => return self.coalesce(op_span, left, right, span, expected),
            _ => {}
        }
        let hint = expected.filter(|ty| matches!(ty, Type::List(_) | Type::Set(_)));
        let hint = hint.filter(|_| joins_lists(op) && is_fresh_list(left));
        let rows = self.rows_beside(op, left, right);
        let mut left_typed = self.expr(left, hint.or(rows.as_ref()));
        let compares = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
        if !compares {
            left_typed = self.present(left_typed);
        }
        let hint = match &left_typed.ty {
            ty @ (Type::List(_) | Type::Set(_)) if joins_lists(op) && is_fresh_list(right) => {
                Some(ty.clone())
            }
            ty @ Type::Literal(_) if is_comparison(op) => Some(ty.clone()),
            ty @ (Type::Map(..) | Type::OMap(..) | Type::Anon(_) | Type::Named(_))
                if matches!(op, BinaryOp::Eq | BinaryOp::Ne) =>
            {
                Some(ty.clone())
            }
            _ => None,
        };
        // A hint that does not fit would hide that the operands do not fit together.
        let hint = hint.filter(|hint| {
            self.trial(|checker| checker.expr(right, Some(hint)))
                .is_ok()
        });
        let mut right_typed = self.expr(right, hint.as_ref());
        // Beside what may be none itself an entry is compared as it is.
        if !compares || !holds_none(&left_typed.ty) {
            right_typed = self.present(right_typed);
        } else if !holds_none(&right_typed.ty) {
            left_typed = self.present(left_typed);
        }
        let operands = Operands {
            op,
            op_span,
            left: left_typed,
            right: right_typed,
            right_source: right,
            span,
        };
        if operands.left.ty == Type::Error || operands.right.ty == Type::Error {
            // Of a handle even a comparison may give anything.
            return error(span);
        }
        match op {
            BinaryOp::Eq | BinaryOp::Ne => self.equality(operands),
            _ if is_python(&operands.left.ty) || is_python(&operands.right.ty) => {
                self.python_binary(operands)
            }
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => self.order(operands),
            BinaryOp::In => self.membership(operands),
            BinaryOp::Union | BinaryOp::UnionAll | BinaryOp::Except | BinaryOp::Intersect => {
                self.set_operation(operands)
            }
            _ => self.arithmetic(operands),
        }
    }

    /// What a map literal on the left builds when records, or lists of them, are on the right.
    fn rows_beside(&mut self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr) -> Option<Type> {
        let is_map = |item: &ast::Expr| matches!(unparenthesised(item).kind, Ast::Map(_));
        let rows = match &unparenthesised(left).kind {
            Ast::Map(_) => matches!(op, BinaryOp::In | BinaryOp::Eq | BinaryOp::Ne),
            Ast::List(items) => joins_lists(op) && items.iter().any(is_map),
            _ => false,
        };
        if !rows || is_map(right) {
            return None;
        }
        let (beside, _) = self.attempt(|checker| checker.expr(right, None).ty);
        let wanted = match &beside {
            Type::List(item) | Type::Set(item) if op == BinaryOp::In => &**item,
            other => other,
        };
        let record = match wanted {
            Type::List(item) | Type::Set(item) | Type::Option(item) => &**item,
            other => other,
        };
        let known = match record {
            Type::Anon(_) => true,
            Type::Named(decl) => self.decls.record(decl.id).is_some(),
            _ => false,
        };
        let wanted = Some(wanted.clone()).filter(|_| known)?;
        self.trial(|checker| checker.expr(left, Some(&wanted)))
            .is_ok()
            .then_some(wanted)
    }

    fn logic(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Expr {
        let typed_left = self.expr(left, Some(&Type::Bool));
        let typed_left = self.truth(typed_left);
        let facts = self.facts(left);
        let known = if op == BinaryOp::And {
            facts.yes
        } else {
            facts.no
        };
        let typed_right = self.narrowing(&known, |checker| checker.expr(right, Some(&Type::Bool)));
        let typed_right = self.truth(typed_right);
        if !is_condition(&typed_left.ty) || !is_condition(&typed_right.ty) {
            let (left, right) = (self.show(&typed_left.ty), self.show(&typed_right.ty));
            let diagnostic = report::operator(op.text(), &left, &right, op_span);
            let note = self.logic_advice(op.text(), &[&typed_left.ty, &typed_right.ty]);
            self.report(diagnostic.with_notes(note));
        }
        let kind = ExprKind::Binary {
            op,
            left: Box::new(typed_left),
            right: Box::new(typed_right),
        };
        expr(kind, Type::Bool, span)
    }

    fn coalesce(
        &mut self,
        op_span: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let hint = expected.map(|ty| Type::option(ty.clone()));
        let typed = self.expr(
            left,
            hint.as_ref().filter(|_| matches!(left.kind, Ast::None)),
        );
        let inner = match &typed.ty {
            Type::Option(inner) => (**inner).clone(),
            Type::Error => {
                self.expr(right, None);
                return error(span);
            }
            Type::Any => Type::Any,
            Type::None => Type::Never,
            other => {
                let other = other.clone();
                let right = self.expr(right, None);
                let (left, right) = (self.show(&other), self.show(&right.ty));
                return self.fail(report::operator("??", &left, &right, op_span), span);
            }
        };
        let hint = if inner == Type::Never {
            expected
        } else {
            Some(&inner)
        };
        let other = self.expr(right, hint.filter(|ty| **ty != Type::Any));
        let live = crate::alias::is_live(right);
        let ty = if inner == Type::Any {
            Some(Type::Any)
        } else if !live && self.fits(&other.ty, &inner) {
            Some(inner.clone())
        } else {
            self.join(&inner, &other.ty)
        };
        let Some(ty) = ty else {
            let (left, right) = (self.show(&typed.ty), self.show(&other.ty));
            return self.fail(report::operator("??", &left, &right, op_span), span);
        };
        let other = self.adapt(other, &ty);
        let kind = ExprKind::Binary {
            op: BinaryOp::Coalesce,
            left: Box::new(typed),
            right: Box::new(other),
        };
        expr(kind, ty, span)
    }

    fn equality(&mut self, operands: Operands<'_>) -> Expr {
        let (left, right) = (operands.left.ty.clone(), operands.right.ty.clone());
        if left == Type::None || right == Type::None {
            let other = if right == Type::None { &left } else { &right };
            if !holds_none(other) && *other != Type::PyObject {
                let shown = self.show(other);
                let note = format!(
                    "a value of this type is never none; the type of one that may be is `{}`",
                    self.spell(&Type::option(other.widened()))
                );
                return self.fail(
                    report::none_comparison(&shown, operands.op_span).with_note(note),
                    operands.span,
                );
            }
            return built(operands, Type::Bool);
        }
        if is_python(&left) || is_python(&right) {
            return self.python_equality(operands);
        }
        let mixed = matches!(left, Type::Option(_)) != matches!(right, Type::Option(_));
        let plain = if matches!(left, Type::Option(_)) {
            &operands.right
        } else {
            &operands.left
        };
        if mixed && left != Type::Any && right != Type::Any && !is_narrowed(plain) {
            let shown = self.show(&plain.ty);
            let note = self.none_note(if matches!(left, Type::Option(_)) {
                &operands.left
            } else {
                &operands.right
            });
            return self.fail(
                report::none_comparison(&shown, operands.op_span).with_note(note),
                operands.span,
            );
        }
        if self.comparable(&left, &right) {
            if left.is_number() || right.is_number() {
                return built(with_codes(operands), Type::Bool);
            }
            return built(operands, Type::Bool);
        }
        self.fail(report::incomparable(operands.op_span), operands.span)
    }

    /// Whether `==` may compare values of these types.
    pub(crate) fn comparable(&self, left: &Type, right: &Type) -> bool {
        let (a, b) = (number_of_error(left), number_of_error(right));
        let numbers = a.is_number() && b.is_number();
        let cx = self.cx();
        numbers
            || self.join(&a, &b).is_some()
            || cx.is_subtype(&a, &b)
            || cx.is_subtype(&b, &a)
            || matches!((&a, &b), (Type::Option(x), Type::Option(y)) if self.comparable(x, y))
    }

    fn order(&mut self, operands: Operands<'_>) -> Expr {
        let operands = with_codes(operands);
        let (left, right) = (operands.left.ty.widened(), operands.right.ty.widened());
        if self.cx().is_ordered(&left, &right) {
            return built(operands, Type::Bool);
        }
        let mut diagnostic = report::incomparable(operands.op_span);
        if matches!(left, Type::Option(_)) || matches!(right, Type::Option(_)) {
            diagnostic = diagnostic.with_notes(self.operand_note(&operands));
        } else if matches!(&operands.left.kind, ExprKind::Binary { op, .. } if is_comparison(*op)) {
            diagnostic = diagnostic.with_note("comparisons do not chain: write `a < b && b < c`");
        } else if let Some(note) = self.union_note(&left).or_else(|| self.union_note(&right)) {
            diagnostic = diagnostic.with_note(note);
        }
        self.fail(diagnostic, operands.span)
    }

    /// How to get at the members of a union.
    pub(crate) fn union_note(&self, ty: &Type) -> Option<String> {
        let Type::Union(members) = ty else {
            return None;
        };
        let first = self.show(members.first()?);
        Some(format!(
            "one of several types: `match` it by type patterns (`x: {first} => …`), or say which it \
             is with `as {first}`"
        ))
    }

    fn membership(&mut self, operands: Operands<'_>) -> Expr {
        let item = operands.left.ty.widened();
        let fits = match operands.right.ty.widened() {
            Type::Any => true,
            Type::List(element) | Type::Set(element) => self.comparable(&item, &element),
            Type::Map(key, _) | Type::OMap(key, _) => self.comparable(&item, &key),
            Type::Str => matches!(item, Type::Str | Type::Any),
            Type::Bytes => matches!(item, Type::Bytes | Type::Any) || item.is_integer(),
            Type::Tuple(parts) => parts.iter().any(|part| self.comparable(&item, part)),
            _ => false,
        };
        if fits {
            if let Type::Set(key) | Type::Map(key, _) | Type::OMap(key, _) = &operands.right.ty {
                self.note_open_key(&operands.left.ty, key, operands.left.span);
            }
            return built(operands, Type::Bool);
        }
        let mut diagnostic = report::incomparable(operands.op_span);
        if matches!(operands.right.ty, Type::Option(_)) {
            diagnostic = diagnostic.with_notes(self.operand_note(&operands));
        } else if let Some(note) = self.union_note(&operands.right.ty) {
            diagnostic = diagnostic.with_note(note);
        }
        self.fail(diagnostic, operands.span)
    }

    fn set_operation(&mut self, operands: Operands<'_>) -> Expr {
        let ty = match (&operands.left.ty, &operands.right.ty) {
            (Type::Any, _) | (_, Type::Any) => Some(Type::Any),
            (Type::List(a), Type::List(b)) => self.join(a, b).map(Type::list),
            (Type::Set(a), Type::Set(b)) => self.join(a, b).map(Type::set),
            _ => None,
        };
        match ty {
            Some(ty) => built(operands, ty),
            None => self.bad_operator(&operands),
        }
    }

    fn arithmetic(&mut self, operands: Operands<'_>) -> Expr {
        let operands = with_codes(operands);
        let (left, right) = (operands.left.ty.widened(), operands.right.ty.widened());
        let bits = matches!(
            operands.op,
            BinaryOp::BitAnd
                | BinaryOp::BitOr
                | BinaryOp::BitXor
                | BinaryOp::Shl
                | BinaryOp::Shr
                | BinaryOp::FloorDiv
        );
        let ty = match (&left, &right) {
            (Type::Never, _) | (_, Type::Never) => Some(Type::Never),
            (Type::Str, Type::Str | Type::Any) | (Type::Any, Type::Str)
                if operands.op == BinaryOp::Add =>
            {
                Some(Type::Str)
            }
            (Type::Any, other) | (other, Type::Any)
                if *other == Type::Any
                    || other.is_number()
                    || (operands.op == BinaryOp::Add && joinable(other)) =>
            {
                Some(Type::Any)
            }
            (Type::Bytes, Type::Bytes) if operands.op == BinaryOp::Add => Some(Type::Bytes),
            (Type::List(a), Type::List(b)) if operands.op == BinaryOp::Add => {
                self.join(a, b).map(Type::list)
            }
            _ if operands.op == BinaryOp::MatMul => None,
            (a, b) if bits && !(a.is_integer() && b.is_integer()) => None,
            (a, b) if a.is_number() && b.is_number() => self.cx().join_numbers(a, b),
            _ => None,
        };
        match ty {
            Some(ty) => built(operands, ty),
            None => self.bad_operator(&operands),
        }
    }

    /// What helps with the first operand that may be none.
    fn operand_note(&self, operands: &Operands<'_>) -> Option<String> {
        let mut sides = [&operands.left, &operands.right].into_iter();
        let side = sides.find(|side| matches!(side.ty, Type::Option(_)));
        side.map(|side| self.none_note(side))
    }

    /// Reports that an operator does not take its operands.
    pub(crate) fn bad_operator(&mut self, operands: &Operands<'_>) -> Expr {
        let (left, right) = (self.show(&operands.left.ty), self.show(&operands.right.ty));
        let op = operands.op.text();
        let mut diagnostic = report::operator(op, &left, &right, operands.op_span);
        let optional = |ty: &Type| matches!(ty, Type::Option(_) | Type::None);
        let union = self.union_note(&operands.left.ty);
        let union = union.or_else(|| self.union_note(&operands.right.ty));
        if optional(&operands.left.ty) || optional(&operands.right.ty) {
            diagnostic = diagnostic.with_notes(self.operand_note(operands));
        } else if let Some(note) = union {
            diagnostic = diagnostic.with_note(note);
        } else if is_union(operands.op)
            && matches!(operands.right_source.kind, Ast::Query(_))
            && !matches!(operands.left.ty, Type::List(_) | Type::Set(_))
        {
            diagnostic = diagnostic.with_note(format!(
                "what a query selects reaches to its end: `(from … select e) {op} (from … select e)` \
                 joins two queries"
            ));
        } else if operands.left.ty.widened() == Type::Str
            && matches!(operands.op, BinaryOp::Mul | BinaryOp::Rem)
        {
            diagnostic = diagnostic.with_note(if operands.op == BinaryOp::Mul {
                "`repeat(s, n)` repeats a text"
            } else {
                "f\"{x:.2f}\" inserts values into a text"
            });
        } else if operands.op == BinaryOp::Add
            && (operands.left.ty == Type::Str || operands.right.ty == Type::Str)
        {
            diagnostic = diagnostic
                .with_note("make a string of the other side with `str(…)`, or write f\"…\"");
        }
        self.fail(diagnostic, operands.span)
    }

    /// Types a value for a slot where `==` and patterns compare with it.
    pub(crate) fn comparand(&mut self, value: &ast::Expr, with: &Type) -> Expr {
        let typed = self.expr(value, Some(with));
        let inner = match with {
            Type::Option(inner) => (**inner).clone(),
            other => other.clone(),
        };
        let fits = typed.ty == Type::Error
            || inner == Type::Error
            || self.comparable(&typed.ty, &inner)
            || self.cx().is_subtype(&typed.ty, &inner);
        if !fits {
            self.misfit(&typed.ty, with, Slot::Value, value.span);
        }
        typed
    }
}

/// Whether a value is an option that is known not to be none here.
fn is_narrowed(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Widen(inner) => {
            matches!(inner.kind, ExprKind::Var(_)) && matches!(inner.ty, Type::Option(_))
        }
        _ => false,
    }
}

/// The operation with its result.
pub(crate) fn built(operands: Operands<'_>, ty: Type) -> Expr {
    let kind = ExprKind::Binary {
        op: operands.op,
        left: Box::new(operands.left),
        right: Box::new(operands.right),
    };
    expr(kind, ty, operands.span)
}

/// Whether operators on a value of that type are methods of its Python class.
pub(crate) fn is_python(ty: &Type) -> bool {
    match ty {
        Type::Handle(..)
        | Type::TypeOf(_)
        | Type::Module(_)
        | Type::Extern(_)
        | Type::Iterator(_)
        | Type::AsyncIterator(_)
        | Type::Literal(mochi_types::Literal::Member(..)) => true,
        Type::Param(param) => param.bound.as_ref().is_some_and(is_python),
        _ => false,
    }
}

/// The operands with `error` values replaced by their codes.
fn with_codes(operands: Operands<'_>) -> Operands<'_> {
    let code = |value: Expr| match value.ty {
        Type::ErrorValue => converted(value, &Type::Int),
        _ => value,
    };
    Operands {
        left: code(operands.left),
        right: code(operands.right),
        ..operands
    }
}

fn number_of_error(ty: &Type) -> Type {
    match ty {
        Type::ErrorValue => Type::Int,
        other => other.clone(),
    }
}

fn joinable(ty: &Type) -> bool {
    matches!(ty, Type::Bytes | Type::List(_))
}

fn joins_lists(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Add
            | BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Union
            | BinaryOp::UnionAll
            | BinaryOp::Except
            | BinaryOp::Intersect
    )
}

fn is_union(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Union | BinaryOp::UnionAll | BinaryOp::Except | BinaryOp::Intersect
    )
}

fn is_fresh_list(value: &ast::Expr) -> bool {
    matches!(value.kind, Ast::List(_) | Ast::Set(_))
}

fn is_comparison(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge
            | BinaryOp::In
    )
}

/// Whether a value may be none.
fn holds_none(ty: &Type) -> bool {
    matches!(ty, Type::Option(_) | Type::None | Type::Any)
}
