//! Calls: what is called, and of which kind the call is.
//!
//! Spec: language.md §6.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, Arg, ExprKind as Ast, Name};
use mochi_types::{FunType, Type};

use super::index::safe;
use super::name::asked_sum;
use super::unparenthesised;
use crate::builtin::{self};
use crate::checker::{Checker, error, expr};
use crate::habits::{member_note, other_function, text_note};
use crate::reactive::called;
use crate::relation::Slot;
use crate::report;
use crate::scope::{Binding, nested_note};
use crate::typed::{Builtin, Expr, ExprKind, FunId};

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        callee: &ast::Expr,
        args: &[Arg],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let called = unparenthesised(callee);
        match &called.kind {
            Ast::Name(name) => self.call_name(name, called.span, args, span, expected),
            Ast::Field { object, name } => {
                if let Some(space) = self.space_of(object) {
                    return self.call_space(space, name, callee.span, args, span, expected);
                }
                let object = self.expr(object, None);
                self.call_member(object, name, callee.span, args, span, expected)
            }
            Ast::SafeField { object, name } => {
                let typed = self.expr(object, None);
                let Some(inner) = self.safe_receiver(&typed, name) else {
                    self.discard_args(args);
                    return error(span);
                };
                let temp = self.temp(inner.clone(), object);
                let read = expr(ExprKind::Var(temp), inner.clone(), object.span);
                if !self.has_member(&read, name) {
                    self.discard_args(args);
                    return self.no_safe_member(&inner, &typed.ty, name, span);
                }
                let then = self.call_member(read, name, callee.span, args, span, None);
                safe(typed, temp, then, span)
            }
            _ => {
                let typed = self.expr(callee, None);
                self.call_value(typed, args, span, expected)
            }
        }
    }

    fn has_member(&mut self, object: &Expr, name: &Name) -> bool {
        let probe = object.clone();
        builtin::member(&object.ty, &name.text).is_some()
            || self
                .trial(|checker| checker.field_of(probe, name, name.span))
                .is_ok()
    }

    /// Types arguments of a call that failed already, for their own faults.
    pub(crate) fn discard_args(&mut self, args: &[Arg]) {
        for arg in args {
            if !matches!(&arg.value.kind, Ast::Name(name) if &**name == "_") {
                self.expr(&arg.value, None);
            }
        }
    }

    fn call_name(
        &mut self,
        name: &Rc<str>,
        at: Span,
        args: &[Arg],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        match self.lookup(name) {
            Some(Binding::Fun(fun)) => self.call_fun(fun, None, args, span, expected),
            Some(_) => {
                let typed = self.name(name, at, None);
                self.call_value(typed, args, span, expected)
            }
            None => {
                if let Some(member) = self.own_member(name, at) {
                    return match member.kind {
                        ExprKind::BoundMethod { object, fun } => {
                            self.call_fun(fun, Some(*object), args, span, expected)
                        }
                        _ => self.call_value(member, args, span, expected),
                    };
                }
                let hint = asked_sum(expected);
                if let Some((sum, variant)) = self.variant_named(name, hint) {
                    return self.call_variant(&sum, variant, args, span);
                }
                if let Some(builtin) = builtin::lookup(name) {
                    return self.call_builtin(builtin, args, span, expected);
                }
                self.unknown_function(name, at, args, span)
            }
        }
    }

    fn unknown_function(&mut self, name: &Rc<str>, at: Span, args: &[Arg], span: Span) -> Expr {
        self.discard_args(args);
        let mut diagnostic = report::unknown_function(name, at);
        if self.type_names.contains_key(name) {
            let note = format!("`{name}` is a type: build a record as `{name} {{ … }}`");
            diagnostic = diagnostic.with_note(note);
        } else if let Some(below) = self.nested_below(name) {
            diagnostic = diagnostic.with_note_at(below, nested_note(name));
        } else if let Some(note) = self.export_note(name) {
            diagnostic = diagnostic.with_note(note);
        } else if self.logic.declares(name) {
            let note = format!(
                "`{name}` is a predicate: `fact {name}(…)` adds to it, `query {name}(…)` asks it"
            );
            diagnostic = diagnostic.with_note(note);
        } else if let Some(note) = other_function(name) {
            diagnostic = diagnostic.with_note(note);
        } else if let Some(note) = self.python_builtin_note(name) {
            diagnostic = diagnostic.with_note(note);
        } else {
            let names = self.visible_names();
            let names = names.iter().map(|name| &**name);
            diagnostic = report::suggest(diagnostic, name, names.chain(builtin::names()));
        }
        self.fail(diagnostic, span)
    }

    fn call_member(
        &mut self,
        object: Expr,
        name: &Name,
        at: Span,
        args: &[Arg],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        if let Some(builtin) = builtin::member(&object.ty, &name.text) {
            return self.call_builtin_member(builtin, object, args, span);
        }
        if let Type::Named(decl) = &object.ty {
            let method = self.decls.with_methods(decl.id).and_then(|record| {
                let mut methods = record.methods.iter();
                methods
                    .find(|method| method.name == name.text)
                    .map(|method| method.fun)
            });
            if let Some(fun) = method {
                return self.call_fun(FunId(fun), Some(object), args, span, expected);
            }
        }
        let callee = self.field_of(object, name, at);
        self.call_value(callee, args, span, expected)
    }

    /// Calls a value.
    pub(crate) fn call_value(
        &mut self,
        callee: Expr,
        args: &[Arg],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let callee = self.present(callee);
        match callee.ty.clone() {
            Type::Error => {
                // Perhaps something of Python, which takes classes.
                for arg in args {
                    let is_class = matches!(&unparenthesised(&arg.value).kind, Ast::Name(name)
                        if self.lookup(name).is_none() && self.type_names.contains_key(name));
                    if !is_class && !is_open(&arg.value) {
                        self.expr(&arg.value, None);
                    }
                }
                error(span)
            }
            Type::Fun(fun) => self.call_fun_value(callee, &fun, args, span),
            Type::AnyFun(result) => {
                let fun = self.taking_anything(self.text(callee.span), &result);
                self.call_extern(callee, &fun, args, span, expected)
            }
            Type::Extern(fun) => self.call_extern(callee, &fun, args, span, expected),
            Type::TypeOf(class) => self.call_class(callee, &class, args, span, expected),
            Type::Option(_) => {
                self.discard_args(args);
                self.unguarded(&callee);
                error(span)
            }
            ty => {
                if let Some(fun) = self.call_operator(&ty) {
                    return self.call_extern(callee, &fun, args, span, expected);
                }
                self.discard_args(args);
                let text = self.text(callee.span);
                let mut mixed = None;
                let note = match (&ty, &callee.kind) {
                    (Type::Any, ExprKind::AnyField { object, name }) => {
                        let (note, more) = self.any_member_note(object, name);
                        mixed = more;
                        note
                    }
                    (Type::Any, _) => {
                        "its type is any: cast it first, for example `… as fun(int): int`"
                            .to_owned()
                    }
                    (_, ExprKind::MapField { object, name }) => member_note(&object.ty, name)
                        .unwrap_or_else(|| format!("its type is {}", self.show(&ty))),
                    _ => format!("its type is {}", self.show(&ty)),
                };
                let joined = self.is_on_next_line(callee.span, span).then(|| {
                    "a line that begins with `(` goes on with the line before it: give what stands \
                     in the brackets a name, `let x = …`"
                        .to_owned()
                });
                let diagnostic = report::not_callable(text, callee.span).with_note(note);
                self.fail(diagnostic.with_notes(mixed).with_notes(joined), span)
            }
        }
    }

    /// What is said of a call of a member of `any`, by what has such a member.
    fn any_member_note(&self, object: &Expr, name: &str) -> (String, Option<String>) {
        let text = self.text(object.span);
        let first = format!("`{text}` is any: cast it first,");
        if let Some(note) = text_note(name) {
            let rows = self.mixed_note(object, &Type::Str);
            return (format!("{first} `({text} as string)`; then {note}"), rows);
        }
        let map = Type::map(Type::Str, Type::Any);
        let kinds = [(Type::Str, "string"), (map, "map<string, any>")];
        let mut kinds = kinds.into_iter();
        let kind = kinds.find(|(ty, _)| builtin::member(ty, name).is_some());
        let to = kind.as_ref().map_or("T", |(_, to)| to);
        let more = kind.and_then(|(ty, _)| self.mixed_note(object, &ty));
        (format!("{first} `({text} as {to}).{name}(…)`"), more)
    }

    /// Whether the bracket of a call begins a line of its own.
    fn is_on_next_line(&self, callee: Span, call: Span) -> bool {
        let rest = Span::new(call.source, callee.end, call.end.max(callee.end));
        let before = self.text(rest).split('(').next().unwrap_or_default();
        before.contains('\n')
    }

    fn call_fun_value(&mut self, callee: Expr, fun: &FunType, args: &[Arg], span: Span) -> Expr {
        self.note_value_call();
        if let Some(name) = args.iter().find_map(|arg| arg.name.as_ref()) {
            self.discard_args(args);
            let of = self.text(callee.span);
            return self.fail(report::unknown_argument(&name.text, of, name.span), span);
        }
        if args.len() > fun.params.len() {
            self.discard_args(args);
            return self.fail(
                report::too_many_arguments(fun.params.len(), args.len(), span),
                span,
            );
        }
        if args.len() < fun.params.len() || args.iter().any(|arg| is_open(&arg.value)) {
            return self.partial(callee, fun, args, span);
        }
        let values = self.positional(&fun.params, args);
        let kind = ExprKind::CallValue {
            callee: Box::new(callee),
            args: values,
        };
        let call = expr(kind, fun.result.clone(), span);
        if fun.is_async {
            called(call, None)
        } else {
            call
        }
    }

    /// Types arguments for parameters in order.
    pub(super) fn positional(&mut self, params: &[Type], args: &[Arg]) -> Vec<Expr> {
        let mut values = Vec::new();
        for (index, (arg, param)) in args.iter().zip(params).enumerate() {
            values.push(self.expect(&arg.value, param, Slot::Argument(index + 1)));
        }
        values
    }

    /// A partial application: the rest is taken one at a time, open places by one call.
    pub(super) fn partial(
        &mut self,
        callee: Expr,
        fun: &FunType,
        args: &[Arg],
        span: Span,
    ) -> Expr {
        let mut given = Vec::new();
        let mut open = Vec::new();
        for (index, (arg, param)) in args.iter().zip(&fun.params).enumerate() {
            if is_open(&arg.value) {
                open.push(param.clone());
                given.push(None);
            } else {
                let value = self.expect(&arg.value, param, Slot::Argument(index + 1));
                given.push(Some(value));
            }
        }
        // The last of the functions is the one that calls.
        let mut is_async = fun.is_async;
        let mut function = |params: Vec<Type>, result: Type| {
            Type::Fun(Rc::new(FunType {
                params,
                result,
                effects: fun.effects,
                is_async: std::mem::take(&mut is_async),
            }))
        };
        let rest = fun.params.get(args.len()..).unwrap_or_default();
        let mut ty = fun.result.clone();
        for param in rest.iter().rev() {
            ty = function(vec![param.clone()], ty);
        }
        let is_open = !open.is_empty();
        if is_open {
            ty = function(open, ty);
        }
        let kind = ExprKind::Partial {
            callee: Box::new(callee),
            args: given,
            open: is_open,
        };
        expr(kind, ty, span)
    }

    fn call_builtin_member(
        &mut self,
        builtin: Builtin,
        object: Expr,
        args: &[Arg],
        span: Span,
    ) -> Expr {
        self.builtin_with(builtin, Some(object), args, span, None)
    }

    fn call_builtin(
        &mut self,
        builtin: Builtin,
        args: &[Arg],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        self.builtin_with(builtin, None, args, span, expected)
    }
}

/// Whether the argument leaves its place open.
pub(crate) fn is_open(value: &ast::Expr) -> bool {
    matches!(&value.kind, Ast::Name(name) if &**name == "_")
}
