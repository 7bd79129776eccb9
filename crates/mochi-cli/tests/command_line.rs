//! What the command line itself promises: help, exit codes, where text goes.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use mochi_test::process::{Finished, Mochi};

fn mochi(arguments: &[&str]) -> Finished {
    let scratch = tempfile::tempdir().unwrap();
    Mochi::new(env!("CARGO_BIN_EXE_mochi"), scratch.path().join("cache"))
        .run(scratch.path(), arguments, "")
        .unwrap()
}

#[test]
fn help_has_examples_and_goes_to_standard_output() {
    for arguments in [
        &["--help"][..],
        &["run", "--help"],
        &["check", "--help"],
        &["fmt", "--help"],
        &["explain", "--help"],
        &["new", "--help"],
        &["init", "--help"],
        &["lock", "--help"],
        &["pkg", "add", "--help"],
        &["pkg", "remove", "--help"],
        &["pkg", "lock", "--help"],
        &["pkg", "sync", "--help"],
        &["pkg", "tree", "--help"],
        &["pkg", "why", "--help"],
    ] {
        let done = mochi(arguments);
        assert_eq!(done.exit, 0, "{arguments:?}");
        assert!(
            done.stdout.contains("Examples:\n  mochi "),
            "{}",
            done.stdout
        );
        assert!(done.stderr.is_empty(), "{}", done.stderr);
    }
}

#[test]
fn a_wrong_command_line_exits_with_2_and_suggests() {
    for (arguments, said) in [
        (&["chekc", "a.mochi"][..], "check"),
        (&["check", "--typs", "a.mochi"], "--types"),
        (&["a.mochi", "3"], "`mochi run a.mochi` runs that program."),
        (&["run"], "<FILE>"),
        (&["explain", "TT008"], "did you mean `T008`?"),
    ] {
        let done = mochi(arguments);
        assert_eq!(done.exit, 2, "{arguments:?}: {}", done.stderr);
        assert!(done.stderr.contains(said), "{}", done.stderr);
        assert!(done.stdout.is_empty(), "{}", done.stdout);
    }
}

#[test]
fn explain_prints_pages() {
    let done = mochi(&["explain", "t008"]);
    assert_eq!((done.exit, done.stderr.as_str()), (0, ""));
    assert!(done.stdout.starts_with("# T008: type mismatch\n"));
    assert_eq!(
        mochi(&["explain", "5"]).stdout,
        mochi(&["explain", "DIVZERO"]).stdout
    );
    assert!(
        mochi(&["explain", "no-types"])
            .stdout
            .starts_with("# Skip: no-types\n")
    );
    assert!(mochi(&["explain"]).stdout.contains("T008  type mismatch\n"));
}
