//! The aggregates `sum`, `avg`, `min` and `max`.
//!
//! Spec: language.md §10 (aggregates), §12.

use mochi_check::typed::{Builtin, Expr as Typed, ExprKind};
use mochi_types::Type;

use super::Lowerer;
use crate::py::{Arg, Expr};

impl<'a> Lowerer<'a> {
    /// An aggregate of the keys or values of a map, or of the elements of a set, for which they need
    /// no order.
    pub(super) fn aggregate_in_any_order(
        &mut self,
        builtin: Builtin,
        source: &'a Typed,
        whole: &'a Typed,
    ) -> Option<Expr> {
        let (Type::List(item) | Type::Set(item)) = &source.ty else {
            return None;
        };
        let is_call = matches!(source.kind, ExprKind::CallBuiltin { .. });
        if !is_call || !super::order::is_same_in_any_order(builtin, item) {
            return None;
        }
        let counts = matches!(builtin, Builtin::Len | Builtin::Count | Builtin::Exists);
        if !counts {
            let values = self.unordered(source, false)?;
            return Some(self.aggregate(builtin, values, &source.ty, &whole.ty));
        }
        let container = super::order::container(source)?;
        let function = if builtin == Builtin::Exists {
            "bool"
        } else {
            "len"
        };
        Some(Expr::call_name(function, [self.expr(container)]))
    }

    /// An aggregate of what a list, a group or the rows of a query hold.
    pub(super) fn aggregate(
        &mut self,
        builtin: Builtin,
        value: Expr,
        source: &Type,
        result: &Type,
    ) -> Expr {
        let (item, value) = match source {
            Type::List(item) | Type::Group(_, item) => match &**item {
                Type::Option(inner) => ((**inner).clone(), self.call_helper("present", [value])),
                _ => ((**item).clone(), value),
            },
            _ => (Type::Any, value),
        };
        let plain = |ty: &Type| {
            matches!(
                ty,
                Type::Int | Type::Int64 | Type::BigInt | Type::Float | Type::BigRat
            )
        };
        let zero = || match result {
            Type::Float => Expr::Float(0.0),
            _ => Expr::Int(0),
        };
        match builtin {
            Builtin::Sum if matches!(item, Type::Int | Type::Int64 | Type::BigInt) => {
                Expr::call_name("sum", [value])
            }
            Builtin::Sum if item == Type::Float => self.call_helper("float_sum", [value]),
            Builtin::Sum => self.call_helper("total", [value]),
            Builtin::Avg => self.call_helper("avg", [value]),
            Builtin::Min | Builtin::Max if plain(&item) => {
                let name = if builtin == Builtin::Min {
                    "min"
                } else {
                    "max"
                };
                extreme(name, value, zero())
            }
            Builtin::Min => self.call_helper("least", [value]),
            _ => self.call_helper("greatest", [value]),
        }
    }
}

/// `min` or `max` of numbers: a list that is written out gives its elements as arguments, and need
/// not be made.
fn extreme(name: &str, value: Expr, of_nothing: Expr) -> Expr {
    if let Some(items) = several_items(&value) {
        return Expr::call_name(name, items);
    }
    let args = vec![
        Arg { name: None, value },
        Arg {
            name: Some("default".to_string()),
            value: of_nothing,
        },
    ];
    Expr::Call(Box::new(Expr::name(name)), args)
}

/// The elements of a list with two or more that are written out.
fn several_items(list: &Expr) -> Option<Vec<Expr>> {
    match list {
        Expr::At(_, inner) => several_items(inner),
        Expr::List(items) => {
            let written = |item: &Expr| !matches!(item, Expr::Star(_) | Expr::Noted(..));
            (items.len() > 1 && items.iter().all(written)).then(|| items.clone())
        }
        _ => None,
    }
}
