//! The closed type table: one place, both directions.
//!
//! The rows are bridge.md §6; `docs/type-table.md` is printed from them, and the mapping code asks
//! [`shape_of`] which row a Python class belongs to. A class in no row is a handle, a protocol or
//! a record by what it declares itself.
//!
//! Spec: bridge.md §6.

use mochi_surface::ClassName;

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The Python types.
    pub python: &'static str,
    /// The Mochi type.
    pub mochi: &'static str,
    /// What happens to a value that comes out of Python.
    pub out: &'static str,
    /// What is accepted where a value goes into Python.
    pub input: &'static str,
    /// The classes of the row: defining module, name, shape.
    pub classes: &'static [(&'static str, &'static str, Shape)],
}

/// How a class of the table is mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `str`.
    Str,
    /// `bytes`.
    Bytes,
    /// `float`.
    Float,
    /// An exact fraction.
    Fraction,
    /// `None` by the name of its class.
    NoneType,
    /// `list`.
    List,
    /// `set`, `frozenset`.
    Set,
    /// `dict`.
    Dict,
    /// `tuple` without a known length.
    Tuple,
    /// A read-only collection of its first argument.
    Sequence,
    /// A read-only collection of its second argument.
    Values,
    /// A read-only collection of pairs of its arguments.
    Items,
    /// A read-only mapping.
    Mapping,
    /// A mutable collection that need not be a list, dict or set.
    Mutable,
    /// Iterated lazily; as a parameter anything iterable.
    Iterable,
    /// Iterated lazily, once.
    Iterator,
    /// A generator: comes out as an iterator.
    Generator,
    /// Iterated asynchronously; as a parameter anything so iterable.
    AsyncIterable,
    /// Iterated asynchronously, once.
    AsyncIterator,
    /// An asynchronous generator: comes out as an asynchronous iterator.
    AsyncGenerator,
    /// Awaited for its first argument.
    Awaitable,
    /// Awaited for its third argument.
    Coroutine,
    /// `object`.
    Object,
    /// Any class object.
    Type,
    /// Something with bytes inside.
    Buffer,
    /// `complex`.
    Complex,
}

/// The table.
pub const TABLE: &[Row] = &[
    Row {
        python: "`bool`, `int`, `str`, `bytes`",
        mochi: "`bool`, `int`, `string`, `bytes`",
        out: "checked",
        input: "as is",
        classes: &[
            ("builtins", "bool", Shape::Bool),
            ("builtins", "int", Shape::Int),
            ("builtins", "str", Shape::Str),
            ("builtins", "bytes", Shape::Bytes),
        ],
    },
    Row {
        python: "`float`",
        mochi: "`float`",
        out: "an `int` result becomes float",
        input: "`float` and `int` accepted",
        classes: &[("builtins", "float", Shape::Float)],
    },
    Row {
        python: "`fractions.Fraction`",
        mochi: "`bigrat`",
        out: "checked",
        input: "as is",
        classes: &[("fractions", "Fraction", Shape::Fraction)],
    },
    Row {
        python: "`None`",
        mochi: "unit as a return; only inside `T?` elsewhere",
        out: "checked",
        input: "`none`",
        classes: &[("types", "NoneType", Shape::NoneType)],
    },
    Row {
        python: "`list[T]`, `set[T]`, `frozenset[T]`, `dict[K, V]`",
        mochi: "`list<T>`, `set<T>`, `set<T>`, `map<K, V>`",
        out: "the same object, elements checked; a converted copy only where an element had to \
              convert",
        input: "the same object",
        classes: &[
            ("builtins", "list", Shape::List),
            ("builtins", "set", Shape::Set),
            ("builtins", "frozenset", Shape::Set),
            ("builtins", "dict", Shape::Dict),
        ],
    },
    Row {
        python: "`Sequence[T]`, `Collection[T]`, `AbstractSet[T]`, `KeysView[T]`, \
                 `ValuesView[T]`, `ItemsView[K, V]`, `dict_keys`, `dict_values`, `dict_items`; \
                 `Mapping[K, V]` (read-only)",
        mochi: "`list<T>`, for items `list<(K, V)>`; `map<K, V>`",
        out: "made into a list or dict when it is not one",
        input: "every Mochi container that fits",
        classes: &[
            ("typing", "Sequence", Shape::Sequence),
            ("typing", "Collection", Shape::Sequence),
            ("typing", "AbstractSet", Shape::Sequence),
            ("typing", "KeysView", Shape::Sequence),
            ("typing", "ValuesView", Shape::Sequence),
            ("typing", "ItemsView", Shape::Items),
            ("_collections_abc", "dict_keys", Shape::Sequence),
            ("_collections_abc", "dict_values", Shape::Values),
            ("_collections_abc", "dict_items", Shape::Items),
            ("typing", "Mapping", Shape::Mapping),
        ],
    },
    Row {
        python: "`MutableSequence[T]`, `MutableMapping[K, V]`, `MutableSet[T]`",
        mochi: "a typed handle",
        out: "isinstance checked; never copied, a copy would lose writes",
        input: "the Mochi container",
        classes: &[
            ("typing", "MutableSequence", Shape::Mutable),
            ("typing", "MutableMapping", Shape::Mutable),
            ("typing", "MutableSet", Shape::Mutable),
        ],
    },
    Row {
        python: "`Iterator[T]`, `Generator[T, …]`, `Iterable[T]`",
        mochi: "`iterator<T>`",
        out: "lazy: `for x in it`, `collect(it)`; elements checked as they are pulled",
        input: "`Iterable`: list, set, map, iterator and every handle that iterates; \
                `Iterator`: an iterator",
        classes: &[
            ("typing", "Iterator", Shape::Iterator),
            ("typing", "Generator", Shape::Generator),
            ("types", "GeneratorType", Shape::Generator),
            ("typing", "Iterable", Shape::Iterable),
            ("typing", "Reversible", Shape::Iterable),
        ],
    },
    Row {
        python: "`AsyncIterator[T]`, `AsyncIterable[T]`, `AsyncGenerator[T, …]`",
        mochi: "`asyncIterator<T>`",
        out: "`for await`",
        input: "an asynchronous iterator",
        classes: &[
            ("typing", "AsyncIterator", Shape::AsyncIterator),
            ("typing", "AsyncIterable", Shape::AsyncIterable),
            ("typing", "AsyncGenerator", Shape::AsyncGenerator),
            ("types", "AsyncGeneratorType", Shape::AsyncGenerator),
        ],
    },
    Row {
        python: "`tuple[A, B]`; `tuple[T, ...]`",
        mochi: "`(A, B)`; `list<T>`",
        out: "length and elements checked, a list of that length becomes one; one of any length is made a list, or stays a tuple where the program says its length (`let (a, b) = …`, `as (A, B)`)",
        input: "a tuple that fits; for `tuple[T, ...]` also a list, which becomes a tuple",
        classes: &[("builtins", "tuple", Shape::Tuple)],
    },
    Row {
        python: "`Optional[T]`, `T | None`",
        mochi: "`T?`",
        out: "`None` or as T",
        input: "`none` or as T",
        classes: &[],
    },
    Row {
        python: "`Union[A, B]`",
        mochi: "union `A | B`, matched by type patterns",
        out: "members must be distinguishable at run time, else `any` with the skip `open-union`",
        input: "any member; unmappable members are dropped, the rest stay accepted",
        classes: &[],
    },
    Row {
        python: "`Literal[\"a\", \"b\"]`, ints, bools, bytes, enum members",
        mochi: "literal type",
        out: "one of the values",
        input: "a literal that fits, checked at compile time with the choices in the message",
        classes: &[],
    },
    Row {
        python: "`Annotated[T, …]`, `Final[T]`, `ClassVar[T]`, `Required[T]`, `NewType` of T",
        mochi: "as T",
        out: "as T",
        input: "as T",
        classes: &[],
    },
    Row {
        python: "`Any`; `object`",
        mochi: "`any`",
        out: "boxed; needs `as T`, checked at run time",
        input: "anything",
        classes: &[("builtins", "object", Shape::Object)],
    },
    Row {
        python: "`NoReturn`, `Never`",
        mochi: "`never`",
        out: "never arrives",
        input: "nothing",
        classes: &[],
    },
    Row {
        python: "`Callable[[A, B], R]`, callback protocols (`__call__` only)",
        mochi: "`fun(A, B): R`",
        out: "checked to be callable",
        input: "a Mochi function or lambda; arity and types checked",
        classes: &[],
    },
    Row {
        python: "`Callable[..., R]`",
        mochi: "`fun(...any): R`",
        out: "checked to be callable",
        input: "any function",
        classes: &[],
    },
    Row {
        python: "`Awaitable[T]`, `Coroutine[…, T]`, `async def`",
        mochi: "async as a return, elsewhere a handle to `await`",
        out: "`await`; the result is checked as T",
        input: "an async fun's call",
        classes: &[
            ("typing", "Awaitable", Shape::Awaitable),
            ("typing", "Coroutine", Shape::Coroutine),
            ("types", "CoroutineType", Shape::Coroutine),
        ],
    },
    Row {
        python: "`type[C]`",
        mochi: "`type<C>`",
        out: "a class, and a subclass of C",
        input: "the class name itself",
        classes: &[("builtins", "type", Shape::Type)],
    },
    Row {
        python: "dataclass, attrs, NamedTuple, TypedDict, model class",
        mochi: "extern record",
        out: "isinstance checked; a TypedDict must be a dict with string keys",
        input: "the record",
        classes: &[],
    },
    Row {
        python: "Enum, Flag",
        mochi: "extern enum: members, `.name`, `.value`, exhaustive `match`",
        out: "isinstance checked",
        input: "a member",
        classes: &[],
    },
    Row {
        python: "Protocol",
        mochi: "interface: structural",
        out: "not checked at run time",
        input: "any extern type or Mochi record whose members fit",
        classes: &[],
    },
    Row {
        python: "exception class",
        mochi: "extern error: catchable by type",
        out: "isinstance checked",
        input: "the error",
        classes: &[],
    },
    Row {
        python: "any other class",
        mochi: "extern type: nominal handle",
        out: "isinstance checked",
        input: "the class or a subclass",
        classes: &[],
    },
    Row {
        python: "`Self`, TypeVar (bound, constrained), PEP 695",
        mochi: "generics, inferred at the call",
        out: "checked as what the call solves them to",
        input: "what fits the bound or constraints",
        classes: &[],
    },
    Row {
        python: "`ContextManager[T]`, `AsyncContextManager[T]`",
        mochi: "a typed handle: `using x = e`",
        out: "isinstance checked",
        input: "a handle that fits",
        classes: &[],
    },
    Row {
        python: "`Buffer`, `ReadableBuffer`",
        mochi: "a typed handle",
        out: "isinstance checked",
        input: "`bytes` and every handle that fits",
        classes: &[
            ("_collections_abc", "Buffer", Shape::Buffer),
            ("typing_extensions", "Buffer", Shape::Buffer),
        ],
    },
    Row {
        python: "ParamSpec/Concatenate, TypeVarTuple, `complex`, `Callable` capturing either, \
                 unresolvable references, runtime-only constructs",
        mochi: "opaque `PyObject`",
        out: "can be kept, passed on, and compared by identity; nothing else",
        input: "a parameter with a default is left out, one without is `any`",
        classes: &[("builtins", "complex", Shape::Complex)],
    },
];

/// The shape of a class that the table names; none for every other class.
pub(crate) fn shape_of(class: &ClassName) -> Option<Shape> {
    let module = class.module.as_str();
    if !matches!(
        module,
        "builtins" | "typing" | "types" | "fractions" | "_collections_abc" | "typing_extensions"
    ) {
        return None;
    }
    TABLE
        .iter()
        .flat_map(|row| row.classes)
        .find(|(row_module, name, _)| *row_module == module && *name == &*class.qualname)
        .map(|(_, _, shape)| *shape)
}
