//! `import`.
//!
//! Spec: language.md §2 (import), §15, §18.1, P064.

use mochi_base::{Note, code};

use super::Parser;
use crate::{
    ast::{Binder, Import, Let, Name, StmtKind},
    token::TokenKind,
};

impl Parser<'_> {
    pub(super) fn import(&mut self) -> StmtKind {
        self.bump();
        let reported = self.diagnostics.len();
        let bare = self.kind().is_name()
            && self.slice(self.token()) != "python"
            && self.nth(1) != TokenKind::Str;
        if bare {
            // The name was meant as the path.
            self.unexpected(code::P999, "string");
            self.panicking = false;
            let name = self.take_name();
            let alias = self.import_rest();
            let bound = alias.as_ref().unwrap_or(&name);
            self.explain_quotes(Some(&name), bound.text.as_ref(), reported);
            return self.unquoted(Some(alias.unwrap_or(name)));
        }
        let language = if self.kind().is_name() {
            Some(self.take_name())
        } else {
            None
        };
        let Some((path, token)) = self.string() else {
            self.explain_quotes(language.as_ref(), "", reported);
            return self.unquoted(language);
        };
        if let Some(language) = &language {
            self.check_language(language);
        }
        let path_span = self.span(token);
        let alias = if self.eat(TokenKind::As) {
            self.name(code::P030)
        } else {
            None
        };
        let auto = self.at(TokenKind::Auto) && !self.uses_name_here();
        if auto {
            self.bump();
        }
        let effects = self.effects();
        StmtKind::Import(Import {
            language,
            path,
            path_span,
            alias,
            auto,
            effects,
        })
    }

    /// Shows the right form to who writes `import httpx` or `import python httpx`, if a report
    /// was added to those there were.
    fn explain_quotes(&mut self, word: Option<&Name>, alias: &str, reported: usize) {
        let name = match word {
            Some(word) if &*word.text != "python" => word.text.to_string(),
            _ if self.kind().is_name() => self.slice(self.token()).to_owned(),
            _ => return,
        };
        let alias = if alias.is_empty() { &name } else { alias };
        if let Some(diagnostic) = self.diagnostics.get_mut(reported) {
            diagnostic.notes.push(Note {
                message: format!(
                    "a Python package is imported with `import python \"{name}\" as {alias}`"
                ),
                ..Note::default()
            });
        }
    }

    /// What `import httpx` declares: the name, of which nothing is known.
    fn unquoted(&mut self, word: Option<Name>) -> StmtKind {
        let Some(name) = word.filter(|word| &*word.text != "python") else {
            return StmtKind::Error;
        };
        StmtKind::Let(Let {
            mutable: false,
            binder: Binder::Name(name),
            ty: None,
            value: Some(self.error_expr()),
        })
    }

    /// Reports a language other than Python.
    pub(super) fn check_language(&mut self, language: &Name) {
        if &*language.text != "python" {
            let message = format!("unknown import language: \"{}\"", language.text);
            self.report(code::P064, language.span, message);
        }
    }

    /// Whether the word here is a name that a new statement begins with.
    fn uses_name_here(&self) -> bool {
        matches!(
            self.nth(1),
            TokenKind::Eq | TokenKind::Dot | TokenKind::LParen | TokenKind::LBracket
        )
    }
}
