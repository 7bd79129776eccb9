//! Replacing type parameters and `Self`, and the checks of Mochi types.
//!
//! Most types mention no parameter at all, so every walk answers "unchanged" without building
//! anything.
//!
//! Spec: bridge.md §6 (`Self`, `TypeVar`), "What a check accepts".

use std::rc::Rc;

use crate::{
    Check, ClassId, ClassKind, Context, ExternFun, FunType, Out, Signature, Type, TypeParam,
};

/// The solution of a type parameter by its id.
pub type Solution<'a> = dyn Fn(&str) -> Option<Type> + 'a;

impl Type {
    /// The type with each type parameter replaced for which `solution` has an answer, and `Self`
    /// replaced by `self_type`.
    #[must_use]
    pub fn substitute(
        &self,
        solution: &dyn Fn(&TypeParam) -> Option<Self>,
        self_type: Option<&Self>,
    ) -> Self {
        self.rewrite(&mut |ty| match ty {
            Self::Param(param) => solution(param),
            Self::SelfType => self_type.cloned(),
            _ => None,
        })
        .unwrap_or_else(|| self.clone())
    }

    /// The type as it arrives out of Python: `tuple[T, ...]`, which a class argument may be, is
    /// a list then. Inside other classes it stays what it is.
    #[must_use]
    pub(crate) fn arriving(&self) -> Self {
        let new = self.rewrite(&mut |part| match part {
            Self::Handle(class, args) if class.is("builtins", "tuple") => {
                Some(Self::list(args.first().map_or(Self::Any, Self::arriving)))
            }
            Self::Handle(..) | Self::Fun(_) | Self::TypeOf(_) => Some(part.clone()),
            _ => None,
        });
        new.unwrap_or_else(|| self.clone())
    }

    /// The type without what calling its functions may do, on which nothing but `where` and
    /// `having` depends (language.md §4.6).
    #[must_use]
    pub fn without_effects(&self) -> Self {
        let new = self.rewrite(&mut |part| match part {
            Self::Fun(fun) if !fun.effects.is_empty() => {
                let plain = Self::Fun(Rc::new(FunType {
                    effects: crate::Effects::NONE,
                    ..(**fun).clone()
                }));
                Some(plain.without_effects())
            }
            _ => None,
        });
        new.unwrap_or_else(|| self.clone())
    }

    /// Replaces every part for which `leaf` has an answer, from the outside in; none if nothing
    /// changed.
    pub fn rewrite(&self, leaf: &mut dyn FnMut(&Self) -> Option<Self>) -> Option<Self> {
        if let Some(replaced) = leaf(self) {
            return Some(replaced);
        }
        let mut one = |ty: &Rc<Self>, make: fn(Rc<Self>) -> Self| {
            ty.rewrite(leaf).map(|ty| make(Rc::new(ty)))
        };
        match self {
            Self::List(ty) => one(ty, Self::List),
            Self::Set(ty) => one(ty, Self::Set),
            Self::Iterator(ty) => one(ty, Self::Iterator),
            Self::AsyncIterator(ty) => one(ty, Self::AsyncIterator),
            Self::Future(ty) => one(ty, Self::Future),
            Self::AnyFun(ty) => one(ty, Self::AnyFun),
            Self::TypeOf(ty) => one(ty, Self::TypeOf),
            Self::Option(ty) => ty.rewrite(leaf).map(Self::option),
            Self::Map(key, value) => {
                rewrite_pair(key, value, leaf).map(|(key, value)| Self::Map(key, value))
            }
            Self::OMap(key, value) => {
                rewrite_pair(key, value, leaf).map(|(key, value)| Self::OMap(key, value))
            }
            Self::Channel(kind, ty) => ty.rewrite(leaf).map(|ty| Self::Channel(*kind, Rc::new(ty))),
            Self::Group(key, item) => {
                rewrite_pair(key, item, leaf).map(|(key, item)| Self::Group(key, item))
            }
            Self::Tuple(parts) => rewrite_all(parts, leaf).map(|parts| Self::Tuple(parts.into())),
            Self::Union(members) => rewrite_all(members, leaf).map(Self::union),
            Self::Handle(class, args) => {
                rewrite_all(args, leaf).map(|args| Self::Handle(class.clone(), args.into()))
            }
            Self::Fun(fun) => {
                let params = rewrite_all(&fun.params, leaf);
                let result = fun.result.rewrite(leaf);
                if params.is_none() && result.is_none() {
                    return None;
                }
                Some(Self::Fun(Rc::new(FunType {
                    params: params.unwrap_or_else(|| fun.params.clone()),
                    result: result.unwrap_or_else(|| fun.result.clone()),
                    effects: fun.effects,
                    is_async: fun.is_async,
                })))
            }
            Self::Anon(fields) => {
                let types: Vec<Self> = fields.iter().map(|(_, ty)| ty.clone()).collect();
                let types = rewrite_all(&types, leaf)?;
                let names = fields.iter().map(|(name, _)| name.clone());
                Some(Self::Anon(names.zip(types).collect()))
            }
            _ => None,
        }
    }

    /// Whether some part of the type satisfies `test`.
    pub fn any_part(&self, test: &dyn Fn(&Self) -> bool) -> bool {
        if test(self) {
            return true;
        }
        match self {
            Self::List(ty)
            | Self::Set(ty)
            | Self::Iterator(ty)
            | Self::AsyncIterator(ty)
            | Self::Future(ty)
            | Self::Channel(_, ty)
            | Self::AnyFun(ty)
            | Self::TypeOf(ty)
            | Self::Option(ty) => ty.any_part(test),
            Self::Map(key, value) | Self::OMap(key, value) | Self::Group(key, value) => {
                key.any_part(test) || value.any_part(test)
            }
            Self::Tuple(types) | Self::Union(types) | Self::Handle(_, types) => {
                types.iter().any(|ty| ty.any_part(test))
            }
            Self::Fun(fun) => {
                fun.params.iter().any(|ty| ty.any_part(test)) || fun.result.any_part(test)
            }
            Self::Anon(fields) => fields.iter().any(|(_, ty)| ty.any_part(test)),
            _ => false,
        }
    }

    /// Whether an unsolved type variable occurs in it.
    pub fn has_infer(&self) -> bool {
        self.any_part(&|ty| matches!(ty, Self::Infer(_)))
    }
}

type Shared = Rc<Type>;

fn rewrite_pair(
    first: &Shared,
    second: &Shared,
    leaf: &mut dyn FnMut(&Type) -> Option<Type>,
) -> Option<(Shared, Shared)> {
    let new_first = first.rewrite(leaf);
    let new_second = second.rewrite(leaf);
    if new_first.is_none() && new_second.is_none() {
        return None;
    }
    Some((
        new_first.map_or_else(|| first.clone(), Rc::new),
        new_second.map_or_else(|| second.clone(), Rc::new),
    ))
}

fn rewrite_all(types: &[Type], leaf: &mut dyn FnMut(&Type) -> Option<Type>) -> Option<Vec<Type>> {
    let mut changed: Option<Vec<Type>> = None;
    for (index, ty) in types.iter().enumerate() {
        if let Some(new) = ty.rewrite(leaf) {
            let all = changed.get_or_insert_with(|| types.to_vec());
            if let Some(slot) = all.get_mut(index) {
                *slot = new;
            }
        }
    }
    changed
}

impl Check {
    /// As [`Type::rewrite`].
    fn rewrite(&self, leaf: &mut dyn FnMut(&Self) -> Option<Self>) -> Option<Self> {
        if let Some(replaced) = leaf(self) {
            return Some(replaced);
        }
        let mut one = |inner: &Rc<Self>, make: fn(Rc<Self>) -> Self| {
            inner.rewrite(leaf).map(|inner| make(Rc::new(inner)))
        };
        match self {
            Self::List(inner) => one(inner, Self::List),
            Self::Set(inner) => one(inner, Self::Set),
            Self::Sequence(inner) => one(inner, Self::Sequence),
            Self::VariadicTuple(inner) => one(inner, Self::VariadicTuple),
            Self::Iterator(inner) => one(inner, Self::Iterator),
            Self::AsyncIterator(inner) => one(inner, Self::AsyncIterator),
            Self::Option(inner) => inner.rewrite(leaf).map(Self::option),
            Self::Dict(key, value) => Self::rewrite_pair(key, value, leaf, Self::Dict),
            Self::Mapping(key, value) => Self::rewrite_pair(key, value, leaf, Self::Mapping),
            Self::Tuple(parts) => {
                Self::rewrite_all(parts, leaf).map(|parts| Self::Tuple(parts.into()))
            }
            Self::Union(members) => Self::rewrite_all(members, leaf).map(Self::union),
            _ => None,
        }
    }

    fn rewrite_pair(
        first: &Rc<Self>,
        second: &Rc<Self>,
        leaf: &mut dyn FnMut(&Self) -> Option<Self>,
        make: fn(Rc<Self>, Rc<Self>) -> Self,
    ) -> Option<Self> {
        let new_first = first.rewrite(leaf);
        let new_second = second.rewrite(leaf);
        if new_first.is_none() && new_second.is_none() {
            return None;
        }
        Some(make(
            new_first.map_or_else(|| first.clone(), Rc::new),
            new_second.map_or_else(|| second.clone(), Rc::new),
        ))
    }

    fn rewrite_all(
        checks: &[Self],
        leaf: &mut dyn FnMut(&Self) -> Option<Self>,
    ) -> Option<Vec<Self>> {
        let mut changed = false;
        let mut all = Vec::with_capacity(checks.len());
        for check in checks {
            if let Some(new) = check.rewrite(leaf) {
                changed = true;
                all.push(new);
            } else {
                all.push(check.clone());
            }
        }
        changed.then_some(all)
    }

    /// `None` or the inner check; a check that accepts `None` already stays itself.
    #[must_use]
    pub fn option(inner: Self) -> Self {
        match inner {
            Self::Option(_) | Self::Nothing | Self::Unit => inner,
            inner => Self::Option(Rc::new(inner)),
        }
    }

    /// The first member that fits: flattened, without repeats; nothing to check if some member
    /// accepts everything.
    #[must_use]
    pub fn union(members: impl IntoIterator<Item = Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        let mut optional = false;
        let mut pending: Vec<Self> = members.into_iter().collect();
        pending.reverse();
        while let Some(member) = pending.pop() {
            match member {
                Self::Nothing => return Self::Nothing,
                Self::Unit => optional = true,
                Self::Option(inner) => {
                    optional = true;
                    pending.push((*inner).clone());
                }
                Self::Union(inner) => pending.extend(inner.iter().rev().cloned()),
                Self::Literal(new) => {
                    let known = flat.iter_mut().find_map(|check| match check {
                        Self::Literal(literals) => Some(literals),
                        _ => None,
                    });
                    match known {
                        Some(literals) => {
                            let mut all = literals.to_vec();
                            all.extend(
                                new.iter()
                                    .filter(|literal| !literals.contains(literal))
                                    .cloned(),
                            );
                            *literals = all.into();
                        }
                        None => flat.push(Self::Literal(new)),
                    }
                }
                other if flat.contains(&other) => {}
                other => flat.push(other),
            }
        }
        let whole = match (flat.len(), flat.pop()) {
            (_, None) => return Self::Unit,
            (1, Some(only)) => only,
            (_, Some(last)) => {
                flat.push(last);
                Self::Union(flat.into())
            }
        };
        if optional { Self::option(whole) } else { whole }
    }
}

impl Context<'_> {
    /// What must hold for a value to be of that type: for results whose declared type is a type
    /// variable, and for casts.
    ///
    /// Protocols and rigid type parameters have no run-time form and are not checked.
    pub fn check_of(&self, ty: &Type) -> Check {
        self.check_with(ty, false)
    }

    /// As [`Self::check_of`], for a declaration: its type parameters are those of the check, which
    /// calls fill in.
    pub fn declared_check(&self, ty: &Type) -> Check {
        self.check_with(ty, true)
    }

    fn check_with(&self, ty: &Type, is_declared: bool) -> Check {
        let check_of = |ty: &Type| self.check_with(ty, is_declared);
        let inner = |ty: &Type| Rc::new(check_of(ty));
        match ty {
            Type::Anon(_) | Type::Named(_) | Type::Variant(..) if is_declared => {
                Check::Cast(ty.clone())
            }
            Type::Param(param) if is_declared => Check::Var(Rc::clone(&param.id)),
            Type::Unit | Type::None => Check::Unit,
            Type::Int | Type::Int64 | Type::BigInt => Check::Int,
            Type::BigRat => Check::Instance(ClassId::new("fractions", "Fraction")),
            Type::Float => Check::Float,
            Type::Bool => Check::Bool,
            Type::Str => Check::Str,
            Type::Bytes => Check::Bytes,
            Type::Literal(literal) => Check::Literal(Rc::from([literal.clone()])),
            Type::List(element) => Check::List(inner(element)),
            Type::Set(element) => Check::Set(inner(element)),
            Type::Map(key, value) | Type::OMap(key, value) => Check::Dict(inner(key), inner(value)),
            Type::Option(some) => Check::option(check_of(some)),
            Type::Tuple(parts) => Check::Tuple(parts.iter().map(check_of).collect()),
            Type::Union(members) => Check::union(members.iter().map(check_of)),
            Type::Iterator(element) => Check::Iterator(inner(element)),
            Type::AsyncIterator(element) => Check::AsyncIterator(inner(element)),
            Type::Fun(_) | Type::AnyFun(_) | Type::Extern(_) => Check::Callable,
            Type::Handle(class, args) => self.check_of_class(class, args),
            Type::TypeOf(of) => Check::TypeOf(self.python_class(of).map(|(class, _)| class)),
            Type::SelfType => Check::SelfType,
            Type::Anon(_) | Type::Named(_) | Type::Variant(..) => Check::Mochi(ty.clone()),
            Type::Error
            | Type::Any
            | Type::Never
            | Type::Future(_)
            | Type::ErrorValue
            | Type::PyObject
            | Type::Param(_)
            | Type::Infer(_)
            | Type::Group(..)
            | Type::Channel(..)
            | Type::Module(_) => Check::Nothing,
        }
    }

    fn check_of_class(&self, class: &ClassId, args: &[Type]) -> Check {
        if class.is("builtins", "tuple") {
            let element = args.first().map_or(Check::Nothing, |ty| self.check_of(ty));
            return Check::VariadicTuple(Rc::new(element));
        }
        match self.externs.class(class) {
            Some(known) if known.kind == ClassKind::Protocol => Check::Nothing,
            Some(known) if known.types_only => Check::Nothing,
            Some(known) if !known.stub_only => Check::Instance(class.clone()),
            _ => Check::StubOnly(class.clone()),
        }
    }

    /// The check with each [`Check::Var`] replaced by the check of the solution with that id, and
    /// [`Check::SelfType`] by that of `self_type`.
    pub fn substitute_check(
        &self,
        check: &Rc<Check>,
        solution: &Solution<'_>,
        self_type: Option<&Type>,
    ) -> Rc<Check> {
        let changed = check.rewrite(&mut |check| match check {
            Check::Var(id) => match solution(id)? {
                // Renamed, not solved: stays a variable.
                Type::Param(param) => Some(Check::Var(param.id.clone())),
                ty => Some(self.check_of(&ty)),
            },
            Check::SelfType => self_type.map(|ty| self.check_of(ty)),
            _ => None,
        });
        changed.map_or_else(|| check.clone(), Rc::new)
    }

    /// Both halves of an [`Out`] substituted.
    pub fn substitute_out(
        &self,
        out: &Out,
        solution: &Solution<'_>,
        self_type: Option<&Type>,
    ) -> Out {
        Out {
            ty: out
                .ty
                .substitute(&|param| solution(&param.id), self_type)
                .arriving(),
            check: self.substitute_check(&out.check, solution, self_type),
        }
    }

    /// All signatures substituted.
    pub fn substitute_fun(
        &self,
        fun: &Rc<ExternFun>,
        solution: &Solution<'_>,
        self_type: Option<&Type>,
    ) -> Rc<ExternFun> {
        let substitute =
            |signature: &Signature| self.substitute_signature(signature, solution, self_type);
        Rc::new(ExternFun {
            symbol: fun.symbol.clone(),
            overloads: fun.overloads.iter().map(substitute).collect(),
            doc: fun.doc.clone(),
            deprecated: fun.deprecated.clone(),
        })
    }

    /// One signature substituted, the bounds of its own type parameters included.
    pub(crate) fn substitute_signature(
        &self,
        signature: &Signature,
        solution: &Solution<'_>,
        self_type: Option<&Type>,
    ) -> Signature {
        let by_param = |param: &TypeParam| solution(&param.id);
        let in_type = |ty: &Type| ty.substitute(&by_param, self_type);
        let mut new = signature.clone();
        for param in &mut new.params {
            param.ty = in_type(&param.ty);
        }
        new.receiver = signature.receiver.as_ref().map(in_type);
        for param in &mut new.type_params {
            // Uses of the parameter compare by id, so the narrowed bound need not reach them.
            let bound = param.bound.as_ref().map(in_type);
            if bound != param.bound {
                let mut changed = (**param).clone();
                changed.bound = bound;
                *param = Rc::new(changed);
            }
        }
        new.ret = self.substitute_out(&signature.ret, solution, self_type);
        new
    }
}
