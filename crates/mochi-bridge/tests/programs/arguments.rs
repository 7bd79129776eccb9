//! Arguments: what fits keywords, protocols and callbacks, and what is said of calls that no overload takes.

use crate::support::check;

#[test]
fn keywords_of_a_typed_dict() {
    let python = "
        from typing import NotRequired, Required, TypedDict, Unpack
        class Base(TypedDict):
            depth: NotRequired[int]
        class Options(Base, total=False):
            timeout: float
            name: Required[str]
        def get(url: str, **kwargs: Unpack[Options]) -> int: ...
    ";
    let shown = check(
        python,
        "
        let a = pkg.get(\"u\", name = \"n\", timeout = 1)
        let b = pkg.Options { name: \"n\" }
        ",
    );
    insta::assert_snapshot!(shown, @r#"
    a: int
    pkg.get("u", name = "n", timeout = 1): int
    b: pkg.Options
    "#);
    let refused = check(
        python,
        "
        let a = pkg.get(\"u\")
        let b = pkg.get(\"u\", name = \"n\", tiemout = 1)
        let c = pkg.Options { name: 1 }
        ",
    );
    insta::assert_snapshot!(refused, @r"
    1:9 T072 missing argument `name`
    2:34 T070 unknown argument `tiemout` of pkg.get
      did you mean `timeout`?
    3:29 T008 type mismatch: expected string, got int
    ");
}

#[test]
fn maps_and_lists_for_protocols_of_packages() {
    let python = "
        from typing import Iterable, Protocol, TypeVar, Generic
        K = TypeVar('K')
        V = TypeVar('V', covariant=True)
        class HasKeys(Protocol[K, V]):
            def keys(self) -> Iterable[K]: ...
            def __getitem__(self, key: K, /) -> V: ...
        class Table(Generic[K, V]):
            def __init__(self, arg: HasKeys[K, V] | Iterable[tuple[K, V]] = ..., **kwargs: V) -> None: ...
            def get(self, key: K) -> V | None: ...
    ";
    let shown = check(
        python,
        "
        let a = pkg.Table({\"a\": 1})
        let b = pkg.Table([(\"a\", 1)])
        let c = a.get(\"x\")
        ",
    );
    insta::assert_snapshot!(shown, @r#"
    a: pkg.Table<string, int>
    pkg.Table({"a": 1}): pkg.Table<string, int>
    b: pkg.Table<string, int>
    pkg.Table([("a", 1)]): pkg.Table<string, int>
    c: option[int]
    a.get("x"): option[int]
    "#);
}

#[test]
fn failed_overloads_are_told_shortly() {
    let python = "
        from typing import Any, overload
        @overload
        def f(a: int) -> int: ...
        @overload
        def f(a: str, b: str) -> int: ...
        @overload
        def f(a: str, b: int, *, c: int = ..., d: int = ..., e: int = ...) -> int: ...
        @overload
        def f(a: bytes) -> int: ...
        @overload
        def f(a: bool) -> int: ...
        def f(*args: Any, **kwargs: Any) -> int: ...
    ";
    let refused = check(python, "let a = pkg.f(\"x\", 1.5)");
    insta::assert_snapshot!(refused, @r"
    1:9 T073 no overload of `pkg.f` accepts these arguments: (string, float)
      f(a: string, b: string): int: argument 2: expected string, got float
      f(a: string, b: int, *, …): argument 2: expected int, got float
      f(a: int): int: too many arguments: expected 1, got 2
      f(a: bytes): int: too many arguments: expected 1, got 2
      … and 1 more
    ");
}

#[test]
fn long_types_are_cut_in_messages() {
    let python = "
        from typing import Generic, TypeVar
        T = TypeVar('T')
        class Box(Generic[T]): ...
        def deep(x: Box[Box[Box[Box[Box[int]]]]]) -> None: ...
        def wide(x: int | str | bytes | Box[int] | Box[str] | list[int] | None) -> None: ...
    ";
    let refused = check(
        python,
        "
        pkg.deep(1)
        pkg.wide(1.5)
        ",
    );
    insta::assert_snapshot!(refused, @r"
    1:10 T007 argument 1: expected pkg.Box<pkg.Box<pkg.Box<pkg.Box<…>>>>, got int
    2:10 T007 argument 1: expected option[int | string | bytes | pkg.Box<int> | … (2 more)], got float
    ");
}

#[test]
fn what_is_wrong_with_every_overload() {
    let python = "
        from typing import overload
        @overload
        def f(a: int, b: int, *, axis: int = ...) -> int: ...
        @overload
        def f(a: str, c: str, *, axis: int = ...) -> int: ...
    ";
    let refused = check(
        python,
        "
        pkg.f(1, 2, axs = 3)
        pkg.f()
        pkg.f(1)
        ",
    );
    insta::assert_snapshot!(refused, @r"
    1:13 T070 unknown argument `axs` of pkg.f
      did you mean `axis`?
    2:1 T072 missing argument `a`
    3:1 T073 no overload of `pkg.f` accepts these arguments: (int)
      f(a: int, b: int, *, axis: int = _): int: missing argument `b`
      f(a: string, c: string, *, axis: int = _): int: missing argument `c`
    ");
}

#[test]
fn typed_functions_for_callbacks_of_anything() {
    let python = "
        from typing import Any, Callable
        def hook(cls: Any, func: Callable[[Any], Any]) -> None: ...
        def rows(func: Callable[[dict[str, Any]], Any]) -> None: ...
        def strict(func: Callable[[int], str]) -> None: ...
        class Model: ...
        def make() -> type[Model]: ...
    ";
    let shown = check(
        python,
        "
        pkg.hook(int, fun(v: int): string => str(v))
        pkg.rows(fun(row: map<string, int>): int => row[\"a\"] ?? 0)
        let a = pkg.make().__name__
        ",
    );
    insta::assert_snapshot!(shown, @r#"
    pkg.hook(int, fun(v: int): string => str(v)): unit
    str(v): string
    pkg.rows(fun(row: map<string, int>): int => row["a"] ?? 0): unit
    a: string
    pkg.make(): type<pkg.Model>
    "#);
    let refused = check(
        python,
        "
        pkg.strict(fun(v: string): string => v)
        pkg.hook(int, fun(v: int, w: int): string => str(v))
        let n = pkg.make().__nam__
        ",
    );
    insta::assert_snapshot!(refused, @r"
    1:12 T007 argument 1: expected fun(int): string, got fun(string): string
      its parameter 1 is string, but is called with int
    2:15 T007 argument 2: expected fun(any): any, got fun(int, int): string
      it is called with 1 argument, the function takes 2
    3:20 T026 unknown field `__nam__` on pkg.Model
    ");
}

#[test]
fn descriptions_of_fields_are_not_what_they_describe() {
    let python = "
        from typing import Any, Callable, TypeVar
        T = TypeVar('T')
        def field(*, default: T, init: bool = True, kw_only: bool = False, alias: str = '') -> T: ...
        def first(default: T, other: T) -> T: ...
    ";
    let shown = check(
        python,
        "
        let a = pkg.field(default = 3)
        let b = pkg.first(3, 4)
        ",
    );
    insta::assert_snapshot!(shown, @r"
    a: any
    pkg.field(default = 3): any
    b: int
    pkg.first(3, 4): int
    ");
}
