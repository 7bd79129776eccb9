//! Running one case and comparing.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use super::case::{Case, Kind};
use super::{Outcome, diff_message};
use crate::process::{Finished, Mochi};

/// Runs a case: what to say if it failed, and the blocks to rewrite when `update` is set.
pub fn check(mochi: &Mochi, case: &Case, fixtures: &Path, update: bool) -> Outcome {
    match yields(mochi, case, fixtures) {
        Err(error) => (Some(format!("{}\n{error}\n", case.name)), Vec::new()),
        Ok(actual) => compare(case, &actual, update),
    }
}

/// What a case yielded, and faults that no block can express.
struct Yield {
    texts: Vec<(Kind, String)>,
    faults: Vec<String>,
}

fn yields(mochi: &Mochi, case: &Case, fixtures: &Path) -> io::Result<Yield> {
    let folder = tempfile::Builder::new().prefix("case").tempdir()?;
    let folder = folder.path();
    write_files(folder, case)?;
    for name in &case.fixtures {
        copy(&fixtures.join(name), &folder.join(name))?;
    }
    let entry = case.files.first().map_or("", |(name, _)| name.as_str());
    let mut actual = Yield {
        texts: Vec::new(),
        faults: Vec::new(),
    };
    if case.expects(Kind::Diagnostics).is_some() {
        let done = mochi.run(folder, &["check", entry], "")?;
        let refused = done.stderr.contains("error[");
        if done.exit != i32::from(refused) {
            actual
                .faults
                .push(format!("`mochi check` exits with {}", done.exit));
        }
        actual.texts.push((Kind::Diagnostics, done.stderr));
    }
    for (kind, flag) in [(Kind::Python, "--emit"), (Kind::Types, "--types")] {
        if case.expects(kind).is_some() {
            let done = mochi.run(folder, &["check", flag, entry], "")?;
            if case.expects(Kind::Diagnostics).is_none() && done.exit != 0 {
                actual
                    .faults
                    .push(failed(&format!("mochi check {flag}"), &done));
            }
            actual.texts.push((kind, done.stdout));
        }
    }
    if [Kind::Output, Kind::Stderr, Kind::Exit]
        .into_iter()
        .any(|kind| case.expects(kind).is_some())
    {
        let mut arguments = vec!["--quiet", "run", entry];
        arguments.extend(case.arguments.iter().map(String::as_str));
        let done = mochi.run(folder, &arguments, &case.stdin)?;
        let exits = case.expects(Kind::Exit).is_none() && done.exit != 0;
        let talks = case.expects(Kind::Stderr).is_none() && done.exit == 0;
        if exits || (talks && !done.stderr.is_empty()) {
            actual.faults.push(failed("mochi run", &done));
        }
        actual.texts.push((Kind::Exit, format!("{}\n", done.exit)));
        actual.texts.push((Kind::Output, done.stdout));
        actual.texts.push((Kind::Stderr, done.stderr));
    }
    Ok(actual)
}

fn failed(command: &str, done: &Finished) -> String {
    format!(
        "`{command}` exits with {} and says\n{}",
        done.exit, done.stderr
    )
}

fn write_files(folder: &Path, case: &Case) -> io::Result<()> {
    for (name, text) in &case.files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn compare(case: &Case, actual: &Yield, update: bool) -> Outcome {
    let mut said = String::new();
    let mut rewrites = Vec::new();
    for fault in &actual.faults {
        let _ = writeln!(said, "{fault}");
    }
    for expectation in &case.expectations {
        let found = actual
            .texts
            .iter()
            .find(|(kind, _)| *kind == expectation.kind)
            .map_or("", |(_, text)| text.as_str());
        let mut text = found.to_owned();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        if text == expectation.text {
            continue;
        }
        if update {
            rewrites.push((expectation.lines.clone(), text));
        } else {
            said.push_str(&diff_message(expectation.kind, &expectation.text, &text));
        }
    }
    let failure = (!said.is_empty()).then(|| format!("{}\n{said}", case.name));
    (failure, rewrites)
}
