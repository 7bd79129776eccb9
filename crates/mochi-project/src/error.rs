//! What can go wrong, as values that the caller turns into diagnostics or an exit code.

use std::io;
use std::path::Path;

use mochi_base::{Code, Diagnostic, Note, Severity, Span};

use crate::codes;

/// Whose fault an error is; decides the exit code of the command (bridge.md §13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitClass {
    /// The user's program asks for something that cannot be: exit code 1.
    Program,
    /// Network, interpreter, uv or disk: exit code 3.
    Environment,
}

impl ExitClass {
    /// The process's exit code.
    pub fn exit_code(self) -> i32 {
        match self {
            Self::Program => 1,
            Self::Environment => 3,
        }
    }
}

/// One fault on the way from an import to an environment that serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectError {
    /// The code; [`codes`] says what each means.
    pub code: Code,
    /// One sentence.
    pub message: String,
    /// The import that it is about; none if it is about the machine.
    pub span: Option<Span>,
    /// What this case adds: explanations, candidates, other imports that take part.
    pub notes: Vec<Note>,
}

impl ProjectError {
    /// An error without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            span: None,
            notes: Vec::new(),
        }
    }

    /// An error about a file of the cache.
    pub fn cache(doing: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(
            codes::CACHE,
            format!("cannot {doing} {}: {error}", path.display()),
        )
    }

    /// Sets the place, if one is known.
    #[must_use]
    pub fn at(mut self, span: Option<Span>) -> Self {
        self.span = span;
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn with_note(self, message: impl Into<String>) -> Self {
        self.with_note_at(None, message)
    }

    /// Adds a note with a place, if one is known.
    #[must_use]
    pub fn with_note_at(mut self, span: Option<Span>, message: impl Into<String>) -> Self {
        self.notes.push(Note {
            message: message.into(),
            span,
        });
        self
    }

    /// Whose fault it is.
    pub fn class(&self) -> ExitClass {
        match self.code {
            codes::NETWORK
            | codes::UV_MISSING
            | codes::INTERPRETER_MISSING
            | codes::CORRUPT_DOWNLOAD
            | codes::OFFLINE
            | codes::BUILD_FAILED
            | codes::NO_WHEEL
            | codes::UV_FAILED
            | codes::CACHE => ExitClass::Environment,
            _ => ExitClass::Program,
        }
    }

    /// The diagnostic that shows it.
    pub fn to_diagnostic(&self) -> Diagnostic {
        Diagnostic {
            code: self.code,
            severity: Severity::Error,
            message: self.message.clone(),
            span: self.span,
            notes: self.notes.clone(),
        }
    }
}
