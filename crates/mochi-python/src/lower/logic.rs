//! Facts, rules and queries: a list where facts alone answer, else the helper that derives.
//!
//! Spec: language.md §17, §19.3.

use mochi_check::typed::{LogicAtom, LogicCond, LogicTerm};
use mochi_types::Type;

use super::{Lowerer, name};
use crate::py::{Arg, Comprehension, Expr, StmtKind};

/// The most rows that are written out as a list.
const MOST_ROWS: usize = 20;

impl<'a> Lowerer<'a> {
    pub(super) fn logic_query(&mut self, atom: &'a LogicAtom, ty: &Type) -> Expr {
        if let Some(rows) = self.stated(atom) {
            return self.solved(atom, rows, ty);
        }
        let logic = self.logic();
        let shape = match ty {
            Type::List(item) => Some(&**item),
            _ => None,
        };
        let method = match shape {
            None => "holds",
            Some(Type::Str) => "strings",
            Some(Type::Int) => "numbers",
            Some(Type::Anon(_)) => "rows",
            Some(_) => "values",
        };
        let mut args = vec![Expr::str(atom.name.to_string())];
        for term in &atom.terms {
            args.push(self.logic_term(term));
        }
        let found = logic.attr(method).call(args);
        let Some(Type::Anon(fields)) = shape else {
            return found;
        };
        let class = self.anonymous_class(fields);
        if fields.is_empty() {
            return comprehension(class.call([]), Expr::name("_"), found);
        }
        let locals: Vec<Expr> = fields
            .iter()
            .map(|(field, _)| Expr::Name(format!("_{}", name::field_name(field).to_lowercase())))
            .collect();
        let distinct: std::collections::BTreeSet<_> =
            locals.iter().filter_map(Expr::as_name).collect();
        let locals = if distinct.len() == locals.len() {
            locals
        } else {
            (1..=locals.len())
                .map(|number| Expr::Name(format!("_v{number}")))
                .collect()
        };
        let names = fields.iter().map(|(field, _)| name::field_name(field));
        let made = class.call_named(names.zip(locals.iter().cloned()));
        comprehension(made, Expr::Tuple(locals), found)
    }

    /// The facts that match, where no rule derives the predicate and they are few.
    fn stated(&self, atom: &LogicAtom) -> Option<Vec<&'a [LogicTerm]>> {
        let logic = &self.module.logic;
        if logic.rules.iter().any(|rule| rule.head.name == atom.name) {
            return None;
        }
        let facts = logic.facts.iter().find(|facts| facts.name == atom.name);
        let rows = facts.map_or(&[][..], |facts| &facts.rows);
        let found: Vec<&[LogicTerm]> = rows
            .iter()
            .map(Vec::as_slice)
            .filter(|row| matches(&atom.terms, row))
            .collect();
        (found.len() <= MOST_ROWS).then_some(found)
    }

    /// A query that is answered here.
    fn solved(&mut self, atom: &LogicAtom, rows: Vec<&[LogicTerm]>, ty: &Type) -> Expr {
        let Type::List(item) = ty else {
            return Expr::Bool(!rows.is_empty());
        };
        let column = |wanted: &str| {
            let is_wanted =
                |term: &LogicTerm| matches!(term, LogicTerm::Var(name) if **name == *wanted);
            atom.terms.iter().position(is_wanted)
        };
        let Type::Anon(fields) = &**item else {
            let free = |term: &LogicTerm| matches!(term, LogicTerm::Var(_));
            let at = atom.terms.iter().position(free).unwrap_or(0);
            let values = rows.iter().filter_map(|row| row.get(at)).map(constant);
            return Expr::List(values.collect());
        };
        let class = self.anonymous_class(fields);
        let mut made: Vec<Expr> = Vec::new();
        for row in rows {
            let args = fields.iter().filter_map(|(field, _)| {
                let value = row.get(column(field)?)?;
                Some((name::field_name(field), constant(value)))
            });
            let value = class.clone().call_named(args);
            if !made.contains(&value) {
                made.push(value);
            }
        }
        Expr::List(made)
    }

    /// The module's facts and rules, defined at the first mention.
    fn logic(&mut self) -> Expr {
        if let Some(name) = &self.logic_name {
            return Expr::name(name.clone());
        }
        let name = name::distinct("_logic", |name| self.all_names.contains(name));
        self.all_names.insert(name.clone());
        self.module_names.insert(name.clone());
        self.logic_name = Some(name.clone());
        let made = self.call_helper("Logic", []);
        let logic = Expr::Name(name);
        let mut stmts = vec![StmtKind::Assign(logic.clone(), made).bare()];
        let module = self.module;
        for facts in &module.logic.facts {
            stmts.extend(self.comments_about(facts.span));
            let rows = facts
                .rows
                .iter()
                .map(|row| Expr::Tuple(row.iter().map(constant).collect()));
            let args = [
                Expr::str(facts.name.to_string()),
                Expr::List(rows.collect()),
            ];
            let call = logic.clone().attr("facts").call(args);
            stmts.push(StmtKind::Expr(call).at(facts.span));
        }
        for rule in &module.logic.rules {
            let mut args = vec![
                Expr::Int(rule.stratum as u64),
                self.logic_atom(&rule.head, false),
            ];
            for cond in &rule.conds {
                args.push(match cond {
                    LogicCond::Holds(atom) => self.logic_atom(atom, false),
                    LogicCond::Not(atom) => self.logic_atom(atom, true),
                    LogicCond::Differ(one, other) => {
                        let one = self.logic_term(&LogicTerm::Var(one.clone()));
                        let other = self.logic_term(&LogicTerm::Var(other.clone()));
                        self.call_helper("Differ", [one, other])
                    }
                });
            }
            let call = logic.clone().attr("rule").call(args);
            stmts.extend(self.comments_about(rule.span));
            stmts.push(StmtKind::Expr(call).at(rule.span));
        }
        self.extra.extend(stmts);
        logic
    }

    fn logic_atom(&mut self, atom: &LogicAtom, negated: bool) -> Expr {
        let mut args = vec![Arg {
            name: None,
            value: Expr::str(atom.name.to_string()),
        }];
        for term in &atom.terms {
            let value = self.logic_term(term);
            args.push(Arg { name: None, value });
        }
        if negated {
            args.push(Arg {
                name: Some("negated".to_string()),
                value: Expr::Bool(true),
            });
        }
        Expr::Call(Box::new(self.helper("Atom")), args)
    }

    fn logic_term(&mut self, term: &LogicTerm) -> Expr {
        match term {
            LogicTerm::Var(name) => self.call_helper("Var", [Expr::str(name.to_string())]),
            constant => self::constant(constant),
        }
    }
}

fn constant(term: &LogicTerm) -> Expr {
    match term {
        LogicTerm::Str(text) | LogicTerm::Var(text) => Expr::str(text.to_string()),
        LogicTerm::Int(value) => Expr::int(*value),
    }
}

/// Whether a fact agrees with constants and repeated variables.
fn matches(terms: &[LogicTerm], row: &[LogicTerm]) -> bool {
    terms
        .iter()
        .zip(row)
        .enumerate()
        .all(|(at, (term, value))| {
            let LogicTerm::Var(name) = term else {
                return term == value;
            };
            if **name == *"_" {
                return true;
            }
            let first = terms.iter().take(at).position(|other| other == term);
            first.is_none_or(|first| row.get(first) == Some(value))
        })
}

fn comprehension(value: Expr, target: Expr, source: Expr) -> Expr {
    let part = Comprehension {
        target,
        source,
        conds: Vec::new(),
    };
    Expr::ListComp(Box::new(value), vec![part])
}
