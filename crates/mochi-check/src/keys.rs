//! Key types: what may be a map key or set element.
//!
//! Spec: language.md §4 ("Key types", T080).

use std::rc::Rc;

use mochi_base::Span;
use mochi_types::{Decl, DeclId, Shape, Type};

use crate::checker::Checker;
use crate::report;
use crate::typed::{Expr, ExprKind};

/// The records that a key type is made of.
#[derive(Default)]
struct Parts {
    decls: Vec<DeclId>,
    shapes: Vec<Shape>,
}

impl Checker<'_> {
    /// Remembers the key type of a container, to be checked when all assignments are known.
    pub(crate) fn note_keys(&mut self, ty: &Type, span: Span) {
        if let Type::Map(key, _) | Type::OMap(key, _) | Type::Set(key) = ty {
            self.key_uses.push(((**key).clone(), span));
        }
    }

    /// Remembers the type of a value that becomes a key where keys may be anything.
    pub(crate) fn note_open_key(&mut self, ty: &Type, key: &Type, span: Span) {
        if *key == Type::Any && *ty != Type::Any {
            self.key_uses.push((ty.clone(), span));
        }
    }

    /// The same of a value that was typed for its place already.
    pub(crate) fn note_open_value(&mut self, value: &Expr, key: &Type) {
        if let ExprKind::Widen(inner) | ExprKind::Convert(inner) = &value.kind {
            self.note_open_key(&inner.ty, key, value.span);
        }
    }

    /// Reports types that cannot be keys, and marks the declared types that are.
    pub(crate) fn check_keys(&mut self) {
        let uses = std::mem::take(&mut self.key_uses);
        let mut reported: Vec<Type> = Vec::new();
        for (ty, span) in uses {
            let mut parts = Parts::default();
            if !self.is_key(&ty, &mut parts) {
                if !reported.contains(&ty) {
                    let shown = self.show(&ty);
                    self.report(report::not_a_key(&shown, span));
                    reported.push(ty);
                }
                continue;
            }
            if let Some((name, at)) = self.assigned_part(&parts)
                && !reported.contains(&ty)
            {
                let note = format!("a field of `{name}` is assigned here");
                let shown = self.show(&ty);
                self.report(report::not_a_key(&shown, span).with_note_at(at, note));
                reported.push(ty);
                continue;
            }
            let known = &mut Rc::make_mut(&mut self.decls).key_shapes;
            for shape in parts.shapes {
                if !known.contains(&shape) {
                    known.push(shape);
                }
            }
            for id in parts.decls {
                match self.decl_mut(id) {
                    Some(Decl::Record(record)) => record.is_key = true,
                    Some(Decl::Sum(sum)) => sum.is_key = true,
                    Some(Decl::Agent(_)) | None => {}
                }
            }
        }
    }

    /// The part of a key type of which a field is assigned somewhere, and where.
    fn assigned_part(&self, parts: &Parts) -> Option<(String, Span)> {
        for (decl, at) in &self.assigned_decls {
            if parts.decls.contains(&decl.id) {
                return Some((decl.name.to_string(), *at));
            }
        }
        self.assigned_shapes.iter().find_map(|(ty, at)| match ty {
            Type::Anon(shape) if parts.shapes.contains(shape) => Some((self.show(ty), *at)),
            _ => None,
        })
    }

    /// Whether a type is a key type; the records in it are added to `parts`.
    fn is_key(&self, ty: &Type, parts: &mut Parts) -> bool {
        match ty {
            Type::Error
            | Type::Any
            | Type::Never
            | Type::None
            | Type::Bool
            | Type::Str
            | Type::Bytes
            | Type::Literal(_)
            | Type::Handle(..)
            | Type::TypeOf(_)
            | Type::Param(_)
            | Type::ErrorValue => true,
            Type::Option(inner) => self.is_key(inner, parts),
            Type::Tuple(items) | Type::Union(items) => {
                items.iter().all(|item| self.is_key(item, parts))
            }
            Type::Anon(fields) => {
                parts.shapes.push(Rc::clone(fields));
                fields.iter().all(|(_, ty)| self.is_key(ty, parts))
            }
            Type::Named(decl) | Type::Variant(decl, _) => {
                if parts.decls.contains(&decl.id) {
                    return true;
                }
                if self.decls.agent(decl.id).is_some() {
                    return false;
                }
                parts.decls.push(decl.id);
                let fields: Vec<&Type> = match self.decls.get(decl.id) {
                    Some(Decl::Record(record)) => {
                        record.fields.iter().map(|field| &field.ty).collect()
                    }
                    Some(Decl::Sum(sum)) => sum
                        .variants
                        .iter()
                        .flat_map(|variant| variant.fields.iter().map(|field| &field.ty))
                        .collect(),
                    Some(Decl::Agent(_)) | None => Vec::new(),
                };
                fields.into_iter().all(|ty| self.is_key(ty, parts))
            }
            other => other.is_number(),
        }
    }
}
