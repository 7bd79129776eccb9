//! Groups: a dictionary from keys to items, in the order of first occurrence.
//!
//! A group whose uses take only its key and its items apart never becomes an object: the variable
//! then stands for the list of items, beside names for the key. Of a key that is written as a map,
//! and of which only entries are read, the map is never made.
//!
//! Spec: language.md §10 (`group by`).

use std::rc::Rc;

use mochi_check::typed::{Builtin, Expr as Typed, ExprKind, Query, QueryGroup, VarId};
use mochi_syntax::ast::UnaryOp;
use mochi_types::Type;

use super::super::expr::is_simple;
use super::super::{Lowerer, walk};
use super::part::Part;
use super::{Clause, Rows, is_plain_key, name};
use crate::py::{Comprehension, Expr, StmtKind};

/// What a group is made by.
struct Keys<'a> {
    /// The values that tell groups apart.
    values: Vec<&'a Typed>,
    /// The names by which they are read, if `g.key` is made of them.
    fields: Option<Vec<Rc<str>>>,
    /// Whether Python's dictionaries tell the values apart as `==` does.
    plain: bool,
}

impl Keys<'_> {
    /// The type of what stands for the key in a dictionary.
    fn ty(&self) -> Type {
        match self.values.as_slice() {
            [only] => only.ty.clone(),
            several => Type::Tuple(several.iter().map(|key| key.ty.widened()).collect()),
        }
    }
}

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

    /// The type of an entry of a key that is written as a map.
    fn type_of(&self, entry: &str) -> Option<Type> {
        let Type::Anon(shape) = &self.ty else {
            return None;
        };
        let found = shape.iter().find(|(name, _)| &**name == entry)?;
        Some(found.1.clone())
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
        let apart = self.is_taken_apart(query, group);
        let keys = keys(query, group, apart);
        let parts = apart.then(|| self.parts_of_items(query, group)).flatten();
        let parts = parts.unwrap_or_default();
        let item = if parts.is_empty() {
            self.captured(|this| this.group_item(group, &rows))
        } else {
            (Vec::new(), self.item_of_parts(&parts, &rows))
        };
        let inline = self.is_inline_after(query, group);
        let var = &group.var;
        let kept = match parts.as_slice() {
            [] => group.item.clone(),
            parts => kept_type(parts),
        };
        let mut clause = match (keys.plain, apart) {
            (true, true) => {
                let dict = self.plain_groups(&keys, rows, item, &kept);
                let source = dict.attr("items").call([]);
                self.apart(group, &keys, source, inline, parts)
            }
            (false, true) => {
                let dict = self.tagged_groups(&keys, rows, item, &kept);
                let source = dict.attr("values").call([]);
                self.apart(group, &keys, source, inline, parts)
            }
            (true, false) => {
                let dict = self.plain_groups(&keys, rows, item, &kept);
                let target = self.row_name(*var, inline);
                let source = self.group_objects(group, &dict);
                let mut clause = Clause::new(Expr::name(target), source);
                clause.fresh = true;
                clause.is_list = true;
                clause
            }
            (false, false) => {
                let dict = self.keyed_groups(group, rows, item);
                let target = self.row_name(*var, inline);
                Clause::new(Expr::name(target), dict.attr("values").call([]))
            }
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
        keys: &Keys<'a>,
        rows: Rows,
        item: (Vec<crate::py::Stmt>, Expr),
        kept: &Type,
    ) -> Expr {
        let word = match keys.values.as_slice() {
            [key] => Self::key_word(key),
            _ => None,
        };
        let base = word.map_or_else(
            || "_groups".to_string(),
            |word| format!("_by_{}", word.trim_matches('_')),
        );
        let dict = self.empty_lists(&base, &keys.ty(), kept);
        let (mut body, key) = self.captured(|this| this.dict_key(&keys.values, true));
        let (stmts, item) = item;
        body.extend(stmts);
        let add = dict.clone().index(key).attr("append").call([item]);
        body.push(StmtKind::Expr(add).at(self.span));
        let loops = self.loops(rows.clauses, body);
        self.append(loops);
        dict
    }

    /// Any keys by what tells them apart, each with its items.
    fn tagged_groups(
        &mut self,
        keys: &Keys<'a>,
        rows: Rows,
        item: (Vec<crate::py::Stmt>, Expr),
        kept: &Type,
    ) -> Expr {
        let pair = Type::Tuple([keys.ty(), Type::list(kept.clone())].into());
        let pair = self.local_annotation(&pair);
        let annotation = Expr::name("dict").index(Expr::Tuple(vec![Expr::name("object"), pair]));
        let dict = Expr::name(self.fresh("_groups"));
        let empty = Some(Expr::Dict(Vec::new()));
        self.emit(StmtKind::AnnAssign(dict.clone(), annotation, empty));
        let key_name = Expr::name(self.fresh("_key"));
        let (mut body, key) = self.captured(|this| this.dict_key(&keys.values, true));
        let (stmts, item) = item;
        body.extend(stmts);
        let assign = match &key {
            // What an empty map would hold is not said by it.
            Expr::Dict(entries) if entries.is_empty() => {
                let ty = self.local_annotation(&keys.ty());
                StmtKind::AnnAssign(key_name.clone(), ty, Some(key))
            }
            _ => StmtKind::Assign(key_name.clone(), key),
        };
        body.push(assign.at(self.span));
        let tag = self.call_helper("hash_key", [key_name.clone()]);
        let empty = Expr::Tuple(vec![key_name, Expr::List(Vec::new())]);
        let found = dict.clone().attr("setdefault").call([tag, empty]);
        let add = found.index(Expr::Int(1)).attr("append").call([item]);
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
        keys: &Keys<'a>,
        source: Expr,
        inline: bool,
        parts: Vec<Part>,
    ) -> Clause {
        let mut fields = Vec::new();
        let mut key = None;
        let mut ty = group.key.clone();
        let target;
        if let Some(names) = &keys.fields {
            for field in names {
                let local = self.key_name(&name::python_name(field), inline);
                fields.push((Rc::clone(field), local));
            }
            let values = keys.values.iter().map(|value| value.ty.widened());
            ty = Type::Anon(names.iter().map(Rc::clone).zip(values).collect());
            let mut locals: Vec<Expr> = fields
                .iter()
                .map(|(_, name)| Expr::name(name.clone()))
                .collect();
            target = match locals.pop() {
                Some(only) if locals.is_empty() => only,
                last => {
                    locals.extend(last);
                    Expr::Tuple(locals)
                }
            };
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
        let exploded = Exploded {
            fields,
            key,
            ty,
            parts,
        };
        self.exploded.insert(group.var, exploded);
        let target = Expr::Tuple(vec![target, Expr::name(items)]);
        Clause::new(target, source)
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

    /// `g.key.f` on a group whose key is written as a map and is none.
    pub(in crate::lower) fn exploded_entry(&mut self, object: &Typed, field: &str) -> Option<Expr> {
        let is_key = matches!(&object.kind, ExprKind::Field { name, .. } if &**name == "key");
        is_key.then(|| self.exploded_field(object, field)).flatten()
    }

    /// The type of a value, also of one that the definition has as `any`: an entry of a key that is
    /// written as a map.
    pub(in crate::lower) fn known_type(&self, value: &Typed) -> Type {
        if value.ty != Type::Any {
            return value.ty.widened();
        }
        let known = match &value.kind {
            ExprKind::Unary {
                op: UnaryOp::Neg,
                operand,
            } => Some(self.known_type(operand)).filter(Type::is_number),
            ExprKind::MapField { object, name } => match &object.kind {
                ExprKind::Field { object, name: key } if &**key == "key" => match &object.kind {
                    ExprKind::Var(group) => self.exploded.get(group),
                    _ => None,
                }
                .and_then(|known| known.type_of(name)),
                _ => None,
            },
            _ => None,
        };
        known.unwrap_or(Type::Any)
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

/// What the groups of a query are made by.
fn keys<'a>(query: &Query, group: &'a QueryGroup, apart: bool) -> Keys<'a> {
    let entries = match group.keys.as_slice() {
        [key] if apart => entries_of(key),
        _ => None,
    };
    let entries = entries.filter(|entries| {
        let after = group.having.iter().chain(&query.sort);
        after
            .chain([&query.select])
            .all(|part| reads_entries(part, group.var, entries))
    });
    let (values, fields) = match (entries, &group.key) {
        (Some(entries), _) => {
            let (names, values): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
            (values, Some(names))
        }
        (None, Type::Anon(shape)) if group.keys.len() > 1 => {
            let names = shape.iter().map(|(name, _)| Rc::clone(name)).collect();
            (group.keys.iter().collect(), Some(names))
        }
        (None, _) => (group.keys.iter().collect(), None),
    };
    let plain = values.iter().all(|value: &&Typed| is_plain_key(&value.ty));
    Keys {
        values,
        fields,
        plain,
    }
}

/// The entries of a map literal whose keys are different strings.
fn entries_of(key: &Typed) -> Option<Vec<(Rc<str>, &Typed)>> {
    let ExprKind::Map(entries) = &key.kind else {
        return None;
    };
    let mut found: Vec<(Rc<str>, &Typed)> = Vec::new();
    for (key, value) in entries {
        let ExprKind::Str(name) = &unwidened(key).kind else {
            return None;
        };
        if found.iter().any(|(known, _)| known == name) {
            return None;
        }
        found.push((Rc::clone(name), unwidened(value)));
    }
    (!found.is_empty()).then_some(found)
}

/// A value before it was seen as one of a wider type, where Python has the same for both.
fn unwidened(value: &Typed) -> &Typed {
    match &value.kind {
        ExprKind::Widen(inner) if value.ty == Type::Any => unwidened(inner),
        _ => value,
    }
}

/// Whether an expression takes of a group's key only these entries.
fn reads_entries(expr: &Typed, group: VarId, entries: &[(Rc<str>, &Typed)]) -> bool {
    let is_key = |part: &Typed| {
        matches!(&part.kind, ExprKind::Field { object, name }
            if &**name == "key" && matches!(object.kind, ExprKind::Var(id) if id == group))
    };
    match &expr.kind {
        ExprKind::MapField { object, name } if is_key(object) => {
            entries.iter().any(|(known, _)| known == name)
        }
        ExprKind::Query(query) => {
            let mut parts = query.exprs().into_iter();
            parts.all(|part| reads_entries(part, group, entries))
        }
        _ => {
            !is_key(expr)
                && walk::children(expr)
                    .into_iter()
                    .all(|part| reads_entries(part, group, entries))
        }
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
