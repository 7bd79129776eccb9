//! Decorators: those with a meaning of their own, and the rest by their declared types.
//!
//! Spec: bridge.md §5 (decorators keep what they declare).

use std::rc::Rc;

use mochi_surface::{ClassName, Parameter, PyType, Signature, SkipReason, TypeVarKind};
use ruff_python_ast::{Expr, StmtFunctionDef};

use crate::annotation::class;
use crate::function::Receiver;
use crate::infer::Callee;
use crate::mro::class_of;
use crate::scope::{Ctx, Symbol};
use crate::subst::{Bindings, substitute};
use crate::universe::Universe;

/// What the decorators of a `def` say.
#[derive(Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one flag a decorator")]
pub(crate) struct Traits {
    pub(crate) is_overload: bool,
    pub(crate) is_static: bool,
    pub(crate) is_class: bool,
    pub(crate) is_property: bool,
    /// `@x.setter`, `@x.getter`, `@x.deleter`.
    pub(crate) is_accessor: bool,
    pub(crate) is_setter: bool,
    pub(crate) deprecated: Option<Rc<str>>,
    /// The positions of the decorators that are applied by their types, top first.
    others: Vec<Expr>,
}

/// A function after its decorators.
pub(crate) enum Applied {
    Signature(Signature),
    Property(PyType),
    Value(PyType),
}

impl Universe {
    /// Reads the decorators of a function.
    pub(crate) fn traits(&self, ctx: &Ctx, function: &StmtFunctionDef) -> Traits {
        let mut traits = Traits::default();
        for decorator in &function.decorator_list {
            self.read_decorator(ctx, &decorator.expression, &mut traits);
        }
        traits
    }

    fn read_decorator(&self, ctx: &Ctx, expr: &Expr, traits: &mut Traits) {
        if let Expr::Attribute(attribute) = expr
            && matches!(attribute.attr.as_str(), "setter" | "getter" | "deleter")
        {
            traits.is_accessor = true;
            traits.is_setter = attribute.attr.as_str() == "setter";
            return;
        }
        let target = match expr {
            Expr::Call(call) => &call.func,
            other => other,
        };
        let symbol = self.resolve_value(ctx, target);
        match &*symbol {
            Symbol::Class(name) => match (name.module.as_str(), &*name.qualname) {
                ("builtins", "staticmethod") | ("abc", "abstractstaticmethod") => {
                    traits.is_static = true;
                }
                ("builtins", "classmethod") | ("abc", "abstractclassmethod") => {
                    traits.is_class = true;
                }
                ("functools", "cached_property") => traits.is_property = true,
                ("warnings" | "typing_extensions", "deprecated") => {
                    traits.deprecated = self.deprecation(ctx, expr);
                }
                ("functools", "singledispatchmethod" | "partialmethod")
                | ("enum", "member" | "nonmember") => {}
                _ if self.derives_from(name, "builtins", "property")
                    || self.derives_from(name, "functools", "cached_property") =>
                {
                    traits.is_property = true;
                }
                _ => traits.others.push(expr.clone()),
            },
            Symbol::Value(local) if local.class.is_none() => {
                match (local.module.name.as_str(), &*local.name) {
                    ("typing" | "typing_extensions", "overload") => traits.is_overload = true,
                    (
                        "typing" | "typing_extensions",
                        "final"
                        | "override"
                        | "no_type_check"
                        | "type_check_only"
                        | "runtime_checkable"
                        | "dataclass_transform"
                        | "disjoint_base",
                    )
                    | ("abc", "abstractmethod")
                    | ("functools", "cache" | "lru_cache" | "wraps" | "singledispatch")
                    | ("types", "coroutine") => {}
                    _ => traits.others.push(expr.clone()),
                }
            }
            Symbol::Value(_) | Symbol::Missing(_) | Symbol::Module(_) => {
                traits.others.push(expr.clone());
            }
            _ => {}
        }
    }

    /// The message of `deprecated("…")`.
    pub(crate) fn deprecation(&self, ctx: &Ctx, expr: &Expr) -> Option<Rc<str>> {
        let Expr::Call(call) = expr else {
            return None;
        };
        match &*self.resolve_expr(ctx, &call.func) {
            Symbol::Class(name) if &*name.qualname == "deprecated" => {}
            _ => return None,
        }
        match call.arguments.args.first() {
            Some(Expr::StringLiteral(text)) => Some(Rc::from(text.value.to_str())),
            _ => Some(Rc::from("")),
        }
    }

    /// Applies the decorators of an ordinary function.
    pub(crate) fn apply(
        &self,
        ctx: &Ctx,
        signature: Signature,
        traits: &Traits,
        function: &StmtFunctionDef,
        receiver: Receiver,
    ) -> Applied {
        let _ = function;
        self.apply_others(ctx, signature, traits, receiver)
    }

    /// Applies the decorators that have no meaning of their own, innermost first.
    pub(crate) fn apply_others(
        &self,
        ctx: &Ctx,
        signature: Signature,
        traits: &Traits,
        receiver: Receiver,
    ) -> Applied {
        let mut current = signature;
        for (at, decorator) in traits.others.iter().enumerate().rev() {
            match self.apply_one(ctx, decorator, current) {
                Applied::Signature(next) => current = next,
                // What a further decorator makes of a value is its own declared result.
                Applied::Value(PyType::Unknown(reason)) => {
                    return Applied::Value(PyType::Unknown(reason));
                }
                Applied::Value(ty) if at == 0 => {
                    return match self.descriptor_get(ctx, &ty) {
                        Some(get) if receiver == Receiver::Instance => Applied::Property(get),
                        _ => Applied::Value(ty),
                    };
                }
                Applied::Value(ty) => {
                    return self.apply_to_value(ctx, traits.others.get(..at), ty);
                }
                Applied::Property(ty) => return Applied::Property(ty),
            }
        }
        Applied::Signature(current)
    }

    /// Decorators over a value: an identity keeps it.
    fn apply_to_value(&self, ctx: &Ctx, decorators: Option<&[Expr]>, ty: PyType) -> Applied {
        let mut current = ty;
        for decorator in decorators.unwrap_or_default().iter().rev() {
            let result = match self.decorator_signatures(ctx, decorator) {
                Ok(signatures) => signatures.into_iter().find_map(|signature| {
                    let param = signature.params.first()?;
                    let mut bindings = Bindings::new();
                    self.unify(&param.ty, &current, &mut bindings)
                        .then(|| substitute(&signature.ret, &bindings))
                }),
                Err(ty) => Some(ty),
            };
            current = result.unwrap_or(PyType::Unknown(SkipReason::UnannotatedDecorator));
        }
        Applied::Value(current)
    }

    fn apply_one(&self, ctx: &Ctx, decorator: &Expr, signature: Signature) -> Applied {
        match self.apply_declared(ctx, decorator, &signature) {
            Applied::Value(PyType::Unknown(SkipReason::UnannotatedDecorator))
                if self.keeps_signature(ctx, decorator) =>
            {
                Applied::Signature(signature)
            }
            applied => applied,
        }
    }

    /// What the declared types of a decorator make of a function.
    fn apply_declared(&self, ctx: &Ctx, decorator: &Expr, signature: &Signature) -> Applied {
        let unknown = Applied::Value(PyType::Unknown(SkipReason::UnannotatedDecorator));
        let signatures = match self.decorator_signatures(ctx, decorator) {
            Ok(signatures) => signatures,
            Err(PyType::Unknown(SkipReason::NoAnnotation)) => return unknown,
            Err(ty) => return Applied::Value(ty),
        };
        // First an overload that fits, then one that merely takes a callable.
        let both = signatures
            .iter()
            .map(|signature| (signature, true))
            .chain(signatures.iter().map(|signature| (signature, false)));
        for (decorator, strict) in both {
            let Some(param) = decorator.params.first() else {
                continue;
            };
            if param.ty == PyType::Unknown(SkipReason::NoAnnotation)
                || decorator.ret == PyType::Unknown(SkipReason::NoAnnotation)
            {
                return unknown;
            }
            if let PyType::Var(var) = &param.ty {
                // `def d(f: F) -> F`.
                if decorator.ret == param.ty {
                    return Applied::Signature(signature.clone());
                }
                let mut bindings = vec![(var.id.clone(), callable_type(signature))];
                bindings.extend(open_bindings(decorator));
                return Applied::Value(substitute(&decorator.ret, &bindings));
            }
            let mut bindings = Bindings::new();
            let Some(rest) = self.unify_callable(&param.ty, signature, strict, &mut bindings)
            else {
                continue;
            };
            return rebuild(decorator, signature.clone(), rest.as_deref(), &bindings);
        }
        unknown
    }

    /// The signatures of a decorator expression, receiver bound; or the type of what it makes.
    fn decorator_signatures(&self, ctx: &Ctx, decorator: &Expr) -> Result<Vec<Signature>, PyType> {
        let ctx = Ctx {
            keeps_param_spec: true,
            ..ctx.clone()
        };
        match self.callee(&ctx, decorator) {
            Callee::Signatures(signatures) => Ok(signatures),
            Callee::Class(name) => self
                .constructor_signatures(&name)
                .ok_or_else(|| PyType::Class(name, Rc::from([]))),
            Callee::Other(ty) => Err(ty),
        }
    }

    /// A class as the function that makes its instances, where its `__new__` or `__init__` declares
    /// what it takes first: `class cached(Generic[T])` over `Callable[[Any], T]` makes a `cached[T]`.
    fn constructor_signatures(&self, name: &ClassName) -> Option<Vec<Signature>> {
        let (_, node) = self.class_node(name)?;
        let vars = self.header(&node)?.type_vars.clone();
        if vars.is_empty() {
            return None;
        }
        let arguments = vars.iter().map(|var| PyType::Var(var.clone())).collect();
        let made = PyType::Class(name.clone(), arguments);
        let declares = |signatures: &Vec<Signature>| {
            signatures.iter().all(|signature| {
                let first = signature.params.first();
                first.is_some_and(|first| first.ty != PyType::Unknown(SkipReason::NoAnnotation))
            })
        };
        let mut signatures = ["__new__", "__init__"]
            .into_iter()
            .filter_map(|name| self.bound_method(&made, name))
            .find(declares)?;
        for signature in &mut signatures {
            signature.type_vars.splice(0..0, vars.iter().cloned());
            signature.ret = made.clone();
        }
        Some(signatures)
    }

    /// Matches a function against a decorator's parameter. The answer is what a `ParamSpec` stands
    /// for, if there is one.
    #[expect(
        clippy::option_option,
        reason = "no match, a match without rest, a match with one"
    )]
    fn unify_callable(
        &self,
        pattern: &PyType,
        signature: &Signature,
        strict: bool,
        bindings: &mut Bindings,
    ) -> Option<Option<Vec<Parameter>>> {
        let ret = result_type(signature);
        match pattern {
            PyType::AnyCallable(expected) => {
                (self.unify(expected, &ret, bindings) || !strict).then_some(None)
            }
            PyType::Callable(params, expected) => {
                let marker = params.last().filter(|param| {
                    matches!(&param.ty, PyType::Var(var) if var.kind == TypeVarKind::ParamSpec)
                });
                let fixed = params.len() - usize::from(marker.is_some());
                for (param, own) in params.iter().take(fixed).zip(&signature.params) {
                    self.unify(&param.ty, &own.ty, bindings);
                }
                if !self.unify(expected, &ret, bindings) && strict {
                    return None;
                }
                Some(marker.map(|_| signature.params.iter().skip(fixed).cloned().collect()))
            }
            PyType::Union(members) => members
                .iter()
                .find_map(|member| self.unify_callable(member, signature, strict, bindings)),
            PyType::Any | PyType::Var(_) => Some(None),
            PyType::Class(name, _) if name.is("builtins", "object") => Some(None),
            _ => None,
        }
    }

    /// Matches a type against a pattern with variables; what does not fit binds nothing.
    pub(crate) fn unify(&self, pattern: &PyType, actual: &PyType, bindings: &mut Bindings) -> bool {
        match (pattern, actual) {
            (PyType::Var(var), _) => {
                if !bindings.iter().any(|(id, _)| *id == var.id) {
                    bindings.push((var.id.clone(), actual.clone()));
                }
                true
            }
            (PyType::Class(name, _), _) if name.is("builtins", "object") => true,
            (PyType::Class(wanted, arguments), PyType::Class(..)) => {
                let order = self.mro_of(actual);
                let Some(PyType::Class(_, have)) =
                    order.iter().find(|entry| class_of(entry) == Some(wanted))
                else {
                    return false;
                };
                for (argument, have) in arguments.iter().zip(have.iter()) {
                    self.unify(argument, have, bindings);
                }
                true
            }
            (PyType::Union(members), _) => members
                .iter()
                .any(|member| self.unify(member, actual, bindings)),
            (PyType::TypeOf(pattern), PyType::TypeOf(actual)) => {
                self.unify(pattern, actual, bindings)
            }
            (PyType::Tuple(patterns), PyType::Tuple(actuals)) => {
                patterns.len() == actuals.len()
                    && patterns
                        .iter()
                        .zip(actuals.iter())
                        .all(|(pattern, actual)| self.unify(pattern, actual, bindings))
            }
            (
                PyType::AnyCallable(wanted),
                PyType::AnyCallable(have) | PyType::Callable(_, have),
            ) => {
                self.unify(wanted, have, bindings);
                true
            }
            (PyType::Any, _) | (_, PyType::Any | PyType::Unknown(_)) => true,
            _ => pattern == actual,
        }
    }

    /// What reading an attribute of a descriptor class gives on an instance of the class whose
    /// body the context is: of several `__get__` the first that takes such an instance.
    pub(crate) fn descriptor_get(&self, ctx: &Ctx, ty: &PyType) -> Option<PyType> {
        let signatures = self.bound_method(ty, "__get__")?;
        let instance = |signature: &Signature| Some(signature.params.first()?.ty.clone());
        let mut reading = signatures
            .iter()
            .filter(|signature| !matches!(instance(signature), None | Some(PyType::None)));
        let owner = ctx.class.as_ref().and_then(|class| {
            let vars = self.header(class)?.type_vars.clone();
            let arguments = vars.iter().map(|var| PyType::Var(var.clone())).collect();
            Some(PyType::Class(class.name.clone(), arguments))
        });
        let fitting = owner.and_then(|owner| {
            reading.clone().find_map(|signature| {
                let mut bindings = Bindings::new();
                let takes = self.unify(&instance(signature)?, &owner, &mut bindings);
                takes.then_some((signature, bindings))
            })
        });
        let (signature, mut bindings) = match fitting {
            Some(fitting) => fitting,
            None => (reading.next()?, Bindings::new()),
        };
        // What the instance does not tell is not told at all.
        for var in &signature.type_vars {
            if !bindings.iter().any(|(id, _)| *id == var.id) {
                bindings.push((var.id.clone(), PyType::Any));
            }
        }
        Some(substitute(&signature.ret, &bindings)).filter(|ret| !matches!(ret, PyType::SelfType))
    }
}

/// The decorated function, from what the decorator returns.
fn rebuild(
    decorator: &Signature,
    signature: Signature,
    rest: Option<&[Parameter]>,
    bindings: &Bindings,
) -> Applied {
    match &decorator.ret {
        PyType::Callable(params, result) => {
            let mut all: Vec<Parameter> = Vec::new();
            for param in params.iter() {
                match (&param.ty, rest) {
                    (PyType::Var(var), Some(rest)) if var.kind == TypeVarKind::ParamSpec => {
                        all.extend(rest.iter().cloned());
                    }
                    _ => all.push(Parameter {
                        ty: substitute(&param.ty, bindings),
                        ..param.clone()
                    }),
                }
            }
            let (result, is_async) = match substitute(result, bindings) {
                PyType::Class(name, arguments)
                    if signature.is_async && name.is("typing", "Coroutine") =>
                {
                    (arguments.get(2).cloned().unwrap_or(PyType::Any), true)
                }
                other => (other, false),
            };
            Applied::Signature(Signature {
                type_vars: signature.type_vars,
                params: all,
                ret: result,
                is_async,
            })
        }
        other => {
            let mut bindings = bindings.clone();
            bindings.extend(open_bindings(decorator));
            Applied::Value(substitute(other, &bindings))
        }
    }
}

/// What calling a function gives, coroutines included.
fn result_type(signature: &Signature) -> PyType {
    if !signature.is_async {
        return signature.ret.clone();
    }
    let PyType::Class(name, _) = class("typing", "Coroutine") else {
        return signature.ret.clone();
    };
    PyType::Class(
        name,
        Rc::from([PyType::Any, PyType::Any, signature.ret.clone()]),
    )
}

/// A function as a type.
pub(crate) fn callable_type(signature: &Signature) -> PyType {
    PyType::Callable(
        signature.params.clone().into(),
        Rc::new(result_type(signature)),
    )
}

/// The `ParamSpec`s that are left open, as what they are.
fn open_bindings(signature: &Signature) -> Bindings {
    signature
        .type_vars
        .iter()
        .filter(|var| var.kind != TypeVarKind::Plain)
        .map(|var| (var.id.clone(), PyType::Unknown(SkipReason::ParamSpec)))
        .collect()
}
