//! Calls of Python functions, methods, classes and callable values.
//!
//! Spec: language.md §18.2, §18.5; bridge.md §6 ("Overloads").

use std::rc::Rc;

use mochi_base::{Diagnostic, Span, suggest};
use mochi_syntax::ast::{self, Arg, Name};
use mochi_types::{
    BoundMember, CallFault, ClassId, Context, ExternFun, Out, Param, ParamKind, ResolvedCall,
    Signature, Type,
};

use super::untyped::advice;
use super::{checked, result_check};
use crate::checker::{Checker, error, expr};
use crate::generic::Ready;
use crate::reactive::called;
use crate::report;
use crate::typed::{Expr, ExprKind, PyArg};

/// An argument with the place that messages name.
pub(crate) struct Given<'e> {
    pub(crate) name: Option<&'e Name>,
    pub(crate) value: &'e ast::Expr,
    /// Its type, where the expression does not tell.
    pub(crate) ty: Option<Type>,
}

/// What a call's arguments have become.
struct Resolved {
    call: ResolvedCall,
    args: Vec<PyArg>,
}

/// So many candidates of a call that fits none are listed.
const SHOWN_CANDIDATES: usize = 4;

impl Checker<'_> {
    /// The function that calling a value of the type runs, if there is one.
    pub(crate) fn call_operator(&mut self, ty: &Type) -> Option<Rc<ExternFun>> {
        if !matches!(ty, Type::Handle(..) | Type::Param(_)) {
            return None;
        }
        match self.cx().lookup_member(ty, "__call__")? {
            BoundMember::Method(fun) => Some(fun),
            BoundMember::Attribute { get, .. } => match get.ty {
                Type::Extern(fun) => Some(fun),
                _ => None,
            },
            BoundMember::Class(_) => None,
        }
    }

    /// Calls a function, method or callable value.
    pub(crate) fn call_extern(
        &mut self,
        callee: Expr,
        fun: &Rc<ExternFun>,
        args: &[Arg],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        // What is only called need not be what it is declared to be: its result is checked.
        let callee = match (&callee.ty, callee.kind) {
            (Type::Handle(..), ExprKind::Check { value, .. }) => Expr {
                ty: callee.ty,
                ..*value
            },
            (_, kind) => Expr { kind, ..callee },
        };
        let receiver = match (&callee.ty, &callee.kind) {
            (Type::Extern(_), ExprKind::PyAttr { object, .. }) => match &object.ty {
                Type::Module(_) => None,
                ty => Some(ty.clone()),
            },
            (Type::Extern(_), _) => None,
            (ty, _) => Some(ty.clone()),
        };
        self.deprecated(fun, span);
        let given: Vec<Given<'_>> = args.iter().map(given).collect();
        let Some(resolved) = self.resolve(fun, receiver.as_ref(), &given, span, expected) else {
            return error(span);
        };
        let takes_function = |arg: &PyArg| matches!(arg.value.ty, Type::Fun(_) | Type::AnyFun(_));
        if resolved.args.iter().any(takes_function) {
            self.note_value_call();
        }
        Self::finish_call(callee, fun, resolved, span)
    }

    /// What `fun(...any): R` stands for: a function of Python whose parameters nobody declares.
    pub(crate) fn taking_anything(&self, symbol: &str, result: &Type) -> Rc<ExternFun> {
        let any = |name: &str, kind: ParamKind| Param {
            name: Rc::from(name),
            kind,
            ty: Type::Any,
            has_default: false,
        };
        let check = Rc::new(self.cx().check_of(result));
        Rc::new(ExternFun {
            symbol: Rc::from(symbol),
            overloads: vec![Signature {
                type_params: Vec::new(),
                receiver: None,
                params: vec![
                    any("args", ParamKind::VarArgs),
                    any("kwargs", ParamKind::KwArgs),
                ],
                ret: Out {
                    ty: result.clone(),
                    check,
                },
                is_async: false,
            }],
            doc: None,
            deprecated: None,
        })
    }

    fn deprecated(&mut self, fun: &ExternFun, span: Span) {
        if let Some(message) = &fun.deprecated {
            self.report(report::deprecated(&fun.symbol, message, span));
        }
    }

    fn finish_call(callee: Expr, fun: &Rc<ExternFun>, resolved: Resolved, span: Span) -> Expr {
        let symbol = Rc::clone(&fun.symbol);
        let kind = ExprKind::PyCall {
            callee: Box::new(callee),
            args: resolved.args,
            fun: Some(Rc::clone(fun)),
        };
        let ret = resolved.call.ret;
        if resolved.call.is_async {
            let check = result_check(ret.check, symbol);
            return called(expr(kind, ret.ty, span), check);
        }
        checked(expr(kind, ret.ty.clone(), span), ret, symbol)
    }

    /// Calls a class object.
    pub(crate) fn call_class(
        &mut self,
        callee: Expr,
        instance: &Type,
        args: &[Arg],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let class = match &callee.kind {
            ExprKind::PyClass(class) => Some(class.clone()),
            _ => self.cx().python_class(instance).map(|(class, _)| class),
        };
        let Some(class) = class else {
            self.discard_args(args);
            let text = self.text(callee.span);
            return self.fail(report::not_callable(text, callee.span), span);
        };
        if self.is_opaque(&class) {
            self.discard_args(args);
            let text = self.text(callee.span);
            let note = "its values come from Python: no `__init__` is declared";
            let diagnostic = report::not_callable(text, callee.span).with_note(note);
            return self.fail(diagnostic, span);
        }
        let fun = Rc::new(self.cx().constructor(&class));
        self.deprecated(&fun, span);
        let given: Vec<Given<'_>> = args.iter().map(given).collect();
        let Some(mut resolved) = self.resolve(&fun, None, &given, span, expected) else {
            return error(span);
        };
        // A value declared as a class may be anything that makes its instances: what it makes is
        // checked instead of what it is.
        let callee = match callee.kind {
            ExprKind::Check { value, .. } => {
                let ret = &mut resolved.call.ret;
                ret.check = Rc::new(self.cx().check_of(&ret.ty));
                *value
            }
            _ => callee,
        };
        Self::finish_call(callee, &fun, resolved, span)
    }

    /// `mod.R { f: e }`: builds a Python record by keywords.
    pub(crate) fn python_record(
        &mut self,
        path: &[Name],
        fields: &[(Name, ast::Expr)],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let Some(callee) = self.class_at(path) else {
            return self.discard_fields(fields, span);
        };
        let class = match (&callee.kind, &callee.ty) {
            (ExprKind::PyClass(class), _) => Some(class.clone()),
            (_, Type::TypeOf(instance)) => self.cx().python_class(instance).map(|(id, _)| id),
            _ => None,
        };
        let Some(class) = class else {
            self.discard_fields(fields, span);
            let at = callee.span;
            let text = self.text(at);
            return self.fail(report::not_a_struct(text, at), span);
        };
        let fun = Rc::new(self.cx().constructor(&class));
        let given: Vec<Given<'_>> = fields
            .iter()
            .map(|(name, value)| Given {
                name: Some(name),
                value,
                ty: None,
            })
            .collect();
        let resolved = match self.try_resolve(&fun, None, &given, expected) {
            Ok(resolved) => resolved,
            Err(fault) => {
                self.record_fault(&fun, &class, fault, &given, span);
                return error(span);
            }
        };
        Self::finish_call(callee, &fun, resolved, span)
    }

    /// The class that a dotted name stands for.
    fn class_at(&mut self, path: &[Name]) -> Option<Expr> {
        let mut names = path.iter();
        let first = names.next()?;
        let mut written = ast::Expr {
            id: ast::NodeId(u32::MAX),
            kind: ast::ExprKind::Name(Rc::clone(&first.text)),
            span: first.span,
        };
        for name in names {
            written = ast::Expr {
                id: ast::NodeId(u32::MAX),
                span: first.span.to(name.span),
                kind: ast::ExprKind::Field {
                    object: Box::new(written),
                    name: name.clone(),
                },
            };
        }
        let typed = self.expr(&written, None);
        (typed.ty != Type::Error).then_some(typed)
    }

    fn record_fault(
        &mut self,
        fun: &ExternFun,
        class: &ClassId,
        fault: CallFault,
        given: &[Given<'_>],
        span: Span,
    ) {
        let shown: Rc<str> = self.externs.class(class).map_or_else(
            || Rc::from(class.to_string()),
            |info| Rc::clone(&info.display),
        );
        match fault {
            CallFault::MissingArguments { names } => {
                self.report(report::missing_fields(&shown, &report::list(&names), span));
            }
            CallFault::UnknownArgument { arg, suggestion } => {
                if let Some(name) = given.get(arg).and_then(|given| given.name) {
                    let diagnostic = report::unknown_field(&name.text, &shown, name.span);
                    self.report(diagnostic.with_notes(suggested(suggestion)));
                }
            }
            // A field is an element of a literal, not an argument.
            CallFault::Mismatch {
                arg,
                expected,
                got,
                reason,
                choices,
            } if choices.is_empty() => {
                if self.own_fault(given.get(arg), Some(&expected)) {
                    return;
                }
                let at = given.get(arg).map_or(span, |given| given.value.span);
                let (want, shown) = (self.show(&expected), self.show(&got));
                let diagnostic = report::mismatch(&want, &shown, at);
                let note = reason.or_else(|| self.misfit_note(&got, &expected));
                self.report(diagnostic.with_notes(note));
            }
            fault => self.call_fault(fun, fault, given, span),
        }
    }

    /// Resolves a call and types its arguments; a fault is reported.
    fn resolve(
        &mut self,
        fun: &ExternFun,
        receiver: Option<&Type>,
        given: &[Given<'_>],
        span: Span,
        expected: Option<&Type>,
    ) -> Option<Resolved> {
        match self.try_resolve(fun, receiver, given, expected) {
            Ok(resolved) => Some(resolved),
            Err(fault) => {
                self.call_fault(fun, fault, given, span);
                None
            }
        }
    }

    fn try_resolve(
        &mut self,
        fun: &ExternFun,
        receiver: Option<&Type>,
        given: &[Given<'_>],
        expected: Option<&Type>,
    ) -> Result<Resolved, CallFault> {
        let ready: Vec<(Option<Rc<str>>, Ready<'_>)> = given
            .iter()
            .map(|given| {
                let name = given.name.map(|name| Rc::clone(&name.text));
                if self.may_be_class(given.value) {
                    return (name, Ready::Deferred(given.value));
                }
                (name, self.ready(given.value))
            })
            .collect();
        let decls = Rc::clone(&self.decls);
        let externs = self.externs;
        let call = self.with_args(&ready, true, |args| {
            let cx = Context {
                decls: &decls,
                externs,
            };
            cx.resolve_call(fun, receiver, args, expected)
        })?;
        let mut args = Vec::new();
        for (index, ((name, ready), given)) in ready.into_iter().zip(given).enumerate() {
            let param = call.params.get(index).cloned().unwrap_or(Type::Any);
            let value = self.python_argument(ready, given.value, &param);
            let name = name.map(|written| call.param_names.get(index).cloned().unwrap_or(written));
            args.push(PyArg { name, value });
        }
        Ok(Resolved { call, args })
    }

    /// An argument in the form in which it is passed.
    fn python_argument(&mut self, ready: Ready<'_>, source: &ast::Expr, param: &Type) -> Expr {
        let value = match ready {
            Ready::Typed(value) => self.settle_argument(value, param),
            Ready::Literal(_) => self.expr(source, Some(param)),
            Ready::Deferred(_) => {
                let outer = std::mem::replace(&mut self.in_python, true);
                let value = self.expr(source, Some(param));
                self.in_python = outer;
                value
            }
        };
        self.passed(value, param)
    }

    /// A value in the form in which it is passed for a parameter.
    pub(crate) fn passed(&mut self, value: Expr, param: &Type) -> Expr {
        if value.ty == Type::ErrorValue {
            return self.adapt(value, param);
        }
        if !self.cx().becomes_tuple(&value.ty, param) {
            return value;
        }
        let span = value.span;
        let class = ClassId::new("builtins", "tuple");
        let instance = Type::TypeOf(Rc::new(param.clone()));
        let callee = expr(ExprKind::PyClass(class), instance, span);
        let ty = value.ty.clone();
        let kind = ExprKind::PyCall {
            callee: Box::new(callee),
            args: vec![PyArg { name: None, value }],
            fun: None,
        };
        expr(kind, ty, span)
    }

    /// Reports why a call does not fit.
    pub(crate) fn call_fault(
        &mut self,
        fun: &ExternFun,
        fault: CallFault,
        given: &[Given<'_>],
        span: Span,
    ) {
        if let CallFault::Mismatch { arg, expected, .. } = &fault
            && self.own_fault(given.get(*arg), Some(expected))
        {
            return;
        }
        if let CallFault::NoOverload { .. } = &fault
            && !given.is_empty()
            && given
                .iter()
                .any(|given| !is_lambda(given.value) && self.own_fault(Some(given), None))
        {
            return;
        }
        let broken = |given: &Given<'_>| matches!(given.value.kind, ast::ExprKind::Error);
        if given.iter().any(broken)
            || self.unawaited_argument(given.iter().map(|given| given.value))
        {
            return;
        }
        if let CallFault::MissingArguments { names } = &fault {
            for name in names {
                self.report(report::missing_argument(name, span));
            }
            return;
        }
        let diagnostic = self.fault(fun, fault, given, span);
        self.report(diagnostic);
    }

    /// Whether a deferred argument has a fault of its own, which is reported then.
    fn own_fault(&mut self, given: Option<&Given<'_>>, expected: Option<&Type>) -> bool {
        let Some(given) = given else {
            return false;
        };
        let (before, refused_any) = (self.diagnostics.len(), self.refused_any);
        if !is_compound(given.value) {
            return false;
        }
        let outer = std::mem::replace(&mut self.in_python, true);
        self.expr(given.value, expected);
        self.in_python = outer;
        if self.diagnostics.len() == before + 1
            && self.refused_any > refused_any
            && let Some(fault) = self.diagnostics.pop()
        {
            self.diagnostics.push(fault.with_notes(advice(given.value)));
        }
        self.diagnostics.len() > before
    }

    fn fault(
        &mut self,
        fun: &ExternFun,
        fault: CallFault,
        given: &[Given<'_>],
        span: Span,
    ) -> Diagnostic {
        let at = |arg: usize| given.get(arg).map_or(span, |given| given.value.span);
        let named = |arg: usize| given.get(arg).and_then(|given| given.name);
        match fault {
            CallFault::UnknownArgument { arg, suggestion } => {
                let (text, place) = match named(arg) {
                    Some(name) => (Rc::clone(&name.text), name.span),
                    None => (Rc::from("_"), at(arg)),
                };
                let diagnostic = report::unknown_argument(&text, &fun.symbol, place);
                diagnostic.with_notes(suggested(suggestion))
            }
            CallFault::DuplicateArgument { arg } => match named(arg) {
                Some(name) => report::argument_twice(&name.text, name.span),
                None => report::argument_twice(&(arg + 1).to_string(), at(arg)),
            },
            CallFault::MissingArguments { names } => {
                let name = names.first().cloned().unwrap_or_else(|| Rc::from("_"));
                report::missing_argument(&name, span)
            }
            CallFault::TooMany { expected, got, .. } => {
                report::too_many_arguments(expected, got, span)
            }
            CallFault::Mismatch {
                arg,
                expected,
                got,
                reason,
                choices,
            } => {
                let (want, shown) = (self.show(&expected), self.show_refused(&got));
                let mut diagnostic = report::argument(arg + 1, &want, &shown, at(arg));
                if !choices.is_empty() {
                    let choices: Vec<String> = choices
                        .into_iter()
                        .map(|literal| self.show(&Type::Literal(literal)))
                        .collect();
                    let note = format!("the choices are {}", report::list(&choices));
                    diagnostic = diagnostic.with_note(note);
                }
                let own = match got {
                    Type::Any | Type::Option(_) => self.misfit_note(&got, &expected),
                    _ => self.run_note(&expected, given.get(arg).map(|given| given.value)),
                };
                let note = own.or(reason).or_else(|| self.misfit_note(&got, &expected));
                diagnostic.with_notes(note)
            }
            CallFault::Receiver { expected, got } => {
                let (want, got) = (self.show(&expected), self.show(&got));
                report::mismatch(&want, &got, span)
                    .with_note(format!("`{}` is not for this receiver", fun.symbol))
            }
            CallFault::NoOverload { candidates, best } => {
                let shown = self.show_arguments(given);
                let mut diagnostic = report::no_overload(&fun.symbol, &shown, span);
                let more = candidates.len().saturating_sub(SHOWN_CANDIDATES);
                for (signature, reason) in candidates.into_iter().take(SHOWN_CANDIDATES) {
                    diagnostic = diagnostic.with_note(format!("{signature}: {reason}"));
                }
                if more > 0 {
                    diagnostic = diagnostic.with_note(format!("… and {more} more"));
                }
                diagnostic.with_notes(best.and_then(|best| self.untyped_lambda_note(&best, given)))
            }
        }
    }
}

impl Checker<'_> {
    /// The advice for a lambda that does not fit where an overload got furthest, if that came of
    /// `any`.
    fn untyped_lambda_note(&mut self, best: &CallFault, given: &[Given<'_>]) -> Option<String> {
        let CallFault::Mismatch { arg, expected, .. } = best else {
            return None;
        };
        let value = given.get(*arg)?.value;
        let advice = advice(value)?;
        let before = self.refused_any;
        self.attempt(|checker| checker.expr(value, Some(expected)));
        (self.refused_any > before).then_some(advice)
    }

    /// The types of a call's arguments, for people: `(int, key = string)`.
    fn show_arguments(&mut self, given: &[Given<'_>]) -> String {
        let mut shown = Vec::new();
        for given in given {
            let typed = given.ty.clone().unwrap_or_else(|| {
                let (typed, _) = self.attempt(|checker| checker.expr(given.value, None).ty);
                typed
            });
            let ty = match typed {
                Type::Error => "_".to_owned(),
                ty => self.show(&ty),
            };
            shown.push(match given.name {
                Some(name) => format!("{} = {ty}", name.text),
                None => ty,
            });
        }
        format!("({})", shown.join(", "))
    }
}

fn given(arg: &Arg) -> Given<'_> {
    Given {
        name: arg.name.as_ref(),
        value: &arg.value,
        ty: None,
    }
}

fn is_lambda(item: &ast::Expr) -> bool {
    matches!(
        crate::expr::unparenthesised(item).kind,
        ast::ExprKind::Lambda(_)
    )
}

/// Whether faults inside the argument are better reported where they are.
fn is_compound(item: &ast::Expr) -> bool {
    use ast::ExprKind as Ast;
    matches!(
        crate::expr::unparenthesised(item).kind,
        Ast::Lambda(_)
            | Ast::List(_)
            | Ast::Map(_)
            | Ast::OMap(_)
            | Ast::Set(_)
            | Ast::Tuple(_)
            | Ast::If { .. }
            | Ast::Match(_)
    )
}

/// The note for a name that was probably meant.
fn suggested(name: Option<Rc<str>>) -> Option<String> {
    name.map(suggest::question)
}
