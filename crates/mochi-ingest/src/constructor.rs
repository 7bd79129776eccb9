//! The constructors that records make for themselves.
//!
//! Spec: typing-spec "dataclasses", "`dataclass_transform`", "named tuples".

use std::rc::Rc;

use mochi_surface::{Function, Parameter, ParameterKind, PyType, Signature};

use crate::index::{ClassNode, ModuleIndex};
use crate::record::RecordKind;
use crate::universe::Universe;

impl Universe {
    /// The name of the constructor that a record makes for itself, if it makes one.
    pub(crate) fn synthesised(&self, node: &Rc<ClassNode>) -> Option<&'static str> {
        let record = self.record(node)?;
        if !record.makes_init {
            return None;
        }
        let name = match record.kind {
            RecordKind::NamedTuple => "__new__",
            _ => "__init__",
        };
        (!node.scope.sites.contains_key(name)).then_some(name)
    }

    /// The constructor that a record makes.
    pub(crate) fn synthesise(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
    ) -> Option<Function> {
        let record = self.record(node)?;
        let is_new = record.kind == RecordKind::NamedTuple;
        let receiver = Parameter {
            name: Rc::from(if is_new { "cls" } else { "self" }),
            kind: ParameterKind::PositionalOnly,
            ty: if is_new {
                PyType::TypeOf(Rc::new(PyType::SelfType))
            } else {
                PyType::SelfType
            },
            has_default: false,
        };
        let mut params = vec![receiver];
        for keyword_only in [false, true] {
            for field in &record.fields {
                if !field.in_init || field.keyword_only != keyword_only {
                    continue;
                }
                params.push(Parameter {
                    name: field.alias.clone().unwrap_or_else(|| field.name.clone()),
                    kind: if keyword_only {
                        ParameterKind::KeywordOnly
                    } else {
                        ParameterKind::Normal
                    },
                    ty: field.ty.clone(),
                    has_default: field.has_default,
                });
            }
        }
        Some(Function {
            name: Rc::from(if is_new { "__new__" } else { "__init__" }),
            overloads: vec![Signature {
                type_vars: Vec::new(),
                params,
                ret: if is_new {
                    PyType::SelfType
                } else {
                    PyType::None
                },
                is_async: false,
            }],
            doc: None,
            deprecated: None,
            place: Some(module.place(node.at)),
        })
    }
}
