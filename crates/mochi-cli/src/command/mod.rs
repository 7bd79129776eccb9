//! The commands, one file each. Every one is a function from its arguments to an [`crate::exit::Exit`].

pub mod bench;
pub mod build;
pub mod check;
pub mod doc;
pub mod explain;
pub mod fmt;
pub mod lock;
pub mod new;
pub mod pkg;
pub mod repl;
pub mod run;
pub mod test;
