//! Queries.
//!
//! A variable that a join may leave without a value is declared as an option, and narrowed up to
//! that join.
//!
//! Spec: language.md §10.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, ExprKind as Ast};
use mochi_types::{Check, Effects, Out, Shape, Type};

use super::unparenthesised;
use crate::checker::{Checker, expr};
use crate::python::checked;
use crate::report;
use crate::scope::{Binding, NewVar};
use crate::typed::{
    Builtin, Expr, ExprKind, Query, QueryGroup, QueryJoin, QuerySource, VarId, VarKind,
};
use crate::walk::{self, Visitor};

/// A source before its variable is declared.
struct Rows {
    value: Expr,
    item: Type,
}

/// A variable of the rows.
struct RowVar {
    name: ast::Name,
    id: Option<VarId>,
}

impl Checker<'_> {
    /// `from x in xs … select e`.
    pub(super) fn query(
        &mut self,
        query: &ast::Query,
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let skip = self.row_count("skip", query.skip.as_ref());
        let take = self.row_count("take", query.take.as_ref());
        let before = self.narrowed.clone();
        self.push_scope();
        // Each row has variables of its own, as each round of a loop has.
        self.frame_mut().loops += 1;
        let (sources, vars) = self.query_sources(query);
        let filter = query.filter.as_ref().map(|cond| {
            let typed = self.predicate(cond, "where", report::where_not_bool);
            let facts = self.facts(cond);
            self.narrow(&facts.yes);
            typed
        });
        let group = query.group.as_ref().map(|group| {
            let keys: Vec<Expr> = group.keys.iter().map(|key| self.expr(key, None)).collect();
            let key = Self::group_key(&group.keys, &keys);
            let item = self.group_item(&vars);
            // After grouping only the group is visible.
            self.pop_scope();
            self.push_scope();
            if let Some(scope) = self.scopes.last_mut() {
                let hidden = vars.iter().map(|var| Rc::clone(&var.name.text));
                scope.grouped = hidden
                    .map(|name| (name, Rc::clone(&group.name.text)))
                    .collect();
                scope.keys = key_names(group);
            }
            let ty = Type::Group(Rc::new(key.clone()), Rc::new(item.clone()));
            let new = NewVar::fixed(VarKind::Loop, ty);
            let var = self.declare_var(&group.name.text, group.name.span, new);
            let rows = vars
                .iter()
                .filter_map(|row| Some((Rc::clone(&row.name.text), row.id?)));
            self.note_group_of(var, &rows.collect::<Vec<_>>());
            let having = group
                .having
                .as_ref()
                .map(|cond| self.predicate(cond, "having", report::having_not_bool));
            QueryGroup {
                keys,
                key,
                item,
                var,
                having,
            }
        });
        let sort = self.sort_keys(query.sort.as_ref());
        let (select, aggregate) = self.selected(query, expected);
        self.frame_mut().loops -= 1;
        self.pop_scope();
        self.narrowed = before;
        let item = select.ty.clone();
        let at = select.span;
        let failed = item == Type::Error;
        let typed = Query {
            sources,
            filter,
            group,
            sort,
            skip,
            take,
            distinct: query.distinct,
            select,
        };
        let ty = if failed {
            Type::Error
        } else {
            Type::list(item)
        };
        let rows = expr(ExprKind::Query(Box::new(typed)), ty, span);
        match aggregate {
            Some(builtin) if !failed => {
                let rows = Expr { span: at, ..rows };
                let of_lists =
                    matches!(&rows.ty, Type::List(item) if matches!(**item, Type::List(_)));
                let known = self.diagnostics.len();
                let whole = self.builtin_with(builtin, Some(rows), &[], span, None);
                if of_lists && self.diagnostics.len() > known {
                    self.explain_total();
                }
                Expr { span, ..whole }
            }
            _ => rows,
        }
    }

    /// Adds to what was reported of an aggregate that was probably meant for the list of each row.
    fn explain_total(&mut self) {
        if let Some(fault) = self.diagnostics.pop() {
            let note = "an aggregate that is selected is taken over all rows: for one of each row \
                        write `sum(from x in xs select x)`";
            self.diagnostics.push(fault.with_note(note));
        }
    }

    /// The operand of `skip` or `take`.
    fn row_count(&mut self, word: &str, count: Option<&ast::Expr>) -> Option<Expr> {
        let count = count?;
        let typed = self.expr(count, Some(&Type::Int));
        if !matches!(
            typed.ty.widened(),
            Type::Int | Type::Int64 | Type::Error | Type::Never
        ) {
            let shown = self.show(&typed.ty);
            self.report(report::row_count(word, &shown, count.span));
        }
        Some(typed)
    }

    fn query_sources(&mut self, query: &ast::Query) -> (Vec<QuerySource>, Vec<RowVar>) {
        let joins = &query.joins;
        let count = query.sources.len();
        // Whether the variable at a position is an option once all is joined.
        let optional = |position: usize| {
            let own = position.checked_sub(count).and_then(|own| joins.get(own));
            let later = joins.get((position + 1).saturating_sub(count)..);
            own.is_some_and(|join| join.kind.keeps_left())
                || later
                    .unwrap_or_default()
                    .iter()
                    .any(|join| join.kind.keeps_right())
        };
        let mut sources = Vec::new();
        let mut vars: Vec<RowVar> = Vec::new();
        for (position, source) in query.sources.iter().enumerate() {
            let rows = self.rows(&source.value, report::query_source);
            let id = self.row_variable(&source.name, &rows, optional(position));
            vars.push(RowVar {
                name: source.name.clone(),
                id,
            });
            sources.push(QuerySource {
                var: id,
                item: rows.item,
                value: rows.value,
                join: None,
            });
        }
        for (index, join) in joins.iter().enumerate() {
            let hidden = join.kind.keeps_right().then(|| self.scopes.pop()).flatten();
            let rows = self.rows(&join.source.value, report::join_source);
            if let Some(hidden) = hidden {
                self.scopes.push(hidden);
            }
            let id = self.row_variable(&join.source.name, &rows, optional(count + index));
            let on = self.expr(&join.on, Some(&Type::Bool));
            self.require_bool(&on, join.on.span, report::on_not_bool);
            if join.kind.keeps_right() {
                for var in vars.iter().filter_map(|var| var.id) {
                    self.narrowed.remove(var);
                }
            }
            if join.kind.keeps_left()
                && let Some(id) = id
            {
                self.narrowed.remove(id);
            }
            vars.push(RowVar {
                name: join.source.name.clone(),
                id,
            });
            sources.push(QuerySource {
                var: id,
                item: rows.item,
                value: rows.value,
                join: Some(QueryJoin {
                    kind: join.kind,
                    on,
                }),
            });
        }
        (sources, vars)
    }

    fn row_variable(&mut self, name: &ast::Name, rows: &Rows, optional: bool) -> Option<VarId> {
        if &*name.text == "_" {
            return None;
        }
        let item = &rows.item;
        let ty = if optional {
            Type::option(item.clone())
        } else {
            item.clone()
        };
        let narrow = ty != *item;
        let id = self.declare_var(&name.text, name.span, NewVar::fixed(VarKind::Loop, ty));
        self.note_row(id, &rows.value);
        if narrow {
            self.narrowed.insert(id, item.clone());
        }
        Some(id)
    }

    /// What a query runs over.
    fn rows(&mut self, source: &ast::Expr, refuse: fn(Span) -> mochi_base::Diagnostic) -> Rows {
        let value = self.expr(source, None);
        let value = self.present(value);
        let plain = |value: Expr, item: Type| Rows { value, item };
        match value.ty.widened() {
            Type::Error => plain(value, Type::Error),
            Type::Any => plain(value, Type::Any),
            Type::List(item) | Type::Set(item) | Type::Iterator(item) | Type::Group(_, item) => {
                plain(value, (*item).clone())
            }
            ty => {
                let handle = matches!(ty, Type::Handle(..) | Type::Param(_));
                if handle && let Some(out) = self.cx().iterate(&ty) {
                    let item = out.ty.clone();
                    let symbol = Rc::from(format!("{}.__iter__", self.show(&ty)));
                    let iterator = Out {
                        ty: Type::iterator(out.ty),
                        check: Rc::new(Check::Iterator(out.check)),
                    };
                    return plain(checked(value, iterator, symbol), item);
                }
                let note = match ty {
                    Type::Option(_) => self.none_note(&value),
                    Type::Map(..) | Type::OMap(..) => {
                        "the keys of a map are `keys(m)`, its values `values(m)`".to_owned()
                    }
                    Type::Bytes => "the numbers of bytes are `collect(b)`".to_owned(),
                    Type::Str => "the characters of a string are `split(s, \"\")`".to_owned(),
                    _ => format!("it is {}", self.show(&ty)),
                };
                self.report(refuse(source.span).with_note(note));
                plain(value, Type::Error)
            }
        }
    }

    fn require_bool(
        &mut self,
        cond: &Expr,
        span: Span,
        refuse: fn(Span) -> mochi_base::Diagnostic,
    ) {
        if !crate::stmt::is_condition(&cond.ty) {
            self.report(refuse(span).with_notes(self.bool_advice(cond)));
        }
    }

    /// A condition that may have no effects.
    pub(crate) fn predicate(
        &mut self,
        cond: &ast::Expr,
        word: &'static str,
        refuse: fn(Span) -> mochi_base::Diagnostic,
    ) -> Expr {
        let typed = self.expr(cond, Some(&Type::Bool));
        let typed = self.truth(typed);
        self.require_bool(&typed, cond.span, refuse);
        let mut calls = Calls {
            checker: self,
            found: Vec::new(),
        };
        walk::expr(&mut calls, cond);
        for (call, callee, effects) in calls.found {
            let name = self.text(callee);
            let shown = report::list(&effects.names());
            self.report(report::effects_in(name, &shown, word, call));
        }
        typed
    }

    /// The effects of a call, with those of what a local name stands for.
    fn effects_of_callee(&self, callee: &ast::Expr, call: &ast::Expr) -> Effects {
        if let Ast::Name(name) = &unparenthesised(callee).kind {
            match self.lookup(name) {
                Some(Binding::Fun(id)) => {
                    let known = self.fun(id).map_or(Effects::NONE, |fun| fun.effects);
                    return known.union(self.effects.of_call(call));
                }
                Some(Binding::Var(id)) => {
                    return match self.type_of_var(id) {
                        Type::Fun(fun) => fun.effects,
                        _ => Effects::NONE,
                    };
                }
                _ => {}
            }
        }
        self.effects.of_call(call)
    }

    /// The type of `g.key`.
    fn group_key(sources: &[ast::Expr], keys: &[Expr]) -> Type {
        if let [key] = keys {
            return key.ty.widened();
        }
        let mut fields: Vec<(Rc<str>, Type)> = Vec::new();
        for (position, (source, key)) in sources.iter().zip(keys).enumerate() {
            let field = match &unparenthesised(source).kind {
                Ast::Field { name, .. } | Ast::SafeField { name, .. } => Some(&name.text),
                _ => None,
            };
            let free = field.filter(|name| !fields.iter().any(|(other, _)| other == *name));
            let name = free.map_or_else(|| Rc::from(format!("k{}", position + 1)), Rc::clone);
            fields.push((name, key.ty.widened()));
        }
        Type::Anon(fields.into())
    }

    /// The type of a group's items.
    fn group_item(&mut self, vars: &[RowVar]) -> Type {
        if let [RowVar { id: Some(only), .. }] = vars {
            return self.type_of_var(*only);
        }
        let mut fields: Vec<(Rc<str>, Type)> = Vec::new();
        for var in vars {
            if let Some(id) = var.id {
                fields.retain(|(name, _)| *name != var.name.text);
                fields.push((Rc::clone(&var.name.text), self.type_of_var(id)));
            }
        }
        let shape: Shape = fields.into();
        if !self.row_shapes.contains(&shape) {
            self.row_shapes.push(Rc::clone(&shape));
        }
        Type::Anon(shape)
    }

    fn sort_keys(&mut self, sort: Option<&ast::Expr>) -> Vec<Expr> {
        let Some(sort) = sort else {
            return Vec::new();
        };
        let parts = match &unparenthesised(sort).kind {
            Ast::List(items) | Ast::Tuple(items) if !items.is_empty() => items.as_slice(),
            _ => std::slice::from_ref(sort),
        };
        let mut keys = Vec::new();
        for part in parts {
            let key = self.expr(part, None);
            let ty = match key.ty.widened() {
                Type::Option(inner) => inner.widened(),
                other => other,
            };
            let known = matches!(ty, Type::Error | Type::None | Type::Never);
            if !known && !self.cx().is_ordered(&ty, &ty) {
                let shown = self.show(&key.ty);
                self.report(report::unordered_sort(&shown, part.span));
            }
            keys.push(key);
        }
        keys
    }

    /// What is selected, and the aggregate that makes one value of it.
    fn selected(&mut self, query: &ast::Query, expected: Option<&Type>) -> (Expr, Option<Builtin>) {
        if let Some((builtin, argument)) = self.aggregate(&query.select) {
            let before = self.snapshot();
            let typed = self.expr(argument, None);
            if !matches!(typed.ty, Type::Group(..)) {
                return (typed, Some(builtin));
            }
            self.rollback(before);
        }
        let hint = match expected {
            Some(Type::List(item)) => Some(&**item),
            _ => None,
        };
        let mut typed = self.expr(&query.select, hint);
        if let Some(item) = hint
            && typed.ty != Type::Error
            && self.fits(&typed.ty, item)
        {
            typed = self.settle(typed, &query.select, item);
        }
        typed.ty = match typed.ty {
            Type::Literal(literal) if hint.is_none() => literal.base(),
            other => other,
        };
        if query.distinct && matches!(typed.ty, Type::Fun(_) | Type::AnyFun(_) | Type::Group(..)) {
            let shown = self.show(&typed.ty);
            self.report(report::unhashable_select(&shown, query.select.span));
        }
        (typed, None)
    }

    /// `agg(e)` with one of the builtins, where `e` is no query.
    fn aggregate<'e>(&self, select: &'e ast::Expr) -> Option<(Builtin, &'e ast::Expr)> {
        let Ast::Call { callee, args, .. } = &unparenthesised(select).kind else {
            return None;
        };
        let (Ast::Name(name), [arg]) = (&callee.kind, args.as_slice()) else {
            return None;
        };
        let builtin = match &**name {
            "sum" => Builtin::Sum,
            "avg" => Builtin::Avg,
            "min" => Builtin::Min,
            "max" => Builtin::Max,
            "count" => Builtin::Count,
            _ => return None,
        };
        let is_query = matches!(unparenthesised(&arg.value).kind, Ast::Query(_));
        let is_own = self.lookup(name).is_none() && !self.is_own_member(name);
        (arg.name.is_none() && !is_query && is_own).then_some((builtin, &arg.value))
    }

    /// `item.name` on an item of a group with several variables: the first variable that has it.
    pub(super) fn row_variable_with(&self, fields: &Shape, name: &str) -> Option<(Rc<str>, Type)> {
        if !self.row_shapes.contains(fields) {
            return None;
        }
        let has = |ty: &Type| match ty {
            Type::Option(inner) => self.has_field(inner, name),
            other => self.has_field(other, name),
        };
        let found = fields.iter().find(|(_, ty)| has(ty))?;
        Some((Rc::clone(&found.0), found.1.clone()))
    }

    fn has_field(&self, ty: &Type, name: &str) -> bool {
        match ty {
            Type::Named(decl) => self
                .decls
                .record(decl.id)
                .is_some_and(|record| record.fields.iter().any(|field| &*field.name == name)),
            Type::Variant(sum, index) => {
                let fields = self.variant_fields(sum, *index);
                fields.iter().any(|(field, _)| &**field == name)
            }
            Type::Anon(fields) => fields.iter().any(|(field, _)| &**field == name),
            Type::Map(key, _) | Type::OMap(key, _) => **key == Type::Str,
            Type::Any => true,
            Type::Handle(..) => self.cx().lookup_member(ty, name).is_some(),
            _ => false,
        }
    }
}

/// Calls with effects: each with its place, that of what is called, and its effects.
struct Calls<'c, 'a> {
    checker: &'c Checker<'a>,
    found: Vec<(Span, Span, Effects)>,
}

impl Visitor for Calls<'_, '_> {
    fn expr(&mut self, expr: &ast::Expr) -> bool {
        if let Ast::Call { callee, .. } = &expr.kind {
            let effects = self.checker.effects_of_callee(callee, expr);
            if !effects.is_empty() {
                self.found.push((expr.span, callee.span, effects));
            }
        } else if let Ast::Data(data) = &expr.kind {
            let effects = crate::effects::of_data(data);
            if !effects.is_empty() {
                // The word that does it stands for what is called.
                let word = u32::try_from(data.word().len()).unwrap_or(0);
                let end = expr.span.start.saturating_add(word);
                let at = Span::new(expr.span.source, expr.span.start, end);
                self.found.push((expr.span, at, effects));
            }
        }
        !matches!(expr.kind, Ast::Lambda(_))
    }
}

/// The fields that the keys of a group are, with what they are read as.
fn key_names(group: &ast::QueryGroup) -> Vec<(Rc<str>, String)> {
    let name = &group.name.text;
    let fields = group
        .keys
        .iter()
        .filter_map(|key| match &unparenthesised(key).kind {
            Ast::Field { name, .. } | Ast::SafeField { name, .. } => Some(&name.text),
            _ => None,
        });
    let read = |field: &Rc<str>| match group.keys.len() {
        1 => format!("{name}.key"),
        _ => format!("{name}.key.{field}"),
    };
    fields
        .map(|field| (Rc::clone(field), read(field)))
        .collect()
}
