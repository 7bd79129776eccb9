//! The Python classes of Mochi's types, both directions, and the bases of a class with its
//! arguments filled in.
//!
//! Decisions: `unit` and `none` are `types.NoneType`; a tuple is `tuple[A | B, ...]` of its
//! parts; `iterator<T>` is `typing.Iterator[T]`; `future<T>` is only known to be
//! `typing.Awaitable[T]`; a class object is `builtins.type`. A handle without arguments of a
//! class with type parameters has `any` (or the parameter's default) for each.
//!
//! Spec: language.md §4 (column "Python"); bridge.md §6.

use std::rc::Rc;

use crate::{
    BoundMember, ClassId, ClassKind, Context, ExternClass, ExternField, Out, Type, TypeParam,
};

impl Type {
    /// The Mochi type of a Python class that has one; the inverse of [`Context::python_class`].
    ///
    /// `tuple` and the ABCs that depend on the direction (`Iterable`, `Sequence` …) have none.
    pub fn from_builtin(class: &ClassId, args: &[Self]) -> Option<Self> {
        let arg = |index: usize| args.get(index).cloned().unwrap_or(Self::Any);
        Some(match (&*class.module, &*class.qualname) {
            ("builtins", "object") => Self::Any,
            ("builtins", "bool") => Self::Bool,
            ("builtins", "int") => Self::Int,
            ("builtins", "float") => Self::Float,
            ("builtins", "str") => Self::Str,
            ("builtins", "bytes") => Self::Bytes,
            ("builtins", "list") => Self::list(arg(0)),
            ("builtins", "set" | "frozenset") => Self::set(arg(0)),
            ("builtins", "dict") => Self::map(arg(0), arg(1)),
            ("builtins", "type") => Self::TypeOf(Rc::new(arg(0))),
            ("types", "NoneType") => Self::Unit,
            ("fractions", "Fraction") => Self::BigRat,
            ("typing", "Iterator") => Self::iterator(arg(0)),
            ("typing", "AsyncIterator") => Self::AsyncIterator(Rc::new(arg(0))),
            _ => return None,
        })
    }

    /// A value of the class: the Mochi type if it has one, else a handle.
    pub fn instance(class: &ClassId, args: Rc<[Self]>) -> Self {
        Self::from_builtin(class, &args).unwrap_or_else(|| Self::Handle(class.clone(), args))
    }
}

impl Context<'_> {
    /// The Python class whose instances the values are; none for functions, unions, options,
    /// `any` and the program's own records.
    #[allow(
        clippy::self_only_used_in_recursion,
        reason = "asked of a context like the other relations"
    )]
    pub fn python_class(&self, ty: &Type) -> Option<(ClassId, Rc<[Type]>)> {
        let builtin =
            |name: &str, args: &[Type]| Some((ClassId::new("builtins", name), Rc::from(args)));
        let typing = |name: &str, arg: &Rc<Type>| {
            Some((ClassId::new("typing", name), Rc::from([(**arg).clone()])))
        };
        match ty {
            Type::Handle(class, args) => Some((class.clone(), args.clone())),
            Type::Bool => builtin("bool", &[]),
            Type::Int | Type::Int64 | Type::BigInt => builtin("int", &[]),
            Type::BigRat => Some((ClassId::new("fractions", "Fraction"), Rc::from([]))),
            Type::Float => builtin("float", &[]),
            Type::Str => builtin("str", &[]),
            Type::Bytes => builtin("bytes", &[]),
            Type::List(element) => builtin("list", &[(**element).clone()]),
            Type::Set(element) => builtin("set", &[(**element).clone()]),
            Type::Map(key, value) | Type::OMap(key, value) => {
                builtin("dict", &[(**key).clone(), (**value).clone()])
            }
            Type::Tuple(parts) => builtin("tuple", &[Type::union(parts.iter().cloned())]),
            Type::Iterator(element) => typing("Iterator", element),
            Type::AsyncIterator(element) => typing("AsyncIterator", element),
            Type::Future(element) => typing("Awaitable", element),
            Type::None | Type::Unit => Some((ClassId::new("types", "NoneType"), Rc::from([]))),
            Type::Literal(literal) => self.python_class(&literal.base()),
            Type::TypeOf(_) => builtin("type", &[]),
            Type::Module(_) => Some((ClassId::new("types", "ModuleType"), Rc::from([]))),
            Type::Param(param) => self.python_class(param.bound.as_ref()?),
            _ => None,
        }
    }

    /// The parts, by position, of a named tuple or of a class that derives from a tuple of fixed
    /// length; none for every other value.
    pub fn named_parts(&self, ty: &Type) -> Option<Vec<Out>> {
        let Type::Handle(class, args) = ty else {
            return None;
        };
        let known = self.externs.class(class)?;
        if let Some(parts) = &known.tuple_parts {
            let solution = |id: &str| class_arg(&known, args, id);
            let part = |part: &Out| self.substitute_out(part, &solution, Some(ty));
            return Some(parts.iter().map(part).collect());
        }
        let ClassKind::Record { fields, .. } = &known.kind else {
            return None;
        };
        let is_tuple = |(base, _): &(ClassId, _)| base.is("typing", "NamedTuple");
        if !known.mro.iter().any(is_tuple) {
            return None;
        }
        let part = |field: &ExternField| match self.bound(class, args, &field.name, ty)? {
            BoundMember::Attribute { get, .. } => Some(get),
            _ => None,
        };
        fields.iter().map(part).collect()
    }

    /// The class with these arguments and everything that it derives from, in the order in which
    /// members are looked up.
    pub fn resolution_order(&self, class: &ClassId, args: &[Type]) -> Vec<(ClassId, Rc<[Type]>)> {
        let Some(known) = self.externs.class(class) else {
            return vec![(class.clone(), Rc::from(args))];
        };
        let order = known.mro.iter().map(|(base, base_args)| {
            let base_args = if *base == known.id {
                Rc::from(args)
            } else {
                fill(&known, args, base_args)
            };
            (base.clone(), base_args)
        });
        order.collect()
    }

    /// The arguments that the class has as a base of itself or of `of<args>`; none if it is no
    /// base.
    pub(crate) fn base_args(
        &self,
        of: &ClassId,
        args: &Rc<[Type]>,
        base: &ClassId,
    ) -> Option<Rc<[Type]>> {
        if of == base {
            return Some(args.clone());
        }
        let class = self.externs.class(of)?;
        let (_, base_args) = class.mro.iter().find(|(id, _)| id == base)?;
        Some(fill(&class, args, base_args))
    }
}

/// `types`, written in terms of the class's parameters, for `class<args>`.
pub(crate) fn fill(class: &ExternClass, args: &[Type], types: &Rc<[Type]>) -> Rc<[Type]> {
    if class.type_params.is_empty() || types.is_empty() {
        return types.clone();
    }
    let solution = |param: &TypeParam| class_arg(class, args, &param.id);
    types
        .iter()
        .map(|ty| ty.substitute(&solution, None))
        .collect()
}

/// The argument for a class parameter by its id.
pub(crate) fn class_arg(class: &ExternClass, args: &[Type], id: &str) -> Option<Type> {
    let index = class
        .type_params
        .iter()
        .position(|param| *param.id == *id)?;
    let param = class.type_params.get(index)?;
    Some(match args.get(index) {
        Some(ty) => ty.clone(),
        None => param.default.clone().unwrap_or(Type::Any),
    })
}
