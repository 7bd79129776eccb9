//! What every other crate shares: source text, positions in it, and diagnostics as values.
//!
//! This crate does no input or output and knows neither Mochi's syntax nor Python. Entry points:
//! [`SourceFile`], [`Span`], [`Diagnostic`], [`code::lookup`], [`render::human`], [`suggest::nearest`].
//!
//! Spec: language.md §20 (diagnostics).

pub mod code;
mod diagnostic;
pub mod render;
mod source;
pub mod suggest;

pub use code::Code;
pub use diagnostic::{Diagnostic, Note, Severity};
pub use source::{LineColumn, SourceFile, SourceId, SourceSet, Span};
