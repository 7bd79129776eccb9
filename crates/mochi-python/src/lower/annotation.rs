//! Annotations: the Python spelling of Mochi's types.
//!
//! Spec: language.md §4 (last column).

use std::rc::Rc;

use mochi_types::{ChannelKind, ClassId, DeclRef, FunType, Literal, Type, TypeParam};

use super::Lowerer;
use crate::check_fn::add_import;
use crate::py::{Expr, Import, ImportGroup, ImportKind};

impl Lowerer<'_> {
    /// An annotation that Python evaluates when the module is loaded, unless told not to.
    pub(super) fn annotation(&mut self, ty: &Type) -> Expr {
        match ty {
            Type::Any | Type::PyObject | Type::Error | Type::Infer(_) | Type::SelfType => {
                Expr::name("object")
            }
            Type::Module(_) | Type::Extern(_) => Expr::name("object"),
            Type::Never => self.typing_name("typing", "Never"),
            Type::Unit | Type::None => Expr::None,
            Type::Int | Type::Int64 | Type::BigInt => Expr::name("int"),
            Type::BigRat => self.typing_name("fractions", "Fraction"),
            Type::Float => Expr::name("float"),
            Type::Bool => Expr::name("bool"),
            Type::Str => Expr::name("str"),
            Type::Bytes => Expr::name("bytes"),
            Type::List(item) => self.generic("list", &[item]),
            Type::Set(item) => self.generic("set", &[item]),
            Type::Map(key, value) | Type::OMap(key, value) => self.generic("dict", &[key, value]),
            Type::Option(inner) => {
                let inner = self.annotation(inner);
                inner.either(Expr::None)
            }
            Type::Tuple(parts) => {
                let parts: Vec<&Type> = parts.iter().collect();
                self.generic("tuple", &parts)
            }
            Type::Group(key, item) => {
                let class = self.helper("Group");
                let (key, item) = (self.annotation(key), self.annotation(item));
                class.index(Expr::Tuple(vec![key, item]))
            }
            Type::Fun(fun) => self.callable(fun),
            Type::AnyFun(result) => {
                let result = self.annotation(result);
                let callable = self.typing_name("collections.abc", "Callable");
                callable.index(Expr::Tuple(vec![Expr::Ellipsis, result]))
            }
            Type::Anon(fields) => self.anonymous_annotation(fields),
            Type::Named(decl) => self.declared_name(decl),
            Type::Variant(decl, variant) => self.variant_annotation(decl, *variant),
            Type::Union(members) => {
                let mut joined: Option<Expr> = None;
                let (literals, others): (Vec<&Type>, Vec<&Type>) = members
                    .iter()
                    .partition(|member| matches!(member, Type::Literal(_)));
                if !literals.is_empty() {
                    let mut values = Vec::new();
                    for literal in literals {
                        if let Type::Literal(literal) = literal {
                            values.push(self.literal_value(literal));
                        }
                    }
                    let name = self.typing_name("typing", "Literal");
                    joined = Some(name.index(Expr::one_or_tuple(values)));
                }
                let others = others.into_iter().map(|member| self.annotation(member));
                let joined = joined.into_iter().chain(others).reduce(Expr::either);
                joined.unwrap_or_else(|| Expr::name("object"))
            }
            Type::Literal(literal) => {
                let value = self.literal_value(literal);
                self.typing_name("typing", "Literal").index(value)
            }
            Type::Iterator(item) => {
                let item = self.annotation(item);
                self.typing_name("collections.abc", "Iterator").index(item)
            }
            Type::AsyncIterator(item) => {
                let item = self.annotation(item);
                self.typing_name("collections.abc", "AsyncIterator")
                    .index(item)
            }
            Type::Future(item) => {
                let item = self.annotation(item);
                self.typing_name("collections.abc", "Awaitable").index(item)
            }
            Type::ErrorValue => self.helper("Error"),
            Type::Channel(kind, item) => {
                let class = match kind {
                    ChannelKind::Channel => "Channel",
                    ChannelKind::Stream => "ValueStream",
                    ChannelKind::Subscription => "Subscription",
                };
                let item = self.annotation(item);
                self.helper(class).index(item)
            }
            Type::Handle(class, args) => self.handle_annotation(class, args),
            Type::TypeOf(inner) => self.generic("type", &[inner]),
            Type::Param(param) => Expr::name(param.name.to_string()),
        }
    }

    /// A Python class with its arguments; what its types leave open is `Any`, since `object` need
    /// not be within the bounds of the parameter.
    fn handle_annotation(&mut self, class: &ClassId, args: &[Type]) -> Expr {
        let base = self.class_annotation(class);
        let known = self.externs.class(class);
        let params = known.as_ref().map_or(&[][..], |known| &known.type_params);
        let mut given: Vec<Expr> = Vec::new();
        if are_defaults(args, params) {
            return base;
        }
        for arg in args {
            given.push(match arg {
                Type::Any | Type::PyObject | Type::Error | Type::Infer(_) => {
                    self.typing_name("typing", "Any")
                }
                other => self.annotation(other),
            });
        }
        if args.is_empty() && params.iter().any(|param| param.default.is_none()) {
            given = params
                .iter()
                .map(|_| self.typing_name("typing", "Any"))
                .collect();
        }
        if given.is_empty() {
            return base;
        }
        self.future_annotations = true;
        if class.is("builtins", "tuple") {
            given.push(Expr::Ellipsis);
        }
        base.index(Expr::one_or_tuple(given))
    }

    fn generic(&mut self, base: &str, args: &[&Type]) -> Expr {
        let args = args.iter().map(|arg| self.annotation(arg)).collect();
        Expr::name(base).index(Expr::one_or_tuple(args))
    }

    fn callable(&mut self, fun: &FunType) -> Expr {
        let params = fun
            .params
            .iter()
            .map(|param| self.annotation(param))
            .collect();
        let mut result = self.annotation(&fun.result);
        if fun.is_async {
            result = self
                .typing_name("collections.abc", "Awaitable")
                .index(result);
        }
        self.typing_name("collections.abc", "Callable")
            .index(Expr::Tuple(vec![Expr::List(params), result]))
    }

    /// A record, sum or agent as an annotation.
    pub(super) fn declared_name(&mut self, decl: &DeclRef) -> Expr {
        if !self.declared.contains(&decl.id) {
            self.future_annotations = true;
        }
        let class = self.declared_class(decl.id);
        let params = self.class_params(decl.id);
        super::local_class::applied(class, &params)
    }

    /// The class of a variant.
    pub(super) fn variant_class(&mut self, decl: &DeclRef, variant: u32) -> Expr {
        if !self.declared.contains(&decl.id) {
            self.future_annotations = true;
        }
        self.declared_variant(decl.id, variant)
    }

    /// A name that only type checkers need, imported for them alone.
    pub(super) fn typing_name(&mut self, module: &str, name: &str) -> Expr {
        let (local, import) = self.standard_import(module, name);
        self.add_type_import(import);
        local
    }

    /// A name of the standard library for the emitted code, imported when the module is loaded.
    pub(super) fn standard_name(&mut self, module: &str, name: &str) -> Expr {
        let (local, import) = self.standard_import(module, name);
        add_import(&mut self.imports, import.group, import.kind);
        local
    }

    /// The local name, another one where the program has the name itself, and the import.
    fn standard_import(&self, module: &str, name: &str) -> (Expr, Import) {
        let (local, imported) = if self.all_names.contains(name) {
            (format!("_{name}"), format!("{name} as _{name}"))
        } else {
            (name.to_string(), name.to_string())
        };
        let import = Import {
            group: ImportGroup::Standard,
            kind: ImportKind::From(module.to_string(), imported),
            span: None,
        };
        (Expr::Name(local), import)
    }

    pub(super) fn add_type_import(&mut self, import: Import) {
        self.future_annotations = true;
        if !self
            .type_imports
            .iter()
            .any(|other| other.kind == import.kind)
        {
            self.type_imports.push(import);
        }
    }

    /// A Python class where an annotation names it: through the program's own imports if they
    /// reach its module, else through an import for type checkers.
    pub(super) fn class_annotation(&mut self, class: &ClassId) -> Expr {
        if let Some(found) = self.sidecar_class(class) {
            self.future_annotations = true;
            return found;
        }
        let (module, path) = self.class_path(class);
        if module == "builtins" {
            return Expr::Name(path);
        }
        // An alias of a package reaches its modules at run time, but type checkers know a module
        // of it only by the name that an import of that module binds.
        let top = module.split('.').next().unwrap_or(&module);
        let is_bound = self
            .module
            .imports
            .iter()
            .any(|import| *import.module.0 == module)
            || self.module.py_modules.contains(module.as_str())
                && self.import_names.iter().any(|(_, name)| name == top);
        if is_bound && let Some(base) = self.imported_module(&module) {
            self.future_annotations = true;
            return dotted(base, &path);
        }
        let (first, rest) = match module.split_once('.') {
            Some((first, _)) => (first.to_string(), module.get(first.len()..).unwrap_or("")),
            None => (module.clone(), ""),
        };
        let taken = self.all_names.contains(&first)
            && !self.import_names.iter().any(|(_, name)| *name == first);
        let (kind, base) = if taken {
            let alias = format!("_{}", module.replace('.', "_"));
            (
                ImportKind::Module(module.clone(), Some(alias.clone())),
                Expr::Name(alias),
            )
        } else {
            let base = dotted(Expr::Name(first), rest.trim_start_matches('.'));
            (ImportKind::Module(module.clone(), None), base)
        };
        self.add_type_import(Import {
            group: crate::runtime::import_group(&module),
            kind,
            span: None,
        });
        dotted(base, &path)
    }

    /// The run-time path of a class.
    pub(super) fn class_path(&self, class: &ClassId) -> (String, String) {
        // The module that defines a class surely has it; a public path may exist for checkers only.
        let is_public = !class.module.split('.').any(|part| part.starts_with('_'));
        if is_public && self.module.py_modules.contains(&class.module) {
            return (class.module.to_string(), class.qualname.to_string());
        }
        match self.externs.class(class) {
            Some(known) => (known.path.0.0.to_string(), known.path.1.to_string()),
            None => (class.module.to_string(), class.qualname.to_string()),
        }
    }

    /// A literal type's value.
    pub(super) fn literal_value(&mut self, literal: &Literal) -> Expr {
        match literal {
            Literal::Int(value) => Expr::int(*value),
            Literal::Str(text) => Expr::str(text.to_string()),
            Literal::Bytes(bytes) => Expr::Bytes(bytes.to_vec()),
            Literal::Bool(value) => Expr::Bool(*value),
            Literal::Member(class, member) => self.class_value(class).attr(member.to_string()),
        }
    }
}

/// `base.a.b` for the path `a.b`.
pub(super) fn dotted(base: Expr, path: &str) -> Expr {
    path.split('.')
        .filter(|part| !part.is_empty())
        .fold(base, Expr::attr)
}

/// Whether the arguments of a class are what leaving them out means.
fn are_defaults(args: &[Type], params: &[Rc<TypeParam>]) -> bool {
    !args.is_empty()
        && args.len() == params.len()
        && args
            .iter()
            .zip(params)
            .all(|(arg, param)| param.default.as_ref().is_some_and(|ty| is_same(arg, ty)))
}

/// Equality of types, where arguments that are left out are `any`.
fn is_same(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Handle(class, args), Type::Handle(other, others)) => {
            let count = args.len().max(others.len());
            let at = |args: &[Type], index| args.get(index).cloned().unwrap_or(Type::Any);
            class == other && (0..count).all(|index| is_same(&at(args, index), &at(others, index)))
        }
        (a, b) => a == b,
    }
}
