//! Classes and types in the module of check functions: how it imports and spells them.
//!
//! Spec: bridge.md §7.

use mochi_types::{Check, ClassId, Literal, is_sidecar};

use crate::check_fn::{CheckFns, add_import, dotted};
use crate::py::{Expr, ImportGroup, ImportKind};
use crate::runtime::import_group;
use crate::shadow;

impl CheckFns<'_> {
    pub(crate) fn path(&self, class: &ClassId) -> (String, String) {
        match self.externs.class(class) {
            Some(known) => (known.path.0.0.to_string(), known.path.1.to_string()),
            None => (class.module.to_string(), class.qualname.to_string()),
        }
    }

    pub(crate) fn class_value(&mut self, class: &ClassId) -> Expr {
        let (module, path) = self.path(class);
        if module == "builtins" {
            return Expr::Name(path);
        }
        if is_sidecar(&module) {
            return self.sidecar_class(&module, &path);
        }
        if self.aliased {
            let base = self.alias(&module, false);
            return path.split('.').fold(base, Expr::attr);
        }
        let first = path.split('.').next().unwrap_or_default();
        if shadow::needs_from(self.externs, &self.imports, &module, first) {
            add_import(
                &mut self.imports,
                import_group(&module),
                ImportKind::From(module.clone(), first.to_string()),
            );
            return dotted(&path);
        }
        add_import(
            &mut self.imports,
            import_group(&module),
            ImportKind::Module(module.clone(), None),
        );
        dotted(&format!("{module}.{path}"))
    }

    /// A class of a Python file beside the program's own.
    fn sidecar_class(&mut self, module: &str, path: &str) -> Expr {
        let (parent, stem) = module.rsplit_once('.').unwrap_or(("", module));
        let (from, local) = if parent.is_empty() {
            (".", stem.to_string())
        } else {
            let local = module.trim_start_matches('.').replace('.', "_");
            (parent, local)
        };
        let imported = if local == stem {
            local.clone()
        } else {
            format!("{stem} as {local}")
        };
        let kind = ImportKind::From(from.to_string(), imported);
        add_import(&mut self.imports, ImportGroup::Local, kind);
        dotted(&format!("{local}.{path}"))
    }

    /// The annotation of a check's result.
    pub(crate) fn annotation(&mut self, check: &Check) -> Expr {
        let generic = |base: &str, args: Vec<Expr>| {
            let mut args = args;
            let index = if args.len() == 1 {
                args.pop().unwrap_or(Expr::None)
            } else {
                Expr::Tuple(args)
            };
            Expr::name(base).index(index)
        };
        match check {
            Check::Nothing | Check::Var(_) | Check::SelfType | Check::Mochi(_) | Check::Cast(_) => {
                Expr::name("object")
            }
            Check::Unit => Expr::None,
            Check::Int | Check::Int64 => Expr::name("int"),
            Check::Float => Expr::name("float"),
            Check::Bool => Expr::name("bool"),
            Check::Str => Expr::name("str"),
            Check::Bytes => Expr::name("bytes"),
            Check::Literal(values) => {
                let values = values
                    .iter()
                    .map(|value| self.literal_value(value))
                    .collect();
                self.typing("typing", "Literal");
                generic("Literal", values)
            }
            Check::Instance(class) => self.class_annotation(class, false),
            Check::StubOnly(class) => self.class_annotation(class, true),
            Check::List(item) | Check::Sequence(item) | Check::VariadicTuple(item) => {
                generic("list", vec![self.annotation(item)])
            }
            Check::Set(item) => generic("set", vec![self.annotation(item)]),
            Check::Dict(key, item) | Check::Mapping(key, item) => {
                generic("dict", vec![self.annotation(key), self.annotation(item)])
            }
            Check::Tuple(parts) => {
                let parts = parts.iter().map(|part| self.annotation(part)).collect();
                generic("tuple", parts)
            }
            Check::Option(inner) => {
                let inner = self.annotation(inner);
                inner.either(Expr::None)
            }
            Check::Union(members) => {
                let members = members.iter().map(|member| self.annotation(member));
                let joined = members.reduce(Expr::either);
                joined.unwrap_or_else(|| Expr::name("object"))
            }
            Check::Iterator(item) => {
                self.typing("collections.abc", "Iterator");
                generic("Iterator", vec![self.annotation(item)])
            }
            Check::AsyncIterator(item) => {
                self.typing("collections.abc", "AsyncIterator");
                generic("AsyncIterator", vec![self.annotation(item)])
            }
            Check::Callable => {
                self.typing("collections.abc", "Callable");
                generic("Callable", vec![Expr::Ellipsis, Expr::name("object")])
            }
            Check::TypeOf(None) => generic("type", vec![Expr::name("object")]),
            Check::TypeOf(Some(class)) => {
                generic("type", vec![self.class_annotation(class, false)])
            }
        }
    }

    pub(crate) fn literal_value(&mut self, literal: &Literal) -> Expr {
        match literal {
            Literal::Int(value) => Expr::int(*value),
            Literal::Str(text) => Expr::str(text.to_string()),
            Literal::Bytes(bytes) => Expr::Bytes(bytes.to_vec()),
            Literal::Bool(value) => Expr::Bool(*value),
            Literal::Member(class, member) => self.class_value(class).attr(member.to_string()),
        }
    }

    fn class_annotation(&mut self, class: &ClassId, for_checkers: bool) -> Expr {
        let (module, path) = self.path(class);
        let count = self
            .externs
            .class(class)
            .map_or(0, |known| known.type_params.len());
        let base = if module == "builtins" {
            Expr::Name(path)
        } else if self.aliased {
            let base = self.alias(&module, true);
            path.split('.').fold(base, Expr::attr)
        } else if for_checkers && !is_sidecar(&module) {
            add_import(
                &mut self.type_imports,
                import_group(&module),
                ImportKind::Module(module.clone(), None),
            );
            dotted(&format!("{module}.{path}"))
        } else {
            self.class_value(class)
        };
        if count == 0 {
            return base;
        }
        self.typing("typing", "Any");
        base.index(Expr::one_or_tuple(vec![Expr::name("Any"); count]))
    }

    pub(crate) fn typing(&mut self, module: &str, name: &str) {
        add_import(
            &mut self.type_imports,
            ImportGroup::Standard,
            ImportKind::From(module.to_string(), name.to_string()),
        );
    }
}
