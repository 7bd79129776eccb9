//! Every construct of the surface: Python in, surface out. The snapshots hold both.

mod support;

use support::{dedent, show_py, show_stub};

macro_rules! py {
    ($name:ident, $text:expr) => {
        #[test]
        fn $name() {
            let text = $text;
            let shown = format!("{}\n----\n{}", dedent(text).trim(), show_py(text));
            insta::assert_snapshot!(stringify!($name), shown);
        }
    };
}

macro_rules! stub {
    ($name:ident, $text:expr) => {
        #[test]
        fn $name() {
            let text = $text;
            let shown = format!("{}\n----\n{}", dedent(text).trim(), show_stub(text));
            insta::assert_snapshot!(stringify!($name), shown);
        }
    };
}

py!(
    parameters,
    r#"
    import typing as t
    def kinds(a: int, /, b: str, c: float = 1.0, *args: bytes, d: bool, e: object = None, **kw: t.Any) -> None: ...
    def old_positional(__a: int, __b: str = "", c: int = 0) -> None: ...
    def implicit_optional(a: int = None) -> "str": ...
    def bare(a, b=1, c="x", d=None, *e, **f): ...
    async def wait(seconds: float) -> t.List[int]: ...
    async def produce(n: int) -> t.AsyncIterator[int]:
        yield n
    "#
);

py!(
    special_forms,
    r#"
    from __future__ import annotations
    import collections.abc as abc
    import typing as t
    from typing import Annotated, Callable, Final, Literal, LiteralString, Never, NoReturn, Optional, Self, TypeGuard, Union
    from typing_extensions import TypeIs, Required
    a: Optional[int]
    b: Union[int, str, None, Union[bytes, int]]
    c: Annotated[int, "unit"]
    d: Final[str] = "x"
    LIMIT: Final = 3
    e: Literal["a", b"b", 1, -2, True, None]
    f: Callable[[int, str], bool]
    g: Callable[..., int]
    h: Callable
    i: type[int]
    j: type
    k: tuple[int, str]
    l: tuple[int, ...]
    m: tuple
    n: tuple[()]
    o: t.Dict[str, t.List[int]]
    p: abc.Set[int]
    q: abc.Mapping[str, int] | None
    r: t.Any
    s: object
    u: complex
    v: int | "str | None"
    w: t.Type[int | str]
    x: t.DefaultDict[str, int]
    def never() -> NoReturn: ...
    def guard(x: object) -> TypeGuard[int]: ...
    def narrow(x: object) -> TypeIs[int]: ...
    def lit(x: LiteralString) -> Never: ...
    class C:
        def me(self) -> Self: ...
        def other(self, other: C) -> list[C]: ...
    "#
);

py!(
    aliases,
    r#"
    from typing import Callable, Dict, Generic, List, NewType, TypeAlias, TypeVar, Union
    from typing_extensions import TypeAliasType
    T = TypeVar("T")
    Pair = tuple[T, T]
    Legacy = Union[int, List[T]]
    Declared: TypeAlias = "dict[str, int]"
    type Modern[K, V] = dict[K, list[V]]
    Made = TypeAliasType("Made", list[int])
    Json = Union[str, Dict[str, "Json"]]
    type Tree = int | list[Tree]
    UserId = NewType("UserId", int)
    Renamed = dict
    Nested = Pair[str] | None
    NotAType = some_dict["x"]
    def use(a: Pair[int], b: Legacy[str], c: Declared, d: Modern[str, int], e: Made, f: Json, g: Tree, h: UserId, i: Renamed[str, int], j: Pair, k: Nested) -> None: ...
    "#
);

py!(
    made_aliases,
    r#"
    from typing import TypeAliasType, TypeVar
    K = TypeVar("K")
    V = TypeVar("V", default=bytes)
    Flipped = TypeAliasType("Flipped", dict[V, K], type_params=(K, V))
    AsWritten = TypeAliasType("AsWritten", dict[V, K])
    Unused = TypeAliasType("Unused", list[int], type_params=(K,))
    def use(a: Flipped[int, str], b: Flipped[int], c: AsWritten[int, str], d: Unused[str]) -> None: ...
    "#
);

py!(
    type_variables,
    r#"
    from typing import Callable, Concatenate, Generic, ParamSpec, Protocol, TypeVar, TypeVarTuple, Unpack, AnyStr
    T = TypeVar("T")
    N = TypeVar("N", bound="Base")
    C = TypeVar("C", int, str)
    D = TypeVar("D", default=int)
    P = ParamSpec("P")
    Ts = TypeVarTuple("Ts")
    class Base: ...
    class Box(Generic[T]):
        def get(self) -> T: ...
        def map(self, f: Callable[[T], N]) -> "Box[N]": ...
    class Sub(Box[int]): ...
    class Both(Box[T], Protocol[D, T]): ...
    class New[K: (int, str), V = bytes](dict[K, V]):
        def first[X: Base](self, x: X) -> K | X: ...
    def constrained(a: C, b: AnyStr) -> C: ...
    def wraps(f: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...
    def with_first(f: Callable[Concatenate[int, P], T]) -> Callable[P, T]: ...
    def many(*args: *Ts) -> tuple[*Ts]: ...
    def generic[A, B: Base = Base](a: A, b: type[B]) -> tuple[A, B]: ...
    "#
);

py!(
    decorators,
    r#"
    import contextlib, functools
    from typing import Any, AsyncIterator, Callable, Concatenate, Generator, Iterator, ParamSpec, TypeVar, overload
    from typing_extensions import deprecated
    P = ParamSpec("P")
    R = TypeVar("R")
    F = TypeVar("F", bound=Callable[..., Any])
    class Command:
        def __init__(self, f: Callable[..., Any]) -> None: ...
    def identity(f: F) -> F: ...
    def listed(f: Callable[P, R]) -> Callable[P, list[R]]: ...
    def drop_first(f: Callable[Concatenate[int, P], R]) -> Callable[P, R]: ...
    def command(name: str) -> Callable[[Callable[..., Any]], Command]: ...
    def erase(f: Callable[..., Any]) -> Callable[..., int]: ...
    def untyped(f): ...
    @overload
    def either(f: F) -> F: ...
    @overload
    def either(*, strict: bool) -> Callable[[F], F]: ...
    def either(f=None, *, strict=False): ...
    @identity
    def a(x: int) -> str: ...
    @listed
    def b(x: int, *, y: str = "") -> str: ...
    @drop_first
    def c(n: int, x: str) -> str: ...
    @command("c")
    def d() -> None: ...
    @erase
    def e(x: int) -> str: ...
    @untyped
    def f(x: int) -> str: ...
    @contextlib.contextmanager
    def g(x: int) -> Iterator[str]: ...
    @contextlib.asynccontextmanager
    async def h(x: int) -> AsyncIterator[str]:
        yield ""
    @functools.lru_cache(maxsize=None)
    def i(x: int) -> str: ...
    @either
    def j(x: int) -> str: ...
    @either(strict=True)
    def k(x: int) -> str: ...
    @deprecated("use a")
    def l() -> None: ...
    @Command
    def m() -> None: ...
    @missing
    def n() -> None: ...
    "#
);

py!(
    decorators_that_are_objects,
    r#"
    from typing import Callable, Generic, ParamSpec, Protocol, TypeVar
    P = ParamSpec("P")
    T = TypeVar("T")
    W = TypeVar("W")
    class Same(Protocol):
        def __call__(self, fn: Callable[P, T], /) -> Callable[P, T]: ...
    class Wraps(Generic[W]):
        def __call__(self, fn: Callable[P, T], /) -> Callable[P, tuple[W, T]]: ...
    class Derived(Wraps[int]): ...
    def renamed(old: str) -> Same: ...
    def counted() -> Derived: ...
    @renamed("colour")
    def a(x: int, *, color: str = "") -> str: ...
    @counted()
    def b(x: int, y: bytes = b"") -> str: ...
    class Frame:
        @renamed("columns")
        def pivot(self, on: str, *, index: str | None = None) -> "Frame": ...
    "#
);

py!(
    decorators_that_stand_in,
    r#"
    from functools import update_wrapper
    class If:
        def __init__(self, fn, check):
            self.fn = fn
            update_wrapper(self, fn)
        def __get__(self, obj, owner=None):
            return self.fn.__get__(obj)
    class Other:
        def __init__(self, fn):
            self.fn = fn
    def available_if(check):
        return lambda fn: If(fn, check)
    def available(fn):
        return If(fn, None)
    def wrapped(check):
        def decorate(fn):
            return If(fn, check)
        return decorate
    def other(fn):
        return Other(fn)
    class Model:
        @available_if(bool)
        def predict(self, x, *, deep=True): ...
        @wrapped(bool)
        def score(self, x: int) -> float: ...
        @available
        def fit(self, x: int) -> "Model": ...
        @other
        def rest(self, x: int) -> float: ...
    "#
);

py!(
    class_members,
    r#"
    import functools
    from abc import ABC, abstractmethod
    from typing import ClassVar, Final, overload
    class Vector(ABC):
        count: ClassVar[int] = 0
        NAME: Final = "vector"
        label: str
        size: int = 3
        plain = 1.5
        table = {"a": 1}
        def __init__(self, x: float, y: float = 0.0, z=1, *, tag: str | None = None, other=None) -> None:
            self.x = x
            self.y: float | None = y
            self.z = z
            self.tag = tag or "none"
            self.upper = self.label.upper()
            self.items: list[int] = []
            self.other = other
            self.made = Vector(1.0)
            local = compute()
            self.local = local
            self.old = []  # type: list[str]
        def __add__(self, other: "Vector") -> "Vector": ...
        __radd__ = __add__
        @property
        def length(self) -> float: ...
        @length.setter
        def length(self, value: float) -> None: ...
        @functools.cached_property
        def norm(self) -> float: ...
        @classmethod
        def zero(cls) -> "Vector": ...
        @staticmethod
        def parse(text: str) -> "Vector": ...
        @abstractmethod
        async def load(self) -> bytes: ...
        @overload
        def at(self, index: int) -> float: ...
        @overload
        def at(self, index: slice) -> list[float]: ...
        def at(self, index): ...
        class Inner:
            value: int = 1
        def _get(self) -> int: ...
        def _set(self, value: int) -> None: ...
        prop = property(_get, _set)
        def __new__(cls, *args): ...
        def __class_getitem__(cls, key: str) -> None: ...
    class Child(Vector):
        def __init__(self) -> None:
            self.label = "child"
            self.own = 1
    "#
);

py!(
    class_scope,
    r#"
    def Accessor(kind: type) -> object: ...
    class Frame:
        def first(self) -> str: ...
        str = Accessor(int)
        def second(self) -> str: ...
        def list(self) -> "list[int]": ...
        def lists(self) -> list[int]: ...
        class Row: ...
        def row(self) -> Row: ...
        Alias = dict[int, Row]
        def alias(self) -> Alias: ...
    "#
);

py!(
    dataclasses,
    r#"
    from dataclasses import KW_ONLY, InitVar, dataclass, field
    from typing import ClassVar, Generic, TypeVar
    T = TypeVar("T")
    @dataclass
    class Point(Generic[T]):
        x: T
        y: int = 0
        z: list[int] = field(default_factory=list)
        hidden: int = field(init=False, default=1)
        shared: ClassVar[int] = 1
        once: InitVar[str] = ""
        _: KW_ONLY
        name: str
    @dataclass(frozen=True, kw_only=True)
    class Named(Point[str]):
        extra: bytes
    class Plain(Named): ...
    @dataclass(init=False)
    class Own:
        a: int
        def __init__(self, text: str) -> None: ...
    "#
);

py!(
    dataclass_transforms,
    r#"
    from typing import Any, TypeVar, dataclass_transform
    T = TypeVar("T")
    def Field(default: Any = ..., *, default_factory: Any = None, alias: str | None = None, kw_only: bool = False) -> Any: ...
    def Private(default: Any = None, *, init: bool = False) -> Any: ...
    @dataclass_transform(field_specifiers=(Field,))
    def define(cls: type[T]) -> type[T]: ...
    @dataclass_transform(kw_only_default=True, field_specifiers=(Field, Private))
    class Meta(type): ...
    class Model(metaclass=Meta):
        def __init__(self, **data: Any) -> None: ...
    @define
    class Attrs:
        a: int
        b: str = Field(default="x")
        c: int = Field()
    class User(Model):
        id: int
        name: str = Field(..., alias="fullName")
        tags: list[str] = Field(default_factory=list)
        secret: int = Private(1)
        _cache: dict[str, int] = {}
    class Admin(User, frozen=True):
        level: int = 1
    "#
);

py!(
    records_and_enums,
    r#"
    import enum
    from collections import namedtuple
    from typing import NamedTuple, NotRequired, Protocol, ReadOnly, Required, TypedDict, Unpack
    Pair = namedtuple("Pair", "left, right", defaults=[None])
    Made = NamedTuple("Made", [("a", int), ("b", "str")])
    class Row(NamedTuple):
        id: int
        name: str = ""
        def show(self) -> str: ...
    class Based(namedtuple("Based", ["u", "v"])):
        def area(self) -> int: ...
    class Movie(TypedDict, total=False):
        title: Required[str]
        year: int
    class Long(Movie):
        minutes: NotRequired[int]
        cast: list[str]
    Short = TypedDict("Short", {"in": int, "opt": NotRequired[str]})
    def options(**kwargs: Unpack[Long]) -> None: ...
    class Color(enum.Enum):
        _ignore_ = ["x"]
        RED = 1
        GREEN = enum.auto()
        CRIMSON = RED
        ALSO_RED = 1
        __private = 3
        def paint(self) -> None: ...
        @property
        def hex(self) -> str: ...
    class Level(enum.IntFlag):
        LOW = 1
        HIGH = 2
    Animal = enum.Enum("Animal", "CAT DOG")
    from typing import Literal
    def pick(c: Literal[Color.RED, Color.GREEN]) -> None: ...
    class Shape(Protocol):
        name: str
        def area(self) -> float: ...
    class Oops(ValueError):
        code: int
    "#
);

stub!(
    stub_values,
    r#"
    import sys
    from typing import Any, overload
    from os import path as path, sep
    x: int
    class C:
        attr: str
        def __getattr__(self, name: str) -> Any: ...
    if sys.version_info >= (3, 13):
        def new() -> int: ...
    elif sys.version_info >= (3, 12):
        def new() -> str: ...
    else:
        def new() -> bytes: ...
    if sys.platform == "win32":
        windows: int
    elif sys.platform.startswith("linux"):
        linux: int
    def __getattr__(name: str) -> Any: ...
    "#
);

py!(
    conditions,
    r#"
    import os, sys
    from typing import TYPE_CHECKING
    MYPY = False
    WINDOWS = sys.platform == "win32"
    if WINDOWS:
        def name() -> bytes: ...
    else:
        def name() -> str: ...
    if MYPY:
        def mypy() -> bytes: ...
    else:
        def mypy() -> str: ...
    if TYPE_CHECKING:
        from decimal import Decimal
    try:
        import no_such_module
        from no_such_module import thing
    except ImportError:
        thing = None
    try:
        from json import JSONDecodeError
    except ImportError:
        JSONDecodeError = ValueError
    if sys.version_info[0] >= 3 and not os.environ:
        undecided = 1
    else:
        undecided = "x"
    def money() -> "Decimal": ...
    def missing(x: no_such_module.Thing) -> thing: ...
    if __name__ == "__main__":
        name = 1
    del undecided
    "#
);

py!(
    evident_values,
    r#"
    import logging, re
    from pathlib import Path
    __all__ = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M"]
    A = 1
    B = "x" "y"
    C = [1, 2]
    D = {"a": 1.0}
    E = (1, "x")
    F = Path("x")
    G = logging.getLogger("x")
    H = -1.5
    I = 1 if A else None
    J = []
    K = re.compile("x")
    L = not A
    M = logging.INFO
    "#
);

py!(
    broken_text,
    r#"
    def good(x: int) -> str: ...
    def bad(x: int -> str: ...
    def after(x: int) -> str: ...
    class C(unknown(1)):
        def m(self) -> 1 + 1: ...
    class Loop(Loop): ...
    x: "not a ( type"
    y: x.y.z
    class A(B): ...
    class B(A): ...
    Z = Z
    W: W
    "#
);

stub!(
    attributes_of_methods_in_stubs,
    r"
    class Base:
        kept: int
    class C(Base):
        def __init__(self, given: str) -> None:
            self.declared: str
            self.valued: list[int] = ...
            self.assigned = given
        def reset(self) -> None:
            self.later: bool
            self.kept = 1
    "
);
