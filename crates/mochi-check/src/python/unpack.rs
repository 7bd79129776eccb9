//! Values of Python where the program says more of them than their declaration does.
//!
//! Tuples: `tuple[T, ...]` is a list in Mochi. A binder `(a, b)` and a cast to a tuple type say the length:
//! then the border checks that length instead, and the value stays the tuple that it is.
//!
//! Bools of packages are asked for their value where a condition stands.
//!
//! Spec: language.md §18.6; bridge.md §6 (`tuple[T, ...]`, "What a check accepts").

use std::rc::Rc;

use mochi_types::{Check, ClassId, Out, Type};

use crate::checker::{Checker, expr};
use crate::relation::widened;
use crate::stmt::iterate::Elements;
use crate::typed::{Expr, ExprKind, PyArg};

/// A value of Python, without the check of its declared type; the value itself if there is none.
pub(crate) fn unchecked(value: Expr) -> Expr {
    match value.kind {
        ExprKind::Check { value, .. } => Expr {
            ty: Type::Any,
            ..*value
        },
        _ => value,
    }
}

impl Checker<'_> {
    /// A handle that can be iterated, as a tuple of `count` of its elements.
    pub(crate) fn taken_apart(&self, value: Expr, count: usize) -> Expr {
        if !matches!(value.ty, Type::Handle(..)) {
            return value;
        }
        let Some(element) = self.cx().iterate(&value.ty) else {
            return value;
        };
        let out = Out {
            ty: Type::Tuple(vec![element.ty; count].into()),
            check: Rc::new(Check::Tuple(vec![(*element.check).clone(); count].into())),
        };
        let symbol = Rc::from(self.show(&value.ty));
        let span = value.span;
        let class = ClassId::new("builtins", "tuple");
        let callee = expr(ExprKind::PyClass(class), Type::Any, span);
        let kind = ExprKind::PyCall {
            callee: Box::new(callee),
            args: vec![PyArg { name: None, value }],
            fun: None,
        };
        super::checked(expr(kind, Type::Any, span), out, symbol)
    }

    /// A condition: a bool of a package's own is asked for its value.
    pub(crate) fn truth(&self, value: Expr) -> Expr {
        if !self.says_value(&value.ty, &Type::Bool) {
            return value;
        }
        let span = value.span;
        let value = Box::new(widened(unchecked(value), &Type::Any));
        expr(ExprKind::Cast(value), Type::Bool, span)
    }
}

/// Whether a value is a Python tuple of any length, straight from Python.
pub(crate) fn is_open_tuple(value: &Expr) -> bool {
    matches!(&value.kind, ExprKind::Check { check, .. } if matches!(**check, Check::VariadicTuple(_)))
}

/// A Python tuple of any length as one of `count` parts.
pub(crate) fn of_length(value: Expr, count: usize) -> Expr {
    match &value.kind {
        ExprKind::Check {
            value: inner,
            check,
            symbol,
        } => match exact(&value.ty, check, count) {
            Some(out) => super::checked((**inner).clone(), out, Rc::clone(symbol)),
            None => value,
        },
        _ => value,
    }
}

/// The elements of an iterator of such tuples as tuples of `count` parts; answers their type.
pub(crate) fn items_of_length(source: &mut Expr, elements: &mut Elements, count: usize) {
    if let Some((check, symbol)) = &elements.check {
        if let Some(out) = exact(&elements.ty, check, count) {
            let symbol = Rc::clone(symbol);
            elements.ty = out.ty;
            elements.check = Some((out.check, symbol));
        }
        return;
    }
    if let ExprKind::Check { check, .. } = &mut source.kind
        && let Check::Iterator(item) = &**check
        && let Some(out) = exact(&elements.ty, item, count)
    {
        *check = Rc::new(Check::Iterator(out.check));
        source.ty = Type::Iterator(Rc::new(out.ty.clone()));
        elements.ty = out.ty;
    }
}

fn exact(ty: &Type, check: &Check, count: usize) -> Option<Out> {
    let (Type::List(item), Check::VariadicTuple(part)) = (ty, check) else {
        return None;
    };
    Some(Out {
        ty: Type::Tuple(vec![(**item).clone(); count].into()),
        check: Rc::new(Check::Tuple(vec![(**part).clone(); count].into())),
    })
}
