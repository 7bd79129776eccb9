//! The registry of stable codes: each has a title, the form of its message, a fixed help text and a
//! documentation page.
//!
//! Letters: `P` syntax, `T` names and types, `M` imports of Python packages, `W` warnings, `E` errors
//! while a program runs (`E5` is what the language calls error 5). Numbers are never reused. The
//! tables stand in one file for each letter; this file only looks things up in them.
//!
//! Spec: language.md §13 (run-time errors), §20 (diagnostics).

use std::fmt;

mod import;
mod runtime;
mod skip;
mod syntax;
mod types;
mod warning;

pub use import::*;
pub use runtime::*;
pub use skip::skip_page;
pub use syntax::*;
pub use types::*;
pub use warning::*;

/// A stable diagnostic code such as `T008`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl Code {
    /// Whether it is a warning about what a program does not use: of interest to who writes it,
    /// not to who runs it.
    pub fn is_lint(self) -> bool {
        [W002, W003, W004].contains(&self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What the registry knows of a code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// A few words that name the fault.
    pub title: &'static str,
    /// The message with `%s` and `%d` where this case's words come; `%s` alone where the wording
    /// depends on the case. Empty for a reserved code.
    pub form: &'static str,
    /// The fixed help text that every diagnostic of this code ends with.
    pub help: &'static str,
    /// The documentation page, Markdown.
    pub page: &'static str,
}

impl Entry {
    /// Whether the code is kept for the future and never raised.
    pub fn is_reserved(&self) -> bool {
        self.form.is_empty()
    }

    /// Whether `message` has the form that this code's messages have.
    pub fn fits(&self, message: &str) -> bool {
        fits(&pieces(self.form), message)
    }
}

/// The fixed parts of a form: what stands before, between and after its placeholders.
fn pieces(form: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in form.split("%s") {
        parts.extend(part.split("%d"));
    }
    parts
}

/// Whether `text` begins with the first piece, ends with the last and has the others in between,
/// in order and apart from each other.
fn fits(pieces: &[&str], text: &str) -> bool {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
        return false;
    };
    if pieces.len() == 1 {
        return text == *first;
    }
    let Some(mut rest) = text
        .strip_prefix(first)
        .and_then(|text| text.strip_suffix(last))
    else {
        return false;
    };
    for piece in pieces.get(1..pieces.len() - 1).unwrap_or(&[]) {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = rest.get(at + piece.len()..).unwrap_or("");
    }
    true
}

/// Declares the codes of one letter: a constant for each and the table of their entries.
macro_rules! codes {
    ($table:ident: $($code:ident $title:literal, $form:expr, $help:literal;)*) => {
        $(
            #[doc = $title]
            pub const $code: $crate::Code = $crate::Code(stringify!($code));
        )*
        /// Every code of this letter, in order.
        pub(super) const $table: &[$crate::code::Entry] = &[
            $($crate::code::Entry { code: $code, title: $title, form: $form, help: $help, page: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/../../docs/codes/", stringify!($code), ".md"
            )) },)*
        ];
    };
}
pub(crate) use codes;

/// Every entry, by letter (P, T, M, W, E) and number.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    [
        syntax::SYNTAX,
        types::TYPES,
        import::IMPORT,
        warning::WARNINGS,
        runtime::RUNTIME,
    ]
    .into_iter()
    .flatten()
}

/// The entry of a code as a user spells it: `T008`, `t8`, `error[T008]`, for run-time errors also
/// `5`, `error 5` or `DIVZERO`.
pub fn lookup(text: &str) -> Option<&'static Entry> {
    let text = text.trim();
    let full = full_code(text);
    let digits = text
        .strip_prefix("error ")
        .or_else(|| text.strip_prefix("error"))
        .unwrap_or(text)
        .trim();
    all().find(|entry| {
        let code = entry.code.0;
        code.eq_ignore_ascii_case(&full)
            || code.strip_prefix('E').is_some_and(|n| {
                n == digits
                    || entry
                        .title
                        .split(':')
                        .next()
                        .is_some_and(|name| name.eq_ignore_ascii_case(text))
            })
    })
}

/// A code as messages write it, from how they show it (`error[T008]`) or from fewer digits (`t8`).
fn full_code(text: &str) -> String {
    let shown = ["error[", "warning["];
    let code = shown.iter().find_map(|start| text.strip_prefix(start));
    let code = code.map_or(text, |code| code.trim_end_matches([']', ':']));
    let digits = code.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let kind = code.strip_suffix(digits).unwrap_or_default();
    match digits.parse::<u32>() {
        Ok(number) if kind.len() == 1 && !kind.eq_ignore_ascii_case("e") => {
            format!("{kind}{number:03}")
        }
        _ => code.to_owned(),
    }
}

/// The entry of a code constant.
pub fn entry(code: Code) -> Option<&'static Entry> {
    all().find(|entry| entry.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once_and_in_order() {
        let codes: Vec<&str> = all().map(|entry| entry.code.0).collect();
        for pair in codes.windows(2) {
            let (left, right) = (pair[0], pair[1]);
            if left.as_bytes()[0] == right.as_bytes()[0] {
                assert!(left < right, "{left} stands before {right}");
            }
        }
    }

    #[test]
    fn every_entry_says_something() {
        for entry in all() {
            assert!(!entry.title.is_empty(), "{} has no title", entry.code);
            if !entry.is_reserved() {
                assert!(entry.help.ends_with('.'), "{}: {}", entry.code, entry.help);
                let end = format!("\n## Help\n\n{}\n", entry.help);
                assert!(entry.page.ends_with(&end), "{}: page and help", entry.code);
            }
        }
    }

    #[test]
    fn lookup_takes_the_spellings_of_users() {
        assert_eq!(lookup("T008").map(|e| e.code), Some(T008));
        assert_eq!(lookup("t008").map(|e| e.code), Some(T008));
        assert_eq!(lookup("5").map(|e| e.code), Some(E5));
        assert_eq!(lookup("error 5").map(|e| e.code), Some(E5));
        assert_eq!(lookup("DivZero").map(|e| e.code), Some(E5));
        for text in ["error[T008]", "error[T008]:", "t8", "T08"] {
            assert_eq!(lookup(text).map(|e| e.code), Some(T008), "{text}");
        }
        assert_eq!(lookup("warning[W001]").map(|e| e.code), Some(W001));
        assert_eq!(lookup("e5").map(|e| e.code), Some(E5));
        assert!(lookup("8").is_some_and(|e| e.code == E8));
        assert!(lookup("t").is_none());
        assert!(lookup("T999").is_none());
        assert!(lookup("").is_none());
    }

    #[test]
    fn forms_are_matched_piece_by_piece() {
        let entry = entry(T008).unwrap();
        assert!(entry.fits("type mismatch: expected int, got string"));
        assert!(!entry.fits("type mismatch: int, got string"));
        let fixed = super::entry(T022).unwrap();
        assert!(fixed.fits("cannot iterate over type int"));
        assert!(!fixed.fits("cannot iterate over int"));
    }
}
