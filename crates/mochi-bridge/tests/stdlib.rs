//! The bundled stubs of the standard library through the table: everything public is mapped, and
//! every degradation has a reason.
//!
//! Spec: bridge.md §5, §6.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may stop at the first surprise"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use mochi_bridge::{Bridge, Report};
use mochi_ingest::{FileSource, FolderEntry, Universe, UniverseOptions};
use mochi_surface::ModuleName;
use mochi_types::{ClassId, ExternItem, ExternMember, Externs, ModuleId, Out, Type};
use support::{show, show_signature};

/// No installed packages.
struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, _path: &Path) -> Option<Vec<u8>> {
        None
    }

    fn list(&self, _folder: &Path) -> Option<Vec<FolderEntry>> {
        None
    }
}

fn universe() -> Universe {
    let options = UniverseOptions {
        site_packages: Vec::new(),
        python_version: (3, 12),
        platform: "linux".to_owned(),
    };
    Universe::new(Rc::new(NoFiles), options)
}

fn stdlib() -> Bridge {
    Bridge::new(Rc::new(universe()), BTreeMap::new())
}

fn modules() -> Vec<ModuleName> {
    let universe = universe();
    let mut pending = universe.stdlib_modules();
    let mut all = Vec::new();
    while let Some(module) = pending.pop() {
        pending.extend(universe.submodules(&module));
        all.push(module);
    }
    all.sort();
    all
}

fn item(bridge: &Bridge, module: &str, name: &str) -> Rc<ExternItem> {
    match bridge.attribute(&ModuleId(Rc::from(module)), name) {
        Some(item) => item,
        None => panic!("{module} has no {name}"),
    }
}

fn signatures(bridge: &Bridge, name: &str, fun: &mochi_types::ExternFun) -> Vec<String> {
    fun.overloads
        .iter()
        .map(|overload| show_signature(bridge, name, overload))
        .collect()
}

/// The member of a class, with the class that declares it.
fn member(bridge: &Bridge, module: &str, class: &str, name: &str) -> String {
    let class = bridge.class(&ClassId::new(module, class)).unwrap();
    let (owner, found) = class
        .mro
        .iter()
        .find_map(|(base, _)| Some((base, bridge.member(base, name)?)))
        .unwrap_or_else(|| panic!("{} has no {name}", class.display));
    match &*found {
        ExternMember::Method(fun)
        | ExternMember::ClassMethod(fun)
        | ExternMember::StaticMethod(fun) => {
            signatures(bridge, &format!("{owner}.{name}"), fun).join("\n")
        }
        ExternMember::Attribute { get, set, .. } => {
            let assigned = if set.is_some() { "" } else { " (read-only)" };
            format!("{owner}.{name}: {}{assigned}", show(bridge, &get.ty))
        }
        ExternMember::Class(nested) => format!("{owner}.{name} is the class {nested}"),
    }
}

#[test]
fn everything_public_is_mapped_or_skipped_with_a_reason() {
    let bridge = stdlib();
    let modules = modules();
    let report = Report::new(&bridge, &modules);
    let totals = report.totals();
    let degraded = report.degraded_items();
    println!("{totals:?}");
    println!(
        "{} of {} items degraded in some part",
        degraded,
        totals.items()
    );
    println!("{:?}", report.reasons());
    assert_eq!(report.modules.len(), modules.len(), "a module is missing");
    assert!(totals.functions > 3000, "{totals:?}");
    assert!(totals.classes > 2000, "{totals:?}");
    assert!(totals.methods > 8_000, "{totals:?}");
    // A tenth would mean that some common construct is not read.
    assert!(
        degraded * 10 < totals.items(),
        "{degraded} of {}",
        totals.items()
    );
}

#[test]
fn the_same_skips_whenever_they_are_asked_for() {
    let modules: Vec<ModuleName> = modules().into_iter().take(150).collect();
    let mut backwards = modules.clone();
    backwards.reverse();
    let one = Report::new(&stdlib(), &modules).skips;
    let other = Report::new(&stdlib(), &backwards).skips;
    let lost: Vec<_> = one.iter().filter(|skip| !other.contains(skip)).collect();
    let gained: Vec<_> = other.iter().filter(|skip| !one.contains(skip)).collect();
    assert!(
        one == other,
        "only forwards {lost:?}\nonly backwards {gained:?}"
    );
}

#[test]
fn opaque_results_are_skips() {
    let bridge = stdlib();
    let mut opaque = BTreeSet::new();
    for module in modules() {
        let id = ModuleId(Rc::from(module.as_str()));
        for name in bridge.names(&id) {
            if let Some(ExternItem::Fun(fun)) = bridge.attribute(&id, &name).as_deref()
                && fun
                    .overloads
                    .iter()
                    .any(|overload| has_opaque(&overload.ret))
            {
                opaque.insert(fun.symbol.clone());
            }
        }
    }
    let skipped: BTreeSet<Rc<str>> = bridge
        .skips()
        .iter()
        .map(|skip| skip.item.clone())
        .collect();
    let silent: Vec<_> = opaque.difference(&skipped).collect();
    assert!(!opaque.is_empty());
    assert!(silent.is_empty(), "{silent:?}");
}

fn has_opaque(out: &Out) -> bool {
    out.ty.any_part(&|ty| *ty == Type::PyObject)
}

#[test]
fn functions_of_the_standard_library() {
    let bridge = stdlib();
    let mut lines = Vec::new();
    for (module, names) in [
        ("asyncio", "create_task run sleep to_thread wait_for"),
        ("builtins", "len max print sorted"),
        ("contextlib", "contextmanager suppress"),
        ("functools", "partial reduce"),
        ("heapq", "heappush nlargest"),
        ("itertools", "chain groupby"),
        ("json", "dumps loads"),
        ("math", "floor pi sqrt"),
        ("os", "environ getenv listdir walk"),
        ("os.path", "join"),
        ("random", "choice randint shuffle"),
        ("re", "I compile match sub"),
        ("shutil", "which"),
        ("sqlite3", "connect"),
        ("statistics", "mean"),
        ("sys", "argv stdout version_info"),
        ("time", "perf_counter strftime"),
    ] {
        for name in names.split(' ') {
            lines.push(described(&bridge, module, name));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

/// An item of a module, one line for each overload.
fn described(bridge: &Bridge, module: &str, name: &str) -> String {
    match &*item(bridge, module, name) {
        ExternItem::Fun(fun) => signatures(bridge, &fun.symbol, fun).join("\n"),
        ExternItem::Class(class) => format!("{module}.{name} is the class {class}"),
        ExternItem::Value { get, set } => {
            let ty = show(bridge, &get.ty);
            let assigned = if set.is_some() { "" } else { " (constant)" };
            format!("{module}.{name}: {ty}{assigned}")
        }
        other => panic!("{module}.{name}: {other:?}"),
    }
}

#[test]
fn members_of_the_standard_library() {
    let bridge = stdlib();
    let mut lines = Vec::new();
    for (module, class, names) in [
        ("argparse", "ArgumentParser", "parse_args"),
        ("builtins", "dict", "__init__ fromkeys get items"),
        ("builtins", "str", "join split"),
        (
            "collections",
            "Counter",
            "__add__ __init__ __missing__ elements most_common",
        ),
        ("datetime", "datetime", "__sub__ isoformat now year"),
        (
            "datetime",
            "timedelta",
            "__mul__ __new__ days total_seconds",
        ),
        ("decimal", "Decimal", "__add__ __eq__ __new__ quantize"),
        ("fractions", "Fraction", "__add__ __new__"),
        ("http", "HTTPStatus", "OK phrase"),
        ("itertools", "chain", "__iter__ __new__ from_iterable"),
        ("pathlib", "Path", "cwd exists glob open read_text stat"),
        (
            "pathlib",
            "PurePath",
            "__truediv__ joinpath name parent parts",
        ),
        ("re", "Match", "__getitem__ group groups start string"),
        (
            "sqlite3",
            "Connection",
            "__enter__ cursor execute row_factory",
        ),
        ("uuid", "UUID", "hex int"),
    ] {
        for name in names.split(' ') {
            lines.push(member(&bridge, module, class, name));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}
