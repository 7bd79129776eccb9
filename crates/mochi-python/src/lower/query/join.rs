//! Joins: by a dictionary where the condition asks for equality, else by trying all pairs.
//!
//! Spec: language.md §10 (joins).

use mochi_check::typed::{Expr as Typed, Query, QuerySource, VarId};
use mochi_syntax::ast::JoinKind;
use mochi_types::Type;

use super::super::Lowerer;
use super::plan::{Keys, Step};
use super::{Clause, Rows, binds_names, names_target, one_condition};
use crate::py::{BoolOp, CmpOp, Comprehension, Expr, StmtKind};

impl<'a> Lowerer<'a> {
    /// `join` and `left join`, and a further `from` of which the rows are looked up.
    pub(super) fn partner_clause(
        &mut self,
        query: &'a Query,
        position: usize,
        passing: bool,
        step: &Step<'a>,
        rows: &mut Rows,
    ) {
        let Some(source) = query.sources.get(position) else {
            return;
        };
        let keeps = source
            .join
            .as_ref()
            .is_some_and(|join| join.kind.keeps_left());
        // What a row without partner is joined with.
        let alone = || Expr::Tuple(if keeps { vec![Expr::None] } else { Vec::new() });
        let default = if step.on.is_empty() {
            alone()
        } else {
            Expr::Tuple(Vec::new())
        };
        let mut before = Vec::new();
        let candidates = if let Some(keys) = &step.keys {
            self.settle_first(query, rows);
            let guard = (!keys.new_total).then(|| self.counted(query, position, rows));
            let (candidates, _) = self.elements_of(&source.value, true);
            let candidates = match guard {
                Some(guard) => Expr::if_else(guard, candidates, Expr::Tuple(Vec::new())),
                None => candidates,
            };
            let index = self.joined_index(source, keys, candidates, false);
            self.found(&index, keys, default)
        } else {
            let in_place = self.stays_in_place(query, position);
            if !in_place {
                self.settle_first(query, rows);
            }
            if in_place {
                let (stmts, (elements, _)) =
                    self.captured(|this| this.elements_of(&source.value, false));
                before = stmts;
                elements
            } else {
                self.list_of(&source.value, true)
            }
        };
        let name = match source.var {
            Some(var) => self.row_variable(var, passing, rows),
            None => "_".to_string(),
        };
        let target = Expr::name(name);
        let mut clause = if keeps && (step.keys.is_none() || !step.on.is_empty()) {
            self.left_partners(target, candidates, &step.on, &source.item)
        } else {
            Clause::new(target, candidates)
        };
        before.append(&mut clause.before);
        clause.before = before;
        if let (Some(var), Some(name)) = (source.var, clause.target.as_name())
            && let Some(last) = rows.names.last_mut()
            && last.1 != name
        {
            last.1 = name.to_string();
            self.var_names.insert(var, name.to_string());
        }
        rows.clauses.push(clause);
    }

    /// The rows so far under a name, so that it can be asked whether there are any.
    fn counted(&mut self, query: &Query, position: usize, rows: &mut Rows) -> Expr {
        let so_far = std::mem::replace(rows, Rows::none());
        let mut kept = match so_far.clauses.as_slice() {
            [only] if only.is_list && only.conds.is_empty() => so_far,
            _ => {
                let ty = type_so_far(query, position, &so_far);
                self.kept_as(so_far, "_rows", &ty)
            }
        };
        let mut name = Expr::None;
        if let Some(only) = kept.clauses.first_mut() {
            if only.source.as_name().is_none() {
                let list = Expr::name(self.temporary());
                let source = std::mem::replace(&mut only.source, list.clone());
                self.emit(StmtKind::Assign(list, source));
            }
            name = only.source.clone();
        }
        *rows = kept;
        name
    }

    /// What is found in an index, else the default. For an empty one no key is computed if that
    /// could fail.
    pub(super) fn found(&mut self, index: &Expr, keys: &Keys<'a>, default: Expr) -> Expr {
        let old: Vec<&'a Typed> = keys.pairs.iter().map(|(old, _)| *old).collect();
        let key = self.dict_key(&old, keys.plain);
        let found = index.clone().attr("get").call([key, default.clone()]);
        if keys.old_total {
            return found;
        }
        Expr::if_else(index.clone(), found, default)
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
        let mut before = Vec::new();
        let mut candidates = candidates;
        if binds_names(&candidates) {
            let name = Expr::name(self.temporary());
            before.push(StmtKind::Assign(name.clone(), candidates).at(self.span));
            candidates = name;
        }
        if conds.iter().all(|(stmts, _)| stmts.is_empty()) {
            let partners = Expr::ListComp(
                Box::new(target.clone()),
                vec![Comprehension {
                    target: target.clone(),
                    source: candidates,
                    conds: one_condition(conds.into_iter().map(|(_, cond)| cond)),
                }],
            );
            let mut clause = Clause::new(target, Expr::bool2(BoolOp::Or, partners, none));
            clause.before = before;
            return clause;
        }
        let (empty, list) = self.captured(|this| this.empty_list("_partners", item));
        before.extend(empty);
        let mut inner = Clause::new(target.clone(), candidates);
        inner.conds = conds;
        let add = list.clone().attr("append").call([target.clone()]);
        let body = vec![StmtKind::Expr(add).at(self.span)];
        before.extend(self.loops(vec![inner], body));
        // A row without partner has none: to Python's checkers that is another type.
        let outer = match target.as_name() {
            Some(name) if name != "_" && !matches!(item, Type::Option(_) | Type::Any) => {
                Expr::name(self.fresh(name))
            }
            _ => target,
        };
        let mut clause = Clause::new(outer, Expr::bool2(BoolOp::Or, list, none));
        clause.before = before;
        clause
    }

    /// Builds the dictionary of joined rows by their keys; `numbered` with their positions.
    pub(super) fn joined_index(
        &mut self,
        source: &'a QuerySource,
        keys: &Keys<'a>,
        candidates: Expr,
        numbered: bool,
    ) -> Expr {
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
        let mut clause = Clause::new(target, over);
        for part in &keys.own {
            let cond = self.captured(|this| this.condition(part));
            clause.conds.push(cond);
        }
        let add = name.clone().index(key).attr("append").call([element]);
        let loops = self.loops(vec![clause], vec![StmtKind::Expr(add).at(self.span)]);
        self.append(loops);
        name
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
    pub(super) fn full_join(
        &mut self,
        query: &'a Query,
        position: usize,
        step: &Step<'a>,
        rows: Rows,
    ) -> Rows {
        let Some(source) = query.sources.get(position) else {
            return rows;
        };
        let Some(join) = &source.join else {
            return rows;
        };
        let mut rows = rows;
        self.settle_first(query, &mut rows);
        let unsafe_keys = step.keys.as_ref().is_some_and(|keys| !keys.new_total);
        let guard = unsafe_keys.then(|| self.counted(query, position, &mut rows));
        let (right, _) = self.elements_of(&source.value, true);
        let right = self.list_again(right, source.value.ty.clone());
        let indexed = match guard {
            Some(guard) => Expr::if_else(guard, right.clone(), Expr::Tuple(Vec::new())),
            None => right.clone(),
        };
        let index = step
            .keys
            .as_ref()
            .map(|keys| (self.joined_index(source, keys, indexed, true), keys));
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
        let over = match index {
            Some((index, keys)) => self.found(&index, keys, Expr::Tuple(Vec::new())),
            None => Expr::call_name("enumerate", [right.clone()]),
        };
        let mut clause = Clause::new(target.clone(), over);
        for part in &step.on {
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
            any_order: false,
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

/// The type of rows before a join; one after it may make options of their variables.
fn type_so_far(query: &Query, position: usize, rows: &Rows) -> Type {
    let before = query.sources.get(..position).unwrap_or_default();
    let of = |id: VarId| {
        let at = before.iter().position(|source| source.var == Some(id))?;
        let source = before.get(at)?;
        let kind = |source: &QuerySource| source.join.as_ref().map(|join| join.kind);
        let later = before.get(at + 1..).unwrap_or_default();
        let is_option = kind(source).is_some_and(JoinKind::keeps_left)
            || later
                .iter()
                .any(|source| kind(source).is_some_and(JoinKind::keeps_right));
        Some(if is_option {
            Type::option(source.item.clone())
        } else {
            source.item.clone()
        })
    };
    let types = rows.names.iter().filter_map(|(id, _)| of(*id));
    tuple_or_only(types.collect())
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
