//! Diagnostics as plain values; how they look is [`crate::render`]'s matter.

use std::fmt::Display;

use crate::{Code, Span, suggest};

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The program is refused.
    Error,
    /// The program is accepted.
    Warning,
}

/// Something that a particular case adds to a diagnostic: a suggestion, candidates, a second place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// One or more lines of text.
    pub message: String,
    /// A second place, shown with its own code frame.
    pub span: Option<Span>,
    /// It asks whether another name was meant.
    pub asks: bool,
}

/// One fault of the user's program (or input), at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code; its fixed help text and page come from the registry.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// The message in the form that language.md §20 gives for the code.
    pub message: String,
    /// Where; none for faults that have no place in a source text.
    pub span: Option<Span>,
    /// What this case adds.
    pub notes: Vec<Note>,
}

impl Diagnostic {
    /// An error with `code` at `span`.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span: Some(span),
            notes: Vec::new(),
        }
    }

    /// A warning with `code` at `span`.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    /// Adds a note without a place.
    #[must_use]
    pub fn with_note(mut self, message: impl Into<String>) -> Self {
        self.notes.push(Note {
            message: message.into(),
            ..Note::default()
        });
        self
    }

    /// Adds the question whether another name was meant.
    #[must_use]
    pub fn with_question(mut self, candidate: impl Display) -> Self {
        self.notes.push(Note {
            message: suggest::question(candidate),
            asks: true,
            ..Note::default()
        });
        self
    }

    /// Adds notes without a place, such as one that there may be.
    #[must_use]
    pub fn with_notes(self, notes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        notes.into_iter().fold(self, Self::with_note)
    }

    /// Adds a note about a second place.
    #[must_use]
    pub fn with_note_at(mut self, span: Span, message: impl Into<String>) -> Self {
        self.notes.push(Note {
            message: message.into(),
            span: Some(span),
            ..Note::default()
        });
        self
    }
}
