//! Names with a grammar: Python modules and classes.

use std::fmt;
use std::rc::Rc;

/// A dotted Python module name such as `os.path`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleName(Rc<str>);

impl ModuleName {
    /// Takes a dotted name as it is.
    pub fn new(name: impl Into<Rc<str>>) -> Self {
        Self(name.into())
    }

    /// The dotted name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first component: `os` of `os.path`.
    pub fn top_level(&self) -> &str {
        self.0.split('.').next().unwrap_or(&self.0)
    }

    /// The module that contains this one; none for a top-level module.
    pub fn parent(&self) -> Option<Self> {
        let (parent, _) = self.0.rsplit_once('.')?;
        Some(Self::new(parent))
    }

    /// `self.name`.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        Self::new(format!("{}.{name}", self.0))
    }
}

impl fmt::Display for ModuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A class by where it is defined: the module and the qualified name inside it.
///
/// This is an identity: re-exports of one class share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassName {
    /// The module whose source holds the `class` statement.
    pub module: ModuleName,
    /// `Outer.Inner` within it.
    pub qualname: Rc<str>,
}

impl ClassName {
    /// The class `qualname` of `module`.
    pub fn new(module: ModuleName, qualname: impl Into<Rc<str>>) -> Self {
        Self {
            module,
            qualname: qualname.into(),
        }
    }

    /// Whether this is the class `qualname` of the module named `module`.
    pub fn is(&self, module: &str, qualname: &str) -> bool {
        self.module.as_str() == module && &*self.qualname == qualname
    }

    /// The last component of the qualified name.
    pub fn simple(&self) -> &str {
        self.qualname.rsplit('.').next().unwrap_or(&self.qualname)
    }
}

impl fmt::Display for ClassName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.module, self.qualname)
    }
}
