//! What expected types ask of parts.

use mochi_types::{FunType, Type};

use crate::world::{handle, world};

#[test]
fn elements_and_entries() {
    let world = world();
    let cx = world.cx();
    let sequence = handle("Sequence", &[Type::Float]);
    assert_eq!(cx.expected_element(&sequence), Some(Type::Float));
    assert_eq!(
        cx.expected_element(&Type::option(sequence)),
        Some(Type::Float)
    );
    let either = Type::union([Type::Str, handle("Iterable", &[Type::Str])]);
    assert_eq!(cx.expected_element(&either), Some(Type::Str));
    assert_eq!(cx.expected_element(&Type::Int), None);
    assert_eq!(cx.expected_element(&Type::set(Type::Int)), None);
    assert_eq!(
        cx.expected_elements(&Type::set(Type::Int), Type::set),
        Some(Type::Int)
    );
    assert_eq!(cx.expected_element(&Type::Any), Some(Type::Any));
    let mapping = handle("Mapping", &[Type::Str, Type::option(Type::Int)]);
    assert_eq!(
        cx.expected_entry(&mapping),
        Some((Type::Str, Type::option(Type::Int)))
    );
    let pair = Type::Tuple([Type::Int, Type::Str].into());
    assert_eq!(
        cx.expected_parts(&pair, 2),
        Some(vec![Type::Int, Type::Str])
    );
    assert_eq!(cx.expected_parts(&pair, 3), None);
    assert_eq!(
        cx.expected_parts(&handle("tuple", &[Type::Int]), 2),
        Some(vec![Type::Int; 2])
    );
}

#[test]
fn open_variables_come_back_as_themselves() {
    let world = world();
    let cx = world.cx();
    let open = handle("Iterable", &[Type::Infer(7)]);
    assert_eq!(cx.expected_element(&open), Some(Type::Infer(7)));
    assert_eq!(cx.expected_element(&Type::Infer(7)), None);
}

#[test]
fn functions() {
    let world = world();
    let cx = world.cx();
    let shape = |fun: &FunType| (fun.params.clone(), fun.result.clone());
    let handler = handle("m.Handler", &[]);
    let found = cx
        .expected_function(&handler, 2)
        .expect("callback protocol");
    assert_eq!(shape(&found), (vec![Type::Str, Type::Int], Type::Bool));
    assert!(cx.expected_function(&handler, 1).is_none());
    let either = Type::option(Type::union([
        Type::Str,
        Type::fun(vec![Type::Int], Type::Any),
    ]));
    let found = cx.expected_function(&either, 1).expect("callable");
    assert_eq!(shape(&found), (vec![Type::Int], Type::Any));
    assert!(cx.expected_function(&Type::Str, 0).is_none());
    let found = cx
        .expected_function(&Type::AnyFun(Type::Str.into()), 2)
        .expect("any function");
    assert_eq!(found.params, [Type::Any, Type::Any]);
}
