//! Descriptors, declared `__getattr__` and what attributes of values come to.

use crate::support::check;

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
