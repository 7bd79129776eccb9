//! Signatures: what is left out, what is kept, and how overloads and receivers are read.
//!
//! Spec: bridge.md §6 (rules below the table).

#![allow(clippy::panic, reason = "tests may stop at the first surprise")]

mod support;

use std::rc::Rc;

use mochi_surface::{
    ClassKind, ClassName, Item, MemberKind, ModuleName, ParameterKind, PyType, SkipReason,
    TypeVarKind,
};
use mochi_types::{Check, ExternMember, Externs, ParamKind, Type};
use support::{
    Memory, bridge, class, fun, function, local, normal, param, show, show_signature, signature,
    skip_lines, type_var, value, variable,
};

fn int() -> PyType {
    PyType::builtin("int")
}

fn text() -> PyType {
    PyType::builtin("str")
}

fn complex() -> PyType {
    PyType::builtin("complex")
}

/// The signatures of `pkg.f` as messages show them.
fn mapped(memory: Memory, overloads: Vec<mochi_surface::Signature>) -> (Vec<String>, Vec<String>) {
    memory.function("f", overloads);
    let bridge = bridge(memory);
    let fun = fun(&bridge, "f");
    let shown = fun
        .overloads
        .iter()
        .map(|overload| show_signature(&bridge, "f", overload))
        .collect();
    (shown, skip_lines(&bridge))
}

#[test]
fn parameters_after_one_left_out_are_keyword_only() {
    let params = vec![
        normal("a", int()),
        param("z", ParameterKind::Normal, complex(), true),
        param("b", ParameterKind::Normal, text(), true),
        param("rest", ParameterKind::VarArgs, int(), false),
        param("k", ParameterKind::KeywordOnly, int(), false),
    ];
    let (shown, skips) = mapped(Memory::default(), vec![signature(params, int())]);
    assert_eq!(shown, ["f(a: int, *, b: string = _, k: int): int"]);
    assert_eq!(skips, ["pkg.f / parameter z: unsupported-complex"]);
}

#[test]
fn positional_only_parameters_behind_a_gap_are_left_out_too() {
    let params = vec![
        param("z", ParameterKind::PositionalOnly, complex(), true),
        param("b", ParameterKind::PositionalOnly, int(), true),
        param("c", ParameterKind::Normal, int(), true),
    ];
    let (shown, _) = mapped(Memory::default(), vec![signature(params, int())]);
    assert_eq!(shown, ["f(*, c: int = _): int"]);
}

#[test]
fn a_keyword_only_parameter_left_out_moves_nothing() {
    let params = vec![
        normal("a", int()),
        param("z", ParameterKind::KeywordOnly, complex(), true),
        param("k", ParameterKind::KeywordOnly, int(), true),
    ];
    let (shown, _) = mapped(Memory::default(), vec![signature(params, PyType::None)]);
    assert_eq!(shown, ["f(a: int, *, k: int = _)"]);
}

#[test]
fn parameters_outside_the_table_without_default_are_any() {
    let params = vec![
        normal("z", complex()),
        normal("zs", class("builtins", "list", &[complex()])),
        param("more", ParameterKind::KwArgs, complex(), false),
    ];
    let (shown, skips) = mapped(Memory::default(), vec![signature(params, int())]);
    assert_eq!(shown, ["f(z: any, zs: [any], **more: any): int"]);
    assert_eq!(skips.len(), 3);
}

#[test]
fn unions_drop_what_they_cannot_take() {
    let unresolved = PyType::Unknown(SkipReason::UnresolvedReference);
    let union = PyType::union([int(), unresolved, PyType::None]);
    let (shown, skips) = mapped(
        Memory::default(),
        vec![signature(
            vec![param("z", ParameterKind::Normal, union, true)],
            int(),
        )],
    );
    assert_eq!(shown, ["f(z: option[int] = _): int"]);
    assert_eq!(skips, ["pkg.f / parameter z: unresolved-reference"]);
}

#[test]
fn complex_beside_other_members_leaves_the_real_numbers() {
    let union = PyType::union([text(), complex()]);
    let (shown, skips) = mapped(
        Memory::default(),
        vec![signature(vec![normal("z", union)], int())],
    );
    assert_eq!(shown, ["f(z: string | int | float): int"]);
    assert_eq!(skips, ["pkg.f / parameter z: unsupported-complex"]);
}

#[test]
fn functions_that_pass_arguments_on_stay_callable() {
    let spec = variable("P", TypeVarKind::ParamSpec);
    let result = type_var("R");
    let callee = PyType::Callable(
        Rc::from([param(
            "args",
            ParameterKind::VarArgs,
            PyType::Var(spec.clone()),
            false,
        )]),
        Rc::new(PyType::Var(result.clone())),
    );
    let mut declared = signature(
        vec![
            normal("fn", callee),
            param(
                "args",
                ParameterKind::VarArgs,
                PyType::Var(spec.clone()),
                false,
            ),
            param(
                "kwargs",
                ParameterKind::KwArgs,
                PyType::Var(spec.clone()),
                false,
            ),
        ],
        PyType::Var(result.clone()),
    );
    declared.type_vars = vec![spec, result];
    let (shown, skips) = mapped(Memory::default(), vec![declared]);
    assert_eq!(
        shown,
        ["f<R>(fn: fun(...any): R, *args: any, **kwargs: any): R"]
    );
    assert_eq!(
        skips,
        [
            "pkg.f / parameter args: param-spec",
            "pkg.f / parameter fn: param-spec",
            "pkg.f / parameter kwargs: param-spec",
        ]
    );
}

#[test]
fn overloads_that_differ_in_nothing_left_are_one() {
    let with = |ty: PyType| param("z", ParameterKind::KeywordOnly, ty, true);
    let (shown, _) = mapped(
        Memory::default(),
        vec![
            signature(vec![normal("a", int()), with(complex())], int()),
            signature(
                vec![
                    normal("a", int()),
                    with(PyType::Unknown(SkipReason::UnresolvedReference)),
                ],
                text(),
            ),
            signature(vec![normal("a", text())], text()),
        ],
    );
    assert_eq!(shown, ["f(a: int): int", "f(a: string): string"]);
}

#[test]
fn an_overload_for_something_outside_the_table_is_dropped() {
    let (shown, skips) = mapped(
        Memory::default(),
        vec![
            signature(vec![normal("a", int())], int()),
            signature(vec![normal("a", complex())], complex()),
        ],
    );
    assert_eq!(shown, ["f(a: int): int"]);
    assert_eq!(skips.len(), 2);

    let (shown, _) = mapped(
        Memory::default(),
        vec![
            signature(vec![normal("a", complex())], int()),
            signature(vec![normal("a", complex()), normal("b", int())], int()),
        ],
    );
    assert_eq!(shown, ["f(a: any): int", "f(a: any, b: int): int"]);
}

#[test]
fn functions_under_another_name_are_functions() {
    let memory = Memory::default();
    let var = PyType::Var(type_var("T"));
    let callable = PyType::Callable(Rc::from([normal("x", var.clone())]), Rc::new(var));
    memory.item("g", Item::Value(value(callable, false)));
    let bridge = bridge(memory);
    let fun = fun(&bridge, "g");
    assert_eq!(
        show_signature(&bridge, "g", &fun.overloads[0]),
        "g<T>(x: T): T"
    );
}

#[test]
fn awaitable_results_are_async() {
    let mut declared = signature(vec![], int());
    declared.is_async = true;
    let awaitable = class("typing", "Awaitable", &[PyType::None]);
    let coroutine = class("typing", "Coroutine", &[PyType::Any, PyType::Any, text()]);
    let memory = Memory::default();
    memory.function("a", vec![declared]);
    memory.function("b", vec![signature(vec![], awaitable)]);
    memory.function("c", vec![signature(vec![], coroutine)]);
    let bridge = bridge(memory);
    for (name, ty) in [("a", Type::Int), ("b", Type::Unit), ("c", Type::Str)] {
        let fun = fun(&bridge, name);
        assert!(fun.overloads[0].is_async, "{name}");
        assert_eq!(fun.overloads[0].ret.ty, ty, "{name}");
    }
}

#[test]
fn async_callbacks_ask_for_async_functions() {
    let callback = PyType::Callable(
        Rc::from([normal("x", int())]),
        Rc::new(class("typing", "Awaitable", &[PyType::None])),
    );
    let (shown, _) = mapped(
        Memory::default(),
        vec![signature(vec![normal("fn", callback)], int())],
    );
    assert_eq!(shown, ["f(fn: async fun(int)): int"]);
}

/// A protocol `pkg.Callback` whose `__call__` has these overloads.
fn callback_protocol(memory: &Memory, overloads: Vec<mochi_surface::Signature>) -> PyType {
    let protocol = memory.class("Callback", ClassKind::Protocol);
    let call = function("__call__", overloads);
    memory.member("Callback", "__call__", MemberKind::Method(Rc::new(call)));
    protocol
}

fn receiver() -> mochi_surface::Parameter {
    normal("self", PyType::SelfType)
}

#[test]
fn callback_protocols_that_say_more_stay_interfaces() {
    let keyword = || param("k", ParameterKind::KeywordOnly, int(), false);
    let own = PyType::Class(local("Callback"), Rc::from([]));
    for overloads in [
        vec![signature(vec![receiver(), keyword()], int())],
        vec![
            signature(vec![receiver(), normal("x", int())], int()),
            signature(vec![receiver(), normal("x", text())], text()),
        ],
    ] {
        let memory = Memory::default();
        let protocol = callback_protocol(&memory, overloads);
        let (shown, _) = mapped(memory, vec![signature(vec![normal("fn", protocol)], int())]);
        assert_eq!(shown, ["f(fn: pkg.Callback): int"]);
    }
    let memory = Memory::default();
    let protocol = callback_protocol(
        &memory,
        vec![signature(vec![receiver(), normal("next", own)], int())],
    );
    let (shown, _) = mapped(memory, vec![signature(vec![normal("fn", protocol)], int())]);
    assert_eq!(shown, ["f(fn: fun(pkg.Callback): int): int"]);
}

#[test]
fn callback_protocols_of_anything_are_any_function() {
    let memory = Memory::default();
    let protocol = callback_protocol(
        &memory,
        vec![signature(
            vec![
                receiver(),
                param("args", ParameterKind::VarArgs, PyType::Any, false),
                param("kwargs", ParameterKind::KwArgs, PyType::Any, false),
            ],
            int(),
        )],
    );
    let (shown, _) = mapped(memory, vec![signature(vec![normal("fn", protocol)], int())]);
    assert_eq!(shown, ["f(fn: fun(...any): int): int"]);
}

#[test]
fn generic_callback_protocols_take_the_class_arguments() {
    let memory = Memory::default();
    let var = type_var("T");
    let protocol = memory.class_with("Maker", |class| {
        class.kind = ClassKind::Protocol;
        class.type_vars = vec![var.clone()];
    });
    let call = signature(
        vec![receiver(), normal("x", PyType::Var(var.clone()))],
        PyType::Var(var),
    );
    memory.member(
        "Maker",
        "__call__",
        MemberKind::Method(Rc::new(function("__call__", vec![call]))),
    );
    let PyType::Class(name, _) = protocol else {
        panic!("a class");
    };
    let applied = PyType::Class(name, Rc::from([text()]));
    let (shown, _) = mapped(memory, vec![signature(vec![normal("fn", applied)], int())]);
    assert_eq!(shown, ["f(fn: fun(string): string): int"]);
}

#[test]
fn checks_try_exact_members_before_converting_ones() {
    let memory = Memory::default();
    let union = PyType::union([
        class("typing", "Sequence", &[text()]),
        PyType::builtin("float"),
        text(),
        class("decimal", "Decimal", &[]),
    ]);
    memory.function("f", vec![signature(vec![], union)]);
    let bridge = bridge(memory);
    let ret = &fun(&bridge, "f").overloads[0].ret;
    assert_eq!(
        show(&bridge, &ret.ty),
        "[string] | float | string | decimal.Decimal"
    );
    let Check::Union(checks) = &*ret.check else {
        panic!("{:?}", ret.check);
    };
    assert!(
        matches!(
            &**checks,
            [
                Check::Str,
                Check::Instance(_),
                Check::Float,
                Check::Sequence(_)
            ]
        ),
        "{checks:?}"
    );
}

/// The single overload of the method `pkg.Box.name` with the parameters given.
fn method(params: Vec<mochi_surface::Parameter>, ret: PyType) -> (mochi_types::Signature, String) {
    let memory = Memory::default();
    memory.class_with("Box", |class| class.type_vars = vec![type_var("T")]);
    let declared = function("m", vec![signature(params, ret)]);
    memory.member("Box", "m", MemberKind::Method(Rc::new(declared)));
    let bridge = bridge(memory);
    let class = mochi_types::ClassId::new("pkg", "Box");
    let member = bridge.member(&class, "m");
    let Some(ExternMember::Method(fun)) = member.as_deref() else {
        panic!("{member:?}");
    };
    assert_eq!(&*fun.symbol, "pkg.Box.m");
    let shown = show_signature(&bridge, "m", &fun.overloads[0]);
    (fun.overloads[0].clone(), shown)
}

#[test]
fn a_type_variable_receiver_is_self() {
    let var = PyType::Var(type_var("S"));
    let (mapped, shown) = method(
        vec![normal("self", var.clone()), normal("other", var.clone())],
        class("builtins", "list", &[var]),
    );
    assert_eq!(shown, "m(other: Self): [Self]");
    assert_eq!(mapped.receiver, None);
    assert_eq!(*mapped.ret.check, Check::List(Rc::new(Check::SelfType)));
}

#[test]
fn an_annotated_receiver_restricts_the_overload() {
    let own = PyType::Class(local("Box"), Rc::from([text()]));
    let (mapped, shown) = method(vec![normal("self", own)], int());
    assert_eq!(shown, "m(): int");
    let class = mochi_types::ClassId::new("pkg", "Box");
    assert_eq!(
        mapped.receiver,
        Some(Type::Handle(class, Rc::from([Type::Str])))
    );

    let generic = PyType::Class(local("Box"), Rc::from([PyType::Var(type_var("T"))]));
    assert_eq!(
        method(vec![normal("self", generic)], int()).0.receiver,
        None
    );
}

#[test]
fn a_receiver_in_star_args_is_kept() {
    let args = param("args", ParameterKind::VarArgs, PyType::Any, false);
    let (mapped, _) = method(vec![args], int());
    assert_eq!(mapped.params.len(), 1);
    assert_eq!(mapped.params[0].kind, ParamKind::VarArgs);
}

#[test]
fn bounds_that_mention_their_variable_end() {
    let memory = Memory::default();
    let var = type_var("T");
    let mut bounded = (*var).clone();
    bounded.bound = Some(class("builtins", "list", &[PyType::Var(var)]));
    let bounded = Rc::new(bounded);
    let mut declared = signature(vec![normal("x", PyType::Var(bounded.clone()))], int());
    declared.type_vars = vec![bounded];
    let (shown, _) = mapped(memory, vec![declared]);
    assert_eq!(shown, ["f<T: [T]>(x: T): int"]);
}

#[test]
fn a_tuple_of_any_length_stays_one_where_it_is_a_key() {
    let names = || PyType::VariadicTuple(Rc::new(text()));
    let counts = PyType::Class(
        ClassName::new(ModuleName::new("builtins"), "dict"),
        Rc::from([names(), int()]),
    );
    let known = PyType::Class(
        ClassName::new(ModuleName::new("builtins"), "set"),
        Rc::from([names()]),
    );
    let of = |ty: PyType| mapped(Memory::default(), vec![signature(Vec::new(), ty)]);
    let (shown, skips) = of(counts);
    assert_eq!(shown, ["f(): {any: int}"]);
    assert_eq!(skips, ["pkg.f / return: variadic-key"]);
    assert_eq!(of(known).0, ["f(): set<any>"]);
    assert_eq!(of(names()).0, ["f(): [string]"]);
}
