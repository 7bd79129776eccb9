//! Comments of the source, carried to the statements that they are about.
//!
//! Spec: language.md §19 (readable output).

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_base::{SourceFile, SourceId, Span};

use super::Lowerer;
use crate::py::{Stmt, StmtKind};

/// The comments of a module, by the place that each is about.
pub(super) type Comments = BTreeMap<(SourceId, u32), String>;

/// Reads the comments of the texts of a module.
pub(super) fn of_sources(sources: &[(SourceId, Rc<SourceFile>)]) -> Comments {
    let mut all = Comments::new();
    for (id, source) in sources {
        for (start, text) in mochi_syntax::comments(source.text()) {
            if !text.is_empty() && !text.lines().any(is_pragma) {
                all.insert((*id, start), text);
            }
        }
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
        let text = self.comments.remove(&(span.source, span.start))?;
        Some(StmtKind::Comment(text).at(span))
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
}
