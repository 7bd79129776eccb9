//! Variables that are called like constants and bound more than once: Python's checkers take a name
//! in capitals for a constant's, so such a variable is written small.
//!
//! Spec: language.md §19.8 (upper-case variables reassigned).

use std::collections::BTreeSet;

use mochi_check::typed::{FunKind, Stmt, StmtKind, Target, Var, VarId, VarKind};

use super::stmt::needs_statements;
use super::{Lowerer, expr, module, name, walk};

impl Lowerer<'_> {
    /// Looks for the variables that are written small. A session calls all as they are written, and
    /// so does what others import or name in calls.
    pub(super) fn find_rebound(&mut self) {
        if self.options.since.is_some() {
            return;
        }
        let module = self.module;
        let mut bound_late = BTreeSet::new();
        self.bound_apart(&module.body, false, &mut bound_late);
        let mut bound_again = BTreeSet::new();
        self.bound_in_arms(&module.body, &mut bound_again);
        let mut public = BTreeSet::new();
        for fun in module.funs.iter().filter(|fun| module.owns(fun.span)) {
            self.bound_in_arms(&fun.body, &mut bound_again);
            // What stands for a default that is left out is replaced.
            let defaults = fun.params.iter().filter(|param| {
                let default = param.default.as_ref();
                default.is_some_and(|value| !expr::is_literal(value))
            });
            bound_again.extend(defaults.map(|param| param.var));
            if fun.export || matches!(fun.kind, FunKind::Method { .. }) {
                public.extend(fun.params.iter().map(|param| param.var));
            }
        }
        for (index, var) in module.vars.iter().enumerate() {
            let id = VarId(u32::try_from(index).unwrap_or(u32::MAX));
            let again = var.assigned
                || match var.kind {
                    VarKind::Global => bound_late.contains(&id),
                    _ => bound_again.contains(&id),
                };
            if again
                && name::is_constant(&var.name)
                && module.owns(var.span)
                && !var.export
                && !public.contains(&id)
            {
                self.rebound.insert(id);
            }
        }
    }

    /// What a variable is called before it is told apart from others. What the program itself calls
    /// so keeps the name.
    pub(super) fn written_name(&self, id: VarId) -> String {
        let Some(var) = self.var(id) else {
            return String::new();
        };
        if !self.rebound.contains(&id) {
            return var.name.to_string();
        }
        let small = var.name.to_lowercase();
        let is_near = |other: &Var| {
            let is_global = |var: &Var| var.kind == VarKind::Global;
            is_global(var) || is_global(other) || var.owner == other.owner
        };
        let mut vars = self.module.vars.iter();
        let mut funs = self
            .module
            .funs
            .iter()
            .filter_map(|fun| fun.name.as_deref());
        let is_taken = vars.any(|other| *other.name == *small && is_near(other))
            || funs.any(|name| *name == *small);
        if is_taken {
            format!("{small}_2")
        } else {
            small
        }
    }

    /// The globals that are declared in one place and bound in another, as all behind a `using` are.
    fn bound_apart(&self, body: &[Stmt], hoisted: bool, out: &mut BTreeSet<VarId>) {
        for stmt in body {
            match &stmt.kind {
                StmtKind::Let {
                    target: Target::Var(_),
                    value,
                } if !hoisted && (expr::is_fixed(value) || self.binds_in_place(value)) => {}
                StmtKind::Let { target, .. } => {
                    let mut ids = Vec::new();
                    module::targets(target, &mut ids);
                    out.extend(ids);
                }
                StmtKind::Using { var, body, .. } => {
                    out.insert(*var);
                    self.bound_apart(body, true, out);
                }
                _ => {}
            }
        }
    }

    /// The variables that are bound in each branch of their value.
    fn bound_in_arms(&self, body: &[Stmt], out: &mut BTreeSet<VarId>) {
        walk::each_stmt(body, &mut |stmt| {
            if let StmtKind::Let {
                target: Target::Var(id),
                value,
            } = &stmt.kind
                && needs_statements(self, value)
            {
                out.insert(*id);
            }
        });
    }
}
