//! Attributes whose value is a descriptor: reading one calls its `__get__`, assigning its
//! `__set__`.
//!
//! Spec: typing-spec "descriptors"; bridge.md §5 (members).

use std::rc::Rc;

use mochi_surface::{ClassName, Function, MemberKind, PyType, Signature};
use mochi_types::{Context, Decls, Out, Type};

use crate::site::Site;
use crate::table::shape_of;

impl Site<'_> {
    /// What reading and assigning an attribute of that type on an instance gives and takes; none
    /// if the type is no descriptor.
    pub(crate) fn descriptor(&mut self, ty: &PyType) -> Option<(Out, Option<Type>)> {
        let PyType::Class(name, args) = ty else {
            return None;
        };
        if shape_of(name).is_some() {
            return None;
        }
        let class_args: Vec<Type> = args.iter().map(|arg| self.exact(arg)).collect();
        let (base, get) = self.inherited(name, "__get__")?;
        let read = get.overloads.iter().rev().find(|overload| {
            let instance = overload.params.get(1).map(|param| &param.ty);
            !matches!(instance, Some(PyType::None))
        })?;
        let out = self.output(&read.ret);
        let out = self.in_base(&base, read, &out);
        let out = self.filled(name, &class_args, None, &out);
        let set = self.inherited(name, "__set__").and_then(|(base, set)| {
            let write = set.overloads.first()?;
            let taken = Out {
                ty: self.input(&write.params.get(2)?.ty).ok()?,
                check: out.check.clone(),
            };
            let taken = self.in_base(&base, write, &taken);
            Some(self.filled(name, &class_args, None, &taken).ty)
        });
        Some((out, set))
    }

    /// A method of the class or its bases, with the class that declares it.
    fn inherited(&self, class: &ClassName, name: &str) -> Option<(PyType, Rc<Function>)> {
        let header = self.class(class)?;
        header.mro.iter().find_map(|base| {
            let PyType::Class(base_name, _) = base else {
                return None;
            };
            let member = self.bridge.source.member(base_name, name)?;
            match &member.kind {
                MemberKind::Method(function) => Some((base.clone(), function.clone())),
                _ => None,
            }
        })
    }

    /// A type of a method of the base, in terms of the class that has the base.
    fn in_base(&mut self, base: &PyType, method: &Signature, out: &Out) -> Out {
        let PyType::Class(name, args) = base else {
            return out.clone();
        };
        let args: Vec<Type> = args.iter().map(|arg| self.exact(arg)).collect();
        self.filled(name, &args, Some(method), out)
    }

    /// The type with the class's type variables replaced by `args`. A method's own are solved by
    /// no call here: the instance's is `Self`, others are `any`.
    fn filled(
        &self,
        name: &ClassName,
        args: &[Type],
        method: Option<&Signature>,
        out: &Out,
    ) -> Out {
        let Some(header) = self.class(name) else {
            return out.clone();
        };
        let instance = method.and_then(|method| match &method.params.get(1)?.ty {
            PyType::Var(var) => Some(var.id.clone()),
            _ => None,
        });
        let solution = |id: &str| {
            let own = header.type_vars.iter().position(|var| *var.id == *id);
            if let Some(index) = own {
                return Some(args.get(index).cloned().unwrap_or(Type::Any));
            }
            if instance.as_deref() == Some(id) {
                return Some(Type::SelfType);
            }
            let bound = method?.type_vars.iter().any(|var| *var.id == *id);
            bound.then_some(Type::Any)
        };
        let decls = Decls::default();
        let cx = Context {
            decls: &decls,
            externs: self.bridge,
        };
        cx.substitute_out(out, &solution, None)
    }
}
