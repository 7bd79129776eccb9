//! Stubs of compiled code: no Python source is beside them, so that what they declare is not sure
//! to be there by that name.
//!
//! Spec: bridge.md §6 (`stub-only-class`).

mod support;

use mochi_surface::{ModuleName, SurfaceSource};
use support::universe;

#[test]
fn a_stub_without_source_beside_it_is_compiled_code() {
    let universe = universe(&[
        ("p/__init__.py", ""),
        ("p/py.typed", ""),
        ("p/fast.pyi", "class A: ..."),
        ("p/fast.cpython-312-x86_64-linux-gnu.so", ""),
        ("p/slow.pyi", "class A: ..."),
        ("p/slow.py", ""),
        ("p/core/__init__.pyi", ""),
        ("p/core/inner.pyi", "class A: ..."),
    ]);
    let compiled = |name: &str| universe.is_compiled(&ModuleName::new(name));
    assert!(compiled("p.fast"));
    assert!(compiled("p.core.inner"));
    assert!(!compiled("p.slow"));
    assert!(!compiled("p"));
    assert!(
        !compiled("collections"),
        "the standard library's stubs are tested"
    );
}
