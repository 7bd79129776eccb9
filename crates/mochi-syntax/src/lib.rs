//! Mochi's syntax: text to tokens to a tree, with diagnostics; never fails and never panics.
//!
//! This crate knows neither names nor types. Entry points: [`parse`], [`ast`].
//!
//! Spec: language.md §1 (lexical structure), §2 (grammar), §18 (interop forms), §20 (P codes).

pub mod ast;
