//! What is done once before the rows of a query instead of for each of them: values that do not
//! depend on the row, and dictionaries in which queries inside of it find their rows.
//!
//! Only what surely yields a value is done ahead, and only where nothing changes while the rows are
//! made, so that nobody can tell.
//!
//! Spec: language.md §10, §21 (rewriting that cannot be observed).

use mochi_check::typed::{Builtin, Expr as Typed, ExprKind, Query, VarId};
use mochi_syntax::ast::BinaryOp;
use mochi_types::Type;

use super::super::{Lowerer, walk};
use super::pure::is_immutable;
use super::{Want, are_plain_keys, element_type, mentions};
use crate::py::{Expr, StmtKind};

/// Something to do before the rows.
pub(super) enum Ahead<'q> {
    /// A value that every row would find the same.
    Value(&'q Typed),
    /// A query of which rows only ask whether they hold something.
    Members(&'q Typed, &'q Query),
    /// The first source of an inner query, by what its condition asks to be equal; with the
    /// variables of the rows around it.
    Index(&'q Query, Vec<VarId>),
}

/// What was done ahead, while the rows are lowered.
#[derive(Default)]
pub(in crate::lower) struct Done<'a> {
    values: Vec<(&'a Typed, Expr)>,
    indexes: Vec<(&'a Query, Vec<VarId>, Expr)>,
    /// How many queries are around the place at hand.
    depth: u32,
}

impl<'a> Lowerer<'a> {
    /// The name of a value that was computed ahead.
    pub(in crate::lower) fn done_ahead(&self, expr: &Typed) -> Option<&Expr> {
        let done = &self.ahead.values;
        done.iter()
            .find(|(known, _)| std::ptr::eq(*known, expr))
            .map(|(_, name)| name)
    }

    /// The dictionary in which a query finds its first rows, with the variables around it.
    pub(super) fn index_of(&self, query: &Query) -> Option<(&[VarId], &Expr)> {
        let done = &self.ahead.indexes;
        done.iter()
            .find(|(known, ..)| std::ptr::eq(*known, query))
            .map(|(_, around, name)| (around.as_slice(), name))
    }

    /// Whether something is to be done before a query's rows.
    pub(super) fn has_ahead(&self, query: &Query) -> bool {
        self.ahead.depth == 0 && !self.to_do_ahead(query).is_empty()
    }

    /// Lowers rows with `build`, after what can be done before them.
    pub(super) fn after_ahead<T>(
        &mut self,
        query: &'a Query,
        build: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outermost = self.ahead.depth == 0;
        let known = (self.ahead.values.len(), self.ahead.indexes.len());
        if outermost {
            let ahead = self.to_do_ahead(query);
            self.ahead.depth += 1;
            for part in ahead {
                self.do_ahead(part);
            }
        } else {
            self.ahead.depth += 1;
        }
        let value = build(self);
        self.ahead.depth -= 1;
        if outermost {
            self.ahead.values.truncate(known.0);
            self.ahead.indexes.truncate(known.1);
        }
        value
    }

    fn do_ahead(&mut self, part: Ahead<'a>) {
        match part {
            Ahead::Value(expr) => {
                let depth = std::mem::take(&mut self.ahead.depth);
                let value = self.expr(expr);
                self.ahead.depth = depth;
                self.name_ahead(expr, value);
            }
            Ahead::Members(expr, query) => {
                let depth = std::mem::take(&mut self.ahead.depth);
                let rows = self.query(query, element_type(&expr.ty), Want::Iterable);
                self.ahead.depth = depth;
                let members = match rows {
                    Expr::Generator(element, clauses) => Expr::SetComp(element, clauses),
                    other => Expr::call_name("set", [other]),
                };
                self.name_ahead(expr, members);
            }
            Ahead::Index(query, around) => {
                let Some(source) = query.sources.first() else {
                    return;
                };
                self.ahead.indexes.push((query, around, Expr::None));
                let step = self.plan(query).into_iter().next();
                let Some(keys) = step.and_then(|step| step.keys) else {
                    self.ahead.indexes.pop();
                    return;
                };
                let (candidates, _) = self.elements_of(&source.value, true);
                let name = self.joined_index(source, &keys, candidates, false);
                if let Some(entry) = self.ahead.indexes.last_mut() {
                    entry.2 = name;
                }
            }
        }
    }

    fn name_ahead(&mut self, expr: &'a Typed, value: Expr) {
        let name = if value.as_name().is_some() {
            value
        } else {
            let name = Expr::name(self.temporary());
            self.emit(StmtKind::Assign(name.clone(), value));
            name
        };
        self.ahead.values.push((expr, name));
    }

    /// What can be done before a query's rows.
    fn to_do_ahead<'q>(&self, query: &'q Query) -> Vec<Ahead<'q>> {
        let mut out = Vec::new();
        let changes = query
            .exprs()
            .into_iter()
            .any(|part| self.doing(part).changes);
        if !changes && self.watched.is_empty() {
            self.seek_in_query(query, &mut Vec::new(), &mut out);
        }
        out
    }

    /// Looks through the parts of a query; `around` are the variables of rows around it.
    fn seek_in_query<'q>(
        &self,
        query: &'q Query,
        around: &mut Vec<VarId>,
        out: &mut Vec<Ahead<'q>>,
    ) {
        let outer = around.len();
        for part in query.skip.iter().chain(&query.take) {
            self.seek(part, around, out);
        }
        for source in &query.sources {
            self.seek(&source.value, around, out);
            around.extend(source.var);
            if let Some(join) = &source.join {
                self.seek(&join.on, around, out);
            }
        }
        if let Some(filter) = &query.filter {
            self.seek(filter, around, out);
        }
        if let Some(group) = &query.group {
            for key in &group.keys {
                self.seek(key, around, out);
            }
            around.push(group.var);
            if let Some(having) = &group.having {
                self.seek(having, around, out);
            }
        }
        for part in query.sort.iter().chain([&query.select]) {
            self.seek(part, around, out);
        }
        around.truncate(outer);
    }

    /// Looks through an expression that is evaluated for each row of the variables around it.
    fn seek<'q>(&self, expr: &'q Typed, around: &mut Vec<VarId>, out: &mut Vec<Ahead<'q>>) {
        if self.takes_long(expr) && is_immutable(&expr.ty) && self.is_same_for_all(expr, around) {
            out.push(Ahead::Value(expr));
            return;
        }
        match &expr.kind {
            ExprKind::Binary {
                op: BinaryOp::In,
                left,
                right,
            } => {
                self.seek(left, around, out);
                match &right.kind {
                    ExprKind::Query(query)
                        if self.is_same_for_all(right, around)
                            && are_plain_keys(&left.ty, element_type(&right.ty)) =>
                    {
                        out.push(Ahead::Members(right, query));
                    }
                    _ => self.seek(right, around, out),
                }
            }
            ExprKind::Query(query) => {
                self.seek_in_query(query, around, out);
                if self.may_be_looked_up(query, around) {
                    out.push(Ahead::Index(query, around.clone()));
                }
            }
            // Their parts know variables that nobody knows before the row.
            ExprKind::Match(_) | ExprKind::Safe { .. } | ExprKind::Lambda(_) => {}
            _ => {
                for child in walk::children(expr) {
                    self.seek(child, around, out);
                }
            }
        }
    }

    /// Whether an expression surely has a value, the same for all rows of the variables around it.
    fn is_same_for_all(&self, expr: &Typed, around: &[VarId]) -> bool {
        !around.is_empty()
            && self.surely_yields(expr)
            && !self.needs_guard(expr)
            && !mentions(self, expr, around)
    }

    /// Whether evaluating an expression goes through a list that was not gone through before.
    pub(super) fn takes_long(&self, expr: &Typed) -> bool {
        if self.done_ahead(expr).is_some() {
            return false;
        }
        let own = match &expr.kind {
            ExprKind::Query(_) => true,
            ExprKind::CallBuiltin { builtin, .. } => matches!(
                builtin,
                Builtin::Sum | Builtin::Avg | Builtin::Min | Builtin::Max
            ),
            _ => false,
        };
        let children = walk::children(expr);
        own || children.into_iter().any(|child| self.takes_long(child))
    }

    /// Whether the first source of an inner query is a list that is the same for all rows around it,
    /// of which its condition asks for those that are equal to something of these rows.
    fn may_be_looked_up(&self, query: &Query, around: &[VarId]) -> bool {
        let Some(first) = query.sources.first() else {
            return false;
        };
        !around.is_empty()
            && matches!(first.value.kind, ExprKind::Var(_))
            && matches!(first.value.ty, Type::List(_))
            && !mentions(self, &first.value, around)
            && self.plan_within(query, around).first().is_some_and(|step| {
                let keys = step.keys.as_ref();
                keys.is_some_and(|keys| {
                    let pairs = &keys.pairs;
                    pairs.iter().any(|(old, _)| mentions(self, old, around))
                })
            })
    }
}
