//! Documentation that is generated from the code: compares the files with what they must hold, and
//! rewrites them with `MOCHI_UPDATE=1`.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use mochi_base::code;
use mochi_surface::SkipReason;
use mochi_test::diff;
use mochi_test::process::Mochi;

fn must_hold(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(file);
    if std::env::var_os("MOCHI_UPDATE").is_some_and(|value| value == "1") {
        fs::write(&path, text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "{file} is out of date; run with MOCHI_UPDATE=1\n{}",
        diff::lines(&found, text)
    );
}

#[test]
fn index_of_codes() {
    let mut text =
        "# Codes\n\nGenerated from the registry. `mochi explain CODE` prints a page.\n".to_owned();
    for (letter, title) in [
        ('P', "Syntax"),
        ('T', "Names and types"),
        ('M', "Imports of Python packages"),
        ('W', "Warnings"),
        ('E', "Errors while a program runs"),
    ] {
        let _ = writeln!(text, "\n## {title}\n\n| code | meaning |\n| --- | --- |");
        for entry in code::all().filter(|entry| entry.code.0.starts_with(letter)) {
            let code = entry.code;
            let _ = writeln!(text, "| [{code}]({code}.md) | {} |", entry.title);
        }
    }
    must_hold("docs/codes/README.md", &text);
}

#[test]
fn index_of_skips() {
    let mut text = "# Skips\n\nGenerated from the closed list of reasons why an item of a Python package, or a part of it,\nis degraded. `mochi explain REASON` prints a page.\n\n".to_owned();
    for reason in SkipReason::ALL {
        let _ = writeln!(text, "- [{0}]({0}.md)", reason.code());
    }
    must_hold("docs/skips/README.md", &text);
}

#[test]
fn command_line_reference() {
    let scratch = tempfile::tempdir().unwrap();
    let mochi = Mochi::new(env!("CARGO_BIN_EXE_mochi"), scratch.path().join("cache"));
    let mut text = "# The command line\n\nGenerated from `mochi --help`. Exit codes: 0 success, 1 the program is wrong, 2 the command line is\nwrong, 3 the environment (network, interpreter, uv), 101 a bug in mochi.\n".to_owned();
    for command in [
        "",
        "new",
        "init",
        "run",
        "check",
        "test",
        "bench",
        "build",
        "fmt",
        "lock",
        "repl",
        "doc",
        "explain",
        "pkg",
        "pkg add",
        "pkg remove",
        "pkg lock",
        "pkg sync",
        "pkg tree",
        "pkg why",
        "pkg surface",
        "pkg audit",
    ] {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let done = mochi.run(scratch.path(), &arguments, "").unwrap();
        let _ = writeln!(
            text,
            "\n## {}\n\n```text\n{}```",
            format!("mochi {command}").trim_end(),
            done.stdout
        );
    }
    must_hold("docs/cli.md", &text);
}
