//! Classes of anonymous records that hold values of type parameters: the same fields may have other
//! types at each call, so one class that is generic in every field stands for all of them.
//!
//! Spec: language.md §4.6, §19.3.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use mochi_check::typed::Module;
use mochi_types::{Decl, Type, TypeParam};

use super::{Lowerer, Shape};
use crate::py::Expr;

/// The fields of an anonymous record, by name.
type Names = Vec<Rc<str>>;

/// The fields that stand beside type parameters somewhere in the program.
pub(super) fn generic_shapes(module: &Module) -> BTreeSet<Names> {
    let found = RefCell::new(BTreeSet::new());
    if module.funs.iter().all(|fun| fun.type_params.is_empty()) {
        return BTreeSet::new();
    }
    let see = |ty: &Type| {
        ty.any_part(&|part| {
            if let Type::Anon(fields) = part
                && fields.iter().any(|(_, ty)| mentions_param(module, ty))
            {
                found.borrow_mut().insert(names(fields));
            }
            false
        });
    };
    module.vars.iter().for_each(|var| see(&var.ty));
    module.funs.iter().for_each(|fun| see(&fun.result));
    for decl in &module.decls.items {
        match decl {
            Decl::Record(record) | Decl::Agent(record) => {
                record.fields.iter().for_each(|field| see(&field.ty));
            }
            Decl::Sum(sum) => {
                let fields = sum.variants.iter().flat_map(|variant| &variant.fields);
                fields.for_each(|field| see(&field.ty));
            }
        }
    }
    found.into_inner()
}

/// Whether a type mentions a type parameter, or a type of a block that does.
pub(super) fn mentions_param(module: &Module, ty: &Type) -> bool {
    let params = &module.inner.params;
    ty.any_part(&|part| match part {
        Type::Param(_) => true,
        Type::Named(decl) | Type::Variant(decl, _) => params.contains_key(&decl.id),
        _ => false,
    })
}

fn names(fields: &[(Rc<str>, Type)]) -> Names {
    fields.iter().map(|(name, _)| Rc::clone(name)).collect()
}

impl Lowerer<'_> {
    /// Whether the class of these fields is generic.
    pub(super) fn is_generic_shape(&self, fields: &[(Rc<str>, Type)]) -> bool {
        let module = self.module;
        let by_param = fields.iter().any(|(_, ty)| mentions_param(module, ty));
        by_param || !self.generic_shapes.is_empty() && self.generic_shapes.contains(&names(fields))
    }

    /// The shape that stands for all with these fields, if their class is generic.
    pub(super) fn shape_of(&self, fields: &Shape) -> (Shape, Vec<Rc<TypeParam>>) {
        if !self.is_generic_shape(fields) {
            return (Rc::clone(fields), Vec::new());
        }
        let mut params = Vec::new();
        let shape = fields
            .iter()
            .enumerate()
            .map(|(index, (name, _))| {
                let shown = match fields.len() {
                    1 => "T".to_owned(),
                    _ => format!("T{}", index + 1),
                };
                let param = Rc::new(TypeParam {
                    id: Rc::from(format!("anonymous.{index}")),
                    name: Rc::from(shown),
                    bound: None,
                    constraints: Vec::new(),
                    default: None,
                });
                params.push(Rc::clone(&param));
                (Rc::clone(name), Type::Param(param))
            })
            .collect();
        (shape, params)
    }

    /// Whether some anonymous record with these fields is a key.
    pub(super) fn is_key_shape(&self, fields: &[(Rc<str>, Type)]) -> bool {
        let mut keys = self.module.decls.key_shapes.iter();
        let generic = self.is_generic_shape(fields);
        keys.any(|key| **key == *fields || generic && names(key) == names(fields))
    }

    /// An anonymous record as an annotation.
    pub(super) fn anonymous_annotation(&mut self, fields: &Shape) -> Expr {
        let class = self.anonymous_class(fields);
        if !self.is_generic_shape(fields) {
            return class;
        }
        let args = fields.iter().map(|(_, ty)| self.annotation(ty)).collect();
        class.index(Expr::one_or_tuple(args))
    }
}
