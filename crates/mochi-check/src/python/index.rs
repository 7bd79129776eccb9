//! Subscripts on handles.
//!
//! Spec: language.md §18.3 (`__getitem__`, `__setitem__`).

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, Subscript};
use mochi_types::{
    ArgValue, BoundMember, CallArg, CallFault, ClassId, ClassKind, Context, ExternFun, Literal,
    Out, Type,
};

use super::call::Given;
use super::checked;
use crate::checker::{Checker, error, expr};
use crate::expr::{literal_value, unparenthesised};
use crate::generic::Ready;
use crate::relation::Slot;
use crate::report;
use crate::typed::{Expr, ExprKind, Place, PySubscript, StmtKind};

impl Checker<'_> {
    /// `object[subscripts]` on a handle.
    pub(crate) fn python_index(
        &mut self,
        object: Expr,
        subscripts: &[Subscript],
        span: Span,
    ) -> Expr {
        if let Some(value) = self.typed_dict_item(&object, subscripts, span) {
            return value;
        }
        if let Some(part) = self.named_tuple_part(&object, subscripts) {
            let (typed, _) = self.subscripts(subscripts);
            let symbol = Rc::from(self.show(&object.ty));
            let kind = ExprKind::PyIndex {
                object: Box::new(object),
                subscripts: typed,
            };
            let read = expr(kind, part.ty.clone(), span);
            return checked(read, part, symbol);
        }
        if let Some(value) = self.enum_item(&object, subscripts, span) {
            return value;
        }
        let ty = object.ty.clone();
        let member = match &ty {
            Type::TypeOf(inner) => match &**inner {
                Type::Handle(class, args) => {
                    self.cx()
                        .lookup_class_member(class, Some(args), "__class_getitem__")
                }
                _ => None,
            },
            ty => self.cx().lookup_member(ty, "__getitem__"),
        };
        let Some(BoundMember::Method(fun)) = member else {
            self.discard_subscripts(subscripts);
            let shown = self.show(&ty);
            return self.fail(self.noted(report::not_indexable(&shown, span), &ty), span);
        };
        let (typed, key) = self.subscripts(subscripts);
        let key_type = type_of(&key);
        let args = [CallArg {
            name: None,
            value: key,
        }];
        let resolved = self.cx().resolve_call(&fun, Some(&ty), &args, None);
        match resolved {
            Ok(call) => {
                let kind = ExprKind::PyIndex {
                    object: Box::new(object),
                    subscripts: typed,
                };
                let read = expr(kind, call.ret.ty.clone(), span);
                checked(read, call.ret, Rc::clone(&fun.symbol))
            }
            Err(_) if holds_any(&key_type) => {
                let kind = ExprKind::PyIndex {
                    object: Box::new(object),
                    subscripts: typed,
                };
                expr(kind, Type::Any, span)
            }
            Err(fault) => {
                self.index_fault(&fun, fault, subscripts, span, &[key_type]);
                error(span)
            }
        }
    }

    /// `Color["RED"]`: a member of an enum by its name.
    fn enum_item(&mut self, object: &Expr, subscripts: &[Subscript], span: Span) -> Option<Expr> {
        let Type::TypeOf(inner) = &object.ty else {
            return None;
        };
        let Type::Handle(class, _) = &**inner else {
            return None;
        };
        let info = self.externs.class(class)?;
        let (ClassKind::Enum(_), [Subscript::Index(index)]) = (&info.kind, subscripts) else {
            return None;
        };
        let name = self.expect(index, &Type::Str, Slot::Value);
        let kind = ExprKind::PyIndex {
            object: Box::new(object.clone()),
            subscripts: vec![PySubscript::Index(name)],
        };
        Some(expr(kind, (**inner).clone(), span))
    }

    /// The part of a named tuple at a constant position.
    fn named_tuple_part(&self, object: &Expr, subscripts: &[Subscript]) -> Option<Out> {
        let [Subscript::Index(index)] = subscripts else {
            return None;
        };
        let Some(Literal::Int(position)) = literal_value(index) else {
            return None;
        };
        let mut parts = self.cx().named_parts(&object.ty)?;
        let position = usize::try_from(position).ok()?;
        (position < parts.len()).then(|| parts.swap_remove(position))
    }

    /// A key of a `TypedDict` by a literal.
    fn typed_dict_item(
        &mut self,
        object: &Expr,
        subscripts: &[Subscript],
        span: Span,
    ) -> Option<Expr> {
        let Type::Handle(class, _) = &object.ty else {
            return None;
        };
        let info = self.externs.class(class)?;
        let ClassKind::TypedDict(fields) = &info.kind else {
            return None;
        };
        let [Subscript::Index(index)] = subscripts else {
            return None;
        };
        let Some(Literal::Str(text)) = literal_value(index) else {
            return None;
        };
        let Some(field) = fields.iter().find(|field| field.name == text) else {
            let diagnostic = report::unknown_field(&text, &info.display, index.span);
            let known = fields.iter().map(|field| &*field.name);
            return Some(self.fail(report::suggest(diagnostic, &text, known), span));
        };
        let key = self.expr(index, None);
        let symbol = Rc::from(format!("{}.{text}", info.display));
        let object = object.clone();
        Some(Self::typed_dict_read(object, key, field, symbol, span))
    }

    /// Types subscripts, and says what Python's method gets for them.
    fn subscripts(&mut self, subscripts: &[Subscript]) -> (Vec<PySubscript>, ArgValue<'static>) {
        let mut typed = Vec::new();
        let mut types = Vec::new();
        for subscript in subscripts {
            match subscript {
                Subscript::Index(index) => {
                    let value = self.expr(index, None);
                    types.push(value.ty.clone());
                    typed.push(PySubscript::Index(value));
                }
                Subscript::Slice {
                    start, stop, step, ..
                } => {
                    let mut parts = Vec::new();
                    let mut bound = |part: &Option<Box<ast::Expr>>| {
                        let value = part.as_deref().map(|part| Box::new(self.expr(part, None)));
                        let ty = value.as_ref().map_or(Type::None, |value| value.ty.clone());
                        parts.push(ty);
                        value
                    };
                    let (start, stop, step) = (bound(start), bound(stop), bound(step));
                    types.push(self.slice_type(parts));
                    typed.push(PySubscript::Slice(start, stop, step));
                }
            }
        }
        let key = match (subscripts, types.as_slice()) {
            ([Subscript::Index(index)], [ty]) => match literal_value(index) {
                Some(literal) => ArgValue::Literal(literal),
                None => ArgValue::Typed(ty.clone()),
            },
            (_, [ty]) => ArgValue::Typed(ty.clone()),
            _ => ArgValue::Typed(Type::Tuple(types.into())),
        };
        (typed, key)
    }

    fn slice_type(&self, parts: Vec<Type>) -> Type {
        let class = ClassId::new("builtins", "slice");
        let generic = self
            .externs
            .class(&class)
            .is_some_and(|info| info.type_params.len() == parts.len());
        let args = if generic { parts } else { Vec::new() };
        Type::Handle(class, args.into())
    }

    fn index_fault(
        &mut self,
        fun: &mochi_types::ExternFun,
        fault: CallFault,
        subscripts: &[Subscript],
        span: Span,
        types: &[Type],
    ) {
        let at = match subscripts {
            [Subscript::Index(index)] => index.span,
            [Subscript::Slice { span, .. }] => *span,
            _ => span,
        };
        let placeholder = ast::Expr {
            id: ast::NodeId(u32::MAX),
            kind: ast::ExprKind::None,
            span: at,
        };
        let given: Vec<Given<'_>> = types
            .iter()
            .map(|ty| Given {
                name: None,
                value: &placeholder,
                ty: Some(ty.clone()),
            })
            .collect();
        self.call_fault(fun, fault, &given, span);
    }

    /// `object[subscripts] = value` on a handle.
    pub(crate) fn assign_python_index(
        &mut self,
        object: Expr,
        subscripts: &[Subscript],
        span: Span,
        value: &ast::Expr,
    ) -> Option<StmtKind> {
        let ty = object.ty.clone();
        if let Some(field) = self.typed_dict_slot(&ty, subscripts) {
            let (key, to) = field;
            let text = self.text(span);
            let value = self.expect(value, &to, Slot::Assign(text));
            let place = Place::Index { object, index: key };
            return Some(StmtKind::Assign { place, value });
        }
        let Some(BoundMember::Method(fun)) = self.cx().lookup_member(&ty, "__setitem__") else {
            self.discard_subscripts(subscripts);
            self.expr(value, None);
            let text = self.text(span);
            self.report(report::immutable(text, span));
            return None;
        };
        let (typed, key) = self.subscripts(subscripts);
        let key_type = type_of(&key);
        let hint = match fun.overloads.as_slice() {
            [only] => only.params.get(1).map(|param| param.ty.clone()),
            _ => None,
        };
        let hint = hint.filter(|ty| !matches!(ty, Type::Param(_)));
        if hint.is_none()
            && let Some(value) = self.assigned_literal(&fun, &ty, &key, value)
        {
            let place = Place::PyIndex {
                object,
                subscripts: typed,
            };
            return Some(StmtKind::Assign { place, value });
        }
        let outer = std::mem::replace(&mut self.in_python, true);
        let assigned = self.expr(value, hint.as_ref());
        self.in_python = outer;
        let given = match literal_value(value) {
            Some(literal) => ArgValue::Literal(literal),
            None => ArgValue::Typed(assigned.ty.clone()),
        };
        let value_type = type_of(&given);
        let args = [
            CallArg {
                name: None,
                value: key,
            },
            CallArg {
                name: None,
                value: given,
            },
        ];
        let resolved = self.cx().resolve_call(&fun, Some(&ty), &args, None);
        match resolved {
            Ok(call) => {
                let param = call.params.get(1).cloned().unwrap_or(Type::Any);
                let value = self.passed(assigned, &param);
                let place = Place::PyIndex {
                    object,
                    subscripts: typed,
                };
                Some(StmtKind::Assign { place, value })
            }
            Err(CallFault::Mismatch {
                arg: 1,
                expected,
                got,
                ..
            }) => {
                let text = self.text(span);
                self.misfit(&got, &expected, Slot::Assign(text), value.span);
                None
            }
            Err(_) if holds_any(&key_type) => {
                let place = Place::PyIndex {
                    object,
                    subscripts: typed,
                };
                let value = assigned;
                Some(StmtKind::Assign { place, value })
            }
            Err(fault) => {
                let types = [key_type, value_type];
                self.index_fault(&fun, fault, subscripts, span, &types);
                None
            }
        }
    }

    /// A list or map that is assigned, written for what the overload takes that it fits; none if
    /// it is something else or fits none.
    fn assigned_literal(
        &mut self,
        fun: &ExternFun,
        receiver: &Type,
        key: &ArgValue<'_>,
        value: &ast::Expr,
    ) -> Option<Expr> {
        if !matches!(
            unparenthesised(value).kind,
            ast::ExprKind::List(_) | ast::ExprKind::Map(_)
        ) {
            return None;
        }
        let key = type_of(key);
        let decls = Rc::clone(&self.decls);
        let externs = self.externs;
        let ready = [(None, Ready::Deferred(value))];
        let call = self.with_args(&ready, true, |args| {
            let cx = Context {
                decls: &decls,
                externs,
            };
            let key = CallArg {
                name: None,
                value: ArgValue::Typed(key),
            };
            let value = args.first().map(|arg| match &arg.value {
                ArgValue::Deferred(deferred) => ArgValue::Deferred(*deferred),
                _ => ArgValue::Typed(Type::Error),
            });
            let value = CallArg {
                name: None,
                value: value.unwrap_or(ArgValue::Typed(Type::Error)),
            };
            cx.resolve_call(fun, Some(receiver), &[key, value], None)
        });
        let param = call.ok()?.params.get(1).cloned()?;
        let outer = std::mem::replace(&mut self.in_python, true);
        let assigned = self.expr(value, Some(&param));
        self.in_python = outer;
        Some(self.passed(assigned, &param))
    }

    fn typed_dict_slot(&mut self, ty: &Type, subscripts: &[Subscript]) -> Option<(Expr, Type)> {
        let Type::Handle(class, _) = ty else {
            return None;
        };
        let info = self.externs.class(class)?;
        let (ClassKind::TypedDict(fields), [Subscript::Index(index)]) = (&info.kind, subscripts)
        else {
            return None;
        };
        let Some(Literal::Str(text)) = literal_value(index) else {
            return None;
        };
        let field = fields.iter().find(|field| field.name == text)?;
        let to = field.set.clone();
        Some((self.expr(index, None), to))
    }
}

/// Whether a subscript, or one of several, is `any`: Python decides what it selects.
fn holds_any(key: &Type) -> bool {
    match key {
        Type::Any => true,
        Type::Tuple(parts) => parts.contains(&Type::Any),
        _ => false,
    }
}

/// The type of an argument that is not deferred.
fn type_of(value: &ArgValue<'_>) -> Type {
    match value {
        ArgValue::Typed(ty) => ty.clone(),
        ArgValue::Literal(literal) => literal.base(),
        ArgValue::Deferred(_) => Type::Error,
    }
}
