//! Functions: signatures from `def`, overloads gathered, decorators applied.
//!
//! Spec: typing-spec "callables", "overloads".

use std::rc::Rc;

use mochi_surface::{Function, Parameter, ParameterKind, PyType, Signature, SkipReason};
use ruff_python_ast::{Expr, Number, ParameterWithDefault, Stmt, StmtFunctionDef};
use ruff_text_size::Ranged;

use crate::builder::docstring;
use crate::decorator::{Applied, Traits};
use crate::index::{Def, Scope, Site};
use crate::scope::{Ctx, Symbol};
use crate::special::Special;
use crate::subst::{Bindings, param_spec_marker, substitute_signature};
use crate::universe::Universe;

/// What the first parameter of a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Receiver {
    None,
    Instance,
    Class,
}

/// What the definitions of a name amount to after their decorators.
pub(crate) enum Defined {
    Function(Rc<Function>, Receiver),
    Property { get: PyType, set: Option<PyType> },
    Value(PyType),
}

impl Universe {
    /// Evaluates the functions that a scope binds to a name, the chosen one last.
    pub(crate) fn define(&self, ctx: &Ctx, scope: &Scope, name: &str, chosen: &Site) -> Defined {
        self.nested(|| self.define_within(ctx, scope, name, chosen))
            .unwrap_or(Defined::Value(PyType::Unknown(
                SkipReason::UnsupportedExpression,
            )))
    }

    fn define_within(&self, ctx: &Ctx, scope: &Scope, name: &str, chosen: &Site) -> Defined {
        let sites = scope.sites.get(name).map_or(&[][..], Vec::as_slice);
        let mut defs: Vec<(&Rc<StmtFunctionDef>, Traits)> = Vec::new();
        for site in sites {
            if site.is_fallback != chosen.is_fallback {
                continue;
            }
            if let Def::Function(function) = &site.def {
                defs.push((function, self.traits(ctx, function)));
            }
            if std::ptr::eq(site, chosen) {
                break;
            }
        }
        let unknown = Defined::Value(PyType::Unknown(SkipReason::UnsupportedExpression));
        let Some((last, last_traits)) = defs.last() else {
            return unknown;
        };
        if last_traits.is_accessor || last_traits.is_property {
            return self.property(ctx, &defs);
        }
        let mut start = defs.len() - 1;
        while start > 0
            && defs
                .get(start - 1)
                .is_some_and(|(_, traits)| traits.is_overload)
        {
            start -= 1;
        }
        let run = defs.get(start..).unwrap_or_default();
        let overloads: Vec<_> = if run.iter().any(|(_, traits)| traits.is_overload) {
            run.iter()
                .filter(|(_, traits)| traits.is_overload)
                .collect()
        } else {
            run.iter().rev().take(1).collect()
        };
        let receiver = receiver(ctx, name, run);
        let mut signatures = Vec::with_capacity(overloads.len());
        for (function, traits) in &overloads {
            let signature = self.signature(ctx, function, receiver);
            match self.apply(ctx, signature, traits, function, receiver) {
                Applied::Signature(signature) => signatures.push(signature),
                Applied::Value(ty) => return Defined::Value(ty),
                Applied::Property(get) => return Defined::Property { get, set: None },
            }
        }
        merge_equal(&mut signatures, receiver);
        let first = run.first().map_or(*last, |(function, _)| *function);
        let deprecated = if run.len() == 1 || overloads.len() < run.len() {
            last_traits.deprecated.clone()
        } else {
            // Deprecated as a whole only if every overload is.
            let all = overloads
                .iter()
                .all(|(_, traits)| traits.deprecated.is_some());
            all.then(|| last_traits.deprecated.clone()).flatten()
        };
        Defined::Function(
            Rc::new(Function {
                name: Rc::from(name),
                overloads: signatures,
                doc: run.iter().rev().find_map(|(f, _)| docstring(&f.body)),
                deprecated,
                place: Some(ctx.module.place(first.name.start())),
            }),
            receiver,
        )
    }

    fn property(&self, ctx: &Ctx, defs: &[(&Rc<StmtFunctionDef>, Traits)]) -> Defined {
        let getter = defs
            .iter()
            .rposition(|(_, traits)| traits.is_property && !traits.is_accessor);
        let mut get = PyType::Unknown(SkipReason::NoAnnotation);
        let mut set = None;
        if let Some((function, traits)) = getter.and_then(|at| defs.get(at)) {
            let receiver = if traits.is_class {
                Receiver::Class
            } else {
                Receiver::Instance
            };
            let signature = self.signature(ctx, function, receiver);
            let signature = self.bind_receiver(ctx, signature);
            // `cached_property` of a coroutine function: reading it gives the awaitable.
            get = match self.apply_others(ctx, signature, traits, receiver) {
                Applied::Signature(signature) => signature.ret,
                Applied::Property(ty) | Applied::Value(ty) => ty,
            };
        }
        for (function, traits) in defs.iter().skip(getter.map_or(0, |at| at + 1)) {
            if traits.is_setter {
                let signature = self.signature(ctx, function, Receiver::Instance);
                let signature = self.bind_receiver(ctx, signature);
                set = signature.params.get(1).map(|param| param.ty.clone());
            }
        }
        Defined::Property { get, set }
    }

    /// An accessor's signature with its own type variables taken from the class; what the class
    /// does not say is `Any`, for a property has no call that could say it.
    fn bind_receiver(&self, ctx: &Ctx, signature: Signature) -> Signature {
        if signature.type_vars.is_empty() {
            return signature;
        }
        let Some(class) = &ctx.class else {
            return signature;
        };
        let mut bindings = Bindings::new();
        if let (Some(own), Some(first)) = (self.mro(class).first(), signature.params.first()) {
            match &first.ty {
                PyType::Var(var) => bindings.push((var.id.clone(), PyType::SelfType)),
                pattern => {
                    self.unify(pattern, own, &mut bindings);
                }
            }
        }
        for var in &signature.type_vars {
            if !bindings.iter().any(|(id, _)| *id == var.id) {
                bindings.push((var.id.clone(), PyType::Any));
            }
        }
        substitute_signature(&signature, &bindings)
    }

    /// The signature that a `def` declares, decorators aside.
    pub(crate) fn signature(
        &self,
        ctx: &Ctx,
        function: &StmtFunctionDef,
        receiver: Receiver,
    ) -> Signature {
        let owner = match &ctx.class {
            Some(class) => format!("{}.{}", class.name, function.name),
            None => format!("{}.{}", ctx.module.name, function.name),
        };
        let mut ctx = ctx.owned(&owner);
        let mut type_vars = self.type_params(&mut ctx, function.type_params.as_deref());
        let params = self.parameters(&ctx, function, receiver);
        let (ret, is_async) = self.result(&ctx, function);
        type_vars.extend(ctx.fresh.take());
        Signature {
            type_vars,
            params,
            ret,
            is_async,
        }
    }

    fn result(&self, ctx: &Ctx, function: &StmtFunctionDef) -> (PyType, bool) {
        let name = function.name.as_str();
        let ret = match &function.returns {
            Some(annotation) => self.eval_type(ctx, annotation),
            None if ctx.class.is_some() && matches!(name, "__init__" | "__init_subclass__") => {
                PyType::None
            }
            None if ctx.class.is_some() && name == "__new__" => PyType::SelfType,
            None if ctx.class.is_some() && returns_receiver(function) => PyType::SelfType,
            None => PyType::Unknown(SkipReason::NoAnnotation),
        };
        // An async generator is called, not awaited.
        let is_async = function.is_async && (ctx.module.is_stub() || !yields(function));
        (ret, is_async)
    }

    fn parameters(
        &self,
        ctx: &Ctx,
        function: &StmtFunctionDef,
        receiver: Receiver,
    ) -> Vec<Parameter> {
        let declared = &*function.parameters;
        let mut params = Vec::with_capacity(declared.len());
        let positional = declared.posonlyargs.len();
        // The old spelling: a leading run of `__names` is positional only.
        let skipped = usize::from(receiver != Receiver::None);
        let old_style = if positional == 0 {
            declared
                .args
                .iter()
                .skip(skipped)
                .take_while(|param| is_old_positional(param.name().as_str()))
                .count()
        } else {
            0
        };
        let all = declared.posonlyargs.iter().chain(&declared.args);
        for (at, param) in all.enumerate() {
            let is_receiver = at == 0 && receiver != Receiver::None;
            let kind = if at < positional || (old_style > 0 && at < skipped + old_style) {
                ParameterKind::PositionalOnly
            } else {
                ParameterKind::Normal
            };
            let ty = match (&param.parameter.annotation, is_receiver) {
                (None, true) if receiver == Receiver::Class => {
                    PyType::TypeOf(Rc::new(PyType::SelfType))
                }
                (None, true) => PyType::SelfType,
                _ => self.parameter_type(ctx, param),
            };
            params.push(Parameter {
                name: Rc::from(param.name().as_str()),
                kind,
                ty,
                has_default: param.default.is_some(),
            });
        }
        if let Some(param) = &declared.vararg {
            let ty = match param.annotation() {
                Some(annotation) => self.variadic_type(ctx, annotation, "args"),
                None => PyType::Unknown(SkipReason::NoAnnotation),
            };
            params.push(Parameter {
                name: Rc::from(param.name.as_str()),
                kind: ParameterKind::VarArgs,
                ty,
                has_default: false,
            });
        }
        for param in &declared.kwonlyargs {
            params.push(Parameter {
                name: Rc::from(param.name().as_str()),
                kind: ParameterKind::KeywordOnly,
                ty: self.parameter_type(ctx, param),
                has_default: param.default.is_some(),
            });
        }
        if let Some(param) = &declared.kwarg {
            if let Some(unpacked) = param
                .annotation()
                .and_then(|annotation| self.unpacked_params(ctx, annotation))
            {
                params.extend(unpacked);
                return params;
            }
            let ty = match param.annotation() {
                Some(annotation) => self.variadic_type(ctx, annotation, "kwargs"),
                None => PyType::Unknown(SkipReason::NoAnnotation),
            };
            params.push(Parameter {
                name: Rc::from(param.name.as_str()),
                kind: ParameterKind::KwArgs,
                ty,
                has_default: false,
            });
        }
        params
    }

    /// The type of `*args: T` or `**kwargs: T`; `P.args` stays a variable for decorators.
    fn variadic_type(&self, ctx: &Ctx, annotation: &Expr, part: &str) -> PyType {
        if ctx.keeps_param_spec
            && let Expr::Attribute(attribute) = annotation
            && attribute.attr.as_str() == part
        {
            match &*self.resolve_expr(ctx, &attribute.value) {
                Symbol::Var(decl) => return param_spec_marker(&self.var(ctx, decl)).ty,
                Symbol::Bound(var) => return PyType::Var(var.clone()),
                _ => {}
            }
        }
        if let Expr::Starred(starred) = annotation
            && let PyType::VariadicTuple(element) = self.eval_type(ctx, &starred.value)
        {
            return (*element).clone();
        }
        self.eval_type(ctx, annotation)
    }

    /// `**kwargs: Unpack[SomeTypedDict]` as keyword parameters.
    fn unpacked_params(&self, ctx: &Ctx, annotation: &Expr) -> Option<Vec<Parameter>> {
        let parsed;
        let annotation = match annotation {
            Expr::StringLiteral(text) => {
                parsed = ruff_python_parser::parse_expression(text.value.to_str())
                    .ok()?
                    .into_expr();
                &parsed
            }
            other => other,
        };
        let Expr::Subscript(subscript) = annotation else {
            return None;
        };
        if !matches!(
            *self.resolve_expr(ctx, &subscript.value),
            Symbol::Special(Special::Unpack)
        ) {
            return None;
        }
        match self.eval_type(ctx, &subscript.slice) {
            PyType::Class(name, _) => self.typed_dict_params(&name),
            _ => None,
        }
    }

    fn parameter_type(&self, ctx: &Ctx, param: &ParameterWithDefault) -> PyType {
        match (&param.parameter.annotation, &param.default) {
            (Some(annotation), default) => {
                let ty = self.eval_type(ctx, annotation);
                // An old habit of `.py` files: `x: int = None`.
                match default.as_deref() {
                    Some(Expr::NoneLiteral(_)) if accepts_more(&ty) => {
                        PyType::union([ty, PyType::None])
                    }
                    _ => ty,
                }
            }
            // A default says what is right, not what alone is: `n_init="auto"` takes numbers too.
            (None, _) => PyType::Unknown(SkipReason::NoAnnotation),
        }
    }
}

/// Overloads that differ in the receiver's type alone (`LiteralString` against `str`) are one.
fn merge_equal(signatures: &mut Vec<Signature>, receiver: Receiver) {
    if receiver != Receiver::Instance || signatures.len() < 2 {
        return;
    }
    let mut kept: Vec<Signature> = Vec::with_capacity(signatures.len());
    for signature in signatures.drain(..) {
        let same = kept.iter_mut().find(|known| {
            known.ret == signature.ret
                && known.type_vars == signature.type_vars
                && known.is_async == signature.is_async
                && known.params.get(1..) == signature.params.get(1..)
        });
        match same {
            Some(known) => {
                if signature.params.first().map(|p| &p.ty) == Some(&PyType::SelfType) {
                    *known = signature;
                }
            }
            None => kept.push(signature),
        }
    }
    *signatures = kept;
}

/// Whether all that a method gives is its own receiver: `return self`, as fluent interfaces do.
fn returns_receiver(function: &StmtFunctionDef) -> bool {
    let Some(receiver) = function.parameters.iter().next() else {
        return false;
    };
    let receiver = receiver.name().as_str();
    if receiver != "self" || function.is_async || yields(function) {
        return false;
    }
    let mut returned = Vec::new();
    returned_values(&function.body, &mut returned);
    !returned.is_empty()
        && returned
            .iter()
            .all(|value| matches!(value, Some(Expr::Name(name)) if name.id.as_str() == receiver))
}

/// The values of the `return` statements of a body, those of nested functions aside.
fn returned_values<'a>(body: &'a [Stmt], found: &mut Vec<Option<&'a Expr>>) {
    for statement in body {
        match statement {
            Stmt::Return(statement) => found.push(statement.value.as_deref()),
            Stmt::If(branch) => {
                returned_values(&branch.body, found);
                for clause in &branch.elif_else_clauses {
                    returned_values(&clause.body, found);
                }
            }
            Stmt::For(block) => {
                returned_values(&block.body, found);
                returned_values(&block.orelse, found);
            }
            Stmt::While(block) => {
                returned_values(&block.body, found);
                returned_values(&block.orelse, found);
            }
            Stmt::With(block) => returned_values(&block.body, found),
            Stmt::Try(block) => {
                returned_values(&block.body, found);
                for handler in &block.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    returned_values(&handler.body, found);
                }
                returned_values(&block.orelse, found);
                returned_values(&block.finalbody, found);
            }
            Stmt::Match(block) => {
                for case in &block.cases {
                    returned_values(&case.body, found);
                }
            }
            _ => {}
        }
    }
}

/// How the functions of a name take their first argument.
fn receiver(ctx: &Ctx, name: &str, run: &[(&Rc<StmtFunctionDef>, Traits)]) -> Receiver {
    if ctx.class.is_none() || run.iter().any(|(_, traits)| traits.is_static) {
        return Receiver::None;
    }
    if matches!(name, "__new__" | "__init_subclass__" | "__class_getitem__")
        || run.iter().any(|(_, traits)| traits.is_class)
    {
        return Receiver::Class;
    }
    Receiver::Instance
}

fn accepts_more(ty: &PyType) -> bool {
    !matches!(
        ty,
        PyType::Any | PyType::Unknown(_) | PyType::None | PyType::Var(_)
    ) && !matches!(ty, PyType::Class(name, _) if name.is("builtins", "object"))
}

fn is_old_positional(name: &str) -> bool {
    name.starts_with("__") && !name.ends_with("__")
}

/// The type that a plain literal shows.
pub(crate) fn literal_type(expr: &Expr) -> Option<PyType> {
    let name = match expr {
        Expr::BooleanLiteral(_) => "bool",
        Expr::StringLiteral(_) | Expr::FString(_) => "str",
        Expr::BytesLiteral(_) => "bytes",
        Expr::NumberLiteral(literal) => match literal.value {
            Number::Int(_) => "int",
            Number::Float(_) => "float",
            Number::Complex { .. } => "complex",
        },
        Expr::UnaryOp(unary) if matches!(&*unary.operand, Expr::NumberLiteral(_)) => {
            return literal_type(&unary.operand);
        }
        _ => return None,
    };
    Some(PyType::builtin(name))
}

/// Whether a function's own body yields (nested functions aside).
fn yields(function: &StmtFunctionDef) -> bool {
    use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
    struct Finder(bool);
    impl<'a> Visitor<'a> for Finder {
        fn visit_stmt(&mut self, statement: &'a ruff_python_ast::Stmt) {
            match statement {
                ruff_python_ast::Stmt::FunctionDef(_) | ruff_python_ast::Stmt::ClassDef(_) => {}
                _ if self.0 => {}
                _ => walk_stmt(self, statement),
            }
        }
        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Yield(_) | Expr::YieldFrom(_) => self.0 = true,
                Expr::Lambda(_) => {}
                _ if self.0 => {}
                _ => walk_expr(self, expr),
            }
        }
    }
    let mut finder = Finder(false);
    for statement in &function.body {
        finder.visit_stmt(statement);
    }
    finder.0
}
