//! Calls of the program's own functions and methods.
//!
//! Spec: language.md §18.5.

use mochi_check::typed::{Expr as Typed, FunId};

use super::Lowerer;
use crate::py::{Arg, Expr};

impl<'a> Lowerer<'a> {
    pub(super) fn call_function(&mut self, id: FunId, args: &'a [(usize, Typed)]) -> Expr {
        let operands: Vec<&Typed> = args.iter().map(|(_, arg)| arg).collect();
        let values = self.call_operands(id, &operands);
        let values = self.located(values, &operands);
        let function = self.function_value(id);
        let args = self.arguments(id, args, values);
        Expr::Call(Box::new(function), args)
    }

    pub(super) fn call_method(
        &mut self,
        object: &'a Typed,
        id: FunId,
        args: &'a [(usize, Typed)],
    ) -> Expr {
        let mut operands = vec![object];
        operands.extend(args.iter().map(|(_, arg)| arg));
        let mut values = self.operands(&operands).into_iter();
        let object = values.next().unwrap_or(Expr::None);
        let name = self.fun_names.get(&id).cloned().unwrap_or_default();
        let values = self.located(values.collect(), operands.get(1..).unwrap_or_default());
        let args = self.arguments(id, args, values);
        Expr::Call(Box::new(object.attr(name)), args)
    }

    /// By position as long as the order is the declared one, then by name.
    fn arguments(&self, id: FunId, args: &[(usize, Typed)], values: Vec<Expr>) -> Vec<Arg> {
        let mut in_order = true;
        let mut out = Vec::new();
        for (position, ((index, _), value)) in args.iter().zip(values).enumerate() {
            in_order &= position == *index;
            let name = if in_order {
                None
            } else {
                self.param_name(id, *index)
            };
            out.push(Arg { name, value });
        }
        out
    }
}
