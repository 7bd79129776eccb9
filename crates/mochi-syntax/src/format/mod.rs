//! The formatter: one layout for every program, whatever its author's was.
//!
//! It works on tokens and comments, and on what the parser notes about them ([`mark`]), so that it
//! covers the whole grammar, and it never adds or loses anything but blanks, line ends and commas
//! that may be left out. Afterwards it reads its own result: a statement that would not be read as
//! before keeps its old text.
//!
//! It knows neither names nor types, and has no options. docs/formatting.md describes the layout.
//!
//! Spec: language.md §1, §2.

mod compare;
mod construct;
pub(crate) mod mark;
mod measure;
mod print;
mod source;

use mochi_base::Diagnostic;

use compare::{Difference, compare};
use print::Printer;
use source::Source;

/// How often to try again with one more statement left as it is.
const MAX_TRIES: usize = 8;

/// Formats the text of a file.
///
/// Formatting the result again changes nothing.
///
/// # Errors
///
/// The syntax errors of a text that has any; their spans have the source 0. Constructs that are not
/// supported yet are no errors here.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let source = Source::read(text)?;
    let mut verbatim = Vec::new();
    for _ in 0..MAX_TRIES {
        let formatted = Printer::new(&source, &verbatim).file();
        let difference = match Source::read(&formatted) {
            Ok(again) => compare(&source, &again),
            Err(_) => Difference::Somewhere,
        };
        match difference {
            Difference::None => return Ok(formatted),
            Difference::At(statement) if !verbatim.contains(&statement) => {
                verbatim.push(statement);
            }
            _ => break,
        }
    }
    Ok(text.to_owned())
}
