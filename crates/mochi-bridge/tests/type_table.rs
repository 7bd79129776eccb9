//! Every row of the closed type table in both directions, and the page printed from it.
//!
//! Spec: bridge.md §6.

mod support;

use std::rc::Rc;

use mochi_bridge::{TABLE, type_table_page};
use mochi_surface::{ClassKind, Field, Literal, MemberKind, PyType, SkipReason, TypeVarKind};
use mochi_types::Check;
use support::{
    Memory, bridge, class, fun, function, local, normal, show, signature, skip_lines, type_var,
    variable,
};

/// A Python type with what it is on both sides: `row` begins the row's first column.
struct Case {
    row: &'static str,
    ty: PyType,
    input: &'static str,
    output: &'static str,
    check: &'static str,
}

fn case(
    row: &'static str,
    ty: PyType,
    input: &'static str,
    output: &'static str,
    check: &'static str,
) -> Case {
    Case {
        row,
        ty,
        input,
        output,
        check,
    }
}

fn builtin(name: &str, args: &[PyType]) -> PyType {
    class("builtins", name, args)
}

fn typing(name: &str, args: &[PyType]) -> PyType {
    class("typing", name, args)
}

fn fields() -> Vec<Field> {
    vec![Field {
        name: Rc::from("x"),
        ty: PyType::builtin("int"),
        has_default: true,
        keyword_only: false,
    }]
}

fn cases(memory: &Memory) -> Vec<Case> {
    let mut all = scalars();
    all.extend(containers());
    all.extend(compositions());
    all.extend(functions(memory));
    all.extend(classes(memory));
    all
}

fn scalars() -> Vec<Case> {
    let row = "`bool`, `int`, `str`, `bytes`";
    vec![
        case(row, builtin("bool", &[]), "bool", "bool", "Bool"),
        case(row, builtin("int", &[]), "int", "int", "Int"),
        case(row, builtin("str", &[]), "string", "string", "Str"),
        case(row, builtin("bytes", &[]), "bytes", "bytes", "Bytes"),
        case(
            "`float`",
            builtin("float", &[]),
            "int | float",
            "float",
            "Float",
        ),
        case(
            "`fractions.Fraction`",
            class("fractions", "Fraction", &[]),
            "bigrat",
            "bigrat",
            "Instance(fractions.Fraction)",
        ),
        case("`None`", PyType::None, "none", "unit", "Unit"),
        case("`Any`; `object`", PyType::Any, "any", "any", "Nothing"),
        case(
            "`Any`; `object`",
            builtin("object", &[]),
            "any",
            "any",
            "Nothing",
        ),
        case(
            "`NoReturn`, `Never`",
            PyType::Never,
            "never",
            "never",
            "Nothing",
        ),
        case(
            "`Annotated[T, …]`",
            // Stripped by the reader: what arrives is T.
            builtin("int", &[]),
            "int",
            "int",
            "Int",
        ),
    ]
}

fn containers() -> Vec<Case> {
    let int = || builtin("int", &[]);
    let text = || builtin("str", &[]);
    let float = || builtin("float", &[]);
    let own = "`list[T]`, `set[T]`, `frozenset[T]`, `dict[K, V]`";
    let read_only = "`Sequence[T]`, `Collection[T]`";
    let mutable = "`MutableSequence[T]`";
    let lazy = "`Iterator[T]`, `Generator[T, …]`, `Iterable[T]`";
    let asynchronous = "`AsyncIterator[T]`";
    vec![
        case(
            own,
            builtin("list", &[float()]),
            "[int | float]",
            "[float]",
            "List(Float)",
        ),
        case(own, builtin("list", &[]), "[any]", "[any]", "List(Nothing)"),
        case(
            own,
            builtin("set", &[int()]),
            "set<int>",
            "set<int>",
            "Set(Int)",
        ),
        case(
            own,
            builtin("frozenset", &[int()]),
            "set<int>",
            "set<int>",
            "Set(Int)",
        ),
        case(
            own,
            builtin("dict", &[text(), float()]),
            "{string: int | float}",
            "{string: float}",
            "Dict(Str, Float)",
        ),
        case(
            read_only,
            typing("Sequence", &[float()]),
            "typing.Sequence<int | float>",
            "[float]",
            "Sequence(Float)",
        ),
        case(
            read_only,
            typing("Collection", &[int()]),
            "typing.Collection<int>",
            "[int]",
            "Sequence(Int)",
        ),
        case(
            read_only,
            typing("AbstractSet", &[int()]),
            "typing.AbstractSet<int>",
            "[int]",
            "Sequence(Int)",
        ),
        case(
            read_only,
            typing("KeysView", &[text()]),
            "typing.KeysView<string>",
            "[string]",
            "Sequence(Str)",
        ),
        case(
            read_only,
            typing("ValuesView", &[int()]),
            "typing.ValuesView<int>",
            "[int]",
            "Sequence(Int)",
        ),
        case(
            read_only,
            typing("ItemsView", &[text(), int()]),
            "typing.ItemsView<string, int>",
            "[(string, int)]",
            "Sequence(Tuple([Str, Int]))",
        ),
        case(
            read_only,
            class("_collections_abc", "dict_values", &[text(), int()]),
            "_collections_abc.dict_values<string, int>",
            "[int]",
            "Sequence(Int)",
        ),
        case(
            read_only,
            typing("Mapping", &[text(), float()]),
            "typing.Mapping<string, int | float>",
            "{string: float}",
            "Mapping(Str, Float)",
        ),
        case(
            mutable,
            typing("MutableSequence", &[int()]),
            "typing.MutableSequence<int>",
            "typing.MutableSequence<int>",
            "Instance(typing.MutableSequence)",
        ),
        case(
            lazy,
            typing("Iterator", &[float()]),
            "iterator<int | float>",
            "iterator<float>",
            "Iterator(Float)",
        ),
        case(
            lazy,
            typing("Iterable", &[int()]),
            "typing.Iterable<int>",
            "iterator<int>",
            "Iterator(Int)",
        ),
        case(
            lazy,
            typing("Generator", &[int(), PyType::None, PyType::None]),
            "typing.Generator<int, unit, unit>",
            "iterator<int>",
            "Iterator(Int)",
        ),
        case(
            asynchronous,
            typing("AsyncIterator", &[int()]),
            "asyncIterator<int>",
            "asyncIterator<int>",
            "AsyncIterator(Int)",
        ),
        case(
            asynchronous,
            typing("AsyncIterable", &[int()]),
            "typing.AsyncIterable<int>",
            "asyncIterator<int>",
            "AsyncIterator(Int)",
        ),
        case(
            "`Buffer`, `ReadableBuffer`",
            class("_collections_abc", "Buffer", &[]),
            "bytes | _collections_abc.Buffer",
            "_collections_abc.Buffer",
            "Instance(_collections_abc.Buffer)",
        ),
    ]
}

fn compositions() -> Vec<Case> {
    let int = || builtin("int", &[]);
    let text = || builtin("str", &[]);
    let tuples = "`tuple[A, B]`; `tuple[T, ...]`";
    let generics = "`Self`, TypeVar";
    let opaque = "ParamSpec/Concatenate";
    vec![
        case(
            tuples,
            PyType::Tuple(Rc::from([int(), text()])),
            "(int, string)",
            "(int, string)",
            "Tuple([Int, Str])",
        ),
        case(
            tuples,
            PyType::VariadicTuple(Rc::new(int())),
            "tuple<int>",
            "[int]",
            "VariadicTuple(Int)",
        ),
        case(
            "`Optional[T]`, `T | None`",
            PyType::union([text(), PyType::None]),
            "option[string]",
            "option[string]",
            "Option(Str)",
        ),
        case(
            "`Union[A, B]`",
            PyType::union([int(), text()]),
            "int | string",
            "int | string",
            "Union([Str, Int])",
        ),
        case(
            "`Union[A, B]`",
            PyType::union([builtin("list", &[int()]), builtin("list", &[text()])]),
            "[int] | [string]",
            "any",
            "Nothing",
        ),
        case(
            "`Literal[",
            PyType::Literal(Rc::from([Literal::Str(Rc::from("r")), Literal::Int(1)])),
            "\"r\" | 1",
            "\"r\" | 1",
            "Literal([Str(\"r\"), Int(1)])",
        ),
        case(generics, PyType::SelfType, "Self", "Self", "SelfType"),
        case(
            generics,
            PyType::Var(type_var("T")),
            "T",
            "T",
            "Var(\"T@pkg\")",
        ),
        case(
            opaque,
            builtin("complex", &[]),
            "any",
            "PyObject",
            "Nothing",
        ),
        case(
            opaque,
            PyType::Unknown(SkipReason::UnresolvedReference),
            "any",
            "PyObject",
            "Nothing",
        ),
        case(
            opaque,
            PyType::Var(variable("P", TypeVarKind::ParamSpec)),
            "any",
            "PyObject",
            "Nothing",
        ),
    ]
}

fn functions(memory: &Memory) -> Vec<Case> {
    let int = || builtin("int", &[]);
    let float = || builtin("float", &[]);
    let callable = "`Callable[[A, B], R]`";
    let awaitable = "`Awaitable[T]`, `Coroutine[…, T]`, `async def`";
    let managers = "`ContextManager[T]`, `AsyncContextManager[T]`";
    let protocol = memory.class("Callback", ClassKind::Protocol);
    let call = signature(
        vec![normal("self", PyType::SelfType), normal("x", int())],
        PyType::None,
    );
    memory.member(
        "Callback",
        "__call__",
        MemberKind::Method(Rc::new(function("__call__", vec![call]))),
    );
    vec![
        case(
            callable,
            PyType::Callable(Rc::from([normal("x", float())]), Rc::new(float())),
            "fun(float): int | float",
            "fun(int | float): float",
            "Callable",
        ),
        case(callable, protocol, "fun(int)", "fun(int)", "Callable"),
        case(
            "`Callable[..., R]`",
            PyType::AnyCallable(Rc::new(int())),
            "fun(...any): int",
            "fun(...any): int",
            "Callable",
        ),
        case(
            awaitable,
            builtin("list", &[typing("Awaitable", &[int()])]),
            "[future<int>]",
            "[typing.Awaitable<int>]",
            "List(Instance(typing.Awaitable))",
        ),
        case(
            awaitable,
            builtin(
                "list",
                &[typing(
                    "Coroutine",
                    &[PyType::Any, PyType::Any, PyType::None],
                )],
            ),
            "[future<unit>]",
            "[typing.Awaitable<unit>]",
            "List(Instance(typing.Awaitable))",
        ),
        case(
            managers,
            class("contextlib", "AbstractContextManager", &[int()]),
            "contextlib.AbstractContextManager<int>",
            "contextlib.AbstractContextManager<int>",
            "Instance(contextlib.AbstractContextManager)",
        ),
    ]
}

fn classes(memory: &Memory) -> Vec<Case> {
    let records = "dataclass, attrs, NamedTuple, TypedDict";
    let plain = memory.class("Client", ClassKind::Plain);
    let record = ClassKind::Dataclass {
        fields: fields(),
        frozen: false,
    };
    vec![
        case(
            "any other class",
            plain.clone(),
            "pkg.Client",
            "pkg.Client",
            "Instance(pkg.Client)",
        ),
        case(
            "`type[C]`",
            PyType::TypeOf(Rc::new(plain)),
            "type<pkg.Client>",
            "type<pkg.Client>",
            "TypeOf(Some(pkg.Client))",
        ),
        case(
            "`type[C]`",
            builtin("type", &[]),
            "type<any>",
            "type<any>",
            "TypeOf(None)",
        ),
        case(
            records,
            memory.class("Point", record),
            "pkg.Point",
            "pkg.Point",
            "Instance(pkg.Point)",
        ),
        case(
            records,
            memory.class("Options", ClassKind::TypedDict(fields())),
            "pkg.Options",
            "pkg.Options",
            "Instance(pkg.Options)",
        ),
        case(
            "Enum, Flag",
            memory.class("Color", ClassKind::Enum(vec![Rc::from("RED")])),
            "pkg.Color",
            "pkg.Color",
            "Instance(pkg.Color)",
        ),
        case(
            "`Literal[",
            PyType::Literal(Rc::from([Literal::Member(local("Color"), Rc::from("RED"))])),
            "pkg.Color.RED",
            "pkg.Color.RED",
            "Literal([Member(pkg.Color, \"RED\")])",
        ),
        case(
            "Protocol",
            memory.class("Reader", ClassKind::Protocol),
            "pkg.Reader",
            "pkg.Reader",
            "Nothing",
        ),
        case(
            "exception class",
            memory.class("PkgError", ClassKind::Exception),
            "pkg.PkgError",
            "pkg.PkgError",
            "Instance(pkg.PkgError)",
        ),
    ]
}

/// A check in its derived form, classes by their names.
fn check_text(check: &Check) -> String {
    let text = format!("{check:?}");
    let mut pieces = text.split("ClassId { module: \"");
    let mut out = String::from(pieces.next().unwrap_or_default());
    for piece in pieces {
        let named = piece.replacen("\", qualname: \"", ".", 1);
        out.push_str(&named.replacen("\" }", "", 1));
    }
    out
}

#[test]
fn rows_in_both_directions() {
    let memory = Memory::default();
    let cases = cases(&memory);
    for (index, case) in cases.iter().enumerate() {
        let both = signature(vec![normal("x", case.ty.clone())], case.ty.clone());
        memory.function(&format!("f{index}"), vec![both]);
    }
    let bridge = bridge(memory);
    let mut wrong = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let fun = fun(&bridge, &format!("f{index}"));
        let mapped = &fun.overloads[0];
        let expected = [case.input, case.output, case.check];
        let found = [
            show(&bridge, &mapped.params[0].ty),
            show(&bridge, &mapped.ret.ty),
            check_text(&mapped.ret.check),
        ];
        if found != expected {
            wrong.push(format!(
                "{} {:?}\n  expected {expected:?}\n  found    {found:?}",
                case.row, case.ty
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_row_has_a_case() {
    let memory = Memory::default();
    let cases = cases(&memory);
    for row in TABLE {
        assert!(
            cases.iter().any(|case| row.python.starts_with(case.row)),
            "no case for {}",
            row.python
        );
    }
    for case in &cases {
        assert!(
            TABLE.iter().any(|row| row.python.starts_with(case.row)),
            "no row {}",
            case.row
        );
    }
}

#[test]
fn degradations_are_skips() {
    let memory = Memory::default();
    let number = PyType::builtin("complex");
    let lists = PyType::union([
        class("builtins", "list", &[PyType::builtin("int")]),
        class("builtins", "list", &[PyType::builtin("str")]),
    ]);
    memory.function(
        "f",
        vec![signature(vec![normal("z", number.clone())], number)],
    );
    memory.function("g", vec![signature(vec![], lists)]);
    memory.function(
        "h",
        vec![signature(
            vec![normal("x", PyType::Unknown(SkipReason::NoAnnotation))],
            PyType::Unknown(SkipReason::NoAnnotation),
        )],
    );
    let bridge = bridge(memory);
    for name in ["f", "g", "h", "f"] {
        fun(&bridge, name);
    }
    assert_eq!(
        skip_lines(&bridge),
        [
            "pkg.f / parameter z: unsupported-complex",
            "pkg.f / return: unsupported-complex",
            "pkg.g / return: open-union",
            "pkg.h / parameter x: no-annotation",
            "pkg.h / return: no-annotation",
        ]
    );
}

#[test]
fn page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/type-table.md");
    let page = type_table_page();
    if std::env::var_os("MOCHI_UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        stored == page,
        "docs/type-table.md is not current: run MOCHI_UPDATE_DOCS=1 cargo test -p mochi-bridge --test type_table"
    );
}
