//! Functions, values and classes of a shim.
//!
//! Spec: language.md §18.2–18.4.

use std::collections::BTreeSet;
use std::rc::Rc;

use mochi_surface::Item;
use mochi_types::{
    BoundMember, ClassId, ClassKind, Context, Decls, ExternClass, ExternField, ExternFun,
    ExternItem, ExternMember, Externs, ModuleId, Param, ParamKind, Signature, Type, TypeParam,
};

use super::{Names, declared_name};
use crate::name::{display_path, module_name};

impl Names<'_> {
    /// A name of a module; `path` is how the file reaches the module.
    pub(super) fn write_item(&mut self, module: &ModuleId, path: &str, name: &str) {
        let Some(item) = self.bridge.attribute(module, name) else {
            return;
        };
        let symbol = display_path(&module.0, name);
        let target = format!("{path}.{name}");
        match &*item {
            ExternItem::Fun(fun) => {
                if let Some(first) = self.written_before(module, name, &target) {
                    self.line(None, 0, format!("// {target} is {first}"));
                    return;
                }
                self.line(None, 0, "");
                self.doc(fun.doc.as_ref(), 0);
                for signature in &fun.overloads {
                    let text = self.signature(&target, signature);
                    self.line(Some(&symbol), 0, format!("extern python {text}"));
                }
            }
            ExternItem::Value { get, set } => {
                let word = if set.is_some() { "var" } else { "let" };
                let ty = self.ty(&get.ty);
                let text = format!("extern python {word} {target}: {ty}");
                self.line(Some(&symbol), 0, text);
            }
            ExternItem::Class(class) => self.top_class(module, name, &target, class),
            ExternItem::Alias(ty) => {
                let ty = self.ty(ty);
                self.line(Some(&symbol), 0, format!("// {target} is the type {ty}"));
            }
            ExternItem::Module(inner) if !is_inside(&inner.0, &module.0) => {
                self.line(None, 0, format!("// {target} is the module {}", inner.0));
            }
            ExternItem::Module(_) => {}
        }
    }

    /// What the same function, wherever it is declared, was called first.
    fn written_before(&mut self, module: &ModuleId, name: &str, target: &str) -> Option<String> {
        let item = self.bridge.source.item(&module_name(module), name)?;
        let Item::Function(function) = &*item else {
            return None;
        };
        let place = function.place.clone()?;
        let key = (place.file, place.line, Rc::clone(&function.name));
        if let Some(first) = self.functions.get(&key) {
            return Some(first.clone());
        }
        self.functions.insert(key, target.to_owned());
        None
    }

    /// A class is written where it is public; other names for it say so.
    fn top_class(&mut self, module: &ModuleId, name: &str, target: &str, class: &ClassId) {
        let Some(known) = self.bridge.class(class) else {
            return;
        };
        let is_here = known.path.0 == *module && *known.path.1 == *name;
        if !is_here || !self.seen.insert(class.clone()) {
            let other = self.class(class);
            self.line(None, 0, format!("// {target} is {other}"));
            return;
        }
        self.line(None, 0, "");
        self.write_class(&known, target, 0, "extern python ");
    }

    fn write_class(&mut self, class: &ExternClass, target: &str, indent: usize, prefix: &str) {
        self.doc(class.doc.as_ref(), indent);
        let item = Rc::clone(&class.display);
        if let ClassKind::Enum(members) = &class.kind {
            self.write_enum(class, members, target, indent, prefix);
            return;
        }
        let word = match class.kind {
            ClassKind::Record { .. } | ClassKind::TypedDict(_) => "record",
            ClassKind::Protocol => "interface",
            ClassKind::Exception => "error",
            ClassKind::Plain | ClassKind::Enum(_) => "type",
        };
        let outer = self.params.len();
        let params = self.type_params(&class.type_params);
        let bases = self.bases(class);
        let head = format!("{prefix}{word} {target}{params}{bases} {{");
        self.line(Some(&item), indent, head);
        let fields = match &class.kind {
            ClassKind::Record { fields, .. } | ClassKind::TypedDict(fields) => fields.clone(),
            _ => Vec::new(),
        };
        let is_dict = matches!(class.kind, ClassKind::TypedDict(_));
        let mut names = self.members(class);
        if is_dict {
            // Its keys are no attributes of the class.
            names.clear();
            for field in &fields {
                self.key(field, indent + 1);
            }
        }
        for (owner, name) in names {
            self.member(class, (&owner, &name), &fields, indent + 1);
        }
        self.params.truncate(outer);
        self.line(None, indent, "}");
    }

    fn write_enum(
        &mut self,
        class: &ExternClass,
        members: &[Rc<str>],
        target: &str,
        indent: usize,
        prefix: &str,
    ) {
        let decls = Decls::default();
        let context = Context {
            decls: &decls,
            externs: self.bridge,
        };
        let member = Type::Handle(class.id.clone(), Rc::from([]));
        let value = match context.lookup_member(&member, "value") {
            Some(BoundMember::Attribute { get, .. }) if get.ty != Type::Any => {
                format!(": {}", self.ty(&get.ty))
            }
            _ => String::new(),
        };
        let item = Rc::clone(&class.display);
        let members = members.join(", ");
        let text = format!("{prefix}enum {target}{value} {{ {members} }}");
        self.line(Some(&item), indent, text);
    }

    /// A key of a typed dict.
    fn key(&mut self, field: &ExternField, indent: usize) {
        let ty = self.ty(&field.get.ty);
        let default = if field.has_default { " = _" } else { "" };
        self.line(None, indent, format!("{}: {ty}{default}", field.name));
    }

    /// The members of a class: its own, and those of bases that no program can name.
    fn members(&self, class: &ExternClass) -> Vec<(ClassId, Rc<str>)> {
        let mut found: Vec<(ClassId, Rc<str>)> = Vec::new();
        let mut names: BTreeSet<Rc<str>> = BTreeSet::new();
        for (index, (owner, _)) in class.mro.iter().enumerate() {
            if index > 0 && self.is_spelled(owner) {
                continue;
            }
            for name in self.bridge.member_names(owner) {
                if names.insert(Rc::clone(&name)) {
                    found.push((owner.clone(), name));
                }
            }
        }
        found
    }

    fn member(
        &mut self,
        class: &ExternClass,
        (owner, name): (&ClassId, &Rc<str>),
        fields: &[ExternField],
        indent: usize,
    ) {
        let Some(member) = self.bridge.member(owner, name) else {
            return;
        };
        let item: Rc<str> = Rc::from(format!("{}.{name}", class.display));
        match &*member {
            ExternMember::Method(fun) => self.method(name, fun, "", indent),
            ExternMember::ClassMethod(fun) | ExternMember::StaticMethod(fun) => {
                self.method(name, fun, "static ", indent);
            }
            ExternMember::Attribute {
                get,
                set,
                class_level,
            } => {
                let field = fields.iter().find(|field| field.name == *name);
                let is_static = if *class_level && field.is_none() {
                    "static "
                } else {
                    ""
                };
                let word = if set.is_some() { "" } else { "let " };
                let ty = self.ty(&get.ty);
                let default = match field {
                    Some(field) if field.has_default => " = _",
                    _ => "",
                };
                let text = format!("{is_static}{word}{name}: {ty}{default}");
                self.line(Some(&item), indent, text);
            }
            ExternMember::Class(inner) => {
                let known = self.bridge.class(inner);
                let is_own = inner.module == class.id.module
                    && *inner.qualname == *format!("{}.{name}", class.id.qualname);
                if let Some(known) = known
                    && is_own
                    && self.seen.insert(inner.clone())
                {
                    self.write_class(&known, &declared_name(name), indent, "");
                }
            }
        }
    }

    fn method(&mut self, name: &Rc<str>, fun: &ExternFun, prefix: &str, indent: usize) {
        self.doc(fun.doc.as_ref(), indent);
        for signature in &fun.overloads {
            let text = self.signature(name, signature);
            self.line(Some(&fun.symbol), indent, format!("{prefix}{text}"));
        }
    }

    /// `fun name<T>(x: T): T`.
    fn signature(&mut self, name: &str, signature: &Signature) -> String {
        let word = if signature.is_async {
            "async fun"
        } else {
            "fun"
        };
        let outer = self.params.len();
        let type_params = self.type_params(&signature.type_params);
        let params = self.params(&signature.params);
        let result = self.result(&signature.ret.ty);
        self.params.truncate(outer);
        format!("{word} {name}{type_params}({}){result}", params.join(", "))
    }

    fn params(&mut self, params: &[Param]) -> Vec<String> {
        let mut params: Vec<&Param> = params.iter().collect();
        // What was left out may have moved others behind the stars.
        params.sort_by_key(|param| param.kind);
        let mut shown = Vec::new();
        let mut before = None;
        let mut names: BTreeSet<String> = BTreeSet::new();
        for param in params {
            if before == Some(ParamKind::PositionalOnly) && param.kind != ParamKind::PositionalOnly
            {
                shown.push("/".to_owned());
            }
            let is_after_star = matches!(before, Some(ParamKind::VarArgs | ParamKind::KeywordOnly));
            if param.kind == ParamKind::KeywordOnly && !is_after_star {
                shown.push("*".to_owned());
            }
            let stars = match param.kind {
                ParamKind::VarArgs => "*",
                ParamKind::KwArgs => "**",
                _ => "",
            };
            let mut name = declared_name(&param.name);
            while !names.insert(name.clone()) {
                name.push('_');
            }
            let ty = self.ty(&param.ty);
            let default = if param.has_default && stars.is_empty() {
                " = _"
            } else {
                ""
            };
            shown.push(format!("{stars}{name}: {ty}{default}"));
            before = Some(param.kind);
        }
        if before == Some(ParamKind::PositionalOnly) {
            shown.push("/".to_owned());
        }
        shown
    }

    /// `<T, U: Bound>`; constraints are a union of bounds. The names stay known.
    fn type_params(&mut self, params: &[Rc<TypeParam>]) -> String {
        if params.is_empty() {
            return String::new();
        }
        self.params
            .extend(params.iter().map(|param| Rc::clone(&param.id)));
        let mut shown = Vec::new();
        for param in params {
            let name = declared_name(&param.name);
            let bound = match &param.bound {
                Some(bound) => Some(bound.clone()),
                None if param.constraints.is_empty() => None,
                None => Some(Type::union(param.constraints.iter().cloned())),
            };
            shown.push(match bound {
                Some(bound) if bound != Type::Any => format!("{name}: {}", self.ty(&bound)),
                _ => name,
            });
        }
        format!("<{}>", shown.join(", "))
    }

    /// ` extends A, B`: the classes of the resolution order that no other one brings.
    fn bases(&mut self, class: &ExternClass) -> String {
        let mut brought: BTreeSet<ClassId> = BTreeSet::new();
        let mut shown = Vec::new();
        for (base, args) in class.mro.iter().skip(1) {
            if brought.contains(base) {
                continue;
            }
            if !self.is_spelled(base) {
                continue;
            }
            if let Some(known) = self.bridge.class(base) {
                brought.extend(known.mro.iter().map(|(id, _)| id.clone()));
            }
            let implied = base.is("builtins", "object")
                || ["Generic", "NamedTuple", "Protocol", "TypedDict"]
                    .iter()
                    .any(|name| base.is("typing", name))
                || base.is("builtins", "Exception") && class.kind == ClassKind::Exception;
            if !implied {
                shown.push(self.ty(&Type::instance(base, Rc::clone(args))));
            }
        }
        if shown.is_empty() {
            String::new()
        } else {
            format!(" extends {}", shown.join(", "))
        }
    }
}

fn is_inside(module: &str, package: &str) -> bool {
    module
        .strip_prefix(package)
        .is_some_and(|rest| rest.starts_with('.'))
}
