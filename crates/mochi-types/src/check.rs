//! What a value that comes out of Python must be, as data for the emitted run-time check.
//!
//! Spec: bridge.md §6 ("What a check accepts", column out).

use std::rc::Rc;

use crate::{ClassId, Literal, Type};

/// The check (and conversion, where the table asks for one) of one value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// Nothing to check: `any`, opaque objects, unused results.
    Nothing,
    /// `None`, and nothing else.
    Unit,
    /// An int, not a bool; other objects with `__index__` are converted.
    Int,
    /// The same, within 64 bits.
    Int64,
    /// A float; ints and other objects with `__float__` are converted.
    Float,
    /// A bool, or a type of the documented list.
    Bool,
    /// A str.
    Str,
    /// A bytes.
    Bytes,
    /// One of these values.
    Literal(Rc<[Literal]>),
    /// An instance of the class.
    Instance(ClassId),
    /// An instance of the class where it exists at run time, else anything.
    StubOnly(ClassId),
    /// A list; elements checked.
    List(Rc<Check>),
    /// A set or frozenset; made a set.
    Set(Rc<Check>),
    /// A dict; keys and values checked.
    Dict(Rc<Check>, Rc<Check>),
    /// A read-only sequence or collection; made a list when it is not one.
    Sequence(Rc<Check>),
    /// A read-only mapping; made a dict when it is not one.
    Mapping(Rc<Check>, Rc<Check>),
    /// A tuple of this length; parts checked.
    Tuple(Rc<[Check]>),
    /// A tuple of any length; made a list.
    VariadicTuple(Rc<Check>),
    /// `None` or the inner check.
    Option(Rc<Check>),
    /// The first member that fits.
    Union(Rc<[Check]>),
    /// An iterable; made an iterator whose elements are checked as they are pulled.
    Iterator(Rc<Check>),
    /// An asynchronous iterable, likewise.
    AsyncIterator(Rc<Check>),
    /// Something callable.
    Callable,
    /// A class object; a subclass of the class if one is named.
    TypeOf(Option<ClassId>),
    /// The type variable with this id: replaced by the solution's check at each call.
    Var(Rc<str>),
    /// Whatever `Self` is bound to.
    SelfType,
    /// A record of the program, by the Mochi type (casts from `any` only).
    Mochi(Type),
    /// A value of the program's own types, as a hand-written declaration has it: cast.
    Cast(Type),
}

impl Check {
    /// Whether a value of the program's own types is promised somewhere in it.
    pub fn promises_program_types(&self) -> bool {
        match self {
            Self::Cast(_) => true,
            Self::List(inner)
            | Self::Set(inner)
            | Self::Sequence(inner)
            | Self::VariadicTuple(inner)
            | Self::Option(inner)
            | Self::Iterator(inner)
            | Self::AsyncIterator(inner) => inner.promises_program_types(),
            Self::Dict(key, value) | Self::Mapping(key, value) => {
                key.promises_program_types() || value.promises_program_types()
            }
            Self::Tuple(parts) | Self::Union(parts) => {
                parts.iter().any(Self::promises_program_types)
            }
            _ => false,
        }
    }
}
