//! The names of builtin types and of the program's records as class objects, where Python asks for
//! one.
//!
//! `int` given for `type[T]` is Python's class and not the conversion of that name; for `any` it
//! is too, as Python's own libraries mean it, and where a function without parameters is asked for.
//!
//! Spec: bridge.md §6 (`type[C]`: "the class name itself").

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast;
use mochi_types::{ClassId, DeclRef, ExternItem, ModuleId, Type};

use crate::checker::{Checker, TypeName, expr};
use crate::expr::unparenthesised;
use crate::typed::{Expr, ExprKind};

/// The type and Python class behind the name of a builtin type; `str` is Python's own name.
fn class_named(name: &str) -> Option<(Type, &'static str)> {
    Some(match name {
        "int" => (Type::Int, "int"),
        "float" => (Type::Float, "float"),
        "bool" => (Type::Bool, "bool"),
        "string" | "str" => (Type::Str, "str"),
        "bytes" => (Type::Bytes, "bytes"),
        _ => return None,
    })
}

/// How Mochi writes what Python has a name for.
fn own_word(name: &str) -> Option<&'static str> {
    Some(match name {
        "str" => "`string`",
        "list" | "List" => "`list<T>` for the type, and `collect(x)` to make one",
        "dict" | "Dict" | "Mapping" => "`map<K, V>` for the type, and `{…}` to make one",
        "tuple" | "Tuple" => "`(A, B)` for the type, and `(a, b)` to make one",
        "frozenset" => "`set<T>` for the type, and `set{…}` to make one",
        "Optional" => "`T?`",
        "Union" => "`A | B`",
        "Callable" => "`fun(A, B): R`",
        "None" | "NoneType" => "`none` for the value, and `unit` for the type of nothing",
        "True" => "`true`",
        "False" => "`false`",
        "Any" | "object" => "`any`",
        "raise" => "`panic(e)`",
        "from" => "one name for each row of a query: `from p in pairs`, and its parts as `p[0]`",
        _ => return crate::habits::other_word(name),
    })
}

/// Whether a class object is among what is expected.
fn takes_class(expected: &Type) -> bool {
    match expected {
        Type::Any | Type::TypeOf(_) => true,
        // `defaultdict(int)`: called without arguments it makes the zero value.
        Type::Fun(fun) => fun.params.is_empty(),
        Type::Option(inner) => takes_class(inner),
        Type::Union(members) => members.iter().any(takes_class),
        _ => false,
    }
}

impl Checker<'_> {
    /// What a name stands for that Python has without an import: Mochi's own word for it
    /// (`dict`), or where it is found (`sorted`, `FileNotFoundError`).
    pub(crate) fn python_builtin_note(&self, name: &str) -> Option<String> {
        if let Some(own) = own_word(name) {
            return Some(format!("Mochi writes {own}"));
        }
        let builtins = ModuleId(Rc::from("builtins"));
        match &*self.externs.attribute(&builtins, name)? {
            ExternItem::Fun(_) => {}
            ExternItem::Class(class) if Type::from_builtin(class, &[]).is_none() => {}
            _ => return None,
        }
        Some(format!(
            "Python's `{name}` is `builtins.{name}` after `import python \"builtins\" as builtins`"
        ))
    }

    /// Whether the argument is a name that may stand for a class.
    pub(crate) fn may_be_class(&self, item: &ast::Expr) -> bool {
        match &unparenthesised(item).kind {
            ast::ExprKind::Name(name) => {
                let known = class_named(name).is_some() || self.record_named(name).is_some();
                known && self.is_free(name)
            }
            _ => false,
        }
    }

    fn is_free(&self, name: &str) -> bool {
        self.lookup(name).is_none()
            && !self.is_own_member(name)
            && self.variant_named(name, None).is_none()
    }

    /// The record type of that name.
    fn record_named(&self, name: &str) -> Option<DeclRef> {
        match self.type_names.get(name)? {
            TypeName::Decl(decl) => self.decls.record(decl.id).map(|_| decl.clone()),
            TypeName::Alias(_) => None,
        }
    }

    /// The class object of a builtin type's or record's name, if Python asks for one.
    pub(crate) fn builtin_class(
        &mut self,
        name: &str,
        expected: Option<&Type>,
        span: Span,
    ) -> Option<Expr> {
        if !self.in_python || !takes_class(expected?) {
            return None;
        }
        if !self.is_free(name) {
            return None;
        }
        if let Some(decl) = self.record_named(name) {
            // Without its fields it makes no value.
            if matches!(expected, Some(Type::Fun(_))) {
                return None;
            }
            self.note_made_decl(decl.id, span);
            let ty = Type::TypeOf(Rc::new(Type::Named(decl.clone())));
            return Some(expr(ExprKind::RecordClass(decl), ty, span));
        }
        let (instance, class) = class_named(name)?;
        let kind = ExprKind::PyClass(ClassId::new("builtins", class));
        Some(expr(kind, Type::TypeOf(Rc::new(instance)), span))
    }
}
