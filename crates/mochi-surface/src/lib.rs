//! The surface: the typed public API of Python modules, as plain data.
//!
//! This crate does no input or output, knows neither Mochi's types nor where the data comes from.
//! Everything is reached lazily through [`SurfaceSource`]: a module's names, then an item, then a
//! class's members, so that a program pays only for what it uses.
//!
//! Spec: bridge.md §5; typing-spec (type expressions, callables, classes, overloads).

pub mod canonical;
mod item;
mod name;
mod skip;
mod source;
mod ty;

pub use item::{
    Class, ClassKind, Field, Function, Item, Member, MemberKind, Module, Parameter, ParameterKind,
    Place, Signature, Value,
};
pub use name::{ClassName, ModuleName};
pub use skip::{Skip, SkipReason};
pub use source::{SurfaceSource, Tier};
pub use ty::{Literal, PyType, TypeVar, TypeVarKind};
