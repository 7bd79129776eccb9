//! Classes: names, type parameters, bases, what they are made for.
//!
//! Spec: bridge.md §5, §6; language.md §18.3.

use std::rc::Rc;

use mochi_surface::{Class, ClassKind, ClassName, Field, PyType, SkipReason, Tier};
use mochi_types::{ClassId, ExternClass, ExternField, Type};

use crate::Bridge;
use crate::name::{class_id, class_name, display_path, module_id};
use crate::site::Site;

impl Bridge {
    /// The class behind an identity.
    pub(crate) fn map_class(&self, class: &ClassId) -> Option<ExternClass> {
        let header = self.source.class(&class_name(class))?;
        let display = display_of(&header);
        let mut site = Site::new(self, display.clone(), header.place.clone());
        let type_params = header
            .type_vars
            .iter()
            .map(|var| site.type_param(var))
            .collect();
        site.part("base");
        let mro = header
            .mro
            .iter()
            .filter_map(|base| site.base(base))
            .collect();
        site.part("tuple");
        let tuple_parts = header
            .tuple_parts
            .as_ref()
            .map(|parts| parts.iter().map(|part| site.output(part)).collect());
        let (module, path) = &header.public_path;
        Some(ExternClass {
            id: class.clone(),
            display,
            path: (module_id(module), path.clone()),
            type_params,
            mro,
            kind: site.kind(&header.kind),
            has_unknown_base: header.has_unknown_base,
            stub_only: self.is_stub_only(&header),
            types_only: self.source.holds_only_types(&header.name.module),
            tuple_parts,
            metaclass: header.metaclass.as_ref().map(class_id),
            doc: header.doc.clone(),
        })
    }

    /// Whether the running package may not have the class: a private name in a stub, any name in
    /// a stub package, which need not match the installed version, or one that the package's
    /// own stub has and its code does not show. Public names of the
    /// standard library's stubs are tested against Python by their authors.
    pub(crate) fn is_stub_only(&self, class: &Class) -> bool {
        if !class.from_stub {
            return false;
        }
        let tier = self
            .source
            .module(&class.name.module)
            .map(|module| module.tier);
        is_private(class) || tier == Some(Tier::Stubs) || self.source.may_be_missing(&class.name)
    }

    /// Records, once for the class and under its own name wherever it is met, that it may not
    /// exist.
    pub(crate) fn note_stub_only(&self, class: &Class) {
        if is_private(class) {
            Site::new(self, Rc::from(class.name.to_string()), class.place.clone())
                .skip(SkipReason::StubOnlyClass);
        }
    }
}

impl Site<'_> {
    fn base(&mut self, base: &PyType) -> Option<(ClassId, Rc<[Type]>)> {
        let tuple = |element: Type| Some((ClassId::new("builtins", "tuple"), Rc::from([element])));
        match base {
            PyType::Class(name, args) => {
                let args = args.iter().map(|arg| self.exact(arg)).collect();
                Some((class_id(name), args))
            }
            PyType::VariadicTuple(element) => tuple(self.exact(element)),
            PyType::Tuple(parts) => tuple(Type::union(parts.iter().map(|part| self.exact(part)))),
            _ => None,
        }
    }

    fn kind(&mut self, kind: &ClassKind) -> mochi_types::ClassKind {
        match kind {
            ClassKind::Plain => mochi_types::ClassKind::Plain,
            ClassKind::Protocol => mochi_types::ClassKind::Protocol,
            ClassKind::Enum(members) => mochi_types::ClassKind::Enum(members.clone()),
            ClassKind::Exception => mochi_types::ClassKind::Exception,
            ClassKind::Dataclass { fields, frozen } => mochi_types::ClassKind::Record {
                fields: self.fields(fields, false),
                frozen: *frozen,
            },
            ClassKind::NamedTuple(fields) => mochi_types::ClassKind::Record {
                fields: self.fields(fields, false),
                frozen: true,
            },
            ClassKind::TypedDict(fields) => {
                mochi_types::ClassKind::TypedDict(self.fields(fields, true))
            }
        }
    }

    /// The fields; one that a `TypedDict` need not have reads as `T?`.
    fn fields(&mut self, fields: &[Field], typed_dict: bool) -> Vec<ExternField> {
        let mut mapped = Vec::new();
        for field in fields {
            self.part(&format!("field {}", field.name));
            let optional = typed_dict && field.has_default;
            let get = if optional {
                self.union_out(&[field.ty.clone(), PyType::None])
            } else {
                self.output(&field.ty)
            };
            mapped.push(ExternField {
                name: field.name.clone(),
                get,
                set: self.nested_in(&field.ty),
                has_default: field.has_default,
                keyword_only: field.keyword_only,
            });
        }
        mapped
    }
}

/// The name that messages use.
pub(crate) fn display_of(class: &Class) -> Rc<str> {
    let (module, path) = &class.public_path;
    display_path(module.as_str(), path)
}

/// Whether the class is defined under a private name. Private modules exist all the same (`_io`),
/// but for the one that only stubs import.
fn is_private(class: &Class) -> bool {
    let ClassName { module, qualname } = &class.name;
    module.top_level() == "_typeshed" || qualname.split('.').any(|part| part.starts_with('_'))
}
