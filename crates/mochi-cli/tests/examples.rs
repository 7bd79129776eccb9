//! Runs every program of `examples/` on its real packages from a cold cache, compares what it
//! prints, and requires that five small mistakes in each are refused before Python starts.
//!
//! Beside `NAME.mochi` stand `NAME.out` (standard output) and `NAME.mutations`: for each mistake its
//! kind and the expected code, the text to replace, and the replacement.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::fs;
use std::path::{Path, PathBuf};

use mochi_test::diff;
use mochi_test::process::Mochi;

const KINDS: [&str; 5] = ["name", "type", "missing", "keyword", "none"];

struct Mutation {
    kind: String,
    code: String,
    old: String,
    new: String,
}

fn mutations(text: &str) -> Vec<Mutation> {
    text.trim()
        .split("\n\n")
        .map(|part| {
            let lines: Vec<&str> = part.lines().collect();
            let [head, old, new] = lines[..] else {
                panic!("not three lines:\n{part}")
            };
            let (kind, code) = head.split_once(' ').unwrap();
            Mutation {
                kind: kind.to_owned(),
                code: code.to_owned(),
                old: old.strip_prefix("- ").unwrap().to_owned(),
                new: new.strip_prefix("+ ").unwrap().to_owned(),
            }
        })
        .collect()
}

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "mochi"))
        .collect();
    found.sort();
    found
}

/// What is wrong with an example; empty if nothing is.
fn faults(mochi: &Mochi, example: &Path) -> Vec<String> {
    let name = example.file_name().unwrap().to_str().unwrap();
    let source = fs::read_to_string(example).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join(name);
    let mut faults = Vec::new();

    let data = example.with_file_name("data");
    fs::create_dir(folder.path().join("data")).unwrap();
    for file in fs::read_dir(data).unwrap() {
        let file = file.unwrap();
        let to = folder.path().join("data").join(file.file_name());
        fs::copy(file.path(), to).unwrap();
    }
    fs::write(&copy, &source).unwrap();
    let expected = fs::read_to_string(example.with_extension("out")).unwrap();
    let done = mochi.run(folder.path(), &["run", name], "").unwrap();
    if done.exit != 0 || done.stdout != expected || !done.stderr.is_empty() {
        faults.push(format!(
            "{name}: exit code {}\n{}\n{}",
            done.exit,
            diff::lines(&expected, &done.stdout),
            done.stderr
        ));
    }

    let list = mutations(&fs::read_to_string(example.with_extension("mutations")).unwrap());
    let kinds: Vec<&str> = list.iter().map(|mutation| mutation.kind.as_str()).collect();
    assert_eq!(kinds, KINDS, "{name}: the five mistakes, in order");
    for mutation in list {
        let count = source.matches(&mutation.old).count();
        assert_eq!(count, 1, "{name}: `{}` occurs {count} times", mutation.old);
        fs::write(&copy, source.replace(&mutation.old, &mutation.new)).unwrap();
        let done = mochi.run(folder.path(), &["run", name], "").unwrap();
        let wanted = format!("error[{}]", mutation.code);
        if done.exit != 1 || !done.stdout.is_empty() || !done.stderr.contains(&wanted) {
            faults.push(format!(
                "{name}: `{}` for `{}` should be {wanted}; exit code {}\n{}{}",
                mutation.new, mutation.old, done.exit, done.stdout, done.stderr
            ));
        }
    }
    faults
}

#[test]
fn examples_run_and_their_mistakes_are_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let mochi = Mochi::new(env!("CARGO_BIN_EXE_mochi"), scratch.path().join("cache"));
    let examples = examples();
    assert!(examples.len() >= 9, "{examples:?}");
    let faults: Vec<String> = examples
        .iter()
        .flat_map(|example| faults(&mochi, example))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn examples_describe_themselves_and_need_no_glue() {
    for example in examples() {
        let source = fs::read_to_string(&example).unwrap();
        let name = example.display();
        assert!(
            source.starts_with("// "),
            "{name} does not say what it shows"
        );
        assert!(!source.contains("extern "), "{name} has an extern");
        let lines = source.lines().count();
        assert!((20..=120).contains(&lines), "{name} has {lines} lines");
    }
}
