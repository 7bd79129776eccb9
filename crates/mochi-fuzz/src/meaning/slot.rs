//! Types at run time: conversion where a value flows into a slot, zero values, casts, tests.
//!
//! Spec: language.md §3, §4.1, §4.5.

use std::borrow::Cow;
use std::rc::Rc;

use mochi_syntax::ast::{Name, TypeExpr, TypeExprKind};

use super::declared::{declared, is_named};
use super::expr::new_record;
use super::value::{Answer, Declared, Scope, Value, fault, give_up, raise};
use super::{Interpreter, number};

impl Interpreter {
    /// A type with its alias resolved.
    fn resolved<'a>(&self, ty: &'a TypeExpr, scope: &Scope) -> Cow<'a, TypeExpr> {
        if let TypeExprKind::Named { path, .. } = &ty.kind
            && let Some(Declared::Alias(found)) = declared(path, scope)
        {
            return Cow::Owned(self.resolved(&found, scope).into_owned());
        }
        Cow::Borrowed(ty)
    }

    /// Converts a value that flows into a slot of a type. Only fresh containers can need it.
    pub(super) fn coerce(&mut self, value: Value, ty: &TypeExpr, scope: &Scope) -> Answer<Value> {
        let ty = self.resolved(ty, scope);
        match &ty.kind {
            TypeExprKind::Option(inner) => match value {
                Value::None => Ok(Value::None),
                value => self.coerce(value, inner, scope),
            },
            TypeExprKind::List(inner) => self.coerce_items(value, inner, scope),
            TypeExprKind::Tuple(types) => match value {
                Value::Tuple(items) => {
                    let mut found = Vec::new();
                    for (item, ty) in items.iter().zip(types) {
                        found.push(self.coerce(item.clone(), ty, scope)?);
                    }
                    Ok(Value::Tuple(Rc::new(found)))
                }
                other => Ok(other),
            },
            TypeExprKind::Record(fields) => {
                if let Value::Map(entries) = &value {
                    for (key, slot) in entries.borrow_mut().iter_mut() {
                        let field = fields
                            .iter()
                            .find(|(name, _)| matches!(key, Value::Str(k) if *k == name.text));
                        if let Some((_, ty)) = field {
                            *slot = self.coerce(slot.clone(), ty, scope)?;
                        }
                    }
                }
                Ok(value)
            }
            TypeExprKind::Named { path, args } => match (&*path[0].text, &args[..]) {
                ("int", []) => Ok(match value {
                    Value::Error(error) => Value::Int(error.code),
                    other => other,
                }),
                ("bigint", []) => Ok(match number::integer(&value) {
                    Some(n) => Value::Big(n),
                    None => value,
                }),
                ("bigrat", []) => {
                    if matches!(value, Value::None) {
                        return Ok(value);
                    }
                    let (n, d) = number::fraction(&value)?;
                    Ok(Value::Rat(n, d))
                }
                ("list", [inner]) => self.coerce_items(value, inner, scope),
                ("set", [inner]) => match value {
                    Value::Set(items) => {
                        let mut found = Vec::new();
                        for item in items.iter() {
                            found.push(self.coerce(item.clone(), inner, scope)?);
                        }
                        Ok(Value::Set(Rc::new(found)))
                    }
                    other => Ok(other),
                },
                ("map" | "omap", [_, inner]) => {
                    if let Value::Map(entries) | Value::OMap(entries) = &value {
                        for (_, slot) in entries.borrow_mut().iter_mut() {
                            *slot = self.coerce(slot.clone(), inner, scope)?;
                        }
                    }
                    Ok(value)
                }
                _ => Ok(value),
            },
            _ => Ok(value),
        }
    }

    fn coerce_items(&mut self, value: Value, inner: &TypeExpr, scope: &Scope) -> Answer<Value> {
        if let Value::List(items) = &value {
            let count = items.borrow().len();
            for at in 0..count {
                let item = items.borrow()[at].clone();
                let item = self.coerce(item, inner, scope)?;
                items.borrow_mut()[at] = item;
            }
        }
        Ok(value)
    }

    /// What a variable without initialiser starts at.
    pub(super) fn zero(&mut self, ty: &TypeExpr, scope: &Scope) -> Answer<Value> {
        let ty = self.resolved(ty, scope).into_owned();
        match &ty.kind {
            TypeExprKind::Option(_) => Ok(Value::None),
            TypeExprKind::List(_) => Ok(Value::list(Vec::new())),
            TypeExprKind::Tuple(types) => {
                let mut parts = Vec::new();
                for ty in types {
                    parts.push(self.zero(ty, scope)?);
                }
                Ok(Value::Tuple(Rc::new(parts)))
            }
            TypeExprKind::Record(fields) => {
                let mut entries = Vec::new();
                for (name, ty) in fields {
                    entries.push((Value::Str(name.text.clone()), self.zero(ty, scope)?));
                }
                Ok(Value::map(entries))
            }
            TypeExprKind::Named { path, .. } => match &*path[0].text {
                "int" => Ok(Value::Int(0)),
                "bigint" => Ok(Value::Big(0)),
                "bigrat" => Ok(Value::Rat(0, 1)),
                "float" => Ok(Value::Float(0.0)),
                "bool" => Ok(Value::Bool(false)),
                "string" => Ok(Value::text("")),
                "bytes" => Ok(Value::Bytes(Rc::from([]))),
                "any" | "value" => Ok(Value::None),
                "list" => Ok(Value::list(Vec::new())),
                "map" => Ok(Value::map(Vec::new())),
                "omap" => Ok(Value::OMap(Rc::new(Vec::new().into()))),
                "set" => Ok(Value::Set(Rc::new(Vec::new()))),
                _ => {
                    let Some(Declared::Shape(shape)) = declared(path, scope) else {
                        return give_up("a zero value of another type");
                    };
                    let scope = shape.scope.borrow().clone();
                    let mut fields = Vec::new();
                    for field in &shape.fields {
                        let value = self.zero(&field.ty, &scope)?;
                        fields.push((field.name.text.clone(), value));
                    }
                    Ok(new_record(&shape, fields))
                }
            },
            _ => give_up("a zero value of another type"),
        }
    }

    /// `value as ty`.
    pub(super) fn cast(&mut self, value: Value, ty: &TypeExpr, scope: &Scope) -> Answer<Value> {
        let ty = self.resolved(ty, scope).into_owned();
        match &ty.kind {
            TypeExprKind::Option(inner) => match value {
                Value::None => Ok(Value::None),
                value => self.cast(value, inner, scope),
            },
            TypeExprKind::List(inner) => self.cast_list(value, inner, scope),
            TypeExprKind::Tuple(types) => {
                let Value::Tuple(items) = &value else {
                    return fault(3);
                };
                if items.len() != types.len() {
                    return fault(3);
                }
                let mut found = Vec::new();
                for (item, ty) in items.iter().zip(types) {
                    found.push(self.cast(item.clone(), ty, scope)?);
                }
                Ok(Value::Tuple(Rc::new(found)))
            }
            TypeExprKind::Union(_) | TypeExprKind::StrLiteral(_) | TypeExprKind::IntLiteral(_) => {
                if self.is_of(&value, &ty, scope) {
                    Ok(value)
                } else {
                    fault(3)
                }
            }
            TypeExprKind::Named { path, args } => {
                let name = path[0].text.clone();
                match (&*name, &args[..]) {
                    ("list", [inner]) => self.cast_list(value, inner, scope),
                    ("set", [inner]) => {
                        let Value::Set(items) = &value else {
                            return fault(3);
                        };
                        let mut found = Vec::new();
                        for item in items.iter() {
                            found.push(self.cast(item.clone(), inner, scope)?);
                        }
                        Ok(Value::Set(Rc::new(found)))
                    }
                    ("map" | "omap", [key, inner]) => {
                        let ((Value::Map(entries), "map") | (Value::OMap(entries), "omap")) =
                            (&value, &*name)
                        else {
                            return fault(3);
                        };
                        let old = entries.borrow().clone();
                        let mut found = Vec::new();
                        for (k, v) in old {
                            found.push((self.cast(k, key, scope)?, self.cast(v, inner, scope)?));
                        }
                        *entries.borrow_mut() = found;
                        Ok(value)
                    }
                    _ => self.cast_named(value, path, scope),
                }
            }
            _ => give_up("a cast to another type"),
        }
    }

    fn cast_list(&mut self, value: Value, inner: &TypeExpr, scope: &Scope) -> Answer<Value> {
        let Value::List(items) = &value else {
            return fault(3);
        };
        let old = items.borrow().clone();
        let mut found = Vec::new();
        let mut same = true;
        for item in old {
            let new = self.cast(item.clone(), inner, scope)?;
            same &= match (&new, &item) {
                (Value::List(new), Value::List(old)) => Rc::ptr_eq(new, old),
                _ => std::mem::discriminant(&new) == std::mem::discriminant(&item),
            };
            found.push(new);
        }
        if same {
            Ok(value)
        } else {
            Ok(Value::list(found))
        }
    }

    fn cast_named(&mut self, value: Value, path: &[Name], scope: &Scope) -> Answer<Value> {
        let name = if let [name] = path { &*name.text } else { "" };
        match (name, &value) {
            ("any" | "value", _) => Ok(value),
            ("int" | "bigint", _) => {
                let n = match &value {
                    Value::Float(x) if !x.is_finite() => return fault(6),
                    Value::Float(x) if x.abs() > 1e30 => return give_up("a large float"),
                    Value::Float(x) => *x as i128,
                    Value::Rat(n, d) => n / d,
                    other => match number::integer(other) {
                        Some(n) => n,
                        None => return fault(3),
                    },
                };
                Ok(if name == "int" {
                    Value::Int(n)
                } else {
                    Value::Big(n)
                })
            }
            ("float", _) => match number::float(&value) {
                Some(x) => Ok(Value::Float(x)),
                None => fault(3),
            },
            ("bigrat", Value::Float(x)) if !x.is_finite() => fault(6),
            ("bigrat", _) => {
                let (n, d) = number::fraction(&value)?;
                Ok(Value::Rat(n, d))
            }
            ("bool", Value::Bool(_)) | ("string", Value::Str(_)) | ("bytes", Value::Bytes(_)) => {
                Ok(value)
            }
            (_, Value::Record(_)) if is_named(&value, path, scope) => Ok(value),
            (_, Value::Map(entries)) => {
                let Some(Declared::Shape(shape)) = declared(path, scope) else {
                    return fault(3);
                };
                let entries = entries.borrow().clone();
                let scope = shape.scope.borrow().clone();
                let mut fields = Vec::new();
                for field in &shape.fields {
                    let name = &field.name.text;
                    let found = entries
                        .iter()
                        .find(|(key, _)| matches!(key, Value::Str(k) if k == name));
                    let Some((_, value)) = found else {
                        return raise(3, &format!("missing field {name} for {}", shape.name));
                    };
                    let value = self.cast(value.clone(), &field.ty, &scope)?;
                    fields.push((name.clone(), value));
                }
                Ok(new_record(&shape, fields))
            }
            _ => fault(3),
        }
    }

    /// Whether a value belongs to a type, as type patterns ask.
    pub(super) fn is_of(&self, value: &Value, ty: &TypeExpr, scope: &Scope) -> bool {
        let ty = self.resolved(ty, scope).into_owned();
        match &ty.kind {
            TypeExprKind::Option(inner) => {
                matches!(value, Value::None) || self.is_of(value, inner, scope)
            }
            TypeExprKind::List(item) => match value {
                Value::List(items) => items.borrow().iter().all(|it| self.is_of(it, item, scope)),
                _ => false,
            },
            TypeExprKind::Tuple(types) => match value {
                Value::Tuple(parts) if parts.len() == types.len() => {
                    let mut pairs = parts.iter().zip(types);
                    pairs.all(|(part, ty)| self.is_of(part, ty, scope))
                }
                _ => false,
            },
            TypeExprKind::Fun { .. } | TypeExprKind::AnyFun { .. } => {
                matches!(value, Value::Fun(_))
            }
            TypeExprKind::Union(types) => types.iter().any(|ty| self.is_of(value, ty, scope)),
            TypeExprKind::StrLiteral(text) => matches!(value, Value::Str(v) if v == text),
            TypeExprKind::IntLiteral(n) => matches!(value, Value::Int(v) if *v == i128::from(*n)),
            TypeExprKind::Named { path, args } => match (&*path[0].text, value) {
                ("list", Value::List(items)) => {
                    let mut items = items.borrow().clone().into_iter();
                    items.all(|it| args.iter().all(|ty| self.is_of(&it, ty, scope)))
                }
                ("set", Value::Set(items)) => items
                    .iter()
                    .all(|it| args.iter().all(|ty| self.is_of(it, ty, scope))),
                ("map", Value::Map(entries)) | ("omap", Value::OMap(entries)) => {
                    let mut entries = entries.borrow().clone().into_iter();
                    entries.all(|(key, item)| match args.as_slice() {
                        [of_key, of_item] => {
                            self.is_of(&key, of_key, scope) && self.is_of(&item, of_item, scope)
                        }
                        _ => true,
                    })
                }
                ("any" | "value", _)
                | ("int" | "bigint", Value::Int(_) | Value::Big(_))
                | ("float", Value::Float(_))
                | ("bool", Value::Bool(_))
                | ("string", Value::Str(_))
                | ("bytes", Value::Bytes(_))
                | ("bigrat", Value::Rat(..)) => true,
                (_, Value::Record(_)) => is_named(value, path, scope),
                _ => false,
            },
            _ => false,
        }
    }
}
