//! Python modules as packages write them, and programs that use them: what the checker says of
//! each binding, or why it refuses. Each case was first met in a real package.
//!
//! Spec: bridge.md §6; language.md §18, §20.

#![allow(clippy::panic, reason = "tests may stop at the first surprise")]

mod arguments;
mod classes;
mod decorators;
mod descriptors;
mod support;
mod values;
