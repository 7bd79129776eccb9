//! What an interactive session holds until its end: `using` without a block.
//!
//! Spec: bridge.md §13 (`mochi repl`).

use mochi_check::typed::{Stmt as Typed, StmtKind as TypedKind};

use super::Lowerer;
use crate::py::{Expr, Stmt, StmtKind};

impl<'a> Lowerer<'a> {
    /// A `using` for the rest of a session: what it opens is held, and what follows it stands at
    /// top level as before. The answer is what follows.
    pub(super) fn held(&mut self, stmt: &'a Typed, body: &mut Vec<Stmt>) -> Option<&'a [Typed]> {
        let TypedKind::Using {
            var,
            is_await,
            manager,
            check,
            body: rest,
        } = &stmt.kind
        else {
            return None;
        };
        if self.options.since.is_none() || !self.is_global(*var) {
            return None;
        }
        let (before, declared) = (self.emitted(), body.len());
        self.declare_globals(&[*var], body);
        let manager = self.expr(manager);
        let mut value = if *is_await {
            let entered = self.call_helper("hold_async", [manager]);
            Expr::Await(Box::new(entered))
        } else {
            self.call_helper("hold", [manager])
        };
        if let Some((check, symbol)) = check {
            value = self.checked(value, check, symbol);
        }
        let target = self.assign_declared(*var);
        self.emit(StmtKind::Assign(target, value));
        if self.is_there(stmt.span) {
            body.truncate(declared);
            if let Some(out) = self.out.last_mut() {
                out.truncate(before);
            }
        }
        Some(rest)
    }
}
