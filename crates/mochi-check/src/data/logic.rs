//! Facts, rules and `query p(…)`: arities, safety, strata, and the types of columns.
//!
//! Spec: language.md §17; T039, T085, T086.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_base::{Diagnostic, Span, code};
use mochi_syntax::ast::{self, Cond, DataStmt, Name, Pred, Term};
use mochi_types::Type;

use super::data;
use crate::checker::{Checker, error};
use crate::report;
use crate::typed::{DataExpr, Expr, Logic, LogicAtom, LogicCond, LogicFacts, LogicRule, LogicTerm};
use crate::walk::{self, Visitor};

/// What is known of a file's predicates.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogicTable {
    arities: BTreeMap<Rc<str>, (usize, Span)>,
    columns: BTreeMap<Rc<str>, Vec<Kinds>>,
}

impl LogicTable {
    /// Whether a fact or rule of the file declares the predicate.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.arities.contains_key(name)
    }
}

/// What a column may hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Kinds {
    strings: bool,
    numbers: bool,
}

impl Kinds {
    fn of(term: &Term) -> Self {
        Self {
            strings: matches!(term, Term::Str(..)),
            numbers: matches!(term, Term::Int(..)),
        }
    }

    fn join(self, other: Self) -> Self {
        Self {
            strings: self.strings || other.strings,
            numbers: self.numbers || other.numbers,
        }
    }

    fn meet(self, other: Self) -> Self {
        Self {
            strings: self.strings && other.strings,
            numbers: self.numbers && other.numbers,
        }
    }

    fn ty(self) -> Type {
        match (self.strings, self.numbers) {
            (true, false) => Type::Str,
            (false, true) => Type::Int,
            _ => Type::Any,
        }
    }
}

/// A rule as written.
#[derive(Clone, Copy)]
struct Stated<'a> {
    head: &'a Pred,
    conds: &'a [Cond],
    span: Span,
}

/// Facts and rules wherever they stand.
#[derive(Default)]
struct Statements {
    facts: Vec<(Pred, Span)>,
    rules: Vec<(Pred, Vec<Cond>, Span)>,
}

impl Visitor for Statements {
    fn stmt(&mut self, stmt: &ast::Stmt) -> bool {
        if let ast::StmtKind::Data(data) = &stmt.kind {
            match &**data {
                DataStmt::Fact(pred) => self.facts.push((pred.clone(), stmt.span)),
                DataStmt::Rule { head, conds } => {
                    self.rules.push((head.clone(), conds.clone(), stmt.span));
                }
                _ => {}
            }
        }
        true
    }
}

impl Checker<'_> {
    /// Reads all facts and rules of a file.
    pub(crate) fn declare_logic(&mut self, body: &[ast::Stmt]) {
        let mut found = Statements::default();
        walk::block(&mut found, body);
        let facts: Vec<&Pred> = found.facts.iter().map(|(pred, _)| pred).collect();
        let rules = found.rules.iter().map(|(head, conds, span)| Stated {
            head,
            conds,
            span: *span,
        });
        let rules: Vec<Stated<'_>> = rules.collect();
        let mut sound = true;
        for fact in &facts {
            sound &= self.note_arity(fact);
            sound &= self.check_safe(fact, &[]);
        }
        for rule in &rules {
            sound &= self.note_arity(rule.head);
            for pred in rule.conds.iter().filter_map(predicate) {
                sound &= self.note_arity(pred);
            }
            sound &= self.check_safe(rule.head, rule.conds);
        }
        let strata = self.strata(&rules);
        if sound {
            self.logic.columns = columns(&facts, &rules);
        }
        self.module.logic = Logic {
            facts: by_predicate(&found.facts),
            rules: rules
                .iter()
                .map(|rule| LogicRule {
                    stratum: strata.get(&rule.head.name.text).copied().unwrap_or(0),
                    head: atom(rule.head),
                    conds: rule.conds.iter().map(condition).collect(),
                    span: rule.span,
                })
                .collect(),
        };
    }

    /// A predicate has one arity.
    fn note_arity(&mut self, pred: &Pred) -> bool {
        let given = pred.terms.len();
        let first = (given, pred.name.span);
        let entry = self.logic.arities.entry(Rc::clone(&pred.name.text));
        let (arity, at) = *entry.or_insert(first);
        if arity == given {
            return true;
        }
        let diagnostic = report::argument_count(&pred.name.text, arity, given, pred.span);
        let note = format!("`{}` has {arity} here", pred.name.text);
        self.report(diagnostic.with_note_at(at, note));
        false
    }

    /// Variables of the head, of negations and of `!=` occur in a positive condition.
    fn check_safe(&mut self, head: &Pred, conds: &[Cond]) -> bool {
        let mut bound: BTreeSet<&str> = BTreeSet::new();
        for cond in conds {
            if let Cond::Pred {
                negated: false,
                pred,
            } = cond
            {
                bound.extend(variables(pred).map(|name| &*name.text));
            }
        }
        bound.remove("_");
        let mut used: Vec<&Name> = variables(head).collect();
        for cond in conds {
            match cond {
                Cond::Pred {
                    negated: true,
                    pred,
                } => used.extend(variables(pred).filter(|name| &*name.text != "_")),
                Cond::Differ(one, other) => used.extend([one, other]),
                Cond::Pred { .. } => {}
            }
        }
        let mut reported: BTreeSet<&str> = BTreeSet::new();
        for name in used {
            if !bound.contains(&*name.text) && reported.insert(&name.text) {
                let message = format!("unsafe variable `{}` in rule", name.text);
                let fault = Diagnostic::error(code::T085, name.span, message);
                let quoted = conds.is_empty().then(|| {
                    format!(
                        "a fact is of strings and ints: \"{}\" is a string",
                        name.text
                    )
                });
                self.report(fault.with_notes(quoted));
            }
        }
        reported.is_empty()
    }

    /// The stratum of each predicate that rules derive.
    fn strata(&mut self, rules: &[Stated<'_>]) -> BTreeMap<Rc<str>, usize> {
        let mut needs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for rule in rules {
            let entry = needs.entry(&rule.head.name.text).or_default();
            entry.extend(
                rule.conds
                    .iter()
                    .filter_map(predicate)
                    .map(|p| &*p.name.text),
            );
        }
        let mut sound = true;
        for rule in rules {
            let head = &*rule.head.name.text;
            let negated = rule.conds.iter().find_map(|cond| match cond {
                Cond::Pred {
                    negated: true,
                    pred,
                } if reaches(&needs, &pred.name.text, head) => Some(pred),
                _ => None,
            });
            if let Some(negated) = negated {
                sound = false;
                let message = format!("rule `{head}` depends on its own negation");
                self.report(Diagnostic::error(code::T086, negated.span, message));
            }
        }
        let mut levels: BTreeMap<Rc<str>, usize> = BTreeMap::new();
        let mut changed = sound;
        while changed {
            changed = false;
            for rule in rules {
                let mut level = 0;
                for cond in rule.conds {
                    if let Cond::Pred { negated, pred } = cond {
                        let below = levels.get(&pred.name.text).copied().unwrap_or(0);
                        level = level.max(below + usize::from(*negated));
                    }
                }
                let entry = levels.entry(Rc::clone(&rule.head.name.text)).or_default();
                changed |= level > *entry;
                *entry = level.max(*entry);
            }
        }
        levels
    }

    /// `query p(…)`.
    pub(super) fn logic_query(&mut self, pred: &Pred, span: Span) -> Expr {
        if !self.note_arity(pred) {
            return error(span);
        }
        let free: Vec<(usize, &Name)> = pred
            .terms
            .iter()
            .enumerate()
            .filter_map(|(column, term)| match term {
                Term::Var(name) => Some((column, name)),
                _ => None,
            })
            .collect();
        let columns = self.logic.columns.get(&pred.name.text).cloned();
        let kinds = |column: usize| {
            let columns = columns.as_ref();
            let found = columns.and_then(|columns| columns.get(column));
            found.copied().unwrap_or_default()
        };
        let ty = match free.as_slice() {
            [] => Type::Bool,
            [(column, _)] => Type::list(kinds(*column).ty()),
            _ => {
                let mut fields: Vec<(Rc<str>, Kinds)> = Vec::new();
                for (column, name) in free {
                    if &*name.text == "_" {
                        continue;
                    }
                    match fields.iter_mut().find(|(field, _)| *field == name.text) {
                        Some((_, known)) => *known = known.meet(kinds(column)),
                        None => fields.push((Rc::clone(&name.text), kinds(column))),
                    }
                }
                let fields = fields.into_iter();
                Type::list(Type::Anon(
                    fields.map(|(name, kinds)| (name, kinds.ty())).collect(),
                ))
            }
        };
        data(DataExpr::Query(atom(pred)), ty, span)
    }
}

fn predicate(cond: &Cond) -> Option<&Pred> {
    match cond {
        Cond::Pred { pred, .. } => Some(pred),
        Cond::Differ(..) => None,
    }
}

fn variables(pred: &Pred) -> impl Iterator<Item = &Name> {
    pred.terms.iter().filter_map(|term| match term {
        Term::Var(name) => Some(name),
        _ => None,
    })
}

/// Whether a predicate depends on another, or is it.
fn reaches(needs: &BTreeMap<&str, BTreeSet<&str>>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut todo = vec![from];
    while let Some(name) = todo.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            todo.extend(needs.get(name).into_iter().flatten().copied());
        }
    }
    false
}

/// What each column may hold, to a fixed point.
fn columns(facts: &[&Pred], rules: &[Stated<'_>]) -> BTreeMap<Rc<str>, Vec<Kinds>> {
    let mut columns: BTreeMap<Rc<str>, Vec<Kinds>> = BTreeMap::new();
    let add = |columns: &mut BTreeMap<Rc<str>, Vec<Kinds>>, pred: &Pred, kinds: Vec<Kinds>| {
        let entry = columns.entry(Rc::clone(&pred.name.text)).or_default();
        entry.resize(kinds.len(), Kinds::default());
        let mut changed = false;
        for (known, new) in entry.iter_mut().zip(kinds) {
            let joined = known.join(new);
            changed |= joined != *known;
            *known = joined;
        }
        changed
    };
    for fact in facts {
        let kinds = fact.terms.iter().map(Kinds::of).collect();
        add(&mut columns, fact, kinds);
    }
    let mut changed = true;
    while changed {
        changed = false;
        for rule in rules {
            let mut bound: BTreeMap<&str, Kinds> = BTreeMap::new();
            for cond in rule.conds {
                let Cond::Pred {
                    negated: false,
                    pred,
                } = cond
                else {
                    continue;
                };
                let known = columns.get(&pred.name.text);
                for (column, term) in pred.terms.iter().enumerate() {
                    if let Term::Var(name) = term {
                        let kinds = known.and_then(|known| known.get(column));
                        let kinds = kinds.copied().unwrap_or_default();
                        bound
                            .entry(&name.text)
                            .and_modify(|before| *before = before.meet(kinds))
                            .or_insert(kinds);
                    }
                }
            }
            let head = rule.head.terms.iter();
            let kinds = head
                .map(|term| match term {
                    Term::Var(name) => bound.get(&*name.text).copied().unwrap_or_default(),
                    constant => Kinds::of(constant),
                })
                .collect();
            changed |= add(&mut columns, rule.head, kinds);
        }
    }
    columns
}

/// Facts by predicate, without repeats.
fn by_predicate(facts: &[(Pred, Span)]) -> Vec<LogicFacts> {
    let mut order: Vec<LogicFacts> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seen: BTreeSet<(&str, String)> = BTreeSet::new();
    for (fact, span) in facts {
        let atom = atom(fact);
        let place = *places.entry(&fact.name.text).or_insert_with(|| {
            order.push(LogicFacts {
                name: Rc::clone(&fact.name.text),
                rows: Vec::new(),
                span: *span,
            });
            order.len() - 1
        });
        if seen.insert((&fact.name.text, format!("{:?}", atom.terms)))
            && let Some(facts) = order.get_mut(place)
        {
            facts.rows.push(atom.terms);
        }
    }
    order
}

fn atom(pred: &Pred) -> LogicAtom {
    let terms = pred.terms.iter().map(|term| match term {
        Term::Var(name) => LogicTerm::Var(Rc::clone(&name.text)),
        Term::Str(text, _) => LogicTerm::Str(Rc::clone(text)),
        Term::Int(value, _) => LogicTerm::Int(*value),
    });
    LogicAtom {
        name: Rc::clone(&pred.name.text),
        terms: terms.collect(),
    }
}

fn condition(cond: &Cond) -> LogicCond {
    match cond {
        Cond::Pred {
            negated: false,
            pred,
        } => LogicCond::Holds(atom(pred)),
        Cond::Pred {
            negated: true,
            pred,
        } => LogicCond::Not(atom(pred)),
        Cond::Differ(one, other) => LogicCond::Differ(Rc::clone(&one.text), Rc::clone(&other.text)),
    }
}
