//! Sharing: which expressions name storage that lives elsewhere, and when a slot of another type
//! must not share it.
//!
//! Spec: language.md §4.6 (T051, T052).

use mochi_base::Span;
use mochi_syntax::ast::{self, BinaryOp, ExprKind, Subscript};
use mochi_types::Type;

use crate::checker::Checker;
use crate::report;
use crate::scope::Binding;
use crate::typed::VarId;

/// Whether the expression names storage that something else refers to as well.
pub(crate) fn is_live(expr: &ast::Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(_) | ExprKind::Field { .. } | ExprKind::SafeField { .. } => true,
        ExprKind::SafeIndex { .. } => true,
        ExprKind::Index { subscripts, .. } => subscripts
            .iter()
            .all(|subscript| matches!(subscript, Subscript::Index(_))),
        ExprKind::Paren(inner) => is_live(inner),
        ExprKind::Cast { value, .. } => is_live(value),
        ExprKind::If {
            then, otherwise, ..
        } => is_live(then) || otherwise.as_deref().is_some_and(is_live),
        ExprKind::Binary {
            op: BinaryOp::Coalesce,
            left,
            right,
            ..
        } => is_live(left) || is_live(right),
        _ => false,
    }
}

/// Whether a container of type `from` would be seen as one with other elements in a slot of `to`.
pub(crate) fn conflict(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Option(from), Type::Option(to)) => conflict(from, to),
        (from, Type::Option(to)) => conflict(from, to),
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) => differ(a, b),
        (Type::Map(k, v), Type::Map(l, w)) | (Type::OMap(k, v), Type::OMap(l, w)) => {
            differ(k, l) || differ(v, w)
        }
        (Type::Tuple(a), Type::Tuple(b)) => a.iter().zip(b.iter()).any(|(a, b)| conflict(a, b)),
        _ => false,
    }
}

/// Whether two types differ in more than what calls of their functions may do.
fn differ(a: &Type, b: &Type) -> bool {
    a != b && a.without_effects() != b.without_effects()
}

impl Checker<'_> {
    /// Reports a `var` that would share the storage of a `let` (T051).
    pub(crate) fn check_alias(&mut self, value: &ast::Expr, ty: &Type) -> bool {
        let mut inner = value;
        while let ExprKind::Paren(next) = &inner.kind {
            inner = next;
        }
        if let ExprKind::Field { object, name } = &inner.kind
            && let Some(id) = self.shown_variable(object, name)
        {
            return self.check_alias_of(id, self.text(inner.span), value.span, ty);
        }
        let ExprKind::Name(name) = &inner.kind else {
            return false;
        };
        match self.lookup(name) {
            Some(Binding::Var(id)) => self.check_alias_of(id, name, value.span, ty),
            _ => false,
        }
    }

    fn check_alias_of(&mut self, id: VarId, shown: &str, span: Span, ty: &Type) -> bool {
        let aggregate = match ty {
            Type::List(_) | Type::Map(..) | Type::OMap(..) | Type::Set(_) | Type::Anon(_) => true,
            Type::Named(decl) => self.decls.record(decl.id).is_some(),
            _ => false,
        };
        let fixed = self.var(id).is_some_and(|var| !var.mutable);
        if aggregate && fixed {
            self.report(report::immutable_alias(shown, span));
        }
        aggregate && fixed
    }
}
