//! Comments of the source, carried to the statements that they are about.
//!
//! Spec: language.md §19 (readable output).

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_base::{SourceFile, SourceId, Span};

use super::Lowerer;
use crate::py::{Stmt, StmtKind};

/// The comments of a module.
#[derive(Default)]
pub(super) struct Comments {
    /// By the place that each is about.
    about: BTreeMap<(SourceId, u32), String>,
    /// Those at the end of blocks, by the end of the last statement.
    closing: BTreeMap<(SourceId, u32), String>,
}

/// Reads the comments of the texts of a module.
pub(super) fn of_sources(sources: &[(SourceId, Rc<SourceFile>)]) -> Comments {
    let mut all = Comments::default();
    for (id, source) in sources {
        let found = mochi_syntax::comments(source.text());
        let kept = |(at, text): (u32, String)| {
            let is_plain = !text.is_empty() && !text.lines().any(is_pragma);
            is_plain.then_some(((*id, at), text))
        };
        all.about.extend(found.about.into_iter().filter_map(kept));
        all.closing
            .extend(found.closing.into_iter().filter_map(kept));
    }
    all
}

/// Words that Python's tools would take as said to them.
fn is_pragma(line: &str) -> bool {
    let line = line.trim_start_matches(['#', ' ']).to_ascii_lowercase();
    let words = [
        "type:", "noqa", "fmt:", "pyright:", "mypy:", "ruff:", "isort:", "pylint:", "yapf:", "!",
        "flake8", "pragma:", "nosec", "coding", "-*-", "%%",
    ];
    words.iter().any(|word| line.starts_with(word))
        || line.contains("coding:")
        || line.contains("coding=")
}

impl Lowerer<'_> {
    /// The comment about what stands at a place; each is given once.
    pub(super) fn take_comment(&mut self, span: Span) -> Option<Stmt> {
        let text = self.comment_text(span)?;
        Some(StmtKind::Comment(text).at(span))
    }

    /// Its text alone.
    pub(super) fn comment_text(&mut self, span: Span) -> Option<String> {
        self.comments.about.remove(&(span.source, span.start))
    }

    /// How many statements the block being built has.
    pub(super) fn emitted(&self) -> usize {
        self.out.last().map_or(0, Vec::len)
    }

    /// Puts the comment about a statement before what became of it, if anything did.
    pub(super) fn comment_at(&mut self, span: Span, before: usize) {
        if self.emitted() > before
            && let Some(comment) = self.take_comment(span)
            && let Some(block) = self.out.last_mut()
        {
            block.insert(before, comment);
        }
    }

    /// Puts the comment at the end of a block behind what became of its last statement. Behind a
    /// definition it would stand outside of it.
    pub(super) fn closing_comment(&mut self, last: Span, before: usize) {
        let became = self.out.last().and_then(|block| block.get(before..));
        let is_there = became
            .and_then(|stmts| stmts.last())
            .is_some_and(|stmt| !matches!(stmt.kind, StmtKind::Function(_) | StmtKind::Class(_)));
        if is_there
            && let Some(text) = self.comments.closing.remove(&(last.source, last.end))
            && let Some(block) = self.out.last_mut()
        {
            block.push(StmtKind::Comment(text).at(last));
        }
    }
}
