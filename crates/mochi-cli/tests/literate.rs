//! Runs the literate cases of `tests/literate` with the real binary.

use std::path::Path;

use mochi_test::literate;
use mochi_test::process::Mochi;

#[test]
fn literate_cases() -> std::io::Result<()> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("literate");
    let mochi = Mochi::with_lasting_cache(Path::new(env!("CARGO_BIN_EXE_mochi")), &scratch)?;
    let report = literate::run(&mochi, &tests.join("literate"), &tests.join("fixtures"))?;
    println!("{} cases, {} blocks rewritten", report.ran, report.updated);
    assert!(report.ran > 0, "no case ran");
    assert!(
        report.failures.is_empty(),
        "{} of {} cases failed\n\n{}",
        report.failures.len(),
        report.ran,
        report.failures.join("\n")
    );
    Ok(())
}
