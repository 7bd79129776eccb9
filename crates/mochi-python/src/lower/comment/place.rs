//! The comments that found no place while statements were lowered, put into the finished tree:
//! beside items of lists, or else before or behind the nearest statement. Nothing is lost.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use mochi_base::{SourceId, Span};
use mochi_syntax::Comment;

use super::beside::{self, Free};
use super::{Comments, note};
use crate::py::{Case, Expr, Handler, Module, Note, Stmt, StmtKind};

/// Gives every comment of the source that is not yet in the module its place, if the module is that
/// of the whole text. Each stands there once.
pub(in super::super) fn settle(module: &mut Module, comments: &Comments, is_whole: bool) {
    if comments.all.is_empty() {
        return;
    }
    let mut seen = Seen::default();
    module.doc.iter().for_each(|doc| seen.doc(doc));
    seen.block(&mut module.body);
    if !is_whole {
        return;
    }
    let mut free: Free = Vec::new();
    for (source, comment) in &comments.all {
        let is_there = if comment.documents {
            seen.takes(&comment.text)
        } else {
            seen.places.contains(&(*source, comment.start))
        };
        if is_there {
            continue;
        }
        if comment.heads {
            module
                .header
                .extend(comment.text.split('\n').map(str::to_owned));
            continue;
        }
        free.push((*source, comment.clone()));
    }
    let heads = comments.all.iter().filter(|(_, comment)| comment.heads);
    let headed: BTreeSet<SourceId> = heads.map(|(source, _)| *source).collect();
    free.retain(|(source, comment)| {
        let may_head = comment.after == 0 && !headed.contains(source);
        may_head || !about_import(module, *source, comment)
    });
    if free.is_empty() {
        return;
    }
    expressions(&mut module.body, &mut free);
    let anchors = Anchors::of(&mut module.body);
    let sorted = Sorted::of(&anchors);
    let mut inserted = Inserted::default();
    for (source, comment) in &free {
        let heads = comment.imports && anchors.is_first(*source, comment);
        match anchors.place(&sorted, *source, comment) {
            Some(place) if !heads => inserted.add(place, note(*source, comment)),
            _ => module
                .header
                .extend(comment.text.split('\n').map(str::to_owned)),
        }
    }
    let mut number = 0;
    inserted.block(&mut module.body, &mut number);
}

/// Puts a comment about an import beside it; false if it is about something else.
fn about_import(module: &mut Module, source: SourceId, comment: &Comment) -> bool {
    let mochi_syntax::Place::About(at) = comment.place else {
        return false;
    };
    let places = module.imports.iter().filter_map(|import| import.span);
    let found = places
        .filter(|span| span.source == source && span.start == at)
        .min_by_key(|span| span.end);
    let Some(span) = found else {
        return false;
    };
    module.import_notes.push((span, note(source, comment)));
    true
}

/// The comments and documentation that the tree has.
#[derive(Default)]
struct Seen {
    places: BTreeSet<(SourceId, u32)>,
    /// How often each documentation is there.
    docs: BTreeMap<String, usize>,
}

impl Seen {
    /// Whether documentation is there; each is counted once.
    fn takes(&mut self, doc: &str) -> bool {
        let left = self.docs.get_mut(doc.trim());
        left.is_some_and(|left| {
            let is_there = *left > 0;
            *left = left.saturating_sub(1);
            is_there
        })
    }

    fn doc(&mut self, doc: &str) {
        *self.docs.entry(doc.trim().to_string()).or_default() += 1;
    }

    fn is_new(&mut self, note: &Note) -> bool {
        note.place.is_none_or(|place| self.places.insert(place))
    }

    /// Notes what a block has; of what it has twice the second is removed.
    fn block(&mut self, block: &mut Vec<Stmt>) {
        block.retain_mut(|stmt| match &mut stmt.kind {
            StmtKind::Comment(note) => self.is_new(note),
            kind => {
                self.stmt(kind);
                true
            }
        });
    }

    fn stmt(&mut self, kind: &mut StmtKind) {
        match kind {
            StmtKind::Function(def) => def.doc.iter().for_each(|doc| self.doc(doc)),
            StmtKind::Class(def) => def.doc.iter().for_each(|doc| self.doc(doc)),
            StmtKind::Expr(Expr::Str(doc)) => self.doc(doc),
            StmtKind::Match(_, cases) => {
                for case in cases {
                    case.notes.retain(|note| self.is_new(note));
                }
            }
            _ => {}
        }
        for part in parts(kind) {
            self.block(part.body());
        }
    }
}

/// A part of a statement that has a block.
enum Part<'a> {
    Block(&'a mut Vec<Stmt>),
    Case(&'a mut Case),
    Handler(&'a mut Handler),
}

impl<'a> Part<'a> {
    fn body(self) -> &'a mut Vec<Stmt> {
        match self {
            Self::Block(body) => body,
            Self::Case(case) => &mut case.body,
            Self::Handler(handler) => &mut handler.body,
        }
    }
}

/// The blocks of a statement in their order.
fn parts(kind: &mut StmtKind) -> Vec<Part<'_>> {
    match kind {
        StmtKind::If(_, then, otherwise) => vec![Part::Block(then), Part::Block(otherwise)],
        StmtKind::While(_, body) | StmtKind::For(_, _, body) | StmtKind::With(_, _, body) => {
            vec![Part::Block(body)]
        }
        StmtKind::Async(inner) => parts(inner),
        StmtKind::Try {
            body,
            handlers,
            finally,
        } => {
            let mut all = vec![Part::Block(body)];
            all.extend(handlers.iter_mut().map(Part::Handler));
            all.push(Part::Block(finally));
            all
        }
        StmtKind::Match(_, cases) => cases.iter_mut().map(Part::Case).collect(),
        StmtKind::Function(def) => vec![Part::Block(&mut def.body)],
        StmtKind::Class(def) => vec![Part::Block(&mut def.body)],
        _ => Vec::new(),
    }
}

/// Places comments in the expressions of all statements.
fn expressions(block: &mut [Stmt], free: &mut Free) {
    for stmt in block {
        beside::in_stmt(stmt, free);
        for part in parts(&mut stmt.kind) {
            expressions(part.body(), free);
        }
        if free.is_empty() {
            return;
        }
    }
}

/// Where a comment goes: before or behind what has this number.
#[derive(Clone, Copy)]
enum Spot {
    Before(usize),
    /// Before it, and with its code on one line.
    Beside(usize),
    After(usize),
}

/// The statements, arms and handlers of a module in their order, each with its index as number, and the
/// numbers of the handlers.
struct Anchors(Vec<Option<Span>>, BTreeSet<usize>);

impl Anchors {
    fn of(body: &mut [Stmt]) -> Self {
        let mut found = Self(Vec::new(), BTreeSet::new());
        for stmt in body {
            // What declares a variable for `main` to assign is not what its comments are about.
            if matches!(stmt.kind, StmtKind::AnnAssign(_, _, None)) {
                found.0.push(None);
            } else {
                found.block(std::slice::from_mut(stmt));
            }
        }
        found
    }

    fn block(&mut self, block: &mut [Stmt]) {
        for stmt in block {
            let is_comment = matches!(stmt.kind, StmtKind::Comment(_));
            self.0.push(stmt.span.filter(|_| !is_comment));
            for part in parts(&mut stmt.kind) {
                match &part {
                    Part::Block(_) => {}
                    Part::Case(case) => self.0.push(case.span),
                    Part::Handler(handler) => {
                        self.1.insert(self.0.len());
                        self.0.push(handler.span);
                    }
                }
                self.block(part.body());
            }
        }
    }

    /// Those of a file, with their numbers.
    fn all(&self, source: SourceId) -> impl Iterator<Item = (usize, Span)> {
        let spans = self.0.iter().enumerate();
        spans
            .filter_map(|(number, span)| Some((number, (*span)?)))
            .filter(move |(_, span)| span.source == source)
    }

    /// Whether nothing of the file became a statement before a comment.
    fn is_first(&self, source: SourceId, comment: &Comment) -> bool {
        self.all(source).all(|(_, span)| span.start > comment.start)
    }

    /// The place of a comment.
    fn place(&self, sorted: &Sorted, source: SourceId, comment: &Comment) -> Option<Spot> {
        let at = comment.start;
        let around = sorted.around(source, at);
        let outer = around.map_or((0, u32::MAX), |(_, span)| (span.start, span.end));
        let fits = |limits: (u32, u32), span: Span| {
            let from = outer.0.max(limits.0);
            let to = outer.1.min(limits.1);
            from <= span.start && span.end <= to && (span.start, span.end) != outer
        };
        let next = |limits| sorted.next(source, comment.before, |span| fits(limits, span));
        let last = |limits| sorted.last(source, at, |span| fits(limits, span));
        let near = (last(comment.within), next(comment.within));
        let closes = matches!(comment.place, mochi_syntax::Place::Closing(_));
        match near {
            (Some((number, span)), _)
                if comment.behind
                    // What stands behind a handler stands before `finally`.
                    && !self.1.contains(&number)
                    && (span.end == comment.after || span.end > comment.line) =>
            {
                return Some(Spot::Beside(number));
            }
            (Some((number, _)), _) if closes => return Some(Spot::After(number)),
            (_, Some((number, _))) => return Some(Spot::Before(number)),
            (Some((number, _)), None) => return Some(Spot::After(number)),
            (None, None) => {}
        }
        let mut parts = self.all(source).filter(|(_, span)| fits(outer, *span));
        let first = parts.next();
        let spot = match (around, first) {
            (Some((number, _)), Some((_, first))) if at < first.start => Spot::Before(number),
            (Some((number, _)), None) => Spot::Before(number),
            _ => match (next(outer), last(outer)) {
                (Some((number, _)), _) => Spot::Before(number),
                (None, Some((number, _))) => Spot::After(number),
                (None, None) => return None,
            },
        };
        Some(spot)
    }
}

/// Puts the comments at the end of a block into the order of the source; only the last can go behind
/// code.
fn in_order(block: &mut [Stmt]) {
    let comments = block.iter().rev();
    let count = comments
        .take_while(|stmt| matches!(stmt.kind, StmtKind::Comment(_)))
        .count();
    let from = block.len() - count;
    if let Some(comments) = block.get_mut(from..) {
        comments.sort_by_key(|stmt| match &stmt.kind {
            StmtKind::Comment(note) => note.place,
            _ => None,
        });
        for stmt in comments.iter_mut().rev().skip(1) {
            if let StmtKind::Comment(note) = &mut stmt.kind {
                note.behind = false;
            }
        }
    }
}

/// The anchors by where they begin and by where they end, so that the nearest are found at once.
struct Sorted {
    by_start: Vec<(SourceId, u32, usize, Span)>,
    by_end: Vec<(SourceId, u32, Reverse<usize>, Span)>,
    /// For each in the order of starts, the last end of it and those before it.
    ends: Vec<(SourceId, u32)>,
}

impl Sorted {
    fn of(anchors: &Anchors) -> Self {
        let spans = anchors.0.iter().enumerate();
        let spans = spans.filter_map(|(number, span)| Some((number, (*span)?)));
        let mut by_start: Vec<_> = spans
            .clone()
            .map(|(number, span)| (span.source, span.start, number, span))
            .collect();
        by_start.sort_by_key(|found| (found.0, found.1, found.2));
        let mut by_end: Vec<_> = spans
            .map(|(number, span)| (span.source, span.end, Reverse(number), span))
            .collect();
        by_end.sort_by_key(|found| (found.0, found.1, found.2));
        let mut last = (SourceId(0), 0);
        let ends = by_start.iter().map(|found| {
            last = last.max((found.0, found.3.end));
            last
        });
        let ends = ends.collect();
        Self {
            by_start,
            by_end,
            ends,
        }
    }

    /// The smallest around a place.
    fn around(&self, source: SourceId, at: u32) -> Option<(usize, Span)> {
        let before = self
            .by_start
            .partition_point(|found| (found.0, found.1) < (source, at));
        let mut best: Option<(u32, usize, Span)> = None;
        let known = self.by_start.iter().zip(&self.ends).take(before).rev();
        for ((other, _, number, span), ends) in known {
            // None of those before goes on to here, or all of them are larger.
            let is_larger = best.is_some_and(|best| span.start < best.2.start);
            if *other != source || *ends <= (source, at) || is_larger {
                break;
            }
            let size = (span.end - span.start, *number);
            if at < span.end && best.is_none_or(|best| size < (best.0, best.1)) {
                best = Some((size.0, size.1, *span));
            }
        }
        best.map(|(_, number, span)| (number, span))
    }

    /// The first that begins at a place or behind it.
    fn next(
        &self,
        source: SourceId,
        at: u32,
        fits: impl Fn(Span) -> bool,
    ) -> Option<(usize, Span)> {
        let from = self
            .by_start
            .partition_point(|found| (found.0, found.1) < (source, at));
        let mut rest = self.by_start.iter().skip(from);
        let found = rest.find(|found| found.0 != source || fits(found.3))?;
        (found.0 == source).then_some((found.2, found.3))
    }

    /// The last that ends at a place or before it.
    fn last(
        &self,
        source: SourceId,
        at: u32,
        fits: impl Fn(Span) -> bool,
    ) -> Option<(usize, Span)> {
        let to = self
            .by_end
            .partition_point(|found| (found.0, found.1) <= (source, at));
        let mut rest = self.by_end.iter().take(to).rev();
        let found = rest.find(|found| found.0 != source || fits(found.3))?;
        (found.0 == source).then_some((found.2.0, found.3))
    }
}

/// The comments to insert, by number.
#[derive(Default)]
struct Inserted {
    before: BTreeMap<usize, Vec<Note>>,
    after: BTreeMap<usize, Vec<Note>>,
}

impl Inserted {
    fn add(&mut self, spot: Spot, mut note: Note) {
        note.behind &= matches!(spot, Spot::Beside(_));
        let (known, number) = match spot {
            Spot::Before(number) | Spot::Beside(number) => (&mut self.before, number),
            Spot::After(number) => (&mut self.after, number),
        };
        known.entry(number).or_default().push(note);
    }

    /// Inserts them into a block; numbers are counted as they were given.
    fn block(&mut self, block: &mut Vec<Stmt>, number: &mut usize) {
        let mut out = Vec::with_capacity(block.len());
        for mut stmt in std::mem::take(block) {
            let own = *number;
            *number += 1;
            let comments = |notes: Option<Vec<Note>>| {
                let notes = notes.into_iter().flatten();
                notes.map(|note| StmtKind::Comment(note).bare())
            };
            if let Some(notes) = self.before.remove(&own) {
                out.extend(comments(Some(notes)));
                in_order(&mut out);
            }
            for part in parts(&mut stmt.kind) {
                self.part(part, number);
            }
            out.push(stmt);
            out.extend(comments(self.after.remove(&own)));
        }
        *block = out;
    }

    fn part(&mut self, part: Part<'_>, number: &mut usize) {
        let own = *number;
        if !matches!(part, Part::Block(_)) {
            *number += 1;
        }
        let statements = |notes: Vec<Note>| {
            let notes = notes.into_iter();
            notes.map(|note| StmtKind::Comment(note).bare())
        };
        match part {
            Part::Block(body) => self.block(body, number),
            Part::Case(case) => {
                case.notes
                    .extend(self.before.remove(&own).into_iter().flatten());
                self.block(&mut case.body, number);
                let after = self.after.remove(&own).into_iter();
                case.body.extend(after.flat_map(statements));
            }
            Part::Handler(handler) => {
                self.block(&mut handler.body, number);
                let before = self.before.remove(&own).into_iter();
                handler.body.splice(0..0, before.flat_map(statements));
                let after = self.after.remove(&own).into_iter();
                handler.body.extend(after.flat_map(statements));
            }
        }
    }
}
