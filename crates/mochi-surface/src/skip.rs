//! Skips: what the reader or the type table could not carry over, with a reason from a closed list.

use std::rc::Rc;

use crate::Place;

/// Why an item, or a part of one, was degraded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// The source declares no type.
    NoAnnotation,
    /// A name in the annotation cannot be resolved.
    UnresolvedReference,
    /// `complex` has no Mochi type.
    UnsupportedComplex,
    /// A union whose members cannot be told apart at run time.
    OpenUnion,
    /// `ParamSpec` or `Concatenate`.
    ParamSpec,
    /// `TypeVarTuple` or `Unpack` of one.
    TypeVarTuple,
    /// A decorator without declared types hides the signature.
    UnannotatedDecorator,
    /// An alias that contains itself.
    RecursiveAlias,
    /// A key of a map or an element of a set whose Mochi type is a list.
    VariadicKey,
    /// The expression is not a type expression.
    UnsupportedExpression,
    /// The module cannot be read as Python.
    SyntaxError,
    /// A name served by a module's `__getattr__`.
    DynamicAttribute,
    /// A class that the stubs declare and the running package may not have.
    StubOnlyClass,
    /// The distribution declares no types.
    NoTypes,
}

impl SkipReason {
    /// Every reason, in the order of their documentation.
    pub const ALL: [Self; 14] = [
        Self::NoAnnotation,
        Self::UnresolvedReference,
        Self::UnsupportedComplex,
        Self::OpenUnion,
        Self::ParamSpec,
        Self::TypeVarTuple,
        Self::UnannotatedDecorator,
        Self::RecursiveAlias,
        Self::VariadicKey,
        Self::UnsupportedExpression,
        Self::SyntaxError,
        Self::DynamicAttribute,
        Self::StubOnlyClass,
        Self::NoTypes,
    ];

    /// The stable code, as reports and the documentation spell it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoAnnotation => "no-annotation",
            Self::UnresolvedReference => "unresolved-reference",
            Self::UnsupportedComplex => "unsupported-complex",
            Self::OpenUnion => "open-union",
            Self::ParamSpec => "param-spec",
            Self::TypeVarTuple => "type-var-tuple",
            Self::UnannotatedDecorator => "unannotated-decorator",
            Self::RecursiveAlias => "recursive-alias",
            Self::VariadicKey => "variadic-key",
            Self::UnsupportedExpression => "unsupported-expression",
            Self::SyntaxError => "syntax-error",
            Self::DynamicAttribute => "dynamic-attribute",
            Self::StubOnlyClass => "stub-only-class",
            Self::NoTypes => "no-types",
        }
    }
}

/// One degraded item or part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// The item: `httpx.Client.get`.
    pub item: Rc<str>,
    /// The part of it: `parameter auth`, `return`, empty for the whole.
    pub part: Rc<str>,
    /// Why.
    pub reason: SkipReason,
    /// Where the source declares it.
    pub place: Option<Place>,
}
