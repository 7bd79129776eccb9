//! `mochi test`: the test blocks of files, one Python process for each file.
//!
//! Spec: language.md §13 (tests).

use std::io::Write as _;
use std::path::{Path, PathBuf};

use mochi_project::driver::{BuildFailure, BuildOptions, Purpose, Script, build};
use mochi_project::project::LockMode;
use mochi_system::{FileKind, System};

use super::run::start;
use crate::args::{Global, TestArguments};
use crate::exit::Exit;
use crate::output;
use crate::world::World;

/// How the tests of a file went.
enum Outcome {
    /// All ran; so many failed.
    Ran(u64),
    /// None could run.
    Refused(Exit),
}

/// Runs the tests of all files.
pub fn execute(global: &Global, arguments: &TestArguments) -> Exit {
    let world = World::new(global);
    let files = match files(&*world.system, &arguments.paths) {
        Ok(files) => files,
        Err(sentence) => return output::failure(&sentence, Exit::Program),
    };
    let filter = arguments.filter.as_deref().unwrap_or("");
    let mut failed = 0;
    let mut refused = Vec::new();
    for (file, is_named) in &files {
        let mode = arguments.lock.mode();
        match test(global, &world, (file, *is_named), filter, mode) {
            Outcome::Ran(count) => failed += count,
            Outcome::Refused(exit) => refused.push(exit),
        }
    }
    if failed > 0 {
        output::result(&format!("[FAIL] {failed} test(s) failed.\n"));
    }
    if refused.contains(&Exit::Environment) {
        Exit::Environment
    } else if failed > 0 || !refused.is_empty() {
        Exit::Program
    } else {
        Exit::Success
    }
}

/// The files that paths mean, in order, and whether the user named them.
pub(super) fn files(system: &dyn System, paths: &[PathBuf]) -> Result<Vec<(PathBuf, bool)>, String> {
    let mut files = Vec::new();
    for path in paths {
        if system.is_directory(path) {
            below(system, path, &mut files)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        } else {
            files.push((path.clone(), true));
        }
    }
    Ok(files)
}

fn below(
    system: &dyn System,
    folder: &Path,
    files: &mut Vec<(PathBuf, bool)>,
) -> std::io::Result<()> {
    for entry in system.entries(folder)? {
        let path = if folder == Path::new(".") {
            PathBuf::from(&entry.name)
        } else {
            folder.join(&entry.name)
        };
        let is_program = path.extension().is_some_and(|suffix| suffix == "mochi");
        match entry.kind {
            FileKind::Directory if !entry.name.starts_with('.') => below(system, &path, files)?,
            FileKind::File if is_program => files.push((path, false)),
            _ => {}
        }
    }
    Ok(())
}

fn test(
    global: &Global,
    world: &World,
    (file, is_named): (&Path, bool),
    filter: &str,
    mode: LockMode,
) -> Outcome {
    let script = match Script::open(&*world.system, file) {
        Ok(script) => script,
        Err(sentence) => return Outcome::Refused(output::failure(&sentence, Exit::Program)),
    };
    if !script.has_tests() && !is_named {
        return Outcome::Ran(0);
    }
    let session = match world.session_for(file, mode) {
        Ok(session) => session,
        Err(errors) => return Outcome::Refused(output::project_errors(global, &errors)),
    };
    let options = BuildOptions {
        compiler: world.compiler(),
        purpose: Purpose::Test,
    };
    let built = build(script, &world.system, &session, &options);
    world.talk.end();
    let executable = match built {
        Ok(executable) => executable,
        Err(failure) => {
            return Outcome::Refused(match *failure {
                BuildFailure::Refused(checked) => {
                    output::diagnostics(global, &checked.diagnostics, &checked.sources);
                    Exit::of(checked.class)
                }
                BuildFailure::Environment(error) => output::project_error(global, &error),
            });
        }
    };
    output::diagnostics(global, &executable.warnings, &executable.sources);
    let command = start(&executable).argument(file).argument(filter);
    let done = match world.system.run(&command, &mut |_| {}) {
        Ok(done) => done,
        Err(error) => {
            let sentence = format!("cannot start {}: {error}", executable.python.display());
            return Outcome::Refused(output::failure(&sentence, Exit::Environment));
        }
    };
    let text = done.stdout_text();
    let (shown, failed) = match text.rsplit_once('\0') {
        Some((shown, count)) => (shown, count.trim().parse().unwrap_or(1)),
        None => (text.as_str(), 1),
    };
    let ended = shown.len() == text.len();
    if is_named || ended || !shown.is_empty() {
        output::result(&format!("{}\n{shown}", file.display()));
    }
    // What the tests themselves write there; a reader that went away is no fault.
    let _ = std::io::stderr().write_all(&done.stderr);
    if ended {
        let code = done
            .code
            .map_or("a signal".to_owned(), |code| format!("code {code}"));
        output::result(&format!("   the program ended the tests with {code}\n"));
    }
    Outcome::Ran(failed)
}
