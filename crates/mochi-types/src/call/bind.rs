//! Which parameter takes which argument.
//!
//! Spec: language.md §18.5.

use std::rc::Rc;

use crate::member::without_underscore;
use crate::{CallArg, CallFault, Param, ParamKind, Signature};

/// The parameter of each argument, by index; or the fault, without suggestion.
pub(super) fn bind(signature: &Signature, args: &[CallArg<'_>]) -> Result<Vec<usize>, CallFault> {
    let params = &signature.params;
    let mut is_taken = vec![false; params.len()];
    let mut bound = Vec::with_capacity(args.len());
    let mut next = 0;
    for (arg, value) in args.iter().enumerate() {
        let taker = match &value.name {
            None => positional(params, &mut next).ok_or_else(|| too_many(params, args, arg))?,
            Some(name) => {
                let taker = named(params, name);
                taker.ok_or(CallFault::UnknownArgument {
                    arg,
                    suggestion: None,
                })?
            }
        };
        let variadic = params
            .get(taker)
            .is_some_and(|param| matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs));
        if let Some(slot) = is_taken.get_mut(taker) {
            let twice = if variadic { repeated(args, arg) } else { *slot };
            if twice {
                return Err(CallFault::DuplicateArgument { arg });
            }
            *slot = true;
        }
        bound.push(taker);
    }
    let missing: Vec<Rc<str>> = params
        .iter()
        .zip(&is_taken)
        .filter(|(param, is_taken)| {
            let variadic = matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs);
            !**is_taken && !param.has_default && !variadic
        })
        .map(|(param, _)| param.name.clone())
        .collect();
    if missing.is_empty() {
        Ok(bound)
    } else {
        Err(CallFault::MissingArguments { names: missing })
    }
}

/// The next parameter that takes an argument by position.
fn positional(params: &[Param], next: &mut usize) -> Option<usize> {
    while let Some(param) = params.get(*next) {
        match param.kind {
            ParamKind::PositionalOnly | ParamKind::Normal => {
                *next += 1;
                return Some(*next - 1);
            }
            ParamKind::VarArgs => return Some(*next),
            ParamKind::KeywordOnly | ParamKind::KwArgs => *next += 1,
        }
    }
    None
}

/// The parameter that takes an argument by name; a Mochi word may be written either way.
fn named(params: &[Param], name: &str) -> Option<usize> {
    let by_name = |name: &str| {
        params.iter().position(|param| {
            matches!(param.kind, ParamKind::Normal | ParamKind::KeywordOnly) && *param.name == *name
        })
    };
    by_name(name)
        .or_else(|| by_name(without_underscore(name)?))
        .or_else(|| by_name(&format!("{name}_")))
        .or_else(|| {
            params
                .iter()
                .position(|param| param.kind == ParamKind::KwArgs)
        })
}

/// Whether a named argument was given before under the same name.
fn repeated(args: &[CallArg<'_>], arg: usize) -> bool {
    let Some(name) = args.get(arg).and_then(|value| value.name.as_ref()) else {
        return false;
    };
    args.iter()
        .take(arg)
        .any(|earlier| earlier.name.as_ref() == Some(name))
}

fn too_many(params: &[Param], args: &[CallArg<'_>], arg: usize) -> CallFault {
    let by_position =
        |param: &&Param| matches!(param.kind, ParamKind::PositionalOnly | ParamKind::Normal);
    CallFault::TooMany {
        arg,
        expected: params.iter().filter(by_position).count(),
        got: args.iter().filter(|value| value.name.is_none()).count(),
    }
}

/// The parameter name nearest to an unknown argument.
pub(super) fn suggestion(signature: &Signature, name: &str) -> Option<Rc<str>> {
    let names = signature
        .params
        .iter()
        .filter(|param| matches!(param.kind, ParamKind::Normal | ParamKind::KeywordOnly))
        .map(|param| &*param.name);
    mochi_base::suggest::nearest(name, names).map(Rc::from)
}
