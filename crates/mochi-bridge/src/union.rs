//! Unions that come out of Python: members must be told apart at run time.
//!
//! Spec: bridge.md §6 (`Union[A, B]`); language.md §18.7.

use mochi_surface::{ClassKind, PyType, SkipReason};
use mochi_types::{Check, ClassId, Literal, Out, Type};

use crate::name::class_name;
use crate::site::{Site, out};
use crate::table::shape_of;

/// What a run-time test sees of a value.
#[derive(Clone, PartialEq, Eq)]
enum RunTimeClass {
    /// A class of its own.
    Class(ClassId),
    /// One value of a class: apart from every other value.
    Value(Literal),
    List,
    Set,
    Dict,
    /// By its length.
    Tuple(usize),
    Iterator,
    AsyncIterator,
    Callable,
    ClassObject,
    Future,
    Module,
    /// Decided by the solution of a type variable.
    Open,
    /// No test exists: protocols, opaque objects.
    Untestable,
}

impl Site<'_> {
    /// A whole value that comes out. `C | Any`, by which stubs say that a value may be missing and
    /// that nobody should have to test it, is a `C` that is checked; `any` would have no members.
    pub(crate) fn whole_output(&mut self, ty: &PyType) -> Out {
        if let PyType::Union(members) = ty
            && let [handle @ PyType::Class(name, _), PyType::Any]
            | [PyType::Any, handle @ PyType::Class(name, _)] = &**members
            && shape_of(name).is_none()
        {
            return self.output(handle);
        }
        self.output(ty)
    }

    /// A union by its members, or `any` with a skip.
    pub(crate) fn union_out(&mut self, members: &[PyType]) -> Out {
        let members: Vec<Out> = with_tuples_joined(members)
            .iter()
            .map(|member| match member {
                PyType::None => out(Type::None, Check::Unit),
                other => self.output(other),
            })
            .collect();
        if members.iter().any(|member| member.ty == Type::Any) {
            return out(Type::Any, Check::Nothing);
        }
        if !self.is_distinguishable(&members) {
            self.skip(SkipReason::OpenUnion);
            return out(Type::Any, Check::Nothing);
        }
        let mut checks: Vec<Check> = members
            .iter()
            .map(|member| (*member.check).clone())
            .collect();
        checks.sort_by_key(rank);
        out(
            Type::union(members.into_iter().map(|member| member.ty)),
            Check::union(checks),
        )
    }

    fn is_distinguishable(&self, members: &[Out]) -> bool {
        let mut seen: Vec<(RunTimeClass, &Type)> = Vec::new();
        for member in members {
            if matches!(member.ty, Type::None | Type::Unit | Type::Never) {
                continue;
            }
            let class = self.run_time_class(&member.ty);
            // The same Mochi type from two Python types is one member.
            if seen.iter().any(|(_, ty)| **ty == member.ty) {
                continue;
            }
            let taken = seen.iter().any(|(other, _)| *other == class);
            if taken && class != RunTimeClass::Open {
                return false;
            }
            seen.push((class, &member.ty));
        }
        seen.len() <= 1
            || !seen
                .iter()
                .any(|(class, _)| *class == RunTimeClass::Untestable)
    }

    fn run_time_class(&self, ty: &Type) -> RunTimeClass {
        let builtin = |name: &str| RunTimeClass::Class(ClassId::new("builtins", name));
        match ty {
            Type::Bool => builtin("bool"),
            Type::Int => builtin("int"),
            Type::Float => builtin("float"),
            Type::Str => builtin("str"),
            Type::Bytes => builtin("bytes"),
            Type::BigRat => RunTimeClass::Class(ClassId::new("fractions", "Fraction")),
            Type::Literal(value) => RunTimeClass::Value(value.clone()),
            // Several literals of one Python `Literal[…]`.
            Type::Union(members) => match members.first() {
                Some(first) => self.run_time_class(first),
                None => RunTimeClass::Untestable,
            },
            Type::List(_) => RunTimeClass::List,
            Type::Set(_) => RunTimeClass::Set,
            Type::Map(..) => RunTimeClass::Dict,
            Type::Tuple(parts) => RunTimeClass::Tuple(parts.len()),
            Type::Iterator(_) => RunTimeClass::Iterator,
            Type::AsyncIterator(_) => RunTimeClass::AsyncIterator,
            Type::Fun(_) | Type::AnyFun(_) => RunTimeClass::Callable,
            Type::TypeOf(_) => RunTimeClass::ClassObject,
            Type::Future(_) => RunTimeClass::Future,
            Type::Module(_) => RunTimeClass::Module,
            Type::Param(_) | Type::SelfType => RunTimeClass::Open,
            Type::Handle(class, _) => match self
                .class(&class_name(class))
                .map(|known| known.kind.clone())
            {
                Some(ClassKind::Protocol) | None => RunTimeClass::Untestable,
                Some(ClassKind::TypedDict(_)) => RunTimeClass::Dict,
                Some(_) => RunTimeClass::Class(class.clone()),
            },
            _ => RunTimeClass::Untestable,
        }
    }
}

/// Tuples of one length as one tuple, the union of the parts at each place: `(A, B) | (C, D)` as
/// `(A | C, B | D)`.
fn with_tuples_joined(members: &[PyType]) -> Vec<PyType> {
    let mut joined: Vec<PyType> = Vec::new();
    for member in members {
        let same_length = |other: &&mut PyType| match (&**other, member) {
            (PyType::Tuple(a), PyType::Tuple(b)) => a.len() == b.len(),
            _ => false,
        };
        match (joined.iter_mut().find(same_length), member) {
            (Some(known), PyType::Tuple(new)) => {
                if let PyType::Tuple(old) = &*known {
                    let part = |(a, b): (&PyType, &PyType)| PyType::union([a.clone(), b.clone()]);
                    *known = PyType::Tuple(old.iter().zip(new.iter()).map(part).collect());
                }
            }
            _ => joined.push(member.clone()),
        }
    }
    joined
}

/// The order in which a run-time check tries the members: exact tests first, then those that
/// convert, then those that many classes pass. `int | Decimal` must not turn a Decimal into an
/// int, `str | Sequence[str]` must not take a string apart.
const fn rank(check: &Check) -> u8 {
    match check {
        Check::Unit | Check::Option(_) | Check::Literal(_) => 0,
        Check::Bool => 1,
        Check::Str | Check::Bytes => 2,
        Check::List(_) | Check::Set(_) | Check::Dict(..) | Check::Tuple(_) => 3,
        Check::VariadicTuple(_) => 4,
        Check::Instance(_) | Check::TypeOf(_) | Check::SelfType => 5,
        Check::Int | Check::Int64 => 6,
        Check::Float => 7,
        Check::Mapping(..) => 8,
        Check::Sequence(_) => 9,
        Check::Iterator(_) | Check::AsyncIterator(_) => 10,
        Check::Callable => 11,
        Check::Var(_) | Check::Union(_) | Check::Mochi(_) | Check::Cast(_) => 12,
        Check::StubOnly(_) | Check::Nothing => 13,
    }
}
