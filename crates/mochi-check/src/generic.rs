//! Arguments before their parameters are known: which are typed at once, which wait.
//!
//! Spec: language.md §4.6, §18.5; bridge.md §6 ("Overloads").

use std::cell::RefCell;
use std::rc::Rc;

use mochi_syntax::ast::{self, ExprKind as Ast};
use mochi_types::{ArgValue, CallArg, DeferredArg, Literal, Type};

use crate::checker::Checker;
use crate::expr::empty::is_empty_literal;
use crate::expr::{literal_value, unparenthesised};
use crate::typed::Expr;

/// An argument on its way into a call.
pub(crate) enum Ready<'e> {
    /// Typed, whatever is expected.
    Typed(Expr),
    /// A literal with its value.
    Literal(Literal),
    /// Typed against its parameter.
    Deferred(&'e ast::Expr),
}

/// An argument that is typed on trial.
pub(crate) struct Trial<'c, 'm, 'a, 'e> {
    checker: &'c RefCell<&'m mut Checker<'a>>,
    item: &'e ast::Expr,
    python: bool,
}

impl DeferredArg for Trial<'_, '_, '_, '_> {
    fn try_type(&self, expected: Option<&Type>) -> Result<Type, String> {
        let mut checker = self.checker.borrow_mut();
        let outer = std::mem::replace(&mut checker.in_python, self.python);
        let found = checker.trial(|checker| checker.expr(self.item, expected).ty);
        checker.in_python = outer;
        found
    }

    fn lambda_arity(&self) -> Option<usize> {
        match &unparenthesised(self.item).kind {
            Ast::Lambda(lambda) => Some(lambda.params.len()),
            _ => None,
        }
    }

    fn says_parameters(&self) -> bool {
        match &unparenthesised(self.item).kind {
            Ast::Lambda(lambda) => lambda.params.iter().any(|param| param.ty.is_some()),
            _ => false,
        }
    }

    fn is_empty(&self) -> bool {
        is_empty_literal(self.item)
    }
}

impl<'a> Checker<'a> {
    /// Types an argument as far as that needs no expectation.
    pub(crate) fn ready<'e>(&mut self, item: &'e ast::Expr) -> Ready<'e> {
        if let Some(literal) = literal_value(item) {
            return Ready::Literal(literal);
        }
        match &unparenthesised(item).kind {
            // It says all itself, and what it says helps to solve the other arguments.
            Ast::Lambda(lambda) if lambda.result.is_some() && all_typed(&lambda.params) => {
                Ready::Typed(self.expr(item, None))
            }
            Ast::Lambda(_)
            | Ast::List(_)
            | Ast::Map(_)
            | Ast::OMap(_)
            | Ast::Set(_)
            | Ast::Tuple(_)
            | Ast::None
            | Ast::If { .. }
            | Ast::Match(_) => Ready::Deferred(item),
            Ast::Call { .. } if self.is_async_here() => {
                Ready::Typed(self.expr_unsettled(item, None))
            }
            _ => Ready::Typed(self.expr(item, None)),
        }
    }

    /// Runs `work` with the arguments as a call's resolution takes them.
    pub(crate) fn with_args<T>(
        &mut self,
        args: &[(Option<Rc<str>>, Ready<'_>)],
        python: bool,
        work: impl FnOnce(&[CallArg<'_>]) -> T,
    ) -> T {
        let cell = RefCell::new(self);
        let trials: Vec<Option<Trial<'_, '_, 'a, '_>>> = args
            .iter()
            .map(|(_, ready)| match ready {
                Ready::Deferred(item) => Some(Trial {
                    checker: &cell,
                    item,
                    python,
                }),
                Ready::Typed(_) | Ready::Literal(_) => None,
            })
            .collect();
        let call: Vec<CallArg<'_>> = args
            .iter()
            .zip(&trials)
            .map(|((name, ready), trial)| CallArg {
                name: name.clone(),
                value: match (ready, trial) {
                    (Ready::Literal(literal), _) => ArgValue::Literal(literal.clone()),
                    (Ready::Typed(value), _) => ArgValue::Typed(value.ty.clone()),
                    (Ready::Deferred(_), Some(trial)) => ArgValue::Deferred(trial),
                    (Ready::Deferred(_), None) => ArgValue::Typed(Type::Error),
                },
            })
            .collect();
        work(&call)
    }
}

fn all_typed(params: &[ast::Param]) -> bool {
    params.iter().all(|param| param.ty.is_some())
}

/// Whether a part of the type is not solved yet.
pub(crate) fn has_infer(ty: &Type) -> bool {
    match ty {
        Type::Infer(_) => true,
        Type::List(a)
        | Type::Set(a)
        | Type::Option(a)
        | Type::AnyFun(a)
        | Type::Iterator(a)
        | Type::AsyncIterator(a)
        | Type::Future(a)
        | Type::Channel(_, a)
        | Type::TypeOf(a) => has_infer(a),
        Type::Map(a, b) | Type::OMap(a, b) => has_infer(a) || has_infer(b),
        Type::Tuple(items) | Type::Union(items) => items.iter().any(has_infer),
        Type::Handle(_, items) => items.iter().any(has_infer),
        Type::Fun(fun) => fun.params.iter().any(has_infer) || has_infer(&fun.result),
        Type::Anon(fields) => fields.iter().any(|(_, ty)| has_infer(ty)),
        _ => false,
    }
}
