//! Mochi to Python: parameters, assigned attributes, results of callbacks.
//!
//! The answer is what is accepted, never more than what Python declares except where a part is
//! outside the table. `Sequence[T]` and its kin stay classes: the relation between types decides
//! which Mochi containers fit.
//!
//! Spec: bridge.md §6, column *in*.

use std::rc::Rc;

use mochi_surface::{ClassKind, ClassName, PyType, SkipReason};
use mochi_types::Type;

use crate::callback::Side;
use crate::map_out::{literal_type, variadic_tuple};
use crate::name::{class_id, module_id};
use crate::site::Site;
use crate::skip::is_undeclared;
use crate::table::{Shape, shape_of};

impl Site<'_> {
    /// What is accepted where Python declares the type; the error is why it is outside the table.
    pub(crate) fn input(&mut self, ty: &PyType) -> Result<Type, SkipReason> {
        Ok(match ty {
            PyType::Any => Type::Any,
            PyType::Unknown(reason) if is_undeclared(*reason) => {
                self.skip(*reason);
                Type::Any
            }
            PyType::Unknown(reason) => return Err(*reason),
            PyType::None => Type::None,
            PyType::Never => Type::Never,
            PyType::Class(name, args) => return self.class_in(name, args),
            PyType::Tuple(parts) => {
                Type::Tuple(parts.iter().map(|part| self.nested_in(part)).collect())
            }
            PyType::VariadicTuple(element) => variadic_tuple(self.nested_in(element)),
            PyType::Union(members) => return self.union_in(members),
            PyType::Literal(values) => literal_type(values),
            PyType::Callable(params, ret) => return self.callable(params, ret, Side::In),
            PyType::AnyCallable(ret) => Type::AnyFun(Rc::new(self.result_in(ret))),
            PyType::TypeOf(of) => self.type_of(of),
            PyType::Var(var) => return self.variable(var),
            PyType::SelfType => Type::SelfType,
            PyType::Module(name) => Type::Module(module_id(name)),
        })
    }

    /// The same inside another type: outside the table means `any` with a skip.
    pub(crate) fn nested_in(&mut self, ty: &PyType) -> Type {
        match self.input(ty) {
            Ok(ty) => ty,
            Err(reason) => {
                self.skip(reason);
                Type::Any
            }
        }
    }

    /// The result of a callback or coroutine: `None` is unit.
    pub(crate) fn result_in(&mut self, ty: &PyType) -> Type {
        match ty {
            PyType::None => Type::Unit,
            other => self.nested_in(other),
        }
    }

    fn class_in(&mut self, name: &ClassName, args: &[PyType]) -> Result<Type, SkipReason> {
        let Some(shape) = shape_of(name) else {
            return self.handle_in(name, args);
        };
        Ok(match shape {
            Shape::Bool => Type::Bool,
            Shape::Int => Type::Int,
            Shape::Str => Type::Str,
            Shape::Bytes => Type::Bytes,
            Shape::Float => Type::union([Type::Int, Type::Float]),
            Shape::Fraction => Type::BigRat,
            Shape::NoneType => Type::None,
            Shape::List => Type::list(self.arg_in(args, 0)),
            Shape::Set => Type::set(self.arg_in(args, 0)),
            Shape::Dict => Type::map(self.arg_exact(args, 0), self.arg_in(args, 1)),
            Shape::Tuple => variadic_tuple(self.arg_in(args, 0)),
            Shape::Mapping => {
                let mut types = Vec::new();
                if !args.is_empty() {
                    types.push(self.arg_exact(args, 0));
                    types.push(self.arg_in(args, 1));
                }
                Type::Handle(class_id(name), types.into())
            }
            Shape::Sequence
            | Shape::Values
            | Shape::Items
            | Shape::Mutable
            | Shape::Iterable
            | Shape::AsyncIterable => {
                let args = args.iter().map(|arg| self.nested_in(arg)).collect();
                Type::Handle(class_id(name), args)
            }
            Shape::Iterator => Type::iterator(self.arg_in(args, 0)),
            Shape::AsyncIterator => Type::AsyncIterator(Rc::new(self.arg_in(args, 0))),
            Shape::Generator | Shape::AsyncGenerator => {
                let args = args.iter().map(|arg| self.exact(arg)).collect();
                Type::Handle(class_id(name), args)
            }
            Shape::Awaitable => self.future_in(args.first()),
            Shape::Coroutine => self.future_in(args.get(2)),
            Shape::Object => Type::Any,
            Shape::Type => Type::TypeOf(Rc::new(Type::Any)),
            Shape::Buffer => Type::union([Type::Bytes, Type::Handle(class_id(name), Rc::from([]))]),
            Shape::Complex => return Err(SkipReason::UnsupportedComplex),
        })
    }

    fn arg_in(&mut self, args: &[PyType], index: usize) -> Type {
        args.get(index).map_or(Type::Any, |arg| self.nested_in(arg))
    }

    fn future_in(&mut self, result: Option<&PyType>) -> Type {
        let result = result.map_or(Type::Any, |ty| self.result_in(ty));
        Type::Future(Rc::new(result))
    }

    fn handle_in(&mut self, name: &ClassName, args: &[PyType]) -> Result<Type, SkipReason> {
        let Some(class) = self.class(name) else {
            return Err(SkipReason::UnresolvedReference);
        };
        if class.kind == ClassKind::Protocol
            && let Some(fun) = self.callback_protocol(&class, args, Side::In)
        {
            return Ok(fun);
        }
        let args = args.iter().map(|arg| self.exact(arg)).collect();
        Ok(Type::Handle(class_id(name), args))
    }

    /// Members outside the table are dropped; the rest stay accepted. `complex` stands for
    /// `int | float | complex` in an annotation, of which the first two stay.
    fn union_in(&mut self, members: &[PyType]) -> Result<Type, SkipReason> {
        let mut types = Vec::new();
        let mut dropped = Vec::new();
        for member in members {
            match self.input(member) {
                Ok(ty) => types.push(ty),
                Err(reason) => {
                    dropped.push(reason);
                    if reason == SkipReason::UnsupportedComplex {
                        types.extend([Type::Int, Type::Float]);
                    }
                }
            }
        }
        if let (true, Some(reason)) = (types.is_empty(), dropped.first()) {
            return Err(*reason);
        }
        for reason in dropped {
            self.skip(reason);
        }
        Ok(Type::union(types))
    }
}
