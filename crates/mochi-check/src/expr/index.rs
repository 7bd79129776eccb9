//! Indexing and slicing.
//!
//! Spec: language.md §9.1, §9.2, §18.6.

use mochi_base::Span;
use mochi_syntax::ast::{self, Subscript};
use mochi_types::Type;

use crate::checker::{Checker, error, expr};
use crate::relation::Slot;
use crate::report;
use crate::scope::NewVar;
use crate::typed::{Expr, ExprKind, VarKind};

impl Checker<'_> {
    /// `object[subscripts]`.
    pub(crate) fn index_of(&mut self, object: Expr, subscripts: &[Subscript], span: Span) -> Expr {
        let unread = |subscript: &Subscript| {
            matches!(subscript, Subscript::Index(index)
                if matches!(index.kind, ast::ExprKind::Error))
        };
        if subscripts.iter().any(unread) {
            return error(span);
        }
        let object = self.present(object);
        let ty = object.ty.widened();
        if matches!(ty, Type::Handle(..) | Type::TypeOf(_) | Type::Param(_)) {
            return self.python_index(object, subscripts, span);
        }
        match (ty, subscripts) {
            (Type::Error, _) => {
                self.discard_subscripts(subscripts);
                error(span)
            }
            (Type::Option(_), _) => {
                self.discard_subscripts(subscripts);
                self.unguarded(&object);
                error(span)
            }
            (_, [Subscript::Index(index)]) => self.index(object, index, span),
            (
                ty @ (Type::List(_) | Type::Str | Type::Bytes | Type::Any),
                [
                    Subscript::Slice {
                        start, stop, step, ..
                    },
                ],
            ) => {
                let mut bound = |part: &Option<Box<ast::Expr>>| {
                    part.as_deref().map(|part| Box::new(self.list_index(part)))
                };
                let (start, stop, step) = (bound(start), bound(stop), bound(step));
                let kind = ExprKind::Slice {
                    object: Box::new(object),
                    start,
                    stop,
                    step,
                };
                expr(kind, ty, span)
            }
            (Type::Map(..) | Type::OMap(..), _) => self.fail(report::slice_of_map(span), span),
            (ty, _) => {
                self.discard_subscripts(subscripts);
                let shown = self.show(&ty);
                self.fail(self.noted(report::not_indexable(&shown, span), &ty), span)
            }
        }
    }

    pub(crate) fn discard_subscripts(&mut self, subscripts: &[Subscript]) {
        for subscript in subscripts {
            match subscript {
                Subscript::Index(index) => {
                    self.expr(index, None);
                }
                Subscript::Slice {
                    start, stop, step, ..
                } => {
                    for part in [start, stop, step].into_iter().flatten() {
                        self.expr(part, None);
                    }
                }
            }
        }
    }

    fn index(&mut self, object: Expr, index: &ast::Expr, span: Span) -> Expr {
        let (index, ty) = match object.ty.widened() {
            Type::List(item) => (self.list_index(index), (*item).clone()),
            Type::Str => (self.list_index(index), Type::Str),
            Type::Bytes => (self.list_index(index), Type::Int),
            Type::Map(key, value) => (self.map_key(index, &key), Type::option((*value).clone())),
            Type::OMap(key, value) => (self.map_key(index, &key), (*value).clone()),
            Type::Any => (self.expr(index, None), Type::Any),
            Type::Tuple(parts) => return self.tuple_index(object, &parts, index, span),
            ty => {
                self.expr(index, None);
                let shown = self.show(&ty);
                return self.fail(self.noted(report::not_indexable(&shown, span), &ty), span);
            }
        };
        let kind = ExprKind::Index {
            object: Box::new(object),
            index: Box::new(index),
        };
        expr(kind, ty, span)
    }

    fn tuple_index(&mut self, object: Expr, parts: &[Type], index: &ast::Expr, span: Span) -> Expr {
        let position = match &super::unparenthesised(index).kind {
            ast::ExprKind::Int(value) => usize::try_from(*value).ok(),
            _ => None,
        };
        let Some((position, ty)) =
            position.and_then(|position| parts.get(position).map(|ty| (position, ty.clone())))
        else {
            let last = parts.len().saturating_sub(1);
            return self.fail(report::tuple_index(last, index.span), span);
        };
        let kind = ExprKind::TupleIndex {
            object: Box::new(object),
            index: position,
        };
        expr(kind, ty, span)
    }

    /// An index of a list, string or bytes.
    pub(crate) fn list_index(&mut self, index: &ast::Expr) -> Expr {
        let typed = self.expr(index, None);
        let fits = matches!(
            typed.ty.widened(),
            Type::Int | Type::Int64 | Type::Error | Type::Never | Type::ErrorValue
        );
        // Integers of packages: Python takes them as they are.
        let fits = fits || self.is_foreign_integer(&typed.ty);
        if !fits {
            let mut diagnostic = report::index_not_integer(index.span);
            if let Some(note) = self.value_note(&typed, &Type::Int) {
                diagnostic = diagnostic.with_note(note);
            }
            self.report(diagnostic);
        }
        if typed.ty == Type::ErrorValue {
            return self.adapt(typed, &Type::Int);
        }
        typed
    }

    /// A key of a map.
    pub(crate) fn map_key(&mut self, index: &ast::Expr, key: &Type) -> Expr {
        let typed = self.expr(index, Some(key));
        if self.fits(&typed.ty, key) {
            self.note_open_key(&typed.ty, key, index.span);
            return self.fit(typed, index, key, Slot::Value);
        }
        let (want, got) = (self.show(key), self.show(&typed.ty));
        let mut diagnostic = report::map_key(&want, &got, index.span);
        if let Some(note) = self.misfit_note(&typed.ty, key) {
            diagnostic = diagnostic.with_note(note);
        }
        self.fail(diagnostic, index.span)
    }

    /// `object?[index]`.
    pub(super) fn safe_index(&mut self, object: &ast::Expr, index: &ast::Expr, span: Span) -> Expr {
        let typed = self.expr(object, None);
        let inner = match &typed.ty {
            Type::Option(inner) => (**inner).clone(),
            Type::Error => {
                self.expr(index, None);
                return error(span);
            }
            Type::Any => Type::Any,
            other => {
                let shown = self.show(other);
                self.expr(index, None);
                return self.fail(report::safe_index(&shown, object.span), span);
            }
        };
        let indexable = matches!(
            inner.widened(),
            Type::List(_)
                | Type::Str
                | Type::Bytes
                | Type::Map(..)
                | Type::OMap(..)
                | Type::Tuple(_)
                | Type::Any
                | Type::Handle(..)
        );
        if !indexable {
            self.expr(index, None);
            let shown = self.show(&typed.ty);
            return self.fail(report::safe_index_element(&shown, span), span);
        }
        let temp = self.temp(inner.clone(), object);
        let read = expr(ExprKind::Var(temp), inner, object.span);
        let then = self.index_of(read, &[Subscript::Index(index.clone())], span);
        safe(typed, temp, then, span)
    }

    /// A variable for the value of a safe access's receiver.
    pub(crate) fn temp(&mut self, ty: Type, object: &ast::Expr) -> crate::typed::VarId {
        let name = std::rc::Rc::from("value");
        self.new_var(&name, object.span, NewVar::fixed(VarKind::Temp, ty))
    }
}

/// A safe access: none, or what `then` gives, as an option.
pub(crate) fn safe(object: Expr, temp: crate::typed::VarId, then: Expr, span: Span) -> Expr {
    let ty = Type::option(then.ty.clone());
    let then = crate::relation::widened(then, &ty);
    let kind = ExprKind::Safe {
        object: Box::new(object),
        temp,
        then: Box::new(then),
    };
    expr(kind, ty, span)
}
