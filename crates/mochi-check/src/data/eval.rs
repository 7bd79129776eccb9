//! `eval("…")`: compiled in place.
//!
//! Spec: language.md §12, T089.

use mochi_base::Severity;
use mochi_syntax::ast;
use mochi_types::Type;

use crate::checker::Checker;
use crate::report;
use crate::typed::Expr;

impl Checker<'_> {
    /// The expression that a literal holds, as `any`; none if it holds anything else, which is
    /// reported.
    pub(crate) fn eval(&mut self, literal: &ast::Expr) -> Option<Expr> {
        let ast::ExprKind::Str(text) = &literal.kind else {
            self.report(report::unreadable_eval(literal.span));
            return None;
        };
        // Inside of the quotes, places in the text are places in the file (but for escapes).
        let start = literal.span.start.saturating_add(1);
        match mochi_syntax::parse_expression(literal.span.source, start, text) {
            Ok(inner) => {
                let scopes = std::mem::take(&mut self.scopes);
                let receiver = self.receiver.take();
                let narrowed = std::mem::take(&mut self.narrowed);
                let rows = std::mem::take(&mut self.update_rows);
                let value = self.expr(&inner, None);
                self.scopes = scopes;
                self.receiver = receiver;
                self.narrowed = narrowed;
                self.update_rows = rows;
                Some(self.adapt(value, &Type::Any))
            }
            Err(faults) => {
                let mut diagnostic = report::unreadable_eval(literal.span);
                let mut faults = faults.iter();
                if let Some(fault) = faults.find(|fault| fault.severity == Severity::Error) {
                    diagnostic = diagnostic.with_note(fault.message.clone());
                }
                self.report(diagnostic);
                None
            }
        }
    }
}
