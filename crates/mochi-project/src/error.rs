//! What can go wrong, as values that the caller turns into diagnostics or an exit code.

use std::io;
use std::path::Path;
use std::rc::Rc;

use mochi_base::{Code, Diagnostic, Note, Severity, SourceFile, SourceId, SourceSet, Span};

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

/// A text that is no program and that places of an error may lie in: the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherText {
    /// The path as messages show it.
    pub path: String,
    /// The text.
    pub text: Rc<str>,
}

impl OtherText {
    /// Stands for this text in the spans of an error, until a set of sources takes it in.
    pub const SOURCE: SourceId = SourceId(u32::MAX);

    /// The place of a range of bytes in this text.
    pub fn span(range: std::ops::Range<usize>) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(Self::SOURCE, offset(range.start), offset(range.end))
    }

    /// Its identity in a set of sources, which takes it in if it does not hold it yet.
    fn in_sources(&self, sources: &mut SourceSet) -> SourceId {
        for id in (0..).map(SourceId) {
            match sources.get(id) {
                None => break,
                Some(file) if file.path() == self.path => return id,
                Some(_) => {}
            }
        }
        sources.add(SourceFile::new(self.path.as_str(), Rc::clone(&self.text)))
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
    /// The text that spans of [`OtherText::SOURCE`] lie in.
    pub other: Option<Rc<OtherText>>,
}

impl ProjectError {
    /// An error without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            span: None,
            notes: Vec::new(),
            other: None,
        }
    }

    /// Says which text spans of [`OtherText::SOURCE`] lie in.
    #[must_use]
    pub fn in_text(mut self, other: &Rc<OtherText>) -> Self {
        self.other = Some(Rc::clone(other));
        self
    }

    /// An error about a file of the project that cannot be read or written.
    pub fn project_file(doing: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(
            codes::PROJECT_FILE,
            format!("cannot {doing} {}: {error}", path.display()),
        )
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
            ..Note::default()
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
            | codes::CACHE
            | codes::PROJECT_FILE => ExitClass::Environment,
            _ => ExitClass::Program,
        }
    }

    /// The diagnostic that shows it. `sources` takes in the other text of the error, if it has one.
    pub fn to_diagnostic(&self, sources: &mut SourceSet) -> Diagnostic {
        let other = self.other.as_ref().map(|other| other.in_sources(sources));
        let place = |span: Option<Span>| {
            let span = span?;
            if span.source != OtherText::SOURCE {
                return Some(span);
            }
            other.map(|source| Span { source, ..span })
        };
        let notes = self.notes.iter().map(|note| Note {
            span: place(note.span),
            ..note.clone()
        });
        Diagnostic {
            code: self.code,
            severity: Severity::Error,
            message: self.message.clone(),
            span: place(self.span),
            notes: notes.collect(),
        }
    }
}
