//! `for`.
//!
//! Spec: language.md §5.3, §18.6.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, Binder};
use mochi_types::{ChannelKind, Type};

use crate::checker::Checker;
use crate::python::{ResultCheck, result_check, unpack};
use crate::report;
use crate::typed::{Expr, Stmt, StmtKind, Target, VarKind};
use crate::walk;

/// What a loop yields in each round.
pub(crate) struct Elements {
    pub(crate) ty: Type,
    pub(crate) check: ResultCheck,
}

impl Checker<'_> {
    pub(super) fn for_stmt(&mut self, item: &ast::For, span: Span) -> StmtKind {
        if item.is_await {
            return self.for_await(item, span);
        }
        if let Some(end) = &item.end {
            return self.range(item, end);
        }
        let source = self.expr(&item.source, None);
        let mut source = self.present(source);
        let pairs = matches!(item.binder, Binder::Tuple(..));
        let (elements, entries) = match &source.ty {
            Type::Map(key, value) | Type::OMap(key, value) if pairs => {
                let ty = Type::Tuple([(**key).clone(), (**value).clone()].into());
                (Elements { ty, check: None }, true)
            }
            ty => {
                let ty = ty.clone();
                let mut elements = self.elements(&ty, item.source.span);
                if pairs && let Some(parts) = self.named_parts(&elements.ty) {
                    let symbol = Rc::from(self.show(&elements.ty));
                    elements = Elements {
                        ty: parts.ty,
                        check: Some((parts.check, symbol)),
                    };
                }
                if let Binder::Tuple(names, _) = &item.binder {
                    unpack::items_of_length(&mut source, &mut elements, names.len());
                }
                if let Binder::Tuple(names, at) = &item.binder
                    && self.has_items(&ty)
                    && !matches!(elements.ty, Type::Tuple(_) | Type::Error)
                {
                    let parts = Type::Tuple(vec![Type::Any; names.len()].into());
                    let (want, got) = (self.show(&parts), self.show(&elements.ty));
                    let note = "a mapping of Python yields its keys; its entries are `.items()`";
                    self.report(report::mismatch(&want, &got, *at).with_note(note));
                    elements.ty = Type::Error;
                }
                (elements, false)
            }
        };
        let (target, body) = self.each_round(item, &elements.ty, Some(&source));
        StmtKind::ForEach {
            target,
            source,
            check: elements.check,
            entries,
            body_may_mutate: walk::may_change_containers(&item.body.body),
            is_await: false,
            body,
        }
    }

    /// What each round of a loop over elements of this type binds and does.
    pub(crate) fn each_round(
        &mut self,
        item: &ast::For,
        ty: &Type,
        source: Option<&Expr>,
    ) -> (Target, Vec<Stmt>) {
        self.forget_assigned(&item.body.body);
        let before = self.narrowed.clone();
        self.push_scope();
        let target = self.bind(&item.binder, ty, VarKind::Loop, true);
        if let (Target::Var(id), Some(source)) = (&target, source) {
            self.note_row(*id, source);
            self.narrow_keys(*id, source, &item.body.body);
        }
        let body = self.loop_body(&item.body);
        self.pop_scope();
        self.narrowed = before;
        (target, body)
    }

    /// Whether a value is a handle with entries.
    fn has_items(&self, ty: &Type) -> bool {
        matches!(ty, Type::Handle(..)) && self.cx().lookup_member(ty, "items").is_some()
    }

    fn range(&mut self, item: &ast::For, end: &ast::Expr) -> StmtKind {
        let start = self.expr(&item.source, Some(&Type::Int));
        let typed_end = self.expr(end, Some(&Type::Int));
        let bound = |ty: &Type| {
            ty.is_integer() || matches!(ty, Type::Error | Type::Never | Type::ErrorValue)
        };
        let bound = |ty: &Type| bound(ty) || self.is_foreign_integer(ty);
        if !bound(&start.ty) {
            self.report(report::range_bounds(item.source.span));
        } else if !bound(&typed_end.ty) {
            self.report(report::range_bounds(end.span));
        }
        let ty = self
            .cx()
            .join_numbers(&start.ty, &typed_end.ty)
            .unwrap_or(Type::Int);
        self.forget_assigned(&item.body.body);
        let before = self.narrowed.clone();
        self.push_scope();
        let target = self.bind(&item.binder, &ty, VarKind::Loop, true);
        let body: Vec<Stmt> = self.loop_body(&item.body);
        self.pop_scope();
        self.narrowed = before;
        StmtKind::ForRange {
            var: match target {
                Target::Var(id) => Some(id),
                Target::Ignore | Target::Tuple(_) => None,
            },
            start,
            end: typed_end,
            body,
        }
    }

    /// What iterating over a value yields.
    pub(crate) fn elements(&mut self, ty: &Type, span: Span) -> Elements {
        let plain = |ty: Type| Elements { ty, check: None };
        match ty.widened() {
            Type::Error => plain(Type::Error),
            Type::Any => plain(Type::Any),
            Type::List(item) | Type::Set(item) | Type::Iterator(item) | Type::Group(_, item) => {
                plain((*item).clone())
            }
            Type::Str => plain(Type::Str),
            Type::Bytes => plain(Type::Int),
            Type::Map(key, _) | Type::OMap(key, _) => plain((*key).clone()),
            Type::Tuple(parts) => {
                let mut joined: Option<Type> = None;
                for part in parts.iter() {
                    joined = match joined {
                        None => Some(part.clone()),
                        Some(before) => self.join(&before, part),
                    };
                    if joined.is_none() {
                        break;
                    }
                }
                match joined {
                    Some(ty) => plain(ty),
                    None => self.not_iterable(ty, span),
                }
            }
            Type::Option(_) | Type::None => self.not_iterable(ty, span),
            _ => match self.cx().iterate(ty) {
                Some(out) => {
                    let symbol = Rc::from(format!("{}.__iter__", self.show(ty)));
                    let check = result_check(out.check, symbol);
                    Elements { ty: out.ty, check }
                }
                None => self.not_iterable(ty, span),
            },
        }
    }

    fn not_iterable(&mut self, ty: &Type, span: Span) -> Elements {
        let shown = self.show(ty);
        let mut diagnostic = report::not_iterable(&shown, span);
        if ty.is_integer() {
            diagnostic = diagnostic.with_note("`for i in 0..n { … }` counts");
        }
        if let Type::Channel(kind, _) = ty {
            let note = match kind {
                ChannelKind::Channel => "`while len(c) > 0 { let x = recv(c) … }` takes what waits",
                ChannelKind::Stream | ChannelKind::Subscription => {
                    "`recv_sub(u)` takes the next value that a subscription `u` has not read"
                }
            };
            diagnostic = diagnostic.with_note(note);
        }
        if matches!(ty, Type::Option(_)) {
            diagnostic = diagnostic.with_note(
                "the value may be none: give a default with `??`, or test it with \
                 `if x != none { … }`",
            );
        } else if let Some(note) = self.union_note(ty) {
            diagnostic = diagnostic.with_note(note);
        }
        self.report(diagnostic);
        Elements {
            ty: Type::Error,
            check: None,
        }
    }
}
