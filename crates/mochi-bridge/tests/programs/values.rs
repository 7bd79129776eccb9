//! Values that may be missing, and numbers of packages beside numbers.

use crate::support::check;

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
