//! Names as expressions.
//!
//! Spec: language.md §3, §7 ("visible by bare name").

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast;
use mochi_types::{DeclRef, Type};

use crate::builtin;
use crate::checker::{Checker, error, expr};
use crate::generic::has_infer;
use crate::relation::widened;
use crate::report;
use crate::scope::Binding;
use crate::typed::{Builtin, Expr, ExprKind, FunId, VarId};

impl Checker<'_> {
    pub(super) fn name(&mut self, name: &Rc<str>, span: Span, expected: Option<&Type>) -> Expr {
        if let Some(field) = self.row_member(name, span) {
            return field;
        }
        match self.lookup(name) {
            Some(Binding::Var(id)) => self.read(id, span),
            Some(Binding::Fun(fun)) => self.fun_value(fun, span),
            Some(Binding::Module(module)) => {
                self.module.py_modules.insert(Rc::clone(&module.0));
                let ty = Type::Module(module.clone());
                expr(ExprKind::PyModule(module), ty, span)
            }
            Some(Binding::Auto(module, item)) => self.auto_name(&module, &item, span),
            Some(Binding::Space(_)) => {
                let note =
                    format!("`{name}` is a module: `{name}.…` are the names that it exports");
                self.fail(report::undefined_variable(name, span).with_note(note), span)
            }
            Some(Binding::Error) => error(span),
            None => {
                if let Some(member) = self.own_member(name, span) {
                    return member;
                }
                if let Some((sum, variant)) = self.variant_named(name, asked_sum(expected)) {
                    return self.variant_value(&sum, variant, span);
                }
                if let Some(builtin) = builtin::lookup(name) {
                    return self.builtin_value(builtin, name, span, expected);
                }
                self.undefined(name, span);
                error(span)
            }
        }
    }

    /// A builtin as a value: a lambda that calls it with what the slot passes, unless it is one
    /// of those that are functions of their own.
    fn builtin_value(
        &mut self,
        builtin: Builtin,
        name: &Rc<str>,
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let ty = builtin::value_type(builtin);
        let Type::Fun(own) = &ty else {
            return error(span);
        };
        let hint = expected
            .and_then(|expected| match expected {
                Type::Fun(fun) => Some(Rc::clone(fun)),
                _ => None,
            })
            .filter(|fun| !fun.params.iter().any(has_infer));
        let direct = match &hint {
            Some(hint) => hint.params == own.params,
            None => true,
        };
        if direct && builtin::is_function(builtin) {
            return expr(ExprKind::Builtin(builtin), ty.clone(), span);
        }
        let hint = hint.unwrap_or_else(|| Rc::clone(own));
        let lambda = call_of(name, hint.params.len(), span);
        let known = Some(&hint.result).filter(|ty| **ty != Type::Any && !has_infer(ty));
        self.lambda_for(&lambda, span, Some(&hint), known.cloned())
    }

    /// Reads a variable at the type that is known of it here.
    pub(crate) fn read(&mut self, id: VarId, span: Span) -> Expr {
        self.note_read(id);
        let declared = self.var(id).map_or(Type::Error, |var| var.ty.clone());
        let read = expr(ExprKind::Var(id), declared, span);
        match self.narrowed.get(id).cloned() {
            Some(ty) => widened(read, &ty),
            None => read,
        }
    }

    /// A named function as a value.
    pub(crate) fn fun_value(&mut self, fun: FunId, span: Span) -> Expr {
        self.note_call(fun);
        self.note_value(fun);
        let ty = self.fun_type(fun);
        expr(ExprKind::Fun(fun), ty, span)
    }

    /// The variant of that name, preferably of `sum`.
    pub(crate) fn variant_named(
        &self,
        name: &str,
        sum: Option<&DeclRef>,
    ) -> Option<(DeclRef, u32)> {
        let all = self.variants.get(name)?;
        let own = all.iter().find(|(decl, _)| Some(decl) == sum);
        own.or_else(|| all.last()).cloned()
    }

    /// The types of a variant's fields with their names.
    pub(crate) fn variant_fields(&self, sum: &DeclRef, variant: u32) -> Vec<(Rc<str>, Type)> {
        self.decls
            .sum(sum.id)
            .and_then(|info| info.variants.get(variant as usize))
            .map(|info| {
                let fields = info.fields.iter();
                fields
                    .map(|field| (Rc::clone(&field.name), field.ty.clone()))
                    .collect()
            })
            .unwrap_or_default()
    }

    pub(crate) fn variant_value(&mut self, sum: &DeclRef, variant: u32, span: Span) -> Expr {
        let fields = self.variant_fields(sum, variant);
        let result = Type::Named(sum.clone());
        if fields.is_empty() {
            let kind = ExprKind::Variant {
                sum: sum.clone(),
                variant,
                fields: Vec::new(),
            };
            return expr(kind, result, span);
        }
        let params = fields.into_iter().map(|(_, ty)| ty).collect();
        let kind = ExprKind::Constructor {
            sum: sum.clone(),
            variant,
        };
        expr(kind, Type::fun(params, result), span)
    }

    /// The records whose methods are being checked, innermost first, with the receiver and the number
    /// of scopes around each method.
    pub(crate) fn receivers(&self) -> impl Iterator<Item = (&DeclRef, VarId, usize)> {
        let own = self.receiver.as_ref();
        let own = own.map(|(record, this)| (record, *this, self.receiver_base));
        let is_inside = own.is_some();
        let around = self.outer_receivers.iter().rev();
        let around = around.filter(move |_| is_inside);
        own.into_iter()
            .chain(around.map(|(record, this, base)| (record, *this, *base)))
    }

    /// Whether a record or agent has a member of that name.
    pub(crate) fn declares_member(&self, record: &DeclRef, name: &str) -> bool {
        name == "this"
            || self.decls.with_methods(record.id).is_some_and(|info| {
                info.fields.iter().any(|field| &*field.name == name)
                    || info.methods.iter().any(|method| &*method.name == name)
            })
    }

    /// Whether a record whose method is being checked has a member of that name.
    pub(crate) fn is_own_member(&self, name: &str) -> bool {
        self.receivers()
            .any(|(record, _, _)| self.declares_member(record, name))
    }

    /// The innermost record around the place that has a member of that name, with its receiver.
    pub(crate) fn receiver_with(&self, name: &str) -> Option<(DeclRef, VarId)> {
        self.receivers()
            .find(|(record, _, _)| self.declares_member(record, name))
            .map(|(record, this, _)| (record.clone(), this))
    }

    /// A member of the record whose method is being checked, or of one around it, by its bare
    /// name.
    pub(crate) fn own_member(&mut self, name: &str, span: Span) -> Option<Expr> {
        let (record, this) = self.receiver_with(name)?;
        let info = self.decls.with_methods(record.id)?;
        let field = info.fields.iter().find(|field| &*field.name == name);
        let field = field.map(|field| (Rc::clone(&field.name), field.ty.clone()));
        let method = info.methods.iter().find(|method| &*method.name == name);
        let method = method.map(|method| FunId(method.fun));
        let object = self.this(this, &Type::Named(record), span);
        if name == "this" {
            return Some(object);
        }
        if let Some((name, ty)) = field {
            let object = Box::new(object);
            return Some(expr(ExprKind::Field { object, name }, ty, span));
        }
        Some(self.bound_method(object, method?, span))
    }

    /// A method as a value.
    pub(crate) fn bound_method(&mut self, object: Expr, fun: FunId, span: Span) -> Expr {
        self.note_call(fun);
        self.note_value(fun);
        let ty = self.fun_type(fun);
        let object = Box::new(object);
        expr(ExprKind::BoundMethod { object, fun }, ty, span)
    }
}

/// The declared type that is asked for: of variants that share a name it tells which is meant.
pub(super) fn asked_sum(expected: Option<&Type>) -> Option<&DeclRef> {
    match expected? {
        Type::Named(decl) | Type::Variant(decl, _) => Some(decl),
        Type::Option(inner) => asked_sum(Some(inner)),
        Type::Fun(fun) => asked_sum(Some(&fun.result)),
        _ => None,
    }
}

/// `fun(_a1, _a2) => name(_a1, _a2)`.
fn call_of(name: &Rc<str>, arity: usize, span: Span) -> ast::Lambda {
    let id = ast::NodeId(u32::MAX);
    let name_expr = |text: Rc<str>| ast::Expr {
        id,
        kind: ast::ExprKind::Name(text),
        span,
    };
    let names: Vec<Rc<str>> = (1..=arity)
        .map(|position| Rc::from(format!("_a{position}")))
        .collect();
    let args = names.iter().map(|text| ast::Arg {
        name: None,
        value: name_expr(Rc::clone(text)),
    });
    let call = ast::Expr {
        id,
        kind: ast::ExprKind::Call {
            callee: Box::new(name_expr(Rc::clone(name))),
            args: args.collect(),
            args_span: span,
        },
        span,
    };
    let params = names.iter().map(|text| ast::Param {
        name: ast::Name {
            text: Rc::clone(text),
            span,
        },
        ty: None,
        default: None,
    });
    ast::Lambda {
        is_async: false,
        type_params: Vec::new(),
        params: params.collect(),
        result: None,
        effects: None,
        body: ast::LambdaBody::Expr(Box::new(call)),
        span,
    }
}
