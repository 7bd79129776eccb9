//! Statements as text: blocks, blank lines, imports.

use std::rc::Rc;

use mochi_base::Span;

use super::expr::{self, Place};
use super::layout::{Doc, Writer, comment_line};
use super::limit::{self, TooDeep};
use super::{Printed, line_functions};
use crate::py::{
    Case, ClassDef, Expr, FunctionDef, Handler, Module, Note, Param, Pattern, Stmt, StmtKind,
    TypeParam,
};

/// Prints statements one after the other.
#[derive(Default)]
pub(super) struct Printer {
    pub(super) writer: Writer,
    pub(super) depth: usize,
    pub(super) origin: Option<Span>,
    function: Option<Rc<str>>,
    functions: Vec<(usize, Option<Rc<str>>)>,
    /// A comment that goes behind the next line, or before it where it has no room.
    pub(super) aside: Option<String>,
    /// The comments about imports that were not printed yet.
    pub(super) import_notes: Vec<(Span, Note)>,
    /// The loops and the like around the place, inside of its function.
    blocks: usize,
    too_deep: Option<(TooDeep, Option<Span>)>,
    /// The module is a stub.
    pub(super) is_stub: bool,
}

/// What a statement is for the rules of blank lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Simple,
    Import,
    Definition,
}

fn shape(stmt: &Stmt) -> Shape {
    match stmt.kind {
        StmtKind::Function(_) | StmtKind::Class(_) => Shape::Definition,
        StmtKind::Import(..) | StmtKind::ImportFrom(..) => Shape::Import,
        _ => Shape::Simple,
    }
}

/// Whether the last line of a compound statement is that of a definition.
fn ends_in_definition(stmt: &Stmt) -> bool {
    let last = match &stmt.kind {
        StmtKind::If(_, then, otherwise) if otherwise.is_empty() => then,
        StmtKind::If(_, _, body)
        | StmtKind::While(_, body)
        | StmtKind::For(_, _, body)
        | StmtKind::With(_, _, body) => body,
        StmtKind::Async(inner) => match &**inner {
            StmtKind::For(_, _, body) | StmtKind::With(_, _, body) => body,
            _ => return false,
        },
        StmtKind::Try {
            handlers, finally, ..
        } => match handlers.last() {
            Some(handler) if finally.is_empty() => &handler.body,
            _ => finally,
        },
        StmtKind::Match(_, cases) => match cases.last() {
            Some(case) => &case.body,
            None => return false,
        },
        _ => return false,
    };
    let last = last.iter().rev().find(|stmt| !is_comment(stmt));
    last.is_some_and(|stmt| shape(stmt) == Shape::Definition || ends_in_definition(stmt))
}

/// Whether a statement imports from the program itself.
fn is_local(stmt: &Stmt) -> bool {
    matches!(&stmt.kind, StmtKind::ImportFrom(module, _) if module.starts_with('.'))
}

fn is_comment(stmt: &Stmt) -> bool {
    matches!(stmt.kind, StmtKind::Comment(_))
}

/// The same with a comment standing for what it is about.
fn shape_at(body: &[Stmt], index: usize) -> Shape {
    let mut rest = body.iter().skip(index);
    rest.find(|stmt| !is_comment(stmt))
        .map_or(Shape::Simple, shape)
}

impl Printer {
    pub(super) fn finish(self) -> Printed {
        line_functions(self.writer, self.functions, self.too_deep)
    }

    pub(super) fn module(&mut self, module: &Module) {
        for line in &module.header {
            self.comment(line);
        }
        if let Some(doc) = &module.doc {
            self.docstring(doc);
        }
        let mut started = module.doc.is_some() || !module.header.is_empty();
        if module.future_annotations {
            self.blank_if(started);
            self.line("from __future__ import annotations");
            started = true;
        }
        if !module.imports.is_empty() {
            self.blank_if(started);
            self.import_notes.clone_from(&module.import_notes);
            self.imports(&module.imports);
            let left = std::mem::take(&mut self.import_notes);
            left.iter().for_each(|(_, note)| self.comment(&note.text));
            started = true;
        }
        if !module.type_imports.is_empty() {
            self.blank_if(started);
            self.line("TYPE_CHECKING = False");
            self.line("if TYPE_CHECKING:");
            self.depth += 1;
            self.imports(&module.type_imports);
            self.depth -= 1;
            started = true;
        }
        if !module.body.is_empty() {
            if started {
                self.blank();
                if shape_at(&module.body, 0) == Shape::Definition && !self.is_stub {
                    self.blank();
                }
            }
            self.top(&module.body);
        }
    }

    /// The statements of a module: definitions stand two lines apart from all else.
    pub(super) fn top(&mut self, body: &[Stmt]) {
        self.spaced(body, 2);
    }

    fn spaced(&mut self, body: &[Stmt], gap: usize) {
        let mut previous: Option<Shape> = None;
        let mut after_comment = false;
        for (index, stmt) in body.iter().enumerate() {
            let shape = shape_at(body, index);
            if let Some(before) = previous
                && !after_comment
            {
                if before == Shape::Definition || shape == Shape::Definition {
                    let is_between = before == shape;
                    let gap = match self.is_stub {
                        true if is_between => 0,
                        true => 1,
                        false => gap,
                    };
                    (0..gap).for_each(|_| self.blank());
                } else if before == Shape::Import && shape != Shape::Import {
                    self.blank();
                } else if before == Shape::Import {
                    // Sections of imports stand apart.
                    let other = index.checked_sub(1).and_then(|index| body.get(index));
                    if other.is_some_and(|other| is_local(other) != is_local(stmt)) {
                        self.blank();
                    }
                }
            }
            self.stmt(stmt);
            // A block that ends in a definition stands apart from what follows like one.
            previous = Some(if gap == 1 && ends_in_definition(stmt) {
                Shape::Definition
            } else {
                shape
            });
            after_comment = is_comment(stmt);
        }
        self.put_aside();
    }

    fn block(&mut self, body: &[Stmt]) {
        // A definition stands apart from the head of a loop or branch.
        if body.first().map(shape) == Some(Shape::Definition) {
            self.blank();
        }
        self.function_block(body);
    }

    fn refuse(&mut self, reason: TooDeep) {
        self.too_deep = self.too_deep.or(Some((reason, self.origin)));
    }

    /// A block that takes places on Python's stack of blocks.
    fn held_block(&mut self, places: usize, body: &[Stmt]) {
        self.blocks += places;
        if self.blocks > limit::BLOCKS {
            self.refuse(TooDeep::Blocks);
        }
        self.block(body);
        self.blocks -= places;
    }

    fn function_block(&mut self, body: &[Stmt]) {
        self.depth += 1;
        if self.depth > limit::INDENTATION {
            self.refuse(TooDeep::Indentation);
        }
        if body.is_empty() {
            self.line("pass");
        } else {
            self.spaced(body, 1);
            self.pass_if_idle(body);
        }
        self.depth -= 1;
    }

    /// Comments are no statements.
    fn pass_if_idle(&mut self, body: &[Stmt]) {
        if body.iter().all(is_comment) {
            self.line("pass");
        }
    }

    pub(super) fn blank(&mut self) {
        self.writer.newline();
    }

    fn blank_if(&mut self, started: bool) {
        if started {
            self.blank();
        }
    }

    pub(super) fn line(&mut self, text: &str) {
        self.put(&Doc::text(text.to_owned()));
    }

    /// A line, or several if the document breaks.
    pub(super) fn put(&mut self, doc: &Doc) {
        let aside = self.aside.take().filter(|aside| {
            let fits = self.has_room(doc, aside);
            if !fits {
                self.comment(aside);
            }
            fits
        });
        self.writer.render(self.depth, doc, self.origin);
        if self.writer.brackets.take_most() > limit::BRACKETS {
            self.refuse(TooDeep::Brackets);
        }
        if let Some(aside) = aside {
            let text = format!("  {}", comment_line(&aside));
            self.writer.write(&text, self.origin);
        }
        self.writer.newline();
    }

    fn docstring(&mut self, doc: &str) {
        let doc = doc.trim();
        let mut text = doc.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
        if text.ends_with('"') {
            text.pop();
            text.push_str("\\\"");
        }
        let mut lines = text.split('\n');
        let first = lines.next().unwrap_or("").trim_end();
        let rest: Vec<&str> = lines.map(str::trim_end).collect();
        if rest.is_empty() {
            self.line(&format!("\"\"\"{first}\"\"\""));
            return;
        }
        self.line(&format!("\"\"\"{first}"));
        for line in rest {
            if line.is_empty() {
                self.blank();
            } else {
                self.line(line);
            }
        }
        self.line("\"\"\"");
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let outer = self.origin;
        if stmt.span.is_some() {
            self.origin = stmt.span;
        }
        self.stmt_kind(&stmt.kind);
        self.origin = outer;
    }

    fn stmt_kind(&mut self, kind: &StmtKind) {
        match kind {
            StmtKind::Expr(value) => self.put(&expr::doc(value, Place::BARE)),
            StmtKind::Assign(target, value) => self.put(&Doc::Cat(vec![
                expr::target(target),
                Doc::text(" = "),
                expr::right_side(value),
            ])),
            StmtKind::AnnAssign(target, annotation, value) => {
                let mut parts = vec![expr::target(target), Doc::text(": ")];
                if let Some(value) = value {
                    let name = super::layout::columns(&expr::flat(target));
                    let text = expr::flat(annotation);
                    // Room is made at the value if its first bracket still stands on the line.
                    let used =
                        self.depth * 4 + name + super::layout::columns(&text) + ":  = (".len();
                    parts.push(if used > super::layout::WIDTH {
                        expr::doc(annotation, Place::BARE)
                    } else {
                        Doc::text(text)
                    });
                    parts.push(Doc::text(" = "));
                    parts.push(expr::after_annotation(value));
                } else {
                    parts.push(expr::optional(annotation));
                }
                self.put(&Doc::Cat(parts));
            }
            StmtKind::Return(value) => self.keyword("return", value.as_ref()),
            StmtKind::Raise(value, cause) => match cause {
                None => self.keyword("raise", value.as_ref()),
                Some(cause) => {
                    let value = value.as_ref().map(expr::flat).unwrap_or_default();
                    self.line(&format!("raise {value} from {}", expr::flat(cause)));
                }
            },
            StmtKind::Pass => self.line("pass"),
            StmtKind::Break => self.line("break"),
            StmtKind::Continue => self.line("continue"),
            StmtKind::Global(names) => self.names("global", names),
            StmtKind::Nonlocal(names) => self.names("nonlocal", names),
            StmtKind::Delete(target) => self.line(&format!("del {}", expr::flat(target))),
            StmtKind::TypeAlias(name, params, value) => self.put(&Doc::Cat(vec![
                Doc::text(format!("type {name}")),
                type_params(params),
                Doc::text(" = "),
                expr::optional(value),
            ])),
            StmtKind::Import(name, None) => self.line(&format!("import {name}")),
            StmtKind::Import(name, Some(alias)) => {
                self.line(&format!("import {name} as {alias}"));
            }
            StmtKind::ImportFrom(module, name) => {
                self.line(&format!("from {module} import {name}"));
            }
            StmtKind::Comment(note) => self.note(note),
            _ => self.compound(kind),
        }
    }

    /// `global` and its like, in as many statements as keep the lines short: one that is too long
    /// could only be broken by backslashes.
    fn names(&mut self, word: &str, names: &[String]) {
        let room = super::layout::WIDTH.saturating_sub(self.depth * 4);
        let mut line = String::new();
        for name in names {
            if !line.is_empty() && line.chars().count() + 2 + name.chars().count() > room {
                self.line(&line);
                line.clear();
            }
            line.push_str(if line.is_empty() { word } else { "," });
            line.push(' ');
            line.push_str(name);
        }
        self.line(&line);
    }

    fn keyword(&mut self, word: &str, value: Option<&Expr>) {
        match value {
            None => self.line(word),
            Some(value) => self.put(&Doc::Cat(vec![
                Doc::text(format!("{word} ")),
                expr::optional(value),
            ])),
        }
    }

    /// `word value:`.
    fn head(&mut self, word: &str, value: &Expr) {
        self.put(&Doc::Cat(vec![
            Doc::text(format!("{word} ")),
            expr::optional(value),
            Doc::text(":"),
        ]));
    }

    fn compound(&mut self, kind: &StmtKind) {
        match kind {
            StmtKind::If(cond, then, otherwise) => {
                self.head("if", cond);
                self.block(then);
                self.otherwise(otherwise);
            }
            StmtKind::While(cond, body) => {
                self.head("while", cond);
                self.held_block(1, body);
            }
            StmtKind::For(..) | StmtKind::With(..) => self.looped_or_entered("", kind),
            StmtKind::Async(inner) => self.looped_or_entered("async ", inner),
            StmtKind::Try {
                body,
                handlers,
                finally,
            } => self.try_stmt(body, handlers, finally),
            StmtKind::Match(subject, cases) => {
                self.head("match", subject);
                self.depth += 1;
                cases.iter().for_each(|case| self.case(case));
                self.depth -= 1;
            }
            StmtKind::Function(def) => self.function(def),
            StmtKind::Class(def) => self.class(def),
            _ => {}
        }
    }

    /// `for` and `with`, with the word before them.
    fn looped_or_entered(&mut self, word: &str, kind: &StmtKind) {
        match kind {
            StmtKind::For(target, source, body) => {
                self.put(&Doc::Cat(vec![
                    Doc::text(format!("{word}for ")),
                    expr::target(target),
                    Doc::text(" in "),
                    expr::optional(source),
                    Doc::text(":"),
                ]));
                self.held_block(1, body);
            }
            StmtKind::With(manager, target, body) => {
                let head = Doc::text(format!("{word}with "));
                let mut parts = vec![head, expr::doc(manager, Place::BARE)];
                if let Some(target) = target {
                    parts.push(Doc::text(format!(" as {}", expr::flat(target))));
                }
                parts.push(Doc::text(":"));
                self.put(&Doc::Cat(parts));
                self.held_block(1, body);
            }
            _ => {}
        }
    }

    fn otherwise(&mut self, otherwise: &[Stmt]) {
        match otherwise {
            [] => {}
            [
                notes @ ..,
                Stmt {
                    kind: StmtKind::If(cond, then, rest),
                    span,
                },
            ] if notes.iter().all(is_comment) => {
                let outer = self.origin;
                if span.is_some() {
                    self.origin = *span;
                }
                for stmt in notes {
                    self.stmt_kind(&stmt.kind);
                }
                self.head("elif", cond);
                self.block(then);
                self.otherwise(rest);
                self.origin = outer;
            }
            _ => {
                self.line("else:");
                self.block(otherwise);
            }
        }
    }

    fn try_stmt(&mut self, body: &[Stmt], handlers: &[Handler], finally: &[Stmt]) {
        self.line("try:");
        let cleanup = usize::from(!finally.is_empty());
        self.held_block(cleanup + usize::from(!handlers.is_empty()), body);
        for handler in handlers {
            let outer = self.origin;
            if handler.span.is_some() {
                self.origin = handler.span;
            }
            let class = expr::flat(&handler.class);
            match &handler.name {
                Some(name) => self.line(&format!("except {class} as {name}:")),
                None => self.line(&format!("except {class}:")),
            }
            self.held_block(cleanup + 2, &handler.body);
            self.origin = outer;
        }
        if !finally.is_empty() {
            self.line("finally:");
            self.held_block(cleanup, finally);
        }
    }

    fn case(&mut self, case: &Case) {
        let outer = self.origin;
        if case.span.is_some() {
            self.origin = case.span;
        }
        case.notes.iter().for_each(|note| self.note(note));
        let mut parts = vec![Doc::text("case "), Doc::text(pattern(&case.pattern))];
        if let Some(guard) = &case.guard {
            parts.push(Doc::text(" if "));
            parts.push(expr::optional(guard));
        }
        parts.push(Doc::text(":"));
        self.put(&Doc::Cat(parts));
        self.block(&case.body);
        self.origin = outer;
    }

    fn function(&mut self, def: &FunctionDef) {
        self.put_aside();
        for decorator in &def.decorators {
            self.line(&format!("@{}", expr::flat(decorator)));
        }
        let outer = self.function.clone();
        let blocks = std::mem::take(&mut self.blocks);
        if let Some(origin) = &def.origin {
            self.enter(Some(origin.clone()));
        }
        let word = if def.is_async { "async def" } else { "def" };
        let mut parts = vec![Doc::text(format!("{word} {}", def.name))];
        parts.push(type_params(&def.type_params));
        parts.push(signature(&def.params, def.result.as_ref()));
        // A declaration without a body stands on one line.
        if def.doc.is_none() && is_open(&def.body) {
            parts.push(Doc::text(": ..."));
            self.put(&Doc::Cat(parts));
            self.blocks = blocks;
            return;
        }
        parts.push(Doc::text(":"));
        self.put(&Doc::Cat(parts));
        self.depth += 1;
        if let Some(doc) = &def.doc {
            self.docstring(doc);
            if def
                .body
                .first()
                .is_some_and(|first| shape(first) == Shape::Definition)
            {
                self.blank();
            }
        }
        self.depth -= 1;
        if def.doc.is_none() {
            self.function_block(&def.body);
        } else {
            self.depth += 1;
            self.spaced(&def.body, 1);
            self.depth -= 1;
        }
        if def.origin.is_some() {
            self.enter(outer);
        }
        self.blocks = blocks;
    }

    fn enter(&mut self, function: Option<Rc<str>>) {
        self.functions
            .push((self.writer.origins.len(), function.clone()));
        self.function = function;
    }

    fn class(&mut self, def: &ClassDef) {
        self.put_aside();
        for decorator in &def.decorators {
            self.line(&format!("@{}", expr::flat(decorator)));
        }
        let mut head = format!("class {}{}", def.name, flat_params(&def.type_params));
        if !def.bases.is_empty() {
            let bases: Vec<String> = def.bases.iter().map(expr::flat).collect();
            head.push_str(&format!("({})", bases.join(", ")));
        }
        head.push(':');
        self.line(&head);
        self.depth += 1;
        if let Some(doc) = &def.doc {
            self.docstring(doc);
            if !def.body.is_empty() {
                self.blank();
            }
        }
        if def.body.is_empty() {
            if def.doc.is_none() {
                self.line("pass");
            }
        } else {
            self.spaced(&def.body, 1);
            if def.doc.is_none() {
                self.pass_if_idle(&def.body);
            }
        }
        self.depth -= 1;
    }
}

/// Whether a body is just `...`.
fn is_open(body: &[Stmt]) -> bool {
    matches!(body, [only] if only.kind == StmtKind::Expr(crate::py::Expr::Ellipsis))
}

/// Type parameters on one line.
fn flat_params(params: &[TypeParam]) -> String {
    let shown = params.iter().map(|param| match &param.bound {
        Some(bound) => format!("{}: {}", param.name, expr::flat(bound)),
        None => param.name.clone(),
    });
    let shown = shown.collect::<Vec<_>>().join(", ");
    if shown.is_empty() {
        shown
    } else {
        format!("[{shown}]")
    }
}

fn type_params(params: &[TypeParam]) -> Doc {
    if params.is_empty() {
        return Doc::Cat(Vec::new());
    }
    let texts: Vec<String> = params
        .iter()
        .map(|param| match &param.bound {
            Some(bound) => format!("{}: {}", param.name, expr::flat(bound)),
            None => param.name.clone(),
        })
        .collect();
    Doc::text(format!("[{}]", texts.join(", ")))
}

/// The parameters and the result: where they do not fit on the line, the parameters break first.
fn signature(params: &[Param], result: Option<&Expr>) -> Doc {
    let alone = params.is_empty();
    let mut parts = vec![Doc::text("(")];
    if !alone {
        let list = Doc::Cat(vec![Doc::Soft, parameters(params)]);
        parts.extend([Doc::Indent(Box::new(list)), Doc::Soft]);
    }
    parts.push(Doc::text(")"));
    if let Some(result) = result {
        parts.push(Doc::text(" -> "));
        parts.push(expr::result(result, alone));
    }
    Doc::group(parts)
}

fn parameters(params: &[Param]) -> Doc {
    let docs = params
        .iter()
        .map(|param| {
            let mut parts = vec![Doc::text(param.name.clone())];
            if let Some(annotation) = &param.annotation {
                parts.push(Doc::text(": "));
                parts.push(expr::doc(annotation, Place::INSIDE));
            }
            if let Some(default) = &param.default {
                let equals = if param.annotation.is_some() {
                    " = "
                } else {
                    "="
                };
                parts.push(Doc::text(equals));
                parts.push(expr::doc(default, Place::INSIDE));
            }
            Doc::Cat(parts)
        })
        .collect();
    let list = Doc::comma_list(docs);
    // A single one that has its own line is followed by a comma, several on one line are not.
    if params.len() == 1 {
        list
    } else {
        Doc::group(vec![list])
    }
}

fn pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Wildcard => "_".to_string(),
        Pattern::Capture(name) => name.clone(),
        Pattern::Value(value) => expr::flat(value),
        Pattern::Class(class, parts) => {
            let parts: Vec<String> = parts.iter().map(self::pattern).collect();
            format!("{}({})", expr::flat(class), parts.join(", "))
        }
        Pattern::As(inner, name) => match &**inner {
            Pattern::Or(_) => format!("({}) as {name}", self::pattern(inner)),
            _ => format!("{} as {name}", self::pattern(inner)),
        },
        Pattern::Or(items) => {
            let items: Vec<String> = items.iter().map(self::pattern).collect();
            items.join(" | ")
        }
    }
}
