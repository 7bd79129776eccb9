//! Assignments to places other than variables.
//!
//! Spec: language.md §5.3; evaluation of the place comes before that of the value, while Python
//! evaluates the value first.

use std::collections::BTreeSet;

use mochi_check::typed::{
    Expr as Typed, ExprKind, FunId, Module, Place, PySubscript, StmtKind as TypedKind, VarId,
};
use mochi_types::Type;

use super::Lowerer;
use super::append;
use super::expr::is_stable;
use super::name;
use crate::py::{Expr, StmtKind};

impl<'a> Lowerer<'a> {
    pub(super) fn place_assignment(&mut self, place: &'a Place, value: &'a Typed) {
        match place {
            Place::Var(_) => {}
            Place::Field {
                object,
                name,
                is_python,
            } => {
                let [object, value] = self.place_operands([object], value);
                let attribute = if *is_python {
                    name.to_string()
                } else {
                    name::field_name(name)
                };
                self.emit(StmtKind::Assign(object.attr(attribute), value));
            }
            Place::Index { object, index } if object.ty == Type::Any => {
                let parts = self.operands(&[object, index, value]);
                let store = self.call_helper("any_store", parts);
                self.emit(StmtKind::Expr(store));
            }
            Place::Index { object, index } => {
                if self.grow_entry(object, index, value) {
                    return;
                }
                let [object, index, value] = self.place_operands([object, index], value);
                self.emit(StmtKind::Assign(object.index(index), value));
            }
            Place::PyIndex { object, subscripts } => {
                let (target, value) = self.python_place(object, subscripts, value);
                self.emit(StmtKind::Assign(target, value));
            }
            Place::ModuleAttr { module, name } => {
                let value = self.expr(value);
                let module = self.module_value(module);
                self.emit(StmtKind::Assign(module.attr(name.to_string()), value));
            }
        }
    }

    /// The operands of a place and the value, each evaluated where Mochi's order asks for it.
    fn place_operands<const N: usize, const M: usize>(
        &mut self,
        parts: [&'a Typed; N],
        value: &'a Typed,
    ) -> [Expr; M] {
        let mut operands: Vec<&Typed> = parts.to_vec();
        operands.push(value);
        let mut lowered = self.operands(&operands);
        let order_matters = !is_stable(self, value)
            && parts
                .iter()
                .any(|part| !is_stable(self, part) && has_effects(part));
        // Nobody notices when what surely yields a value and does nothing else is evaluated, if the
        // other side changes nothing.
        let quiet_place = parts.iter().all(|part| self.surely_yields(part));
        let unnoticed = quiet_place && !self.doing(value).changes
            || self.surely_yields(value) && !parts.iter().any(|part| self.doing(part).changes);
        if order_matters && !unnoticed {
            let last = lowered.pop().unwrap_or(Expr::None);
            let mut kept = Vec::new();
            for (at, (part, value)) in parts.iter().zip(lowered).enumerate() {
                let mut later = operands.iter().skip(at + 1);
                let steady =
                    self.surely_yields(part) && !later.any(|operand| self.doing(operand).changes);
                // What the place is in is looked up at the end.
                let is_root = N > 1 && at == 0 && is_root(part);
                if steady || is_root || is_stable(self, part) {
                    kept.push(value);
                } else {
                    kept.extend(self.spill_all(vec![value]));
                }
            }
            kept.push(last);
            lowered = kept;
        } else if let [_, index] = &parts[..]
            && self.doing(value).changes
            && self.reads_shared(index)
            && let (Some(value), Some(key)) = (lowered.pop(), lowered.pop())
        {
            // What the place is in is looked up behind the value, which may assign the key's parts.
            lowered.push(self.spilled(key));
            lowered.push(value);
        }
        let mut lowered = lowered.into_iter();
        std::array::from_fn(|_| lowered.next().unwrap_or(Expr::None))
    }

    /// Whether an expression reads variables that calls may assign.
    fn reads_shared(&self, expr: &Typed) -> bool {
        let mut found = false;
        super::walk::each_subexpr(expr, &mut |part| {
            found |= matches!(part.kind, ExprKind::Var(id) if self.facts.shared_vars.contains(&id));
        });
        found
    }

    /// `m.setdefault(k, []).append(v)` for `m[k] = append(m[k] ?? [], v)`, and `xs[i].append(v)` for
    /// `xs[i] = append(xs[i], v)`, where nothing else refers to the lists of the map or list.
    fn grow_entry(&mut self, object: &'a Typed, index: &'a Typed, value: &'a Typed) -> bool {
        let Some(id) = append::as_var(object) else {
            return false;
        };
        if self.inner_lists.contains(&id)
            && let Some(item) = append::appended_in(id, index, value)
            && !self.doing(item).changes
        {
            let (index, item) = self.pair(index, item);
            let list = self.read(id).index(index);
            self.emit(StmtKind::Expr(list.attr("append").call([item])));
            return true;
        }
        let Some(item) = append::appended_at(id, index, value) else {
            return false;
        };
        if !self.owned_lists.contains(&id) || self.doing(item).changes {
            return false;
        }
        let (key, item) = self.pair(index, item);
        let list = self
            .read(id)
            .attr("setdefault")
            .call([key, Expr::List(Vec::new())]);
        self.emit(StmtKind::Expr(list.attr("append").call([item])));
        true
    }

    fn python_place(
        &mut self,
        object: &'a Typed,
        subscripts: &'a [PySubscript],
        value: &'a Typed,
    ) -> (Expr, Expr) {
        let (stmts, target) = self.captured(|this| this.python_index(object, subscripts));
        self.append(stmts);
        let (stmts, value) = self.captured(|this| this.expr(value));
        self.append(stmts);
        (target, value)
    }

    /// Keeps values in temporaries, in order.
    pub(super) fn spill_all(&mut self, values: Vec<Expr>) -> Vec<Expr> {
        let mut out = Vec::new();
        for value in values {
            if value.is_constant() {
                out.push(value);
                continue;
            }
            out.push(self.spilled(value));
        }
        out
    }

    /// Keeps a value in a temporary, or in the name that it gets anyway.
    pub(super) fn spilled(&mut self, value: Expr) -> Expr {
        let (name, value) = match value {
            Expr::Walrus(name, value) => (name, *value),
            value => (self.temporary(), value),
        };
        self.emit(StmtKind::Assign(Expr::name(name.clone()), value));
        Expr::Name(name)
    }
}

/// Whether an expression is a variable or a field of one.
fn is_root(expr: &Typed) -> bool {
    match &expr.kind {
        ExprKind::Var(_) => true,
        ExprKind::Field { object, .. } => is_root(object),
        _ => false,
    }
}

/// The variables that other functions than their own assign.
pub(super) fn shared_vars(program: &[Module]) -> BTreeSet<VarId> {
    let mut found = BTreeSet::new();
    let Some(first) = program.first() else {
        return found;
    };
    for (index, fun) in first.funs.iter().enumerate() {
        let here = u32::try_from(index).ok().map(FunId);
        super::walk::each_stmt(&fun.body, &mut |stmt| {
            if let TypedKind::Assign {
                place: Place::Var(id),
                ..
            } = &stmt.kind
                && first
                    .vars
                    .get(id.0 as usize)
                    .is_some_and(|var| var.owner != here)
            {
                found.insert(*id);
            }
        });
    }
    found
}

/// Whether evaluating may do something that is seen, or see something that is done.
fn has_effects(expr: &Typed) -> bool {
    let mut found = false;
    super::walk::each_subexpr(expr, &mut |part| {
        use mochi_check::typed::ExprKind as K;
        found |= matches!(
            part.kind,
            K::CallFun { .. } | K::CallMethod { .. } | K::CallValue { .. } | K::PyCall { .. }
        );
    });
    found
}
