//! What lowering reads of a typed module: captures, recursion, conversions, Python calls.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod support;

use mochi_check::typed::{ExprKind, Module, StmtKind, Var};
use mochi_types::Type;

fn module(text: &str) -> Module {
    let checked = support::checked(text);
    assert!(checked.diagnostics.is_empty(), "{}", support::report(text));
    checked.module.unwrap()
}

fn var<'m>(module: &'m Module, name: &str) -> &'m Var {
    module.vars.iter().find(|var| &*var.name == name).unwrap()
}

#[test]
fn captures_are_marked() {
    let module = module(
        "fun counter(): fun(): int { var n = 0 let k = 2 return fun(): int { n = n + k return n } }\n\
         var total = 0\n\
         fun add(i: int) { total = total + i }\n\
         for i in 0..3 { let own = i print(own) }",
    );
    let n = var(&module, "n");
    assert!(n.captured && n.assigned && n.assigned_by_inner && !n.in_loop);
    let k = var(&module, "k");
    assert!(k.captured && !k.assigned);
    let total = var(&module, "total");
    assert!(total.captured && total.assigned_by_inner);
    let own = var(&module, "own");
    assert!(own.in_loop && !own.captured);
}

#[test]
fn recursion_is_found_through_others() {
    let module = module(
        "fun even(n: int): bool { if n == 0 { return true } return odd(n - 1) }\n\
         fun odd(n: int): bool { return if n == 0 then false else even(n - 1) }\n\
         fun leaf(): int { return 1 }\n\
         fun user(): bool { return even(leaf()) }",
    );
    let recursive: Vec<bool> = module.funs.iter().map(|fun| fun.is_recursive).collect();
    assert_eq!(recursive, [true, true, false, false]);
}

#[test]
fn results_are_inferred_across_functions() {
    let module =
        module("fun a() { return b() + 1 }\nfun b() { return c(2) }\nfun c(n) { return 3 }");
    let results: Vec<&Type> = module.funs.iter().map(|fun| &fun.result).collect();
    assert_eq!(results, [&Type::Int, &Type::Int, &Type::Int]);
}

#[test]
fn python_results_are_checked_where_used() {
    let module = module(
        "import python \"web\" as web\n\
         let r = web.get(\"x\", timeout = 3)\n\
         web.get(\"y\")\n\
         print(web.sub.debug, r.status)",
    );
    let value = |index: usize| match &module.body[index].kind {
        StmtKind::Let { value, .. } | StmtKind::Expr(value) => value,
        other => panic!("{other:?}"),
    };
    assert!(matches!(value(1).kind, ExprKind::Check { .. }));
    assert!(matches!(value(2).kind, ExprKind::PyCall { .. }));
    let modules: Vec<&str> = module.py_modules.iter().map(|name| &**name).collect();
    assert_eq!(modules, ["web", "web.sub"]);
}

#[test]
fn numbers_become_fractions_and_errors_their_codes() {
    let module =
        module("let q: bigrat = 1\ntry { print(1) } catch e { let n: int = e print(n) }\nprint(q)");
    let StmtKind::Let { value, .. } = &module.body[0].kind else {
        panic!("{:?}", module.body[0]);
    };
    assert!(matches!(value.kind, ExprKind::Convert(_)));
    let StmtKind::Try { catches, .. } = &module.body[1].kind else {
        panic!("{:?}", module.body[1]);
    };
    let StmtKind::Let { value, .. } = &catches[0].body[0].kind else {
        panic!("{:?}", catches[0]);
    };
    assert!(matches!(value.kind, ExprKind::Convert(_)));
}

#[test]
fn types_are_listed_for_bindings_calls_and_statements() {
    let listed = support::types(
        "import python \"web\" as web\n\
         let xs = [1, 2]\n\
         for x in xs { print(str(x)) }\n\
         let r = web.get(\"a\")",
    );
    assert_eq!(
        listed,
        "xs: [int]\nx: int\nprint(str(x)): unit\nstr(x): string\nr: web.Response\n\
         web.get(\"a\"): web.Response"
    );
}

#[test]
fn using_in_a_file_binds_a_global() {
    let module = module(
        "import python \"web\" as web\n\
         using client = web.Client()\n\
         let base = \"x\"\n\
         fun load_page(): web.Response { return client.get(base) }",
    );
    for name in ["client", "base"] {
        let var = var(&module, name);
        assert_eq!(var.kind, mochi_check::typed::VarKind::Global, "{name}");
        assert!(var.captured, "{name}");
    }
}

#[test]
fn python_functions_in_function_slots_check_their_results() {
    let module = module(
        "import python \"web\" as web\n\
         fun call(f: fun(string): web.Response): web.Response { return f(\"a\") }\n\
         print(call(web.get))",
    );
    let lambda = module.funs.iter().find(|fun| fun.name.is_none()).unwrap();
    let StmtKind::Return(Some(value)) = &lambda.body[0].kind else {
        panic!("{lambda:?}");
    };
    assert!(matches!(value.kind, ExprKind::Check { .. }));
}

#[test]
fn of_functions_with_one_name_the_later_has_effects() {
    let query = "print(from x in [1] where ready() select x)\n";
    let slow = "fun ready(): bool { print(1) return true }\n";
    let plain = "fun ready(): bool { return true }\n";
    module(&format!("{slow}{plain}{query}"));
    let found = support::report(&format!("{plain}{slow}{query}"));
    assert!(found.contains("T044"), "{found}");
}
