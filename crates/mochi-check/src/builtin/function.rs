//! `map`, `filter`, `reduce`.
//!
//! Spec: language.md §12.

use mochi_syntax::ast::{self, ExprKind as Ast};
use mochi_types::{Effects, FunType, Type};

use super::BuiltinCall;
use crate::checker::Checker;
use crate::expr::empty::is_empty_literal;
use crate::expr::unparenthesised;
use crate::relation::Slot;
use crate::typed::{Builtin, Expr};

impl Checker<'_> {
    pub(super) fn function_builtin(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        self.note_value_call();
        let list = self.next(call)?;
        let item = match &list {
            Type::List(item) => (**item).clone(),
            Type::Any => Type::Any,
            other => {
                let wanted = self.show(&Type::list(Type::Any));
                return self.wrong_kind(call, &wanted, other);
            }
        };
        match call.builtin {
            Builtin::Map => {
                let result = self.function(call, &[item], None)?;
                Some(Type::list(result))
            }
            Builtin::Filter => {
                self.function(call, &[item], Some(&Type::Bool))?;
                Some(list)
            }
            _ => self.reduce(call, &item),
        }
    }

    /// `reduce(xs, f, start)`: the start value decides what `f` accumulates.
    fn reduce(&mut self, call: &mut BuiltinCall<'_>, item: &Type) -> Option<Type> {
        let [function, start] = call.args.as_slice() else {
            return None;
        };
        let (function, start) = (*function, *start);
        let hint = self
            .accumulated(function)
            .filter(|_| is_empty_literal(start));
        let begin = self.expr(start, hint.as_ref());
        call.args.clear();
        let carried = begin.ty.widened();
        let arg = self.function_for(function, &[carried.clone(), item.clone()], None, 2);
        let Some((typed, result)) = arg else {
            call.values.push(begin);
            return None;
        };
        let joined = self.join(&carried, &result);
        call.values.push(typed);
        if carried == Type::Error {
            return None;
        }
        if let Some(ty) = joined {
            let begin = self.adapt(begin, &ty);
            call.values.push(begin);
            Some(ty)
        } else {
            self.misfit(&carried, &result, Slot::Argument(3), start.span);
            call.values.push(begin);
            None
        }
    }

    /// The type that a lambda writes for what it accumulates.
    fn accumulated(&mut self, function: &ast::Expr) -> Option<Type> {
        let Ast::Lambda(lambda) = &unparenthesised(function).kind else {
            return None;
        };
        let written = lambda.params.first()?.ty.clone()?;
        self.trial(|checker| checker.annotation(&written)).ok()
    }

    fn function(
        &mut self,
        call: &mut BuiltinCall<'_>,
        params: &[Type],
        result: Option<&Type>,
    ) -> Option<Type> {
        if call.args.is_empty() {
            return None;
        }
        let arg = call.args.remove(0);
        let number = call.values.len() + 1;
        let (typed, result) = self.function_for(arg, params, result, number)?;
        call.values.push(typed);
        Some(result)
    }

    /// Types a function argument: a lambda takes its parameters' types from `params`.
    fn function_for(
        &mut self,
        arg: &ast::Expr,
        params: &[Type],
        result: Option<&Type>,
        number: usize,
    ) -> Option<(Expr, Type)> {
        let wanted = Type::fun(params.to_vec(), result.cloned().unwrap_or(Type::Any));
        let typed = match &unparenthesised(arg).kind {
            Ast::Lambda(lambda) if !lambda.is_async => {
                let hint = FunType {
                    params: params.to_vec(),
                    result: Type::Any,
                    effects: Effects::NONE,
                    is_async: false,
                };
                self.lambda_for(lambda, arg.span, Some(&hint), result.cloned())
            }
            Ast::Name(_) => self.expr(arg, Some(&wanted)),
            _ => self.expr(arg, None),
        };
        let typed = self.instantiated(typed, &wanted);
        match &typed.ty {
            Type::Error => None,
            Type::Fun(fun) if !fun.is_async && self.fits(&typed.ty, &wanted) => {
                let result = fun.result.clone();
                Some((typed, result))
            }
            Type::Extern(_) | Type::TypeOf(_) if self.cx().is_passable(&typed.ty, &wanted) => {
                let given = match result {
                    Some(result) => result.clone(),
                    None => self.call_for(&typed, params)?.ret.ty,
                };
                let to = FunType {
                    params: params.to_vec(),
                    result: given.clone(),
                    effects: Effects::NONE,
                    is_async: false,
                };
                let adapted = self.adapter(&typed, &to);
                Some((adapted.unwrap_or(typed), given))
            }
            Type::AnyFun(result) => {
                let result = (**result).clone();
                Some((typed, result))
            }
            other => {
                let other = other.clone();
                self.misfit(&other, &wanted, Slot::Argument(number), arg.span);
                None
            }
        }
    }
}
