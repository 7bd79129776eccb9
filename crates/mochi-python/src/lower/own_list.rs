//! Lists that may grow and shrink in place: `xs = append(xs, v)` and `xs = xs[1:]` make new lists
//! unless nothing else can see the old one.
//!
//! A list variable qualifies when it only ever holds lists made for it and is only ever used in
//! ways that keep no reference to the list. Lists in lists are followed in the same way, by a survey
//! of their own.
//!
//! Spec: language.md §19.4 (`append`).

use std::collections::{BTreeMap, BTreeSet};

use mochi_check::typed::{
    Builtin, Expr, ExprKind, FunId, FunKind, Module, Place, Stmt, StmtKind, Target, VarId, VarKind,
};
use mochi_types::Type;

use super::append::{
    Growth, appended, appended_at, appended_in, as_var, cut, holds_fresh_lists, is_fresh,
    is_list_of_lists, is_map_of_lists, only_reads,
};
use super::query::Doings;
use super::walk;

/// What is known of the lists that variables hold.
pub(super) struct Lists {
    /// Nothing else refers to them as long as they grow.
    pub(super) owned: BTreeSet<VarId>,
    /// Nothing else refers to them as long as they grow and shrink.
    pub(super) shrinking: BTreeSet<VarId>,
    /// Nothing else ever refers to them.
    pub(super) private: BTreeSet<VarId>,
    /// Lists of lists: nothing else refers to the lists in them as long as these grow.
    pub(super) inner: BTreeSet<VarId>,
}

/// Follows the lists of a program.
pub(super) fn survey(module: &Module, doings: &Doings) -> Lists {
    let outer = Survey::of(module, doings, false);
    let inner = Survey::of(module, doings, true);
    let fresh = || outer.fresh.iter().copied();
    let is_private = |id: &VarId| !outer.escapes.contains_key(id);
    Lists {
        owned: fresh().filter(|id| outer.grows_alone(*id)).collect(),
        shrinking: fresh().filter(|id| outer.shrinks_alone(*id)).collect(),
        private: fresh().filter(is_private).collect(),
        inner: {
            let fresh = inner.fresh.iter().copied();
            fresh.filter(|id| inner.grows_alone(*id)).collect()
        },
    }
}

/// A moment in the order of the text, with the loops around it.
struct Moment {
    position: u32,
    loops: Vec<u32>,
}

impl Moment {
    /// The loop that has so many others around it. Only loops in different results of functions
    /// may have the same number, which then counts as the same loop.
    fn loop_at(&self, depth: usize) -> Option<u32> {
        self.loops.get(depth).copied()
    }
}

struct Survey<'a> {
    module: &'a Module,
    doings: &'a Doings,
    /// The lists in lists are followed, instead of the lists that variables hold.
    inner: bool,
    /// The functions that may let a list in a list grow; none if any call may.
    growers: Option<BTreeSet<FunId>>,
    /// Variables that only ever hold lists made for them.
    fresh: BTreeSet<VarId>,
    /// Where others get to know the list.
    escapes: BTreeMap<VarId, Vec<Moment>>,
    /// Where the list grows.
    appends: BTreeMap<VarId, Vec<Moment>>,
    /// Where it shrinks; none where it is iterated then.
    cuts: BTreeMap<VarId, Vec<Option<Moment>>>,
    /// How many loops are around the declaration.
    declared_in: BTreeMap<VarId, usize>,
    /// Variables whose list is being iterated.
    iterated: Vec<VarId>,
    loops: Vec<u32>,
    position: u32,
}

impl<'a> Survey<'a> {
    fn of(module: &'a Module, doings: &'a Doings, inner: bool) -> Self {
        let mut survey = Survey {
            module,
            doings,
            inner,
            growers: None,
            fresh: BTreeSet::new(),
            escapes: BTreeMap::new(),
            appends: BTreeMap::new(),
            cuts: BTreeMap::new(),
            declared_in: BTreeMap::new(),
            iterated: Vec::new(),
            loops: Vec::new(),
            position: 0,
        };
        for (index, var) in module.vars.iter().enumerate() {
            let plain = matches!(var.kind, VarKind::Local | VarKind::Global);
            let holds_lists = if inner {
                is_list_of_lists(&var.ty)
            } else {
                matches!(var.ty, Type::List(_)) || is_map_of_lists(&var.ty)
            };
            if plain && !var.export && module.owns(var.span) && holds_lists {
                survey
                    .fresh
                    .insert(VarId(u32::try_from(index).unwrap_or(u32::MAX)));
            }
        }
        if survey.fresh.is_empty() {
            return survey;
        }
        if inner {
            survey.growers = growers(module);
        }
        survey.block(&module.body);
        for fun in module.funs.iter().filter(|fun| module.owns(fun.span)) {
            for param in &fun.params {
                if let Some(default) = &param.default {
                    survey.expr(default);
                }
            }
            survey.block(&fun.body);
        }
        survey
    }

    /// Whether what a value of this type is asked for may be one of the lists that are followed.
    fn gives_lists(&self, ty: &Type) -> bool {
        if self.inner {
            is_list_of_lists(ty)
        } else {
            is_map_of_lists(ty)
        }
    }

    /// Whether a variable may hold this value for nothing else to refer to what is followed.
    fn is_made(&self, value: &Expr) -> bool {
        if self.inner {
            holds_fresh_lists(value)
        } else {
            is_fresh(value)
        }
    }

    fn now(&self) -> Moment {
        Moment {
            position: self.position,
            loops: self.loops.clone(),
        }
    }

    /// Whether the list grows only while no one else knows it.
    fn grows_alone(&self, id: VarId) -> bool {
        let appends = self.appends.get(&id);
        appends.is_some_and(|appends| self.changes_alone(id, &appends.iter().collect::<Vec<_>>()))
    }

    /// Whether the list shrinks, and grows and shrinks only while no one else knows it.
    fn shrinks_alone(&self, id: VarId) -> bool {
        let Some(cuts) = self.cuts.get(&id) else {
            return false;
        };
        let cuts: Option<Vec<&Moment>> = cuts.iter().map(Option::as_ref).collect();
        cuts.is_some_and(|mut changes| {
            changes.extend(self.appends.get(&id).into_iter().flatten());
            self.changes_alone(id, &changes)
        })
    }

    /// Whether the list changes in these places only while no one else knows it: every escape comes
    /// after every change, and no loop inside the variable's own scope leads back.
    fn changes_alone(&self, id: VarId, changes: &[&Moment]) -> bool {
        let Some(escapes) = self.escapes.get(&id) else {
            return true;
        };
        let depth = self.declared_in.get(&id).copied().unwrap_or(0);
        // The loops inside the variable's scope in which the list changes.
        let changing: BTreeSet<u32> = changes.iter().filter_map(|it| it.loop_at(depth)).collect();
        let last = changes.iter().map(|change| change.position).max();
        let after = |escape: &Moment| {
            let again = escape.loop_at(depth);
            Some(escape.position) > last && again.is_none_or(|again| !changing.contains(&again))
        };
        !self.is_captured(id) && escapes.iter().all(after)
    }

    fn escape(&mut self, id: VarId) {
        let now = self.now();
        self.escapes.entry(id).or_default().push(now);
    }

    fn looped(&mut self, body: &[Stmt]) {
        self.position += 1;
        self.loops.push(self.position);
        self.block(body);
        self.loops.pop();
    }

    fn block(&mut self, body: &[Stmt]) {
        body.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        self.position += 1;
        match &stmt.kind {
            StmtKind::Let {
                target: Target::Var(id),
                value,
            } => {
                self.declared_in.insert(*id, self.loops.len());
                self.binding(*id, value);
            }
            StmtKind::Assign {
                place: Place::Var(id),
                value,
            } => {
                if let Some(growth) = appended(*id, value) {
                    if self.iterated.contains(id) {
                        self.escape(*id);
                    }
                    match growth {
                        Growth::One(item) => self.expr(item),
                        Growth::All(list) => self.harmless(list),
                    }
                    if self.inner {
                        let made = match growth {
                            Growth::One(item) => is_fresh(item),
                            Growth::All(list) => holds_fresh_lists(list),
                        };
                        if !made {
                            self.fresh.remove(id);
                        }
                        return;
                    }
                    let now = self.now();
                    self.appends.entry(*id).or_default().push(now);
                } else {
                    if cut(*id, value).is_some() {
                        let now = Some(self.now()).filter(|_| !self.iterated.contains(id));
                        self.cuts.entry(*id).or_default().push(now);
                    }
                    self.binding(*id, value);
                }
            }
            StmtKind::Assign {
                place: Place::Index { object, index },
                value,
            } => self.element(object, index, value),
            StmtKind::Return(Some(value)) => {
                // Leaving the function ends the variable, unless a closure keeps it: no loop
                // leads back from here.
                let loops = std::mem::take(&mut self.loops);
                let position = std::mem::replace(&mut self.position, u32::MAX / 2);
                self.expr(value);
                self.position = position;
                self.loops = loops;
            }
            StmtKind::ForEach {
                source,
                entries,
                body_may_mutate,
                body,
                ..
            } => {
                let id = as_var(source);
                let calls = *body_may_mutate && id.is_some_and(|id| self.is_captured(id));
                let shows_lists =
                    *entries || *body_may_mutate && id.is_none() && self.may_grow(body);
                if calls || shows_lists {
                    self.expr(source);
                } else {
                    self.harmless(source);
                }
                self.iterated.extend(id);
                self.looped(body);
                if id.is_some() {
                    self.iterated.pop();
                }
            }
            StmtKind::While { cond, body } => {
                self.position += 1;
                self.loops.push(self.position);
                self.expr(cond);
                self.block(body);
                self.loops.pop();
            }
            StmtKind::ForRange {
                start, end, body, ..
            } => {
                self.expr(start);
                self.expr(end);
                self.looped(body);
            }
            _ => {
                let parts = walk::parts(stmt);
                parts.exprs.into_iter().for_each(|expr| self.expr(expr));
                parts.blocks.into_iter().for_each(|block| self.block(block));
            }
        }
    }

    /// Whether statements may let a list grow that is followed: of the lists in lists it is known.
    fn may_grow(&self, body: &[Stmt]) -> bool {
        let Some(growers) = &self.growers else {
            return true;
        };
        let mut found = false;
        walk::each_stmt(body, &mut |stmt| found |= grows_inside(stmt));
        walk::each_expr(body, &mut |part| {
            found |= called(part).is_some_and(|fun| growers.contains(&fun));
        });
        found
    }

    fn is_captured(&self, id: VarId) -> bool {
        let var = self.module.vars.get(id.0 as usize);
        var.is_none_or(|var| var.captured)
    }

    /// An assignment to an element, which is a list if the variable is a map of lists.
    fn element(&mut self, object: &Expr, index: &Expr, value: &Expr) {
        if let Some(id) = as_var(object).filter(|_| self.gives_lists(&object.ty)) {
            let grown = if self.inner {
                appended_in(id, index, value)
            } else {
                appended_at(id, index, value)
            };
            if let Some(item) = grown {
                self.expr(index);
                self.expr(item);
                let now = self.now();
                self.appends.entry(id).or_default().push(now);
                return;
            }
            if !is_fresh(value) {
                self.fresh.remove(&id);
            }
        }
        if self.inner && as_var(object).is_some() {
            self.looks([(index, true), (value, true)]);
        } else {
            self.looks([(object, false), (index, true), (value, true)]);
        }
    }

    /// Operands in their order, with whether the whole may keep what they are. A list that one looks
    /// at may not change before the last of them is there.
    fn looks<'e>(&mut self, operands: impl IntoIterator<Item = (&'e Expr, bool)>) {
        let (operands, keeps): (Vec<&Expr>, Vec<bool>) = operands.into_iter().unzip();
        let waiting = self.waiting(operands.iter().copied());
        for ((operand, keeps), waits) in operands.into_iter().zip(keeps).zip(waiting) {
            if keeps || waits {
                self.expr(operand);
            } else {
                self.harmless(operand);
            }
        }
    }

    /// Of operands in their order, whether each is a list that one behind it may change.
    fn waiting<'e>(&self, operands: impl IntoIterator<Item = &'e Expr>) -> Vec<bool> {
        let operands: Vec<&Expr> = operands.into_iter().collect();
        let waits = |(at, operand): (usize, &&Expr)| {
            let held = self.held_list(operand);
            held.is_some_and(|id| self.is_captured(id)) && {
                let mut rest = operands.iter().skip(at + 1);
                rest.any(|later| self.doings.of_expr(later).changes)
            }
        };
        operands.iter().enumerate().map(waits).collect()
    }

    /// The variable whose list, or one of whose lists, a value is.
    fn held_list(&self, expr: &Expr) -> Option<VarId> {
        match &expr.kind {
            ExprKind::Var(id) => Some(*id),
            ExprKind::Widen(inner) => self.held_list(inner),
            ExprKind::Index { object, .. } if self.gives_lists(&object.ty) => as_var(object),
            ExprKind::Binary {
                op: mochi_syntax::ast::BinaryOp::Coalesce,
                left,
                right,
            } => self.held_list(left).or_else(|| self.held_list(right)),
            _ => None,
        }
    }

    fn binding(&mut self, id: VarId, value: &Expr) {
        if !self.is_made(value) {
            self.fresh.remove(&id);
        }
        self.expr(value);
    }

    /// An expression whose value may be kept by whoever gets it.
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Var(id) => self.escape(*id),
            ExprKind::Index { object, index } => {
                // What a map of lists is asked for is one of its lists.
                let keeps = self.gives_lists(&object.ty);
                self.looks([(&**object, keeps), (&**index, true)]);
            }
            ExprKind::Slice { .. } | ExprKind::FStr(_) | ExprKind::Unary { .. } => {
                let mut parts = Vec::new();
                walk::each_child(expr, &mut |child| parts.push((child, false)));
                self.looks(parts);
            }
            ExprKind::Binary { .. } if !matches!(expr.ty, Type::Option(_)) => {
                let keeps = matches!(
                    expr.kind,
                    ExprKind::Binary {
                        op: mochi_syntax::ast::BinaryOp::Coalesce,
                        ..
                    }
                );
                let mut parts = Vec::new();
                walk::each_child(expr, &mut |child| parts.push((child, keeps)));
                self.looks(parts);
            }
            ExprKind::CallBuiltin {
                builtin: Builtin::Len | Builtin::Print | Builtin::Str | Builtin::ToJson,
                args,
            } if self.inner => {
                // They let go of the lists in a list, too.
                let waiting = self.waiting(args);
                for (arg, waits) in args.iter().zip(waiting) {
                    match as_var(arg) {
                        Some(_) if !waits => {}
                        Some(id) => self.escape(id),
                        None if waits => self.expr(arg),
                        None => self.harmless(arg),
                    }
                }
            }
            ExprKind::CallBuiltin { builtin, args }
                if only_reads(*builtin) || matches!(builtin, Builtin::Keys | Builtin::Has) =>
            {
                self.looks(args.iter().map(|arg| (arg, false)));
            }
            ExprKind::CallBuiltin {
                builtin: Builtin::Append | Builtin::Push,
                args,
            } => {
                self.looks(args.iter().enumerate().map(|(at, arg)| (arg, at > 0)));
            }
            ExprKind::Query(query) => {
                let mut parts = query.exprs().into_iter();
                let changes = parts.any(|part| self.doings.of_expr(part).changes);
                for source in &query.sources {
                    let id = as_var(&source.value);
                    if changes && id.is_none_or(|id| self.is_captured(id)) {
                        self.expr(&source.value);
                    } else {
                        self.harmless(&source.value);
                    }
                }
                let is_source = |part: &&Expr| {
                    let mut sources = query.sources.iter();
                    sources.any(|source| std::ptr::eq(&raw const source.value, *part))
                };
                let parts = query.exprs().into_iter().filter(|part| !is_source(part));
                parts.for_each(|part| self.expr(part));
            }
            ExprKind::Match(matched) => {
                self.expr(&matched.subject);
                for arm in &matched.arms {
                    arm.guard.iter().for_each(|guard| self.expr(guard));
                    self.block(&arm.body);
                    arm.value.iter().for_each(|value| self.expr(value));
                }
            }
            _ => walk::each_child(expr, &mut |child| self.expr(child)),
        }
    }

    /// An expression whose value is looked at and let go.
    fn harmless(&mut self, expr: &Expr) {
        match &expr.kind {
            // What one looks at may be the lists in the list.
            ExprKind::Var(id) if self.inner => self.escape(*id),
            ExprKind::Var(_) => {}
            ExprKind::Widen(inner) => self.harmless(inner),
            ExprKind::Index { object, index } if self.inner && as_var(object).is_some() => {
                self.expr(index);
            }
            ExprKind::Index { object, index } => {
                self.looks([(&**object, false), (&**index, true)]);
            }
            ExprKind::Binary {
                op: mochi_syntax::ast::BinaryOp::Coalesce,
                left,
                right,
            } => {
                self.harmless(left);
                self.harmless(right);
            }
            _ => self.expr(expr),
        }
    }
}

/// Whether a statement lets a list in a list grow.
fn grows_inside(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Assign {
            place: Place::Index { object, index },
            value,
        } => as_var(object).is_some_and(|id| appended_in(id, index, value).is_some()),
        _ => false,
    }
}

/// The function that an expression calls.
const fn called(expr: &Expr) -> Option<FunId> {
    match &expr.kind {
        ExprKind::CallFun { fun, .. } => Some(*fun),
        _ => None,
    }
}

/// What is found of the functions that may let a list in a list grow.
#[derive(Default)]
struct Growers {
    found: BTreeSet<FunId>,
    /// Who calls whom.
    calls: Vec<(FunId, FunId)>,
    /// The functions that may be called in other ways than by their names.
    values: BTreeSet<FunId>,
    /// Handlers of streams may call functions.
    reacts: bool,
}

impl Growers {
    fn block(&mut self, owner: Option<FunId>, body: &[Stmt]) {
        walk::each_stmt(body, &mut |stmt| {
            self.reacts |= matches!(stmt.kind, StmtKind::Reactive(_));
            self.found.extend(owner.filter(|_| grows_inside(stmt)));
        });
        walk::each_expr(body, &mut |part| self.expr(owner, part));
    }

    fn expr(&mut self, owner: Option<FunId>, part: &Expr) {
        match &part.kind {
            ExprKind::CallFun { fun, .. } => self.calls.extend(owner.map(|owner| (owner, *fun))),
            ExprKind::Lambda(fun)
            | ExprKind::Fun(fun)
            | ExprKind::BoundMethod { fun, .. }
            | ExprKind::CallMethod { fun, .. } => {
                self.values.insert(*fun);
            }
            _ => {}
        }
    }
}

/// The functions that may let a list in a list grow when they are called; none if they may be called
/// in other ways than by their names, or handlers of streams may do so.
fn growers(module: &Module) -> Option<BTreeSet<FunId>> {
    let mut growers = Growers::default();
    growers.block(None, &module.body);
    for (index, fun) in module.funs.iter().enumerate() {
        let id = FunId(u32::try_from(index).ok()?);
        growers.block(Some(id), &fun.body);
        for default in fun.params.iter().filter_map(|param| param.default.as_ref()) {
            walk::each_subexpr(default, &mut |part| growers.expr(Some(id), part));
        }
        if matches!(fun.kind, FunKind::Method { .. }) {
            growers.values.insert(id);
        }
    }
    loop {
        let before = growers.found.len();
        for (caller, callee) in &growers.calls {
            if growers.found.contains(callee) {
                growers.found.insert(*caller);
            }
        }
        if growers.found.len() == before {
            break;
        }
    }
    let known = !growers.reacts && growers.found.is_disjoint(&growers.values);
    known.then_some(growers.found)
}
