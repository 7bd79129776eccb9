//! Type expressions: from syntax to [`PyType`].
//!
//! Spec: typing-spec "type annotations", "special types in annotations", "callables", "literals".

use std::rc::Rc;

use mochi_surface::{
    ClassName, Literal, Parameter, ParameterKind, PyType, SkipReason, TypeVarKind,
};
use ruff_python_ast::{Expr, Number, Operator, UnaryOp};

use crate::scope::{Ctx, Symbol};
use crate::special::Special;
use crate::subst::param_spec_marker;
use crate::universe::Universe;

const UNSUPPORTED: PyType = PyType::Unknown(SkipReason::UnsupportedExpression);

impl Universe {
    /// The type that an annotation denotes.
    pub(crate) fn eval_type(&self, ctx: &Ctx, expr: &Expr) -> PyType {
        self.nested(|| self.eval_type_within(ctx, expr))
            .unwrap_or(UNSUPPORTED)
    }

    fn eval_type_within(&self, ctx: &Ctx, expr: &Expr) -> PyType {
        match expr {
            Expr::Name(_) => self.symbol_type(ctx, &self.resolve_expr(ctx, expr)),
            Expr::Attribute(attribute) => {
                if matches!(attribute.attr.as_str(), "args" | "kwargs")
                    && self.is_param_spec(ctx, &attribute.value)
                {
                    return PyType::Unknown(SkipReason::ParamSpec);
                }
                self.symbol_type(ctx, &self.resolve_expr(ctx, expr))
            }
            Expr::Subscript(subscript) => {
                let base = self.resolve_expr(ctx, &subscript.value);
                self.eval_subscript(ctx, &base, &subscript.slice)
            }
            Expr::BinOp(operation) if operation.op == Operator::BitOr => PyType::union([
                self.eval_type(ctx, &operation.left),
                self.eval_type(ctx, &operation.right),
            ]),
            Expr::NoneLiteral(_) => PyType::None,
            Expr::StringLiteral(text) => self.eval_string(ctx, text.value.to_str()),
            Expr::Starred(_) => PyType::Unknown(SkipReason::TypeVarTuple),
            Expr::List(_) => PyType::Unknown(SkipReason::ParamSpec),
            _ => UNSUPPORTED,
        }
    }

    fn eval_string(&self, ctx: &Ctx, text: &str) -> PyType {
        let text = text.trim();
        let parsed = if text.contains('\n') {
            ruff_python_parser::parse_expression(&format!("({text})"))
        } else {
            ruff_python_parser::parse_expression(text)
        };
        match parsed {
            Ok(parsed) => self.eval_type(ctx, parsed.expr()),
            Err(_) => UNSUPPORTED,
        }
    }

    fn is_param_spec(&self, ctx: &Ctx, expr: &Expr) -> bool {
        match &*self.resolve_expr(ctx, expr) {
            Symbol::Var(decl) => *decl.kind() == TypeVarKind::ParamSpec,
            Symbol::Bound(var) => var.kind == TypeVarKind::ParamSpec,
            _ => false,
        }
    }

    /// The type of a name without arguments.
    pub(crate) fn symbol_type(&self, ctx: &Ctx, symbol: &Symbol) -> PyType {
        match symbol {
            Symbol::Class(name) => bare_class(name),
            Symbol::Special(form) => match form {
                Special::Any => PyType::Any,
                Special::Never => PyType::Never,
                Special::SelfType => PyType::SelfType,
                Special::Str => PyType::builtin("str"),
                Special::Bool => PyType::builtin("bool"),
                Special::Callable => PyType::AnyCallable(Rc::new(PyType::Any)),
                Special::TypeForm => PyType::builtin("object"),
                Special::NamedTuple => class("typing", "NamedTuple"),
                _ => UNSUPPORTED,
            },
            Symbol::Var(decl) => match decl.kind() {
                TypeVarKind::Plain => PyType::Var(self.var(ctx, decl)),
                TypeVarKind::ParamSpec => {
                    self.var(ctx, decl);
                    PyType::Unknown(SkipReason::ParamSpec)
                }
                TypeVarKind::Tuple => {
                    self.var(ctx, decl);
                    PyType::Unknown(SkipReason::TypeVarTuple)
                }
            },
            Symbol::Bound(var) => match var.kind {
                TypeVarKind::Plain => PyType::Var(var.clone()),
                TypeVarKind::ParamSpec => PyType::Unknown(SkipReason::ParamSpec),
                TypeVarKind::Tuple => PyType::Unknown(SkipReason::TypeVarTuple),
            },
            Symbol::Alias(alias) => self.expand(alias, &[]),
            Symbol::Module(_) => UNSUPPORTED,
            Symbol::Value(local) => {
                // An annotation that names a variable holding a class.
                match self.local_value(local) {
                    Some(PyType::TypeOf(ty)) => (*ty).clone(),
                    Some(PyType::Any) => PyType::Any,
                    Some(PyType::Unknown(reason)) if reason != SkipReason::NoAnnotation => {
                        PyType::Unknown(reason)
                    }
                    _ => UNSUPPORTED,
                }
            }
            Symbol::Missing(reason) => PyType::Unknown(*reason),
        }
    }

    fn eval_subscript(&self, ctx: &Ctx, base: &Symbol, slice: &Expr) -> PyType {
        let arguments = elements(slice);
        match base {
            Symbol::Class(name) if name.is("builtins", "tuple") => self.eval_tuple(ctx, arguments),
            Symbol::Class(name) if name.is("builtins", "type") => self.eval_type_of(ctx, arguments),
            Symbol::Class(name) => {
                let arguments: Vec<PyType> = self.eval_arguments(ctx, arguments);
                PyType::Class(name.clone(), arguments.into())
            }
            Symbol::Special(form) => self.eval_special(ctx, *form, slice, arguments),
            Symbol::Alias(alias) => {
                let arguments = self.eval_arguments(ctx, arguments);
                self.expand(alias, &arguments)
            }
            Symbol::Missing(reason) => PyType::Unknown(*reason),
            other => match self.symbol_type(ctx, other) {
                // `Alias[T]` where the alias came through a variable.
                PyType::Class(name, arguments_of) if arguments_of.is_empty() => {
                    PyType::Class(name, self.eval_arguments(ctx, arguments).into())
                }
                PyType::Any => PyType::Any,
                PyType::Unknown(reason) => PyType::Unknown(reason),
                _ => UNSUPPORTED,
            },
        }
    }

    fn eval_arguments(&self, ctx: &Ctx, arguments: &[Expr]) -> Vec<PyType> {
        arguments
            .iter()
            .map(|argument| match argument {
                Expr::EllipsisLiteral(_) => PyType::Unknown(SkipReason::ParamSpec),
                other => self.eval_type(ctx, other),
            })
            .collect()
    }

    fn eval_special(&self, ctx: &Ctx, form: Special, slice: &Expr, arguments: &[Expr]) -> PyType {
        let first = |u: &Self| match arguments.first() {
            Some(first) => u.eval_type(ctx, first),
            None => UNSUPPORTED,
        };
        match form {
            Special::Union => {
                PyType::union(arguments.iter().map(|member| self.eval_type(ctx, member)))
            }
            Special::Optional => PyType::union([self.eval_type(ctx, slice), PyType::None]),
            Special::Literal => self.eval_literals(ctx, arguments),
            Special::Callable => self.eval_callable(ctx, arguments),
            Special::Final
            | Special::ClassVar
            | Special::Required
            | Special::NotRequired
            | Special::ReadOnly
            | Special::Annotated => first(self),
            Special::Bool => PyType::builtin("bool"),
            Special::Unpack => match first(self) {
                PyType::Unknown(reason) => PyType::Unknown(reason),
                PyType::VariadicTuple(element) => (*element).clone(),
                _ => PyType::Unknown(SkipReason::TypeVarTuple),
            },
            Special::Concatenate => PyType::Unknown(SkipReason::ParamSpec),
            Special::TypeForm => PyType::TypeOf(Rc::new(first(self))),
            _ => UNSUPPORTED,
        }
    }

    fn eval_tuple(&self, ctx: &Ctx, arguments: &[Expr]) -> PyType {
        if let [element, Expr::EllipsisLiteral(_)] = arguments {
            return PyType::VariadicTuple(Rc::new(self.eval_type(ctx, element)));
        }
        // `tuple[()]`.
        if let [Expr::Tuple(inner)] = arguments
            && inner.is_empty()
        {
            return PyType::Tuple(Rc::from([]));
        }
        let mut types = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let is_unpacked = match argument {
                Expr::Starred(_) => true,
                Expr::Subscript(subscript) => matches!(
                    *self.resolve_expr(ctx, &subscript.value),
                    Symbol::Special(Special::Unpack)
                ),
                _ => false,
            };
            if is_unpacked {
                // A tuple of unknown length: known only as a tuple of anything.
                let only = arguments.len() == 1;
                let inner = match argument {
                    Expr::Starred(starred) => self.eval_type(ctx, &starred.value),
                    _ => UNSUPPORTED,
                };
                return match inner {
                    PyType::VariadicTuple(element) if only => PyType::VariadicTuple(element),
                    _ => PyType::VariadicTuple(Rc::new(PyType::Unknown(SkipReason::TypeVarTuple))),
                };
            }
            types.push(self.eval_type(ctx, argument));
        }
        PyType::Tuple(types.into())
    }

    fn eval_type_of(&self, ctx: &Ctx, arguments: &[Expr]) -> PyType {
        let Some(argument) = arguments.first() else {
            return PyType::builtin("type");
        };
        match self.eval_type(ctx, argument) {
            PyType::Union(members) => PyType::union(
                members
                    .iter()
                    .map(|member| PyType::TypeOf(Rc::new(member.clone()))),
            ),
            inner => PyType::TypeOf(Rc::new(inner)),
        }
    }

    fn eval_callable(&self, ctx: &Ctx, arguments: &[Expr]) -> PyType {
        let [params, ret] = arguments else {
            return PyType::AnyCallable(Rc::new(PyType::Any));
        };
        let params = self.eval_callable_params(ctx, params);
        let ret = Rc::new(self.eval_type(ctx, ret));
        match params {
            Some(params) => PyType::Callable(params.into(), ret),
            None => PyType::AnyCallable(ret),
        }
    }

    /// The parameters of `Callable[…, R]`; none if they are open.
    fn eval_callable_params(&self, ctx: &Ctx, params: &Expr) -> Option<Vec<Parameter>> {
        match params {
            Expr::List(list) => {
                let mut all = Vec::with_capacity(list.len());
                for (at, param) in list.iter().enumerate() {
                    if matches!(param, Expr::Starred(_)) {
                        return None;
                    }
                    let ty = self.eval_type(ctx, param);
                    if ty == PyType::Unknown(SkipReason::TypeVarTuple) {
                        return None;
                    }
                    all.push(positional(at, ty));
                }
                Some(all)
            }
            Expr::StringLiteral(text) => {
                let parsed = ruff_python_parser::parse_expression(text.value.to_str()).ok()?;
                self.eval_callable_params(ctx, parsed.expr())
            }
            Expr::Subscript(subscript) => {
                let base = self.resolve_expr(ctx, &subscript.value);
                if !matches!(*base, Symbol::Special(Special::Concatenate)) {
                    return None;
                }
                let (last, first) = elements(&subscript.slice).split_last()?;
                if !ctx.keeps_param_spec {
                    // Still noticed, so that the function binds it.
                    self.eval_type(ctx, last);
                    for param in first {
                        self.eval_type(ctx, param);
                    }
                    return None;
                }
                let mut all: Vec<Parameter> = first
                    .iter()
                    .enumerate()
                    .map(|(at, param)| positional(at, self.eval_type(ctx, param)))
                    .collect();
                all.extend(self.param_spec(ctx, last)?);
                Some(all)
            }
            Expr::Name(_) | Expr::Attribute(_) => self.param_spec(ctx, params),
            _ => None,
        }
    }

    fn param_spec(&self, ctx: &Ctx, expr: &Expr) -> Option<Vec<Parameter>> {
        let var = match &*self.resolve_expr(ctx, expr) {
            Symbol::Var(decl) if *decl.kind() == TypeVarKind::ParamSpec => self.var(ctx, decl),
            Symbol::Bound(var) if var.kind == TypeVarKind::ParamSpec => var.clone(),
            _ => return None,
        };
        ctx.keeps_param_spec.then(|| vec![param_spec_marker(&var)])
    }

    fn eval_literals(&self, ctx: &Ctx, arguments: &[Expr]) -> PyType {
        let mut literals: Vec<Literal> = Vec::new();
        let mut others: Vec<PyType> = Vec::new();
        for argument in arguments {
            match self.eval_literal(ctx, argument) {
                PyType::Literal(more) => {
                    for literal in more.iter() {
                        if !literals.contains(literal) {
                            literals.push(literal.clone());
                        }
                    }
                }
                PyType::Union(members) => {
                    for member in members.iter() {
                        match member {
                            PyType::Literal(more) => literals.extend(more.iter().cloned()),
                            other => others.push(other.clone()),
                        }
                    }
                }
                other => others.push(other),
            }
        }
        if !literals.is_empty() {
            others.insert(0, PyType::Literal(literals.into()));
        }
        PyType::union(others)
    }

    pub(crate) fn eval_literal(&self, ctx: &Ctx, expr: &Expr) -> PyType {
        let one = |literal| PyType::Literal(Rc::from([literal]));
        match expr {
            Expr::NoneLiteral(_) => PyType::None,
            Expr::BooleanLiteral(literal) => one(Literal::Bool(literal.value)),
            Expr::StringLiteral(text) => one(Literal::Str(Rc::from(text.value.to_str()))),
            Expr::BytesLiteral(bytes) => {
                let bytes: Vec<u8> = bytes.value.bytes().collect();
                one(Literal::Bytes(bytes.into()))
            }
            Expr::NumberLiteral(_) | Expr::UnaryOp(_) => match int_literal(expr) {
                Some(value) => one(Literal::Int(value)),
                // Beyond 64 bits: an int all the same.
                None => PyType::builtin("int"),
            },
            Expr::Attribute(attribute) => {
                match &*self.resolve_expr(ctx, &attribute.value) {
                    Symbol::Class(class) if self.is_enum(class) => {
                        let name = Rc::from(attribute.attr.as_str());
                        return one(Literal::Member(class.clone(), name));
                    }
                    _ => {}
                }
                self.eval_type(ctx, expr)
            }
            // A nested alias of literals, a nested `Literal[…]`.
            _ => self.eval_type(ctx, expr),
        }
    }
}

/// A class of the standard library without arguments.
pub(crate) fn class(module: &str, name: &str) -> PyType {
    PyType::Class(
        ClassName::new(mochi_surface::ModuleName::new(module), name),
        Rc::from([]),
    )
}

/// A class named without arguments.
pub(crate) fn bare_class(name: &ClassName) -> PyType {
    if name.is("builtins", "tuple") {
        return PyType::VariadicTuple(Rc::new(PyType::Any));
    }
    PyType::Class(name.clone(), Rc::from([]))
}

/// The arguments of a subscript.
pub(crate) fn elements(slice: &Expr) -> &[Expr] {
    match slice {
        Expr::Tuple(tuple) if !tuple.is_empty() => &tuple.elts,
        other => std::slice::from_ref(other),
    }
}

fn positional(at: usize, ty: PyType) -> Parameter {
    Parameter {
        name: Rc::from(format!("arg{}", at + 1)),
        kind: ParameterKind::PositionalOnly,
        ty,
        has_default: false,
    }
}

/// The value of an int literal with its sign.
pub(crate) fn int_literal(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(int) => int.as_i64(),
            _ => None,
        },
        Expr::UnaryOp(unary) if unary.op == UnaryOp::USub => {
            int_literal(&unary.operand).and_then(i64::checked_neg)
        }
        Expr::UnaryOp(unary) if unary.op == UnaryOp::UAdd => int_literal(&unary.operand),
        _ => None,
    }
}
