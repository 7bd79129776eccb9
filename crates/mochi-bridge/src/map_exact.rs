//! The arguments of generic classes: nothing can be converted inside somebody else's object, so
//! that a type is itself here: `Sequence[int]` is that class and not a list, `float` is no `int`.
//!
//! Spec: bridge.md §6 ("variance-aware"); typing-spec "generics".

use std::rc::Rc;

use mochi_surface::{PyType, SkipReason};
use mochi_types::Type;

use crate::callback::Side;
use crate::map_out::{literal_type, variadic_tuple};
use crate::name::{class_id, module_id};
use crate::site::Site;
use crate::table::{Shape, shape_of};

impl Site<'_> {
    /// The type as it stands in a generic argument.
    pub(crate) fn exact(&mut self, ty: &PyType) -> Type {
        match ty {
            PyType::Any => Type::Any,
            PyType::Unknown(reason) => {
                self.skip(*reason);
                Type::Any
            }
            PyType::None => Type::Unit,
            PyType::Never => Type::Never,
            PyType::Class(name, args) => match shape_of(name) {
                Some(Shape::Complex) => {
                    self.skip(SkipReason::UnsupportedComplex);
                    Type::PyObject
                }
                Some(Shape::Tuple) => variadic_tuple(self.arg_exact(args, 0)),
                Some(Shape::Awaitable) => Type::Future(Rc::new(self.arg_exact(args, 0))),
                _ => {
                    let args = args.iter().map(|arg| self.exact(arg)).collect();
                    Type::instance(&class_id(name), args)
                }
            },
            PyType::Tuple(parts) => {
                Type::Tuple(parts.iter().map(|part| self.exact(part)).collect())
            }
            PyType::VariadicTuple(element) => variadic_tuple(self.exact(element)),
            PyType::Union(members) => Type::union(members.iter().map(|member| match member {
                PyType::None => Type::None,
                other => self.exact(other),
            })),
            PyType::Literal(values) => literal_type(values),
            PyType::Callable(params, ret) => match self.callable(params, ret, Side::Exact) {
                Ok(ty) => ty,
                Err(reason) => {
                    self.skip(reason);
                    Type::Any
                }
            },
            PyType::AnyCallable(ret) => Type::AnyFun(Rc::new(self.exact(ret))),
            PyType::TypeOf(of) => self.type_of(of),
            PyType::Var(var) => match self.variable(var) {
                Ok(ty) => ty,
                Err(reason) => {
                    self.skip(reason);
                    Type::Any
                }
            },
            PyType::SelfType => Type::SelfType,
            PyType::Module(name) => Type::Module(module_id(name)),
        }
    }

    /// An argument of a class, `any` where it is bare.
    pub(crate) fn arg_exact(&mut self, args: &[PyType], index: usize) -> Type {
        args.get(index).map_or(Type::Any, |arg| self.exact(arg))
    }

    /// `type[C]`: a union of classes is a union of class objects.
    pub(crate) fn type_of(&mut self, of: &PyType) -> Type {
        match of {
            PyType::Union(members) => {
                Type::union(members.iter().map(|member| self.type_of(member)))
            }
            of => Type::TypeOf(Rc::new(self.exact(of))),
        }
    }
}
