//! The checker: a syntax tree and the extern declarations of its imports to a typed module.
//!
//! Every fault of the user's program is reported here (or by the bridge); a typed module exists
//! only for programs without errors, so that lowering may assert but never report. This crate does
//! no input or output.
//!
//! Entry points: [`check`], [`typed`].
//!
//! Spec: language.md §3–§13, §18, §20.

pub mod typed;
