//! What conditions and assignments say of a variable at the places where it is read.
//!
//! Behind `if n < 2 { return n }`, `n` is at least 2 until it is assigned again. What is noted is
//! that it was compared with some expression, or got its value: what is known of that expression's
//! value (`super::sign`) then holds of the variable, too.
//!
//! Spec: language.md §5.1 (division), §19.4.

use std::collections::{BTreeMap, BTreeSet};

use mochi_check::typed::{
    Expr, ExprKind, FunId, Match, Module, Place, Query, Stmt, StmtKind, Target, VarId, VarKind,
};
use mochi_syntax::ast::{BinaryOp, UnaryOp};
use mochi_types::Type;

use super::{append, walk};

/// More than one needs to know of a variable at one place.
const MOST: usize = 6;

/// A variable is not less than the value of an expression, or greater.
#[derive(Clone, Copy)]
pub(super) struct Guard<'a> {
    pub(super) least: &'a Expr,
    pub(super) is_greater: bool,
}

impl Guard<'_> {
    fn is(&self, other: &Guard<'_>) -> bool {
        self.is_greater == other.is_greater && std::ptr::eq(self.least, other.least)
    }
}

/// A place where a variable is read, with what is known of it there.
pub(super) struct Guarded<'a> {
    pub(super) read: &'a Expr,
    pub(super) guards: Vec<Guard<'a>>,
}

/// All such places of a program.
pub(super) fn guarded(program: &[Module]) -> Vec<Guarded<'_>> {
    let Some(first) = program.first() else {
        return Vec::new();
    };
    let mut walker = Walker {
        first,
        fun: None,
        now: BTreeMap::new(),
        before: Vec::new(),
        found: Vec::new(),
    };
    for module in program {
        walker.body(None, &module.body);
    }
    for (index, fun) in first.funs.iter().enumerate() {
        let id = FunId(u32::try_from(index).unwrap_or(u32::MAX));
        walker.body(Some(id), &fun.body);
    }
    walker.found
}

/// What branches left different: the guards at the end of one.
type Changes<'a> = BTreeMap<VarId, Vec<Guard<'a>>>;

struct Walker<'a> {
    first: &'a Module,
    /// The function at hand.
    fun: Option<FunId>,
    /// What is known where the walk stands.
    now: BTreeMap<VarId, Vec<Guard<'a>>>,
    /// What was known before each change, to take changes back.
    before: Vec<(VarId, Vec<Guard<'a>>)>,
    found: Vec<Guarded<'a>>,
}

impl<'a> Walker<'a> {
    fn body(&mut self, fun: Option<FunId>, body: &'a [Stmt]) {
        self.fun = fun;
        self.now.clear();
        self.before.clear();
        self.block(body);
    }

    /// Whether only the code at hand assigns the variable, and it holds a number.
    fn is_followed(&self, id: VarId) -> bool {
        let Some(var) = self.first.vars.get(id.0 as usize) else {
            return false;
        };
        let kind = matches!(
            var.kind,
            VarKind::Local | VarKind::Global | VarKind::Loop | VarKind::Param | VarKind::Pattern
        );
        kind && var.owner == self.fun
            && !var.assigned_by_inner
            && !(var.export && var.mutable)
            && is_number(&var.ty)
    }

    fn set(&mut self, id: VarId, guards: Vec<Guard<'a>>) {
        let old = if guards.is_empty() {
            self.now.remove(&id)
        } else {
            self.now.insert(id, guards)
        };
        self.before.push((id, old.unwrap_or_default()));
    }

    fn add(&mut self, of: &'a Expr, least: &'a Expr, is_greater: bool) {
        let Some(id) = append::as_var(of).filter(|id| self.is_followed(*id)) else {
            return;
        };
        if !is_number(&least.ty) {
            return;
        }
        let mut guards = self.now.get(&id).cloned().unwrap_or_default();
        if guards.len() == MOST {
            guards.remove(0);
        }
        guards.push(Guard { least, is_greater });
        self.set(id, guards);
    }

    /// Takes back all changes since there were so many, and gives how they left variables.
    fn back_to(&mut self, count: usize) -> Changes<'a> {
        let mut changes = Changes::new();
        while self.before.len() > count {
            let Some((id, old)) = self.before.pop() else {
                break;
            };
            let last = if old.is_empty() {
                self.now.remove(&id)
            } else {
                self.now.insert(id, old)
            };
            // The first one met is the last one made.
            changes
                .entry(id)
                .or_insert_with(|| last.unwrap_or_default());
        }
        changes
    }

    fn forget(&mut self, vars: &BTreeSet<VarId>) {
        for id in vars {
            if self.now.contains_key(id) {
                self.set(*id, Vec::new());
            }
        }
    }

    /// A block; whether its end is reached.
    fn block(&mut self, body: &'a [Stmt]) -> bool {
        body.iter().all(|stmt| {
            self.stmt(stmt);
            !leaves(stmt)
        })
    }

    /// A block that may not run, or only in part, or again: nothing it does is known behind it.
    fn aside(&mut self, body: &'a [Stmt]) {
        let count = self.before.len();
        self.block(body);
        self.back_to(count);
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::If {
                cond,
                then,
                otherwise,
            } => {
                self.expr(cond);
                self.branches(cond, then, otherwise);
            }
            StmtKind::Let {
                target: Target::Var(id),
                value,
            }
            | StmtKind::Assign {
                place: Place::Var(id),
                value,
            } => {
                self.expr(value);
                let known = self.is_followed(*id) && is_number(&value.ty);
                let guard = Guard {
                    least: value,
                    is_greater: false,
                };
                self.set(*id, known.then_some(guard).into_iter().collect());
            }
            StmtKind::While { cond, body } => {
                self.forget(&bound_in(std::slice::from_ref(stmt)));
                self.expr(cond);
                let count = self.before.len();
                self.suppose(cond, true);
                self.block(body);
                self.back_to(count);
                if !has_break(body) {
                    self.suppose(cond, false);
                }
            }
            StmtKind::ForRange {
                var,
                start,
                end,
                body,
            } => {
                self.expr(start);
                self.expr(end);
                self.forget(&bound_in(std::slice::from_ref(stmt)));
                let count = self.before.len();
                if let Some(id) = var.filter(|id| self.is_followed(*id)) {
                    let guard = Guard {
                        least: start,
                        is_greater: false,
                    };
                    self.set(id, vec![guard]);
                }
                self.block(body);
                self.back_to(count);
            }
            StmtKind::Match(matched) => {
                self.expr(&matched.subject);
                self.arms(matched);
                self.forget(&bound_in(std::slice::from_ref(stmt)));
            }
            StmtKind::Return(Some(value)) | StmtKind::Expr(value) => self.expr(value),
            _ => {
                let parts = walk::parts(stmt);
                self.forget(&bound_in(std::slice::from_ref(stmt)));
                parts.exprs.into_iter().for_each(|expr| self.expr(expr));
                parts.blocks.into_iter().for_each(|block| self.aside(block));
            }
        }
    }

    fn branches(&mut self, cond: &'a Expr, then: &'a [Stmt], otherwise: &'a [Stmt]) {
        let count = self.before.len();
        self.suppose(cond, true);
        let reached = self.block(then);
        let taken = self.back_to(count);
        self.suppose(cond, false);
        let other_reached = self.block(otherwise);
        let not_taken = self.back_to(count);
        let ids: BTreeSet<VarId> = taken.keys().chain(not_taken.keys()).copied().collect();
        for id in ids {
            let own = self.now.get(&id).cloned().unwrap_or_default();
            let one = taken.get(&id).unwrap_or(&own);
            let other = not_taken.get(&id).unwrap_or(&own);
            let met = match (reached, other_reached) {
                (true, false) => one.clone(),
                (false, true) => other.clone(),
                _ => {
                    let both = |guard: &&Guard<'a>| other.iter().any(|there| there.is(guard));
                    one.iter().filter(both).copied().collect()
                }
            };
            self.set(id, met);
        }
    }

    /// The arms of a match, of which one runs.
    fn arms(&mut self, matched: &'a Match) {
        for arm in &matched.arms {
            let count = self.before.len();
            if let Some(guard) = &arm.guard {
                self.expr(guard);
                self.suppose(guard, true);
            }
            self.block(&arm.body);
            arm.value.iter().for_each(|value| self.expr(value));
            self.back_to(count);
        }
    }

    /// Notes what is known of the variables that an expression reads.
    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Var(id) => {
                if let Some(guards) = self.now.get(id) {
                    self.found.push(Guarded {
                        read: expr,
                        guards: guards.clone(),
                    });
                }
            }
            ExprKind::Binary {
                op: op @ (BinaryOp::And | BinaryOp::Or),
                left,
                right,
            } => {
                self.expr(left);
                let count = self.before.len();
                self.suppose(left, *op == BinaryOp::And);
                self.expr(right);
                self.back_to(count);
            }
            ExprKind::If {
                cond,
                then,
                otherwise,
            } => {
                self.expr(cond);
                let count = self.before.len();
                self.suppose(cond, true);
                self.expr(then);
                self.back_to(count);
                if let Some(otherwise) = otherwise {
                    self.suppose(cond, false);
                    self.expr(otherwise);
                    self.back_to(count);
                }
            }
            ExprKind::Match(matched) => {
                self.expr(&matched.subject);
                self.arms(matched);
                let bound = matched.arms.iter().map(|arm| bound_in(&arm.body));
                self.forget(&bound.flatten().collect());
            }
            ExprKind::Query(query) => self.query(query),
            _ => walk::each_child(expr, &mut |child| self.expr(child)),
        }
    }

    /// What is made of rows sees those that `where` lets pass.
    fn query(&mut self, query: &'a Query) {
        for source in &query.sources {
            self.expr(&source.value);
            if let Some(join) = &source.join {
                self.expr(&join.on);
            }
        }
        for count in query.skip.iter().chain(&query.take) {
            self.expr(count);
        }
        let before = self.before.len();
        if let Some(filter) = &query.filter {
            self.expr(filter);
            self.suppose(filter, true);
        }
        if let Some(group) = &query.group {
            group.keys.iter().for_each(|key| self.expr(key));
            group.having.iter().for_each(|having| self.expr(having));
        }
        query.sort.iter().for_each(|key| self.expr(key));
        self.expr(&query.select);
        self.back_to(before);
    }

    /// What follows from a condition that was found to hold, or not to; it may itself assign.
    fn suppose(&mut self, cond: &'a Expr, holds: bool) {
        self.assume(cond, holds);
        let mut bound = BTreeSet::new();
        walk::each_subexpr(cond, &mut |part| {
            if let ExprKind::Match(matched) = &part.kind {
                bound.extend(matched.arms.iter().flat_map(|arm| bound_in(&arm.body)));
            }
        });
        self.forget(&bound);
    }

    fn assume(&mut self, cond: &'a Expr, holds: bool) {
        match &cond.kind {
            ExprKind::Unary {
                op: UnaryOp::Not,
                operand,
            } => self.assume(operand, !holds),
            ExprKind::Binary { op, left, right } => match op {
                BinaryOp::And | BinaryOp::Or if holds == (*op == BinaryOp::And) => {
                    self.assume(left, holds);
                    self.assume(right, holds);
                }
                // Nothing follows from a comparison with NaN that does not hold.
                _ if !(holds || left.ty.is_integer() && right.ty.is_integer()) => {}
                _ => match (op, holds) {
                    (BinaryOp::Lt, true) | (BinaryOp::Ge, false) => self.add(right, left, true),
                    (BinaryOp::Le, true) | (BinaryOp::Gt, false) => self.add(right, left, false),
                    (BinaryOp::Gt, true) | (BinaryOp::Le, false) => self.add(left, right, true),
                    (BinaryOp::Ge, true) | (BinaryOp::Lt, false) => self.add(left, right, false),
                    (BinaryOp::Eq, true) | (BinaryOp::Ne, false) => {
                        self.add(left, right, false);
                        self.add(right, left, false);
                    }
                    _ => {}
                },
            },
            _ => {}
        }
    }
}

fn is_number(ty: &Type) -> bool {
    ty.is_integer() || *ty == Type::Float
}

/// The variables that statements bind or assign, at any depth.
fn bound_in(body: &[Stmt]) -> BTreeSet<VarId> {
    let mut bound = BTreeSet::new();
    walk::each_stmt(body, &mut |stmt| match &stmt.kind {
        StmtKind::Let { target, .. } | StmtKind::ForEach { target, .. } => {
            bound.extend(target.vars());
        }
        StmtKind::Assign {
            place: Place::Var(id),
            ..
        } => {
            bound.insert(*id);
        }
        StmtKind::ForRange { var, .. } => bound.extend(*var),
        _ => {}
    });
    bound
}

/// Whether what follows a statement is surely not reached.
fn leaves(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue => true,
        StmtKind::Expr(value) => value.ty == Type::Never,
        StmtKind::If {
            then, otherwise, ..
        } => then.last().is_some_and(leaves) && otherwise.last().is_some_and(leaves),
        _ => false,
    }
}

/// Whether a `break` may leave the loop of which this is the body; one of a loop inside counts, too.
fn has_break(body: &[Stmt]) -> bool {
    let mut found = false;
    walk::each_stmt(body, &mut |stmt| {
        found |= matches!(stmt.kind, StmtKind::Break);
    });
    found
}
