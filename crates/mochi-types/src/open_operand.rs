//! Operators whose operand is `any`, and comparisons whose class leaves their result open.
//!
//! `any` fits every parameter, so that with overloads no first one is right. What all of them give
//! is: if each gives the same class (or nothing that is known), the operator gives that class, with
//! `any` for the arguments in which they differ. Like every result it is checked when it arrives,
//! so that a guess too much is an error there and never a wrong type.
//!
//! Classes of arrays declare `==` as `Any`, because `object` declares it a bool. Where their `<`
//! gives a handle for the same operand, `==` gives that, checked.
//!
//! Spec: language.md §4.4, §18.14; bridge.md §6 ("Operators on handles").

use std::rc::Rc;

use crate::operator::{Operation, methods};
use crate::{ArgValue, BoundMember, CallArg, Context, ExternFun, Out, Type};

impl Context<'_> {
    /// `left op any` on a handle, where all overloads that may be meant give one class.
    pub fn operator_on_any(&self, left: &Type, op: &str) -> Option<Operation> {
        let (own, _) = methods(op)?;
        if !matches!(left, Type::Handle(..)) {
            return None;
        }
        let BoundMember::Method(fun) = self.lookup_member(left, own)? else {
            return None;
        };
        let mut found: Option<Out> = None;
        for signature in &fun.overloads {
            let alone = ExternFun {
                symbol: Rc::clone(&fun.symbol),
                overloads: vec![signature.clone()],
                doc: None,
                deprecated: None,
            };
            // `never` fits every parameter and says nothing of type variables.
            let args = [CallArg {
                name: None,
                value: ArgValue::Typed(Type::Never),
            }];
            let Ok(call) = self.resolve_call(&alone, Some(left), &args, None) else {
                continue;
            };
            if call.is_async {
                return None;
            }
            found = match (found, &call.ret.ty) {
                // What never comes back gives nothing.
                (before, Type::Any | Type::Never) => before,
                (None, Type::Handle(..)) => Some(call.ret),
                (Some(before), _) => Some(Out {
                    ty: joined(&before.ty, &call.ret.ty)?,
                    check: before.check,
                }),
                (None, _) => return None,
            };
        }
        Some(Operation {
            out: found?,
            reversed: false,
            symbol: Rc::clone(&fun.symbol),
        })
    }

    /// `left == right` where the declared result is `Any`: what `left < right` gives, if that is
    /// a handle.
    pub fn equality_like_order(&self, left: &Type, op: &str, right: &Type) -> Option<Operation> {
        if !matches!(left, Type::Handle(..)) {
            return None;
        }
        let order = if *right == Type::Any {
            self.operator_on_any(left, "<")
        } else {
            self.operator(left, "<", right)
        }?;
        // One bool for each element: of single values `==` is left as it is declared.
        let is_of_elements =
            matches!(order.out.ty, Type::Handle(..)) && self.iterate(&order.out.ty).is_some();
        if order.reversed || !is_of_elements {
            return None;
        }
        let (own, _) = methods(op)?;
        let symbol = match self.lookup_member(left, own)? {
            BoundMember::Method(fun) => Rc::clone(&fun.symbol),
            _ => return None,
        };
        Some(Operation { symbol, ..order })
    }
}

/// Two handles of one class as one, with `any` for the arguments in which they differ.
fn joined(a: &Type, b: &Type) -> Option<Type> {
    let (Type::Handle(class, left), Type::Handle(other, right)) = (a, b) else {
        return None;
    };
    if class != other || left.len() != right.len() {
        return None;
    }
    let args: Vec<Type> = left
        .iter()
        .zip(right.iter())
        .map(|(a, b)| {
            if a == b {
                a.clone()
            } else {
                joined(a, b).unwrap_or(Type::Any)
            }
        })
        .collect();
    Some(Type::Handle(class.clone(), args.into()))
}
