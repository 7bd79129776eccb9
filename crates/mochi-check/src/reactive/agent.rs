//! Agents: variables, handlers, intents, and what happens when an instance is made.
//!
//! Spec: language.md §16.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, AgentDecl, AgentMember, Name, OnHandler, ReactiveStmt};
use mochi_types::{Check, Decl, DeclId, DeclRef, FieldInfo, MethodInfo, Out, RecordDecl, Type};

use crate::checker::{Checker, Frame, PendingFun, TypeName, expr};
use crate::relation::Slot;
use crate::report;
use crate::scope::NewVar;
use crate::typed::{
    AgentDef, AgentStep, Expr, ExprKind, FunId, FunKind, FunParam, ReactiveStmt as Typed, Stmt,
    VarId, VarKind,
};

/// What is known of an agent before its statement is reached.
#[derive(Clone, Debug)]
pub(crate) struct AgentInfo {
    pub(super) decl: DeclRef,
    init: FunId,
    this: VarId,
    /// The streams and methods of its handlers, in order.
    handlers: Vec<Option<(DeclRef, FunId)>>,
    close: Option<FunId>,
}

impl Checker<'_> {
    /// The fields that are visible here: those of a record, or of the agent whose code this is.
    pub(crate) fn fields_here(&self, decl: &DeclRef) -> Option<&RecordDecl> {
        if let Some(agent) = self.decls.agent(decl.id) {
            let is_inside = self
                .receiver
                .as_ref()
                .is_some_and(|(own, _)| own.id == decl.id);
            return is_inside.then_some(agent);
        }
        self.decls.record(decl.id)
    }

    /// What `using` binds: an agent is its own manager.
    pub(crate) fn entered(&self, ty: &Type) -> Option<Out> {
        match ty {
            Type::Named(decl) if self.decls.agent(decl.id).is_some() => Some(Out {
                ty: ty.clone(),
                check: Rc::new(Check::Nothing),
            }),
            _ => self.cx().enter(ty),
        }
    }

    pub(super) fn declare_agent_name(&mut self, decl: &AgentDecl, export: bool) {
        let name = &decl.name.text;
        // A block may be checked more than once; its agents stay what they are.
        if let Some(known) = self.placed_types.get(&decl.span).cloned() {
            if let TypeName::Decl(reference) = &known {
                self.settle_home(decl.span, reference);
                if let Some(agent) = self.agent_mut(reference.id) {
                    agent.fields.clear();
                    agent.methods.clear();
                }
            }
            self.type_names.insert(Rc::clone(name), known);
            return;
        }
        let reference = self.next_decl(name);
        self.settle_home(decl.span, &reference);
        self.push_decl(Decl::Agent(RecordDecl {
            name: Rc::clone(name),
            fields: Vec::new(),
            methods: Vec::new(),
            doc: decl.doc.clone(),
            is_key: false,
            export,
            span: decl.name.span,
        }));
        let known = TypeName::Decl(reference);
        self.placed_types.insert(decl.span, known.clone());
        self.type_names.insert(Rc::clone(name), known);
    }

    pub(super) fn agent_mut(&mut self, id: DeclId) -> Option<&mut RecordDecl> {
        match self.decl_mut(id) {
            Some(Decl::Agent(agent)) => Some(agent),
            _ => None,
        }
    }

    /// Gives the agents their variables, intents and handlers.
    pub(crate) fn declare_agents(&mut self, body: &[ast::Stmt]) {
        for stmt in body {
            let ast::StmtKind::Reactive(item) = &stmt.kind else {
                continue;
            };
            if let ReactiveStmt::Agent(decl) = &**item {
                self.declare_agent(decl);
            }
        }
    }

    fn declare_agent(&mut self, decl: &AgentDecl) {
        let Some(TypeName::Decl(reference)) = self.type_names.get(&decl.name.text).cloned() else {
            return;
        };
        if self.decls.agent(reference.id).is_none() {
            return;
        }
        let kind = FunKind::Method {
            record: reference.clone(),
            this: VarId(u32::MAX),
        };
        let init = self.new_fun(None, kind, decl.span);
        let this = self.this_of(init, &reference, decl.name.span);
        let mut info = AgentInfo {
            decl: reference.clone(),
            init,
            this,
            handlers: Vec::new(),
            close: None,
        };
        for member in &decl.members {
            match member {
                AgentMember::Let { item, doc, .. } => {
                    self.declare_agent_variable(&info, decl, item, doc.as_ref());
                }
                AgentMember::Intent(fun) => self.declare_intent(&reference, fun),
                AgentMember::On(handler) => {
                    let made = self.declare_handler(&reference, handler);
                    info.handlers.push(made);
                }
                AgentMember::Close { body, span } => {
                    let fun = method_decl("on close", decl.name.span, Vec::new(), body, *span);
                    info.close = Some(self.declare_hidden(&reference, fun));
                }
                AgentMember::Assign { .. } => {}
            }
        }
        self.agents.insert(decl.span, info);
    }

    /// A variable is known from here on; without annotation its value says what it is.
    fn declare_agent_variable(
        &mut self,
        info: &AgentInfo,
        decl: &AgentDecl,
        item: &ast::Let,
        doc: Option<&Rc<str>>,
    ) {
        let ast::Binder::Name(name) = &item.binder else {
            self.declare_agent_parts(info, decl, item, doc);
            return;
        };
        let ty = match (&item.ty, &item.value) {
            (Some(ty), _) => self.annotation(ty),
            (None, Some(value)) => {
                let (ty, _) = self.attempt(|checker| {
                    checker.in_agent(info, decl, |checker| checker.expr(value, None).ty)
                });
                let guess = self.guess_of(name.span, value, &ty);
                guess.unwrap_or_else(|| settled(ty))
            }
            (None, None) => Type::Error,
        };
        self.add_agent_field(info, name, ty, item.mutable, doc);
    }

    /// Adds a variable to an agent.
    pub(super) fn add_agent_field(
        &mut self,
        info: &AgentInfo,
        name: &Name,
        ty: Type,
        mutable: bool,
        doc: Option<&Rc<str>>,
    ) {
        let id = info.decl.id;
        if !mutable {
            self.agent_lets.insert((id, Rc::clone(&name.text)));
        }
        let field = FieldInfo {
            name: Rc::clone(&name.text),
            ty,
            doc: doc.cloned(),
            span: name.span,
        };
        if let Some(agent) = self.agent_mut(id) {
            agent.fields.push(field);
        }
    }

    fn declare_intent(&mut self, agent: &DeclRef, decl: &Rc<ast::FunDecl>) {
        self.misplaced_effects(decl.effects.as_deref());
        let fun = self.declare_hidden(agent, Rc::clone(decl));
        self.check_typed(fun, &decl.params);
        let info = MethodInfo {
            name: Rc::clone(&decl.name.text),
            ty: self.fun_signature(fun),
            fun: fun.0,
        };
        if let Some(agent) = self.agent_mut(agent.id) {
            agent.methods.push(info);
        }
    }

    fn declare_handler(
        &mut self,
        agent: &DeclRef,
        handler: &OnHandler,
    ) -> Option<(DeclRef, FunId)> {
        let (stream, param) = self.event_param(handler);
        let name = format!("on {}", handler.stream.text);
        let at = handler.stream.span;
        let decl = method_decl(&name, at, vec![param], &handler.body, handler.span);
        let fun = self.declare_hidden(agent, decl);
        let stream = stream?;
        self.graph.handler(stream.id, fun);
        Some((stream, fun))
    }

    /// A method; its body is checked with those of records.
    fn declare_hidden(&mut self, agent: &DeclRef, decl: Rc<ast::FunDecl>) -> FunId {
        let kind = FunKind::Method {
            record: agent.clone(),
            this: VarId(u32::MAX),
        };
        let (fun, type_params) = self.signature(&decl, kind, false);
        let this = self.this_of(fun, agent, decl.name.span);
        self.pending.push(Rc::new(PendingFun {
            fun,
            decl,
            receiver: Some((agent.clone(), this)),
            type_params,
            place: self.place_here(),
        }));
        fun
    }

    /// Runs `work` where the variables of a new instance are visible.
    pub(super) fn in_agent<T>(
        &mut self,
        info: &AgentInfo,
        decl: &AgentDecl,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let limit = match self.place_here() {
            Some(_) => self.frame().limit,
            None => (decl.span.source, decl.span.start),
        };
        let narrowed = std::mem::take(&mut self.narrowed);
        let python = std::mem::take(&mut self.in_python);
        let receivers = self.leave_receiver(self.scopes.len());
        self.receiver = Some((info.decl.clone(), info.this));
        self.receiver_base = self.scopes.len();
        self.push_scope();
        self.push_frame(Frame {
            fun: Some(info.init),
            limit,
            result: Some(Type::Unit),
            ..Frame::of_file()
        });
        let value = work(self);
        self.pop_frame();
        self.pop_scope();
        self.enter_receiver(receivers);
        self.in_python = python;
        self.narrowed = narrowed;
        value
    }

    /// The statement that declares an agent: what happens when an instance is made.
    pub(super) fn agent_stmt(&mut self, decl: &AgentDecl) -> Option<Typed> {
        let info = self.agents.get(&decl.span).cloned()?;
        let id = info.decl.id;
        let mut all = self.decls.agent(id)?.fields.clone();
        // What comes later is not there yet.
        if let Some(agent) = self.agent_mut(id) {
            agent.fields.clear();
        }
        let mut steps = Vec::new();
        let mut params = Vec::new();
        let mut fields = all.iter_mut();
        let mut handlers = info.handlers.iter();
        for member in &decl.members {
            let step = match member {
                AgentMember::Let { item, span, .. } => {
                    if matches!(item.binder, ast::Binder::Tuple(..)) {
                        let made = self.agent_parts(&info, decl, item, *span, &mut fields);
                        params.extend(made.iter().filter_map(given_param));
                        steps.extend(made);
                        continue;
                    }
                    let Some(field) = fields.next() else {
                        continue;
                    };
                    let step = self.agent_variable(&info, decl, item, *span, field);
                    params.extend(step.as_ref().and_then(given_param));
                    if let Some(agent) = self.agent_mut(id) {
                        agent.fields.push(field.clone());
                    }
                    step
                }
                AgentMember::Assign { item, span } => {
                    let kind = self.in_agent(&info, decl, |checker| checker.assign(item));
                    kind.map(|kind| AgentStep::Run(Box::new(Stmt { kind, span: *span })))
                }
                AgentMember::On(handler) => {
                    let at = handler.stream.span;
                    let found = handlers.next().cloned().flatten();
                    if let Some((stream, _)) = &found {
                        self.in_agent(&info, decl, |checker| checker.note_stream(stream, at));
                    }
                    found.map(|(stream, handler)| AgentStep::On { stream, handler })
                }
                AgentMember::Close { .. } | AgentMember::Intent(_) => None,
            };
            steps.extend(step);
        }
        if let Some(agent) = self.agent_mut(id) {
            agent.fields = all;
        }
        if let Some(fun) = self.fun_mut(info.init) {
            fun.params = params;
        }
        self.inner_methods(&info.decl);
        Some(Typed::Agent(AgentDef {
            decl: info.decl,
            init: info.init,
            steps,
            close: info.close,
        }))
    }

    /// A variable with its own value, which says what type it has where none is declared.
    fn agent_variable(
        &mut self,
        info: &AgentInfo,
        decl: &AgentDecl,
        item: &ast::Let,
        span: Span,
        field: &mut FieldInfo,
    ) -> Option<AgentStep> {
        let declared = item.ty.is_some();
        let ty = field.ty.clone();
        let value = match &item.value {
            Some(value) if declared => self.in_agent(info, decl, |checker| {
                checker.expect(value, &ty, Slot::Initialiser(span))
            }),
            Some(value) => {
                let mut typed = self.in_agent(info, decl, |checker| checker.expr(value, None));
                if let Some(guess) = self.guess_of(field.span, value, &typed.ty) {
                    typed = self.in_agent(info, decl, |checker| checker.expr(value, Some(&guess)));
                }
                field.ty = settled(typed.ty.clone());
                self.adapt(typed, &field.ty)
            }
            None if !declared => {
                self.report(report::needs_type_or_value(span));
                return None;
            }
            None => {
                let zero = self.zero(&ty, span, 0);
                if zero.is_none() && ty != Type::Error {
                    self.report(report::needs_type_or_value(span));
                }
                zero?
            }
        };
        self.note_type(field.span, &field.ty);
        Some(self.variable_step(info, field, value))
    }

    /// The step that gives a variable its value.
    pub(super) fn variable_step(
        &mut self,
        info: &AgentInfo,
        field: &FieldInfo,
        value: Expr,
    ) -> AgentStep {
        let new = NewVar::assignable(VarKind::Param, field.ty.clone());
        let param = self.new_var(&field.name, field.span, new);
        if let Some(var) = self.var_mut(param) {
            var.owner = Some(info.init);
            var.in_loop = false;
        }
        AgentStep::Var {
            name: Rc::clone(&field.name),
            param,
            value,
        }
    }

    /// `A { n: 5 }`: an instance.
    pub(crate) fn agent_literal(
        &mut self,
        decl: &DeclRef,
        fields: &[(Name, ast::Expr)],
        span: Span,
    ) -> Expr {
        self.note_made_decl(decl.id, span);
        let known = self
            .decls
            .agent(decl.id)
            .map(|agent| agent.fields.clone())
            .unwrap_or_default();
        let mut values: Vec<(Rc<str>, Expr)> = Vec::new();
        for (name, value) in fields {
            let Some(field) = known.iter().find(|field| field.name == name.text) else {
                let diagnostic = report::unknown_field(&name.text, &decl.name, name.span);
                let names = known.iter().map(|field| &*field.name);
                self.report(report::suggest(diagnostic, &name.text, names));
                self.expr(value, None);
                continue;
            };
            if values.iter().any(|(given, _)| *given == name.text) {
                self.report(report::argument_twice(&name.text, name.span));
            }
            let value = self.expect(value, &field.ty, Slot::Value);
            values.push((Rc::clone(&name.text), value));
        }
        let kind = ExprKind::Record {
            decl: decl.clone(),
            fields: values,
        };
        expr(kind, Type::Named(decl.clone()), span)
    }
}

/// The parameter that takes the given value of a variable.
fn given_param(step: &AgentStep) -> Option<FunParam> {
    match step {
        AgentStep::Var { param, .. } => Some(FunParam {
            var: *param,
            default: None,
        }),
        AgentStep::Run(_) | AgentStep::On { .. } => None,
    }
}

/// The type of a variable that is declared without one.
pub(super) fn settled(ty: Type) -> Type {
    match ty {
        Type::None => Type::Any,
        other => other.widened(),
    }
}

/// A method that the program does not write as one.
fn method_decl(
    name: &str,
    at: Span,
    params: Vec<ast::Param>,
    body: &ast::Block,
    span: Span,
) -> Rc<ast::FunDecl> {
    Rc::new(ast::FunDecl {
        name: Name {
            text: Rc::from(name),
            span: at,
        },
        is_async: false,
        type_params: Vec::new(),
        params,
        result: None,
        effects: None,
        body: body.clone(),
        doc: None,
        span,
    })
}
