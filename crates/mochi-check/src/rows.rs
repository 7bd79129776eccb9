//! What is known of rows: lists of map literals that have the same keys. Entries of different types
//! make the values of a map `any`; where that stands in the way, a note says how the rows would be
//! declared as records, so that each entry keeps its type.
//!
//! Nothing but notes depends on it: a map may be changed by whoever holds it.

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_types::Type;

use crate::checker::Checker;
use crate::typed::{Expr, ExprKind, VarId};

/// A declaration longer than this is not written out.
const LONGEST: usize = 160;

/// Rows that a variable was declared with.
#[derive(Debug)]
struct Row {
    variable: Rc<str>,
    fields: Vec<(Rc<str>, Type)>,
}

/// The variables that hold rows, and those that stand for one of them.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    lists: BTreeMap<VarId, Rc<Row>>,
    items: BTreeMap<VarId, Rc<Row>>,
}

impl Checker<'_> {
    /// Notes what a variable is declared with.
    pub(crate) fn note_rows(&mut self, id: VarId, value: &Expr) {
        let variable = self.var(id).map(|var| Rc::clone(&var.name));
        let row = variable.zip(self.row_fields(value));
        match row {
            Some((variable, fields)) => {
                self.rows
                    .lists
                    .insert(id, Rc::new(Row { variable, fields }));
            }
            None => {
                self.rows.lists.remove(&id);
            }
        }
    }

    /// Notes that a variable stands for the elements of a value.
    pub(crate) fn note_row(&mut self, id: VarId, of: &Expr) {
        let row = match &of.kind {
            ExprKind::Var(list) => self.rows.lists.get(list).map(Rc::clone),
            _ => None,
        };
        match row {
            Some(row) => {
                self.rows.items.insert(id, row);
            }
            None => {
                self.rows.items.remove(&id);
            }
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
        let shown = self.spell(&Type::list(Type::Anon(row.fields.as_slice().into())));
        let name = &row.variable;
        let note = format!(
            "the rows of `{name}` are maps, whose entries are any where their types differ; made \
             records by their declaration, each entry keeps its own type: `{name}: {shown} = …`"
        );
        (shown.len() <= LONGEST).then_some(note)
    }

    /// The keys of the map literals in a list, or of the one that a query selects, with the types of
    /// their values; none if a type is not known.
    fn row_fields(&self, value: &Expr) -> Option<Vec<(Rc<str>, Type)>> {
        let rows: Vec<&Expr> = match &value.kind {
            ExprKind::List(items) => items.iter().collect(),
            ExprKind::Query(query) => vec![&query.select],
            _ => return None,
        };
        let mut known: Option<Vec<(Rc<str>, Type)>> = None;
        for row in rows {
            let fields = literal_fields(row)?;
            known = Some(match known {
                None => fields,
                Some(known) => self.joined_fields(known, &fields)?,
            });
        }
        let known = known?;
        let vague =
            |ty: &Type| ty.any_part(&|part| matches!(part, Type::Any | Type::None | Type::Error));
        (!known.is_empty() && !known.iter().any(|(_, ty)| vague(ty))).then_some(known)
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
    let ExprKind::Map(entries) = &plain(row).kind else {
        return None;
    };
    let field = |(key, value): &(Expr, Expr)| match &plain(key).kind {
        ExprKind::Str(name) => Some((Rc::clone(name), plain(value).ty.widened())),
        _ => None,
    };
    entries.iter().map(field).collect()
}

/// A value as it was written.
fn plain(value: &Expr) -> &Expr {
    let mut value = value;
    while let ExprKind::Widen(inner) = &value.kind {
        value = inner;
    }
    value
}
