//! Programs on the command line (`-e`) and on standard input (`-`).

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use mochi_test::process::Finished;

fn mochi(arguments: &[&str], input: &str) -> Finished {
    let folder = tempfile::tempdir().unwrap();
    let mochi = support::mochi("inline");
    mochi.run(folder.path(), arguments, input).unwrap()
}

const ARGUMENTS: &str = "import python \"sys\" as sys\nprint(sys.argv)\n";

#[test]
fn text_on_the_command_line_is_a_program() {
    let done = mochi(&["run", "-e", "print(1 + 2)"], "");
    assert_eq!(
        (done.exit, done.stdout.as_str()),
        (0, "3\n"),
        "{}",
        done.stderr
    );
    let done = mochi(&["run", "-e", ARGUMENTS, "a", "b.mochi"], "");
    assert_eq!(
        done.stdout, "[\"-e\", \"a\", \"b.mochi\"]\n",
        "{}",
        done.stderr
    );
    assert_eq!(mochi(&["run", "-e", "-1"], "").exit, 1);
    assert_eq!(mochi(&["run", "-e"], "").exit, 2);
    assert_eq!(mochi(&["check", "-e", "1", "x.mochi"], "").exit, 2);
}

#[test]
fn faults_of_the_text_have_frames() {
    for (arguments, input, place) in [
        (["check", "-e", "\npint(1)"].as_slice(), "", "-e:2:1"),
        (["check", "-"].as_slice(), "\npint(1)\n", "-:2:1"),
    ] {
        let done = mochi(arguments, input);
        assert_eq!(done.exit, 1);
        for text in [place, "error[T003]", "2 | pint(1)", "did you mean `print`?"] {
            assert!(done.stderr.contains(text), "no {text}: {}", done.stderr);
        }
    }
    let done = mochi(&["run", "-e", "print(1 / len(\"\"))"], "");
    assert_eq!(done.exit, 1);
    assert!(
        done.stderr
            .starts_with("-e:1:7: error 5 (DIVZERO): division by zero\n"),
        "{}",
        done.stderr
    );
    let done = mochi(&["check", "--json", "-e", "pint(1)"], "");
    assert!(done.stdout.contains("\"code\":\"T003\""), "{}", done.stdout);
}

#[test]
fn text_on_standard_input_is_a_program() {
    let done = mochi(&["run", "-", "x"], ARGUMENTS);
    assert_eq!(done.stdout, "[\"-\", \"x\"]\n", "{}", done.stderr);
    let done = mochi(&["check", "--emit", "-"], "print(1)\n");
    assert!(
        done.stdout.contains("print(1)"),
        "{}{}",
        done.stdout,
        done.stderr
    );
}
