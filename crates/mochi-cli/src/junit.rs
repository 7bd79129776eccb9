//! Outcomes of tests as `JUnit` XML, the form that CI services read: a suite for each file, a case
//! for each test, an error where a file could not be tested at all.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// How one test went.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// How long it took.
    pub seconds: f64,
    /// Why it failed; none if it did not.
    pub failure: Option<String>,
}

/// How the tests of one file went.
#[derive(Clone, Debug, PartialEq)]
pub struct Suite {
    /// The file.
    pub file: PathBuf,
    /// Its tests that ended.
    pub cases: Vec<Case>,
    /// Why not all could run; none if all did.
    pub error: Option<String>,
}

/// The text of the file.
pub fn write(suites: &[Suite]) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let all: Vec<&Suite> = suites.iter().collect();
    let _ = writeln!(out, "<testsuites{}>", counts(&all));
    for suite in suites {
        let file = escape(&suite.file.display().to_string());
        let _ = writeln!(out, "  <testsuite name=\"{file}\"{}>", counts(&[suite]));
        let class = class(&suite.file);
        for case in &suite.cases {
            let head = format!(
                "    <testcase classname=\"{class}\" name=\"{}\" file=\"{file}\" time=\"{:.6}\"",
                escape(&case.name),
                case.seconds
            );
            match &case.failure {
                None => {
                    let _ = writeln!(out, "{head}/>");
                }
                Some(reason) => {
                    let _ = writeln!(out, "{head}>");
                    fault(&mut out, "failure", reason);
                    out.push_str("    </testcase>\n");
                }
            }
        }
        if let Some(reason) = &suite.error {
            let _ = writeln!(
                out,
                "    <testcase classname=\"{class}\" name=\"the file as a whole\" file=\"{file}\" time=\"0\">"
            );
            fault(&mut out, "error", reason);
            out.push_str("    </testcase>\n");
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// The first line as the message, all of it as the text.
fn fault(out: &mut String, kind: &str, reason: &str) {
    let first = reason.lines().next().unwrap_or_default();
    let _ = writeln!(
        out,
        "      <{kind} message=\"{}\">{}</{kind}>",
        escape(first),
        escape(reason.trim_end())
    );
}

fn counts(suites: &[&Suite]) -> String {
    let cases = || suites.iter().flat_map(|suite| &suite.cases);
    let errors = suites.iter().filter(|suite| suite.error.is_some()).count();
    let failures = cases().filter(|case| case.failure.is_some()).count();
    // The sum of nothing is -0.0.
    let seconds: f64 = 0.0 + cases().map(|case| case.seconds).sum::<f64>();
    format!(
        " tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{seconds:.6}\"",
        cases().count() + errors
    )
}

/// `tests/cart.mochi` is `tests.cart`.
fn class(file: &Path) -> String {
    let parts: Vec<String> = file
        .with_extension("")
        .iter()
        .map(|part| escape(&part.to_string_lossy()))
        .collect();
    parts.join(".")
}

/// What XML keeps for itself is escaped, what it cannot hold is replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_has_its_place() {
        let case = |name: &str, failure: Option<&str>| Case {
            name: name.to_owned(),
            seconds: 0.25,
            failure: failure.map(str::to_owned),
        };
        let suites = [
            Suite {
                file: PathBuf::from("tests/a&b.mochi"),
                cases: vec![
                    case("fine", None),
                    case("says \"<no>\"", Some("first\u{1b}[1m\n  second\n")),
                ],
                error: None,
            },
            Suite {
                file: PathBuf::from("c.mochi"),
                cases: Vec::new(),
                error: Some("ended with a signal".to_owned()),
            },
        ];
        assert_eq!(
            write(&suites),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <testsuites tests=\"3\" failures=\"1\" errors=\"1\" time=\"0.500000\">\n  \
             <testsuite name=\"tests/a&amp;b.mochi\" tests=\"2\" failures=\"1\" errors=\"0\" time=\"0.500000\">\n    \
             <testcase classname=\"tests.a&amp;b\" name=\"fine\" file=\"tests/a&amp;b.mochi\" time=\"0.250000\"/>\n    \
             <testcase classname=\"tests.a&amp;b\" name=\"says &quot;&lt;no&gt;&quot;\" file=\"tests/a&amp;b.mochi\" time=\"0.250000\">\n      \
             <failure message=\"first\u{fffd}[1m\">first\u{fffd}[1m\n  second</failure>\n    \
             </testcase>\n  \
             </testsuite>\n  \
             <testsuite name=\"c.mochi\" tests=\"1\" failures=\"0\" errors=\"1\" time=\"0.000000\">\n    \
             <testcase classname=\"c\" name=\"the file as a whole\" file=\"c.mochi\" time=\"0\">\n      \
             <error message=\"ended with a signal\">ended with a signal</error>\n    \
             </testcase>\n  \
             </testsuite>\n\
             </testsuites>\n"
        );
    }
}
