//! Packages: PEP 561's order, re-exports, `__all__`, cycles, public paths; and the whole standard
//! library.

mod support;

use mochi_ingest::read_all;
use mochi_surface::{ClassName, Item, MemberKind, ModuleName, SkipReason, SurfaceSource, Tier};
use support::{show_module, universe, universe_beside, universe_for};

fn name(text: &str) -> ModuleName {
    ModuleName::new(text)
}

#[test]
fn stub_packages_come_before_inline_annotations() {
    let universe = universe(&[
        ("p/__init__.py", "def f(): ...\n"),
        ("p/extra.py", "x = 1\n"),
        ("p-stubs/__init__.pyi", "def f() -> int: ...\n"),
        ("p-stubs/py.typed", "partial\n"),
        ("q/__init__.py", "y: int = 1\n"),
        ("q/py.typed", ""),
        ("r.py", "z = 1\n"),
        ("s.py", "z = 1\n"),
        ("s.pyi", "z: str\n"),
        ("t/_native.cpython-312-x86_64-linux-gnu.so", ""),
        ("t/__init__.py", "from ._native import f\n"),
        ("n/inner/__init__.py", ""),
        ("n/inner/py.typed", ""),
    ]);
    let tier = |module: &str| universe.module(&name(module)).map(|module| module.tier);
    assert_eq!(tier("p"), Some(Tier::Stubs));
    assert_eq!(tier("p.extra"), Some(Tier::Untyped));
    assert_eq!(tier("q"), Some(Tier::Inline));
    assert_eq!(tier("r"), Some(Tier::Untyped));
    assert_eq!(tier("s"), Some(Tier::Inline));
    assert_eq!(tier("n.inner"), Some(Tier::Inline));
    assert_eq!(tier("json"), Some(Tier::Typeshed));
    assert_eq!(tier("nowhere"), None);
    assert_eq!(show_module(&universe, "p"), "def f() -> int\n");
    assert_eq!(show_module(&universe, "s"), "z: str\n");
    let item = universe.item(&name("t"), "f");
    assert!(matches!(
        item.as_deref(),
        Some(Item::Value(value)) if value.ty == mochi_surface::PyType::Unknown(SkipReason::NoTypes)
    ));
}

#[test]
fn installed_distributions_that_hold_only_types_have_no_run_time_classes() {
    let stubs_only = "Name: p-types\nClassifier: Typing :: Stubs Only\n\nText\n";
    let typed = "Name: q\nClassifier: Typing :: Typed\n\nClassifier: Typing :: Stubs Only\n";
    let universe = universe(&[
        ("p_types/__init__.py", "class A: ...\n"),
        ("p_types/__init__.pyi", "class A: ...\n"),
        ("p_types/py.typed", ""),
        ("P_Types-1.0.dist-info/METADATA", stubs_only),
        ("q/__init__.py", "class A: ...\n"),
        ("q/__init__.pyi", "class A: ...\n"),
        ("q/py.typed", ""),
        ("q-1.0.dist-info/METADATA", typed),
    ]);
    let tier = |module: &str| universe.module(&name(module)).map(|module| module.tier);
    assert_eq!(tier("p_types"), Some(Tier::Stubs));
    assert_eq!(tier("q"), Some(Tier::Inline));
    let there = ClassName::new(name("p_types"), "A");
    assert!(universe.class(&there).is_some_and(|class| class.from_stub));
    assert!(universe.holds_only_types(&name("p_types")));
    assert!(!universe.holds_only_types(&name("q")));
}

#[test]
fn folders_of_types_serve_types_and_no_run_time_classes() {
    let universe = universe_beside(
        &[
            ("p/__init__.py", "def f(): ...\n"),
            ("p/extra.py", "class X: ...\n"),
            ("listed/__init__.py", ""),
            ("listed-stubs/__init__.pyi", "def f() -> int: ...\n"),
            ("space/one/__init__.py", "def f(): ...\n"),
            ("space/two/__init__.py", "def f(): ...\n"),
            ("both/__init__.py", "class A: ...\n"),
        ],
        &[
            (
                "p-stubs/__init__.pyi",
                "from needed import N\ndef f() -> N: ...\n",
            ),
            ("needed/__init__.py", "class N: ...\n"),
            ("needed/py.typed", ""),
            ("listed-stubs/__init__.pyi", "def f() -> str: ...\n"),
            ("space-stubs/one/__init__.pyi", "def f() -> int: ...\n"),
            ("both/__init__.py", "class B: ...\n"),
        ],
    );
    let tier = |module: &str| universe.module(&name(module)).map(|module| module.tier);
    assert_eq!(show_module(&universe, "p"), "def f() -> needed.N\n");
    assert_eq!(tier("p"), Some(Tier::Stubs));
    assert_eq!(tier("p.extra"), Some(Tier::Untyped));
    assert_eq!(tier("needed"), Some(Tier::Stubs));
    let from_stub = |module: &str, class: &str| {
        let class = ClassName::new(name(module), class);
        universe.class(&class).map(|class| class.from_stub)
    };
    assert_eq!(from_stub("needed", "N"), Some(true));
    assert!(universe.holds_only_types(&name("needed")));
    assert!(!universe.holds_only_types(&name("p")));
    assert_eq!(from_stub("p.extra", "X"), Some(false));
    // What the environment has wins, stub packages included.
    assert_eq!(show_module(&universe, "listed"), "def f() -> int\n");
    assert_eq!(from_stub("both", "A"), Some(false));
    assert_eq!(from_stub("both", "B"), None);
    assert_eq!(show_module(&universe, "space.one"), "def f() -> int\n");
    assert_eq!(tier("space.two"), Some(Tier::Untyped));
}

#[test]
fn versions_decide_about_the_standard_library() {
    let old = universe_for(&[], (3, 11), "linux");
    let new = universe_for(&[], (3, 12), "linux");
    assert!(old.module(&name("distutils")).is_some());
    assert!(new.module(&name("distutils")).is_none());
    assert!(new.module(&name("os.path")).is_some());
}

#[test]
fn names_are_public_by_all_and_by_re_export() {
    let universe = universe(&[
        ("p/py.typed", ""),
        (
            "p/__init__.py",
            "from . import _impl, sub\n\
             from ._impl import *\n\
             from .sub import Thing as Thing\n\
             import os\n\
             __all__ = [\"own\", *_impl.__all__]\n\
             __all__ += sub.__all__\n\
             __all__.append(\"late\")\n\
             def own() -> int: ...\n\
             late = 1\n\
             hidden = 2\n",
        ),
        ("p/_impl.py", "__all__ = (\"a\",)\na = 1\nb = 2\n"),
        ("p/sub.py", "__all__ = [\"Thing\"]\nclass Thing: ...\n"),
        ("q/py.typed", ""),
        (
            "q/__init__.py",
            "import os\nfrom ._x import Public, _Private\nfrom json import loads\nvalue = 1\nfor i in []: pass\n",
        ),
        ("q/_x.py", "class Public: ...\nclass _Private: ...\n"),
        ("q/sub.py", ""),
        (
            "s/__init__.pyi",
            "from os import sep, path as path\nfrom .t import *\nfrom .t import u as u\nimport sys\n",
        ),
        ("s/t.pyi", "v: int\n_w: int\nu: str\n"),
        ("s/py.typed", ""),
    ]);
    let public = |module: &str| universe.module(&name(module)).unwrap().public.join(" ");
    let names = |module: &str| universe.module(&name(module)).unwrap().names.join(" ");
    assert_eq!(public("p"), "Thing a late own");
    assert_eq!(public("q"), "Public value");
    assert_eq!(names("q"), "Public _Private _x i loads os sub value");
    assert_eq!(public("s"), "path u v");
    assert_eq!(names("s"), "path t u v");
}

#[test]
fn classes_are_known_by_where_they_are_defined_and_by_a_public_path() {
    let universe = universe(&[
        ("p/py.typed", ""),
        (
            "p/__init__.py",
            "from typing import TYPE_CHECKING\nfrom ._a import Client\nfrom .pub import Late\n\
             if TYPE_CHECKING:\n    from .pub import Typed\n",
        ),
        ("p/_a.py", "class Client:\n    class Inner: ...\n"),
        (
            "p/pub.py",
            "class Late: ...\nclass Deep: ...\nclass Typed: ...\n",
        ),
    ]);
    let class = |module: &str, qualname: &str| {
        let class = ClassName::new(name(module), qualname);
        let (module, path) = universe.class(&class).unwrap().public_path.clone();
        format!("{module}:{path}")
    };
    assert_eq!(class("p._a", "Client"), "p:Client");
    assert_eq!(class("p._a", "Client.Inner"), "p:Client.Inner");
    assert_eq!(class("p.pub", "Late"), "p:Late");
    assert_eq!(class("p.pub", "Deep"), "p.pub:Deep");
    // What only type checkers see is no path at run time, whoever asks for it.
    universe.item(&name("p"), "Typed");
    assert_eq!(class("p.pub", "Typed"), "p.pub:Typed");
}

#[test]
fn cycles_end() {
    let universe = universe(&[
        ("p/py.typed", ""),
        (
            "p/__init__.py",
            "from .a import *\nfrom .b import x\nfrom . import a, nothing\n",
        ),
        (
            "p/a.py",
            "from .b import *\nfrom .b import x as y\nfrom p import z\nclass A(B): ...\n",
        ),
        (
            "p/b.py",
            "from .a import *\nfrom .a import y as x\nfrom .a import A\nclass B(A): ...\nT = list['T']\nU = V\nV = U\n",
        ),
    ]);
    let counts = read_all(&universe, &[name("p")]);
    assert_eq!(counts.modules, 3);
    let class = universe.class(&ClassName::new(name("p.a"), "A")).unwrap();
    assert!(class.mro.len() >= 2);
}

#[test]
fn orders_carry_type_arguments() {
    let universe = universe(&[
        ("p/py.typed", ""),
        (
            "p/__init__.py",
            "from typing import Generic, TypeVar, Iterator\n\
             T = TypeVar('T')\n\
             class A(Generic[T]):\n    def get(self) -> T: ...\n\
             class B(A[list[T]]): ...\n\
             class C(B[int], dict[str, bytes]): ...\n",
        ),
    ]);
    let class = universe.class(&ClassName::new(name("p"), "C")).unwrap();
    let order: Vec<String> = class.mro.iter().map(support::show).collect();
    assert_eq!(
        order.join(", "),
        "p.C, p.B[int], p.A[list[int]], dict[str, bytes], typing.MutableMapping[str, bytes], \
         typing.Mapping[str, bytes], typing.Collection[str], typing.Iterable[str], \
         typing.Container[Any], object"
    );
}

#[test]
fn places_name_the_file_and_the_line() {
    let universe = universe(&[("p/__init__.py", "\nx = 1\n\ndef f(): ...\n")]);
    let item = universe.item(&name("p"), "f").unwrap();
    let Item::Function(function) = &*item else {
        panic!("{item:?}")
    };
    let place = function.place.as_ref().unwrap();
    assert_eq!((&*place.file, place.line), ("p/__init__.py", 4));
    let member = universe
        .member(&ClassName::new(name("datetime"), "date"), "year")
        .unwrap();
    let MemberKind::Property { place, .. } = &member.kind else {
        panic!("{member:?}")
    };
    assert_eq!(
        &*place.as_ref().unwrap().file,
        "typeshed/stdlib/datetime.pyi"
    );
}

#[test]
fn texts_that_are_not_utf8_are_read_all_the_same() {
    let universe = universe(&[("p.py", "\u{feff}x: int = 1\n")]);
    assert_eq!(show_module(&universe, "p"), "x: int\n");
}

#[test]
fn deep_nesting_ends() {
    let deep = format!("x: {}int{}\n", "list[".repeat(500), "]".repeat(500));
    let parens = format!("y = {}1{}\n", "(".repeat(150), ")".repeat(150));
    let universe = universe(&[("p.pyi", &deep), ("q.py", &parens)]);
    assert!(universe.item(&name("p"), "x").is_some());
    assert!(universe.item(&name("q"), "y").is_some());
}

#[test]
fn long_chains_end() {
    use std::fmt::Write as _;
    let mut text = String::new();
    for at in 0..600 {
        let next = at + 1;
        writeln!(text, "A{at} = A{next}").unwrap();
        writeln!(text, "v{at} = v{next} + v{next}").unwrap();
        writeln!(text, "class C{at}(C{next}): ...").unwrap();
        writeln!(text, "T{at} = list['T{next}']").unwrap();
        writeln!(text, "@f{next}\n@f{next}\ndef f{at}(x: int) -> int: ...").unwrap();
    }
    let universe = universe(&[("p.py", &text)]);
    let counts = read_all(&universe, &[name("p")]);
    assert_eq!(counts.classes, 600);
}

#[test]
fn the_whole_standard_library_resolves() {
    for version in [(3, 12), (3, 13)] {
        let universe = universe_for(&[], version, "linux");
        let counts = read_all(&universe, &universe.stdlib_modules());
        assert!(counts.modules > 500, "{}", counts.modules);
        assert!(counts.classes > 2000, "{}", counts.classes);
        let of = |reason| counts.by_reason.get(&reason).copied().unwrap_or(0);
        let unresolved: Vec<_> = counts
            .skips
            .iter()
            .filter(|skip| skip.reason == SkipReason::UnresolvedReference)
            .collect();
        assert!(unresolved.is_empty(), "{unresolved:?}");
        assert_eq!(of(SkipReason::SyntaxError), 0);
        assert_eq!(of(SkipReason::UnannotatedDecorator), 0);
        assert!(of(SkipReason::UnsupportedExpression) <= 2);
        assert!(of(SkipReason::RecursiveAlias) < 80);
    }
}
