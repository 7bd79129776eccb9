//! Constructs of other languages: reported once, with what Mochi writes instead, and read as what
//! was meant where that is plain, so that the rest of the file is not blamed for it.
//!
//! Spec: language.md §2, §20 (follow-up noise).

use std::rc::Rc;

use mochi_base::{Code, Diagnostic, code};

use super::{Head, Parser, Wanted};
use crate::{
    ast::{
        Binder, Block, Expr, ExprKind, FieldDecl, For, Name, Stmt, StmtKind, TypeDecl,
        TypeDeclKind, VariantDecl,
    },
    token::TokenKind,
};

const FUN: &str = "functions are declared by `fun f(x: int): int { … }`";
const RECORD: &str = "types are declared by `type T { field: int }`";
const ENUM: &str = "variants are declared by `type T = A | B(field: int)`";
const BOUND: &str = "`let x = …` binds once, `var x = …` can be assigned again";
const MATCH: &str = "cases are told apart by `match x { 1 => a() _ => b() }`";
const PANIC: &str = "errors are raised by `panic(\"message\")` or `panic(code, \"message\")`";
const EXPECT: &str = "tests ask by `expect x == 1`; elsewhere write `if !ok { panic(\"…\") }`";
const ELSE_IF: &str = "another condition is `else if c { … }`, behind the block of its `if`";
const LOOP: &str = "loops are `while true { … }` with `break`, and `for x in xs { … }`";
const EXPORT: &str = "everything is private to its file unless `export` stands before it";
const IMPORT: &str = "a Python package is imported with `import python \"math\" as math`, and used as `math.sqrt(2.0)`";
const COLON_BLOCK: &str = "blocks stand in braces: `if x > 0 { … }`";
const ARROW_RESULT: &str = "the type of a result stands behind a colon: `fun f(x: int): int { … }`";
const ARROW_BODY: &str = "the arrow is `=>`";
const BODY: &str = "the body of a function stands in braces: `{ return … }`";
const VARIANT_FIELD: &str = "the fields of a variant have names: `Circle(radius: float)`";
const COLON_TYPE: &str = "a type stands behind a colon: `let x: int = 3`";
const NAMES: &str = "several names stand in parentheses: `(a, b)`";
const PLACE: &str = "one name is assigned at a time; `let (x, y) = …` takes a tuple apart";
const WHILE: &str = "a loop with a condition is `while i < n { … }`";
const COUNT: &str = "a loop that counts is `for i in 0..n { … }`";
const CATCH: &str = "errors are caught by `catch e { … }`, those of a class by `catch e: T { … }`";

/// How many tokens of a condition to look at for its end.
const MAX_LOOK: usize = 256;

impl Parser<'_> {
    /// Reports the token here without stopping.
    pub(super) fn foreign(&mut self, code: Code, expected: &str, note: &str) {
        if self.reported_at == Some(self.pos) {
            return;
        }
        let token = self.token();
        let shown = self.shown(token);
        let message = format!("unexpected token \"{shown}\" (expected {expected})");
        let fault = Diagnostic::error(code, self.span(token), message);
        self.diagnostics.push(fault.with_note(note));
    }

    /// A statement that another language begins with the name here; none if it is just a name.
    pub(super) fn foreign_stmt(&mut self, doc: Option<&Rc<str>>) -> Option<StmtKind> {
        use TokenKind as K;
        let next = self.nth_token(1);
        if self.panicking || next.first_on_line || !self.kind().is_name() {
            return None;
        }
        let (second, third) = (next.kind, self.nth(2));
        let word = self.slice(self.token());
        let named = second.is_name();
        // What joins the word to no expression before it.
        let operand = match second {
            K::Union | K::Except | K::Intersect => false,
            K::Int | K::Float | K::Str | K::FStart | K::True | K::False | K::None | K::Bang => true,
            _ => named,
        };
        match word {
            "func" | "function" | "def" | "fn" if named && matches!(third, K::LParen | K::Lt) => {
                self.foreign(code::P999, "statement", FUN);
                if word == "def" {
                    self.head = Head::Def;
                }
                let kind = self.fun_stmt(doc.cloned());
                self.head = Head::Plain;
                Some(kind)
            }
            "const" | "val" if named && matches!(third, K::Eq | K::Colon) => {
                self.foreign(code::P999, "statement", BOUND);
                Some(self.let_stmt())
            }
            "struct" | "class" | "record" | "interface" if named && third == K::LBrace => {
                self.foreign(code::P999, "statement", RECORD);
                Some(self.type_stmt(doc.cloned()))
            }
            "enum" if named && third == K::LBrace => {
                self.foreign(code::P999, "statement", ENUM);
                Some(self.foreign_enum())
            }
            "class" if named && matches!(third, K::LParen | K::Colon) => {
                Some(self.foreign_rest(RECORD))
            }
            "switch" | "case" if operand => Some(self.foreign_rest(MATCH)),
            "throw" | "raise" if operand => Some(self.foreign_operand(PANIC)),
            "assert" if operand => Some(self.foreign_operand(EXPECT)),
            // A type may have that name, and its record be the value of an arm.
            "do" | "loop" if second == K::LBrace && self.nth(3) != K::Colon => {
                Some(self.foreign_loop())
            }
            "pub" | "public" | "private" if second.is_statement_word() || second == K::Fun => {
                self.foreign(code::P999, "statement", EXPORT);
                self.bump();
                self.nested(|p| p.stmt_kind(doc.cloned()))
            }
            "from" if named && matches!(third, K::Import | K::Dot) => {
                Some(self.foreign_rest(IMPORT))
            }
            "elif" | "elsif" | "elseif" if self.foreign_else_if() => Some(self.if_stmt()),
            "and" | "or" | "not" | "is" if operand => {
                self.unexpected(code::P999, Wanted::Statement);
                Some(StmtKind::Error)
            }
            _ => None,
        }
    }

    /// Reports a construct whose rest means nothing here.
    fn foreign_rest(&mut self, note: &str) -> StmtKind {
        self.foreign(code::P999, "statement", note);
        self.panicking = true;
        StmtKind::Error
    }

    /// Reports `elif` and its like where `else if` may stand, or where no `if` is before it.
    pub(super) fn foreign_else_if(&mut self) -> bool {
        use TokenKind as K;
        let next = self.nth_token(1);
        if self.panicking
            || next.first_on_line
            || !matches!(self.slice(self.token()), "elif" | "elsif" | "elseif")
        {
            return false;
        }
        let begins = match next.kind {
            K::LParen => self.braces_follow(),
            K::Int | K::Float | K::Str | K::FStart | K::True | K::False | K::None | K::Bang => true,
            kind => kind.is_name(),
        };
        if begins {
            self.foreign(code::P999, "\"else if\"", ELSE_IF);
        }
        begins
    }

    /// Whether braces stand behind the parentheses that open at the next token.
    fn braces_follow(&self) -> bool {
        let mut depth = 0usize;
        for ahead in 1..MAX_LOOK {
            match self.nth(ahead) {
                TokenKind::LParen => depth += 1,
                TokenKind::RParen if depth == 1 => return self.nth(ahead + 1) == TokenKind::LBrace,
                TokenKind::RParen => depth = depth.saturating_sub(1),
                TokenKind::Eof => return false,
                _ => {}
            }
        }
        false
    }

    fn foreign_operand(&mut self, note: &str) -> StmtKind {
        self.foreign(code::P999, "statement", note);
        self.bump();
        self.expr();
        StmtKind::Error
    }

    fn foreign_loop(&mut self) -> StmtKind {
        self.foreign(code::P999, "statement", LOOP);
        self.bump();
        let body = self.block(code::P050);
        if self.at(TokenKind::While) && !self.token().first_on_line {
            self.bump();
            self.expr();
        }
        let cond = self.expr_node(ExprKind::Bool(true), body.span);
        StmtKind::While { cond, body }
    }

    /// `(a, b) = e`, whose target is read.
    pub(super) fn foreign_places(&mut self) -> StmtKind {
        self.foreign(code::P999, "statement", PLACE);
        self.bump();
        self.expr();
        StmtKind::Error
    }

    /// `for { … }`, `for i < n { … }` and `for i = 0; i < n; i = i + 1 { … }`, whose `for` is read.
    pub(super) fn foreign_for(&mut self) -> Option<StmtKind> {
        use TokenKind as K;
        if self.panicking {
            return None;
        }
        if self.at(K::LBrace) {
            self.foreign(code::P030, "name", LOOP);
        } else if !self.kind().is_name() {
            return None;
        } else {
            let note = match self.nth(1) {
                K::Lt | K::Le | K::Gt | K::Ge | K::EqEq | K::NotEq => WHILE,
                K::Eq => COUNT,
                K::Colon if self.nth(2) == K::Eq => COUNT,
                _ => return None,
            };
            let start = self.pos;
            self.pos += 1;
            self.foreign(code::P999, "\"in\"", note);
            self.pos = start;
            if note == COUNT {
                return Some(self.foreign_count());
            }
            self.head_expr();
        }
        let body = self.block(code::P050);
        let cond = self.expr_node(ExprKind::Error, body.span);
        Some(StmtKind::While { cond, body })
    }

    /// `i = 0; i < n; i = i + 1 { … }`: what is counted is known in the body.
    fn foreign_count(&mut self) -> StmtKind {
        let binder = Binder::Name(self.take_name());
        let source = self.error_expr();
        while !matches!(self.kind(), TokenKind::LBrace | TokenKind::Eof)
            && !self.token().first_on_line
        {
            self.bump();
        }
        StmtKind::For(For {
            binder,
            source,
            end: None,
            is_await: false,
            body: self.block(code::P050),
        })
    }

    /// Whether the bracket that opens a line here holds several things and is assigned to: a tuple
    /// that was meant to stand for itself, and not the arguments of what is on the line before.
    pub(super) fn at_places(&self) -> bool {
        use TokenKind as K;
        if !self.token().first_on_line {
            return false;
        }
        let mut depth = 0usize;
        let mut several = false;
        for ahead in 0..MAX_LOOK {
            match self.nth(ahead) {
                K::LParen | K::LBracket | K::LBrace => depth += 1,
                K::RParen if depth == 1 => return several && self.nth(ahead + 1) == K::Eq,
                K::RParen | K::RBracket | K::RBrace => depth = depth.saturating_sub(1),
                K::Comma if depth == 1 => several = true,
                K::Eof => return false,
                _ => {}
            }
        }
        false
    }

    /// `enum T { A, B(int) }`, whose variants are known from here on.
    fn foreign_enum(&mut self) -> StmtKind {
        let start = self.bump().start;
        let Some(name) = self.name(code::P030) else {
            return StmtKind::Error;
        };
        let mut variants = Vec::new();
        self.members(&[], |p| {
            let Some(name) = p.name(code::P030) else {
                return;
            };
            let fields = p.variant_fields();
            if p.eat(TokenKind::Eq) {
                p.expr();
            }
            variants.push(VariantDecl {
                name,
                fields,
                doc: None,
            });
        });
        let span = self.span_from(start);
        StmtKind::Type(Rc::new(TypeDecl {
            name,
            kind: TypeDeclKind::Sum(variants),
            doc: None,
            span,
        }))
    }

    /// Whether `->` stands here.
    pub(super) fn at_thin_arrow(&self) -> bool {
        let (minus, angle) = (self.nth_token(0), self.nth_token(1));
        !self.panicking
            && minus.kind == TokenKind::Minus
            && angle.kind == TokenKind::Gt
            && minus.end == angle.start
    }

    /// `-> int` where the type of a result may stand; then the colon is here.
    pub(super) fn thin_result(&mut self) -> bool {
        if !self.at_thin_arrow() || !self.type_then_body(2) {
            return false;
        }
        self.foreign(code::P011, "\"{\"", ARROW_RESULT);
        self.bump();
        self.bump();
        true
    }

    /// Reports a result's type without a colon before it, which is read next.
    pub(super) fn bare_result(&mut self) -> bool {
        if self.panicking || !self.type_then_body(0) {
            return false;
        }
        self.foreign(code::P011, "\"{\"", ARROW_RESULT);
        true
    }

    /// Whether the colon here begins the body of a `def`.
    pub(super) fn at_def_body(&mut self) -> bool {
        let next = self.nth_token(1);
        let is_body = next.first_on_line || next.kind.is_statement_word();
        std::mem::take(&mut self.head) == Head::Def && self.at(TokenKind::Colon) && is_body
    }

    /// A field of a variant; one without a name is read as its type.
    pub(super) fn variant_field(
        &mut self,
        index: usize,
        doc: Option<Rc<str>>,
    ) -> Option<FieldDecl> {
        let token = self.token();
        let named = token.kind.is_name() && self.nth(1) == TokenKind::Colon;
        let begins_type = token.kind.is_type_name() || token.kind == TokenKind::LBracket;
        if self.panicking || named || !begins_type {
            return self.field_decl(doc);
        }
        let ty = self.type_expr();
        if self.panicking {
            return None;
        }
        self.foreign(code::P054, "\":\"", VARIANT_FIELD);
        let name = Name {
            text: format!("field{}", index + 1).into(),
            span: self.span(token),
        };
        Some(FieldDecl { name, ty, doc })
    }

    /// Whether a type's name stands that many tokens ahead, and a body behind it.
    fn type_then_body(&self, ahead: usize) -> bool {
        use TokenKind as K;
        let line = |n: usize| !self.nth_token(ahead + n).first_on_line;
        let known =
            self.nth(ahead).is_type_name() || matches!(self.nth(ahead), K::LParen | K::LBracket);
        let mut depth = 0usize;
        let mut at = 0;
        while known && line(at) && at < 40 {
            match self.nth(ahead + at) {
                K::LBrace | K::FatArrow | K::Colon if at > 0 && depth == 0 => return true,
                K::LParen | K::LBracket | K::Lt => depth += 1,
                K::RParen | K::RBracket | K::Gt => depth = depth.saturating_sub(1),
                K::Comma | K::Question | K::Bar | K::Dot => {}
                kind if kind.is_word() => {}
                _ => return false,
            }
            at += 1;
        }
        false
    }

    /// `->` where `=>` is meant, which is then passed.
    pub(super) fn thin_arrow(&mut self, code: Code, expected: &str) -> bool {
        if !self.at_thin_arrow() {
            return false;
        }
        self.foreign(code, expected, ARROW_BODY);
        self.bump();
        self.bump();
        true
    }

    /// `= e` or `=> e` behind the head of a named function: its body.
    pub(super) fn short_body(&mut self) -> Option<Block> {
        if !self.at(TokenKind::Eq) && !self.at(TokenKind::FatArrow) {
            return None;
        }
        self.foreign(code::P011, "\"{\"", BODY);
        let start = self.bump().start;
        let value: Expr = self.expr();
        let span = value.span;
        let stmt = Stmt {
            kind: StmtKind::Return(Some(value)),
            span,
            doc: None,
            export: false,
        };
        Some(Block {
            body: vec![stmt],
            span: self.span_from(start),
        })
    }

    /// A block as Python writes it: `:`, and what is indented deeper than its statement or stands on
    /// the same line.
    pub(super) fn colon_block(&mut self) -> Option<Vec<Stmt>> {
        if !self.at(TokenKind::Colon) || self.nth(1) == TokenKind::Eof {
            return None;
        }
        let next = self.nth_token(1);
        if next.first_on_line && self.indent(next.start) <= self.statement_indent() {
            return None;
        }
        let indent = self.statement_indent();
        self.foreign(code::P050, "\"{\"", COLON_BLOCK);
        self.bump();
        let body = self.nested(|p| {
            let mut body = Vec::new();
            loop {
                let token = p.token();
                let ends = matches!(token.kind, TokenKind::Eof | TokenKind::RBrace)
                    || token.first_on_line && p.indent(token.start) <= indent;
                if ends {
                    return body;
                }
                body.push(p.stmt());
            }
        });
        Some(body.unwrap_or_default())
    }

    /// Further names behind the one that a `let` or `for` binds: `a, b`.
    pub(super) fn more_names(&mut self, first: Binder, expected: &str) -> Binder {
        let start = match &first {
            Binder::Name(name) => name.span.start,
            Binder::Tuple(_, span) => span.start,
        };
        if !self.at(TokenKind::Comma) || !self.nth(1).is_name() {
            return first;
        }
        self.foreign(code::P999, expected, NAMES);
        let mut parts = vec![first];
        while self.at(TokenKind::Comma) && self.nth(1).is_name() {
            self.bump();
            parts.push(Binder::Name(self.take_name()));
        }
        Binder::Tuple(parts, self.span_from(start))
    }

    /// `let x int = 3`: whether a type stands where its colon should.
    pub(super) fn bare_type(&mut self) -> bool {
        let token = self.token();
        let is_type = !self.panicking && token.kind.is_type_name() && !token.first_on_line;
        if !is_type || self.nth(1) != TokenKind::Eq {
            return false;
        }
        self.foreign(code::P055, "\"=\"", COLON_TYPE);
        true
    }

    /// `except …` in the place of `catch`, and parentheses around what is caught.
    pub(super) fn foreign_catch(&mut self) -> bool {
        let word = self.slice(self.token());
        let is_except = !self.panicking && self.kind().is_name() && word == "except";
        if is_except {
            self.foreign(code::P999, "\"catch\" or \"finally\"", CATCH);
        }
        is_except
    }

    /// The parenthesis around the name of a caught error.
    pub(super) fn open_catch(&mut self) -> bool {
        if !self.at(TokenKind::LParen) || !self.nth(1).is_name() {
            return false;
        }
        self.foreign(code::P030, "name", CATCH);
        self.bump();
        true
    }
}
