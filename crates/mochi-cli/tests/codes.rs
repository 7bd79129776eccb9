//! Runs the programs on the documentation pages of codes: what a page calls wrong must yield its
//! code and nothing else, what it calls right must be accepted.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;
use std::path::Path;

use mochi_base::code::{self, Entry};
use mochi_test::markdown::{self, Element};
use mochi_test::process::Mochi;

/// Codes that need more than one file, a network or a broken machine. A test in the crate that
/// raises each names it.
const TESTED_ELSEWHERE: &[&str] = &[
    "M002", "M003", "M004", "M005", "M006", "M007", "M008", "M009", "M010", "M011", "M012", "M013",
    "M015", "M016", "M017", "M018", "M019", "M020", "M021", "M022", "M023", "M024", "M025", "M026",
    "M027", "M033", "M034", "T082", "T084",
];

/// Codes of which nothing can be shown: another one always comes first (T014, T016, T049),
/// the compiler itself would be wrong (P070), or it needs an index with a release that its author withdrew (M014).
const NOT_RAISED: &[&str] = &["P070", "T014", "T016", "T049", "M014"];

/// The texts of the tests that show codes without a page program.
fn other_tests() -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut texts = String::new();
    for file in ["project.rs", "capabilities.rs"] {
        let path = crates.join("mochi-cli/tests").join(file);
        texts.push_str(&fs::read_to_string(path).unwrap());
    }
    let mut folders = vec![
        crates.join("mochi-project/tests"),
        crates.join("mochi-project/src"),
        crates.join("../tests/literate"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|suffix| suffix == "snap" || suffix == "md")
                || path
                    .parent()
                    .is_some_and(|parent| parent.ends_with("tests"))
            {
                texts.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    texts
}

#[test]
fn codes_without_program_are_tested_elsewhere() {
    let texts = other_tests();
    let names = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../mochi-project/src/codes.rs"),
    )
    .unwrap();
    for code in TESTED_ELSEWHERE {
        let line = format!(": Code = code::{code};");
        let name = names
            .lines()
            .find_map(|text| text.strip_prefix("pub const ")?.strip_suffix(&line))
            .unwrap_or(code);
        assert!(
            texts.contains(code) || texts.contains(name),
            "no test of {code} ({name})"
        );
    }
}

fn without_program(code: &str) -> bool {
    TESTED_ELSEWHERE.contains(&code) || NOT_RAISED.contains(&code)
}

/// The program of a page that is marked `wrong` or `right`.
fn program(page: &str, mark: &str) -> Option<String> {
    markdown::parse(page)
        .into_iter()
        .find_map(|element| match element {
            Element::Block(block) if block.kind == "mochi" && block.info == mark => {
                Some(block.text)
            }
            _ => None,
        })
}

/// The codes that `mochi check` reports, in order, without repeats.
fn reported(mochi: &Mochi, folder: &Path, program: &str) -> Vec<String> {
    fs::write(folder.join("main.mochi"), program).unwrap();
    let done = mochi
        .run(folder, &["check", "--json", "main.mochi"], "")
        .unwrap();
    let mut codes: Vec<String> = done
        .stdout
        .lines()
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            let code = record["code"].as_str().unwrap();
            let message = record["message"].as_str().unwrap();
            let entry = code::lookup(code).unwrap();
            assert!(
                entry.fits(message),
                "{code}: `{message}` has not the form `{}`",
                entry.form
            );
            code.to_owned()
        })
        .collect();
    codes.dedup();
    if codes.is_empty() && done.exit != 0 {
        codes.push(format!("exit code {}: {}", done.exit, done.stderr));
    }
    codes
}

/// What is wrong with the page of a diagnostic.
fn diagnostic(
    mochi: &Mochi,
    folder: &Path,
    entry: &Entry,
    wrong: &str,
    right: &str,
) -> Vec<String> {
    let code = entry.code.0;
    let mut faults = Vec::new();
    let found = reported(mochi, folder, wrong);
    let accepted = reported(mochi, folder, right);
    if found != [code] {
        faults.push(format!("{code}: wrong yields {found:?}"));
    }
    if !accepted.is_empty() {
        faults.push(format!("{code}: right yields {accepted:?}"));
    }
    faults
}

/// What is wrong with the page of a run-time error.
fn run_time(mochi: &Mochi, folder: &Path, entry: &Entry, wrong: &str, right: &str) -> Vec<String> {
    let code = entry.code.0;
    let number = code.trim_start_matches('E');
    let mut faults = Vec::new();
    for (program, expected) in [(wrong, 1), (right, 0)] {
        fs::write(folder.join("main.mochi"), program).unwrap();
        let done = mochi.run(folder, &["run", "main.mochi"], "").unwrap();
        let raised = done.stderr.contains(&format!("error {number} ("));
        if done.exit != expected || raised != (expected == 1) {
            faults.push(format!("{code}: exit code {}\n{}", done.exit, done.stderr));
        }
    }
    faults
}

#[test]
fn pages_tell_the_truth() {
    let mochi = support::mochi("codes");
    let folder = tempfile::tempdir().unwrap();
    let mut faults = Vec::new();
    for entry in code::all().filter(|entry| !entry.is_reserved()) {
        let code = entry.code.0;
        match (program(entry.page, "wrong"), program(entry.page, "right")) {
            (Some(wrong), Some(right)) => {
                assert!(!without_program(code), "{code} has a program");
                let check = if code.starts_with('E') {
                    run_time
                } else {
                    diagnostic
                };
                faults.extend(check(&mochi, folder.path(), entry, &wrong, &right));
            }
            _ => assert!(without_program(code), "{code} has no program"),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
