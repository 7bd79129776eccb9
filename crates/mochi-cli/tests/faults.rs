//! Programs with many independent faults: each is reported once, where it is, and nothing follows
//! from it.
//!
//! A comment `// error: CODE` names a fault of its line, `// error at LINE: CODE` one that shows
//! elsewhere.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;
use std::path::Path;

use mochi_test::process::Mochi;

/// A line and a code.
type Fault = (u64, String);

/// The faults that the comments of a program name.
fn named(program: &str) -> Vec<Fault> {
    let mut found = Vec::new();
    for (line, number) in program.lines().zip(1..) {
        for comment in line.split("// error").skip(1) {
            let (place, code) = comment.split_once(": ").unwrap();
            let at = place.strip_prefix(" at ");
            let at = at.map_or(number, |line| line.parse().unwrap());
            found.push((at, code.split_whitespace().next().unwrap().to_owned()));
        }
    }
    found.sort();
    found
}

/// The faults that are reported, and whether they come in the order of their places.
fn reported(mochi: &Mochi, folder: &Path) -> (Vec<Fault>, bool) {
    let done = mochi
        .run(folder, &["check", "--json", "main.mochi"], "")
        .unwrap();
    let mut found = Vec::new();
    let mut places = Vec::new();
    for line in done.stdout.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let place = &record["place"];
        let line = place["line"].as_u64().unwrap();
        places.push((line, place["column"].as_u64().unwrap()));
        found.push((line, record["code"].as_str().unwrap().to_owned()));
    }
    found.sort();
    (found, places.is_sorted())
}

#[test]
fn every_fault_is_reported_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/faults");
    let scratch = support::folder(&[]);
    let mochi = support::mochi("faults");
    let mut programs: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    programs.sort();
    assert!(programs.len() >= 10, "{programs:?}");
    for path in programs {
        let program = fs::read_to_string(&path).unwrap();
        let expected = named(&program);
        assert!(expected.len() >= 5, "{}: {expected:?}", path.display());
        support::write(&scratch.path().join("main.mochi"), &program);
        let (found, in_order) = reported(&mochi, scratch.path());
        assert_eq!(found, expected, "{}", path.display());
        assert!(in_order, "{}", path.display());
    }
}
