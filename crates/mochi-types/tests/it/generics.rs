//! Generic functions of the program.

use mochi_types::{ArgValue, CallArg, GenericFault, GenericSolution, Literal, Type};

use crate::world::{handle, type_param, world};

fn solve(
    params: &[Type],
    args: Vec<Type>,
    result: &Type,
    bound: Option<Type>,
) -> Result<GenericSolution, GenericFault> {
    let world = world();
    let t = type_param("T", "T", bound);
    let args: Vec<CallArg<'_>> = args
        .into_iter()
        .map(|ty| CallArg {
            name: None,
            value: match ty {
                Type::Literal(literal) => ArgValue::Literal(literal),
                other => ArgValue::Typed(other),
            },
        })
        .collect();
    world.cx().solve_generic(&[t], params, &args, result, None)
}

fn var() -> Type {
    Type::Param(type_param("T", "T", None))
}

#[test]
fn arguments_that_unify() {
    let solved = solve(
        &[var(), Type::list(var())],
        vec![Type::Int, Type::list(Type::Int64)],
        &var(),
        None,
    );
    assert_eq!(solved.expect("unify").types, [Type::Int64]);
    let word = Type::Literal(Literal::Str("x".into()));
    let solved = solve(&[var()], vec![word], &Type::list(var()), None).expect("solved");
    assert_eq!(solved.result, Type::list(Type::Str));
}

#[test]
fn arguments_that_conflict() {
    let fault = solve(&[var(), var()], vec![Type::Int, Type::Str], &var(), None);
    let expected = GenericFault::Conflict {
        arg: 1,
        param: "T".into(),
        first: Type::Int,
        second: Type::Str,
    };
    assert_eq!(fault, Err(expected));
}

#[test]
fn mismatches_bounds_and_escapes() {
    let fault = solve(&[Type::list(var())], vec![Type::Int], &var(), None);
    assert!(matches!(fault, Err(GenericFault::Mismatch { arg: 0, .. })));
    let bound = Some(handle("SupportsIndex", &[]));
    assert!(solve(&[var()], vec![Type::Int], &var(), bound.clone()).is_ok());
    let fault = solve(&[var()], vec![Type::Str], &var(), bound);
    assert!(
        matches!(fault, Err(GenericFault::Bound { arg: 0, .. })),
        "{fault:?}"
    );
    let fault = solve(&[], vec![], &Type::list(var()), None);
    assert_eq!(fault, Err(GenericFault::Unsolved { param: "T".into() }));
    assert!(solve(&[], vec![], &Type::Int, None).is_ok());
}
