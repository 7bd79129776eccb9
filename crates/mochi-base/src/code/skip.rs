//! The pages of skips, by the reason's stable name. The reasons themselves are defined with the
//! surface; a test of the command line holds both together.

/// The documentation page of a skip reason such as `no-annotation`; none for other words.
pub fn skip_page(reason: &str) -> Option<&'static str> {
    PAGES
        .iter()
        .find(|(name, _)| *name == reason)
        .map(|(_, page)| *page)
}

macro_rules! pages {
    ($($name:literal)*) => {
        &[$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/skips/", $name, ".md")),
        ),)*]
    };
}

/// Reason and page.
const PAGES: &[(&str, &str)] = pages! {
    "no-annotation"
    "unresolved-reference"
    "unsupported-complex"
    "open-union"
    "param-spec"
    "type-var-tuple"
    "unannotated-decorator"
    "recursive-alias"
    "variadic-key"
    "unsupported-expression"
    "syntax-error"
    "dynamic-attribute"
    "stub-only-class"
    "no-types"
};
