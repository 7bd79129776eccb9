//! The command line as types.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::program::STDIN;
use crate::project_args::{
    AddArguments, AuditArguments, InitArguments, LockArguments, LockFlags, NewArguments,
    RemoveArguments, ScriptLockArguments, SyncArguments, TreeArguments, WhyArguments,
};

/// Compile and run Mochi programs on packages from PyPI.
#[derive(Debug, Parser)]
#[command(name = "mochi", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub struct Arguments {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  mochi run hello.mochi           check a program and run it
  mochi new demo                  make a project, `mochi run` runs it
  mochi check hello.mochi         check only
  mochi test tests                run the tests of all files in a folder
  mochi bench sort.mochi          measure the benchmarks of a file
  mochi explain T008              what a diagnostic means";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a project in a new directory
    New(NewArguments),
    /// Make a project of a directory
    Init(InitArguments),
    /// Check a program and run it
    Run(RunArguments),
    /// Check a program without running it
    Check(CheckArguments),
    /// Run the tests of programs
    Test(TestArguments),
    /// Measure the benchmarks of programs
    Bench(BenchArguments),
    /// Write a Python package that runs without Mochi
    Build(BuildArguments),
    /// Format programs
    Fmt(FmtArguments),
    /// Pin what a script's imports got, in a file beside it
    Lock(ScriptLockArguments),
    /// Enter programs line by line
    Repl(ReplArguments),
    /// Write documentation as HTML
    Doc(DocArguments),
    /// Explain the code of a diagnostic, of a run-time error or of a skip
    Explain(ExplainArguments),
    /// Work with packages
    #[command(subcommand)]
    Pkg(PkgCommand),
}

/// `mochi pkg`
#[derive(Debug, Subcommand)]
pub enum PkgCommand {
    /// Add dependencies to the project
    Add(AddArguments),
    /// Remove dependencies from the project
    Remove(RemoveArguments),
    /// Bring mochi.lock up to date, or check it
    Lock(LockArguments),
    /// Make the project's environment match the lock, and write the wrappers of its packages
    Sync(SyncArguments),
    /// Show what needs what
    Tree(TreeArguments),
    /// Show why a distribution is locked
    Why(WhyArguments),
    /// Show what a package offers, where its types come from, and what is degraded
    Surface(SurfaceArguments),
    /// Show what every locked package can do to the machine
    Audit(AuditArguments),
}

/// Options that every command takes.
#[derive(Args, Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct Global {
    /// Say nothing but results and errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say what is being done
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// Use only what is in the cache
    #[arg(long, global = true)]
    pub offline: bool,
    /// The Python to use, 3.12 or newer: a path, a name on PATH, or a version
    #[arg(long, global = true, value_name = "PYTHON")]
    pub python: Option<String>,
    /// Write without colours, as with NO_COLOR
    #[arg(long, global = true)]
    pub no_color: bool,
}

impl Global {
    /// Whether to colour what goes to standard error.
    pub fn colors(&self) -> bool {
        let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        !self.no_color && !forbidden && std::io::stderr().is_terminal()
    }
}

/// `mochi run`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi run hello.mochi
  mochi run                               the project's src/main.mochi
  mochi run cart.mochi --list 3           everything after the file goes to the program
  mochi run -e 'print(1 + 2)'             a program on the command line
  mochi run -                             a program on standard input
  mochi run --locked                      fail if the lock does not fit mochi.toml
  mochi --offline run cart.mochi          without any network access
  mochi --python python3.13 run cart.mochi")]
pub struct RunArguments {
    /// The program, and the arguments that it gets; without a .mochi file the project's program
    #[arg(
        num_args = 0..,
        trailing_var_arg = true,
        value_names = ["FILE", "ARGS"],
    )]
    words: Vec<OsString>,
    /// Run this program text; all words are then its arguments
    #[arg(short, long, value_name = "CODE", allow_hyphen_values = true)]
    pub eval: Option<String>,
    /// How much of the lock may change.
    #[command(flatten)]
    pub lock: LockFlags,
}

impl RunArguments {
    /// The program, if the first word names one. In a project a plain file with another suffix
    /// is an argument of the project's program.
    pub fn file(&self, in_project: bool) -> Option<PathBuf> {
        let first = PathBuf::from(self.words.first()?);
        let named = first
            .extension()
            .is_some_and(|extension| extension == "mochi")
            || first == Path::new(STDIN);
        // What can be read but is no file, such as `/dev/stdin`, is a program too.
        let readable = first.exists() && !first.is_dir() && !(in_project && first.is_file());
        (named || readable).then_some(first)
    }

    /// The first word, whatever it is.
    pub fn first(&self) -> Option<PathBuf> {
        self.words.first().map(PathBuf::from)
    }

    /// What is passed on to the program.
    pub fn arguments(&self, has_file: bool) -> &[OsString] {
        self.words.get(usize::from(has_file)..).unwrap_or(&[])
    }
}

/// `mochi check`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi check cart.mochi                  exit code 0 if the program may run
  mochi check                             the project's program
  mochi check --types cart.mochi          the type of every statement, call and binding
  mochi check -e 'print(1 + 2)'           a program on the command line
  mochi check --emit cart.mochi           the Python that would run
  mochi check --json cart.mochi           diagnostics for other programs to read")]
pub struct CheckArguments {
    /// The program, `-` for standard input; the project's if not given
    #[arg(value_name = "FILE", conflicts_with = "eval")]
    pub file: Option<PathBuf>,
    /// Check this program text
    #[arg(short, long, value_name = "CODE", allow_hyphen_values = true)]
    pub eval: Option<String>,
    /// How much of the lock may change.
    #[command(flatten)]
    pub lock: LockFlags,
    /// Print the type of every expression statement, call and binding
    #[arg(long, conflicts_with = "emit")]
    pub types: bool,
    /// Print the Python of the main module
    #[arg(long)]
    pub emit: bool,
    /// Write diagnostics as JSON, one object a line, to standard output
    #[arg(long, conflicts_with_all = ["types", "emit"])]
    pub json: bool,
}

/// `mochi test`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi test cart.mochi                   each test block, after the file's other statements
  mochi test tests                        every file below a folder
  mochi test                              every file below this one
  mochi test cart.mochi --filter total    tests whose names contain a text
  mochi test --timeout 10                 a test that takes longer fails, and the others go on
  mochi test --junit target/tests.xml     the outcome as a file that CI services read")]
pub struct TestArguments {
    /// Files, or folders with files
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Run only tests whose names contain this text
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// How many seconds each test may take; no limit if not given
    #[arg(long, value_name = "SECONDS", value_parser = some_seconds)]
    pub timeout: Option<f64>,
    /// The file for the outcome as XML.
    #[arg(
        long,
        value_name = "FILE",
        help = "Also write the outcome to this file, as JUnit XML"
    )]
    pub junit: Option<PathBuf>,
    /// How much of the lock may change.
    #[command(flatten)]
    pub lock: LockFlags,
}

/// `mochi bench`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi bench cart.mochi                  each bench block, after the file's other statements
  mochi bench                             every file below this one
  mochi bench cart.mochi --filter total   benchmarks whose names contain a text
  mochi bench --json cart.mochi           one JSON object a line
  mochi bench --rounds 20 cart.mochi      a fixed number of rounds")]
pub struct BenchArguments {
    /// Files, or folders with files
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Measure only benchmarks whose names contain this text
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Write one JSON object a line, as when the output is no terminal
    #[arg(long, conflicts_with = "table")]
    pub json: bool,
    /// Write a table, as on a terminal
    #[arg(long)]
    pub table: bool,
    /// The number of rounds; as many as fit into the time if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: Option<u32>,
    /// How long to run a block before it is measured, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0.2, value_parser = seconds)]
    pub warm_up: f64,
    /// How long to measure a block, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0, value_parser = seconds)]
    pub time: f64,
    /// How much of the lock may change.
    #[command(flatten)]
    pub lock: LockFlags,
}

/// A duration on the command line.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("write a number of seconds, such as 0.5".to_owned()),
    }
}

/// A duration on the command line that is more than nothing.
fn some_seconds(text: &str) -> Result<f64, String> {
    seconds(text).and_then(|seconds| {
        let is_some = seconds > 0.0;
        is_some
            .then_some(seconds)
            .ok_or_else(|| "write a number of seconds above 0, such as 10".to_owned())
    })
}

/// `mochi build`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi build                             the project's program, into build
  mochi build cart.mochi                  build/cart: `python -m cart` in build runs it
  mochi build cart.mochi --out dist")]
pub struct BuildArguments {
    /// The program; the project's if not given
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The folder for the package; the project's `build` if not given, else `build` here
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// How much of the lock may change.
    #[command(flatten)]
    pub lock: LockFlags,
}

/// `mochi fmt`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi fmt                               every file of the project, or below this folder
  mochi fmt cart.mochi tests              a file, and every file below a folder
  mochi fmt --check                       exit code 1 and their names if files would change
  mochi fmt - < cart.mochi                from standard input to standard output")]
pub struct FmtArguments {
    /// Files, or folders with files; `-` is standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write nothing; print the names of files that would change
    #[arg(long)]
    pub check: bool,
    /// Format standard input to standard output
    #[arg(long, conflicts_with = "paths")]
    pub stdin: bool,
}

/// `mochi repl`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi repl                              at a terminal: prompts, history, Tab completes
  mochi repl < entries.mochi              without prompts; exit code 1 if an entry failed
  mochi --python 3.13 repl                with another interpreter")]
pub struct ReplArguments {
    /// How much of the lock may change.
    #[command(flatten)]
    pub lock: LockFlags,
}

/// `mochi doc`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi doc                               what the project exports, into build/doc
  mochi doc units.mochi                   what a file exports
  mochi doc rich                          a Python package as Mochi programs see it
  mochi doc \"rich@^13\" --out rich-doc     as an import spells it, into another folder
  mochi doc sqlite3                       a module of the standard library")]
pub struct DocArguments {
    /// A .mochi file, or a package as an import names it; the project's own API if not given
    #[arg(value_name = "FILE|PACKAGE")]
    pub subject: Option<String>,
    /// The folder for the pages; `build/doc/NAME` if not given
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// How much of the lock may change.
    #[command(flatten)]
    pub lock: LockFlags,
}

/// `mochi explain`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi explain T008                      a diagnostic
  mochi explain 5                         an error of a running program, also: DIVZERO
  mochi explain no-annotation             why a Python item has no type
  mochi explain                           the list of all codes")]
pub struct ExplainArguments {
    /// The code; all of them are listed without it
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// `mochi pkg surface`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi pkg surface rich                  the newest version
  mochi pkg surface \"rich@^13\"            as an import spells it
  mochi pkg surface sqlite3               a module of the standard library
  mochi pkg surface --json rich           for other programs to read")]
pub struct SurfaceArguments {
    /// The package, as an import names it
    #[arg(value_name = "NAME")]
    pub spec: String,
    /// Write counts and skips as one JSON object
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn everything_after_the_file_belongs_to_the_program() {
        let parsed = Arguments::try_parse_from([
            "mochi",
            "--offline",
            "run",
            "a.mochi",
            "--quiet",
            "-x",
            "--",
            "--help",
        ])
        .unwrap();
        assert!(parsed.global.offline && !parsed.global.quiet);
        let Command::Run(run) = parsed.command else {
            panic!("not run")
        };
        assert_eq!(run.file(false), Some(PathBuf::from("a.mochi")));
        assert_eq!(run.arguments(true), ["--quiet", "-x", "--", "--help"]);
    }

    #[test]
    fn options_may_stand_after_the_command() {
        let parsed = Arguments::try_parse_from(["mochi", "check", "--types", "a.mochi", "-q"]);
        assert!(parsed.unwrap().global.quiet);
    }

    #[test]
    fn contradictions_are_refused() {
        for line in [
            ["mochi", "check", "a.mochi", "--types", "--emit"],
            ["mochi", "check", "a.mochi", "-q", "-v"],
        ] {
            assert!(Arguments::try_parse_from(line).is_err(), "{line:?}");
        }
    }
}
