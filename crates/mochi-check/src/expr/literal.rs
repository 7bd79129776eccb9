//! Literals of scalar types.
//!
//! Spec: language.md §1, §18.7.

use std::rc::Rc;

use mochi_syntax::ast::{self, ExprKind as Ast, UnaryOp};
use mochi_types::{Literal, Type};

use super::unparenthesised;
use crate::checker::{Checker, error, expr};
use crate::typed::{Expr, ExprKind};

impl Checker<'_> {
    pub(super) fn literal(item: &ast::Expr, expected: Option<&Type>) -> Expr {
        let (kind, ty) = match &item.kind {
            Ast::Int(value) => (ExprKind::Int(*value), Type::Int),
            Ast::Float(value) => (ExprKind::Float(*value), Type::Float),
            Ast::Str(text) => (ExprKind::Str(Rc::clone(text)), Type::Str),
            Ast::Bytes(bytes) => (ExprKind::Bytes(Rc::clone(bytes)), Type::Bytes),
            Ast::Bool(value) => (ExprKind::Bool(*value), Type::Bool),
            Ast::None => (ExprKind::None, Type::None),
            _ => return error(item.span),
        };
        let ty = match (literal_value(item), expected) {
            (Some(literal), Some(expected)) if accepts(expected, &literal) => {
                Type::Literal(literal)
            }
            _ => ty,
        };
        expr(kind, ty, item.span)
    }
}

/// The value of an expression that is a literal, a negative integer included.
pub(crate) fn literal_value(item: &ast::Expr) -> Option<Literal> {
    match &unparenthesised(item).kind {
        Ast::Int(value) => Some(Literal::Int(*value)),
        Ast::Str(text) => Some(Literal::Str(Rc::clone(text))),
        Ast::Bytes(bytes) => Some(Literal::Bytes(Rc::clone(bytes))),
        Ast::Bool(value) => Some(Literal::Bool(*value)),
        Ast::Unary {
            op: UnaryOp::Neg,
            operand,
        } => match &operand.kind {
            Ast::Int(value) => value.checked_neg().map(Literal::Int),
            _ => None,
        },
        _ => None,
    }
}

/// Whether `literal` is one of the literal types in `expected`.
pub(crate) fn accepts(expected: &Type, literal: &Literal) -> bool {
    match expected {
        Type::Literal(one) => one == literal,
        Type::Option(inner) => accepts(inner, literal),
        Type::Union(members) => members.iter().any(|member| accepts(member, literal)),
        _ => false,
    }
}
