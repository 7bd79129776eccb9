//! Joins: by a dictionary where the condition asks for equality, else by trying all pairs.
//!
//! Spec: language.md §10 (joins).

use mochi_check::typed::{Expr as Typed, ExprKind, Query, QuerySource, VarId};
use mochi_syntax::ast::BinaryOp;
use mochi_types::Type;

use super::super::Lowerer;
use super::super::expr::is_simple;
use super::{Clause, Rows, are_plain_keys, mentions, names_target};
use crate::py::{BoolOp, CmpOp, Comprehension, Expr, StmtKind};

/// How a condition splits: what must be equal, and the rest.
pub(super) struct Keys<'a> {
    /// What the rows so far and the joined row have, pair by pair.
    pairs: Vec<(&'a Typed, &'a Typed)>,
    rest: Vec<&'a Typed>,
    /// Python's dictionaries tell the keys apart as `==` does.
    plain: bool,
}

/// A dictionary from keys to joined rows, in their order.
struct Index<'a> {
    name: Expr,
    keys: Keys<'a>,
}

impl<'a> Lowerer<'a> {
    /// What a join's condition asks to be equal; none if rows cannot be looked up.
    pub(super) fn keys_of<'q>(&self, query: &'q Query, position: usize) -> Option<Keys<'q>> {
        let source = query.sources.get(position)?;
        let join = source.join.as_ref()?;
        let new = [source.var?];
        let old: Vec<VarId> = query
            .sources
            .iter()
            .take(position)
            .filter_map(|source| source.var)
            .collect();
        if mentions(self, &source.value, &old) {
            return None;
        }
        let mut keys = Keys {
            pairs: Vec::new(),
            rest: Vec::new(),
            plain: true,
        };
        let mut parts = Vec::new();
        conjuncts(&join.on, &mut parts);
        for part in parts {
            // What comes after the first other condition may depend on it.
            match self.key_pair(part, &old, &new) {
                Some((left, right)) if keys.rest.is_empty() => {
                    keys.plain &= are_plain_keys(&left.ty, &right.ty);
                    keys.pairs.push((left, right));
                }
                _ => keys.rest.push(part),
            }
        }
        (!keys.pairs.is_empty()).then_some(keys)
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
            && [left, right]
                .into_iter()
                .all(|side| self.doing(side).is_quiet() && is_simple(self, side));
        fits.then_some((left, right))
    }

    /// `join` and `left join`.
    pub(super) fn partner_clause(
        &mut self,
        query: &'a Query,
        position: usize,
        passing: bool,
        rows: &mut Rows,
    ) {
        let Some(source) = query.sources.get(position) else {
            return;
        };
        let Some(join) = &source.join else { return };
        rows.total &= Self::is_total(&join.on);
        let keys = self.keys_of(query, position);
        let (candidates, rest, looked_up) = if let Some(keys) = keys {
            self.settle_first(query, rows);
            let (candidates, _) = self.elements_of(&source.value, true);
            let index = self.joined_index(source, keys, candidates, false);
            let key = self.old_key(&index.keys);
            (index.name.attr("get").call([key]), index.keys.rest, true)
        } else {
            let in_place = self.stays_in_place(query, position);
            if !in_place {
                self.settle_first(query, rows);
            }
            let list = if in_place {
                self.elements_of(&source.value, false).0
            } else {
                self.list_of(&source.value, true)
            };
            (list, vec![&join.on], false)
        };
        let name = match source.var {
            Some(var) => self.row_variable(var, passing, rows),
            None => "_".to_string(),
        };
        let target = Expr::name(name);
        if !join.kind.keeps_left() {
            let source = or_nothing(candidates, looked_up);
            let mut clause = Clause::new(target, source);
            for part in rest {
                clause
                    .conds
                    .push(self.captured(|this| this.condition(part)));
            }
            rows.clauses.push(clause);
            return;
        }
        if rest.is_empty() {
            let none = Expr::Tuple(vec![Expr::None]);
            rows.clauses
                .push(Clause::new(target, with_default(candidates, none)));
            return;
        }
        let candidates = or_nothing(candidates, looked_up);
        let clause = self.left_partners(target, candidates, &rest, &source.item);
        rows.clauses.push(clause);
    }

    /// The loop over the partners that pass further conditions, or over none.
    fn left_partners(
        &mut self,
        target: Expr,
        candidates: Expr,
        rest: &[&'a Typed],
        item: &Type,
    ) -> Clause {
        let none = Expr::Tuple(vec![Expr::None]);
        let mut conds = Vec::new();
        for part in rest {
            conds.push(self.captured(|this| this.condition(part)));
        }
        if conds.iter().all(|(stmts, _)| stmts.is_empty()) {
            let partners = Expr::ListComp(
                Box::new(target.clone()),
                vec![Comprehension {
                    target: target.clone(),
                    source: candidates,
                    conds: conds.into_iter().map(|(_, cond)| cond).collect(),
                }],
            );
            return Clause::new(target, Expr::bool2(BoolOp::Or, partners, none));
        }
        let (mut before, list) = self.captured(|this| this.empty_list("_partners", item));
        let mut inner = Clause::new(target.clone(), candidates);
        inner.conds = conds;
        let add = list.clone().attr("append").call([target.clone()]);
        let body = vec![StmtKind::Expr(add).at(self.span)];
        before.extend(self.loops(vec![inner], body));
        let mut clause = Clause::new(target, Expr::bool2(BoolOp::Or, list, none));
        clause.before = before;
        clause
    }

    /// Builds the dictionary of joined rows by their keys; `numbered` with their positions.
    fn joined_index(
        &mut self,
        source: &'a QuerySource,
        keys: Keys<'a>,
        candidates: Expr,
        numbered: bool,
    ) -> Index<'a> {
        let word = match keys.pairs.as_slice() {
            [(_, key)] => Self::key_word(key),
            _ => None,
        };
        let base = word.map_or_else(
            || "_index".to_string(),
            |word| format!("_by_{}", word.trim_matches('_')),
        );
        let row = match source.var {
            Some(var) => self.passing_name(var),
            None => "_".to_string(),
        };
        let new: Vec<&'a Typed> = keys.pairs.iter().map(|(_, new)| *new).collect();
        let key = self.dict_key(&new, keys.plain);
        let key_type = if keys.plain {
            tuple_or_only(new.iter().map(|key| key.ty.widened()).collect())
        } else {
            Type::Any
        };
        let item = if numbered {
            Type::Tuple([Type::Int, source.item.clone()].into())
        } else {
            source.item.clone()
        };
        let name = self.empty_lists(&base, &key_type, &item);
        let mut element = Expr::name(row.clone());
        let mut target = element.clone();
        let mut over = candidates;
        if numbered {
            let number = Expr::name(self.fresh("_i"));
            target = Expr::Tuple(vec![number.clone(), target]);
            element = Expr::Tuple(vec![number, element]);
            over = Expr::call_name("enumerate", [over]);
        }
        let add = name.clone().index(key).attr("append").call([element]);
        let body = vec![StmtKind::Expr(add).at(self.span)];
        self.emit(StmtKind::For(target, over, body));
        Index { name, keys }
    }

    /// A new `defaultdict` of lists.
    pub(super) fn empty_lists(&mut self, base: &str, key: &Type, item: &Type) -> Expr {
        let class = self.standard_name("collections", "defaultdict");
        let key = self.local_annotation(key);
        let items = self.local_annotation(&Type::list(item.clone()));
        let annotation = class.clone().index(Expr::Tuple(vec![key, items]));
        let name = Expr::name(self.fresh(base));
        let empty = class.call([Expr::name("list")]);
        self.emit(StmtKind::AnnAssign(name.clone(), annotation, Some(empty)));
        name
    }

    /// A key for a dictionary.
    pub(super) fn dict_key(&mut self, parts: &[&'a Typed], plain: bool) -> Expr {
        let values = self.operands(parts);
        let key = match values.as_slice() {
            [only] => only.clone(),
            _ => Expr::Tuple(values),
        };
        if plain {
            key
        } else {
            self.call_helper("hash_key", [key])
        }
    }

    fn old_key(&mut self, keys: &Keys<'a>) -> Expr {
        let old: Vec<&'a Typed> = keys.pairs.iter().map(|(old, _)| *old).collect();
        self.dict_key(&old, keys.plain)
    }

    /// Something iterable as a list under a name.
    fn list_again(&mut self, value: Expr, ty: Type) -> Expr {
        if value.as_name().is_some() && matches!(ty, Type::List(_) | Type::Group(..)) {
            return value;
        }
        let name = Expr::name(self.temporary());
        let list = match (ty, value) {
            (
                Type::List(_) | Type::Set(_) | Type::Group(..),
                value @ (Expr::ListComp(..) | Expr::List(_) | Expr::Name(_)),
            ) => value,
            (_, value) => Expr::call_name("list", [value]),
        };
        self.emit(StmtKind::Assign(name.clone(), list));
        name
    }

    /// `right join` and `outer join`: the rows so far with their partners, then the rows of the
    /// right side that had none.
    pub(super) fn full_join(&mut self, query: &'a Query, position: usize, rows: Rows) -> Rows {
        let Some(source) = query.sources.get(position) else {
            return rows;
        };
        let Some(join) = &source.join else {
            return rows;
        };
        let mut rows = rows;
        self.settle_first(query, &mut rows);
        let (right, _) = self.elements_of(&source.value, true);
        let right = self.list_again(right, source.value.ty.clone());
        let keys = self.keys_of(query, position);
        let index = keys.map(|keys| self.joined_index(source, keys, right.clone(), true));
        let partner = match source.var {
            Some(var) => self.passing_name(var),
            None => self.fresh("_row"),
        };
        // The types that the variables have from here on.
        let mut parts: Vec<Type> = Vec::new();
        for (id, _) in &rows.names {
            parts.push(Type::option(
                self.var(*id).map_or(Type::Any, |var| var.ty.clone()),
            ));
        }
        let keeps_left = join.kind.keeps_left();
        let own = source.item.clone();
        parts.push(if keeps_left { Type::option(own) } else { own });
        let list = self.empty_list("_rows", &tuple_or_only(parts));
        let matched = Expr::name(self.fresh("_matched"));
        self.emit(StmtKind::AnnAssign(
            matched.clone(),
            Expr::name("set").index(Expr::name("int")),
            Some(Expr::call_name("set", [])),
        ));
        let number = Expr::name(self.fresh("_i"));
        let target = Expr::Tuple(vec![number.clone(), Expr::name(partner.clone())]);
        let (over, rest) = match index {
            Some(index) => {
                let key = self.old_key(&index.keys);
                let found = index.name.attr("get").call([key]);
                (or_nothing(found, true), index.keys.rest)
            }
            None => (
                Expr::call_name("enumerate", [right.clone()]),
                vec![&join.on],
            ),
        };
        let mut clause = Clause::new(target.clone(), over);
        for part in rest {
            clause
                .conds
                .push(self.captured(|this| this.condition(part)));
        }
        let mut names = rows.names.clone();
        let left: Vec<Expr> = names
            .iter()
            .map(|(_, name)| Expr::name(name.clone()))
            .collect();
        let row = |left: Vec<Expr>, right: Expr| {
            let mut parts = left;
            parts.push(right);
            Expr::Tuple(parts)
        };
        let add = |row: Expr| StmtKind::Expr(list.clone().attr("append").call([row]));
        let note = StmtKind::Expr(matched.clone().attr("add").call([number.clone()]));
        let pair = row(left.clone(), Expr::name(partner.clone()));
        let body = vec![note.at(self.span), add(pair).at(self.span)];
        let mut body = self.loops(vec![clause], body);
        if keeps_left {
            let before = Expr::name(self.fresh("_before"));
            let length = || Expr::call_name("len", [list.clone()]);
            body.insert(0, StmtKind::Assign(before.clone(), length()).at(self.span));
            let alone = Expr::compare(CmpOp::Eq, length(), before);
            let lone = add(row(left.clone(), Expr::None)).at(self.span);
            body.push(StmtKind::If(alone, vec![lone], Vec::new()).at(self.span));
        }
        let loops = self.loops(rows.clauses, body);
        self.append(loops);
        let nothing = left.iter().map(|_| Expr::None).collect();
        let rest = Expr::Generator(
            Box::new(row(nothing, Expr::name(partner.clone()))),
            vec![Comprehension {
                target,
                source: Expr::call_name("enumerate", [right]),
                conds: vec![Expr::compare(CmpOp::NotIn, number, matched)],
            }],
        );
        self.emit(StmtKind::Expr(list.clone().attr("extend").call([rest])));
        if let Some(var) = source.var {
            names.push((var, partner));
        }
        let target = if source.var.is_some() {
            names_target(&names)
        } else {
            let mut parts: Vec<Expr> = names
                .iter()
                .map(|(_, name)| Expr::name(name.clone()))
                .collect();
            parts.push(Expr::name("_"));
            Expr::Tuple(parts)
        };
        let mut clause = Clause::new(target, list);
        clause.fresh = true;
        clause.is_list = true;
        Rows {
            clauses: vec![clause],
            names,
            inline: false,
            total: true,
        }
    }

    /// Rows of which the variables get other names, because their types have changed.
    pub(super) fn renamed(&mut self, rows: Rows, inline: bool) -> Rows {
        let mut rows = rows;
        rows.inline = inline;
        for (id, name) in &mut rows.names {
            self.var_names.remove(id);
            *name = self.row_name(*id, inline);
        }
        Self::retarget(rows)
    }

    /// Rows of which the variables get other names for the loops of the next join.
    pub(super) fn passing(&mut self, rows: Rows) -> Rows {
        let mut rows = rows;
        for (id, name) in &mut rows.names {
            *name = self.passing_name(*id);
        }
        Self::retarget(rows)
    }

    fn retarget(rows: Rows) -> Rows {
        let mut rows = rows;
        if let Some(clause) = rows.clauses.first_mut() {
            let mut parts: Vec<Expr> = rows
                .names
                .iter()
                .map(|(_, name)| Expr::name(name.clone()))
                .collect();
            if let Expr::Tuple(before) = &clause.target {
                parts.resize(before.len(), Expr::name("_"));
                clause.target = Expr::Tuple(parts);
            } else if let Some(only) = parts.pop() {
                clause.target = only;
            }
        }
        rows
    }
}

/// The operands of `&&`, in order.
fn conjuncts<'q>(cond: &'q Typed, out: &mut Vec<&'q Typed>) {
    match &cond.kind {
        ExprKind::Binary {
            op: BinaryOp::And,
            left,
            right,
        } => {
            conjuncts(left, out);
            conjuncts(right, out);
        }
        _ => out.push(cond),
    }
}

/// What was looked up, or nothing.
fn or_nothing(found: Expr, looked_up: bool) -> Expr {
    if looked_up {
        with_default(found, Expr::Tuple(Vec::new()))
    } else {
        found
    }
}

/// `d.get(k, default)` of `d.get(k)`.
fn with_default(found: Expr, default: Expr) -> Expr {
    match found {
        Expr::Call(function, mut args) => {
            args.push(crate::py::Arg {
                name: None,
                value: default,
            });
            Expr::Call(function, args)
        }
        other => other,
    }
}

fn tuple_or_only(mut parts: Vec<Type>) -> Type {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            Type::Tuple(parts.into())
        }
        None => Type::Any,
    }
}
