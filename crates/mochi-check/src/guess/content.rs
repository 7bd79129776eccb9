//! What a program puts into containers that are declared empty.
//!
//! Of what is `any` nothing is known: it may be what was read out of such a container itself
//! (`m[k] = (m[k] ?? 0) + 1`). Such parts are `never` here, which goes together with everything;
//! whether they fit shows when the program is checked with the guess.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, BinaryOp};
use mochi_types::{Decl, Type};

use super::Guesses;
use crate::checker::Checker;
use crate::expr::empty::{is_empty_literal, takes_type};
use crate::typed::{Builtin, Expr, ExprKind, Place, VarId};

impl Checker<'_> {
    /// The type with which a variable is declared whose value, of type `ty`, is an empty literal;
    /// from here on it is noted what is put into it.
    pub(crate) fn guess_of(&mut self, name: Span, value: &ast::Expr, ty: &Type) -> Option<Type> {
        if !is_empty_literal(value) {
            return None;
        }
        let content = &mut self.content;
        content.seen.entry(name).or_insert(Some(Type::Never));
        let guess = content.guesses.get(&name)?.clone();
        (takes_type(ty, &guess) && self.is_declared(&guess)).then_some(guess)
    }

    /// Whether the declared types in a type are those of this check.
    fn is_declared(&self, ty: &Type) -> bool {
        !ty.any_part(&|part| match part {
            Type::Named(decl) => {
                let known = self.decls.get(decl.id).map(|known| match known {
                    Decl::Record(record) | Decl::Agent(record) => &record.name,
                    Decl::Sum(sum) => &sum.name,
                });
                known != Some(&decl.name)
            }
            _ => false,
        })
    }

    /// Notes what an assignment puts into a container.
    pub(crate) fn note_content(&mut self, place: &Place, value: &Expr) {
        match place {
            Place::Var(id) => {
                if let Some(name) = self.open_var(*id) {
                    let content = self.content_of(value);
                    self.put(name, &content);
                }
            }
            Place::Field { object, name, .. } => {
                if let Some(name) = self.open_field(object, name) {
                    let content = self.content_of(value);
                    self.put(name, &content);
                }
            }
            Place::Index { object, index } => {
                let Some(name) = self.open_container(object) else {
                    return;
                };
                let item = Rc::new(self.content_of(value));
                let content = match &object.ty {
                    Type::List(_) => Type::List(item),
                    Type::Map(..) => Type::Map(Rc::new(self.content_of(index)), item),
                    Type::OMap(..) => Type::OMap(Rc::new(self.content_of(index)), item),
                    _ => return,
                };
                self.put(name, &content);
            }
            Place::PyIndex { .. } | Place::ModuleAttr { .. } => {}
        }
    }

    /// Notes that a variable stands where a value of a certain type is asked for.
    pub(crate) fn note_wanted(&mut self, value: &Expr, wanted: &Type) {
        let wanted = match wanted {
            Type::Option(inner) => inner,
            other => other,
        };
        if let Some(name) = self.open_container(value)
            && takes_type(&value.ty, wanted)
        {
            self.put(name, &loose(wanted));
        }
    }

    /// The guesses that follow from what was noted.
    pub(crate) fn guesses(&mut self) -> Guesses {
        let seen = std::mem::take(&mut self.content.seen);
        let guesses = seen.into_iter().filter_map(|(name, content)| {
            let content = content?;
            let is_known = match &content {
                Type::List(item) | Type::Set(item) => **item != Type::Never,
                Type::Map(key, item) | Type::OMap(key, item) => {
                    **key != Type::Never && **item != Type::Never
                }
                _ => false,
            };
            let guess = content.rewrite(&mut |part| (*part == Type::Never).then_some(Type::Any));
            let guess = guess.unwrap_or(content);
            is_known.then_some((name, guess))
        });
        guesses.collect()
    }

    /// The place of the variable that a value is read from, if it was declared empty.
    fn open_container(&self, value: &Expr) -> Option<Span> {
        match &value.unwidened().kind {
            ExprKind::Var(id) => self.open_var(*id),
            ExprKind::Field { object, name } => self.open_field(object, name),
            _ => None,
        }
    }

    fn open_var(&self, id: VarId) -> Option<Span> {
        let name = self.var(id)?.span;
        self.content.seen.contains_key(&name).then_some(name)
    }

    /// The same for a variable of an agent.
    fn open_field(&self, object: &Expr, name: &str) -> Option<Span> {
        let Type::Named(agent) = &object.ty else {
            return None;
        };
        let mut fields = self.decls.agent(agent.id)?.fields.iter();
        let name = fields.find(|field| &*field.name == name)?.span;
        self.content.seen.contains_key(&name).then_some(name)
    }

    fn put(&mut self, name: Span, content: &Type) {
        let before = self.content.seen.get(&name).cloned().flatten();
        let joined = before.and_then(|before| self.cx().unify(&before, content));
        self.content.seen.insert(name, joined);
    }

    /// The type of a value, with `never` for what is not known.
    fn content_of(&self, value: &Expr) -> Type {
        let value = value.unwidened();
        let known = match &value.kind {
            ExprKind::List(items) => self.joined(items).map(Type::list),
            ExprKind::Set(items) => self.joined(items).map(Type::set),
            ExprKind::Tuple(items) => {
                let parts = items.iter().map(|item| self.content_of(item));
                Some(Type::Tuple(parts.collect()))
            }
            ExprKind::Map(entries) => self.joined_entries(entries).map(|(k, v)| Type::map(k, v)),
            ExprKind::OMap(entries) => {
                let entries = self.joined_entries(entries);
                entries.map(|(k, v)| Type::OMap(Rc::new(k), Rc::new(v)))
            }
            ExprKind::CallBuiltin { builtin, args } => self.builtin_content(*builtin, args),
            ExprKind::Binary { op, left, right } => self.binary_content(*op, left, right),
            ExprKind::If {
                then,
                otherwise: Some(otherwise),
                ..
            } => self.both(then, otherwise),
            ExprKind::Index { object, .. } => match self.content_of(object) {
                Type::List(item) => Some((*item).clone()),
                // Of what is not known it is not known either whether it may be none.
                Type::Map(_, item) if *item == Type::Never => Some(Type::Never),
                Type::Map(_, item) => Some(Type::option((*item).clone())),
                Type::OMap(_, item) => Some((*item).clone()),
                _ => None,
            },
            ExprKind::Slice { object, .. } => Some(self.content_of(object)),
            _ => None,
        };
        match known {
            // Only where the checker itself knows less: conversions have been made there.
            Some(known) if value.ty.any_part(&|part| *part == Type::Any) => known,
            _ => loose(&value.ty),
        }
    }

    fn builtin_content(&self, builtin: Builtin, args: &[Expr]) -> Option<Type> {
        match (builtin, args) {
            (Builtin::Append | Builtin::Push, [list, item]) => {
                let added = Type::list(self.content_of(item));
                self.cx().unify(&self.content_of(list), &added)
            }
            (Builtin::Add, [set, item]) => {
                let added = Type::set(self.content_of(item));
                self.cx().unify(&self.content_of(set), &added)
            }
            (Builtin::Concat, lists) => self.joined(lists),
            (Builtin::Reverse | Builtin::Distinct, [list]) => Some(self.content_of(list)),
            (Builtin::MapGet, [map, _, default]) => {
                let default = self.content_of(default);
                match self.content_of(map) {
                    Type::Map(_, item) | Type::OMap(_, item) => self.cx().unify(&item, &default),
                    _ => Some(default),
                }
            }
            _ => None,
        }
    }

    fn binary_content(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Option<Type> {
        match op {
            BinaryOp::Coalesce => {
                let left = match self.content_of(left) {
                    Type::Option(inner) => (*inner).clone(),
                    other => other,
                };
                self.cx().unify(&left, &self.content_of(right))
            }
            BinaryOp::Add
            | BinaryOp::Sub
            | BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::Rem
            | BinaryOp::Union
            | BinaryOp::UnionAll
            | BinaryOp::Except
            | BinaryOp::Intersect => self.both(left, right),
            _ => None,
        }
    }

    fn both(&self, one: &Expr, other: &Expr) -> Option<Type> {
        let one = self.content_of(one);
        self.cx().unify(&one, &self.content_of(other))
    }

    /// What all of these go together to.
    fn joined(&self, items: &[Expr]) -> Option<Type> {
        items.iter().try_fold(Type::Never, |joined, item| {
            self.cx().unify(&joined, &self.content_of(item))
        })
    }

    fn joined_entries(&self, entries: &[(Expr, Expr)]) -> Option<(Type, Type)> {
        let nothing = (Type::Never, Type::Never);
        entries.iter().try_fold(nothing, |(key, value), entry| {
            let key = self.cx().unify(&key, &self.content_of(&entry.0))?;
            // Values of different types make a map of any (§9.2).
            let value = self.cx().unify(&value, &self.content_of(&entry.1));
            Some((key, value.unwrap_or(Type::Any)))
        })
    }
}

/// A type with `never` for what is not known, literals by their base and variants by their sum.
fn loose(ty: &Type) -> Type {
    let ty = ty.widened();
    let known = ty.rewrite(&mut |part| match part {
        Type::Any | Type::Error => Some(Type::Never),
        Type::Variant(sum, _) => Some(Type::Named(sum.clone())),
        _ => None,
    });
    known.unwrap_or(ty)
}
