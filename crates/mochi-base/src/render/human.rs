//! The form of diagnostics that people read in a terminal.
//!
//! Spec: language.md §20.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::{message, width};
use crate::{Diagnostic, Note, Severity, SourceSet, Span, code};

/// How the text may look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether to use terminal colours.
    pub color: bool,
}

impl Style {
    fn paint(self, sequence: &str, text: &str) -> String {
        if self.color {
            format!("\u{1b}[{sequence}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// The bytes of a line up to which it is shown as a whole.
const LONG_LINE: usize = 400;
/// How many bytes of a longer one are shown before and behind the place.
const BEFORE: usize = 80;
const BEHIND: usize = 120;

const BOLD: &str = "1";
const RED: &str = "1;31";
const YELLOW: &str = "1;33";
const BLUE: &str = "1;34";
const CYAN: &str = "1;36";

/// All diagnostics, in the order given, with a blank line between two.
///
/// Where several come from the checker each is numbered. The text ends with a line break; without
/// diagnostics it is empty.
pub fn human(diagnostics: &[Diagnostic], sources: &SourceSet, style: Style) -> String {
    let numbered = diagnostics.iter().filter(|d| is_numbered(d)).count() > 1;
    let mut number = 0;
    let mut out = String::new();
    for diagnostic in diagnostics {
        if !out.is_empty() {
            out.push('\n');
        }
        if numbered && is_numbered(diagnostic) {
            number += 1;
            let _ = write!(out, "{number:>3}. ");
        }
        write_diagnostic(&mut out, diagnostic, sources, style);
    }
    out
}

/// Syntax diagnostics are not numbered.
fn is_numbered(diagnostic: &Diagnostic) -> bool {
    !diagnostic.code.0.starts_with('P')
}

fn write_diagnostic(out: &mut String, diagnostic: &Diagnostic, sources: &SourceSet, style: Style) {
    let (word, color) = match diagnostic.severity {
        Severity::Error => ("error", RED),
        Severity::Warning => ("warning", YELLOW),
    };
    let place = diagnostic.span.and_then(|span| place(span, sources));
    let _ = writeln!(
        out,
        "{}: {}",
        style.paint(color, &format!("{word}[{}]", diagnostic.code)),
        style.paint(BOLD, &message(diagnostic, place.as_deref())),
    );
    if let Some(span) = diagnostic.span {
        write_frame(out, span, sources, style, color);
    }
    for note in &diagnostic.notes {
        write_note(out, note, sources, style);
    }
    if let Some(help) = code::entry(diagnostic.code).map(|entry| entry.help) {
        let _ = write!(out, "\n{}\n", style.paint(CYAN, "help:"));
        write_indented(out, help);
    }
}

fn write_note(out: &mut String, note: &Note, sources: &SourceSet, style: Style) {
    let _ = write!(out, "\n{}\n", style.paint(BLUE, "note:"));
    write_indented(out, &note.message);
    if let Some(span) = note.span {
        write_frame(out, span, sources, style, BLUE);
    }
}

/// Text two blanks in, line by line.
fn write_indented(out: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "{}", format!("  {line}").trim_end());
    }
}

/// `file:line:column` of the first byte of a span.
fn place(span: Span, sources: &SourceSet) -> Option<String> {
    let file = sources.get(span.source)?;
    let at = file.line_column(span.start);
    Some(format!("{}:{}:{}", file.path(), at.line, at.column))
}

/// The place and the line it is on, with a caret under its first byte.
fn write_frame(out: &mut String, span: Span, sources: &SourceSet, style: Style, color: &str) {
    let Some((file, place)) = sources.get(span.source).zip(place(span, sources)) else {
        return;
    };
    let _ = writeln!(out, "  {} {place}", style.paint(BLUE, "-->"));
    let at = file.line_column(span.start);
    let Some(line) = file.line(at.line).filter(|line| !line.trim().is_empty()) else {
        return;
    };
    let number = format!("{:>3}", at.line);
    let blank = " ".repeat(number.len());
    let bar = style.paint(BLUE, "|");
    let (line, byte) = window(line, at.column as usize - 1);
    let padding = width::padding(&line, byte);
    let _ = write!(
        out,
        "\n{} {bar} {}\n{blank} {bar} {padding}{}\n",
        style.paint(BLUE, &number),
        width::printable(&line),
        style.paint(color, "^"),
    );
}

/// The line, or of a very long one the part around a byte, and where that byte is in it.
fn window(line: &str, byte: usize) -> (Cow<'_, str>, usize) {
    if line.len() <= LONG_LINE {
        return (Cow::Borrowed(line), byte);
    }
    let from = line.floor_char_boundary(byte.saturating_sub(BEFORE));
    let to = line.ceil_char_boundary(byte.saturating_add(BEHIND));
    let part = line.get(from..to).unwrap_or_default();
    let (before, behind) = (dots(from > 0), dots(to < line.len()));
    let shown = format!("{before}{part}{behind}");
    (Cow::Owned(shown), byte - from + before.len())
}

/// What stands for a part that is left out.
const fn dots(is_cut: bool) -> &'static str {
    if is_cut { "…" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SourceFile, SourceId, code};

    fn sources(text: &str) -> SourceSet {
        let mut set = SourceSet::new();
        set.add(SourceFile::new("cart.mochi", text));
        set
    }

    fn span(text: &str, part: &str) -> Span {
        let start = u32::try_from(text.find(part).unwrap()).unwrap();
        Span::new(
            SourceId(0),
            start,
            start + u32::try_from(part.len()).unwrap(),
        )
    }

    fn mismatch(text: &str, part: &str) -> Diagnostic {
        let message = "type mismatch: expected int, got string";
        Diagnostic::error(code::T008, span(text, part), message)
    }

    fn plain(diagnostics: &[Diagnostic], text: &str) -> String {
        human(diagnostics, &sources(text), Style::default())
    }

    #[test]
    fn the_sample_of_the_specification() {
        let text = "let a = 1\nlet b = 2\nlet n: int = \"x\"\n";
        assert_eq!(
            plain(&[mismatch(text, "\"x\"")], text),
            "\
error[T008]: type mismatch: expected int, got string
  --> cart.mochi:3:14

  3 | let n: int = \"x\"
    |              ^

help:
  Give a value of the expected type, or change the annotation.
"
        );
    }

    #[test]
    fn several_type_diagnostics_are_numbered() {
        let text = "f(\"x\")\ng(\"y\")\n";
        let list = [mismatch(text, "\"x\""), mismatch(text, "\"y\"")];
        let shown = plain(&list, text);
        assert!(shown.starts_with("  1. error[T008]: "), "{shown}");
        assert!(shown.contains("\n\n  2. error[T008]: "), "{shown}");
        assert!(!plain(&list[..1], text).starts_with(' '));
    }

    #[test]
    fn syntax_diagnostics_start_with_their_place_and_have_no_number() {
        let text = "let = 1\nlet = 2\n";
        let error = |part| {
            let message = "unexpected token \"=\" (expected name)";
            Diagnostic::error(code::P031, span(text, part), message)
        };
        let shown = plain(&[error("= 1"), error("= 2")], text);
        assert!(
            shown.starts_with(
                "error[P031]: cart.mochi:1:5: unexpected token \"=\" (expected name)\n"
            ),
            "{shown}"
        );
    }

    #[test]
    fn notes_stand_before_the_help_and_may_have_a_place() {
        let text = "let total = 1\ntotal = 2\n";
        let diagnostic = Diagnostic::error(
            code::T024,
            span(text, "total = 2"),
            "cannot assign to `total` (immutable)",
        )
        .with_note_at(span(text, "total"), "declared here with `let`")
        .with_note("two\nlines");
        assert_eq!(
            plain(&[diagnostic], text),
            "\
error[T024]: cannot assign to `total` (immutable)
  --> cart.mochi:2:1

  2 | total = 2
    | ^

note:
  declared here with `let`
  --> cart.mochi:1:5

  1 | let total = 1
    |     ^

note:
  two
  lines

help:
  Declare the variable with `var` if it must change.
"
        );
    }

    #[test]
    fn the_caret_follows_tabs_and_wide_characters() {
        let text = "\tlet 🍣 = \"é\" + 1\n";
        let shown = plain(&[mismatch(text, "1")], text);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[1], "  --> cart.mochi:1:20");
        assert_eq!(lines[3], "  1 | \tlet 🍣 = \"é\" + 1");
        assert_eq!(lines[4], "    | \t               ^");
    }

    #[test]
    fn an_empty_line_has_no_snippet_and_a_lost_source_no_place() {
        let text = "let a =\n\n";
        let end = u32::try_from(text.len()).unwrap();
        let at_end = Diagnostic::error(
            code::P020,
            Span::new(SourceId(0), end, end),
            "unexpected token \"<EOF>\" (expected expression)",
        );
        assert!(plain(&[at_end], text).contains("  --> cart.mochi:3:1\n\nhelp:\n"));
        let lost = Diagnostic::error(code::T008, Span::new(SourceId(9), 0, 1), "x");
        assert!(plain(&[lost], text).starts_with("error[T008]: x\n\nhelp:\n"));
    }

    #[test]
    fn of_a_very_long_line_the_part_around_the_place_is_shown() {
        let text = format!(
            "{}let n: int = \"x\"{}\n",
            "é; ".repeat(300),
            " ü".repeat(200)
        );
        let shown = plain(&[mismatch(&text, "\"x\"")], &text);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[3].starts_with("  1 | …"), "{shown}");
        assert!(lines[3].ends_with('…'), "{shown}");
        assert!(lines[3].chars().count() < 200, "{}", lines[3]);
        let column = |line: &str, part: char| line.chars().position(|c| c == part);
        assert_eq!(column(lines[4], '^'), column(lines[3], '"'), "{shown}");

        let text = format!("f(\"x\"){}\n", " ".repeat(400));
        let shown = plain(&[mismatch(&text, "\"x\"")], &text);
        assert!(shown.contains("\n  1 | f(\"x\") ") && shown.contains("\n    |   ^\n"));
    }

    #[test]
    fn large_line_numbers_widen_the_margin() {
        let text = format!("{}let n: int = \"x\"\n", "\n".repeat(1233));
        let shown = plain(&[mismatch(&text, "\"x\"")], &text);
        assert!(shown.contains("\n1234 | let"), "{shown}");
        assert!(shown.contains("\n     |              ^\n"), "{shown}");
    }

    #[test]
    fn colour_changes_nothing_but_escapes() {
        let text = "f(\"x\")\n";
        let list = [mismatch(text, "\"x\"")];
        let mut stripped = human(&list, &sources(text), Style { color: true });
        assert!(stripped.contains("\u{1b}[1;31m^"));
        for sequence in ["0", BOLD, RED, BLUE, CYAN] {
            stripped = stripped.replace(&format!("\u{1b}[{sequence}m"), "");
        }
        assert_eq!(stripped, plain(&list, text));
    }
}
