//! Mochi's types as values: the types themselves, the program's own declarations, the extern
//! declarations of imported Python modules, and the relations between them.
//!
//! One relation serves Mochi values and Python parameters alike: `list<int>` fits a Python
//! `Sequence[float]` because every Mochi type has a Python class whose bases are known.
//! This crate does no input or output and knows neither syntax nor where externs come from.
//!
//! Entry points: [`Type`], [`Decls`], [`Externs`], [`Context`].
//!
//! Spec: language.md §4 (types), §18.2–18.7; bridge.md §6 (type table).

#![allow(
    clippy::result_large_err,
    reason = "faults name the types in question and are taken apart at once"
)]

mod call;
mod check;
mod check_rule;
mod class_view;
mod constructor;
mod decl;
mod declared;
mod display;
mod expectation;
mod externs;
mod member;
mod open_operand;
mod operator;
mod relation;
mod solve;
mod spelling;
mod substitute;
mod ty;
mod unify;

pub use call::{ArgValue, CallArg, CallFault, DeferredArg, ResolvedCall};
pub use check::Check;
pub use check_rule::CheckRule;
pub use decl::{
    Decl, DeclId, DeclRef, Decls, FieldInfo, MethodInfo, RecordDecl, Shape, SumDecl, VariantInfo,
};
pub use declared::{Declared, DeclaredTable, is_sidecar};
pub use externs::{
    ClassId, ClassKind, Context, ExternClass, ExternField, ExternFun, ExternItem, ExternMember,
    Externs, ModuleId, Out, Param, ParamKind, Signature,
};
pub use member::BoundMember;
pub use operator::Operation;
pub use relation::RelationMemo;
pub use solve::{GenericFault, GenericSolution};
pub use spelling::{is_reserved, python_spelling, quoted};
pub use substitute::Solution;
pub use ty::{ChannelKind, Effects, FunType, Literal, Type, TypeParam};
