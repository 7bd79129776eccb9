//! `for await` and `using await`.
//!
//! Spec: language.md §18.10, §18.11.

use std::rc::Rc;

use mochi_base::{Diagnostic, Span};
use mochi_syntax::ast;
use mochi_types::Type;

use crate::checker::Checker;
use crate::python::result_check;
use crate::report;
use crate::typed::StmtKind;

impl Checker<'_> {
    /// `for await x in e { … }`.
    pub(crate) fn for_await(&mut self, item: &ast::For, span: Span) -> StmtKind {
        self.needs_async("for await", span);
        let source = self.expr(&item.source, None);
        if let Some(end) = &item.end {
            self.report(report::not_iterable("range", item.source.span.to(end.span)));
        }
        let (ty, check) = match &source.ty {
            Type::Error => (Type::Error, None),
            ty => {
                if let Some(out) = self.cx().iterate_async(ty) {
                    let symbol = Rc::from(format!("{}.__aiter__", self.show(ty)));
                    let check = result_check(out.check, symbol);
                    (out.ty, check)
                } else {
                    let shown = self.show(ty);
                    let mut diagnostic = report::not_iterable(&shown, item.source.span);
                    let at = item.source.span;
                    if self.trial(|checker| checker.elements(ty, at)).is_ok() {
                        diagnostic = diagnostic.with_note("it is iterated by a plain `for`");
                    }
                    self.report(diagnostic);
                    (Type::Error, None)
                }
            }
        };
        let (target, body) = self.each_round(item, &ty, None);
        StmtKind::ForEach {
            target,
            source,
            check,
            entries: false,
            body_may_mutate: false,
            is_await: true,
            body,
        }
    }

    /// Says that a manager is entered by the other form of `using`.
    pub(crate) fn other_using(
        &self,
        diagnostic: Diagnostic,
        ty: &Type,
        is_await: bool,
    ) -> Diagnostic {
        let cx = self.cx();
        if is_await && self.entered(ty).is_some() {
            diagnostic.with_note("it is entered by a plain `using`")
        } else if !is_await && cx.enter_async(ty).is_some() {
            diagnostic.with_note("it is entered by `using await`")
        } else {
            diagnostic
        }
    }
}
