//! Calls: binding, overloads, solving, faults.

use std::rc::Rc;
use std::time::Instant;

use mochi_types::{
    ArgValue, BoundMember, CallArg, CallFault, Check, DeferredArg, ExternFun, Literal,
    ResolvedCall, Type, TypeParam,
};

use crate::world::{
    World, class_id, fun, generic, handle, keyword, kwargs, normal, optional, pos, sig, type_param,
    varargs, world,
};

fn arg(ty: Type) -> CallArg<'static> {
    CallArg {
        name: None,
        value: ArgValue::Typed(ty),
    }
}

fn named(name: &str, ty: Type) -> CallArg<'static> {
    CallArg {
        name: Some(name.into()),
        value: ArgValue::Typed(ty),
    }
}

fn text(value: &str) -> CallArg<'static> {
    CallArg {
        name: None,
        value: ArgValue::Literal(Literal::Str(value.into())),
    }
}

/// A lambda whose body gives what `body` says of the parameter types.
struct Lambda<'a> {
    world: &'a World,
    arity: usize,
    body: fn(&[Type]) -> Type,
}

impl DeferredArg for Lambda<'_> {
    fn try_type(&self, expected: Option<&Type>) -> Result<Type, String> {
        let asked = expected.and_then(|ty| self.world.cx().expected_function(ty, self.arity));
        let params: Vec<Type> = match asked {
            Some(fun) => fun
                .params
                .iter()
                .map(|ty| {
                    if matches!(ty, Type::Infer(_)) {
                        Type::Any
                    } else {
                        ty.clone()
                    }
                })
                .collect(),
            None => vec![Type::Any; self.arity],
        };
        let result = (self.body)(&params);
        Ok(Type::fun(params, result))
    }

    fn lambda_arity(&self) -> Option<usize> {
        Some(self.arity)
    }
}

/// `[…]` of one element type; empty without one.
struct ListLiteral<'a> {
    world: &'a World,
    element: Option<Type>,
}

impl DeferredArg for ListLiteral<'_> {
    fn try_type(&self, expected: Option<&Type>) -> Result<Type, String> {
        let asked = expected.and_then(|ty| self.world.cx().expected_element(ty));
        let asked = asked.filter(|ty| !ty.has_infer());
        match (&self.element, asked) {
            (None, asked) => Ok(Type::list(asked.unwrap_or(Type::Any))),
            (Some(own), Some(asked)) if self.world.cx().is_passable(own, &asked) => {
                Ok(Type::list(asked))
            }
            (Some(own), _) => Ok(Type::list(own.clone())),
        }
    }

    fn lambda_arity(&self) -> Option<usize> {
        None
    }
}

fn call(world: &World, fun: &ExternFun, args: &[CallArg<'_>]) -> Result<ResolvedCall, CallFault> {
    world.cx().resolve_call(fun, None, args, None)
}

fn t() -> Rc<TypeParam> {
    type_param("T", "T", None)
}

fn get() -> ExternFun {
    fun(
        "m.get",
        vec![sig(
            vec![
                normal("url", Type::Str),
                keyword("timeout", Type::union([Type::Int, Type::Float]), true),
                keyword("from", Type::option(Type::Str), true),
            ],
            Type::Int,
        )],
    )
}

#[test]
fn binding() {
    let world = world();
    let get = get();
    let good = call(&world, &get, &[arg(Type::Str), named("timeout", Type::Int)]).expect("fits");
    assert_eq!(good.param_names, [Rc::from("url"), Rc::from("timeout")]);
    assert_eq!(*good.ret.check, Check::Int);
    let spelt = call(
        &world,
        &get,
        &[named("url", Type::Str), named("from_", Type::Str)],
    );
    assert_eq!(
        spelt.expect("either spelling").param_names[1],
        Rc::from("from")
    );
    let fault = |args: &[CallArg<'_>]| call(&world, &get, args).expect_err("does not fit");
    assert_eq!(
        fault(&[arg(Type::Str), named("timout", Type::Int)]),
        CallFault::UnknownArgument {
            arg: 1,
            suggestion: Some("timeout".into())
        }
    );
    assert_eq!(
        fault(&[arg(Type::Str), named("url", Type::Str)]),
        CallFault::DuplicateArgument { arg: 1 }
    );
    assert_eq!(
        fault(&[]),
        CallFault::MissingArguments {
            names: vec!["url".into()]
        }
    );
    assert_eq!(
        fault(&[arg(Type::Str), arg(Type::Int)]),
        CallFault::TooMany {
            arg: 1,
            expected: 1,
            got: 2
        }
    );
    let CallFault::Mismatch {
        arg: position,
        expected,
        got,
        ..
    } = fault(&[arg(Type::Str), named("timeout", Type::Str)])
    else {
        panic!("a mismatch");
    };
    assert_eq!((position, got), (1, Type::Str));
    assert_eq!(expected, Type::union([Type::Int, Type::Float]));
}

#[test]
fn any_and_none_do_not_slip_through() {
    let world = world();
    let get = get();
    let told = |ty: Type| match call(&world, &get, &[arg(ty)]) {
        Err(fault) => world.cx().show_fault(&fault, &[]),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        told(Type::Any),
        "argument 1: expected string, got any (a value of type any needs `as`)"
    );
    assert_eq!(
        told(Type::option(Type::Str)),
        "argument 1: expected string, got option[string] (the value may be none)"
    );
    assert_eq!(told(Type::None), "argument 1: expected string, got none");
    assert_eq!(
        told(Type::PyObject),
        "argument 1: expected string, got PyObject \
         (an opaque Python object can only be kept and passed on)"
    );
}

#[test]
fn variadic_parameters() {
    let world = world();
    let join = fun(
        "m.join",
        vec![sig(
            vec![
                pos("first", Type::Str),
                varargs("rest", Type::Str),
                kwargs("extra", Type::Int),
            ],
            Type::Str,
        )],
    );
    let args = [
        arg(Type::Str),
        arg(Type::Str),
        arg(Type::Str),
        named("class", Type::Int),
    ];
    let good = call(&world, &join, &args).expect("fits");
    let names: Vec<&str> = good.param_names.iter().map(|name| &**name).collect();
    assert_eq!(names, ["first", "rest", "rest", "class"]);
    let bad = call(
        &world,
        &join,
        &[arg(Type::Str), arg(Type::Str), named("a", Type::Str)],
    );
    assert!(matches!(bad, Err(CallFault::Mismatch { arg: 2, .. })));
    let by_name = call(&world, &join, &[named("first", Type::Int)]);
    assert!(
        matches!(by_name, Err(CallFault::MissingArguments { .. })),
        "positional only"
    );
    let twice = call(
        &world,
        &join,
        &[arg(Type::Str), named("a", Type::Int), named("a", Type::Int)],
    );
    assert_eq!(twice, Err(CallFault::DuplicateArgument { arg: 2 }));
}

#[test]
fn wrong_literals_list_the_choices() {
    let world = world();
    let choice = |value: &str| Literal::Str(value.into());
    let mode = Type::option(Type::union([choice("r"), choice("w")].map(Type::Literal)));
    let open = fun("m.open", vec![sig(vec![normal("mode", mode)], Type::Unit)]);
    assert!(call(&world, &open, &[text("r")]).is_ok());
    let Err(CallFault::Mismatch { choices, got, .. }) = call(&world, &open, &[text("x")]) else {
        panic!("a mismatch");
    };
    assert_eq!(choices, [choice("r"), choice("w")]);
    assert_eq!(got, Type::Literal(choice("x")));
}

#[test]
fn type_variables_are_solved_in_order() {
    let world = world();
    let t = t();
    let var = || Type::Param(t.clone());
    let first = fun(
        "m.first",
        vec![generic(
            &[&t],
            vec![pos("xs", handle("Iterable", &[var()])), pos("d", var())],
            var(),
        )],
    );
    let good = call(&world, &first, &[arg(Type::list(Type::Str)), text("x")]).expect("fits");
    assert_eq!(good.ret.ty, Type::Str);
    assert_eq!(*good.ret.check, Check::Str);
    assert_eq!(good.params, [handle("Iterable", &[Type::Str]), Type::Str]);
    let mixed = call(
        &world,
        &first,
        &[arg(Type::list(Type::Str)), arg(Type::None)],
    )
    .expect("fits");
    assert_eq!(mixed.ret.ty, Type::option(Type::Str));
    let same = fun(
        "m.max",
        vec![generic(
            &[&t],
            vec![pos("a", var()), pos("b", var())],
            var(),
        )],
    );
    let ret = |a: Type, b: Type| call(&world, &same, &[arg(a), arg(b)]).expect("fits").ret.ty;
    assert_eq!(ret(Type::Int, Type::Float), Type::Float);
    assert_eq!(
        ret(Type::Int, Type::Str),
        Type::union([Type::Int, Type::Str])
    );
    assert_eq!(
        ret(handle("m.IntBox", &[]), handle("m.Box", &[Type::Int])),
        handle("m.Box", &[Type::Int])
    );
    let one = CallArg {
        name: None,
        value: ArgValue::Literal(Literal::Int(1)),
    };
    let literal = call(&world, &same, &[one, arg(Type::Int)]).expect("fits");
    assert_eq!(literal.ret.ty, Type::Int);
}

#[test]
fn bounds_and_constraints() {
    let world = world();
    let bounded = type_param("T", "T", Some(handle("m.SupportsLT", &[Type::Any])));
    let var = Type::Param(bounded.clone());
    let sorted = fun(
        "m.sorted",
        vec![generic(
            &[&bounded],
            vec![pos("xs", handle("Iterable", std::slice::from_ref(&var)))],
            Type::list(var.clone()),
        )],
    );
    let good = call(&world, &sorted, &[arg(Type::list(Type::Int))]).expect("ints are ordered");
    assert_eq!(good.ret.ty, Type::list(Type::Int));
    let bad = call(&world, &sorted, &[arg(Type::list(handle("m.Box", &[])))]);
    assert!(
        matches!(bad, Err(CallFault::Mismatch { arg: 0, .. })),
        "{bad:?}"
    );
    let mut any_str = (*type_param("S", "S", None)).clone();
    any_str.constraints = vec![Type::Str, Type::Bytes];
    let any_str = Rc::new(any_str);
    let s = || Type::Param(any_str.clone());
    let concat = fun(
        "m.concat",
        vec![generic(
            &[&any_str],
            vec![pos("a", s()), pos("b", s())],
            s(),
        )],
    );
    let good = call(&world, &concat, &[arg(handle("m.Markup", &[])), text("x")]).expect("strings");
    assert_eq!(good.ret.ty, Type::Str);
    assert!(call(&world, &concat, &[text("x"), arg(Type::Bytes)]).is_err());
    assert!(call(&world, &concat, &[arg(Type::Int), arg(Type::Int)]).is_err());
}

#[test]
fn lambdas_see_what_other_arguments_determine() {
    let world = world();
    let (t, s) = (t(), type_param("S", "S", None));
    let (tv, sv) = (Type::Param(t.clone()), Type::Param(s.clone()));
    // `map(func, iterable)`: the function comes first.
    let map = fun(
        "m.map",
        vec![generic(
            &[&t, &s],
            vec![
                pos("func", Type::fun(vec![tv.clone()], sv.clone())),
                pos("xs", handle("Iterable", &[tv])),
            ],
            Type::iterator(sv),
        )],
    );
    let lambda = Lambda {
        world: &world,
        arity: 1,
        body: |params| Type::list(params[0].clone()),
    };
    let args = [
        CallArg {
            name: None,
            value: ArgValue::Deferred(&lambda),
        },
        arg(Type::list(Type::Int)),
    ];
    let good = call(&world, &map, &args).expect("fits");
    assert_eq!(good.ret.ty, Type::iterator(Type::list(Type::Int)));
    assert_eq!(
        good.params[0],
        Type::fun(vec![Type::Int], Type::list(Type::Int))
    );
    let two = Lambda {
        world: &world,
        arity: 2,
        body: |_| Type::Int,
    };
    let args = [
        CallArg {
            name: None,
            value: ArgValue::Deferred(&two),
        },
        arg(Type::list(Type::Int)),
    ];
    let Err(CallFault::Mismatch { arg: 0, reason, .. }) = call(&world, &map, &args) else {
        panic!("wrong arity");
    };
    assert_eq!(
        reason.as_deref(),
        Some("a function with 2 parameters does not fit")
    );
    let upper = fun("m.upper", vec![sig(vec![pos("s", Type::Str)], Type::Str)]);
    let args = [arg(Type::Extern(upper.into())), arg(Type::list(Type::Str))];
    assert_eq!(
        call(&world, &map, &args).expect("fits").ret.ty,
        Type::iterator(Type::Str)
    );
    let class = Type::TypeOf(handle("m.Box", &[]).into());
    let args = [arg(class), arg(Type::list(Type::Str))];
    let made = call(&world, &map, &args)
        .expect("a class is a function")
        .ret
        .ty;
    assert_eq!(made, Type::iterator(handle("m.Box", &[Type::Str])));
}

#[test]
fn list_literals_take_the_expected_element() {
    let world = world();
    let mean = fun(
        "m.mean",
        vec![sig(
            vec![pos("xs", handle("Sequence", &[Type::option(Type::Int)]))],
            Type::Float,
        )],
    );
    let given = |element: Option<Type>| {
        let literal = ListLiteral {
            world: &world,
            element,
        };
        let args = [CallArg {
            name: None,
            value: ArgValue::Deferred(&literal),
        }];
        call(&world, &mean, &args).is_ok()
    };
    assert!(given(None) && given(Some(Type::Int)));
    assert!(!given(Some(Type::Str)));
}

#[test]
fn a_literal_for_a_union_finds_its_member() {
    let world = world();
    let of = |ty: Type| handle("Sequence", &[ty]);
    let headers = Type::option(Type::union([Type::Str, of(Type::Bytes), of(Type::Int)]));
    let send = fun(
        "m.send",
        vec![sig(vec![normal("headers", headers)], Type::Unit)],
    );
    let literal = ListLiteral {
        world: &world,
        element: Some(Type::Int),
    };
    let args = [CallArg {
        name: None,
        value: ArgValue::Deferred(&literal),
    }];
    assert!(call(&world, &send, &args).is_ok());
}

#[test]
fn the_expected_result_helps() {
    let world = world();
    let cx = world.cx();
    let list = cx.constructor(&class_id("list"));
    let wanted = Type::list(Type::Str);
    let empty = cx
        .resolve_call(&list, None, &[], Some(&wanted))
        .expect("fits");
    assert_eq!(empty.ret.ty, wanted);
    let unknown = cx.resolve_call(&list, None, &[], None).expect("fits");
    assert_eq!(unknown.ret.ty, Type::list(Type::Any));
    let boxed = cx.constructor(&class_id("m.Box"));
    let made = cx
        .resolve_call(&boxed, None, &[text("x")], None)
        .expect("fits");
    assert_eq!(made.ret.ty, handle("m.Box", &[Type::Str]));
    let wanted = handle("m.Box", &[Type::option(Type::Str)]);
    let made = cx
        .resolve_call(&boxed, None, &[text("x")], Some(&wanted))
        .expect("fits");
    assert_eq!(made.ret.ty, wanted);
}

#[test]
fn class_methods_solve_the_class_parameters() {
    let world = world();
    let cx = world.cx();
    let Some(BoundMember::Method(of)) = cx.lookup_class_member(&class_id("m.Box"), None, "of")
    else {
        panic!("a class method");
    };
    let made = cx
        .resolve_call(&of, None, &[arg(Type::Int)], None)
        .expect("fits");
    assert_eq!(made.ret.ty, handle("m.Box", &[Type::Int]));
}

#[test]
fn receivers_choose_overloads() {
    let world = world();
    let cx = world.cx();
    let boxed = |ty: Type| handle("m.Box", &[ty]);
    let mut of_str = sig(vec![], Type::Str);
    of_str.receiver = Some(boxed(Type::Str));
    let mut of_int = sig(vec![], Type::Int);
    of_int.receiver = Some(boxed(Type::Int));
    let show = fun("m.Box.show", vec![of_str, of_int]);
    let on = |ty: Type| cx.resolve_call(&show, Some(&boxed(ty)), &[], None);
    assert_eq!(on(Type::Int).expect("fits").overload, 1);
    let Err(CallFault::NoOverload { candidates, .. }) = on(Type::Bool) else {
        panic!("no overload")
    };
    assert_eq!(
        candidates[0].1,
        "it is for m.Box<string>, not for m.Box<bool>"
    );
}

fn overloaded() -> ExternFun {
    fun(
        "m.load",
        vec![
            sig(vec![normal("path", Type::Str)], Type::Str),
            sig(
                vec![
                    normal("path", Type::Str),
                    normal("mode", Type::Literal(Literal::Str("b".into()))),
                ],
                Type::Bytes,
            ),
            sig(
                vec![
                    normal("path", Type::Str),
                    normal("mode", Type::Str),
                    optional("size", Type::Int),
                ],
                Type::Int,
            ),
        ],
    )
}

#[test]
fn overloads_in_order() {
    let world = world();
    let load = overloaded();
    let chosen = |args: &[CallArg<'_>]| call(&world, &load, args).expect("fits").overload;
    assert_eq!(chosen(&[text("p")]), 0);
    assert_eq!(chosen(&[text("p"), text("b")]), 1);
    assert_eq!(chosen(&[text("p"), text("t")]), 2);
    assert_eq!(chosen(&[text("p"), arg(Type::Str)]), 2);
}

#[test]
fn a_list_that_a_later_overload_takes_is_no_tuple_for_an_earlier_one() {
    let world = world();
    let one_of = |ty: Type| vec![pos("key", ty)];
    let words = |class: &str| handle(class, &[Type::Str]);
    let label = Type::union([Type::Str, words("tuple")]);
    let by_label = sig(one_of(label), Type::Int);
    let by_labels = sig(one_of(words("Iterable")), Type::Bytes);
    let args = [arg(Type::list(Type::Str))];
    let both = fun("m.F.get", vec![by_label.clone(), by_labels]);
    assert_eq!(call(&world, &both, &args).expect("fits").overload, 1);
    let other = sig(one_of(Type::Int), Type::Bytes);
    let one = fun("m.F.get", vec![other, by_label]);
    assert_eq!(call(&world, &one, &args).expect("fits").overload, 1);
}

#[test]
fn an_overload_that_leaves_its_result_open_yields_to_a_later_one() {
    let world = world();
    let (t, s) = (t(), type_param("S", "S", None));
    let (tv, sv) = (Type::Param(t.clone()), Type::Param(s.clone()));
    let xs = |ty: &Type| pos("xs", handle("Iterable", std::slice::from_ref(ty)));
    let guarded = generic(&[&t, &s], vec![xs(&sv)], Type::list(tv.clone()));
    let plain = generic(&[&t], vec![xs(&tv)], Type::list(tv.clone()));
    let filter = fun("m.filter", vec![guarded.clone(), plain]);
    let args = [arg(Type::list(Type::Int))];
    let found = call(&world, &filter, &args).expect("fits");
    assert_eq!((found.overload, found.ret.ty), (1, Type::list(Type::Int)));
    // `defaultdict(list)`: a later overload for another result is no better.
    let other = generic(&[], vec![xs(&Type::Int)], Type::list(Type::Str));
    let unlike = fun("m.filter", vec![guarded.clone(), other]);
    assert_eq!(call(&world, &unlike, &args).expect("fits").overload, 0);
    let alone = fun("m.filter", vec![guarded]);
    let found = call(&world, &alone, &args).expect("fits");
    assert_eq!(found.ret.ty, Type::list(Type::Any));
}

#[test]
fn an_overload_that_fits_without_saying_anything_yields_too() {
    let mut world = world();
    // Its members lead to `any`, so that every list fits and says nothing of T.
    world.class("m.Loose", &["T"], mochi_types::ClassKind::Protocol, &[]);
    world.method("m.Loose", "__len__", vec![], Type::Any);
    let t = t();
    let loose = pos("x", handle("m.Loose", &[Type::Param(t.clone())]));
    let first = generic(
        &[&t],
        vec![loose.clone()],
        Type::list(Type::Param(t.clone())),
    );
    let second = sig(vec![pos("x", Type::Any)], Type::list(Type::Int));
    let array = fun("m.array", vec![first.clone(), second]);
    let args = [arg(Type::list(Type::Int))];
    assert_eq!(call(&world, &array, &args).expect("fits").overload, 1);
    let alone = fun("m.array", vec![first]);
    assert!(call(&world, &alone, &args).is_ok());
}

#[test]
fn failed_overloads_are_told_the_nearest_first() {
    let world = world();
    let Err(CallFault::NoOverload { candidates, best }) =
        call(&world, &overloaded(), &[text("p"), text("t"), text("s")])
    else {
        panic!("no overload fits");
    };
    let told: Vec<String> = candidates
        .iter()
        .map(|(signature, reason)| format!("{signature}: {reason}"))
        .collect();
    assert_eq!(
        told,
        [
            "load(path: string, mode: string, size: int = _): int: argument 3: expected int, got string",
            "load(path: string): string: too many arguments: expected 1, got 3",
            "load(path: string, mode: \"b\"): bytes: too many arguments: expected 2, got 3",
        ]
    );
    assert!(matches!(
        best.as_deref(),
        Some(CallFault::Mismatch { arg: 2, .. })
    ));
}

#[test]
fn self_in_results_is_the_receiver() {
    let world = world();
    let cx = world.cx();
    let copy = fun("m.copy", vec![sig(vec![], Type::SelfType)]);
    let receiver = handle("m.IntBox", &[]);
    let made = cx
        .resolve_call(&copy, Some(&receiver), &[], None)
        .expect("fits");
    assert_eq!(made.ret.ty, receiver);
    assert_eq!(*made.ret.check, Check::Instance(class_id("m.IntBox")));
}

#[test]
fn the_declared_zero_of_sum_is_no_part_of_a_float() {
    let world = world();
    let t = t();
    let zero = Type::Literal(Literal::Int(0));
    let ret = Type::union([Type::Param(t.clone()), zero]);
    let xs = pos("xs", handle("Iterable", &[Type::Param(t.clone())]));
    let sum = fun("m.sum", vec![generic(&[&t], vec![xs], ret)]);
    let of = |ty: Type| {
        call(&world, &sum, &[arg(Type::list(ty))])
            .expect("fits")
            .ret
            .ty
    };
    assert_eq!(of(Type::Float), Type::Float);
    assert_eq!(of(Type::Int), Type::Int);
}

#[test]
fn what_is_wanted_never_breaks_a_bound() {
    let world = world();
    let cx = world.cx();
    let bounded = type_param("T", "T", Some(handle("m.SupportsLT", &[Type::Any])));
    let var = || Type::Param(bounded.clone());
    let xs = || pos("xs", handle("Iterable", &[var()]));
    let max = fun("m.max", vec![generic(&[&bounded], vec![xs()], var())]);
    let args = [arg(Type::list(Type::Int))];
    let wanted = Type::option(Type::Int);
    let found = cx
        .resolve_call(&max, None, &args, Some(&wanted))
        .expect("fits");
    assert_eq!(found.ret.ty, Type::Int);
    let sorted = fun(
        "m.sorted",
        vec![generic(&[&bounded], vec![xs()], Type::list(var()))],
    );
    let wanted = Type::list(wanted);
    let found = cx
        .resolve_call(&sorted, None, &args, Some(&wanted))
        .expect("fits");
    assert_eq!(found.ret.ty, Type::list(Type::Int));
}

/// A guard against accidental quadratic work, far above what a debug build needs.
#[test]
fn large_overload_sets_are_fast() {
    let world = world();
    let t = t();
    let arm = |index: i64| {
        let key = Type::Literal(Literal::Int(index));
        let element = handle("Sequence", &[handle("SupportsIndex", &[])]);
        let data = Type::union([element, handle("m.SupportsLT", &[Type::Param(t.clone())])]);
        generic(
            &[&t],
            vec![
                pos("data", data),
                pos("kind", key),
                optional("out", Type::Param(t.clone())),
            ],
            Type::Param(t.clone()),
        )
    };
    let ufunc = fun("m.ufunc", (0..250).map(arm).collect());
    let last = CallArg {
        name: None,
        value: ArgValue::Literal(Literal::Int(249)),
    };
    let start = Instant::now();
    let found = call(&world, &ufunc, &[arg(Type::list(Type::Int)), last]).expect("the last arm");
    let taken = start.elapsed();
    assert_eq!(found.overload, 249);
    println!("250 arms: {taken:?}");
    assert!(taken.as_millis() < 200, "{taken:?}");
}
