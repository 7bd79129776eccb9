//! Empty literals beside values that say what they would hold: `if c then [] else [1]`.
//!
//! An empty literal by itself is a container of any; where it is one of several results, elements
//! or branches, the others decide.
//!
//! Spec: language.md §4.2, §21 (11).

use mochi_syntax::ast::{self, ArmBody, ExprKind as Ast};
use mochi_types::Type;

use crate::checker::Checker;
use crate::typed::Expr;

/// Whether the expression is a container literal without elements.
pub(crate) fn is_empty_literal(value: &ast::Expr) -> bool {
    match &value.kind {
        Ast::List(items) | Ast::Set(items) => items.is_empty(),
        Ast::Map(entries) | Ast::OMap(entries) => entries.is_empty(),
        Ast::Paren(inner) => is_empty_literal(inner),
        _ => false,
    }
}

/// The expression of an arm that is nothing but an empty literal.
pub(super) fn empty_arm(arm: &ast::Arm) -> Option<&ast::Expr> {
    match &arm.body {
        ArmBody::Expr(value) if is_empty_literal(value) => Some(value),
        _ => None,
    }
}

/// Whether an empty literal of type `empty` may be seen as one of type `other`.
pub(crate) fn takes_type(empty: &Type, other: &Type) -> bool {
    match (empty, other) {
        (empty, Type::Option(other)) => takes_type(empty, other),
        (Type::List(_), Type::List(_))
        | (Type::Set(_), Type::Set(_))
        | (Type::Map(..), Type::Map(..))
        | (Type::OMap(..), Type::OMap(..)) => true,
        _ => false,
    }
}

impl Checker<'_> {
    /// Types an empty literal again, as what a value beside it is.
    pub(super) fn like(&mut self, value: Expr, source: &ast::Expr, other: &Type) -> Expr {
        if is_empty_literal(source) && takes_type(&value.ty, other) {
            return self.expr(source, Some(other));
        }
        value
    }
}
