//! Python type expressions after evaluation: names resolved, aliases expanded, `Annotated`,
//! `Final`, `ClassVar`, `Required` and the like stripped.
//!
//! Spec: typing-spec "type expressions".

use std::rc::Rc;

use crate::{ClassName, Parameter, SkipReason};

/// A declared Python type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PyType {
    /// `Any`, written by the package itself.
    Any,
    /// Nothing usable is declared; the reason becomes a skip.
    Unknown(SkipReason),
    /// `None`.
    None,
    /// `Never`, `NoReturn`.
    Never,
    /// A class with its type arguments: `int`, `list[str]`, `httpx.Client`, `Sequence[T]`.
    ///
    /// `typing.List` and the like arrive as their builtin; ABCs of `typing` and
    /// `collections.abc` arrive as the class that typeshed defines (module `typing` for
    /// `Iterable`, `Sequence`, `Mapping` …). Bare generics have no arguments.
    Class(ClassName, Rc<[PyType]>),
    /// `tuple[A, B]`.
    Tuple(Rc<[PyType]>),
    /// `tuple[T, ...]`; a bare `tuple` is `tuple[Any, ...]`.
    VariadicTuple(Rc<PyType>),
    /// `A | B`, flattened, without repeats, `None` included, in source order.
    Union(Rc<[PyType]>),
    /// `Literal[…]`; several values are several members.
    Literal(Rc<[Literal]>),
    /// `Callable[[A, B], R]`, or a function used as a type.
    Callable(Rc<[Parameter]>, Rc<PyType>),
    /// `Callable[..., R]`.
    AnyCallable(Rc<PyType>),
    /// `type[C]`; a bare `type` is the class `builtins.type`.
    TypeOf(Rc<PyType>),
    /// A type variable in scope.
    Var(Rc<TypeVar>),
    /// `Self`.
    SelfType,
    /// The type of a module object.
    Module(crate::ModuleName),
}

/// A value inside `Literal[…]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Literal {
    /// An int.
    Int(i64),
    /// A string.
    Str(Rc<str>),
    /// A byte string.
    Bytes(Rc<[u8]>),
    /// A bool.
    Bool(bool),
    /// `Color.RED`.
    Member(ClassName, Rc<str>),
}

/// A type variable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TypeVarKind {
    /// An ordinary one.
    Plain,
    /// `ParamSpec`.
    ParamSpec,
    /// `TypeVarTuple`.
    Tuple,
}

/// A type variable with what it declares.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypeVar {
    /// Unique: the name and the scope that binds it, `T@httpx._client.Client.get`.
    pub id: Rc<str>,
    /// The name as written.
    pub name: Rc<str>,
    /// Its kind.
    pub kind: TypeVarKind,
    /// Its upper bound.
    pub bound: Option<PyType>,
    /// Its constraints; empty if it has none.
    pub constraints: Vec<PyType>,
    /// Its default (PEP 696).
    pub default: Option<PyType>,
}

impl PyType {
    /// A class of `builtins` without arguments.
    pub fn builtin(name: &str) -> Self {
        Self::Class(
            ClassName::new(crate::ModuleName::new("builtins"), name),
            Rc::from([]),
        )
    }

    /// A union of `members`, flattened and without repeats; the member itself if only one is left.
    pub fn union(members: impl IntoIterator<Item = Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        for member in members {
            match member {
                Self::Union(inner) => {
                    for ty in inner.iter() {
                        if !flat.contains(ty) {
                            flat.push(ty.clone());
                        }
                    }
                }
                other => {
                    if !flat.contains(&other) {
                        flat.push(other);
                    }
                }
            }
        }
        match flat.len() {
            0 => Self::Never,
            1 => flat.remove(0),
            _ => Self::Union(flat.into()),
        }
    }
}
