//! How programs end: error reports on Mochi lines, exit status, deep recursion, output.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod support;

use mochi_fuzz::compile::file;
use mochi_fuzz::python::interpreters;

fn run(name: &str, text: &str) -> (String, String, i32) {
    let lowered = support::lowered(name, text);
    let folder = support::written(&lowered);
    let interpreters = interpreters();
    support::run(&interpreters[0], &folder.path().join(format!("{name}.py")))
}

#[test]
fn an_error_nobody_catches_names_the_mochi_place_and_the_calls() {
    let text = "fun half(n: int): int {\n  return 10 / n\n}\nprint(\"before\")\nprint(half(0))\n";
    let (stdout, stderr, status) = run("uncaught", text);
    assert_eq!(stdout, "before\n");
    assert_eq!(status, 1);
    assert_eq!(
        stderr,
        "uncaught.mochi:2:10: error 5 (DIVZERO): division by zero\n  \
         at uncaught.mochi:5:7 in the program\n  at uncaught.mochi:2:10 in half\n"
    );
}

/// The line and column of what failed, behind characters of several bytes too, in every Python.
#[test]
fn an_error_has_the_place_of_the_part_that_failed() {
    let cases = [
        (
            "let z = [0]\nprint(\"ä🍣\", f\"ß {1 +\n 2 / z[0]}\")\n",
            "3:2",
        ),
        ("let z = [0]\nprint(1 + 2 % z[0] + 3)\n", "2:11"),
        (
            "let z = [0]\nlet a = [\n  1,\n  z[0],\n  z[\n    7],\n]\n",
            "5:3",
        ),
        (
            "let f = fun(x: int): int => 1 +\n  10 / x\nprint(map([1, 0], f))\n",
            "2:3",
        ),
        (
            "let n = max(from x in [1, 0]\n  where x >= 0 && 10 / x > 0\n  select x)\n",
            "2:19",
        ),
        (
            "let a: any = \"x\"\nlet b = match 1 {\n  2 => 3\n  _ => 4 +\n    (a as int)\n}\n",
            "5:5",
        ),
        (
            "for i in 0..2 {\n  if i > 0 && 1 / (i - 1) > 0 { print(i) }\n}\n",
            "2:15",
        ),
    ];
    for (number, (text, place)) in cases.into_iter().enumerate() {
        let name = format!("place{number}");
        let lowered = support::lowered(&name, text);
        let folder = support::written(&lowered);
        for python in interpreters() {
            let (_, stderr, _) = support::run(&python, &folder.path().join(format!("{name}.py")));
            let expected = format!("{name}.mochi:{place}: error ");
            assert!(
                stderr.starts_with(&expected),
                "{place} of:\n{text}\n{stderr}"
            );
        }
    }
}

#[test]
fn a_failed_expectation_quotes_its_source() {
    let (_, stderr, status) = run("expecting", "let x = 1\nexpect x == 2\n");
    assert_eq!(status, 1);
    assert!(
        stderr.starts_with(
            "expecting.mochi:2:1: error 9 (ASSERT): \
             expect condition failed at expecting.mochi:2: x == 2\n"
        ),
        "{stderr}"
    );
}

#[test]
fn recursion_goes_as_deep_as_memory_allows() {
    let text = "fun depth(n: int): int { if n == 0 { return 0 } return 1 + depth(n - 1) }\n\
                print(depth(100000))\n";
    let (stdout, stderr, status) = run("deep", text);
    assert_eq!((stdout.as_str(), status), ("100000\n", 0), "{stderr}");
}

#[test]
fn a_query_goes_over_the_list_as_it_was_whatever_its_functions_do() {
    let text = "var xs = [1, 2, 3]\n\
        fun grow(n: int): int {\n\
        if len(xs) < 20 { xs = append(xs, n) }\n\
        return n\n\
        }\n\
        let ys = from x in xs select map([x], grow)\n\
        print(ys, xs)\n";
    let (stdout, stderr, status) = run("growing", text);
    let expected = "[[1], [2], [3]] [1, 2, 3, 1, 2, 3]\n";
    assert_eq!((stdout.as_str(), status), (expected, 0), "{stderr}");
}

#[test]
fn an_update_reads_each_element_as_it_was_through_functions_too() {
    let text = "type P { n: int, m: int }\n\
        var ps = [P { n: 1, m: 0 }]\n\
        fun peek(i: int): int { return ps[i].n }\n\
        update ps set { n: n + 5, m: sum(map([0], peek)) }\n\
        print(ps[0].n, ps[0].m)\n";
    let (stdout, stderr, status) = run("updating", text);
    assert_eq!((stdout.as_str(), status), ("6 1\n", 0), "{stderr}");
}

#[test]
fn output_has_line_feeds_and_any_character() {
    let (stdout, _, status) = run("output", "print(\"é🍣\\n\")\n");
    assert_eq!((stdout.as_str(), status), ("é🍣\n\n", 0));
}

#[test]
fn the_program_imports_no_more_than_it_needs() {
    let lowered = support::lowered("lean", "print(\"hello\", 7 / 2)\n");
    let text = file(&lowered, "_mochi.py");
    for module in [
        "typing",
        "dataclasses",
        "asyncio",
        "fractions",
        "json",
        "threading",
    ] {
        assert!(!text.contains(&format!("\nimport {module}")), "{module}");
        assert!(!text.contains(&format!("\nfrom {module}")), "{module}");
    }
}

#[test]
fn the_helpers_pass_their_own_tests() {
    let python = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../python");
    for interpreter in interpreters() {
        let output = std::process::Command::new(&interpreter)
            .args(["-B", "-m", "unittest", "discover", "-s", "tests", "-t", "."])
            .current_dir(&python)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {text}", interpreter.display());
        assert!(!text.contains("Ran 0 tests"), "{text}");
    }
}
