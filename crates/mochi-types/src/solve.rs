//! Type variables: the bounds that a call's arguments put on them, and their solution.
//!
//! Decisions: lower bounds of a Python call join to the wider type, to the joined number type
//! (`max(1, 2.5)` is a float) or else to a union; those of a function of the program must unify.
//! A literal widens to its base unless the bound asks for the literal. A variable that no
//! argument determines takes, in this order, what the expected result asks for, its only upper
//! bound, its default, its bound, `any`. A variable with constraints is the first constraint
//! that all arguments fit.
//!
//! Spec: language.md §4.6; bridge.md §6 (`TypeVar`); PEP 484, PEP 696.

use std::ops::Range;
use std::rc::Rc;

use crate::call::{ArgValue, CallArg, argument_order};
use crate::relation::{Mode, Relation};
use crate::{Context, Type, TypeParam};

/// A type variable being solved.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) param: Rc<TypeParam>,
    /// What was given so far, joined.
    pub(crate) lower: Option<Type>,
    /// What the solution must fit.
    upper: Vec<Type>,
    /// The constraints that everything given fits, by index.
    candidates: Vec<usize>,
    /// What the expected result would like.
    pub(crate) hint: Option<Type>,
}

/// Two lower bounds that do not unify.
#[derive(Clone, Debug)]
pub(crate) struct Conflict {
    variable: u32,
    first: Type,
    second: Type,
}

/// The solved type parameters of a call of a generic function of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenericSolution {
    /// One per type parameter.
    pub types: Vec<Type>,
    /// The expected type of each argument.
    pub params: Vec<Type>,
    /// The result.
    pub result: Type,
}

/// Why a call of a generic function has no solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GenericFault {
    /// Two arguments ask for different types (T047).
    Conflict {
        /// The argument that does not agree with those before it.
        arg: usize,
        /// The type parameter.
        param: Rc<str>,
        /// What it was before.
        first: Type,
        /// What this argument asks for.
        second: Type,
    },
    /// The argument does not fit its parameter (T007).
    Mismatch {
        /// The argument.
        arg: usize,
        /// The parameter's type as solved so far.
        expected: Type,
        /// The argument's.
        got: Type,
        /// Why, where the types do not tell.
        reason: Option<String>,
    },
    /// The solution does not fit the bound (T087).
    Bound {
        /// The argument that asks for it.
        arg: usize,
        /// The type parameter.
        param: Rc<str>,
        /// Its bound.
        bound: Type,
        /// The solution.
        got: Type,
        /// Why, where the types do not tell.
        reason: Option<String>,
    },
    /// The result contains a type parameter that nothing determines (T048).
    Unsolved {
        /// The type parameter.
        param: Rc<str>,
    },
}

impl Relation<'_> {
    /// Adds fresh variables; answers their numbers, in order.
    pub(crate) fn add_variables(&mut self, params: &[Rc<TypeParam>]) -> Range<u32> {
        let number = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        let start = number(self.variables.len());
        self.variables.extend(params.iter().map(|param| Variable {
            param: param.clone(),
            lower: None,
            upper: Vec::new(),
            candidates: (0..param.constraints.len()).collect(),
            hint: None,
        }));
        start..number(self.variables.len())
    }

    fn variable(&self, number: u32) -> Option<&Variable> {
        self.variables.get(number as usize)
    }

    fn variable_mut(&mut self, number: u32) -> Option<&mut Variable> {
        self.variables.get_mut(number as usize)
    }

    /// One variable given for another: whatever is known of either is passed on.
    pub(crate) fn link(&mut self, from: u32, to: u32) -> bool {
        if from == to {
            return true;
        }
        if let Some(lower) = self.variable(from).and_then(|known| known.lower.clone()) {
            return self.add_lower(to, &lower);
        }
        let upper = self
            .variable(to)
            .and_then(|known| known.upper.first().cloned());
        upper.is_none_or(|upper| self.add_upper(from, &upper))
    }

    /// A value of type `from` is given for the variable.
    pub(crate) fn add_lower(&mut self, number: u32, from: &Type) -> bool {
        let from = if from.has_infer() {
            self.resolved(from)
        } else {
            from.clone()
        };
        let Some(known) = self.variable(number).cloned() else {
            return true;
        };
        if known.lower.as_ref() == Some(&from) || matches!(from, Type::Error | Type::Never) {
            return true;
        }
        if !self.keep_candidates(number, &known, &from) || !self.within_bound(number, &known, &from)
        {
            self.broken_bound = Some((number, from));
            return false;
        }
        if !known.upper.iter().all(|upper| self.fits(&from, upper)) {
            return false;
        }
        let joined = match &known.lower {
            None => Some(from.clone()),
            Some(lower) => self.join(lower, &from),
        };
        let Some(joined) = joined else {
            self.conflict = known.lower.map(|first| Conflict {
                variable: number,
                first,
                second: from,
            });
            return false;
        };
        if let Some(known) = self.variable_mut(number) {
            known.lower = Some(joined);
        }
        true
    }

    /// Drops the constraints that `from` does not fit; false if none is left.
    fn keep_candidates(&mut self, number: u32, known: &Variable, from: &Type) -> bool {
        if known.param.constraints.is_empty() {
            return true;
        }
        let fitting: Vec<usize> = known
            .candidates
            .iter()
            .copied()
            .filter(|index| {
                let constraint = known.param.constraints.get(*index);
                constraint.is_some_and(|constraint| self.fits(from, constraint))
            })
            .collect();
        let fits = !fitting.is_empty();
        if let Some(known) = self.variable_mut(number) {
            known.candidates = fitting;
        }
        fits
    }

    fn within_bound(&mut self, number: u32, known: &Variable, from: &Type) -> bool {
        let Some(bound) = &known.param.bound else {
            return true;
        };
        // A bound that names its own variable (`T: Comparable<T>`) is asked of what is given.
        let bound = bound.substitute(
            &|param| {
                if param.id == known.param.id {
                    return Some(from.widened());
                }
                self.number_of(&param.id, number).map(Type::Infer)
            },
            None,
        );
        self.fits(from, &bound)
    }

    /// The variable of a parameter bound beside variable `beside`.
    fn number_of(&self, id: &str, beside: u32) -> Option<u32> {
        let near = |(_, variable): &(usize, &Variable)| *variable.param.id == *id;
        let before = (beside as usize).saturating_add(1);
        let found = self.variables.iter().enumerate().take(before).rfind(near);
        let found = found.or_else(|| self.variables.iter().enumerate().find(near));
        found.and_then(|(index, _)| u32::try_from(index).ok())
    }

    /// The variable's value is used where `to` is asked for.
    pub(crate) fn add_upper(&mut self, number: u32, to: &Type) -> bool {
        let to = if to.has_infer() {
            self.resolved(to)
        } else {
            to.clone()
        };
        let Some(known) = self.variable(number) else {
            return true;
        };
        if let Some(lower) = known.lower.clone()
            && !self.fits(&lower, &to)
        {
            return false;
        }
        if let Some(known) = self.variable_mut(number)
            && !known.upper.contains(&to)
        {
            known.upper.push(to);
        }
        true
    }

    /// `any` is given for a type with variables: those that nothing determines yet are `any`.
    pub(crate) fn open_parts(&mut self, to: &Type) {
        let open = std::cell::RefCell::new(Vec::new());
        to.any_part(&|part| {
            if let Type::Infer(number) = part {
                open.borrow_mut().push(*number);
            }
            false
        });
        for number in open.into_inner() {
            if let Some(known) = self.variable_mut(number)
                && known.lower.is_none()
                && known.param.constraints.is_empty()
            {
                known.lower = Some(Type::Any);
            }
        }
    }

    fn join(&mut self, lower: &Type, from: &Type) -> Option<Type> {
        let cx = self.cx;
        if self.must_unify {
            return cx.unify(lower, from);
        }
        let fits = |from: &Type, to: &Type| Relation::new(cx, Mode::Python).fits(from, to);
        if fits(from, lower) {
            return Some(lower.clone());
        }
        if fits(lower, from) {
            return Some(from.clone());
        }
        let numbers = cx.join_numbers(lower, from);
        Some(numbers.unwrap_or_else(|| Type::union([lower.clone(), from.clone()])))
    }

    /// The solution as far as arguments determine it.
    fn determined(&mut self, number: u32) -> Option<Type> {
        let known = self.variable(number)?.clone();
        let lower = known.lower?;
        if !known.param.constraints.is_empty() {
            let first = known.candidates.first()?;
            return known.param.constraints.get(*first).cloned();
        }
        let bounds = known.param.bound.iter().chain(&known.upper);
        let bounds: Vec<&Type> = bounds.filter(|bound| !bound.has_infer()).collect();
        let cx = self.cx;
        let within = |ty: &Type| {
            let mut relation = Relation::new(cx, Mode::Python);
            bounds.iter().all(|bound| relation.fits(ty, bound))
        };
        if let Some(hint) = &known.hint
            && lower != Type::Any
            && Relation::new(self.cx, Mode::Python).fits(&lower, hint)
            && within(hint)
        {
            return Some(hint.clone());
        }
        let widened = lower.widened();
        if widened == lower {
            return Some(lower);
        }
        Some(if within(&widened) { widened } else { lower })
    }

    /// The solution, whether determined or not.
    fn solution(&mut self, number: u32) -> Type {
        if let Some(ty) = self.determined(number) {
            return ty;
        }
        let Some(known) = self.variable(number).cloned() else {
            return Type::Any;
        };
        let upper = match &known.upper[..] {
            [only] => Some(only.clone()),
            _ => None,
        };
        if let Some(ty) = known.hint.clone().or(upper).filter(|ty| !ty.has_infer()) {
            return ty;
        }
        // Defaults and bounds may name other parameters, which mean nothing here.
        let open = |part: &Type| matches!(part, Type::Infer(_) | Type::Param(_) | Type::SelfType);
        let param = &known.param;
        [param.default.clone(), param.bound.clone()]
            .into_iter()
            .flatten()
            .find(|ty| !ty.any_part(&open))
            .unwrap_or(Type::Any)
    }

    /// The type with every variable replaced by its solution. As an argument of a class a variable
    /// that nothing determines is `any`, not its bound: `array<generic>` would be a promise.
    pub(crate) fn resolved(&mut self, ty: &Type) -> Type {
        let new = ty.rewrite(&mut |part| match part {
            Type::Infer(number) => Some(self.solution(*number)),
            Type::Handle(class, args) if part.has_infer() => {
                let args = args.iter().map(|arg| self.resolved_argument(arg)).collect();
                Some(Type::Handle(class.clone(), args))
            }
            _ => None,
        });
        new.unwrap_or_else(|| ty.clone())
    }

    fn resolved_argument(&mut self, arg: &Type) -> Type {
        match arg {
            Type::Infer(number) if self.is_open(*number) => Type::Any,
            _ => self.resolved(arg),
        }
    }

    /// The type with the variables replaced that arguments determine, or of which one function says
    /// what it takes; others stay.
    pub(crate) fn resolved_so_far(&mut self, ty: &Type) -> Type {
        let new = ty.rewrite(&mut |part| match part {
            Type::Infer(number) => {
                if let Some(known) = self.determined(*number) {
                    return Some(known);
                }
                let known = self.variable(*number)?;
                let upper = match &known.upper[..] {
                    [only] if !only.has_infer() => Some(only),
                    _ => None,
                };
                known.hint.as_ref().or(upper).cloned()
            }
            _ => None,
        });
        new.unwrap_or_else(|| ty.clone())
    }

    /// The type as messages show it: variables that are not determined by the parameter's name.
    pub(crate) fn shown(&mut self, ty: &Type) -> Type {
        let new = ty.rewrite(&mut |part| match part {
            Type::Infer(number) => {
                let known = self.determined(*number);
                known.or_else(|| Some(Type::Param(self.variable(*number)?.param.clone())))
            }
            _ => None,
        });
        new.unwrap_or_else(|| ty.clone())
    }

    /// Lets what the result is wanted for help where arguments leave a variable open.
    pub(crate) fn hint_from_result(&mut self, result: &Type, expected: Option<&Type>) {
        let Some(expected) = expected else {
            return;
        };
        // What is wanted of a bare variable may be wanted as an option only.
        let expected = match (result, expected) {
            (Type::Infer(_), Type::Option(inner)) => inner,
            _ => expected,
        };
        if matches!(expected, Type::Any | Type::Error | Type::Infer(_)) || !result.has_infer() {
            return;
        }
        let before = self.snapshot();
        let broken = self.broken_bound.take();
        let fits = self.fits(result, expected);
        let hints: Vec<Option<Type>> = self
            .variables
            .iter()
            .map(|variable| variable.upper.first().filter(|ty| !ty.has_infer()).cloned())
            .collect();
        self.restore(before);
        self.broken_bound = broken;
        if fits {
            for (variable, hint) in self.variables.iter_mut().zip(hints) {
                variable.hint = hint;
            }
        }
    }

    /// Whether nothing determines the variable.
    pub(crate) fn is_open(&self, number: u32) -> bool {
        self.variable(number).is_some_and(|known| {
            known.lower.is_none()
                && known.hint.is_none()
                && known.upper.is_empty()
                && known.param.default.is_none()
        })
    }
}

impl Context<'_> {
    /// Solves the type parameters of a function of the program for one call (language.md §4.6).
    /// `params` has the parameter type of each argument, in the order of `args`.
    ///
    /// Arguments are taken in order, except that lambdas wait for what the others determine.
    pub fn solve_generic(
        &self,
        type_params: &[Rc<TypeParam>],
        params: &[Type],
        args: &[CallArg<'_>],
        result: &Type,
        expected: Option<&Type>,
    ) -> Result<GenericSolution, GenericFault> {
        let mut relation = Relation::new(*self, Mode::Assign);
        relation.must_unify = true;
        let numbers = relation.add_variables(type_params);
        let open = |ty: &Type| {
            ty.substitute(
                &|param| {
                    let index = type_params.iter().position(|own| own.id == param.id)?;
                    Some(Type::Infer(numbers.start + u32::try_from(index).ok()?))
                },
                None,
            )
        };
        let params: Vec<Type> = params.iter().map(open).collect();
        let result = open(result);
        relation.hint_from_result(&result, expected);
        for index in argument_order(args) {
            let (Some(arg), Some(param)) = (args.get(index), params.get(index)) else {
                continue;
            };
            relation.give(index, &arg.value, param)?;
        }
        let unsolved = numbers.clone().find(|number| {
            let variable = |ty: &Type| *ty == Type::Infer(*number);
            relation.is_open(*number) && result.any_part(&variable)
        });
        if let Some(number) = unsolved {
            let param = relation
                .variable(number)
                .map(|known| known.param.name.clone());
            return Err(GenericFault::Unsolved {
                param: param.unwrap_or_default(),
            });
        }
        Ok(GenericSolution {
            types: numbers.map(|number| relation.solution(number)).collect(),
            params: params.iter().map(|ty| relation.resolved(ty)).collect(),
            result: relation.resolved(&result),
        })
    }
}

impl Relation<'_> {
    /// One argument of a generic function of the program.
    fn give(&mut self, arg: usize, value: &ArgValue<'_>, param: &Type) -> Result<(), GenericFault> {
        let (got, fresh) = match value {
            ArgValue::Typed(ty) => (ty.clone(), false),
            ArgValue::Literal(literal) => (Type::Literal(literal.clone()), true),
            ArgValue::Deferred(deferred) => {
                let expected = self.resolved_so_far(param);
                let wanted = (!matches!(expected, Type::Infer(_))).then_some(&expected);
                match deferred.try_type(wanted) {
                    Ok(ty) => (ty, true),
                    Err(reason) => {
                        return Err(GenericFault::Mismatch {
                            arg,
                            expected: self.shown(param),
                            got: deferred.try_type(None).unwrap_or(Type::Error),
                            reason: Some(reason),
                        });
                    }
                }
            }
        };
        self.conflict = None;
        self.broken_bound = None;
        let mode = if fresh { Mode::Fresh } else { Mode::Assign };
        let before = self.snapshot();
        if self.with(mode, false, |this| this.fits(&got, param)) {
            return Ok(());
        }
        self.restore(before);
        if let Some(conflict) = self.conflict.take() {
            let known = self.variable(conflict.variable);
            return Err(GenericFault::Conflict {
                arg,
                param: known
                    .map(|known| known.param.name.clone())
                    .unwrap_or_default(),
                first: conflict.first.widened(),
                second: conflict.second.widened(),
            });
        }
        if let Some((number, got)) = self.broken_bound.take()
            && let Some(known) = self.variable(number)
            && let Some(bound) = known.param.bound.clone()
        {
            let reason = self.cx.explain(&got, &bound);
            return Err(GenericFault::Bound {
                arg,
                param: known.param.name.clone(),
                bound,
                got: got.widened(),
                reason,
            });
        }
        let expected = self.shown(param);
        let reason = self.cx.explain(&got, &expected);
        Err(GenericFault::Mismatch {
            arg,
            expected,
            got: got.widened(),
            reason,
        })
    }
}
