//! The binary `mochi`: reads the command line, runs one command, turns its outcome into an exit code.
//!
//! Only this crate prints, parses arguments and draws progress. Each command has a file in
//! [`command`]; what they share is in [`args`] and [`exit`].
//!
//! Spec: bridge.md §13 (the command line).

mod args;
mod command;
mod exit;
mod files;
mod junit;
mod output;
mod program;
mod progress;
mod project_args;
mod world;

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use clap::Parser as _;
use clap::error::{ContextKind, ContextValue};

use args::{Arguments, Command};
use exit::Exit;

/// Stack of the thread that does the work: programs may nest deeply. Only what is used is claimed.
const STACK: usize = 512 * 1024 * 1024;

/// How much the heap of that thread has room for from the start; at most 28 MiB have an effect.
const HEAP: usize = 28 * 1024 * 1024;

fn main() -> ExitCode {
    exit::report_bugs();
    // Without it an interruption ends the process all the same, only with less order.
    let _ = mochi_system::on_interrupt(|| {
        command::test::say_what_runs(&mochi_system::RealSystem);
        output::interrupted();
    });
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are results, the rest is talk; clap knows which is which.
            let _ = error.print();
            if let Some(file) = program_as_command(&error) {
                output::say(&format!("`mochi run {file}` runs that program."));
            }
            return match error.exit_code() {
                0 => Exit::Success,
                _ => Exit::Usage,
            }
            .into();
        }
    };
    let work = thread::Builder::new().stack_size(STACK);
    let work = work.spawn(move || {
        widen_heap();
        dispatch(&arguments)
    });
    match work {
        Ok(worker) => worker.join().unwrap_or(Exit::Bug).into(),
        Err(error) => output::failure(
            &format!("cannot start a thread: {error}"),
            Exit::Environment,
        )
        .into(),
    }
}

/// Makes room in the heap of this thread. The allocator of Linux's C library otherwise extends the
/// heap of any thread but the first by a page at a time, with a system call each, which takes about
/// a sixth of the time of checking ten thousand lines. What is freed here stays with the heap, and is
/// claimed from the system only where it is used. Other allocators lose nothing by it.
fn widen_heap() {
    // Until a block of some size was freed, one of that size is not taken from the heap.
    for size in [HEAP + HEAP / 8, HEAP] {
        drop(black_box(Vec::<u8>::with_capacity(size)));
    }
}

/// The file of a program that stands where a command is expected.
fn program_as_command(error: &clap::Error) -> Option<&str> {
    match error.get(ContextKind::InvalidSubcommand)? {
        ContextValue::String(word)
            if Path::new(word)
                .extension()
                .is_some_and(|found| found == "mochi") =>
        {
            Some(word)
        }
        _ => None,
    }
}

fn dispatch(arguments: &Arguments) -> Exit {
    match &arguments.command {
        Command::Lock(lock) => command::lock::execute(&arguments.global, lock),
        Command::New(new) => command::new::execute(&arguments.global, new),
        Command::Init(init) => command::new::init(&arguments.global, init),
        Command::Repl(repl) => command::repl::execute(&arguments.global, repl),
        Command::Run(run) => command::run::execute(&arguments.global, run),
        Command::Check(check) => command::check::execute(&arguments.global, check),
        Command::Test(test) => command::test::execute(&arguments.global, test),
        Command::Bench(bench) => command::bench::execute(&arguments.global, bench),
        Command::Build(build) => command::build::execute(&arguments.global, build),
        Command::Fmt(fmt) => command::fmt::execute(&arguments.global, fmt),
        Command::Doc(doc) => command::doc::execute(&arguments.global, doc),
        Command::Explain(explain) => command::explain::execute(&arguments.global, explain),
        Command::Pkg(pkg) => command::pkg::execute(&arguments.global, pkg),
    }
}
