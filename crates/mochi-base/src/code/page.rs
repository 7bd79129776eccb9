//! The documentation pages, compiled into the binary so that `mochi explain` needs no files.

use super::Code;

/// The page of a code in Markdown; none for reserved codes.
pub fn page(code: Code) -> Option<&'static str> {
    let _ = code;
    None
}
