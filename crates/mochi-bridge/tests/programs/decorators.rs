//! Decorators: classes, and functions that wrap without saying so.

use crate::support::check;

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
