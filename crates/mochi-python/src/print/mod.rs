//! The one printer of Python text, laid out as `ruff format` leaves it: lines of 88 characters,
//! minimal parentheses, double quotes, sorted imports.
//!
//! Besides the text it yields, for each line, the Mochi place that caused it.

mod expr;
mod layout;
mod literal;
mod stmt;

pub(crate) use stmt::name_key;

use mochi_base::Span;

use crate::py;
use layout::Writer;

/// A printed module.
#[derive(Clone, Debug)]
pub struct Printed {
    /// The text; every line ends with a line feed.
    pub text: String,
    /// One entry a line.
    pub lines: Vec<LineOrigin>,
}

/// Where a line comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineOrigin {
    /// The Mochi construct; none for lines that nothing in the source caused.
    pub span: Option<Span>,
    /// The Mochi function that the line belongs to.
    pub function: Option<String>,
}

/// Prints a module.
pub fn module(module: &py::Module) -> Printed {
    let mut printer = stmt::Printer::default();
    printer.module(module);
    printer.finish()
}

/// Prints a module without its head: for tests and for pieces.
pub fn statements(body: &[py::Stmt]) -> String {
    let mut printer = stmt::Printer::default();
    printer.top(body);
    printer.finish().text
}

/// Prints an expression on one line.
pub fn expression(expr: &py::Expr) -> String {
    expr::flat(expr)
}

fn line_functions(writer: Writer, functions: Vec<(usize, Option<String>)>) -> Printed {
    let mut lines = Vec::with_capacity(writer.origins.len());
    let mut current = None;
    let mut changes = functions.into_iter().peekable();
    for (index, span) in writer.origins.into_iter().enumerate() {
        while let Some((_, function)) = changes.next_if(|(line, _)| *line <= index) {
            current = function;
        }
        lines.push(LineOrigin {
            span,
            function: current.clone(),
        });
    }
    Printed {
        text: writer.text,
        lines,
    }
}
