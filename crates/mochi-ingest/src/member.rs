//! Members of classes: methods, properties, attributes, what `__init__` assigns, enum members.
//!
//! Spec: typing-spec "classes", "enumerations"; bridge.md §5.

use std::rc::Rc;

use mochi_surface::{Member, MemberKind, PyType, SkipReason, SurfaceSource, Value};
use ruff_python_ast::Expr;

use crate::enums::is_member_name;
use crate::function::{Defined, Receiver};
use crate::index::{ClassNode, ClassOrigin, Def, MadeKind, ModuleIndex, Site};
use crate::lookup::Local;
use crate::record::RecordKind;
use crate::scope::{Ctx, Symbol, local_ctx};
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
        // The marker of keyword-only fields is no attribute.
        if self.record(node).is_some() {
            names.retain(|name| &**name != "_");
        }
        if let Some(record) = self.record(node)
            && (matches!(node.origin, ClassOrigin::Call(..)) || self.has_tuple_call(node))
        {
            names.extend(record.fields.iter().map(|field| field.name().clone()));
        }
        if let ClassOrigin::Call(MadeKind::Enum, _) = &node.origin {
            names.extend(self.enum_members(module, node));
        }
        for attribute in Self::instance_attributes(node).iter() {
            // A stub has no code: what its methods say of `self` counts where it has a type.
            let counts = attribute.annotation.is_some() || !module.is_stub();
            if counts && !names.contains(&attribute.name) && !self.is_inherited(node, attribute) {
                names.push(attribute.name.clone());
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
            Def::Annotated(assign)
                if assign.value.is_some() && self.is_alias_annotation(&ctx, &assign.annotation) =>
            {
                let found = self.find_in_class(module, node, name)?;
                Some(match &*self.symbol(&found) {
                    Symbol::Class(class) => MemberKind::Class(class.clone()),
                    other => {
                        let alias = Rc::new(self.symbol_type(&ctx, other));
                        attribute(PyType::TypeOf(alias), true, true, site, module)
                    }
                })
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
        let field = self.record(node).and_then(|record| {
            let is_dataclass = record.kind == RecordKind::Dataclass;
            let field = record.fields.iter().find(|field| &**field.name() == name);
            field.filter(|_| is_dataclass).cloned()
        });
        if let Some(field) = field {
            return attribute(field.ty().clone(), field.on_class(), false, site, module);
        }
        let is_class_level =
            value.is_some() || module.is_stub() || qualifier == Some(Special::ClassVar);
        let is_final = qualifier == Some(Special::Final);
        if let PyType::Class(..) = &ty
            && is_class_level
            && let Some(get) = self.descriptor_get(ctx, &ty)
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
        if value.is_call_expr()
            && let Some(record) = self.record(node)
            && record.kind == RecordKind::Dataclass
            && let Some(field) = record.fields.iter().find(|field| &**field.name() == name)
        {
            return attribute(field.ty().clone(), field.on_class(), false, site, module);
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
            && let Some(get) = self.descriptor_get(ctx, &ty)
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
        let ctx = local_ctx(local);
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
        if name == "_value_" {
            return Some(MemberKind::Attribute {
                value: Value {
                    ty: self.enum_value_type(module, node)?,
                    is_final: true,
                    place,
                },
                class_level: false,
            });
        }
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
        let attributes = Self::instance_attributes(node);
        let mut of_name = attributes.iter().filter(|a| &*a.name == name);
        let first = of_name.next()?;
        let all = || std::iter::once(first).chain(attributes.iter().filter(|a| &*a.name == name));
        if let Some(declared) = all().find(|attribute| attribute.annotation.is_some()) {
            return Some(self.instance_member(module, node, declared));
        }
        if module.is_stub() {
            return None;
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
