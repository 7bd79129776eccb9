//! Structural relation: a value has every member that a protocol asks for.
//!
//! Leniency, as packages' protocols expect: parameter names are not compared, an attribute need
//! not be settable, and `any` in either declaration is compatible.
//!
//! Spec: language.md §18.3 (`interface`); typing-spec "protocols".

use std::rc::Rc;

use super::{Mode, Relation};
use crate::class_view::fill;
use crate::{BoundMember, ClassId, ClassKind, Param, ParamKind, Signature, Type};

/// Protocols within protocols deeper than this are taken to fit: only types that grow without
/// end get there.
const DEPTH: usize = 24;

/// So many protocols asked about for one question mean the same.
const STEPS: u32 = 4000;

/// Names in the body of a protocol that are no members of it.
const NO_MEMBERS: [&str; 15] = [
    "__abstractmethods__",
    "__annotations__",
    "__class_getitem__",
    "__dict__",
    "__doc__",
    "__init__",
    "__init_subclass__",
    "__match_args__",
    "__module__",
    "__new__",
    "__orig_bases__",
    "__parameters__",
    "__slots__",
    "__subclasshook__",
    "__weakref__",
];

/// Why a value does not satisfy a protocol.
pub(super) enum Lack {
    /// It has no such member.
    Missing(Rc<str>),
    /// It has the member with another type.
    Differs(Rc<str>),
}

impl Relation<'_> {
    pub(super) fn fits_protocol(
        &mut self,
        from: &Type,
        to: &Type,
        class: &ClassId,
        args: &Rc<[Type]>,
    ) -> bool {
        self.steps += 1;
        if self.open.len() > DEPTH || self.steps > STEPS {
            return true;
        }
        let closed = self.variables.is_empty() || !from.has_infer() && !to.has_infer();
        let pair = (from.clone(), to.clone());
        if self.open.contains(&pair) {
            return true;
        }
        // Answers under an assumption hold only as long as the assumption.
        let keep = closed && self.open.is_empty();
        let memo = if from.any_part(&depends_on_program) {
            None
        } else {
            self.cx.externs.memo()
        };
        if keep {
            let known = self.answers.get(&pair).copied();
            if let Some(answer) = known.or_else(|| memo?.get(&pair)) {
                return answer;
            }
        }
        self.open.push(pair);
        let answer = self.lacks(from, class, args).is_none();
        let pair = self.open.pop();
        if keep && let Some(pair) = pair {
            if let Some(memo) = memo {
                memo.put(pair.clone(), answer);
            }
            self.answers.insert(pair, answer);
        }
        answer
    }

    /// The first member of the protocol that `from` does not have or has with another type.
    pub(super) fn lacks(
        &mut self,
        from: &Type,
        class: &ClassId,
        args: &Rc<[Type]>,
    ) -> Option<Lack> {
        let protocol = self.cx.externs.class(class)?;
        let own = (class.clone(), args.clone());
        let bases = protocol.mro.iter().filter(|(base, _)| base != class);
        let bases = bases.map(|(base, base_args)| (base.clone(), fill(&protocol, args, base_args)));
        let mut seen: Vec<Rc<str>> = Vec::new();
        let mut wanted: Vec<(ClassId, Rc<[Type]>, Rc<str>)> = Vec::new();
        for (owner, owner_args) in std::iter::once(own).chain(bases) {
            let known = self.cx.externs.class(&owner);
            if !known.is_some_and(|known| known.kind == ClassKind::Protocol) {
                continue;
            }
            for name in self.cx.externs.declared_names(&owner) {
                if NO_MEMBERS.contains(&&*name) || seen.contains(&name) {
                    continue;
                }
                seen.push(name.clone());
                wanted.push((owner.clone(), owner_args.clone(), name));
            }
        }
        // All names first: most misfits are found there, and cheaply.
        let mut present = Vec::with_capacity(wanted.len());
        for (owner, owner_args, name) in wanted {
            if is_private(&name) {
                // Programs never see it, so its type is not asked for.
                if self.declares(from, &name) {
                    continue;
                }
                return Some(Lack::Missing(name));
            }
            match self.member_of(from, &name) {
                Some(member) => present.push((owner, owner_args, name, member)),
                None => return Some(Lack::Missing(name)),
            }
        }
        let self_type = from.widened();
        for (owner, owner_args, name, member) in present {
            let asked = self.cx.bound(&owner, &owner_args, &name, &self_type);
            if &*name == "__class__" && asked.as_ref().is_some_and(names_no_class) {
                return Some(Lack::Differs(name));
            }
            let outer = std::mem::replace(&mut self.bool_is_int, true);
            let fits = asked.is_none_or(|asked| {
                self.with(Mode::Python, true, |this| this.member_fits(&member, &asked))
            });
            self.bool_is_int = outer;
            if !fits {
                return Some(Lack::Differs(name));
            }
        }
        None
    }

    /// Whether the class of a value, or a base of it, declares a name, be it a private one.
    fn declares(&self, from: &Type, name: &str) -> bool {
        let class = self.cx.python_class(from);
        let class = class.and_then(|(class, _)| self.cx.externs.class(&class));
        class.is_some_and(|class| {
            class.mro.iter().any(|(base, _)| {
                let names = self.cx.externs.declared_names(base);
                names.iter().any(|known| **known == *name)
            })
        })
    }

    fn member_of(&self, from: &Type, name: &str) -> Option<BoundMember> {
        if name == "__call__"
            && let Some(fun) = self.cx.signatures_of(from)
        {
            return Some(BoundMember::Method(fun));
        }
        match from {
            Type::Fun(_) | Type::Extern(_) | Type::AnyFun(_) => {
                let class = ClassId::new("types", "FunctionType");
                self.cx.bound(&class, &Rc::from([]), name, from)
            }
            _ => self.cx.lookup_member(from, name),
        }
    }

    fn member_fits(&mut self, own: &BoundMember, asked: &BoundMember) -> bool {
        match (own, asked) {
            (BoundMember::Method(own), BoundMember::Method(asked)) => {
                asked.overloads.iter().all(|asked| {
                    own.overloads.iter().any(|own| {
                        let before = self.snapshot();
                        let fits = self.signature_fits(own, asked);
                        if !fits {
                            self.restore(before);
                        }
                        fits
                    })
                })
            }
            (BoundMember::Method(own), BoundMember::Attribute { get, .. }) => {
                self.fits(&Type::Extern(own.clone()), &get.ty)
            }
            (BoundMember::Attribute { get, .. }, BoundMember::Method(asked)) => {
                // `__hash__: None` says that there is none.
                match &get.ty {
                    Type::Any | Type::Error => true,
                    ty => match self.cx.signatures_of(ty) {
                        Some(own) => self.member_fits(
                            &BoundMember::Method(own),
                            &BoundMember::Method(asked.clone()),
                        ),
                        None => matches!(ty, Type::AnyFun(_)),
                    },
                }
            }
            (
                BoundMember::Attribute { get: own, .. },
                BoundMember::Attribute { get: asked, .. },
            ) => self.fits(&own.ty, &asked.ty),
            (BoundMember::Class(own), BoundMember::Attribute { get, .. }) => {
                let own = Type::TypeOf(Rc::new(Type::instance(own, Rc::from([]))));
                self.fits(&own, &get.ty)
            }
            (BoundMember::Class(own), BoundMember::Method(asked)) => {
                let own = BoundMember::Method(Rc::new(self.cx.constructor(own)));
                self.member_fits(&own, &BoundMember::Method(asked.clone()))
            }
            (_, BoundMember::Class(_)) => true,
        }
    }

    /// Whether a function with signature `own` can be called in every way that `asked` allows.
    fn signature_fits(&mut self, own: &Signature, asked: &Signature) -> bool {
        let own = self.instantiate(own);
        if takes_anything(asked) {
            return self.result_fits((&own.ret.ty, own.is_async), (&asked.ret.ty, asked.is_async));
        }
        let mut used = vec![false; own.params.len()];
        let mut position = 0;
        for param in &asked.params {
            let taker = match param.kind {
                ParamKind::PositionalOnly | ParamKind::Normal => {
                    let taker = positional(&own.params, position);
                    position += 1;
                    // An optional parameter that does not exist is never passed by callers who
                    // know the protocol's default only when it is given; a required one is.
                    taker.or_else(|| named(&own.params, param))
                }
                ParamKind::KeywordOnly => named(&own.params, param),
                ParamKind::VarArgs => find(&own.params, ParamKind::VarArgs),
                ParamKind::KwArgs => find(&own.params, ParamKind::KwArgs),
            };
            let variadic = matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs);
            let Some(taker) = taker else {
                if variadic || param.has_default {
                    continue;
                }
                return false;
            };
            if let Some(slot) = used.get_mut(taker) {
                *slot = true;
            }
            let Some(own_param) = own.params.get(taker) else {
                return false;
            };
            if !self.python_takes(&param.ty, &own_param.ty) {
                return false;
            }
        }
        let all_given = own.params.iter().zip(&used).all(|(param, used)| {
            let variadic = matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs);
            *used || param.has_default || variadic
        });
        if !all_given {
            return false;
        }
        // A result declared `Iterable` reads as an iterator; for this question a list is one.
        let asked_ret = match (&own.ret.ty, &asked.ret.ty) {
            (Type::List(_) | Type::Set(_) | Type::Map(..), Type::Iterator(element)) => {
                let iterable = ClassId::new("typing", "Iterable");
                Type::Handle(iterable, Rc::from([(**element).clone()]))
            }
            (_, asked) => asked.clone(),
        };
        self.result_fits((&own.ret.ty, own.is_async), (&asked_ret, asked.is_async))
    }
}

/// Whether a protocol asks for one class by `__class__`, and that class has no Mochi type
/// (`complex`): then no value of Mochi is of it.
fn names_no_class(asked: &BoundMember) -> bool {
    match asked {
        BoundMember::Attribute { get, .. } => match &get.ty {
            Type::TypeOf(class) => matches!(**class, Type::Any | Type::PyObject),
            ty => matches!(ty, Type::Any | Type::PyObject),
        },
        _ => false,
    }
}

fn depends_on_program(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Named(_) | Type::Variant(..) | Type::Param(_) | Type::Infer(_)
    )
}

fn is_private(name: &str) -> bool {
    name.starts_with('_') && !name.starts_with("__")
}

/// `(*args: Any, **kwargs: Any)` stands for parameters that are not told.
fn takes_anything(signature: &Signature) -> bool {
    let any = |kind: ParamKind| {
        signature
            .params
            .iter()
            .any(|param| param.kind == kind && param.ty == Type::Any)
    };
    signature.params.len() == 2 && any(ParamKind::VarArgs) && any(ParamKind::KwArgs)
}

fn positional(params: &[Param], position: usize) -> Option<usize> {
    let mut count = 0;
    for (index, param) in params.iter().enumerate() {
        match param.kind {
            ParamKind::PositionalOnly | ParamKind::Normal => {
                if count == position {
                    return Some(index);
                }
                count += 1;
            }
            ParamKind::VarArgs => return Some(index),
            ParamKind::KeywordOnly | ParamKind::KwArgs => {}
        }
    }
    None
}

fn named(params: &[Param], wanted: &Param) -> Option<usize> {
    let by_name = |param: &Param| {
        matches!(param.kind, ParamKind::Normal | ParamKind::KeywordOnly)
            && param.name == wanted.name
    };
    params
        .iter()
        .position(by_name)
        .or_else(|| find(params, ParamKind::KwArgs))
}

fn find(params: &[Param], kind: ParamKind) -> Option<usize> {
    params.iter().position(|param| param.kind == kind)
}
