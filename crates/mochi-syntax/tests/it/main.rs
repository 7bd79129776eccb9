//! What the parser makes of texts, right and wrong.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod faults;
mod format;
mod recovery;
mod robustness;
mod spans;
mod trees;
mod words;

use mochi_base::{SourceFile, SourceId};
use mochi_syntax::{Parsed, dump, parse};

fn parsed(text: &str) -> Parsed {
    parse(SourceId(0), text)
}

/// The tree of a text without faults, one statement a line.
#[track_caller]
fn tree(text: &str) -> String {
    assert_eq!(faults(text), "", "in {text}");
    dump::program(&parsed(text).program).trim_end().to_owned()
}

/// The value of `let x = …`.
#[track_caller]
fn expr(text: &str) -> String {
    let tree = tree(&format!("let x = {text}"));
    let inner = tree
        .strip_prefix("(let x = ")
        .and_then(|t| t.strip_suffix(')'));
    inner.expect("one statement").to_owned()
}

/// The diagnostics of a text, one a line: code, place, message.
fn faults(text: &str) -> String {
    let file = SourceFile::new("a.mochi", text);
    let lines: Vec<String> = parsed(text)
        .diagnostics
        .iter()
        .map(|d| {
            let at = file.line_column(d.span.expect("a place").start);
            format!("{} {}:{} {}", d.code, at.line, at.column, d.message)
        })
        .collect();
    lines.join("\n")
}
