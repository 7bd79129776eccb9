//! `update xs set { … } where c`.
//!
//! Spec: language.md §5.3.

use std::collections::BTreeSet;
use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, MapEntry, MapKey, Name};
use mochi_types::Type;

use crate::checker::{Checker, expr};
use crate::relation::Slot;
use crate::report;
use crate::scope::NewVar;
use crate::typed::{DataStmt, Expr, ExprKind, StmtKind, VarId, VarKind};

/// The element whose fields are visible by name.
#[derive(Clone, Debug)]
pub(crate) struct UpdateRow {
    item: VarId,
    ty: Type,
    /// The fields of a record, or the entries of a map that are assigned.
    names: BTreeSet<Rc<str>>,
    /// A map: any name that stands for nothing else is an entry.
    open: bool,
    /// Scopes that are open around the statement; what is declared further in comes first.
    depth: usize,
}

impl Checker<'_> {
    pub(super) fn update(
        &mut self,
        list: &Name,
        fields: &[MapEntry],
        cond: Option<&ast::Expr>,
        span: Span,
    ) -> Option<StmtKind> {
        let source = ast::Expr {
            id: ast::NodeId(u32::MAX),
            kind: ast::ExprKind::Name(Rc::clone(&list.text)),
            span: list.span,
        };
        let typed = self.expr(&source, None);
        let mut row = self.update_row(&typed, list)?;
        if row.open {
            row.names.extend(fields.iter().filter_map(assigned));
        }
        let (item, ty) = (row.item, row.ty.clone());
        self.note_update(&ty, span);
        self.update_rows.push(row);
        self.frame_mut().loops += 1;
        let cond = cond.map(|cond| self.predicate(cond, "where", report::where_not_bool));
        let mut values: Vec<(Rc<str>, Expr)> = Vec::new();
        for entry in fields {
            values.extend(self.update_value(entry, item, &ty));
        }
        self.frame_mut().loops -= 1;
        self.update_rows.pop();
        let entries = matches!(ty, Type::Map(..) | Type::OMap(..));
        Some(StmtKind::Data(Box::new(DataStmt::Update {
            item,
            list: Box::new(typed),
            entries,
            fields: values,
            cond: cond.map(Box::new),
        })))
    }

    /// What the elements are; none if they have no fields, which is reported.
    fn update_row(&mut self, list: &Expr, name: &Name) -> Option<UpdateRow> {
        let ty = match &list.ty {
            Type::Error => return None,
            Type::List(item) => (**item).clone(),
            other => {
                let want = self.show(&Type::list(Type::Any));
                let got = self.show(other);
                self.report(report::mismatch(&want, &got, name.span));
                return None;
            }
        };
        let (names, open) = match &ty {
            Type::Error => return None,
            Type::Named(decl) if self.decls.record(decl.id).is_some() => {
                let record = self.decls.record(decl.id)?;
                let fields = record.fields.iter();
                (fields.map(|field| Rc::clone(&field.name)).collect(), false)
            }
            Type::Anon(fields) => {
                let fields = fields.iter();
                (fields.map(|(name, _)| Rc::clone(name)).collect(), false)
            }
            Type::Map(key, _) | Type::OMap(key, _) if **key == Type::Str => (BTreeSet::new(), true),
            other => {
                let shown = self.show(other);
                self.report(report::not_a_struct(&shown, name.span));
                return None;
            }
        };
        self.frame_mut().loops += 1;
        let var = NewVar::fixed(VarKind::Loop, ty.clone());
        let item = self.new_var(&Rc::from(singular(&name.text)), name.span, var);
        self.frame_mut().loops -= 1;
        Some(UpdateRow {
            item,
            ty,
            names,
            open,
            depth: self.scopes.len(),
        })
    }

    /// Fields of the elements are assigned.
    fn note_update(&mut self, ty: &Type, span: Span) {
        match ty {
            Type::Named(decl) => self.assigned_decls.push((decl.clone(), span)),
            Type::Anon(_) => self.assigned_shapes.push((ty.clone(), span)),
            _ => {}
        }
    }

    fn update_value(
        &mut self,
        entry: &MapEntry,
        item: VarId,
        ty: &Type,
    ) -> Option<(Rc<str>, Expr)> {
        let name = match &entry.key {
            MapKey::Word(name) => name.clone(),
            MapKey::Expr(key) => {
                let ast::ExprKind::Str(text) = &key.kind else {
                    let note = "a field is written by its name";
                    self.report(report::map_key("field", "expression", key.span).with_note(note));
                    return None;
                };
                Name {
                    text: Rc::clone(text),
                    span: key.span,
                }
            }
        };
        let slot = match ty {
            Type::Map(_, value) | Type::OMap(_, value) => (**value).clone(),
            _ => {
                let object = expr(ExprKind::Var(item), ty.clone(), name.span);
                self.field_of(object, &name, name.span).ty
            }
        };
        let value = self.expect(&entry.value, &slot, Slot::Assign(&name.text));
        Some((Rc::clone(&name.text), value))
    }

    /// The field of the element at hand that a name stands for, if it does.
    pub(crate) fn row_member(&mut self, name: &Rc<str>, span: Span) -> Option<Expr> {
        let row = self.update_rows.last()?;
        let inner = self.scopes.get(row.depth..).unwrap_or_default();
        if inner.iter().any(|scope| scope.names.contains_key(name)) {
            return None;
        }
        // Types of blocks in the values have members of their own.
        let is_hidden = self
            .receivers()
            .any(|(record, _, base)| base > row.depth && self.declares_member(record, name));
        if is_hidden {
            return None;
        }
        let is_entry = row.open
            && self.lookup(name).is_none()
            && !self.is_own_member(name)
            && !self.variants.contains_key(name)
            && crate::builtin::lookup(name).is_none();
        if !row.names.contains(name) && !is_entry {
            return None;
        }
        let (item, ty) = (row.item, row.ty.clone());
        self.note_read(item);
        let object = expr(ExprKind::Var(item), ty, span);
        let member = Name {
            text: Rc::clone(name),
            span,
        };
        Some(self.field_of(object, &member, span))
    }
}

/// The entry that is assigned by name.
fn assigned(entry: &MapEntry) -> Option<Rc<str>> {
    match &entry.key {
        MapKey::Word(name) => Some(Rc::clone(&name.text)),
        MapKey::Expr(_) => None,
    }
}

/// A name for one element of a list.
fn singular(list: &str) -> String {
    let stem = list.trim_start_matches('_').strip_suffix('s');
    match stem.filter(|stem| stem.len() > 1 && !stem.ends_with('s')) {
        Some(stem) => match stem.strip_suffix("ie") {
            Some(stem) if stem.len() > 1 => format!("{stem}y"),
            _ => stem.to_owned(),
        },
        None => "item".to_owned(),
    }
}
