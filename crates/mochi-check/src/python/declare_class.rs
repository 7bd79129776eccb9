//! Hand-written classes: handles, records, interfaces, errors and enums with their members.
//!
//! A declaration about a class that its package describes too adds to that description, and says
//! otherwise where it has the same member.
//!
//! Spec: language.md §18.3.

use std::rc::Rc;

use mochi_syntax::ast::{
    self, ExternClassKind, ExternDeclKind, ExternMemberKind, ExternParamKind, ExternSignature,
};
use mochi_types::{
    ClassId, ClassKind, ExternClass, ExternField, ExternFun, ExternItem, ExternMember, ModuleId,
    Param, ParamKind, Signature, Type, TypeParam, is_sidecar,
};

use super::declare::{Place, Placed, name_span, plain_name};
use crate::checker::Checker;
use crate::relation::Slot;
use crate::report;

impl Checker<'_> {
    /// Makes a class known by name: its kind and how many type parameters it has.
    pub(super) fn extern_class_header(&mut self, decl: &ast::ExternDecl, place: &Place) -> ClassId {
        let (id, known) = match place {
            Place::Item(module, name) => {
                let known = self.externs.attribute(module, name);
                let id = match known.as_deref() {
                    Some(ExternItem::Class(id)) if !is_sidecar(&module.0) => id.clone(),
                    _ => ClassId::new(Rc::clone(&module.0), Rc::clone(name)),
                };
                let item = ExternItem::Class(id.clone());
                self.declared_externs.set_item(module, name, item);
                let known = self.externs.class(&id);
                (id, known.filter(|_| !is_sidecar(&module.0)))
            }
            Place::Member(outer, name) => {
                let id = ClassId::new(
                    Rc::clone(&outer.module),
                    format!("{}.{name}", outer.qualname),
                );
                let member = ExternMember::Class(id.clone());
                self.declared_externs.set_member(outer, name, member);
                let known = self.externs.class(&id);
                (id, known.filter(|_| !is_sidecar(&outer.module)))
            }
        };
        let mut class = if let Some(known) = known {
            (*known).clone()
        } else {
            self.described_alone.insert(id.clone());
            fresh(&id)
        };
        if decl.doc.is_some() {
            class.doc.clone_from(&decl.doc);
        }
        match &decl.kind {
            ExternDeclKind::Class(written) => {
                if !written.type_params.is_empty() {
                    class.type_params = written
                        .type_params
                        .iter()
                        .map(|param| self.extern_type_param(&param.name.text))
                        .collect();
                }
                match written.kind {
                    ExternClassKind::Type => {}
                    ExternClassKind::Record => {
                        class.kind = ClassKind::Record {
                            fields: Vec::new(),
                            frozen: false,
                        };
                    }
                    ExternClassKind::Interface => class.kind = ClassKind::Protocol,
                    ExternClassKind::Error => class.kind = ClassKind::Exception,
                }
            }
            ExternDeclKind::Enum { members, .. } => {
                let names = members.iter().map(|member| plain_name(&member.name.text));
                class.kind = ClassKind::Enum(names.collect());
            }
            _ => {}
        }
        self.declared_externs.set_class(class);
        if let ExternDeclKind::Class(written) = &decl.kind {
            if written.kind == ExternClassKind::Interface && is_sidecar(&id.module) {
                // A block whose result is inferred is checked more than once.
                if !self.module.interfaces.contains(&id) {
                    self.module.interfaces.push(id.clone());
                }
            }
            for member in &written.members {
                if let ExternMemberKind::Decl(inner) = &member.kind
                    && let Some(name) = inner.path.last()
                {
                    let place = Place::Member(id.clone(), plain_name(&name.text));
                    self.extern_class_header(inner, &place);
                }
            }
        }
        id
    }

    fn extern_type_param(&mut self, name: &Rc<str>) -> Rc<TypeParam> {
        self.next_param += 1;
        Rc::new(TypeParam {
            id: Rc::from(format!("{name}#{}", self.next_param)),
            name: Rc::clone(name),
            bound: None,
            constraints: Vec::new(),
            default: None,
        })
    }

    /// Reads the bounds of type parameters.
    pub(super) fn extern_class_params(&mut self, item: &Placed) {
        if let (ExternDeclKind::Class(written), Some(id)) = (&item.decl.kind, &item.class) {
            self.class_params(written, id);
        }
    }

    fn class_params(&mut self, written: &ast::ExternClass, id: &ClassId) {
        let Some(known) = self.externs.class(id) else {
            return;
        };
        if written
            .type_params
            .iter()
            .any(|param| param.bound.is_some())
        {
            let mut class = (*known).clone();
            let pairs = known.type_params.iter().zip(&written.type_params);
            class.type_params = pairs
                .map(|(param, written)| {
                    let bound = written.bound.as_ref().map(|bound| self.annotation(bound));
                    Rc::new(TypeParam {
                        bound,
                        ..(**param).clone()
                    })
                })
                .collect();
            self.declared_externs.set_class(class);
        }
        for (inner, id) in nested(written, id) {
            if let ExternDeclKind::Class(written) = &inner.kind {
                self.class_params(written, &id);
            }
        }
    }

    /// Reads what classes extend, bases that the file declares too first.
    pub(super) fn extern_class_bases(&mut self, item: &Placed, all: &[Placed]) {
        let mut open = Vec::new();
        if let Some(id) = &item.class {
            self.class_bases(&item.decl, id, all, &mut open);
        }
    }

    fn class_bases(
        &mut self,
        decl: &ast::ExternDecl,
        id: &ClassId,
        all: &[Placed],
        open: &mut Vec<ClassId>,
    ) {
        let Some(known) = self.externs.class(id) else {
            return;
        };
        if open.contains(id) {
            let name = decl.path.last().map_or("", |name| &name.text);
            let diagnostic = report::unknown_type(name, name_span(decl));
            self.report(diagnostic.with_note(format!("`{name}` extends itself")));
            return;
        }
        open.push(id.clone());
        let mut order: Vec<(ClassId, Rc<[Type]>)> = Vec::new();
        let bases = match &decl.kind {
            ExternDeclKind::Class(written) => &written.bases[..],
            _ => &[][..],
        };
        self.enter_class(&known);
        for base in bases {
            let ty = self.annotation(base);
            let Some((class, args)) = self.cx().python_class(&ty) else {
                if ty != Type::Error {
                    let diagnostic = report::unknown_type(self.text(base.span), base.span);
                    self.report(diagnostic.with_note("only a Python class can be extended"));
                }
                continue;
            };
            if let Some(other) = all
                .iter()
                .find(|other| other.class.as_ref() == Some(&class))
            {
                let inner = Rc::clone(&other.decl);
                self.class_bases(&inner, &class, all, open);
            }
            order.extend(self.cx().resolution_order(&class, &args));
        }
        self.pop_scope();
        open.pop();
        if let ExternDeclKind::Class(written) = &decl.kind {
            for (inner, id) in nested(written, id) {
                self.class_bases(&inner, &id, all, open);
            }
        }
        // What a package says of its class stays, unless the declaration says otherwise.
        if bases.is_empty() && known.mro.len() > 1 {
            return;
        }
        let implied = match &known.kind {
            ClassKind::Exception => Some(("builtins", "Exception")),
            ClassKind::Enum(_) => Some(("enum", "Enum")),
            _ => None,
        };
        if let Some((module, name)) = implied {
            order.extend(self.cx().resolution_order(&ClassId::new(module, name), &[]));
        }
        let object = ClassId::new("builtins", "object");
        let own: Rc<[Type]> = known.type_params.iter().cloned().map(Type::Param).collect();
        let mut mro = vec![(id.clone(), own)];
        for (class, args) in order {
            if class != object && mro.iter().all(|(other, _)| *other != class) {
                mro.push((class, args));
            }
        }
        mro.push((object, Rc::from([])));
        let class = ExternClass {
            mro,
            ..(*known).clone()
        };
        self.declared_externs.set_class(class);
    }

    /// Opens a scope with a class's type parameters, and what only members may name.
    fn enter_class(&mut self, class: &ExternClass) {
        self.push_scope();
        let slice = self.slice_class();
        if let Some(scope) = self.scopes.last_mut() {
            scope.type_params.insert(Rc::from("Self"), Type::SelfType);
            scope.type_params.insert(Rc::from("slice"), slice);
            for param in &class.type_params {
                let ty = Type::Param(Rc::clone(param));
                scope.type_params.insert(Rc::clone(&param.name), ty);
            }
        }
    }

    /// Reads the members of a class.
    pub(super) fn extern_class_members(&mut self, item: &Placed) {
        if let Some(id) = &item.class {
            self.class_members(&item.decl, id);
        }
    }

    fn class_members(&mut self, decl: &ast::ExternDecl, id: &ClassId) {
        let Some(known) = self.externs.class(id) else {
            return;
        };
        match &decl.kind {
            ExternDeclKind::Enum { value, .. } => {
                let value = value.as_ref().map_or(Type::Any, |ty| self.annotation(ty));
                self.set_field(id, &Rc::from("name"), Type::Str, false, false);
                self.set_field(id, &Rc::from("value"), value, false, false);
            }
            ExternDeclKind::Class(written) => {
                self.enter_class(&known);
                self.written_members(written, id);
                self.pop_scope();
                if let ClassKind::Record { .. } = &known.kind {
                    self.record_fields(written, &known);
                }
                for (inner, id) in nested(written, id) {
                    self.class_members(&inner, &id);
                }
            }
            _ => {}
        }
    }

    fn written_members(&mut self, written: &ast::ExternClass, id: &ClassId) {
        let mut funs: Vec<(Rc<str>, bool, ExternFun)> = Vec::new();
        for member in &written.members {
            match &member.kind {
                ExternMemberKind::Fun(name, signature) => {
                    let name = plain_name(&name.text);
                    let signature = self.extern_signature(signature);
                    let known = funs.iter_mut().find(|(known, ..)| *known == name);
                    if let Some((_, _, fun)) = known {
                        fun.overloads.push(signature);
                        continue;
                    }
                    let place = Place::Member(id.clone(), Rc::clone(&name));
                    let fun = ExternFun {
                        symbol: self.extern_symbol(&place),
                        overloads: vec![signature],
                        doc: member.doc.clone(),
                        deprecated: None,
                    };
                    funs.push((name, member.is_static, fun));
                }
                ExternMemberKind::Field {
                    name,
                    read_only,
                    ty,
                    ..
                } => {
                    let ty = self.annotation(ty);
                    let name = plain_name(&name.text);
                    self.set_field(id, &name, ty, !read_only, member.is_static);
                }
                ExternMemberKind::Decl(inner) => self.nested_value(inner, id),
            }
        }
        for (name, is_static, fun) in funs {
            let fun = Rc::new(fun);
            let member = if is_static {
                ExternMember::StaticMethod(fun)
            } else {
                ExternMember::Method(fun)
            };
            self.declared_externs.set_member(id, &name, member);
        }
    }

    /// `object x` inside of a class.
    fn nested_value(&mut self, inner: &ast::ExternDecl, id: &ClassId) {
        if let (ExternDeclKind::Object, Some(name)) = (&inner.kind, inner.path.last()) {
            self.set_field(id, &plain_name(&name.text), Type::Any, false, true);
        }
    }

    fn set_field(&self, id: &ClassId, name: &Rc<str>, ty: Type, assignable: bool, on_class: bool) {
        let set = assignable.then(|| ty.clone());
        let member = ExternMember::Attribute {
            get: self.extern_out(ty),
            set,
            class_level: on_class,
        };
        self.declared_externs.set_member(id, name, member);
    }

    /// The fields by which a record is built: those of its bases first.
    fn record_fields(&mut self, written: &ast::ExternClass, known: &ExternClass) {
        let mut all: Vec<ExternField> = Vec::new();
        for (base, _) in known.mro.iter().skip(1).rev() {
            if let Some(base) = self.externs.class(base)
                && let ClassKind::Record { fields, .. } = &base.kind
            {
                for field in fields {
                    all.retain(|other| other.name != field.name);
                    all.push(field.clone());
                }
            }
        }
        for member in &written.members {
            let ExternMemberKind::Field {
                name, has_default, ..
            } = &member.kind
            else {
                continue;
            };
            let name = plain_name(&name.text);
            let read = self.externs.member(&known.id, &name);
            if let Some(ExternMember::Attribute { get, .. }) = read.as_deref()
                && !member.is_static
            {
                all.retain(|other| other.name != name);
                all.push(ExternField {
                    name,
                    get: get.clone(),
                    set: get.ty.clone(),
                    has_default: *has_default,
                    keyword_only: false,
                });
            }
        }
        let class = ExternClass {
            kind: ClassKind::Record {
                fields: all,
                frozen: false,
            },
            ..known.clone()
        };
        self.declared_externs.set_class(class);
    }

    /// The signature of a function.
    pub(super) fn extern_signature(&mut self, written: &ExternSignature) -> Signature {
        for label in written.effects.iter().flatten() {
            if mochi_types::Effects::label(&label.text).is_none() {
                self.report(report::unknown_effect(&label.text, label.span));
            }
        }
        self.push_scope();
        let slice = self.slice_class();
        if let Some(scope) = self.scopes.last_mut() {
            scope.type_params.insert(Rc::from("slice"), slice);
        }
        let type_params = self.type_params(&written.type_params);
        let mut params = Vec::new();
        let mut has_default = false;
        for param in &written.params {
            let kind = match param.kind {
                ExternParamKind::PositionalOnly => ParamKind::PositionalOnly,
                ExternParamKind::Normal => ParamKind::Normal,
                ExternParamKind::VarArgs => ParamKind::VarArgs,
                ExternParamKind::KeywordOnly => ParamKind::KeywordOnly,
                ExternParamKind::KwArgs => ParamKind::KwArgs,
            };
            let ty = match &param.ty {
                Some(ty) => self.annotation(ty),
                None => Type::Any,
            };
            if let Some(default) = &param.default {
                let is_open = matches!(&default.kind, ast::ExprKind::Name(name) if &**name == "_");
                if !is_open {
                    self.expect(default, &ty, Slot::Value);
                }
            }
            let by_position = matches!(kind, ParamKind::PositionalOnly | ParamKind::Normal);
            if by_position && has_default && param.default.is_none() {
                self.report(report::parameter_order(param.name.span));
            }
            has_default |= by_position && param.default.is_some();
            let is_variadic = matches!(kind, ParamKind::VarArgs | ParamKind::KwArgs);
            params.push(Param {
                name: plain_name(&param.name.text),
                kind,
                ty,
                has_default: is_variadic || param.default.is_some(),
            });
        }
        let result = self.result_annotation(written.result.as_ref());
        self.pop_scope();
        Signature {
            type_params,
            receiver: None,
            params,
            ret: self.extern_out(result),
            is_async: written.is_async,
        }
    }

    /// What `slice` means in a declaration.
    fn slice_class(&self) -> Type {
        let class = ClassId::new("builtins", "slice");
        let known = self.externs.class(&class);
        let params = known.as_ref().map_or(&[][..], |known| &known.type_params);
        let args: Vec<Type> = params.iter().map(|_| Type::Any).collect();
        Type::Handle(class, args.into())
    }
}

/// A class of which nothing is known but its name.
fn fresh(id: &ClassId) -> ExternClass {
    let display = if is_sidecar(&id.module) {
        Rc::clone(&id.qualname)
    } else {
        Rc::from(id.to_string())
    };
    ExternClass {
        id: id.clone(),
        display,
        path: (ModuleId(Rc::clone(&id.module)), Rc::clone(&id.qualname)),
        type_params: Vec::new(),
        mro: vec![(id.clone(), Rc::from([]))],
        kind: ClassKind::Plain,
        has_unknown_base: false,
        stub_only: false,
        types_only: false,
        tuple_parts: None,
        metaclass: None,
        doc: None,
    }
}

/// The classes declared inside of a class.
fn nested(written: &ast::ExternClass, id: &ClassId) -> Vec<(Rc<ast::ExternDecl>, ClassId)> {
    let mut found = Vec::new();
    for member in &written.members {
        if let ExternMemberKind::Decl(inner) = &member.kind
            && let Some(name) = inner.path.last()
        {
            let name = plain_name(&name.text);
            let qualname = format!("{}.{name}", id.qualname);
            found.push((
                Rc::clone(inner),
                ClassId::new(Rc::clone(&id.module), qualname),
            ));
        }
    }
    found
}
