//! Runs the literate cases of `tests/literate`, and the programs of the tour, with the real binary.

use std::path::Path;

use mochi_test::literate;
use mochi_test::process::Mochi;

#[test]
fn literate_cases() -> std::io::Result<()> {
    run("tests/literate", "literate")
}

/// Every program of the tour prints what stands below it.
#[test]
fn the_tour() -> std::io::Result<()> {
    run("docs/tour.md", "tour")
}

/// Every program of the page of externs does what stands below it.
#[test]
fn the_page_of_externs() -> std::io::Result<()> {
    run("docs/externs.md", "externs")
}

/// Every program of the page of queries becomes what stands below it.
#[test]
fn the_page_of_queries() -> std::io::Result<()> {
    run("docs/queries.md", "queries")
}

fn run(root: &str, scratch: &str) -> std::io::Result<()> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(scratch);
    let mochi = Mochi::with_lasting_cache(Path::new(env!("CARGO_BIN_EXE_mochi")), &scratch)?;
    let fixtures = repository.join("tests/fixtures");
    let report = literate::run(&mochi, &repository.join(root), &fixtures)?;
    println!("{} cases, {} blocks rewritten", report.ran, report.updated);
    let filtered = std::env::var_os("MOCHI_CASE").is_some();
    assert!(report.ran > 0 || filtered, "no case ran");
    assert!(
        report.failures.is_empty(),
        "{} of {} cases failed\n\n{}",
        report.failures.len(),
        report.ran,
        report.failures.join("\n")
    );
    Ok(())
}
