//! `mochi bench` measures each bench block after the file's other statements; `mochi run` runs it
//! once.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use mochi_test::process::Finished;
use serde_json::Value;

fn mochi(files: &[(&str, &str)], arguments: &[&str]) -> Finished {
    let folder = support::folder(files);
    let mochi = support::mochi("benching");
    mochi.run(folder.path(), arguments, "").unwrap()
}

const QUICK: [&str; 4] = ["--warm-up", "0", "--time", "0.01"];

fn bench(files: &[(&str, &str)], arguments: &[&str]) -> Finished {
    let words: Vec<&str> = ["bench"]
        .into_iter()
        .chain(QUICK)
        .chain(arguments.iter().copied())
        .collect();
    mochi(files, &words)
}

fn lines(done: &Finished) -> Vec<Value> {
    let lines = done.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const SUMS: &str = "\
var total = 0
fun add(n: int): int {
  total = total + n
  return total
}
print(\"dropped\")
bench \"adds\" {
  add(1)
  print(\"dropped too\")
}
test \"left out\" { expect false }
bench \"makes a list\" { let xs = from i in range(1000) select i * 2 }
if total == 0 { bench \"inner\" { add(2) } }
";

#[test]
fn each_benchmark_gives_a_line() {
    let done = bench(&[("sums.mochi", SUMS)], &["sums.mochi"]);
    assert_eq!((done.exit, done.stderr.as_str()), (0, ""));
    let lines = lines(&done);
    let names: Vec<&str> = lines
        .iter()
        .map(|line| line["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["adds", "makes a list", "inner"]);
    for line in &lines {
        assert!(line["duration_us"].as_f64().unwrap() > 0.0, "{line}");
        assert!(line["rounds"].as_u64().unwrap() >= 5, "{line}");
        let ordered = ["min_us", "median_us", "max_us"].map(|key| line[key].as_f64().unwrap());
        assert!(ordered.is_sorted(), "{line}");
    }
    assert!(
        lines[1]["memory_bytes"].as_u64().unwrap() > 8000,
        "{}",
        lines[1]
    );
}

#[test]
fn benchmarks_are_chosen_by_name_and_rounds_by_number() {
    let done = bench(
        &[("a/sums.mochi", SUMS), ("a/none.mochi", "print(1)\n")],
        &["a", "--filter", "list", "--rounds", "3", "--json"],
    );
    let lines = lines(&done);
    assert_eq!(lines.len(), 1, "{}", done.stderr);
    assert_eq!(lines[0]["name"], "makes a list");
    assert_eq!(lines[0]["rounds"], 3);
}

#[test]
fn a_table_is_for_people() {
    let done = bench(&[("sums.mochi", SUMS)], &["sums.mochi", "--table"]);
    let lines: Vec<&str> = done.stdout.lines().collect();
    assert_eq!(lines[0], "sums.mochi");
    let heading: Vec<&str> = lines[1].split_whitespace().collect();
    assert_eq!(
        heading,
        [
            "benchmark",
            "mean",
            "±",
            "stddev",
            "median",
            "min",
            "memory",
            "rounds"
        ]
    );
    assert!(lines[2].starts_with("   adds  "), "{}", lines[2]);
    assert!(lines[3].contains(" KiB "), "{}", lines[3]);
}

#[test]
fn what_fails_is_said_and_the_rest_goes_on() {
    let text = "bench \"bad\" { print(1 / len(\"\")) }\nbench \"good\" { print(1) }\n";
    let done = bench(&[("b.mochi", text)], &["b.mochi"]);
    assert_eq!(done.exit, 1);
    assert_eq!(lines(&done).len(), 1);
    assert!(
        done.stderr
            .starts_with("bench bad failed\nb.mochi:1:21: error 5 (DIVZERO)"),
        "{}",
        done.stderr
    );
    let done = bench(&[("b.mochi", "bench \"x\" { let n: int = \"a\" }\n")], &[]);
    assert_eq!(done.exit, 1);
    assert!(done.stderr.contains("error[T008]"), "{}", done.stderr);
    let done = bench(&[("b.mochi", "print(1)\n")], &[]);
    assert_eq!(
        (done.exit, done.stderr.as_str()),
        (0, "there are no benchmarks\n")
    );
    assert_eq!(bench(&[], &["--rounds", "0"]).exit, 2);
    assert_eq!(bench(&[], &["absent.mochi"]).exit, 1);
}

#[test]
fn blocks_that_await_are_measured_too() {
    let text = "import python \"asyncio\" as asyncio\nasync fun wait() { await asyncio.sleep(0.001) }\nbench \"sleeps\" { await wait() }\n";
    let done = bench(&[("b.mochi", text)], &["b.mochi"]);
    let lines = lines(&done);
    assert!(
        lines[0]["min_us"].as_f64().unwrap() > 1000.0,
        "{}",
        done.stderr
    );
}

#[test]
fn run_runs_a_benchmark_once() {
    let done = mochi(
        &[("sums.mochi", SUMS.replace("test", "// test").as_str())],
        &["run", "sums.mochi"],
    );
    assert_eq!(done.exit, 0, "{}", done.stderr);
    assert_eq!(
        done.stdout
            .matches("dropped too\n{\n  \"duration_us\": ")
            .count(),
        1,
        "{}",
        done.stdout
    );
    assert!(
        done.stdout.contains("  \"name\": \"adds\"\n}\n"),
        "{}",
        done.stdout
    );
}
