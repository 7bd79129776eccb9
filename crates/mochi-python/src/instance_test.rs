//! The run-time test whether a value is of a class.
//!
//! Most classes are asked for by `isinstance`. Some cannot be: protocols are structural, typed
//! dicts are plain dicts, and the file classes of `typing` have no instances among Python's own
//! files.
//!
//! Spec: bridge.md §6 (Protocol, `TypedDict`); language.md §4.5.

use std::rc::Rc;

use mochi_types::{ClassId, ClassKind};

use crate::check_fn::{CheckFns, value};
use crate::py::Expr;

/// Names in the body of a protocol that say nothing of its values.
const NO_MEMBERS: [&str; 9] = [
    "__class_getitem__",
    "__doc__",
    "__hash__",
    "__init__",
    "__init_subclass__",
    "__module__",
    "__new__",
    "__slots__",
    "__subclasshook__",
];

impl CheckFns<'_> {
    /// Whether `value` is of the class.
    pub(crate) fn instance_test(&mut self, class: &ClassId) -> Expr {
        if let Some(names) = self.names_to_have(class) {
            let names = names.into_iter().map(|name| Expr::str(name.to_string()));
            let names = Expr::Tuple(names.collect());
            return self.helper("has_members").call([value(), names]);
        }
        let class = if self.is_typed_dict(class) {
            Expr::name("dict")
        } else {
            self.class_value(class)
        };
        Expr::call_name("isinstance", [value(), class])
    }

    /// Whether `isinstance` tells.
    pub(crate) fn is_nominal(&self, class: &ClassId) -> bool {
        self.names_to_have(class).is_none() && !self.is_typed_dict(class)
    }

    /// Whether type checkers learn from the test all that is to be known of the value: of a
    /// generic class they do not learn what it holds.
    pub(crate) fn is_narrowed(&self, class: &ClassId) -> bool {
        let is_generic = self
            .externs
            .class(class)
            .is_some_and(|known| !known.type_params.is_empty());
        self.is_nominal(class) && !is_generic
    }

    /// Whether its values are plain dicts.
    pub(crate) fn is_typed_dict(&self, class: &ClassId) -> bool {
        self.externs
            .class(class)
            .is_some_and(|known| matches!(known.kind, ClassKind::TypedDict(_)))
    }

    /// The members that make a value one of the class; none if `isinstance` tells.
    fn names_to_have(&self, class: &ClassId) -> Option<Vec<Rc<str>>> {
        let is_file = matches!(&*class.qualname, "IO" | "TextIO" | "BinaryIO");
        if &*class.module == "typing" && is_file {
            return Some(["close", "flush"].map(Rc::from).to_vec());
        }
        let known = self.externs.class(class)?;
        if known.kind != ClassKind::Protocol {
            return None;
        }
        let mut names: Vec<Rc<str>> = Vec::new();
        for (base, _) in &known.mro {
            let base_kind = self.externs.class(base).map(|base| base.kind.clone());
            if base_kind != Some(ClassKind::Protocol) {
                continue;
            }
            for name in self.externs.declared_names(base) {
                let is_private = name.starts_with('_') && !name.starts_with("__");
                if !is_private && !NO_MEMBERS.contains(&&*name) && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        Some(names)
    }
}
