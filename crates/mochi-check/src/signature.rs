//! Declarations: types with their fields, functions and methods with their signatures, and the
//! results that are inferred from bodies.
//!
//! Spec: language.md §3, §4.2, §6, §7.

use std::collections::HashMap;
use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast;
use mochi_types::{
    Decl, DeclId, DeclRef, Effects, FieldInfo, FunType, MethodInfo, RecordDecl, SumDecl, Type,
    VariantInfo,
};

use crate::annotation::named_type;
use crate::checker::{Checker, Frame, PendingFun, ResultState, TypeName};
use crate::expr::empty::takes_type;
use crate::flow;
use crate::report;
use crate::scope::{Binding, NewVar};
use crate::typed::{Alias, Fun, FunId, FunKind, FunParam, Stmt, VarId, VarKind};
use crate::walk;

impl Checker<'_> {
    /// Declares the types among the statements, with their fields and methods.
    pub(crate) fn declare_types(&mut self, body: &[ast::Stmt]) {
        let streams = crate::reactive::stream_types(body);
        let decls: Vec<(&ast::TypeDecl, bool)> = body
            .iter()
            .filter_map(|stmt| match &stmt.kind {
                ast::StmtKind::Type(decl) => Some((&**decl, stmt.export)),
                _ => None,
            })
            .chain(streams.iter().map(|(decl, export)| (decl, *export)))
            .collect();
        for (decl, export) in &decls {
            self.declare_type_name(decl, *export);
        }
        self.declare_reactive_names(body);
        for (decl, _) in &decls {
            self.declare_fields(decl);
        }
        for (decl, _) in &decls {
            self.declare_methods(decl);
        }
    }

    fn declare_type_name(&mut self, decl: &ast::TypeDecl, export: bool) {
        let name = &decl.name.text;
        // A block may be checked more than once; its types stay what they are.
        if let Some(known) = self.placed_types.get(&decl.span).cloned() {
            if let TypeName::Decl(reference) = &known {
                self.settle_home(decl.span, reference);
            }
            self.declare_again(decl, known);
            return;
        }
        let reference = self.next_decl(name);
        if !matches!(decl.kind, ast::TypeDeclKind::Alias(_)) {
            self.settle_home(decl.span, &reference);
        }
        let span = decl.name.span;
        let known = match &decl.kind {
            ast::TypeDeclKind::Record { .. } => {
                self.push_decl(Decl::Record(RecordDecl {
                    name: Rc::clone(name),
                    fields: Vec::new(),
                    methods: Vec::new(),
                    doc: decl.doc.clone(),
                    is_key: false,
                    export,
                    span,
                }));
                TypeName::Decl(reference)
            }
            ast::TypeDeclKind::Sum(variants) => {
                self.name_variants(variants, &reference);
                self.push_decl(Decl::Sum(SumDecl {
                    name: Rc::clone(name),
                    variants: Vec::new(),
                    doc: decl.doc.clone(),
                    is_key: false,
                    export,
                    span,
                }));
                TypeName::Decl(reference)
            }
            ast::TypeDeclKind::Alias(target) => {
                let index = self.module.aliases.len();
                Rc::make_mut(&mut self.module.aliases).push(Alias {
                    name: Rc::clone(name),
                    ty: Type::Error,
                    export,
                    doc: decl.doc.clone(),
                    span: decl.span,
                });
                self.alias_exprs.push(Some(target.clone()));
                TypeName::Alias(index)
            }
        };
        self.placed_types.insert(decl.span, known.clone());
        self.type_names.insert(Rc::clone(name), known);
    }

    fn declare_again(&mut self, decl: &ast::TypeDecl, known: TypeName) {
        if let TypeName::Decl(reference) = &known {
            if let ast::TypeDeclKind::Sum(variants) = &decl.kind {
                self.name_variants(variants, reference);
            }
            match self.decl_mut(reference.id) {
                Some(Decl::Record(record)) => {
                    record.fields.clear();
                    record.methods.clear();
                }
                Some(Decl::Sum(sum)) => sum.variants.clear(),
                Some(Decl::Agent(_)) | None => {}
            }
        }
        // An alias is read again: the type parameters around it are new.
        if let (TypeName::Alias(index), ast::TypeDeclKind::Alias(target)) = (&known, &decl.kind)
            && let Some(slot) = self.alias_exprs.get_mut(*index)
        {
            *slot = Some(target.clone());
        }
        self.type_names.insert(Rc::clone(&decl.name.text), known);
    }

    /// The variants of a sum, by their names.
    fn name_variants(&mut self, variants: &[ast::VariantDecl], sum: &DeclRef) {
        for (index, variant) in variants.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            self.variants
                .entry(Rc::clone(&variant.name.text))
                .or_default()
                .push((sum.clone(), index));
        }
    }

    /// What the declaration that is pushed next is known by.
    pub(crate) fn next_decl(&self, name: &Rc<str>) -> DeclRef {
        DeclRef {
            id: DeclId(u32::try_from(self.decls.items.len()).unwrap_or(u32::MAX)),
            name: Rc::clone(name),
        }
    }

    pub(crate) fn push_decl(&mut self, decl: Decl) {
        Rc::make_mut(&mut self.decls).items.push(decl);
    }

    /// The declared type of that name, if it is one of the program.
    pub(crate) fn decl_named(&self, name: &str) -> Option<DeclRef> {
        match self.type_names.get(name) {
            Some(TypeName::Decl(decl)) => Some(decl.clone()),
            _ => None,
        }
    }

    fn declare_fields(&mut self, decl: &ast::TypeDecl) {
        match &decl.kind {
            ast::TypeDeclKind::Record { fields, .. } => {
                let fields = self.fields(fields);
                if let Some(reference) = self.decl_named(&decl.name.text)
                    && let Some(Decl::Record(record)) = self.decl_mut(reference.id)
                {
                    record.fields = fields;
                }
            }
            ast::TypeDeclKind::Sum(variants) => {
                let variants: Vec<VariantInfo> = variants
                    .iter()
                    .map(|variant| VariantInfo {
                        name: Rc::clone(&variant.name.text),
                        fields: self.fields(&variant.fields),
                        doc: variant.doc.clone(),
                        span: variant.name.span,
                    })
                    .collect();
                if let Some(reference) = self.decl_named(&decl.name.text)
                    && let Some(Decl::Sum(sum)) = self.decl_mut(reference.id)
                {
                    sum.variants = variants;
                }
            }
            ast::TypeDeclKind::Alias(target) => {
                let mut written = named_type(&decl.name);
                written.span = target.span;
                self.annotation(&written);
            }
        }
    }

    pub(crate) fn decl_mut(&mut self, id: DeclId) -> Option<&mut Decl> {
        Rc::make_mut(&mut self.decls).items.get_mut(id.0 as usize)
    }

    fn fields(&mut self, fields: &[ast::FieldDecl]) -> Vec<FieldInfo> {
        fields
            .iter()
            .map(|field| FieldInfo {
                name: Rc::clone(&field.name.text),
                ty: self.annotation(&field.ty),
                doc: field.doc.clone(),
                span: field.name.span,
            })
            .collect()
    }

    fn declare_methods(&mut self, decl: &ast::TypeDecl) {
        let ast::TypeDeclKind::Record { methods, .. } = &decl.kind else {
            return;
        };
        let Some(record) = self.decl_named(&decl.name.text) else {
            return;
        };
        for method in methods {
            let kind = FunKind::Method {
                record: record.clone(),
                this: VarId(u32::MAX),
            };
            let (fun, type_params) = self.signature(method, kind, false);
            self.check_typed(fun, &method.params);
            let this = self.this_of(fun, &record, method.name.span);
            self.pending.push(Rc::new(PendingFun {
                fun,
                decl: Rc::clone(method),
                receiver: Some((record.clone(), this)),
                type_params,
                place: self.place_here(),
            }));
            let info = MethodInfo {
                name: Rc::clone(&method.name.text),
                ty: self.fun_signature(fun),
                fun: fun.0,
            };
            if let Some(Decl::Record(record)) = self.decl_mut(record.id) {
                record.methods.push(info);
            }
        }
    }

    /// Reports the parameters of a method that have no type: nothing is known of them.
    pub(crate) fn check_typed(&mut self, fun: FunId, params: &[ast::Param]) {
        let made = self.fun(fun).map(|fun| fun.params.clone());
        for (param, made) in params.iter().zip(made.unwrap_or_default()) {
            if param.ty.is_none() {
                let name = &param.name;
                let mut diagnostic = report::parameter_without_type(&name.text, name.span);
                if &*name.text == "self" {
                    diagnostic = diagnostic.with_note(
                        "a method sees the fields by their names, and its object as `this`",
                    );
                }
                self.report(diagnostic);
                if let Some(var) = self.var_mut(made.var) {
                    var.ty = Type::Error;
                }
            }
        }
    }

    pub(crate) fn this_of(&mut self, fun: FunId, record: &DeclRef, span: Span) -> VarId {
        let ty = Type::Named(record.clone());
        let new = NewVar::assignable(VarKind::This, ty);
        let placed = self.placed_var(fun, None);
        let this = self.var_at(placed, &Rc::from("this"), span, new);
        if let Some(var) = self.var_mut(this) {
            var.owner = Some(fun);
        }
        if let Some(Fun {
            kind: FunKind::Method { this: slot, .. },
            ..
        }) = Rc::make_mut(&mut self.module.funs).get_mut(fun.0 as usize)
        {
            *slot = this;
        }
        this
    }

    /// Declares the functions among the top-level statements.
    pub(crate) fn declare_functions(&mut self, body: &[ast::Stmt]) {
        for stmt in body {
            let ast::StmtKind::Fun(decl) = &stmt.kind else {
                continue;
            };
            let (fun, type_params) = self.signature(decl, FunKind::Top, stmt.export);
            self.declare(&decl.name.text, Binding::Fun(fun));
            self.pending.push(Rc::new(PendingFun {
                fun,
                decl: Rc::clone(decl),
                receiver: None,
                type_params,
                place: None,
            }));
        }
    }

    /// Makes the function of a declaration; its body comes later.
    pub(crate) fn signature(
        &mut self,
        decl: &ast::FunDecl,
        kind: FunKind,
        export: bool,
    ) -> (FunId, HashMap<Rc<str>, Type>) {
        let fun = self.new_fun(Some(&decl.name.text), kind, decl.span);
        self.push_scope();
        let type_params = self.type_params(&decl.type_params);
        let params = self.params(fun, &decl.params, None);
        let produced = self.effects.of_block(&decl.body.body);
        let effects = self.declared_effects(decl.effects.as_deref(), produced, &decl.name.text);
        let open = decl.result.is_none() && walk::returns_value(&decl.body.body);
        let result = match &decl.result {
            Some(ty) => self.annotation(ty),
            None if open => Type::Any,
            None => Type::Unit,
        };
        let names = self.scopes.pop().map(|scope| scope.type_params);
        let state = if open {
            self.inferred.insert(fun);
            ResultState::Open
        } else {
            ResultState::Known
        };
        self.results.insert(fun, state);
        if let Some(made) = self.fun_mut(fun) {
            made.type_params = type_params;
            made.params = params;
            made.effects = effects;
            made.result = result;
            made.is_async = decl.is_async;
            made.export = export;
            made.doc.clone_from(&decl.doc);
        }
        (fun, names.unwrap_or_default())
    }

    /// Allocates a function that belongs to the current place.
    pub(crate) fn new_fun(&mut self, name: Option<&Rc<str>>, kind: FunKind, span: Span) -> FunId {
        let placed = self.placed_fun(span, &kind);
        let id = FunId(u32::try_from(self.module.funs.len()).unwrap_or(u32::MAX));
        let (owner, in_loop) = (self.frame().fun, self.frame().loops > 0);
        let made = Fun {
            name: name.cloned(),
            kind,
            type_params: Vec::new(),
            params: Vec::new(),
            result: Type::Unit,
            body: Vec::new(),
            is_expression: false,
            falls_off: false,
            effects: Effects::NONE,
            is_async: false,
            owner,
            in_loop,
            is_recursive: false,
            export: false,
            doc: None,
            span,
        };
        if let Some(placed) = placed
            && let Some(slot) = self.fun_mut(placed)
        {
            *slot = made;
            return placed;
        }
        Rc::make_mut(&mut self.module.funs).push(made);
        id
    }

    /// The function behind an identity.
    pub(crate) fn fun(&self, id: FunId) -> Option<&Fun> {
        self.module.funs.get(id.0 as usize)
    }

    /// The function behind an identity, to change it.
    pub(crate) fn fun_mut(&mut self, id: FunId) -> Option<&mut Fun> {
        Rc::make_mut(&mut self.module.funs).get_mut(id.0 as usize)
    }

    /// Makes the parameters' variables; `expected` gives the types of those without one.
    pub(crate) fn params(
        &mut self,
        fun: FunId,
        params: &[ast::Param],
        expected: Option<&FunType>,
    ) -> Vec<FunParam> {
        let mut made = Vec::new();
        let mut defaults = Vec::new();
        for (index, param) in params.iter().enumerate() {
            let ty = match &param.ty {
                Some(ty) => self.annotation(ty),
                None => expected
                    .and_then(|fun| fun.params.get(index))
                    .filter(|ty| !crate::generic::has_infer(ty))
                    .cloned()
                    .unwrap_or(Type::Any),
            };
            if param.default.is_none() && defaults.contains(&true) {
                self.report(report::parameter_order(param.name.span));
            }
            defaults.push(param.default.is_some());
            let name = &param.name;
            let new = NewVar::assignable(VarKind::Param, ty);
            let placed = self.placed_var(fun, Some(index));
            let var = self.var_at(placed, &name.text, name.span, new);
            if let Some(info) = self.var_mut(var) {
                info.owner = Some(fun);
                info.in_loop = false;
            }
            made.push(FunParam { var, default: None });
        }
        self.defaults.insert(fun, defaults);
        made
    }

    /// The type of a function as a value.
    pub(crate) fn fun_type(&mut self, id: FunId) -> Type {
        Type::Fun(self.fun_signature(id))
    }

    /// The type of a function; an inferred result is found first.
    pub(crate) fn fun_signature(&mut self, id: FunId) -> Rc<FunType> {
        let running = self.results.get(&id) == Some(&ResultState::Running)
            || (self.inferred.contains(&id) && self.is_inside(id));
        if !running && self.declared {
            self.infer_result(id);
        }
        let Some(fun) = self.fun(id) else {
            return Rc::new(FunType {
                params: Vec::new(),
                result: Type::Error,
                effects: Effects::NONE,
                is_async: false,
            });
        };
        Rc::new(FunType {
            params: fun
                .params
                .iter()
                .map(|param| {
                    self.var(param.var)
                        .map_or(Type::Error, |var| var.ty.clone())
                })
                .collect(),
            result: if running {
                Type::Any
            } else {
                fun.result.clone()
            },
            effects: fun.effects,
            is_async: fun.is_async,
        })
    }

    fn is_inside(&self, id: FunId) -> bool {
        self.top.fun == Some(id) || self.outer.iter().any(|frame| frame.fun == Some(id))
    }

    /// Infers the result of a top-level function or method, if it is still open.
    pub(crate) fn infer_result(&mut self, id: FunId) {
        if self.results.get(&id) != Some(&ResultState::Open) {
            return;
        }
        let Some(pending) = self.pending.iter().find(|item| item.fun == id).cloned() else {
            return;
        };
        self.results.insert(id, ResultState::Running);
        let (result, _) = self.attempt(|checker| {
            let run = |checker: &mut Self| checker.run_body(&pending).1;
            checker.where_declared(&pending, run).unwrap_or(Type::Error)
        });
        // A body that is needed before a global it reads is typed once more later.
        let failed = result == Type::Error;
        if let Some(fun) = self.fun_mut(id) {
            fun.result = if failed { Type::Any } else { result };
        }
        let state = if failed {
            ResultState::Open
        } else {
            ResultState::Known
        };
        self.results.insert(id, state);
    }

    /// Checks the body of a top-level function or method.
    pub(crate) fn pending_body(&mut self, pending: &PendingFun) {
        let checked = self.where_declared(pending, |checker| checker.run_body(pending));
        let Some((body, _, defaults)) = checked else {
            return;
        };
        let falls_off = flow::falls_through(&body);
        if let Some(fun) = self.fun_mut(pending.fun) {
            fun.body = body;
            fun.falls_off = falls_off;
            for (param, default) in fun.params.iter_mut().zip(defaults) {
                param.default = default;
            }
        }
        self.check_escape(pending.fun, pending.decl.name.span);
    }

    /// Runs `work` where a function is declared; none if that is not around the place at hand.
    fn where_declared<T>(
        &mut self,
        pending: &PendingFun,
        work: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        match pending.place {
            Some(place) => self.at_place(place, work),
            None => Some(self.apart(work)),
        }
    }

    /// Runs `work` outside of all blocks and functions.
    pub(crate) fn apart<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let scopes = std::mem::take(&mut self.scopes);
        let narrowed = std::mem::take(&mut self.narrowed);
        let outer = std::mem::take(&mut self.outer);
        let top = std::mem::replace(&mut self.top, Frame::of_file());
        let receiver = self.receiver.take();
        let base = std::mem::take(&mut self.receiver_base);
        let around = std::mem::take(&mut self.outer_receivers);
        let python = std::mem::take(&mut self.in_python);
        let value = work(self);
        self.outer_receivers = around;
        self.receiver_base = base;
        self.scopes = scopes;
        self.narrowed = narrowed;
        self.outer = outer;
        self.top = top;
        self.receiver = receiver;
        self.in_python = python;
        value
    }

    fn run_body(
        &mut self,
        pending: &PendingFun,
    ) -> (Vec<Stmt>, Type, Vec<Option<crate::typed::Expr>>) {
        self.receiver.clone_from(&pending.receiver);
        self.receiver_base = self.scopes.len();
        self.push_scope();
        if let Some(scope) = self.scopes.last_mut() {
            scope.type_params.clone_from(&pending.type_params);
        }
        let (body, result, defaults) = self.fun_body(pending.fun, &pending.decl);
        self.pop_scope();
        (body, result, defaults)
    }

    /// Checks a function's body and finds its result.
    pub(crate) fn fun_body(
        &mut self,
        fun: FunId,
        decl: &ast::FunDecl,
    ) -> (Vec<Stmt>, Type, Vec<Option<crate::typed::Expr>>) {
        let declared = self.declared_result(fun);
        let limit = if self.outer.is_empty() && self.top.fun.is_none() && self.scopes.len() <= 1 {
            (decl.span.source, decl.span.start)
        } else {
            self.top.limit
        };
        self.push_frame(Frame {
            fun: Some(fun),
            limit,
            result: declared,
            is_async: decl.is_async,
            ..Frame::of_file()
        });
        let narrowed = std::mem::take(&mut self.narrowed);
        let params = self
            .fun(fun)
            .map(|fun| fun.params.clone())
            .unwrap_or_default();
        let mut defaults = Vec::new();
        for (param, made) in decl.params.iter().zip(&params) {
            let ty = self.type_of_var(made.var);
            defaults.push(
                param
                    .default
                    .as_ref()
                    .map(|value| self.expect(value, &ty, crate::relation::Slot::Value)),
            );
        }
        self.push_scope();
        for made in &params {
            let name = self.name_of_var(made.var);
            self.declare(&name, Binding::Var(made.var));
        }
        let body = self.block(&decl.body);
        self.pop_scope();
        self.narrowed = narrowed;
        let frame = self.pop_frame();
        let result = self.join_returns(&frame);
        (body, result, defaults)
    }

    /// The result that returned values must fit; none while it is inferred.
    fn declared_result(&self, fun: FunId) -> Option<Type> {
        let known = self.results.get(&fun) == Some(&ResultState::Known);
        self.fun(fun)
            .filter(|_| known)
            .map(|fun| fun.result.clone())
    }

    /// The type of everything that was returned.
    pub(crate) fn join_returns(&self, frame: &Frame) -> Type {
        if let Some(result) = &frame.result {
            return result.clone();
        }
        let mut returns = frame.returns.iter().chain(&frame.empty_returns);
        let Some(first) = returns.next() else {
            return Type::Unit;
        };
        let mut joined = first.clone();
        let filled = frame.returns.len();
        for (index, ty) in returns.enumerate() {
            if index + 1 >= filled && filled > 0 && takes_type(ty, &joined) {
                continue;
            }
            match self.join(&joined, ty) {
                Some(both) => joined = both,
                None => return Type::Any,
            }
        }
        match joined {
            Type::None => Type::Any,
            other => other,
        }
    }

    /// Gives the methods of records, from that declaration on, the results that were inferred.
    pub(crate) fn settle_methods(&mut self, first: usize) {
        for index in first..self.decls.items.len() {
            self.settle_decl(DeclId(u32::try_from(index).unwrap_or(u32::MAX)));
        }
    }

    /// Gives the methods of a record or agent the results that were inferred.
    pub(crate) fn settle_decl(&mut self, id: DeclId) {
        let funs: Vec<u32> = match self.decls.with_methods(id) {
            Some(record) => record.methods.iter().map(|item| item.fun).collect(),
            None => return,
        };
        let types: Vec<Rc<FunType>> = funs
            .into_iter()
            .map(|fun| self.fun_signature(FunId(fun)))
            .collect();
        if let Some(Decl::Record(record) | Decl::Agent(record)) = self.decl_mut(id) {
            for (method, ty) in record.methods.iter_mut().zip(types) {
                method.ty = ty;
            }
        }
    }
}
