//! Record literals: of the program's records and variants, and of Python classes.
//!
//! Spec: language.md §7, §18.3.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, Name};
use mochi_types::{Decl, DeclRef, Type};

use crate::checker::{Checker, TypeName, expr};
use crate::relation::Slot;
use crate::report;
use crate::scope::Binding;
use crate::space::Shown;
use crate::typed::{Expr, ExprKind};

/// What a record literal builds.
struct Target {
    shown: Rc<str>,
    fields: Vec<(Rc<str>, Type)>,
}

impl Checker<'_> {
    pub(super) fn record(
        &mut self,
        path: &[Name],
        fields: &[(Name, ast::Expr)],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        if let [alias, name] = path
            && let Some(space) = self.space_named(&alias.text)
        {
            return self.record_of_space(space, &alias.text, name, fields, span);
        }
        let [name] = path else {
            return self.python_record(path, fields, span, expected);
        };
        if let Some(Binding::Auto(..)) = self.lookup(&name.text) {
            return self.python_record(path, fields, span, expected);
        }
        let ty = match self.type_names.get(&name.text).cloned() {
            Some(TypeName::Decl(decl)) => Some(Type::Named(decl)),
            Some(TypeName::Alias(index)) => self.module.aliases.get(index).map(|it| it.ty.clone()),
            None => None,
        };
        match ty {
            Some(Type::Named(decl)) if self.decls.agent(decl.id).is_some() => {
                self.agent_literal(&decl, fields, span)
            }
            Some(Type::Named(decl)) if self.decls.record(decl.id).is_some() => {
                self.record_of(&decl, fields, span)
            }
            Some(_) if self.variants.contains_key(&name.text) => {
                self.variant_of(name, fields, span, expected)
            }
            Some(Type::Error) => self.discard_fields(fields, span),
            Some(_) => {
                self.discard_fields(fields, span);
                self.fail(report::not_a_struct(&name.text, name.span), span)
            }
            None if self.variants.contains_key(&name.text) => {
                self.variant_of(name, fields, span, expected)
            }
            None => {
                self.discard_fields(fields, span);
                let mut known: Vec<Rc<str>> = self.type_names.keys().cloned().collect();
                known.extend(self.variants.keys().cloned());
                known.sort();
                let diagnostic = report::unknown_type(&name.text, name.span);
                let candidates = known.iter().map(|name| &**name);
                let note = self.export_note(&name.text);
                let is_fun = matches!(self.lookup(&name.text), Some(Binding::Fun(_)));
                let note = note.or_else(|| {
                    let text = &name.text;
                    is_fun.then(|| format!("`{text}` is a function: `{text}` alone is its value, `{text}(…)` calls it"))
                });
                let diagnostic = match note {
                    Some(note) => diagnostic.with_note(note),
                    None => report::suggest(diagnostic, &name.text, candidates),
                };
                self.fail(diagnostic, span)
            }
        }
    }

    /// `alias.T { … }`.
    fn record_of_space(
        &mut self,
        space: usize,
        alias: &Rc<str>,
        name: &Name,
        fields: &[(Name, ast::Expr)],
        span: Span,
    ) -> Expr {
        let ty = match self.space_record(space, name) {
            Some(Shown::Variant(sum, variant)) => {
                return self.variant_with(&sum, variant, &name.text, fields, span);
            }
            Some(Shown::Extern(..)) => {
                let alias = Name {
                    text: Rc::clone(alias),
                    span: name.span,
                };
                return self.python_record(&[alias, name.clone()], fields, span, None);
            }
            Some(Shown::Type(TypeName::Decl(decl))) => Type::Named(decl),
            Some(Shown::Type(TypeName::Alias(index))) => {
                let alias = self.module.aliases.get(index);
                alias.map_or(Type::Error, |alias| alias.ty.clone())
            }
            _ => Type::Error,
        };
        match ty {
            Type::Named(decl) if self.decls.agent(decl.id).is_some() => {
                self.agent_literal(&decl, fields, span)
            }
            Type::Named(decl) if self.decls.record(decl.id).is_some() => {
                self.record_of(&decl, fields, span)
            }
            Type::Error => self.discard_fields(fields, span),
            _ => {
                self.discard_fields(fields, span);
                self.fail(report::not_a_struct(&name.text, name.span), span)
            }
        }
    }

    pub(crate) fn discard_fields(&mut self, fields: &[(Name, ast::Expr)], span: Span) -> Expr {
        for (_, value) in fields {
            self.expr(value, None);
        }
        crate::checker::error(span)
    }

    pub(crate) fn record_of(
        &mut self,
        decl: &DeclRef,
        fields: &[(Name, ast::Expr)],
        span: Span,
    ) -> Expr {
        self.note_made_decl(decl.id, span);
        let known = match self.decls.get(decl.id) {
            Some(Decl::Record(record)) => record
                .fields
                .iter()
                .map(|field| (Rc::clone(&field.name), field.ty.clone()))
                .collect(),
            _ => Vec::new(),
        };
        let target = Target {
            shown: Rc::clone(&decl.name),
            fields: known,
        };
        let values = self.fields_of(&target, fields, span);
        let kind = ExprKind::Record {
            decl: decl.clone(),
            fields: values,
        };
        expr(kind, Type::Named(decl.clone()), span)
    }

    fn variant_of(
        &mut self,
        name: &Name,
        fields: &[(Name, ast::Expr)],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let hint = super::name::asked_sum(expected);
        let Some((sum, variant)) = self.variant_named(&name.text, hint) else {
            return self.discard_fields(fields, span);
        };
        self.variant_with(&sum, variant, &name.text, fields, span)
    }

    fn variant_with(
        &mut self,
        sum: &DeclRef,
        variant: u32,
        name: &Rc<str>,
        fields: &[(Name, ast::Expr)],
        span: Span,
    ) -> Expr {
        let target = Target {
            shown: Rc::clone(name),
            fields: self.variant_fields(sum, variant),
        };
        let values = self.fields_of(&target, fields, span);
        let ty = Type::Variant(sum.clone(), variant);
        let kind = ExprKind::Variant {
            sum: sum.clone(),
            variant,
            fields: values,
        };
        expr(kind, ty, span)
    }

    /// Types the fields of a literal: all known, each once, none missing.
    fn fields_of(
        &mut self,
        target: &Target,
        fields: &[(Name, ast::Expr)],
        span: Span,
    ) -> Vec<(Rc<str>, Expr)> {
        let types: HashMap<&str, &Type> = target
            .fields
            .iter()
            .map(|(name, ty)| (&**name, ty))
            .collect();
        let mut given: HashSet<&str> = HashSet::new();
        let mut values: Vec<(Rc<str>, Expr)> = Vec::new();
        for (name, value) in fields {
            let Some(ty) = types.get(&*name.text) else {
                let diagnostic = report::unknown_field(&name.text, &target.shown, name.span);
                let known = target.fields.iter().map(|(field, _)| &**field);
                self.report(report::suggest(diagnostic, &name.text, known));
                self.expr(value, None);
                continue;
            };
            if !given.insert(&name.text) {
                self.report(report::argument_twice(&name.text, name.span));
            }
            let value = self.expect(value, ty, Slot::Value);
            values.push((Rc::clone(&name.text), value));
        }
        let missing: Vec<Rc<str>> = target
            .fields
            .iter()
            .filter(|(field, _)| !given.contains(&**field))
            .map(|(field, _)| Rc::clone(field))
            .collect();
        if !missing.is_empty() {
            let list = report::list(&missing);
            let diagnostic = report::missing_fields(&target.shown, &list, span);
            let name = &target.shown;
            let is_type = self.type_names.contains_key(name);
            let is_empty = fields.is_empty() && is_type && self.text(span).starts_with(&**name);
            let zero = is_empty.then(|| {
                format!("`let x: {name}` without a value is one whose fields are zero or empty")
            });
            self.report(diagnostic.with_notes(zero));
        }
        values
    }
}
