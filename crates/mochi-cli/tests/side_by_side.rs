//! Runs the pages of `docs/` that show Python and Mochi side by side, and compares what both print.
//!
//! A page is Markdown. Each ```` ```python ```` block is followed by the ```` ```mochi ```` block that
//! means the same. All Python blocks of a page are one program and all Mochi blocks another, in the
//! order of the page, so that a pair may use what earlier ones bound. Both run in the environment
//! that the page's `import python` lines ask for, and every pair must print the same.
//!
//! Where the two print differently on purpose, a ```` ```text ```` block after the pair holds what
//! Mochi prints; then Python must print something else, or the difference is none.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use mochi_test::diff;
use mochi_test::markdown::{self, Block, Element};
use mochi_test::process::Mochi;

/// Printed after each pair.
const MARK: &str = "~~ end of pair ~~";

/// One statement or more, in both languages.
struct Pair {
    python: Block,
    mochi: Block,
    /// What Mochi prints, where Python prints something else.
    differs: Option<String>,
}

fn pairs(page: &str, text: &str) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    let mut left: Option<Block> = None;
    let mut open = false;
    for element in markdown::parse(text) {
        let Element::Block(block) = element else {
            open = false;
            continue;
        };
        let at = block.lines.start;
        match (block.kind.as_str(), left.take()) {
            ("python", None) => left = Some(block),
            ("mochi", Some(python)) => pairs.push(Pair {
                python,
                mochi: block,
                differs: None,
            }),
            ("text", None) if open => pairs.last_mut().unwrap().differs = Some(block.text),
            (kind, None) if !["python", "mochi"].contains(&kind) => {}
            (kind, _) => panic!("{page}:{at}: a `{kind}` block that is no half of a pair"),
        }
        open = left.is_none() && pairs.last().is_some_and(|pair| pair.differs.is_none());
    }
    assert!(left.is_none(), "{page}: the last pair has no second half");
    pairs
}

/// The blocks as one program whose lines are those of the page, so that its errors name them.
fn program<'a>(blocks: impl Iterator<Item = &'a Block>) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mark = format!("print(\"{MARK}\")");
    for block in blocks {
        lines.resize(block.lines.start, "");
        lines.extend(block.text.lines());
        lines.push(&mark);
    }
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

/// What each pair printed.
fn outputs(mochi: &Mochi, folder: &Path, name: &str) -> Vec<String> {
    let done = mochi.run(folder, &["run", name], "").unwrap();
    assert!(
        done.exit == 0 && done.stderr.is_empty(),
        "{name}: exit code {}, after\n{}\n{}",
        done.exit,
        done.stdout.rsplit(MARK).next().unwrap_or_default(),
        done.stderr
    );
    let mut parts: Vec<String> = done
        .stdout
        .split(&format!("{MARK}\n"))
        .map(str::to_owned)
        .collect();
    assert_eq!(
        parts.pop().as_deref(),
        Some(""),
        "{name}: printed after all"
    );
    parts
}

fn run(page: &str, at_least: usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let text = fs::read_to_string(path.join(page)).unwrap();
    let pairs = pairs(page, &text);
    assert!(pairs.len() >= at_least, "{page} has {} pairs", pairs.len());

    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("literate");
    let mochi =
        Mochi::with_lasting_cache(Path::new(env!("CARGO_BIN_EXE_mochi")), &scratch).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let source = program(pairs.iter().map(|pair| &pair.mochi));
    let imports: String = source
        .lines()
        .filter(|line| line.starts_with("import python"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let starter =
        format!("{imports}import python \"runpy\" as runpy\nrunpy.run_path(\"page.py\")\n");
    fs::write(folder.path().join(format!("{page}.mochi")), &source).unwrap();
    fs::write(folder.path().join("python.mochi"), starter).unwrap();
    let script = program(pairs.iter().map(|pair| &pair.python));
    fs::write(folder.path().join("page.py"), script).unwrap();
    let ours = outputs(&mochi, folder.path(), &format!("{page}.mochi"));
    let theirs = outputs(&mochi, folder.path(), "python.mochi");
    assert_eq!((ours.len(), theirs.len()), (pairs.len(), pairs.len()));

    let mut faults = String::new();
    for ((pair, ours), theirs) in pairs.iter().zip(&ours).zip(&theirs) {
        let expected = pair.differs.as_ref().unwrap_or(theirs);
        let at = pair.mochi.lines.start + 1;
        if expected != ours {
            let _ = writeln!(faults, "{page}:{at}\n{}", diff::lines(expected, ours));
        }
        if pair.differs.is_some() && ours == theirs {
            let _ = writeln!(faults, "{page}:{at}: no difference, both print\n{ours}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn numpy() {
    run("numpy.md", 55);
}

#[test]
fn pandas() {
    run("pandas.md", 45);
}
