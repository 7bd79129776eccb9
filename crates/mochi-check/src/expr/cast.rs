//! Casts `e as T`.
//!
//! Spec: language.md §4.5.

use mochi_base::Span;
use mochi_syntax::ast;
use mochi_types::{ClassId, ClassKind, Type};

use crate::checker::{Checker, error, expr};
use crate::python::unpack;
use crate::relation::{converted, widened};
use crate::report;
use crate::typed::{Expr, ExprKind};

/// What a cast does at run time.
enum Kind {
    /// Nothing.
    Static,
    /// A check or a conversion.
    Dynamic,
    /// It is refused.
    Invalid,
}

impl Checker<'_> {
    pub(super) fn cast(&mut self, value: &ast::Expr, ty: &ast::TypeExpr, span: Span) -> Expr {
        let to = self.cast_target(ty);
        if is_rows(value) && matches!(to, Type::List(_)) {
            let (rows, fault) = self.attempt(|checker| checker.expr(value, Some(&to)));
            if fault.is_none() && rows.ty == to {
                let rows = self.expr(value, Some(&to));
                return Expr { span, ..rows };
            }
        }
        let typed = self.expr(value, None);
        self.note_made(&to, span);
        if to == Type::Error || typed.ty == Type::Error {
            return Expr {
                ty: to,
                ..error(span)
            };
        }
        if typed.ty == Type::ErrorValue && to.is_number() {
            let code = converted(typed, &Type::Int);
            return if to == Type::Int {
                code
            } else {
                dynamic(code, to, span)
            };
        }
        let says_length = matches!(to, Type::Tuple(_)) && unpack::is_open_tuple(&typed);
        let says_value = self.says_value(&typed.ty, &to);
        let typed = if to == Type::Any || says_length || says_value {
            unpack::unchecked(typed)
        } else {
            typed
        };
        let typed = if says_value {
            widened(typed, &Type::Any)
        } else {
            typed
        };
        // A literal is written for the type at once, by an annotation.
        let is_literal = !is_rows(value)
            && matches!(
                super::unparenthesised(value).kind,
                ast::ExprKind::List(_) | ast::ExprKind::Map(_) | ast::ExprKind::Set(_)
            );
        let kind = match self.cast_kind(&typed.ty, &to) {
            Kind::Invalid if !is_literal && self.parts_cast(&typed.ty, &to) => Kind::Dynamic,
            kind => kind,
        };
        match kind {
            Kind::Static => Expr {
                span,
                ..widened(typed, &to)
            },
            Kind::Dynamic => dynamic(typed, to, span),
            Kind::Invalid => {
                let is_handle = matches!(typed.ty, Type::Handle(..));
                let holds_any = !is_literal && typed.ty.any_part(&|part| *part == Type::Any);
                // Straight from Python: its declaration may be wrong.
                let is_declared = matches!(typed.kind, ExprKind::Check { .. });
                let may_be_none = matches!(typed.ty, Type::Option(_));
                let is_empty = super::empty::is_empty_literal(value);
                let none_note = self.value_note(&typed, &to).filter(|_| may_be_none);
                let read_note = self.reading_note(&typed.ty, value, &to);
                let (from, to) = (self.show(&typed.ty), self.show(&to));
                let mut diagnostic = report::invalid_cast(&from, &to, span)
                    .with_notes(none_note)
                    .with_notes(read_note);
                if is_empty {
                    let written = self.text(value.span);
                    diagnostic = diagnostic.with_note(format!(
                        "`{written}` alone takes the type that is asked for: `let x: {} = {written}`",
                        self.text(ty.span)
                    ));
                } else if holds_any && !is_handle {
                    diagnostic = diagnostic.with_note(format!(
                        "what it holds is any: `… as any as {}` checks every part",
                        self.text(ty.span)
                    ));
                } else if is_handle && is_declared {
                    diagnostic = diagnostic.with_note(format!(
                        "it is declared so; where that is wrong, `… as any as {}` checks what it is",
                        self.text(ty.span)
                    ));
                }
                self.fail(diagnostic, span)
            }
        }
    }

    /// How a number is read out of a text, and a text made of a number.
    fn reading_note(&self, from: &Type, value: &ast::Expr, to: &Type) -> Option<String> {
        let text = self.text(super::unparenthesised(value).span);
        let text = if text.len() <= 30 && !text.contains('\n') {
            text
        } else {
            "…"
        };
        match (from.widened(), to) {
            (Type::Str, Type::Float) => {
                Some(format!("a number is read out of a text by `float({text})`"))
            }
            (Type::Str, to) if to.is_number() => {
                Some(format!("a number is read out of a text by `int({text})`"))
            }
            (Type::Bool, Type::Str) => Some(format!("a text is made of it by `str({text})`")),
            (from, Type::Str) if from.is_number() => {
                Some(format!("a text is made of it by `str({text})`"))
            }
            _ => None,
        }
    }

    /// The type that is cast to: a variant's name stands for that variant alone here.
    fn cast_target(&mut self, ty: &ast::TypeExpr) -> Type {
        let to = self.annotation(ty);
        if let (ast::TypeExprKind::Named { path, .. }, Type::Named(sum)) = (&ty.kind, &to)
            && let [name] = path.as_slice()
            && let Some(all) = self.variants.get(&name.text)
            && let Some((_, index)) = all.iter().find(|(decl, _)| decl == sum)
            && !self.type_names.contains_key(&name.text)
        {
            return Type::Variant(sum.clone(), *index);
        }
        to
    }

    fn cast_kind(&self, from: &Type, to: &Type) -> Kind {
        let cx = self.cx();
        if from == to || *to == Type::Any || *from == Type::Never {
            return Kind::Static;
        }
        if *from == Type::Any {
            return Kind::Dynamic;
        }
        if from.is_number() && to.is_number() {
            let same = from.is_integer() && matches!(to, Type::Int | Type::Int64 | Type::BigInt);
            return if same { Kind::Static } else { Kind::Dynamic };
        }
        if cx.is_assignable(from, to) {
            return Kind::Static;
        }
        let down = match (from, to) {
            (Type::Named(sum), Type::Variant(of, _)) => sum == of,
            (Type::Union(_), _) => cx.is_subtype(to, from),
            (Type::Handle(..), Type::Handle(..) | Type::Literal(_)) => cx.is_subtype(to, from),
            (Type::Handle(class, _), _) if self.is_protocol(class) => cx.is_passable(to, from),
            (Type::Map(key, _) | Type::OMap(key, _), Type::Named(decl)) => {
                self.may_be_string(key) && self.decls.record(decl.id).is_some()
            }
            (Type::Map(key, _) | Type::OMap(key, _), Type::Anon(_)) => self.may_be_string(key),
            (base, Type::Literal(literal)) => *base == literal.base(),
            _ => false,
        };
        if down { Kind::Dynamic } else { Kind::Invalid }
    }

    /// Whether keys of this type may be the names of a record's fields.
    fn may_be_string(&self, key: &Type) -> bool {
        match key {
            Type::Str | Type::Any => true,
            Type::Handle(class, _) => {
                self.is_protocol(class) && self.cx().is_passable(&Type::Str, key)
            }
            _ => false,
        }
    }

    fn is_protocol(&self, class: &ClassId) -> bool {
        let class = self.externs.class(class);
        class.is_some_and(|class| class.kind == ClassKind::Protocol)
    }

    /// Whether a container may be seen as one of the same kind with other parts: the parts are
    /// `any`, or would be cast by themselves without losing anything.
    pub(crate) fn parts_cast(&self, from: &Type, to: &Type) -> bool {
        match (from, to) {
            (Type::List(a), Type::List(b))
            | (Type::Set(a), Type::Set(b))
            | (Type::Option(a), Type::Option(b)) => self.part_casts(a, b),
            (Type::Map(k, v), Type::Map(l, w)) | (Type::OMap(k, v), Type::OMap(l, w)) => {
                self.part_casts(k, l) && self.part_casts(v, w)
            }
            (Type::Tuple(a), Type::Tuple(b)) => {
                let mut pairs = a.iter().zip(b.iter());
                a.len() == b.len() && pairs.all(|(a, b)| self.part_casts(a, b))
            }
            _ => false,
        }
    }

    fn part_casts(&self, from: &Type, to: &Type) -> bool {
        if self.parts_cast(from, to) {
            return true;
        }
        // A tuple of any length, such as a row of a database, is a list.
        if let (Type::List(item), Type::Tuple(parts)) = (from, to) {
            return parts.iter().all(|part| self.part_casts(item, part));
        }
        // Numbers inside of a container are not converted by a cast.
        let numbers = from.is_number() && to.is_number();
        (from == to || !numbers) && !matches!(self.cast_kind(from, to), Kind::Invalid)
    }
}

/// Whether a value is a list literal of map literals: rows, which may be cast to records.
fn is_rows(value: &ast::Expr) -> bool {
    let is_map = |item: &ast::Expr| matches!(&super::unparenthesised(item).kind, ast::ExprKind::Map(entries) if !entries.is_empty());
    match &super::unparenthesised(value).kind {
        ast::ExprKind::List(items) => !items.is_empty() && items.iter().all(is_map),
        _ => false,
    }
}

fn dynamic(value: Expr, to: Type, span: Span) -> Expr {
    expr(ExprKind::Cast(Box::new(value)), to, span)
}
