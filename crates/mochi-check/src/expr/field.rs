//! Members: `a.f` and `a?.f`.
//!
//! Spec: language.md §7, §8, §9.2.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, Name};
use mochi_types::Type;

use super::index::safe;
use crate::checker::{Checker, error, expr};
use crate::habits::member_note;
use crate::report;
use crate::typed::{Expr, ExprKind, FunId};

impl Checker<'_> {
    /// `object.name`.
    pub(crate) fn field_of(&mut self, object: Expr, name: &Name, span: Span) -> Expr {
        match self.member(object, name, span) {
            Ok(value) => value,
            Err(object) => {
                if object.ty != Type::Error {
                    self.unknown_field(&object.ty, name);
                }
                error(span)
            }
        }
    }

    /// `object.name`; the object comes back if it has no such member.
    fn member(&mut self, object: Expr, name: &Name, span: Span) -> Result<Expr, Expr> {
        let text = &name.text;
        let object = self.present(object);
        let field = |object: Expr, ty: Type| {
            let kind = ExprKind::Field {
                object: Box::new(object),
                name: Rc::clone(text),
            };
            Ok(expr(kind, ty, span))
        };
        match self.single_variant(object.ty.clone()) {
            Type::Error => Err(object),
            Type::Any => {
                let kind = ExprKind::AnyField {
                    object: Box::new(object),
                    name: Rc::clone(text),
                };
                Ok(expr(kind, Type::Any, span))
            }
            Type::Option(_) => {
                self.unguarded(&object);
                Ok(error(span))
            }
            Type::Named(decl) => {
                let Some(record) = self.decls.with_methods(decl.id) else {
                    return Err(object);
                };
                let fields = self.fields_here(&decl).map_or(&[][..], |here| &here.fields);
                if let Some(info) = fields.iter().find(|info| info.name == *text) {
                    let ty = info.ty.clone();
                    return field(object, ty);
                }
                match record.methods.iter().find(|info| info.name == *text) {
                    Some(method) => {
                        let fun = FunId(method.fun);
                        Ok(self.bound_method(object, fun, span))
                    }
                    None => Err(object),
                }
            }
            Type::Variant(sum, index) => {
                let fields = self.variant_fields(&sum, index);
                match fields.into_iter().find(|(name, _)| name == text) {
                    Some((_, ty)) => field(object, ty),
                    None => Err(object),
                }
            }
            Type::Anon(fields) => match fields.iter().find(|(name, _)| name == text) {
                Some((_, ty)) => field(object, ty.clone()),
                None => match self.row_variable_with(&fields, text) {
                    Some((variable, ty)) => {
                        let kind = ExprKind::Field {
                            object: Box::new(object),
                            name: variable,
                        };
                        let object = expr(kind, ty, span);
                        self.member(object, name, span)
                    }
                    None => Err(object),
                },
            },
            Type::Group(key, item) => match &**text {
                "key" => field(object, (*key).clone()),
                "items" => field(object, Type::List(item)),
                _ => Err(object),
            },
            Type::ErrorValue => match &**text {
                "code" => field(object, Type::Int),
                "message" | "type" => field(object, Type::Str),
                _ => Err(object),
            },
            Type::Map(key, value) if *key == Type::Str => {
                self.lint_entry(&object, text, name.span);
                let kind = ExprKind::MapField {
                    object: Box::new(object),
                    name: Rc::clone(text),
                };
                Ok(expr(kind, (*value).clone(), span))
            }
            Type::OMap(key, value) if *key == Type::Str => {
                let kind = ExprKind::MapField {
                    object: Box::new(object),
                    name: Rc::clone(text),
                };
                Ok(expr(kind, (*value).clone(), span))
            }
            _ => self.python_field(object, name, span),
        }
    }

    /// A sum type of one variant is that variant to who asks for its fields.
    pub(crate) fn single_variant(&self, ty: Type) -> Type {
        match &ty {
            Type::Named(decl) => match self.decls.sum(decl.id) {
                Some(sum) if sum.variants.len() == 1 => Type::Variant(decl.clone(), 0),
                _ => ty,
            },
            _ => ty,
        }
    }

    /// What an agent can be asked, for what it cannot.
    fn agent_note(&self, on: &Type, name: &str) -> Option<String> {
        let Type::Named(decl) = on else {
            return None;
        };
        let agent = self.decls.agent(decl.id)?;
        if agent.fields.iter().any(|field| &*field.name == name) {
            return Some(format!(
                "variables of an agent are visible inside of it only; an intent gives them away: \
                 `intent read() {{ return {name} }}`"
            ));
        }
        let intents: Vec<Rc<str>> = agent
            .methods
            .iter()
            .map(|intent| Rc::clone(&intent.name))
            .collect();
        let short = (1..6).contains(&intents.len());
        short.then(|| {
            format!(
                "an agent is asked by its intents, here {}",
                report::list(&intents)
            )
        })
    }

    /// How to get at a field that some variant of a sum type has.
    fn place_in_sum(&self, on: &Type, name: &str) -> Option<String> {
        let Type::Named(decl) = on else {
            return None;
        };
        let sum = self.decls.sum(decl.id)?;
        let has = |field: &mochi_types::FieldInfo| &*field.name == name;
        let variant = sum.variants.iter().find(|it| it.fields.iter().any(has))?;
        let names = variant.fields.iter().map(|field| &*field.name);
        let names = names.collect::<Vec<_>>().join(", ");
        Some(format!(
            "`match` reaches the fields of variants: `{}({names}) => …`",
            variant.name
        ))
    }

    /// Reports a member that does not exist, with the names that were probably meant.
    pub(crate) fn unknown_field(&mut self, on: &Type, name: &Name) {
        let shown = match on {
            Type::Module(module) => format!("module {}", module.0),
            Type::TypeOf(inner) => self.show(inner),
            other => self.show(other),
        };
        let habit = member_note(on, &name.text)
            .or_else(|| self.place_in_group(on, &name.text))
            .or_else(|| self.agent_note(on, &name.text));
        let habit = habit.or_else(|| self.place_in_sum(on, &name.text));
        let habit = habit.or_else(|| {
            // Any may have any: it is assigned to.
            (*on == Type::Any).then(|| {
                format!(
                    "of a value of type any, `x[\"{name}\"] = …` sets an entry of a map; a record is cast \
                     first, `let r = x as R`",
                    name = name.text
                )
            })
        });
        if has_no_members(on) {
            let diagnostic = report::not_a_struct(&shown, name.span);
            self.report(diagnostic.with_notes(habit));
            return;
        }
        let known = self.known_members(on);
        let diagnostic = report::unknown_field(&name.text, &shown, name.span);
        let mut diagnostic = match habit {
            Some(habit) => diagnostic.with_note(habit),
            None => report::suggest(diagnostic, &name.text, known.iter().map(|name| &**name)),
        };
        if let Some(note) = self.incomplete_note(on) {
            diagnostic = diagnostic.with_note(note);
        }
        self.report(diagnostic);
    }

    /// Where a group has what is looked for on it: in its key, or in its items.
    fn place_in_group(&self, on: &Type, name: &str) -> Option<String> {
        let Type::Group(key, item) = on else {
            return None;
        };
        let has = |ty: &Type| match ty {
            Type::Map(..) => true,
            ty => self.known_members(ty).iter().any(|known| **known == *name),
        };
        if let Some(key) = self.key_of_group(name) {
            return Some(format!("it is the key of the group: `{key}`"));
        }
        if !matches!(**key, Type::Map(..)) && has(key) {
            return Some(format!("it is part of the key: `g.key.{name}`"));
        }
        has(item).then(|| {
            format!(
                "the items of a group have it: `from x in g select x.{name}`; the key is `g.key`"
            )
        })
    }

    fn known_members(&self, on: &Type) -> Vec<Rc<str>> {
        match &self.single_variant(on.clone()) {
            Type::Named(decl) => match self.decls.with_methods(decl.id) {
                Some(record) => {
                    let here = self.fields_here(decl).map_or(&[][..], |here| &here.fields);
                    let fields = here.iter().map(|field| Rc::clone(&field.name));
                    let methods = record.methods.iter().map(|method| Rc::clone(&method.name));
                    fields.chain(methods).collect()
                }
                None => Vec::new(),
            },
            Type::Variant(sum, index) => {
                let fields = self.variant_fields(sum, *index);
                fields.into_iter().map(|(name, _)| name).collect()
            }
            Type::Anon(fields) => fields.iter().map(|(name, _)| Rc::clone(name)).collect(),
            Type::ErrorValue => ["code", "message", "type"].map(Rc::from).to_vec(),
            Type::Group(..) => ["items", "key"].map(Rc::from).to_vec(),
            Type::Str => ["contains", "padStart"].map(Rc::from).to_vec(),
            Type::Map(..) | Type::OMap(..) => ["get", "keys"].map(Rc::from).to_vec(),
            Type::Module(module) => self.externs.names(module),
            Type::TypeOf(inner) => self.cx().member_names(inner),
            other => self.cx().member_names(other),
        }
    }

    /// `object?.name`.
    pub(super) fn safe_field(&mut self, object: &ast::Expr, name: &Name, span: Span) -> Expr {
        let typed = self.expr(object, None);
        let Some(inner) = self.safe_receiver(&typed, name) else {
            return error(span);
        };
        let temp = self.temp(inner.clone(), object);
        let read = expr(ExprKind::Var(temp), inner, object.span);
        let whole = typed.ty.clone();
        match self.member(read, name, span) {
            Ok(then) => safe(typed, temp, then, span),
            Err(read) => self.no_safe_member(&read.ty, &whole, name, span),
        }
    }

    /// What is inside the receiver of `?.`; a receiver that is no option is reported.
    pub(super) fn safe_receiver(&mut self, receiver: &Expr, name: &Name) -> Option<Type> {
        match &receiver.ty {
            Type::Option(inner) => Some((**inner).clone()),
            Type::Any => Some(Type::Any),
            Type::Error => None,
            other => {
                let shown = self.show(other);
                self.report(report::safe_call(&name.text, &shown, name.span));
                None
            }
        }
    }

    pub(super) fn no_safe_member(
        &mut self,
        inner: &Type,
        whole: &Type,
        name: &Name,
        span: Span,
    ) -> Expr {
        if *inner == Type::Error {
            return error(span);
        }
        let shown = self.show(whole);
        let known = self.known_members(inner);
        let diagnostic = report::safe_call_member(&name.text, &shown, name.span);
        let known = known.iter().map(|name| &**name);
        self.fail(report::suggest(diagnostic, &name.text, known), span)
    }
}

/// Whether values of the type have no members at all, whatever the name.
fn has_no_members(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Unit
            | Type::Never
            | Type::Int
            | Type::Int64
            | Type::BigInt
            | Type::BigRat
            | Type::Float
            | Type::Bool
            | Type::Bytes
            | Type::List(_)
            | Type::Set(_)
            | Type::Tuple(_)
            | Type::Fun(_)
    )
}
