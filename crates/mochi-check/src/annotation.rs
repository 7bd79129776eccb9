//! Types as written: names resolved, arguments counted.
//!
//! Spec: language.md §4.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{Name, TypeExpr, TypeExprKind, TypeParamDecl};
use mochi_types::{ChannelKind, ClassId, Effects, ExternItem, FunType, Literal, Type, TypeParam};

use crate::checker::{Checker, TypeName};
use crate::report;
use crate::scope::Binding;

const BUILTIN: [&str; 24] = [
    "any",
    "asyncIterator",
    "bigint",
    "bigrat",
    "bool",
    "bytes",
    "chan",
    "error",
    "float",
    "fun",
    "future",
    "int",
    "int64",
    "iterator",
    "list",
    "map",
    "never",
    "omap",
    "set",
    "string",
    "type",
    "unit",
    "value",
    "PyObject",
];

/// A type that is written as one name.
pub(crate) fn named_type(name: &Name) -> TypeExpr {
    TypeExpr {
        kind: TypeExprKind::Named {
            path: vec![name.clone()],
            args: Vec::new(),
        },
        span: name.span,
    }
}

impl Checker<'_> {
    /// The type that an annotation stands for.
    pub(crate) fn annotation(&mut self, ty: &TypeExpr) -> Type {
        match &ty.kind {
            TypeExprKind::Named { path, args } => self.named_type(path, args, ty.span),
            TypeExprKind::List(element) => Type::list(self.annotation(element)),
            TypeExprKind::Option(inner) => Type::option(self.annotation(inner)),
            TypeExprKind::Tuple(parts) => {
                Type::Tuple(parts.iter().map(|part| self.annotation(part)).collect())
            }
            TypeExprKind::Fun { params, result } => {
                let params = params.iter().map(|param| self.annotation(param)).collect();
                // Calling what gives a future is calling something async.
                let (result, is_async) = match self.result_annotation(result.as_deref()) {
                    Type::Future(result) => ((*result).clone(), true),
                    result => (result, false),
                };
                Type::Fun(Rc::new(FunType {
                    params,
                    result,
                    effects: Effects::NONE,
                    is_async,
                }))
            }
            TypeExprKind::AnyFun { result } => {
                Type::AnyFun(Rc::new(self.result_annotation(result.as_deref())))
            }
            TypeExprKind::Record(fields) => Type::Anon(
                fields
                    .iter()
                    .map(|(name, ty)| (Rc::clone(&name.text), self.annotation(ty)))
                    .collect(),
            ),
            TypeExprKind::Union(members) => {
                let members: Vec<Type> = members.iter().map(|ty| self.annotation(ty)).collect();
                Type::union(members)
            }
            TypeExprKind::StrLiteral(text) => Type::Literal(Literal::Str(Rc::clone(text))),
            TypeExprKind::IntLiteral(value) => Type::Literal(Literal::Int(*value)),
            TypeExprKind::Error => Type::Error,
        }
    }

    /// A result type; none means unit.
    pub(crate) fn result_annotation(&mut self, ty: Option<&TypeExpr>) -> Type {
        ty.map_or(Type::Unit, |ty| self.annotation(ty))
    }

    fn named_type(&mut self, path: &[Name], args: &[TypeExpr], span: Span) -> Type {
        let resolved: Vec<Type> = args.iter().map(|arg| self.annotation(arg)).collect();
        match path {
            [] => Type::Error,
            [name] => self.simple_type(name, &resolved, span),
            [first, rest @ ..] => self.dotted_type(first, rest, resolved, span),
        }
    }

    fn simple_type(&mut self, name: &Name, args: &[Type], span: Span) -> Type {
        for (index, scope) in self.scopes.iter().enumerate().rev() {
            if let Some(ty) = scope.type_params.get(&name.text) {
                let ty = ty.clone();
                self.note_outer_param(index);
                return self.no_args(name, args, ty, span);
            }
        }
        if let Some(found) = self.type_names.get(&name.text).cloned() {
            let ty = match found {
                TypeName::Decl(decl) => Type::Named(decl),
                TypeName::Alias(index) => self.alias_type(index, name),
            };
            return self.no_args(name, args, ty, span);
        }
        if let Some(ty) = self.builtin_type(name, args, span) {
            return ty;
        }
        if let Some((decl, _)) = self.variants.get(&name.text).and_then(|all| all.first()) {
            let ty = Type::Named(decl.clone());
            return self.no_args(name, args, ty, span);
        }
        if let Some(Binding::Auto(module, item)) = self.lookup(&name.text)
            && let Some(ty) = self.module_type(&module, &item, args, span)
        {
            return ty;
        }
        let mut known: Vec<Rc<str>> = self.type_names.keys().cloned().collect();
        let auto = self.globals.iter().filter(|(_, bindings)| {
            let mut all = bindings.iter();
            all.any(|binding| matches!(binding, Binding::Auto(..)))
        });
        known.extend(auto.map(|(name, _)| Rc::clone(name)));
        known.sort();
        let candidates = BUILTIN
            .iter()
            .copied()
            .chain(known.iter().map(|name| &**name));
        let diagnostic = report::unknown_type(&name.text, span);
        let note = self
            .export_note(&name.text)
            .or_else(|| point_in_time(&name.text))
            .or_else(|| self.python_builtin_note(&name.text));
        let diagnostic = match note {
            Some(note) => diagnostic.with_note(note),
            None => report::suggest(diagnostic, &name.text, candidates),
        };
        self.report(diagnostic);
        Type::Error
    }

    fn no_args(&mut self, name: &Name, args: &[Type], ty: Type, span: Span) -> Type {
        if args.is_empty() {
            return ty;
        }
        let diagnostic = report::unknown_type(&name.text, span)
            .with_note(format!("`{}` takes no type arguments", name.text));
        self.report(diagnostic);
        Type::Error
    }

    fn builtin_type(&mut self, name: &Name, args: &[Type], span: Span) -> Option<Type> {
        let simple = match &*name.text {
            "int" => Some(Type::Int),
            "int64" => Some(Type::Int64),
            "bigint" => Some(Type::BigInt),
            "bigrat" => Some(Type::BigRat),
            "float" => Some(Type::Float),
            "bool" => Some(Type::Bool),
            "string" => Some(Type::Str),
            "bytes" => Some(Type::Bytes),
            "unit" => Some(Type::Unit),
            "any" | "value" => Some(Type::Any),
            "never" => Some(Type::Never),
            "error" => Some(Type::ErrorValue),
            "PyObject" => Some(Type::PyObject),
            _ => None,
        };
        if let Some(ty) = simple {
            return Some(self.no_args(name, args, ty, span));
        }
        let one = |make: fn(Rc<Type>) -> Type| match args {
            [only] => Some(make(Rc::new(only.clone()))),
            _ => None,
        };
        let (count, ty) = match &*name.text {
            "list" => (1, one(Type::List)),
            "set" => (1, one(Type::Set)),
            "iterator" => (1, one(Type::Iterator)),
            "asyncIterator" => (1, one(Type::AsyncIterator)),
            "future" => (1, one(Type::Future)),
            "type" => (1, one(Type::TypeOf)),
            "map" | "omap" => {
                let ty = match args {
                    [key, value] => Some(if &*name.text == "map" {
                        Type::map(key.clone(), value.clone())
                    } else {
                        Type::OMap(Rc::new(key.clone()), Rc::new(value.clone()))
                    }),
                    _ => None,
                };
                (2, ty)
            }
            "chan" => (1, one(|ty| Type::Channel(ChannelKind::Channel, ty))),
            "stream" => (1, one(|ty| Type::Channel(ChannelKind::Stream, ty))),
            "sub" => (1, one(|ty| Type::Channel(ChannelKind::Subscription, ty))),
            _ => return None,
        };
        let Some(ty) = ty else {
            let plural = if count == 1 { "argument" } else { "arguments" };
            let note = format!(
                "`{}` takes {count} type {plural}, got {}",
                name.text,
                args.len()
            );
            self.report(report::unknown_type(&name.text, span).with_note(note));
            return Some(Type::Error);
        };
        self.note_keys(&ty, span);
        Some(ty)
    }

    fn alias_type(&mut self, index: usize, name: &Name) -> Type {
        if self.open_aliases.contains(&index) {
            let diagnostic = report::unknown_type(&name.text, name.span)
                .with_note(format!("the alias `{}` refers to itself", name.text));
            self.report(diagnostic);
            return Type::Error;
        }
        if let Some(expr) = self.alias_exprs.get_mut(index).and_then(Option::take) {
            self.open_aliases.push(index);
            let ty = self.annotation(&expr);
            self.open_aliases.pop();
            if let Some(alias) = Rc::make_mut(&mut self.module.aliases).get_mut(index) {
                alias.ty = ty;
            }
        }
        self.module
            .aliases
            .get(index)
            .map_or(Type::Error, |alias| alias.ty.clone())
    }

    fn dotted_type(&mut self, first: &Name, rest: &[Name], args: Vec<Type>, span: Span) -> Type {
        if let ([name], Some(space)) = (rest, self.space_named(&first.text)) {
            if !args.is_empty() {
                let note = format!("`{}` takes no type arguments", name.text);
                self.report(report::unknown_type(&name.text, span).with_note(note));
            }
            return self.space_type(space, name);
        }
        if let Some(Binding::Auto(module, item)) = self.lookup(&first.text)
            && let Some(ExternItem::Class(class)) =
                self.cx().lookup_module(&module, &item).as_deref()
        {
            self.module.py_modules.insert(Rc::clone(&module.0));
            return self.class_type(class.clone(), rest, args, span);
        }
        let Some(Binding::Module(mut module)) = self.lookup(&first.text) else {
            let path: Vec<&str> = std::iter::once(&*first.text)
                .chain(rest.iter().map(|name| &*name.text))
                .collect();
            if !matches!(self.lookup(&first.text), Some(Binding::Error)) {
                self.report(report::unknown_type(&path.join("."), span));
            }
            return Type::Error;
        };
        let mut rest = rest;
        while let [name, tail @ ..] = rest {
            self.module.py_modules.insert(Rc::clone(&module.0));
            match self.cx().lookup_module(&module, &name.text).as_deref() {
                Some(ExternItem::Module(inner)) => module = inner.clone(),
                Some(ExternItem::Class(class)) => {
                    return self.class_type(class.clone(), tail, args, span);
                }
                Some(ExternItem::Alias(ty)) if tail.is_empty() => return ty.clone(),
                found => {
                    let missing = found.is_none();
                    self.unknown_dotted(&module, name, missing, span);
                    return Type::Error;
                }
            }
            rest = tail;
        }
        self.report(report::unknown_type(self.text(span), span));
        Type::Error
    }

    fn unknown_dotted(
        &mut self,
        module: &mochi_types::ModuleId,
        name: &Name,
        missing: bool,
        span: Span,
    ) {
        let mut diagnostic = report::unknown_type(self.text(span), span);
        if missing {
            let names = self.externs.names(module);
            diagnostic = report::suggest(diagnostic, &name.text, names.iter().map(|name| &**name));
        } else {
            diagnostic = diagnostic.with_note(format!("`{}` is not a class", name.text));
        }
        self.report(diagnostic);
    }

    fn class_type(&mut self, class: ClassId, nested: &[Name], args: Vec<Type>, span: Span) -> Type {
        let mut class = class;
        for name in nested {
            let member = self.cx().lookup_class_member(&class, None, &name.text);
            let Some(mochi_types::BoundMember::Class(inner)) = member else {
                self.report(report::unknown_type(self.text(span), span));
                return Type::Error;
            };
            class = inner;
        }
        self.instance_of(&class, args, span)
    }

    pub(crate) fn module_type(
        &mut self,
        module: &mochi_types::ModuleId,
        item: &str,
        args: &[Type],
        span: Span,
    ) -> Option<Type> {
        self.module.py_modules.insert(Rc::clone(&module.0));
        let found = self.cx().lookup_module(module, item)?;
        match &*found {
            ExternItem::Class(class) => Some(self.instance_of(class, args.to_vec(), span)),
            ExternItem::Alias(ty) => Some(ty.clone()),
            _ => None,
        }
    }

    /// The type of a class's instances with these type arguments; none given means the
    /// parameters' defaults, else `any`.
    pub(crate) fn instance_of(&mut self, class: &ClassId, args: Vec<Type>, span: Span) -> Type {
        let Some(info) = self.externs.class(class) else {
            return Type::Handle(class.clone(), args.into());
        };
        // Those with defaults may be left out at the end.
        let rest = info.type_params.get(args.len()..);
        let fits = rest.is_some_and(|rest| rest.iter().all(|param| param.default.is_some()));
        if !args.is_empty() && !fits {
            let (want, got) = (info.type_params.len(), args.len());
            let note = format!("`{}` takes {want} type arguments, got {got}", info.display);
            self.report(report::unknown_type(self.text(span), span).with_note(note));
            return Type::Error;
        }
        let args = if args.is_empty() {
            default_args(&info.type_params)
        } else {
            let mut args = args;
            args.extend(default_args(rest.unwrap_or(&[])));
            args
        };
        Type::from_builtin(class, &args).unwrap_or_else(|| Type::Handle(class.clone(), args.into()))
    }

    /// Declares type parameters in the innermost block.
    pub(crate) fn type_params(&mut self, params: &[TypeParamDecl]) -> Vec<Rc<TypeParam>> {
        let mut made = Vec::new();
        for param in params {
            let bound = param.bound.as_ref().map(|bound| self.annotation(bound));
            self.next_param += 1;
            let ty = Rc::new(TypeParam {
                id: Rc::from(format!("{}#{}", param.name.text, self.next_param)),
                name: Rc::clone(&param.name.text),
                bound,
                constraints: Vec::new(),
                default: None,
            });
            if let Some(scope) = self.scopes.last_mut() {
                scope
                    .type_params
                    .insert(Rc::clone(&param.name.text), Type::Param(Rc::clone(&ty)));
            }
            made.push(ty);
        }
        made
    }
}

/// What type parameters stand for where no arguments are given.
pub(crate) fn default_args(params: &[Rc<TypeParam>]) -> Vec<Type> {
    params
        .iter()
        .map(|param| param.default.clone().unwrap_or(Type::Any))
        .collect()
}

/// What the type of a point in time is, where other languages have one of its own.
fn point_in_time(name: &str) -> Option<String> {
    matches!(
        name,
        "time" | "Time" | "timestamp" | "Timestamp" | "date" | "datetime"
    )
    .then(|| {
        "a point in time is an `int64`, as `now()` gives it; other types are a package's: \
         `datetime.datetime` after `import python \"datetime\" as datetime`"
            .to_owned()
    })
}
