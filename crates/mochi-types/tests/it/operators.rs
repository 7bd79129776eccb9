//! Operators, iteration, context managers.

use std::rc::Rc;

use mochi_types::Type;

use crate::world::{handle, world};

#[test]
fn arithmetic_and_its_reflection() {
    let world = world();
    let cx = world.cx();
    let series = handle("m.Series", &[]);
    let sum = cx.operator(&Type::Int, "+", &series).expect("reflected");
    assert!(sum.reversed);
    assert_eq!(sum.out.ty, series);
    assert_eq!(&*sum.symbol, "m.Series.__radd__");
    assert!(cx.operator(&series, "+", &Type::Int).is_none());
    assert!(cx.operator(&Type::Str, "+", &series).is_none());
    assert_eq!(cx.unary_operator("-", &series).expect("neg").out.ty, series);
    assert!(cx.unary_operator("~", &series).is_none());
}

#[test]
fn comparisons_give_what_the_method_gives() {
    let world = world();
    let cx = world.cx();
    let series = handle("m.Series", &[]);
    let file = handle("m.File", &[]);
    assert_eq!(
        cx.operator(&series, ">", &Type::Int).expect("gt").out.ty,
        series
    );
    let reflected = cx.operator(&Type::Int, "<", &series).expect("reflected");
    assert!(reflected.reversed && reflected.out.ty == series);
    assert!(cx.operator(&series, "<", &Type::Int).is_none());
    assert_eq!(
        cx.operator(&series, "==", &Type::Int).expect("eq").out.ty,
        series
    );
    assert_eq!(
        cx.operator(&Type::Int, "==", &series).expect("eq").out.ty,
        series
    );
    assert_eq!(
        cx.operator(&file, "==", &file).expect("eq").out.ty,
        Type::Bool
    );
    assert_eq!(
        cx.operator(&series, "!=", &Type::Int).expect("ne").out.ty,
        Type::Bool
    );
}

#[test]
fn indexing_iterating_entering() {
    let world = world();
    let cx = world.cx();
    let series = handle("m.Series", &[]);
    let file = handle("m.File", &[]);
    assert_eq!(
        cx.operator(&series, "[]", &Type::Int)
            .expect("index")
            .out
            .ty,
        Type::Float
    );
    assert!(cx.operator(&series, "[]", &Type::Str).is_none());
    assert_eq!(cx.iterate(&series).expect("by index").ty, Type::Float);
    assert_eq!(cx.iterate(&file).expect("by next").ty, Type::Str);
    assert_eq!(
        cx.iterate(&Type::list(Type::Int)).expect("list").ty,
        Type::Int
    );
    assert!(cx.iterate(&handle("m.Box", &[])).is_none());
    assert_eq!(cx.enter(&file).expect("file").ty, file);
    assert!(cx.enter(&series).is_none());
    assert!(cx.has_length(&Type::Str) && !cx.has_length(&series));
    assert_eq!(
        cx.operator(&Type::Str, "in", &file).expect("in").out.ty,
        Type::Bool
    );
    assert!(
        cx.operator(&Type::Str, "in", &handle("m.Box", &[]))
            .is_none()
    );
}

#[test]
fn enum_classes_are_collections_of_their_members() {
    let world = world();
    let cx = world.cx();
    let color = handle("m.Color", &[]);
    let class = Type::TypeOf(Rc::new(color.clone()));
    assert_eq!(cx.iterate(&class).expect("iterate").ty, color);
    assert_eq!(
        cx.operator(&class, "[]", &Type::Str)
            .expect("by name")
            .out
            .ty,
        color
    );
    assert!(cx.operator(&class, "[]", &Type::Int).is_none());
    assert!(cx.has_length(&class));
}

#[test]
fn awaiting() {
    let world = world();
    let cx = world.cx();
    let future = Type::Future(Rc::new(Type::Int));
    assert_eq!(cx.awaited(&future).expect("future").ty, Type::Int);
    assert_eq!(
        cx.awaited(&handle("Awaitable", &[Type::Str]))
            .expect("awaitable")
            .ty,
        Type::Str
    );
    assert!(cx.awaited(&Type::Int).is_none());
}
