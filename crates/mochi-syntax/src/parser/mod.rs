//! The parser: tokens to a tree by recursive descent.
//!
//! A fault sets `panicking`. While it is set nothing is consumed and nothing reported, so that every
//! function simply returns; the innermost construct that knows where to go on (a list, a block, a
//! statement; see `recover`) clears it. This is how one fault gives one diagnostic.
//!
//! Spec: language.md §2.

mod concurrent;
mod data;
mod decl;
mod declared;
mod expr;
mod external;
mod foreign;
mod generic;
mod habits;
mod import;
mod inside;
mod lambda;
mod logic;
mod pattern;
mod postfix;
mod primary;
mod query;
mod reactive;
mod recover;
mod reserved;
mod sql;
mod stmt;
mod types;
mod worded;

use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use mochi_base::{Code, Diagnostic, SourceId, Span, code};

use crate::{
    Parsed,
    ast::{Expr, ExprKind, Name, NodeId, Program, Stmt},
    comment::documentation,
    escape,
    format::mark::{Mark, MarkKind, NodeKind, Role},
    lexer::{Doc, Lexed},
    token::{Token, TokenKind},
};

/// How deep constructs may stand inside each other.
pub const MAX_DEPTH: u32 = 256;
/// How high the tree of an expression may be: a chain of operators or calls makes a tree as high as
/// it is long.
pub const MAX_HEIGHT: u32 = 1000;

/// Parses a file's tokens.
pub(crate) fn parse(source: SourceId, text: &str, lexed: Lexed) -> Parsed {
    finish(Parser::new(source, text, lexed)).0
}

fn finish(mut parser: Parser<'_>) -> (Parsed, Vec<Mark>) {
    let program = parser.program();
    let mut diagnostics = parser.diagnostics;
    diagnostics.sort_by_key(|d| d.span.map_or(0, |span| span.start));
    let parsed = Parsed {
        program,
        diagnostics,
        depth: parser.deepest,
    };
    (parsed, parser.marks.unwrap_or_default())
}

/// Parses the tokens of one expression.
pub(crate) fn parse_expression(
    source: SourceId,
    text: &str,
    lexed: Lexed,
) -> Result<Expr, Vec<Diagnostic>> {
    let mut parser = Parser::new(source, text, lexed);
    let value = parser.expr();
    if !parser.panicking && !parser.at(TokenKind::Eof) {
        parser.unexpected(code::P999, "end of the expression");
    }
    if parser.diagnostics.is_empty() {
        Ok(value)
    } else {
        Err(parser.diagnostics)
    }
}

/// Parses a file's tokens and notes on the way what the formatter has to know.
pub(crate) fn parse_marked(source: SourceId, text: &str, lexed: Lexed) -> (Parsed, Vec<Mark>) {
    let mut parser = Parser::new(source, text, lexed);
    parser.marks = Some(Vec::new());
    finish(parser)
}

/// What `NAME {` is, depending on where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Braces {
    /// A record literal if `word:` or `}` follows.
    Record,
    /// The same in the head of `if`, `while`, `for` and `using`, but empty braces at its end are the
    /// body.
    Head,
    /// Never a record literal: the operand of `match`.
    Arms,
}

/// What the head of a function belongs to.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Head {
    #[default]
    Plain,
    /// A function that `def` began.
    Def,
    /// A method.
    Method,
}

/// What should have stood where another token does.
#[derive(Clone, Copy)]
enum Wanted<'w> {
    Token(TokenKind),
    Statement,
    Expression,
    /// Anything else, in the words of the message.
    Other(&'w str),
}

impl<'w> From<&'w str> for Wanted<'w> {
    fn from(words: &'w str) -> Self {
        Self::Other(words)
    }
}

impl fmt::Display for Wanted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(kind) => write!(f, "\"{}\"", kind.text()),
            Self::Statement => f.write_str("statement"),
            Self::Expression => f.write_str("expression"),
            Self::Other(words) => f.write_str(words),
        }
    }
}

struct Parser<'a> {
    source: SourceId,
    text: &'a str,
    tokens: Vec<Token>,
    pos: usize,
    docs: Vec<Doc>,
    truncated: bool,
    diagnostics: Vec<Diagnostic>,
    names: HashMap<&'a str, Rc<str>>,
    next_id: u32,
    panicking: bool,
    /// What stands before the head of the function that is being read.
    head: Head,
    /// A method of the type at hand has no body.
    lacks_bodies: bool,
    /// The names of the declared types that have parameters.
    generic_types: Vec<&'a str>,
    /// The parameters of the declared types that are being read.
    lost_params: Vec<&'a str>,
    /// Types that were declared among the members of others, to stand before them.
    hoisted: Vec<Stmt>,
    /// Where the last syntax error was, so that no place is reported twice.
    reported_at: Option<usize>,
    braces: Braces,
    depth: u32,
    /// How many branches of chains of conditions are open.
    links: u32,
    /// How many sources of queries, `using` without a block, and `try` are open: what follows stands
    /// in them, though no braces, or too few, say so.
    open: u32,
    /// The greatest depth, height and number of branches so far.
    deepest: u32,
    /// At least the height of the expression just parsed.
    height: u32,
    /// Where the innermost statement starts.
    statement: u32,
    /// The end of what was consumed last.
    previous_end: u32,
    /// What the formatter has to know, if it asked.
    marks: Option<Vec<Mark>>,
}

impl<'a> Parser<'a> {
    fn new(source: SourceId, text: &'a str, lexed: Lexed) -> Self {
        Self {
            generic_types: generic::generic_types(&lexed.tokens, text),
            lost_params: Vec::new(),
            hoisted: Vec::new(),
            source,
            text,
            tokens: lexed.tokens,
            pos: 0,
            docs: lexed.docs,
            truncated: lexed.truncated,
            diagnostics: lexed.diagnostics,
            names: HashMap::new(),
            next_id: 0,
            panicking: false,
            head: Head::Plain,
            lacks_bodies: false,
            reported_at: None,
            braces: Braces::Record,
            depth: 0,
            deepest: 0,
            links: 0,
            open: 0,
            height: 0,
            statement: 0,
            previous_end: 0,
            marks: None,
        }
    }

    fn program(&mut self) -> Program {
        let package = if self.at(TokenKind::Package) {
            self.bump();
            let name = self.name(code::P030);
            if self.panicking {
                self.synchronize();
            }
            name
        } else {
            None
        };
        let first = self.pos;
        let mut body = self.statements(true);
        self.check_effects(&mut body, false);
        let documented = body.first().is_some_and(|stmt| stmt.doc.is_some());
        let doc = self
            .docs
            .first()
            .copied()
            .filter(|doc| doc.token < first || doc.token == first && !(doc.attached && documented))
            .map(|doc| self.doc_text(doc));
        Program { package, doc, body }
    }

    // Tokens.

    fn token(&self) -> Token {
        self.nth_token(0)
    }

    /// The token `n` places ahead; the end of the file past it.
    fn nth_token(&self, n: usize) -> Token {
        let last = self.tokens.last();
        self.tokens
            .get(self.pos + n)
            .or(last)
            .copied()
            .unwrap_or(Token {
                kind: TokenKind::Eof,
                first_on_line: true,
                start: 0,
                end: 0,
            })
    }

    fn kind(&self) -> TokenKind {
        self.token().kind
    }

    fn nth(&self, n: usize) -> TokenKind {
        self.nth_token(n).kind
    }

    fn at(&self, kind: TokenKind) -> bool {
        !self.panicking && self.kind() == kind
    }

    fn bump(&mut self) -> Token {
        let token = self.token();
        if token.kind != TokenKind::Eof {
            self.pos += 1;
            self.previous_end = token.end;
        }
        token
    }

    /// Consumes a token of this kind, if one is here.
    fn eat(&mut self, kind: TokenKind) -> bool {
        let here = self.at(kind);
        if here {
            self.bump();
        }
        here
    }

    /// Consumes a token of this kind or reports that it is missing.
    fn expect(&mut self, kind: TokenKind, code: Code) -> bool {
        if self.eat(kind) {
            return true;
        }
        self.unexpected(code, Wanted::Token(kind));
        false
    }

    fn slice(&self, token: Token) -> &'a str {
        self.text
            .get(token.start as usize..token.end as usize)
            .unwrap_or("")
    }

    fn span(&self, token: Token) -> Span {
        Span::new(self.source, token.start, token.end)
    }

    /// From byte `start` to the end of the last token consumed.
    fn span_from(&self, start: u32) -> Span {
        let end = self.previous_end.max(start);
        Span::new(self.source, start, end)
    }

    // Marks.

    /// Notes what the tokens from the one with this index to here are.
    fn mark(&mut self, kind: NodeKind, first: usize) {
        let end = self.pos;
        self.push_mark(MarkKind::Node(kind), first, end);
    }

    /// Notes what the token here is there for.
    fn role(&mut self, role: Role) {
        self.role_at(role, self.pos);
    }

    fn role_at(&mut self, role: Role, at: usize) {
        self.push_mark(MarkKind::Role(role), at, at + 1);
    }

    fn push_mark(&mut self, kind: MarkKind, first: usize, end: usize) {
        if let Some(marks) = &mut self.marks
            && let (Ok(first), Ok(end)) = (u32::try_from(first), u32::try_from(end))
        {
            marks.push(Mark { kind, first, end });
        }
    }

    // Names.

    fn intern(&mut self, text: &'a str) -> Rc<str> {
        Rc::clone(self.names.entry(text).or_insert_with(|| text.into()))
    }

    /// Consumes the token as a name.
    fn take_name(&mut self) -> Name {
        let token = self.bump();
        Name {
            text: self.intern(self.slice(token)),
            span: self.span(token),
        }
    }

    /// NAME in the grammar; reports with `code` if there is none.
    fn name(&mut self, code: Code) -> Option<Name> {
        if !self.panicking && self.kind().is_name() {
            return Some(self.take_name());
        }
        self.unexpected(code, "name");
        None
    }

    /// WORD in the grammar: a name or any reserved word.
    fn word(&mut self) -> Option<Name> {
        if !self.panicking && self.kind().is_word() {
            return Some(self.take_name());
        }
        self.unexpected(code::P030, "name");
        None
    }

    // Documentation.

    /// The block of `///` lines directly above the token with this index.
    fn doc_above(&self, token: usize) -> Option<Rc<str>> {
        let at = self.docs.partition_point(|doc| doc.token < token);
        let here = self.docs.get(at..)?.iter().take_while(|d| d.token == token);
        let doc = here.copied().find(|doc| doc.attached)?;
        Some(self.doc_text(doc))
    }

    fn doc_text(&self, doc: Doc) -> Rc<str> {
        let raw = self.text.get(doc.start..doc.end).unwrap_or("");
        documentation(raw).into()
    }

    // Literals.

    /// The value of a string token.
    fn string_value(&mut self, token: Token) -> Rc<str> {
        let raw = self.slice(token);
        let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or("");
        match escape::text(inner, false, &mut |_, _| {}) {
            std::borrow::Cow::Borrowed(text) => self.intern(text),
            std::borrow::Cow::Owned(text) => text.into(),
        }
    }

    // Diagnostics.

    fn report(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.diagnostics
            .push(Diagnostic::error(code, span, message));
    }

    /// Reports that the token here cannot stand here, and stops until someone recovers.
    fn unexpected<'w>(&mut self, code: Code, wanted: impl Into<Wanted<'w>>) {
        self.unexpected_token(code, wanted.into());
    }

    fn unexpected_token(&mut self, code: Code, wanted: Wanted<'_>) {
        if self.panicking {
            return;
        }
        self.panicking = true;
        let token = self.token();
        let already = matches!(token.kind, TokenKind::Illegal | TokenKind::BadLiteral)
            || token.kind == TokenKind::Eof && self.truncated
            || self.line_is_lost()
            || self.reported_at == Some(self.pos);
        self.reported_at = Some(self.pos);
        if already {
            return;
        }
        let shown = self.shown(token);
        let message = format!("unexpected token \"{shown}\" (expected {wanted})");
        let mut diagnostic = Diagnostic::error(code, self.span(token), message);
        if token.kind == TokenKind::ColonDash {
            diagnostic = diagnostic.with_note("`:-` is one token: put a blank after the colon.");
        } else if let Some(note) = self.habit().or_else(|| self.sql_habit(wanted)) {
            diagnostic = diagnostic.with_note(note);
        }
        self.diagnostics.push(diagnostic);
    }

    /// Reports the same with a note, unless another habit explains it, and goes on.
    fn unexpected_noted(&mut self, code: Code, wanted: &str, note: String) {
        let count = self.diagnostics.len();
        self.unexpected(code, wanted);
        self.panicking = false;
        if self.diagnostics.len() > count
            && let Some(fault) = self.diagnostics.pop()
        {
            let bare = fault.notes.is_empty();
            self.diagnostics
                .push(fault.with_notes(bare.then_some(note)));
        }
    }

    /// Whether the rest of the line before was taken for a string without end.
    fn line_is_lost(&self) -> bool {
        let before = self.pos.checked_sub(1).and_then(|at| self.tokens.get(at));
        let lost = before.is_some_and(|before| before.kind == TokenKind::BadLiteral);
        let token = self.token();
        lost && (token.first_on_line || token.kind == TokenKind::Eof)
    }

    /// Reports a fault that has a message of its own, and stops until someone recovers.
    fn fail(&mut self, code: Code, span: Span, message: &str) {
        if !self.panicking {
            self.panicking = true;
            self.reported_at = Some(self.pos);
            self.report(code, span, message);
        }
    }

    /// A token as messages quote it.
    fn shown(&self, token: Token) -> String {
        if token.kind == TokenKind::Eof {
            return "<EOF>".to_owned();
        }
        let text = self.slice(token);
        let line = text.lines().next().unwrap_or("");
        let mut shown: String = line.chars().take(40).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        shown
    }

    // Nesting.

    /// Parses something that may stand inside itself; none, with a diagnostic, if that goes too deep.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.panicking {
            return None;
        }
        if self.depth >= MAX_DEPTH {
            self.unexpected(code::P999, "at most 256 levels of nesting");
            return None;
        }
        self.depth += 1;
        self.note_depth();
        let outer = std::mem::take(&mut self.height);
        let parsed = parse(self);
        self.height = outer.max(self.height + 1);
        self.depth -= 1;
        Some(parsed)
    }

    /// Notes that what follows stands in so many loops or blocks that begin here.
    fn note_open(&mut self, blocks: u32) {
        self.open = self.open.saturating_add(blocks);
        self.note_depth();
    }

    /// A block with braces is two levels, a statement and what is in it; so is one without.
    fn note_depth(&mut self) {
        let open = self.open.saturating_mul(2);
        self.deepest = self.deepest.max(self.depth.saturating_add(open));
    }

    /// Parses a further branch of a chain of conditions, which is no deeper nesting to who reads it;
    /// none, with a diagnostic, if the chain gets too long.
    fn linked<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.panicking {
            return None;
        }
        if self.links >= MAX_HEIGHT {
            self.unexpected(code::P999, "at most 1000 branches");
            return None;
        }
        self.links += 1;
        self.deepest = self.deepest.max(self.links);
        let outer = std::mem::take(&mut self.height);
        let parsed = parse(self);
        self.height = outer.max(self.height + 1);
        self.links -= 1;
        Some(parsed)
    }

    /// Notes that the expression just parsed became the operand of another one.
    fn grow(&mut self) {
        self.height += 1;
        self.deepest = self.deepest.max(self.height);
        if self.height > MAX_HEIGHT {
            self.unexpected(code::P999, "at most 1000 operations in one expression");
        }
    }

    /// Parses with another meaning of `NAME {`.
    fn with_braces<T>(&mut self, braces: Braces, parse: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.braces, braces);
        let parsed = parse(self);
        self.braces = outer;
        parsed
    }

    fn expr_node(&mut self, kind: ExprKind, span: Span) -> Expr {
        let id = NodeId(self.next_id);
        self.next_id += 1;
        Expr { id, kind, span }
    }

    /// An expression that could not be read, where the parser stands.
    fn error_expr(&mut self) -> Expr {
        let start = self.token().start;
        let span = Span::new(self.source, start, start);
        self.expr_node(ExprKind::Error, span)
    }
}
