//! Statements, and values delivered to where a statement wants them.
//!
//! Spec: language.md §5.3, §19.4.

use mochi_base::Span;
use mochi_check::typed::{
    Builtin, Catch, Expr as Typed, ExprKind, FunKind, Place, Stmt as TypedStmt,
    StmtKind as TypedKind, Target, VarKind,
};
use mochi_syntax::ast::BinaryOp;
use mochi_types::Type;

use super::Lowerer;
use super::append;
use super::expr::is_simple;
use super::frame::Frame;
use crate::py::{Expr, FunctionDef, Handler, Note, Stmt, StmtKind};

/// Where a value goes.
#[derive(Clone, Debug)]
pub(super) enum Dest {
    /// Out of the function.
    Return,
    /// Into a target.
    Assign(Expr),
    /// Nowhere: evaluated for its effects.
    Discard,
}

impl<'a> Lowerer<'a> {
    /// Lowers one statement into the block being built.
    pub(super) fn stmt(&mut self, stmt: &'a TypedStmt) {
        match &stmt.kind {
            TypedKind::Let { target, value } => self.let_statement(target, value),
            TypedKind::Assign { place, value } => self.assign_statement(place, value),
            TypedKind::Expr(value) => self.into(value, &Dest::Discard),
            TypedKind::Return(None) => self.emit(StmtKind::Return(None)),
            TypedKind::Return(Some(value)) => self.return_statement(value),
            TypedKind::If {
                cond,
                then,
                otherwise,
            } => {
                let cond = self.condition(cond);
                let then = self.block(then);
                let otherwise = self.block(otherwise);
                self.emit(StmtKind::If(cond, then, otherwise));
            }
            TypedKind::While { cond, body } => self.while_statement(cond, body),
            TypedKind::ForRange {
                var,
                start,
                end,
                body,
            } => self.for_range(*var, start, end, body),
            TypedKind::ForEach {
                target,
                source,
                check,
                entries,
                body_may_mutate,
                is_await,
                body,
            } => {
                let check = check.as_ref().map(|(check, symbol)| (&**check, &**symbol));
                if *is_await {
                    self.for_await(target, source, check, body);
                    return;
                }
                self.for_each(target, source, check, *entries, *body_may_mutate, body);
            }
            TypedKind::Try {
                body,
                catches,
                finally,
            } => self.try_statement(body, catches, finally),
            TypedKind::Using {
                var,
                is_await,
                manager,
                check,
                body,
            } => {
                let manager = self.expr(manager);
                self.open_scope();
                let used = self.facts.read_vars.contains(var);
                let name = used.then(|| self.assign_declared(*var));
                let (block, ()) = self.captured(|this| {
                    if let (Some(name), Some((check, symbol))) = (&name, check) {
                        let value = this.checked(name.clone(), check, symbol);
                        if value != *name {
                            this.emit(StmtKind::Assign(name.clone(), value));
                        }
                    }
                    this.statements(body);
                });
                self.close_scope();
                self.span = stmt.span;
                self.emit(StmtKind::With(manager, name, block));
                if *is_await {
                    self.make_async();
                }
            }
            TypedKind::Match(matched) => self.match_into(matched, &Dest::Discard, false),
            TypedKind::Reactive(item) => self.reactive_statement(item),
            TypedKind::Break => self.emit(StmtKind::Break),
            TypedKind::Continue => self.emit(StmtKind::Continue),
            // Behind a `using` of the file it was hoisted.
            TypedKind::Fun(id) if self.fun(*id).is_some_and(|fun| fun.kind == FunKind::Top) => {}
            TypedKind::Fun(id) => self.nested_function(*id),
            TypedKind::Expect { cond, text } => self.expectation(cond, text),
            TypedKind::Test { name, body } if self.options.tests => {
                if self.options.entry {
                    self.inner_test(name, body);
                }
            }
            TypedKind::Bench { .. } if self.options.tests => {}
            TypedKind::Test { .. } if self.options.benches => {}
            TypedKind::Test { name, body } => {
                let note = Note {
                    text: format!("test: {name}"),
                    behind: false,
                    place: None,
                };
                self.emit(StmtKind::Comment(note));
                self.statements(body);
            }
            TypedKind::Data(data) => self.data_statement(data),
            TypedKind::Bench { name, body } => self.bench(name, body, stmt.span),
            TypedKind::Space(index) => self.nested_import(*index),
            TypedKind::Type(_) | TypedKind::Alias(_) => self.inner_type(stmt),
            TypedKind::Import(_) => {}
        }
    }

    /// A test inside of a statement, such as the rest of a file behind `using`: it runs where it
    /// stands, if it is the one that is being run.
    fn inner_test(&mut self, name: &str, body: &'a [TypedStmt]) {
        let test = (name.to_string(), String::new());
        let before = self.tests.iter().filter(|other| **other == test).count();
        self.tests.push(test);
        let span = self.span;
        let block = self.block(body);
        self.span = span;
        let mut args = vec![Expr::str(name)];
        if before > 0 {
            args.push(Expr::Int(before as u64));
        }
        let chosen = self.call_helper("is_chosen", args);
        self.emit(StmtKind::If(chosen, block, Vec::new()));
    }

    fn bench(&mut self, name: &str, body: &'a [TypedStmt], span: Span) {
        let function = self.fresh("_bench");
        let mut frame = Frame::new(self.frames.last().and_then(|frame| frame.fun));
        frame.is_block = true;
        self.frames.push(frame);
        let lowered = self.block(body);
        let frame = self.frames.pop();
        let mut block = frame.map(|frame| frame.heads()).unwrap_or_default();
        block.extend(lowered);
        self.span = span;
        self.emit(StmtKind::Function(Box::new(FunctionDef {
            name: function.clone(),
            is_async: self.module.is_async,
            decorators: Vec::new(),
            type_params: Vec::new(),
            params: Vec::new(),
            result: Some(Expr::None),
            doc: None,
            body: block,
            origin: None,
        })));
        let is_async = self.module.is_async;
        let helper = match (self.options.benches, is_async) {
            (true, true) => "measure_async",
            (true, false) => "measure",
            (false, true) => "bench_async",
            (false, false) => "bench",
        };
        if self.options.benches {
            self.tests.push((name.to_string(), String::new()));
        }
        let mut call = self.call_helper(helper, [Expr::str(name), Expr::Name(function)]);
        if is_async {
            call = Expr::Await(Box::new(call));
        }
        self.emit(StmtKind::Expr(call));
    }

    /// `let` and `var`.
    pub(super) fn let_statement(&mut self, target: &'a Target, value: &'a Typed) {
        match target {
            Target::Var(id) => {
                let id = *id;
                let Some(var) = self.var(id) else { return };
                if let (Some(lambda), false, VarKind::Local) =
                    (Self::as_lambda(value), var.assigned, var.kind)
                {
                    self.bound_lambda(id, lambda);
                    return;
                }
                if self.boxed.contains(&id) {
                    let value = self.expr(value);
                    let value = self.call_helper("Cell", [value]);
                    let name = self.declare(id);
                    self.annotated_assign(name, &var.ty.clone(), value, true);
                    return;
                }
                if needs_statements(self, value) {
                    // The variable is not in scope inside its own initialiser.
                    let temp_needed = self.reads_same_name(id, value);
                    let name = if temp_needed {
                        None
                    } else {
                        Some(self.declare(id))
                    };
                    if let Some(name) = name {
                        if var.kind != VarKind::Global
                            && (self.names_local(&var.ty) || differs_by_branch(&var.ty, value))
                            && self.annotate_once(&name)
                        {
                            let annotation = self.local_annotation(&var.ty);
                            self.emit(StmtKind::AnnAssign(Expr::name(name), annotation, None));
                        }
                        let target = self.assign_declared(id);
                        self.into(value, &Dest::Assign(target));
                        return;
                    }
                }
                let lowered = self.expr(value);
                let lowered = self.named_value(lowered, value);
                let name = self.declare(id);
                if var.kind == VarKind::Global {
                    let target = self.assign_target(id);
                    self.emit(StmtKind::Assign(target, lowered));
                } else {
                    let ty = var.ty.clone();
                    let annotate = self.names_local(&ty) || needs_annotation(&ty, value);
                    self.annotated_assign(name, &ty, lowered, annotate);
                }
            }
            Target::Ignore => {
                let value = self.expr(value);
                if !value.is_constant() && value.as_name().is_none() {
                    self.emit(StmtKind::Expr(value));
                }
            }
            Target::Tuple(parts) => {
                if let Some(items) = self.one_by_one(parts, value) {
                    for (part, item) in parts.iter().zip(items) {
                        self.let_statement(part, item);
                    }
                    return;
                }
                let value = self.expr(value);
                let target = self.target(target);
                self.emit(StmtKind::Assign(target.0, value));
                self.append(target.1);
            }
        }
    }

    /// The values of variables that are better declared one after the other: one of them is an
    /// empty container, which a type checker cannot know the elements of without an annotation.
    fn one_by_one(&self, parts: &[Target], value: &'a Typed) -> Option<&'a [Typed]> {
        let ExprKind::Tuple(items) = &value.kind else {
            return None;
        };
        let ids: Vec<_> = parts
            .iter()
            .filter_map(|part| match part {
                Target::Var(id) => Some(*id),
                _ => None,
            })
            .collect();
        let is_empty = |item: &Typed| match &item.kind {
            ExprKind::List(items) | ExprKind::Set(items) => items.is_empty(),
            ExprKind::Map(entries) | ExprKind::OMap(entries) => entries.is_empty(),
            _ => false,
        };
        let reads = |item: &'a Typed| ids.iter().any(|id| self.reads_same_name(*id, item));
        let fits = ids.len() == items.len() && ids.len() == parts.len();
        (fits && items.iter().any(is_empty) && !items.iter().any(reads)).then_some(items)
    }

    fn reads_same_name(&self, id: mochi_check::typed::VarId, value: &'a Typed) -> bool {
        // A temporary is only needed where the initialiser reads a variable of this name.
        let name = self.var(id).map(|var| var.name.clone());
        let mut found = false;
        super::walk::each_subexpr(value, &mut |expr| {
            if let ExprKind::Var(other) = expr.kind {
                found |= self.var(other).map(|var| var.name.clone()) == name;
            }
        });
        found
    }

    fn annotated_assign(&mut self, name: String, ty: &Type, value: Expr, annotate: bool) {
        if annotate && self.annotate_once(&name) {
            let mut annotation = self.local_annotation(ty);
            if matches!(value.plain(), Expr::Call(func, _) if func.as_name().is_some_and(|name| name.trim_start_matches('_') == "Cell"))
            {
                annotation = self.helper("Cell").index(annotation);
            }
            self.emit(StmtKind::AnnAssign(
                Expr::Name(name),
                annotation,
                Some(value),
            ));
        } else {
            self.emit(StmtKind::Assign(Expr::Name(name), value));
        }
    }

    /// An annotation inside a function, which Python never evaluates.
    pub(super) fn local_annotation(&mut self, ty: &Type) -> Expr {
        let future = self.future_annotations;
        let annotation = self.annotation(ty);
        if self.type_imports.is_empty() {
            self.future_annotations = future;
        }
        annotation
    }

    /// The assignment target of a variable that is being declared.
    pub(super) fn assign_declared(&mut self, id: mochi_check::typed::VarId) -> Expr {
        let name = self.declare(id);
        match self.var(id).map(|var| var.kind) {
            Some(VarKind::Global) => self.assign_target(id),
            _ => Expr::Name(name),
        }
    }

    /// A binding target, with statements that box what must be boxed.
    pub(super) fn target(&mut self, target: &Target) -> (Expr, Vec<Stmt>) {
        let mut boxes = Vec::new();
        let target = self.target_part(target, &mut boxes);
        (target, boxes)
    }

    fn target_part(&mut self, target: &Target, boxes: &mut Vec<Stmt>) -> Expr {
        match target {
            Target::Var(id) if self.boxed.contains(id) => {
                let name = self.declare(*id);
                let value = self.temporary();
                let cell = self.call_helper("Cell", [Expr::name(value.clone())]);
                boxes.push(StmtKind::Assign(Expr::Name(name), cell).at(self.span));
                Expr::Name(value)
            }
            Target::Var(id) if self.is_idle(*id) => Expr::name("_"),
            Target::Var(id) => self.assign_declared(*id),
            Target::Ignore => Expr::name("_"),
            Target::Tuple(parts) => Expr::Tuple(
                parts
                    .iter()
                    .map(|part| self.target_part(part, boxes))
                    .collect(),
            ),
        }
    }

    /// Whether a loop variable is there for the number of rounds only.
    pub(super) fn is_idle(&self, id: mochi_check::typed::VarId) -> bool {
        !self.facts.read_vars.contains(&id)
            && self
                .var(id)
                .is_some_and(|var| var.kind == VarKind::Loop && !var.assigned)
    }

    fn assign_statement(&mut self, place: &'a Place, value: &'a Typed) {
        if let Place::Var(id) = place {
            if self.owned_lists.contains(id)
                && let Some(growth) = append::appended(*id, value)
                && (!self.var(*id).is_some_and(|var| var.captured)
                    || !self.doing(growth.value()).changes)
            {
                let item = match growth {
                    append::Growth::One(item) => self.expr(item),
                    append::Growth::All(items) => match self.range_call(items) {
                        Some(range) => range,
                        None => self.expr(items),
                    },
                };
                let list = self.read(*id);
                let method = match growth {
                    append::Growth::One(_) => "append",
                    append::Growth::All(_) => "extend",
                };
                self.emit(StmtKind::Expr(list.attr(method).call([item])));
                return;
            }
            if self.shrinking_lists.contains(id)
                && let Some(cut) = append::cut(*id, value)
            {
                let (start, stop) = match cut {
                    append::Cut::First(count) => (None, Some(count)),
                    append::Cut::Last(count) => (Some(-count), None),
                };
                let bound = |count: Option<i64>| count.map(|count| Box::new(Expr::int(count)));
                let list = self.read(*id);
                let part = list.index(Expr::Slice(bound(start), bound(stop), None));
                self.emit(StmtKind::Delete(part));
                return;
            }
            if needs_statements(self, value) {
                let target = self.assign_target(*id);
                self.into(value, &Dest::Assign(target));
                return;
            }
            let lowered = self.expr(value);
            let lowered = self.named_value(lowered, value);
            let target = self.assign_target(*id);
            self.emit(StmtKind::Assign(target, lowered));
            return;
        }
        if !self.grow_field(place, value) {
            self.place_assignment(place, value);
        }
    }

    fn return_statement(&mut self, value: &'a Typed) {
        let unit = matches!(self.result_type(), Some(Type::Unit | Type::None));
        if unit && !matches!(value.kind, ExprKind::None) {
            self.into(value, &Dest::Discard);
            self.emit(StmtKind::Return(None));
        } else {
            self.into(value, &Dest::Return);
        }
    }

    /// Lowers a value and delivers it.
    pub(super) fn into(&mut self, value: &'a Typed, dest: &Dest) {
        match &value.kind {
            ExprKind::Match(matched) => self.match_into(matched, dest, true),
            ExprKind::Query(query) if matches!(dest, Dest::Discard) && self.run_query(query) => {}
            ExprKind::If { .. } if needs_statements(self, value) => self.branches(value, dest),
            ExprKind::Widen(inner) if needs_statements(self, inner) => self.into(inner, dest),
            ExprKind::CallBuiltin {
                builtin: mochi_check::typed::Builtin::Panic,
                args,
            } => {
                let error = self.panic_error(args);
                self.emit(StmtKind::Raise(Some(error), None));
            }
            _ => {
                let mut lowered = self.expr(value);
                if matches!(dest, Dest::Assign(_)) {
                    lowered = self.named_value(lowered, value);
                }
                self.deliver(lowered, dest);
            }
        }
    }

    /// A conditional as statements, and the conditionals that are its branches.
    fn branches(&mut self, value: &'a Typed, dest: &Dest) {
        match &value.kind {
            ExprKind::Widen(inner) if is_conditional(inner) => self.branches(inner, dest),
            ExprKind::If {
                cond,
                then,
                otherwise,
            } => {
                let cond = self.condition(cond);
                let (then, ()) = self.captured(|this| this.branches(then, dest));
                let (otherwise, ()) = self.captured(|this| match otherwise {
                    Some(otherwise) => this.branches(otherwise, dest),
                    None => this.deliver(Expr::None, dest),
                });
                self.emit(StmtKind::If(cond, then, otherwise));
            }
            _ => self.into(value, dest),
        }
    }

    pub(super) fn deliver(&mut self, value: Expr, dest: &Dest) {
        match dest {
            Dest::Return => self.emit(StmtKind::Return(Some(value))),
            Dest::Assign(target) => self.emit(StmtKind::Assign(target.clone(), value)),
            Dest::Discard => {
                if !is_idle(&value) {
                    self.emit(StmtKind::Expr(value));
                }
            }
        }
    }

    fn while_statement(&mut self, cond: &'a Typed, body: &'a [TypedStmt]) {
        self.depth += 1;
        let (before, cond_value) = self.captured(|this| this.condition(cond));
        let body = self.block(body);
        self.depth -= 1;
        if before.is_empty() {
            self.emit(StmtKind::While(cond_value, body));
            return;
        }
        let mut block = before;
        block.push(
            StmtKind::If(
                cond_value.negated(),
                vec![StmtKind::Break.at(cond.span)],
                Vec::new(),
            )
            .at(cond.span),
        );
        block.extend(body);
        self.emit(StmtKind::While(Expr::Bool(true), block));
    }

    fn try_statement(
        &mut self,
        body: &'a [TypedStmt],
        catches: &'a [Catch],
        finally: &'a [TypedStmt],
    ) {
        let body = self.block(body);
        let mut handlers = Vec::new();
        for catch in catches {
            handlers.push(self.handler(catch));
        }
        let finally = self.block(finally);
        // Nothing to catch and nothing to do at the end.
        if handlers.is_empty() && finally.is_empty() {
            return self.append(body);
        }
        self.emit(StmtKind::Try {
            body,
            handlers,
            finally,
        });
    }

    fn handler(&mut self, catch: &'a Catch) -> Handler {
        let outer = self.span;
        self.span = catch.span;
        let Some(var) = self.var(catch.var) else {
            return Handler {
                class: Expr::name("Exception"),
                name: None,
                body: Vec::new(),
                span: Some(catch.span),
            };
        };
        self.open_scope();
        let used = self.is_read(catch.var, &catch.body);
        let class = match &catch.class {
            Some(class) => self.class_value(class),
            None => Expr::name("Exception"),
        };
        // Python deletes the name of an `except` clause at its end; closures must keep theirs.
        let direct = catch.class.is_some() && !var.captured;
        let (name, first) = if !used {
            (None, None)
        } else if direct {
            (Some(self.declare(catch.var)), None)
        } else {
            let bound = self.temporary();
            let mut value = Expr::name(bound.clone());
            if catch.class.is_none() {
                value = self.call_helper("caught", [value]);
            }
            let target = Expr::Name(self.declare(catch.var));
            (
                Some(bound),
                Some(StmtKind::Assign(target, value).at(catch.span)),
            )
        };
        let (mut body, ()) = self.captured(|this| {
            if let Some(first) = first {
                this.append(vec![first]);
            }
            this.statements(&catch.body);
        });
        if body.is_empty() {
            body.push(StmtKind::Pass.at(catch.span));
        }
        self.close_scope();
        self.span = outer;
        Handler {
            class,
            name,
            body,
            span: Some(catch.span),
        }
    }

    /// Whether a variable is mentioned in a block; functions inside count as mentioning it.
    fn is_read(&self, id: mochi_check::typed::VarId, body: &'a [TypedStmt]) -> bool {
        if self.var(id).is_some_and(|var| var.captured) {
            return true;
        }
        let mut found = false;
        super::walk::each_expr(body, &mut |expr| {
            found |= matches!(expr.kind, ExprKind::Var(other) if other == id);
        });
        found
    }
}

/// Whether evaluating a value does nothing that could be noticed.
fn is_idle(value: &Expr) -> bool {
    match value.plain() {
        Expr::List(items) | Expr::Tuple(items) => items.iter().all(is_idle),
        Expr::Dict(entries) => entries
            .iter()
            .all(|(key, value)| key.as_ref().is_some_and(Expr::is_constant) && is_idle(value)),
        plain => plain.is_constant() || plain.as_name().is_some(),
    }
}

/// Whether a value is best delivered by statements.
pub(super) fn needs_statements(lowerer: &Lowerer<'_>, value: &Typed) -> bool {
    match &value.kind {
        ExprKind::Match(_) => true,
        ExprKind::If {
            then, otherwise, ..
        } => {
            // One conditional inside of another reads better as statements.
            let branches = [Some(then), otherwise.as_ref()];
            let mut branches = branches.into_iter().flatten();
            branches.any(|branch| is_conditional(branch) || !is_simple(lowerer, branch))
        }
        ExprKind::Widen(inner) => needs_statements(lowerer, inner),
        _ => false,
    }
}

fn is_conditional(value: &Typed) -> bool {
    match &value.kind {
        ExprKind::If { .. } => true,
        ExprKind::Widen(inner) => is_conditional(inner),
        _ => false,
    }
}

/// Whether a value that several assignments deliver would get a narrower type from the first.
fn differs_by_branch(ty: &Type, value: &Typed) -> bool {
    match &value.kind {
        ExprKind::If {
            then, otherwise, ..
        } => {
            let branches = [Some(then), otherwise.as_ref()];
            let mut branches = branches.into_iter().flatten();
            branches.any(|branch| differs_by_branch(ty, branch)) || needs_annotation(ty, value)
        }
        // No other type is narrower than these.
        ExprKind::Widen(_) if matches!(ty, Type::Int | Type::Str | Type::Bool) => false,
        _ => matches!(value.kind, ExprKind::Widen(_)) || needs_annotation(ty, value),
    }
}

/// Whether Python's checkers would infer another type for the variable than Mochi did.
fn needs_annotation(ty: &Type, value: &Typed) -> bool {
    match ty {
        Type::Option(_)
        | Type::Union(_)
        | Type::Any
        | Type::Fun(_)
        | Type::AnyFun(_)
        | Type::Literal(_)
        | Type::Channel(..)
        | Type::PyObject => true,
        // A class that is generic is made without saying of what.
        Type::Handle(_, args) => {
            !args.is_empty()
                && matches!(&value.kind, ExprKind::PyCall { callee, .. }
                    if matches!(callee.kind, ExprKind::PyClass(_)))
        }
        Type::Int | Type::Str | Type::Bool => gives_back(value),
        Type::Named(_) => matches!(
            value.kind,
            ExprKind::Variant { .. }
                | ExprKind::Widen(_)
                | ExprKind::If { .. }
                | ExprKind::Match(_)
        ),
        Type::List(_) | Type::Map(..) | Type::OMap(..) | Type::Set(_) => {
            literal_needs_annotation(value)
        }
        Type::Tuple(parts) => parts
            .iter()
            .any(|part| matches!(part, Type::Option(_) | Type::Union(_) | Type::Any)),
        _ => false,
    }
}

/// Whether an arm of a match gives what is matched: Python's checkers know it to be the literal
/// of the arm there.
pub(super) fn gives_back(value: &Typed) -> bool {
    let ExprKind::Match(matched) = &value.kind else {
        return false;
    };
    let ExprKind::Var(subject) = matched.subject.kind else {
        return false;
    };
    matched.arms.iter().any(|arm| {
        arm.value
            .as_ref()
            .is_some_and(|value| matches!(value.kind, ExprKind::Var(id) if id == subject))
    })
}

/// Whether Python's checkers may take a container that is written out for one of other elements.
pub(super) fn literal_needs_annotation(value: &Typed) -> bool {
    let plain = |item: &Typed| {
        matches!(
            item.ty,
            Type::Int | Type::Int64 | Type::BigInt | Type::Str | Type::Float | Type::Bool
        ) && !matches!(item.kind, ExprKind::Widen(_))
    };
    match &value.kind {
        ExprKind::List(items) | ExprKind::Set(items) => {
            items.is_empty() || !items.iter().all(plain)
        }
        ExprKind::Map(entries) | ExprKind::OMap(entries) => {
            entries.is_empty()
                || !entries
                    .iter()
                    .all(|(key, value)| plain(key) && plain(value))
        }
        ExprKind::Widen(_) => true,
        // What these make of a container is emitted as another that is written out.
        ExprKind::CallBuiltin {
            builtin: Builtin::Reverse | Builtin::Concat,
            args,
        } => args.iter().any(literal_needs_annotation),
        ExprKind::Binary {
            op: BinaryOp::Add | BinaryOp::UnionAll,
            left,
            right,
        } => literal_needs_annotation(left) || literal_needs_annotation(right),
        _ => false,
    }
}
