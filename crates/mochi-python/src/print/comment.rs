//! Comments: on lines of their own, or behind the line that they are about.

use super::expr;
use super::layout::{self, Doc, comment_line};
use super::stmt::Printer;
use crate::py::Note;

impl Printer {
    /// Whether a document stands on one line with a comment behind.
    pub(super) fn has_room(&self, doc: &Doc, aside: &str) -> bool {
        if aside.contains('\n') || doc.is_hard() {
            return false;
        }
        let mut text = " ".repeat(self.depth * 4);
        expr::flatten(doc, &mut text);
        layout::columns(&text) + 2 + layout::columns(&comment_line(aside)) <= layout::WIDTH
    }

    pub(super) fn note(&mut self, note: &Note) {
        self.put_aside();
        if note.behind {
            self.aside = Some(note.text.clone());
        } else {
            self.comment(&note.text);
        }
    }

    /// A comment that cannot go behind what follows.
    pub(super) fn put_aside(&mut self) {
        if let Some(text) = self.aside.take() {
            self.comment(&text);
        }
    }

    pub(super) fn comment(&mut self, text: &str) {
        for line in text.split('\n') {
            let line = Doc::text(comment_line(line));
            self.writer.render(self.depth, &line, self.origin);
            self.writer.newline();
        }
    }
}
