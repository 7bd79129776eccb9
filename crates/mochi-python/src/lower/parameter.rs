//! Names of parameters, which are known before anything is lowered: arguments are given by name where
//! their order is not the declared one, and the class of a block's type declares methods that stand
//! in another.
//!
//! Spec: language.md §18.5, §19.2.

use std::collections::BTreeSet;

use mochi_check::typed::{ExprKind, Fun, FunId, FunKind, VarId};

use super::{Lowerer, name, walk};

impl Lowerer<'_> {
    /// Names the parameters of the module's functions and methods.
    pub(super) fn name_params(&mut self) {
        let module = self.module;
        for fun in module.funs.iter() {
            if fun.name.is_none() || !module.owns(fun.span) {
                continue;
            }
            let mut taken = self.seen_in_defaults(fun);
            if matches!(fun.kind, FunKind::Method { .. }) {
                // What the receiver may be called.
                taken.extend(["self", "_self"].map(str::to_owned));
            }
            for param in &fun.params {
                if self.var(param.var).is_none() {
                    continue;
                }
                let base = name::python_name(&self.written_name(param.var));
                let is_taken = |name: &str| {
                    taken.contains(name) || self.is_class(name) || self.is_another(name)
                };
                let name = name::distinct(&base, is_taken);
                taken.insert(name.clone());
                self.param_names.insert(param.var, name);
            }
        }
    }

    /// Defaults see what is around the function, not its parameters.
    fn seen_in_defaults(&self, fun: &Fun) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        for default in fun.params.iter().filter_map(|param| param.default.as_ref()) {
            walk::each_subexpr(default, &mut |part| {
                if let ExprKind::Var(id) = part.kind {
                    let known = self.var_names.get(&id).cloned();
                    let written = || Some(name::python_name(&self.written_name(id)));
                    seen.extend(known.or_else(written));
                }
            });
        }
        seen
    }

    /// What a parameter of a function is called for those who give its argument by name; the
    /// function may be another module's.
    pub(super) fn param_name(&self, id: FunId, index: usize) -> Option<String> {
        let param: VarId = self.fun(id)?.params.get(index)?.var;
        let others = self.others.iter().map(|other| &other.params);
        let mut known = std::iter::once(&self.param_names).chain(others);
        known.find_map(|names| names.get(&param)).cloned()
    }
}
