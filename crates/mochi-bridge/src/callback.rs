//! Functions as values: `Callable`, callback protocols.
//!
//! A Mochi function type has positional parameters only. A callable that declares more is any
//! function of its result; a protocol that declares more stays an interface.
//!
//! Spec: bridge.md §6 (`Callable[[A, B], R]`, callback protocols).

use std::rc::Rc;

use mochi_surface::{
    Class, ClassName, Member, MemberKind, Parameter, ParameterKind, PyType, SkipReason, TypeVar,
    TypeVarKind,
};
use mochi_types::{Effects, FunType, Type, TypeParam};

use crate::site::Site;
use crate::table::{Shape, shape_of};

/// On which side of the boundary the function is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Python makes it, Mochi calls it.
    Out,
    /// Mochi makes it, Python calls it.
    In,
    /// It stands in a generic argument.
    Exact,
}

impl Site<'_> {
    /// The type of a `Callable`; the error is why it is outside the table.
    pub(crate) fn callable(
        &mut self,
        params: &[Parameter],
        ret: &PyType,
        side: Side,
    ) -> Result<Type, SkipReason> {
        if let Some(reason) = params.iter().find_map(|param| captured(&param.ty)) {
            if side != Side::In {
                return Err(reason);
            }
            // Which arguments it takes cannot be said, its result can.
            self.skip(reason);
            return Ok(Type::AnyFun(Rc::new(self.result_in(ret))));
        }
        if let Some(fun) = self.fun_type(params, ret, side) {
            return Ok(fun);
        }
        let (result, _) = self.result(ret, side);
        Ok(Type::AnyFun(Rc::new(result)))
    }

    /// The function type of a protocol that only asks for `__call__`; none if it asks for more.
    pub(crate) fn callback_protocol(
        &mut self,
        class: &Class,
        args: &[PyType],
        side: Side,
    ) -> Option<Type> {
        if self.unfolding.contains(&class.name) {
            return None;
        }
        let member = self.only_call(class)?;
        let MemberKind::Method(call) = &member.kind else {
            return None;
        };
        let [signature] = call.overloads.as_slice() else {
            return None;
        };
        if !signature.type_vars.is_empty() || member.owner != class.name {
            return None;
        }
        let ret = if signature.is_async {
            let future = ClassName::new(mochi_surface::ModuleName::new("typing"), "Awaitable");
            PyType::Class(future, Rc::from([signature.ret.clone()]))
        } else {
            signature.ret.clone()
        };
        let params = signature.params.get(1..)?;
        self.unfolding.push(class.name.clone());
        let fun = if takes_anything(params) {
            let (result, _) = self.result(&ret, side);
            Some(Type::AnyFun(Rc::new(result)))
        } else {
            self.fun_type(params, &ret, side)
        };
        let args: Vec<Type> = args.iter().map(|arg| self.exact(arg)).collect();
        self.unfolding.pop();
        Some(fill(&fun?, &class.type_vars, &args))
    }

    /// `__call__` if the protocol and its bases declare nothing else.
    fn only_call(&self, class: &Class) -> Option<Rc<Member>> {
        let mut found = None;
        for base in &class.mro {
            let PyType::Class(name, _) = base else {
                return None;
            };
            if matches!(
                (name.module.as_str(), &*name.qualname),
                ("typing", "Protocol" | "Generic") | ("builtins", "object")
            ) {
                continue;
            }
            let header = if *name == class.name {
                None
            } else {
                Some(self.class(name)?)
            };
            let members = header
                .as_ref()
                .map_or(&class.members, |header| &header.members);
            for member in members {
                match &**member {
                    "__call__" if found.is_none() => {
                        found = Some(self.bridge.source.member(name, member)?);
                    }
                    "__call__" | "__slots__" | "__doc__" | "__module__" | "__hash__" => {}
                    _ => return None,
                }
            }
        }
        found
    }

    /// The function type if positional parameters without defaults say it all.
    fn fun_type(&mut self, params: &[Parameter], ret: &PyType, side: Side) -> Option<Type> {
        let mut types = Vec::new();
        for param in params {
            match param.kind {
                ParameterKind::PositionalOnly | ParameterKind::Normal => {}
                // Mochi calls without naming it.
                ParameterKind::KeywordOnly if param.has_default && side == Side::Out => continue,
                ParameterKind::VarArgs | ParameterKind::KwArgs if side == Side::Out => continue,
                _ => return None,
            }
            if param.has_default {
                if side == Side::Out {
                    continue;
                }
                return None;
            }
            types.push(match side {
                Side::Out => self.nested_in(&param.ty),
                Side::In => self.output(&param.ty).ty,
                Side::Exact => self.exact(&param.ty),
            });
        }
        let (result, is_async) = self.result(ret, side);
        Some(Type::Fun(Rc::new(FunType {
            params: types,
            result,
            effects: Effects::NONE,
            is_async,
        })))
    }

    /// The result of a function value, and whether calling it must be awaited.
    fn result(&mut self, ret: &PyType, side: Side) -> (Type, bool) {
        let awaited = awaited(ret);
        let ret = awaited.unwrap_or(ret);
        let result = match side {
            Side::Out => self.output(ret).ty,
            Side::In => self.result_in(ret),
            Side::Exact => self.exact(ret),
        };
        (result, awaited.is_some())
    }
}

/// What awaiting a value of the type gives; none if it is no bare awaitable.
pub(crate) fn awaited(ty: &PyType) -> Option<&PyType> {
    let PyType::Class(name, args) = ty else {
        return None;
    };
    match shape_of(name)? {
        Shape::Awaitable => Some(args.first().unwrap_or(&PyType::Any)),
        Shape::Coroutine => Some(args.get(2).unwrap_or(&PyType::Any)),
        _ => None,
    }
}

/// Why the parameters of a callable cannot be listed.
fn captured(ty: &PyType) -> Option<SkipReason> {
    match ty {
        PyType::Unknown(reason @ (SkipReason::ParamSpec | SkipReason::TypeVarTuple)) => {
            Some(*reason)
        }
        PyType::Var(var) => match var.kind {
            TypeVarKind::Plain => None,
            TypeVarKind::ParamSpec => Some(SkipReason::ParamSpec),
            TypeVarKind::Tuple => Some(SkipReason::TypeVarTuple),
        },
        _ => None,
    }
}

/// `(*args: Any, **kwargs: Any)`.
fn takes_anything(params: &[Parameter]) -> bool {
    let [args, kwargs] = params else {
        return false;
    };
    let open = |ty: &PyType| match ty {
        PyType::Any | PyType::Unknown(_) => true,
        PyType::Class(name, _) => shape_of(name) == Some(Shape::Object),
        _ => false,
    };
    args.kind == ParameterKind::VarArgs
        && kwargs.kind == ParameterKind::KwArgs
        && open(&args.ty)
        && open(&kwargs.ty)
}

/// The type with a class's type variables replaced by its arguments.
fn fill(ty: &Type, vars: &[Rc<TypeVar>], args: &[Type]) -> Type {
    let solution = |param: &TypeParam| {
        let index = vars.iter().position(|var| var.id == param.id)?;
        Some(args.get(index).cloned().unwrap_or(Type::Any))
    };
    ty.substitute(&solution, None)
}
