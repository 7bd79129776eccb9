//! Classes, their members, and the names of modules.
//!
//! Spec: bridge.md §5, §6; language.md §18.3.

mod support;

use std::rc::Rc;

use mochi_bridge::Report;
use mochi_surface::{
    ClassKind, Field, Item, MemberKind, ModuleName, PyType, SkipReason, Tier, Value,
};
use mochi_types::{Check, ClassId, ExternItem, ExternMember, Externs, ModuleId, Out, Type};
use support::{
    MODULE, Memory, attribute, bridge, class, fun, function, normal, place, signature, skip_lines,
    type_var, value,
};

fn int() -> PyType {
    PyType::builtin("int")
}

fn id(name: &str) -> ClassId {
    ClassId::new(MODULE, name)
}

fn field(name: &str, has_default: bool) -> Field {
    Field {
        name: Rc::from(name),
        ty: int(),
        has_default,
        keyword_only: false,
    }
}

fn read(ty: PyType, class_level: bool) -> MemberKind {
    MemberKind::Attribute {
        value: value(ty, false),
        class_level,
    }
}

#[test]
fn bases_keep_their_arguments() {
    let memory = Memory::default();
    let var = type_var("T");
    memory.class_with("Box", |class| {
        class.type_vars = vec![var.clone()];
        class.mro = vec![
            PyType::Class(class.name.clone(), Rc::from([PyType::Var(var.clone())])),
            support::class("typing", "Sequence", &[PyType::Var(var.clone())]),
            PyType::VariadicTuple(Rc::new(PyType::builtin("float"))),
            PyType::builtin("int"),
        ];
    });
    let bridge = bridge(memory);
    let class = bridge.class(&id("Box")).unwrap();
    let own = Type::Param(class.type_params[0].clone());
    assert_eq!(&*class.display, "pkg.Box");
    assert_eq!(
        class.mro,
        [
            (id("Box"), Rc::from([own.clone()])),
            (ClassId::new("typing", "Sequence"), Rc::from([own])),
            (ClassId::new("builtins", "tuple"), Rc::from([Type::Float])),
            (ClassId::new("builtins", "int"), Rc::from([])),
        ]
    );
}

#[test]
fn optional_keys_of_a_typed_dict_read_as_options() {
    let memory = Memory::default();
    let fields = vec![field("a", false), field("b", true)];
    memory.class("Options", ClassKind::TypedDict(fields));
    let bridge = bridge(memory);
    let class = bridge.class(&id("Options")).unwrap();
    let mochi_types::ClassKind::TypedDict(fields) = &class.kind else {
        panic!("{:?}", class.kind);
    };
    assert_eq!(fields[0].get.ty, Type::Int);
    assert_eq!(fields[1].get.ty, Type::option(Type::Int));
    assert_eq!(fields[1].set, Type::Int);
}

#[test]
fn frozen_records_are_not_assignable() {
    let memory = Memory::default();
    for (name, frozen) in [("Frozen", true), ("Free", false)] {
        let kind = ClassKind::Dataclass {
            fields: vec![field("x", false)],
            frozen,
        };
        memory.class(name, kind);
        memory.member(name, "x", read(int(), false));
    }
    let bridge = bridge(memory);
    let set = |name: &str| match bridge.member(&id(name), "x").as_deref() {
        Some(ExternMember::Attribute { set, .. }) => set.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(set("Frozen"), None);
    assert_eq!(set("Free"), Some(Type::Int));
}

#[test]
fn enum_members_are_literals_of_themselves() {
    let memory = Memory::default();
    memory.class("Color", ClassKind::Enum(vec![Rc::from("RED")]));
    memory.member("Color", "RED", read(int(), true));
    let bridge = bridge(memory);
    let literal = mochi_types::Literal::Member(id("Color"), Rc::from("RED"));
    match bridge.member(&id("Color"), "RED").as_deref() {
        Some(ExternMember::Attribute {
            get,
            set,
            class_level,
        }) => {
            let check = Rc::new(Check::Literal(Rc::from([literal.clone()])));
            let ty = Type::Literal(literal);
            assert_eq!(*get, Out { ty, check });
            assert_eq!(*set, None);
            assert!(class_level);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn methods_bind_by_kind() {
    let memory = Memory::default();
    memory.class("Box", ClassKind::Plain);
    let declared = || {
        let params = vec![
            normal("first", PyType::Unknown(SkipReason::NoAnnotation)),
            normal("x", int()),
        ];
        Rc::new(function("f", vec![signature(params, int())]))
    };
    memory.member("Box", "m", MemberKind::Method(declared()));
    memory.member("Box", "c", MemberKind::ClassMethod(declared()));
    memory.member("Box", "s", MemberKind::StaticMethod(declared()));
    memory.member("Box", "__new__", MemberKind::StaticMethod(declared()));
    let bridge = bridge(memory);
    let names = |name: &str| {
        let member = bridge.member(&id("Box"), name).unwrap();
        let (kind, fun) = match &*member {
            ExternMember::Method(fun) => ("method", fun),
            ExternMember::ClassMethod(fun) => ("class", fun),
            ExternMember::StaticMethod(fun) => ("static", fun),
            other => panic!("{other:?}"),
        };
        let params = &fun.overloads[0].params;
        (
            kind,
            params
                .iter()
                .map(|param| param.name.to_string())
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(names("m"), ("method", vec!["x".to_owned()]));
    assert_eq!(names("c"), ("class", vec!["x".to_owned()]));
    assert_eq!(
        names("s"),
        ("static", vec!["first".to_owned(), "x".to_owned()])
    );
    assert_eq!(names("__new__"), ("class", vec!["x".to_owned()]));
    // A receiver needs no annotation.
    assert_eq!(
        skip_lines(&bridge),
        ["pkg.Box.s / parameter first: no-annotation"]
    );
}

#[test]
fn descriptors_are_read_through() {
    let memory = Memory::default();
    let var = type_var("T");
    let held = PyType::Var(var.clone());
    memory.class_with("Field", |class| {
        class.mro = vec![PyType::Class(class.name.clone(), Rc::from([held.clone()]))];
        class.type_vars = vec![var];
    });
    let on = |instance: PyType, ret: PyType| {
        let receiver = normal("self", PyType::Unknown(SkipReason::NoAnnotation));
        signature(vec![receiver, normal("instance", instance)], ret)
    };
    let get = vec![
        on(PyType::None, PyType::SelfType),
        on(
            PyType::builtin("object"),
            PyType::union([held.clone(), PyType::None]),
        ),
    ];
    let mut set = on(PyType::builtin("object"), PyType::None);
    set.params.push(normal("value", held));
    let method = |name, overloads| MemberKind::Method(Rc::new(function(name, overloads)));
    memory.member("Field", "__get__", method("__get__", get));
    memory.member("Field", "__set__", method("__set__", vec![set]));
    memory.class("User", ClassKind::Plain);
    let ty = class(MODULE, "Field", &[PyType::builtin("str")]);
    memory.member("User", "name", read(ty.clone(), true));
    memory.member("User", "own", read(ty, false));
    let bridge = bridge(memory);
    match bridge.member(&id("User"), "name").as_deref() {
        Some(ExternMember::Attribute { get, set, .. }) => {
            assert_eq!(get.ty, Type::option(Type::Str));
            assert_eq!(*get.check, Check::option(Check::Str));
            assert_eq!(*set, Some(Type::Str));
        }
        other => panic!("{other:?}"),
    }
    // Only what the class itself holds is called.
    match bridge.member(&id("User"), "own").as_deref() {
        Some(ExternMember::Attribute { get, .. }) => {
            assert_eq!(get.ty, Type::Handle(id("Field"), Rc::from([Type::Str])));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn private_names_are_not_offered_and_words_take_an_underscore() {
    let memory = Memory::default();
    memory.class("Box", ClassKind::Plain);
    memory.member("Box", "type", read(int(), false));
    memory.member("Box", "_secret", read(int(), false));
    memory.member("Box", "__len__", read(int(), false));
    memory.item("match", Item::Value(value(int(), true)));
    memory.item("_hidden", Item::Value(value(int(), true)));
    memory.item("T", Item::TypingOnly);
    let bridge = bridge(memory);
    assert!(bridge.member(&id("Box"), "type").is_some());
    assert!(bridge.member(&id("Box"), "type_").is_some());
    assert!(bridge.member(&id("Box"), "_secret").is_none());
    assert_eq!(
        bridge.member_names(&id("Box")),
        [Rc::from("type"), Rc::from("__len__")]
    );
    assert!(attribute(&bridge, "match").is_some());
    assert!(attribute(&bridge, "match_").is_some());
    assert!(attribute(&bridge, "Box_").is_none());
    assert!(attribute(&bridge, "_hidden").is_none());
    assert!(attribute(&bridge, "T").is_none());
    let module = ModuleId(Rc::from(MODULE));
    assert_eq!(
        bridge.names(&module),
        [Rc::from("Box"), Rc::from("T"), Rc::from("match")]
    );
}

#[test]
fn values_are_assignable_unless_final() {
    let memory = Memory::default();
    memory.item("LIMIT", Item::Value(value(int(), true)));
    memory.item("ratio", Item::Value(value(PyType::builtin("float"), false)));
    memory.item(
        "Path",
        Item::Alias(PyType::union([
            PyType::builtin("str"),
            PyType::builtin("bytes"),
        ])),
    );
    let bridge = bridge(memory);
    let Some(ExternItem::Value { set: None, .. }) = attribute(&bridge, "LIMIT").as_deref() else {
        panic!("a constant");
    };
    match attribute(&bridge, "ratio").as_deref() {
        Some(ExternItem::Value { get, set }) => {
            assert_eq!(get.ty, Type::Float);
            assert_eq!(*set, Some(Type::union([Type::Int, Type::Float])));
        }
        other => panic!("{other:?}"),
    }
    match attribute(&bridge, "Path").as_deref() {
        Some(ExternItem::Alias(ty)) => assert_eq!(*ty, Type::union([Type::Str, Type::Bytes])),
        other => panic!("{other:?}"),
    }
}

#[test]
fn incomplete_stubs_answer_any_with_a_skip() {
    let memory = Memory::default();
    *memory.dynamic.borrow_mut() = true;
    *memory.tier.borrow_mut() = Some(Tier::Stubs);
    let stubs = bridge(memory);
    match attribute(&stubs, "anything").as_deref() {
        Some(ExternItem::Value { get, .. }) => assert_eq!(get.ty, Type::Any),
        other => panic!("{other:?}"),
    }
    assert_eq!(skip_lines(&stubs), ["pkg.anything / : dynamic-attribute"]);

    let memory = Memory::default();
    *memory.dynamic.borrow_mut() = true;
    assert!(attribute(&bridge(memory), "anything").is_none());
}

#[test]
fn private_stub_classes_are_checked_only_where_they_exist() {
    let memory = Memory::default();
    let hidden = memory.class_with("_Hidden", |class| class.from_stub = true);
    let public = memory.class_with("Public", |class| class.from_stub = true);
    memory.function("f", vec![signature(vec![], hidden)]);
    memory.function("g", vec![signature(vec![], public)]);
    *memory.tier.borrow_mut() = Some(Tier::Typeshed);
    let bridge = bridge(memory);
    let check = |name: &str| (*fun(&bridge, name).overloads[0].ret.check).clone();
    assert_eq!(check("f"), Check::StubOnly(id("_Hidden")));
    assert_eq!(check("g"), Check::Instance(id("Public")));
    assert_eq!(skip_lines(&bridge), ["pkg._Hidden / : stub-only-class"]);
}

#[test]
fn the_report_counts_what_is_public() {
    let memory = Memory::default();
    memory.class("Box", ClassKind::Plain);
    memory.member("Box", "size", read(int(), false));
    memory.member("Box", "_size", read(int(), false));
    let declared = function(
        "get",
        vec![signature(vec![normal("self", PyType::SelfType)], int())],
    );
    memory.member("Box", "get", MemberKind::Method(Rc::new(declared)));
    memory.function("f", vec![signature(vec![], PyType::builtin("complex"))]);
    memory.item(
        "LIMIT",
        Item::Value(Value {
            ty: int(),
            is_final: true,
            place: Some(place()),
        }),
    );
    memory.item("json", Item::Module(ModuleName::new("json")));
    memory.item("T", Item::TypingOnly);
    memory.item("Text", Item::Alias(class("builtins", "list", &[int()])));
    let report = Report::new(
        &bridge(memory),
        &[ModuleName::new(MODULE), ModuleName::new("none")],
    );
    let totals = report.totals();
    assert_eq!(report.modules.len(), 1);
    assert_eq!(
        (totals.functions, totals.classes, totals.methods),
        (1, 1, 1)
    );
    assert_eq!(
        (totals.attributes, totals.values, totals.modules),
        (1, 1, 1)
    );
    assert_eq!(
        (totals.aliases, totals.typing_only, totals.items()),
        (1, 1, 8)
    );
    assert_eq!(totals.signatures, 2);
    assert_eq!(report.tiers().get(&Tier::Inline), Some(&1));
    assert_eq!(report.reasons().get("unsupported-complex"), Some(&1));
    assert_eq!(report.degraded_items(), 1);
}
