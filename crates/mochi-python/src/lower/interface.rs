//! Hand-written interfaces as `Protocol` classes.
//!
//! Spec: language.md §18.3.

use std::rc::Rc;

use mochi_types::{
    ClassId, ExternFun, ExternMember, Out, Param as Declared, ParamKind, Signature, Type, TypeParam,
};

use super::{Lowerer, name};
use crate::py::{self, ClassDef, Expr, FunctionDef, Param, StmtKind};

impl Lowerer<'_> {
    /// Chooses the names of the module's interfaces.
    pub(super) fn name_interfaces(&mut self) {
        for class in &self.module.interfaces {
            let base = name::python_name(&class.qualname.replace('.', "_"));
            let local = name::distinct(&base, |name| self.all_names.contains(name));
            self.all_names.insert(local.clone());
            self.module_names.insert(local.clone());
            self.interface_names.insert(class.clone(), local);
        }
    }

    /// The classes of the module's interfaces.
    pub(super) fn interfaces(&mut self) {
        let module = self.module;
        for class in &module.interfaces {
            let def = self.interface(class);
            self.extra.push(StmtKind::Class(Box::new(def)).bare());
        }
    }

    fn interface(&mut self, class: &ClassId) -> ClassDef {
        let name = self.interface_names.get(class).cloned().unwrap_or_default();
        let Some(known) = self.externs.class(class) else {
            return ClassDef {
                name,
                decorators: Vec::new(),
                type_params: Vec::new(),
                bases: Vec::new(),
                doc: None,
                body: Vec::new(),
            };
        };
        self.future_annotations = true;
        let mut bases = Vec::new();
        for (base, args) in known.mro.iter().skip(1) {
            let is_interface = self.externs.class(base).is_some_and(|base| {
                base.kind == mochi_types::ClassKind::Protocol && !base.id.is("typing", "Generic")
            });
            let is_inherited = known.mro.iter().skip(1).any(|(other, _)| {
                other != base
                    && self.externs.class(other).is_some_and(|other| {
                        other.mro.iter().skip(1).any(|(inner, _)| inner == base)
                    })
            });
            if is_interface && !is_inherited {
                let ty = Type::Handle(base.clone(), Rc::clone(args));
                bases.push(self.annotation(&ty));
            }
        }
        bases.push(self.standard_name("typing", "Protocol"));
        let mut body = Vec::new();
        for member in self.externs.declared_names(class) {
            match self.externs.member(class, &member).as_deref() {
                Some(
                    ExternMember::Method(fun)
                    | ExternMember::ClassMethod(fun)
                    | ExternMember::StaticMethod(fun),
                ) => self.interface_method(&member, fun, &mut body),
                Some(ExternMember::Attribute { get, set, .. }) => {
                    let attribute = self.interface_attribute(&member, get, set.is_some());
                    body.push(attribute);
                }
                _ => {}
            }
        }
        let params: Vec<String> = known
            .type_params
            .iter()
            .map(|param| param.name.to_string())
            .collect();
        let name = if params.is_empty() {
            name
        } else {
            format!("{name}[{}]", params.join(", "))
        };
        ClassDef {
            name,
            decorators: Vec::new(),
            type_params: Vec::new(),
            bases,
            doc: known.doc.as_ref().map(ToString::to_string),
            body,
        }
    }

    fn interface_attribute(&mut self, name: &str, get: &Out, assignable: bool) -> py::Stmt {
        let annotation = self.annotation(&get.ty);
        if assignable {
            return StmtKind::AnnAssign(Expr::name(name.to_string()), annotation, None).bare();
        }
        let def = FunctionDef {
            name: name.to_string(),
            is_async: false,
            decorators: vec![Expr::name("property")],
            type_params: Vec::new(),
            params: vec![receiver()],
            result: Some(annotation),
            doc: None,
            body: vec![StmtKind::Expr(Expr::Ellipsis).bare()],
            origin: None,
        };
        StmtKind::Function(Box::new(def)).bare()
    }

    fn interface_method(&mut self, name: &str, fun: &ExternFun, body: &mut Vec<py::Stmt>) {
        let is_overloaded = fun.overloads.len() > 1;
        for signature in &fun.overloads {
            let mut decorators = Vec::new();
            if is_overloaded {
                decorators.push(self.standard_name("typing", "overload"));
            }
            let def = self.interface_signature(name, signature, decorators);
            body.push(StmtKind::Function(Box::new(def)).bare());
        }
    }

    fn interface_signature(
        &mut self,
        name: &str,
        signature: &Signature,
        decorators: Vec<Expr>,
    ) -> FunctionDef {
        let mut params = vec![receiver()];
        let mut stage = ParamKind::PositionalOnly;
        let any_positional = signature
            .params
            .iter()
            .any(|param| param.kind == ParamKind::PositionalOnly);
        let mut slash_due = any_positional;
        for param in &signature.params {
            if slash_due && param.kind != ParamKind::PositionalOnly {
                params.push(marker("/"));
                slash_due = false;
            }
            if param.kind == ParamKind::KeywordOnly && stage < ParamKind::VarArgs {
                params.push(marker("*"));
            }
            stage = stage.max(param.kind);
            params.push(self.interface_param(param));
        }
        if slash_due {
            params.push(marker("/"));
        }
        let type_params = signature
            .type_params
            .iter()
            .map(|param| self.interface_type_param(param))
            .collect();
        FunctionDef {
            name: name.to_string(),
            is_async: signature.is_async,
            decorators,
            type_params,
            params,
            result: Some(self.annotation(&signature.ret.ty)),
            doc: None,
            body: vec![StmtKind::Expr(Expr::Ellipsis).bare()],
            origin: None,
        }
    }

    fn interface_type_param(&mut self, param: &TypeParam) -> py::TypeParam {
        py::TypeParam {
            name: param.name.to_string(),
            bound: param.bound.as_ref().map(|bound| self.annotation(bound)),
        }
    }

    fn interface_param(&mut self, param: &Declared) -> Param {
        let stars = match param.kind {
            ParamKind::VarArgs => "*",
            ParamKind::KwArgs => "**",
            _ => "",
        };
        let is_variadic = !stars.is_empty();
        Param {
            name: format!("{stars}{}", param.name),
            annotation: Some(self.annotation(&param.ty)),
            default: (param.has_default && !is_variadic).then_some(Expr::Ellipsis),
        }
    }
}

fn receiver() -> Param {
    marker("self")
}

fn marker(name: &str) -> Param {
    Param {
        name: name.to_string(),
        annotation: None,
        default: None,
    }
}
