//! Arguments of packages' functions of which type checkers learn the types from nothing but
//! themselves: functions passed where a package does not say what it calls them with, and empty
//! containers that decide what a type variable is.
//!
//! Spec: language.md §19.1, §19.3 ("lambda").

use std::collections::BTreeSet;

use mochi_check::typed::{Expr, ExprKind, FunId, PyArg};
use mochi_types::{ExternFun, Param, ParamKind, Signature, Type};

/// Adds the lambdas among the arguments of a call of Python.
pub(super) fn lambdas(fun: &ExternFun, args: &[PyArg], found: &mut BTreeSet<FunId>) {
    for (arg, place) in args.iter().zip(places(args)) {
        if let Some(id) = lambda(&arg.value)
            && accepts(fun, &place, says_nothing)
        {
            found.insert(id);
        }
    }
}

/// The arguments, by their numbers, whose types decide what a type variable of the function is.
pub(super) fn generic_args(fun: &ExternFun, args: &[PyArg]) -> Vec<usize> {
    let places = places(args).into_iter().enumerate();
    let generic = places.filter(|(_, place)| accepts(fun, place, is_generic));
    generic.map(|(index, _)| index).collect()
}

/// Where an argument goes.
enum Place<'a> {
    At(usize),
    Named(&'a str),
}

fn places(args: &[PyArg]) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    let mut position = 0;
    for arg in args {
        if let Some(name) = &arg.name {
            places.push(Place::Named(name));
        } else {
            places.push(Place::At(position));
            position += 1;
        }
    }
    places
}

fn lambda(value: &Expr) -> Option<FunId> {
    match &inner(value).kind {
        ExprKind::Lambda(id) => Some(*id),
        _ => None,
    }
}

fn inner(value: &Expr) -> &Expr {
    match &value.kind {
        ExprKind::Widen(value) => inner(value),
        _ => value,
    }
}

/// Whether some overload's parameter for an argument is of such a type.
fn accepts(fun: &ExternFun, place: &Place<'_>, is_such: fn(&Type) -> bool) -> bool {
    let mut params = fun.overloads.iter().map(|one| param(one, place));
    params.any(|param| param.is_some_and(|param| is_such(&param.ty)))
}

fn param<'a>(signature: &'a Signature, place: &Place<'_>) -> Option<&'a Param> {
    let mut params = signature.params.iter();
    match place {
        Place::Named(name) => {
            params.find(|param| param.name.as_ref() == *name || param.kind == ParamKind::KwArgs)
        }
        Place::At(index) => {
            let takes_positions = |kind| {
                matches!(
                    kind,
                    ParamKind::PositionalOnly | ParamKind::Normal | ParamKind::VarArgs
                )
            };
            let positional: Vec<_> = params.filter(|param| takes_positions(param.kind)).collect();
            let rest = positional
                .last()
                .filter(|param| param.kind == ParamKind::VarArgs);
            positional.get(*index).or(rest).copied()
        }
    }
}

fn says_nothing(ty: &Type) -> bool {
    match ty {
        Type::Any | Type::PyObject | Type::AnyFun(_) => true,
        Type::Option(inner) => says_nothing(inner),
        _ => false,
    }
}

fn is_generic(ty: &Type) -> bool {
    match ty {
        Type::Param(_) => true,
        Type::List(inner) | Type::Set(inner) | Type::Option(inner) => is_generic(inner),
        Type::Map(key, value) => is_generic(key) || is_generic(value),
        _ => false,
    }
}
