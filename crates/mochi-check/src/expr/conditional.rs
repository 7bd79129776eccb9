//! `if` as an expression.
//!
//! Spec: language.md §4.3, §5.2.

use mochi_base::Span;
use mochi_syntax::ast;
use mochi_types::Type;

use super::empty::is_empty_literal;
use crate::checker::{Checker, expr};
use crate::generic::has_infer;
use crate::relation::Slot;
use crate::typed::{Expr, ExprKind};

impl Checker<'_> {
    pub(super) fn if_expr(
        &mut self,
        cond: &ast::Expr,
        then: &ast::Expr,
        otherwise: Option<&ast::Expr>,
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let wanted = expected.filter(|ty| !has_infer(ty));
        let typed_cond = self.condition(cond);
        let facts = self.facts(cond);
        let mut typed = self.narrowing(&facts.yes, |checker| checker.branch(then, wanted));
        let Some(otherwise) = otherwise else {
            let ty = Type::option(typed.ty.clone());
            typed = self.adapt(typed, &ty);
            let kind = ExprKind::If {
                cond: Box::new(typed_cond),
                then: Box::new(typed),
                otherwise: None,
            };
            return expr(kind, ty, span);
        };
        let mut other = self.narrowing(&facts.no, |checker| checker.branch(otherwise, wanted));
        if is_empty_literal(then) {
            typed = self.like(typed, then, &other.ty);
        } else {
            other = self.like(other, otherwise, &typed.ty);
        }
        let ty = if let Some(ty) = self.join(&typed.ty, &other.ty) {
            ty
        } else {
            self.misfit(&other.ty, &typed.ty, Slot::Value, otherwise.span);
            Type::Error
        };
        typed = self.settle(typed, then, &ty);
        other = self.settle(other, otherwise, &ty);
        let kind = ExprKind::If {
            cond: Box::new(typed_cond),
            then: Box::new(typed),
            otherwise: Some(Box::new(other)),
        };
        expr(kind, ty, span)
    }

    fn branch(&mut self, value: &ast::Expr, wanted: Option<&Type>) -> Expr {
        match wanted {
            Some(ty) => self.expect(value, ty, Slot::Value),
            None => self.expr(value, None),
        }
    }
}
