//! The relation between types: what fits where.
//!
//! One recursive walk serves the program's own slots and Python's parameters. They differ in a
//! [`Mode`]; at a call the destination may contain type variables ([`Type::Infer`]), for which
//! the walk collects bounds (`solve.rs`). The walk builds no text; reasons are found afterwards,
//! by `explain.rs`.
//!
//! Decisions beyond language.md §4.1, in Python's slots (bridge.md §6):
//! - containers are covariant, maps included; `T` fits `T?` at any depth; `omap` fits `map`;
//! - every integer type fits `int`, integers fit `float`; a bool is no int, except where what one
//!   class declares is held against what a protocol asks for: there it is Python's own subclass;
//! - `unit` and `none` are the same object;
//! - an argument that is a list fits `tuple[T, ...]`; it is converted
//!   ([`Context::becomes_tuple`]), which lists inside other values are not;
//! - `any` as an *argument of a handle's class* (`Frame<any>`) is compatible both ways, as it
//!   cannot be checked; `any` as a value or as an element of a Mochi container needs `as`;
//! - a class with an unknown base may be any class.
//!
//! Spec: language.md §4.1; bridge.md §6.

mod callable;
mod explain;
mod memo;
mod nominal;
mod protocol;

use std::collections::HashMap;
use std::rc::Rc;

pub use memo::RelationMemo;

use crate::solve::{Conflict, Variable};
use crate::{ClassKind, Context, Literal, Type};

impl Context<'_> {
    /// Whether every value of `a` is a value of `b` (language.md §4.1, "Subtype").
    pub fn is_subtype(&self, a: &Type, b: &Type) -> bool {
        Relation::new(*self, Mode::Subtype).fits(a, b)
    }

    /// Whether a value of `from` may be given where the program asks for `to`: subtype, or `T`
    /// into `T?`. For what Python asks for see [`Context::is_passable`].
    pub fn is_assignable(&self, from: &Type, to: &Type) -> bool {
        Relation::new(*self, Mode::Assign).fits(from, to)
    }

    /// [`Context::is_assignable`] for a fresh value (a literal, a call's result): element types
    /// `any` and `none` fit every element type, and elements may widen.
    pub fn is_assignable_fresh(&self, from: &Type, to: &Type) -> bool {
        Relation::new(*self, Mode::Fresh).fits(from, to)
    }

    /// Whether a value of `from` may be given to Python where it asks for `to`: arguments,
    /// assigned attributes, results of callbacks.
    pub fn is_passable(&self, from: &Type, to: &Type) -> bool {
        Relation::new(*self, Mode::Python).fits(from, to)
    }

    /// Whether a list passed for `to` must be made a tuple first: `to` takes tuples of any length
    /// and no list (bridge.md §6, `tuple[T, ...]`).
    pub fn becomes_tuple(&self, from: &Type, to: &Type) -> bool {
        if !matches!(from, Type::List(_)) {
            return false;
        }
        let mut relation = Relation::new(*self, Mode::Python);
        relation.list_is_tuple = false;
        !relation.fits(from, to) && self.is_passable(from, to)
    }
}

/// Whose slot is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// No conversion at all.
    Subtype,
    /// A slot of the program; `T` fits `T?` at the top.
    Assign,
    /// The same for a fresh value.
    Fresh,
    /// A slot of Python.
    Python,
}

/// One question with its sub-questions and the type variables it solves.
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent settings of the walk"
)]
pub(crate) struct Relation<'c> {
    pub(crate) cx: Context<'c>,
    pub(crate) mode: Mode,
    /// `any` fits concrete types at this place.
    pub(crate) any_fits: bool,
    /// Integers fit `float` at this place.
    promote: bool,
    /// A bool fits `int` at this place: one declaration of Python is held against another.
    pub(crate) bool_is_int: bool,
    /// A list fits `tuple[T, ...]` at this place.
    pub(crate) list_is_tuple: bool,
    /// The type variables, by the number in [`Type::Infer`].
    pub(crate) variables: Vec<Variable>,
    /// Lower bounds must unify (generic functions of the program).
    pub(crate) must_unify: bool,
    /// The first pair that did not.
    pub(crate) conflict: Option<Conflict>,
    /// The variable whose bound or constraints a lower bound broke last.
    pub(crate) broken_bound: Option<(u32, Type)>,
    /// Protocol questions being answered: assumed true when met again.
    open: Vec<(Type, Type)>,
    answers: HashMap<(Type, Type), bool>,
    /// Protocol questions asked so far.
    steps: u32,
}

/// What an attempt may have to take back.
pub(crate) struct Snapshot(Vec<Variable>);

impl<'c> Relation<'c> {
    pub(crate) fn new(cx: Context<'c>, mode: Mode) -> Self {
        Self {
            cx,
            mode,
            any_fits: false,
            promote: true,
            bool_is_int: false,
            list_is_tuple: true,
            variables: Vec::new(),
            must_unify: false,
            conflict: None,
            broken_bound: None,
            open: Vec::new(),
            answers: HashMap::new(),
            steps: 0,
        }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot(self.variables.clone())
    }

    pub(crate) fn restore(&mut self, snapshot: Snapshot) {
        self.variables = snapshot.0;
    }

    /// Asks something with other settings.
    pub(crate) fn with<R>(
        &mut self,
        mode: Mode,
        any_fits: bool,
        ask: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let before = (self.mode, self.any_fits);
        (self.mode, self.any_fits) = (mode, any_fits);
        let answer = ask(self);
        (self.mode, self.any_fits) = before;
        answer
    }

    /// Asks without taking integers for floats: what Python hands to a function of the program.
    pub(crate) fn exactly(&mut self, from: &Type, to: &Type) -> bool {
        let before = std::mem::replace(&mut self.promote, false);
        let answer = self.part_fits(from, to);
        self.promote = before;
        answer
    }

    /// A part of a value: element, key, part of a tuple, result of a function.
    pub(crate) fn part_fits(&mut self, from: &Type, to: &Type) -> bool {
        // Nothing converts what is inside a value.
        let before = std::mem::replace(&mut self.list_is_tuple, false);
        let answer = match self.mode {
            Mode::Subtype | Mode::Python => self.fits(from, to),
            Mode::Assign => self.with(Mode::Subtype, false, |this| this.fits(from, to)),
            Mode::Fresh => self.with(Mode::Fresh, true, |this| this.fits(from, to)),
        };
        self.list_is_tuple = before;
        answer
    }

    /// The question itself.
    pub(crate) fn fits(&mut self, from: &Type, to: &Type) -> bool {
        match (from, to) {
            (Type::Error | Type::Never, _) | (_, Type::Error | Type::Any) => true,
            (Type::Infer(a), Type::Infer(b)) => self.link(*a, *b),
            (_, Type::Infer(variable)) => self.add_lower(*variable, from),
            (Type::Infer(variable), _) => self.add_upper(*variable, to),
            _ if from == to => true,
            (Type::Any, _) => {
                if self.any_fits && to.has_infer() {
                    self.open_parts(to);
                }
                self.any_fits
            }
            (_, Type::PyObject) => self.mode == Mode::Python || is_of_python(from),
            (Type::PyObject, _) if self.mode != Mode::Python => false,
            (Type::PyObject, _) if self.any_fits => true,
            (Type::Union(members), _) => {
                self.covers(from, to) || members.iter().all(|member| self.fits(member, to))
            }
            (Type::Option(a), Type::Option(b)) => self.fits(a, b),
            (Type::Option(inner), _) => self.fits(&Type::None, to) && self.fits(inner, to),
            (Type::None, Type::Option(_)) => true,
            (Type::Unit, Type::Option(_)) if self.mode == Mode::Python => true,
            (_, Type::Option(inner)) => self.mode != Mode::Subtype && self.fits(from, inner),
            (_, Type::Union(members)) => self.fits_union(from, to, members),
            (Type::Literal(_), Type::Literal(_)) => false,
            (Type::Literal(literal), _) => self.fits(&literal.base(), to),
            (_, Type::Literal(_)) => self.covers(from, to),
            (Type::Param(param), _) => {
                if param.constraints.is_empty() {
                    let bound = param.bound.clone();
                    bound.is_some_and(|bound| self.fits(&bound, to))
                } else {
                    let constraints = param.constraints.clone();
                    constraints.iter().all(|ty| self.fits(ty, to))
                }
            }
            (_, Type::Param(_)) => false,
            _ => self.fits_shape(from, to),
        }
    }

    /// Types of equal shape, part by part; else by class.
    fn fits_shape(&mut self, from: &Type, to: &Type) -> bool {
        match (from, to) {
            (Type::None, Type::Unit) | (Type::Unit, Type::None) => {
                self.mode == Mode::Python || self.any_fits
            }
            // A fresh `none` among the elements stands for any element.
            (Type::None, _) if self.mode == Mode::Fresh && self.any_fits => true,
            _ if is_scalar_number(from) && is_scalar_number(to) => self.fits_number(from, to),
            (Type::Bool, Type::Int | Type::Float) => self.bool_is_int,
            (Type::List(a), Type::List(b))
            | (Type::Set(a), Type::Set(b))
            | (Type::Iterator(a), Type::Iterator(b))
            | (Type::AsyncIterator(a), Type::AsyncIterator(b))
            | (Type::Future(a), Type::Future(b)) => self.part_fits(a, b),
            (Type::Map(k, v), Type::Map(l, w)) | (Type::OMap(k, v), Type::OMap(l, w)) => {
                self.fits_entries((k, v), (l, w))
            }
            (Type::OMap(k, v), Type::Map(l, w)) => {
                self.mode == Mode::Python && self.fits_entries((k, v), (l, w))
            }
            (Type::Tuple(a), Type::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| self.part_fits(a, b))
            }
            (Type::Anon(a), Type::Anon(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(name, ty)| {
                        let other = b.iter().find(|(other, _)| other == name);
                        other.is_some_and(|(_, other)| self.part_fits(ty, other))
                    })
            }
            (Type::Variant(variant, _), Type::Named(sum)) => variant == sum,
            (Type::TypeOf(a), Type::TypeOf(b)) => {
                // A class object's own arguments are open.
                self.with(self.mode, true, |this| this.fits(a, b))
            }
            (_, Type::Fun(fun)) => self.fits_fun(from, fun),
            (_, Type::AnyFun(result)) => self.fits_any_fun(from, result),
            _ => self.fits_class(from, to),
        }
    }

    fn fits_number(&self, from: &Type, to: &Type) -> bool {
        let python = self.mode == Mode::Python;
        match to {
            Type::Int => python && from.is_integer(),
            Type::Int64 => matches!(from, Type::Int) || python && from.is_integer(),
            Type::BigInt => from.is_integer(),
            Type::BigRat => true,
            Type::Float => python && self.promote && from.is_integer(),
            _ => false,
        }
    }

    fn fits_entries(&mut self, from: (&Type, &Type), to: (&Type, &Type)) -> bool {
        let covariant = self.part_fits(from.0, to.0) && self.part_fits(from.1, to.1);
        if matches!(self.mode, Mode::Python | Mode::Fresh) {
            return covariant;
        }
        // Maps of the program are invariant.
        covariant && self.part_fits(to.0, from.0) && self.part_fits(to.1, from.1)
    }

    fn fits_union(&mut self, from: &Type, to: &Type, members: &Rc<[Type]>) -> bool {
        if members.contains(from) || self.covers(from, to) {
            return true;
        }
        if self.variables.is_empty() {
            return members.iter().any(|member| self.fits(from, member));
        }
        // Members without type variables first, a bare variable last: an int given for `T | int`
        // says nothing of T, a list given for `T | Sequence[T]` is the sequence.
        let rank = |member: &Type| match member {
            Type::Infer(_) => 2,
            other => u8::from(other.has_infer()),
        };
        (0..=2).any(|wanted| {
            members
                .iter()
                .filter(|member| rank(member) == wanted)
                .any(|member| {
                    let before = self.snapshot();
                    let fits = self.fits(from, member);
                    if !fits {
                        self.restore(before);
                    }
                    fits
                })
        })
    }

    /// Whether `to` has all the values that `from` has: both bools, all members of an enum.
    fn covers(&self, from: &Type, to: &Type) -> bool {
        let has = |literal: Literal| match to {
            Type::Union(members) => members.contains(&Type::Literal(literal)),
            Type::Literal(only) => *only == literal,
            _ => false,
        };
        match from {
            Type::Bool => has(Literal::Bool(false)) && has(Literal::Bool(true)),
            Type::Handle(class, _) => {
                let any_member =
                    |ty: &Type| matches!(ty, Type::Literal(Literal::Member(of, _)) if of == class);
                let related = match to {
                    Type::Union(members) => members.iter().any(any_member),
                    other => any_member(other),
                };
                if !related {
                    return false;
                }
                let known = self.cx.externs.class(class);
                match known.as_deref().map(|class| &class.kind) {
                    Some(ClassKind::Enum(names)) => names
                        .iter()
                        .all(|name| has(Literal::Member(class.clone(), name.clone()))),
                    _ => false,
                }
            }
            _ => false,
        }
    }
}

const fn is_scalar_number(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Int | Type::Int64 | Type::BigInt | Type::BigRat | Type::Float
    )
}

const fn is_of_python(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Handle(..) | Type::TypeOf(_) | Type::Module(_) | Type::Extern(_)
    )
}
