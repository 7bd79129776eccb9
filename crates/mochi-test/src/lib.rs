//! Test tools of the workspace: literate cases in Markdown that drive the real binary.
//!
//! Nothing here is part of the product. The tests that use this crate live with the binary
//! (`crates/mochi-cli/tests`), because only there cargo tells where it is. Entry points:
//! [`literate::run`], [`process::Mochi`], [`markdown::parse`].

pub mod diff;
mod lasting;
pub mod literate;
pub mod markdown;
pub mod process;
