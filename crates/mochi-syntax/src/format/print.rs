//! Printing: nodes that fit stand on one line, others are broken by the rules of their kind.
//!
//! `indent` is always the indentation of the line that a construct begins on; `after` is how many
//! columns must stay free behind it.

use super::mark::NodeKind;
use super::measure::{Measures, is_dropped};
use super::source::Source;
use crate::token::TokenKind as K;

/// Columns of a line.
pub(super) const WIDTH: usize = 100;
/// Columns of one level.
pub(super) const STEP: usize = 2;

/// A line end that is due before the next unit or comment.
#[derive(Clone, Copy)]
struct Line {
    indent: usize,
    /// A blank line before it is kept.
    blank: bool,
}

/// The text written so far.
pub(super) struct Printer<'a> {
    pub source: &'a Source<'a>,
    pub measures: Measures,
    /// Indexes of top-level statements whose text is kept as it is.
    pub verbatim: &'a [usize],
    out: String,
    column: usize,
    line: Option<Line>,
    /// A comment was written last, and the next unit is on its line.
    after_comment: bool,
}

impl<'a> Printer<'a> {
    pub fn new(source: &'a Source<'a>, verbatim: &'a [usize]) -> Self {
        Self {
            source,
            measures: Measures::new(source),
            verbatim,
            out: String::with_capacity(source.text.len() + source.text.len() / 8),
            column: 0,
            line: None,
            after_comment: false,
        }
    }

    /// The whole file.
    pub fn file(mut self) -> String {
        let source = self.source;
        let file = source.node(0);
        let mut at = file.first;
        self.due(0, false);
        for child in source.child_indexes(0) {
            let stmt = source.node(child);
            // `package NAME`.
            if at < stmt.first {
                self.units(at, stmt.first, 0);
                self.due(0, true);
            }
            if self.verbatim.contains(&child) {
                let start = self.verbatim_start(stmt.first);
                let end = source.unit(stmt.end.saturating_sub(1)).end;
                self.write(source.slice(start, end));
            } else {
                self.node(child, 0, 0);
            }
            at = stmt.end;
            self.due(0, true);
        }
        self.units(at, file.end, 0);
        self.due(0, true);
        self.comments(file.end, 0);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }

    /// Begins a line for a statement whose text is kept, and gives the byte at which that text
    /// begins: with the comments above.
    fn verbatim_start(&mut self, first: usize) -> usize {
        let source = self.source;
        let unit = source.unit(first);
        let comments = source.comments_before(first);
        let Some(above) = comments.iter().find(|comment| comment.newlines > 0) else {
            self.comments(first, 0);
            self.start_line(unit.newlines > 1);
            return unit.start;
        };
        for comment in comments.iter().take_while(|c| c.newlines == 0) {
            self.write(" ");
            self.write(source.slice(comment.start, comment.end));
        }
        self.start_line(above.newlines > 1);
        above.start
    }

    // Writing.

    fn write(&mut self, text: &str) {
        self.out.push_str(text);
        match text.rfind('\n') {
            Some(at) => self.column = text.get(at + 1..).unwrap_or("").chars().count(),
            None if text.is_ascii() => self.column += text.len(),
            None => self.column += text.chars().count(),
        }
    }

    /// Asks for a line end before what comes next; `blank` keeps a blank line before it.
    pub fn due(&mut self, indent: usize, blank: bool) {
        self.line = Some(Line { indent, blank });
    }

    /// Begins the line that is due, if one is.
    fn start_line(&mut self, blank: bool) -> bool {
        let Some(line) = self.line.take() else {
            return false;
        };
        if !self.out.is_empty() {
            self.out.push('\n');
            if blank && line.blank {
                self.out.push('\n');
            }
        }
        for _ in 0..line.indent {
            self.out.push(' ');
        }
        self.column = line.indent;
        self.after_comment = false;
        true
    }

    /// The column at which a unit would start.
    pub fn column_of(&self, index: usize) -> usize {
        match self.line {
            Some(line) => line.indent,
            None => self.column + usize::from(self.measures.space(index)),
        }
    }

    /// Writes the comments before a unit; `indent` is for lines that nobody asked for.
    pub fn comments(&mut self, index: usize, indent: usize) {
        let source = self.source;
        // A comment that begins the line asked for gives its indentation to the lines below.
        let (mut indent, mut blank) = (indent, false);
        let mut began = false;
        for comment in source.comments_before(index) {
            let text = source.slice(comment.start, comment.end);
            let asked = self.line;
            // Documentation is such only where it begins a line.
            let is_doc = source.docs.binary_search(&comment.start).is_ok();
            let breaks =
                is_doc || comment.newlines > 0 && (comment.last_on_line || asked.is_some());
            if breaks {
                if let Some(line) = asked {
                    (indent, blank) = (line.indent, true);
                }
                began = true;
                // Documentation without its blank line would go on with the comment above.
                let blank = is_doc || asked.is_some_and(|line| line.blank);
                self.due(indent, blank);
                self.start_line(comment.newlines > 1);
            } else if self.column > 0 && (comment.line || !self.out.ends_with(['(', '['])) {
                self.write(" ");
            }
            if text.contains('\r') {
                self.write(&text.replace("\r\n", "\n"));
            } else {
                self.write(text);
            }
            let ends_line = comment.line || began && comment.last_on_line;
            self.line = match asked {
                // What was asked for still holds behind a comment at the end of the line before.
                Some(line) if !breaks => Some(line),
                _ if ends_line => Some(Line { indent, blank }),
                _ => None,
            };
            self.after_comment = true;
        }
    }

    /// Writes a unit with what stands before it.
    pub fn unit(&mut self, index: usize, indent: usize) {
        let unit = self.source.unit(index);
        if self.measures.comma(index) && self.line.is_none() {
            self.write(",");
        }
        let dropped = is_dropped(self.source, index);
        let keeps =
            unit.closes() || matches!(unit.kind, K::Comma | K::Else | K::Catch | K::Finally);
        let inner = if keeps { indent } else { indent + STEP };
        self.comments(index, inner);
        if dropped {
            return;
        }
        let started = self.start_line(unit.newlines > 1);
        let apart = self.after_comment && !unit.closes() && unit.kind != K::Comma;
        if !started && self.column > 0 && (self.measures.space(index) || apart) {
            self.write(" ");
        }
        self.after_comment = false;
        self.write(self.source.slice(unit.start, unit.end));
    }

    /// Writes units one after the other.
    pub fn units(&mut self, first: usize, end: usize, indent: usize) {
        for index in first..end {
            self.unit(index, indent);
        }
    }

    /// Writes a comma that the text does not have, directly behind what was written.
    pub fn comma(&mut self) {
        self.write(",");
    }

    /// Writes a closing bracket on a line of its own, and before it the comments that belong inside.
    pub fn close(&mut self, index: usize, indent: usize) {
        self.due(indent + STEP, true);
        self.comments(index, indent + STEP);
        self.due(indent, false);
        let unit = self.source.unit(index);
        self.start_line(false);
        self.write(self.source.slice(unit.start, unit.end));
    }

    // Nodes.

    /// Whether units fit on the line that they would start on.
    pub fn fits(&self, first: usize, end: usize, after: usize) -> bool {
        let width = self.measures.flat(first, end);
        width.is_some_and(|width| self.column_of(first) + width + after <= WIDTH)
    }

    /// Prints a node: on one line if it fits.
    pub fn node(&mut self, index: usize, indent: usize, after: usize) {
        let node = self.source.node(index);
        if self.fits(node.first, node.end, after) {
            self.units(node.first, node.end, indent);
        } else {
            self.broken(index, indent, after);
        }
    }

    /// Prints a node on several lines, as far as its kind allows.
    pub fn broken(&mut self, index: usize, indent: usize, after: usize) {
        match self.source.node(index).kind {
            NodeKind::Stmt => self.stmt(index, indent),
            NodeKind::File | NodeKind::Item => self.parts(index, indent, after),
            NodeKind::Block => self.block(index, indent),
            NodeKind::Members => self.members(index, indent),
            NodeKind::List => self.list(index, indent, after),
            NodeKind::Paren => self.paren(index, indent, after),
            NodeKind::Braced => self.braced(index, indent),
            NodeKind::Chain => self.chain(index, indent, after),
            NodeKind::Binary => self.binary(index, indent, after),
            NodeKind::If => self.if_expr(index, indent, after),
            NodeKind::Query => self.query(index, indent, after),
        }
    }

    /// Prints what a node consists of, one after the other.
    pub fn parts(&mut self, index: usize, indent: usize, after: usize) {
        let node = self.source.node(index);
        self.run(index, node.first, node.end, indent, after, false);
    }

    /// Prints the units and nodes of a node from one unit to another. In the head of a block,
    /// operators on lines of their own are indented deeper than the block.
    pub fn run(
        &mut self,
        index: usize,
        first: usize,
        end: usize,
        indent: usize,
        after: usize,
        broken_blocks: bool,
    ) {
        let source = self.source;
        let children = source.child_indexes(index);
        let inside = |child: &usize| {
            let child = source.node(*child);
            child.first >= first && child.end <= end
        };
        let mut children = children.filter(inside).peekable();
        let mut at = first;
        while let Some(child) = children.next() {
            let node = source.node(child);
            self.units(at, node.first, indent);
            at = node.end;
            let next = children.peek().map(|next| source.node(*next));
            let after = self.room(node.end, next, end, after);
            let is_block = |kind| matches!(kind, NodeKind::Block | NodeKind::Members);
            let is_head = next.is_some_and(|next| is_block(next.kind));
            if broken_blocks || is_block(node.kind) && self.measures.width(node.first, node.end) > 2
            {
                self.broken(child, indent, after);
            } else if is_head && node.kind == NodeKind::Binary {
                self.node(child, indent + STEP, after);
            } else {
                self.node(child, indent, after);
            }
        }
        self.units(at, end, indent);
    }

    /// How many columns behind a child must stay on its line: up to the first bracket of the next
    /// one, or to the end and what is behind it.
    fn room(
        &self,
        first: usize,
        next: Option<super::source::Node>,
        end: usize,
        after: usize,
    ) -> usize {
        let (to, more) = match next {
            Some(next) => (next.first + 1, 0),
            None => (end, after),
        };
        if first >= to {
            return more;
        }
        let lead = usize::from(self.measures.space(first));
        lead + self.measures.width(first, to) + more
    }
}
