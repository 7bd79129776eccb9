//! Members of values, class objects and modules; constructors.

use std::rc::Rc;

use mochi_types::{BoundMember, Check, ClassKind, Literal, ModuleId, ParamKind, Type};

use crate::world::{class_id, field, handle, point, pos, world};

fn method_result(member: Option<BoundMember>) -> Type {
    match member {
        Some(BoundMember::Method(fun)) => fun.overloads[0].ret.ty.clone(),
        other => panic!("not a method: {other:?}"),
    }
}

fn attribute(member: Option<BoundMember>) -> (Type, Option<Type>) {
    match member {
        Some(BoundMember::Attribute { get, set }) => (get.ty, set),
        other => panic!("not an attribute: {other:?}"),
    }
}

#[test]
fn class_arguments_reach_members_through_bases() {
    let world = world();
    let cx = world.cx();
    let ints = handle("m.Box", &[Type::Int]);
    assert_eq!(method_result(cx.lookup_member(&ints, "get")), Type::Int);
    assert_eq!(
        attribute(cx.lookup_member(&ints, "value")),
        (Type::Int, Some(Type::Int))
    );
    let derived = handle("m.IntBox", &[]);
    let Some(BoundMember::Method(get)) = cx.lookup_member(&derived, "get") else {
        panic!()
    };
    assert_eq!(get.overloads[0].ret.ty, Type::Int);
    assert_eq!(*get.overloads[0].ret.check, Check::Int);
    let Some(BoundMember::Method(same)) = cx.lookup_member(&derived, "same") else {
        panic!()
    };
    assert_eq!(same.overloads[0].ret.ty, derived);
    assert_eq!(
        *same.overloads[0].ret.check,
        Check::Instance(class_id("m.IntBox"))
    );
    assert!(cx.lookup_member(&derived, "nothing").is_none());
    assert_eq!(
        method_result(cx.lookup_member(&handle("m.Box", &[]), "get")),
        Type::Any
    );
}

#[test]
fn tuples_of_any_length_arrive_as_lists() {
    let world = world();
    let cx = world.cx();
    let shape = handle("m.Box", &[handle("tuple", &[Type::Int])]);
    assert_eq!(
        attribute(cx.lookup_member(&shape, "value")).0,
        Type::list(Type::Int)
    );
    let nested = handle(
        "m.Box",
        &[handle("m.Box", &[handle("tuple", &[Type::Int])])],
    );
    let inner = attribute(cx.lookup_member(&nested, "value")).0;
    assert_eq!(inner, shape);
}

#[test]
fn mochi_types_have_the_members_of_their_class() {
    let world = world();
    let cx = world.cx();
    assert_eq!(
        method_result(cx.lookup_member(&Type::Str, "upper")),
        Type::Str
    );
    let lit = Type::Literal(Literal::Str("x".into()));
    assert_eq!(method_result(cx.lookup_member(&lit, "upper")), Type::Str);
    let items = cx.lookup_member(&Type::list(Type::Bool), "__getitem__");
    assert_eq!(method_result(items), Type::Bool);
    assert_eq!(
        attribute(cx.lookup_member(&point(), "x")),
        (Type::Int, Some(Type::Int))
    );
    assert!(cx.lookup_member(&Type::Any, "upper").is_none());
    assert!(
        cx.lookup_member(&Type::option(Type::Str), "upper")
            .is_none()
    );
}

#[test]
fn class_objects() {
    let world = world();
    let cx = world.cx();
    let boxes = class_id("m.Box");
    let limit = cx.lookup_class_member(&boxes, None, "LIMIT");
    assert_eq!(attribute(limit).0, Type::Int);
    assert!(cx.lookup_class_member(&boxes, None, "value").is_none());
    let Some(BoundMember::Method(of)) = cx.lookup_class_member(&boxes, None, "of") else {
        panic!()
    };
    assert_eq!(
        of.overloads[0].type_params.len(),
        1,
        "the class's parameter is solved at the call"
    );
    let Some(BoundMember::Method(put)) = cx.lookup_class_member(&boxes, None, "put") else {
        panic!()
    };
    let names: Vec<&str> = put.overloads[0]
        .params
        .iter()
        .map(|param| &*param.name)
        .collect();
    assert_eq!(names, ["self", "value"]);
    let class = Type::TypeOf(Rc::new(handle("m.Box", &[])));
    assert_eq!(attribute(cx.lookup_member(&class, "__name__")).0, Type::Str);
}

#[test]
fn enum_members() {
    let world = world();
    let cx = world.cx();
    let color = class_id("m.Color");
    let red = Type::Literal(Literal::Member(color.clone(), "RED".into()));
    assert_eq!(
        attribute(cx.lookup_class_member(&color, None, "RED")),
        (red.clone(), None)
    );
    assert!(cx.lookup_class_member(&color, None, "GREEN").is_none());
    assert_eq!(attribute(cx.lookup_member(&red, "name")).0, Type::Str);
    assert_eq!(attribute(cx.lookup_member(&red, "value")).0, Type::Any);
}

#[test]
fn fields_of_records() {
    let mut world = world();
    let fields = vec![field("b", Type::Int, false)];
    world.class(
        "m.Frozen",
        &[],
        ClassKind::Record {
            fields,
            frozen: true,
        },
        &[],
    );
    let cx = world.cx();
    let item = handle("m.Item", &[]);
    assert_eq!(
        attribute(cx.lookup_member(&item, "name")),
        (Type::Str, Some(Type::Str))
    );
    assert_eq!(
        attribute(cx.lookup_member(&handle("m.Frozen", &[]), "b")),
        (Type::Int, None)
    );
    assert_eq!(cx.member_names(&item), [Rc::from("name"), Rc::from("size")]);
}

#[test]
fn inherited_fields_are_read_in_terms_of_the_class() {
    let mut world = world();
    let of_t = |class: &str| vec![field("host", crate::world::var(class, "T"), false)];
    let record = |fields| ClassKind::Record {
        fields,
        frozen: true,
    };
    world.class("m.Parts", &["T"], record(of_t("m.Parts")), &[]);
    world.attribute("m.Parts", "host", crate::world::var("m.Parts", "T"), false);
    let base = handle("m.Parts", &[Type::Str]);
    // Inherited as the base declares it.
    world.class("m.Url", &[], record(of_t("m.Parts")), &[base]);
    let cx = world.cx();
    let host = cx.lookup_member(&handle("m.Url", &[]), "host");
    assert_eq!(attribute(host).0, Type::Str);
}

#[test]
fn a_trailing_underscore_is_optional() {
    let mut world = world();
    world.attribute("m.Box", "from", Type::Int, false);
    let cx = world.cx();
    let value = handle("m.Box", &[Type::Int]);
    assert_eq!(attribute(cx.lookup_member(&value, "from_")).0, Type::Int);
    assert!(cx.lookup_member(&value, "get__").is_none());
    let math = ModuleId("math".into());
    assert!(cx.lookup_module(&math, "pi_").is_some());
    assert!(cx.lookup_module(&math, "po").is_none());
}

#[test]
fn names_for_suggestions_come_from_all_bases() {
    let world = world();
    let cx = world.cx();
    let names = cx.member_names(&handle("m.IntBox", &[]));
    assert!(names.contains(&Rc::from("get")) && names.contains(&Rc::from("LIMIT")));
    assert!(!names.iter().any(|name| name.starts_with('_')));
}

#[test]
fn constructors() {
    let mut world = world();
    let mut fields = vec![field("a", Type::Int, true), field("b", Type::Int, false)];
    fields[0].keyword_only = true;
    world.class(
        "m.Model",
        &[],
        ClassKind::Record {
            fields,
            frozen: false,
        },
        &[],
    );
    world.class(
        "m.SubModel",
        &[],
        ClassKind::Plain,
        &[handle("m.Model", &[])],
    );
    world.class("m.Empty", &[], ClassKind::Plain, &[]);
    let cx = world.cx();
    let first = |name: &str| cx.constructor(&class_id(name)).overloads.remove(0);
    let boxed = first("m.Box");
    assert_eq!(cx.show(&boxed.ret.ty), "m.Box<T>");
    assert_eq!(boxed.type_params.len(), 1);
    let derived = first("m.IntBox");
    assert_eq!(derived.params[0].ty, Type::Int);
    assert_eq!(derived.ret.ty, handle("m.IntBox", &[]));
    let model = first("m.SubModel");
    let shown: Vec<(&str, ParamKind)> = model
        .params
        .iter()
        .map(|param| (&*param.name, param.kind))
        .collect();
    assert_eq!(
        shown,
        [("b", ParamKind::Normal), ("a", ParamKind::KeywordOnly)]
    );
    assert_eq!(model.ret.ty, handle("m.SubModel", &[]));
    assert_eq!(first("m.Empty").params, []);
    assert_eq!(first("m.Color").ret.ty, handle("m.Color", &[]));
    assert_eq!(cx.constructor(&class_id("list")).overloads.len(), 2);
}

#[test]
fn slips_of_the_finger_are_no_dynamic_attributes() {
    let mut world = world();
    let plain = mochi_types::ClassKind::Plain;
    world.class("m.Row", &[], plain, &[handle("str", &[])]);
    let name = vec![pos("name", Type::Str)];
    world.method("m.Row", "__getattr__", name, Type::Any);
    world.attribute("m.Row", "label", Type::Str, false);
    let cx = world.cx();
    let row = handle("m.Row", &[]);
    let has = |name: &str| cx.lookup_dynamic(&row, name).is_some();
    assert!(has("price"));
    assert!(!has("lable"));
    // Other capitals are another name; names that only a builtin class has were not meant.
    assert!(has("Label"));
    assert!(cx.lookup_member(&row, "upper").is_some());
    assert!(has("uppers"));
}
