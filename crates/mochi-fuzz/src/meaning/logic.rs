//! Facts, rules and what they yield.
//!
//! Spec: language.md §17.

use std::collections::HashMap;
use std::rc::Rc;

use mochi_syntax::ast::{Cond, DataStmt, Else, IfStmt, Pred, Program, Stmt, StmtKind, Term};

use super::number;
use super::value::{Answer, Scope, Value, give_up};
use super::{Interpreter, declared::file_of};

/// The facts and rules of a file.
#[derive(Default)]
pub struct Logic {
    facts: Vec<Pred>,
    rules: Vec<(Pred, Vec<Cond>)>,
}

/// Tuples in order of derivation, by predicate.
pub type Relations = HashMap<Rc<str>, Vec<Vec<Value>>>;

/// The variables of a rule or query that have a value.
type Bound = Vec<(Rc<str>, Value)>;

impl Logic {
    /// Those of a file, wherever they stand.
    pub fn of(program: &Program) -> Self {
        let mut found = Self::default();
        found.collect(&program.body);
        found
    }

    fn collect(&mut self, body: &[Stmt]) {
        for stmt in body {
            match &stmt.kind {
                StmtKind::Data(data) => match &**data {
                    DataStmt::Fact(fact) => self.facts.push(fact.clone()),
                    DataStmt::Rule { head, conds } => {
                        self.rules.push((head.clone(), conds.clone()));
                    }
                    _ => {}
                },
                StmtKind::If(item) => self.collect_if(item),
                StmtKind::While { body, .. } => self.collect(&body.body),
                StmtKind::For(item) => self.collect(&item.body.body),
                StmtKind::Fun(decl) => self.collect(&decl.body.body),
                _ => {}
            }
        }
    }

    fn collect_if(&mut self, item: &IfStmt) {
        self.collect(&item.then.body);
        match &item.otherwise {
            Some(Else::If(item, _)) => self.collect_if(item),
            Some(Else::Block(block)) => self.collect(&block.body),
            None => {}
        }
    }

    /// The least stratum of each predicate: above those that its rules negate.
    fn strata(&self) -> HashMap<Rc<str>, usize> {
        let mut strata: HashMap<Rc<str>, usize> = HashMap::new();
        for _ in 0..=self.rules.len() {
            for (head, conds) in &self.rules {
                for cond in conds {
                    if let Cond::Pred { negated, pred } = cond {
                        let least = strata.get(&pred.name.text).copied().unwrap_or(0);
                        let least = least + usize::from(*negated);
                        let own = strata.entry(head.name.text.clone()).or_default();
                        *own = least.max(*own);
                    }
                }
            }
        }
        strata
    }

    fn solve(&self) -> Answer<Relations> {
        let mut relations = Relations::new();
        for fact in &self.facts {
            let tuple = fact.terms.iter().filter_map(constant).collect();
            add(&mut relations, &fact.name.text, tuple);
        }
        let strata = self.strata();
        let of = |rule: &Pred| strata.get(&rule.name.text).copied().unwrap_or(0);
        let last = self.rules.iter().map(|(head, _)| of(head)).max();
        for stratum in 0..=last.unwrap_or(0) {
            let mut passes = 0;
            loop {
                let mut is_new = false;
                for (head, conds) in self.rules.iter().filter(|(head, _)| of(head) == stratum) {
                    let mut derived = Vec::new();
                    derive(conds, &relations, &Vec::new(), &mut |bound| {
                        let terms = head.terms.iter();
                        derived.push(terms.filter_map(|term| value_of(term, bound)).collect());
                    });
                    for tuple in derived {
                        is_new |= add(&mut relations, &head.name.text, tuple);
                    }
                }
                passes += 1;
                if passes > 500 {
                    return give_up("too many passes");
                }
                if !is_new {
                    break;
                }
            }
        }
        Ok(relations)
    }
}

/// Adds a tuple at the end, unless it is there.
fn add(relations: &mut Relations, name: &Rc<str>, tuple: Vec<Value>) -> bool {
    let relation = relations.entry(name.clone()).or_default();
    let is_there = relation.iter().any(|other| is_equal(other, &tuple));
    if !is_there {
        relation.push(tuple);
    }
    !is_there
}

fn is_equal(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| number::equal(a, b))
}

fn constant(term: &Term) -> Option<Value> {
    match term {
        Term::Str(text, _) => Some(Value::Str(text.clone())),
        Term::Int(n, _) => Some(Value::Int(i128::from(*n))),
        Term::Var(_) => None,
    }
}

fn value_of(term: &Term, bound: &Bound) -> Option<Value> {
    match term {
        Term::Var(name) => {
            let found = bound.iter().find(|(other, _)| *other == name.text);
            found.map(|(_, value)| value.clone())
        }
        constant_term => constant(constant_term),
    }
}

/// What a predicate makes of a tuple: the variables with what is new among them.
fn matched(pred: &Pred, tuple: &[Value], bound: &Bound) -> Option<Bound> {
    let mut bound = bound.clone();
    for (term, value) in pred.terms.iter().zip(tuple) {
        match value_of(term, &bound) {
            Some(wanted) if number::equal(&wanted, value) => {}
            Some(_) => return None,
            None => match term {
                Term::Var(name) if &*name.text != "_" => {
                    bound.push((name.text.clone(), value.clone()));
                }
                _ => {}
            },
        }
    }
    Some(bound)
}

fn derive(conds: &[Cond], relations: &Relations, bound: &Bound, found: &mut dyn FnMut(&Bound)) {
    let Some((cond, rest)) = conds.split_first() else {
        return found(bound);
    };
    match cond {
        Cond::Differ(a, b) => {
            let value = |name: &Rc<str>| bound.iter().find(|(other, _)| other == name);
            if let (Some((_, a)), Some((_, b))) = (value(&a.text), value(&b.text)) {
                if !number::equal(a, b) {
                    derive(rest, relations, bound, found);
                }
            } else {
                // What is not bound yet is by a later condition.
                let later: Vec<Cond> = rest.iter().chain([cond]).cloned().collect();
                derive(&later, relations, bound, found);
            }
        }
        Cond::Pred { negated, pred } => {
            let none = Vec::new();
            let relation = relations.get(&pred.name.text).unwrap_or(&none);
            if *negated {
                let is_open = pred.terms.iter().any(|term| {
                    matches!(term, Term::Var(name) if &*name.text != "_")
                        && value_of(term, bound).is_none()
                });
                if is_open {
                    let later: Vec<Cond> = rest.iter().chain([cond]).cloned().collect();
                    return derive(&later, relations, bound, found);
                }
                let holds = relation
                    .iter()
                    .any(|tuple| matched(pred, tuple, bound).is_some());
                if !holds {
                    derive(rest, relations, bound, found);
                }
                return;
            }
            for tuple in relation {
                if let Some(bound) = matched(pred, tuple, bound) {
                    derive(rest, relations, &bound, found);
                }
            }
        }
    }
}

impl Interpreter {
    /// `query p(…)`.
    pub(super) fn logic_query(&mut self, pred: &Pred, scope: &Scope) -> Answer<Value> {
        self.step()?;
        let file = file_of(scope)?;
        if file.relations.borrow().is_none() {
            *file.relations.borrow_mut() = Some(file.logic.borrow().solve()?);
        }
        let relations = file.relations.borrow();
        let relation = relations.as_ref().and_then(|all| all.get(&pred.name.text));
        let mut rows = Vec::new();
        for tuple in relation.into_iter().flatten() {
            if let Some(bound) = matched(pred, tuple, &Vec::new()) {
                rows.push((bound, tuple));
            }
        }
        let is_free = |term: &&Term| matches!(term, Term::Var(_));
        let free: Vec<usize> = (0..pred.terms.len())
            .filter(|at| is_free(&&pred.terms[*at]))
            .collect();
        match &free[..] {
            [] => Ok(Value::Bool(!rows.is_empty())),
            [at] => {
                let values = rows.iter().map(|(_, tuple)| tuple[*at].clone());
                Ok(Value::list(values.collect()))
            }
            _ => {
                let mut found: Vec<Value> = Vec::new();
                for (bound, _) in rows {
                    let fields = bound.into_iter();
                    let entries = fields.map(|(name, value)| (Value::Str(name), value));
                    let row = Value::map(entries.collect());
                    if !number::contains(&found, &row) {
                        found.push(row);
                    }
                }
                Ok(Value::list(found))
            }
        }
    }
}
