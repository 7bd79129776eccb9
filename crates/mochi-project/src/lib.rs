//! What a program needs of the Python world: an interpreter, a resolution, an environment, and the
//! module behind each import.
//!
//! The crate touches the world through `mochi-system` only, runs uv from one module, and reports
//! long work through [`Progress`]. It deliberately does not know how types are read or checked.
//! Entry points: [`Session::prepare`], [`requirement::parse`], [`codes`].
//!
//! Spec: bridge.md §2, §9, §13, §14.

mod cache;
pub mod capability;
pub mod codes;
pub mod distribution;
pub mod driver;
mod environment;
mod error;
mod explain;
mod interpreter;
mod local;
pub mod lock;
mod lockfile;
pub mod manifest;
mod module;
mod private_project;
mod progress;
pub mod project;
pub mod requirement;
mod resolve;
mod session;
mod source;
mod stubs;
mod uv;
mod version;
mod wrapping;

pub use cache::Cache;
pub use error::{ExitClass, OtherText, ProjectError};
pub use interpreter::{HIGHEST_TESTED_MINOR, Interpreter, LOWEST_MINOR, ReleaseLevel};
pub use lockfile::{Lock, LockedDependency, LockedFile, LockedPackage};
pub use progress::{Event, Phase, Progress, Silent};
pub use session::{Import, ImportedModule, Prepared, Session, SessionOptions};
pub use stubs::{StubAnswer, StubOutcome, TypeFolder};
pub use uv::Upgrade;
pub use wrapping::is_generated;
