//! Groups: a dictionary from keys to items, in the order of first occurrence.
//!
//! A group whose uses take only its key and its items apart never becomes an object: the variable
//! then stands for the list of items, beside names for the key.
//!
//! Spec: language.md §10 (`group by`).

use std::rc::Rc;

use mochi_check::typed::{Builtin, Expr as Typed, ExprKind, Query, QueryGroup, VarId};
use mochi_types::Type;

use super::super::expr::is_simple;
use super::super::{Lowerer, walk};
use super::part::Part;
use super::{Clause, Rows, is_plain_key, name};
use crate::py::{Comprehension, Expr, StmtKind};

/// The names that stand for a group.
pub(in crate::lower) struct Exploded {
    /// The fields of the key, if there are several.
    fields: Vec<(Rc<str>, String)>,
    /// The key, if there is one.
    key: Option<String>,
    /// The type of the key.
    ty: Type,
    /// What the items are made of, if they are not those of the definition.
    parts: Vec<Part>,
}

impl Exploded {
    /// The type of an item as it is kept.
    pub(super) fn item_type(&self, item: &Type) -> Type {
        match self.parts.as_slice() {
            [] => item.clone(),
            parts => kept_type(parts),
        }
    }

    /// The types of what the names of the key are bound to, in the order of the names.
    pub(super) fn key_types(&self) -> Vec<Type> {
        match &self.ty {
            Type::Anon(shape) if self.key.is_none() => {
                shape.iter().map(|(_, ty)| ty.clone()).collect()
            }
            other => vec![other.clone()],
        }
    }
}

impl<'a> Lowerer<'a> {
    /// The groups that `having` lets pass.
    pub(super) fn grouped(&mut self, query: &'a Query, group: &'a QueryGroup, rows: Rows) -> Rows {
        let plain = group.keys.iter().all(|key| is_plain_key(&key.ty));
        let apart = plain && self.is_taken_apart(query, group);
        let parts = apart.then(|| self.parts_of_items(query, group)).flatten();
        let parts = parts.unwrap_or_default();
        let item = if parts.is_empty() {
            self.captured(|this| this.group_item(group, &rows))
        } else {
            (Vec::new(), self.item_of_parts(&parts, &rows))
        };
        let inline = self.is_inline_after(query, group);
        let var = &group.var;
        let mut clause = if plain {
            let kept = match parts.as_slice() {
                [] => group.item.clone(),
                parts => kept_type(parts),
            };
            let dict = self.plain_groups(group, rows, item, &kept);
            if apart {
                self.apart(group, &dict, inline, parts)
            } else {
                let target = self.row_name(*var, inline);
                let source = self.group_objects(group, &dict);
                let mut clause = Clause::new(Expr::name(target), source);
                clause.fresh = true;
                clause.is_list = true;
                clause
            }
        } else {
            let dict = self.keyed_groups(group, rows, item);
            let target = self.row_name(*var, inline);
            Clause::new(Expr::name(target), dict.attr("values").call([]))
        };
        let mut total = true;
        if let Some(having) = &group.having {
            total = Self::is_total(having);
            clause
                .conds
                .push(self.captured(|this| this.condition(having)));
        }
        let name = self.var_names.get(var).cloned().unwrap_or_default();
        Rows {
            clauses: vec![clause],
            names: vec![(*var, name)],
            inline,
            total,
            any_order: false,
        }
    }

    /// Whether all that follows is expressions.
    fn is_inline_after(&self, query: &Query, group: &QueryGroup) -> bool {
        let all = group
            .having
            .iter()
            .chain(&query.sort)
            .chain([&query.select])
            .all(|part| is_simple(self, part));
        all && query.select.ty != Type::Unit
    }

    /// Whether every use of the group takes its key or its items.
    fn is_taken_apart(&self, query: &Query, group: &QueryGroup) -> bool {
        let captured = self.var(group.var).is_none_or(|var| var.captured);
        !captured
            && group
                .having
                .iter()
                .chain(&query.sort)
                .chain([&query.select])
                .all(|part| takes_apart(part, group.var))
    }

    /// What is kept of a row.
    fn group_item(&mut self, group: &QueryGroup, rows: &Rows) -> Expr {
        match (rows.names.as_slice(), &group.item) {
            ([(_, only)], _) => Expr::name(only.clone()),
            (names, Type::Anon(shape)) => {
                let class = self.anonymous_class(shape);
                let mut args = Vec::new();
                for (field, _) in shape.iter() {
                    let of_field = |id: &VarId| self.var(*id).is_some_and(|var| var.name == *field);
                    let found = names.iter().rfind(|(id, _)| of_field(id));
                    if let Some((_, name)) = found {
                        args.push((name::field_name(field), Expr::name(name.clone())));
                    }
                }
                class.call_named(args)
            }
            _ => Expr::None,
        }
    }

    /// Keys that are keys of Python, with the items of each.
    fn plain_groups(
        &mut self,
        group: &'a QueryGroup,
        rows: Rows,
        item: (Vec<crate::py::Stmt>, Expr),
        kept: &Type,
    ) -> Expr {
        let key_type = match group.keys.as_slice() {
            [_] => group.key.clone(),
            several => Type::Tuple(several.iter().map(|key| key.ty.widened()).collect()),
        };
        let word = match group.keys.as_slice() {
            [key] => Self::key_word(key),
            _ => None,
        };
        let base = word.map_or_else(
            || "_groups".to_string(),
            |word| format!("_by_{}", word.trim_matches('_')),
        );
        let dict = self.empty_lists(&base, &key_type, kept);
        let keys: Vec<&'a Typed> = group.keys.iter().collect();
        let (mut body, key) = self.captured(|this| this.dict_key(&keys, true));
        let (stmts, item) = item;
        body.extend(stmts);
        let add = dict.clone().index(key).attr("append").call([item]);
        body.push(StmtKind::Expr(add).at(self.span));
        let loops = self.loops(rows.clauses, body);
        self.append(loops);
        dict
    }

    /// Any keys: groups by what tells their keys apart.
    fn keyed_groups(
        &mut self,
        group: &'a QueryGroup,
        rows: Rows,
        item: (Vec<crate::py::Stmt>, Expr),
    ) -> Expr {
        let class = self.helper("Group");
        let (key, of) = (
            self.local_annotation(&group.key),
            self.local_annotation(&group.item),
        );
        let class_of = class.clone().index(Expr::Tuple(vec![key, of]));
        let dict = Expr::name(self.fresh("_groups"));
        let annotation =
            Expr::name("dict").index(Expr::Tuple(vec![Expr::name("object"), class_of]));
        self.emit(StmtKind::AnnAssign(
            dict.clone(),
            annotation,
            Some(Expr::Dict(Vec::new())),
        ));
        let key_name = Expr::name(self.fresh("_key"));
        let (mut body, value) = self.captured(|this| this.whole_key(group));
        let (stmts, item) = item;
        body.extend(stmts);
        body.push(StmtKind::Assign(key_name.clone(), value).at(self.span));
        let tag = self.call_helper("hash_key", [key_name.clone()]);
        let empty = class.call([key_name, Expr::List(Vec::new())]);
        let found = dict.clone().attr("setdefault").call([tag, empty]);
        let add = found.attr("items").attr("append").call([item]);
        body.push(StmtKind::Expr(add).at(self.span));
        let loops = self.loops(rows.clauses, body);
        self.append(loops);
        dict
    }

    /// The value of `g.key` from its parts.
    fn whole_key(&mut self, group: &'a QueryGroup) -> Expr {
        let keys: Vec<&'a Typed> = group.keys.iter().collect();
        let values = self.operands(&keys);
        self.key_of_parts(&group.key, values)
    }

    fn key_of_parts(&mut self, ty: &Type, values: Vec<Expr>) -> Expr {
        match (ty, values.as_slice()) {
            (_, [only]) => only.clone(),
            (Type::Anon(shape), _) => {
                let class = self.anonymous_class(shape);
                let names = shape.iter().map(|(field, _)| name::field_name(field));
                class.call_named(names.zip(values))
            }
            _ => Expr::Tuple(values),
        }
    }

    /// The names for the parts of a group, and the loop that binds them.
    fn apart(
        &mut self,
        group: &'a QueryGroup,
        dict: &Expr,
        inline: bool,
        parts: Vec<Part>,
    ) -> Clause {
        let mut fields = Vec::new();
        let mut key = None;
        let target;
        if let (Type::Anon(shape), true) = (&group.key, group.keys.len() > 1) {
            for (field, _) in shape.iter() {
                let local = self.key_name(&name::python_name(field), inline);
                fields.push((Rc::clone(field), local));
            }
            target = Expr::Tuple(
                fields
                    .iter()
                    .map(|(_, name)| Expr::name(name.clone()))
                    .collect(),
            );
        } else {
            let word = group.keys.first().and_then(Self::key_word);
            let base = word.unwrap_or_else(|| "key".to_string());
            let local = self.key_name(&base, inline);
            target = Expr::name(local.clone());
            key = Some(local);
        }
        let items = if inline {
            self.row_name(group.var, inline)
        } else {
            // What the name stands for differs from group to group, though their types be one.
            let base = self.var(group.var).map_or("g", |var| &*var.name);
            let name = self.fresh(&name::python_name(base));
            self.var_names.insert(group.var, name.clone());
            name
        };
        let ty = group.key.clone();
        let exploded = Exploded {
            fields,
            key,
            ty,
            parts,
        };
        self.exploded.insert(group.var, exploded);
        let target = Expr::Tuple(vec![target, Expr::name(items)]);
        Clause::new(target, dict.clone().attr("items").call([]))
    }

    fn key_name(&mut self, base: &str, inline: bool) -> String {
        if inline {
            self.local_name(base)
        } else {
            self.fresh(&format!("_{}", base.trim_start_matches('_')))
        }
    }

    /// Groups as objects.
    fn group_objects(&mut self, group: &'a QueryGroup, dict: &Expr) -> Expr {
        let class = self.helper("Group");
        let items = Expr::name("_items");
        let mut parts = Vec::new();
        let target = if group.keys.len() > 1 {
            for position in 1..=group.keys.len() {
                parts.push(Expr::name(format!("_k{position}")));
            }
            Expr::Tuple(parts.clone())
        } else {
            parts.push(Expr::name("_key"));
            Expr::name("_key")
        };
        let key = self.key_of_parts(&group.key, parts);
        Expr::ListComp(
            Box::new(class.call([key, items.clone()])),
            vec![Comprehension {
                target: Expr::Tuple(vec![target, items]),
                source: dict.clone().attr("items").call([]),
                conds: Vec::new(),
            }],
        )
    }

    /// The parts of a row that a group keeps.
    fn item_of_parts(&self, parts: &[Part], rows: &Rows) -> Expr {
        let variable = |field: &str| {
            let of_field = |id: &VarId| self.var(*id).is_some_and(|var| &*var.name == field);
            let found = rows.names.iter().rfind(|(id, _)| of_field(id));
            found.map(|(_, name)| Expr::name(name.clone()))
        };
        let only = match rows.names.as_slice() {
            [(_, only)] => Some(Expr::name(only.clone())),
            _ => None,
        };
        let mut values: Vec<Expr> = parts
            .iter()
            .map(|part| part.of(only.clone(), variable))
            .collect();
        match values.pop() {
            Some(value) if values.is_empty() => value,
            Some(value) => {
                values.push(value);
                Expr::Tuple(values)
            }
            None => Expr::None,
        }
    }

    /// The names for the parts of a row of a group's items, if that is how they are kept.
    pub(super) fn row_of_parts(
        &mut self,
        source: &Typed,
        var: Option<VarId>,
        inline: bool,
    ) -> Option<(Expr, String)> {
        let group = match &source.kind {
            ExprKind::Var(id) => *id,
            ExprKind::Field { object, .. } => match &object.kind {
                ExprKind::Var(id) => *id,
                _ => return None,
            },
            _ => return None,
        };
        let parts = self.exploded.get(&group)?.parts.clone();
        let var = var.filter(|_| !parts.is_empty())?;
        let mut names = Vec::new();
        for part in &parts {
            let base = part.path.last().map_or("_", |last| &**last);
            let local = self.key_name(&name::python_name(base), inline);
            names.push((part.path.clone(), local));
        }
        let mut targets: Vec<Expr> = names
            .iter()
            .map(|(_, name)| Expr::name(name.clone()))
            .collect();
        let first = names.first()?.1.clone();
        self.row_parts.insert(var, names);
        let target = match targets.pop() {
            Some(only) if targets.is_empty() => only,
            Some(last) => {
                targets.push(last);
                Expr::Tuple(targets)
            }
            None => return None,
        };
        Some((target, first))
    }

    /// `g.key`, `g.items`, `g.key.f` on a group that is no object, fields of rows that are none.
    pub(in crate::lower) fn exploded_field(&mut self, object: &Typed, field: &str) -> Option<Expr> {
        if let Some(part) = self.part_name(object, field) {
            return Some(part);
        }
        match &object.kind {
            ExprKind::Var(id) if self.exploded.contains_key(id) => {
                if field == "items" {
                    return Some(self.read(*id));
                }
                let known = self.exploded.get(id)?;
                if let Some(key) = &known.key {
                    return Some(Expr::name(key.clone()));
                }
                let ty = known.ty.clone();
                let parts = known
                    .fields
                    .iter()
                    .map(|(_, name)| Expr::name(name.clone()))
                    .collect();
                Some(self.key_of_parts(&ty, parts))
            }
            ExprKind::Field { object, name } if &**name == "key" => {
                let ExprKind::Var(id) = &object.kind else {
                    return None;
                };
                let known = self.exploded.get(id)?;
                let found = known.fields.iter().find(|(name, _)| &**name == field);
                found.map(|(_, name)| Expr::name(name.clone()))
            }
            _ => None,
        }
    }

    /// The names that a group's key is bound to; none if the variable is no such group.
    pub(super) fn key_names(&self, group: VarId) -> Vec<String> {
        let Some(known) = self.exploded.get(&group) else {
            return Vec::new();
        };
        let fields = known.fields.iter().map(|(_, name)| name.clone());
        known.key.iter().cloned().chain(fields).collect()
    }

    /// The items of a group that was lowered to `value`.
    pub(in crate::lower) fn items_of(&self, value: Expr, group: &Typed) -> Expr {
        match &group.kind {
            ExprKind::Var(id) if self.exploded.contains_key(id) => value,
            _ => value.attr("items"),
        }
    }
}

/// The type of an item that consists of parts.
fn kept_type(parts: &[Part]) -> Type {
    match parts {
        [only] => only.ty.clone(),
        several => Type::Tuple(several.iter().map(|part| part.ty.clone()).collect()),
    }
}

/// Whether an expression uses a group only by its key and its items.
fn takes_apart(expr: &Typed, group: VarId) -> bool {
    let is_group = |part: &Typed| matches!(part.kind, ExprKind::Var(id) if id == group);
    match &expr.kind {
        ExprKind::Var(id) => *id != group,
        ExprKind::Field { object, .. } if is_group(object) => true,
        ExprKind::CallBuiltin { builtin, args } if args.len() == 1 && is_aggregate(*builtin) => {
            args.iter()
                .all(|arg| is_group(arg) || takes_apart(arg, group))
        }
        ExprKind::Query(query) => query.exprs().into_iter().all(|part| {
            is_group(part)
                && query
                    .sources
                    .iter()
                    .any(|source| std::ptr::eq(&raw const source.value, part))
                || takes_apart(part, group)
        }),
        ExprKind::Match(_) => {
            let mut found = false;
            walk::each_subexpr(expr, &mut |part| found |= is_group(part));
            !found
        }
        _ => walk::children(expr)
            .into_iter()
            .all(|part| takes_apart(part, group)),
    }
}

const fn is_aggregate(builtin: Builtin) -> bool {
    matches!(
        builtin,
        Builtin::Len
            | Builtin::Count
            | Builtin::Exists
            | Builtin::Sum
            | Builtin::Avg
            | Builtin::Min
            | Builtin::Max
            | Builtin::Collect
    )
}
