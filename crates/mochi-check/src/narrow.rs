//! Narrowing: where an option variable is known to hold a value.
//!
//! Spec: language.md §4.3.

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_syntax::ast::{self, BinaryOp, ExprKind, UnaryOp};
use mochi_types::Type;

use crate::checker::Checker;
use crate::scope::Binding;
use crate::typed::{VarId, VarKind};
use crate::walk;

/// The variables that a condition narrows, by its outcome.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// If the condition holds.
    pub(crate) yes: Vec<VarId>,
    /// If it does not.
    pub(crate) no: Vec<VarId>,
}

impl Checker<'_> {
    /// What a condition says about option variables.
    pub(crate) fn facts(&self, cond: &ast::Expr) -> Facts {
        match &cond.kind {
            ExprKind::Paren(inner) => self.facts(inner),
            ExprKind::Unary {
                op: UnaryOp::Not,
                operand,
            } => {
                let inner = self.facts(operand);
                Facts {
                    yes: inner.no,
                    no: inner.yes,
                }
            }
            ExprKind::Binary {
                op: op @ (BinaryOp::Eq | BinaryOp::Ne),
                left,
                right,
                ..
            } => {
                let subject = if self.is_none(right) {
                    left
                } else if self.is_none(left) {
                    right
                } else {
                    return Facts::default();
                };
                let Some(var) = self.option_variable(subject) else {
                    return Facts::default();
                };
                let (mut yes, mut no) = (Vec::new(), Vec::new());
                if *op == BinaryOp::Ne {
                    yes.push(var);
                } else {
                    no.push(var);
                }
                Facts { yes, no }
            }
            ExprKind::Binary {
                op: BinaryOp::And,
                left,
                right,
                ..
            } => {
                let (mut left, right) = (self.facts(left), self.facts(right));
                left.yes.extend(right.yes);
                left.no.retain(|var| right.no.contains(var));
                left
            }
            ExprKind::Binary {
                op: BinaryOp::Or,
                left,
                right,
                ..
            } => {
                let (mut left, right) = (self.facts(left), self.facts(right));
                left.no.extend(right.no);
                left.yes.retain(|var| right.yes.contains(var));
                left
            }
            _ => Facts::default(),
        }
    }

    /// The variable that a bare name stands for, if its declared type is an option.
    pub(crate) fn option_variable(&self, expr: &ast::Expr) -> Option<VarId> {
        let mut inner = expr;
        while let ExprKind::Paren(next) = &inner.kind {
            inner = next;
        }
        let name = match &inner.kind {
            ExprKind::Name(name) => name,
            // Only what nobody assigns is the same the next time it is read.
            ExprKind::Field { object, name } => {
                let id = self.shown_variable(object, name)?;
                let var = self.var(id)?;
                return (!var.mutable && matches!(var.ty, Type::Option(_))).then_some(id);
            }
            _ => return None,
        };
        let Some(Binding::Var(id)) = self.lookup(name) else {
            return None;
        };
        let var = self.var(id)?;
        let inside = var.owner == self.frame().fun || !self.outer_narrowing(id);
        (inside && matches!(var.ty, Type::Option(_))).then_some(id)
    }

    /// Whether a variable of an enclosing function may not be narrowed here.
    fn outer_narrowing(&self, id: VarId) -> bool {
        self.var(id)
            .is_some_and(|var| var.mutable && var.owner.is_some() && var.owner != self.frame().fun)
    }

    /// Narrows the variables.
    pub(crate) fn narrow(&mut self, vars: &[VarId]) {
        for id in vars {
            if let Some(Type::Option(inner)) = self.var(*id).map(|var| &var.ty) {
                let inner = (**inner).clone();
                self.narrowed.insert(*id, inner);
            }
        }
    }

    /// Runs `work` with the variables narrowed, and restores what was known before.
    pub(crate) fn narrowing<T>(&mut self, vars: &[VarId], work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.narrowed.clone();
        self.narrow(vars);
        let value = work(self);
        self.narrowed = before;
        value
    }

    /// What two ways to the same place both know.
    pub(crate) fn merge_narrowings(
        a: &BTreeMap<VarId, Type>,
        b: &BTreeMap<VarId, Type>,
    ) -> BTreeMap<VarId, Type> {
        a.iter()
            .filter(|(id, _)| b.contains_key(id))
            .map(|(id, ty)| (*id, ty.clone()))
            .collect()
    }

    /// Forgets what statements that run again may change: before a loop's body.
    pub(crate) fn forget_assigned(&mut self, body: &[ast::Stmt]) {
        if self.narrowed.is_empty() {
            return;
        }
        let names = walk::assigned_names(body);
        let vars = &self.module.vars;
        self.narrowed.retain(|id, _| {
            vars.get(id.0 as usize)
                .is_none_or(|var| !names.contains(&var.name))
        });
        for stmt in body {
            self.forget_after(stmt);
        }
    }

    /// Forgets what a statement may have changed by what it calls.
    pub(crate) fn forget_after(&mut self, stmt: &ast::Stmt) {
        if self.narrowed.is_empty() || !walk::has_call(stmt) {
            return;
        }
        let effects = !self.effects.of_stmt(stmt).is_empty();
        let vars = &self.module.vars;
        self.narrowed.retain(|id, _| {
            let Some(var) = vars.get(id.0 as usize) else {
                return false;
            };
            let is_var = var.mutable && matches!(var.kind, VarKind::Global | VarKind::Local);
            let shared = var.assigned_by_inner || (is_var && var.kind == VarKind::Global);
            !(shared || (is_var && effects))
        });
    }

    /// The type of reading a variable here.
    pub(crate) fn type_of_var(&self, id: VarId) -> Type {
        self.narrowed
            .get(&id)
            .cloned()
            .or_else(|| self.var(id).map(|var| var.ty.clone()))
            .unwrap_or(Type::Error)
    }

    /// The name of a variable.
    pub(crate) fn name_of_var(&self, id: VarId) -> Rc<str> {
        self.var(id)
            .map_or_else(|| Rc::from(""), |var| Rc::clone(&var.name))
    }
}
