//! Mochi's types.

use std::rc::Rc;

use crate::{ClassId, DeclRef, ExternFun, ModuleId};

/// A type.
///
/// Composite types are shared, so that cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// The type of what was already reported: fits everywhere, is never reported again.
    Error,
    /// `any`: any value, boxed.
    Any,
    /// `never`.
    Never,
    /// `unit`.
    Unit,
    /// The type of the literal `none` before it meets an option.
    None,
    /// `int`.
    Int,
    /// `int64`.
    Int64,
    /// `bigint`.
    BigInt,
    /// `bigrat`.
    BigRat,
    /// `float`.
    Float,
    /// `bool`.
    Bool,
    /// `string`.
    Str,
    /// `bytes`.
    Bytes,
    /// `list<T>`.
    List(Rc<Type>),
    /// `map<K, V>`.
    Map(Rc<Type>, Rc<Type>),
    /// `omap<K, V>`.
    OMap(Rc<Type>, Rc<Type>),
    /// `set<T>`.
    Set(Rc<Type>),
    /// `T?`; never nested.
    Option(Rc<Type>),
    /// `(A, B)`.
    Tuple(Rc<[Type]>),
    /// `fun(A): R`.
    Fun(Rc<FunType>),
    /// `fun(...any): R`.
    AnyFun(Rc<Type>),
    /// `{a: A}`; fields in declared order.
    Anon(Rc<[(Rc<str>, Type)]>),
    /// A record or sum type of the program.
    Named(DeclRef),
    /// One variant of a sum type, by index.
    Variant(DeclRef, u32),
    /// `A | B`, flattened, without repeats, at least two members, no option inside: an option
    /// among the members makes the whole an option.
    Union(Rc<[Type]>),
    /// A literal type.
    Literal(Literal),
    /// `iterator<T>`.
    Iterator(Rc<Type>),
    /// `asyncIterator<T>`.
    AsyncIterator(Rc<Type>),
    /// `future<T>`.
    Future(Rc<Type>),
    /// `chan<T>`, `stream<T>`, `sub<T>`.
    Channel(ChannelKind, Rc<Type>),
    /// `error`: what a plain `catch` binds.
    ErrorValue,
    /// A value of a Python class outside the table's own rows; builtin classes that have a Mochi
    /// type never appear here (`builtins.int` is [`Type::Int`]).
    Handle(ClassId, Rc<[Type]>),
    /// `type<C>`: a class object itself.
    TypeOf(Rc<Type>),
    /// An opaque Python object: kept, passed on, compared by identity, nothing else.
    PyObject,
    /// A type parameter, rigid inside its scope.
    Param(Rc<TypeParam>),
    /// `Self` inside an extern class's member, before it is bound to a receiver.
    SelfType,
    /// A type variable being solved at a call.
    Infer(u32),
    /// What `into g` binds: the types of the key and of the items; no program writes it.
    Group(Rc<Type>, Rc<Type>),
    /// A Python module object.
    Module(ModuleId),
    /// A Python function or bound method, with its overloads.
    Extern(Rc<ExternFun>),
}

impl Type {
    /// `list<T>`.
    pub fn list(element: Self) -> Self {
        Self::List(Rc::new(element))
    }

    /// `map<K, V>`.
    pub fn map(key: Self, value: Self) -> Self {
        Self::Map(Rc::new(key), Rc::new(value))
    }

    /// `set<T>`.
    pub fn set(element: Self) -> Self {
        Self::Set(Rc::new(element))
    }

    /// `iterator<T>`.
    pub fn iterator(element: Self) -> Self {
        Self::Iterator(Rc::new(element))
    }

    /// `T?`: an option stays itself, and `any?` is `any` (which holds none already).
    #[must_use]
    pub fn option(inner: Self) -> Self {
        match inner {
            Self::Option(_) | Self::Any | Self::Error | Self::None => inner,
            Self::Never => Self::None,
            inner => Self::Option(Rc::new(inner)),
        }
    }

    /// `fun(…): R` without effects.
    pub fn fun(params: Vec<Self>, result: Self) -> Self {
        Self::Fun(Rc::new(FunType {
            params,
            result,
            effects: Effects::NONE,
            is_async: false,
        }))
    }

    /// `A | B`: flattened, without repeats; an option or none among the members makes the whole
    /// an option, `any` makes it `any`, `never` adds nothing, a literal beside its base is left out.
    #[must_use]
    pub fn union(members: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        let mut optional = false;
        let mut any = false;
        for member in members {
            member.flatten_into(&mut flat, &mut optional, &mut any);
        }
        if any {
            return Self::Any;
        }
        let bases: Vec<Self> = flat
            .iter()
            .filter(|ty| !matches!(ty, Self::Literal(_)))
            .cloned()
            .collect();
        flat.retain(|ty| match ty {
            Self::Literal(literal) => !bases.contains(&literal.base()),
            _ => true,
        });
        let whole = match (flat.len(), flat.pop()) {
            (_, None) => return if optional { Self::None } else { Self::Never },
            (1, Some(only)) => only,
            (_, Some(last)) => {
                flat.push(last);
                Self::Union(flat.into())
            }
        };
        if optional { Self::option(whole) } else { whole }
    }

    fn flatten_into(self, flat: &mut Vec<Self>, optional: &mut bool, any: &mut bool) {
        match self {
            Self::Any => *any = true,
            Self::Never => {}
            Self::None => *optional = true,
            Self::Option(inner) => {
                *optional = true;
                (*inner).clone().flatten_into(flat, optional, any);
            }
            Self::Union(members) => {
                for member in members.iter() {
                    member.clone().flatten_into(flat, optional, any);
                }
            }
            other => {
                if !flat.contains(&other) {
                    flat.push(other);
                }
            }
        }
    }

    /// Whether it is `int`, `int64` or `bigint`.
    pub const fn is_integer(&self) -> bool {
        matches!(
            self,
            Self::Int | Self::Int64 | Self::BigInt | Self::Literal(Literal::Int(_))
        )
    }

    /// Whether it is an integer type, `bigrat` or `float`.
    pub const fn is_number(&self) -> bool {
        self.is_integer() || matches!(self, Self::BigRat | Self::Float)
    }

    /// The type with a literal type at the top replaced by its base.
    #[must_use]
    pub fn widened(&self) -> Self {
        match self {
            Self::Literal(literal) => literal.base(),
            Self::Union(members) => Self::union(members.iter().map(Self::widened)),
            Self::Option(inner) => Self::option(inner.widened()),
            other => other.clone(),
        }
    }
}

impl Literal {
    /// The type that has this value among others.
    pub fn base(&self) -> Type {
        match self {
            Self::Int(_) => Type::Int,
            Self::Str(_) => Type::Str,
            Self::Bytes(_) => Type::Bytes,
            Self::Bool(_) => Type::Bool,
            Self::Member(class, _) => Type::Handle(class.clone(), Rc::from([])),
        }
    }
}

/// The kinds of thing that values are sent through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// `chan<T>`.
    Channel,
    /// `stream<T>`.
    Stream,
    /// `sub<T>`.
    Subscription,
}

impl ChannelKind {
    /// The word of the type.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Channel => "chan",
            Self::Stream => "stream",
            Self::Subscription => "sub",
        }
    }
}

/// A value used as a type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Literal {
    /// An integer.
    Int(i64),
    /// A string.
    Str(Rc<str>),
    /// A byte string.
    Bytes(Rc<[u8]>),
    /// A bool.
    Bool(bool),
    /// A member of a Python enum.
    Member(ClassId, Rc<str>),
}

/// A type parameter of a function or class.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypeParam {
    /// Unique in the compilation.
    pub id: Rc<str>,
    /// The name as written.
    pub name: Rc<str>,
    /// The upper bound.
    pub bound: Option<Type>,
    /// Python constraints: the solution is exactly one of these; empty without.
    pub constraints: Vec<Type>,
    /// Python default (PEP 696).
    pub default: Option<Type>,
}

/// The type of a function value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FunType {
    /// The parameter types, in order.
    pub params: Vec<Type>,
    /// The result type.
    pub result: Type,
    /// The effects that a call may have.
    pub effects: Effects,
    /// Calling it gives a future.
    pub is_async: bool,
}

/// A set of effect labels (language.md §4.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Effects(pub u8);

impl Effects {
    /// No effect.
    pub const NONE: Self = Self(0);
    /// The labels in the order in which messages list them; the position is the bit.
    pub const LABELS: [&'static str; 5] = ["io", "fs", "net", "time", "meta"];

    /// The set of one label; none if there is no such label.
    pub fn label(name: &str) -> Option<Self> {
        let bit = Self::LABELS.iter().position(|label| *label == name)?;
        Some(Self(1 << bit))
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in `self` and not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The labels in the set.
    pub fn names(self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for (bit, label) in Self::LABELS.iter().enumerate() {
            if self.0 & (1 << bit) != 0 {
                names.push(*label);
            }
        }
        names
    }
}
