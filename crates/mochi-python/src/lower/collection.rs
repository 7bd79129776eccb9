//! Loops, indexes and slices.
//!
//! Spec: language.md §5.3, §9.

use std::rc::Rc;

use mochi_check::typed::{Builtin, Expr as Typed, ExprKind, Stmt as TypedStmt, Target, VarId};
use mochi_syntax::ast::BinaryOp;
use mochi_types::{Check, Type};

use super::sign::Sign;
use super::stmt::literal_needs_annotation;
use super::{Lowerer, append};
use crate::py::{Arg, BinOp, Expr, StmtKind};

impl<'a> Lowerer<'a> {
    pub(super) fn for_range(
        &mut self,
        var: Option<VarId>,
        start: &'a Typed,
        end: &'a Typed,
        body: &'a [TypedStmt],
    ) {
        let span = self.span;
        let from_zero = matches!(start.kind, ExprKind::Int(0));
        let source = if from_zero {
            let end = self.expr(end);
            Expr::call_name("range", [end])
        } else {
            let (start, end) = self.pair(start, end);
            Expr::call_name("range", [start, end])
        };
        let target = var.map_or(Target::Ignore, Target::Var);
        self.loop_over(&target, source, None, body, span);
    }

    /// A `for` statement over a Python iterable.
    pub(super) fn loop_over(
        &mut self,
        target: &Target,
        source: Expr,
        check: Option<(&Check, &str)>,
        body: &'a [TypedStmt],
        span: mochi_base::Span,
    ) {
        self.open_scope();
        self.depth += 1;
        let (bound, boxes) = self.target(target);
        // What the check makes of an element may be of another type.
        let given = match check {
            Some((check, _)) if makes_another(check) => Expr::Name(self.fresh("_item")),
            _ => bound.clone(),
        };
        let (mut block, ()) = self.captured(|this| {
            if let Some((check, symbol)) = check {
                let value = this.checked(given.clone(), check, symbol);
                if value != bound {
                    this.emit(StmtKind::Assign(bound.clone(), value));
                }
            }
            this.append(boxes);
            this.statements(body);
        });
        self.depth -= 1;
        self.close_scope();
        self.span = span;
        if block.is_empty() {
            block.push(StmtKind::Pass.at(span));
        }
        self.emit(StmtKind::For(given, source, block));
    }

    pub(super) fn for_each(
        &mut self,
        target: &'a Target,
        source: &'a Typed,
        check: Option<(&Check, &str)>,
        entries: bool,
        body_may_mutate: bool,
        body: &'a [TypedStmt],
    ) {
        let span = self.span;
        if let Some(range) = self.range_call(source) {
            self.loop_over(target, range, None, body, span);
            return;
        }
        if let Some(rows) = self.rows_of_loop(source, body_may_mutate, body) {
            self.loop_over(target, rows, None, body, span);
            return;
        }
        if check.is_none()
            && let Some(source) = self.loop_in_any_order(target, source, entries, body)
        {
            self.loop_over(target, source, None, body, span);
            return;
        }
        let mut value = self.expr(source);
        if is_misread(source) || self.assigns(target) && literal_needs_annotation(source) {
            // Python's checkers would take the elements for objects of any kind.
            let name = Expr::Name(self.temporary());
            let annotation = self.local_annotation(&source.ty);
            self.emit(StmtKind::AnnAssign(name.clone(), annotation, Some(value)));
            value = name;
        }
        // Mochi's own operations never change the length of a list; Python code may.
        let is_private = append::is_fresh(source)
            || append::as_var(source).is_some_and(|id| self.private_lists.contains(&id));
        if let Type::List(item) = &source.ty
            && body_may_mutate
            && !is_private
            && self.facts.reach.knows_list_of(item)
        {
            self.index_loop(target, (value, source), body, span);
            return;
        }
        let iterable = self.iterable(value, &source.ty, entries, body_may_mutate);
        self.loop_over(target, iterable, check, body, span);
    }

    /// `range(…)` as the source of a loop needs no list.
    pub(super) fn range_call(&mut self, source: &'a Typed) -> Option<Expr> {
        let ExprKind::CallBuiltin {
            builtin: Builtin::Range,
            args,
        } = &source.kind
        else {
            return None;
        };
        let rises = |step: &Typed| self.facts.signs.sign(step) == Sign::Positive;
        if !args
            .get(2)
            .is_none_or(|step| is_nonzero_int(step) || rises(step))
        {
            return None;
        }
        let args = self.operand_list(args);
        Some(Expr::call_name("range", args))
    }

    /// Whether the loop assigns a variable of its own.
    fn assigns(&self, target: &Target) -> bool {
        let mut bound = Vec::new();
        super::module::targets(target, &mut bound);
        let mut bound = bound.into_iter();
        bound.any(|id| self.var(id).is_some_and(|var| var.assigned))
    }

    /// A list whose length may change while it is iterated: its length is taken at the start.
    fn index_loop(
        &mut self,
        target: &'a Target,
        (value, source): (Expr, &'a Typed),
        body: &'a [TypedStmt],
        span: mochi_base::Span,
    ) {
        let length = |list: Expr| {
            let length = Expr::call_name("len", [list]);
            Expr::call_name("range", [length])
        };
        let is_idle = match target {
            Target::Var(id) => self.is_idle(*id),
            Target::Ignore => true,
            Target::Tuple(_) => false,
        };
        if is_idle {
            return self.loop_over(&Target::Ignore, length(value), None, body, span);
        }
        let list = if value.as_name().is_some() && super::expr::is_stable(self, source) {
            value
        } else {
            let list = Expr::name(self.fresh("_items"));
            self.emit(StmtKind::Assign(list.clone(), value));
            list
        };
        let index = Expr::name(self.fresh("_index"));
        self.open_scope();
        let (bound, boxes) = self.target(target);
        let (block, ()) = self.captured(|this| {
            let item = list.clone().index(index.clone());
            this.emit(StmtKind::Assign(bound, item));
            this.append(boxes);
            this.statements(body);
        });
        self.close_scope();
        self.span = span;
        self.emit(StmtKind::For(index, length(list), block));
    }

    /// What a loop or a comprehension runs over, in Mochi's order.
    pub(super) fn iterable(
        &mut self,
        value: Expr,
        ty: &Type,
        entries: bool,
        body_may_mutate: bool,
    ) -> Expr {
        match ty {
            Type::Map(key, _) if entries => {
                if **key == Type::Str {
                    Expr::call_name("sorted", [value.attr("items").call([])])
                } else {
                    self.call_helper("map_items", [value])
                }
            }
            Type::Map(key, _) => self.sorted_keys(value, key),
            Type::OMap(..) => {
                let items = if entries {
                    value.attr("items").call([])
                } else {
                    value
                };
                if body_may_mutate {
                    Expr::call_name("list", [items])
                } else {
                    items
                }
            }
            Type::Set(item) => self.sorted_set(value, item),
            Type::Any => self.call_helper("iterate", [value]),
            Type::Group(..) => value.attr("items"),
            Type::Option(inner) => {
                self.iterable(value, &Rc::clone(inner), entries, body_may_mutate)
            }
            _ => value,
        }
    }

    /// The keys of a map in ascending order of their str form.
    pub(super) fn sorted_keys(&mut self, value: Expr, key: &Type) -> Expr {
        match key {
            Type::Str => Expr::call_name("sorted", [value]),
            Type::Int | Type::Int64 | Type::BigInt => {
                let key = Arg {
                    name: Some("key".to_string()),
                    value: Expr::name("str"),
                };
                let args = vec![Arg { name: None, value }, key];
                Expr::Call(Box::new(Expr::name("sorted")), args)
            }
            _ => self.call_helper("map_keys", [value]),
        }
    }

    /// The elements of a set in ascending order.
    pub(super) fn sorted_set(&mut self, value: Expr, item: &Type) -> Expr {
        match item {
            Type::Str | Type::Int | Type::Int64 | Type::BigInt | Type::Bool | Type::Bytes => {
                Expr::call_name("sorted", [value])
            }
            _ => self.call_helper("set_items", [value]),
        }
    }

    /// `ty` is the type of what is read: that of the items where the entry is known to be there.
    pub(super) fn index(&mut self, object: &'a Typed, index: &'a Typed, ty: &Type) -> Expr {
        let container = object.ty.clone();
        let (object, index) = self.pair(object, index);
        match container {
            Type::Map(_, item) if *ty == Type::option((*item).clone()) => {
                object.attr("get").call([index])
            }
            Type::Any => self.call_helper("any_index", [object, index]),
            _ => object.index(index),
        }
    }

    pub(super) fn map_field(&mut self, object: &'a Typed, name: &str, ty: &Type) -> Expr {
        if let Some(value) = self.exploded_entry(object, name) {
            return value;
        }
        let object = self.expr(object);
        match ty {
            Type::Option(_) | Type::Any => object.attr("get").call([Expr::str(name)]),
            _ => self.call_helper("map_field", [object, Expr::str(name)]),
        }
    }

    pub(super) fn slice(
        &mut self,
        object: &'a Typed,
        start: Option<&'a Typed>,
        stop: Option<&'a Typed>,
        step: Option<&'a Typed>,
    ) -> Expr {
        let boxed = object.ty == Type::Any;
        let mut operands = vec![object];
        operands.extend([start, stop, step].into_iter().flatten());
        let mut lowered = self.operands(&operands).into_iter();
        let object = lowered.next().unwrap_or(Expr::None);
        let mut next =
            |part: Option<&'a Typed>| part.map(|_| Box::new(lowered.next().unwrap_or(Expr::None)));
        let (from, to) = (next(start), next(stop));
        let by = next(step);
        let by = match (step, by) {
            (Some(written), Some(by)) if !is_nonzero_int(written) => {
                Some(Box::new(self.call_helper("slice_step", [*by])))
            }
            (_, by) => by,
        };
        let slice = Expr::Slice(from, to, by);
        if boxed {
            let Expr::Slice(from, to, by) = slice else {
                return object;
            };
            let part = |part: Option<Box<Expr>>| part.map_or(Expr::None, |part| *part);
            return self.call_helper("any_slice", [object, part(from), part(to), part(by)]);
        }
        object.index(slice)
    }
}

fn is_nonzero_int(expr: &Typed) -> bool {
    match &expr.kind {
        ExprKind::Int(value) => *value != 0,
        ExprKind::Unary { operand, .. } => is_nonzero_int(operand),
        _ => false,
    }
}

/// What a list gives to another that is written out: its own elements if it is written out, too.
pub(super) fn spread(list: Expr) -> Vec<Expr> {
    match list {
        Expr::At(_, inner) if matches!(*inner, Expr::List(_)) => spread(*inner),
        Expr::List(items) if !items.iter().any(has_notes) => items,
        list => vec![Expr::Star(Box::new(list))],
    }
}

/// Two lists, one after the other. One that is written out leaves it to the place of the whole
/// what its elements are.
pub(super) fn concatenation(left: Expr, right: Expr) -> Expr {
    let is_written = |list: &Expr| matches!(list.plain(), Expr::List(_));
    if is_written(&left) || is_written(&right) {
        return Expr::List([left, right].into_iter().flat_map(spread).collect());
    }
    Expr::binary(BinOp::Add, left, right)
}

fn has_notes(item: &Expr) -> bool {
    match item {
        Expr::Noted(..) => true,
        Expr::At(_, inner) => has_notes(inner),
        _ => false,
    }
}

/// Whether an element is a function whose parameters' types only its place can say.
fn is_lambda(item: &Typed) -> bool {
    match &item.kind {
        ExprKind::Lambda(_) => true,
        ExprKind::Widen(inner) => is_lambda(inner),
        _ => false,
    }
}

/// Whether Python's checkers take the elements of a list that is written out for objects of any
/// kind.
fn is_misread(list: &Typed) -> bool {
    let parts: Vec<&Typed> = match &list.kind {
        ExprKind::List(items) => return mixes_variants(items) || items.iter().any(is_lambda),
        ExprKind::CallBuiltin {
            builtin: Builtin::Reverse | Builtin::Concat,
            args,
        } => args.iter().collect(),
        ExprKind::Binary {
            op: BinaryOp::Add | BinaryOp::UnionAll,
            left,
            right,
        } => vec![left, right],
        _ => return false,
    };
    let is_joined = parts.len() > 1;
    let mut parts = parts.into_iter();
    parts.any(|part| is_misread(part) || is_joined && holds_variants(part))
}

fn holds_variants(list: &Typed) -> bool {
    let is_variant = |item: &Typed| matches!(item.kind, ExprKind::Variant { .. });
    matches!(&list.kind, ExprKind::List(items) if items.iter().any(is_variant))
}

/// Whether elements are of more than one variant.
fn mixes_variants(items: &[Typed]) -> bool {
    let mut found = items
        .iter()
        .filter_map(|item| match &item.unwidened().kind {
            ExprKind::Variant { variant, .. } => Some(*variant),
            _ => None,
        });
    let first = found.next();
    found.any(|variant| Some(variant) != first)
}

/// Whether a check may answer with a value of another type than type checkers know the given one
/// to be: a list for a tuple, a set for a frozen one.
fn makes_another(check: &Check) -> bool {
    match check {
        Check::Set(_)
        | Check::Sequence(_)
        | Check::Mapping(..)
        | Check::VariadicTuple(_)
        | Check::Iterator(_)
        | Check::AsyncIterator(_) => true,
        Check::List(item) | Check::Option(item) => makes_another(item),
        Check::Dict(key, item) => makes_another(key) || makes_another(item),
        Check::Tuple(parts) | Check::Union(parts) => parts.iter().any(makes_another),
        _ => false,
    }
}
