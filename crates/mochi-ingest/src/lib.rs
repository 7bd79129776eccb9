//! Reads Python's declared types: stubs, inline annotations and the bundled standard-library
//! stubs, into the surface (`mochi-surface`). Lazy: a file is parsed when a name in it is asked
//! for, an item and a member are evaluated when they are asked for.
//!
//! It knows nothing of Mochi's types and does no input or output of its own: files come through
//! [`FileSource`]. It is the only crate that names ruff's and ty's crates.
//!
//! Entry points: [`Universe`] (a `SurfaceSource`), [`read_all`], [`read_capabilities`].
//!
//! Spec: bridge.md §4, §5; PEP 561; the typing specification.

mod alias;
mod annotation;
mod builder;
mod call;
mod capability;
mod chosen;
mod class;
mod constructor;
mod decorator;
mod default;
mod defined;
mod enums;
mod exports;
mod files;
mod flow;
mod function;
mod index;
mod infer;
mod instance;
mod item;
mod lookup;
mod map;
mod member;
mod mro;
mod record;
mod resolver;
mod scope;
mod special;
mod subst;
mod typed_dict;
mod typeshed;
mod universe;
mod walk;
mod wrapping;

pub use capability::{
    CAPABILITY_RULES, Capability, CapabilityUse, ModuleReport, read_capabilities,
};
pub use chosen::ChosenText;
pub use default::DefaultValue;
pub use defined::{DefinedNames, defined_names};
pub use files::{FileSource, FolderEntry};
pub use universe::{Universe, UniverseOptions};
pub use walk::{Counts, read_all};
