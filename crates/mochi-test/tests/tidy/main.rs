//! The invariants of ARCHITECTURE.md and the house style, so that no reviewer must remember them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod architecture;
mod source;
mod style;
