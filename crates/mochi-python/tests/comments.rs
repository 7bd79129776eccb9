//! Every comment of a program arrives in its Python, once, and changes nothing else: the comments of
//! all literate cases, and comments put between the words of programs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

use std::fmt::Write;
use std::process::{Command, Stdio};

use mochi_base::SourceId;
use mochi_fuzz::compile::compile;
use mochi_fuzz::{corpus, python};

/// The Python of a program, if it has no faults.
fn compiled(text: &str) -> Option<String> {
    compile(text).ok().map(|compiled| compiled.main)
}

fn tree(text: &str) -> String {
    mochi_syntax::dump::program(&mochi_syntax::parse(SourceId(0), text).program)
}

/// The comments and docstrings of Python code, roughly: all its lines that may hold some.
fn remarks(python: &str) -> String {
    python.lines().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "{}", line.trim());
        all
    })
}

#[test]
fn comments_of_all_literate_cases_arrive() {
    let mut count = 0;
    for (_, text) in corpus::programs() {
        let Some(python) = compiled(&text) else {
            continue;
        };
        let python = remarks(&python);
        for comment in mochi_syntax::comments(&text) {
            for line in comment.text.lines().map(str::trim) {
                count += 1;
                // Documentation is written as a Python string.
                let line = line.replace('\\', "\\\\");
                let is_there = python.contains(&line)
                    || python.contains(&line.replace('"', "\\\""))
                    || python.contains(&line.replace("\\\\", "\\"));
                assert!(is_there, "lost: {line}\nof:\n{text}\nin:\n{python}");
            }
        }
    }
    assert!(count > 60, "only {count} lines of comments");
}

/// Where a comment may stand: between the tokens of a program.
fn boundaries(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut at = 0;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let length = match first {
            '"' => {
                let mut escaped = false;
                let end = rest.char_indices().skip(1).find(|(_, c)| {
                    let ends = !escaped && *c == '"';
                    escaped = !escaped && *c == '\\';
                    ends
                });
                end.map_or(rest.len(), |(end, _)| end + 1)
            }
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        // What stands directly before a text may be a part of it.
        let is_text = first == '"' && text[..at].ends_with(|c: char| c.is_alphanumeric());
        if !is_text {
            found.push(at);
        }
        at += length;
        rest = &text[at..];
    }
    found
}

/// The text with comments of several kinds at every `step`-th boundary, from the one at `first`.
fn commented(text: &str, first: usize, step: usize) -> (String, usize) {
    let mut out = String::new();
    let mut done = 0;
    let mut count = 0;
    for (index, at) in boundaries(text).into_iter().enumerate() {
        if index % step != first {
            continue;
        }
        out.push_str(&text[done..at]);
        done = at;
        let _ = match (index / step) % 4 {
            0 => write!(out, "/* n{count}n */"),
            1 => writeln!(out, " // n{count}n"),
            2 => write!(out, "\n# n{count}n\n"),
            _ => write!(out, "\n/* n{count}n */\n"),
        };
        count += 1;
    }
    out.push_str(&text[done..]);
    (out, count)
}

/// Compares the trees of pairs of programs.
const COMPARE: &str = "
import ast, json, sys

def tree(text):
    # A comment between documentation and what it is about parts them.
    nodes = ast.parse(text)
    for node in ast.walk(nodes):
        for field in ('body', 'orelse', 'finalbody'):
            block = getattr(node, field, None)
            if isinstance(block, list):
                setattr(node, field, [stmt for stmt in block if not is_doc(stmt)])
    return ast.dump(nodes)

def is_doc(stmt):
    value = getattr(stmt, 'value', None)
    return isinstance(stmt, ast.Expr) and isinstance(value, ast.Constant)

for line in sys.stdin:
    plain, commented = json.loads(line)
    try:
        expected = tree(plain)
    except SyntaxError:
        # A case about what Python cannot hold.
        continue
    try:
        same = expected == tree(commented)
    except SyntaxError as error:
        print(error)
        same = False
    if not same:
        print(commented)
        print('INSTEAD OF')
        print(plain)
        sys.exit(1)
";

#[test]
fn comments_between_all_words_arrive_and_change_nothing_else() {
    let mut pairs = String::new();
    let mut count = 0;
    for (number, (_, text)) in corpus::programs().iter().enumerate() {
        // What says where it stands would say something else.
        let Some(plain) = compiled(text).filter(|_| !text.contains("expect ")) else {
            continue;
        };
        let step = if number % 4 == 0 { 11 } else { 3 };
        let (with, comments) = commented(text, number % step, step);
        // A line end may say something by itself.
        if tree(text) != tree(&with) {
            continue;
        }
        let Some(python) = compiled(&with) else {
            continue;
        };
        for comment in 0..comments {
            let found = python.matches(&format!("n{comment}n")).count();
            assert_eq!(found, 1, "n{comment}n of:\n{with}\nin:\n{python}");
            count += 1;
        }
        let _ = writeln!(pairs, "[{},{}]", quoted(&plain), quoted(&python));
    }
    assert!(count > 1000, "only {count} comments");
    let python = python::interpreters().remove(0);
    let mut child = Command::new(python)
        .args(["-c", COMPARE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        // A reader that has seen enough says why itself.
        let _ = std::io::Write::write_all(&mut input, pairs.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// A text as JSON.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Comments that Python's tools would obey say the same to readers, and nothing to tools.
#[test]
fn comments_are_never_orders_to_tools() {
    let text = "let a = 1 // type: ignore\n# noqa\nlet b = 2\n/* fmt: off */\nprint(a + b) // encoding: latin-1\n";
    let python = compiled(text).unwrap();
    for line in [
        "# // type: ignore",
        "# // noqa",
        "# // fmt: off",
        "# encoding : latin-1",
    ] {
        assert!(python.contains(line), "{python}");
    }
}
