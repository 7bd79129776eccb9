//! Submodules whose name their package binds to something else: `import a.b` works then, but `a.b`
//! is that other thing, so that names of such a module are imported from it.

use std::rc::Rc;

use mochi_types::{ExternItem, Externs, ModuleId};

use crate::py::{Import, ImportKind};

/// Whether the name must (and can) be imported from the module.
pub(crate) fn needs_from(
    externs: &dyn Externs,
    imports: &[Import],
    module: &str,
    name: &str,
) -> bool {
    is_shadowed(externs, module) && !is_taken(imports, module, name)
}

/// Whether some part of the module's path stands for something that is no module.
fn is_shadowed(externs: &dyn Externs, module: &str) -> bool {
    module.match_indices('.').any(|(dot, _)| {
        let (parent, rest) = module.split_at(dot);
        let child = rest.trim_start_matches('.').split('.').next();
        let parent = ModuleId(Rc::from(parent));
        let item = child.and_then(|child| externs.attribute(&parent, child));
        item.is_some_and(|item| !matches!(*item, ExternItem::Module(_)))
    })
}

/// Whether another module's name was imported under this one.
fn is_taken(imports: &[Import], module: &str, name: &str) -> bool {
    imports.iter().any(|import| {
        matches!(&import.kind, ImportKind::From(other, known) if known == name && other != module)
    })
}

#[cfg(test)]
mod tests {
    use mochi_types::{Check, ClassId, ExternClass, ExternMember, Out, Type};

    use super::*;

    /// A package whose `functions` binds `col` to a value and `lit` to its submodule.
    struct Package;

    impl Externs for Package {
        fn import(&self, _spec: &str) -> Option<ModuleId> {
            None
        }

        fn attribute(&self, module: &ModuleId, name: &str) -> Option<Rc<ExternItem>> {
            let module_of = |path: &str| ExternItem::Module(ModuleId(Rc::from(path)));
            Some(Rc::new(match (&*module.0, name) {
                ("p", "functions") => module_of("p.functions"),
                ("p.functions", "lit") => module_of("p.functions.lit"),
                ("p.functions", "col") => ExternItem::Value {
                    get: Out {
                        ty: Type::Any,
                        check: Rc::new(Check::Nothing),
                    },
                    set: None,
                },
                _ => return None,
            }))
        }

        fn names(&self, _module: &ModuleId) -> Vec<Rc<str>> {
            Vec::new()
        }

        fn class(&self, _class: &ClassId) -> Option<Rc<ExternClass>> {
            None
        }

        fn member(&self, _class: &ClassId, _name: &str) -> Option<Rc<ExternMember>> {
            None
        }

        fn member_names(&self, _class: &ClassId) -> Vec<Rc<str>> {
            Vec::new()
        }

        fn declared_names(&self, _class: &ClassId) -> Vec<Rc<str>> {
            Vec::new()
        }
    }

    #[test]
    fn a_value_over_a_submodule_shadows_what_is_inside() {
        assert!(is_shadowed(&Package, "p.functions.col"));
        assert!(is_shadowed(&Package, "p.functions.col.deep"));
        assert!(!is_shadowed(&Package, "p.functions.lit"));
        assert!(!is_shadowed(&Package, "p.functions"));
        assert!(!is_shadowed(&Package, "p._private.thing"));
    }
}
