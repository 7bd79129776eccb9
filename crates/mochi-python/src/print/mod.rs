//! The one printer of Python text, laid out as `ruff format` leaves it: lines of 88 characters,
//! minimal parentheses, double quotes, sorted imports.
//!
//! Besides the text it yields, for each line, the Mochi place that caused it.

mod bare;
mod comment;
mod expr;
mod import;
mod layout;
mod limit;
mod literal;
mod stmt;
mod text;

pub(crate) use import::name_key;
pub use layout::Part;
pub use limit::TooDeep;

use std::rc::Rc;

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
    /// The parts of lines that have origins of their own, by line.
    pub parts: Vec<Part>,
    /// The first place where it nests deeper than Python allows.
    pub too_deep: Option<(TooDeep, Option<Span>)>,
}

/// Where a line comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineOrigin {
    /// The Mochi construct; none for lines that nothing in the source caused.
    pub span: Option<Span>,
    /// The Mochi function that the line belongs to.
    pub function: Option<Rc<str>>,
}

/// Prints a module.
pub fn module(module: &py::Module) -> Printed {
    let mut printer = stmt::Printer::default();
    printer.module(module);
    printer.finish()
}

/// Prints the module of a stub: functions stand line by line.
pub(crate) fn stub(module: &py::Module) -> String {
    let mut printer = stmt::Printer::default();
    printer.is_stub = true;
    printer.module(module);
    printer.finish().text
}

/// Prints a module without its head.
#[cfg(test)]
fn statements(body: &[py::Stmt]) -> String {
    let mut printer = stmt::Printer::default();
    printer.top(body);
    printer.finish().text
}

/// Prints an expression on one line.
pub fn expression(expr: &py::Expr) -> String {
    expr::flat(expr)
}

fn line_functions(
    writer: Writer,
    functions: Vec<(usize, Option<Rc<str>>)>,
    too_deep: Option<(TooDeep, Option<Span>)>,
) -> Printed {
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
    let mut parts = writer.parts;
    parts.sort_by_key(|part| part.line);
    Printed {
        text: writer.text,
        lines,
        too_deep,
        parts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::py::{Expr, FunctionDef, Param, StmtKind};

    fn head(params: &[&str], result: Expr) -> String {
        let param = |name: &&str| Param {
            name: (*name).to_string(),
            annotation: None,
            default: None,
        };
        let def = FunctionDef {
            name: "f".to_string(),
            is_async: false,
            decorators: Vec::new(),
            type_params: Vec::new(),
            params: params.iter().map(param).collect(),
            result: Some(result),
            doc: None,
            body: Vec::new(),
            origin: None,
        };
        statements(&[StmtKind::Function(Box::new(def)).bare()])
    }

    fn long(count: usize) -> Expr {
        Expr::name("a".repeat(count))
    }

    fn of(base: &str, items: impl Into<Vec<Expr>>) -> Expr {
        Expr::name(base).index(Expr::one_or_tuple(items.into()))
    }

    #[test]
    fn parameters_break_before_results() {
        let text = head(&["x", "y"], of("list", [long(40), long(30)]));
        let (a, b) = ("a".repeat(40), "a".repeat(30));
        assert_eq!(
            text,
            format!("def f(\n    x, y\n) -> list[{a}, {b}]:\n    pass\n")
        );
        let text = head(&["x"], of("list", [long(40), long(50)]));
        let c = "a".repeat(50);
        assert_eq!(
            text,
            format!("def f(\n    x,\n) -> list[\n    {a},\n    {c},\n]:\n    pass\n")
        );
    }

    #[test]
    fn long_results_stand_in_parentheses_where_they_have_no_brackets() {
        let (a, b) = ("a".repeat(40), "a".repeat(50));
        let text = head(&[], long(40).either(long(50)));
        assert_eq!(
            text,
            format!("def f() -> (\n    {a}\n    | {b}\n):\n    pass\n")
        );
        let text = head(&["x"], long(90));
        let long = "a".repeat(90);
        assert_eq!(text, format!("def f(\n    x,\n) -> {long}:\n    pass\n"));
    }
}
