//! Builtins on lists, maps and sets.
//!
//! Spec: language.md §12.

use std::rc::Rc;

use mochi_types::{ChannelKind, Check, Out, Type};

use super::BuiltinCall;
use crate::checker::Checker;
use crate::python::checked;
use crate::relation::Slot;
use crate::report;
use crate::typed::Builtin;

impl Checker<'_> {
    pub(super) fn container_builtin(
        &mut self,
        call: &mut BuiltinCall<'_>,
        expected: Option<&Type>,
    ) -> Option<Type> {
        match call.builtin {
            Builtin::Len => self.len(call),
            Builtin::Append | Builtin::Push => self.append(call, expected),
            Builtin::Concat => self.concat(call, expected),
            Builtin::First => {
                let item = self.list_argument(call)?;
                Some(Type::option(item))
            }
            Builtin::Reverse => {
                let ty = self.next(call)?.widened();
                if matches!(ty, Type::List(_) | Type::Str | Type::Any) {
                    return Some(ty);
                }
                self.wrong_kind(call, "list or string", &ty)
            }
            Builtin::Distinct => {
                let item = self.list_argument(call)?;
                Some(Type::list(item))
            }
            Builtin::Keys | Builtin::Values => {
                let ty = self.subject(call)?;
                let keys = call.builtin == Builtin::Keys;
                match &ty {
                    Type::Map(key, value) | Type::OMap(key, value) => {
                        let item = if keys { key } else { value };
                        Some(Type::list((**item).clone()))
                    }
                    Type::Any => Some(Type::list(Type::Any)),
                    _ => self.wrong_kind(call, "map", &ty),
                }
            }
            Builtin::Has => self.has(call),
            Builtin::Add => {
                let ty = self.next(call)?;
                let Type::Set(item) = &ty else {
                    return self.wrong_kind(call, "set", &ty);
                };
                self.next_as(call, item)?;
                if let Some(value) = call.values.last() {
                    self.note_open_value(value, item);
                }
                Some(ty)
            }
            Builtin::Collect => self.collect(call),
            Builtin::Count => {
                let ty = self.subject(call)?;
                if matches!(ty, Type::List(_) | Type::Group(..) | Type::Any) {
                    return Some(Type::Int);
                }
                let shown = self.show(&ty);
                self.refuse(report::count_of(&shown, at(call)))
            }
            Builtin::Exists => {
                let ty = self.next(call)?.widened();
                let fits = matches!(
                    ty,
                    Type::List(_)
                        | Type::Map(..)
                        | Type::OMap(..)
                        | Type::Set(_)
                        | Type::Str
                        | Type::Group(..)
                        | Type::Any
                );
                if fits {
                    return Some(Type::Bool);
                }
                self.wrong_kind(call, "list, map, set, string or group", &ty)
            }
            Builtin::Sum | Builtin::Avg => self.total(call),
            Builtin::Min | Builtin::Max => self.extreme(call),
            _ => self.map_get(call),
        }
    }

    fn refuse<T>(&mut self, diagnostic: mochi_base::Diagnostic) -> Option<T> {
        self.report(diagnostic);
        None
    }

    /// The next argument, a list: its element type.
    fn list_argument(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        let ty = self.next(call)?;
        match &ty {
            Type::List(item) => Some((**item).clone()),
            Type::Any => Some(Type::Any),
            _ => {
                let wanted = self.show(&Type::list(Type::Any));
                self.wrong_kind(call, &wanted, &ty)
            }
        }
    }

    fn len(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        let ty = self.next(call)?;
        let known = matches!(
            ty.widened(),
            Type::List(_)
                | Type::Map(..)
                | Type::OMap(..)
                | Type::Set(_)
                | Type::Tuple(_)
                | Type::Str
                | Type::Bytes
                | Type::Group(..)
                | Type::Channel(ChannelKind::Channel, _)
                | Type::Any
        );
        let optional = matches!(ty, Type::Option(_) | Type::None);
        if known || (!optional && self.cx().has_length(&ty)) {
            return Some(Type::Int);
        }
        let shown = self.show(&ty);
        let mut diagnostic = report::no_length(&shown, at(call));
        if optional {
            let note = call.values.last().map(|value| self.none_note(value));
            diagnostic = diagnostic.with_notes(note);
        }
        self.refuse(diagnostic)
    }

    fn append(&mut self, call: &mut BuiltinCall<'_>, expected: Option<&Type>) -> Option<Type> {
        let hint = expected.filter(|ty| matches!(ty, Type::List(_)));
        let ty = self.next_for(call, hint)?;
        match &ty {
            Type::List(item) if **item == Type::Any => {
                // A fresh `[]` takes the type of what is appended.
                let fresh = matches!(call.values.last().map(|value| &value.kind),
                    Some(crate::typed::ExprKind::List(items)) if items.is_empty());
                let added = self.next(call)?;
                Some(if fresh { Type::list(added) } else { ty })
            }
            Type::List(item) => {
                self.next_as(call, item)?;
                Some(ty)
            }
            Type::Any => {
                self.next(call)?;
                Some(Type::list(Type::Any))
            }
            _ => {
                let wanted = self.show(&Type::list(Type::Any));
                self.wrong_kind(call, &wanted, &ty)
            }
        }
    }

    fn concat(&mut self, call: &mut BuiltinCall<'_>, expected: Option<&Type>) -> Option<Type> {
        let hint = expected.filter(|ty| matches!(ty, Type::List(_)));
        let ty = self.next_for(call, hint)?;
        let Type::List(item) = &ty else {
            let wanted = self.show(&Type::list(Type::Any));
            return self.wrong_kind(call, &wanted, &ty);
        };
        let mut item = (**item).clone();
        while !call.args.is_empty() {
            let next = self.next_for(call, Some(&Type::list(item.clone())))?;
            let joined = match &next {
                Type::List(other) => self.join(&item, other),
                _ => None,
            };
            if let Some(joined) = joined {
                item = joined;
            } else {
                let wanted = self.show(&Type::list(item));
                return self.wrong_kind(call, &wanted, &next);
            }
        }
        Some(Type::list(item))
    }

    fn has(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        let ty = self.next(call)?;
        match &ty {
            Type::Map(key, _) | Type::OMap(key, _) | Type::Set(key) => {
                self.next_as(call, key)?;
                if let Some(value) = call.values.last() {
                    self.note_open_value(value, key);
                }
            }
            Type::Any => {
                self.next(call)?;
            }
            _ => return self.wrong_kind(call, "map or set", &ty),
        }
        Some(Type::Bool)
    }

    fn collect(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        let ty = self.next(call)?;
        match &ty {
            Type::List(item) | Type::Set(item) | Type::Iterator(item) | Type::Group(_, item) => {
                Some(Type::list((**item).clone()))
            }
            Type::Any => Some(Type::list(Type::Any)),
            Type::Option(_) => self.wrong_kind(call, "list, set or iterator", &ty),
            _ => {
                let Some(out) = self.cx().iterate(&ty) else {
                    return self.wrong_kind(call, "list, set or iterator", &ty);
                };
                let element = out.ty.clone();
                if *out.check != Check::Nothing
                    && let Some(source) = call.values.pop()
                {
                    let symbol = Rc::from(format!("{}.__iter__", self.show(&ty)));
                    let iterator = Out {
                        ty: Type::iterator(out.ty),
                        check: Rc::new(Check::Iterator(out.check)),
                    };
                    call.values.push(checked(source, iterator, symbol));
                }
                Some(Type::list(element))
            }
        }
    }

    fn total(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        let ty = self.subject(call)?;
        let sum = call.builtin == Builtin::Sum;
        let item = match &ty {
            Type::List(item) | Type::Group(_, item) => present(item),
            Type::Any => Type::Any,
            _ => Type::Never,
        };
        // A package's own kind of float or int.
        let base = [Type::Int, Type::Float]
            .into_iter()
            .find(|base| matches!(item, Type::Handle(..)) && self.cx().is_assignable(&item, base));
        let item = base.unwrap_or(item);
        if item.is_number() || item == Type::Any {
            return Some(if sum { item } else { Type::Float });
        }
        let shown = self.show(&ty);
        let diagnostic = if sum {
            report::sum_of(&shown, at(call))
        } else {
            report::avg_of(&shown, at(call))
        };
        match self.method_advice(&ty, if sum { "sum" } else { "mean" }) {
            Some(note) => self.refuse(diagnostic.with_note(note)),
            None => self.refuse(diagnostic),
        }
    }

    fn extreme(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        let ty = self.subject(call)?;
        let item = match &ty {
            Type::List(item) | Type::Group(_, item) => present(item),
            Type::Any => Type::Any,
            _ => return self.wrong_kind(call, "list", &ty),
        };
        if self.cx().is_ordered(&item, &item) {
            return Some(item);
        }
        self.wrong_kind(call, "list of an ordered type", &ty)
    }

    /// `m.get(k, d)`.
    fn map_get(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        let ty = self.subject(call)?;
        let (Type::Map(key, value) | Type::OMap(key, value)) = &ty else {
            return None;
        };
        let (key, value) = ((**key).clone(), (**value).clone());
        if call.args.len() < 2 {
            return None;
        }
        let index = call.args.remove(0);
        let typed = self.map_key(index, &key);
        let failed = typed.ty == Type::Error;
        call.values.push(typed);
        let default = call.args.remove(0);
        let typed = self.expect(default, &value, Slot::Argument(2));
        let failed = failed || typed.ty == Type::Error;
        call.values.push(typed);
        (!failed).then_some(value)
    }
}

fn at(call: &BuiltinCall<'_>) -> mochi_base::Span {
    call.values.last().map_or(call.span, |value| value.span)
}

/// The type of the elements that an aggregate sees: it skips none.
fn present(item: &Type) -> Type {
    match item {
        Type::Option(inner) => inner.widened(),
        other => other.widened(),
    }
}
