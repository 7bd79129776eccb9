//! One call against the overloads of a function.

use std::rc::Rc;

use super::bind::{bind, suggestion};
use super::{ArgValue, CallArg, CallFault, DeferredArg, ResolvedCall, argument_order};
use crate::relation::{Mode, Relation};
use crate::{Context, ExternFun, Literal, Out, Param, ParamKind, Signature, Type, TypeParam};

/// Why an overload does not fit, and how far it got.
struct Failure {
    /// The stage: 0 count and names, 1 receiver, then 2 and the number of arguments that fit.
    progress: usize,
    fault: CallFault,
}

/// What is the same for all overloads of one call.
struct Call<'a> {
    cx: Context<'a>,
    receiver: Option<&'a Type>,
    args: &'a [CallArg<'a>],
    order: Vec<usize>,
    expected: Option<&'a Type>,
    /// A list fits `tuple[T, ...]`.
    list_is_tuple: bool,
    /// Deferred arguments already typed: argument, expectation, outcome.
    tried: Vec<(usize, Option<Type>, Result<Type, String>)>,
}

pub(super) fn resolve(
    cx: Context<'_>,
    fun: &ExternFun,
    receiver: Option<&Type>,
    args: &[CallArg<'_>],
    expected: Option<&Type>,
) -> Result<ResolvedCall, CallFault> {
    let mut call = Call {
        cx,
        receiver,
        args,
        order: argument_order(args),
        expected,
        list_is_tuple: true,
        tried: Vec::new(),
    };
    // A list that is one for some overload is not made a tuple for an earlier one.
    if fun.overloads.len() > 1 && args.iter().any(may_be_list) {
        call.list_is_tuple = false;
        if let Ok(resolved) = call.first_fit(fun) {
            return Ok(resolved);
        }
        call.list_is_tuple = true;
    }
    let outcome = call.first_fit(fun);
    outcome.map_err(|failures| call.report(fun, failures))
}

/// Whether a list may be given; no for what has another type for certain.
fn may_be_list(arg: &CallArg<'_>) -> bool {
    match &arg.value {
        ArgValue::Typed(ty) => ty.any_part(&|part| matches!(part, Type::List(_))),
        ArgValue::Literal(_) => false,
        ArgValue::Deferred(deferred) => deferred.lambda_arity().is_none(),
    }
}

/// Whether a fit says all of its result.
///
/// A vague one yields to a later overload that is clear: where the arguments fit without saying
/// anything of a type variable of the result (a list of numbers for `_NestedSequence[T]`, whose
/// members lead to `any`), and where no parameter can say anything of it (`TypeGuard` in a
/// callback) while a later overload has the same result. A call without arguments is clear.
enum Clarity {
    Clear,
    Vague,
}

/// Whether the result mentions a type parameter of the signature that no parameter mentions.
fn has_phantom(signature: &Signature) -> bool {
    signature.type_params.iter().any(|own| {
        mentions(&signature.ret.ty, own)
            && !signature
                .params
                .iter()
                .any(|param| mentions(&param.ty, own))
            && !signature
                .receiver
                .as_ref()
                .is_some_and(|ty| mentions(ty, own))
    })
}

fn mentions(ty: &Type, own: &TypeParam) -> bool {
    ty.any_part(&|part| matches!(part, Type::Param(param) if param.id == own.id))
}

impl Call<'_> {
    /// The first overload that fits, or why none does.
    fn first_fit(&mut self, fun: &ExternFun) -> Result<ResolvedCall, Vec<Failure>> {
        let mut failures = Vec::new();
        let mut vague: Option<(ResolvedCall, &Signature)> = None;
        for (index, signature) in fun.overloads.iter().enumerate() {
            match (self.attempt(index, signature), &vague) {
                (Err(failure), _) => failures.push(failure),
                (Ok((resolved, Clarity::Clear)), None) => return Ok(resolved),
                (Ok((resolved, Clarity::Clear)), Some((first, by))) => {
                    let was_silent = has_phantom(by);
                    if !was_silent || signature.ret.ty == by.ret.ty {
                        return Ok(resolved);
                    }
                    return Ok(first.clone());
                }
                (Ok((resolved, Clarity::Vague)), None) => vague = Some((resolved, signature)),
                (Ok(_), Some(_)) => {}
            }
        }
        vague.map(|(resolved, _)| resolved).ok_or(failures)
    }

    fn attempt(
        &mut self,
        index: usize,
        signature: &Signature,
    ) -> Result<(ResolvedCall, Clarity), Failure> {
        let bound = bind(signature, self.args).map_err(|fault| Failure { progress: 0, fault })?;
        let mut relation = Relation::new(self.cx, Mode::Python);
        relation.list_is_tuple = self.list_is_tuple;
        let numbers = relation.add_variables(&signature.type_params);
        let variable = |id: &str| {
            let position = signature
                .type_params
                .iter()
                .position(|param| *param.id == *id)?;
            Some(Type::Infer(numbers.start + u32::try_from(position).ok()?))
        };
        let generic = !signature.type_params.is_empty();
        let receiver = self.receiver;
        let open = |ty: &Type| {
            if generic || receiver.is_some() {
                ty.substitute(&|param| variable(&param.id), receiver)
            } else {
                ty.clone()
            }
        };
        if let (Some(asked), Some(receiver)) = (&signature.receiver, self.receiver) {
            let asked = open(asked);
            if !relation.fits(receiver, &asked) {
                let expected = relation.shown(&asked);
                let fault = CallFault::Receiver {
                    expected,
                    got: receiver.clone(),
                };
                return Err(Failure { progress: 1, fault });
            }
        }
        let result = open(&signature.ret.ty);
        relation.hint_from_result(&result, self.expected);
        let mut expected = vec![Type::Any; self.args.len()];
        for (done, arg) in self.order.clone().into_iter().enumerate() {
            let param = bound
                .get(arg)
                .and_then(|param| signature.params.get(*param));
            let (Some(param), Some(slot)) = (param, expected.get_mut(arg)) else {
                continue;
            };
            let given = self.give(&mut relation, arg, &open(&param.ty));
            *slot = given.map_err(|fault| Failure {
                progress: 2 + done,
                fault,
            })?;
        }
        let clarity = self.clarity(&relation, signature, &bound);
        let params = expected.iter().map(|ty| relation.resolved(ty)).collect();
        let solved: Vec<(Rc<str>, Type)> = signature
            .type_params
            .iter()
            .filter_map(|param| {
                let variable = variable(&param.id)?;
                Some((param.id.clone(), relation.resolved(&variable)))
            })
            .collect();
        let by_id = |id: &str| {
            let found = solved.iter().find(|(known, _)| **known == *id);
            found.map(|(_, ty)| ty.clone())
        };
        let resolved = ResolvedCall {
            overload: index,
            params,
            param_names: self.names(signature, &bound),
            ret: Out {
                ty: without_zero(relation.resolved(&result).arriving()),
                check: self
                    .cx
                    .substitute_check(&signature.ret.check, &by_id, self.receiver),
            },
            is_async: signature.is_async,
        };
        Ok((resolved, clarity))
    }

    fn clarity(&self, relation: &Relation<'_>, signature: &Signature, bound: &[usize]) -> Clarity {
        if self.args.is_empty() {
            return Clarity::Clear;
        }
        let given = |own: &TypeParam| {
            bound
                .iter()
                .filter_map(|index| signature.params.get(*index))
                .any(|param| mentions(&param.ty, own))
        };
        // The signature's own variables come first.
        let is_vague = signature.type_params.iter().zip(0..).any(|(own, number)| {
            relation.is_open(number)
                && mentions(&signature.ret.ty, own)
                && (given(own) || has_phantom(signature))
        });
        if is_vague {
            Clarity::Vague
        } else {
            Clarity::Clear
        }
    }

    /// Gives one argument to its parameter, whose type may contain variables; answers the type
    /// that the argument is written for: the parameter's, or the member of a union that a
    /// literal fits.
    fn give(
        &mut self,
        relation: &mut Relation<'_>,
        arg: usize,
        param: &Type,
    ) -> Result<Type, CallFault> {
        let args = self.args;
        let got = match args.get(arg).map(|arg| &arg.value) {
            None => return Ok(param.clone()),
            Some(ArgValue::Typed(ty)) => ty.clone(),
            Some(ArgValue::Literal(literal)) => Type::Literal(literal.clone()),
            Some(ArgValue::Deferred(deferred)) => {
                return self.give_deferred(relation, arg, *deferred, param);
            }
        };
        if accepts(relation, &got, param) {
            return Ok(param.clone());
        }
        Err(misfit(relation, arg, got, param))
    }

    /// A literal given for a union is tried for the union and then for each member.
    fn give_deferred(
        &mut self,
        relation: &mut Relation<'_>,
        arg: usize,
        deferred: &dyn DeferredArg,
        param: &Type,
    ) -> Result<Type, CallFault> {
        let wanted = relation.resolved_so_far(param);
        let outcome = self.try_deferred(arg, deferred, &wanted);
        if let Ok(got) = &outcome
            && accepts(relation, got, param)
        {
            return Ok(param.clone());
        }
        if deferred.lambda_arity().is_none()
            && let Type::Union(members) = without_option(param)
        {
            for member in members.iter() {
                let wanted = relation.resolved_so_far(member);
                if let Ok(got) = self.try_deferred(arg, deferred, &wanted)
                    && accepts(relation, &got, member)
                {
                    return Ok(member.clone());
                }
            }
        }
        match outcome {
            Ok(got) => Err(misfit(relation, arg, got, param)),
            Err(reason) => {
                let got = self.without_expectation(arg, deferred);
                Err(mismatch(arg, relation.shown(param), got, Some(reason)))
            }
        }
    }

    fn try_deferred(
        &mut self,
        arg: usize,
        deferred: &dyn DeferredArg,
        wanted: &Type,
    ) -> Result<Type, String> {
        if let Some(arity) = deferred.lambda_arity()
            && !matches!(wanted, Type::Any | Type::Infer(_) | Type::Error)
            && self.cx.expected_function(wanted, arity).is_none()
        {
            let count = if arity == 1 {
                "1 parameter".to_owned()
            } else {
                format!("{arity} parameters")
            };
            return Err(format!("a function with {count} does not fit"));
        }
        // A bare variable expects nothing.
        let wanted = (!matches!(wanted, Type::Infer(_))).then_some(wanted);
        let known = self
            .tried
            .iter()
            .find(|(of, expected, _)| *of == arg && expected.as_ref() == wanted);
        if let Some((_, _, outcome)) = known {
            return outcome.clone();
        }
        let outcome = deferred.try_type(wanted);
        self.tried.push((arg, wanted.cloned(), outcome.clone()));
        outcome
    }

    fn without_expectation(&mut self, arg: usize, deferred: &dyn DeferredArg) -> Type {
        let known = self
            .tried
            .iter()
            .find(|(of, expected, _)| *of == arg && expected.is_none());
        if let Some((_, _, outcome)) = known {
            return outcome.clone().unwrap_or(Type::Error);
        }
        let outcome = deferred.try_type(None);
        self.tried.push((arg, None, outcome.clone()));
        outcome.unwrap_or(Type::Error)
    }

    /// The parameter names as Python spells them; for `**kwargs` the name as written.
    fn names(&self, signature: &Signature, bound: &[usize]) -> Vec<Rc<str>> {
        self.args
            .iter()
            .zip(bound)
            .map(
                |(arg, param)| match (signature.params.get(*param), &arg.name) {
                    (
                        Some(Param {
                            kind: ParamKind::KwArgs,
                            ..
                        }),
                        Some(name),
                    ) => name.clone(),
                    (Some(param), _) => param.name.clone(),
                    (None, name) => name.clone().unwrap_or_default(),
                },
            )
            .collect()
    }

    /// The fault of the whole call.
    fn report(&self, fun: &ExternFun, failures: Vec<Failure>) -> CallFault {
        let mut failures = failures;
        if fun.overloads.len() == 1
            && let (Some(failure), Some(signature)) = (failures.pop(), fun.overloads.first())
        {
            return self.finish(failure.fault, signature);
        }
        let name = fun.symbol.rsplit('.').next().unwrap_or_default();
        let mut faults: Vec<(usize, CallFault, &Signature)> = failures
            .into_iter()
            .zip(&fun.overloads)
            .map(|(failure, signature)| {
                let fault = self.finish(failure.fault, signature);
                (failure.progress, fault, signature)
            })
            .collect();
        if let Some(common) = common_fault(&faults) {
            return common;
        }
        // Those that got furthest first, else in order.
        faults.sort_by_key(|(progress, ..)| std::cmp::Reverse(*progress));
        let mut candidates: Vec<(String, String)> = Vec::with_capacity(faults.len());
        for (_, fault, signature) in &faults {
            let candidate = (
                self.cx.show_candidate(name, signature),
                self.cx.show_fault(fault, self.args),
            );
            // Shortened, two may read the same.
            if !candidates.contains(&candidate) {
                candidates.push(candidate);
            }
        }
        let best = faults.into_iter().next();
        CallFault::NoOverload {
            candidates,
            best: best.map(|(_, fault, _)| Box::new(fault)),
        }
    }

    /// Adds to a fault what only messages need.
    fn finish(&self, fault: CallFault, signature: &Signature) -> CallFault {
        match fault {
            CallFault::UnknownArgument { arg, .. } => {
                let name = self.args.get(arg).and_then(|value| value.name.clone());
                let suggestion = name.and_then(|name| suggestion(signature, &name));
                CallFault::UnknownArgument { arg, suggestion }
            }
            CallFault::Mismatch {
                arg,
                expected,
                got,
                reason,
                ..
            } => {
                // `any`, none and options are told apart by what the caller says of them.
                let plain = matches!(got, Type::Any | Type::None | Type::Option(_));
                let reason = reason.or_else(|| {
                    if plain {
                        None
                    } else {
                        self.cx.explain(&got, &expected)
                    }
                });
                let choices = choices(&expected);
                // A wrong choice is told by its value, other values by their type.
                let got = if choices.is_empty() {
                    got.widened()
                } else {
                    got
                };
                CallFault::Mismatch {
                    arg,
                    expected,
                    got,
                    reason,
                    choices,
                }
            }
            other => other,
        }
    }
}

/// What is wrong with a call whichever overload is meant: a name that none of them has, or a
/// parameter that all of them need.
fn common_fault(faults: &[(usize, CallFault, &Signature)]) -> Option<CallFault> {
    let (_, first, _) = faults.first()?;
    match first {
        CallFault::UnknownArgument { arg, .. } => {
            let mut near = None;
            for (_, fault, _) in faults {
                match fault {
                    CallFault::UnknownArgument {
                        arg: other,
                        suggestion,
                    } if other == arg => {
                        near = near.or_else(|| suggestion.clone());
                    }
                    _ => return None,
                }
            }
            Some(CallFault::UnknownArgument {
                arg: *arg,
                suggestion: near,
            })
        }
        CallFault::MissingArguments { names } => {
            let mut common = names.clone();
            for (_, fault, _) in faults {
                let CallFault::MissingArguments { names } = fault else {
                    return None;
                };
                common.retain(|name| names.contains(name));
            }
            (!common.is_empty()).then_some(CallFault::MissingArguments { names: common })
        }
        _ => None,
    }
}

impl Relation<'_> {
    /// The bound (or constraints) of a variable, as a type.
    fn bound_of(&self, number: u32) -> Option<Type> {
        let param = &self.variables.get(number as usize)?.param;
        if param.constraints.is_empty() {
            return param.bound.clone();
        }
        Some(Type::union(param.constraints.iter().cloned()))
    }
}

/// Whether the argument fits; what a failed attempt found out is forgotten.
fn accepts(relation: &mut Relation<'_>, got: &Type, param: &Type) -> bool {
    let before = relation.snapshot();
    relation.broken_bound = None;
    let fits = relation.fits(got, param);
    if !fits {
        relation.restore(before);
    }
    fits
}

fn misfit(relation: &mut Relation<'_>, arg: usize, got: Type, param: &Type) -> CallFault {
    let expected = match relation.broken_bound.take() {
        // A bare type variable says less than its bound.
        Some((number, _)) if *param == Type::Infer(number) => relation
            .bound_of(number)
            .unwrap_or_else(|| relation.shown(param)),
        _ => relation.shown(param),
    };
    mismatch(arg, expected, got, None)
}

fn without_option(ty: &Type) -> &Type {
    match ty {
        Type::Option(inner) => inner,
        other => other,
    }
}

const fn mismatch(arg: usize, expected: Type, got: Type, reason: Option<String>) -> CallFault {
    CallFault::Mismatch {
        arg,
        expected,
        got,
        reason,
        choices: Vec::new(),
    }
}

/// `T | Literal[0]`, the declared result of `sum`, with T solved as `float`: the border makes
/// every int in it a float.
fn without_zero(ty: Type) -> Type {
    match &ty {
        Type::Union(members) if members.contains(&Type::Float) => {
            let is_int = |ty: &Type| matches!(ty, Type::Literal(Literal::Int(_)));
            Type::union(members.iter().filter(|member| !is_int(member)).cloned())
        }
        _ => ty,
    }
}

/// The literals that a type is made of, if it is made of nothing else.
fn choices(ty: &Type) -> Vec<Literal> {
    match ty {
        Type::Literal(literal) => vec![literal.clone()],
        Type::Option(inner) => choices(inner),
        Type::Union(members) => {
            let literals: Option<Vec<Literal>> = members
                .iter()
                .map(|member| match member {
                    Type::Literal(literal) => Some(literal.clone()),
                    _ => None,
                })
                .collect();
            literals.unwrap_or_default()
        }
        _ => Vec::new(),
    }
}
