//! The bridge: Python surfaces in Mochi's types, by one closed table.
//!
//! [`Bridge`] answers the checker's questions about imported modules ([`mochi_types::Externs`])
//! from a [`mochi_surface::SurfaceSource`], lazily and once each. Whatever the table does not
//! cover is degraded by rule and recorded as a skip; nothing is widened silently.
//!
//! The crate does no input or output, reads no Python and decides no relation between types: it
//! says what a declared type *is* on the other side ([`TABLE`]), in three positions: coming out
//! of Python (`map_out`), going in (`map_in`), and as the argument of a generic class
//! (`map_exact`), where nothing may be converted.
//!
//! Entry points: [`Bridge`], [`TABLE`], [`Report`], [`type_table_page`].
//!
//! Spec: bridge.md §5–§7; language.md §4, §18.

mod bridge;
mod callback;
mod class;
mod descriptor;
mod docs;
mod function;
mod item;
mod map_exact;
mod map_in;
mod map_out;
mod member;
mod name;
mod report;
mod shim;
mod site;
mod skip;
mod table;
mod union;

pub use bridge::Bridge;
pub use docs::type_table_page;
pub use report::{KindCounts, ModuleReport, Report};
pub use shim::{ShimRequest, shim};
pub use table::{Row, Shape, TABLE};
