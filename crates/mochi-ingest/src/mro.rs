//! Method resolution order with type arguments.
//!
//! Spec: Python's C3 linearisation.

use std::rc::Rc;

use mochi_surface::{ClassName, PyType, TypeVarKind};

use crate::annotation::class;
use crate::index::ClassNode;
use crate::subst::{bind, substitute};
use crate::universe::Universe;

impl Universe {
    /// The order of a class, itself first, in terms of its own type variables.
    pub(crate) fn mro(&self, node: &Rc<ClassNode>) -> Rc<[PyType]> {
        if let Some(known) = self.mros.borrow().get(&node.name) {
            return known.clone();
        }
        let own = PyType::Class(node.name.clone(), Rc::from([]));
        if !self.busy_classes.borrow_mut().insert(node.name.clone()) {
            return Rc::from([own]);
        }
        let order = self.nested(|| self.linearise(node));
        self.busy_classes.borrow_mut().remove(&node.name);
        let Some(order) = order else {
            return Rc::from([own]);
        };
        let order: Rc<[PyType]> = order.into();
        self.mros
            .borrow_mut()
            .insert(node.name.clone(), order.clone());
        order
    }

    fn linearise(&self, node: &Rc<ClassNode>) -> Vec<PyType> {
        let Some(header) = self.header(node) else {
            return vec![PyType::Class(node.name.clone(), Rc::from([]))];
        };
        let arguments: Rc<[PyType]> = header
            .type_vars
            .iter()
            .map(|var| match var.kind {
                TypeVarKind::Plain => PyType::Var(var.clone()),
                TypeVarKind::ParamSpec => PyType::Unknown(mochi_surface::SkipReason::ParamSpec),
                TypeVarKind::Tuple => PyType::Unknown(mochi_surface::SkipReason::TypeVarTuple),
            })
            .collect();
        let own = PyType::Class(node.name.clone(), arguments);
        let mut sequences: Vec<Vec<PyType>> = Vec::new();
        for base in &header.bases {
            sequences.push(self.mro_of(base));
        }
        if sequences.is_empty() && !node.name.is("builtins", "object") {
            sequences.push(vec![class("builtins", "object")]);
        }
        sequences.push(header.bases.clone());
        let mut order = vec![own];
        order.extend(merge(sequences));
        order
    }

    /// The order of a class type with its arguments put in.
    pub(crate) fn mro_of(&self, ty: &PyType) -> Vec<PyType> {
        let PyType::Class(name, arguments) = ty else {
            return Vec::new();
        };
        let Some((_, node)) = self.class_node(name) else {
            return vec![ty.clone()];
        };
        let order = self.mro(&node);
        let vars = self.header(&node).map(|header| header.type_vars.clone());
        let bindings = bind(&vars.unwrap_or_default(), arguments);
        order
            .iter()
            .map(|entry| substitute(entry, &bindings))
            .collect()
    }

    /// The names of a class's order, itself first.
    pub(crate) fn ancestry(&self, name: &ClassName) -> Vec<ClassName> {
        match self.class_node(name) {
            Some((_, node)) => self
                .mro(&node)
                .iter()
                .filter_map(class_of)
                .cloned()
                .collect(),
            None => vec![name.clone()],
        }
    }

    /// Whether a class derives from another (or is it).
    pub(crate) fn derives_from(&self, name: &ClassName, module: &str, qualname: &str) -> bool {
        if name.is(module, qualname) {
            return true;
        }
        self.class_node(name).is_some_and(|(_, node)| {
            self.mro(&node)
                .iter()
                .filter_map(class_of)
                .any(|name| name.is(module, qualname))
        })
    }

    /// Whether a class is an enum.
    pub(crate) fn is_enum(&self, name: &ClassName) -> bool {
        self.derives_from(name, "enum", "Enum")
    }
}

/// The class that a type is an instance of.
pub(crate) fn class_of(ty: &PyType) -> Option<&ClassName> {
    match ty {
        PyType::Class(name, _) => Some(name),
        _ => None,
    }
}

/// C3's merge; where it fails (an order that Python would refuse), depth first without repeats.
fn merge(sequences: Vec<Vec<PyType>>) -> Vec<PyType> {
    let mut rest: Vec<std::collections::VecDeque<PyType>> =
        sequences.iter().cloned().map(Into::into).collect();
    let mut order: Vec<PyType> = Vec::new();
    loop {
        rest.retain(|sequence| !sequence.is_empty());
        if rest.is_empty() {
            return order;
        }
        let candidate = rest.iter().find_map(|sequence| {
            let head = sequence.front()?;
            let name = class_of(head)?;
            let in_a_tail = rest.iter().any(|other| {
                other
                    .iter()
                    .skip(1)
                    .any(|entry| class_of(entry) == Some(name))
            });
            (!in_a_tail).then(|| head.clone())
        });
        let Some(head) = candidate else {
            break;
        };
        let name = class_of(&head).cloned();
        for sequence in &mut rest {
            if sequence.front().and_then(class_of) == name.as_ref() {
                sequence.pop_front();
            }
        }
        order.push(head);
    }
    let mut order: Vec<PyType> = Vec::new();
    for entry in sequences.into_iter().flatten() {
        if !order
            .iter()
            .any(|known| class_of(known) == class_of(&entry))
        {
            order.push(entry);
        }
    }
    // `object` is last in every order.
    if let Some(at) = order
        .iter()
        .position(|entry| class_of(entry).is_some_and(|name| name.is("builtins", "object")))
    {
        let object = order.remove(at);
        order.push(object);
    }
    order
}
