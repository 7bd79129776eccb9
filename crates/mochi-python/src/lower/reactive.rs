//! Event streams, agents, channels.
//!
//! Spec: language.md §16, §19.3.

use std::collections::BTreeSet;
use std::rc::Rc;

use mochi_check::typed::{
    AgentDef, AgentStep, Builtin, Expr as Typed, ExprKind, FunId, FunKind, Module, ReactiveStmt,
    Stmt as TypedStmt, StmtKind as TypedKind, Target, VarId, VarKind,
};
use mochi_types::{Decl, DeclId, DeclRef, Type};

use super::Lowerer;
use super::frame::Frame;
use super::{name, walk};
use crate::py::{ClassDef, Expr, FunctionDef, Param, Stmt, StmtKind};

impl<'a> Lowerer<'a> {
    /// Gives names to the streams of the module and to what agents have beside their intents.
    pub(super) fn name_reactive(&mut self) {
        let module = self.module;
        for stmt in reactive(module) {
            match stmt {
                ReactiveStmt::Stream(decl) if self.home(decl.id).is_some() => {}
                ReactiveStmt::Stream(decl) => {
                    let base = format!("{}_stream", snake(&decl.name));
                    let name = self.module_name(&base);
                    self.stream_names.insert(decl.id, name);
                }
                ReactiveStmt::Agent(def) => self.name_agent(def),
                ReactiveStmt::On { .. } | ReactiveStmt::Emit { .. } => {}
            }
        }
    }

    fn name_agent(&mut self, def: &AgentDef) {
        let Some(Decl::Agent(agent)) = self.module.decls.get(def.decl.id) else {
            return;
        };
        let mut taken: Vec<String> = Vec::new();
        taken.extend(agent.fields.iter().map(|it| name::field_name(&it.name)));
        taken.extend(agent.methods.iter().map(|it| name::field_name(&it.name)));
        for step in &def.steps {
            if let AgentStep::On { stream, handler } = step {
                let base = format!("on_{}", snake(&stream.name));
                let name = name::distinct(&base, |name| taken.iter().any(|it| it == name));
                taken.push(name.clone());
                self.fun_names.insert(*handler, name);
            }
        }
        if let Some(close) = def.close {
            self.fun_names.insert(close, "_on_close".to_string());
        }
    }

    /// A declaration among the top-level statements; false for what runs as a statement.
    pub(super) fn reactive_declaration(
        &mut self,
        item: &'a ReactiveStmt,
        span: mochi_base::Span,
        body: &mut Vec<Stmt>,
    ) -> bool {
        let frames = std::mem::take(&mut self.frames);
        let is_declaration = match item {
            ReactiveStmt::Stream(decl) => {
                let mut classes = self.type_declaration(decl);
                body.append(&mut classes);
                let name = self.stream_names.get(&decl.id).cloned();
                let name = name.unwrap_or_default();
                let event = self.declared_class(decl.id);
                let class = self.helper("EventStream");
                let annotation = class.clone().index(event);
                let made = class.call([]);
                body.push(StmtKind::AnnAssign(Expr::Name(name), annotation, Some(made)).at(span));
                true
            }
            ReactiveStmt::Agent(def) => {
                let class = self.agent_class(def);
                body.push(StmtKind::Class(Box::new(class)).at(span));
                true
            }
            ReactiveStmt::On { .. } | ReactiveStmt::Emit { .. } => false,
        };
        self.frames = frames;
        is_declaration
    }

    fn stream(&mut self, decl: &DeclRef) -> Expr {
        match self.home(decl.id) {
            Some(home) => Expr::Name(self.mention(home)),
            None => Expr::Name(self.stream_names.get(&decl.id).cloned().unwrap_or_default()),
        }
    }

    /// `on S as e { … }` and `emit S { … }`.
    pub(super) fn reactive_statement(&mut self, item: &'a ReactiveStmt) {
        match item {
            ReactiveStmt::On { stream, handler } => {
                let base = format!("on_{}", snake(&stream.name));
                let function = self.named_function(*handler, &base);
                let stream = self.stream(stream);
                let call = stream.attr("on").call([Expr::Name(function)]);
                self.emit(StmtKind::Expr(call));
            }
            ReactiveStmt::Emit { stream, event } => {
                let event = self.expr(event);
                let stream = self.stream(stream);
                self.emit(StmtKind::Expr(stream.attr("emit").call([event])));
            }
            ReactiveStmt::Stream(decl) => {
                self.inner_reactive(item, decl);
                if let Some(home) = self.home(decl.id) {
                    self.new_stream(decl, home);
                }
            }
            ReactiveStmt::Agent(def) => {
                self.inner_reactive(item, &def.decl);
                if self.is_local_class(def.decl.id) {
                    self.local_agent(def);
                }
            }
        }
    }

    /// A stream or an agent that a block declares: its class belongs to the module.
    fn inner_reactive(&mut self, item: &'a ReactiveStmt, decl: &DeclRef) {
        if self.declared.contains(&decl.id) {
            return;
        }
        self.precede_classes();
        let mut classes = Vec::new();
        match item {
            ReactiveStmt::Stream(decl) if self.home(decl.id).is_some() => {
                let frames = std::mem::take(&mut self.frames);
                classes = self.type_declaration(decl);
                self.frames = frames;
            }
            ReactiveStmt::Agent(def) if self.is_local_class(def.decl.id) => {
                let class = self.agent_base(def.decl.id);
                classes.push(StmtKind::Class(Box::new(class)).at(self.span));
            }
            _ => {
                self.reactive_declaration(item, self.span, &mut classes);
            }
        }
        self.extra.append(&mut classes);
    }

    /// The stream of a block is new whenever the block runs: a variable of its function.
    fn new_stream(&mut self, decl: &DeclRef, home: VarId) {
        let name = self.declare(home);
        let class = self.helper("EventStream");
        let made = class.clone().call([]);
        if self.annotate_once(&name) {
            let annotation = class.index(self.declared_name(decl));
            let target = Expr::Name(name);
            self.emit(StmtKind::AnnAssign(target, annotation, Some(made)));
        } else {
            self.emit(StmtKind::Assign(Expr::Name(name), made));
        }
    }

    fn agent_class(&mut self, def: &'a AgentDef) -> ClassDef {
        let id = def.decl.id;
        self.declared.insert(id);
        let body = self.agent_body(def, &mut BTreeSet::new());
        self.agent_definition(id, body)
    }

    /// The class of an agent as declared, with this body.
    pub(super) fn agent_definition(&mut self, id: DeclId, body: Vec<Stmt>) -> ClassDef {
        let doc = match self.module.decls.get(id) {
            Some(Decl::Agent(agent)) => agent.doc.as_ref().map(ToString::to_string),
            _ => None,
        };
        ClassDef {
            name: self.decl_names.get(&id).cloned().unwrap_or_default(),
            decorators: Vec::new(),
            type_params: self.class_params(id),
            bases: vec![self.helper("Agent")],
            doc,
            body,
        }
    }

    /// What the class of an agent consists of; `captures` takes the variables around it that it
    /// mentions.
    pub(super) fn agent_body(
        &mut self,
        def: &'a AgentDef,
        captures: &mut BTreeSet<VarId>,
    ) -> Vec<Stmt> {
        let id = def.decl.id;
        let mut body = Vec::new();
        self.agent_init(def, &mut body, captures);
        let intents: Vec<FunId> = match self.module.decls.get(id) {
            Some(Decl::Agent(agent)) => agent.methods.iter().map(|it| FunId(it.fun)).collect(),
            _ => Vec::new(),
        };
        let handlers = def.steps.iter().filter_map(|step| match step {
            AgentStep::On { handler, .. } => Some(*handler),
            AgentStep::Var { .. } | AgentStep::Run(_) => None,
        });
        for fun in intents.into_iter().chain(handlers).chain(def.close) {
            captures.extend(self.method_body(fun, &mut body));
        }
        body
    }

    /// `__init__`: the variables in order, each the given value or its own.
    fn agent_init(
        &mut self,
        def: &'a AgentDef,
        class_body: &mut Vec<Stmt>,
        captures: &mut BTreeSet<VarId>,
    ) {
        let Some(fun) = self.fun(def.init) else {
            return;
        };
        let FunKind::Method { this, .. } = fun.kind else {
            return;
        };
        self.frames.push(Frame::new(Some(def.init)));
        let is_taken = |wanted: &str| {
            def.steps.iter().any(
                |step: &AgentStep| matches!(step, AgentStep::Var { name, .. } if &**name == wanted),
            )
        };
        if is_taken("self") {
            // Linters know a first parameter that is not `self` by its underscore.
            let name = name::distinct("_self", |name| is_taken(name));
            self.var_names.insert(this, name);
        }
        let this = Expr::Name(self.declare(this));
        let mut params = vec![plain_param(&this)];
        let (mut body, ()) = self.captured(|lowerer| {
            for step in &def.steps {
                lowerer.agent_step(step, def, &this, &mut params, class_body);
            }
        });
        let frame = self.frames.pop();
        if let Some(frame) = &frame {
            captures.extend(frame.captures.iter().copied());
        }
        let mut whole = frame.map(|frame| frame.heads()).unwrap_or_default();
        whole.append(&mut body);
        let register = Expr::call_name("super", []).attr("__init__").call([]);
        whole.push(StmtKind::Expr(register).at(fun.span));
        if params.len() > 1 {
            params.insert(1, plain_param(&Expr::name("*")));
        }
        let init = FunctionDef {
            name: "__init__".to_string(),
            is_async: false,
            decorators: Vec::new(),
            type_params: Vec::new(),
            params,
            result: Some(Expr::None),
            doc: None,
            body: whole,
            origin: Some(Rc::clone(&def.decl.name)),
        };
        class_body.insert(0, StmtKind::Function(Box::new(init)).at(fun.span));
    }

    fn agent_step(
        &mut self,
        step: &'a AgentStep,
        def: &'a AgentDef,
        this: &Expr,
        params: &mut Vec<Param>,
        class_body: &mut Vec<Stmt>,
    ) {
        match step {
            AgentStep::Var { name, param, value } => {
                self.span = value.span;
                let name = name::field_name(name);
                let made = self.agent_variable(&name, *param, value, def, this, class_body);
                let target = this.clone().attr(name);
                let annotation = self.local_annotation(&value_type(self.module, *param));
                self.emit(StmtKind::AnnAssign(
                    target,
                    annotation,
                    Some(Expr::name(made.name.clone())),
                ));
                if let Some(doc) = self.variable_doc(def, *param) {
                    self.emit(StmtKind::Expr(Expr::str(doc.trim().to_string())));
                }
                params.push(made);
            }
            AgentStep::Run(stmt) => {
                self.span = stmt.span;
                match &stmt.kind {
                    TypedKind::Let { target, value } if !self.hidden_names(def).is_empty() => {
                        self.parts_apart(target, value, def, this, class_body);
                    }
                    _ if !self.hidden_names(def).is_empty() => {
                        self.step_apart(stmt, def, this, class_body);
                    }
                    _ => self.stmt(stmt),
                }
            }
            AgentStep::On { stream, handler } => {
                let method = self.fun_names.get(handler).cloned().unwrap_or_default();
                let stream = self.stream(stream);
                let call = stream.attr("on").call([this.clone().attr(method)]);
                self.emit(StmtKind::Expr(call));
            }
        }
    }

    /// The documentation of an agent's variable.
    fn variable_doc(&self, def: &AgentDef, param: VarId) -> Option<Rc<str>> {
        let name = &self.var(param)?.name;
        let Some(Decl::Agent(agent)) = self.module.decls.get(def.decl.id) else {
            return None;
        };
        let mut fields = agent.fields.iter();
        fields.find(|field| field.name == *name)?.doc.clone()
    }

    /// The parameter of a variable; what is no constant is found where nothing was given.
    fn agent_variable(
        &mut self,
        name: &str,
        param: VarId,
        value: &'a Typed,
        def: &'a AgentDef,
        this: &Expr,
        class_body: &mut Vec<Stmt>,
    ) -> Param {
        let ty = value_type(self.module, param);
        let mut annotation = self.annotation(&ty);
        // A name of the module that the value reads must not be hidden by any parameter.
        let elsewhere = if self.reads_part(value, def) {
            None
        } else {
            self.elsewhere(value, def)
        };
        let may_hide = elsewhere.is_some();
        let (stmts, own) =
            elsewhere.unwrap_or_else(|| self.captured(|lowerer| lowerer.expr(value)));
        if stmts.is_empty() && own.is_constant() {
            return Param {
                name: name.to_string(),
                annotation: Some(annotation),
                default: Some(own),
            };
        }
        let mut then = stmts;
        let mut result = own;
        if may_hide {
            then.push(StmtKind::Return(Some(result)).at(value.span));
            let body = std::mem::take(&mut then);
            let method = format!("_initial_{name}");
            let method = initial_value(method, annotation.clone(), this, body, def);
            result = this.clone().attr(method.name.clone()).call([]);
            class_body.push(StmtKind::Function(Box::new(method)).at(value.span));
        }
        let missing = self.helper("Missing");
        annotation = annotation.either(missing.clone());
        let test = Expr::call_name("isinstance", [Expr::name(name), missing]);
        then.push(StmtKind::Assign(Expr::name(name), result).at(value.span));
        self.emit(StmtKind::If(test, then, Vec::new()));
        Param {
            name: name.to_string(),
            annotation: Some(annotation),
            default: Some(self.helper("MISSING")),
        }
    }

    /// The parameters that have the name of something of the module, or of the block around.
    fn hidden_names(&self, def: &AgentDef) -> Vec<String> {
        let names = def.steps.iter().filter_map(|step| match step {
            AgentStep::Var { name, .. } => Some(name::field_name(name)),
            AgentStep::Run(_) | AgentStep::On { .. } => None,
        });
        names
            .filter(|name| self.module_names.contains(name) || self.is_around(name))
            .collect()
    }

    /// A value as a function of its own finds it, if it reads a name that a parameter hides.
    fn elsewhere(&mut self, value: &'a Typed, def: &AgentDef) -> Option<(Vec<Stmt>, Expr)> {
        let hidden = self.hidden_names(def);
        if hidden.is_empty() {
            return None;
        }
        self.frames.push(Frame::new(Some(def.init)));
        let (mut stmts, own) = self.captured(|lowerer| lowerer.expr(value));
        let heads = self.frames.pop().map(|frame| frame.heads());
        stmts.splice(0..0, heads.unwrap_or_default());
        let reads = |name: &String| {
            own.mentions(name) || stmts.iter().any(|stmt| stmt.mentions(name.as_str()))
        };
        hidden.iter().any(reads).then_some((stmts, own))
    }

    /// Runs a statement where no parameter hides a name of the module.
    fn step_apart(
        &mut self,
        stmt: &'a TypedStmt,
        def: &'a AgentDef,
        this: &Expr,
        class_body: &mut Vec<Stmt>,
    ) {
        self.frames.push(Frame::new(Some(def.init)));
        let (mut stmts, ()) = self.captured(|lowerer| lowerer.stmt(stmt));
        let mut body = self.frames.pop().map_or(Vec::new(), |frame| frame.heads());
        body.append(&mut stmts);
        let name = format!("_step_{}", class_body.len());
        let method = initial_value(name, Expr::None, this, body, def);
        let call = this.clone().attr(method.name.clone()).call([]);
        class_body.push(StmtKind::Function(Box::new(method)).at(stmt.span));
        self.emit(StmtKind::Expr(call));
    }

    /// Takes a tuple apart that is found where no parameter hides a name of the module.
    fn parts_apart(
        &mut self,
        target: &'a Target,
        value: &'a Typed,
        def: &'a AgentDef,
        this: &Expr,
        class_body: &mut Vec<Stmt>,
    ) {
        self.frames.push(Frame::new(Some(def.init)));
        let (mut stmts, own) = self.captured(|lowerer| lowerer.expr(value));
        let mut body = self.frames.pop().map_or(Vec::new(), |frame| frame.heads());
        body.append(&mut stmts);
        body.push(StmtKind::Return(Some(own)).at(value.span));
        let names = target.vars().into_iter().filter_map(|id| self.var(id));
        let names: Vec<&str> = names
            .map(|var| var.name.trim_start_matches("initial_"))
            .collect();
        let name = format!("_initial_{}", names.join("_"));
        let method = initial_value(name, self.annotation(&value.ty), this, body, def);
        let call = this.clone().attr(method.name.clone()).call([]);
        class_body.push(StmtKind::Function(Box::new(method)).at(value.span));
        let (target, rest) = self.target(target);
        self.emit(StmtKind::Assign(target, call));
        self.append(rest);
    }

    /// Whether a value is a part of a tuple that was taken apart before.
    fn reads_part(&self, value: &Typed, def: &AgentDef) -> bool {
        let mut found = false;
        walk::each_subexpr(value, &mut |expr| {
            if let ExprKind::Var(id) = &expr.kind
                && let Some(var) = self.var(*id)
            {
                found |= var.kind == VarKind::Local && var.owner == Some(def.init);
            }
        });
        found
    }

    /// The end of the program: agents that are still open are closed.
    pub(super) fn agents_end(&mut self, statements: &mut Vec<Stmt>) {
        if self.facts.closes_agents && !self.options.runs_blocks() {
            let close = self.call_helper("close_agents", []);
            statements.push(StmtKind::Expr(close).bare());
        }
    }

    /// Channels and value streams.
    pub(super) fn channel_builtin(&mut self, builtin: Builtin, values: Vec<Expr>) -> Expr {
        let mut values = values.into_iter();
        let class = match builtin {
            Builtin::MakeChan => Some("Channel"),
            Builtin::MakeStream => Some("ValueStream"),
            _ => None,
        };
        if let Some(class) = class {
            return self.call_helper(class, values);
        }
        let object = values.next().unwrap_or(Expr::None);
        let method = match builtin {
            Builtin::Send => "send",
            Builtin::EmitValue => "emit",
            Builtin::Subscribe | Builtin::SubscribeLimit => "subscribe",
            _ => "receive",
        };
        object.attr(method).call(values)
    }
}

fn value_type(module: &Module, param: VarId) -> Type {
    let var = module.vars.get(param.0 as usize);
    var.map_or(Type::Any, |var| var.ty.clone())
}

/// The method that finds the own value of a variable, or of several.
fn initial_value(
    name: String,
    result: Expr,
    this: &Expr,
    body: Vec<Stmt>,
    def: &AgentDef,
) -> FunctionDef {
    FunctionDef {
        name,
        is_async: false,
        decorators: Vec::new(),
        type_params: Vec::new(),
        params: vec![plain_param(this)],
        result: Some(result),
        doc: None,
        body,
        origin: Some(Rc::clone(&def.decl.name)),
    }
}

fn plain_param(name: &Expr) -> Param {
    Param {
        name: name.as_name().unwrap_or_default().to_string(),
        annotation: None,
        default: None,
    }
}

/// The statements of streams and agents of a module: those of the file itself, then those in its
/// functions.
fn reactive(module: &Module) -> Vec<&ReactiveStmt> {
    let mut found = Vec::new();
    walk::each_stmt(&module.body, &mut |stmt| found.extend(declared(stmt)));
    for fun in module.funs.iter().filter(|fun| module.owns(fun.span)) {
        walk::each_stmt(&fun.body, &mut |stmt| found.extend(declared(stmt)));
    }
    found
}

fn declared(stmt: &TypedStmt) -> Option<&ReactiveStmt> {
    match &stmt.kind {
        TypedKind::Reactive(item) => Some(&**item),
        _ => None,
    }
}

/// Whether some agent of the program does something at its end.
pub(super) fn closes_agents(program: &[Module]) -> bool {
    let closes =
        |item: &ReactiveStmt| matches!(item, ReactiveStmt::Agent(def) if def.close.is_some());
    let mut found = false;
    let mut see = |stmt: &TypedStmt| found |= declared(stmt).is_some_and(closes);
    for module in program {
        walk::each_stmt(&module.body, &mut see);
    }
    // All modules share one table of functions.
    for fun in program.iter().take(1).flat_map(|module| module.funs.iter()) {
        walk::each_stmt(&fun.body, &mut see);
    }
    found
}

/// A type's name in the style of Python's variables: `OrderPlaced` → `order_placed`.
pub(super) fn snake(name: &Rc<str>) -> String {
    let mut out = String::new();
    let mut before_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && before_lower {
            out.push('_');
        }
        before_lower = c.is_lowercase() || c.is_numeric();
        out.extend(c.to_lowercase());
    }
    out
}
