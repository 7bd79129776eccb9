//! Two faults give two diagnostics; one gives one, and what follows it is still read.

use super::{faults, parsed};
use mochi_syntax::dump;

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = faults(text);
    let found: Vec<&str> = found
        .lines()
        .map(|line| line.splitn(3, ' ').take(2).collect::<Vec<_>>())
        .map(|parts| parts.join(" ").len())
        .zip(found.lines())
        .map(|(length, line)| &line[..length])
        .collect();
    assert_eq!(found, expected, "in {text}");
}

#[test]
fn statements_on_lines_of_their_own() {
    check(
        "let = 1\nlet b = \nlet c = 3\nvar 4\n",
        &["P031 1:5", "P020 3:1", "P031 4:5"],
    );
    check("f(1\nlet x = 2\ng(3\nh()", &["P052 2:1", "P052 4:1"]);
    check("let x = [1,\n  2\nlet y = $\n", &["P053 3:1", "P040 3:9"]);
    check(
        "let x = {a: 1,\n  b: 2\nlet y = (\n",
        &["P001 3:1", "P020 4:1"],
    );
}

#[test]
fn inside_blocks_and_lists() {
    check(
        "fun f() {\n  if x === 3 {\n    let = 5\n  }\n  return [1 2, 3 4]\n}\nlet q = )\n",
        &[
            "P020 2:10",
            "P031 3:9",
            "P053 5:13",
            "P053 5:18",
            "P020 7:9",
        ],
    );
    check("f(g(1 2), h(3 4), 5)", &["P052 1:7", "P052 1:15"]);
    check(
        "f(fun() { let = 1 }, fun() { var = 2 })",
        &["P031 1:15", "P031 1:34"],
    );
    check(
        "type P {\n  x int\n  1: y\n  z: int\n  fun f( { let = 1 }\n}\nlet = 2",
        &["P054 2:5", "P030 3:3", "P030 5:10", "P031 5:16", "P031 7:5"],
    );
    check(
        "match x {\n  -5 => 1\n  B(1 => 2\n  C 3\n  D => { let = 3 }\n  E =>\n}\nlet = 4",
        &[
            "P063 2:3",
            "P052 3:7",
            "P056 4:5",
            "P031 5:14",
            "P061 6:3",
            "P031 8:5",
        ],
    );
}

#[test]
fn a_forgotten_brace_costs_one_diagnostic() {
    check("fun f()\n  return 1\n}\nf()", &["P011 2:3"]);
    check(
        "fun f() {\n  if a\n    f()\n  }\n  g()\n}\nh()",
        &["P050 3:5"],
    );
    check(
        "fun f( {\n  let x = \n  return x\n}\nlet = 1",
        &["P030 1:8", "P020 3:3", "P031 5:5"],
    );
    check("}\nlet = 1\n}\n", &["P999 1:1", "P031 2:5", "P999 3:1"]);
}

#[test]
fn a_missing_quote_is_found_where_it_is_missing() {
    check(
        "let s = \"abc\nprint(\"x\")\nlet = 1",
        &["P040 1:9", "P031 3:5"],
    );
    check(
        "let s = f\"a {b\nprint(f\"x {y}\")\nlet = 1",
        &["P040 1:9", "P031 3:5"],
    );
    check(
        "let s = \"a\nb\"\nlet t = \"c\nlet = 1",
        &["P040 3:9", "P031 4:5"],
    );
}

#[test]
fn what_follows_a_fault_is_read() {
    let text = "let a = (1 $\nlet b = 2\nf(1, 2 3, 4)\ntype T { x int, y: int }\nlet c = 5";
    let tree = dump::program(&parsed(text).program);
    assert_eq!(
        tree,
        "(let a = (paren 1))\n(let b = 2)\n(call f 1 2 4)\n(type T (record x : <error> y : int))\n(let c = 5)\n"
    );
}

#[test]
fn constructs_keep_the_faults_inside_of_them() {
    check(
        "agent A {\n  var = 1\n}\nlet = 2",
        &["P031 2:7", "P031 4:5"],
    );
    check("fact p(1.5)\nlet = 2", &["P999 1:8", "P031 2:5"]);
    check("rule p(X) q(X)\nlet = 2", &["P056 1:11", "P031 2:5"]);
    check(
        "update xs set { a: } where b\nlet = 2",
        &["P020 1:20", "P031 2:5"],
    );
    check("model m { a: }\nlet = 2", &["P020 1:14", "P031 2:5"]);
}

#[test]
fn data_statements() {
    let text = "let a = load \"x\" as T with o\nsave a to \"y\"\nfetch u into k with {a: 1}\n\
                update xs set { a: b, \"c\": 1 } where d\nmodel m { provider: \"p\" }\n\
                let g = generate text { prompt: \"x\" }\nlet l = load as any\n\
                fact p(\"a\", 1)";
    let rules = "rule r(X, 1) :- p(X, _), not q(X), X != Y\nlet q = query r(X, \"a\")";
    let tree = dump::program(&parsed(&format!("{text}\n{rules}")).program);
    insta::assert_snapshot!(tree);
}

#[test]
fn a_token_with_a_trap_has_a_note() {
    let parsed = parsed("let x = s[1:-1]");
    let notes: Vec<&str> = parsed
        .diagnostics
        .iter()
        .flat_map(|d| &d.notes)
        .map(|n| n.message.as_str())
        .collect();
    assert_eq!(notes, ["`:-` is one token: put a blank after the colon."]);
}
