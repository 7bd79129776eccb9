//! Types as source text.
//!
//! What the grammar has no spelling for is written as what it widens to: a literal bool as `bool`,
//! a tuple of one part as `any`.
//!
//! Spec: language.md §2 (type), §4.

use mochi_types::{ClassId, Externs, FunType, Literal, Type, quoted};

use super::Names;

impl Names<'_> {
    /// A type, as an annotation has it.
    pub(super) fn ty(&mut self, ty: &Type) -> String {
        match ty {
            Type::Never => "never".to_owned(),
            Type::Unit | Type::None => "unit".to_owned(),
            Type::Int => "int".to_owned(),
            Type::Int64 => "int64".to_owned(),
            Type::BigInt => "bigint".to_owned(),
            Type::BigRat => "bigrat".to_owned(),
            Type::Float => "float".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Str => "string".to_owned(),
            Type::Bytes => "bytes".to_owned(),
            Type::List(item) => self.generic("list", &[item]),
            Type::Set(item) if is_key(item) => self.generic("set", &[item]),
            Type::Map(key, value) if is_key(key) => self.generic("map", &[key, value]),
            Type::OMap(key, value) => self.generic("omap", &[key, value]),
            Type::Iterator(item) => self.generic("iterator", &[item]),
            Type::AsyncIterator(item) => self.generic("asyncIterator", &[item]),
            Type::Future(item) => self.generic("future", &[item]),
            Type::TypeOf(item) => self.generic("type", &[item]),
            Type::Option(inner) => format!("{}?", self.part(inner)),
            Type::Tuple(parts) if parts.len() > 1 => {
                let parts: Vec<String> = parts.iter().map(|part| self.ty(part)).collect();
                format!("({})", parts.join(", "))
            }
            Type::Fun(fun) => self.function(fun),
            Type::AnyFun(result) => format!("fun(...any){}", self.result(result)),
            Type::Extern(_) => "fun(...any): any".to_owned(),
            Type::Anon(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, ty)| format!("{name}: {}", self.ty(ty)))
                    .collect();
                format!("{{{}}}", fields.join(", "))
            }
            Type::Union(members) => {
                let mut shown: Vec<String> = Vec::new();
                for member in members.iter() {
                    let member = self.part(member);
                    if !shown.contains(&member) {
                        shown.push(member);
                    }
                }
                shown.join(" | ")
            }
            Type::Literal(Literal::Str(text)) => quoted(text),
            Type::Literal(Literal::Int(value)) if *value >= 0 => value.to_string(),
            Type::Literal(literal) => self.ty(&literal.base()),
            Type::ErrorValue => "error".to_owned(),
            Type::Handle(class, args) => self.class_type(class, args),
            Type::PyObject => "PyObject".to_owned(),
            Type::Param(param) if self.params.contains(&param.id) => {
                super::declared_name(&param.name)
            }
            Type::SelfType => "Self".to_owned(),
            // `any`, and what nothing that a package declares has.
            _ => "any".to_owned(),
        }
    }

    /// A type as an operand of `?` or `|`.
    fn part(&mut self, ty: &Type) -> String {
        let text = self.ty(ty);
        if matches!(
            ty,
            Type::Fun(_) | Type::AnyFun(_) | Type::Extern(_) | Type::Union(_)
        ) {
            format!("({text})")
        } else {
            text
        }
    }

    fn generic(&mut self, name: &str, args: &[&Type]) -> String {
        let args: Vec<String> = args.iter().map(|arg| self.ty(arg)).collect();
        format!("{name}<{}>", args.join(", "))
    }

    fn function(&mut self, fun: &FunType) -> String {
        let params: Vec<String> = fun.params.iter().map(|param| self.ty(param)).collect();
        let result = if fun.is_async {
            format!(": {}", self.generic("future", &[&fun.result]))
        } else {
            self.result(&fun.result)
        };
        format!("fun({}){result}", params.join(", "))
    }

    /// `: T`; nothing for unit.
    pub(super) fn result(&mut self, ty: &Type) -> String {
        if matches!(ty, Type::Unit | Type::None) {
            String::new()
        } else {
            format!(": {}", self.part(ty))
        }
    }

    fn class_type(&mut self, class: &ClassId, args: &[Type]) -> String {
        if !self.is_spelled(class) {
            return "any".to_owned();
        }
        let name = self.class(class);
        if args.is_empty() {
            return name;
        }
        let known = self.bridge.class(class);
        let params = known.as_ref().map_or(&[][..], |known| &known.type_params);
        let left = params.iter().skip(args.len());
        let left = left.map(|param| param.default.clone().unwrap_or(Type::Any));
        let all: Vec<Type> = args.iter().cloned().chain(left).collect();
        let args: Vec<String> = all.iter().map(|arg| self.ty(arg)).collect();
        format!("{name}<{}>", args.join(", "))
    }

    /// Whether a program can name the class: nothing on the way to it is private.
    pub(super) fn is_spelled(&self, class: &ClassId) -> bool {
        self.bridge.class(class).is_some_and(|known| {
            let (module, path) = &known.path;
            let mut parts = module.0.split('.').chain(path.split('.'));
            !parts.any(|part| part.starts_with('_'))
        })
    }

    /// A class by the alias of its module.
    pub(super) fn class(&mut self, class: &ClassId) -> String {
        let (module, path) = match self.bridge.class(class) {
            Some(known) => (known.path.0.0.clone(), known.path.1.clone()),
            None => return "PyObject".to_owned(),
        };
        format!("{}.{path}", self.module(&module))
    }

    /// A module by the alias of its package.
    pub(super) fn module(&mut self, module: &str) -> String {
        let (top, rest) = match module.split_once('.') {
            Some((top, rest)) => (top, Some(rest)),
            None => (module, None),
        };
        self.tops.insert(top.to_owned());
        let alias = super::declared_name(top);
        match rest {
            Some(rest) => format!("{alias}.{rest}"),
            None => alias,
        }
    }
}

/// Whether values of the type can be keys, as far as its own parts tell.
fn is_key(ty: &Type) -> bool {
    match ty {
        Type::List(_)
        | Type::Set(_)
        | Type::Map(..)
        | Type::OMap(..)
        | Type::Fun(_)
        | Type::AnyFun(_)
        | Type::Extern(_)
        | Type::Iterator(_)
        | Type::AsyncIterator(_)
        | Type::Future(_)
        | Type::PyObject => false,
        Type::Option(inner) => is_key(inner),
        Type::Tuple(parts) | Type::Union(parts) => parts.iter().all(is_key),
        _ => true,
    }
}
