//! What fits where.

use mochi_types::{Literal, Type};

use crate::world::{fun, handle, normal, optional, point, pos, sig, type_param, var, world};

fn text(value: &str) -> Type {
    Type::Literal(Literal::Str(value.into()))
}

#[test]
fn numbers_of_the_program() {
    let world = world();
    let cx = world.cx();
    assert!(cx.is_subtype(&Type::Int, &Type::BigRat));
    assert!(cx.is_subtype(&Type::Float, &Type::BigRat));
    assert!(!cx.is_assignable(&Type::Int, &Type::Float));
    assert!(!cx.is_assignable(&Type::Int64, &Type::Int));
    assert!(cx.is_passable(&Type::Int64, &Type::Int));
    assert!(cx.is_passable(&Type::Int, &Type::Float));
    assert!(!cx.is_passable(&Type::Float, &Type::Int));
    assert!(!cx.is_passable(&Type::Bool, &Type::Int));
}

#[test]
fn options_lift_at_the_top_in_the_program_and_everywhere_in_python() {
    let world = world();
    let cx = world.cx();
    let maybe = Type::option(Type::Int);
    assert!(!cx.is_subtype(&Type::Int, &maybe));
    assert!(cx.is_assignable(&Type::Int, &maybe));
    assert!(!cx.is_assignable(&maybe, &Type::Int));
    let ints = Type::list(Type::Int);
    let maybes = Type::list(maybe.clone());
    assert!(!cx.is_assignable(&ints, &maybes));
    assert!(cx.is_assignable_fresh(&ints, &maybes));
    assert!(cx.is_passable(&ints, &maybes));
    assert!(!cx.is_passable(&maybes, &ints));
}

#[test]
fn fresh_containers_take_any_type() {
    let world = world();
    let cx = world.cx();
    let empty = Type::list(Type::Any);
    let ints = Type::list(Type::Int);
    assert!(cx.is_assignable_fresh(&empty, &ints));
    assert!(!cx.is_assignable(&empty, &ints));
    assert!(!cx.is_assignable_fresh(&Type::Any, &Type::Int));
    let map = Type::map(Type::Any, Type::Any);
    assert!(cx.is_assignable_fresh(&map, &Type::map(Type::Str, Type::Int)));
}

#[test]
fn maps_are_invariant_in_the_program_and_covariant_in_python() {
    let world = world();
    let cx = world.cx();
    let ints = Type::map(Type::Str, Type::Int);
    let bigs = Type::map(Type::Str, Type::BigInt);
    assert!(!cx.is_assignable(&ints, &bigs));
    let wide = Type::map(Type::Str, Type::union([Type::Int, Type::Str]));
    assert!(cx.is_passable(&ints, &wide));
    assert!(cx.is_passable(&ints, &handle("Mapping", &[Type::Str, Type::Any])));
    assert!(!cx.is_passable(&ints, &handle("Mapping", &[Type::Int, Type::Any])));
}

#[test]
fn containers_fit_abstract_classes_by_their_bases() {
    let world = world();
    let cx = world.cx();
    let sequence = |ty: Type| handle("Sequence", &[ty]);
    let iterable = |ty: Type| handle("Iterable", &[ty]);
    let ints = Type::list(Type::Int);
    assert!(cx.is_passable(&ints, &sequence(Type::Float)));
    assert!(!cx.is_passable(&ints, &sequence(Type::Str)));
    assert!(cx.is_passable(&Type::Str, &iterable(Type::Str)));
    assert!(!cx.is_passable(&Type::set(Type::Int), &sequence(Type::Int)));
    assert!(cx.is_passable(&Type::set(Type::Int), &iterable(Type::Int)));
    assert!(cx.is_passable(&Type::iterator(Type::Int), &iterable(Type::Int)));
    assert!(!cx.is_passable(&ints, &Type::iterator(Type::Int)));
    let pair = Type::Tuple([Type::Int, Type::Str].into());
    assert!(cx.is_passable(&pair, &sequence(Type::union([Type::Int, Type::Str]))));
    assert!(!cx.is_passable(&pair, &sequence(Type::Int)));
    let nested = sequence(iterable(Type::Int));
    assert!(cx.is_passable(&Type::list(Type::set(Type::Int)), &nested));
}

#[test]
fn a_list_for_a_tuple_is_converted() {
    let world = world();
    let cx = world.cx();
    let tuple = handle("tuple", &[Type::Str]);
    let words = Type::list(Type::Str);
    let either = Type::union([Type::Str, tuple.clone()]);
    assert!(cx.is_passable(&words, &either));
    assert!(cx.becomes_tuple(&words, &either));
    assert!(!cx.becomes_tuple(&words, &handle("Sequence", &[Type::Str])));
    assert!(!cx.becomes_tuple(&Type::list(Type::Int), &either));
    // Nobody would convert the inner ones.
    assert!(!cx.is_passable(&Type::list(words.clone()), &Type::list(tuple.clone())));
    let pair = Type::Tuple([Type::Str, Type::Str].into());
    assert!(cx.is_passable(&pair, &tuple));
    assert!(!cx.becomes_tuple(&pair, &tuple));
}

#[test]
fn a_bool_has_the_methods_of_an_int() {
    let mut world = world();
    let kind = mochi_types::ClassKind::Protocol;
    world.class("m.AddsSelf", &["T"], kind, &[]);
    let takes = vec![pos("other", Type::SelfType)];
    world.method("m.AddsSelf", "__add__", takes, var("m.AddsSelf", "T"));
    let cx = world.cx();
    let adds = |ty: Type| handle("m.AddsSelf", &[ty]);
    assert!(cx.is_passable(&Type::Int, &adds(Type::Int)));
    assert!(cx.is_passable(&Type::Bool, &adds(Type::Int)));
    assert!(!cx.is_passable(&Type::Bool, &adds(Type::Str)));
    // As a value it stays none.
    assert!(!cx.is_passable(&Type::Bool, &Type::Int));
}

#[test]
fn any_needs_a_cast_except_as_an_argument_of_a_handle() {
    let world = world();
    let cx = world.cx();
    assert!(!cx.is_passable(&Type::Any, &Type::Str));
    assert!(cx.is_passable(&Type::Any, &Type::Any));
    assert!(!cx.is_passable(&Type::Any, &handle("Hashable", &[])));
    assert!(!cx.is_passable(&Type::list(Type::Any), &handle("Sequence", &[Type::Int])));
    let unknown = handle("m.Box", &[Type::Any]);
    let ints = handle("m.Box", &[Type::Int]);
    assert!(cx.is_passable(&unknown, &ints));
    assert!(cx.is_passable(&ints, &unknown));
    assert!(cx.is_passable(&handle("m.Box", &[]), &ints));
    assert!(!cx.is_passable(&handle("m.Box", &[Type::Str]), &ints));
}

#[test]
fn derived_handles_fit_their_bases() {
    let world = world();
    let cx = world.cx();
    assert!(cx.is_subtype(&handle("m.IntBox", &[]), &handle("m.Box", &[Type::Int])));
    assert!(!cx.is_subtype(&handle("m.IntBox", &[]), &handle("m.Box", &[Type::Str])));
    assert!(!cx.is_subtype(&handle("m.Box", &[Type::Int]), &handle("m.IntBox", &[])));
    assert!(cx.is_subtype(&handle("m.Markup", &[]), &Type::Str));
    assert!(!cx.is_subtype(&Type::Str, &handle("m.Markup", &[])));
    assert!(cx.is_passable(&handle("m.Markup", &[]), &handle("Iterable", &[Type::Str])));
}

#[test]
fn protocols_are_structural() {
    let world = world();
    let cx = world.cx();
    assert!(cx.is_passable(&Type::Int, &handle("SupportsIndex", &[])));
    assert!(cx.is_passable(&Type::Bool, &handle("SupportsIndex", &[])));
    assert!(!cx.is_passable(&Type::Str, &handle("SupportsIndex", &[])));
    assert!(cx.is_passable(&Type::Str, &handle("Hashable", &[])));
    assert!(!cx.is_passable(&Type::list(Type::Int), &handle("Hashable", &[])));
    assert!(cx.is_passable(
        &handle("m.File", &[]),
        &handle("m.SupportsWrite", &[Type::Str])
    ));
    assert!(!cx.is_passable(
        &handle("m.File", &[]),
        &handle("m.SupportsWrite", &[Type::Bytes])
    ));
    assert!(cx.is_passable(&handle("m.File", &[]), &handle("Iterable", &[Type::Str])));
    assert!(cx.is_passable(&point(), &handle("m.HasX", &[])));
    assert!(!cx.is_passable(&Type::Int, &handle("m.HasX", &[])));
    // Asked twice: the remembered answer is the same.
    assert!(!cx.is_passable(&Type::Int, &handle("m.HasX", &[])));
    assert!(!cx.is_passable(&point(), &handle("Hashable", &[])));
}

#[test]
fn protocols_that_grow_without_end_terminate() {
    let world = world();
    let cx = world.cx();
    let nested = handle("m.Nested", &[Type::Str]);
    // Only the answer's existence matters for the first, its value for the second.
    let _ = cx.is_passable(&Type::list(Type::list(Type::Int)), &nested);
    assert!(!cx.is_passable(&Type::Int, &nested));
}

#[test]
fn literals_and_enums() {
    let world = world();
    let cx = world.cx();
    let modes = Type::union([text("r"), text("w")]);
    assert!(cx.is_subtype(&text("r"), &modes));
    assert!(!cx.is_subtype(&text("x"), &modes));
    assert!(!cx.is_subtype(&Type::Str, &modes));
    assert!(cx.is_subtype(&modes, &Type::Str));
    let member = |name: &str| {
        Type::Literal(Literal::Member(
            crate::world::class_id("m.Color"),
            name.into(),
        ))
    };
    let color = handle("m.Color", &[]);
    assert!(cx.is_subtype(&member("RED"), &color));
    assert!(!cx.is_subtype(&color, &member("RED")));
    assert!(cx.is_subtype(&color, &Type::union([member("RED"), member("BLUE")])));
    let bools = [Literal::Bool(true), Literal::Bool(false)].map(Type::Literal);
    assert!(cx.is_subtype(&Type::Bool, &Type::union(bools)));
}

#[test]
fn functions_by_arity_parameters_and_result() {
    let world = world();
    let cx = world.cx();
    let asked = Type::fun(vec![handle("m.IntBox", &[])], Type::Float);
    let good = Type::fun(vec![handle("m.Box", &[Type::Int])], Type::Int);
    assert!(cx.is_passable(&good, &asked));
    assert!(!cx.is_passable(&Type::fun(vec![], Type::Float), &asked));
    let too_narrow = Type::fun(vec![handle("m.Markup", &[])], Type::Float);
    assert!(!cx.is_passable(&too_narrow, &asked));
    assert!(!cx.is_passable(
        &Type::fun(vec![Type::Float], Type::Int),
        &Type::fun(vec![Type::Int], Type::Int)
    ));
    let any_fun = Type::AnyFun(Type::Str.into());
    assert!(cx.is_passable(&Type::fun(vec![Type::Int; 3], Type::Str), &any_fun));
    assert!(!cx.is_passable(&Type::fun(vec![], Type::Int), &any_fun));
    assert!(!cx.is_passable(&Type::Int, &any_fun));
}

#[test]
fn extern_functions_and_classes_as_callbacks() {
    let world = world();
    let cx = world.cx();
    let open = fun(
        "m.open",
        vec![sig(
            vec![normal("path", Type::Str), optional("mode", Type::Str)],
            Type::Int,
        )],
    );
    let open = Type::Extern(open.into());
    assert!(cx.is_passable(&open, &Type::fun(vec![Type::Str], Type::Int)));
    assert!(cx.is_passable(&open, &Type::fun(vec![Type::Str, Type::Str], Type::Int)));
    assert!(!cx.is_passable(&open, &Type::fun(vec![], Type::Int)));
    assert!(!cx.is_passable(&open, &Type::fun(vec![Type::Int], Type::Int)));
    let vague = Type::Extern(fun("m.vague", vec![sig(vec![], Type::Any)]).into());
    assert!(cx.is_passable(&vague, &Type::fun(vec![], Type::Int)));
    assert!(!cx.is_assignable(&vague, &Type::fun(vec![], Type::Int)));
    let class = Type::TypeOf(handle("m.Box", &[]).into());
    let made = Type::fun(vec![Type::Str], handle("m.Box", &[Type::Str]));
    assert!(cx.is_passable(&class, &made));
    assert!(!cx.is_passable(&class, &Type::fun(vec![], Type::Any)));
}

#[test]
fn callback_protocols() {
    let world = world();
    let cx = world.cx();
    let handler = handle("m.Handler", &[]);
    assert!(cx.is_passable(&Type::fun(vec![Type::Str, Type::Int], Type::Bool), &handler));
    assert!(!cx.is_passable(&Type::fun(vec![Type::Str], Type::Bool), &handler));
    assert!(!cx.is_passable(&Type::fun(vec![Type::Str, Type::Int], Type::Str), &handler));
    let extern_fun = fun(
        "m.f",
        vec![sig(
            vec![normal("name", Type::Str), normal("count", Type::Int)],
            Type::Bool,
        )],
    );
    assert!(cx.is_passable(&Type::Extern(extern_fun.into()), &handler));
}

#[test]
fn rigid_parameters_fit_their_bound() {
    let world = world();
    let cx = world.cx();
    let bounded = Type::Param(type_param("T", "T", Some(handle("m.IntBox", &[]))));
    let free = Type::Param(type_param("U", "U", None));
    assert!(cx.is_subtype(&bounded, &handle("m.Box", &[Type::Int])));
    assert!(!cx.is_subtype(&free, &Type::Int));
    assert!(!cx.is_subtype(&Type::Int, &free));
    assert!(cx.is_subtype(&free, &Type::Any));
}

#[test]
fn reasons() {
    let world = world();
    let cx = world.cx();
    let why = |from: &Type, to: &Type| cx.explain(from, to).unwrap_or_default();
    assert_eq!(
        why(&Type::Any, &Type::Int),
        "a value of type any needs `as`"
    );
    assert_eq!(
        why(&Type::option(Type::Int), &Type::Int),
        "the value may be none"
    );
    assert_eq!(
        why(&Type::Str, &handle("SupportsIndex", &[])),
        "it has no `__index__`"
    );
    assert_eq!(
        why(
            &Type::fun(vec![], Type::Int),
            &Type::fun(vec![Type::Int], Type::Int)
        ),
        "it is called with 1 argument, the function takes 0"
    );
    assert_eq!(
        why(&Type::list(Type::Any), &handle("Sequence", &[Type::Int])),
        "a value of type any needs `as`"
    );
    assert_eq!(cx.explain(&Type::Int, &Type::Str), None);
    assert_eq!(cx.explain(&Type::Int, &Type::Int), None);
}

#[test]
fn unification() {
    let world = world();
    let cx = world.cx();
    let unify = |a: &Type, b: &Type| cx.unify(a, b);
    assert_eq!(unify(&Type::Int, &Type::Int64), Some(Type::Int64));
    assert_eq!(unify(&Type::Int, &Type::Float), None);
    assert_eq!(unify(&text("a"), &text("b")), Some(Type::Str));
    assert_eq!(
        unify(&Type::None, &Type::Int),
        Some(Type::option(Type::Int))
    );
    assert_eq!(
        unify(&Type::list(Type::Any), &Type::list(Type::Int)),
        Some(Type::list(Type::Any))
    );
    assert_eq!(
        unify(&handle("m.IntBox", &[]), &handle("m.Box", &[Type::Int])),
        Some(handle("m.Box", &[Type::Int]))
    );
    assert_eq!(unify(&Type::Str, &Type::Int), None);
    assert_eq!(
        cx.join_numbers(&Type::Float, &Type::BigInt),
        Some(Type::BigRat)
    );
    assert_eq!(
        cx.join_numbers(&Type::Float, &Type::Int64),
        Some(Type::Float)
    );
    assert_eq!(cx.join_numbers(&Type::Str, &Type::Int), None);
}
