//! The form of diagnostics that programs read: one JSON object a line.
//!
//! Keys are stable: `code`, `severity`, `message`, `place`, `notes`, `help`. A place has `file`,
//! `line`, `column`, `end_line`, `end_column` (all from 1, columns in bytes, the end exclusive).

use serde::Serialize;

use super::message;
use crate::{Diagnostic, Severity, SourceSet, Span, code};

#[derive(Serialize)]
struct Record<'a> {
    code: &'a str,
    severity: &'a str,
    message: String,
    place: Option<Place<'a>>,
    notes: Vec<NoteRecord<'a>>,
    help: &'a str,
}

#[derive(Serialize)]
struct NoteRecord<'a> {
    message: &'a str,
    place: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

/// All diagnostics in the order given, each as one line of JSON.
pub fn json(diagnostics: &[Diagnostic], sources: &SourceSet) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let record = Record {
            code: diagnostic.code.0,
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            message: message(diagnostic, None),
            place: diagnostic.span.and_then(|span| place(span, sources)),
            notes: diagnostic
                .notes
                .iter()
                .map(|note| NoteRecord {
                    message: &note.message,
                    place: note.span.and_then(|span| place(span, sources)),
                })
                .collect(),
            help: code::entry(diagnostic.code).map_or("", |entry| entry.help),
        };
        // Strings and numbers always serialise.
        out.push_str(&serde_json::to_string(&record).unwrap_or_default());
        out.push('\n');
    }
    out
}

fn place(span: Span, sources: &SourceSet) -> Option<Place<'_>> {
    let file = sources.get(span.source)?;
    let (start, end) = (file.line_column(span.start), file.line_column(span.end));
    Some(Place {
        file: file.path(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SourceFile, SourceId};

    #[test]
    fn one_line_for_each_diagnostic_with_every_key() {
        let mut sources = SourceSet::new();
        sources.add(SourceFile::new("a.mochi", "let a =\n  \"é\"\n"));
        let span = Span::new(SourceId(0), 10, 14);
        let diagnostics = [
            Diagnostic::error(code::T008, span, "type \"x\"").with_note_at(span, "here"),
            Diagnostic::warning(code::W001, span, "`f` is deprecated: use g"),
        ];
        let text = json(&diagnostics, &sources);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(
            lines[0],
            "{\"code\":\"T008\",\"severity\":\"error\",\"message\":\"type \\\"x\\\"\",\
             \"place\":{\"file\":\"a.mochi\",\"line\":2,\"column\":3,\"end_line\":2,\"end_column\":7},\
             \"notes\":[{\"message\":\"here\",\
             \"place\":{\"file\":\"a.mochi\",\"line\":2,\"column\":3,\"end_line\":2,\"end_column\":7}}],\
             \"help\":\"Give a value of the expected type, or change the annotation.\"}"
        );
        assert!(lines[1].contains("\"severity\":\"warning\""));
    }
}
