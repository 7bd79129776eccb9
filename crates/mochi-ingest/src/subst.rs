//! Replacing type variables by types.

use std::rc::Rc;

use mochi_surface::{
    Parameter, ParameterKind, PyType, Signature, SkipReason, TypeVar, TypeVarKind,
};

/// Types for variables, by the variables' ids.
pub(crate) type Bindings = Vec<(Rc<str>, PyType)>;

/// Pairs variables with arguments. What has no argument takes its default, else `Any`.
pub(crate) fn bind(vars: &[Rc<TypeVar>], arguments: &[PyType]) -> Bindings {
    let tuple_at = vars.iter().position(|var| var.kind == TypeVarKind::Tuple);
    let mut bindings: Bindings = Vec::with_capacity(vars.len());
    for (at, var) in vars.iter().enumerate() {
        let argument = match tuple_at {
            Some(tuple) if at == tuple => Some(PyType::Unknown(SkipReason::TypeVarTuple)),
            Some(tuple) if at > tuple => {
                let from_end = vars.len() - at;
                arguments
                    .len()
                    .checked_sub(from_end)
                    .and_then(|at| arguments.get(at))
                    .cloned()
            }
            _ => arguments.get(at).cloned(),
        };
        let ty = match argument {
            Some(argument) => argument,
            None => match &var.default {
                Some(default) => substitute(default, &bindings),
                None if var.kind == TypeVarKind::ParamSpec => {
                    PyType::Unknown(SkipReason::ParamSpec)
                }
                None => PyType::Any,
            },
        };
        bindings.push((var.id.clone(), ty));
    }
    bindings
}

/// The type with every bound variable replaced.
pub(crate) fn substitute(ty: &PyType, bindings: &Bindings) -> PyType {
    if bindings.is_empty() {
        return ty.clone();
    }
    let all = |types: &[PyType]| -> Rc<[PyType]> {
        types.iter().map(|ty| substitute(ty, bindings)).collect()
    };
    match ty {
        PyType::Var(var) => bindings
            .iter()
            .find(|(id, _)| *id == var.id)
            .map_or_else(|| ty.clone(), |(_, ty)| ty.clone()),
        PyType::Class(name, arguments) if !arguments.is_empty() => {
            PyType::Class(name.clone(), all(arguments))
        }
        PyType::Tuple(elements) => PyType::Tuple(all(elements)),
        PyType::VariadicTuple(element) => {
            PyType::VariadicTuple(Rc::new(substitute(element, bindings)))
        }
        PyType::Union(members) => {
            PyType::union(members.iter().map(|member| substitute(member, bindings)))
        }
        PyType::Callable(params, ret) => {
            let ret = substitute(ret, bindings);
            if params
                .iter()
                .any(|param| is_replaced_param_spec(param, bindings))
            {
                return PyType::AnyCallable(Rc::new(ret));
            }
            let params = params
                .iter()
                .map(|param| substitute_param(param, bindings))
                .collect();
            PyType::Callable(params, Rc::new(ret))
        }
        PyType::AnyCallable(ret) => PyType::AnyCallable(Rc::new(substitute(ret, bindings))),
        PyType::TypeOf(inner) => match substitute(inner, bindings) {
            PyType::Union(members) => PyType::union(
                members
                    .iter()
                    .map(|member| PyType::TypeOf(Rc::new(member.clone()))),
            ),
            inner => PyType::TypeOf(Rc::new(inner)),
        },
        _ => ty.clone(),
    }
}

fn substitute_param(param: &Parameter, bindings: &Bindings) -> Parameter {
    Parameter {
        ty: substitute(&param.ty, bindings),
        ..param.clone()
    }
}

/// Whether the parameter stands for a `ParamSpec` that the bindings replace.
fn is_replaced_param_spec(param: &Parameter, bindings: &Bindings) -> bool {
    match &param.ty {
        PyType::Var(var) => {
            var.kind == TypeVarKind::ParamSpec && bindings.iter().any(|(id, _)| *id == var.id)
        }
        _ => false,
    }
}

/// The signature with every bound variable replaced.
pub(crate) fn substitute_signature(signature: &Signature, bindings: &Bindings) -> Signature {
    Signature {
        type_vars: signature
            .type_vars
            .iter()
            .filter(|var| !bindings.iter().any(|(id, _)| *id == var.id))
            .cloned()
            .collect(),
        params: signature
            .params
            .iter()
            .map(|param| substitute_param(param, bindings))
            .collect(),
        ret: substitute(&signature.ret, bindings),
        is_async: signature.is_async,
    }
}

/// The marker that `Callable[P, R]` carries for `P` while decorators are applied.
pub(crate) fn param_spec_marker(var: &Rc<TypeVar>) -> Parameter {
    Parameter {
        name: var.name.clone(),
        kind: ParameterKind::VarArgs,
        ty: PyType::Var(var.clone()),
        has_default: false,
    }
}

/// Whether a type mentions a variable.
pub(crate) fn mentions_var(ty: &PyType) -> bool {
    match ty {
        PyType::Var(_) => true,
        PyType::Class(_, inner) | PyType::Tuple(inner) | PyType::Union(inner) => {
            inner.iter().any(mentions_var)
        }
        PyType::VariadicTuple(inner) | PyType::AnyCallable(inner) | PyType::TypeOf(inner) => {
            mentions_var(inner)
        }
        PyType::Callable(params, ret) => {
            mentions_var(ret) || params.iter().any(|param| mentions_var(&param.ty))
        }
        _ => false,
    }
}

/// How deep a type nests, counted from `depth`.
pub(crate) fn nesting(ty: &PyType, depth: u32) -> u32 {
    let depth = depth + 1;
    let deepest = |types: &[PyType]| types.iter().map(|ty| nesting(ty, depth)).max();
    match ty {
        PyType::Class(_, inner) | PyType::Tuple(inner) | PyType::Union(inner) => {
            deepest(inner).unwrap_or(depth)
        }
        PyType::VariadicTuple(inner) | PyType::AnyCallable(inner) | PyType::TypeOf(inner) => {
            nesting(inner, depth)
        }
        PyType::Callable(params, ret) => params
            .iter()
            .map(|param| nesting(&param.ty, depth))
            .max()
            .unwrap_or(depth)
            .max(nesting(ret, depth)),
        _ => depth,
    }
}
