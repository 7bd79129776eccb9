//! The text as the formatter sees it: units, which are tokens or whole f-strings, the comments
//! between them, and the nodes that the parser found, over units.

use std::cmp::Reverse;

use mochi_base::{Diagnostic, Severity, SourceId, code};

use super::mark::{Mark, MarkKind, NodeKind, Role};
use crate::{
    lexer,
    parser::parse_marked,
    token::{Token, TokenKind},
};

/// A token, or an f-string as a whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    /// Of the token; of an f-string the start's.
    pub kind: TokenKind,
    pub role: Option<Role>,
    /// First byte.
    pub start: usize,
    /// First byte behind it.
    pub end: usize,
    /// The comments before it: index of the first one.
    pub comments: usize,
    /// Index behind the last one.
    pub comments_end: usize,
    /// Line ends directly before it, since the unit or comment before; more than 2 count as 2.
    pub newlines: u8,
    /// There is a line end between the unit before and this one.
    pub first_on_line: bool,
}

impl Unit {
    /// Stands for units that do not exist.
    pub const NONE: Self = Self {
        kind: TokenKind::Eof,
        role: None,
        start: 0,
        end: 0,
        comments: 0,
        comments_end: 0,
        newlines: 0,
        first_on_line: false,
    };

    pub fn closes(self) -> bool {
        matches!(
            self.kind,
            TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace
        )
    }
}

/// A comment, without blanks at its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comment {
    /// First byte.
    pub start: usize,
    /// First byte behind it.
    pub end: usize,
    /// Line ends before it, since the unit or comment before; more than 2 count as 2.
    pub newlines: u8,
    /// Goes to the end of its line by its kind.
    pub line: bool,
    /// Nothing stands behind it on its line.
    pub last_on_line: bool,
    /// Has line ends inside.
    pub long: bool,
}

/// A run of units that the parser gave a meaning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub kind: NodeKind,
    /// Index of the first unit.
    pub first: usize,
    /// Index behind the last unit.
    pub end: usize,
    /// The first node inside it.
    pub child: Option<usize>,
    /// The node behind it in the same parent.
    pub next: Option<usize>,
}

/// A text without syntax errors, taken apart.
pub(super) struct Source<'a> {
    pub text: &'a str,
    /// The last is the end of the file.
    pub units: Vec<Unit>,
    pub comments: Vec<Comment>,
    /// The first is the whole file.
    pub nodes: Vec<Node>,
    /// Bytes where a block of `///` lines starts that belongs to what is below.
    pub docs: Vec<usize>,
}

impl<'a> Source<'a> {
    /// Takes a text apart; gives its diagnostics if it has faults that leave its structure in doubt.
    pub fn read(text: &'a str) -> Result<Self, Vec<Diagnostic>> {
        let source = SourceId(0);
        if u32::try_from(text.len()).is_err() {
            return Err(crate::parse(source, text).diagnostics);
        }
        let lexed = lexer::lex(source, text);
        let tokens = lexed.tokens.clone();
        let end = tokens.len().saturating_sub(1);
        let belongs = |doc: &&lexer::Doc| doc.attached && doc.token < end;
        let docs = lexed.docs.iter().filter(belongs);
        let docs = docs.map(|doc| doc.start).collect();
        let (parsed, marks) = parse_marked(source, text, lexed);
        // These are faults of the meaning: the tree is what the text says.
        let harmless = [code::P062, code::P064];
        let is_fault =
            |d: &Diagnostic| d.severity == Severity::Error && !harmless.contains(&d.code);
        if parsed.diagnostics.iter().any(is_fault) {
            let faults = parsed.diagnostics.into_iter().filter(is_fault);
            return Err(faults.collect());
        }
        let mut found = Self {
            text,
            units: Vec::with_capacity(tokens.len()),
            comments: Vec::new(),
            nodes: Vec::new(),
            docs,
        };
        let places = found.read_units(&tokens);
        found.read_marks(&marks, &places);
        Ok(found)
    }

    pub fn unit(&self, index: usize) -> Unit {
        self.units.get(index).copied().unwrap_or(Unit::NONE)
    }

    pub fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or("")
    }

    /// The comments before a unit.
    pub fn comments_before(&self, index: usize) -> &[Comment] {
        let unit = self.unit(index);
        let range = unit.comments..unit.comments_end;
        self.comments.get(range).unwrap_or(&[])
    }

    pub fn node(&self, index: usize) -> Node {
        self.nodes.get(index).copied().unwrap_or(Node {
            kind: NodeKind::File,
            first: 0,
            end: 0,
            child: None,
            next: None,
        })
    }

    /// The nodes directly inside a node.
    pub fn children(&self, index: usize) -> impl Iterator<Item = Node> {
        self.child_indexes(index).map(|child| self.node(child))
    }

    /// Their indexes.
    pub fn child_indexes(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.node(index).child, |child| self.node(*child).next)
    }

    /// The units directly inside a node, which no node inside it contains.
    pub fn direct(&self, index: usize) -> impl Iterator<Item = usize> {
        let node = self.node(index);
        let mut at = node.first;
        let mut child = node.child;
        std::iter::from_fn(move || {
            while let Some(inner) = child.map(|child| self.node(child))
                && inner.first == at
            {
                at = inner.end;
                child = inner.next;
            }
            (at < node.end).then(|| {
                at += 1;
                at - 1
            })
        })
    }

    /// Makes units of tokens; gives for each token its unit, or none inside an f-string.
    fn read_units(&mut self, tokens: &[Token]) -> Vec<(usize, bool)> {
        let mut places = Vec::with_capacity(tokens.len());
        let mut depth = 0usize;
        for token in tokens {
            let inside = depth > 0;
            match token.kind {
                TokenKind::FStart => depth += 1,
                TokenKind::FEnd => depth = depth.saturating_sub(1),
                _ => {}
            }
            let end = token.end as usize;
            if inside {
                if let Some(last) = self.units.last_mut() {
                    last.end = end;
                }
                places.push((self.units.len() - 1, false));
                continue;
            }
            places.push((self.units.len(), true));
            let from = self.units.last().map_or(0, |last| last.end);
            let start = token.start as usize;
            let unit = self.read_gap(from, start);
            let (kind, is_end) = (token.kind, token.kind == TokenKind::Eof);
            self.units.push(Unit {
                kind,
                start,
                end: if is_end { start } else { end },
                ..unit
            });
        }
        places
    }

    /// Reads the comments between two units; gives the latter with what stands before it.
    fn read_gap(&mut self, from: usize, to: usize) -> Unit {
        let comments = self.comments.len();
        let bytes = self.text.as_bytes();
        let mut newlines = u8::from(from == 0);
        let mut first_on_line = from == 0;
        let mut at = from;
        while at < to {
            let rest = self.slice(at, to);
            match bytes.get(at) {
                Some(b'\n') => {
                    newlines = (newlines + 1).min(2);
                    first_on_line = true;
                    let last = self.comments.get_mut(comments..);
                    if let Some(last) = last.and_then(|all| all.last_mut()) {
                        last.last_on_line = true;
                    }
                    at += 1;
                }
                Some(b'#' | b'/') => {
                    let block = rest.starts_with("/*");
                    let length = if block {
                        rest.get(2..).and_then(|r| r.find("*/")).map(|n| n + 4)
                    } else {
                        rest.find('\n')
                    };
                    let length = length.unwrap_or(rest.len());
                    let text = rest.get(..length).unwrap_or("").trim_end();
                    let long = text.contains('\n');
                    self.comments.push(Comment {
                        start: at,
                        end: at + text.len(),
                        newlines,
                        line: !block,
                        last_on_line: false,
                        long,
                    });
                    first_on_line |= long;
                    newlines = 0;
                    at += length;
                }
                _ => at += 1,
            }
        }
        Unit {
            comments,
            comments_end: self.comments.len(),
            newlines,
            first_on_line,
            ..Unit::NONE
        }
    }

    /// Takes over the roles, and builds the nodes.
    fn read_marks(&mut self, marks: &[Mark], places: &[(usize, bool)]) {
        let place = |token: u32| places.get(token as usize).copied().unwrap_or((0, false));
        let mut found: Vec<(usize, usize, usize, NodeKind)> = Vec::with_capacity(marks.len());
        for (order, mark) in marks.iter().enumerate() {
            let (first, outside) = place(mark.first);
            if !outside || mark.first >= mark.end {
                continue;
            }
            match mark.kind {
                MarkKind::Node(kind) => {
                    found.push((first, place(mark.end - 1).0 + 1, order, kind));
                }
                MarkKind::Role(role) => {
                    if let Some(unit) = self.units.get_mut(first) {
                        unit.role = Some(role);
                    }
                }
            }
        }
        // Outer ones first; of those with the same units the parser finished the outer one later.
        found.sort_unstable_by_key(|(first, end, order, _)| {
            (*first, Reverse(*end), Reverse(*order))
        });
        let end = self.units.len().saturating_sub(1);
        self.nodes = Vec::with_capacity(found.len() + 1);
        self.nodes.push(Node {
            kind: NodeKind::File,
            first: 0,
            end,
            child: None,
            next: None,
        });
        // The open nodes, each with its last child so far.
        let mut open: Vec<(usize, Option<usize>)> = vec![(0, None)];
        for (first, end, _, kind) in found {
            while open.len() > 1
                && let Some((outer, _)) = open.last()
                && self.node(*outer).end <= first
            {
                open.pop();
            }
            let index = self.nodes.len();
            if let Some((outer, last)) = open.last_mut() {
                let slot = match last {
                    Some(last) => self.nodes.get_mut(*last).map(|n| &mut n.next),
                    None => self.nodes.get_mut(*outer).map(|n| &mut n.child),
                };
                if let Some(slot) = slot {
                    *slot = Some(index);
                }
                *last = Some(index);
            }
            self.nodes.push(Node {
                kind,
                first,
                end,
                child: None,
                next: None,
            });
            open.push((index, None));
        }
    }
}
