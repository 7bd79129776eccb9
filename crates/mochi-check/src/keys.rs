//! Key types: what may be a map key or set element.
//!
//! Spec: language.md §4 ("Key types", T080).

use mochi_base::Span;
use mochi_types::{Decl, DeclId, Type};

use crate::checker::Checker;
use crate::report;

impl Checker<'_> {
    /// Remembers the key type of a container, to be checked when all assignments are known.
    pub(crate) fn note_keys(&mut self, ty: &Type, span: Span) {
        if let Type::Map(key, _) | Type::OMap(key, _) | Type::Set(key) = ty {
            self.key_uses.push(((**key).clone(), span));
        }
    }

    /// Reports types that cannot be keys, and marks the declared types that are.
    pub(crate) fn check_keys(&mut self) {
        let uses = std::mem::take(&mut self.key_uses);
        let mut reported: Vec<Type> = Vec::new();
        for (ty, span) in uses {
            let mut decls = Vec::new();
            if !self.is_key(&ty, &mut decls) {
                if !reported.contains(&ty) {
                    let shown = self.show(&ty);
                    self.report(report::not_a_key(&shown, span));
                    reported.push(ty);
                }
                continue;
            }
            let assigned = self
                .assigned_decls
                .iter()
                .find(|(decl, _)| decls.contains(&decl.id))
                .cloned();
            if let Some((decl, at)) = assigned
                && !reported.contains(&ty)
            {
                let note = format!("a field of `{}` is assigned here", decl.name);
                let shown = self.show(&ty);
                self.report(report::not_a_key(&shown, span).with_note_at(at, note));
                reported.push(ty);
                continue;
            }
            for id in decls {
                match self.decl_mut(id) {
                    Some(Decl::Record(record)) => record.is_key = true,
                    Some(Decl::Sum(sum)) => sum.is_key = true,
                    None => {}
                }
            }
        }
    }

    /// Whether a type is a key type; the declared types in it are added to `decls`.
    fn is_key(&self, ty: &Type, decls: &mut Vec<DeclId>) -> bool {
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
            Type::Option(inner) => self.is_key(inner, decls),
            Type::Tuple(parts) | Type::Union(parts) => {
                parts.iter().all(|part| self.is_key(part, decls))
            }
            Type::Anon(fields) => fields.iter().all(|(_, ty)| self.is_key(ty, decls)),
            Type::Named(decl) | Type::Variant(decl, _) => {
                if decls.contains(&decl.id) {
                    return true;
                }
                decls.push(decl.id);
                let fields: Vec<&Type> = match self.decls.get(decl.id) {
                    Some(Decl::Record(record)) => {
                        record.fields.iter().map(|field| &field.ty).collect()
                    }
                    Some(Decl::Sum(sum)) => sum
                        .variants
                        .iter()
                        .flat_map(|variant| variant.fields.iter().map(|field| &field.ty))
                        .collect(),
                    None => Vec::new(),
                };
                fields.into_iter().all(|ty| self.is_key(ty, decls))
            }
            other => other.is_number(),
        }
    }
}
