//! Documentation pages: what a Mochi program exports, or what a Python package offers to Mochi, as a
//! folder of HTML.
//!
//! Signatures come from the tables that the checker uses, so a page never says what the checker does
//! not. The crate writes no files and runs nothing; equal input gives equal bytes.
//!
//! Entry points: [`of_program`], [`of_package`], [`render`].
//!
//! Spec: bridge.md §13 (`mochi doc`).

mod docstring;
mod html;
mod inline;
mod markdown;
mod model;
mod package;
mod program;
mod spelled;

pub use html::render;
pub use model::{DocText, Entry, Page, Section, Site};
pub use package::{PackageRequest, of_package};
pub use program::{ProgramModule, of_program};
