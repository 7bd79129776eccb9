//! The form of types in messages.

use std::rc::Rc;

use mochi_types::{Effects, FunType, Literal, Type};

use crate::world::{
    generic, handle, keyword, kwargs, normal, optional, point, pos, sig, type_param, varargs, world,
};

#[test]
fn types() {
    let world = world();
    let cx = world.cx();
    let with_effect = Type::Fun(Rc::new(FunType {
        params: vec![Type::Int, Type::Str],
        result: Type::Bool,
        effects: Effects(1),
        is_async: false,
    }));
    let red = Literal::Member(crate::world::class_id("m.Color"), "RED".into());
    let cases = [
        (Type::list(Type::Int), "[int]"),
        (Type::map(Type::Str, Type::Int), "{string: int}"),
        (Type::option(Type::list(Type::Str)), "option[[string]]"),
        (Type::Tuple([Type::Int, Type::Bytes].into()), "(int, bytes)"),
        (with_effect, "fun(int, string): bool ! io"),
        (Type::fun(vec![], Type::Unit), "fun()"),
        (Type::AnyFun(Type::Any.into()), "fun(...any): any"),
        (
            Type::union([Type::Int, Type::fun(vec![], Type::Int)]),
            "int | (fun(): int)",
        ),
        (handle("m.Box", &[Type::set(Type::Int)]), "m.Box<set<int>>"),
        (Type::TypeOf(handle("m.Box", &[]).into()), "type<m.Box>"),
        (Type::Literal(Literal::Str("a\"\n".into())), "\"a\\\"\\n\""),
        (Type::Literal(Literal::Bytes([65, 0].into())), "b\"A\\x00\""),
        (Type::Literal(red), "m.Color.RED"),
        (point(), "Point"),
        (Type::Anon([("a".into(), Type::Int)].into()), "{a: int}"),
    ];
    for (ty, shown) in cases {
        assert_eq!(cx.show(&ty), shown);
    }
}

#[test]
fn long_unions_are_cut() {
    let world = world();
    let cx = world.cx();
    let union = Type::union((0..20).map(|value| Type::Literal(Literal::Int(value))));
    assert_eq!(
        cx.show(&union),
        "0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | … (9 more)"
    );
}

#[test]
fn signatures() {
    let world = world();
    let cx = world.cx();
    let t = type_param("T", "T", Some(Type::Str));
    let params = vec![
        pos("a", Type::Param(t.clone())),
        optional("b", Type::Int),
        varargs("rest", Type::Any),
        keyword("key", Type::Bool, true),
        kwargs("extra", Type::Any),
    ];
    assert_eq!(
        cx.show_signature("f", &generic(&[&t], params, Type::Int)),
        "f<T: string>(a: T, /, b: int = _, *rest: any, key: bool = _, **extra: any): int"
    );
    let mut simple = sig(
        vec![normal("a", Type::Int), keyword("k", Type::Int, false)],
        Type::Unit,
    );
    simple.is_async = true;
    assert_eq!(
        cx.show_signature("g", &simple),
        "async g(a: int, *, k: int)"
    );
}
