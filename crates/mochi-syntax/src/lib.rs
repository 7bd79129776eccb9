//! Mochi's syntax: text to tokens to a tree, with diagnostics; never fails and never panics.
//!
//! This crate knows neither names nor types. Entry points: [`parse`], [`ast`], [`dump`].
//!
//! Spec: language.md §1 (lexical structure), §2 (grammar), §18 (interop forms), §20 (P codes).

pub mod ast;
mod comment;
pub mod dump;
mod effect;
mod escape;
mod format;
mod lexer;
mod parser;
mod token;

pub use comment::{Comment, Place, comments};
pub use format::format;
pub use parser::{MAX_DEPTH, MAX_HEIGHT};

use mochi_base::{Diagnostic, SourceId, Span, code};

/// What [`parse`] makes of a text.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The tree; what could not be read is an `Error` node in it.
    pub program: ast::Program,
    /// Every fault found, in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// At least the number of constructs that stand inside each other somewhere.
    pub depth: u32,
}

/// Parses the text of one file; `source` is what spans and diagnostics refer to.
///
/// Any text has a tree. Messages about unexpected tokens leave their place out, which renderers put
/// before them.
///
/// Trees are at most [`MAX_HEIGHT`] expressions high, so that recursion over them is bounded.
///
/// Spec: language.md §1, §2.
pub fn parse(source: SourceId, text: &str) -> Parsed {
    if u32::try_from(text.len()).is_err() {
        let message = "unexpected token \"<EOF>\" (expected a file of less than 4 GiB)";
        return Parsed {
            program: ast::Program::default(),
            diagnostics: vec![Diagnostic::error(
                code::P999,
                Span::new(source, 0, 0),
                message,
            )],
            depth: 0,
        };
    }
    let lexed = lexer::lex(source, text);
    parser::parse(source, text, lexed)
}

/// Parses one expression that stands at an offset of a file, such as the text in a literal.
///
/// # Errors
///
/// The faults, if the text is anything but one expression.
///
/// Spec: language.md §12 (`eval`).
pub fn parse_expression(
    source: SourceId,
    start: u32,
    text: &str,
) -> Result<ast::Expr, Vec<Diagnostic>> {
    // Blanks before the text give what is read its places in the file.
    let padded = format!("{}{text}", " ".repeat(start as usize));
    let lexed = lexer::lex(source, &padded);
    parser::parse_expression(source, &padded, lexed)
}
