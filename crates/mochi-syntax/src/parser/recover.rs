//! Recovery: where to go on after a fault.
//!
//! Line breaks mean nothing to the grammar, but people use them, so recovery trusts them: a fault
//! ends with its line or its brackets, whichever is first, and an unclosed bracket ends where a line
//! starts a new statement.

use mochi_base::{Code, code};

use super::Parser;
use crate::format::mark::{NodeKind, Role};
use crate::token::{Token, TokenKind};

/// How far back to look for the start of a line; longer lines have no indentation worth a thought.
const MAX_LINE: usize = 1 << 12;
/// How far to look on a line for what the statement may go on with.
pub(super) const MAX_LOOK: usize = 200;

impl Parser<'_> {
    /// Items separated by commas up to `close`; the opening bracket is consumed already.
    ///
    /// `code` is for a missing comma or closing bracket.
    fn list_until<T>(
        &mut self,
        close: TokenKind,
        code: Code,
        stop_at_brace: bool,
        mut item: impl FnMut(&mut Self) -> Option<T>,
    ) -> Vec<T> {
        let opened = self.previous_end;
        let bracket = self.pos.saturating_sub(1);
        let mut items = Vec::new();
        while !self.panicking {
            if self.eat(close) {
                self.mark_list(bracket);
                return items;
            }
            let first = self.pos;
            items.extend(item(self));
            self.mark(NodeKind::Item, first);
            if self.eat(TokenKind::Comma) || self.at(close) {
                continue;
            }
            let wanted = format!("\",\" or \"{}\"", close.text());
            self.unexpected(code, wanted.as_str());
            // What nothing was read of would stand here again.
            if self.pos > first && self.item_on_next_line(opened) {
                self.panicking = false;
            } else {
                self.resume_in_list(close, opened, stop_at_brace);
            }
        }
        items
    }

    /// Whether nothing but a comma seems to be missing: what stands here begins a line of its own,
    /// deeper than the one that opened the list at byte `opened`, and may begin an item.
    fn item_on_next_line(&self, opened: u32) -> bool {
        let token = self.token();
        let begins = token.kind.starts_expr() || self.nth(1) == TokenKind::Colon;
        token.first_on_line && begins && self.indent(token.start) > self.indent(opened)
    }

    /// Notes the list whose bracket is the token with this index. A tuple calls only for the items
    /// behind its first comma, and notes the rest itself.
    fn mark_list(&mut self, bracket: usize) {
        let kind = self.tokens.get(bracket).map(|token| token.kind);
        if kind != Some(TokenKind::Comma) {
            self.mark(NodeKind::List, bracket);
        }
    }

    /// A bracketed list in an expression or type.
    pub(super) fn list<T>(
        &mut self,
        close: TokenKind,
        code: Code,
        item: impl FnMut(&mut Self) -> Option<T>,
    ) -> Vec<T> {
        self.with_braces(super::Braces::Record, |p| {
            p.list_until(close, code, false, item)
        })
    }

    /// A bracketed list with a block behind it, where a stray `{` is the block's.
    pub(super) fn head_list<T>(
        &mut self,
        close: TokenKind,
        code: Code,
        item: impl FnMut(&mut Self) -> Option<T>,
    ) -> Vec<T> {
        self.with_braces(super::Braces::Record, |p| {
            p.list_until(close, code, true, item)
        })
    }

    /// Goes to the next comma, which is consumed, or to the closing bracket; stays in panic if the
    /// list seems to have no end.
    fn resume_in_list(&mut self, close: TokenKind, opened: u32, stop_at_brace: bool) {
        let indent = self.indent(opened);
        let mut open = Passed::default();
        loop {
            let token = self.token();
            if open.is_empty() {
                if token.kind == TokenKind::Comma {
                    self.bump();
                    self.panicking = false;
                    return;
                }
                if token.kind == close {
                    self.panicking = false;
                    return;
                }
                if stop_at_brace && token.kind == TokenKind::LBrace {
                    return;
                }
            }
            if !self.skip_one(&mut open, indent) {
                return;
            }
        }
    }

    /// Goes to the closing bracket of something without commas that starts at byte `opened`, and
    /// consumes it; stays in panic if there seems to be none.
    pub(super) fn resume_after(&mut self, close: TokenKind, opened: u32) {
        if !self.panicking {
            return;
        }
        let indent = self.indent(opened);
        let mut open = Passed::default();
        loop {
            if open.is_empty() && self.kind() == close {
                self.panicking = false;
                self.bump();
                return;
            }
            if !self.skip_one(&mut open, indent) {
                return;
            }
        }
    }

    /// Passes over one token inside brackets that were opened on a line with this indentation; false
    /// where they must end: a line that is not deeper and seems to start something new.
    fn skip_one(&mut self, open: &mut Passed, indent: usize) -> bool {
        let token = self.token();
        match token.kind {
            TokenKind::Eof => return false,
            TokenKind::RBrace | TokenKind::RParen | TokenKind::RBracket | TokenKind::FClose => {
                if !open.close(token.kind) {
                    return false;
                }
            }
            kind => {
                if token.first_on_line {
                    let in_block = open.in_block();
                    if kind.is_statement_word() && !in_block {
                        return false;
                    }
                    if self.may_resume(token) && self.indent(token.start) <= indent {
                        return false;
                    }
                }
                open.open(kind);
            }
        }
        self.bump();
        true
    }

    /// Clears a panic by going to where the next statement seems to start.
    pub(super) fn synchronize(&mut self) {
        let mut open = Passed::default();
        loop {
            let token = self.token();
            match token.kind {
                TokenKind::Eof => break,
                TokenKind::RBrace => {
                    if !open.close(token.kind) {
                        break;
                    }
                }
                TokenKind::RParen | TokenKind::RBracket | TokenKind::FClose => {
                    open.close(token.kind);
                }
                kind => {
                    if token.first_on_line && self.may_resume(token) {
                        let in_block = open.in_block();
                        if open.is_empty()
                            || kind.is_statement_word() && !in_block
                            || self.indent(token.start) <= self.statement_indent()
                        {
                            break;
                        }
                    }
                    open.open(kind);
                }
            }
            self.bump();
        }
        self.panicking = false;
    }

    /// `{ item [","] item [","] … }`, where commas may be left out. `words` are the statement words
    /// that may begin an item; any other at the start of a line means that the brace is not closed.
    pub(super) fn members(&mut self, words: &[TokenKind], mut item: impl FnMut(&mut Self)) {
        if self.panicking {
            self.skip_to_block();
        }
        if !self.expect(TokenKind::LBrace, code::P050) {
            return;
        }
        let brace = self.pos.saturating_sub(1);
        let outer = std::mem::replace(&mut self.braces, super::Braces::Record);
        while !self.panicking && !self.eat(TokenKind::RBrace) {
            let token = self.token();
            // `test: int` is a field of that name.
            let foreign = token.kind.is_statement_word()
                && !words.contains(&token.kind)
                && self.nth(1) != TokenKind::Colon;
            if token.kind == TokenKind::Eof || foreign && token.first_on_line {
                self.unexpected(code::P001, "\"}\"");
                break;
            }
            let before = self.pos;
            item(self);
            if self.pos == before {
                self.unexpected(code::P999, "member");
            }
            self.mark(NodeKind::Item, before);
            if self.panicking {
                self.resume_in_members(before);
            } else if self.at(TokenKind::Comma) {
                self.role(Role::Optional);
                self.bump();
            }
        }
        self.mark(NodeKind::Members, brace);
        self.braces = outer;
    }

    /// Goes to the next member, or to the brace that ends them.
    fn resume_in_members(&mut self, before: usize) {
        let mut open = Passed::default();
        loop {
            let token = self.token();
            if open.is_empty() {
                let next_line = token.first_on_line && self.pos > before;
                if next_line && token.kind.starts_member() || token.kind == TokenKind::RBrace {
                    self.panicking = false;
                    return;
                }
                if token.kind == TokenKind::Comma {
                    self.bump();
                    self.panicking = false;
                    return;
                }
            }
            match token.kind {
                TokenKind::Eof => return,
                TokenKind::RBrace | TokenKind::RParen | TokenKind::RBracket => {
                    if !open.close(token.kind) && token.kind == TokenKind::RBrace {
                        self.panicking = false;
                        return;
                    }
                }
                kind => {
                    if token.first_on_line
                        && kind.is_statement_word()
                        && self.indent(token.start) <= self.statement_indent()
                    {
                        return;
                    }
                    open.open(kind);
                }
            }
            self.bump();
        }
    }

    /// In panic, goes to the next clause of a query, if the statement has one that no bracket hides.
    pub(super) fn skip_to_clause(&mut self) {
        let before = (self.pos, self.previous_end);
        let mut open = Passed::default();
        for _ in 0..MAX_LOOK {
            let token = self.token();
            let first = self.pos == before.0;
            let is_clause = token.kind == TokenKind::Select || self.at_clause();
            if open.is_empty() && is_clause && (first || token.kind != TokenKind::Let) {
                self.panicking = false;
                return;
            }
            match token.kind {
                TokenKind::Eof => break,
                TokenKind::RBrace | TokenKind::RParen | TokenKind::RBracket | TokenKind::FClose => {
                    if !open.close(token.kind) {
                        break;
                    }
                }
                kind => {
                    let starts_line = kind.is_statement_word() || !self.at_indented_line();
                    if token.first_on_line && starts_line {
                        break;
                    }
                    open.open(kind);
                }
            }
            self.bump();
        }
        (self.pos, self.previous_end) = before;
    }

    /// Whether a line may start a statement with this token.
    fn may_resume(&self, token: Token) -> bool {
        let kind = token.kind;
        if kind.is_statement_word() {
            return true;
        }
        let words = matches!(
            kind,
            TokenKind::If
                | TokenKind::Fun
                | TokenKind::Match
                | TokenKind::Async
                | TokenKind::Await
                | TokenKind::Fetch
                | TokenKind::Save
                | TokenKind::Spawn
                | TokenKind::On
                | TokenKind::Intent
        );
        words || kind.is_name() && !matches!(self.nth(1), TokenKind::Colon | TokenKind::Comma)
    }

    /// In panic, goes to the `{` of the block that this line still may have.
    pub(super) fn skip_to_block(&mut self) {
        let mut open = Passed::default();
        for ahead in 0..MAX_LOOK {
            let token = self.nth_token(ahead);
            match token.kind {
                TokenKind::LBrace if open.is_empty() => {
                    self.pos += ahead;
                    self.panicking = false;
                    return;
                }
                TokenKind::Eof | TokenKind::RBrace => return,
                _ if token.first_on_line && ahead > 0 => return,
                TokenKind::RParen | TokenKind::RBracket => {
                    // One too many may be the fault itself.
                    open.close(token.kind);
                }
                kind => open.open(kind),
            }
        }
    }

    /// Whether the token here is on a line of its own that is indented deeper than the statement's.
    pub(super) fn at_indented_line(&self) -> bool {
        let token = self.token();
        token.first_on_line
            && token.kind != TokenKind::Eof
            && self.indent(token.start) > self.statement_indent()
    }

    pub(super) fn statement_indent(&self) -> usize {
        self.indent(self.statement)
    }

    /// The indentation, in bytes, of the line that a byte is on.
    pub(super) fn indent(&self, offset: u32) -> usize {
        let offset = offset as usize;
        let bytes = self.text.as_bytes();
        let from = offset.saturating_sub(MAX_LINE);
        let before = bytes.get(from..offset).unwrap_or(&[]);
        let line = before
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        let line = bytes.get(from + line..).unwrap_or(&[]);
        line.iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count()
    }
}

/// The brackets opened while passing over tokens.
///
/// The counts keep questions about brackets that are not there from looking through all of them.
#[derive(Default)]
struct Passed {
    /// Each by the bracket that closes it.
    open: Vec<TokenKind>,
    braces: usize,
    brackets: usize,
    others: usize,
}

impl Passed {
    fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether one of them is a brace, so that statements may stand in it.
    fn in_block(&self) -> bool {
        self.braces > 0
    }

    fn count(&mut self, kind: TokenKind) -> &mut usize {
        match kind {
            TokenKind::RBrace => &mut self.braces,
            TokenKind::RBracket => &mut self.brackets,
            _ => &mut self.others,
        }
    }

    /// Notes a token if it opens something.
    fn open(&mut self, kind: TokenKind) {
        let close = match kind {
            TokenKind::LParen => TokenKind::RParen,
            TokenKind::LBracket => TokenKind::RBracket,
            TokenKind::LBrace => TokenKind::RBrace,
            TokenKind::FOpen => TokenKind::FClose,
            _ => return,
        };
        self.open.push(close);
        *self.count(close) += 1;
    }

    /// Closes the innermost bracket of this kind and all inside it; false if there is none. Passed
    /// other than braces do not reach out of braces.
    fn close(&mut self, kind: TokenKind) -> bool {
        if *self.count(kind) == 0 {
            return false;
        }
        let is_end = |open: &TokenKind| *open == kind || *open == TokenKind::RBrace;
        let found = self.open.iter().rposition(is_end);
        let Some(at) = found.filter(|at| self.open.get(*at) == Some(&kind)) else {
            return false;
        };
        for closed in self.open.split_off(at) {
            *self.count(closed) -= 1;
        }
        true
    }
}
