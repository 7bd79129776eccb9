//! Classes as values: protocols, aliases, the builtin types by name, and what calling them makes.

use crate::support::check;

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
