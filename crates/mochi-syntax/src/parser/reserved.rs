//! Reserved words that somebody took for names: `var all = 0`. The declaration is reported; what
//! uses the word afterwards is read as meant and not blamed again.
//!
//! Spec: language.md §1, §20.

use mochi_base::Code;

use super::Parser;
use crate::ast::Name;
use crate::token::{Token, TokenKind};

impl Parser<'_> {
    /// A name that is declared here. A reserved word before one of `then` is reported and taken for
    /// the name.
    pub(super) fn declared_name(&mut self, code: Code, then: &[TokenKind]) -> Option<Name> {
        let kind = self.kind();
        let reserved = !self.panicking && kind.is_word() && !kind.is_name();
        if !reserved || !then.contains(&self.nth(1)) {
            return self.name(code);
        }
        let word = self.slice(self.token());
        self.unexpected_noted(
            code,
            "name",
            format!("`{word}` is a reserved word; `{word}_` is a name"),
        );
        Some(self.take_name())
    }

    /// A name of a variable, parameter or function: the same, and the word stands for it from here
    /// on.
    pub(super) fn declared_value(&mut self, code: Code, then: &[TokenKind]) -> Option<Name> {
        let kind = self.kind();
        let name = self.declared_name(code, then);
        if name.is_some() && !kind.is_name() {
            self.read_as_name(kind);
        }
        name
    }

    /// Makes names of the tokens of a reserved word from here on that cannot be the word itself.
    fn read_as_name(&mut self, word: TokenKind) {
        if is_structural(word) {
            return;
        }
        for at in self.pos..self.tokens.len() {
            if self.tokens.get(at).is_some_and(|token| token.kind == word)
                && self.seems_name(at, word)
                && let Some(token) = self.tokens.get_mut(at)
            {
                token.kind = TokenKind::Name;
            }
        }
    }

    /// Whether what stands around the token with this index is what stands around a name.
    fn seems_name(&self, at: usize, word: TokenKind) -> bool {
        use TokenKind as K;
        let token = |at: usize| self.tokens.get(at).copied();
        let (Some(this), Some(next)) = (token(at), token(at + 1)) else {
            return false;
        };
        let before = at.checked_sub(1).and_then(token).map(|token| token.kind);
        // A further declaration is a fault of its own.
        if matches!(before, Some(K::Let | K::Var | K::For | K::Fun)) {
            return false;
        }
        let touches = |next: Token| next.start == this.end;
        match next.kind {
            K::Eq
            | K::EqEq
            | K::NotEq
            | K::Lt
            | K::Le
            | K::Gt
            | K::Ge
            | K::AndAnd
            | K::OrOr
            | K::Coalesce
            | K::Plus
            | K::Star
            | K::Slash
            | K::Percent
            | K::DotDot
            | K::Dot
            | K::Comma
            | K::RParen
            | K::RBracket
            | K::FSpec
            | K::FClose => true,
            // `word - 1` subtracts.
            K::Minus if !touches(next) && token(at + 2).is_some_and(|t| t.start > next.end) => true,
            K::LBracket | K::LParen => touches(next) && before != Some(K::Await),
            K::LBrace => !takes_value(word) && !matches!(word, K::OMap | K::Set),
            K::Minus | K::RBrace | K::As | K::In | K::Eof => !takes_value(word),
            _ if takes_value(word) => false,
            // `from x in all where …`, but `fact group("a")`.
            kind if kind > K::Name && kind.is_name() => next.first_on_line || !takes_name(word),
            _ => next.first_on_line,
        }
    }
}

/// The words that hold statements and expressions together: to read them as names would only make
/// more faults.
fn is_structural(word: TokenKind) -> bool {
    use TokenKind as K;
    matches!(
        word,
        K::Break
            | K::Catch
            | K::Continue
            | K::Else
            | K::False
            | K::For
            | K::Fun
            | K::If
            | K::In
            | K::Let
            | K::None
            | K::Return
            | K::Then
            | K::True
            | K::Try
            | K::Var
            | K::When
            | K::While
    )
}

/// The words with a value behind them, wherever the line breaks.
fn takes_value(word: TokenKind) -> bool {
    use TokenKind as K;
    matches!(
        word,
        K::Async | K::Await | K::Expect | K::Fetch | K::Match | K::Save | K::Spawn
    )
}

/// The words with a name behind them.
fn takes_name(word: TokenKind) -> bool {
    use TokenKind as K;
    matches!(
        word,
        K::Agent
            | K::Emit
            | K::Export
            | K::Extern
            | K::Fact
            | K::Generate
            | K::Import
            | K::Intent
            | K::Not
            | K::On
            | K::Package
            | K::Rule
            | K::Stream
            | K::Type
    )
}
