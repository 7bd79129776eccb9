//! Random programs that must compile, and what they must print.
//!
//! [`generate`] writes well-typed programs from a seed. [`meaning`] is a second implementation of the
//! language, read from the specification: it walks the syntax tree and shares no code with the
//! checker, the lowering or the run-time helpers. [`outcome`] runs a program both ways and says where
//! the two differ; [`shrink`] makes such a program small.
//!
//! Nothing here is part of the product.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test tool may stop at the first surprise"
)]
#![allow(
    clippy::format_push_string,
    clippy::many_single_char_names,
    clippy::match_same_arms,
    clippy::needless_pass_by_value,
    clippy::similar_names,
    clippy::struct_excessive_bools,
    clippy::struct_field_names,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    clippy::self_only_used_in_recursion,
    reason = "programs are put together from short texts, and arithmetic has short names"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::float_cmp,
    reason = "the meaning of numbers is written down as it is, and what leaves its range is given up"
)]

pub mod chance;
pub mod compile;
pub mod corpus;
pub mod generate;
pub mod meaning;
pub mod mutate;
pub mod outcome;
pub mod python;
pub mod shrink;

/// Bytes of stack of the threads that compile and run: as many as the command gives itself.
pub const STACK: usize = 512 * 1024 * 1024;
