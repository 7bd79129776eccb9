//! Literate cases: a Markdown heading, a Mochi program, and what it must yield.
//!
//! Below a heading stands a ```` ```mochi ```` block (more of them with file names after the word
//! for programs of several files; the first is the entry) and any of
//!
//! | block | must equal |
//! | --- | --- |
//! | `diagnostics` | what `mochi check` writes; empty for a program without fault |
//! | `python` | the Python that `mochi check --emit` prints |
//! | `types` | what `mochi check --types` prints |
//! | `output`, `stderr`, `exit` | what `mochi run` prints, reports, and exits with (0 if not given) |
//!
//! `stdin` and `arguments` (one a line) are passed to `mochi run`; `file NAME` writes a further
//! file beside the program, and each line of a `fixture` block names a folder of `tests/fixtures`
//! that is copied there. With `MOCHI_UPDATE=1` the expectations are rewritten to what is; with
//! `MOCHI_CASE=text` only cases whose name contains the text run.

mod case;
mod check;

pub use case::{Case, Expectation, Kind, read};

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::diff;
use crate::markdown;
use crate::process::Mochi;

/// How the cases went.
#[derive(Debug, Default)]
pub struct Report {
    /// How many ran.
    pub ran: usize,
    /// What to say about those that failed, in the order of the files.
    pub failures: Vec<String>,
    /// How many expectations were rewritten.
    pub updated: usize,
}

/// A new content for a block of a file.
type Rewrite = (Range<usize>, String);

/// Runs every case in the Markdown files below `root`, several at a time; `fixtures` holds the
/// folders that cases may ask for.
pub fn run(mochi: &Mochi, root: &Path, fixtures: &Path) -> io::Result<Report> {
    let update = std::env::var_os("MOCHI_UPDATE").is_some_and(|value| value == "1");
    let filter = std::env::var("MOCHI_CASE").unwrap_or_default();
    let mut cases = Vec::new();
    let mut report = Report::default();
    for file in markdown_files(root)? {
        let text = fs::read_to_string(&file)?;
        let shown = match file.strip_prefix(root) {
            Ok(below) if below.as_os_str().is_empty() => root,
            Ok(below) => below,
            Err(_) => &file,
        };
        let (found, faults) = read(shown, &text);
        report.failures.extend(faults);
        cases.extend(
            found
                .into_iter()
                .filter(|case| case.name.contains(&filter))
                .map(|case| (file.clone(), case)),
        );
    }
    report.ran = cases.len();
    let check = |case: &Case| check::check(mochi, case, fixtures, update);
    let outcomes = run_all(&cases, &check);
    let mut rewrites: Vec<(&PathBuf, Rewrite)> = Vec::new();
    for ((file, _), (failure, new)) in cases.iter().zip(outcomes) {
        report.failures.extend(failure);
        rewrites.extend(new.into_iter().map(|rewrite| (file, rewrite)));
    }
    report.updated = rewrites.len();
    write_back(&rewrites)?;
    Ok(report)
}

/// What a case yielded: what to say if it failed, and blocks to rewrite.
type Outcome = (Option<String>, Vec<Rewrite>);

fn run_all(cases: &[(PathBuf, Case)], check: &(dyn Fn(&Case) -> Outcome + Sync)) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers.min(cases.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some((_, case)) = cases.get(index) else {
                        return;
                    };
                    let outcome = check(case);
                    if let Ok(mut all) = outcomes.lock() {
                        all.push((index, outcome));
                    }
                }
            });
        }
    });
    let mut all = outcomes.into_inner().unwrap_or_default();
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, outcome)| outcome).collect()
}

/// What to say about an expectation that was not met.
fn diff_message(kind: Kind, expected: &str, actual: &str) -> String {
    let word = format!("{kind:?}").to_lowercase();
    format!(
        "{word}: (- expected, + found)\n{}",
        diff::lines(expected, actual)
    )
}

/// Writes new contents into their files, each file once.
fn write_back(rewrites: &[(&PathBuf, Rewrite)]) -> io::Result<()> {
    let mut files: Vec<&PathBuf> = rewrites.iter().map(|(file, _)| *file).collect();
    files.dedup();
    for file in files {
        let new: Vec<Rewrite> = rewrites
            .iter()
            .filter(|(of, _)| *of == file)
            .map(|(_, rewrite)| rewrite.clone())
            .collect();
        let text = fs::read_to_string(file)?;
        fs::write(file, markdown::replace(&text, &new))?;
    }
    Ok(())
}

/// The Markdown files below a folder, sorted; a file stands for itself.
pub fn markdown_files(root: &Path) -> io::Result<Vec<PathBuf>> {
    if root.is_file() {
        return Ok(vec![root.to_owned()]);
    }
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|suffix| suffix == "md") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
