//! Members of classes: methods, properties, attributes, what `__init__` assigns, enum members.
//!
//! Spec: typing-spec "classes", "enumerations"; bridge.md §5.

use std::rc::Rc;

use mochi_surface::{Member, MemberKind, ParameterKind, PyType, SkipReason, SurfaceSource, Value};
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef, Suite};
use ruff_text_size::{Ranged, TextSize};

use crate::function::{Defined, Receiver, literal_type};
use crate::index::{ClassNode, ClassOrigin, Def, InstanceAttribute, MadeKind, ModuleIndex, Site};
use crate::lookup::Local;
use crate::record::RecordKind;
use crate::scope::{Ctx, Symbol};
use crate::special::Special;
use crate::universe::Universe;

impl Universe {
    /// The names that a class itself declares.
    pub(crate) fn member_names(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
    ) -> Vec<Rc<str>> {
        let mut names = node.scope.order.clone();
        if let Some(record) = self.record(node)
            && (matches!(node.origin, ClassOrigin::Call(..)) || self.has_tuple_call(node))
        {
            names.extend(record.fields.iter().map(|field| field.name().clone()));
        }
        if let ClassOrigin::Call(MadeKind::Enum, _) = &node.origin {
            names.extend(self.enum_members(module, node));
        }
        if !module.is_stub() {
            for attribute in self.instance_attributes(node).iter() {
                if !names.contains(&attribute.name) && !self.is_inherited(node, attribute) {
                    names.push(attribute.name.clone());
                }
            }
        }
        if let Some(name) = self.synthesised(node) {
            names.push(Rc::from(name));
        }
        names
    }

    fn has_tuple_call(&self, node: &Rc<ClassNode>) -> bool {
        self.header(node)
            .is_some_and(|header| header.tuple_call.is_some())
    }

    /// A member that the class itself declares.
    pub(crate) fn describe_member(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
        name: &str,
    ) -> Option<Member> {
        let kind = match self.choose(&node.scope, name) {
            Some(site) => self.scope_member(module, node, name, site)?,
            None => self.implied_member(module, node, name)?,
        };
        Some(Member {
            owner: node.name.clone(),
            kind,
        })
    }

    fn scope_member(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
        name: &str,
        site: &Site,
    ) -> Option<MemberKind> {
        let place = Some(module.place(site.at));
        let ctx = self.class_ctx(module, node);
        match &site.def {
            Def::Function(_) => {
                let defined = self.define(&ctx, &node.scope, name, site);
                Some(match defined {
                    Defined::Function(function, Receiver::None) => {
                        MemberKind::StaticMethod(function)
                    }
                    Defined::Function(function, Receiver::Class) => {
                        MemberKind::ClassMethod(function)
                    }
                    Defined::Function(function, Receiver::Instance) => MemberKind::Method(function),
                    Defined::Property { get, set } => MemberKind::Property { get, set, place },
                    Defined::Value(ty) => attribute(ty, true, false, site, module),
                })
            }
            Def::Class(inner) => {
                self.register(module, inner);
                Some(MemberKind::Class(inner.name.clone()))
            }
            Def::Annotated(assign) => Some(self.annotated_member(
                &ctx,
                node,
                name,
                site,
                &assign.annotation,
                assign.value.as_deref(),
            )),
            Def::Assigned(assign) => {
                Some(self.assigned_member(&ctx, node, name, site, &assign.value))
            }
            Def::TypeAlias(_) | Def::Opaque => {
                let unknown = PyType::Unknown(SkipReason::NoAnnotation);
                Some(attribute(unknown, true, false, site, module))
            }
            Def::Import { .. } | Def::ImportFrom { .. } => {
                let found = self.find_in_class(module, node, name)?;
                let symbol = self.symbol(&found);
                Some(match &*symbol {
                    Symbol::Class(class) => MemberKind::Class(class.clone()),
                    Symbol::Module(module_name) => attribute(
                        PyType::Module(module_name.clone()),
                        true,
                        false,
                        site,
                        module,
                    ),
                    Symbol::Value(local) => self.aliased_member(local, site, module),
                    Symbol::Missing(reason) => {
                        attribute(PyType::Unknown(*reason), true, false, site, module)
                    }
                    _ => attribute(
                        PyType::Unknown(SkipReason::UnsupportedExpression),
                        true,
                        false,
                        site,
                        module,
                    ),
                })
            }
        }
    }

    fn annotated_member(
        &self,
        ctx: &Ctx,
        node: &Rc<ClassNode>,
        name: &str,
        site: &Site,
        annotation: &Expr,
        value: Option<&Expr>,
    ) -> MemberKind {
        let module = &ctx.module;
        if let Some(record) = self.record(node)
            && record.kind == RecordKind::NamedTuple
            && let Some(field) = record.fields.iter().find(|field| &**field.name() == name)
        {
            return MemberKind::Property {
                get: field.ty().clone(),
                set: None,
                place: Some(module.place(site.at)),
            };
        }
        if value.is_some() && self.is_enum(&node.name) && is_member_name(name) {
            let ty = PyType::Class(node.name.clone(), Rc::from([]));
            return attribute(ty, true, true, site, module);
        }
        let qualifier = self.qualifier(ctx, annotation);
        let ty = self.declared_type(ctx, annotation, value);
        let is_class_level =
            value.is_some() || module.is_stub() || qualifier == Some(Special::ClassVar);
        let is_final = qualifier == Some(Special::Final);
        if let PyType::Class(..) = &ty
            && is_class_level
            && let Some(get) = self.descriptor_get(&ty)
        {
            return self.descriptor(&ty, get, site, module);
        }
        attribute(ty, is_class_level, is_final, site, module)
    }

    /// An attribute served by a descriptor: reading it on an instance gives what `__get__` says.
    fn descriptor(
        &self,
        ty: &PyType,
        get: PyType,
        site: &Site,
        module: &Rc<ModuleIndex>,
    ) -> MemberKind {
        let set = self
            .bound_method(ty, "__set__")
            .and_then(|signatures| signatures.first()?.params.get(1).map(|p| p.ty.clone()));
        MemberKind::Property {
            get,
            set,
            place: Some(module.place(site.at)),
        }
    }

    /// `ClassVar` or `Final` around an annotation.
    fn qualifier(&self, ctx: &Ctx, annotation: &Expr) -> Option<Special> {
        let base = match annotation {
            Expr::Subscript(subscript) => &subscript.value,
            Expr::StringLiteral(text) => {
                let parsed = ruff_python_parser::parse_expression(text.value.to_str()).ok()?;
                return match parsed.expr() {
                    Expr::StringLiteral(_) => None,
                    inner => self.qualifier(ctx, inner),
                };
            }
            other => other,
        };
        if !matches!(base, Expr::Name(_) | Expr::Attribute(_)) {
            return None;
        }
        match &*self.resolve_expr(ctx, base) {
            Symbol::Special(form @ (Special::ClassVar | Special::Final)) => Some(*form),
            _ => None,
        }
    }

    fn assigned_member(
        &self,
        ctx: &Ctx,
        node: &Rc<ClassNode>,
        name: &str,
        site: &Site,
        value: &Expr,
    ) -> MemberKind {
        let module = &ctx.module;
        if self.is_enum(&node.name) && is_member_name(name) && self.is_member_value(ctx, value) {
            let ty = PyType::Class(node.name.clone(), Rc::from([]));
            return attribute(ty, true, true, site, module);
        }
        match value {
            Expr::Name(target) => {
                // `__radd__ = __add__`: a name of the class itself.
                let target = target.id.as_str();
                if target != name
                    && let Some(other) = self.choose(&node.scope, target)
                    && let Some(kind) = self.scope_member_once(module, node, target, other)
                {
                    return kind;
                }
            }
            Expr::Call(call) => {
                if let Some(kind) = self.property_call(ctx, node, call, site) {
                    return kind;
                }
            }
            _ => {}
        }
        if let Expr::Name(_) | Expr::Attribute(_) = value {
            match &*self.resolve_expr(ctx, value) {
                Symbol::Class(class) => return MemberKind::Class(class.clone()),
                Symbol::Value(local) if local.class.is_none() => {
                    return self.aliased_member(local, site, module);
                }
                Symbol::Value(local) => {
                    if let Some(class) = &local.class
                        && class.name != node.name
                        && let Some(member) = self.member(&class.name, &local.name)
                    {
                        return member.kind.clone();
                    }
                }
                _ => {}
            }
        }
        let ty = self.infer(ctx, value);
        if let PyType::Class(..) = &ty
            && let Some(get) = self.descriptor_get(&ty)
        {
            return self.descriptor(&ty, get, site, module);
        }
        attribute(ty, true, false, site, module)
    }

    fn scope_member_once(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
        name: &str,
        site: &Site,
    ) -> Option<MemberKind> {
        let marker = format!("member {}.{name}", node.name);
        if !self.busy_values.borrow_mut().insert(marker.clone()) {
            return None;
        }
        let kind = self.scope_member(module, node, name, site);
        self.busy_values.borrow_mut().remove(&marker);
        kind
    }

    /// A function of a module that a class binds becomes a method.
    fn aliased_member(&self, local: &Local, site: &Site, module: &Rc<ModuleIndex>) -> MemberKind {
        let ctx = self.local_ctx(local);
        if let Some(chosen) = self.choose(local.scope(), &local.name)
            && matches!(chosen.def, Def::Function(_))
            && let Defined::Function(function, _) =
                self.define(&ctx, local.scope(), &local.name, chosen)
        {
            return MemberKind::Method(function);
        }
        let ty = self
            .local_value(local)
            .unwrap_or(PyType::Unknown(SkipReason::NoAnnotation));
        attribute(ty, true, false, site, module)
    }

    /// `name = property(getter, setter)`, `name = staticmethod(f)`.
    fn property_call(
        &self,
        ctx: &Ctx,
        node: &Rc<ClassNode>,
        call: &ruff_python_ast::ExprCall,
        site: &Site,
    ) -> Option<MemberKind> {
        let class = match &*self.resolve_expr(ctx, &call.func) {
            Symbol::Class(class) if class.module.as_str() == "builtins" => class.clone(),
            _ => return None,
        };
        let function = |at: usize, keyword: &str| {
            let Expr::Name(name) = call.arguments.find_argument_value(keyword, at)? else {
                return None;
            };
            let name = name.id.as_str();
            let site = self.choose(&node.scope, name)?;
            match self.scope_member_once(&ctx.module, node, name, site)? {
                MemberKind::Method(function)
                | MemberKind::ClassMethod(function)
                | MemberKind::StaticMethod(function) => Some(function),
                _ => None,
            }
        };
        match &*class.qualname {
            "property" => {
                let get = function(0, "fget")
                    .and_then(|f| f.overloads.first().map(|s| s.ret.clone()))
                    .unwrap_or(PyType::Unknown(SkipReason::NoAnnotation));
                let set = function(1, "fset")
                    .and_then(|f| f.overloads.first()?.params.get(1).map(|p| p.ty.clone()));
                Some(MemberKind::Property {
                    get,
                    set,
                    place: Some(ctx.module.place(site.at)),
                })
            }
            "staticmethod" => function(0, "f").map(MemberKind::StaticMethod),
            "classmethod" => function(0, "f").map(MemberKind::ClassMethod),
            _ => None,
        }
    }

    /// A member without a statement of its own: a field, a constructor, an instance attribute.
    fn implied_member(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
        name: &str,
    ) -> Option<MemberKind> {
        if self.synthesised(node) == Some(name) {
            let function = Rc::new(self.synthesise(module, node)?);
            return Some(if name == "__new__" {
                MemberKind::ClassMethod(function)
            } else {
                MemberKind::Method(function)
            });
        }
        let place = Some(module.place(node.at));
        if matches!(node.origin, ClassOrigin::Call(..)) || self.has_tuple_call(node) {
            if let ClassOrigin::Call(MadeKind::Enum, _) = &node.origin {
                return self
                    .enum_members(module, node)
                    .iter()
                    .any(|member| &**member == name)
                    .then(|| MemberKind::Attribute {
                        value: Value {
                            ty: PyType::Class(node.name.clone(), Rc::from([])),
                            is_final: true,
                            place,
                        },
                        class_level: true,
                    });
            }
            let record = self.record(node)?;
            let field = record.fields.iter().find(|field| &**field.name() == name)?;
            return Some(match record.kind {
                RecordKind::NamedTuple => MemberKind::Property {
                    get: field.ty().clone(),
                    set: None,
                    place,
                },
                _ => MemberKind::Attribute {
                    value: Value {
                        ty: field.ty().clone(),
                        is_final: false,
                        place,
                    },
                    class_level: false,
                },
            });
        }
        if module.is_stub() {
            return None;
        }
        let attributes = self.instance_attributes(node);
        let mut of_name = attributes.iter().filter(|a| &*a.name == name);
        let first = of_name.next()?;
        let all = || std::iter::once(first).chain(attributes.iter().filter(|a| &*a.name == name));
        if let Some(declared) = all().find(|attribute| attribute.annotation.is_some()) {
            return Some(self.instance_member(module, node, declared));
        }
        if self.is_inherited(node, first) {
            return None;
        }
        // Without a declaration, the first assignment that shows a type speaks for all.
        let mut members = all().map(|attribute| self.instance_member(module, node, attribute));
        let first = members.next()?;
        if !is_unknown(&first) {
            return Some(first);
        }
        Some(members.find(|member| !is_unknown(member)).unwrap_or(first))
    }

    /// Whether a base class declares what a method merely assigns.
    fn is_inherited(&self, node: &Rc<ClassNode>, attribute: &InstanceAttribute) -> bool {
        if attribute.annotation.is_some() {
            return false;
        }
        self.mro(node).iter().skip(1).any(|base| {
            let Some((_, base)) = crate::mro::class_of(base).and_then(|b| self.class_node(b))
            else {
                return false;
            };
            base.scope.sites.get(&attribute.name).is_some_and(|sites| {
                sites
                    .iter()
                    .any(|site| matches!(site.def, Def::Annotated(_) | Def::Function(_)))
            })
        })
    }

    fn instance_member(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
        found: &InstanceAttribute,
    ) -> MemberKind {
        let ctx = self.class_ctx(module, node);
        let ty = match (&found.annotation, &found.value) {
            (Some(annotation), value) => self.declared_type(&ctx, annotation, value.as_ref()),
            (None, Some(Expr::Name(name))) => {
                let parameter = found.method.parameters.find(name.id.as_str());
                match parameter {
                    // What the method itself rebinds is no longer the parameter.
                    Some(parameter) => {
                        match (&parameter.parameter.annotation, &parameter.default) {
                            (Some(annotation), default) => {
                                let ty = self.eval_type(&ctx, annotation);
                                match default.as_deref() {
                                    Some(Expr::NoneLiteral(_)) => PyType::union([ty, PyType::None]),
                                    _ => ty,
                                }
                            }
                            (None, Some(default)) => literal_type(default)
                                .unwrap_or(PyType::Unknown(SkipReason::NoAnnotation)),
                            (None, None) => PyType::Unknown(SkipReason::NoAnnotation),
                        }
                    }
                    None => PyType::Unknown(SkipReason::NoAnnotation),
                }
            }
            // `None` is where something comes later.
            (None, Some(Expr::NoneLiteral(_)) | None) => PyType::Unknown(SkipReason::NoAnnotation),
            (None, Some(value)) => match self.commented_type(&ctx, found.end) {
                Some(ty) => ty,
                None => self.infer(&self.body_ctx(&ctx, &found.method), value),
            },
        };
        MemberKind::Attribute {
            value: Value {
                ty,
                is_final: false,
                place: Some(module.place(found.at)),
            },
            class_level: false,
        }
    }

    /// The context of a method's body: its parameters by their types, what else it binds unknown.
    fn body_ctx(&self, ctx: &Ctx, method: &StmtFunctionDef) -> Ctx {
        let signature = self.signature(ctx, method, Receiver::Instance);
        let mut assigned: Vec<Rc<str>> = Vec::new();
        bound_names(&method.body, &mut assigned);
        let unknown = || PyType::Unknown(SkipReason::NoAnnotation);
        let mut locals: Vec<(Rc<str>, PyType)> = Vec::new();
        for (at, param) in signature.params.into_iter().enumerate() {
            let ty = match (at, &ctx.class) {
                (0, Some(class)) => PyType::Class(class.name.clone(), Rc::from([])),
                _ if assigned.contains(&param.name)
                    || matches!(param.kind, ParameterKind::VarArgs | ParameterKind::KwArgs) =>
                {
                    unknown()
                }
                _ => param.ty,
            };
            locals.push((param.name, ty));
        }
        locals.extend(assigned.into_iter().map(|name| (name, unknown())));
        Ctx {
            class: None,
            locals: Rc::new(locals),
            ..ctx.clone()
        }
    }

    /// What the methods of a class assign to `self`, `__init__` first.
    fn instance_attributes(&self, node: &Rc<ClassNode>) -> Rc<Vec<InstanceAttribute>> {
        node.instance
            .get_or_init(|| {
                let mut found = Vec::new();
                for name in [
                    "__init__",
                    "__new__",
                    "__post_init__",
                    "__attrs_post_init__",
                ] {
                    let Some(sites) = node.scope.sites.get(name) else {
                        continue;
                    };
                    for site in sites {
                        if let Def::Function(method) = &site.def
                            && let Some(receiver) = method
                                .parameters
                                .posonlyargs
                                .first()
                                .or(method.parameters.args.first())
                            && name != "__new__"
                        {
                            let receiver = receiver.name().as_str();
                            collect(&method.body, receiver, method, &mut found);
                        }
                    }
                }
                found.retain(|attribute: &InstanceAttribute| {
                    !node.scope.sites.contains_key(&attribute.name)
                });
                Rc::new(found)
            })
            .clone()
    }

    /// The members of an enum, in order.
    pub(crate) fn enum_members(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
    ) -> Vec<Rc<str>> {
        if let ClassOrigin::Call(_, assign) = &node.origin {
            return match &*assign.value {
                Expr::Call(call) => made_enum_members(call.arguments.args.get(1)),
                _ => Vec::new(),
            };
        }
        let ctx = self.class_ctx(module, node);
        node.scope
            .order
            .iter()
            .filter(|name| is_member_name(name))
            .filter(
                |name| match self.choose(&node.scope, name).map(|s| &s.def) {
                    Some(Def::Assigned(assign)) => self.is_member_value(&ctx, &assign.value),
                    Some(Def::Annotated(assign)) => assign.value.is_some(),
                    _ => false,
                },
            )
            .cloned()
            .collect()
    }

    /// Whether a value in an enum's body makes a member: functions, descriptors and `nonmember`
    /// do not.
    fn is_member_value(&self, ctx: &Ctx, value: &Expr) -> bool {
        match value {
            Expr::Lambda(_) => false,
            Expr::Name(name) => match &ctx.class {
                // An alias of another member is a member's second name; of a method, a method.
                Some(class) => !class
                    .scope
                    .sites
                    .get(name.id.as_str())
                    .is_some_and(|sites| {
                        sites
                            .iter()
                            .any(|site| matches!(site.def, Def::Function(_)))
                    }),
                None => true,
            },
            Expr::Call(call) => match &*self.resolve_expr(ctx, &call.func) {
                Symbol::Class(name) => !matches!(
                    (name.module.as_str(), &*name.qualname),
                    ("enum", "nonmember")
                        | ("builtins", "property" | "staticmethod" | "classmethod")
                ),
                _ => true,
            },
            _ => true,
        }
    }
}

/// Names with one underscore at each end, and private ones, are not members.
fn is_member_name(name: &str) -> bool {
    !(name.starts_with('_') && name.ends_with('_')) && !name.starts_with("__")
}

fn made_enum_members(names: Option<&Expr>) -> Vec<Rc<str>> {
    let text = |expr: &Expr| match expr {
        Expr::StringLiteral(text) => Some(Rc::<str>::from(text.value.to_str())),
        Expr::Tuple(pair) => match pair.elts.first() {
            Some(Expr::StringLiteral(text)) => Some(Rc::from(text.value.to_str())),
            _ => None,
        },
        _ => None,
    };
    match names {
        Some(Expr::StringLiteral(names)) => names
            .value
            .to_str()
            .split([',', ' ', '\n'])
            .filter(|name| !name.is_empty())
            .map(Rc::from)
            .collect(),
        Some(Expr::List(list)) => list.elts.iter().filter_map(text).collect(),
        Some(Expr::Tuple(tuple)) => tuple.elts.iter().filter_map(text).collect(),
        Some(Expr::Dict(dict)) => dict
            .items
            .iter()
            .filter_map(|item| item.key.as_ref().and_then(text))
            .collect(),
        _ => Vec::new(),
    }
}

fn attribute(
    ty: PyType,
    class_level: bool,
    is_final: bool,
    site: &Site,
    module: &Rc<ModuleIndex>,
) -> MemberKind {
    MemberKind::Attribute {
        value: Value {
            ty,
            is_final,
            place: Some(module.place(site.at)),
        },
        class_level,
    }
}

fn is_unknown(member: &MemberKind) -> bool {
    match member {
        MemberKind::Attribute { value, .. } => matches!(value.ty, PyType::Unknown(_)),
        _ => false,
    }
}

/// The names that statements bind, blocks included.
fn bound_names(body: &Suite, names: &mut Vec<Rc<str>>) {
    use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
    struct Finder<'n>(&'n mut Vec<Rc<str>>);
    impl<'a> Visitor<'a> for Finder<'_> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            match statement {
                Stmt::FunctionDef(function) => self.0.push(Rc::from(function.name.as_str())),
                Stmt::ClassDef(class) => self.0.push(Rc::from(class.name.as_str())),
                Stmt::Import(import) => {
                    for alias in &import.names {
                        let name = alias.asname.as_ref().unwrap_or(&alias.name);
                        self.0.push(Rc::from(name.as_str()));
                    }
                }
                Stmt::ImportFrom(import) => {
                    for alias in &import.names {
                        let name = alias.asname.as_ref().unwrap_or(&alias.name);
                        self.0.push(Rc::from(name.as_str()));
                    }
                }
                other => walk_stmt(self, other),
            }
        }
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Name(name) = expr
                && name.ctx.is_store()
            {
                self.0.push(Rc::from(name.id.as_str()));
            }
            walk_expr(self, expr);
        }
    }
    let mut finder = Finder(names);
    for statement in body {
        finder.visit_stmt(statement);
    }
}

/// Collects `self.x = …` and `self.x: T = …` in the body, blocks included.
fn collect(
    body: &Suite,
    receiver: &str,
    method: &Rc<StmtFunctionDef>,
    found: &mut Vec<InstanceAttribute>,
) {
    let mut add =
        |target: &Expr, annotation: Option<&Expr>, value: Option<&Expr>, end: TextSize| {
            if let Expr::Attribute(attribute) = target
                && matches!(&*attribute.value, Expr::Name(name) if name.id.as_str() == receiver)
            {
                found.push(InstanceAttribute {
                    name: Rc::from(attribute.attr.as_str()),
                    annotation: annotation.cloned(),
                    value: value.cloned(),
                    method: method.clone(),
                    at: attribute.start(),
                    end,
                });
            }
        };
    let mut blocks: Vec<&Suite> = Vec::new();
    for statement in body {
        match statement {
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    match target {
                        Expr::Tuple(tuple) => {
                            tuple
                                .elts
                                .iter()
                                .for_each(|target| add(target, None, None, assign.end()));
                        }
                        other => add(other, None, Some(&assign.value), assign.end()),
                    }
                }
            }
            Stmt::AnnAssign(assign) => {
                add(
                    &assign.target,
                    Some(&assign.annotation),
                    assign.value.as_deref(),
                    assign.end(),
                );
            }
            Stmt::If(statement) => {
                blocks.push(&statement.body);
                blocks.extend(
                    statement
                        .elif_else_clauses
                        .iter()
                        .map(|clause| &clause.body),
                );
            }
            Stmt::For(statement) => blocks.extend([&statement.body, &statement.orelse]),
            Stmt::While(statement) => blocks.extend([&statement.body, &statement.orelse]),
            Stmt::With(statement) => blocks.push(&statement.body),
            Stmt::Try(statement) => {
                blocks.extend([&statement.body, &statement.orelse, &statement.finalbody]);
                for handler in &statement.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    blocks.push(&handler.body);
                }
            }
            _ => {}
        }
    }
    for block in blocks {
        collect(block, receiver, method, found);
    }
}
