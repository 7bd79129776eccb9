//! `let` and `var`, tuple binders, and zero values.
//!
//! Spec: language.md §3, §18.6.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, Binder};
use mochi_types::{Check, Out, Type};

use crate::checker::{Checker, error, expr};
use crate::python::{checked, unpack};
use crate::relation::{Slot, converted, widened};
use crate::report;
use crate::scope::NewVar;
use crate::typed::{Expr, ExprKind, StmtKind, Target, VarKind};

impl Checker<'_> {
    pub(crate) fn let_stmt(&mut self, item: &ast::Let, stmt: &ast::Stmt) -> StmtKind {
        let declared = item.ty.as_ref().map(|ty| self.annotation(ty));
        let value = match (&item.value, &declared) {
            (Some(value), Some(ty)) => self.expect(value, ty, Slot::Initialiser(stmt.span)),
            (Some(value), None) => self.initialiser(value, &item.binder),
            (None, Some(Type::Error)) => error(stmt.span),
            (None, Some(ty)) => match self.zero(ty, stmt.span, 0) {
                Some(value) => value,
                None => self.fail(report::needs_type_or_value(stmt.span), stmt.span),
            },
            (None, None) => self.fail(report::needs_type_or_value(stmt.span), stmt.span),
        };
        let value = match (&item.binder, &declared) {
            (Binder::Tuple(parts, _), None) => self.unpacked(value, parts.len()),
            _ => value,
        };
        if item.mutable
            && let Some(source) = &item.value
        {
            self.check_alias(source, &value.ty);
        }
        let ty = match declared {
            Some(ty) => ty,
            None if item.mutable => value.ty.widened(),
            None => value.ty.clone(),
        };
        let value = if value.ty == ty || value.ty == Type::Error {
            value
        } else {
            widened(value, &ty)
        };
        let kind = if self.scopes.is_empty() {
            VarKind::Global
        } else {
            VarKind::Local
        };
        let target = self.bind(&item.binder, &ty, kind, item.mutable);
        if let Target::Var(id) = &target {
            self.note_rows(*id, &value);
        }
        for id in target.vars() {
            if let Some(var) = self.var_mut(id) {
                var.export = stmt.export;
                if matches!(target, Target::Var(_)) {
                    var.doc.clone_from(&stmt.doc);
                }
            }
        }
        StmtKind::Let { target, value }
    }

    /// The value of a declaration without a type.
    fn initialiser(&mut self, value: &ast::Expr, binder: &Binder) -> Expr {
        let typed = self.expr(value, None);
        if let Binder::Name(name) = binder
            && let Some(ty) = self.guess_of(name.span, value, &typed.ty)
        {
            return self.expr(value, Some(&ty));
        }
        if typed.ty == Type::None {
            return widened(typed, &Type::Any);
        }
        typed
    }

    /// Declares what a binder binds.
    pub(crate) fn bind(
        &mut self,
        binder: &Binder,
        ty: &Type,
        kind: VarKind,
        mutable: bool,
    ) -> Target {
        match binder {
            Binder::Name(name) if &*name.text == "_" => Target::Ignore,
            Binder::Name(name) => {
                let new = NewVar {
                    ty: ty.clone(),
                    kind,
                    mutable,
                };
                let id = self.declare_var(&name.text, name.span, new);
                if kind == VarKind::Loop
                    && let Some(var) = self.var_mut(id)
                {
                    var.in_loop = true;
                }
                self.note_type(name.span, ty);
                Target::Var(id)
            }
            Binder::Tuple(parts, span) => {
                let types = self.parts(parts.len(), ty, *span);
                let targets: Vec<Target> = parts
                    .iter()
                    .zip(types)
                    .map(|(part, ty)| self.bind(part, &ty, kind, mutable))
                    .collect();
                self.note_parts(&targets);
                Target::Tuple(targets)
            }
        }
    }

    /// A named tuple that a tuple binder takes apart, as the plain tuple of its fields; a Python
    /// tuple of any length as one of `count` parts.
    fn unpacked(&mut self, value: Expr, count: usize) -> Expr {
        match self.named_parts(&value.ty) {
            Some(parts) => {
                let symbol = Rc::from(self.show(&value.ty));
                checked(value, parts, symbol)
            }
            None => self.taken_apart(unpack::of_length(value, count), count),
        }
    }

    /// The fields of a named tuple as a tuple, with the check of them.
    pub(super) fn named_parts(&self, ty: &Type) -> Option<Out> {
        let parts = self.cx().named_parts(ty)?;
        let checks = parts.iter().map(|part| (*part.check).clone()).collect();
        let types = parts.into_iter().map(|part| part.ty).collect();
        Some(Out {
            ty: Type::Tuple(types),
            check: Rc::new(Check::Tuple(checks)),
        })
    }

    /// The types of a tuple's parts, as many as the binder has names.
    fn parts(&mut self, names: usize, ty: &Type, span: Span) -> Vec<Type> {
        match ty {
            Type::Tuple(parts) if parts.len() == names => parts.to_vec(),
            Type::Tuple(parts) => {
                self.report(report::wrong_parts(names, parts.len(), span));
                vec![Type::Error; names]
            }
            Type::Error => vec![Type::Error; names],
            other => {
                if let Some(parts) = self.named_parts(other) {
                    return self.parts(names, &parts.ty, span);
                }
                let parts = Type::Tuple(vec![Type::Any; names].into());
                let (want, got) = (self.show(&parts), self.show(other));
                let mut diagnostic = report::mismatch(&want, &got, span);
                if matches!(other, Type::List(_)) {
                    diagnostic = diagnostic.with_note(
                        "a list may have any number of elements: take them by index, `xs[0]`",
                    );
                } else if *other == Type::Any {
                    diagnostic = diagnostic.with_note(format!(
                        "say what its parts are: `… as {want}`, each with its type"
                    ));
                }
                self.report(diagnostic);
                vec![Type::Error; names]
            }
        }
    }

    /// The value that a declaration without initialiser starts with; none if there is none.
    pub(crate) fn zero(&mut self, ty: &Type, span: Span, depth: usize) -> Option<Expr> {
        if depth > 20 {
            return None;
        }
        let kind = match ty {
            Type::Int | Type::Int64 | Type::BigInt => ExprKind::Int(0),
            Type::BigRat => return Some(converted(expr(ExprKind::Int(0), Type::Int, span), ty)),
            Type::Float => ExprKind::Float(0.0),
            Type::Bool => ExprKind::Bool(false),
            Type::Str => ExprKind::Str(Rc::from("")),
            Type::Bytes => ExprKind::Bytes(Rc::from([])),
            Type::List(_) => ExprKind::List(Vec::new()),
            Type::Map(..) => ExprKind::Map(Vec::new()),
            Type::OMap(..) => ExprKind::OMap(Vec::new()),
            Type::Set(_) => ExprKind::Set(Vec::new()),
            Type::Option(_) | Type::Any | Type::Unit => ExprKind::None,
            Type::Tuple(parts) => {
                let mut values = Vec::new();
                for part in parts.iter() {
                    values.push(self.zero(part, span, depth + 1)?);
                }
                ExprKind::Tuple(values)
            }
            Type::Anon(fields) => {
                let mut values = Vec::new();
                for (name, ty) in fields.iter() {
                    values.push((Rc::clone(name), self.zero(ty, span, depth + 1)?));
                }
                ExprKind::Anon(values)
            }
            Type::Named(decl) => {
                let fields: Vec<(Rc<str>, Type)> = self
                    .decls
                    .record(decl.id)?
                    .fields
                    .iter()
                    .map(|field| (Rc::clone(&field.name), field.ty.clone()))
                    .collect();
                let mut values = Vec::new();
                for (name, ty) in fields {
                    values.push((name, self.zero(&ty, span, depth + 1)?));
                }
                ExprKind::Record {
                    decl: decl.clone(),
                    fields: values,
                }
            }
            _ => return None,
        };
        Some(expr(kind, ty.clone(), span))
    }
}
