//! `mochi test` runs each test block after the file's other statements, says how each went, and
//! fails if one did.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::Path;

use mochi_test::process::{Finished, Mochi};

/// Runs `mochi` in a folder with these files; durations are replaced by `TIME`.
fn mochi(files: &[(&str, &str)], arguments: &[&str]) -> Finished {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("testing");
    let binary = Path::new(env!("CARGO_BIN_EXE_mochi"));
    let mochi = Mochi::with_lasting_cache(binary, &scratch).unwrap();
    let mut done = mochi.run(folder.path(), arguments, "").unwrap();
    let lines = done.stdout.lines().map(|line| {
        let timed = line.split_once("… ok (").filter(|_| line.ends_with("s)"));
        timed.map_or(format!("{line}\n"), |(start, _)| {
            format!("{start}… ok (TIME)\n")
        })
    });
    done.stdout = lines.collect();
    done
}

const CART: &str = "\
import \"./util\"
var total = 0
fun add(x: int): int {
  total = total + x
  return total
}
print(\"dropped\")
add(1)
test \"adds\" {
  let twice = fun(x: int): int => add(x) + add(x)
  expect twice(2) == 8
  print(\"seen\")
}
test \"starts anew\" {
  expect total == 1
  expect util.next() == 1
}
test \"starts anew again\" {
  expect util.next() == 1
}
test \"fails\" { expect add(1) == 5 }
bench \"left out\" { add(1) }
";

const UTIL: &str = "\
var n = 0
export fun next(): int {
  n = n + 1
  return n
}
test \"of another file\" { expect false }
";

#[test]
fn each_test_starts_anew() {
    let done = mochi(
        &[("cart.mochi", CART), ("util.mochi", UTIL)],
        &["test", "cart.mochi"],
    );
    assert_eq!(
        done.stdout,
        "cart.mochi\n\
         seen\n   \
         test adds … ok (TIME)\n   \
         test starts anew … ok (TIME)\n   \
         test starts anew again … ok (TIME)\n   \
         test fails … fail\n      \
         cart.mochi:21:16: error 9 (ASSERT): expect condition failed at cart.mochi:21: add(1) == 5\n        \
         at cart.mochi:21:16 in test fails\n\
         [FAIL] 1 test(s) failed.\n",
        "{}",
        done.stderr
    );
    assert_eq!(done.exit, 1);
}

#[test]
fn folders_and_filters() {
    let files = [
        ("cart.mochi", CART),
        ("util.mochi", UTIL),
        ("deep/er/one.mochi", "test \"anew\" { expect true }\n"),
        ("deep/none.mochi", "print(1)\n"),
        (".hidden/two.mochi", "test \"anew\" { expect false }\n"),
    ];
    let done = mochi(&files, &["test", "--filter", "anew"]);
    assert_eq!(
        done.stdout,
        "cart.mochi\n   \
         test starts anew … ok (TIME)\n   \
         test starts anew again … ok (TIME)\n\
         deep/er/one.mochi\n   \
         test anew … ok (TIME)\n",
        "{}",
        done.stderr
    );
    assert_eq!(done.exit, 0);
}

#[test]
fn tests_behind_using_run_inside_of_it() {
    let text = "import python \"io\" as io\n\
                using f = io.StringIO(\"x\")\n\
                test \"reads\" { expect f.read() == \"x\" }\n\
                test \"reads anew\" { expect f.read() == \"x\" }\n\
                test \"fails\" { expect f.closed }\n";
    let done = mochi(&[("a.mochi", text)], &["test", "a.mochi"]);
    assert_eq!(
        done.stdout,
        "a.mochi\n   \
         test reads … ok (TIME)\n   \
         test reads anew … ok (TIME)\n   \
         test fails … fail\n      \
         a.mochi:5:16: error 9 (ASSERT): expect condition failed at a.mochi:5: f.closed\n        \
         at a.mochi:5:16 in the program\n\
         [FAIL] 1 test(s) failed.\n",
        "{}",
        done.stderr
    );
}

#[test]
fn what_cannot_be_tested_fails() {
    let files = [
        ("a.mochi", "test \"never\" { expect missing }\n"),
        (
            "b.mochi",
            "let zero = 0\nprint(1 / zero)\ntest \"late\" { expect true }\n",
        ),
        (
            "c.mochi",
            "import python \"os\" as os\ntest \"ends\" { os.kill(os.getpid(), 9) }\n",
        ),
    ];
    let done = mochi(&files, &["test", "."]);
    assert_eq!(
        done.stdout,
        "b.mochi\n   \
         test late … fail\n      \
         b.mochi:2:1: error 5 (DIVZERO): division by zero\n        \
         at b.mochi:2:1 in the program\n\
         c.mochi\n   \
         the program ended the tests with a signal\n\
         [FAIL] 2 test(s) failed.\n"
    );
    assert!(
        done.stderr
            .starts_with("error[T002]: undefined variable: missing")
    );
    assert_eq!(done.exit, 1);
    let none = mochi(&files, &["test", "nowhere.mochi"]);
    assert_eq!((none.exit, none.stdout.as_str()), (1, ""));
    assert_eq!(none.stderr, "error: there is no file nowhere.mochi\n");
}
