//! `mochi run` becomes the program: arguments, input, output, exit code and interruption are the
//! program's own, and a second run does only what is needed.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use mochi_test::process::{Finished, Mochi};

/// A program in a folder of its own, and the binary with a cache that the tests share.
struct Program {
    folder: tempfile::TempDir,
    mochi: Mochi,
}

impl Program {
    fn new(source: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("main.mochi"), source).unwrap();
        Self {
            folder,
            mochi: support::mochi("process"),
        }
    }

    fn start(&self) -> Child {
        self.mochi
            .command(self.folder.path())
            .args(["run", "main.mochi"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn run(&self, arguments: &[&str], input: &str) -> Finished {
        let words = [&["run", "main.mochi"], arguments].concat();
        self.mochi.run(self.folder.path(), &words, input).unwrap()
    }
}

#[test]
fn arguments_and_input_reach_the_program() {
    let program = Program::new(
        "import python \"sys\" as sys\n\
         for a in sys.argv[1:] { print(a) }\n\
         print(input() + \"|\" + input() + \"|\" + input())\n",
    );
    let done = program.run(&["--quiet", "a b", "--", "-x"], "one\ntwo\n");
    assert_eq!(
        done.stdout, "--quiet\na b\n--\n-x\none|two|\n",
        "{}",
        done.stderr
    );
    assert_eq!(done.exit, 0);
}

#[test]
fn the_exit_code_is_the_programs() {
    let program = Program::new("import python \"sys\" as sys\nprint(\"bye\")\nsys.exit(7)\n");
    let done = program.run(&[], "");
    assert_eq!(
        (done.exit, done.stdout.as_str()),
        (7, "bye\n"),
        "{}",
        done.stderr
    );
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let program = Program::new("for i in 0..100000 { print(i) }\n");
    let mut child = program.start();
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    drop(reader);
    let done = child.wait_with_output().unwrap();
    assert_eq!(line, "0\n");
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_the_program_with_130() {
    // Standard output is written in blocks, so a file tells when the program runs.
    let program = Program::new(
        "import python \"time\" as time\nimport python \"pathlib\" as pathlib\n\
         pathlib.Path(\"ready\").write_text(\"\")\ntime.sleep(60)\nprint(\"late\")\n",
    );
    let mut child = program.start();
    while !program.folder.path().join("ready").exists() {
        assert!(child.try_wait().unwrap().is_none(), "ended early");
        thread::sleep(Duration::from_millis(5));
    }
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(130));
    assert!(done.stdout.is_empty());
}

#[test]
fn a_second_run_needs_no_uv() {
    let program = Program::new(
        "import python \"iniconfig\" as iniconfig\n\
         let ini = iniconfig.IniConfig(\"x.ini\", data = \"[a]\\nb = 1\\n\")\n\
         print(ini.get(\"a\", \"b\"))\n",
    );
    let first = program.run(&[], "");
    assert_eq!(first.exit, 0, "{}", first.stderr);
    let again = program
        .mochi
        .command(program.folder.path())
        .args(["run", "main.mochi"])
        .env("MOCHI_UV", "/nowhere/uv")
        .env("PATH", "")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&again.stderr), "");
    assert_eq!(String::from_utf8_lossy(&again.stdout), first.stdout);
}

#[test]
fn a_small_program_loads_no_large_modules() {
    let program = Program::new(
        "import python \"sys\" as sys\n\
         for name in [\"typing\", \"dataclasses\", \"asyncio\", \"fractions\", \"inspect\", \"re\"] {\n\
           if name in sys.modules { print(name) }\n\
         }\n",
    );
    let done = program.run(&[], "");
    assert_eq!(
        (done.exit, done.stdout.as_str()),
        (0, ""),
        "{}",
        done.stderr
    );
}
