//! The formatter: its layout by example, and its laws over every text at hand.

use std::fs;
use std::path::{Path, PathBuf};

use mochi_syntax::{dump, format};

use super::robustness::{Numbers, PIECES};
use super::{faults, parsed};

/// Formats a text without faults, and checks the laws on the way.
#[track_caller]
fn formatted(text: &str) -> String {
    let once = format(text).expect("no syntax errors");
    check(text, &once);
    once
}

/// The tokens and comments of a text, one after the other, without blanks and without commas that
/// may be left out. It shares nothing with the formatter.
fn essence(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.trim_start_matches('\u{feff}');
    while let Some(first) = rest.chars().next() {
        let length = match first {
            'f' if rest.starts_with("f\"") => template_length(rest),
            '"' => string_length(rest),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest[2..].find("*/").expect("an end") + 4,
            _ => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        rest = behind;
        if first.is_whitespace() || matches!(first, ';' | ',') {
            continue;
        }
        for line in token.lines() {
            out.push_str(line.trim_end());
        }
    }
    out
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a string with holes, in which strings may stand.
fn template_length(text: &str) -> usize {
    let mut at = 2;
    let mut depth = 0;
    while let Some(first) = text[at..].chars().next() {
        at += match first {
            '\\' if depth == 0 => 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
            '"' if depth == 0 => return at + 1,
            'f' if depth > 0 && text[at..].starts_with("f\"") => template_length(&text[at..]),
            '"' => string_length(&text[at..]),
            '{' if depth == 0 && text[at..].starts_with("{{") => 2,
            '{' => {
                depth += 1;
                1
            }
            '}' if depth > 0 => {
                depth -= 1;
                1
            }
            _ => first.len_utf8(),
        };
    }
    text.len()
}

/// The laws: same tokens and comments, same tree, same faults, stable, clean lines.
#[track_caller]
fn check(text: &str, once: &str) {
    assert_eq!(essence(text), essence(once), "tokens of {text}\n=>\n{once}");
    let tree = |text: &str| dump::program(&parsed(text).program);
    assert_eq!(tree(text), tree(once), "tree of {text}\n=>\n{once}");
    let codes = |text: &str| -> Vec<_> {
        let all = parsed(text).diagnostics;
        all.into_iter().map(|d| (d.code, d.message)).collect()
    };
    assert_eq!(codes(text), codes(once), "faults of {text}\n=>\n{once}");
    let twice = format(once).expect("no syntax errors");
    assert_eq!(once, twice, "not stable: {text}");
    assert!(
        once.is_empty() || once.ends_with('\n') && !once.ends_with("\n\n"),
        "{text:?} => {once:?}"
    );
    assert!(!once.starts_with('\n'), "{once}");
}

/// What the formatter makes of a text is what is expected.
#[track_caller]
fn layout(text: &str, expected: &str) {
    assert_eq!(formatted(text), expected);
}

/// A text that stays as it is.
#[track_caller]
fn stays(text: &str) {
    layout(text, text);
}

#[test]
fn blanks_and_lines() {
    layout(
        "let  x=1;let y = -x+ - 2**3\r\n\r\n\r\n\r\nf( x ,y )",
        "let x = 1\nlet y = -x + -2 ** 3\n\nf(x, y)\n",
    );
    layout("", "");
    layout("\n\n  \n", "");
    layout("\u{feff}// only a comment  ", "// only a comment\n");
    layout("let a = s[1: -1][ : :2][i]", "let a = s[1: -1][::2][i]\n");
    layout("let a = h[0,:][ :,::2]", "let a = h[0, :][:, ::2]\n");
    layout("let a = !x&&~y==- -z", "let a = !x && ~y == - -z\n");
    layout(
        "let m : map< string,list<list<int> > >? = { a : 1 }",
        "let m: map<string, list<list<int>>>? = {a: 1}\n",
    );
    layout(
        "let s = set { 1 } let p = a . P{x:1} let e = P { }",
        "let s = set{1}\nlet p = a.P { x: 1 }\nlet e = P {}\n",
    );
    layout("for i in 0 .. 3 { }", "for i in 0..3 {}\n");
    layout(
        "import python \"a\" as a auto!io,net",
        "import python \"a\" as a auto ! io, net\n",
    );
}

#[test]
fn what_does_not_fit_is_broken() {
    let long = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    layout(
        &format!("call({long}, b = {long})"),
        &format!("call(\n  {long},\n  b = {long},\n)\n"),
    );
    layout(
        &format!("fun f(a: {long}, b: {long}): int {{ return a }}"),
        &format!("fun f(\n  a: {long},\n  b: {long},\n): int {{\n  return a\n}}\n"),
    );
    layout(
        &format!("let x = {long} + {long} * 2 - 1"),
        &format!("let x = {long}\n  + {long} * 2\n  - 1\n"),
    );
    layout(
        &format!("c.get({long}).json().items({long})"),
        &format!("c.get({long})\n  .json()\n  .items({long})\n"),
    );
    layout(
        &format!("print(dumps([{long}, {long}]))"),
        &format!("print(dumps([\n  {long},\n  {long},\n]))\n"),
    );
    layout(
        &format!("let x = if {long} then {long} else 1"),
        &format!("let x = if {long}\n  then {long}\n  else 1\n"),
    );
    layout(
        &format!("let q = from x in {long} where x > {long} select x"),
        &format!("let q = from x in {long}\n  where x > {long}\n  select x\n"),
    );
    layout(
        &format!("type T = A(x: {long}) | B(y: {long})"),
        &format!("type T = A(x: {long})\n  | B(y: {long})\n"),
    );
    layout(
        &format!("if {long} && {long} {{ f() }}"),
        &format!("if {long}\n    && {long} {{\n  f()\n}}\n"),
    );
    layout(
        &format!("let x: map<string, ({long}, int)> = f_{long}(1)"),
        &format!("let x: map<string, ({long}, int)> =\n  f_{long}(1)\n"),
    );
    layout(
        &format!("rule a(X) :- {long}(X), not {long}(X), X != Y"),
        &format!("rule a(X) :-\n  {long}(X),\n  not {long}(X),\n  X != Y\n"),
    );
    let numbers = "1234567, ".repeat(14);
    let lines = "1234567, ".repeat(11);
    layout(
        &format!("let n = [{numbers}]"),
        &format!(
            "let n = [\n  {}\n  {}\n]\n",
            lines.trim_end(),
            "1234567, ".repeat(3).trim_end()
        ),
    );
}

#[test]
fn the_authors_lines_are_kept_where_they_mean_something() {
    stays("if x { f() }\n");
    stays("if x {\n  f()\n}\n");
    stays("let l = [\n  1,\n]\n");
    stays("let m = {\n  a: 1,\n}\n");
    stays("type P { x: int, y: int }\n");
    stays("type P {\n  x: int\n  y: int\n}\n");
    stays("type P {\n  x: int,\n  y: int,\n}\n");
    stays("let m = match x { A => 1, _ => 2 }\n");
    stays("let m = match x {\n  A => 1\n  _ => 2\n}\n");
    stays("type T = A\n  | B\n");
    stays("xs.each(fun(x: int) {\n  f(x)\n})\n");
    layout("type P { x: int y: int }", "type P { x: int, y: int }\n");
    layout(
        "type P { x: int\n y: int }",
        "type P {\n  x: int\n  y: int\n}\n",
    );
    stays("fun f(): P { return P { x: 1, m: {a: 1} } }\n");
    layout("while a { if b { f() } }", "while a {\n  if b { f() }\n}\n");
    layout(
        "type P {\n x: int, y: int }",
        "type P {\n  x: int,\n  y: int,\n}\n",
    );
    layout(
        "let m = match x {\n A => 1,\n (B) => 2\n C => 3 }",
        "let m = match x {\n  A => 1,\n  (B) => 2\n  C => 3\n}\n",
    );
    layout(
        "try { f() }\ncatch e { g() }",
        "try {\n  f()\n} catch e {\n  g()\n}\n",
    );
    layout("if x { f(); g() }", "if x {\n  f()\n  g()\n}\n");
}

#[test]
fn comments_stay_where_they_are() {
    stays("// a\n\n/// b\nfun f() {\n  // c\n  g() // d\n\n  # e\n}\n// f\n");
    stays("call(\n  a, // first\n  // second\n  b,\n  /* c */ c,\n)\n");
    stays("let m = match x {\n  // one\n  A => 1 // two\n\n  B => 2\n  // three\n}\n");
    stays("f(a /* b */, c)\n");
    layout("f(a // b\n, c)", "f(\n  a // b\n  ,\n  c,\n)\n");
    layout("let x = // why\n 1", "let x = // why\n  1\n");
    layout("f( // open\n)", "f( // open\n)\n");
    layout(
        "if x { f() }\n// no\nelse { g() }",
        "if x {\n  f()\n}\n// no\nelse {\n  g()\n}\n",
    );
    layout(
        "type P { a: int,\n// last\n}",
        "type P {\n  a: int,\n  // last\n}\n",
    );
    stays("f(\n  [\n    // c\n    1, 2,\n  ],\n  // d\n)\n");
    layout("/* a\n   b */ f()", "/* a\n   b */ f()\n");
}

#[test]
fn texts_with_syntax_errors_are_refused() {
    for text in ["let = 1", "f(", "1 + 2", "let x = \"", "/* a", "}"] {
        let diagnostics = format(text).expect_err(text);
        assert!(!diagnostics.is_empty(), "{text}");
    }
    assert!(format("let q = from x in xs select x\nload \"\" as int").is_ok());
}

/// The documentation does not belong to the function, and would if the semicolon went.
#[test]
fn a_statement_that_would_be_read_in_another_way_keeps_its_text() {
    layout(
        "let  a=1\n\n\n/// no\n; fun  f( ){ }\nlet  b=2",
        "let a = 1\n\n/// no\n; fun  f( ){ }\nlet b = 2\n",
    );
}

#[test]
fn strings_are_untouched() {
    stays("let a = \"two\n   lines  \"\n");
    stays("let a = f\"{ x+1 :>3}{f\"{ y }\"}  \"\n");
    stays("f(\"a\n\", b\"  \")\n");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|e| e == "md" || e == "mochi") {
            found.push(path);
        }
    }
}

/// Every Mochi text of the repository: programs, and the blocks of documents and tests.
fn corpus() -> Vec<String> {
    let mut files = Vec::new();
    for folder in ["docs", "tests", "examples"] {
        walk(&root().join(folder), &mut files);
    }
    files.push(root().join("README.md"));
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("text");
        if file.extension().is_some_and(|e| e == "mochi") {
            texts.push(text);
            continue;
        }
        for part in text.split("```mochi").skip(1) {
            let Some((_, block)) = part.split_once('\n') else {
                continue;
            };
            texts.push(block.split("\n```").next().unwrap_or("").to_owned());
        }
    }
    texts
}

#[test]
fn laws_hold_for_every_text_of_the_repository() {
    let corpus = corpus();
    let mut count = 0;
    for text in corpus.iter().chain([&EVERYTHING.to_owned()]) {
        if let Ok(once) = format(text) {
            count += 1;
            check(text, &once);
        }
    }
    assert!(count > 100, "only {count} of {}", corpus.len());
}

#[test]
fn examples_are_formatted() {
    let mut files = Vec::new();
    walk(&root().join("examples"), &mut files);
    files.retain(|file| file.extension().is_some_and(|suffix| suffix == "mochi"));
    for file in files {
        let text = fs::read_to_string(&file).expect("text");
        assert_eq!(formatted(&text), text, "{}", file.display());
    }
}

/// Statements of every kind.
const EVERYTHING: &str = include_str!("everything.mochi");

#[test]
fn every_construct_is_covered() {
    let once = formatted(EVERYTHING);
    insta::assert_snapshot!(once);
}

/// Texts made of pieces of others, most of which the parser refuses; the rest obeys the laws.
#[test]
fn laws_hold_for_texts_made_by_chance() {
    let mut numbers = Numbers(7);
    let mut accepted = 0;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..numbers.below(9) {
            text.push_str(PIECES[numbers.below(PIECES.len())]);
            text.push_str([" ", "", "\n", " // c\n", "/* b */", "\n\n\n"][numbers.below(6)]);
        }
        if let Ok(once) = format(&text) {
            accepted += 1;
            check(&text, &once);
        }
    }
    assert!(accepted > 500, "{accepted}");
}

/// Good texts with blanks, line ends, comments and brackets put between and over their tokens.
#[test]
fn laws_hold_for_mutated_texts() {
    let mut corpus = corpus();
    corpus.push(EVERYTHING.to_owned());
    let mut numbers = Numbers(11);
    let inserts = [
        "\n",
        " ",
        "\n\n\n",
        " // c\n",
        "/* b */",
        "\n# c\n",
        ",",
        "(",
        ")",
        "x ",
        "; ",
        "\r\n",
        "\n/// d\n",
    ];
    let mut accepted = 0;
    for _ in 0..2_000 {
        let mut text = corpus[numbers.below(corpus.len())].clone();
        for _ in 0..=numbers.below(6) {
            let mut at = numbers.below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            if numbers.below(5) == 0 && text[at..].chars().next().is_some() {
                text.remove(at);
            } else {
                text.insert_str(at, inserts[numbers.below(inserts.len())]);
            }
        }
        if let Ok(once) = format(&text) {
            accepted += 1;
            check(&text, &once);
        }
    }
    assert!(accepted > 200, "{accepted}");
}

/// The bytes of a text between which a comment may stand: where words, marks and texts begin.
fn boundaries(text: &str) -> Vec<usize> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let marks = [
        "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "?[", "..", "**", ":-", "->",
    ];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match first {
            'f' if rest.starts_with("f\"") => template_length(rest),
            '"' => string_length(rest),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            c => {
                let mark = marks.iter().find(|mark| rest.starts_with(**mark));
                mark.map_or(c.len_utf8(), |mark| mark.len())
            }
        };
        // The letter before a text is a part of it.
        if first != '"' || !text[..at].ends_with(char::is_alphanumeric) {
            found.push(at);
        }
        at += length;
    }
    found.push(text.len());
    found
}

/// A text with comments of one kind at some of its boundaries.
fn commented(text: &str, chosen: impl Fn(usize) -> Option<&'static str>) -> String {
    let mut out = String::new();
    let mut done = 0;
    for (index, at) in boundaries(text).into_iter().enumerate() {
        if let Some(comment) = chosen(index) {
            out.push_str(&text[done..at]);
            out.push_str(comment);
            done = at;
        }
    }
    out.push_str(&text[done..]);
    out
}

/// A comment may stand between any two tokens: it is kept, and what is around it says the same.
#[test]
fn laws_hold_with_a_comment_at_every_place() {
    const KINDS: [&str; 5] = [
        "/* c */",
        " // c\n",
        "\n# c\n",
        "\n/* c\n d */\n",
        "\n\n// c\n\n",
    ];
    let tree = |text: &str| dump::program(&parsed(text).program);
    let (mut accepted, mut refused) = (0, 0);
    let mut both = |text: &str, with: &str| {
        // A line end may say something by itself.
        if let Ok(once) = format(with)
            && tree(text) == tree(with)
        {
            accepted += 1;
            check(with, &once);
        } else {
            refused += 1;
        }
    };
    for kind in KINDS {
        for first in 0..5 {
            let with = commented(EVERYTHING, |index| (index % 5 == first).then_some(kind));
            both(EVERYTHING, &with);
        }
    }
    for text in &corpus() {
        if format(text).is_err() {
            continue;
        }
        // Which places a text is tried at depends on nothing but the text.
        let number = text.len();
        for first in [number % 3, (number + 1) % 3] {
            let kind = |index: usize| KINDS[(index / 3 + number) % KINDS.len()];
            let with = commented(text, |index| (index % 3 == first).then(|| kind(index)));
            both(text, &with);
        }
        // One by one, since a place that refuses a comment hides the others.
        for (step, at) in boundaries(text).into_iter().enumerate() {
            if (step + number) % 7 == 0 && text.len() < 400 {
                let kind = KINDS[(step / 7 + number) % KINDS.len()];
                both(text, &format!("{}{kind}{}", &text[..at], &text[at..]));
            }
        }
    }
    assert!(
        accepted > 5 * refused / 2,
        "{accepted} of {}",
        accepted + refused
    );
}

#[test]
fn runs_of_comments_are_stable() {
    for text in [
        // Documentation stays at the beginning of a line.
        "type Shape =\n/* c */ /// A round one.\n  Circle(r: float)\n  | Point\n",
        "/* c *//// Adds.\nfun add(a: int, b: int): int { return a + b }\n",
        // A comment before a closing bracket belongs to no item.
        "let xs = [\n  1,\n  2,\n/* c */]\n",
        "let xs = [\n  1,\n  2, // c\n]\n",
        // What goes on in the line of a comment does so the second time too.
        "type Pair = {\n  a: int\n/* c\n d */\n, /* c */\n  # c\n  b: int\n}\n",
        "type Pair = {\n  a: int\n/* c\n d */\n, // c\n\n // c\n\n  b: int\n}\n",
        "type S = Circle { r: int } | Square { // c\n  s: int }\n",
    ] {
        formatted(text);
    }
    layout(
        "type S = Circle { r: int } | Square { // c\n  s: int }\n",
        "type S = Circle { r: int }\n  | Square { // c\n    s: int\n  }\n",
    );
}

#[test]
fn broken_operands_and_line_ends_are_stable() {
    for text in [
        "print(demo.named_pair().left, demo.named_pair().right) + print(demo.options().depth, demo.name, demo.depth(5, 66))",
        "let x = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbbbbbbb(cccccccccccccccccccccc, dddddddddddddddddddddd, 1)",
        "let xs = [/*\r\n b */1, 2,]",
    ] {
        check(text, &formatted(text));
    }
}

#[test]
fn deep_and_long_texts() {
    let nested = format!("let x = {}1{}", "(".repeat(200), ")".repeat(200));
    formatted(&nested);
    formatted(&format!("let x = {}1", "-".repeat(200)));
    formatted(&format!("let x = a{}", " + a".repeat(900)));
    formatted(&format!("let x = a{}", ".b(c)".repeat(450)));
    formatted(&format!("let x = {}1{}", "[".repeat(200), "]".repeat(200)));
    formatted(&format!("{}f(){}", "if a { ".repeat(120), " }".repeat(120)));
    formatted(&format!(
        "let x = {}1{}",
        "f(fun() => ".repeat(60),
        ")".repeat(60)
    ));
    formatted(&format!(
        "let x = {}1{}",
        "match a { B => ".repeat(60),
        " }".repeat(60)
    ));
    assert_eq!(faults(&nested), "");
}

#[test]
fn a_union_on_several_lines_keeps_its_first_member() {
    let written = "extern fun f(who: ((string | bytes, string | bytes) | (fun(httpx.Request): \
                   httpx.Request) | httpx.Auth | int)? = _, b: int)\n";
    assert_eq!(
        formatted(written),
        "extern fun f(\n  who: ((string | bytes, string | bytes)\n    | (fun(httpx.Request): \
         httpx.Request)\n    | httpx.Auth\n    | int)? = _,\n  b: int,\n)\n"
    );
}
