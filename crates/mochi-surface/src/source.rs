//! How the rest of the compiler asks for surfaces.

use std::rc::Rc;

use crate::{Class, ClassName, Item, Member, Module, ModuleName};

/// Which tier of the ladder served a module (bridge.md §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Inline annotations of a package with `py.typed`.
    Inline,
    /// A `-stubs` package.
    Stubs,
    /// The bundled snapshot of typeshed.
    Typeshed,
    /// A package that declares no types: read all the same, its gaps are skips.
    Untyped,
}

impl Tier {
    /// The word that reports and the lock use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inline => "py.typed",
            Self::Stubs => "stubs",
            Self::Typeshed => "typeshed",
            Self::Untyped => "untyped",
        }
    }
}

/// Lazily evaluated surfaces of every module of an environment and of the standard library.
///
/// Answers are pure functions of the sources, the Python version and the target, and are cached
/// by the implementation. Nothing here fails: what cannot be read is a skip inside the answer.
pub trait SurfaceSource {
    /// The module of that name; none if no source defines it.
    fn module(&self, name: &ModuleName) -> Option<Rc<Module>>;

    /// Whether a class of a package's own stub need not be there by that name when the program
    /// runs: the stub of compiled code, or of a source that binds no such name.
    fn may_be_missing(&self, _class: &ClassName) -> bool {
        false
    }

    /// Whether a module belongs to a distribution that holds nothing but types: no value of the
    /// running program is an instance of its classes.
    fn holds_only_types(&self, _module: &ModuleName) -> bool {
        false
    }

    /// Whether the module's own text binds the name: a submodule that it does not import is no
    /// attribute of it to those who read types alone.
    fn binds(&self, _module: &ModuleName, _name: &str) -> bool {
        true
    }

    /// What `name` stands for in `module`, re-exports and submodules followed.
    fn item(&self, module: &ModuleName, name: &str) -> Option<Rc<Item>>;

    /// The header of a class.
    fn class(&self, class: &ClassName) -> Option<Rc<Class>>;

    /// The member that the class itself declares under that name (bases are not searched).
    fn member(&self, class: &ClassName, name: &str) -> Option<Rc<Member>>;
}
