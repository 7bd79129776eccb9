//! Queries, step by step as §10 lists them.
//!
//! Spec: language.md §10.

use std::cmp::Ordering;
use std::rc::Rc;

use mochi_syntax::ast::{Expr, ExprKind, Query, QueryGroup, QueryJoin};

use super::builtin::aggregate;
use super::expr::distinct;
use super::value::{Answer, Group, Scope, Value, declare, fault, give_up};
use super::{Interpreter, number};

/// A row: each variable with its value, in order.
type Row = Vec<(Rc<str>, Value)>;

fn with(scope: &Scope, row: &Row) -> Scope {
    let mut inner = scope.clone();
    for (name, value) in row {
        if &**name != "_" {
            inner = declare(&inner, name, value.clone());
        }
    }
    inner
}

impl Interpreter {
    pub(super) fn query(&mut self, query: &Query, scope: &Scope) -> Answer<Value> {
        let mut rows: Vec<Row> = vec![Vec::new()];
        for source in &query.sources {
            let mut next = Vec::new();
            for row in &rows {
                let items = self.expr(&source.value, &with(scope, row))?;
                for item in self.items(&items, false)? {
                    self.step()?;
                    let mut row = row.clone();
                    row.push((source.name.text.clone(), item));
                    next.push(row);
                }
            }
            rows = next;
        }
        let names: Vec<Rc<str>> = query
            .sources
            .iter()
            .map(|source| source.name.text.clone())
            .collect();
        let mut names = names;
        for join in &query.joins {
            rows = self.join(join, rows, &names, scope)?;
            names.push(join.source.name.text.clone());
        }
        if let Some(filter) = &query.filter {
            let mut kept = Vec::new();
            for row in rows {
                if self.condition(filter, &with(scope, &row))? {
                    kept.push(row);
                }
            }
            rows = kept;
        }
        if let Some(group) = &query.group {
            rows = self.grouped(group, &rows, scope)?;
        }
        if let Some(sort) = &query.sort {
            let mut keyed = Vec::new();
            for row in rows {
                keyed.push((self.expr(sort, &with(scope, &row))?, row));
            }
            let mut failed = None;
            keyed.sort_by(|(a, _), (b, _)| {
                sort_order(a, b).unwrap_or_else(|stop| {
                    failed = Some(stop);
                    Ordering::Equal
                })
            });
            if let Some(stop) = failed {
                return Err(stop);
            }
            rows = keyed.into_iter().map(|(_, row)| row).collect();
        }
        self.selected(query, rows, scope)
    }

    fn selected(&mut self, query: &Query, rows: Vec<Row>, scope: &Scope) -> Answer<Value> {
        let group = query.group.as_ref().map(|group| group.name.text.clone());
        let aggregated = self.aggregated(&query.select, group.as_ref(), scope);
        let value = aggregated
            .as_ref()
            .map_or(&query.select, |(_, value)| value);
        let mut values = Vec::new();
        for row in rows {
            values.push(self.expr(value, &with(scope, &row))?);
        }
        if query.distinct {
            values = distinct(values);
        }
        let skip = self.amount(query.skip.as_ref(), scope)?;
        let take = self.amount(query.take.as_ref(), scope)?;
        let values: Vec<Value> = values
            .into_iter()
            .skip(skip.unwrap_or(0))
            .take(take.unwrap_or(usize::MAX))
            .collect();
        match aggregated {
            Some((name, _)) => aggregate(&name, &values),
            None => Ok(Value::list(values)),
        }
    }

    fn amount(&mut self, expr: Option<&Expr>, scope: &Scope) -> Answer<Option<usize>> {
        let Some(expr) = expr else {
            return Ok(None);
        };
        let value = self.expr(expr, scope)?;
        match number::integer(&value) {
            Some(n) => Ok(Some(n.clamp(0, 1_000_000) as usize)),
            None => fault(3),
        }
    }

    /// The aggregate that a query ends in, and what it runs over.
    fn aggregated(
        &mut self,
        select: &Expr,
        group: Option<&Rc<str>>,
        scope: &Scope,
    ) -> Option<(Rc<str>, Expr)> {
        let ExprKind::Call { callee, args, .. } = &select.kind else {
            return None;
        };
        let ExprKind::Name(name) = &callee.kind else {
            return None;
        };
        let [arg] = &args[..] else {
            return None;
        };
        let known = ["sum", "avg", "min", "max", "count"].contains(&&**name);
        let whole = match &arg.value.kind {
            ExprKind::Query(_) => true,
            ExprKind::Name(of) => group == Some(of),
            _ => false,
        };
        (known && !whole && self.is_builtin(name, scope)).then(|| (name.clone(), arg.value.clone()))
    }

    fn join(
        &mut self,
        join: &QueryJoin,
        rows: Vec<Row>,
        names: &[Rc<str>],
        scope: &Scope,
    ) -> Answer<Vec<Row>> {
        let name = join.source.name.text.clone();
        let mut items = Vec::new();
        if join.kind.keeps_right() {
            let source = self.expr(&join.source.value, scope)?;
            items = self.items(&source, false)?;
        }
        let mut found = vec![false; items.len()];
        let mut joined = Vec::new();
        for row in rows {
            let mut partner = false;
            if !join.kind.keeps_right() {
                // What is joined may depend on the row.
                let source = self.expr(&join.source.value, &with(scope, &row))?;
                items = self.items(&source, false)?;
            }
            for (at, item) in items.iter().enumerate() {
                self.step()?;
                let mut wide = row.clone();
                wide.push((name.clone(), item.clone()));
                if self.condition(&join.on, &with(scope, &wide))? {
                    partner = true;
                    if let Some(found) = found.get_mut(at) {
                        *found = true;
                    }
                    joined.push(wide);
                }
            }
            if !partner && join.kind.keeps_left() {
                let mut wide = row;
                wide.push((name.clone(), Value::None));
                joined.push(wide);
            }
        }
        if join.kind.keeps_right() {
            for (item, found) in items.iter().zip(found) {
                if !found {
                    let mut wide: Row = names
                        .iter()
                        .map(|name| (name.clone(), Value::None))
                        .collect();
                    wide.push((name.clone(), item.clone()));
                    joined.push(wide);
                }
            }
        }
        Ok(joined)
    }

    fn grouped(&mut self, group: &QueryGroup, rows: &[Row], scope: &Scope) -> Answer<Vec<Row>> {
        let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
        for row in rows {
            let inner = with(scope, row);
            let key = self.key(group, &inner)?;
            let item = match &row[..] {
                [(_, only)] => only.clone(),
                several => Value::map(
                    several
                        .iter()
                        .map(|(name, value)| (Value::Str(name.clone()), value.clone()))
                        .collect(),
                ),
            };
            match groups
                .iter_mut()
                .find(|(found, _)| number::equal(found, &key))
            {
                Some((_, items)) => items.push(item),
                None => groups.push((key, vec![item])),
            }
        }
        let mut kept = Vec::new();
        for (key, items) in groups {
            let value = Value::Group(Rc::new(Group { key, items }));
            let row = vec![(group.name.text.clone(), value)];
            let keep = match &group.having {
                Some(having) => self.condition(having, &with(scope, &row))?,
                None => true,
            };
            if keep {
                kept.push(row);
            }
        }
        Ok(kept)
    }

    fn key(&mut self, group: &QueryGroup, scope: &Scope) -> Answer<Value> {
        if let [only] = &group.keys[..] {
            return self.expr(only, scope);
        }
        let mut entries = Vec::new();
        for (at, key) in group.keys.iter().enumerate() {
            let name = match &key.kind {
                ExprKind::Field { name, .. } => name.text.to_string(),
                _ => format!("k{}", at + 1),
            };
            entries.push((Value::text(&name), self.expr(key, scope)?));
        }
        Ok(Value::map(entries))
    }
}

/// Ascending, none last, part by part.
fn sort_order(a: &Value, b: &Value) -> Answer<Ordering> {
    match (a, b) {
        (Value::None, Value::None) => Ok(Ordering::Equal),
        (Value::None, _) => Ok(Ordering::Greater),
        (_, Value::None) => Ok(Ordering::Less),
        (Value::List(x), Value::List(y)) => parts_order(&x.borrow(), &y.borrow()),
        (Value::Tuple(x), Value::Tuple(y)) => parts_order(x, y),
        _ => match number::order(a, b) {
            Ok(Some(order)) => Ok(order),
            _ => give_up("a sort of what has no order"),
        },
    }
}

fn parts_order(a: &[Value], b: &[Value]) -> Answer<Ordering> {
    for (a, b) in a.iter().zip(b) {
        let order = sort_order(a, b)?;
        if order != Ordering::Equal {
            return Ok(order);
        }
    }
    Ok(a.len().cmp(&b.len()))
}
