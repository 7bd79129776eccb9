//! Type parameters of functions, as the types that their blocks declare mention them: such a type is
//! generic itself, and does not leave the function.
//!
//! Spec: language.md §4.6 (T048).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_base::Span;
use mochi_types::{Decl, DeclId, Type, TypeParam};

use crate::checker::Checker;
use crate::report;
use crate::typed::{FunId, FunKind};

impl Checker<'_> {
    /// The type parameters of functions around them that declared types mention.
    pub(super) fn outer_params(&self) -> BTreeMap<DeclId, Vec<Rc<TypeParam>>> {
        let mut found: BTreeMap<DeclId, Vec<Rc<TypeParam>>> = BTreeMap::new();
        loop {
            let mut changed = false;
            for index in 0..self.decls.items.len() {
                let id = DeclId(u32::try_from(index).unwrap_or(u32::MAX));
                let params = self.params_of(id, &found);
                if params.len() > found.get(&id).map_or(0, Vec::len) {
                    found.insert(id, params);
                    changed = true;
                }
            }
            if !changed {
                return found;
            }
        }
    }

    fn params_of(
        &self,
        id: DeclId,
        known: &BTreeMap<DeclId, Vec<Rc<TypeParam>>>,
    ) -> Vec<Rc<TypeParam>> {
        let mut all = Vec::new();
        match self.decls.get(id) {
            Some(Decl::Record(record) | Decl::Agent(record)) => {
                for field in &record.fields {
                    params_in(&field.ty, known, &mut all);
                }
                for fun in record
                    .methods
                    .iter()
                    .filter_map(|it| self.fun(FunId(it.fun)))
                {
                    let mut own = Vec::new();
                    let params = fun.params.iter().filter_map(|param| self.var(param.var));
                    params.for_each(|var| params_in(&var.ty, known, &mut own));
                    params_in(&fun.result, known, &mut own);
                    own.retain(|param| fun.type_params.iter().all(|it| it.id != param.id));
                    all.append(&mut own);
                }
            }
            Some(Decl::Sum(sum)) => {
                for field in sum.variants.iter().flat_map(|variant| &variant.fields) {
                    params_in(&field.ty, known, &mut all);
                }
            }
            None => {}
        }
        let mut seen = BTreeSet::new();
        all.retain(|param| seen.insert(Rc::clone(&param.id)));
        all
    }

    /// Notes that an annotation names a type parameter of a function around the method at hand.
    pub(crate) fn note_outer_param(&mut self, scope: usize) {
        if self.receiver.is_none() || scope >= self.receiver_base {
            return;
        }
        let frames = std::iter::once(&self.top).chain(self.outer.iter().rev());
        let mut funs = frames.filter_map(|frame| frame.fun);
        let method = funs.find(|fun| {
            self.fun(*fun)
                .is_some_and(|fun| matches!(fun.kind, FunKind::Method { .. }))
        });
        self.inner.scoped.extend(method);
    }

    /// Reports a result of which nothing is known outside: a type of the block that holds values
    /// of the function's type parameters (T048).
    pub(crate) fn check_escape(&mut self, fun: FunId, name: Span) {
        let Some(made) = self.fun(fun).filter(|_| self.inferred.contains(&fun)) else {
            return;
        };
        let is_declared = |part: &Type| matches!(part, Type::Named(_));
        if made.type_params.is_empty() || !made.result.any_part(&is_declared) {
            return;
        }
        let (own, result) = (made.type_params.clone(), made.result.clone());
        let found = RefCell::new(Vec::new());
        let known = self.outer_params();
        result.any_part(&|part| {
            if let Type::Named(decl) = part {
                found
                    .borrow_mut()
                    .extend(known.get(&decl.id).into_iter().flatten().cloned());
            }
            false
        });
        let found = found.into_inner();
        if let Some(param) = found
            .iter()
            .find(|it| own.iter().any(|own| own.id == it.id))
        {
            let shown = self.show(&result);
            let note = format!(
                "the result is {shown}, which holds values of `{}`",
                param.name
            );
            let diagnostic = report::type_parameter_escapes(&param.name, name);
            self.report(diagnostic.with_note(note));
        }
    }
}

/// Adds the type parameters that a type mentions, also through declared types.
fn params_in(
    ty: &Type,
    known: &BTreeMap<DeclId, Vec<Rc<TypeParam>>>,
    out: &mut Vec<Rc<TypeParam>>,
) {
    let found = RefCell::new(std::mem::take(out));
    ty.any_part(&|part| {
        match part {
            Type::Param(param) => found.borrow_mut().push(Rc::clone(param)),
            Type::Named(decl) | Type::Variant(decl, _) => {
                let held = known.get(&decl.id).into_iter().flatten().cloned();
                found.borrow_mut().extend(held);
            }
            _ => {}
        }
        false
    });
    *out = found.into_inner();
}
