//! What is known of rows: lists of map literals. Entries of different types make the values of a map
//! `any`; where that stands in the way, a note says how the rows would be declared as records, so
//! that each entry keeps its type. An entry that no row has is none, and probably misspelt: a warning.
//!
//! Nothing but notes and warnings depends on it: a map may be changed by whoever holds it.

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::BinaryOp;
use mochi_types::Type;

use crate::checker::Checker;
use crate::report;
use crate::typed::{Builtin, Expr, ExprKind, VarId};

/// A declaration longer than this is not written out.
const LONGEST: usize = 160;

/// Rows that a variable was declared with.
#[derive(Debug)]
struct Row {
    variable: Rc<str>,
    /// All keys; none if others may come.
    keys: Option<Vec<Rc<str>>>,
    /// The entries with their types, if every row has the same and they are known.
    fields: Option<Vec<(Rc<str>, Type)>>,
}

/// The variables that hold rows, and those that stand for one of them.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    lists: BTreeMap<VarId, Rc<Row>>,
    items: BTreeMap<VarId, Rc<Row>>,
    /// Groups of rows of one variable, with its name, and the variables for their items.
    grouped: BTreeMap<VarId, Rc<str>>,
    /// Groups of rows of several variables, and the variables for their items.
    parts: BTreeMap<VarId, Parts>,
}

impl Rows {
    /// Forgets variables from that number on: they were made on trial.
    pub(crate) fn forget_from(&mut self, first: usize) {
        let first = VarId(u32::try_from(first).unwrap_or(u32::MAX));
        self.lists.split_off(&first);
        self.items.split_off(&first);
        self.grouped.split_off(&first);
        self.parts.split_off(&first);
    }
}

/// What each variable of a row stands for.
type Parts = Vec<(Rc<str>, Rc<Row>)>;

impl Checker<'_> {
    /// Notes what a variable is declared with.
    pub(crate) fn note_rows(&mut self, id: VarId, value: &Expr) {
        let row = match &value.kind {
            ExprKind::Query(query) if query.group.is_none() => match &query.select.unwidened().kind
            {
                ExprKind::Var(item) => self.rows.items.get(item).map(Rc::clone),
                _ => self.made_row(id, value),
            },
            ExprKind::Var(list) => self.rows.lists.get(list).map(Rc::clone),
            ExprKind::CallBuiltin {
                builtin: Builtin::Concat,
                args,
            } => self.joined_row(id, &args.iter().collect::<Vec<_>>()),
            ExprKind::Binary {
                op: BinaryOp::Add | BinaryOp::Union | BinaryOp::UnionAll,
                left,
                right,
            } => self.joined_row(id, &[left.as_ref(), right.as_ref()]),
            _ => self.made_row(id, value),
        };
        match row {
            Some(row) => {
                self.rows.lists.insert(id, row);
            }
            None => {
                self.rows.lists.remove(&id);
            }
        }
    }

    /// Notes that a variable stands for the elements of a value.
    pub(crate) fn note_row(&mut self, id: VarId, of: &Expr) {
        self.rows.items.remove(&id);
        self.rows.grouped.remove(&id);
        self.rows.parts.remove(&id);
        let ExprKind::Var(list) = &of.kind else {
            return;
        };
        if let Some(row) = self.rows.lists.get(list) {
            self.rows.items.insert(id, Rc::clone(row));
        }
        if let Some(name) = self.rows.grouped.get(list) {
            self.rows.grouped.insert(id, Rc::clone(name));
        }
        if let Some(parts) = self.rows.parts.get(list) {
            self.rows.parts.insert(id, parts.clone());
        }
    }

    /// Notes what the items of a group are.
    pub(crate) fn note_group_of(&mut self, group: VarId, rows: &[(Rc<str>, VarId)]) {
        self.rows.lists.remove(&group);
        if let [(name, row)] = rows {
            self.rows.grouped.insert(group, Rc::clone(name));
            if let Some(row) = self.rows.items.get(row) {
                self.rows.lists.insert(group, Rc::clone(row));
            }
            return;
        }
        let part = |(name, id): &(Rc<str>, VarId)| {
            let row = self.rows.items.get(id)?;
            Some((Rc::clone(name), Rc::clone(row)))
        };
        let parts = rows.iter().filter_map(part).collect();
        self.rows.parts.insert(group, parts);
    }

    /// Warns of an entry that no row has.
    pub(crate) fn lint_entry(&mut self, row: &Expr, name: &str, span: Span) {
        let Some((known, note)) = self.row_without(row, name) else {
            return;
        };
        let Some(keys) = &known.keys else {
            return;
        };
        let assigned = [
            format!("\"{name}\"]"),
            format!(".{name} = "),
            format!("update {} ", known.variable),
        ];
        let mut texts = self.sources.iter().map(|(_, file)| file.text());
        let is_assigned = texts.any(|text| assigned.iter().any(|place| text.contains(place)));
        if is_assigned || keys.iter().any(|key| &**key == name) {
            return;
        }
        let diagnostic = report::no_entry(&known.variable, name, span);
        let diagnostic = match note {
            Some(note) => diagnostic.with_note(note),
            None => report::suggest(diagnostic, name, keys.iter().map(|key| &**key)),
        };
        self.report(diagnostic);
    }

    /// The rows that an expression is one of, and where an entry is to be read instead.
    fn row_without(&self, row: &Expr, entry: &str) -> Option<(Rc<Row>, Option<String>)> {
        match &row.unwidened().kind {
            ExprKind::Var(id) => {
                let known = self.rows.items.get(id)?;
                let grouped = self.rows.grouped.get(id);
                let note = grouped.is_some_and(|var| &**var == entry).then(|| {
                    format!("the items of a group of one variable are its rows themselves: leave `.{entry}` out")
                });
                Some((Rc::clone(known), note))
            }
            ExprKind::Field { object, name } => {
                let ExprKind::Var(id) = &object.unwidened().kind else {
                    return None;
                };
                let parts = self.rows.parts.get(id)?;
                let (_, known) = parts.iter().find(|(part, _)| part == name)?;
                let has = |row: &Row| {
                    let mut keys = row.keys.iter().flatten();
                    keys.any(|key| &**key == entry)
                };
                let other = parts.iter().find(|(_, row)| has(row));
                let item = self.var(*id).map_or("x", |var| &*var.name);
                let note = other.map(|(part, _)| {
                    format!(
                        "rows of several variables are read by their names: `{item}.{part}.{entry}`"
                    )
                });
                Some((Rc::clone(known), note))
            }
            _ => None,
        }
    }

    /// How the rows are declared whose entry is `any` because others have other types.
    pub(crate) fn rows_note(&self, row: &Expr) -> Option<String> {
        let row = match &row.kind {
            ExprKind::Var(item) => self.rows.items.get(item)?,
            ExprKind::Index { object, .. } => match &object.kind {
                ExprKind::Var(list) => self.rows.lists.get(list)?,
                _ => return None,
            },
            _ => return None,
        };
        let fields = row.fields.as_deref()?;
        let shown = self.spell(&Type::list(Type::Anon(fields.into())));
        let name = &row.variable;
        let note = format!(
            "the rows of `{name}` are maps, whose entries are any where their types differ; made \
             records by their declaration, each entry keeps its own type: `{name}: {shown} = …`"
        );
        (shown.len() <= LONGEST).then_some(note)
    }

    /// What is known of lists that are joined: the keys of all.
    fn joined_row(&self, id: VarId, lists: &[&Expr]) -> Option<Rc<Row>> {
        let var = self.var(id)?;
        let mut keys: Vec<Rc<str>> = Vec::new();
        for list in lists {
            let row = match &list.kind {
                ExprKind::Var(list) => self.rows.lists.get(list).map(Rc::clone),
                _ => self.made_row(id, list),
            };
            let row = row?;
            keys.extend(row.keys.as_ref()?.iter().map(Rc::clone));
        }
        let row = Row {
            variable: Rc::clone(&var.name),
            keys: (!var.mutable).then_some(keys),
            fields: None,
        };
        Some(Rc::new(row))
    }

    /// What is known of the map literals in a list, or of the one that a query selects.
    fn made_row(&self, id: VarId, value: &Expr) -> Option<Rc<Row>> {
        let literals: Vec<&Expr> = match &value.kind {
            ExprKind::List(items) => items.iter().collect(),
            ExprKind::Query(query) => vec![&query.select],
            _ => return None,
        };
        let var = self.var(id)?;
        let mut keys: Vec<Rc<str>> = Vec::new();
        let mut joined: Option<Vec<(Rc<str>, Type)>> = None;
        let mut same = true;
        for literal in literals {
            let fields = literal_fields(literal)?;
            for (name, _) in &fields {
                if !keys.contains(name) {
                    keys.push(Rc::clone(name));
                }
            }
            let more = match joined.take() {
                None => Some(fields),
                Some(known) => self.joined_fields(known, &fields),
            };
            same &= more.is_some();
            joined = more;
        }
        let vague =
            |ty: &Type| ty.any_part(&|part| matches!(part, Type::Any | Type::None | Type::Error));
        let fields = joined.filter(|known| same && !known.iter().any(|(_, ty)| vague(ty)));
        (!keys.is_empty()).then(|| {
            Rc::new(Row {
                variable: Rc::clone(&var.name),
                keys: (!var.mutable).then_some(keys),
                fields,
            })
        })
    }

    fn joined_fields(
        &self,
        known: Vec<(Rc<str>, Type)>,
        more: &[(Rc<str>, Type)],
    ) -> Option<Vec<(Rc<str>, Type)>> {
        if known.len() != more.len() {
            return None;
        }
        let both = |(name, ty): (Rc<str>, Type)| {
            let (_, other) = more.iter().find(|(other, _)| *other == name)?;
            let joined = match (&ty, other) {
                (Type::None, some) | (some, Type::None) if *some != Type::None => {
                    Some(Type::option(some.clone()))
                }
                _ => self.join(&ty, other),
            };
            Some((name, joined?))
        };
        known.into_iter().map(both).collect()
    }
}

fn literal_fields(row: &Expr) -> Option<Vec<(Rc<str>, Type)>> {
    let ExprKind::Map(entries) = &row.unwidened().kind else {
        return None;
    };
    let field = |(key, value): &(Expr, Expr)| match &key.unwidened().kind {
        ExprKind::Str(name) => Some((Rc::clone(name), value.unwidened().ty.widened())),
        _ => None,
    };
    entries.iter().map(field).collect()
}
