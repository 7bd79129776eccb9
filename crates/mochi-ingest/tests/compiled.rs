//! Classes of a package's own stubs that the running package may not have: of compiled code, and
//! where the source beside the stub binds no such name.
//!
//! Spec: bridge.md §6 (`stub-only-class`).

mod support;

use mochi_surface::{ClassName, ModuleName, SurfaceSource};
use support::universe;

#[test]
fn classes_that_only_a_stub_shows() {
    let universe = universe(&[
        ("p/__init__.py", ""),
        ("p/py.typed", ""),
        ("p/fast.pyi", "class A: ..."),
        ("p/fast.cpython-312-x86_64-linux-gnu.so", ""),
        ("p/slow.pyi", "class A: ...\nclass B: ..."),
        ("p/slow.py", "from ._a import A as A, B as _B"),
        ("p/star.pyi", "class A: ..."),
        ("p/star.py", "from ._a import *"),
        ("p/core/__init__.pyi", ""),
        ("p/core/inner.pyi", "class A: ..."),
    ]);
    let missing = |module: &str, class: &str| {
        universe.may_be_missing(&ClassName::new(ModuleName::new(module), class))
    };
    assert!(missing("p.fast", "A"));
    assert!(missing("p.core.inner", "A"));
    assert!(missing("p.slow", "B"));
    assert!(!missing("p.slow", "A"));
    assert!(!missing("p.star", "A"));
    assert!(!missing("p", "A"));
    assert!(!missing("collections", "OrderedDict"));
}
