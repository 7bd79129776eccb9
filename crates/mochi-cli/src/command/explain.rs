//! `mochi explain`: the documentation of codes, from the binary itself.

use std::fmt::Write as _;

use mochi_base::code;
use mochi_base::suggest;
use mochi_surface::SkipReason;

use crate::args::{ExplainArguments, Global};
use crate::exit::Exit;
use crate::output;

/// Prints the page of a code, or the list of all codes.
pub fn execute(_global: &Global, arguments: &ExplainArguments) -> Exit {
    let Some(text) = &arguments.code else {
        return output::result(&index());
    };
    if let Some(page) = page(text) {
        return output::result(page);
    }
    output::say(&format!("error: there is no code `{text}`"));
    let known = code::all()
        .map(|entry| entry.code.0)
        .chain(SkipReason::ALL.iter().map(|reason| reason.code()));
    match suggest::did_you_mean(text, known) {
        Some(hint) => output::say(&hint),
        None => output::say("`mochi explain` lists all codes."),
    }
    Exit::Usage
}

/// The page of a code as a user spells it.
fn page(text: &str) -> Option<&'static str> {
    code::lookup(text)
        .map(|entry| entry.page)
        .or_else(|| code::skip_page(&text.trim().to_lowercase()))
}

/// One line for each code that can occur.
fn index() -> String {
    let mut out = String::new();
    for entry in code::all().filter(|entry| !entry.is_reserved()) {
        let _ = writeln!(out, "{:<6}{}", entry.code.0, entry.title);
    }
    for reason in SkipReason::ALL {
        let _ = writeln!(out, "{}", reason.code());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_and_every_skip_has_a_page() {
        for entry in code::all() {
            let page = page(entry.code.0).unwrap();
            let heading = format!("# {}: {}\n", entry.code, entry.title);
            assert!(page.starts_with(&heading), "{}", entry.code);
        }
        for reason in SkipReason::ALL {
            let page = page(reason.code()).unwrap();
            assert!(page.starts_with(&format!("# Skip: {}\n", reason.code())));
        }
    }

    #[test]
    fn the_index_leaves_out_what_cannot_occur() {
        let index = index();
        assert!(index.contains("T008  type mismatch\n"));
        assert!(!index.contains("P066"));
    }
}
