//! List, map, set and tuple literals.
//!
//! Spec: language.md §9, §18.6; §7 ("builds that record").

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, MapEntry, MapKey};
use mochi_types::{ClassKind, ExternField, Type};

use super::empty::is_empty_literal;
use crate::checker::{Checker, expr};
use crate::generic::has_infer;
use crate::relation::Slot;
use crate::report;
use crate::typed::{Expr, ExprKind};

impl Checker<'_> {
    pub(super) fn list(
        &mut self,
        items: &[ast::Expr],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let hint = expected.and_then(|ty| self.element_hint(ty));
        let (items, element) = self.items(items, hint);
        expr(ExprKind::List(items), Type::list(element), span)
    }

    pub(super) fn set(&mut self, items: &[ast::Expr], span: Span, expected: Option<&Type>) -> Expr {
        let hint = expected.and_then(|ty| self.element_hint(ty));
        let (items, element) = self.items(items, hint);
        for item in &items {
            self.note_open_value(item, &element);
        }
        let ty = Type::set(element);
        self.note_keys(&ty, span);
        expr(ExprKind::Set(items), ty, span)
    }

    /// What is expected of the elements of a list or set literal.
    fn element_hint(&self, expected: &Type) -> Option<Type> {
        let hint = match expected {
            Type::List(item) | Type::Set(item) => Some((**item).clone()),
            Type::Option(inner) => self.element_hint(inner),
            other => self.cx().expected_element(other),
        };
        hint.filter(|ty| !has_infer(ty) && *ty != Type::Error)
    }

    /// Types elements: for the expected type, else all like the first.
    fn items(&mut self, items: &[ast::Expr], hint: Option<Type>) -> (Vec<Expr>, Type) {
        if let Some(hint) = hint {
            let typed = items
                .iter()
                .map(|item| self.expect(item, &hint, Slot::Value))
                .collect();
            return (typed, hint);
        }
        let mut typed: Vec<(usize, Expr)> = Vec::new();
        let mut element: Option<Type> = None;
        // Empty literals come last: the others say what they hold.
        let mut order: Vec<(usize, &ast::Expr)> = items.iter().enumerate().collect();
        order.sort_by_key(|(_, item)| is_empty_literal(item));
        for (index, item) in order {
            let value = self.expr(item, element.as_ref().filter(|ty| **ty != Type::Any));
            let joined = match &element {
                None => Some(value.ty.clone()),
                Some(before) => self.join(before, &value.ty),
            };
            match (joined, &element) {
                (Some(ty), _) => element = Some(ty),
                (None, Some(before)) => {
                    let note = self.misfit_note(&value.ty, before);
                    let note = match (&value.ty, before) {
                        (Type::Float, number) if number.is_integer() => Some(
                            "the elements have one type: in a list of floats, ints are written \
                             `1.0`"
                                .to_owned(),
                        ),
                        _ => note,
                    };
                    let note = note.unwrap_or_else(|| {
                        "the elements have one type: `(a, b)` is a tuple of several, and an \
                         annotation such as `list<any>` takes what comes"
                            .to_owned()
                    });
                    let (got, want) = (self.show(&value.ty), self.show(before));
                    let diagnostic = report::mismatch(&want, &got, item.span);
                    self.report(diagnostic.with_note(note));
                }
                (None, None) => {}
            }
            typed.push((index, value));
        }
        typed.sort_by_key(|(index, _)| *index);
        let element = match element {
            None | Some(Type::None) => Type::Any,
            Some(ty) => ty.widened(),
        };
        let typed = typed
            .into_iter()
            .zip(items)
            .map(|((_, value), item)| self.settle(value, item, &element))
            .collect();
        (typed, element)
    }

    pub(super) fn tuple(
        &mut self,
        items: &[ast::Expr],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let hints = expected.and_then(|ty| match ty {
            Type::Tuple(parts) if parts.len() == items.len() => Some(parts.to_vec()),
            other => self.cx().expected_parts(other, items.len()),
        });
        let mut values = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let hint = hints.as_ref().and_then(|hints| hints.get(index));
            let value = match hint {
                Some(hint) if !has_infer(hint) => self.expect(item, hint, Slot::Value),
                _ => self.expr(item, None),
            };
            values.push(value);
        }
        let parts = values.iter().map(|value| value.ty.clone()).collect();
        expr(ExprKind::Tuple(values), Type::Tuple(parts), span)
    }

    pub(super) fn map(
        &mut self,
        entries: &[MapEntry],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        match expected {
            Some(ty @ Type::Anon(fields)) => {
                let fields = Rc::clone(fields);
                return self.anon(entries, span, ty, &fields);
            }
            Some(Type::Named(decl)) if self.decls.record(decl.id).is_some() => {
                if let Some(fields) = named_entries(entries) {
                    return self.record_of(decl, &fields, span);
                }
            }
            Some(Type::Option(inner)) => return self.map(entries, span, Some(inner)),
            Some(ty @ Type::Handle(class, _)) => {
                if let Some(info) = self.externs.class(class)
                    && let ClassKind::TypedDict(fields) = &info.kind
                {
                    return self.typed_dict(entries, span, ty, fields);
                }
            }
            _ => {}
        }
        let (typed, key, value) = self.entries(entries, expected);
        let ty = Type::map(key, value);
        self.note_keys(&ty, span);
        expr(ExprKind::Map(typed), ty, span)
    }

    pub(super) fn omap(
        &mut self,
        entries: &[MapEntry],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let (typed, key, value) = self.entries(entries, expected);
        let ty = Type::OMap(Rc::new(key), Rc::new(value));
        self.note_keys(&ty, span);
        expr(ExprKind::OMap(typed), ty, span)
    }

    fn entry_hint(&self, expected: &Type) -> Option<(Type, Type)> {
        let (key, value) = match expected {
            Type::Map(key, value) | Type::OMap(key, value) => ((**key).clone(), (**value).clone()),
            Type::Option(inner) => self.entry_hint(inner)?,
            other => self.cx().expected_entry(other)?,
        };
        (!has_infer(&key) && !has_infer(&value)).then_some((key, value))
    }

    fn entries(
        &mut self,
        entries: &[MapEntry],
        expected: Option<&Type>,
    ) -> (Vec<(Expr, Expr)>, Type, Type) {
        if let Some((key, value)) = expected.and_then(|ty| self.entry_hint(ty)) {
            let mut typed = Vec::new();
            for entry in entries {
                let k = match &entry.key {
                    MapKey::Word(name) => {
                        let word = word(name);
                        self.fit_word(word, &key)
                    }
                    MapKey::Expr(item) => self.expect(item, &key, Slot::Value),
                };
                self.note_open_value(&k, &key);
                typed.push((k, self.expect(&entry.value, &value, Slot::Value)));
            }
            return (typed, key, value);
        }
        let mut typed = Vec::new();
        let (mut key, mut value) = (None, None);
        // Empty literals come last: the others say what they hold.
        let mut order: Vec<(usize, &MapEntry)> = entries.iter().enumerate().collect();
        order.sort_by_key(|(_, entry)| is_empty_literal(&entry.value));
        for (index, entry) in order {
            let k = match &entry.key {
                MapKey::Word(name) => word(name),
                MapKey::Expr(item) => self.expr(item, None),
            };
            let hint = value.as_ref().filter(|_| is_empty_literal(&entry.value));
            let v = self.expr(&entry.value, hint);
            key = Some(self.widen(key.as_ref(), &k.ty));
            value = Some(self.widen(value.as_ref(), &v.ty));
            typed.push((index, (k, v)));
        }
        typed.sort_by_key(|(index, _)| *index);
        let typed: Vec<(Expr, Expr)> = typed.into_iter().map(|(_, entry)| entry).collect();
        let (key, value) = (key.unwrap_or(Type::Any), value.unwrap_or(Type::Any));
        let value = if value == Type::None {
            Type::Any
        } else {
            value
        };
        for (k, _) in &typed {
            self.note_open_key(&k.ty, &key, k.span);
        }
        let typed = typed
            .into_iter()
            .map(|(k, v)| (self.adapt(k, &key), self.adapt(v, &value)))
            .collect();
        (typed, key, value)
    }

    /// The type of entries when one more comes: a different one makes it `any`.
    fn widen(&self, before: Option<&Type>, next: &Type) -> Type {
        let next = next.widened();
        match before {
            None => next,
            Some(before) => self.join(before, &next).unwrap_or(Type::Any),
        }
    }

    fn fit_word(&mut self, word: Expr, key: &Type) -> Expr {
        if self.fits(&word.ty, key) {
            return self.adapt(word, key);
        }
        if let (Type::Literal(_) | Type::Union(_), ExprKind::Str(text)) = (key, &word.kind) {
            let literal = mochi_types::Literal::Str(Rc::clone(text));
            if super::literal::accepts(key, &literal) {
                return word;
            }
        }
        let mut diagnostic = report::mismatch(&self.show(key), &self.show(&word.ty), word.span);
        if let ExprKind::Str(name) = &word.kind
            && (self.lookup(name).is_some() || self.variant_named(name, None).is_some())
        {
            let note = format!("a bare name is text here: write `({name})` for what it stands for");
            diagnostic = diagnostic.with_note(note);
        }
        self.report(diagnostic);
        word
    }

    /// A map literal where an anonymous record is expected.
    fn anon(
        &mut self,
        entries: &[MapEntry],
        span: Span,
        ty: &Type,
        fields: &[(Rc<str>, Type)],
    ) -> Expr {
        let types: HashMap<&str, &Type> = fields.iter().map(|(name, ty)| (&**name, ty)).collect();
        let mut given: HashSet<Rc<str>> = HashSet::new();
        let mut values: Vec<(Rc<str>, Expr)> = Vec::new();
        for entry in entries {
            let Some((name, at)) = entry_name(&entry.key) else {
                self.expr(&entry.value, None);
                continue;
            };
            if let Some(ty) = types.get(&*name) {
                if !given.insert(Rc::clone(&name)) {
                    self.report(report::argument_twice(&name, at));
                }
                let value = self.expect(&entry.value, ty, Slot::Value);
                values.push((name, value));
            } else {
                let shown = self.show(ty);
                let diagnostic = report::unknown_field(&name, &shown, at);
                let known = fields.iter().map(|(field, _)| &**field);
                self.report(report::suggest(diagnostic, &name, known));
            }
        }
        let missing: Vec<Rc<str>> = fields
            .iter()
            .filter(|(field, _)| !given.contains(field))
            .map(|(field, _)| Rc::clone(field))
            .collect();
        if !missing.is_empty() {
            let shown = self.show(ty);
            self.report(report::missing_fields(
                &shown,
                &report::list(&missing),
                span,
            ));
        }
        expr(ExprKind::Anon(values), ty.clone(), span)
    }

    /// A map literal where a `TypedDict` is expected.
    fn typed_dict(
        &mut self,
        entries: &[MapEntry],
        span: Span,
        ty: &Type,
        fields: &[ExternField],
    ) -> Expr {
        let mut values: Vec<(Expr, Expr)> = Vec::new();
        let mut given: Vec<Rc<str>> = Vec::new();
        for entry in entries {
            let Some((name, at)) = entry_name(&entry.key) else {
                self.expr(&entry.value, None);
                continue;
            };
            let Some(field) = fields.iter().find(|field| field.name == name) else {
                let shown = self.show(ty);
                let diagnostic = report::unknown_field(&name, &shown, at);
                let known = fields.iter().map(|field| &*field.name);
                self.report(report::suggest(diagnostic, &name, known));
                continue;
            };
            let key = expr(ExprKind::Str(Rc::clone(&name)), Type::Str, at);
            values.push((key, self.expect(&entry.value, &field.set, Slot::Value)));
            given.push(name);
        }
        let missing: Vec<Rc<str>> = fields
            .iter()
            .filter(|field| !field.has_default && !given.contains(&field.name))
            .map(|field| Rc::clone(&field.name))
            .collect();
        if !missing.is_empty() {
            let shown = self.show(ty);
            self.report(report::missing_fields(
                &shown,
                &report::list(&missing),
                span,
            ));
        }
        expr(ExprKind::Map(values), ty.clone(), span)
    }
}

/// The entries of a literal that may stand for a record's fields: all have names, and there are some.
fn named_entries(entries: &[MapEntry]) -> Option<Vec<(ast::Name, ast::Expr)>> {
    let fields: Option<Vec<_>> = entries
        .iter()
        .map(|entry| {
            let (text, span) = entry_name(&entry.key)?;
            Some((ast::Name { text, span }, entry.value.clone()))
        })
        .collect();
    fields.filter(|fields| !fields.is_empty())
}

/// A bare name as key: that string.
fn word(name: &ast::Name) -> Expr {
    expr(ExprKind::Str(Rc::clone(&name.text)), Type::Str, name.span)
}

fn entry_name(key: &MapKey) -> Option<(Rc<str>, Span)> {
    match key {
        MapKey::Word(name) => Some((Rc::clone(&name.text), name.span)),
        MapKey::Expr(item) => match &item.kind {
            ast::ExprKind::Str(text) => Some((Rc::clone(text), item.span)),
            _ => None,
        },
    }
}
