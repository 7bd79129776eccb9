//! Calls of generic functions, whose type parameters Mochi solves from all arguments together. Type
//! checkers of Python begin with what the call is for, or with the first argument: `Leaf()` makes
//! them take a tree for a leaf, and a place that takes any object a list of ints for one of objects.
//! Such values get a name with their type.
//!
//! Spec: language.md §4.6, §19.1.

use std::collections::BTreeSet;

use mochi_check::typed::{Builtin, Expr as Typed, ExprKind, FStrPart, Fun, FunId, Var};
use mochi_types::Type;

use super::Lowerer;
use crate::py::{Expr, StmtKind};

/// Adds the lambdas among the arguments of a call where another argument is narrower than its type.
pub(super) fn loose_lambdas(value: &Typed, found: &mut BTreeSet<FunId>) {
    let args: Vec<&Typed> = match &value.kind {
        ExprKind::CallFun { args, .. } => args.iter().map(|(_, arg)| arg).collect(),
        ExprKind::CallBuiltin {
            builtin: Builtin::Reduce,
            args,
        } => args.iter().collect(),
        _ => return,
    };
    if args.iter().any(|arg| is_narrow(arg)) {
        found.extend(args.iter().filter_map(|arg| Lowerer::as_lambda(arg)));
    }
}

/// Whether Python's class of a value says less than its type: a variant, a container that holds
/// nothing, or what stands where anything may.
fn is_narrow(value: &Typed) -> bool {
    match &value.kind {
        ExprKind::Widen(inner) => {
            value.ty == Type::Any && inner.ty != Type::Any || is_narrow(inner)
        }
        ExprKind::Variant { .. } => true,
        ExprKind::List(items) | ExprKind::Set(items) => items.is_empty(),
        ExprKind::Map(entries) | ExprKind::OMap(entries) => entries.is_empty(),
        _ => false,
    }
}

/// Whether a type parameter stands inside of a container that may be changed.
fn fixes_param(ty: &Type) -> bool {
    match ty {
        Type::List(item) | Type::Set(item) => mentions_param(item),
        Type::Map(key, value) | Type::OMap(key, value) => {
            mentions_param(key) || mentions_param(value)
        }
        _ => false,
    }
}

fn mentions_param(ty: &Type) -> bool {
    ty.any_part(&|part| matches!(part, Type::Param(_)))
}

impl<'a> Lowerer<'a> {
    /// Operands of something that takes any object.
    pub(super) fn shown_operands(&mut self, args: &'a [Typed]) -> Vec<Expr> {
        let mut lowered = Vec::new();
        for arg in args {
            lowered.push(self.captured(|this| this.shown_operand(arg)));
        }
        let refs: Vec<&Typed> = args.iter().collect();
        self.in_order(&refs, lowered)
    }

    /// A value where any object is taken.
    pub(super) fn shown_operand(&mut self, value: &'a Typed) -> Expr {
        let lowered = self.expr(value);
        if self.is_open_call(value) {
            self.named(lowered, &value.ty)
        } else {
            lowered
        }
    }

    /// Whether a part of an expression gets a name with its type, which takes a statement.
    pub(super) fn needs_name(&self, whole: &Typed) -> bool {
        match &whole.kind {
            ExprKind::CallBuiltin { builtin, args } => match builtin {
                Builtin::Print => args.iter().any(|arg| self.is_open_call(arg)),
                Builtin::Reduce => args.iter().any(is_narrow),
                _ => false,
            },
            ExprKind::CallFun { fun, args } => {
                let has_function = args.iter().any(|(_, arg)| matches!(arg.ty, Type::Fun(_)));
                has_function
                    && self
                        .fun(*fun)
                        .is_some_and(|fun| !fun.type_params.is_empty())
                    && args.iter().any(|(_, arg)| is_narrow(arg))
            }
            ExprKind::FStr(parts) => parts
                .iter()
                .any(|part| matches!(part, FStrPart::Value(value, _) if self.is_open_call(value))),
            _ => false,
        }
    }

    /// Whether a call's type parameters would be taken for `object`: the result may be none or of
    /// such a type, and an argument is a container of it.
    fn is_open_call(&self, value: &Typed) -> bool {
        let (id, owner) = match &value.kind {
            ExprKind::CallFun { fun, .. } => (*fun, self.fun(*fun)),
            _ => return false,
        };
        let Some(fun) = owner.filter(|fun| !fun.type_params.is_empty()) else {
            return false;
        };
        let is_optional = matches!(&fun.result, Type::Option(inner) if mentions_param(inner));
        is_optional && self.param_types(id).any(|ty| fixes_param(&ty))
    }

    fn param_types(&self, id: FunId) -> impl Iterator<Item = Type> + '_ {
        let params = self.fun(id).map_or(&[][..], |fun: &Fun| &fun.params);
        params
            .iter()
            .filter_map(|param| self.var(param.var).map(|var: &Var| var.ty.clone()))
    }

    /// The operands of a call of the program's own function.
    pub(super) fn call_operands(&mut self, id: FunId, args: &[&'a Typed]) -> Vec<Expr> {
        let is_generic = self.fun(id).is_some_and(|fun| !fun.type_params.is_empty());
        if is_generic {
            self.folded_operands(args)
        } else {
            self.operands(args)
        }
    }

    /// Operands of which functions decide what the others are.
    pub(super) fn folded_operands(&mut self, args: &[&'a Typed]) -> Vec<Expr> {
        let has_function = args.iter().any(|arg| matches!(arg.ty, Type::Fun(_)));
        if !has_function {
            return self.operands(args);
        }
        let mut lowered = Vec::new();
        for arg in args {
            lowered.push(self.captured(|this| {
                let value = this.expr(arg);
                if is_narrow(arg) {
                    this.named(value, &arg.ty)
                } else {
                    value
                }
            }));
        }
        self.in_order(args, lowered)
    }

    /// Keeps a value under a name with its type.
    fn named(&mut self, value: Expr, ty: &Type) -> Expr {
        let name = self.temporary();
        let annotation = self.local_annotation(ty);
        let target = Expr::Name(name.clone());
        self.emit(StmtKind::AnnAssign(target, annotation, Some(value)));
        Expr::Name(name)
    }
}
