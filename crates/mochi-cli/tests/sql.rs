//! Queries beside their SQL: `tests/sql/queries.md` holds statements and programs that must find the same
//! rows, those of `SQLite`, as the interpreter of the programs brings it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use mochi_test::markdown::{self, Element};

mod support;

/// A statement and the program that asks the same.
struct Pair {
    name: String,
    sql: String,
    mochi: String,
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/sql"))
}

/// What stands before all programs, and the pairs.
fn pairs() -> (String, Vec<Pair>) {
    let text = fs::read_to_string(root().join("queries.md")).unwrap();
    let (mut prelude, mut pairs) = (String::new(), Vec::<Pair>::new());
    for element in markdown::parse(&text) {
        match element {
            Element::Heading {
                level: 2, title, ..
            } => pairs.push(Pair {
                name: title.split(':').next().unwrap().to_owned(),
                sql: String::new(),
                mochi: String::new(),
            }),
            Element::Block(block) => match (block.kind.as_str(), pairs.last_mut()) {
                ("mochi", None) => prelude = block.text,
                ("mochi", Some(pair)) => pair.mochi = block.text,
                ("sql", Some(pair)) => pair.sql = block.text,
                _ => {}
            },
            Element::Heading { .. } => {}
        }
    }
    (prelude, pairs)
}

/// The program with its last expression in a loop that prints the rows.
fn printing(pair: &Pair) -> String {
    let is_statement = |line: &&str| line.starts_with("let ") || line.starts_with("fun ");
    let lines: Vec<&str> = pair.mochi.lines().collect();
    let after = lines.iter().rposition(is_statement).map_or(0, |at| at + 1);
    let starts = |line: &&str| line.starts_with("from ") || line.starts_with('[');
    let rows = after + lines.iter().skip(after).position(starts).unwrap();
    let (before, rows) = lines.split_at(rows);
    let name = &pair.name;
    format!(
        "{}\nfor row in {} {{ print(\"{name}\", to_json(row)) }}\n",
        before.join("\n"),
        rows.join("\n")
    )
}

/// The lines of an output by the name before their first blank.
fn by_name(output: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in output.lines() {
        let (name, row) = line.split_once(' ').unwrap();
        found.entry(name).or_default().push(row);
    }
    found
}

#[test]
fn queries_find_the_rows_that_sqlite_finds() {
    let (prelude, pairs) = pairs();
    assert!(pairs.len() > 30, "{}", pairs.len());
    let (mut program, mut statements) = (prelude, String::new());
    for pair in &pairs {
        program.push_str(&printing(pair));
        writeln!(statements, "-- {}\n{}", pair.name, pair.sql).unwrap();
    }
    let folder = support::folder(&[("queries.mochi", &program), ("queries.sql", &statements)]);
    let mochi = support::mochi("sql");
    let run = |args: &[&str]| mochi.run(folder.path(), args, "").unwrap();
    let where_it_is = "import python \"sys\" as sys\nprint(sys.executable)\n";
    support::write(&folder.path().join("where.mochi"), where_it_is);
    let python = run(&["-q", "run", "where.mochi"]).stdout;
    let asked = Command::new(python.trim())
        .arg(root().join("oracle.py"))
        .arg(folder.path())
        .output()
        .unwrap();
    let errors = String::from_utf8(asked.stderr).unwrap();
    assert!(asked.status.success(), "{errors}");
    let expected = String::from_utf8(asked.stdout).unwrap();
    let done = run(&["-q", "run", "queries.mochi"]);
    assert_eq!((done.exit, done.stderr.as_str()), (0, ""));
    let (expected, found) = (by_name(&expected), by_name(&done.stdout));
    for pair in &pairs {
        let name = pair.name.as_str();
        let wanted = expected
            .get(name)
            .unwrap_or_else(|| panic!("{name}: no rows"));
        let rows = found.get(name).map_or(&[][..], Vec::as_slice);
        assert_eq!(rows, wanted, "{name}\n{}", pair.mochi);
    }
}
