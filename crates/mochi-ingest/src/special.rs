//! The special forms of `typing` and `typing_extensions`, and the aliases of builtins there.

use mochi_surface::{ClassName, ModuleName};

/// A form that means something of its own in a type expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Special {
    Any,
    Union,
    Optional,
    Literal,
    Callable,
    /// `Final[T]`, `ClassVar[T]`, `Required[T]`, `NotRequired[T]`, `ReadOnly[T]`: the type is `T`.
    Final,
    ClassVar,
    Required,
    NotRequired,
    ReadOnly,
    Annotated,
    Unpack,
    Concatenate,
    SelfType,
    Never,
    Str,
    Bool,
    TypeAlias,
    Generic,
    Protocol,
    TypedDict,
    NamedTuple,
    /// `TypeForm[T]`: the value of a type expression for `T`; class objects are some of them.
    TypeForm,
}

/// The special form that a name of `typing` or `typing_extensions` is.
pub(crate) fn special(module: &str, name: &str) -> Option<Special> {
    if !matches!(module, "typing" | "typing_extensions") {
        return None;
    }
    Some(match name {
        "Any" => Special::Any,
        "Union" => Special::Union,
        "Optional" => Special::Optional,
        "Literal" => Special::Literal,
        "Callable" => Special::Callable,
        "Final" => Special::Final,
        "ClassVar" => Special::ClassVar,
        "Required" => Special::Required,
        "NotRequired" => Special::NotRequired,
        "ReadOnly" => Special::ReadOnly,
        "Annotated" => Special::Annotated,
        "Unpack" => Special::Unpack,
        "Concatenate" => Special::Concatenate,
        "Self" => Special::SelfType,
        "Never" | "NoReturn" => Special::Never,
        "LiteralString" => Special::Str,
        "TypeGuard" | "TypeIs" => Special::Bool,
        "TypeAlias" => Special::TypeAlias,
        "Generic" => Special::Generic,
        "Protocol" => Special::Protocol,
        "TypedDict" => Special::TypedDict,
        "NamedTuple" => Special::NamedTuple,
        "TypeForm" => Special::TypeForm,
        _ => return None,
    })
}

/// The class that an old alias of `typing` stands for.
pub(crate) fn old_alias(module: &str, name: &str) -> Option<ClassName> {
    if !matches!(module, "typing" | "typing_extensions") {
        return None;
    }
    let (module, name) = match name {
        "List" => ("builtins", "list"),
        "Dict" => ("builtins", "dict"),
        "Set" => ("builtins", "set"),
        "FrozenSet" => ("builtins", "frozenset"),
        "Tuple" => ("builtins", "tuple"),
        "Type" => ("builtins", "type"),
        "DefaultDict" => ("collections", "defaultdict"),
        "OrderedDict" => ("collections", "OrderedDict"),
        "Counter" => ("collections", "Counter"),
        "ChainMap" => ("collections", "ChainMap"),
        "Deque" => ("collections", "deque"),
        _ => return None,
    };
    Some(ClassName::new(ModuleName::new(module), name))
}
