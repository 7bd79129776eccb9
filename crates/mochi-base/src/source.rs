//! Source text and positions, kept apart from where the text came from.

use std::rc::Rc;

/// Identifies one source text of a compilation; an index into its [`SourceSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourceId(pub u32);

/// A half-open range of bytes in one source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The text that the offsets refer to.
    pub source: SourceId,
    /// First byte of the range.
    pub start: u32,
    /// First byte after the range.
    pub end: u32,
}

impl Span {
    /// A span of `source` from byte `start` up to, not including, byte `end`.
    pub const fn new(source: SourceId, start: u32, end: u32) -> Self {
        Self { source, start, end }
    }

    /// The smallest span that covers both; `other` must be of the same source.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self {
            source: self.source,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The empty span at this span's end: where something missing should have stood.
    #[must_use]
    pub const fn after(self) -> Self {
        Self {
            source: self.source,
            start: self.end,
            end: self.end,
        }
    }
}

/// A place for people: both numbers count from 1, the column in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1.
    pub column: u32,
}

/// One source text with its display path and an index of its lines.
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    text: Rc<str>,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// Takes the text as the lexer sees it (byte-order mark and CRLF included).
    ///
    /// `path` is only shown, never opened.
    pub fn new(path: impl Into<String>, text: impl Into<Rc<str>>) -> Self {
        let text = text.into();
        let mut line_starts = vec![0];
        for (offset, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                line_starts.push(u32::try_from(offset + 1).unwrap_or(u32::MAX));
            }
        }
        Self {
            path: path.into(),
            text,
            line_starts,
        }
    }

    /// The path as messages show it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole text, shared.
    pub fn shared_text(&self) -> Rc<str> {
        Rc::clone(&self.text)
    }

    /// The text under `span`; empty when the span does not lie in this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// Line and column of a byte offset; offsets past the end count as the end.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts.get(line.saturating_sub(1)).copied();
        LineColumn {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: offset.saturating_sub(start.unwrap_or(0)) + 1,
        }
    }

    /// The text of a line (from 1) without its line end; none past the last line.
    pub fn line(&self, line: u32) -> Option<&str> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.line_starts.get(index)? as usize;
        let rest = self.text.get(start..)?;
        let text = rest.split('\n').next().unwrap_or("");
        Some(text.strip_suffix('\r').unwrap_or(text))
    }
}

/// The source texts of one compilation.
#[derive(Debug, Default)]
pub struct SourceSet {
    files: Vec<Rc<SourceFile>>,
}

impl SourceSet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text and returns the identity that spans refer to.
    pub fn add(&mut self, file: SourceFile) -> SourceId {
        let id = SourceId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Rc::new(file));
        id
    }

    /// The text behind an identity; none if it belongs to another set.
    pub fn get(&self, id: SourceId) -> Option<&Rc<SourceFile>> {
        self.files.get(id.0 as usize)
    }
}
