//! Each P code: message and place.

use super::faults;

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(faults(text), expected.join("\n"), "in {text}");
}

/// `code place unexpected token "…" (expected …)`.
#[track_caller]
fn unexpected(text: &str, place: &str, token: &str, expected: &str) {
    let fault = format!("{place} unexpected token \"{token}\" (expected {expected})");
    check(text, &[&fault]);
}

#[test]
fn p001_closing_brace() {
    unexpected("fun f() {\n  g()\n", "P001 3:1", "<EOF>", "\"}\"");
    unexpected("if a { if b { f()", "P001 1:18", "<EOF>", "\"}\"");
    unexpected("let a = {b: 1", "P001 1:14", "<EOF>", "\",\" or \"}\"");
    unexpected("let a = {b: 1 c: 2}", "P001 1:15", "c", "\",\" or \"}\"");
    unexpected("type P {\n  x: int\nlet a = 1", "P001 3:1", "let", "\"}\"");
    unexpected(
        "match a {\n  _ => f()\nlet a = 1",
        "P001 3:1",
        "let",
        "\"}\"",
    );
}

#[test]
fn p010_p011_functions() {
    unexpected("fun f { g() }", "P010 1:7", "{", "\"(\"");
    unexpected("fun f()\nlet x = 1", "P011 2:1", "let", "\"{\"");
    unexpected("let f = fun(x) x", "P011 1:16", "x", "\"=>\" or \"{\"");
}

#[test]
fn p020_expression() {
    unexpected("let x =", "P020 1:8", "<EOF>", "expression");
    unexpected("let x = 1 +\nlet y = 2", "P020 2:1", "let", "expression");
    unexpected("f(1, *)", "P020 1:6", "*", "expression");
    unexpected("let t = (1,)", "P020 1:12", ")", "expression");
    unexpected("if { f() }\nelse { }", "P020 1:4", "{", "expression");
}

#[test]
fn p030_p031_names() {
    unexpected("let = 1", "P031 1:5", "=", "name");
    unexpected("var 1 = 1", "P031 1:5", "1", "name");
    unexpected("fun if() { }", "P030 1:5", "if", "name");
    unexpected("fun f(type: int) { }", "P030 1:7", "type", "name");
    unexpected("for 1 in xs { }", "P030 1:5", "1", "name");
    unexpected("let x = a.1", "P030 1:11", "1", "name");
    unexpected("let m = {for: 1}", "P030 1:10", "for", "name");
    unexpected("try { f() } catch { }", "P030 1:19", "{", "name");
}

#[test]
fn p040_strings_and_characters() {
    check("let s = \"abc", &["P040 1:9 unterminated string literal"]);
    check(
        "let s = f\"a {b}",
        &["P040 1:9 unterminated string literal"],
    );
    check("let s = b\"a", &["P040 1:9 unterminated string literal"]);
    check("let s = \"a\\\"", &["P040 1:9 unterminated string literal"]);
    check("let x = $\nf()", &["P040 1:9 illegal character `$`"]);
    check("let x = 1 $ 2\nf()", &["P040 1:11 illegal character `$`"]);
    check("f(1 ' 2, 3)", &["P040 1:5 illegal character `'`"]);
    check(
        "f(\u{a0}1)\ng(\u{200d}\u{7}2)",
        &[
            "P040 1:3 illegal character `\\u{a0}`",
            "P040 2:3 illegal characters `\u{200d}\\u{7}`",
        ],
    );
}

#[test]
fn p041_escapes() {
    let message = "invalid escape sequence in string literal";
    check(r#"let s = "a\q""#, &[&format!("P041 1:11 {message}")]);
    for escape in [r"\x4", r"\u12", r"\ud800", r"\U00110000", r"\9", r"\12"] {
        check(
            &format!("let s = \"{escape}\""),
            &[&format!("P041 1:10 {message}")],
        );
    }
    check(r#"let s = f"\q{a}""#, &[&format!("P041 1:11 {message}")]);
}

#[test]
fn p042_comments() {
    check("f()\n/* a\ng(", &["P042 2:1 unterminated block comment"]);
    check("fun f() { /*", &["P042 1:11 unterminated block comment"]);
}

#[test]
fn p043_p045_p046_numbers() {
    let p043 = "invalid numeric literal: missing whitespace before";
    check("let x = 3px", &[&format!("P043 1:9 {p043} \"px\"")]);
    check("let x = 1_000", &[&format!("P043 1:9 {p043} \"_000\"")]);
    check("let x = 0b12", &[&format!("P043 1:9 {p043} \"2\"")]);
    check("let x = 2e", &[&format!("P043 1:9 {p043} \"e\"")]);
    let p045 = "is out of range for a 64-bit signed integer";
    for literal in ["9223372036854775808", "0xFFFFFFFFFFFFFFFF"] {
        check(
            &format!("let x = {literal}"),
            &[&format!("P045 1:9 integer literal {literal} {p045}")],
        );
    }
    check(
        "let x = -9223372036854775808",
        &[&format!(
            "P045 1:10 integer literal 9223372036854775808 {p045}"
        )],
    );
    let p046 = "missing digits after base prefix";
    for prefix in ["0x", "0b", "0o"] {
        check(
            &format!("let x = {prefix} + 1"),
            &[&format!(
                "P046 1:9 incomplete numeric literal \"{prefix}\": {p046}"
            )],
        );
    }
}

#[test]
fn p050_to_p056_punctuation() {
    unexpected("if a\nf()", "P050 2:1", "f", "\"{\"");
    unexpected("let s = set 1", "P050 1:13", "1", "\"{\"");
    unexpected("let f: fun int", "P051 1:12", "int", "\"(\"");
    unexpected("f(1 2)", "P052 1:5", "2", "\",\" or \")\"");
    unexpected("let x = (1\nlet y = 2", "P052 2:1", "let", "\")\"");
    unexpected("let x = [1 2]", "P053 1:12", "2", "\",\" or \"]\"");
    unexpected("let x = a?[1", "P053 1:13", "<EOF>", "\"]\"");
    unexpected("type P { x int }", "P054 1:12", "int", "\":\"");
    unexpected("let m = {a: 1, b}", "P054 1:17", "}", "\":\"");
    unexpected("let x 5", "P055 1:7", "5", "\"=\"");
    unexpected("type T int", "P055 1:8", "int", "\"=\" or \"{\"");
    unexpected("let x: list<int = 1", "P056 1:17", "=", "\",\" or \">\"");
    unexpected("match a { B 1 }", "P056 1:13", "1", "\"=>\"");
}

#[test]
fn p060_to_p065_shapes() {
    check(
        "f(x[])",
        &["P060 1:4 index expression has no key, range, or step"],
    );
    let p061 = "match case has no result expression or block";
    check("match a { B => }", &[&format!("P061 1:11 {p061}")]);
    check(
        "match a { B =>, C => f() }",
        &[&format!("P061 1:11 {p061}")],
    );
    check("match a { B }", &[&format!("P061 1:11 {p061}")]);
    let p063 = "match case pattern is not a recognised pattern shape";
    check("match a { 1 + 2 => f() }", &[&format!("P063 1:11 {p063}")]);
    check("match a { -1 => f() }", &[&format!("P063 1:11 {p063}")]);
    check("match a { [x] => f() }", &[&format!("P063 1:11 {p063}")]);
    check(
        "import go \"x\"",
        &["P064 1:8 unknown import language: \"go\""],
    );
    check(
        "extern js fun f()",
        &["P064 1:8 unknown import language: \"js\""],
    );
}

#[test]
fn p062_empty_path() {
    let p062 = "load/save path is the empty string";
    check("let x = load \"\" as T", &[&format!("P062 1:14 {p062}")]);
    check("save x to \"\"", &[&format!("P062 1:11 {p062}")]);
}

#[test]
fn p065_statements_without_effect() {
    let p065 = "expression statement has no observable effect";
    for text in [
        "1",
        "x + 1",
        "x[0].y",
        "{a: 1}",
        "fun() => f()",
        "f\"{x}\"",
        "match a { B => 1 }",
    ] {
        check(text, &[&format!("P065 1:1 {p065}")]);
    }
    for text in [
        "f()",
        "-f()",
        "[a, f()]",
        "x[f()]",
        "{a: f()}",
        "f\"{g()}\"",
        "a?.b()",
        "P { x: f() }",
    ] {
        check(text, &[]);
    }
    check("match a { B => { 1 } }", &[]);
    check("match a { B => { 1 2 } }", &[&format!("P065 1:18 {p065}")]);
    check("let f = fun() { 1 }", &[&format!("P065 1:17 {p065}")]);
    check(
        "a b c\nd",
        &[&format!("P065 1:1 {p065}"), &format!("P065 2:1 {p065}")],
    );
    check(
        "a; b",
        &[&format!("P065 1:1 {p065}"), &format!("P065 1:4 {p065}")],
    );
}

#[test]
fn p072_positional_after_named() {
    check(
        "f(a = 1, 2, b = 3, g(4))",
        &[
            "P072 1:10 positional argument after a named one",
            "P072 1:20 positional argument after a named one",
        ],
    );
}

#[test]
fn p073_f_strings() {
    check(
        "let s = f\"a}\"",
        &["P073 1:12 malformed f-string: write `}}` for a brace"],
    );
    check(
        "let s = f\"{}\"",
        &["P073 1:11 malformed f-string: no expression in the braces"],
    );
    check(
        "let s = f\"{:x}\"",
        &["P073 1:11 malformed f-string: no expression in the braces"],
    );
    check(
        "let s = f\"{a b}\"",
        &["P073 1:14 malformed f-string: unexpected `b`"],
    );
    check(
        "let s = f\"{a\"",
        &["P073 1:11 malformed f-string: `{` is not closed"],
    );
    check(
        "let s = f\"{a:{b}}\"",
        &["P073 1:11 malformed f-string: `{` is not closed"],
    );
    check(
        "let s = f\"{a +}\"",
        &["P020 1:15 unexpected token \"}\" (expected expression)"],
    );
}

#[test]
fn p074_byte_strings() {
    check(
        "let b = b\"é\"",
        &["P074 1:11 malformed byte string: `é` is not an ASCII character"],
    );
    check(
        "let b = b\"\\q\"",
        &["P074 1:11 malformed byte string: invalid escape"],
    );
    check(
        "let b = b\"\\400\"",
        &["P074 1:11 malformed byte string: the escape is larger than a byte"],
    );
    check(
        "let b = b\"\\u0041\"",
        &["P074 1:11 malformed byte string: `\\u` and `\\U` stand for characters, not bytes"],
    );
}

#[test]
fn p075_markers() {
    let fault = |place: &str, marker: &str| {
        format!("P075 {place} parameter marker `{marker}` out of place")
    };
    check(
        "extern fun f(x: int, /, y: int = _, *, z: int, **k: int)",
        &[],
    );
    check("extern fun f(*args: int, z: int)", &[]);
    check("extern fun f(*, /)", &[&fault("1:17", "/")]);
    check("extern fun f(*, *)", &[&fault("1:17", "*")]);
    check("extern fun f(/)", &[&fault("1:14", "/")]);
    check("extern fun f(x: int, /, /)", &[&fault("1:25", "/")]);
    check("extern fun f(**k: int, x: int)", &[&fault("1:24", "x")]);
    check("extern type T { fun f(*, /) }", &[&fault("1:26", "/")]);
}

#[test]
fn every_construct_is_read() {
    for text in [
        "agent A { var n: int = 0 on S as e { n = n + 1 } intent f(k: int): int { return k } on close { f() } }",
        "stream S { a: int, b: int }",
        "on S as e { emit T { a: e.a } }",
        "emit(s, 1)",
        "model m { provider: \"x\" }",
        "fact p(\"a\", 1)",
        "rule q(X) :- p(X, Y), not z(X), X != Y",
        "update xs set {a: 1} where b > 1",
        "fetch u into k with {}",
        "fetch u",
        "async fun f() { await g() for await x in y { spawn h() } }",
    ] {
        check(text, &[]);
    }
    for text in [
        "from x in xs from y in ys left join z in zs on z.a == x.b where x > 1 group by x.c, y into g having count(g) > 1 sort by -g skip 1 take 2 select distinct {a: 1}",
        "from x in xs where exists(from y in ys select y) select x",
        "query p(X, 1, \"a\")",
        "await all [a(), b()]",
        "await f() timeout 5.0",
        "spawn f(1)",
        "async f(1)",
        "fetch u with {method: \"GET\"}",
        "generate text { prompt: \"x\", model: \"m\" }",
        "load \"x\" as T with {format: \"csv\"}",
        "load as list<int>",
        "save rows to \"f\" with {}",
        "async fun(x) => x",
    ] {
        check(&format!("let v = {text}"), &[]);
    }
}

#[test]
fn p999_other() {
    unexpected("}", "P999 1:1", "}", "statement");
    unexpected(")\nf()", "P999 1:1", ")", "statement");
    unexpected("f() = 1", "P999 1:5", "=", "statement");
    unexpected("let x: = 1", "P999 1:8", "=", "type");
    unexpected("export f()", "P999 1:8", "f", "declaration");
    unexpected("for x of xs { }", "P999 1:7", "of", "\"in\"");
    unexpected(
        "try { f() }",
        "P999 1:12",
        "<EOF>",
        "\"catch\" or \"finally\"",
    );
    unexpected("import python httpx", "P999 1:15", "httpx", "string");
    let deep = format!("let x = {}1{}\nf(", "(".repeat(300), ")".repeat(300));
    let found = faults(&deep);
    assert!(
        found.starts_with(
            "P999 1:264 unexpected token \"(\" (expected at most 256 levels of nesting)\n"
        ),
        "{found}"
    );
    assert_eq!(found.lines().count(), 2, "{found}");
    for (head, branch, tail) in [
        ("if a { }", " else if a { }", ""),
        ("let x = if a then 1", " else if a then 1", " else 2"),
    ] {
        let chain = |count: usize| format!("{head}{}{tail}\n", branch.repeat(count));
        assert_eq!(faults(&chain(1000)), "", "{head}");
        let found = faults(&chain(1001));
        assert!(
            found.contains("(expected at most 1000 branches)"),
            "{found}"
        );
    }
}

#[test]
fn variants_of_other_languages() {
    let text = "enum Shape { Pair(int, string), Dot }\n";
    let dumped = mochi_syntax::dump::program(&super::parsed(text).program);
    assert!(dumped.contains("field1"), "{dumped}");
    assert!(dumped.contains("field2"), "{dumped}");
    // A type of that name is no loop.
    let text = "type loop { n: int }\nlet x = match a { 1 => { f() loop { n: 1 } } _ => b }\n";
    assert_eq!(faults(text), "");
    assert!(faults("loop { f() }\n").starts_with("P999 1:1"));
}
