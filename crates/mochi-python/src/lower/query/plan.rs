//! Where each condition of a query is tested: as early as nobody can tell the difference, and by
//! looking rows up where it asks for equality, whether it stands under `where` or under `on`.
//!
//! A condition that surely yields a value may be tested before others of that kind: a row that it
//! rejects is then not looked at again. One that may fail keeps its place, and nothing passes it.
//!
//! Spec: language.md §10, §21 (rewriting that cannot be observed).

use mochi_check::typed::{Expr as Typed, ExprKind, Query, QuerySource, VarId};
use mochi_syntax::ast::BinaryOp;
use mochi_types::Type;

use super::super::expr::is_simple;
use super::super::{Lowerer, walk};
use super::{are_plain_keys, may_bind, mentions};

/// How the rows of one source are found, and which conditions are tested once they are.
#[derive(Default)]
pub(super) struct Step<'q> {
    /// What is looked up; none if all rows of the source are tried.
    pub(super) keys: Option<Keys<'q>>,
    /// The rest of the condition of a join that keeps rows without partner: it decides who is one.
    pub(super) on: Vec<&'q Typed>,
    /// Conditions on the rows that include this source.
    pub(super) after: Vec<&'q Typed>,
}

/// What must be equal for a row to be found.
pub(super) struct Keys<'q> {
    /// What the rows so far and the new row have, pair by pair.
    pub(super) pairs: Vec<(&'q Typed, &'q Typed)>,
    /// What is asked of the new row alone.
    pub(super) own: Vec<&'q Typed>,
    /// Python's dictionaries tell the keys apart as `==` does.
    pub(super) plain: bool,
    /// Computing the key of the rows so far surely yields a value.
    pub(super) old_total: bool,
    /// Computing the key of a new row surely yields a value.
    pub(super) new_total: bool,
}

impl Step<'_> {
    /// Whether what finds a row may bind a name.
    pub(super) fn may_bind(&self) -> bool {
        self.keys.as_ref().is_some_and(Keys::may_bind)
    }
}

impl Keys<'_> {
    /// Whether what finds a row may bind a name.
    pub(super) fn may_bind(&self) -> bool {
        self.pairs.iter().any(|(old, _)| may_bind(old))
    }
}

/// A condition that may be tested anywhere from a source on.
struct Movable<'q> {
    cond: &'q Typed,
    /// The first source after which it may be tested.
    position: usize,
}

impl Lowerer<'_> {
    /// A step for each source of a query.
    pub(super) fn plan<'q>(&self, query: &'q Query) -> Vec<Step<'q>> {
        let around = self.index_of(query).map_or(&[][..], |(around, _)| around);
        self.plan_within(query, around)
    }

    /// A step for each source of a query; the first rows are looked up by what the variables around
    /// it hold.
    pub(super) fn plan_within<'q>(&self, query: &'q Query, around: &[VarId]) -> Vec<Step<'q>> {
        let mut steps: Vec<Step<'q>> = Vec::new();
        let mut pool: Vec<Movable<'q>> = Vec::new();
        let mut barrier = 0;
        for (position, source) in query.sources.iter().enumerate() {
            let mut step = Step::default();
            let at_row = position > 0 && self.stays_in_place(query, position);
            if at_row && !self.surely_yields(&source.value) {
                barrier = position;
            }
            if let Some(join) = &source.join {
                let keeps = join.kind.keeps_left() || join.kind.keeps_right();
                if join.kind.keeps_right() || !self.surely_yields(&join.on) {
                    barrier = position;
                }
                if keeps || !self.surely_yields(&join.on) {
                    let parts = walk::conjuncts(&join.on);
                    let old = vars_before(query, position);
                    let rest = self.join_keys(source, &old, parts, &mut step);
                    if keeps {
                        step.on = rest;
                    } else {
                        step.after = rest;
                    }
                } else {
                    self.pooled(query, &join.on, barrier, &mut pool);
                }
            }
            steps.push(step);
        }
        let mut last = Vec::new();
        if let Some(filter) = &query.filter {
            last = self.pooled(query, filter, barrier, &mut pool);
        }
        let mut last = last.into_iter();
        let end = steps.len().saturating_sub(1);
        for (position, step) in steps.iter_mut().enumerate() {
            let (here, later): (Vec<_>, Vec<_>) = pool
                .into_iter()
                .partition(|movable| movable.position == position);
            pool = later;
            let mut parts: Vec<&'q Typed> = here.into_iter().map(|movable| movable.cond).collect();
            // Rows of the last source can be looked up even if that may fail: all that was asked
            // before was tested.
            if position == end && position > 0 {
                parts.extend(last.by_ref());
            }
            self.placed(query, position, around, parts, step);
        }
        if let Some(step) = steps.last_mut() {
            step.after.extend(last);
        }
        steps
    }

    /// Notes the parts of a condition that may be tested elsewhere; those from the first on that may
    /// fail are returned.
    fn pooled<'q>(
        &self,
        query: &'q Query,
        cond: &'q Typed,
        barrier: usize,
        pool: &mut Vec<Movable<'q>>,
    ) -> Vec<&'q Typed> {
        let mut parts = walk::conjuncts(cond);
        let movable = parts
            .iter()
            .take_while(|part| self.surely_yields(part))
            .count();
        let fixed = parts.split_off(movable);
        let mut before = barrier;
        let guards = parts.iter().any(|cond| self.needs_guard(cond));
        for cond in parts {
            let mut position = self.last_mentioned(query, cond).max(barrier);
            if !guards && self.takes_long(cond) {
                position = query.sources.len().saturating_sub(1);
            }
            if self.needs_guard(cond) {
                position = position.max(before);
            }
            before = before.max(position);
            pool.push(Movable { cond, position });
        }
        fixed
    }

    /// Distributes the conditions that are tested once the rows of a source are there.
    fn placed<'q>(
        &self,
        query: &'q Query,
        position: usize,
        around: &[VarId],
        parts: Vec<&'q Typed>,
        step: &mut Step<'q>,
    ) {
        let Some(source) = query.sources.get(position) else {
            return;
        };
        let looked_up = step.after.is_empty()
            && source.join.as_ref().is_none_or(|join| {
                !join.kind.keeps_left() && !join.kind.keeps_right() && self.surely_yields(&join.on)
            });
        let rest = if looked_up {
            let old = if position > 0 {
                vars_before(query, position)
            } else {
                around.to_vec()
            };
            let rest = self.join_keys(source, &old, parts.clone(), step);
            // What finds the first rows stands in a source, where nothing may be bound.
            if position == 0 && step.may_bind() {
                step.keys = None;
                parts
            } else {
                rest
            }
        } else {
            parts
        };
        step.after.extend(rest);
    }

    /// Takes what rows can be looked up by out of the parts of a condition; the others are returned
    /// in their order.
    fn join_keys<'q>(
        &self,
        source: &QuerySource,
        old: &[VarId],
        parts: Vec<&'q Typed>,
        step: &mut Step<'q>,
    ) -> Vec<&'q Typed> {
        let Some(new) = source.var else {
            return parts;
        };
        if old.is_empty() || mentions(self, &source.value, old) {
            return parts;
        }
        let mut keys = Keys {
            pairs: Vec::new(),
            own: Vec::new(),
            plain: true,
            old_total: true,
            new_total: true,
        };
        let all = parts.clone();
        let mut fixed_pairs = Vec::new();
        let mut rest: Vec<&'q Typed> = Vec::new();
        // What may fail stays before what comes after it. Only where all before it is asked of the
        // new row alone, it is evaluated for the same rows when they are put into the dictionary.
        let mut blocked = false;
        for (index, part) in parts.into_iter().enumerate() {
            let total = self.surely_yields(part);
            let first = index == keys.own.len();
            let passes = !blocked && (total || first) && (index == 0 || !self.needs_guard(part));
            let own = passes && self.is_own(part, old, new);
            match self.key_pair(part, old, &[new]) {
                Some(pair) if own && total && !mentions(self, pair.0, old) => {
                    fixed_pairs.push((part, pair));
                }
                Some(pair) if passes && mentions(self, pair.0, old) => {
                    keys.old_total &= self.surely_yields(pair.0);
                    keys.new_total &= self.surely_yields(pair.1);
                    keys.pairs.push(pair);
                    blocked = !total;
                }
                _ if own => {
                    keys.own.push(part);
                    keys.new_total &= total;
                }
                _ => {
                    rest.push(part);
                    blocked |= !total;
                }
            }
        }
        if keys.pairs.is_empty() {
            keys.pairs
                .extend(fixed_pairs.into_iter().map(|(_, pair)| pair));
        } else {
            keys.own
                .extend(fixed_pairs.into_iter().map(|(part, _)| part));
        }
        if keys.pairs.is_empty() {
            return all;
        }
        keys.plain = keys
            .pairs
            .iter()
            .all(|(left, right)| are_plain_keys(&left.ty, &right.ty));
        step.keys = Some(keys);
        rest
    }

    /// Whether a condition is about the new row alone and may be tested where only that is known.
    fn is_own(&self, part: &Typed, old: &[VarId], new: VarId) -> bool {
        !mentions(self, part, old)
            && mentions(self, part, &[new])
            && !self.needs_guard(part)
            && !self.takes_long(part)
            && is_simple(self, part)
            && self.doing(part).is_quiet()
    }

    /// The two sides of an equality, that of the rows so far first.
    fn key_pair<'q>(
        &self,
        part: &'q Typed,
        old: &[VarId],
        new: &[VarId],
    ) -> Option<(&'q Typed, &'q Typed)> {
        let ExprKind::Binary {
            op: BinaryOp::Eq,
            left,
            right,
        } = &part.kind
        else {
            return None;
        };
        let of = |side: &Typed, vars: &[VarId]| mentions(self, side, vars);
        let (left, right) = if of(right, new) && !of(left, new) {
            (&**left, &**right)
        } else if of(left, new) && !of(right, new) {
            (&**right, &**left)
        } else {
            return None;
        };
        let fits = !of(right, old)
            && !self.needs_guard(right)
            && [left, right]
                .into_iter()
                .all(|side| self.doing(side).is_quiet() && is_simple(self, side));
        fits.then_some((left, right))
    }

    /// The last source that a condition depends on.
    fn last_mentioned(&self, query: &Query, cond: &Typed) -> usize {
        let of = |source: &QuerySource| source.var.is_some_and(|var| mentions(self, cond, &[var]));
        query.sources.iter().rposition(of).unwrap_or(0)
    }

    /// Whether a condition takes for granted that a variable is not none.
    pub(super) fn needs_guard(&self, cond: &Typed) -> bool {
        let mut found = false;
        walk::each_subexpr(cond, &mut |part| {
            found |= match &part.kind {
                ExprKind::Var(id) => self.var(*id).is_some_and(|var| {
                    matches!(var.ty, Type::Option(_)) && !matches!(part.ty, Type::Option(_))
                }),
                _ => false,
            };
        });
        found
    }
}

/// The variables of the sources before one.
fn vars_before(query: &Query, position: usize) -> Vec<VarId> {
    query
        .sources
        .iter()
        .take(position)
        .filter_map(|source| source.var)
        .collect()
}
