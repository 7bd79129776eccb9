//! The relation between things that can be called.
//!
//! Functions of the program, extern functions with their overloads, class objects and handles
//! with `__call__` all become signatures; a `fun` type asks for one that takes its parameters by
//! position.

use std::rc::Rc;

use super::{Mode, Relation};
use crate::member::unchecked;
use crate::{BoundMember, Context, ExternFun, FunType, Param, ParamKind, Signature, Type};

impl Context<'_> {
    /// The `fun` type that a value of an extern function has in the program: its first signature,
    /// parameters without default (and `*args` left out). None for signatures that need named
    /// arguments.
    pub fn function_type(&self, fun: &ExternFun) -> Option<FunType> {
        let signature = fun.overloads.first()?;
        let mut params = Vec::new();
        for param in &signature.params {
            match param.kind {
                _ if param.has_default => {}
                ParamKind::PositionalOnly | ParamKind::Normal => params.push(param.ty.clone()),
                ParamKind::KeywordOnly => return None,
                ParamKind::VarArgs | ParamKind::KwArgs => {}
            }
        }
        Some(FunType {
            params,
            result: signature.ret.ty.clone(),
            effects: crate::Effects::NONE,
            is_async: signature.is_async,
        })
    }

    /// The signatures with which a value can be called; none if it cannot.
    pub(crate) fn signatures_of(&self, ty: &Type) -> Option<Rc<ExternFun>> {
        match ty {
            Type::Extern(fun) => Some(fun.clone()),
            Type::Fun(fun) => Some(Rc::new(from_fun_type(fun))),
            Type::TypeOf(of) => {
                let (class, _) = self.python_class(of)?;
                Some(Rc::new(self.constructor(&class)))
            }
            Type::Handle(..) => match self.lookup_member(ty, "__call__")? {
                BoundMember::Method(fun) => Some(fun),
                BoundMember::Attribute { get, .. } => match get.ty {
                    Type::Extern(fun) => Some(fun),
                    Type::Fun(fun) => Some(Rc::new(from_fun_type(&fun))),
                    _ => None,
                },
                BoundMember::Class(_) => None,
            },
            Type::Param(param) => self.signatures_of(param.bound.as_ref()?),
            _ => None,
        }
    }
}

fn from_fun_type(fun: &FunType) -> ExternFun {
    let param = |(index, ty): (usize, &Type)| Param {
        name: Rc::from(format!("_{index}")),
        kind: ParamKind::PositionalOnly,
        ty: ty.clone(),
        has_default: false,
    };
    ExternFun {
        symbol: Rc::from("fun"),
        overloads: vec![Signature {
            type_params: Vec::new(),
            receiver: None,
            params: fun.params.iter().enumerate().map(param).collect(),
            ret: unchecked(fun.result.clone()),
            is_async: fun.is_async,
        }],
        doc: None,
        deprecated: None,
    }
}

impl Relation<'_> {
    /// Something callable where a function of that type is asked for.
    pub(super) fn fits_fun(&mut self, from: &Type, to: &FunType) -> bool {
        if self.mode == Mode::Fresh {
            // A fresh container may be of other elements; a function takes and gives what it says.
            return self.with(Mode::Subtype, false, |this| this.fits_fun(from, to));
        }
        match from {
            Type::Fun(fun) => {
                // What Python hands to a function and declares as `Any` may be what the function
                // declares, as in `fun(...any)`.
                let any_fits = self.any_fits || self.mode == Mode::Python;
                fun.params.len() == to.params.len()
                    && self.with(self.mode, any_fits, |this| {
                        let mut params = fun.params.iter().zip(&to.params);
                        params.all(|(own, asked)| this.exactly(asked, own))
                    })
                    && self.result_fits((&fun.result, fun.is_async), (&to.result, to.is_async))
            }
            Type::AnyFun(result) => self.part_fits(result, &to.result),
            _ => {
                let Some(fun) = self.cx.signatures_of(from) else {
                    return false;
                };
                fun.overloads.iter().any(|signature| {
                    let before = self.snapshot();
                    let fits = self.signature_takes(signature, to);
                    if !fits {
                        self.restore(before);
                    }
                    fits
                })
            }
        }
    }

    /// Something callable where any function with that result is asked for.
    pub(super) fn fits_any_fun(&mut self, from: &Type, to_result: &Type) -> bool {
        match from {
            Type::Fun(fun) => self.result_fits((&fun.result, fun.is_async), (to_result, false)),
            Type::AnyFun(result) => self.part_fits(result, to_result),
            _ => {
                let Some(fun) = self.cx.signatures_of(from) else {
                    return false;
                };
                fun.overloads.iter().any(|signature| {
                    let signature = self.instantiate(signature);
                    self.result_fits((&signature.ret.ty, signature.is_async), (to_result, false))
                })
            }
        }
    }

    /// Whether the signature takes these parameters by position.
    fn signature_takes(&mut self, signature: &Signature, to: &FunType) -> bool {
        let signature = self.instantiate(signature);
        let mut asked = to.params.iter();
        for param in &signature.params {
            match param.kind {
                ParamKind::PositionalOnly | ParamKind::Normal => match asked.next() {
                    Some(ty) => {
                        if !self.python_takes(ty, &param.ty) {
                            return false;
                        }
                    }
                    None if param.has_default => {}
                    None => return false,
                },
                ParamKind::VarArgs => {
                    for ty in asked.by_ref() {
                        if !self.python_takes(ty, &param.ty) {
                            return false;
                        }
                    }
                }
                ParamKind::KeywordOnly if !param.has_default => return false,
                ParamKind::KeywordOnly | ParamKind::KwArgs => {}
            }
        }
        // What Python hands to Python may be declared `any`; the program asks for a cast.
        let any_fits = self.any_fits || self.mode == Mode::Python;
        asked.next().is_none()
            && self.with(self.mode, any_fits, |this| {
                let own = (&signature.ret.ty, signature.is_async);
                this.result_fits(own, (&to.result, to.is_async))
            })
    }

    /// A value that Python hands to Python: what is declared `any` is not checked by anyone.
    pub(super) fn python_takes(&mut self, ty: &Type, param: &Type) -> bool {
        self.with(Mode::Python, true, |this| this.fits(ty, param))
    }

    /// Results, where an async function gives a future.
    pub(super) fn result_fits(&mut self, from: (&Type, bool), to: (&Type, bool)) -> bool {
        match (from, to) {
            (_, (Type::Any, false)) => true,
            ((from, true), (Type::Future(to), false)) => self.part_fits(from, to),
            ((Type::Future(from), false), (to, true)) => self.part_fits(from, to),
            ((from, true), (to, false)) => {
                let future = Type::Future(Rc::new(from.clone()));
                self.part_fits(&future, to)
            }
            ((from, a), (to, b)) => a == b && self.part_fits(from, to),
        }
    }

    /// The signature with its own type parameters as fresh variables.
    pub(super) fn instantiate(&mut self, signature: &Signature) -> Signature {
        if signature.type_params.is_empty() {
            return signature.clone();
        }
        let ids = self.add_variables(&signature.type_params);
        let solution = |id: &str| {
            let position = signature
                .type_params
                .iter()
                .position(|param| *param.id == *id)?;
            let offset = u32::try_from(position).ok()?;
            Some(Type::Infer(ids.start + offset))
        };
        let mut new = self.cx.substitute_signature(signature, &solution, None);
        new.type_params.clear();
        new
    }
}
