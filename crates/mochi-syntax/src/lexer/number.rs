//! Numbers: integers in four bases and floats.
//!
//! Spec: language.md §1, P043, P045, P046.

use mochi_base::code;

use super::{Lexer, starts_name};
use crate::token::TokenKind;

impl Lexer<'_> {
    /// Reads the number that starts here with a digit.
    pub(super) fn number(&mut self) {
        let start = self.pos;
        let radix = match (self.peek(0), self.peek(1)) {
            (b'0', b'x') => 16,
            (b'0', b'b') => 2,
            (b'0', b'o') => 8,
            _ => 10,
        };
        let mut kind = TokenKind::Int;
        if radix == 10 {
            self.digits(10);
            if self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
                self.pos += 1;
                self.digits(10);
                kind = TokenKind::Float;
            }
            if self.exponent() {
                kind = TokenKind::Float;
            }
        } else {
            self.pos += 2;
            if !self.digits(radix) {
                let prefix = self.text.get(start..self.pos).unwrap_or("");
                let message = format!(
                    "incomplete numeric literal \"{prefix}\": missing digits after base prefix"
                );
                self.skip_name();
                self.report(code::P046, start, self.pos, message);
                self.push(TokenKind::BadLiteral, start);
                return;
            }
        }
        if self
            .rest()
            .chars()
            .next()
            .is_some_and(|c| starts_name(c) || c.is_ascii_digit())
        {
            let word_start = self.pos;
            self.skip_name();
            let word = self.text.get(word_start..self.pos).unwrap_or("");
            let message = format!("invalid numeric literal: missing whitespace before \"{word}\"");
            self.report(code::P043, start, self.pos, message);
            self.note_separators(start);
            kind = TokenKind::BadLiteral;
        } else if kind == TokenKind::Int {
            let literal = self.text.get(start..self.pos).unwrap_or("");
            if integer(literal).is_none() {
                let message = format!(
                    "integer literal {literal} is out of range for a 64-bit signed integer"
                );
                self.report(code::P045, start, self.pos, message);
                kind = TokenKind::BadLiteral;
            }
        }
        self.push(kind, start);
    }

    /// With how the literal that starts there is written without the blanks that it was given.
    fn note_separators(&mut self, start: usize) {
        let literal = self.text.get(start..self.pos).unwrap_or("");
        let digits: String = literal.chars().filter(|c| *c != '_').collect();
        let parts = literal.chars().all(|c| c == '_' || c.is_ascii_digit());
        if parts && let Some(fault) = self.diagnostics.pop() {
            let note = format!("digits stand together: `{digits}`");
            self.diagnostics.push(fault.with_note(note));
        }
    }

    /// Passes over digits of a base; whether there was one.
    fn digits(&mut self, radix: u32) -> bool {
        let start = self.pos;
        while char::from(self.peek(0)).is_digit(radix) {
            self.pos += 1;
        }
        self.pos > start
    }

    fn exponent(&mut self) -> bool {
        if !matches!(self.peek(0), b'e' | b'E') {
            return false;
        }
        let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
        if !self.peek(1 + sign).is_ascii_digit() {
            return false;
        }
        self.pos += 1 + sign;
        self.digits(10)
    }
}

/// The value of an integer literal; none if it does not fit.
pub(crate) fn integer(literal: &str) -> Option<i64> {
    let (digits, radix) = if let Some(digits) = literal.strip_prefix("0x") {
        (digits, 16)
    } else if let Some(digits) = literal.strip_prefix("0b") {
        (digits, 2)
    } else if let Some(digits) = literal.strip_prefix("0o") {
        (digits, 8)
    } else {
        (literal, 10)
    };
    i64::from_str_radix(digits, radix).ok()
}
