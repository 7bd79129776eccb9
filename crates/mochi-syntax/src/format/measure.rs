//! How wide runs of units are on one line, which runs cannot stand on one line, and where blanks
//! stand between units.

use super::mark::{NodeKind, Role};
use super::source::{Node, Source, Unit};
use crate::token::TokenKind as K;

/// What is known about every unit before anything is printed.
pub(super) struct Measures {
    /// For each unit: a blank stands before it on a line.
    space: Vec<bool>,
    /// For each unit: a comma that the text leaves out stands before it, on one line.
    comma: Vec<bool>,
    /// For each unit: how many columns it and the units before it take on one line.
    widths: Vec<usize>,
    /// For each unit: how many line ends must stand somewhere before it or units before it.
    breaks: Vec<usize>,
}

impl Measures {
    pub fn new(source: &Source<'_>) -> Self {
        let count = source.units.len();
        let mut measures = Self {
            space: spaces(source),
            comma: vec![false; count],
            widths: Vec::with_capacity(count),
            breaks: Vec::with_capacity(count),
        };
        let mut broken = vec![false; count];
        for index in 0..count {
            let comments = source.comments_before(index);
            if comments.iter().any(|c| c.line || c.long || owns_line(c)) {
                set(&mut broken, index);
            }
        }
        for index in 0..source.nodes.len() {
            let node = source.node(index);
            if let Some(at) = must_break(source, index, node) {
                set(&mut broken, at);
            } else if node.kind == NodeKind::Members {
                for item in source.children(index).skip(1) {
                    if source.unit(item.first.wrapping_sub(1)).kind != K::Comma {
                        set(&mut measures.comma, item.first);
                    }
                }
            }
        }
        let (mut width, mut breaks) = (0, 0);
        for (index, broken) in broken.iter().enumerate() {
            breaks += usize::from(*broken);
            width += measures.lead(index) + Self::unit_width(source, index);
            measures.widths.push(width);
            measures.breaks.push(breaks);
        }
        measures
    }

    /// Whether a blank stands before a unit.
    pub fn space(&self, index: usize) -> bool {
        self.space.get(index).copied().unwrap_or(false)
    }

    /// Whether a comma that the text leaves out stands before a unit, on one line.
    pub fn comma(&self, index: usize) -> bool {
        self.comma.get(index).copied().unwrap_or(false)
    }

    /// Columns of what stands before a unit on its line.
    fn lead(&self, index: usize) -> usize {
        usize::from(self.space(index)) + usize::from(self.comma(index))
    }

    fn unit_width(source: &Source<'_>, index: usize) -> usize {
        let comments: usize = source
            .comments_before(index)
            .iter()
            .map(|c| {
                1 + source
                    .slice(c.start, c.end)
                    .replace("\r\n", "\n")
                    .chars()
                    .count()
            })
            .sum();
        let unit = source.unit(index);
        if is_dropped(source, index) {
            return comments;
        }
        let text = source.slice(unit.start, unit.end);
        comments + text.lines().next().unwrap_or("").chars().count()
    }

    /// The columns of some units on one line, if they may stand on one.
    pub fn flat(&self, first: usize, end: usize) -> Option<usize> {
        (!self.breaks_in(first + 1, end)).then(|| self.width(first, end))
    }

    /// The columns of some units on one line.
    pub fn width(&self, first: usize, end: usize) -> usize {
        if first >= end {
            return 0;
        }
        let to = self.widths.get(end - 1).copied().unwrap_or(0);
        let from = first.checked_sub(1).and_then(|at| self.widths.get(at));
        (to - from.copied().unwrap_or(0)).saturating_sub(self.lead(first))
    }

    /// Whether a line end must stand before one of these units.
    pub fn breaks_in(&self, first: usize, end: usize) -> bool {
        let count = |end: usize| end.checked_sub(1).and_then(|at| self.breaks.get(at));
        first < end && count(end) != count(first)
    }
}

fn set(flags: &mut [bool], index: usize) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = true;
    }
}

/// A comma before a closing brace that one line does not need.
pub(super) fn is_dropped(source: &Source<'_>, index: usize) -> bool {
    source.unit(index).role == Some(Role::Optional) && source.unit(index + 1).kind == K::RBrace
}

/// Whether a comment has a line of its own.
pub(super) fn owns_line(comment: &super::source::Comment) -> bool {
    comment.newlines > 0 && comment.last_on_line
}

/// The unit before which a node must have a line end, if it cannot or shall not stand on one line.
fn must_break(source: &Source<'_>, index: usize, node: Node) -> Option<usize> {
    let inner = source.unit(node.first + 1);
    let is_empty = node.end == node.first + 2;
    let broken = match node.kind {
        NodeKind::Block => {
            let mut lines = node.first + 1..node.end;
            let one_line = !lines.any(|at| source.unit(at).first_on_line);
            let mut statements = source.children(index);
            let simple = statements.next().is_some() && statements.next().is_none();
            !is_empty && (!one_line || !simple || has_block(source, index))
        }
        NodeKind::Members => {
            let close = source.unit(node.end - 1);
            let mut items = source.children(index).map(|item| source.unit(item.first));
            !is_empty && (close.first_on_line || items.any(|first| first.first_on_line))
        }
        NodeKind::List => {
            !is_empty && (keeps_lines(source, node) || has_trailing_comma(source, node))
        }
        NodeKind::Braced => inner.first_on_line,
        // Before the bar itself: the first operand keeps its line.
        NodeKind::Binary => {
            return source.direct(index).find(|at| {
                let unit = source.unit(*at);
                unit.kind == K::Bar && unit.role == Some(Role::Op(0)) && unit.first_on_line
            });
        }
        NodeKind::Query => {
            let mut clauses = source.direct(index).map(|at| source.unit(at));
            clauses.any(|u| u.role == Some(Role::Clause) && u.first_on_line)
        }
        NodeKind::Stmt => return divided(source, index),
        _ => false,
    };
    broken.then_some(node.first + 1)
}

/// Whether a block stands somewhere inside a node.
fn has_block(source: &Source<'_>, index: usize) -> bool {
    let end = source.node(index).end;
    let inside = source.nodes.get(index + 1..).unwrap_or(&[]).iter();
    let mut inside = inside.take_while(|node| node.first < end);
    inside.any(|node| node.kind == NodeKind::Block)
}

/// Where a statement goes on with `else`, `catch` or `finally` on another line.
fn divided(source: &Source<'_>, index: usize) -> Option<usize> {
    let has_block = source.children(index).any(|c| c.kind == NodeKind::Block);
    let mut direct = source.direct(index).filter(|_| has_block);
    direct.find(|at| {
        let unit = source.unit(*at);
        unit.first_on_line && matches!(unit.kind, K::Else | K::Catch | K::Finally)
    })
}

/// A literal in braces stays on several lines if its first item is on a line of its own.
fn keeps_lines(source: &Source<'_>, node: Node) -> bool {
    source.unit(node.first).kind == K::LBrace && source.unit(node.first + 1).first_on_line
}

/// Whether a list ends with a comma, which asks for several lines. Subscripts never do.
pub(super) fn has_trailing_comma(source: &Source<'_>, node: Node) -> bool {
    !is_subscript(source, node) && source.unit(node.end.wrapping_sub(2)).kind == K::Comma
}

/// Whether a list is the subscripts of something.
pub(super) fn is_subscript(source: &Source<'_>, node: Node) -> bool {
    let open = source.unit(node.first);
    open.kind == K::LBracket && open.role == Some(Role::Tight)
}

/// For each unit, whether a blank stands before it.
fn spaces(source: &Source<'_>) -> Vec<bool> {
    let mut padded = vec![false; source.units.len()];
    for node in &source.nodes {
        let padding = match node.kind {
            NodeKind::Block | NodeKind::Members | NodeKind::Braced => true,
            NodeKind::List => source.unit(node.first).role == Some(Role::Padded),
            _ => false,
        };
        if padding && node.end > node.first + 2 {
            set(&mut padded, node.first + 1);
            set(&mut padded, node.end - 1);
        }
    }
    let mut before = Unit::NONE;
    let mut spaces = Vec::with_capacity(source.units.len());
    for (unit, padded) in source.units.iter().zip(padded) {
        spaces.push(!spaces.is_empty() && space_between(before, *unit, padded));
        before = *unit;
    }
    spaces
}

/// Whether a blank stands between two units; `padded` if one of them is a brace with blanks inside.
fn space_between(before: Unit, after: Unit, padded: bool) -> bool {
    let mut glued = matches!(
        after.kind,
        K::Comma | K::RParen | K::RBracket | K::Dot | K::DotDot | K::Question | K::Colon
    ) || matches!(
        before.kind,
        K::LParen | K::LBracket | K::Dot | K::DotDot | K::Ellipsis
    ) || matches!(
        after.role,
        Some(Role::Tight | Role::AngleOpen | Role::AngleClose | Role::Link)
    ) || matches!(
        before.role,
        Some(Role::Prefix | Role::AngleOpen | Role::Slice)
    );
    if after.kind == K::RBrace || before.kind == K::LBrace {
        glued |= !padded;
    }
    // `h[0, :]`
    if before.kind == K::Comma && after.kind == K::Colon {
        glued = false;
    }
    !glued || would_merge(before, after)
}

/// Whether two units that touch would be read as something else.
fn would_merge(before: Unit, after: Unit) -> bool {
    matches!(
        (before.kind, after.kind),
        (K::Colon | K::Minus, K::Minus)
            | (K::Question, K::Question)
            | (K::Dot, K::Dot | K::DotDot)
            | (K::Star, K::Star | K::StarStar)
            | (K::Bang, K::Eq | K::EqEq)
    )
}
