//! Operators where one side is a handle: methods of its class.
//!
//! Spec: language.md §18.3, §18.14.

use mochi_base::Span;
use mochi_syntax::ast::{BinaryOp, UnaryOp};
use mochi_types::Type;

use super::checked;
use crate::checker::{Checker, expr};
use crate::expr::operator::Operands;
use crate::report;
use crate::typed::{Expr, ExprKind};

impl Checker<'_> {
    /// `left op right` by the operands' methods.
    pub(crate) fn python_binary(&mut self, operands: Operands<'_>) -> Expr {
        let optional = |ty: &Type| matches!(ty, Type::Option(_) | Type::None);
        if optional(&operands.left.ty) {
            return self.bad_operator(&operands);
        }
        let (cx, op) = (self.cx(), operands.op.text());
        let by_all = (operands.right.ty == Type::Any)
            .then(|| cx.operator_on_any(&operands.left.ty, op))
            .flatten();
        let found = by_all.or_else(|| cx.operator(&operands.left.ty, op, &operands.right.ty));
        let literal = crate::expr::literal_value(operands.right_source).map(Type::Literal);
        let found = found.or_else(|| {
            let right = literal?;
            self.cx()
                .operator(&operands.left.ty, operands.op.text(), &right)
        });
        match found {
            Some(operation) => {
                let symbol = operation.symbol;
                checked(
                    built(operands, operation.out.ty.clone()),
                    operation.out,
                    symbol,
                )
            }
            // Python decides, as it does for all that is `any`.
            None if [&operands.left.ty, &operands.right.ty].contains(&&Type::Any) => {
                built(operands, Type::Any)
            }
            None => self.bad_operator(&operands),
        }
    }

    /// `==` and `!=`: the declared method, else identity.
    pub(crate) fn python_equality(&mut self, operands: Operands<'_>) -> Expr {
        let (left, right) = (operands.left.ty.clone(), operands.right.ty.clone());
        let related = self.comparable(&left, &right)
            || left == Type::Any
            || right == Type::Any
            || self.counts_as_number(&left) && right.is_number()
            || self.counts_as_number(&right) && left.is_number();
        let (cx, op) = (self.cx(), operands.op.text());
        let found = cx.operator(&left, op, &right).map(|operation| {
            let is_open = operation.out.ty == Type::Any && !operation.reversed;
            let like_order = is_open.then(|| cx.equality_like_order(&left, op, &right));
            like_order.flatten().unwrap_or(operation)
        });
        match found {
            Some(operation) if related || operation.out.ty != Type::Bool => {
                let symbol = operation.symbol;
                checked(
                    built(operands, operation.out.ty.clone()),
                    operation.out,
                    symbol,
                )
            }
            _ if related => built(operands, Type::Bool),
            _ => {
                let mixed = matches!(left, Type::Option(_)) != matches!(right, Type::Option(_));
                if mixed {
                    let plain = if matches!(left, Type::Option(_)) {
                        &right
                    } else {
                        &left
                    };
                    let shown = self.show(plain);
                    let diagnostic = report::none_comparison(&shown, operands.op_span);
                    return self.fail(diagnostic, operands.span);
                }
                self.fail(report::incomparable(operands.op_span), operands.span)
            }
        }
    }

    /// Whether a handle is a number of its package's own (`Decimal`): it says its value.
    fn counts_as_number(&self, ty: &Type) -> bool {
        let says = |method: &str| self.cx().lookup_member(ty, method).is_some();
        matches!(ty, Type::Handle(..)) && (says("__float__") || says("__index__"))
    }

    /// Whether a handle is an integer of its package's own, as subscripts take it.
    pub(crate) fn is_foreign_integer(&self, ty: &Type) -> bool {
        matches!(ty, Type::Handle(..)) && self.cx().lookup_member(ty, "__index__").is_some()
    }

    /// Whether a handle says what it is as a number, or as a bool: `as` asks it.
    pub(crate) fn says_value(&self, from: &Type, to: &Type) -> bool {
        match to {
            Type::Bool => {
                is_named_bool(from) && self.cx().lookup_member(from, "__bool__").is_some()
            }
            to => to.is_number() && self.counts_as_number(from),
        }
    }

    /// `-h` and `~h`.
    pub(crate) fn python_unary(&mut self, op: UnaryOp, operand: Expr, span: Span) -> Expr {
        let found = self.cx().unary_operator(op.text(), &operand.ty);
        let Some(operation) = found else {
            return self.fail(report::unsupported_operator(span), span);
        };
        let kind = ExprKind::PyUnary {
            op,
            operand: Box::new(operand),
        };
        let value = expr(kind, operation.out.ty.clone(), span);
        checked(value, operation.out, operation.symbol)
    }
}

/// Whether a handle's class is named as bools are: what the run-time check goes by.
fn is_named_bool(ty: &Type) -> bool {
    matches!(ty, Type::Handle(class, _) if matches!(&*class.qualname, "bool" | "bool_"))
}

fn built(operands: Operands<'_>, ty: Type) -> Expr {
    let op = match operands.op {
        BinaryOp::UnionAll => BinaryOp::Union,
        op => op,
    };
    let kind = ExprKind::PyBinary {
        op,
        left: Box::new(operands.left),
        right: Box::new(operands.right),
    };
    expr(kind, ty, operands.span)
}
