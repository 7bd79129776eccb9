//! Python modules as packages write them, and programs that use them: what the checker says of
//! each binding, or why it refuses. Each case was first met in a real package.
//!
//! Spec: bridge.md §6; language.md §18, §20.

#![allow(clippy::panic, reason = "tests may stop at the first surprise")]

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use mochi_base::{Severity, SourceFile, SourceId};
use mochi_bridge::Bridge;
use mochi_ingest::{FileSource, FolderEntry, Universe, UniverseOptions};
use mochi_types::ModuleId;

/// One installed module, `pkg`.
struct Package(String);

impl FileSource for Package {
    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        match path.to_str()? {
            "/site/pkg/__init__.py" => Some(self.0.clone().into_bytes()),
            "/site/pkg/py.typed" => Some(Vec::new()),
            _ => None,
        }
    }

    fn list(&self, folder: &Path) -> Option<Vec<FolderEntry>> {
        let entry = |name: &str, is_dir: bool| FolderEntry {
            name: name.to_owned(),
            is_dir,
        };
        match folder.to_str()? {
            "/site" => Some(vec![entry("pkg", true)]),
            "/site/pkg" => Some(vec![entry("__init__.py", false), entry("py.typed", false)]),
            _ => None,
        }
    }
}

/// The text without the indentation of its first line.
fn dedent(text: &str) -> String {
    let text = text.trim_start_matches('\n');
    let indent = text.len() - text.trim_start_matches(' ').len();
    let mut lines = Vec::new();
    for line in text.lines() {
        lines.push(line.get(indent..).unwrap_or_default());
    }
    lines.join("\n")
}

/// Checks `program` with `pkg` imported: its diagnostics, or the types of its calls and bindings.
fn check(python: &str, program: &str) -> String {
    let options = UniverseOptions {
        site_packages: vec!["/site".into()],
        python_version: (3, 12),
        platform: "linux".to_owned(),
    };
    let universe = Universe::new(Rc::new(Package(dedent(python))), options);
    let modules = BTreeMap::from([("pkg".to_owned(), ModuleId(Rc::from("pkg")))]);
    let bridge = Bridge::new(Rc::new(universe), modules);
    let text = format!("import python \"pkg\" as pkg\n{}", dedent(program));
    let file = SourceFile::new("t.mochi", text.clone());
    let parsed = mochi_syntax::parse(SourceId(0), &text);
    let checked = mochi_check::check(&parsed.program, &file, &bridge);
    let mut lines = Vec::new();
    for diagnostic in parsed.diagnostics.iter().chain(&checked.diagnostics) {
        if diagnostic.severity != Severity::Error {
            continue;
        }
        let at = diagnostic.span.map(|span| file.line_column(span.start));
        let place = at.map_or_else(String::new, |at| format!("{}:{} ", at.line - 1, at.column));
        lines.push(format!("{place}{} {}", diagnostic.code, diagnostic.message));
        for note in &diagnostic.notes {
            lines.push(format!("  {}", note.message));
        }
    }
    if lines.is_empty() {
        for (span, ty) in &checked.types {
            lines.push(format!("{}: {ty}", file.slice(*span)));
        }
    }
    lines.join("\n")
}

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
fn what_nothing_determines_is_any_as_an_argument_of_a_class() {
    let python = "
        from typing import Any, Generic, Protocol, TypeVar, overload
        class generic: ...
        class number(generic): ...
        S = TypeVar('S', bound=generic)
        N = TypeVar('N', bound=number)
        class Array(Generic[S]):
            def total(self: 'Array[N]') -> N: ...
        def array(values: list[float], dtype: type[S] | None = None) -> Array[S]: ...
        def mean(values: Array[N]) -> float: ...
        class two(number): ...
        def first(cls: type[S] = ...) -> S: ...
    ";
    let shown = check(
        python,
        "
        let a = pkg.array([1.0])
        let b = a.total()
        let c = pkg.mean(a)
        let d = pkg.array([1.0], dtype = pkg.two).total()
        let e = pkg.first()
        ",
    );
    insta::assert_snapshot!(shown, @r"
    a: pkg.Array<any>
    pkg.array([1.0]): pkg.Array<any>
    b: any
    a.total(): any
    c: float
    pkg.mean(a): float
    d: pkg.two
    pkg.array([1.0], dtype = pkg.two).total(): pkg.two
    pkg.array([1.0], dtype = pkg.two): pkg.Array<pkg.two>
    e: pkg.generic
    pkg.first(): pkg.generic
    ");
}

#[test]
fn names_behind_a_declared_getattr() {
    let python = "
        class Codes(dict[str, int]):
            def __getattr__(self, name: str) -> int: ...
        class Space:
            known: str
            def __getattr__(self, name: str) -> str | None: ...
            def __setattr__(self, name: str, value: int) -> None: ...
        codes: Codes
    ";
    let shown = check(
        python,
        "
        let a = pkg.codes.ok
        var s = pkg.Space()
        let b = s.unheard
        s.other = 3
        let c = s.known
        ",
    );
    insta::assert_snapshot!(shown, @r"
    a: int
    s: pkg.Space
    pkg.Space(): pkg.Space
    b: option[string]
    c: string
    ");
    let refused = check(
        python,
        "
        var s = pkg.Space()
        s.other = \"x\"
        let n: int = pkg.Space().unheard
        ",
    );
    insta::assert_snapshot!(refused, @r"
    2:11 T009 cannot assign string to `s.other` (expected int)
    3:14 T008 type mismatch: expected int, got option[string]
    ");
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
fn descriptors_under_another_name() {
    let python = "
        from typing import TYPE_CHECKING, Any, Callable, Generic, Self, TypeVar, overload
        T = TypeVar('T')
        class cached_py(Generic[T]):
            def __init__(self, wrapped: Callable[[Any], T]) -> None: ...
            @overload
            def __get__(self, inst: None, owner: type[object] | None = None) -> Self: ...
            @overload
            def __get__(self, inst: Any, owner: type[object] | None = None) -> T: ...
            def __get__(self, inst: Any, owner: type[object] | None = None) -> T | Self: ...
            def __set__(self, inst: Any, value: T) -> None: ...
        if TYPE_CHECKING:
            cached = cached_py
        else:
            try:
                cached = other
            except ImportError:
                cached = cached_py
        class Pairs(Generic[T]):
            def __getitem__(self, key: str) -> T: ...
        class Address:
            @cached
            def query(self) -> 'Pairs[str]': ...
            @cached_py
            def port(self) -> int: ...
    ";
    let shown = check(
        python,
        "
        let a = pkg.Address()
        let b = a.query
        let c = a.port
        let d = b[\"x\"]
        ",
    );
    insta::assert_snapshot!(shown, @r"
    a: pkg.Address
    pkg.Address(): pkg.Address
    b: pkg.Pairs<string>
    c: int
    d: string
    ");
}

#[test]
fn decorators_that_are_classes_make_what_their_new_says() {
    let python = "
        from typing import Any, Callable, Generic, ParamSpec, Self, TypeVar, overload
        P = ParamSpec('P')
        R = TypeVar('R')
        class dispatched(Generic[P, R]):
            def __new__(cls, func: Callable[P, R] | None = None, *, name: str = '') -> Self: ...
            @overload
            def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...
            @overload
            def __call__(self, *args: Any, backend: str, **rest: Any) -> R: ...
            name: str
        @dispatched
        def size(of: list[int]) -> int: ...
    ";
    let shown = check(
        python,
        "
        let a = pkg.size([1])
        let b = pkg.size.name
        ",
    );
    insta::assert_snapshot!(shown, @r"
    a: int
    pkg.size([1]): int
    b: string
    ");
}

#[test]
fn classes_for_protocols_of_their_instances() {
    let python = "
        from typing import TYPE_CHECKING, Any, Generic, Protocol, Type, TypeVar, Union, Optional
        T = TypeVar('T')
        T_co = TypeVar('T_co', covariant=True)
        class HasType(Protocol[T_co]):
            @property
            def python_type(self) -> T_co: ...
        class Engine(Generic[T]):
            if TYPE_CHECKING:
                @property
                def python_type(self) -> T: ...
        class Integer(Engine[int]): ...
        class String(Engine[str]):
            def __init__(self, length: int | None = None) -> None: ...
        class Item: ...
        class Column(Generic[T]):
            def __init__(
                self,
                name: Optional[Union[str, Type[HasType[T]], HasType[T], Item]] = None,
                kind: Optional[Union[Type[HasType[T]], HasType[T], Item]] = None,
                /,
                *args: Item,
            ): ...
            def value(self) -> T: ...
    ";
    let shown = check(
        python,
        "
        let a = pkg.Column(\"a\", pkg.Integer).value()
        let b = pkg.Column(\"b\", pkg.String(50)).value()
        ",
    );
    insta::assert_snapshot!(shown, @r#"
    a: int
    pkg.Column("a", pkg.Integer).value(): int
    pkg.Column("a", pkg.Integer): pkg.Column<int>
    b: string
    pkg.Column("b", pkg.String(50)).value(): string
    pkg.Column("b", pkg.String(50)): pkg.Column<string>
    pkg.String(50): pkg.String
    "#);
    let refused = check(python, "let a = pkg.Column(\"a\", int)");
    insta::assert_snapshot!(refused, @"1:25 T007 argument 2: expected option[type<pkg.HasType<T>> | pkg.HasType<T> | pkg.Item], got type<int>");
}

#[test]
fn aliases_as_values() {
    let python = "
        from typing import Annotated, Generic, TypeVar
        from typing_extensions import TypeForm
        T = TypeVar('T')
        class Gt:
            def __init__(self, n: int) -> None: ...
        class Point:
            def __init__(self, x: int) -> None: ...
        Positive = Annotated[int, Gt(0)]
        Value = int | str
        Pixel = Point
        class Adapter(Generic[T]):
            def __init__(self, type: TypeForm[T], *, strict: bool = False) -> None: ...
            def validate(self, value: object) -> T: ...
    ";
    let shown = check(
        python,
        "
        let a = pkg.Adapter(pkg.Positive).validate(1)
        let b = pkg.Adapter(pkg.Value).validate(1)
        let c = pkg.Adapter(pkg.Point).validate(1)
        let d = pkg.Pixel(3)
        ",
    );
    insta::assert_snapshot!(shown, @r"
    a: int
    pkg.Adapter(pkg.Positive).validate(1): int
    pkg.Adapter(pkg.Positive): pkg.Adapter<int>
    b: int | string
    pkg.Adapter(pkg.Value).validate(1): int | string
    pkg.Adapter(pkg.Value): pkg.Adapter<int | string>
    c: pkg.Point
    pkg.Adapter(pkg.Point).validate(1): pkg.Point
    pkg.Adapter(pkg.Point): pkg.Adapter<pkg.Point>
    d: pkg.Point
    pkg.Pixel(3): pkg.Point
    ");
}

#[test]
fn names_of_builtin_types_as_classes() {
    let python = "
        from typing import Any, Callable, TypeVar
        T = TypeVar('T')
        def convert(value: object, to: type[T]) -> T: ...
        def option(name: str, type: Any = None, *, kinds: tuple[type[Any], Any] | None = None) -> None: ...
        def each(to: Callable[[str], T]) -> T: ...
    ";
    let shown = check(
        python,
        "
        let a = pkg.convert(\"3\", int)
        let b = pkg.convert(3, string)
        let c = pkg.convert(3, str)
        let d = pkg.each(int)
        pkg.option(\"n\", bool, kinds = (float, 3))
        ",
    );
    insta::assert_snapshot!(shown, @r#"
    a: int
    pkg.convert("3", int): int
    b: string
    pkg.convert(3, string): string
    c: string
    pkg.convert(3, str): string
    d: int
    pkg.each(int): int
    int: int
    pkg.option("n", bool, kinds = (float, 3)): unit
    "#);
    let refused = check(
        python,
        "
        fun int(x: any): string { return \"x\" }
        let a = pkg.convert(\"3\", int)
        let b = pkg.convert(\"3\", lst)
        ",
    );
    insta::assert_snapshot!(refused, @r"
    2:26 T007 argument 2: expected type<T>, got fun(any): string
    3:26 T002 undefined variable: lst
    ");
}

#[test]
fn what_calling_a_class_makes() {
    let python = "
        from typing import Any, Generic, Type, TypeAlias, TypeVar
        M = TypeVar('M', default=Any)
        class Quantity(Generic[M]):
            def __new__(cls, value: M, unit: str = '') -> 'Quantity[M]': ...
            def magnitude(self) -> M: ...
        class Plain[Q: Quantity]:
            Quantity: type[Q]
        class Full[Q: Quantity](Plain[Q]): ...
        class Registry(Full[Quantity[M]], Generic[M]):
            def __init__(self) -> None: ...
        class Named(Registry[Any]):
            Quantity: TypeAlias = Quantity
        class Template:
            def __new__(cls, source: str) -> Any: ...
            def render(self) -> str: ...
        class count:
            def __init__(self, of: int = 0) -> None: ...
        class Functions:
            @property
            def count(self) -> Type[count]: ...
        func: Functions
    ";
    let shown = check(
        python,
        "
        let a = pkg.Registry()
        let b = a.Quantity
        let c = a.Quantity(3.0, \"m\")
        let d = pkg.Template(\"x\").render()
        let e = pkg.func.count(3)
        let f = pkg.Named().Quantity(2, \"m\")
        ",
    );
    insta::assert_snapshot!(shown, @r#"
    a: pkg.Registry<any>
    pkg.Registry(): pkg.Registry<any>
    b: type<pkg.Quantity<any>>
    c: pkg.Quantity<float>
    a.Quantity(3.0, "m"): pkg.Quantity<float>
    d: string
    pkg.Template("x").render(): string
    pkg.Template("x"): pkg.Template
    e: pkg.count
    pkg.func.count(3): pkg.count
    f: pkg.Quantity<int>
    pkg.Named().Quantity(2, "m"): pkg.Quantity<int>
    pkg.Named(): pkg.Named
    "#);
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
fn slips_in_modules_that_serve_names() {
    let python = "
        __all__ = ['echo', 'secho']
        def echo(x: str) -> None: ...
        def secho(x: str) -> None: ...
        def __getattr__(name: str) -> object: ...
    ";
    let shown = check(python, "let a = pkg.BaseCommand");
    insta::assert_snapshot!(shown, @"a: any");
    let refused = check(python, "pkg.echoo(\"x\")");
    insta::assert_snapshot!(refused, @r"
    1:5 T026 unknown field `echoo` on module pkg
      did you mean `echo`?
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
fn slips_beside_a_class_getattr() {
    let python = "
        from typing import Any
        class Time:
            def format(self, f: str) -> str: ...
            def __getattr__(self, name: str) -> int: ...
    ";
    let refused = check(
        python,
        "
        let a = pkg.Time().weeks
        let b = pkg.Time().formt(\"x\")
        ",
    );
    insta::assert_snapshot!(refused, @r"
    2:20 T026 unknown field `formt` on pkg.Time
      did you mean `format`?
    ");
}

#[test]
fn undeclared_decorators_that_wrap() {
    let python = "
        import functools
        from functools import wraps
        from typing import Callable, TypeVar
        T1 = TypeVar('T1')
        T2 = TypeVar('T2')
        def logged(fn):
            @wraps(fn)
            def inner(*args, **kwargs):
                return fn(*args, **kwargs)
            return inner
        def retried(times=3, fn=None):
            def decorate(fn):
                @functools.wraps(fn)
                def inner(*args, **kwargs):
                    return fn(*args, **kwargs)
                return inner
            if fn is not None:
                return decorate(fn)
            return decorate
        def sympified(*args):
            def wrapper(func: Callable[[T1], T2]) -> Callable[[T1], T2]:
                return func
            return wrapper
        def other(fn):
            def inner():
                return 3
            return inner
        class Number:
            @sympified(('other', 'Number'))
            @logged
            def __add__(self, other) -> 'Number': ...
            @retried(times=4)
            def name(self, short: bool = False) -> str: ...
        @other
        def lost() -> str: ...
    ";
    let shown = check(
        python,
        "
        let a = pkg.Number() + 1
        let b = a.name(short = true)
        let c = pkg.lost
        ",
    );
    insta::assert_snapshot!(shown, @r"
    a: pkg.Number
    pkg.Number(): pkg.Number
    b: string
    a.name(short = true): string
    c: any
    ");
}

#[test]
fn descriptors_for_several_classes() {
    let python = "
        from typing import Generic, TypeVar, overload
        S = TypeVar('S')
        S2 = TypeVar('S2')
        class Texts(Generic[S]):
            def upper(self: 'Texts[str]') -> 'Series[str]': ...
            def first(self) -> S: ...
        class Accessor:
            @overload
            def __get__(self, instance: 'Other', owner: 'type[Other]', /) -> int: ...
            @overload
            def __get__(self, instance: 'Series[S2]', owner: 'type[Series]', /) -> Texts[S2]: ...
        class Series(Generic[S]):
            def __init__(self, of: list[S]) -> None: ...
            str = Accessor()
        class Other:
            str = Accessor()
    ";
    let shown = check(
        python,
        "
        let a = pkg.Series([\"x\"]).str.upper()
        let b = pkg.Series([1]).str.first()
        let c = pkg.Other().str
        ",
    );
    insta::assert_snapshot!(shown, @r#"
    a: pkg.Series<string>
    pkg.Series(["x"]).str.upper(): pkg.Series<string>
    pkg.Series(["x"]): pkg.Series<string>
    b: int
    pkg.Series([1]).str.first(): int
    pkg.Series([1]): pkg.Series<int>
    c: int
    pkg.Other(): pkg.Other
    "#);
}

#[test]
fn what_may_be_missing_and_is_not_to_be_tested() {
    let python = "
        import numbers
        from typing import Any, TextIO
        class Sheet:
            def write(self, x: str) -> None: ...
        def active() -> Sheet | Any: ...
        def text() -> str | Any: ...
        def count(n: numbers.Number) -> None: ...
        def real(n: numbers.Real) -> None: ...
        def whole(n: numbers.Integral) -> None: ...
        stream: TextIO | Any
    ";
    let shown = check(
        python,
        "
        let a = pkg.active()
        let b = pkg.text()
        let c = pkg.stream
        c.write(\"x\")
        pkg.count(3)
        pkg.real(1.5)
        pkg.whole(3)
        ",
    );
    insta::assert_snapshot!(shown, @r#"
    a: pkg.Sheet
    pkg.active(): pkg.Sheet
    b: any
    pkg.text(): any
    c: typing.TextIO
    c.write("x"): int
    pkg.count(3): unit
    pkg.real(1.5): unit
    pkg.whole(3): unit
    "#);
    let refused = check(
        python,
        "
        pkg.count(\"x\")
        pkg.whole(1.5)
        ",
    );
    insta::assert_snapshot!(refused, @r"
    1:11 T007 argument 1: expected numbers.Number, got string
    2:11 T007 argument 1: expected numbers.Integral, got float
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

#[test]
fn classes_without_their_arguments() {
    let python = "
        from typing import Any, Generic, TypeVar
        class generic: ...
        class inexact(generic): ...
        S = TypeVar('S', bound=generic, default=Any)
        N = TypeVar('N', bound=inexact)
        class dtype(Generic[S]): ...
        D = TypeVar('D', bound=dtype, default=dtype)
        class Array(Generic[D]):
            def total(self: 'Array[dtype[N]]') -> N: ...
        def make() -> Array: ...
    ";
    let shown = check(
        python,
        "
        fun f(x: pkg.Array): any { return x.total() }
        let a = pkg.make().total()
        ",
    );
    insta::assert_snapshot!(shown, @r"
    x.total(): any
    a: any
    pkg.make().total(): any
    pkg.make(): pkg.Array
    ");
}

#[test]
fn fluent_methods_and_attributes_set_later() {
    let python = "
        class Job:
            def __init__(self, every: int):
                self.every = every
            @property
            def minutes(self):
                if self.every == 1:
                    raise ValueError
                self.unit = 'minutes'
                return self
            def at(self, time: str):
                self.time = time
                return self
            def either(self, x):
                if x:
                    return self
                return None
            @classmethod
            def make(cls):
                cls.made = 3
    ";
    let shown = check(
        python,
        "
        let a = pkg.Job(3).minutes.at(\"10:00\")
        let b = a.unit
        let c = a.time
        let d = a.either(1)
        ",
    );
    insta::assert_snapshot!(shown, @r#"
    a: pkg.Job
    pkg.Job(3).minutes.at("10:00"): pkg.Job
    pkg.Job(3): pkg.Job
    b: string
    c: string
    d: any
    a.either(1): any
    "#);
    let refused = check(python, "let a = pkg.Job(3).made");
    insta::assert_snapshot!(refused, @r"
    1:20 T026 unknown field `made` on pkg.Job
      did you mean `make`?
    ");
}

#[test]
fn numbers_of_packages_compare_with_numbers() {
    let python = "
        class Amount:
            def __float__(self) -> float: ...
            def __eq__(self, other: object) -> bool: ...
        class Name:
            def __eq__(self, other: object) -> bool: ...
    ";
    let shown = check(
        python,
        "let a = pkg.Amount() == 1\nlet b = 1.5 != pkg.Amount()",
    );
    insta::assert_snapshot!(shown, @r"
    a: bool
    pkg.Amount(): pkg.Amount
    b: bool
    pkg.Amount(): pkg.Amount
    ");
    let refused = check(
        python,
        "let a = pkg.Name() == 1\nlet b = pkg.Amount() == \"x\"",
    );
    insta::assert_snapshot!(refused, @r"
    1:20 T013 incompatible types in comparison
    2:22 T013 incompatible types in comparison
    ");
}
