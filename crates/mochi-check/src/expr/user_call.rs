//! Calls of the program's own functions, methods and variants.
//!
//! Spec: language.md §4.6, §6, §18.5.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::Arg;
use mochi_types::{Context, DeclRef, FunType, GenericFault, Type, TypeParam};

use super::call::is_open;
use crate::checker::{Checker, error, expr};
use crate::generic::Ready;
use crate::reactive::called;
use crate::relation::Slot;
use crate::report;
use crate::typed::{Expr, ExprKind, FunId};

/// A parameter as a call sees it.
struct Slotted {
    name: Rc<str>,
    ty: Type,
    has_default: bool,
}

impl Checker<'_> {
    /// Calls a function or (with a receiver) a method of the program.
    pub(crate) fn call_fun(
        &mut self,
        fun: FunId,
        receiver: Option<Expr>,
        args: &[Arg],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        self.note_call(fun);
        let signature = self.fun_signature(fun);
        let params = self.slots(fun, &signature);
        let name = self.fun_name(fun);
        let named = args.iter().any(|arg| arg.name.is_some());
        let defaults = params.iter().any(|param| param.has_default);
        let open = args.iter().any(|arg| is_open(&arg.value));
        if !named && args.len() > params.len() {
            self.discard_args(args);
            let expected = params.len();
            return self.fail(report::too_many_arguments(expected, args.len(), span), span);
        }
        if !named && (open || (!defaults && args.len() < params.len())) {
            let callee = match receiver {
                Some(object) => self.bound_method(object, fun, span),
                None => self.fun_value(fun, span),
            };
            return self.partial(callee, &signature, args, span);
        }
        let Some(places) = self.assign_places(&params, args, &name, span) else {
            self.discard_args(args);
            return error(span);
        };
        let type_params = self
            .fun(fun)
            .map(|fun| fun.type_params.clone())
            .unwrap_or_default();
        let (values, result) = if type_params.is_empty() {
            let mut values = Vec::new();
            for (index, (arg, place)) in args.iter().zip(&places).enumerate() {
                let ty = params
                    .get(*place)
                    .map_or(Type::Error, |param| param.ty.clone());
                values.push(self.expect(&arg.value, &ty, Slot::Argument(index + 1)));
            }
            (values, signature.result.clone())
        } else {
            let types: Vec<Type> = places
                .iter()
                .map(|place| {
                    params
                        .get(*place)
                        .map_or(Type::Error, |param| param.ty.clone())
                })
                .collect();
            self.generic_call(&type_params, &types, args, &signature, span, expected)
        };
        let args = places.into_iter().zip(values).collect();
        let is_async = signature.is_async;
        let kind = match receiver {
            Some(object) => ExprKind::CallMethod {
                object: Box::new(object),
                fun,
                args,
            },
            None => ExprKind::CallFun { fun, args },
        };
        let call = expr(kind, result, span);
        if is_async { called(call, None) } else { call }
    }

    fn fun_name(&self, fun: FunId) -> Rc<str> {
        self.fun(fun)
            .and_then(|fun| fun.name.clone())
            .unwrap_or_else(|| Rc::from("fun"))
    }

    fn slots(&self, fun: FunId, signature: &FunType) -> Vec<Slotted> {
        let Some(info) = self.fun(fun) else {
            return Vec::new();
        };
        let defaults = self.defaults.get(&fun);
        info.params
            .iter()
            .zip(&signature.params)
            .enumerate()
            .map(|(index, (param, ty))| Slotted {
                name: self.name_of_var(param.var),
                ty: ty.clone(),
                has_default: defaults
                    .and_then(|all| all.get(index))
                    .copied()
                    .unwrap_or_default(),
            })
            .collect()
    }

    /// The parameter that each argument goes to; faults are reported.
    fn assign_places(
        &mut self,
        params: &[Slotted],
        args: &[Arg],
        of: &str,
        span: Span,
    ) -> Option<Vec<usize>> {
        let mut places: Vec<usize> = Vec::new();
        let mut failed = false;
        let positional = args.iter().filter(|arg| arg.name.is_none()).count();
        if positional > params.len() {
            self.report(report::too_many_arguments(params.len(), args.len(), span));
            return None;
        }
        for (index, arg) in args.iter().enumerate() {
            let Some(name) = &arg.name else {
                places.push(index);
                continue;
            };
            match params.iter().position(|param| param.name == name.text) {
                None => {
                    let diagnostic = report::unknown_argument(&name.text, of, name.span);
                    let known = params.iter().map(|param| &*param.name);
                    self.report(report::suggest(diagnostic, &name.text, known));
                    failed = true;
                }
                Some(place) if places.contains(&place) => {
                    self.report(report::argument_twice(&name.text, name.span));
                    failed = true;
                }
                Some(place) => places.push(place),
            }
        }
        if failed {
            return None;
        }
        for (place, param) in params.iter().enumerate() {
            if !param.has_default && !places.contains(&place) {
                self.report(report::missing_argument(&param.name, span));
                failed = true;
            }
        }
        (!failed).then_some(places)
    }

    /// Types the arguments of a generic function and solves its type parameters.
    fn generic_call(
        &mut self,
        type_params: &[Rc<TypeParam>],
        types: &[Type],
        args: &[Arg],
        signature: &FunType,
        span: Span,
        expected: Option<&Type>,
    ) -> (Vec<Expr>, Type) {
        let ready: Vec<(Option<Rc<str>>, Ready<'_>)> = args
            .iter()
            .map(|arg| (None, self.ready(&arg.value)))
            .collect();
        let decls = Rc::clone(&self.decls);
        let externs = self.externs;
        let solved = self.with_args(&ready, false, |call| {
            let cx = Context {
                decls: &decls,
                externs,
            };
            cx.solve_generic(type_params, types, call, &signature.result, expected)
        });
        let (params, result) = match solved {
            Ok(solution) => (solution.params, solution.result),
            Err(fault) => {
                self.generic_fault(fault, args, span);
                let rigid = types.iter().map(|_| Type::Error).collect();
                (rigid, Type::Error)
            }
        };
        let mut values = Vec::new();
        for (index, ((_, ready), arg)) in ready.into_iter().zip(args).enumerate() {
            let param = params.get(index).cloned().unwrap_or(Type::Error);
            let value = match ready {
                Ready::Typed(value) => {
                    let value = self.settle_call(value, Some(&param));
                    self.fit(value, &arg.value, &param, Slot::Argument(index + 1))
                }
                Ready::Literal(_) | Ready::Deferred(_) => {
                    self.expect(&arg.value, &param, Slot::Argument(index + 1))
                }
            };
            values.push(value);
        }
        (values, result)
    }

    fn generic_fault(&mut self, fault: GenericFault, args: &[Arg], span: Span) {
        if self.unawaited_argument(args.iter().map(|arg| &arg.value)) {
            return;
        }
        let at = |arg: usize| args.get(arg).map_or(span, |arg| arg.value.span);
        let diagnostic = match fault {
            GenericFault::Conflict {
                arg,
                param,
                first,
                second,
            } => {
                let (first, second) = (self.show(&first), self.show(&second));
                report::type_parameter_conflict(&param, &first, &second, at(arg))
            }
            GenericFault::Mismatch {
                arg,
                expected,
                got,
                reason,
            } => {
                let (want, shown) = (self.show(&expected), self.show_refused(&got));
                let diagnostic = report::argument(arg + 1, &want, &shown, at(arg));
                diagnostic.with_notes(reason.or_else(|| self.misfit_note(&got, &expected)))
            }
            GenericFault::Bound {
                arg,
                param,
                bound,
                got,
                reason,
            } => {
                let (bound, got) = (self.show(&bound), self.show(&got));
                let why = reason.unwrap_or_else(|| format!("`{param}` is bounded by it"));
                report::unsatisfied(&got, &bound, &why, at(arg))
            }
            GenericFault::Unsolved { param } => report::type_parameter_escapes(&param, span),
        };
        self.report(diagnostic);
    }

    /// Builds a variant by calling its name.
    pub(crate) fn call_variant(
        &mut self,
        sum: &DeclRef,
        variant: u32,
        args: &[Arg],
        span: Span,
    ) -> Expr {
        let fields = self.variant_fields(sum, variant);
        let name = self
            .decls
            .sum(sum.id)
            .and_then(|info| info.variants.get(variant as usize))
            .map_or_else(|| Rc::from(""), |info| Rc::clone(&info.name));
        if fields.is_empty() {
            self.discard_args(args);
            return self.fail(report::not_callable(&name, span), span);
        }
        let params: Vec<Slotted> = fields
            .into_iter()
            .map(|(name, ty)| Slotted {
                name,
                ty,
                has_default: false,
            })
            .collect();
        let named = args.iter().any(|arg| arg.name.is_some());
        let open = args.iter().any(|arg| is_open(&arg.value));
        let types: Vec<Type> = params.iter().map(|param| param.ty.clone()).collect();
        let result = Type::Named(sum.clone());
        if !named && args.len() <= params.len() && (open || args.len() < params.len()) {
            let ty = Type::fun(types, result);
            let Type::Fun(fun) = ty.clone() else {
                return error(span);
            };
            let kind = ExprKind::Constructor {
                sum: sum.clone(),
                variant,
            };
            return self.partial(expr(kind, ty, span), &fun, args, span);
        }
        let Some(places) = self.assign_places(&params, args, &name, span) else {
            self.discard_args(args);
            return error(span);
        };
        let mut values = Vec::new();
        for (index, (arg, place)) in args.iter().zip(&places).enumerate() {
            if let Some(param) = params.get(*place) {
                let value = self.expect(&arg.value, &param.ty, Slot::Argument(index + 1));
                values.push((Rc::clone(&param.name), value));
            }
        }
        let kind = ExprKind::Variant {
            sum: sum.clone(),
            variant,
            fields: values,
        };
        expr(kind, result, span)
    }
}
