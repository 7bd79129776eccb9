//! Line breaking: documents with places where a line may break, and their rendering.
//!
//! A group is set on one line if it fits, and otherwise breaks at every place of its own; inner
//! groups decide for themselves. This is the model that Python's formatters share, so the output
//! is what they would leave.

use std::borrow::Cow;

use mochi_base::Span;

use super::expr::flatten;
use super::limit::Brackets;
use crate::py::Beside;

/// The number of characters that a line may have.
pub(super) const WIDTH: usize = 88;

/// A text with places where it may break.
#[derive(Clone, Debug)]
pub(super) enum Doc {
    /// Text without line breaks.
    Text(Cow<'static, str>),
    /// One after the other.
    Cat(Vec<Doc>),
    /// Broken as a whole or not at all.
    Group(Box<Doc>),
    /// Indented by one level where it breaks.
    Indent(Box<Doc>),
    /// Nothing, or a line break.
    Soft,
    /// A blank, or a line break.
    Line,
    /// The text, only if the enclosing group breaks.
    IfBroken(&'static str),
    /// The first form if its first line fits even when its inner brackets break, else the second.
    Choice(Box<Doc>, Box<Doc>),
    /// The first form, on one line; the second, which has it on an indented line of its own, if it
    /// has room there and not here.
    Aside(Box<Doc>, Box<Doc>),
    /// What is inside belongs to this place.
    At(Span, Box<Doc>),
    /// On one line in any case.
    Flat(Box<Doc>),
    /// A line break in any case: what is around it is broken.
    Hard,
    /// A comment at the end of a line; a break follows.
    Behind(String),
    /// An item of a list with its comments.
    Noted(Box<Beside>, Box<Doc>),
}

impl Doc {
    pub(super) fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn group(parts: Vec<Self>) -> Self {
        Self::Group(Box::new(Self::Cat(parts)))
    }

    /// `open`, the content on lines of its own if it does not fit, `close`.
    pub(super) fn bracket(open: &'static str, content: Self, close: &'static str) -> Self {
        Self::group(vec![
            Self::text(open),
            Self::Indent(Box::new(Self::Cat(vec![Self::Soft, content]))),
            Self::Soft,
            Self::text(close),
        ])
    }

    /// The items with commas; a trailing one where the enclosing group breaks.
    pub(super) fn comma_list(items: Vec<Self>) -> Self {
        Self::items(items, &Self::IfBroken(","))
    }

    /// The items with commas between them, and what follows the last one.
    pub(super) fn items(items: Vec<Self>, end: &Self) -> Self {
        let mut parts = Vec::new();
        let count = items.len();
        for (index, item) in items.into_iter().enumerate() {
            let (beside, item) = match item {
                Self::Noted(beside, item) => (*beside, *item),
                item => (Beside::default(), item),
            };
            for line in beside.before {
                parts.extend([Self::text(comment_line(&line)), Self::Hard]);
            }
            let is_last = index + 1 == count;
            parts.push(item);
            parts.push(if is_last {
                end.clone()
            } else {
                Self::text(",")
            });
            if !beside.behind.is_empty() {
                let lines = beside.behind.iter().map(|line| comment_line(line));
                parts.push(Self::Behind(lines.collect::<Vec<_>>().join("  ")));
            }
            for line in beside.below {
                parts.extend([Self::Hard, Self::text(comment_line(&line))]);
            }
            if !is_last {
                parts.push(Self::Line);
            }
        }
        Self::Cat(parts)
    }

    /// Whether it is broken in any case.
    pub(super) fn is_hard(&self) -> bool {
        match self {
            Self::Hard | Self::Behind(_) | Self::Noted(..) => true,
            Self::Cat(parts) => parts.iter().any(Self::is_hard),
            Self::Group(inner) | Self::Indent(inner) | Self::At(_, inner) => inner.is_hard(),
            Self::Choice(first, _) | Self::Aside(first, _) => first.is_hard(),
            Self::Text(_) | Self::Soft | Self::Line | Self::IfBroken(_) | Self::Flat(_) => false,
        }
    }
}

/// A part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The index of the line.
    pub line: usize,
    /// The byte of the line at which it begins.
    pub start: usize,
    /// The byte at which it ends; none if it goes on over the line's end.
    pub end: Option<usize>,
    /// The Mochi construct.
    pub span: Span,
}

/// A line of a comment with its mark.
pub(super) fn comment_line(text: &str) -> String {
    format!("# {}", text.trim_end()).trim_end().to_string()
}

/// The columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(width).sum()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Flat,
    Broken,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Doc(usize, Mode, &'a Doc),
    Leave(Begun),
}

/// Where the text of a place begins.
#[derive(Clone, Copy)]
struct Begun {
    /// The index of the line.
    line: usize,
    /// Bytes from the start of the line.
    column: usize,
}

/// The text that is being built, with the place of each line.
#[derive(Debug, Default)]
pub(super) struct Writer {
    /// The text so far.
    pub(super) text: String,
    /// For each finished or begun line, the place that caused it.
    pub(super) origins: Vec<Option<Span>>,
    /// The parts of lines that belong to places of their own, innermost first.
    pub(super) parts: Vec<Part>,
    column: usize,
    /// The byte at which the current line begins.
    line_start: usize,
    /// The brackets of the line.
    pub(super) brackets: Brackets,
}

impl Writer {
    /// Ends the current line.
    pub(super) fn newline(&mut self) {
        if self.column == 0 {
            self.origins.push(None);
        }
        self.text.push('\n');
        self.column = 0;
        self.line_start = self.text.len();
    }

    /// Where the next text will stand, at a depth if it begins a line.
    fn here(&self, depth: usize) -> Begun {
        if self.column == 0 {
            let column = depth * 4;
            let line = self.origins.len();
            return Begun { line, column };
        }
        Begun {
            line: self.origins.len().saturating_sub(1),
            column: self.text.len() - self.line_start,
        }
    }

    /// The text of a place ends here; one that fills its line needs no words.
    fn end(&mut self, begun: Begun, span: Span) {
        if self.origins.get(begun.line).copied().flatten() == Some(span) {
            return;
        }
        let here = self.here(0);
        self.parts.push(Part {
            line: begun.line,
            start: begun.column,
            end: (here.line == begun.line).then_some(here.column),
            span,
        });
    }

    /// Writes text that begins a line or continues it.
    pub(super) fn write(&mut self, text: &str, origin: Option<Span>) {
        if text.is_empty() {
            return;
        }
        if self.column == 0 {
            self.origins.push(origin);
        }
        self.text.push_str(text);
        self.column += columns(text);
    }

    /// Writes a document at the given depth; the current line has begun with its indent.
    pub(super) fn render(&mut self, depth: usize, doc: &Doc, origin: Option<Span>) {
        let mut origins = vec![origin];
        let mut stack = vec![Step::Doc(depth, Mode::Broken, doc)];
        while let Some(step) = stack.pop() {
            let (depth, mode, doc) = match step {
                Step::Doc(depth, mode, doc) => (depth, mode, doc),
                Step::Leave(begun) => {
                    if let Some(span) = origins.pop().flatten() {
                        self.end(begun, span);
                    }
                    continue;
                }
            };
            match doc {
                Doc::Text(text) => {
                    self.brackets.see(text);
                    self.indent_if_new(depth, origins.last().copied().flatten());
                    self.write(text, origins.last().copied().flatten());
                }
                Doc::Cat(parts) => {
                    for part in parts.iter().rev() {
                        stack.push(Step::Doc(depth, mode, part));
                    }
                }
                Doc::Group(content) => {
                    let flat = mode == Mode::Flat || self.fits(depth, Mode::Flat, content, &stack);
                    let mode = if flat { Mode::Flat } else { Mode::Broken };
                    stack.push(Step::Doc(depth, mode, content));
                }
                Doc::Indent(content) => {
                    let depth = depth + usize::from(mode == Mode::Broken);
                    stack.push(Step::Doc(depth, mode, content));
                }
                Doc::Hard => self.newline(),
                Doc::Behind(text) => self.write(&format!("  {text}"), None),
                Doc::Noted(_, content) => stack.push(Step::Doc(depth, mode, content)),
                Doc::Soft | Doc::Line if mode == Mode::Broken => self.newline(),
                Doc::Soft => {}
                Doc::Line => self.write(" ", None),
                Doc::IfBroken(text) => {
                    if mode == Mode::Broken {
                        let origin = origins.last().copied().flatten();
                        self.brackets.see(text);
                        self.indent_if_new(depth, origin);
                        self.write(text, origin);
                    }
                }
                Doc::Choice(first, second) => {
                    let flat = mode == Mode::Flat || self.fits(depth, Mode::Flat, first, &stack);
                    if flat {
                        stack.push(Step::Doc(depth, Mode::Flat, first));
                    } else if self.fits(depth, Mode::Broken, first, &stack) {
                        stack.push(Step::Doc(depth, Mode::Broken, first));
                    } else {
                        stack.push(Step::Doc(depth, Mode::Broken, second));
                    }
                }
                Doc::Aside(here, aside) => {
                    let fits = mode == Mode::Flat || self.fits(depth, Mode::Flat, here, &stack);
                    stack.push(if !fits && has_room(depth + 1, here) {
                        Step::Doc(depth, Mode::Broken, aside)
                    } else {
                        Step::Doc(depth, Mode::Flat, here)
                    });
                }
                Doc::At(span, content) => {
                    origins.push(Some(*span));
                    stack.push(Step::Leave(self.here(depth)));
                    stack.push(Step::Doc(depth, mode, content));
                }
                Doc::Flat(content) => stack.push(Step::Doc(depth, Mode::Flat, content)),
            }
        }
    }

    fn indent_if_new(&mut self, depth: usize, origin: Option<Span>) {
        if self.column == 0 {
            let indent = "    ".repeat(depth);
            if !indent.is_empty() {
                self.write(&indent, origin);
            }
        }
    }

    /// Whether `doc` in `mode` and what follows it fit up to the next line break.
    fn fits(&self, depth: usize, mode: Mode, doc: &Doc, rest: &[Step<'_>]) -> bool {
        let start = if self.column == 0 {
            depth * 4
        } else {
            self.column
        };
        let Some(mut room) = WIDTH.checked_sub(start) else {
            return false;
        };
        let mut stack = vec![(mode, doc)];
        let mut rest = rest.iter().rev();
        let mut follows = false;
        loop {
            let (mode, doc) = if let Some(next) = stack.pop() {
                next
            } else {
                follows = true;
                match rest.next() {
                    Some(Step::Doc(_, mode, doc)) => (*mode, *doc),
                    Some(Step::Leave(_)) => continue,
                    None => return true,
                }
            };
            let used = match doc {
                Doc::Text(text) => columns(text),
                Doc::Hard => return follows || mode == Mode::Broken,
                Doc::Behind(_) if mode == Mode::Flat => return follows,
                Doc::Behind(text) => 2 + columns(text),
                Doc::Line if mode == Mode::Flat => 1,
                Doc::Soft | Doc::Line if mode == Mode::Broken => return true,
                Doc::IfBroken(text) if mode == Mode::Broken => text.len(),
                Doc::Soft | Doc::Line | Doc::IfBroken(_) => 0,
                Doc::Cat(parts) => {
                    stack.extend(parts.iter().rev().map(|part| (mode, part)));
                    0
                }
                // A group in a broken form may break itself: its first break ends the line.
                Doc::Group(content)
                | Doc::Indent(content)
                | Doc::At(_, content)
                | Doc::Noted(_, content) => {
                    stack.push((mode, content));
                    0
                }
                Doc::Choice(first, _) | Doc::Aside(first, _) | Doc::Flat(first) => {
                    stack.push((Mode::Flat, first));
                    0
                }
            };
            let Some(left) = room.checked_sub(used) else {
                return false;
            };
            room = left;
        }
    }
}

/// Whether a document on one line has room on one that is indented so far.
fn has_room(depth: usize, doc: &Doc) -> bool {
    let mut text = String::new();
    flatten(doc, &mut text);
    depth * 4 + columns(&text) <= WIDTH
}

/// The columns that a character takes: two for wide East Asian ones and emoji.
fn width(c: char) -> usize {
    match u32::from(c) {
        0x0300..=0x036F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F
        | 0x2E80..=0x303E
        | 0x3041..=0x33FF
        | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF
        | 0xA000..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1F64F
        | 0x1F900..=0x1F9FF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}
