//! Where rows come from: the `from` clauses, and `where`.
//!
//! Spec: language.md §10, §19.8 (what is read when).

use mochi_check::typed::{Builtin, Expr as Typed, ExprKind, Query, QuerySource, VarId};
use mochi_types::Type;

use super::super::Lowerer;
use super::super::append;
use super::super::expr::{is_simple, is_stable};
use super::plan::Step;
use super::{Clause, Rows, Want, mentions};
use crate::py::{Expr, Stmt, StmtKind};

impl<'a> Lowerer<'a> {
    /// The rows of all sources that `where` lets pass.
    pub(super) fn source_rows(&mut self, query: &'a Query) -> Rows {
        let last_full = query.sources.iter().rposition(|source| {
            let join = source.join.as_ref();
            join.is_some_and(|join| join.kind.keeps_right())
        });
        let inline = query.group.is_none() && self.all_simple(query);
        let mut rows = Rows {
            clauses: Vec::new(),
            names: Vec::new(),
            inline,
            total: true,
            any_order: std::mem::take(&mut self.any_order),
        };
        for ((position, source), step) in query.sources.iter().enumerate().zip(self.plan(query)) {
            // A join that keeps rows of its right side is done by loops of its own, in which
            // variables are not options yet.
            let passing = last_full.is_some_and(|last| position <= last);
            if passing {
                rows.inline = false;
            }
            if let Some(join) = &source.join {
                rows.total &= Self::is_total(&join.on);
            }
            match &source.join {
                None if position == 0 && step.keys.is_some() => {
                    self.first_found(query, &step, passing, &mut rows);
                }
                None if step.keys.is_none() => {
                    self.source_clause(query, position, passing, &mut rows);
                }
                Some(join) if join.kind.keeps_right() => {
                    rows = self.full_join(query, position, &step, rows);
                    if last_full == Some(position) {
                        rows = self.renamed(rows, inline);
                    } else {
                        rows = self.passing(rows);
                    }
                }
                _ => self.partner_clause(query, position, passing, &step, &mut rows),
            }
            for part in step.after {
                let cond = self.captured(|this| this.condition(part));
                if let Some(last) = rows.clauses.last_mut() {
                    last.conds.push(cond);
                }
            }
        }
        if let Some(filter) = &query.filter {
            rows.total &= Self::is_total(filter);
        }
        rows
    }

    /// Whether everything that is evaluated once a row is an expression.
    fn all_simple(&self, query: &Query) -> bool {
        let later = query.sources.iter().skip(1);
        query.select.ty != Type::Unit
            && !super::binds_in_joins(query)
            && !self.plan(query).iter().any(Step::may_bind)
            && later
                .clone()
                .filter(|source| self.sees_rows(query, source))
                .all(|source| is_simple(self, &source.value))
            && later
                .filter_map(|source| source.join.as_ref())
                .all(|join| is_simple(self, &join.on))
            && query
                .filter
                .iter()
                .chain(&query.sort)
                .chain([&query.select])
                .all(|part| is_simple(self, part))
    }

    /// Whether a source depends on the variables of other sources.
    fn sees_rows(&self, query: &Query, source: &QuerySource) -> bool {
        let vars: Vec<VarId> = query.sources.iter().filter_map(|other| other.var).collect();
        mentions(self, &source.value, &vars)
    }

    /// Whether a source that is not the first is evaluated where it stands: it depends on the row,
    /// or has the same elements whenever it is evaluated.
    pub(super) fn stays_in_place(&self, query: &Query, position: usize) -> bool {
        let Some(source) = query.sources.get(position) else {
            return true;
        };
        if self.sees_rows(query, source) {
            return true;
        }
        let changes = query
            .exprs()
            .into_iter()
            .any(|part| self.doing(part).changes);
        self.is_steady(&source.value, changes)
    }

    /// Whether an expression yields the same elements each time, cheaply.
    fn is_steady(&self, value: &Typed, changes: bool) -> bool {
        match &value.kind {
            ExprKind::Var(_) => {
                matches!(value.ty, Type::List(_) | Type::Group(..))
                    && (!changes || is_stable(self, value))
            }
            ExprKind::Field { object, .. } => {
                matches!(value.ty, Type::List(_) | Type::Group(..))
                    && !changes
                    && matches!(object.kind, ExprKind::Var(_))
            }
            ExprKind::List(items) => items.iter().all(super::super::expr::is_literal),
            ExprKind::Widen(inner) => self.is_steady(inner, changes),
            ExprKind::CallBuiltin {
                builtin: Builtin::Range,
                args,
            } => args.iter().all(|arg| is_stable(self, arg)),
            _ => false,
        }
    }

    /// The first rows of a query inside of another, found in a dictionary that was made before.
    fn first_found(&mut self, query: &'a Query, step: &Step<'a>, passing: bool, rows: &mut Rows) {
        let (Some(source), Some(keys)) = (query.sources.first(), &step.keys) else {
            return;
        };
        let index = self.index_of(query).map(|(_, index)| index.clone());
        let index = index.unwrap_or(Expr::None);
        let found = self.found(&index, keys, Expr::Tuple(Vec::new()));
        let name = source.var.map(|var| self.row_variable(var, passing, rows));
        let target = Expr::name(name.unwrap_or_else(|| "_".to_string()));
        rows.clauses.push(Clause::new(target, found));
    }

    fn source_clause(&mut self, query: &'a Query, position: usize, passing: bool, rows: &mut Rows) {
        let Some(source) = query.sources.get(position) else {
            return;
        };
        let first = position == 0;
        let in_place = first || self.stays_in_place(query, position);
        let (before, iterable, fresh) = if in_place {
            let any_order = first && rows.any_order;
            let (before, (iterable, fresh)) = self.captured(|this| {
                let unordered = any_order.then(|| this.unordered(&source.value, false));
                match unordered.flatten() {
                    Some(unordered) => (unordered, false),
                    None => this.elements_of(&source.value, first),
                }
            });
            (before, iterable, fresh)
        } else {
            self.settle_first(query, rows);
            let list = self.list_of(&source.value, true);
            (Vec::new(), list, false)
        };
        rows.total &= first || Self::is_total(&source.value);
        let inline = rows.inline && !passing;
        let parts = self.row_of_parts(&source.value, source.var, inline);
        let target = if let Some((target, first)) = parts {
            rows.names.extend(source.var.map(|var| (var, first)));
            target
        } else {
            let name = source.var.map(|var| self.row_variable(var, passing, rows));
            Expr::name(name.unwrap_or_else(|| "_".to_string()))
        };
        let mut clause = Clause::new(target, iterable);
        clause.fresh = fresh;
        // A query inside may hand over its rows as they are made.
        let lazy = first && matches!(source.value.kind, ExprKind::Query(_));
        clause.is_list = !lazy && matches!(source.value.ty, Type::List(_) | Type::Group(..));
        if first {
            self.append(before);
        } else {
            clause.before = before;
        }
        rows.clauses.push(clause);
    }

    /// The name of a source's variable, which is part of the rows from here on.
    pub(super) fn row_variable(&mut self, var: VarId, passing: bool, rows: &mut Rows) -> String {
        let name = if passing {
            self.passing_name(var)
        } else {
            self.var_names.remove(&var);
            self.row_name(var, rows.inline)
        };
        rows.names.push((var, name.clone()));
        name
    }

    /// A name for loops that only prepare rows.
    pub(super) fn passing_name(&mut self, var: VarId) -> String {
        let base = self
            .var(var)
            .map_or_else(String::new, |var| super::name::python_name(&var.name));
        let name = self.fresh(&format!("_{}", base.trim_start_matches('_')));
        self.var_names.insert(var, name.clone());
        name
    }

    /// What a source runs over, and whether it is a list that nobody else has.
    pub(super) fn elements_of(&mut self, source: &'a Typed, first: bool) -> (Expr, bool) {
        if let Some(range) = self.range_call(source) {
            return (range, false);
        }
        if let ExprKind::Query(query) = &source.kind {
            let quiet = self.doing(source).is_quiet();
            let want = if first && quiet {
                Want::Iterable
            } else {
                Want::List
            };
            let value = self.query(query, element_type(&source.ty), want);
            return (value, want == Want::List);
        }
        let value = self.expr(source);
        if matches!(source.ty, Type::Group(..)) {
            return (self.items_of(value, source), false);
        }
        let fresh = matches!(source.ty, Type::Set(_) | Type::Map(..));
        (self.iterable(value, &source.ty, false, false), fresh)
    }

    /// What a source runs over, as something that may be iterated again and again.
    pub(super) fn list_of(&mut self, source: &'a Typed, named: bool) -> Expr {
        let is_list = matches!(source.ty, Type::List(_) | Type::Group(..) | Type::Set(_));
        let (mut value, _) = self.elements_of(source, false);
        if !is_list {
            value = Expr::call_name("list", [value]);
        }
        let steady = append::as_var(source).is_some() && is_stable(self, source);
        if !named || steady && is_list && value.as_name().is_some() {
            return value;
        }
        let name = Expr::name(self.temporary());
        self.emit(StmtKind::Assign(name.clone(), value));
        name
    }

    /// Before something is built for the query, its first source is evaluated, if anyone could
    /// notice the difference.
    pub(super) fn settle_first(&mut self, query: &Query, rows: &mut Rows) {
        let Some(source) = query.sources.first() else {
            return;
        };
        let Some(clause) = rows.clauses.first_mut() else {
            return;
        };
        if Self::is_total(&source.value) || clause.source.as_name().is_some() {
            return;
        }
        let name = Expr::name(self.temporary());
        let value = std::mem::replace(&mut clause.source, name.clone());
        self.emit(StmtKind::Assign(name, value));
    }

    /// The values of `skip` and `take`, evaluated before everything else unless nobody could tell.
    pub(super) fn window(&mut self, query: &'a Query) -> (Option<Expr>, Option<Expr>) {
        let skip = query.skip.as_ref().map(|count| self.row_count(count));
        let take = query.take.as_ref().map(|count| self.row_count(count));
        (skip, take)
    }

    /// A number of rows; negative ones count as none.
    fn row_count(&mut self, count: &'a Typed) -> Expr {
        let value = self.expr(count);
        match value.plain() {
            Expr::Int(_) => return value,
            other if other.is_constant() => return Expr::Int(0),
            _ => {}
        }
        let natural = self.is_natural(count);
        let value = if natural {
            value
        } else {
            Expr::call_name("max", [value, Expr::Int(0)])
        };
        if is_stable(self, count) || Self::is_total(count) && self.is_fixed(count) {
            return value;
        }
        let name = Expr::name(self.temporary());
        self.emit(StmtKind::Assign(name.clone(), value));
        name
    }

    /// Rows kept in a list, under the names that they have.
    pub(super) fn kept(&mut self, rows: Rows, base: &str) -> Rows {
        let ty = self.row_type(&rows.names);
        self.kept_as(rows, base, &ty)
    }

    /// Rows of a type kept in a list, under the names that they have.
    pub(super) fn kept_as(&mut self, rows: Rows, base: &str, ty: &Type) -> Rows {
        let element = super::names_target(&rows.names);
        let names = rows.names.clone();
        let inline = rows.inline;
        let mut rows = rows;
        self.named_first(&mut rows.clauses);
        let list = if let Some(copied) = copied(&rows.clauses, &element) {
            copied
        } else if inline && rows.clauses.iter().all(super::Clause::is_inline) {
            let clauses = self.comprehension(rows.clauses);
            Expr::ListComp(Box::new(element.clone()), clauses)
        } else {
            let list = self.empty_list(base, ty);
            let add = list.clone().attr("append").call([element.clone()]);
            let body: Vec<Stmt> = vec![StmtKind::Expr(add).at(self.span)];
            let loops = self.loops(rows.clauses, body);
            self.append(loops);
            list
        };
        let mut clause = Clause::new(element, list);
        clause.fresh = true;
        clause.is_list = true;
        Rows {
            clauses: vec![clause],
            names,
            inline,
            total: true,
            any_order: false,
        }
    }

    /// The type of a row with these variables.
    pub(super) fn row_type(&self, names: &[(VarId, String)]) -> Type {
        let parts: Vec<Type> = names
            .iter()
            .filter_map(|(id, _)| self.var(*id))
            .map(|var| var.ty.clone())
            .collect();
        match parts.as_slice() {
            [only] => only.clone(),
            _ => Type::Tuple(parts.into()),
        }
    }
}

/// The type of a list's elements.
pub(in crate::lower) fn element_type(ty: &Type) -> &Type {
    match ty {
        Type::List(item) => item,
        other => other,
    }
}

/// `xs[:]`, where the rows are the elements of a list as they are.
fn copied(clauses: &[Clause], element: &Expr) -> Option<Expr> {
    let [only] = clauses else { return None };
    let is_named = matches!(only.source.plain(), Expr::Name(_) | Expr::Attr(..));
    let is_bare = only.before.is_empty() && only.conds.is_empty();
    let is_copy = only.is_list && is_named && is_bare;
    let whole = Expr::Slice(None, None, None);
    (is_copy && only.target == *element).then(|| only.source.clone().index(whole))
}
