//! Whether two texts say the same: their tokens, comments and structure.

use super::mark::{NodeKind, Role};
use super::source::Source;
use crate::token::TokenKind as K;

/// Where two texts first differ: the index of the top-level node of the first text, if that is
/// known.
pub(super) enum Difference {
    None,
    At(usize),
    Somewhere,
}

/// Compares a text with what it was made into. Commas that may be left out are no difference.
pub(super) fn compare(before: &Source<'_>, after: &Source<'_>) -> Difference {
    let (old, new) = (Outline::of(before), Outline::of(after));
    let pairs = old.tokens.iter().zip(&new.tokens);
    let same = pairs.take_while(|(old, new)| old.1 == new.1).count();
    if let Some((unit, _)) = old.tokens.get(same)
        && same < old.tokens.len().max(new.tokens.len())
    {
        return locate(before, *unit);
    }
    if old.tokens.len() != new.tokens.len() {
        return Difference::Somewhere;
    }
    let pairs = old.comments.iter().zip(&new.comments);
    let same = pairs
        .take_while(|(old, new)| (old.1, &old.2) == (new.1, &new.2))
        .count();
    if same < old.comments.len().max(new.comments.len()) {
        return old
            .comments
            .get(same)
            .map_or(Difference::Somewhere, |(unit, ..)| locate(before, *unit));
    }
    let pairs = old.nodes.iter().zip(&new.nodes);
    let same = pairs.take_while(|(old, new)| old.1 == new.1).count();
    if same < old.nodes.len().max(new.nodes.len()) {
        return old
            .nodes
            .get(same)
            .map_or(Difference::Somewhere, |(unit, _)| locate(before, *unit));
    }
    Difference::None
}

fn locate(source: &Source<'_>, unit: usize) -> Difference {
    let mut statements = source.child_indexes(0);
    let found = statements.find(|child| source.node(*child).end > unit);
    found.map_or(Difference::Somewhere, Difference::At)
}

/// What a text says. Every part comes with the index of its unit.
struct Outline<'a> {
    tokens: Vec<(usize, &'a str)>,
    /// Comments with how many tokens stand before them, and whether they document what is below.
    comments: Vec<(usize, (usize, bool), String)>,
    /// Nodes and roles: their kind, their first token and the token behind them.
    nodes: Vec<(usize, (What, usize, usize))>,
}

#[derive(PartialEq, Eq)]
enum What {
    Node(NodeKind),
    Role(Role),
}

impl<'a> Outline<'a> {
    fn of(source: &Source<'a>) -> Self {
        let mut outline = Self {
            tokens: Vec::with_capacity(source.units.len()),
            comments: Vec::with_capacity(source.comments.len()),
            nodes: Vec::with_capacity(source.nodes.len()),
        };
        // For each unit, whether something begins with it that can have documentation.
        let mut documented = vec![false; source.units.len()];
        for node in &source.nodes {
            if matches!(node.kind, NodeKind::Stmt | NodeKind::Item)
                && let Some(flag) = documented.get_mut(node.first)
            {
                *flag = true;
            }
        }
        // For each unit, how many tokens stand before it.
        let mut places = Vec::with_capacity(source.units.len() + 1);
        for (index, unit) in source.units.iter().enumerate() {
            let place = outline.tokens.len();
            places.push(place);
            for comment in source.comments_before(index) {
                let is_doc = documented.get(index) == Some(&true)
                    && source.docs.binary_search(&comment.start).is_ok();
                let text = normal(source.slice(comment.start, comment.end));
                outline.comments.push((index, (place, is_doc), text));
            }
            let before_close = source.unit(index + 1).closes();
            if unit.kind == K::Comma && (before_close || unit.role == Some(Role::Optional)) {
                continue;
            }
            let text = source.slice(unit.start, unit.end);
            if unit.role == Some(Role::AngleClose) {
                // `>>` and `> >` close the same.
                let halves = (0..text.len()).filter_map(|at| text.get(at..=at));
                outline.tokens.extend(halves.map(|half| (index, half)));
                continue;
            }
            if let Some(role) = unit.role {
                let what = (What::Role(role), place, place + 1);
                outline.nodes.push((index, what));
            }
            outline.tokens.push((index, text));
        }
        places.push(outline.tokens.len());
        let place = |unit: usize| places.get(unit).copied().unwrap_or(0);
        for node in &source.nodes {
            let what = (What::Node(node.kind), place(node.first), place(node.end));
            outline.nodes.push((node.first, what));
        }
        outline
    }
}

/// A comment without blanks at the ends of its lines.
fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
