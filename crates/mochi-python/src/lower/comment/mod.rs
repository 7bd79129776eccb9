//! Comments of the source, carried over to the output: while statements are lowered to what they
//! are about, and what is left then to the nearest place in the finished tree.
//!
//! Spec: language.md §19 (readable output).

mod beside;
mod place;

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_base::{SourceFile, SourceId, Span};
use mochi_check::typed::Expr as Typed;
use mochi_syntax::{Comment, Place};

use super::Lowerer;
use crate::py::{Expr, Note, Stmt, StmtKind};

pub(super) use place::settle;

/// The comments of a module.
#[derive(Default)]
pub(super) struct Comments {
    /// All of them, each with its file, in the order of the text.
    all: Vec<(SourceId, Comment)>,
    /// Those about what begins at a place.
    about: BTreeMap<(SourceId, u32), Vec<usize>>,
    /// Those at the end of blocks, by the end of the last statement.
    closing: BTreeMap<(SourceId, u32), Vec<usize>>,
}

/// Reads the comments of the texts of a module.
pub(super) fn of_sources(sources: &[(SourceId, Rc<SourceFile>)]) -> Comments {
    let mut all = Comments::default();
    for (id, source) in sources {
        for comment in with_words(&mochi_syntax::comments(source.text())) {
            let index = all.all.len();
            let known = match comment.place {
                _ if comment.documents || comment.heads => None,
                Place::About(at) => Some((&mut all.about, at)),
                Place::Closing(at) => Some((&mut all.closing, at)),
                Place::Inside => None,
            };
            if let Some((known, at)) = known {
                known.entry((*id, at)).or_default().push(index);
            }
            all.all.push((*id, comment));
        }
    }
    all
}

/// Comments that say something, and those without words between two of them.
fn with_words(comments: &[Comment]) -> Vec<Comment> {
    let says = |index: Option<usize>, gap: u32| {
        let comment = index.and_then(|index| comments.get(index));
        comment.is_some_and(|comment| comment.before == gap && !comment.text.is_empty())
    };
    let mut kept = Vec::with_capacity(comments.len());
    for (index, comment) in comments.iter().enumerate() {
        let gap = comment.before;
        let between = says(index.checked_sub(1), gap) && says(Some(index + 1), gap);
        if comment.text.is_empty() && !between {
            continue;
        }
        let lines: Vec<String> = comment.text.split('\n').map(harmless).collect();
        kept.push(Comment {
            text: lines.join("\n"),
            ..comment.clone()
        });
    }
    kept
}

/// A line that Python's tools take for words alone: Mochi's mark stands before what they would take
/// as said to them.
fn harmless(line: &str) -> String {
    let mut line = line.to_string();
    for sign in [":", "="] {
        // Python reads the encoding of a file from such words.
        line = line.replace(&format!("coding{sign}"), &format!("coding {sign}"));
    }
    if is_pragma(&line) {
        line.insert_str(0, "// ");
    }
    line
}

/// Words that Python's tools would take as said to them.
fn is_pragma(line: &str) -> bool {
    let line = line.trim_start_matches(['#', ' ']).to_ascii_lowercase();
    let words = [
        "type:", "noqa", "fmt:", "pyright:", "mypy:", "ruff:", "isort:", "pylint:", "yapf:", "!",
        "flake8", "pragma:", "nosec", "-*-", "%%",
    ];
    words.iter().any(|word| line.starts_with(word))
}

impl Comments {
    /// Whether a comment stands inside of a construct.
    fn any_inside(&self, span: Span) -> bool {
        let from = self.all.partition_point(|(source, comment)| {
            (*source, comment.start) < (span.source, span.start)
        });
        self.all
            .get(from)
            .is_some_and(|(source, comment)| *source == span.source && comment.start < span.end)
    }

    fn notes<'a>(&'a self, known: Option<&'a Vec<usize>>) -> impl Iterator<Item = Note> + use<'a> {
        let indexes = known.into_iter().flatten();
        indexes
            .filter_map(|index| self.all.get(*index))
            .map(|(source, comment)| note(*source, comment))
    }
}

/// A comment as it stands in the tree.
fn note(source: SourceId, comment: &Comment) -> Note {
    Note {
        text: comment.text.clone(),
        behind: comment.behind,
        place: Some((source, comment.start)),
    }
}

impl Lowerer<'_> {
    /// The comments about what stands at a place, as statements.
    pub(super) fn comments_about(&self, span: Span) -> Vec<Stmt> {
        let notes = self.notes_about(span).into_iter();
        notes.map(|note| StmtKind::Comment(note).at(span)).collect()
    }

    /// The comments about what stands at a place.
    pub(super) fn notes_about(&self, span: Span) -> Vec<Note> {
        let known = self.comments.about.get(&(span.source, span.start));
        self.comments.notes(known).collect()
    }

    /// How many statements the block being built has.
    pub(super) fn emitted(&self) -> usize {
        self.out.last().map_or(0, Vec::len)
    }

    /// Puts the comments about a statement before what became of it, if anything did.
    pub(super) fn comment_at(&mut self, span: Span, before: usize) {
        if self.emitted() > before {
            let comments = self.comments_about(span);
            if let Some(block) = self.out.last_mut() {
                block.splice(before..before, comments);
            }
        }
    }

    /// Puts the comments at the end of a block behind what became of its last statement, if
    /// anything did.
    pub(super) fn closing_comment(&mut self, last: Span, before: usize) {
        if self.emitted() > before {
            let known = self.comments.closing.get(&(last.source, last.end));
            let notes: Vec<Note> = self.comments.notes(known).collect();
            let comments = notes
                .into_iter()
                .map(|note| StmtKind::Comment(note).at(last));
            if let Some(block) = self.out.last_mut() {
                block.extend(comments);
            }
        }
    }

    /// Items of a list, or arguments, with their places where comments may stand between them.
    pub(super) fn located(&self, items: Vec<Expr>, typed: &[&Typed]) -> Vec<Expr> {
        if !self.comments.any_inside(self.span) {
            return items;
        }
        let located = |(item, typed): (Expr, &&Typed)| match item {
            Expr::At(..) | Expr::Lambda(..) => item,
            item => Expr::At(typed.span, Box::new(item)),
        };
        items.into_iter().zip(typed).map(located).collect()
    }
}
