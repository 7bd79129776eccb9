//! Programs with everything that is reported of them, one file of cases for each subject.
//!
//! Cases are separated by `---` lines; the snapshot repeats each program before its diagnostics.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod support;

fn render(cases: &str) -> String {
    let mut page = String::new();
    for case in cases.split("---\n") {
        page.push_str(case);
        let report = support::report(case);
        if report.is_empty() {
            page.push_str("=> accepted\n\n");
        } else {
            page.push_str("=>\n");
            page.push_str(&report);
            page.push_str("\n\n");
        }
    }
    page
}

macro_rules! cases {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let cases = include_str!(concat!("cases/", stringify!($name), ".mochi"));
                insta::assert_snapshot!(render(cases));
            }
        )*
    };
}

cases! {
    basics
    call
    container
    function
    generic
    key_anon
    matching
    narrowing
    operator
    python
    python_use
    record
    tuple
    union_any
}
