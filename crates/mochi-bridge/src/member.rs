//! Members of classes: methods without their receiver, properties, attributes, nested classes.
//!
//! Spec: bridge.md §5, §6; language.md §18.3.

use std::rc::Rc;

use mochi_surface::{Class, ClassKind, Function, MemberKind, Place, PyType};
use mochi_types::{Check, ClassId, ExternMember, Literal, Type};

use crate::Bridge;
use crate::class::display_of;
use crate::function::Binding;
use crate::name::{class_id, class_name, is_offered};
use crate::site::{Site, out};

impl Bridge {
    /// A member that the class declares itself.
    pub(crate) fn map_member(&self, class: &ClassId, name: &str) -> Option<ExternMember> {
        // `_value_` tells the type of `.value`.
        if !is_offered(name) && !is_tuple_name(class, name) && name != "_value_" {
            return None;
        }
        let class_name = class_name(class);
        let header = self.source.class(&class_name)?;
        if name == "_value_" && !matches!(header.kind, ClassKind::Enum(_)) {
            return None;
        }
        if let ClassKind::Enum(members) = &header.kind
            && members.iter().any(|member| &**member == name)
        {
            return Some(enum_member(class, name));
        }
        let member = self.source.member(&class_name, name)?;
        let symbol: Rc<str> = Rc::from(format!("{}.{name}", display_of(&header)));
        Some(match &member.kind {
            MemberKind::Class(nested) => ExternMember::Class(class_id(nested)),
            MemberKind::Property { get, set, place } => {
                self.map_property(&header, get, set.as_ref(), place.as_ref(), symbol)
            }
            MemberKind::Attribute { value, class_level } => {
                let mut site = Site::new(self, symbol, value.place.clone());
                if *class_level && let Some((get, set)) = site.descriptor(&value.ty) {
                    return Some(ExternMember::Attribute {
                        get,
                        set,
                        class_level: true,
                    });
                }
                let get = site.constant(value);
                let fixed = value.is_final || is_frozen(&header);
                let set = if fixed {
                    None
                } else {
                    site.input(&value.ty).ok()
                };
                ExternMember::Attribute {
                    get,
                    set,
                    class_level: *class_level,
                }
            }
            MemberKind::Method(function) => self.map_method(&header, function, name, symbol)?,
            MemberKind::ClassMethod(function) => ExternMember::ClassMethod(Rc::new(
                self.map_function(function, symbol, Binding::Class(&header.name))?,
            )),
            MemberKind::StaticMethod(function) if takes_class(name) => {
                self.map_method(&header, function, name, symbol)?
            }
            MemberKind::StaticMethod(function) => ExternMember::StaticMethod(Rc::new(
                self.map_function(function, symbol, Binding::Free)?,
            )),
        })
    }

    fn map_method(
        &self,
        header: &Class,
        function: &Function,
        name: &str,
        symbol: Rc<str>,
    ) -> Option<ExternMember> {
        if takes_class(name) {
            let binding = Binding::Class(&header.name);
            let fun = self.map_function(function, symbol, binding)?;
            return Some(ExternMember::ClassMethod(Rc::new(fun)));
        }
        let binding = Binding::Instance(&header.name);
        let fun = self.map_function(function, symbol, binding)?;
        Some(ExternMember::Method(Rc::new(fun)))
    }

    fn map_property(
        &self,
        header: &Class,
        get: &PyType,
        set: Option<&PyType>,
        place: Option<&Place>,
        symbol: Rc<str>,
    ) -> ExternMember {
        let mut site = Site::new(self, symbol, place.cloned());
        let get = site.whole_output(get);
        let set = match set {
            Some(set) if !is_frozen(header) => site.input(set).ok(),
            _ => None,
        };
        ExternMember::Attribute {
            get,
            set,
            class_level: false,
        }
    }
}

/// A member of an enum is the literal of itself.
fn enum_member(class: &ClassId, name: &str) -> ExternMember {
    let literal = Literal::Member(class.clone(), Rc::from(name));
    ExternMember::Attribute {
        get: out(
            Type::Literal(literal.clone()),
            Check::Literal(Rc::from([literal])),
        ),
        set: None,
        class_level: true,
    }
}

/// `_replace`, `_asdict`, `_fields`: public all the same, the underscore keeps them apart from
/// the fields.
fn is_tuple_name(class: &ClassId, name: &str) -> bool {
    class.is("typing", "NamedTuple") && !name.starts_with("__")
}

/// The methods that get the class although they are not marked `@classmethod`.
fn takes_class(name: &str) -> bool {
    matches!(name, "__new__" | "__init_subclass__" | "__class_getitem__")
}

/// Whether instances of the class refuse assignment.
fn is_frozen(class: &Class) -> bool {
    matches!(
        class.kind,
        ClassKind::NamedTuple(_) | ClassKind::Dataclass { frozen: true, .. }
    )
}
