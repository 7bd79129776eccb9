//! Statements and blocks.
//!
//! Spec: language.md §2 (stmt), §5.3, §13, §18.11, §18.13, P065.

use mochi_base::{Code, Diagnostic, Note, Span, code};

use super::{
    Braces, Parser, Wanted,
    habits::{bare_call, stray_clause},
    sql::stray_word,
};
use crate::{
    ast::{
        ArmBody, Assign, Block, Catch, Else, Expr, ExprKind, For, IfStmt, Name, PlaceStep, Stmt,
        StmtKind, TestBlock, Try, Using,
    },
    effect,
    format::mark::NodeKind,
    token::TokenKind,
};

impl Parser<'_> {
    /// Statements up to the closing brace, or, at the `top` of a file, to its end.
    pub(super) fn statements(&mut self, top: bool) -> Vec<Stmt> {
        let mut body = Vec::new();
        let open = self.open;
        loop {
            match self.kind() {
                TokenKind::Eof => break,
                TokenKind::RBrace if !top => break,
                TokenKind::RBrace => {
                    self.unexpected(code::P999, Wanted::Statement);
                    self.panicking = false;
                    self.bump();
                }
                _ => {
                    let stmt = self.stmt();
                    body.append(&mut self.hoisted);
                    body.push(stmt);
                }
            }
        }
        self.open = open;
        body
    }

    /// `{ … }`; `missing` is the code if there is none.
    pub(super) fn block(&mut self, missing: Code) -> Block {
        let mut block = self.plain_block(missing);
        self.check_effects(&mut block.body, false);
        block
    }

    /// The block of a `match` arm, whose last expression is its value.
    pub(super) fn arm_block(&mut self) -> Block {
        let mut block = self.plain_block(code::P050);
        self.check_effects(&mut block.body, true);
        block
    }

    fn plain_block(&mut self, missing: Code) -> Block {
        if self.panicking {
            self.skip_to_block();
        }
        let start = self.token().start;
        let first = self.pos;
        if self.panicking {
            return self.empty_block();
        }
        if let Some(mut body) = self.colon_block() {
            self.keep_inside(&mut body);
            let span = self.span_from(start);
            return Block { body, span };
        }
        if !self.expect(TokenKind::LBrace, missing) {
            if !self.at_indented_line() {
                return self.empty_block();
            }
            // The brace alone was forgotten.
            self.panicking = false;
        }
        let mut body = self
            .nested(|p| p.with_braces(Braces::Record, |p| p.statements(false)))
            .unwrap_or_default();
        self.keep_inside(&mut body);
        if !self.panicking {
            self.expect(TokenKind::RBrace, code::P001);
        } else if self.depth >= super::MAX_DEPTH {
            self.resume_after(TokenKind::RBrace, start);
        }
        self.mark(NodeKind::Block, first);
        Block {
            body,
            span: self.span_from(start),
        }
    }

    /// Reports what a block marks for other modules: they see what the file itself declares.
    fn keep_inside(&mut self, body: &mut [Stmt]) {
        for stmt in body.iter_mut().filter(|stmt| stmt.export) {
            stmt.export = false;
            let word = Span {
                end: stmt.span.start.saturating_add(6),
                ..stmt.span
            };
            let message = "unexpected token \"export\" (expected statement)";
            let note = "`export` stands before declarations of the file itself, outside of blocks";
            let fault = Diagnostic::error(code::P999, word, message);
            self.diagnostics.push(fault.with_note(note));
        }
    }

    fn empty_block(&self) -> Block {
        Block {
            body: Vec::new(),
            span: self.here(),
        }
    }

    /// Reports expression statements without effect, all but the last if that is a `value`. Of words
    /// that simply follow each other the first is reported, and none of them is looked at further.
    pub(super) fn check_effects(&mut self, body: &mut [Stmt], value: bool) {
        let checked = body.len() - usize::from(value && !body.is_empty());
        let mut idle: Option<&mut Stmt> = None;
        for stmt in body.iter_mut().take(checked) {
            let StmtKind::Expr(expr) = &stmt.kind else {
                idle = None;
                continue;
            };
            if effect::may_have_effect(expr) {
                idle = None;
                continue;
            }
            let span = expr.span;
            let between = idle
                .as_ref()
                .and_then(|last| self.text.get(last.span.end as usize..span.start as usize));
            if between.is_some_and(|text| text.bytes().all(|b| b == b' ' || b == b'\t')) {
                if let Some(last) = idle {
                    last.kind = StmtKind::Error;
                }
                stmt.kind = StmtKind::Error;
            } else {
                let note = match &expr.kind {
                    ExprKind::Name(name) => {
                        let rest = self.text.get(span.end as usize..).unwrap_or("");
                        let before = self.text.get(..span.start as usize).unwrap_or("");
                        stray_clause(name)
                            .or_else(|| stray_word(name, before))
                            .map(str::to_owned)
                            .or_else(|| bare_call(name, rest))
                    }
                    _ => None,
                };
                let message = "expression statement has no observable effect";
                let fault = Diagnostic::error(code::P065, span, message);
                self.diagnostics.push(fault.with_notes(note));
            }
            idle = Some(stmt);
        }
    }

    pub(super) fn stmt(&mut self) -> Stmt {
        let first = self.pos;
        let start = self.token().start;
        let outer = std::mem::replace(&mut self.statement, start);
        let doc = if self.docs.is_empty() {
            None
        } else {
            self.doc_above(first)
        };
        let export = self.eat(TokenKind::Export);
        if export && self.export_list() {
            self.statement = outer;
            return Stmt {
                kind: StmtKind::Error,
                span: self.span_from(start),
                doc: None,
                export: false,
            };
        }
        if export && !self.at_exportable() {
            self.unexpected(code::P999, "declaration");
        }
        let kind = self
            .nested(|p| p.stmt_kind(doc.clone()))
            .unwrap_or(StmtKind::Error);
        if self.panicking {
            if self.pos == first {
                self.bump();
            }
            self.synchronize();
        }
        self.mark(NodeKind::Stmt, first);
        self.statement = outer;
        let is_declaration = matches!(
            kind,
            StmtKind::Let(_)
                | StmtKind::Fun(_)
                | StmtKind::Type(_)
                | StmtKind::Extern(_)
                | StmtKind::Reactive(_)
        );
        Stmt {
            kind,
            span: self.span_from(start),
            doc: doc.filter(|_| is_declaration),
            export,
        }
    }

    fn at_exportable(&self) -> bool {
        use TokenKind as K;
        matches!(
            self.kind(),
            K::Fun | K::Async | K::Type | K::Let | K::Var | K::Agent | K::Stream | K::Extern
        )
    }

    pub(super) fn stmt_kind(&mut self, doc: Option<std::rc::Rc<str>>) -> StmtKind {
        use TokenKind as K;
        if let Some(kind) = self.foreign_stmt(doc.as_ref()) {
            return kind;
        }
        match self.kind() {
            K::Let | K::Var => self.let_stmt(),
            K::Fun if self.nth(1).is_word() => self.fun_stmt(doc),
            K::Async if self.nth(1) == K::Fun && self.nth(2).is_word() => self.fun_stmt(doc),
            K::Return => self.return_stmt(),
            K::If => self.if_stmt(),
            K::While => {
                self.bump();
                let cond = self.head_expr();
                let body = self.block(code::P050);
                StmtKind::While { cond, body }
            }
            K::For => self.for_stmt(),
            K::Try => self.try_stmt(),
            K::Break => {
                self.bump();
                StmtKind::Break
            }
            K::Continue => {
                self.bump();
                StmtKind::Continue
            }
            K::Expect => {
                self.bump();
                StmtKind::Expect(self.expr())
            }
            K::Test => self.test_block().map_or(StmtKind::Error, StmtKind::Test),
            K::Bench if self.nth(1) == K::Str => {
                self.test_block().map_or(StmtKind::Error, StmtKind::Bench)
            }
            K::Type => self.type_stmt(doc),
            K::Import => self.import(),
            K::Using if self.using_ahead() => self.using_stmt(),
            K::Fetch => self.fetch_stmt(),
            K::Update if self.nth(1).is_name() && self.nth(2) == K::Set => self.update(),
            K::Model if self.nth(1).is_name() && self.nth(2) == K::LBrace => self.model(),
            K::Agent => self.agent(doc),
            K::Stream => self.stream_decl(doc),
            K::On => self.on_handler(),
            K::Emit => self.emit(),
            K::Extern => self.extern_stmt(doc),
            K::Fact => self.fact(),
            K::Rule => self.rule(),
            kind if kind.starts_expr() => self.expr_stmt(),
            _ => {
                self.unexpected(code::P999, Wanted::Statement);
                StmtKind::Error
            }
        }
    }

    /// An expression or an assignment.
    pub(super) fn expr_stmt(&mut self) -> StmtKind {
        let target = self.expr();
        if !self.at(TokenKind::Eq) {
            return StmtKind::Expr(target);
        }
        if matches!(target.kind, ExprKind::Tuple(_) | ExprKind::List(_)) {
            return self.foreign_places();
        }
        let mut path = Vec::new();
        let Some(root) = place(target, &mut path) else {
            self.unexpected(code::P999, Wanted::Statement);
            return StmtKind::Error;
        };
        self.bump();
        let value = self.expr();
        StmtKind::Assign(Assign { root, path, value })
    }

    fn return_stmt(&mut self) -> StmtKind {
        self.bump();
        let assignment = self.kind().is_name() && self.nth(1) == TokenKind::Eq;
        if assignment || self.soft_statement_ahead() || !self.kind().starts_expr() {
            return StmtKind::Return(None);
        }
        StmtKind::Return(Some(self.expr()))
    }

    /// Whether a contextual word begins a statement here, and no expression.
    fn soft_statement_ahead(&self) -> bool {
        use TokenKind as K;
        match self.kind() {
            K::Using => self.using_ahead(),
            K::Bench => self.nth(1) == K::Str,
            K::Update => self.nth(1).is_name() && self.nth(2) == K::Set,
            K::Fun => self.nth(1).is_word(),
            K::Async => self.nth(1) == K::Fun && self.nth(2).is_word(),
            _ => false,
        }
    }

    pub(super) fn if_stmt(&mut self) -> StmtKind {
        let first = self.pos;
        let start = self.bump().start;
        let cond = self.head_expr();
        if self.at(TokenKind::Then) {
            let value = self.if_expr_rest(start, cond);
            self.mark(NodeKind::If, first);
            return StmtKind::Expr(value);
        }
        StmtKind::If(self.if_rest(cond))
    }

    fn if_rest(&mut self, cond: Expr) -> IfStmt {
        let then = self.block(code::P050);
        let is_foreign = self.foreign_else_if();
        let otherwise = if !is_foreign && !self.eat(TokenKind::Else) {
            None
        } else if is_foreign || self.at(TokenKind::If) {
            let start = self.token().start;
            self.linked(|p| {
                p.bump();
                let cond = p.head_expr();
                let inner = p.if_rest(cond);
                Else::If(Box::new(inner), p.span_from(start))
            })
        } else {
            Some(Else::Block(self.block(code::P050)))
        };
        IfStmt {
            cond,
            then,
            otherwise,
        }
    }

    fn for_stmt(&mut self) -> StmtKind {
        self.bump();
        if let Some(kind) = self.foreign_for() {
            return kind;
        }
        let is_await = self.eat(TokenKind::Await);
        let binder = self.binder(code::P030);
        let binder = binder.map(|binder| self.more_names(binder, "\"in\""));
        self.expect(TokenKind::In, code::P999);
        let source = self.head_expr();
        let end = if self.eat(TokenKind::DotDot) {
            Some(self.head_expr())
        } else {
            None
        };
        let body = self.block(code::P050);
        let Some(binder) = binder else {
            return StmtKind::Error;
        };
        StmtKind::For(For {
            binder,
            source,
            end,
            is_await,
            body,
        })
    }

    fn try_stmt(&mut self) -> StmtKind {
        self.bump();
        // What handles an error before `finally` stands in three blocks to Python.
        let open = self.open;
        self.note_open(2);
        let body = self.block(code::P050);
        let mut catches = Vec::new();
        let mut caught = false;
        loop {
            let is_except = self.foreign_catch();
            if !is_except && !self.at(TokenKind::Catch) {
                break;
            }
            caught = true;
            let start = self.bump().start;
            let in_parens = self.open_catch();
            let mut name = None;
            if !is_except || self.kind().is_name() {
                name = self.name(code::P030);
            }
            if is_except && self.eat(TokenKind::As) {
                name = self.name(code::P030);
            }
            let ty = if is_except { None } else { self.annotation() };
            if in_parens {
                self.expect(TokenKind::RParen, code::P052);
            }
            let body = self.block(code::P050);
            if let Some(name) = name {
                let span = self.span_from(start);
                catches.push(Catch {
                    name,
                    ty,
                    body,
                    span,
                });
            }
        }
        let finally = if self.at(TokenKind::Finally) && self.nth(1) == TokenKind::LBrace {
            self.bump();
            Some(self.block(code::P050))
        } else {
            None
        };
        if !caught && finally.is_none() {
            self.unexpected(code::P999, "\"catch\" or \"finally\"");
        }
        self.open = open;
        StmtKind::Try(Try {
            body,
            catches,
            finally,
        })
    }

    fn using_ahead(&self) -> bool {
        let next = self.nth(1);
        next == TokenKind::Await || next.is_name() && self.nth(2) == TokenKind::Eq
    }

    fn using_stmt(&mut self) -> StmtKind {
        self.bump();
        let is_await = self.eat(TokenKind::Await);
        let Some(name) = self.name(code::P030) else {
            return StmtKind::Error;
        };
        self.expect(TokenKind::Eq, code::P055);
        let value = self.head_expr();
        let body = if self.at(TokenKind::LBrace) {
            Some(self.block(code::P050))
        } else {
            self.note_open(1);
            None
        };
        StmtKind::Using(Using {
            is_await,
            name,
            value,
            body,
        })
    }

    fn test_block(&mut self) -> Option<TestBlock> {
        self.bump();
        let name = self.string();
        let body = self.block(code::P050);
        let (name, _) = name?;
        Some(TestBlock { name, body })
    }
}

impl Parser<'_> {
    /// Adds to what was reported of expressions at the ends of a function's body.
    pub(super) fn explain_result(&mut self, body: &Block) {
        let mut ends = Vec::new();
        if !self.diagnostics.is_empty() {
            find_ends(body, &mut ends);
        }
        for end in ends {
            let is_that = |fault: &&mut Diagnostic| {
                fault.code == code::P065 && fault.span == Some(end) && fault.notes.is_empty()
            };
            // What was read last is probably meant.
            if let Some(fault) = self.diagnostics.iter_mut().rev().find(is_that) {
                let message = "a function gives back what it returns: `return …`".to_owned();
                fault.notes.push(Note {
                    message,
                    ..Note::default()
                });
            }
        }
    }
}

/// Where expressions end a block, or one of the branches and arms that end it.
fn find_ends(block: &Block, ends: &mut Vec<Span>) {
    match block.body.last().map(|stmt| &stmt.kind) {
        Some(StmtKind::Expr(last)) => match &last.kind {
            ExprKind::Match(matched) => {
                for arm in &matched.arms {
                    if let ArmBody::Block(block) = &arm.body {
                        find_ends(block, ends);
                    }
                }
            }
            _ => ends.push(last.span),
        },
        Some(StmtKind::If(last)) => {
            let mut branch = last;
            loop {
                find_ends(&branch.then, ends);
                match &branch.otherwise {
                    Some(Else::If(next, _)) => branch = next,
                    Some(Else::Block(block)) => break find_ends(block, ends),
                    None => break,
                }
            }
        }
        _ => {}
    }
}

/// The root and path of an expression that can be assigned to.
fn place(target: Expr, path: &mut Vec<PlaceStep>) -> Option<Name> {
    let mut target = target;
    loop {
        let end = target.span.end;
        target = match target.kind {
            ExprKind::Name(text) => {
                path.reverse();
                let span = target.span;
                return Some(Name { text, span });
            }
            ExprKind::Field { object, name } => {
                path.push(PlaceStep::Field(name));
                *object
            }
            ExprKind::Index { object, subscripts } => {
                let mut span = object.span.after();
                span.end = end;
                path.push(PlaceStep::Index(subscripts, span));
                *object
            }
            _ => return None,
        };
    }
}
