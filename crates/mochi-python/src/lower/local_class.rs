//! Classes that blocks make: of types and agents whose methods use what is declared around them.
//!
//! The module has a class that says what values are made of, for annotations and tests, because
//! values may leave the block. Where the block declares the type, a class derived from it holds the
//! methods that see the block's variables: each execution makes its own.
//!
//! Spec: language.md §3, §7, §16.

use std::collections::BTreeSet;
use std::rc::Rc;

use mochi_check::typed::{AgentDef, FunId, VarId, VarKind};
use mochi_types::{Decl, DeclId, DeclRef, FieldInfo, RecordDecl, Type, VariantInfo};

use super::{Lowerer, name};
use crate::py::{BoolOp, ClassDef, CmpOp, Expr, FunctionDef, Param, Stmt, StmtKind, TypeParam};

impl<'a> Lowerer<'a> {
    /// Whether the class of a record or agent is made by a block.
    pub(super) fn is_local_class(&self, id: DeclId) -> bool {
        self.module.inner.classes.contains(&id)
    }

    /// Whether a method stands in the class that the block makes.
    pub(super) fn is_scoped(&self, fun: FunId) -> bool {
        self.module.inner.scoped.contains(&fun)
    }

    /// The class that makes values of a record or agent.
    pub(super) fn making_class(&mut self, id: DeclId) -> Expr {
        match self.home(id) {
            Some(home) if self.is_local_class(id) => Expr::Name(self.mention(home)),
            _ => self.declared_class(id),
        }
    }

    /// What holds the class, or the stream, of a block's declaration.
    pub(super) fn home(&self, id: DeclId) -> Option<VarId> {
        self.module.inner.homes.get(&id).copied()
    }

    /// The type parameters of the class of a type that mentions those of a function around it.
    pub(super) fn class_params(&mut self, id: DeclId) -> Vec<TypeParam> {
        let params = self.module.inner.params.get(&id).cloned();
        self.type_params(&params.unwrap_or_default())
    }

    /// The type parameters that a type mentions, in order.
    pub(super) fn params_of(&mut self, ty: &Type) -> Vec<TypeParam> {
        let inner = Rc::clone(&self.module.inner);
        let found = std::cell::RefCell::new(Vec::<Rc<mochi_types::TypeParam>>::new());
        let add = |param: &Rc<mochi_types::TypeParam>| {
            let mut found = found.borrow_mut();
            if found.iter().all(|other| other.id != param.id) {
                found.push(Rc::clone(param));
            }
        };
        ty.any_part(&|part| {
            match part {
                Type::Param(param) => add(param),
                Type::Named(decl) | Type::Variant(decl, _) => {
                    inner
                        .params
                        .get(&decl.id)
                        .into_iter()
                        .flatten()
                        .for_each(add);
                }
                _ => {}
            }
            false
        });
        self.type_params(&found.into_inner())
    }

    /// The same for a variant: those that its own fields mention.
    pub(super) fn variant_params(&mut self, id: DeclId, variant: &VariantInfo) -> Vec<TypeParam> {
        let module = self.module;
        let all = module.inner.params.get(&id).into_iter().flatten();
        let mentioned = |param: &Rc<mochi_types::TypeParam>| {
            variant.fields.iter().any(|field| {
                field.ty.any_part(&|part| match part {
                    Type::Param(other) => other.id == param.id,
                    Type::Named(decl) | Type::Variant(decl, _) => {
                        let held = module.inner.params.get(&decl.id);
                        held.is_some_and(|held| held.iter().any(|other| other.id == param.id))
                    }
                    _ => false,
                })
            })
        };
        let own: Vec<_> = all.filter(|param| mentioned(param)).cloned().collect();
        self.type_params(&own)
    }

    /// The class of a variant as an annotation.
    pub(super) fn variant_annotation(&mut self, decl: &DeclRef, variant: u32) -> Expr {
        let class = self.variant_class(decl, variant);
        let module = self.module;
        let info = module.decls.sum(decl.id);
        match info.and_then(|sum| sum.variants.get(variant as usize)) {
            Some(info) => applied(class, &self.variant_params(decl.id, info)),
            None => class,
        }
    }

    /// Whether only code beside the place of a cast can make values of a type: they hold what a block
    /// makes, or values of the type parameters there.
    pub(super) fn holds_local(&self, ty: &Type) -> bool {
        if super::shape::mentions_param(self.module, ty) {
            return true;
        }
        let inner = &self.module.inner;
        let has_any = !inner.classes.is_empty() || !inner.params.is_empty();
        has_any && self.finds_local(ty, &mut Vec::new())
    }

    /// Whether a type names a class from which a block derives its own: what is made of that is
    /// narrower than the type.
    pub(super) fn names_local(&self, ty: &Type) -> bool {
        let classes = &self.module.inner.classes;
        !classes.is_empty()
            && ty.any_part(&|part| matches!(part, Type::Named(decl) if classes.contains(&decl.id)))
    }

    fn finds_local(&self, ty: &Type, seen: &mut Vec<DeclId>) -> bool {
        let found = std::cell::RefCell::new(Vec::new());
        ty.any_part(&|part| {
            if let Type::Named(decl) = part {
                found.borrow_mut().push(decl.id);
            }
            false
        });
        found.into_inner().into_iter().any(|id| {
            if self.is_local_class(id) || self.module.inner.params.contains_key(&id) {
                return true;
            }
            if seen.contains(&id) {
                return false;
            }
            seen.push(id);
            match self.module.decls.get(id) {
                Some(Decl::Record(record)) => record
                    .fields
                    .iter()
                    .any(|field| self.finds_local(&field.ty, seen)),
                _ => false,
            }
        })
    }

    /// The base of the name of what a block's declaration is held by.
    pub(super) fn home_name(&self, var: VarId) -> String {
        let Some(var) = self.var(var) else {
            return String::new();
        };
        let is_class = matches!(&var.ty, Type::Named(decl) if self.is_local_class(decl.id));
        if is_class {
            name::python_name(&format!("Local{}", var.name))
        } else {
            name::python_name(&format!("{}_stream", super::reactive::snake(&var.name)))
        }
    }

    /// The annotation of a variable that a factory hands on.
    pub(super) fn handed_annotation(&mut self, id: VarId) -> Expr {
        let Some(var) = self.var(id) else {
            return Expr::name("object");
        };
        let decl = match (&var.ty, var.kind) {
            (Type::Named(decl), VarKind::Home) => decl.clone(),
            (ty, _) => return self.annotation(ty),
        };
        if self.is_local_class(decl.id) {
            return self.maker(&decl);
        }
        let class = self.declared_name(&decl);
        self.helper("EventStream").index(class)
    }

    /// A method that the derived classes have.
    pub(super) fn method_stub(&mut self, id: FunId) -> Option<Stmt> {
        let fun = self.fun(id)?;
        let mut params = vec![plain("self")];
        for param in &fun.params {
            let var = self.var(param.var)?;
            let mut annotation = self.annotation(&var.ty);
            let default = match &param.default {
                None => None,
                Some(value) if super::expr::is_literal(value) => {
                    Some(self.captured(|this| this.expr(value)).1)
                }
                Some(_) => {
                    annotation = annotation.either(self.helper("Missing"));
                    Some(self.helper("MISSING"))
                }
            };
            params.push(Param {
                name: self.param_names.get(&param.var).cloned()?,
                annotation: Some(annotation),
                default,
            });
        }
        let error = Expr::name("NotImplementedError");
        let body = vec![StmtKind::Raise(Some(error), None).bare()];
        let def = self.definition(id, fun, params, body);
        Some(StmtKind::Function(Box::new(def)).at(fun.span))
    }

    /// The class of a record that this execution of the block makes.
    pub(super) fn local_record(&mut self, decl: &DeclRef, record: &'a RecordDecl) {
        let Some(home) = self.home(decl.id) else {
            return;
        };
        let name = self.declare(home);
        let mut body =
            vec![StmtKind::Assign(Expr::name("__slots__"), Expr::Tuple(Vec::new())).bare()];
        let mut captures = BTreeSet::new();
        for method in &record.methods {
            let id = FunId(method.fun);
            if self.is_scoped(id) {
                let (mut def, own) = self.function(id);
                def.doc = None;
                let span = self.fun(id).map(|fun| fun.span).unwrap_or_default();
                body.extend(self.comments_about(span));
                body.push(StmtKind::Function(Box::new(def)).at(span));
                captures.extend(own);
            }
        }
        self.emit_local(decl, &name, body, &captures);
    }

    /// The class of an agent for annotations and tests.
    pub(super) fn agent_base(&mut self, id: DeclId) -> ClassDef {
        self.declared.insert(id);
        let mut body = Vec::new();
        if let Some(Decl::Agent(agent)) = self.module.decls.get(id) {
            for field in &agent.fields {
                let annotation = self.annotation(&field.ty);
                let target = Expr::Name(name::field_name(&field.name));
                body.push(StmtKind::AnnAssign(target, annotation, None).at(field.span));
            }
            for intent in &agent.methods {
                body.extend(self.method_stub(FunId(intent.fun)));
            }
        }
        self.agent_definition(id, body)
    }

    /// The class of an agent that this execution of the block makes.
    pub(super) fn local_agent(&mut self, def: &'a AgentDef) {
        let Some(home) = self.home(def.decl.id) else {
            return;
        };
        let name = self.declare(home);
        let mut captures = BTreeSet::new();
        let body = self.agent_body(def, &mut captures);
        self.emit_local(&def.decl, &name, body, &captures);
    }

    /// Emits the derived class, through a factory where each round of a loop has its own variables.
    fn emit_local(
        &mut self,
        decl: &DeclRef,
        name: &str,
        body: Vec<Stmt>,
        captures: &BTreeSet<VarId>,
    ) {
        let class = ClassDef {
            name: name.to_string(),
            decorators: Vec::new(),
            type_params: Vec::new(),
            bases: vec![self.declared_name(decl)],
            doc: None,
            body,
        };
        let span = self.span;
        let shown = StmtKind::Assign(
            Expr::name(name).attr("__name__"),
            Expr::str(decl.name.to_string()),
        );
        let class = StmtKind::Class(Box::new(class));
        let in_loop = |id: &VarId| self.var(*id).is_some_and(|var| var.in_loop);
        let own = self.home(decl.id);
        let shared: Vec<VarId> = captures
            .iter()
            .copied()
            .filter(|id| in_loop(id) && Some(*id) != own)
            .collect();
        let is_repeated = own.is_some_and(|home| in_loop(&home));
        if !is_repeated || shared.is_empty() {
            self.emit(class);
            self.emit(shown);
            return;
        }
        let inner = vec![
            class.at(span),
            shown.at(span),
            StmtKind::Return(Some(Expr::name(name))).at(span),
        ];
        let made = self.maker(decl);
        let stem = super::reactive::snake(&decl.name);
        let call = self.emit_factory(Some(made), &shared, &format!("make_{stem}"), inner);
        let outside = self.fresh(&format!("{stem}_class"));
        if let Some(own) = own {
            self.var_names.insert(own, outside.clone());
        }
        self.emit(StmtKind::Assign(Expr::Name(outside), call));
    }

    /// `type[P]`, or `Callable[..., A]` of an agent: only the derived class takes its variables.
    fn maker(&mut self, decl: &DeclRef) -> Expr {
        let class = self.declared_name(decl);
        match self.module.decls.get(decl.id) {
            Some(Decl::Agent(_)) => self
                .typing_name("collections.abc", "Callable")
                .index(Expr::Tuple(vec![Expr::Ellipsis, class])),
            _ => Expr::name("type").index(class),
        }
    }

    /// Adds a method to a class, and yields the variables around the class that it mentions.
    pub(super) fn method_body(&mut self, id: FunId, body: &mut Vec<Stmt>) -> BTreeSet<VarId> {
        let span = self.fun(id).map(|fun| fun.span).unwrap_or_default();
        let (method, captures) = self.function(id);
        body.push(StmtKind::Function(Box::new(method)).at(span));
        captures
    }
}

/// Equality of values whatever execution of the block made them.
///
/// `same` compares the values of a generic class, whose parts have no type that is known.
pub(super) fn shared_equality(class: &str, fields: &[FieldInfo], same: Option<Expr>) -> Stmt {
    let other = Expr::name("other");
    let is_one = Expr::call_name("isinstance", [other.clone(), Expr::name(class)]);
    let parts = |object: &Expr| {
        let parts = fields
            .iter()
            .map(|field| object.clone().attr(name::field_name(&field.name)));
        Expr::Tuple(parts.collect())
    };
    let same = if let Some(same) = same {
        same.call([Expr::name("self"), other])
    } else if fields.is_empty() {
        is_one
    } else {
        let equal = Expr::compare(CmpOp::Eq, parts(&Expr::name("self")), parts(&other));
        Expr::bool2(BoolOp::And, is_one, equal)
    };
    let def = FunctionDef {
        name: "__eq__".to_string(),
        is_async: false,
        decorators: Vec::new(),
        type_params: Vec::new(),
        params: vec![plain("self"), annotated("other", Expr::name("object"))],
        result: Some(Expr::name("bool")),
        doc: None,
        body: vec![StmtKind::Return(Some(same)).bare()],
        origin: None,
    };
    StmtKind::Function(Box::new(def)).bare()
}

/// A class with type parameters in their own names.
pub(super) fn applied(class: Expr, params: &[TypeParam]) -> Expr {
    if params.is_empty() {
        return class;
    }
    let names = params.iter().map(|param| Expr::name(param.name.clone()));
    class.index(Expr::one_or_tuple(names.collect()))
}

fn plain(name: &str) -> Param {
    Param {
        name: name.to_string(),
        annotation: None,
        default: None,
    }
}

fn annotated(name: &str, annotation: Expr) -> Param {
    Param {
        name: name.to_string(),
        annotation: Some(annotation),
        default: None,
    }
}
