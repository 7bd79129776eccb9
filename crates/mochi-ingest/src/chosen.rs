//! Which text was chosen for a module, for records of what types were read from.
//!
//! Spec: bridge.md §3 (`stub-sha256`), §4.

use std::rc::Rc;

use mochi_surface::{ModuleName, Tier};

use crate::universe::Universe;

/// The text that declares a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenText {
    /// Which tier of the ladder it is.
    pub tier: Tier,
    /// The file relative to its root, with `/`.
    pub file: Rc<str>,
    /// What it holds; empty for a native module or a namespace package.
    pub text: String,
}

impl Universe {
    /// The text that was chosen for a module; none if no source defines it.
    pub fn chosen_text(&self, name: &ModuleName) -> Option<ChosenText> {
        let source = self.resolver.resolve(name)?;
        Some(ChosenText {
            tier: source.tier,
            file: Rc::clone(&source.file),
            text: self.resolver.read(&source.text).unwrap_or_default(),
        })
    }
}
