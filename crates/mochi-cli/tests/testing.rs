//! `mochi test` runs each test block after the file's other statements, says how each went, and
//! fails if one did.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader, Lines};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdout, Command, Stdio};

use mochi_test::process::Finished;

/// Runs `mochi` in a folder with these files; durations are replaced by `TIME`.
fn mochi(files: &[(&str, &str)], arguments: &[&str]) -> Finished {
    let folder = support::folder(files);
    let mochi = support::mochi("testing");
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

/// Runs `mochi` in a folder with these files; it must end and say so.
#[track_caller]
fn says(files: &[(&str, &str)], arguments: &[&str], exit: i32, stdout: &str) -> Finished {
    let done = mochi(files, arguments);
    assert_eq!(done.stdout, stdout, "{}", done.stderr);
    assert_eq!(done.exit, exit);
    done
}

/// `mochi test` while it runs, in a group of its own.
struct Running {
    _folder: tempfile::TempDir,
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    /// Starts it for the file `a.mochi`.
    fn of(text: &str) -> Self {
        let folder = support::folder(&[("a.mochi", text)]);
        let mochi = support::mochi("testing");
        let mut command = mochi.command(folder.path());
        command
            .args(["test", "a.mochi"])
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self {
            _folder: folder,
            process,
            lines,
        }
    }

    /// The next line that it writes.
    fn next(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }
}

/// Sends a signal to a process, or to a group by its negative number.
fn send(signal: &str, to: &str) {
    let sent = Command::new("kill").args([signal, "--", to]).status();
    assert!(sent.unwrap().success());
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
    says(
        &[("cart.mochi", CART), ("util.mochi", UTIL)],
        &["test", "cart.mochi"],
        1,
        "cart.mochi\n\
         seen\n   \
         test adds … ok (TIME)\n   \
         test starts anew … ok (TIME)\n   \
         test starts anew again … ok (TIME)\n   \
         test fails … fail\n      \
         cart.mochi:21:16: error 9 (ASSERT): expect condition failed at cart.mochi:21: add(1) == 5\n        \
         left:  2\n        \
         right: 5\n        \
         at cart.mochi:21:16 in test fails\n\
         [FAIL] 1 test(s) failed.\n",
    );
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
    says(
        &files,
        &["test", "--filter", "anew"],
        0,
        "cart.mochi\n   \
         test starts anew … ok (TIME)\n   \
         test starts anew again … ok (TIME)\n\
         deep/er/one.mochi\n   \
         test anew … ok (TIME)\n",
    );
}

#[test]
fn tests_behind_using_run_inside_of_it() {
    let text = "import python \"io\" as io\n\
                using f = io.StringIO(\"x\")\n\
                test \"reads\" { expect f.read() == \"x\" }\n\
                test \"reads anew\" { expect f.read() == \"x\" }\n\
                test \"fails\" { expect f.closed }\n\
                test \"fails\" { expect !f.closed }\n";
    says(
        &[("a.mochi", text)],
        &["test", "a.mochi"],
        1,
        "a.mochi\n   \
         test reads … ok (TIME)\n   \
         test reads anew … ok (TIME)\n   \
         test fails … fail\n      \
         a.mochi:5:16: error 9 (ASSERT): expect condition failed at a.mochi:5: f.closed\n        \
         at a.mochi:5:16 in the program\n   \
         test fails … ok (TIME)\n\
         [FAIL] 1 test(s) failed.\n",
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
    let done = says(
        &files,
        &["test", "."],
        1,
        "b.mochi\n   \
         test late … fail\n      \
         b.mochi:2:7: error 5 (DIVZERO): division by zero\n        \
         at b.mochi:2:7 in the program\n\
         c.mochi\n   \
         test ends … fail\n      \
         the test ended the process with a signal\n\
         [FAIL] 2 test(s) failed.\n",
    );
    assert!(
        done.stderr
            .starts_with("error[T002]: undefined variable: missing")
    );
    assert!(done.stderr.ends_with("error: not tested: a.mochi\n"));
    let none = mochi(&files, &["test", "nowhere.mochi"]);
    assert_eq!((none.exit, none.stdout.as_str()), (1, ""));
    assert_eq!(none.stderr, "error: there is no file nowhere.mochi\n");
}

#[test]
fn outcomes_are_written_as_junit_too() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("cart.mochi", CART),
        ("util.mochi", UTIL),
        (
            "b.mochi",
            "let x: int = \"<\"\ntest \"never\" { expect x == 1 }\n",
        ),
        (
            "c.mochi",
            "import python \"os\" as os\ntest \"ends\" { os.kill(os.getpid(), 9) }\n",
        ),
    ];
    let junit = folder.path().join("reports/tests.xml");
    let words = ["test", "--filter", "s", "--junit", junit.to_str().unwrap()];
    let done = mochi(&files, &words);
    assert_eq!(done.exit, 1);
    let text = fs::read_to_string(junit).unwrap();
    let (start, timed) = text.split_once("time=\"").unwrap();
    let mut text = start.to_owned();
    for part in timed.split("time=\"") {
        let (seconds, rest) = part.split_once('"').unwrap();
        assert!(seconds.parse::<f64>().unwrap() < 60.0, "{seconds}");
        text.push_str("time=\"T\"");
        text.push_str(rest);
    }
    insta::assert_snapshot!(text);
}

#[test]
fn outcomes_come_when_they_are_known() {
    let text = "import python \"time\" as time\n\
                test \"first\" { expect true }\n\
                test \"second\" {\n  print(\"begun\")\n  time.sleep(60.0)\n}\n";
    let mut running = Running::of(text);
    assert_eq!(running.next(), "a.mochi");
    let first = running.next();
    assert!(first.starts_with("   test first … ok"), "{first}");
    // The other one is running still.
    assert!(running.process.try_wait().unwrap().is_none());
    // The end of mochi is the end of the test as well.
    send("-TERM", &running.process.id().to_string());
    assert_eq!(running.process.wait().unwrap().code(), Some(143));
}

#[test]
fn tests_go_on_after_one_that_ended_the_process() {
    let text = "import python \"os\" as os\n\
                import python \"sys\" as sys\n\
                test \"before\" { expect true }\n\
                test \"leaves\" { sys.exit(3) }\n\
                test \"dies\" { os.kill(os.getpid(), 9) }\n\
                test \"dies\" { os.kill(os.getpid(), 9) }\n\
                test \"after\" { expect true }\n";
    says(
        &[("a.mochi", text)],
        &["test", "a.mochi"],
        1,
        "a.mochi\n   \
         test before … ok (TIME)\n   \
         test leaves … fail\n      \
         a.mochi:4:17: the program ends here, with status 3\n        \
         at a.mochi:4:17 in test leaves\n   \
         test dies … fail\n      \
         the test ended the process with a signal\n   \
         test dies … fail\n      \
         the test ended the process with a signal\n   \
         test after … ok (TIME)\n\
         [FAIL] 3 test(s) failed.\n",
    );
}

#[test]
fn a_test_that_takes_too_long_fails_and_the_others_go_on() {
    let text = "import python \"time\" as time\n\
                fun wait() { while true { time.sleep(0.01) } }\n\
                test \"hangs\" { wait() }\n\
                test \"is quick\" { expect true }\n";
    says(
        &[("a.mochi", text)],
        &["test", "--timeout", "0.5", "."],
        1,
        "a.mochi\n   \
         test hangs … fail\n      \
         a.mochi:2:27: the test takes longer than 0.5s\n        \
         at a.mochi:3:16 in test hangs\n        \
         at a.mochi:2:27 in wait\n   \
         test is quick … ok (TIME)\n\
         [FAIL] 1 test(s) failed.\n",
    );
    let none = mochi(&[("a.mochi", text)], &["test", "--timeout", "0"]);
    assert_eq!(none.exit, 2);
    assert!(
        none.stderr.contains("a number of seconds above 0"),
        "{}",
        none.stderr
    );
}

#[test]
fn native_code_that_lets_no_one_else_run_is_ended_too() {
    let text = "import python \"re\" as re\n\
                let text = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"\n\
                test \"hangs\" { expect re.match(\"(a+)+$\", text) == none }\n\
                test \"is quick\" { expect true }\n";
    says(
        &[("a.mochi", text)],
        &["test", "--timeout", "0.5", "."],
        1,
        "a.mochi\n   \
         test hangs … fail\n      \
         the test takes longer than 0.5s\n   \
         test is quick … ok (TIME)\n\
         [FAIL] 1 test(s) failed.\n",
    );
}

#[test]
fn an_interruption_says_which_test_ran() {
    let text = "import python \"time\" as time\n\
                test \"first\" { expect true }\n\
                test \"hangs\" {\n  time.sleep(60.0)\n}\n";
    let mut running = Running::of(text);
    assert_eq!(running.next(), "a.mochi");
    assert!(running.next().starts_with("   test first … ok"));
    // It is in the second one when it has slept a little.
    std::thread::sleep(std::time::Duration::from_millis(300));
    send("-INT", &format!("-{}", running.process.id()));
    assert_eq!(running.next(), "   test hangs … interrupted");
    assert_eq!(running.next(), "      a.mochi:4:3: this was running");
    assert_eq!(running.process.wait().unwrap().code(), Some(130));
}

#[test]
fn nothing_to_run_is_said() {
    let files = [("a.mochi", "test \"one\" { expect true }\n")];
    let done = mochi(&files, &["test", "--filter", "two"]);
    assert_eq!((done.exit, done.stdout.as_str()), (0, ""));
    assert_eq!(done.stderr, "no test has a name that contains `two`\n");
    let done = mochi(&[("a.mochi", "print(1)\n")], &["test"]);
    assert_eq!((done.exit, done.stdout.as_str()), (0, ""));
    assert_eq!(done.stderr, "there are no tests\n");
    let done = mochi(&[("a.mochi", "print(1)\n")], &["test", "-q"]);
    assert_eq!((done.exit, done.stderr.as_str()), (0, ""));
}
