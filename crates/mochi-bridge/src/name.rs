//! Names on both sides: private names, identities of classes.
//!
//! Spec: language.md §18.1; bridge.md §5 (public names).

use std::rc::Rc;

use mochi_surface::{ClassName, ModuleName};
use mochi_types::{ClassId, ModuleId};

/// Whether a name is offered: no leading underscore, or one of Python's own double-underscored.
pub(crate) fn is_offered(name: &str) -> bool {
    !name.starts_with('_') || (name.len() > 4 && name.starts_with("__") && name.ends_with("__"))
}

/// The identity of a class for the checker.
pub(crate) fn class_id(class: &ClassName) -> ClassId {
    ClassId::new(Rc::from(class.module.as_str()), class.qualname.clone())
}

/// The identity of a class for the surface.
pub(crate) fn class_name(class: &ClassId) -> ClassName {
    ClassName::new(
        ModuleName::new(class.module.clone()),
        class.qualname.clone(),
    )
}

/// The identity of a module for the checker.
pub(crate) fn module_id(module: &ModuleName) -> ModuleId {
    ModuleId(Rc::from(module.as_str()))
}

/// The identity of a module for the surface.
pub(crate) fn module_name(module: &ModuleId) -> ModuleName {
    ModuleName::new(module.0.clone())
}

/// How messages name an attribute of a module; `builtins` is not spelled out.
pub(crate) fn display_path(module: &str, path: &str) -> Rc<str> {
    if module == "builtins" {
        Rc::from(path)
    } else {
        Rc::from(format!("{module}.{path}"))
    }
}

#[cfg(test)]
mod tests {
    use super::is_offered;

    #[test]
    fn private_names_are_not_offered() {
        assert!(is_offered("get"));
        assert!(is_offered("__version__"));
        assert!(!is_offered("_get"));
        assert!(!is_offered("__mangled"));
        assert!(!is_offered("____"));
    }
}
