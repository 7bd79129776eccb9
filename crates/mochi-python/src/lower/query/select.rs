//! What becomes of the rows: `sort by`, `select`, `distinct`, `skip`, `take`.
//!
//! Spec: language.md §10.

use mochi_check::typed::{Expr as Typed, ExprKind, Query, VarId};
use mochi_types::Type;

use super::super::Lowerer;
use super::super::expr::acts;
use super::{Clause, Rows, Want, is_plain_key, is_sliced, mentions};
use crate::py::{Arg, BinOp, Expr, LambdaParam, Stmt, StmtKind};

/// The numbers of rows to leave out, and to give at most.
type Window = (Option<Expr>, Option<Expr>);

impl<'a> Lowerer<'a> {
    /// Rows that are made in full before anything is selected, where a selection could change what
    /// the rows are made from.
    pub(super) fn settled(&mut self, query: &'a Query, rows: Rows) -> Rows {
        let sorted = !query.sort.is_empty();
        if sorted || !self.doing(&query.select).changes {
            return rows;
        }
        let plain = match rows.clauses.as_slice() {
            [only] => {
                let is_list = only.is_list && !is_range(&only.source);
                only.conds.is_empty() && (only.fresh || !self.facts.lists_change || !is_list)
            }
            _ => false,
        };
        let fixed = |part: &Typed| self.is_fixed(part);
        let later_sources = query.sources.iter().skip(1);
        let conds = query
            .filter
            .iter()
            .chain(query.group.iter().filter_map(|group| group.having.as_ref()));
        let steady = !self.facts.lists_change
            && query.sources.len() == 1
            && later_sources.count() == 0
            && conds.into_iter().all(fixed);
        if plain || steady {
            return rows;
        }
        self.kept(rows, "_kept")
    }

    /// The selected values of the rows, in their order, without those outside of the window.
    pub(super) fn finished(
        &mut self,
        query: &'a Query,
        ty: &Type,
        rows: Rows,
        window: Window,
        want: Want,
    ) -> Expr {
        let mut window = window;
        // What is selected of rows outside of the window is not evaluated if nobody can tell.
        let early = !query.distinct && Self::is_total(&query.select);
        let mut rows = rows;
        if !query.sort.is_empty() {
            rows = self.sorted(query, rows);
        }
        if early && (window.0.is_some() || window.1.is_some()) {
            let single = match rows.clauses.as_mut_slice() {
                [only] if only.conds.is_empty() && only.is_list => Some(only),
                _ => None,
            };
            if let Some(only) = single {
                let bounds = slice(std::mem::take(&mut window));
                let source = std::mem::replace(&mut only.source, Expr::None);
                // A part of a range is a range.
                only.fresh = !is_range(&source);
                only.source = source.index(bounds);
            }
        }
        let lazy = early && rows.total && rows.inline && (window.0.is_some() || window.1.is_some());
        let inner = if lazy || query.distinct || want == Want::Iterable {
            Want::Iterable
        } else {
            Want::List
        };
        let inline = rows.inline;
        let whole_list = want == Want::List || !lazy && (window.0.is_some() || window.1.is_some());
        let mut value = match self.rows_themselves(query, &rows) {
            Some(source) if inner == Want::Iterable => source,
            Some(source) if is_fresh(&rows) => source,
            Some(source) => Expr::call_name("list", [source]),
            None => {
                let element = self.captured(|this| this.selected(&query.select));
                let inner = if inner == Want::Iterable && !lazy && !query.distinct && whole_list {
                    Want::List
                } else {
                    inner
                };
                self.collected(rows, element, ty, inner)
            }
        };
        if query.distinct {
            value = self.distinct_rows(value, ty, whole_list);
        }
        if window.0.is_none() && window.1.is_none() {
            return value;
        }
        if lazy && inline {
            return self.windowed(value, window, want);
        }
        if !matches!(value, Expr::Name(_)) && !is_sliced(ty) {
            // What is selected is made for this type.
            let list = Expr::name(self.fresh("_rows"));
            let annotation = self.local_annotation(&Type::list(ty.clone()));
            self.emit(StmtKind::AnnAssign(list.clone(), annotation, Some(value)));
            value = list;
        }
        value.index(slice(window))
    }

    /// What is selected of a row; what yields no value is done for its effect.
    fn selected(&mut self, select: &'a Typed) -> Expr {
        let value = self.expr(select);
        if select.ty != Type::Unit || value.is_constant() {
            return value;
        }
        self.emit(StmtKind::Expr(value));
        Expr::None
    }

    /// What the rows are, if that is what is selected.
    fn rows_themselves(&self, query: &Query, rows: &Rows) -> Option<Expr> {
        let select = query.select.unwidened();
        let same_type = query.select.ty == select.ty;
        let ([(only, _)], [clause]) = (rows.names.as_slice(), rows.clauses.as_slice()) else {
            return None;
        };
        let is_part = match &select.kind {
            ExprKind::Field { object, name } => self.part_name(object, name).is_some(),
            _ => false,
        };
        let whole = (is_part || matches!(select.kind, ExprKind::Var(id) if id == *only))
            && same_type
            && clause.conds.is_empty()
            && clause.before.is_empty()
            && matches!(clause.target, Expr::Name(_))
            && !self.exploded.contains_key(only);
        whole.then(|| clause.source.clone())
    }

    fn distinct_rows(&mut self, value: Expr, ty: &Type, list: bool) -> Expr {
        if is_plain_key(ty) {
            let keys = Expr::name("dict").attr("fromkeys").call([value]);
            return if list {
                Expr::call_name("list", [keys])
            } else {
                keys
            };
        }
        self.call_helper("distinct", [value])
    }

    /// Rows of a generator within the window.
    fn windowed(&mut self, value: Expr, window: Window, want: Want) -> Expr {
        let islice = self.standard_name("itertools", "islice");
        let args = match window {
            (None, Some(take)) => vec![value, take],
            (skip, take) => {
                let stop = stop(skip.as_ref(), take).unwrap_or(Expr::None);
                vec![value, skip.unwrap_or(Expr::Int(0)), stop]
            }
        };
        let rows = islice.call(args);
        match want {
            Want::List => Expr::call_name("list", [rows]),
            Want::Iterable => rows,
        }
    }

    /// Rows in the order of the keys.
    pub(super) fn sorted(&mut self, query: &'a Query, rows: Rows) -> Rows {
        let used: Vec<(VarId, String)> = rows
            .names
            .iter()
            .filter(|(id, _)| mentions(self, &query.select, &[*id]))
            .cloned()
            .collect();
        let apart = rows
            .names
            .iter()
            .any(|(id, _)| self.exploded.contains_key(id));
        // What the keys are made of is all that is needed of a row.
        let others: Vec<VarId> = rows
            .names
            .iter()
            .map(|(id, _)| *id)
            .filter(|id| used.iter().all(|(used, _)| used != id))
            .collect();
        let by_used = !query.sort.iter().any(|key| mentions(self, key, &others));
        let single = match (rows.names.as_slice(), used.as_slice()) {
            ([only], _) if !apart => Some(only.clone()),
            (_, [only]) if !apart && by_used => Some(only.clone()),
            _ => None,
        };
        let (stmts, key) = self.captured(|this| this.sort_key(query));
        let mut rows = rows;
        self.named_first(&mut rows.clauses);
        if let Some(only) = single
            && !acts(&stmts)
            && !key.any(&|part| matches!(part, Expr::Await(_)))
            && rows.clauses.iter().all(Clause::is_inline)
        {
            self.append(stmts);
            return self.sorted_by_lambda(rows, only, key);
        }
        if let Some((whole, positions)) = self.key_positions(&rows, &used, (&stmts, &key)) {
            return self.sorted_by_parts(rows, used, whole, positions);
        }
        // Rows of several variables carry their key, and where a function for it cannot await.
        let mut parts = vec![key];
        let mut target = vec![Expr::name("_")];
        for (id, name) in &used {
            for key in self.key_names(*id) {
                parts.push(Expr::name(key.clone()));
                target.push(Expr::name(key));
            }
            parts.push(Expr::name(name.clone()));
            target.push(Expr::name(name.clone()));
        }
        let inline = rows.inline;
        let ty = self.keyed_row_type(query, &used);
        let first = self
            .standard_name("operator", "itemgetter")
            .call([Expr::Int(0)]);
        let by_first = Arg {
            name: Some("key".to_string()),
            value: first,
        };
        let keyed = self.collected(rows, (stmts, Expr::Tuple(parts)), &ty, Want::Iterable);
        let args = vec![
            Arg {
                name: None,
                value: keyed,
            },
            by_first,
        ];
        let sorted = Expr::Call(Box::new(Expr::name("sorted")), args);
        let mut clause = Clause::new(Expr::Tuple(target), sorted);
        clause.fresh = true;
        clause.is_list = true;
        Rows {
            clauses: vec![clause],
            names: used,
            inline,
            total: true,
            any_order: false,
        }
    }

    /// The names that stand for variables of a row.
    fn names_of(&self, used: &[(VarId, String)]) -> Vec<Expr> {
        let mut names = Vec::new();
        for (id, name) in used {
            names.extend(self.key_names(*id).into_iter().map(Expr::name));
            names.push(Expr::name(name.clone()));
        }
        names
    }

    /// Where the keys stand in rows, if they are parts of them: of the rows as they come, or of
    /// their variables one after the other.
    fn key_positions(
        &self,
        rows: &Rows,
        used: &[(VarId, String)],
        key: (&[Stmt], &Expr),
    ) -> Option<(bool, Vec<usize>)> {
        let (stmts, key) = key;
        if !rows.inline || !stmts.is_empty() || !rows.clauses.iter().all(Clause::is_inline) {
            return None;
        }
        let keys = match key {
            Expr::Tuple(keys) => keys.as_slice(),
            only => std::slice::from_ref(only),
        };
        let target = whole_rows(rows).map(|clause| &clause.target);
        if let Some(Expr::Tuple(parts)) = target {
            let of_part = |part: &Expr| match part {
                Expr::Tuple(inner) => inner.as_slice() == keys,
                _ => false,
            };
            if let Some(position) = parts.iter().position(of_part) {
                return Some((true, vec![position]));
            }
        }
        let names = self.names_of(used);
        let position = |key: &Expr| names.iter().position(|name| name == key);
        if names.len() < 2 {
            return None;
        }
        let positions = keys.iter().map(position).collect::<Option<_>>()?;
        Some((target == Some(&Expr::Tuple(names)), positions))
    }

    /// Rows that hold their keys: `sorted(rows, key=itemgetter(0))`.
    fn sorted_by_parts(
        &mut self,
        rows: Rows,
        used: Vec<(VarId, String)>,
        whole: bool,
        positions: Vec<usize>,
    ) -> Rows {
        let (target, source) = match whole_rows(&rows) {
            Some(only) if whole => (only.target.clone(), only.source.clone()),
            _ => {
                let element = Expr::Tuple(self.names_of(&used));
                let clauses = self.comprehension(rows.clauses);
                (element.clone(), Expr::lazily(element, clauses))
            }
        };
        let places = positions
            .into_iter()
            .map(|place| Expr::int(i64::try_from(place).unwrap_or(0)));
        let getter = self.standard_name("operator", "itemgetter");
        let by_parts = Arg {
            name: Some("key".to_string()),
            value: getter.call(places),
        };
        let source = Arg {
            name: None,
            value: source,
        };
        let sorted = Expr::Call(Box::new(Expr::name("sorted")), vec![source, by_parts]);
        let mut clause = Clause::new(target, sorted);
        clause.fresh = true;
        clause.is_list = true;
        Rows {
            clauses: vec![clause],
            names: used,
            inline: true,
            total: true,
            any_order: false,
        }
    }

    /// One variable: `sorted(rows, key=lambda x: …)`.
    fn sorted_by_lambda(&mut self, rows: Rows, only: (VarId, String), key: Expr) -> Rows {
        let (id, name) = only;
        let inline = rows.inline;
        let plain = match rows.clauses.as_slice() {
            [clause] if clause.conds.is_empty() && matches!(clause.target, Expr::Name(_)) => {
                Some(clause.source.clone())
            }
            _ => None,
        };
        let source = if let Some(source) = plain {
            source
        } else {
            let clauses = self.comprehension(rows.clauses);
            Expr::lazily(Expr::name(name.clone()), clauses)
        };
        let is_item = key.as_name() == Some(&name);
        let mut args = vec![Arg {
            name: None,
            value: source,
        }];
        if !is_item {
            let param = LambdaParam {
                name: name.clone(),
                default: None,
            };
            args.push(Arg {
                name: Some("key".to_string()),
                value: Expr::Lambda(vec![param], Box::new(key)),
            });
        }
        let sorted = Expr::Call(Box::new(Expr::name("sorted")), args);
        let mut clause = Clause::new(Expr::name(name.clone()), sorted);
        clause.fresh = true;
        clause.is_list = true;
        Rows {
            clauses: vec![clause],
            names: vec![(id, name)],
            inline,
            total: true,
            any_order: false,
        }
    }

    /// The key of a row: one value, or a tuple of several; none comes last.
    fn sort_key(&mut self, query: &'a Query) -> Expr {
        let parts: Vec<&'a Typed> = query.sort.iter().collect();
        let values = self.operands(&parts);
        let mut keys = Vec::new();
        for (part, value) in parts.iter().zip(values) {
            let ty = self.known_type(part);
            keys.push(self.part_key(value, &ty));
        }
        match keys.as_slice() {
            [only] => only.clone(),
            _ => Expr::Tuple(keys),
        }
    }

    fn part_key(&mut self, value: Expr, ty: &Type) -> Expr {
        match ty {
            Type::Option(inner) if is_plain_order(inner) => {
                if value.as_name().is_some() || matches!(value.plain(), Expr::Attr(..)) {
                    return Expr::Tuple(vec![value.clone().is_none(), value]);
                }
                let name = self.temporary();
                let bound = Expr::Walrus(name.clone(), Box::new(value));
                Expr::Tuple(vec![bound.is_none(), Expr::Name(name)])
            }
            ty if is_plain_order(ty) => value,
            _ => self.call_helper("sort_key", [value]),
        }
    }

    fn keyed_row_type(&self, query: &Query, used: &[(VarId, String)]) -> Type {
        let part_type = |part: &Typed| match self.known_type(part) {
            Type::Option(inner) if is_plain_order(&inner) => {
                Type::Tuple([Type::Bool, Type::Option(inner)].into())
            }
            plain if is_plain_order(&plain) => plain,
            _ => Type::Any,
        };
        let key = match query.sort.as_slice() {
            [only] => part_type(only),
            several => Type::Tuple(several.iter().map(part_type).collect()),
        };
        let mut parts = vec![key];
        for (id, _) in used {
            if let Some(known) = self.exploded.get(id) {
                parts.extend(known.key_types());
            }
            parts.extend(self.var(*id).map(|var| match &var.ty {
                Type::Group(_, item) if self.exploded.contains_key(id) => {
                    let known = self.exploded.get(id);
                    Type::list(known.map_or(Type::Any, |known| known.item_type(item)))
                }
                other => other.clone(),
            }));
        }
        Type::Tuple(parts.into())
    }
}

/// Types that Python orders as Mochi does.
fn is_plain_order(ty: &Type) -> bool {
    match ty {
        Type::Int
        | Type::Int64
        | Type::BigInt
        | Type::BigRat
        | Type::Float
        | Type::Str
        | Type::Bytes
        | Type::Bool
        | Type::Literal(_) => true,
        Type::List(item) => is_plain_order(item),
        Type::Tuple(parts) => parts.iter().all(is_plain_order),
        _ => false,
    }
}

/// Whether a source is `range(…)`, which nothing changes.
fn is_range(source: &Expr) -> bool {
    matches!(source.plain(), Expr::Call(function, _) if function.as_name() == Some("range"))
}

/// The only clause, if all that it runs over are rows.
fn whole_rows(rows: &Rows) -> Option<&Clause> {
    match rows.clauses.as_slice() {
        [only] if only.conds.is_empty() && only.before.is_empty() => Some(only),
        _ => None,
    }
}

/// Whether the only clause runs over a list that nobody else has.
fn is_fresh(rows: &Rows) -> bool {
    matches!(rows.clauses.as_slice(), [only] if only.fresh && only.is_list)
}

/// `skip:skip + take`.
fn slice(window: Window) -> Expr {
    let (skip, take) = window;
    let stop = stop(skip.as_ref(), take);
    Expr::Slice(skip.map(Box::new), stop.map(Box::new), None)
}

/// The position of the first row that is not given.
fn stop(skip: Option<&Expr>, take: Option<Expr>) -> Option<Expr> {
    let take = take?;
    Some(match (skip.map(Expr::plain), take.plain()) {
        (None, _) => take,
        (Some(Expr::Int(skip)), Expr::Int(take)) => Expr::Int(skip.saturating_add(*take)),
        (Some(skip), _) => Expr::binary(BinOp::Add, skip.clone(), take),
    })
}
