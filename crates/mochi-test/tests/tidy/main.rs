//! The invariants of ARCHITECTURE.md and the house style, so that no reviewer must remember them.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise; paths here are our own"
)]

mod architecture;
mod source;
mod style;
