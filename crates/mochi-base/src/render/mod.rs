//! Renderers of diagnostics: for people ([`human`]) and for programs ([`json`]).
//!
//! Both are pure: they take the diagnostics and the sources that the spans refer to and return text.
//!
//! Spec: language.md §20.

mod human;
mod json;
mod width;

pub use human::{Style, human};
pub use json::json;

use crate::{Diagnostic, code};

/// The message as shown. Syntax messages of the form `unexpected token …` start with the place,
/// which the parser does not know by name.
fn message(diagnostic: &Diagnostic, place: Option<&str>) -> String {
    let located = code::entry(diagnostic.code).is_some_and(|entry| entry.form == code::UNEXPECTED);
    match place {
        Some(place) if located => format!("{place}: {}", diagnostic.message),
        _ => diagnostic.message.clone(),
    }
}
