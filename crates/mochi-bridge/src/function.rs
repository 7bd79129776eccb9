//! Functions and methods: parameters, results, overloads.
//!
//! A parameter outside the table that has a default is left out, and those after it can only be
//! given by name; one without a default is `any`. So every callable stays callable.
//!
//! Spec: bridge.md §6 (rules below the table); typing-spec "callables", "overloads".

use std::rc::Rc;

use mochi_surface::{
    ClassName, Function, Parameter, ParameterKind, Place, PyType, TypeVar, TypeVarKind,
};
use mochi_types::{Check, ExternFun, Param, ParamKind, Signature, Type};

use crate::Bridge;
use crate::callback::awaited;
use crate::site::{Site, out};

/// What the first parameter of a function is.
#[derive(Clone, Copy)]
pub(crate) enum Binding<'a> {
    /// An ordinary parameter.
    Free,
    /// The instance of this class.
    Instance(&'a ClassName),
    /// The class object.
    Class(&'a ClassName),
}

impl Bridge {
    /// A function with its overloads; none if it has none at all.
    pub(crate) fn map_function(
        &self,
        function: &Function,
        symbol: Rc<str>,
        binding: Binding<'_>,
    ) -> Option<ExternFun> {
        let mut overloads: Vec<Signature> = Vec::new();
        let mut open = Vec::new();
        for signature in &function.overloads {
            let mut site = Site::new(self, symbol.clone(), function.place.clone());
            let (signature, takes_outside) = site.signature(signature, binding);
            if takes_outside {
                open.push(signature);
                continue;
            }
            // What was left out may have been all that told two overloads apart: the first wins.
            let same = |known: &Signature| {
                known.params == signature.params && known.receiver == signature.receiver
            };
            if !overloads.iter().any(same) {
                overloads.push(signature);
            }
        }
        // An overload for something outside the table would accept what the others refuse.
        if overloads.is_empty() {
            overloads = open;
        }
        if overloads.is_empty() {
            return None;
        }
        Some(ExternFun {
            symbol,
            overloads,
            doc: function.doc.clone(),
            deprecated: function.deprecated.clone(),
        })
    }

    /// A function value of a module as a function. It binds the type variables it mentions.
    pub(crate) fn map_callable(
        &self,
        params: &Rc<[Parameter]>,
        ret: &Rc<PyType>,
        symbol: Rc<str>,
        place: Option<Place>,
    ) -> Option<ExternFun> {
        let mut type_vars = Vec::new();
        collect_variables(
            &PyType::Callable(params.clone(), ret.clone()),
            &mut type_vars,
        );
        if type_vars.iter().any(|var| var.kind != TypeVarKind::Plain) {
            return None;
        }
        let signature = mochi_surface::Signature {
            type_vars,
            params: params.to_vec(),
            ret: (**ret).clone(),
            is_async: false,
        };
        let function = Function {
            name: symbol.clone(),
            overloads: vec![signature],
            doc: None,
            deprecated: None,
            place,
        };
        self.map_function(&function, symbol, Binding::Free)
    }
}

/// The type variables that a type mentions, in order, each once.
fn collect_variables(ty: &PyType, found: &mut Vec<Rc<TypeVar>>) {
    match ty {
        PyType::Var(var) => {
            if !found.contains(var) {
                found.push(var.clone());
            }
        }
        PyType::Class(_, parts) | PyType::Tuple(parts) | PyType::Union(parts) => {
            for part in parts.iter() {
                collect_variables(part, found);
            }
        }
        PyType::VariadicTuple(part) | PyType::AnyCallable(part) | PyType::TypeOf(part) => {
            collect_variables(part, found);
        }
        PyType::Callable(params, ret) => {
            for param in params.iter() {
                collect_variables(&param.ty, found);
            }
            collect_variables(ret, found);
        }
        PyType::Any
        | PyType::Unknown(_)
        | PyType::None
        | PyType::Never
        | PyType::Literal(_)
        | PyType::SelfType
        | PyType::Module(_) => {}
    }
}

impl Site<'_> {
    /// The signature, and whether it requires an argument whose type is outside the table.
    fn signature(
        &mut self,
        declared: &mochi_surface::Signature,
        binding: Binding<'_>,
    ) -> (Signature, bool) {
        let (first, params) = split_receiver(&declared.params, binding);
        let receiver = first.and_then(|first| self.receiver(&first.ty, binding));
        let (params, takes_outside) = self.parameters(params);
        let awaited = if declared.is_async {
            None
        } else {
            awaited(&declared.ret)
        };
        let ret = if describes_field(declared) {
            out(Type::Any, Check::Nothing)
        } else {
            let ret = awaited.unwrap_or(&declared.ret);
            self.part("return").whole_output(ret)
        };
        let mut type_params = Vec::new();
        for var in &declared.type_vars {
            if var.kind == TypeVarKind::Plain && self.self_var.as_ref() != Some(&var.id) {
                type_params.push(self.type_param(var));
            }
        }
        let signature = Signature {
            type_params,
            receiver,
            params,
            ret,
            is_async: declared.is_async || awaited.is_some(),
        };
        (signature, takes_outside)
    }

    /// The receiver's type where it restricts the overload; a type variable there means `Self`.
    fn receiver(&mut self, ty: &PyType, binding: Binding<'_>) -> Option<Type> {
        let (owner, ty) = match binding {
            Binding::Free => return None,
            Binding::Instance(owner) => (owner, ty),
            Binding::Class(owner) => match ty {
                PyType::TypeOf(of) => (owner, &**of),
                // Unannotated, or `type` of whatever.
                _ => return None,
            },
        };
        match ty {
            PyType::Any | PyType::Unknown(_) | PyType::SelfType => None,
            PyType::Var(var) => {
                self.self_var = Some(var.id.clone());
                None
            }
            PyType::Class(name, args) if name == owner && self.is_generic_self(name, args) => None,
            other => {
                let ty = self.part("receiver").exact(other);
                Some(match binding {
                    Binding::Class(_) => Type::TypeOf(Rc::new(ty)),
                    _ => ty,
                })
            }
        }
    }

    /// Whether the arguments are the class's own type variables: no restriction.
    fn is_generic_self(&self, name: &ClassName, args: &[PyType]) -> bool {
        let Some(class) = self.class(name) else {
            return false;
        };
        let own = class.type_vars.iter().zip(args);
        args.is_empty()
            || args.len() == class.type_vars.len()
                && own
                    .into_iter()
                    .all(|(var, arg)| matches!(arg, PyType::Var(arg) if arg.id == var.id))
    }

    fn parameters(&mut self, declared: &[Parameter]) -> (Vec<Param>, bool) {
        let mut params = Vec::new();
        let mut takes_outside = false;
        // After a positional parameter was left out, those behind it have no position.
        let mut gap = false;
        for param in declared {
            self.part(&format!("parameter {}", param.name));
            let positional = matches!(
                param.kind,
                ParameterKind::PositionalOnly | ParameterKind::Normal
            );
            let variadic = matches!(param.kind, ParameterKind::VarArgs | ParameterKind::KwArgs);
            let unreachable = gap
                && matches!(
                    param.kind,
                    ParameterKind::PositionalOnly | ParameterKind::VarArgs
                );
            let ty = match self.input(&param.ty) {
                _ if unreachable => continue,
                Ok(ty) => ty,
                Err(reason) => {
                    self.skip(reason);
                    if param.has_default && !variadic {
                        gap |= positional;
                        continue;
                    }
                    takes_outside |= !variadic;
                    Type::Any
                }
            };
            let kind = match param.kind {
                ParameterKind::PositionalOnly => ParamKind::PositionalOnly,
                ParameterKind::Normal if gap => ParamKind::KeywordOnly,
                ParameterKind::Normal => ParamKind::Normal,
                ParameterKind::VarArgs => ParamKind::VarArgs,
                ParameterKind::KeywordOnly => ParamKind::KeywordOnly,
                ParameterKind::KwArgs => ParamKind::KwArgs,
            };
            params.push(Param {
                name: param.name.clone(),
                kind,
                ty,
                has_default: param.has_default,
            });
        }
        (params, takes_outside)
    }
}

/// Whether the function describes a field of a record class (PEP 681, "field specifiers"): its
/// result is declared to be of the field's type so that a class body reads well, and is a
/// description in truth.
fn describes_field(declared: &mochi_surface::Signature) -> bool {
    const PARAMETERS: [&str; 7] = [
        "alias",
        "converter",
        "default",
        "default_factory",
        "factory",
        "init",
        "kw_only",
    ];
    let known = |param: &&Parameter| PARAMETERS.contains(&&*param.name);
    matches!(declared.ret, PyType::Var(_)) && declared.params.iter().filter(known).count() >= 3
}

/// The receiver and the other parameters. A method that takes its receiver by `*args` keeps all.
fn split_receiver<'p>(
    params: &'p [Parameter],
    binding: Binding<'_>,
) -> (Option<&'p Parameter>, &'p [Parameter]) {
    match (binding, params.split_first()) {
        (Binding::Instance(_) | Binding::Class(_), Some((first, rest)))
            if matches!(
                first.kind,
                ParameterKind::PositionalOnly | ParameterKind::Normal
            ) =>
        {
            (Some(first), rest)
        }
        _ => (None, params),
    }
}
