//! Which functions may come to run inside of themselves: by calls, by values of function types,
//! and by events that handlers emit.
//!
//! What a value of a function type calls is not known, so it may be any function that the program
//! uses as a value.
//!
//! Spec: language.md §6 ("Recursion depth is limited by memory only"), §19.6.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_types::DeclId;

use crate::checker::Checker;
use crate::typed::{FunId, FunKind};

/// Stands for every function that is used as a value.
const ANY_VALUE: FunId = FunId(u32::MAX);

/// What calls what.
#[derive(Debug, Default)]
pub(crate) struct CallGraph {
    calls: BTreeSet<(FunId, FunId)>,
    /// Functions that emit events of a stream.
    emits: BTreeSet<(FunId, DeclId)>,
    /// Handlers of streams.
    handlers: BTreeSet<(DeclId, FunId)>,
}

impl CallGraph {
    /// Forgets functions from that number on: they were made on trial.
    pub(crate) fn forget_from(&mut self, first: usize) {
        let known = |fun: FunId| fun == ANY_VALUE || (fun.0 as usize) < first;
        self.calls.retain(|(from, to)| known(*from) && known(*to));
        self.emits.retain(|(from, _)| known(*from));
        self.handlers.retain(|(_, handler)| known(*handler));
    }

    /// Notes that a function handles the events of a stream.
    pub(crate) fn handler(&mut self, stream: DeclId, handler: FunId) {
        self.handlers.insert((stream, handler));
    }

    /// The functions that each one may call.
    fn edges(&self) -> BTreeMap<FunId, Vec<FunId>> {
        let mut next: BTreeMap<FunId, Vec<FunId>> = BTreeMap::new();
        for (from, to) in &self.calls {
            next.entry(*from).or_default().push(*to);
        }
        for (from, stream) in &self.emits {
            let handlers = self.handlers.iter().filter(|(of, _)| of == stream);
            next.entry(*from)
                .or_default()
                .extend(handlers.map(|(_, handler)| *handler));
        }
        next
    }
}

impl Checker<'_> {
    /// The functions around the current place.
    fn callers(&self) -> Vec<FunId> {
        let frames = self.outer.iter().chain([&self.top]);
        frames.filter_map(|frame| frame.fun).collect()
    }

    /// Notes that the functions around the current place refer to `fun`.
    pub(crate) fn note_call(&mut self, fun: FunId) {
        for from in self.callers() {
            self.graph.calls.insert((from, fun));
        }
        let nested = self.fun(fun).filter(|fun| fun.kind == FunKind::Nested);
        if let Some(owner) = nested.map(|fun| fun.owner) {
            self.note_crossed(owner);
        }
    }

    /// Notes that they call what a value of a function type stands for.
    pub(crate) fn note_value_call(&mut self) {
        self.note_call(ANY_VALUE);
    }

    /// Notes that a function is used as a value.
    pub(crate) fn note_value(&mut self, fun: FunId) {
        self.graph.calls.insert((ANY_VALUE, fun));
    }

    /// Notes that they emit events of a stream.
    pub(crate) fn note_emit(&mut self, stream: DeclId) {
        for from in self.callers() {
            self.graph.emits.insert((from, stream));
        }
    }

    /// Marks functions that may run inside of themselves.
    pub(crate) fn mark_recursion(&mut self) {
        for (index, fun) in self.module.funs.iter().enumerate() {
            if fun.kind == FunKind::Lambda {
                let id = FunId(u32::try_from(index).unwrap_or(u32::MAX));
                self.graph.calls.insert((ANY_VALUE, id));
            }
        }
        let next = self.graph.edges();
        for component in components(&next) {
            let only = component.first().copied();
            let calls_itself = only
                .and_then(|fun| next.get(&fun))
                .is_some_and(|called| only.is_some_and(|fun| called.contains(&fun)));
            if component.len() == 1 && !calls_itself {
                continue;
            }
            for fun in component {
                if let Some(fun) = Rc::make_mut(&mut self.module.funs).get_mut(fun.0 as usize) {
                    fun.is_recursive = true;
                }
            }
        }
    }
}

/// One function that is being looked at.
struct Visit {
    fun: FunId,
    /// How many of its successors were seen.
    seen: usize,
}

/// The strongly connected components of a graph (Tarjan's algorithm, without recursion).
fn components(next: &BTreeMap<FunId, Vec<FunId>>) -> Vec<Vec<FunId>> {
    let mut order: BTreeMap<FunId, usize> = BTreeMap::new();
    let mut low: BTreeMap<FunId, usize> = BTreeMap::new();
    let mut open: Vec<FunId> = Vec::new();
    let mut is_open: BTreeSet<FunId> = BTreeSet::new();
    let mut found = Vec::new();
    for start in next.keys() {
        if order.contains_key(start) {
            continue;
        }
        let mut visits = vec![Visit {
            fun: *start,
            seen: 0,
        }];
        while let Some(visit) = visits.last_mut() {
            let fun = visit.fun;
            if visit.seen == 0 {
                let number = order.len();
                order.entry(fun).or_insert(number);
                low.entry(fun).or_insert(number);
                if is_open.insert(fun) {
                    open.push(fun);
                }
            }
            let successor = next.get(&fun).and_then(|all| all.get(visit.seen)).copied();
            visit.seen += 1;
            let lowest = |low: &BTreeMap<FunId, usize>, of| low.get(&of).copied();
            if let Some(other) = successor {
                if !order.contains_key(&other) {
                    visits.push(Visit {
                        fun: other,
                        seen: 0,
                    });
                } else if is_open.contains(&other) {
                    let bound = order.get(&other).copied().unwrap_or(usize::MAX);
                    let own = low.entry(fun).or_insert(bound);
                    *own = (*own).min(bound);
                }
                continue;
            }
            visits.pop();
            let own = lowest(&low, fun).unwrap_or(usize::MAX);
            if let Some(caller) = visits.last() {
                let bound = low.entry(caller.fun).or_insert(own);
                *bound = (*bound).min(own);
            }
            if order.get(&fun) == Some(&own) {
                let mut component = Vec::new();
                while let Some(member) = open.pop() {
                    is_open.remove(&member);
                    component.push(member);
                    if member == fun {
                        break;
                    }
                }
                found.push(component);
            }
        }
    }
    found
}
