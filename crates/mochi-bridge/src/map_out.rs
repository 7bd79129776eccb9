//! Python to Mochi: results, attributes, constants, parameters of callbacks.
//!
//! Every answer is a type together with the check that makes it true at run time.
//!
//! Spec: bridge.md §6, column *out*.

use std::rc::Rc;

use mochi_surface::{ClassKind, ClassName, Literal, PyType, SkipReason, Value};
use mochi_types::{Check, ClassId, Out, Type};

use crate::callback::Side;
use crate::name::{class_id, module_id};
use crate::site::{Site, handle, out};
use crate::skip::is_undeclared;
use crate::table::{Shape, shape_of};

impl Site<'_> {
    /// What a value of the declared type is when it comes out of Python.
    pub(crate) fn output(&mut self, ty: &PyType) -> Out {
        match ty {
            PyType::Any => out(Type::Any, Check::Nothing),
            PyType::Unknown(reason) if is_undeclared(*reason) => {
                self.skip(*reason);
                out(Type::Any, Check::Nothing)
            }
            PyType::Unknown(reason) => self.opaque(*reason),
            PyType::None => out(Type::Unit, Check::Unit),
            PyType::Never => out(Type::Never, Check::Nothing),
            PyType::Class(name, args) => self.class_out(name, args),
            PyType::Tuple(parts) => {
                let parts: Vec<Out> = parts.iter().map(|part| self.output(part)).collect();
                let checks = parts.iter().map(|part| (*part.check).clone()).collect();
                let types = parts.into_iter().map(|part| part.ty).collect();
                out(Type::Tuple(types), Check::Tuple(checks))
            }
            PyType::VariadicTuple(element) => {
                let element = self.output(element);
                out(Type::list(element.ty), Check::VariadicTuple(element.check))
            }
            PyType::Union(members) => self.union_out(members),
            PyType::Literal(values) => literal_out(values),
            PyType::Callable(params, ret) => match self.callable(params, ret, Side::Out) {
                Ok(ty) => out(ty, Check::Callable),
                Err(reason) => self.opaque(reason),
            },
            PyType::AnyCallable(ret) => {
                let ret = self.output(ret).ty;
                out(Type::AnyFun(Rc::new(ret)), Check::Callable)
            }
            PyType::TypeOf(of) => self.type_of_out(of),
            PyType::Var(var) => match self.variable(var) {
                Ok(Type::SelfType) => out(Type::SelfType, Check::SelfType),
                Ok(ty) => out(ty, Check::Var(var.id.clone())),
                Err(reason) => self.opaque(reason),
            },
            PyType::SelfType => out(Type::SelfType, Check::SelfType),
            PyType::Module(name) => out(Type::Module(module_id(name)), Check::Nothing),
        }
    }

    /// What a constant or attribute is. The value that a final constant was declared with serves
    /// the checker; another release or platform may have another one, so only its class is
    /// checked.
    pub(crate) fn constant(&mut self, value: &Value) -> Out {
        let mut read = self.whole_output(&value.ty);
        if value.is_final
            && let PyType::Literal(values) = &value.ty
            && let [only] = &**values
        {
            read.check = Rc::new(match literal(only) {
                mochi_types::Literal::Int(_) => Check::Int,
                mochi_types::Literal::Str(_) => Check::Str,
                mochi_types::Literal::Bytes(_) => Check::Bytes,
                mochi_types::Literal::Bool(_) => Check::Bool,
                mochi_types::Literal::Member(class, _) => Check::Instance(class),
            });
        }
        read
    }

    fn class_out(&mut self, name: &ClassName, args: &[PyType]) -> Out {
        let Some(shape) = shape_of(name) else {
            return self.handle_out(name, args);
        };
        match shape {
            Shape::Bool => out(Type::Bool, Check::Bool),
            Shape::Int => out(Type::Int, Check::Int),
            Shape::Str => out(Type::Str, Check::Str),
            Shape::Bytes => out(Type::Bytes, Check::Bytes),
            Shape::Float => out(Type::Float, Check::Float),
            Shape::Fraction => out(Type::BigRat, Check::Instance(class_id(name))),
            Shape::NoneType => out(Type::Unit, Check::Unit),
            Shape::List => self.element_out(args, 0, Type::list, Check::List),
            Shape::Set => {
                let element = self.key_out(args);
                out(Type::set(element.ty), Check::Set(element.check))
            }
            Shape::Tuple => self.element_out(args, 0, Type::list, Check::VariadicTuple),
            Shape::Sequence => self.element_out(args, 0, Type::list, Check::Sequence),
            Shape::Values => self.element_out(args, 1, Type::list, Check::Sequence),
            Shape::Items => {
                let key = self.arg_out(args, 0);
                let value = self.arg_out(args, 1);
                let pair = Check::Tuple(Rc::from([(*key.check).clone(), (*value.check).clone()]));
                out(
                    Type::list(Type::Tuple(Rc::from([key.ty, value.ty]))),
                    Check::Sequence(Rc::new(pair)),
                )
            }
            Shape::Dict => self.entry_out(args, Check::Dict),
            Shape::Mapping => self.entry_out(args, Check::Mapping),
            Shape::Mutable | Shape::Buffer => self.handle_out(name, args),
            Shape::Iterable | Shape::Iterator | Shape::Generator => {
                self.element_out(args, 0, Type::iterator, Check::Iterator)
            }
            Shape::AsyncIterable | Shape::AsyncIterator | Shape::AsyncGenerator => self
                .element_out(
                    args,
                    0,
                    |ty| Type::AsyncIterator(Rc::new(ty)),
                    Check::AsyncIterator,
                ),
            Shape::Awaitable => self.future_out(args, 0),
            Shape::Coroutine => self.future_out(args, 2),
            Shape::Object => out(Type::Any, Check::Nothing),
            Shape::Type => out(Type::TypeOf(Rc::new(Type::Any)), Check::TypeOf(None)),
            Shape::Complex => self.opaque(SkipReason::UnsupportedComplex),
        }
    }

    fn arg_out(&mut self, args: &[PyType], index: usize) -> Out {
        match args.get(index) {
            Some(arg) => self.output(arg),
            None => out(Type::Any, Check::Nothing),
        }
    }

    /// A key of a map or an element of a set: a tuple of any length would become a list, which
    /// is no key, so it stays what it is.
    fn key_out(&mut self, args: &[PyType]) -> Out {
        let key = self.arg_out(args, 0);
        if matches!(key.ty, Type::List(_)) {
            self.skip(SkipReason::VariadicKey);
            return out(Type::Any, Check::Nothing);
        }
        key
    }

    fn element_out(
        &mut self,
        args: &[PyType],
        index: usize,
        ty: impl FnOnce(Type) -> Type,
        check: impl FnOnce(Rc<Check>) -> Check,
    ) -> Out {
        let element = self.arg_out(args, index);
        out(ty(element.ty), check(element.check))
    }

    fn entry_out(
        &mut self,
        args: &[PyType],
        check: impl FnOnce(Rc<Check>, Rc<Check>) -> Check,
    ) -> Out {
        let key = self.key_out(args);
        let value = self.arg_out(args, 1);
        out(Type::map(key.ty, value.ty), check(key.check, value.check))
    }

    fn future_out(&mut self, args: &[PyType], index: usize) -> Out {
        // What awaiting gives is checked then.
        let result = self.arg_out(args, index);
        let awaitable = ClassId::new("typing", "Awaitable");
        out(
            Type::Handle(awaitable.clone(), Rc::from([result.ty])),
            Check::Instance(awaitable),
        )
    }

    /// A class that the table does not name: by what it declares.
    fn handle_out(&mut self, name: &ClassName, args: &[PyType]) -> Out {
        let Some(class) = self.class(name) else {
            return self.opaque(SkipReason::UnresolvedReference);
        };
        if class.kind == ClassKind::Protocol
            && let Some(fun) = self.callback_protocol(&class, args, Side::Out)
        {
            return out(fun, Check::Callable);
        }
        let id = class_id(name);
        let args: Vec<Type> = args.iter().map(|arg| self.exact(arg)).collect();
        let check = match class.kind {
            ClassKind::Protocol => Check::Nothing,
            ClassKind::TypedDict(_) => Check::Instance(id.clone()),
            _ if self.bridge.source.holds_only_types(&class.name.module) => Check::Nothing,
            _ if self.bridge.is_stub_only(&class) => {
                self.bridge.note_stub_only(&class);
                Check::StubOnly(id.clone())
            }
            _ => Check::Instance(id.clone()),
        };
        out(Type::Handle(id, args.into()), check)
    }

    fn type_of_out(&mut self, of: &PyType) -> Out {
        if let PyType::Union(members) = of {
            let members: Vec<PyType> = members
                .iter()
                .map(|member| PyType::TypeOf(Rc::new(member.clone())))
                .collect();
            return self.union_out(&members);
        }
        let class = match of {
            PyType::Class(name, _) if shape_of(name) == Some(Shape::Object) => None,
            PyType::Class(name, _) => self
                .class(name)
                .filter(|class| {
                    let structural =
                        matches!(class.kind, ClassKind::Protocol | ClassKind::TypedDict(_));
                    !structural && !self.bridge.is_stub_only(class)
                })
                .map(|_| class_id(name)),
            _ => None,
        };
        out(Type::TypeOf(Rc::new(self.exact(of))), Check::TypeOf(class))
    }
}

/// The literal type of some values.
pub(crate) fn literal_type(values: &[Literal]) -> Type {
    Type::union(values.iter().map(|value| Type::Literal(literal(value))))
}

fn literal_out(values: &[Literal]) -> Out {
    let values_out: Vec<_> = values.iter().map(literal).collect();
    out(literal_type(values), Check::Literal(values_out.into()))
}

fn literal(value: &Literal) -> mochi_types::Literal {
    match value {
        Literal::Int(value) => mochi_types::Literal::Int(*value),
        Literal::Str(value) => mochi_types::Literal::Str(value.clone()),
        Literal::Bytes(value) => mochi_types::Literal::Bytes(value.clone()),
        Literal::Bool(value) => mochi_types::Literal::Bool(*value),
        Literal::Member(class, name) => mochi_types::Literal::Member(class_id(class), name.clone()),
    }
}

/// A tuple of any length as a class: what is asked of a parameter, and what stands in a generic
/// argument.
pub(crate) fn variadic_tuple(element: Type) -> Type {
    handle("builtins", "tuple", vec![element])
}
