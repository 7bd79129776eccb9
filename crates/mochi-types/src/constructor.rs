//! Class objects as functions.
//!
//! Decisions: the nearest class in the method resolution order that says how it is built
//! decides: by its own `__init__`, else its own `__new__`, else its fields if it is a record. An
//! enum class takes a value. Metaclass `__call__` is not looked at. The result of `__init__`
//! needs no check: it is an instance because the class made it.
//!
//! Spec: language.md §18.3; typing-spec "constructors".

use std::rc::Rc;

use crate::class_view::{class_arg, fill};
use crate::{
    Check, ClassId, ClassKind, Context, ExternClass, ExternField, ExternFun, ExternMember, Out,
    Param, ParamKind, Signature, Type, TypeParam,
};

impl Context<'_> {
    /// The function that calling the class is; its type parameters are those of the class and of
    /// its `__init__`.
    pub fn constructor(&self, class: &ClassId) -> ExternFun {
        let Some(known) = self.externs.class(class) else {
            return function(&Rc::from(class.to_string()), None, vec![plain(class)]);
        };
        let symbol = &known.display;
        if matches!(known.kind, ClassKind::Enum(_)) {
            return function(symbol, known.doc.clone(), vec![enum_lookup(class)]);
        }
        let own = (known.id.clone(), params_of(&known));
        let bases = known
            .mro
            .iter()
            .filter(|(base, _)| *base != known.id)
            .cloned();
        for (owner, owner_args) in std::iter::once(own).chain(bases) {
            let signatures = self.own_constructor(&known, &owner, &owner_args);
            if !signatures.is_empty() {
                return function(symbol, known.doc.clone(), signatures);
            }
        }
        let mut empty = plain(class);
        empty.type_params.clone_from(&known.type_params);
        empty.ret = made(&known);
        function(symbol, known.doc.clone(), vec![empty])
    }

    /// How `owner`, a class in the resolution order of `known`, itself says it is built.
    fn own_constructor(
        &self,
        known: &ExternClass,
        owner: &ClassId,
        owner_args: &Rc<[Type]>,
    ) -> Vec<Signature> {
        if owner.is("builtins", "object") {
            return Vec::new();
        }
        let owner_class = self.externs.class(owner);
        let owner_args = fill(known, &params_of(known), owner_args);
        let solution = |id: &str| class_arg(owner_class.as_deref()?, &owner_args, id);
        let instance = made(known).ty;
        let finish = |signature: &Signature, ret: Option<Out>| {
            let mut new = self.substitute_signature(signature, &solution, Some(&instance));
            // `def __init__(self: C[int], …)` says what is built.
            match (ret, new.receiver.take()) {
                (Some(ret), _) => new.ret = ret,
                (None, Some(receiver)) => {
                    new.ret = Out {
                        ty: receiver,
                        check: Rc::new(Check::Nothing),
                    };
                }
                (None, None) => new.ret = made(known),
            }
            new.is_async = false;
            new.type_params = known
                .type_params
                .iter()
                .cloned()
                .chain(new.type_params)
                .collect();
            new
        };
        if let Some(init) = self.externs.member(owner, "__init__")
            && let ExternMember::Method(fun) = &*init
        {
            return fun
                .overloads
                .iter()
                .map(|signature| finish(signature, None))
                .collect();
        }
        if let Some(new) = self.externs.member(owner, "__new__") {
            let (fun, has_class) = match &*new {
                ExternMember::Method(fun) | ExternMember::ClassMethod(fun) => (fun, false),
                ExternMember::StaticMethod(fun) => (fun, true),
                _ => return Vec::new(),
            };
            return fun
                .overloads
                .iter()
                .map(|signature| {
                    let ret = new_result(known, signature).unwrap_or_else(|| {
                        self.substitute_out(&signature.ret, &solution, Some(&instance))
                    });
                    let mut new = finish(signature, Some(ret));
                    if has_class && !new.params.is_empty() {
                        new.params.remove(0);
                    }
                    new
                })
                .collect();
        }
        let fields = match owner_class.as_deref().map(|class| &class.kind) {
            Some(ClassKind::Record { fields, .. }) => by_fields(fields, false),
            Some(ClassKind::TypedDict(fields)) => by_fields(fields, true),
            _ => return Vec::new(),
        };
        vec![finish(&fields, None)]
    }
}

/// What `__new__` gives, where that is sure to be an instance of the class itself.
fn new_result(known: &ExternClass, signature: &Signature) -> Option<Out> {
    match &signature.ret.ty {
        Type::SelfType => Some(made(known)),
        // `-> Any` says nothing: an instance, but that is checked.
        Type::Any if !known.id.is("builtins", "object") => {
            let made = made(known);
            let check = match &made.ty {
                Type::Handle(..) => Check::Instance(known.id.clone()),
                _ => return None,
            };
            Some(Out {
                ty: made.ty,
                check: Rc::new(check),
            })
        }
        Type::Handle(class, _) if *class == known.id => Some(Out {
            ty: signature.ret.ty.clone(),
            check: Rc::new(Check::Nothing),
        }),
        _ => None,
    }
}

/// An instance with the class's own parameters as arguments.
fn made(class: &ExternClass) -> Out {
    let args = params_of(class);
    if class.id.is("builtins", "tuple") {
        // A tuple of unknown length is a list in Mochi.
        let element = args.first().cloned().unwrap_or(Type::Any);
        return Out {
            ty: Type::list(element),
            check: Rc::new(Check::VariadicTuple(Rc::new(Check::Nothing))),
        };
    }
    let check = if class.id.is("builtins", "frozenset") {
        Check::Set(Rc::new(Check::Nothing))
    } else {
        Check::Nothing
    };
    Out {
        ty: Type::instance(&class.id, args),
        check: Rc::new(check),
    }
}

fn params_of(class: &ExternClass) -> Rc<[Type]> {
    class.type_params.iter().cloned().map(Type::Param).collect()
}

fn by_fields(fields: &[ExternField], keyword_only: bool) -> Signature {
    let param = |field: &ExternField| Param {
        name: field.name.clone(),
        kind: if keyword_only || field.keyword_only {
            ParamKind::KeywordOnly
        } else {
            ParamKind::Normal
        },
        ty: field.set.clone(),
        has_default: field.has_default,
    };
    let mut params: Vec<Param> = fields.iter().map(param).collect();
    // Python moves keyword-only fields behind the others.
    params.sort_by_key(|param| param.kind == ParamKind::KeywordOnly);
    signature(Vec::new(), params, Type::SelfType)
}

fn enum_lookup(class: &ClassId) -> Signature {
    let value = Param {
        name: Rc::from("value"),
        kind: ParamKind::Normal,
        ty: Type::Any,
        has_default: false,
    };
    signature(
        Vec::new(),
        vec![value],
        Type::Handle(class.clone(), Rc::from([])),
    )
}

fn plain(class: &ClassId) -> Signature {
    signature(Vec::new(), Vec::new(), Type::instance(class, Rc::from([])))
}

fn signature(type_params: Vec<Rc<TypeParam>>, params: Vec<Param>, ret: Type) -> Signature {
    Signature {
        type_params,
        receiver: None,
        params,
        ret: Out {
            ty: ret,
            check: Rc::new(Check::Nothing),
        },
        is_async: false,
    }
}

fn function(symbol: &Rc<str>, doc: Option<Rc<str>>, overloads: Vec<Signature>) -> ExternFun {
    ExternFun {
        symbol: symbol.clone(),
        overloads,
        doc,
        deprecated: None,
    }
}
