//! Strings, byte strings and f-strings.
//!
//! An f-string becomes a run of tokens: its start, then text and, for each pair of braces, the
//! tokens of the expression between them, then its end.
//!
//! Spec: language.md §1, §18.8, §18.12.

use mochi_base::code;

use super::Lexer;
use crate::{
    escape,
    token::{Token, TokenKind},
};

/// How many f-strings may stand inside each other.
const MAX_FSTRING_DEPTH: usize = 16;
/// After so many open braces the lexer no longer looks for their ends, so that it stays fast.
const MAX_FAILED_HOLES: usize = 16;

/// What ended a run of literal text.
enum Stop {
    Quote,
    OpenBrace,
    StrayBrace,
    /// The text's end, or the line's if strings end with their line.
    End,
}

impl Lexer<'_> {
    /// Reads a string or byte string; the quote is here, the token starts at `start`.
    pub(super) fn string(&mut self, start: usize, kind: TokenKind) {
        let first = self.pos + 1;
        self.pos = first;
        if !matches!(self.skip_text(false), Stop::Quote) {
            self.unterminated(start);
            return;
        }
        let raw = self.text.get(first..self.pos).unwrap_or("");
        if kind == TokenKind::Bytes {
            let mut faults = Vec::new();
            escape::bytes(raw, &mut |from, to, why| {
                faults.push((from, to, format!("malformed byte string: {why}")));
            });
            for (from, to, message) in faults {
                self.report(code::P074, first + from, first + to, message);
            }
        } else {
            self.check_escapes(first, raw, false);
        }
        self.pos += 1;
        self.push(kind, start);
    }

    fn check_escapes(&mut self, first: usize, raw: &str, braces: bool) {
        if !raw.contains('\\') {
            return;
        }
        let mut faults = Vec::new();
        escape::text(raw, braces, &mut |from, to| faults.push((from, to)));
        for (from, to) in faults {
            let message = "invalid escape sequence in string literal";
            self.report(code::P041, first + from, first + to, message);
        }
    }

    /// Reports a string without end and goes on after its first line.
    fn unterminated(&mut self, start: usize) {
        self.unterminated += 1;
        // The rest holds no other end of a string, so later strings need not look for one.
        self.multiline = false;
        self.pos = start;
        self.skip_line();
        if self.bytes.get(self.pos.wrapping_sub(1)) == Some(&b'\r') {
            self.pos -= 1;
        }
        self.report(code::P040, start, self.pos, "unterminated string literal");
        self.push(TokenKind::BadLiteral, start);
    }

    /// Passes over literal text; with `braces`, up to a brace that is not doubled.
    fn skip_text(&mut self, braces: bool) -> Stop {
        loop {
            match self.bytes.get(self.pos) {
                None => return Stop::End,
                Some(b'\n') if !self.multiline => return Stop::End,
                Some(b'"') => return Stop::Quote,
                Some(b'\\') if self.pos + 1 < self.bytes.len() => {
                    let at_line_end = self.peek(1) == b'\n' && !self.multiline;
                    self.pos += if at_line_end { 1 } else { 2 };
                }
                Some(b'{') if braces && self.peek(1) != b'{' => return Stop::OpenBrace,
                Some(b'}') if braces && self.peek(1) != b'}' => return Stop::StrayBrace,
                Some(b'{' | b'}') if braces => self.pos += 2,
                Some(_) => self.pos += 1,
            }
        }
    }

    /// Reads an f-string; the quote is here, the token starts at `start`.
    pub(super) fn fstring(&mut self, start: usize) {
        let tokens = self.tokens.len();
        let diagnostics = self.diagnostics.len();
        let first_on_line = self.first_on_line;
        self.fstring_depth += 1;
        self.pos += 1;
        self.push(TokenKind::FStart, start);
        loop {
            let first = self.pos;
            let stop = self.skip_text(true);
            let raw = self.text.get(first..self.pos).unwrap_or("");
            if !raw.is_empty() {
                self.check_escapes(first, raw, true);
                self.push(TokenKind::FText, first);
            }
            match stop {
                Stop::Quote => {
                    self.pos += 1;
                    self.push(TokenKind::FEnd, self.pos - 1);
                    break;
                }
                Stop::OpenBrace => self.hole(),
                Stop::StrayBrace => {
                    let message = "malformed f-string: write `}}` for a brace";
                    self.report(code::P073, self.pos, self.pos + 1, message);
                    self.pos += 1;
                }
                Stop::End => {
                    self.tokens.truncate(tokens);
                    self.diagnostics.truncate(diagnostics);
                    self.first_on_line = first_on_line;
                    self.unterminated(start);
                    break;
                }
            }
        }
        self.fstring_depth -= 1;
    }

    /// Reads `{expression:spec}`; the opening brace is here.
    fn hole(&mut self) {
        let open = self.pos;
        let before = (self.tokens.len(), self.diagnostics.len(), self.docs.len());
        let unterminated = self.unterminated;
        let multiline = self.multiline;
        if self.failed_holes < MAX_FAILED_HOLES && self.fstring_depth <= MAX_FSTRING_DEPTH {
            self.pos += 1;
            self.push(TokenKind::FOpen, open);
            if self.hole_tokens() && self.unterminated == unterminated {
                return;
            }
            self.failed_holes += 1;
        }
        // Not closed, or not in a way that leaves the rest readable: give up on this string only.
        self.tokens.truncate(before.0);
        self.diagnostics.truncate(before.1);
        self.docs.truncate(before.2);
        self.open_doc = None;
        self.unterminated = unterminated;
        self.multiline = multiline;
        self.truncated = false;
        self.pos = open;
        let rest = self.bytes.get(open..).unwrap_or(&[]);
        let length = rest.iter().position(|b| matches!(b, b'"' | b'\n'));
        self.pos += length.unwrap_or(rest.len());
        self.report(
            code::P073,
            open,
            open + 1,
            "malformed f-string: `{` is not closed",
        );
        self.push(TokenKind::BadLiteral, open);
    }

    /// The tokens of a hole and its closing brace; false if it has none.
    fn hole_tokens(&mut self) -> bool {
        let mut depth = 0usize;
        loop {
            self.skip_blank();
            let start = self.pos;
            match self.bytes.get(start) {
                None => return false,
                Some(b'}') if depth == 0 => {
                    self.pos += 1;
                    self.push(TokenKind::FClose, start);
                    return true;
                }
                Some(b')' | b']') if depth == 0 => return false,
                Some(b':') if depth == 0 => return self.spec(),
                Some(_) => self.token(),
            }
            match self.tokens.last() {
                Some(Token {
                    kind: TokenKind::LParen | TokenKind::LBracket | TokenKind::LBrace,
                    ..
                }) => depth += 1,
                Some(Token {
                    kind: TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace,
                    ..
                }) => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// The format after the colon, and the closing brace.
    fn spec(&mut self) -> bool {
        let start = self.pos + 1;
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let length = rest
            .iter()
            .position(|b| matches!(b, b'}' | b'{' | b'"' | b'\n'));
        let Some(length) = length.filter(|at| rest.get(*at) == Some(&b'}')) else {
            return false;
        };
        self.pos = start + length;
        self.push(TokenKind::FSpec, start);
        self.pos += 1;
        self.push(TokenKind::FClose, start + length);
        true
    }
}
