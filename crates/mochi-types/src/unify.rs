//! Unification of operand, element and arm types, and the join of numbers.
//!
//! Spec: language.md §4.1 ("Unify"), §5.1 ("Numbers").

use std::rc::Rc;

use crate::{Context, FunType, Literal, Type};

impl Context<'_> {
    /// The type of which values of both are; none if they do not unify.
    ///
    /// Beyond the list of language.md §4.1: `none` and options unify with what they may hold,
    /// literal types of one base with each other (to the base), a handle with a handle of its
    /// base class, a member with its union, `never` with everything.
    pub fn unify(&self, a: &Type, b: &Type) -> Option<Type> {
        if a == b {
            return Some(a.clone());
        }
        match (a, b) {
            (Type::Error | Type::Never, other) | (other, Type::Error | Type::Never) => {
                Some(other.clone())
            }
            (Type::Any, _) | (_, Type::Any) => Some(Type::Any),
            (Type::None, other) | (other, Type::None) if *other != Type::Unit => {
                Some(Type::option(other.clone()))
            }
            (Type::Option(x), Type::Option(y)) => self.unify(x, y).map(Type::option),
            (Type::Option(x), y) | (y, Type::Option(x)) => self.unify(x, y).map(Type::option),
            (Type::Literal(x), Type::Literal(y)) => {
                let (x, y) = (x.base(), y.base());
                if x == y { Some(x) } else { self.unify(&x, &y) }
            }
            (Type::Literal(x), y) | (y, Type::Literal(x)) => self.unify_literal(x, y),
            _ if is_plain_integer(a) && is_plain_integer(b) => self.join_numbers(a, b),
            _ => self.unify_parts(a, b).or_else(|| self.unify_nominal(a, b)),
        }
    }

    fn unify_literal(&self, literal: &Literal, other: &Type) -> Option<Type> {
        if let Type::Union(members) = other
            && members.contains(&Type::Literal(literal.clone()))
        {
            return Some(other.clone());
        }
        self.unify(&literal.base(), other)
    }

    #[allow(clippy::many_single_char_names, reason = "pairs of alike parts")]
    fn unify_parts(&self, a: &Type, b: &Type) -> Option<Type> {
        match (a, b) {
            (Type::List(x), Type::List(y)) => self.unify(x, y).map(Type::list),
            (Type::Set(x), Type::Set(y)) => self.unify(x, y).map(Type::set),
            (Type::Iterator(x), Type::Iterator(y)) => self.unify(x, y).map(Type::iterator),
            (Type::AsyncIterator(x), Type::AsyncIterator(y)) => {
                Some(Type::AsyncIterator(Rc::new(self.unify(x, y)?)))
            }
            (Type::Channel(a, x), Type::Channel(b, y)) if a == b => {
                Some(Type::Channel(*a, Rc::new(self.unify(x, y)?)))
            }
            (Type::Future(x), Type::Future(y)) => Some(Type::Future(Rc::new(self.unify(x, y)?))),
            (Type::Map(k, v), Type::Map(l, w)) => {
                Some(Type::map(self.unify(k, l)?, self.unify(v, w)?))
            }
            (Type::OMap(k, v), Type::OMap(l, w)) => Some(Type::OMap(
                Rc::new(self.unify(k, l)?),
                Rc::new(self.unify(v, w)?),
            )),
            (Type::Tuple(x), Type::Tuple(y)) if x.len() == y.len() => {
                let parts: Option<Vec<Type>> = x
                    .iter()
                    .zip(y.iter())
                    .map(|(x, y)| self.unify(x, y))
                    .collect();
                Some(Type::Tuple(parts?.into()))
            }
            (Type::Anon(x), Type::Anon(y)) if x.len() == y.len() => {
                let fields: Option<Vec<_>> = x
                    .iter()
                    .map(|(name, ty)| {
                        let (_, other) = y.iter().find(|(other, _)| other == name)?;
                        Some((name.clone(), self.unify(ty, other)?))
                    })
                    .collect();
                Some(Type::Anon(fields?.into()))
            }
            (Type::Fun(x), Type::Fun(y)) => self.unify_functions(x, y),
            (Type::Extern(x), _) => self.unify(&Type::Fun(Rc::new(self.function_type(x)?)), b),
            (_, Type::Extern(y)) => self.unify(a, &Type::Fun(Rc::new(self.function_type(y)?))),
            (Type::Variant(x, _), Type::Variant(y, _) | Type::Named(y))
            | (Type::Named(x), Type::Variant(y, _))
                if x == y =>
            {
                Some(Type::Named(x.clone()))
            }
            _ => None,
        }
    }

    fn unify_functions(&self, x: &FunType, y: &FunType) -> Option<Type> {
        if x.params.len() != y.params.len() || x.is_async != y.is_async {
            return None;
        }
        let params: Option<Vec<Type>> = x
            .params
            .iter()
            .zip(&y.params)
            .map(|(x, y)| self.unify(x, y))
            .collect();
        Some(Type::Fun(Rc::new(FunType {
            params: params?,
            result: self.unify(&x.result, &y.result)?,
            effects: x.effects.union(y.effects),
            is_async: x.is_async,
        })))
    }

    fn unify_nominal(&self, a: &Type, b: &Type) -> Option<Type> {
        let related = |ty: &Type| matches!(ty, Type::Handle(..) | Type::Union(_) | Type::TypeOf(_));
        if !related(a) && !related(b) {
            return None;
        }
        if self.is_subtype(a, b) {
            return Some(b.clone());
        }
        self.is_subtype(b, a).then(|| a.clone())
    }

    /// The type of arithmetic on both (language.md §5.1); none unless both are numbers.
    pub fn join_numbers(&self, a: &Type, b: &Type) -> Option<Type> {
        let (a, b) = (a.widened(), b.widened());
        if !a.is_number() || !b.is_number() {
            return None;
        }
        if a == b {
            return Some(a);
        }
        let either = |ty: &Type| a == *ty || b == *ty;
        Some(if either(&Type::BigRat) {
            Type::BigRat
        } else if either(&Type::Float) {
            // Exactness is not given up for an explicitly big integer.
            if either(&Type::BigInt) {
                Type::BigRat
            } else {
                Type::Float
            }
        } else if either(&Type::BigInt) {
            Type::BigInt
        } else {
            Type::Int64
        })
    }
}

const fn is_plain_integer(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Int64 | Type::BigInt)
}
