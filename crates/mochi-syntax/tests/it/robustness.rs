//! No text makes the parser fail, and no diagnostic lies outside its text.

use super::parsed;

/// A small generator of numbers, the same in every run.
pub(super) struct Numbers(pub u64);

impl Numbers {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }
}

pub(super) const PIECES: &[&str] = &[
    "let",
    "var",
    "fun",
    "if",
    "else",
    "then",
    "while",
    "for",
    "in",
    "match",
    "when",
    "=>",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    ">>",
    ",",
    ":",
    ":-",
    ".",
    "?",
    "?.",
    "??",
    "=",
    "==",
    "|",
    "||",
    "&&",
    "!",
    "~",
    "-",
    "**",
    "..",
    "...",
    "x",
    "y",
    "T",
    "from",
    "select",
    "group",
    "by",
    "into",
    "join",
    "on",
    "where",
    "set",
    "omap",
    "type",
    "export",
    "extern",
    "python",
    "import",
    "as",
    "auto",
    "agent",
    "intent",
    "stream",
    "emit",
    "fact",
    "rule",
    "query",
    "async",
    "await",
    "all",
    "spawn",
    "fetch",
    "load",
    "save",
    "to",
    "with",
    "generate",
    "model",
    "update",
    "using",
    "try",
    "catch",
    "finally",
    "return",
    "break",
    "test",
    "bench",
    "expect",
    "true",
    "none",
    "1",
    "2.5",
    "0x",
    "3px",
    "\"s\"",
    "\"",
    "f\"a{x:>3}\"",
    "f\"{",
    "}\"",
    "b\"q\"",
    "b\"",
    "\\",
    "$",
    "é",
    "🍣",
    "//",
    "/*",
    "*/",
    "///",
    "#",
    ";",
    "\n",
    "\n  ",
    "\t",
    "/",
    "*",
    "@",
    "^",
    "&",
    "enum",
    "static",
    "record",
    "error",
    "interface",
    "object",
    "extends",
    "timeout",
    "P { x: 1 }",
    "not",
    "close",
];

const PROGRAM: &str = r#"package shop
/// Types.
type Point { x: int, y: int  fun norm(k: int = 2): float ! io { return sqrt(x * x + y * y) } }
type Tree = Leaf | Node(left: Tree, value: int, right: Tree)
import python "httpx>=0.27" as httpx auto ! net
export fun sum<T: Base>(t: Tree, f: fun(...any): int): map<string, list<int>> {
  let (a, (b, _)) = (1, (2, 3.5e-1))
  return match t {
    Leaf => 0
    Node(Leaf, v, _) when v > 0 => { let s = a + v  s }
    x: int | "lit" => {k: 1}
  }
}
try { page[0].x = f"{a:>3} {{ {m["k"]}" } catch e: httpx.E { g(k = 1, type = 2) } finally { }
using c = httpx.Client() { for (k, v) in m { if k == P { x: 1 } { break } else if b { continue } } }
let q = from x in xs left join y in ys on x.a == y.b group by x.c into g select distinct {a: g}
extern python type F extends S { let s: (int, int)  fun __getitem__(k: string, /, *a: int): C }
agent A { var n: int = 0  on S as e { n = n + 1 }  intent f(k: int): int { return k } }
print(s[1: -1], x?.y?[0] ?? -2 ** 3, set{1}, omap{a: b"\x00"}, if c then 1 else {}, x as int?)
"#;

fn check(text: &str) {
    let parsed = parsed(text);
    let end = u32::try_from(text.len()).expect("a short text");
    for stmt in &parsed.program.body {
        assert!(
            stmt.span.start <= stmt.span.end && stmt.span.end <= end,
            "{text}"
        );
    }
    for diagnostic in &parsed.diagnostics {
        let span = diagnostic.span.expect("a place");
        assert!(
            span.start <= span.end && span.end <= end,
            "{diagnostic:?} in {text}"
        );
        assert!(
            text.is_char_boundary(span.start as usize),
            "{diagnostic:?} in {text}"
        );
        let entry = mochi_base::code::entry(diagnostic.code).expect("a code that is known");
        assert!(entry.fits(&diagnostic.message), "{diagnostic:?}");
    }
}

#[test]
fn soup_of_tokens() {
    let mut numbers = Numbers(1);
    for _ in 0..4000 {
        let length = 1 + numbers.below(60);
        let mut text = String::new();
        for _ in 0..length {
            text.push_str(PIECES[numbers.below(PIECES.len())]);
            if numbers.below(4) > 0 {
                text.push(' ');
            }
        }
        check(&text);
    }
}

#[test]
fn programs_with_a_piece_missing_doubled_or_replaced() {
    let mut numbers = Numbers(2);
    let bounds: Vec<usize> = PROGRAM.char_indices().map(|(at, _)| at).collect();
    for _ in 0..4000 {
        let mut text = PROGRAM.to_owned();
        for _ in 0..=numbers.below(3) {
            let a = bounds[numbers.below(bounds.len())];
            let b = (a + numbers.below(12)).min(text.len());
            if !text.is_char_boundary(a.min(text.len())) || !text.is_char_boundary(b) || a > b {
                continue;
            }
            let piece = PIECES[numbers.below(PIECES.len())];
            match numbers.below(3) {
                0 => text.replace_range(a..b, ""),
                1 => text.replace_range(a..b, piece),
                _ => text.insert_str(b, piece),
            }
        }
        check(&text);
    }
}

#[test]
fn every_beginning_of_a_program() {
    for (at, _) in PROGRAM.char_indices() {
        check(&PROGRAM[..at]);
    }
}

#[test]
fn a_program_without_syntax_faults_is_one() {
    let parsed = parsed(PROGRAM);
    let codes: Vec<&str> = parsed.diagnostics.iter().map(|d| d.code.0).collect();
    assert!(codes.is_empty(), "{codes:?}");
}

/// Each of these overflowed the stack or took quadratic time in some parser.
#[test]
fn deep_and_long_texts() {
    let repeated = [
        "(",
        "[",
        "{a: ",
        "f(",
        "-",
        "!",
        "a ** ",
        "a + ",
        "a.b",
        "f()",
        "x as ",
        "if a { ",
        "if a {} else ",
        "if a then ",
        "fun() => ",
        "fun f() { ",
        "match x { ",
        "match x { A => { ",
        "A(",
        "let (",
        "type T = A(",
        "f\"{",
        "\" \\",
        "}",
        ") ",
        "a b ",
        "let = ",
        "$ ",
        "f(a b, ",
        "x[1:",
        "/*",
        "extern type A { ",
        "await ",
        "from x in ",
        "a < ",
        "x as a<",
        "fun(",
        "[1 2, ",
        "1 || 2 && 3 == 4 < 5 | 6 ^ 7 & 8 << 9 + 10 * (",
        "agent A { on ",
        "set{",
        "P { x: ",
    ];
    for piece in repeated {
        for head in ["", "let x = ", "let x: ", "match x { "] {
            check(&format!("{head}{}", piece.repeat(3000)));
        }
    }
}

/// Recovery looks ahead and back; on these it would look at everything again and again.
#[test]
fn recovery_stays_fast() {
    let n = 20_000;
    for text in [
        format!("f(1 2{}", "\n(".repeat(n)),
        format!("f(1 2{}{{{}", "(".repeat(n), "\n let".repeat(n)),
        format!("f(1 2{}{}", "(".repeat(n), "] ".repeat(n)),
        format!("= {}{}", "(".repeat(n), "] ".repeat(n)),
        format!("match x {{ {}", "A 1, ".repeat(n)),
        format!("f({}", "fun( =, ".repeat(n)),
        format!("f({}", "1 2, ".repeat(n)),
        format!("match x {{ {}", "A => { f, ".repeat(n)),
        "type A = B(x: ".repeat(n),
        "let x = [1\n".repeat(n),
        "}\n".repeat(n),
        "$ ".repeat(n),
    ] {
        check(&text);
    }
}

#[test]
fn a_tree_is_no_higher_than_promised() {
    let long = |count: usize| format!("let x = 1{}\n", " + 1".repeat(count));
    assert_eq!(super::faults(&long(990)), "");
    let found = super::faults(&format!("{}let = 1", long(1100)));
    let lines: Vec<&str> = found.lines().collect();
    assert!(
        lines[0].ends_with("(expected at most 1000 operations in one expression)"),
        "{found}"
    );
    assert!(lines[1].starts_with("P031 2:5"), "{found}");
    assert_eq!(lines.len(), 2, "{found}");
}

#[test]
fn a_faulty_entry_on_a_line_of_its_own_is_passed_over() {
    for text in [
        "fun f(a: {\n    1: int\n}) {}\n",
        "type T = {\n    \"x\": int\n}\n",
        "let a = [\n    let: 1\n]\n",
        "print(\n    )\n    1: 2\n",
        "let m = {\n    : 1\n    if: 2\n}\n",
    ] {
        assert!(!parsed(text).diagnostics.is_empty(), "{text}");
    }
}

/// What has no braces around what stands in it is as deep as what has.
#[test]
fn depth_counts_loops_and_blocks_without_braces() {
    let using = |count: usize| "using a = f()\n".repeat(count);
    let sources = |count: usize| format!("let r = {} select x\n", "from x in xs ".repeat(count));
    let joins = |count: usize| {
        let joins = "join y in ys on x == y ".repeat(count);
        format!("let r = from x in xs {joins} select x\n")
    };
    let tries = |count: usize| "try { ".repeat(count) + &"} catch e { f() } ".repeat(count) + "\n";
    for text in [using(21), sources(21), joins(20), tries(7)] {
        let found = parsed(&text);
        assert!(found.diagnostics.is_empty(), "{text}");
        assert!(found.depth > 42, "{} {text}", found.depth);
    }
    let beside = format!("if a {{ {} }}\n", using(1)) + &sources(1) + &tries(1);
    let (once, often) = (parsed(&beside).depth, parsed(&beside.repeat(50)).depth);
    assert!(once < 12, "{once}");
    assert_eq!(once, often);
}
