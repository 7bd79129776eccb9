//! Builtins on numbers.
//!
//! Spec: language.md §12.

use mochi_types::Type;

use super::BuiltinCall;
use crate::checker::Checker;
use crate::relation::converted;
use crate::typed::Builtin;

impl Checker<'_> {
    pub(super) fn number_builtin(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        match call.builtin {
            Builtin::Int | Builtin::Float => {
                let result = if call.builtin == Builtin::Int {
                    Type::Int
                } else {
                    Type::Float
                };
                let ty = self.next(call)?;
                if ty == Type::ErrorValue
                    && let Some(error) = call.values.pop()
                {
                    call.values.push(converted(error, &Type::Int));
                }
                if is_number(&ty)
                    || ty.widened() == Type::Str
                    || self.converts_itself(&ty, call.builtin)
                {
                    return Some(result);
                }
                self.wrong_kind(call, "number or string", &ty)
            }
            Builtin::Ceil | Builtin::Floor => {
                self.number(call)?;
                Some(Type::Int)
            }
            Builtin::Sqrt => {
                self.number(call)?;
                Some(Type::Float)
            }
            Builtin::Num | Builtin::Denom => {
                self.number(call)?;
                Some(Type::BigInt)
            }
            Builtin::Round => {
                let ty = self.number(call)?;
                if call.args.is_empty() {
                    return Some(ty);
                }
                self.next_as(call, &Type::Int)?;
                Some(if ty == Type::Any { ty } else { Type::Float })
            }
            Builtin::Pow => {
                let (a, b) = (self.number(call)?, self.number(call)?);
                if a == Type::Any || b == Type::Any {
                    return Some(Type::Any);
                }
                if a == Type::Float || b == Type::Float {
                    return Some(Type::Float);
                }
                self.cx().join_numbers(&a, &b)
            }
            Builtin::Range => {
                while !call.args.is_empty() {
                    self.next_as(call, &Type::Int)?;
                }
                Some(Type::list(Type::Int))
            }
            _ => self.number(call),
        }
    }

    /// Whether a Python value says how it becomes the number: `Decimal`, scalars of packages.
    fn converts_itself(&self, ty: &Type, builtin: Builtin) -> bool {
        let methods: &[&str] = match builtin {
            Builtin::Int => &["__int__", "__index__", "__trunc__"],
            _ => &["__float__", "__index__"],
        };
        matches!(ty.widened(), Type::Handle(..))
            && methods
                .iter()
                .any(|method| self.cx().lookup_member(ty, method).is_some())
    }

    /// The next argument, a number; `error` stands for its code.
    fn number(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        let ty = self.next(call)?;
        match ty.widened() {
            Type::ErrorValue => {
                if let Some(error) = call.values.pop() {
                    call.values.push(converted(error, &Type::Int));
                }
                Some(Type::Int)
            }
            wide if is_number(&wide) => Some(wide),
            // A Python class derived from `int` or `float`.
            wide @ Type::Handle(..) => {
                let numbers = [Type::Int, Type::Float];
                match numbers
                    .into_iter()
                    .find(|to| self.cx().is_passable(&wide, to))
                {
                    Some(number) => Some(number),
                    None => self.wrong_kind(call, "number", &ty),
                }
            }
            _ => self.wrong_kind(call, "number", &ty),
        }
    }
}

fn is_number(ty: &Type) -> bool {
    ty.is_number() || matches!(ty, Type::Any | Type::ErrorValue)
}
