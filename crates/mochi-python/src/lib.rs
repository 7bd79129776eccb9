//! From the typed module to Python: the Python AST, its one printer, lowering, the checks at the
//! border to Python packages, the source map, and the run-time helpers that are vendored beside
//! the output.
//!
//! This crate does no input or output and reports nothing: errors about the user's code have
//! ended in the checker. Entry points: [`lower()`], [`mod@print`], [`py`].
//!
//! Spec: language.md §19; bridge.md §6, §7.

#![allow(
    clippy::format_push_string,
    clippy::needless_for_each,
    clippy::similar_names,
    reason = "short texts are put together where they are read, walks read well as calls, and \
              slices have both start and stop"
)]

mod check_annotation;
mod check_fn;
mod check_name;
mod instance_test;
mod lower;
pub mod print;
pub mod py;
pub mod runtime;
mod shadow;
mod source_map;
mod wrap;

pub use lower::{LowerOptions, Lowered, lower, lower_program, module_name};
pub use print::TooDeep;
pub use wrap::{Defaults, WrapDefault, WrapRequest, Wrapped, wrapper};
