//! Which lists Python code may know, by their types: a list of another type cannot be the same
//! list, so its length stays what it is while a program loops over it.
//!
//! Spec: language.md §5.3, §19.4 (`for`).

use std::collections::BTreeSet;

use mochi_check::typed::{Expr, ExprKind, Module, Place, StmtKind};
use mochi_types::{Decl, DeclId, Decls, Type};

use super::walk;

/// The lists that Python code may know.
#[derive(Default)]
pub(super) struct Reach {
    /// It may know any.
    all: bool,
    /// The types of their elements.
    elements: Vec<Type>,
    seen: BTreeSet<DeclId>,
}

impl Reach {
    /// Of a program that is not known in full.
    pub(super) fn unknown() -> Self {
        Self {
            all: true,
            ..Self::default()
        }
    }

    pub(super) fn of(program: &[Module]) -> Self {
        let mut reach = Self::default();
        let Some(first) = program.first() else {
            return reach;
        };
        let decls = &first.decls;
        // All modules share one table of functions.
        let bodies = program.iter().map(|module| &module.body);
        for body in bodies.chain(first.funs.iter().map(|fun| &fun.body)) {
            walk::each_expr(body, &mut |expr| reach.expr(expr, decls));
            walk::each_stmt(body, &mut |stmt| {
                if let StmtKind::Assign { place, value } = &stmt.kind
                    && is_python(place)
                {
                    reach.value(value, decls);
                }
            });
        }
        let params = first.funs.iter().flat_map(|fun| fun.params.iter());
        for default in params.filter_map(|param| param.default.as_ref()) {
            walk::each_subexpr(default, &mut |expr| reach.expr(expr, decls));
        }
        reach
    }

    /// Whether Python code may know a list with elements of a type.
    pub(super) fn knows_list_of(&self, element: &Type) -> bool {
        self.all || self.elements.contains(element)
    }

    /// What Python code learns from an expression, and what it gives out and may keep.
    fn expr(&mut self, expr: &Expr, decls: &Decls) {
        match &expr.kind {
            ExprKind::PyCall { callee, args, .. } => {
                if let ExprKind::PyAttr { object, .. } = &callee.kind {
                    self.value(object, decls);
                }
                args.iter().for_each(|arg| self.value(&arg.value, decls));
                self.result(&expr.ty, decls);
            }
            ExprKind::PyBinary { left, right, .. } => {
                self.value(left, decls);
                self.value(right, decls);
                self.result(&expr.ty, decls);
            }
            ExprKind::PyAttr { .. }
            | ExprKind::PyIndex { .. }
            | ExprKind::Check { .. }
            | ExprKind::Cast(_) => {
                self.result(&expr.ty, decls);
            }
            _ => {}
        }
    }

    /// A value in the hands of Python code; what it is counts, not as what it is passed.
    fn value(&mut self, value: &Expr, decls: &Decls) {
        match &value.kind {
            ExprKind::Widen(inner) => self.value(inner, decls),
            _ => self.ty(&value.ty, decls),
        }
    }

    /// A value that Python code gave out. Where nothing is known of it, it is a list of a known type
    /// only behind a cast.
    fn result(&mut self, ty: &Type, decls: &Decls) {
        let all = self.all;
        self.ty(ty, decls);
        self.all = all;
    }

    fn ty(&mut self, ty: &Type, decls: &Decls) {
        match ty {
            Type::List(item) => {
                if !self.elements.contains(item) {
                    self.elements.push((**item).clone());
                    self.ty(item, decls);
                }
            }
            Type::Set(item) | Type::Option(item) => self.ty(item, decls),
            Type::Iterator(item) | Type::AsyncIterator(item) | Type::Future(item) => {
                self.ty(item, decls);
            }
            Type::Map(key, item) | Type::OMap(key, item) => {
                self.ty(key, decls);
                self.ty(item, decls);
            }
            Type::Tuple(parts) | Type::Union(parts) | Type::Handle(_, parts) => {
                parts.iter().for_each(|part| self.ty(part, decls));
            }
            Type::Anon(fields) => fields.iter().for_each(|(_, ty)| self.ty(ty, decls)),
            // What a function gets comes from who calls it.
            Type::Fun(fun) => {
                fun.params.iter().for_each(|param| self.ty(param, decls));
                self.ty(&fun.result, decls);
            }
            Type::Named(decl) | Type::Variant(decl, _) => self.decl(decl.id, decls),
            Type::Error
            | Type::Never
            | Type::Unit
            | Type::None
            | Type::Int
            | Type::Int64
            | Type::BigInt
            | Type::BigRat
            | Type::Float
            | Type::Bool
            | Type::Str
            | Type::Bytes
            | Type::Literal(_)
            | Type::ErrorValue
            | Type::TypeOf(_)
            | Type::Extern(_)
            | Type::Module(_) => {}
            Type::Any
            | Type::AnyFun(_)
            | Type::Channel(..)
            | Type::PyObject
            | Type::Param(_)
            | Type::SelfType
            | Type::Infer(_)
            | Type::Group(..) => self.all = true,
        }
    }

    fn decl(&mut self, id: DeclId, decls: &Decls) {
        if !self.seen.insert(id) {
            return;
        }
        match decls.get(id) {
            Some(Decl::Record(record) | Decl::Agent(record)) => {
                record
                    .fields
                    .iter()
                    .for_each(|field| self.ty(&field.ty, decls));
            }
            Some(Decl::Sum(sum)) => {
                let fields = sum.variants.iter().flat_map(|variant| &variant.fields);
                fields.for_each(|field| self.ty(&field.ty, decls));
            }
            None => {}
        }
    }
}

/// Whether what is assigned there is in the hands of Python code.
const fn is_python(place: &Place) -> bool {
    matches!(
        place,
        Place::Field {
            is_python: true,
            ..
        } | Place::PyIndex { .. }
            | Place::ModuleAttr { .. }
    )
}
