//! The lexer: text to tokens, with a diagnostic for everything that cannot be one.
//!
//! It never fails: what is unreadable becomes a token that the parser passes over in silence. It
//! runs once over the text; only a string without end makes it start over, to find where the
//! missing quote belongs.
//!
//! Spec: language.md §1.

mod number;
pub(crate) use number::integer;
mod string;

use mochi_base::{Code, Diagnostic, SourceId, Span, code};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::token::{Token, TokenKind};

/// What the lexer makes of a text.
pub(crate) struct Lexed {
    /// The tokens; the last is [`TokenKind::Eof`].
    pub tokens: Vec<Token>,
    /// The blocks of `///` lines in source order.
    pub docs: Vec<Doc>,
    pub diagnostics: Vec<Diagnostic>,
    /// The rest of the text was lost to an open comment, so that nothing can be expected of its end.
    pub truncated: bool,
}

/// A block of `///` lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doc {
    /// The index of the token that follows.
    pub token: usize,
    /// That token begins the line directly below.
    pub attached: bool,
    /// From the first slash.
    pub start: usize,
    /// To the end of the last line.
    pub end: usize,
}

/// Lexes a text.
pub(crate) fn lex(source: SourceId, text: &str) -> Lexed {
    let mut lexer = Lexer::new(source, text, true);
    lexer.run();
    if lexer.unterminated > 0 {
        // Strings may span lines, so the string left open at the end is seldom the one that lacks
        // its quote. If exactly one is open when strings end with their line, that is the one.
        let mut by_line = Lexer::new(source, text, false);
        by_line.run();
        if by_line.unterminated == 1 {
            lexer = by_line;
        }
    }
    lexer.finish()
}

pub(super) struct Lexer<'a> {
    source: SourceId,
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    first_on_line: bool,
    tokens: Vec<Token>,
    diagnostics: Vec<Diagnostic>,
    docs: Vec<Doc>,
    /// A block of `///` lines that no token follows yet.
    open_doc: Option<(usize, usize)>,
    truncated: bool,
    /// Whether strings may go on over line ends.
    multiline: bool,
    /// How many strings had no end.
    unterminated: usize,
    /// How many f-strings are open around this place.
    fstring_depth: usize,
    /// How many braces of f-strings turned out to be open.
    failed_holes: usize,
}

impl<'a> Lexer<'a> {
    fn new(source: SourceId, text: &'a str, multiline: bool) -> Self {
        Self {
            source,
            text,
            bytes: text.as_bytes(),
            pos: if text.starts_with('\u{feff}') { 3 } else { 0 },
            first_on_line: true,
            tokens: Vec::with_capacity(text.len() / 4 + 1),
            diagnostics: Vec::new(),
            docs: Vec::new(),
            open_doc: None,
            truncated: false,
            multiline,
            unterminated: 0,
            fstring_depth: 0,
            failed_holes: 0,
        }
    }

    fn run(&mut self) {
        loop {
            self.skip_blank();
            if self.pos >= self.bytes.len() {
                break;
            }
            self.token();
        }
    }

    fn finish(mut self) -> Lexed {
        let end = self.bytes.len();
        self.push(TokenKind::Eof, end);
        Lexed {
            tokens: self.tokens,
            docs: self.docs,
            diagnostics: self.diagnostics,
            truncated: self.truncated,
        }
    }

    /// The byte `offset` places ahead; 0 past the end.
    fn peek(&self, offset: usize) -> u8 {
        self.bytes.get(self.pos + offset).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.pos..).unwrap_or("")
    }

    /// Adds a token from `start` to the current place.
    fn push(&mut self, kind: TokenKind, start: usize) {
        if let Some((doc_start, doc_end)) = self.open_doc.take() {
            let between = self.text.get(doc_end..start).unwrap_or("");
            self.docs.push(Doc {
                token: self.tokens.len(),
                attached: between.trim().is_empty() && between.matches('\n').count() == 1,
                start: doc_start,
                end: doc_end,
            });
        }
        self.tokens.push(Token {
            kind,
            first_on_line: self.first_on_line,
            start: offset(start),
            end: offset(self.pos),
        });
        self.first_on_line = false;
    }

    fn report(&mut self, code: Code, start: usize, end: usize, message: impl Into<String>) {
        let span = Span::new(self.source, offset(start), offset(end));
        self.diagnostics
            .push(Diagnostic::error(code, span, message));
    }

    /// Passes over blanks and comments.
    fn skip_blank(&mut self) {
        loop {
            match self.peek(0) {
                b' ' | b'\t' | b'\r' | b';' => self.pos += 1,
                b'\n' => {
                    self.pos += 1;
                    self.first_on_line = true;
                }
                b'#' => self.skip_line(),
                b'/' if self.peek(1) == b'/' => self.line_comment(),
                b'/' if self.peek(1) == b'*' => self.block_comment(),
                _ => return,
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = self.bytes.get(self.pos..).unwrap_or(&[]);
        let length = rest.iter().position(|b| *b == b'\n');
        self.pos += length.unwrap_or(rest.len());
    }

    fn line_comment(&mut self) {
        let start = self.pos;
        let is_doc = self.first_on_line && self.peek(2) == b'/' && self.peek(3) != b'/';
        self.skip_line();
        if !is_doc {
            return;
        }
        self.open_doc = Some(match self.open_doc {
            Some((first, end)) if self.is_next_line(end, start) => (first, self.pos),
            Some((first, end)) => {
                // A block with a gap below it belongs to nothing but perhaps the file.
                self.docs.push(Doc {
                    token: self.tokens.len(),
                    attached: false,
                    start: first,
                    end,
                });
                (start, self.pos)
            }
            None => (start, self.pos),
        });
    }

    fn is_next_line(&self, end: usize, start: usize) -> bool {
        let between = self.text.get(end..start).unwrap_or("");
        between.trim().is_empty() && between.matches('\n').count() == 1
    }

    fn block_comment(&mut self) {
        let start = self.pos;
        let inner = self.text.get(start + 2..).unwrap_or("");
        if let Some(length) = inner.find("*/") {
            let comment = inner.get(..length).unwrap_or("");
            self.first_on_line |= comment.contains('\n');
            self.pos = start + 2 + length + 2;
        } else {
            self.pos = self.bytes.len();
            self.truncated = true;
            self.report(code::P042, start, start + 2, "unterminated block comment");
        }
    }

    /// Reads one token; there is at least one more byte and no blank here.
    fn token(&mut self) {
        let start = self.pos;
        let first = self.peek(0);
        if first.is_ascii_alphabetic() || first == b'_' {
            self.word(start);
        } else if first.is_ascii_digit() {
            self.number();
        } else if first == b'"' {
            self.string(start, TokenKind::Str);
        } else if let Some((kind, length)) = mark(first, self.peek(1), self.peek(2)) {
            self.pos += length;
            self.push(kind, start);
        } else if self.rest().chars().next().is_some_and(starts_name) {
            self.word(start);
        } else {
            self.illegal(start);
        }
    }

    fn word(&mut self, start: usize) {
        self.skip_name();
        let text = self.text.get(start..self.pos).unwrap_or("");
        let kind = TokenKind::of_word(text);
        match (text, self.peek(0)) {
            ("f", b'"') => self.fstring(start),
            ("b", b'"') => self.string(start, TokenKind::Bytes),
            _ => self.push(kind, start),
        }
    }

    /// Passes over everything that can go on a name.
    fn skip_name(&mut self) {
        loop {
            let byte = self.peek(0);
            if byte.is_ascii_alphanumeric() || byte == b'_' {
                self.pos += 1;
            } else if byte < 0x80 {
                return;
            } else {
                match self.rest().chars().next() {
                    Some(c) if continues_name(c) => self.pos += c.len_utf8(),
                    _ => return,
                }
            }
        }
    }

    /// Text in quotes of another kind, on one line: one fault, read as a string.
    fn foreign_quotes(&mut self, start: usize) -> bool {
        let quote = self.peek(0);
        if !matches!(quote, b'\'' | b'`') {
            return false;
        }
        let line = self.rest().lines().next().unwrap_or("");
        let inner = line.get(1..).unwrap_or("");
        let Some(length) = inner.find(char::from(quote)) else {
            return false;
        };
        self.pos += length + 2;
        let shown = char::from(quote);
        let message = format!("illegal character `{shown}`");
        let note = "strings stand in double quotes: \"…\"; f\"{x}\" inserts values";
        let span = Span::new(self.source, offset(start), offset(start + 1));
        let fault = Diagnostic::error(code::P040, span, message);
        self.diagnostics.push(fault.with_note(note));
        self.push(TokenKind::BadLiteral, start);
        true
    }

    /// A run of characters that cannot stand in a program; one diagnostic for the run.
    fn illegal(&mut self, start: usize) {
        if self.foreign_quotes(start) {
            return;
        }
        let rest = self.rest();
        let legal = |c: char| {
            c.is_ascii_whitespace()
                || c.is_ascii_alphanumeric()
                || matches!(c, '"' | '#' | ';')
                || starts_name(c)
                || u8::try_from(c).is_ok_and(|byte| mark(byte, 0, 0).is_some())
        };
        let length = rest.find(legal).unwrap_or(rest.len());
        let first = rest.chars().next().map_or(1, char::len_utf8);
        self.pos += length.max(first);
        let shown: String = self
            .text
            .get(start..self.pos)
            .unwrap_or("")
            .chars()
            .take(20)
            .flat_map(|c| {
                let control = c.is_control() || c.is_whitespace();
                let escaped = control.then(|| c.escape_unicode());
                let plain = (!control).then_some(c);
                escaped.into_iter().flatten().chain(plain)
            })
            .collect();
        let noun = if length > first {
            "characters"
        } else {
            "character"
        };
        self.report(
            code::P040,
            start,
            self.pos,
            format!("illegal {noun} `{shown}`"),
        );
        self.push(TokenKind::Illegal, start);
    }
}

/// Spans count in 32 bits; [`crate::parse`] refuses longer texts.
fn offset(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

fn starts_name(c: char) -> bool {
    c == '_'
        || c.is_ascii_alphabetic()
        || !c.is_ascii()
            && (c.general_category_group() == GeneralCategoryGroup::Letter
                || c.general_category() == GeneralCategory::OtherSymbol)
}

fn continues_name(c: char) -> bool {
    starts_name(c) || c.general_category() == GeneralCategory::DecimalNumber
}

/// The longest punctuation mark at these bytes, with its length.
fn mark(first: u8, second: u8, third: u8) -> Option<(TokenKind, usize)> {
    use TokenKind as K;
    let double = match (first, second) {
        (b'.', b'.') if third == b'.' => return Some((K::Ellipsis, 3)),
        (b'=', b'=') => Some(K::EqEq),
        (b'!', b'=') => Some(K::NotEq),
        (b'<', b'=') => Some(K::Le),
        (b'>', b'=') => Some(K::Ge),
        (b'&', b'&') => Some(K::AndAnd),
        (b'|', b'|') => Some(K::OrOr),
        (b'=', b'>') => Some(K::FatArrow),
        (b':', b'-') => Some(K::ColonDash),
        (b'.', b'.') => Some(K::DotDot),
        (b'?', b'?') => Some(K::Coalesce),
        (b'*', b'*') => Some(K::StarStar),
        (b'<', b'<') => Some(K::Shl),
        (b'>', b'>') => Some(K::Shr),
        _ => None,
    };
    if let Some(kind) = double {
        return Some((kind, 2));
    }
    let single = match first {
        b'-' => K::Minus,
        b'+' => K::Plus,
        b'*' => K::Star,
        b'/' => K::Slash,
        b'%' => K::Percent,
        b'=' => K::Eq,
        b'<' => K::Lt,
        b'>' => K::Gt,
        b'!' => K::Bang,
        b'|' => K::Bar,
        b'&' => K::Amp,
        b'^' => K::Caret,
        b'~' => K::Tilde,
        b'@' => K::At,
        b'{' => K::LBrace,
        b'}' => K::RBrace,
        b'[' => K::LBracket,
        b']' => K::RBracket,
        b'(' => K::LParen,
        b')' => K::RParen,
        b',' => K::Comma,
        b'.' => K::Dot,
        b':' => K::Colon,
        b'?' => K::Question,
        _ => return None,
    };
    Some((single, 1))
}
