//! Channels and value streams: the builtins that make and use them, and `emit(s, v)`.
//!
//! Spec: language.md §16 (channels, value streams), §12.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, Arg};
use mochi_types::{ChannelKind, Type};

use super::context::async_node;
use crate::builtin::BuiltinCall;
use crate::checker::{Checker, error};
use crate::report;
use crate::typed::{AsyncExpr, Builtin, Expr, StmtKind};

impl Checker<'_> {
    /// The builtins of channels and value streams.
    pub(crate) fn channel_builtin(
        &mut self,
        call: &mut BuiltinCall<'_>,
        expected: Option<&Type>,
    ) -> Option<Type> {
        use ChannelKind as C;
        match call.builtin {
            Builtin::MakeChan => self.make(C::Channel, call, expected),
            Builtin::MakeStream => self.make(C::Stream, call, expected),
            Builtin::Send => {
                let item = self.channel_argument(C::Channel, call)?;
                self.next_as(call, &item)?;
                Some(Type::Unit)
            }
            Builtin::EmitValue => {
                let item = self.channel_argument(C::Stream, call)?;
                self.next_as(call, &item)?;
                Some(Type::Unit)
            }
            Builtin::Recv => self.channel_argument(C::Channel, call),
            Builtin::RecvSub => self.channel_argument(C::Subscription, call),
            _ => {
                let item = self.channel_argument(C::Stream, call)?;
                if call.builtin == Builtin::SubscribeLimit {
                    self.next_as(call, &Type::Int)?;
                }
                Some(Type::Channel(C::Subscription, Rc::new(item)))
            }
        }
    }

    fn make(
        &mut self,
        kind: ChannelKind,
        call: &mut BuiltinCall<'_>,
        expected: Option<&Type>,
    ) -> Option<Type> {
        if !call.args.is_empty() {
            self.next_as(call, &Type::Int)?;
        }
        let item = match expected {
            Some(Type::Channel(wanted, item)) if *wanted == kind => Rc::clone(item),
            _ => Rc::new(Type::Any),
        };
        Some(Type::Channel(kind, item))
    }

    /// The next argument, a channel of that kind: what goes through it.
    fn channel_argument(&mut self, kind: ChannelKind, call: &mut BuiltinCall<'_>) -> Option<Type> {
        let ty = self.next(call)?;
        match &ty {
            Type::Channel(found, item) if *found == kind => Some((**item).clone()),
            _ => {
                let wanted = self.show(&Type::Channel(kind, Rc::new(Type::Any)));
                self.wrong_kind(call, &wanted, &ty)
            }
        }
    }

    /// `emit(s, v)`.
    pub(super) fn emit_value(
        &mut self,
        args: &[ast::Expr],
        args_span: Span,
        span: Span,
    ) -> Option<StmtKind> {
        if args.len() != 2 {
            for arg in args {
                self.expr(arg, None);
            }
            self.report(report::argument_count("emit", 2, args.len(), args_span));
            return None;
        }
        let args: Vec<Arg> = args
            .iter()
            .map(|value| Arg {
                name: None,
                value: value.clone(),
            })
            .collect();
        let call = self.builtin_with(Builtin::EmitValue, None, &args, span, None);
        Some(StmtKind::Expr(call))
    }

    /// `await_all(xs)`.
    pub(crate) fn await_list(&mut self, args: &[Arg], span: Span, expected: Option<&Type>) -> Expr {
        let Some(arg) = args.first() else {
            return error(span);
        };
        if let ast::ExprKind::List(items) = &crate::expr::unparenthesised(&arg.value).kind {
            return self.await_all(items, None, span, expected);
        }
        let here = self.needs_async("await_all", span);
        let typed = self.expr(&arg.value, None);
        if !here || typed.ty == Type::Error {
            return error(span);
        }
        let result = match &typed.ty {
            Type::List(item) => self.cx().awaited(item).map(|out| out.ty),
            _ => None,
        };
        if let Some(ty) = result {
            return async_node(AsyncExpr::AwaitList(typed), Type::list(ty), span);
        }
        let got = self.show(&typed.ty);
        let at = arg.value.span;
        self.fail(report::argument(1, "[future<any>]", &got, at), span)
    }
}
