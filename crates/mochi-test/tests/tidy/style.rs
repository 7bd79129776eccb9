//! Sizes, names and habits of STYLE.md.

use crate::source::{all, has_word, product};

/// Lines of a file without its unit tests.
const FILE_LIMIT: usize = 800;
/// Lines of a function.
const FUNCTION_LIMIT: usize = 100;

/// Files that may be longer, and why.
const LONG_FILES: &[(&str, &str)] = &[];

/// Functions that may be longer, and why.
const LONG_FUNCTIONS: &[(&str, &str)] = &[];

/// Files with a test that another test runs in a process of its own.
const HALVES: &[&str] = &["crates/mochi-project/tests/registry.rs"];

#[test]
fn files_stay_short() {
    let long: Vec<String> = product()
        .iter()
        .map(|source| (source, source.without_tests().lines().count()))
        .filter(|(_, lines)| *lines > FILE_LIMIT)
        .filter(|(source, _)| !LONG_FILES.iter().any(|(path, _)| *path == source.path))
        .map(|(source, lines)| format!("{}: {lines} lines", source.path))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn functions_stay_short() {
    let mut long = Vec::new();
    for source in product() {
        let mut open: Vec<(usize, usize, String)> = Vec::new();
        for (at, line) in source.without_tests().lines().enumerate() {
            let text = line.trim_start();
            let indent = line.len() - text.len();
            let head = text.split('(').next().unwrap_or("");
            if has_word(head, "fn") && !text.starts_with("//") {
                let name = head.split("fn ").nth(1).unwrap_or("").to_owned();
                open.push((indent, at, name));
            }
            if text == "}" && open.last().is_some_and(|(of, _, _)| *of == indent) {
                let (_, start, name) = open.pop().unwrap();
                let lines = at + 1 - start;
                if lines > FUNCTION_LIMIT && !LONG_FUNCTIONS.iter().any(|(of, _)| *of == name) {
                    long.push(format!(
                        "{}:{}: {name}: {lines} lines",
                        source.path,
                        start + 1
                    ));
                }
            }
            // A declaration without body in a trait.
            if text.ends_with(';') && open.last().is_some_and(|(of, _, _)| *of >= indent) {
                open.pop();
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_file_says_why_it_exists() {
    let silent: Vec<String> = all()
        .into_iter()
        .filter(|source| source.path.ends_with(".rs") && !source.text.starts_with("//! "))
        .map(|source| source.path)
        .collect();
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn names_say_what_is_inside() {
    let empty_words = [
        "utils", "util", "helpers", "helper", "common", "core", "misc",
    ];
    for source in all() {
        if !source.path.starts_with("crates/") {
            continue;
        }
        for part in source.path.split(['/', '.']) {
            assert!(!empty_words.contains(&part), "{}", source.path);
        }
    }
}

#[test]
fn nothing_is_left_unfinished() {
    // Spelt in two parts, so that this file does not find itself.
    let marks = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[", "ignore"),
        concat!("FIX", "ME"),
        concat!("TO", "DO"),
    ];
    for source in all().iter().filter(|source| source.path.ends_with(".rs")) {
        for mark in marks {
            if HALVES.contains(&source.path.as_str()) && mark.starts_with('#') {
                continue;
            }
            assert!(!source.text.contains(mark), "{}: {mark}", source.path);
        }
    }
}

#[test]
fn no_file_names_this_machine_or_a_registry() {
    let machine = [concat!("/work", "/"), concat!("/root", "/")];
    let registries = [
        concat!("pypi", ".org"),
        concat!("python", "hosted.org"),
        concat!("crates", ".io/"),
    ];
    for source in all() {
        if source.path == "Cargo.lock" {
            continue;
        }
        for (at, line) in source.text.lines().enumerate() {
            for mark in machine.iter().chain(&registries) {
                assert!(!line.contains(mark), "{}:{}: {mark}", source.path, at + 1);
            }
        }
    }
}

#[test]
fn text_files_are_clean() {
    for source in all() {
        let allowed = source.path.ends_with(".out") || source.path.ends_with(".snap");
        assert!(
            !source.text.contains('\r'),
            "{}: carriage return",
            source.path
        );
        if allowed || source.text.is_empty() {
            continue;
        }
        assert!(source.text.ends_with('\n'), "{}: no line end", source.path);
    }
}
