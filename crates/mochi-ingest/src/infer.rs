//! The evident types of plain expressions: literals, constructor calls, calls of declared
//! functions, attributes. No inference beyond what one look shows.

use std::rc::Rc;

use mochi_surface::{
    ClassName, Function, Literal, MemberKind, ParameterKind, PyType, Signature, SkipReason,
    SurfaceSource,
};
use ruff_python_ast::{Arguments, BoolOp, CmpOp, Expr, Operator, UnaryOp};

use ruff_text_size::TextSize;

use crate::annotation::{bare_class, class};
use crate::decorator::callable_type;
use crate::enums::is_member_name;
use crate::function::{Defined, literal_type};
use crate::index::Def;
use crate::lookup::Local;
use crate::mro::class_of;
use crate::scope::{Ctx, Symbol, local_ctx};
use crate::special::Special;
use crate::subst::{Bindings, bind, mentions_var, substitute, substitute_signature};
use crate::universe::Universe;

const UNKNOWN: PyType = PyType::Unknown(SkipReason::NoAnnotation);

/// What a called expression is.
#[derive(Clone)]
pub(crate) enum Callee {
    /// A function; the receiver is bound.
    Signatures(Vec<Signature>),
    /// A class.
    Class(ClassName),
    /// Anything else, by its type.
    Other(PyType),
}

impl Universe {
    /// The evident type of an expression.
    pub(crate) fn infer(&self, ctx: &Ctx, expr: &Expr) -> PyType {
        self.nested(|| self.infer_within(ctx, expr))
            .unwrap_or(UNKNOWN)
    }

    fn infer_within(&self, ctx: &Ctx, expr: &Expr) -> PyType {
        if let Some(ty) = literal_type(expr) {
            return ty;
        }
        match expr {
            Expr::NoneLiteral(_) => PyType::None,
            Expr::List(list) => self.container(ctx, "list", &list.elts),
            Expr::Set(set) => self.container(ctx, "set", &set.elts),
            Expr::Tuple(tuple) => {
                let elements: Vec<PyType> = tuple.elts.iter().map(|e| self.infer(ctx, e)).collect();
                if tuple.elts.iter().any(Expr::is_starred_expr) {
                    return PyType::VariadicTuple(Rc::new(UNKNOWN));
                }
                PyType::Tuple(elements.into())
            }
            Expr::Dict(dict) => {
                let keys: Vec<Expr> = dict.items.iter().filter_map(|i| i.key.clone()).collect();
                if keys.len() != dict.items.len() || keys.is_empty() {
                    return with_arguments("dict", [UNKNOWN, UNKNOWN]);
                }
                let key = self.element_type(ctx, &keys);
                let values: Vec<Expr> = dict.items.iter().map(|item| item.value.clone()).collect();
                let value = self.element_type(ctx, &values);
                with_arguments("dict", [key, value])
            }
            Expr::Compare(_) => PyType::builtin("bool"),
            Expr::UnaryOp(unary) => match unary.op {
                UnaryOp::Not => PyType::builtin("bool"),
                _ => self.infer(ctx, &unary.operand),
            },
            Expr::BoolOp(operation) if operation.op == BoolOp::Or => {
                let last = operation.values.len().saturating_sub(1);
                join(operation.values.iter().enumerate().map(|(at, value)| {
                    let ty = self.infer(ctx, value);
                    // `x or y` is never the `None` of `x`.
                    if at < last { without_none(ty) } else { ty }
                }))
            }
            Expr::If(choice) => {
                let body = self.infer(ctx, &choice.body);
                let orelse = self.infer(ctx, &choice.orelse);
                match tested_for_none(&choice.test) {
                    // `None if x is None else x` and `d if x is None else x`.
                    Some((tested, true)) if same_name(tested, &choice.orelse) => {
                        join([body, without_none(orelse)])
                    }
                    Some((tested, false)) if same_name(tested, &choice.body) => {
                        join([without_none(body), orelse])
                    }
                    _ => join([body, orelse]),
                }
            }
            Expr::BinOp(operation) => {
                let left = self.infer(ctx, &operation.left);
                let right = self.infer(ctx, &operation.right);
                binary(&left, operation.op, &right)
            }
            Expr::Name(_) | Expr::Attribute(_) => self.infer_reference(ctx, expr),
            Expr::Call(call) => self.infer_call(ctx, &call.func, &call.arguments),
            _ => UNKNOWN,
        }
    }

    fn container(&self, ctx: &Ctx, name: &str, elements: &[Expr]) -> PyType {
        let element = if elements.is_empty() {
            UNKNOWN
        } else {
            self.element_type(ctx, elements)
        };
        with_arguments(name, [element])
    }

    fn element_type(&self, ctx: &Ctx, elements: &[Expr]) -> PyType {
        // A long table is typed by its first entries.
        let types: Vec<PyType> = elements
            .iter()
            .take(32)
            .map(|element| match element {
                Expr::Starred(_) => UNKNOWN,
                other => self.infer(ctx, other),
            })
            .collect();
        match PyType::union(types) {
            PyType::Union(members) if members.len() > 3 => UNKNOWN,
            PyType::Union(members) if members.contains(&UNKNOWN) => UNKNOWN,
            other => other,
        }
    }

    fn infer_reference(&self, ctx: &Ctx, expr: &Expr) -> PyType {
        if let Expr::Name(name) = expr
            && let Some((_, ty)) = ctx
                .locals
                .iter()
                .find(|(known, _)| **known == *name.id.as_str())
        {
            return ty.clone();
        }
        if let Expr::Attribute(attribute) = expr
            && is_rooted_in_local(ctx, &attribute.value)
        {
            let holder = self.infer(ctx, &attribute.value);
            return self
                .attribute_type(&holder, attribute.attr.as_str())
                .unwrap_or(UNKNOWN);
        }
        let symbol = self.resolve_value(ctx, expr);
        match &*symbol {
            Symbol::Class(name) => PyType::TypeOf(Rc::new(bare_class(name))),
            Symbol::Module(name) => PyType::Module(name.clone()),
            Symbol::Value(local) => self
                .class_attribute(ctx, expr)
                .or_else(|| self.local_value(local))
                .unwrap_or(UNKNOWN),
            Symbol::Missing(
                SkipReason::UnsupportedExpression | SkipReason::UnresolvedReference,
            ) => match expr {
                Expr::Attribute(attribute) => {
                    let holder = self.infer(ctx, &attribute.value);
                    self.attribute_type(&holder, attribute.attr.as_str())
                        .unwrap_or(UNKNOWN)
                }
                _ => UNKNOWN,
            },
            Symbol::Missing(reason) => PyType::Unknown(*reason),
            _ => UNKNOWN,
        }
    }

    /// `C.name` for a class: class methods are bound, members of enums are of the enum.
    fn class_attribute(&self, ctx: &Ctx, expr: &Expr) -> Option<PyType> {
        let Expr::Attribute(attribute) = expr else {
            return None;
        };
        let Symbol::Class(class) = &*self.resolve_value(ctx, &attribute.value) else {
            return None;
        };
        let holder = PyType::TypeOf(Rc::new(bare_class(class)));
        self.attribute_type(&holder, attribute.attr.as_str())
    }

    /// The function that `holder.name` is, the receiver bound: `open = TarFile.open`,
    /// `randint = _instance.randint`.
    pub(crate) fn attribute_function(&self, ctx: &Ctx, expr: &Expr) -> Option<Rc<Function>> {
        let Expr::Attribute(attribute) = expr else {
            return None;
        };
        let holder = self.infer(ctx, &attribute.value);
        let (instance, on_class) = match &holder {
            PyType::TypeOf(inner) => (&**inner, true),
            other => (other, false),
        };
        for entry in self.mro_of(instance) {
            let PyType::Class(owner, arguments) = &entry else {
                continue;
            };
            let Some(member) = self.member(owner, attribute.attr.as_str()) else {
                continue;
            };
            let (function, takes_receiver) = match &member.kind {
                MemberKind::Method(function) if !on_class => (function, true),
                MemberKind::ClassMethod(function) => (function, true),
                MemberKind::StaticMethod(function) => (function, false),
                _ => return None,
            };
            let vars = self
                .class_node(owner)
                .and_then(|(_, node)| self.header(&node))
                .map(|header| header.type_vars.clone());
            let bindings = bind(&vars.unwrap_or_default(), arguments);
            let bound = |signature: &Signature| {
                if takes_receiver {
                    drop_receiver(signature, instance, &bindings)
                } else {
                    substitute_signature(signature, &bindings)
                }
            };
            return Some(Rc::new(Function {
                overloads: function.overloads.iter().map(bound).collect(),
                ..(**function).clone()
            }));
        }
        None
    }

    /// The type of an attribute of an instance or class.
    fn attribute_type(&self, holder: &PyType, name: &str) -> Option<PyType> {
        let instance = match holder {
            PyType::TypeOf(inner) => inner,
            other => other,
        };
        for entry in self.mro_of(instance) {
            let PyType::Class(owner, arguments) = &entry else {
                continue;
            };
            let Some(member) = self.member(owner, name) else {
                continue;
            };
            let vars = self
                .class_node(owner)
                .and_then(|(_, node)| self.header(&node))
                .map(|header| header.type_vars.clone());
            let bindings = bind(&vars.unwrap_or_default(), arguments);
            return Some(match &member.kind {
                MemberKind::Property { get, .. } => substitute(get, &bindings),
                MemberKind::Attribute { value, .. } => substitute(&value.ty, &bindings),
                MemberKind::Class(name) => PyType::TypeOf(Rc::new(bare_class(name))),
                MemberKind::Method(function) if matches!(holder, PyType::TypeOf(_)) => {
                    let signature = function.overloads.first()?;
                    callable_type(&substitute_signature(signature, &bindings))
                }
                MemberKind::Method(function) | MemberKind::ClassMethod(function) => {
                    let signature = function.overloads.first()?;
                    let bound = drop_receiver(signature, instance, &bindings);
                    callable_type(&bound)
                }
                MemberKind::StaticMethod(function) => callable_type(function.overloads.first()?),
            });
        }
        None
    }

    /// The overloads of a method of a type, receiver bound.
    pub(crate) fn bound_method(&self, ty: &PyType, name: &str) -> Option<Vec<Signature>> {
        for entry in self.mro_of(ty) {
            let PyType::Class(owner, arguments) = &entry else {
                continue;
            };
            let Some(member) = self.member(owner, name) else {
                continue;
            };
            let (MemberKind::Method(function) | MemberKind::ClassMethod(function)) = &member.kind
            else {
                return None;
            };
            let vars = self
                .class_node(owner)
                .and_then(|(_, node)| self.header(&node))
                .map(|header| header.type_vars.clone());
            let bindings = bind(&vars.unwrap_or_default(), arguments);
            return Some(
                function
                    .overloads
                    .iter()
                    .map(|signature| drop_receiver(signature, ty, &bindings))
                    .collect(),
            );
        }
        None
    }

    fn infer_call(&self, ctx: &Ctx, function: &Expr, arguments: &Arguments) -> PyType {
        match self.callee(ctx, function) {
            Callee::Class(name) => match name.module.as_str() {
                "builtins" if &*name.qualname == "type" => UNKNOWN,
                _ => bare_class(&name),
            },
            Callee::Signatures(signatures) => self.result_of(ctx, &signatures, arguments),
            Callee::Other(PyType::Any) => PyType::Any,
            Callee::Other(ty) => match ty {
                PyType::Callable(_, ret) | PyType::AnyCallable(ret) if !mentions_var(&ret) => {
                    (*ret).clone()
                }
                PyType::TypeOf(inner) => (*inner).clone(),
                PyType::Unknown(reason) => PyType::Unknown(reason),
                _ => UNKNOWN,
            },
        }
    }

    /// The result of a call, type variables taken from the arguments.
    fn result_of(&self, ctx: &Ctx, signatures: &[Signature], arguments: &Arguments) -> PyType {
        let fitting: Vec<&Signature> = signatures
            .iter()
            .filter(|signature| self.fits(signature, arguments))
            .collect();
        let Some(first) = fitting.first() else {
            return UNKNOWN;
        };
        if first.is_async {
            return UNKNOWN;
        }
        let all_equal = fitting.iter().all(|signature| signature.ret == first.ret);
        let is_evident = || {
            let positional = arguments.args.iter();
            let named = arguments.keywords.iter().map(|keyword| &keyword.value);
            positional
                .chain(named)
                .all(|value| literal_type(value).is_some())
        };
        if !all_equal && !is_evident() {
            return UNKNOWN;
        }
        if !mentions_var(&first.ret) {
            return first.ret.clone();
        }
        let mut bindings = Bindings::new();
        for (param, argument) in first.params.iter().zip(&arguments.args) {
            let ty = self.infer(ctx, argument);
            if !matches!(ty, PyType::Unknown(_)) {
                self.unify(&param.ty, &ty, &mut bindings);
            }
        }
        match substitute(&first.ret, &bindings) {
            ty if mentions_var(&ty) => UNKNOWN,
            ty => ty,
        }
    }

    /// What an expression is when it is called.
    pub(crate) fn callee(&self, ctx: &Ctx, expr: &Expr) -> Callee {
        match expr {
            Expr::Call(call) => self.callee_of_call(ctx, &call.func, &call.arguments),
            Expr::Name(name)
                if ctx
                    .locals
                    .iter()
                    .any(|(known, _)| **known == *name.id.as_str()) =>
            {
                let ty = self.infer(ctx, expr);
                self.callee_of_type(ctx, ty)
            }
            Expr::Name(_) | Expr::Attribute(_) => {
                let symbol = if is_rooted_in_local(ctx, expr) {
                    std::rc::Rc::new(Symbol::Missing(SkipReason::UnsupportedExpression))
                } else {
                    self.resolve_value(ctx, expr)
                };
                match &*symbol {
                    Symbol::Class(name) => return Callee::Class(name.clone()),
                    Symbol::Value(local) => return self.callee_of_local(ctx, local),
                    Symbol::Missing(reason @ SkipReason::UnresolvedReference)
                        if matches!(expr, Expr::Name(_)) =>
                    {
                        return Callee::Other(PyType::Unknown(*reason));
                    }
                    _ => {}
                }
                if let Expr::Attribute(attribute) = expr {
                    let holder = self.infer(ctx, &attribute.value);
                    let name = attribute.attr.as_str();
                    let instance = match &holder {
                        PyType::TypeOf(inner) => inner,
                        other => other,
                    };
                    if let Some(signatures) = self.bound_method(instance, name) {
                        return Callee::Signatures(signatures);
                    }
                    if let Some(ty) = self.attribute_type(&holder, name) {
                        return self.callee_of_type(ctx, ty);
                    }
                    if let PyType::Unknown(reason) = holder {
                        return Callee::Other(PyType::Unknown(reason));
                    }
                }
                Callee::Other(UNKNOWN)
            }
            _ => Callee::Other(UNKNOWN),
        }
    }

    fn callee_of_local(&self, ctx: &Ctx, local: &Local) -> Callee {
        let Some(site) = self.choose(local.scope(), &local.name) else {
            return Callee::Other(UNKNOWN);
        };
        if matches!(site.def, Def::Function(_)) {
            let key = (local.name.clone(), ctx.keeps_param_spec);
            if let Some(known) = local.scope().callees.borrow().get(&key) {
                return known.clone();
            }
            let marker = format!("callee {}", local.path());
            if !self.busy_values.borrow_mut().insert(marker.clone()) {
                return Callee::Other(UNKNOWN);
            }
            let mut home = match &local.class {
                Some(class) => self.class_ctx(&local.module, class),
                None => local_ctx(local),
            };
            home.keeps_param_spec = ctx.keeps_param_spec;
            let defined = self.define(&home, local.scope(), &local.name, site);
            self.busy_values.borrow_mut().remove(&marker);
            let callee = match defined {
                Defined::Function(function, _) => Callee::Signatures(function.overloads.clone()),
                Defined::Property { .. } => Callee::Other(UNKNOWN),
                Defined::Value(ty) => self.callee_of_type(ctx, ty),
            };
            local
                .scope()
                .callees
                .borrow_mut()
                .insert(key, callee.clone());
            return callee;
        }
        match self.local_value(local) {
            Some(ty) => self.callee_of_type(ctx, ty),
            None => Callee::Other(UNKNOWN),
        }
    }

    /// `__call__` of a type with its `ParamSpec` kept, as decorators need it.
    fn kept_call(&self, ctx: &Ctx, ty: &PyType) -> Option<Vec<Signature>> {
        for entry in self.mro_of(ty) {
            let PyType::Class(owner, arguments) = &entry else {
                continue;
            };
            let Some((module, node)) = self.class_node(owner) else {
                continue;
            };
            if self.choose(&node.scope, "__call__").is_none() {
                continue;
            }
            let vars = self.header(&node).map(|header| header.type_vars.clone());
            let bindings = bind(&vars.unwrap_or_default(), arguments);
            let local = Local {
                module,
                class: Some(node),
                name: Rc::from("__call__"),
            };
            let Callee::Signatures(signatures) = self.callee_of_local(ctx, &local) else {
                return None;
            };
            let bound = signatures.iter();
            return Some(
                bound
                    .map(|signature| drop_receiver(signature, ty, &bindings))
                    .collect(),
            );
        }
        None
    }

    fn callee_of_type(&self, ctx: &Ctx, ty: PyType) -> Callee {
        match &ty {
            PyType::TypeOf(inner) => match class_of(inner) {
                Some(name) => Callee::Class(name.clone()),
                None => Callee::Other(ty),
            },
            PyType::Class(..) => {
                let kept = ctx.keeps_param_spec.then(|| self.kept_call(ctx, &ty));
                let call = kept.flatten();
                match call.or_else(|| self.bound_method(&ty, "__call__")) {
                    Some(signatures) => Callee::Signatures(signatures),
                    None => Callee::Other(ty),
                }
            }
            PyType::Callable(params, ret) => Callee::Signatures(vec![Signature {
                type_vars: Vec::new(),
                params: params.to_vec(),
                ret: (**ret).clone(),
                is_async: false,
            }]),
            _ => Callee::Other(ty),
        }
    }

    /// The callee `f(…)` of `f(…)(x)`.
    fn callee_of_call(&self, ctx: &Ctx, function: &Expr, arguments: &Arguments) -> Callee {
        match self.callee(ctx, function) {
            Callee::Class(name) => {
                let ty = PyType::Class(name, Rc::from([]));
                self.callee_of_type(ctx, ty)
            }
            Callee::Signatures(signatures) => {
                match signatures
                    .iter()
                    .find(|signature| self.fits(signature, arguments))
                {
                    Some(signature) => self.callee_of_type(ctx, signature.ret.clone()),
                    None => Callee::Other(UNKNOWN),
                }
            }
            Callee::Other(ty) => Callee::Other(match ty {
                PyType::AnyCallable(ret) => (*ret).clone(),
                other => other,
            }),
        }
    }

    /// The type of a variable, constant or function.
    pub(crate) fn local_value(&self, local: &Local) -> Option<PyType> {
        if let Some(known) = local.scope().values.borrow().get(&local.name) {
            return known.clone();
        }
        let site = self.choose(local.scope(), &local.name)?;
        let marker = format!("value {}", local.path());
        if !self.busy_values.borrow_mut().insert(marker.clone()) {
            return None;
        }
        let ctx = match &local.class {
            Some(class) => self.class_ctx(&local.module, class),
            None => local_ctx(local),
        };
        let ty = match &site.def {
            Def::Annotated(assign) => {
                Some(self.declared_type(&ctx, &assign.annotation, assign.value.as_deref()))
            }
            Def::Assigned(assign) => Some(
                self.commented_type(&ctx, assign.range.end())
                    .or_else(|| self.enum_of_member(local, &assign.value))
                    .unwrap_or_else(|| self.infer(&ctx, &assign.value)),
            ),
            Def::Function(_) => match self.define(&ctx, local.scope(), &local.name, site) {
                Defined::Function(function, _) => function.overloads.first().map(callable_type),
                Defined::Property { get, .. } => Some(get),
                Defined::Value(ty) => Some(ty),
            },
            Def::Opaque => Some(UNKNOWN),
            _ => None,
        };
        self.busy_values.borrow_mut().remove(&marker);
        local
            .scope()
            .values
            .borrow_mut()
            .insert(local.name.clone(), ty.clone());
        ty
    }

    /// The type that a comment behind a statement gives: `x = []  # type: List[int]`.
    pub(crate) fn commented_type(&self, ctx: &Ctx, end: TextSize) -> Option<PyType> {
        let rest = ctx.module.text.get(end.to_usize()..)?;
        let line = rest.split('\n').next()?.trim_start();
        let comment = line.strip_prefix('#')?.trim_start().strip_prefix("type:")?;
        let written = comment.split('#').next()?.trim();
        if written.is_empty() || written.starts_with("ignore") {
            return None;
        }
        let parsed = ruff_python_parser::parse_expression(written).ok()?;
        match self.eval_type(ctx, parsed.expr()) {
            PyType::Unknown(_) => None,
            ty => Some(ty),
        }
    }

    /// The type of `name: annotation = value`; a bare `Final` or `ClassVar` shows in the value.
    pub(crate) fn declared_type(
        &self,
        ctx: &Ctx,
        annotation: &Expr,
        value: Option<&Expr>,
    ) -> PyType {
        if matches!(annotation, Expr::Name(_) | Expr::Attribute(_)) {
            match &*self.resolve_expr(ctx, annotation) {
                Symbol::Special(Special::Final) => {
                    return value.map_or(UNKNOWN, |value| self.final_type(ctx, value));
                }
                Symbol::Special(Special::ClassVar) => {
                    return value.map_or(UNKNOWN, |value| self.infer(ctx, value));
                }
                _ => {}
            }
        }
        self.eval_type(ctx, annotation)
    }

    /// What a bare `Final` declares: the value itself where it is a literal or an enum member
    /// (typing-spec "qualifiers", `Final`).
    fn final_type(&self, ctx: &Ctx, value: &Expr) -> PyType {
        if matches!(
            value,
            Expr::BooleanLiteral(_)
                | Expr::StringLiteral(_)
                | Expr::BytesLiteral(_)
                | Expr::NumberLiteral(_)
                | Expr::UnaryOp(_)
        ) && let literal @ PyType::Literal(_) = self.eval_literal(ctx, value)
        {
            return literal;
        }
        if let Expr::Attribute(attribute) = value
            && let Symbol::Value(local) = &*self.resolve_value(ctx, value)
            && let Some(class) = &local.class
            && self.is_enum(&class.name)
            && self
                .enum_members(&local.module, class)
                .iter()
                .any(|member| **member == *attribute.attr.as_str())
        {
            let member = Literal::Member(class.name.clone(), local.name.clone());
            return PyType::Literal(Rc::from([member]));
        }
        self.infer(ctx, value)
    }

    /// The enum that a name of its body is a member or a member's second name of.
    fn enum_of_member(&self, local: &Local, value: &Expr) -> Option<PyType> {
        let class = local.class.as_ref()?;
        let is_member = self.is_enum(&class.name)
            && is_member_name(&local.name)
            && self.is_member_value(&self.class_ctx(&local.module, class), value);
        is_member.then(|| bare_class(&class.name))
    }
}

/// Whether a dotted expression begins with a name of the function body.
fn is_rooted_in_local(ctx: &Ctx, expr: &Expr) -> bool {
    match expr {
        Expr::Name(name) => ctx
            .locals
            .iter()
            .any(|(known, _)| **known == *name.id.as_str()),
        Expr::Attribute(attribute) => is_rooted_in_local(ctx, &attribute.value),
        Expr::Call(call) => is_rooted_in_local(ctx, &call.func),
        _ => false,
    }
}

/// `x is None` (true) or `x is not None` (false), with `x`.
fn tested_for_none(test: &Expr) -> Option<(&Expr, bool)> {
    let Expr::Compare(compare) = test else {
        return None;
    };
    match (&*compare.ops, &*compare.comparators) {
        ([CmpOp::Is], [Expr::NoneLiteral(_)]) => Some((&compare.left, true)),
        ([CmpOp::IsNot], [Expr::NoneLiteral(_)]) => Some((&compare.left, false)),
        _ => None,
    }
}

fn same_name(left: &Expr, right: &Expr) -> bool {
    matches!((left, right), (Expr::Name(a), Expr::Name(b)) if a.id == b.id)
}

fn without_none(ty: PyType) -> PyType {
    match ty {
        PyType::Union(members) => PyType::union(
            members
                .iter()
                .filter(|member| **member != PyType::None)
                .cloned(),
        ),
        other => other,
    }
}

/// The union of alternatives; one unknown makes the whole unknown, and an empty container takes
/// the other alternative's element types.
fn join(types: impl IntoIterator<Item = PyType>) -> PyType {
    let types: Vec<PyType> = types.into_iter().collect();
    if let Some(unknown) = types.iter().find(|ty| matches!(ty, PyType::Unknown(_))) {
        return unknown.clone();
    }
    let is_empty = |ty: &PyType| match ty {
        PyType::Class(_, arguments) => {
            !arguments.is_empty() && arguments.iter().all(|a| matches!(a, PyType::Unknown(_)))
        }
        _ => false,
    };
    let kept: Vec<PyType> = types
        .iter()
        .filter(|ty| {
            !(is_empty(ty)
                && class_of(ty).is_some_and(|name| name.module.as_str() == "builtins")
                && types
                    .iter()
                    .any(|other| other != *ty && class_of(other) == class_of(ty)))
        })
        .cloned()
        .collect();
    if kept.is_empty() {
        return PyType::union(types);
    }
    PyType::union(kept)
}

/// The signature without its first parameter, the receiver's type put in for what it binds.
fn drop_receiver(signature: &Signature, receiver: &PyType, bindings: &Bindings) -> Signature {
    let mut all = bindings.clone();
    if let Some(first) = signature.params.first() {
        match &first.ty {
            PyType::Var(var) => all.push((var.id.clone(), receiver.clone())),
            PyType::TypeOf(inner) => {
                if let PyType::Var(var) = &**inner {
                    all.push((var.id.clone(), receiver.clone()));
                }
            }
            _ => {}
        }
    }
    let mut bound = substitute_signature(signature, &all);
    if !bound.params.is_empty()
        && bound
            .params
            .first()
            .is_some_and(|param| param.kind != ParameterKind::VarArgs)
    {
        bound.params.remove(0);
    }
    if bound.ret == PyType::SelfType {
        bound.ret = receiver.clone();
    }
    bound
}

fn with_arguments<const N: usize>(name: &str, arguments: [PyType; N]) -> PyType {
    match class("builtins", name) {
        PyType::Class(name, _) => PyType::Class(name, Rc::from(arguments)),
        other => other,
    }
}

/// The evident types of arithmetic on builtins.
fn binary(left: &PyType, op: Operator, right: &PyType) -> PyType {
    let name = |ty: &PyType| match ty {
        PyType::Class(name, _) if name.module.as_str() == "builtins" => Some(name.qualname.clone()),
        _ => None,
    };
    let (Some(left_name), Some(right_name)) = (name(left), name(right)) else {
        return UNKNOWN;
    };
    match (&*left_name, op, &*right_name) {
        ("int", Operator::Div, "int") => PyType::builtin("float"),
        ("int", Operator::Pow, "int") => PyType::builtin("int"),
        ("int", _, "int")
        | ("float", _, "float" | "int")
        | ("str" | "bytes", Operator::Mod, _)
        | ("str", Operator::Add, "str")
        | ("bytes", Operator::Add, "bytes")
        | ("str" | "bytes" | "list", Operator::Mult, "int") => left.clone(),
        ("int", _, "float") => right.clone(),
        _ if left == right => left.clone(),
        _ => UNKNOWN,
    }
}
