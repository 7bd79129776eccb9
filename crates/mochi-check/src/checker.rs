//! The checker's state, and the order in which a file is checked.
//!
//! Spec: language.md §4.2.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use mochi_base::{Diagnostic, Severity, SourceFile, SourceId, Span};
use mochi_syntax::ast;
use mochi_types::{ClassId, Context, DeclId, DeclRef, DeclaredTable, Decls, Externs, Shape, Type};

use crate::effects::EffectTable;
use crate::guess::Content;
use crate::inner::{InnerTable, Place};
use crate::lint::Uses;
use crate::narrow::Narrowed;
use crate::python::Placed;
use crate::reactive::AgentInfo;
use crate::recursion::CallGraph;
use crate::rows::Rows;
use crate::scope::{Binding, Scope};
use crate::space::Space;
use crate::typed::{Expr, ExprKind, FunId, Module, VarId};
use crate::{ModuleInput, Sidecar, Target};

/// What a `break` or `return` may have to cross.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fence {
    /// A loop: `break` ends here.
    Loop,
    /// A match arm's or test's block: `break` may not cross it.
    Block,
    /// `finally`: nothing may cross it.
    Finally,
}

/// The function being checked.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The function; none for the file itself.
    pub(crate) fun: Option<FunId>,
    /// Globals declared at or after this place are invisible.
    pub(crate) limit: (SourceId, u32),
    /// The declared result; none to infer it.
    pub(crate) result: Option<Type>,
    /// The types of returned values, where the result is inferred.
    pub(crate) returns: Vec<Type>,
    /// Those of empty literals, which hold what the other results hold.
    pub(crate) empty_returns: Vec<Type>,
    /// Loops around the current place.
    pub(crate) loops: u32,
    /// What jumps may have to cross, outermost first.
    pub(crate) fences: Vec<Fence>,
    /// It may await.
    pub(crate) is_async: bool,
}

/// How far a top-level function's result is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ResultState {
    /// Declared or already inferred.
    Known,
    /// To be inferred when first needed.
    Open,
    /// Being inferred: counts as `any` within its own body.
    Running,
}

/// What a type's name stands for.
#[derive(Clone, Debug)]
pub(crate) enum TypeName {
    /// A record or sum type.
    Decl(DeclRef),
    /// An alias by index; its type is known once resolved.
    Alias(usize),
}

/// The state of checking a program; what belongs to one module starts anew with the next.
pub(crate) struct Checker<'a> {
    /// The texts, by the identities that spans have.
    pub(crate) sources: Vec<(SourceId, &'a SourceFile)>,
    pub(crate) externs: &'a dyn Externs,
    /// What `extern` statements declare; part of what `externs` answers.
    pub(crate) declared_externs: Rc<DeclaredTable>,
    /// Those of the module at hand, whose types are not read yet.
    pub(crate) placed_externs: Vec<Placed>,
    /// Classes of which nothing is known but what the program says.
    pub(crate) described_alone: BTreeSet<ClassId>,
    /// The sidecar of each file.
    pub(crate) sidecars: BTreeMap<SourceId, Sidecar>,
    pub(crate) decls: Rc<Decls>,
    pub(crate) module: Module,
    /// What is known of lists of maps, for notes.
    pub(crate) rows: Rows,
    /// What containers hold that are declared empty.
    pub(crate) content: Content,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// How many values were refused for being `any`, in attempts too.
    pub(crate) refused_any: usize,
    pub(crate) types: Vec<(Span, String)>,
    pub(crate) globals: HashMap<Rc<str>, Vec<Binding>>,
    pub(crate) scopes: Vec<Scope>,
    /// The variables that the statements of the file declare, for what is said of early uses.
    pub(crate) top_lets: Vec<(Rc<str>, Span)>,
    pub(crate) top: Frame,
    pub(crate) outer: Vec<Frame>,
    pub(crate) narrowed: Narrowed,
    pub(crate) type_names: HashMap<Rc<str>, TypeName>,
    pub(crate) alias_exprs: Vec<Option<ast::TypeExpr>>,
    pub(crate) variants: HashMap<Rc<str>, Vec<(DeclRef, u32)>>,
    pub(crate) results: BTreeMap<FunId, ResultState>,
    pub(crate) pending: Vec<Rc<PendingFun>>,
    /// The index behind that of the function whose statement was found last.
    pub(crate) next_pending: usize,
    pub(crate) receiver: Option<(DeclRef, VarId)>,
    /// How many scopes are around the method at hand; its own come after.
    pub(crate) receiver_base: usize,
    /// The receivers of methods around the one at hand, outermost first, with their bases.
    pub(crate) outer_receivers: Vec<(DeclRef, VarId, usize)>,
    pub(crate) effects: EffectTable,
    /// What calls what.
    pub(crate) graph: CallGraph,
    /// The declared types, by the places of their declarations.
    pub(crate) placed_types: BTreeMap<Span, TypeName>,
    /// What blocks declare.
    pub(crate) inner: InnerTable,
    /// What has been used so far.
    pub(crate) uses: RefCell<Uses>,
    /// The record types of event streams.
    pub(crate) streams: BTreeSet<DeclId>,
    /// The agents of the module, by the places of their declarations.
    pub(crate) agents: BTreeMap<Span, AgentInfo>,
    /// The variables of agents that are bound once.
    pub(crate) agent_lets: BTreeSet<(DeclId, Rc<str>)>,
    pub(crate) key_uses: Vec<(Type, Span)>,
    pub(crate) assigned_decls: Vec<(DeclRef, Span)>,
    /// Anonymous records of which a field is assigned.
    pub(crate) assigned_shapes: Vec<(Type, Span)>,
    /// The shapes of the items of groups with several variables.
    pub(crate) row_shapes: Vec<Shape>,
    /// What is known of the file's predicates.
    pub(crate) logic: crate::data::logic::LogicTable,
    /// The elements of the `update` statements around the place at hand.
    pub(crate) update_rows: Vec<crate::data::UpdateRow>,
    pub(crate) in_python: bool,
    /// The call at hand may yield a future that its place does not ask for yet.
    pub(crate) unsettled: bool,
    pub(crate) defaults: BTreeMap<FunId, Vec<bool>>,
    pub(crate) inferred: BTreeSet<FunId>,
    pub(crate) next_param: u32,
    pub(crate) declared: bool,
    /// The names that `auto` binds, with the module's path in its import.
    pub(crate) auto_names: Vec<(Rc<str>, mochi_types::ModuleId, Span)>,
    /// The aliases that are being resolved.
    pub(crate) open_aliases: Vec<usize>,
    /// What each import of a module of the program leads to, by its string.
    pub(crate) targets: BTreeMap<Span, Target>,
    /// What the modules checked before show.
    pub(crate) spaces: Vec<Space>,
    /// These modules, but for the tables that belong to the program.
    finished: Vec<Module>,
}

/// A function declared at top level or in a type, checked after the statements.
#[derive(Clone, Debug)]
pub(crate) struct PendingFun {
    pub(crate) fun: FunId,
    pub(crate) decl: Rc<ast::FunDecl>,
    pub(crate) receiver: Option<(DeclRef, VarId)>,
    pub(crate) type_params: HashMap<Rc<str>, Type>,
    /// The block around a method's type; none for the file itself.
    pub(crate) place: Option<Place>,
}

/// What a trial restores.
pub(crate) struct Snapshot {
    diagnostics: usize,
    types: usize,
    vars: usize,
    funs: usize,
    keys: usize,
    assigned: usize,
    narrowed: Narrowed,
    in_python: bool,
}

impl<'a> Checker<'a> {
    /// An empty state for a program.
    pub(crate) fn new(externs: &'a dyn Externs, declared: Rc<DeclaredTable>) -> Self {
        Self {
            sources: Vec::new(),
            externs,
            declared_externs: declared,
            placed_externs: Vec::new(),
            described_alone: BTreeSet::new(),
            sidecars: BTreeMap::new(),
            decls: Rc::new(Decls::default()),
            module: Module::default(),
            rows: Rows::default(),
            content: Content::default(),
            diagnostics: Vec::new(),
            refused_any: 0,
            types: Vec::new(),
            globals: HashMap::new(),
            top_lets: Vec::new(),
            scopes: Vec::new(),
            top: Frame::of_file(),
            outer: Vec::new(),
            narrowed: Narrowed::default(),
            type_names: HashMap::new(),
            alias_exprs: Vec::new(),
            variants: HashMap::new(),
            results: BTreeMap::new(),
            pending: Vec::new(),
            next_pending: 0,
            receiver: None,
            receiver_base: 0,
            outer_receivers: Vec::new(),
            effects: EffectTable::default(),
            graph: CallGraph::default(),
            placed_types: BTreeMap::new(),
            inner: InnerTable::default(),
            uses: RefCell::default(),
            streams: BTreeSet::new(),
            agents: BTreeMap::new(),
            agent_lets: BTreeSet::new(),
            key_uses: Vec::new(),
            assigned_decls: Vec::new(),
            assigned_shapes: Vec::new(),
            row_shapes: Vec::new(),
            logic: crate::data::logic::LogicTable::default(),
            update_rows: Vec::new(),
            in_python: false,
            unsettled: false,
            defaults: BTreeMap::new(),
            inferred: BTreeSet::new(),
            next_param: 0,
            declared: false,
            open_aliases: Vec::new(),
            auto_names: Vec::new(),
            targets: BTreeMap::new(),
            spaces: Vec::new(),
            finished: Vec::new(),
        }
    }

    /// What the relations between types look things up in.
    pub(crate) fn cx(&self) -> Context<'_> {
        Context {
            decls: &self.decls,
            externs: self.externs,
        }
    }

    /// A type as messages show it.
    pub(crate) fn show(&self, ty: &Type) -> String {
        if self.module.spaces.is_empty() {
            return self.cx().show(ty);
        }
        let qualified = ty.rewrite(&mut |part| match part {
            Type::Named(decl) => self.qualified(decl).map(Type::Named),
            _ => None,
        });
        self.cx().show(qualified.as_ref().unwrap_or(ty))
    }

    /// The source text under a span.
    pub(crate) fn text(&self, span: Span) -> &'a str {
        let mut sources = self.sources.iter();
        sources
            .find(|(id, _)| *id == span.source)
            .map_or("", |(_, source)| source.slice(span))
    }

    /// Adds a diagnostic.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds a diagnostic and yields the expression that stands for what failed.
    pub(crate) fn fail(&mut self, diagnostic: Diagnostic, span: Span) -> Expr {
        self.report(diagnostic);
        error(span)
    }

    /// The innermost function's frame.
    pub(crate) fn frame(&self) -> &Frame {
        &self.top
    }

    /// The innermost function's frame, to change it.
    pub(crate) fn frame_mut(&mut self) -> &mut Frame {
        &mut self.top
    }

    /// Enters a function.
    pub(crate) fn push_frame(&mut self, frame: Frame) {
        self.outer.push(std::mem::replace(&mut self.top, frame));
    }

    /// Leaves a function and yields its frame.
    pub(crate) fn pop_frame(&mut self) -> Frame {
        let outer = self.outer.pop().unwrap_or(Frame::of_file());
        std::mem::replace(&mut self.top, outer)
    }

    /// Remembers a type for `--types`.
    pub(crate) fn note_type(&mut self, span: Span, ty: &Type) {
        if *ty != Type::Error {
            let shown = self.show(ty);
            self.types.push((span, shown));
        }
    }

    /// Runs `work` on trial: nothing it reports or makes is kept. The answer is its value, or the
    /// first error's message.
    pub(crate) fn trial<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Result<T, String> {
        let (value, fault) = self.attempt(work);
        match fault {
            Some(message) => Err(message),
            None => Ok(value),
        }
    }

    /// As [`Self::trial`], with the value also where there was an error.
    pub(crate) fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> (T, Option<String>) {
        let before = self.snapshot();
        let value = work(self);
        let fault = self
            .diagnostics
            .get(before.diagnostics..)
            .unwrap_or_default()
            .iter()
            .find(|diagnostic| diagnostic.severity == Severity::Error)
            .map(|diagnostic| diagnostic.message.clone());
        self.rollback(before);
        (value, fault)
    }

    /// What [`Self::rollback`] brings back.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            diagnostics: self.diagnostics.len(),
            types: self.types.len(),
            vars: self.module.vars.len(),
            funs: self.module.funs.len(),
            keys: self.key_uses.len(),
            assigned: self.assigned_decls.len(),
            narrowed: self.narrowed.clone(),
            in_python: self.in_python,
        }
    }

    /// Forgets what was reported and made since then.
    pub(crate) fn rollback(&mut self, before: Snapshot) {
        self.diagnostics.truncate(before.diagnostics);
        self.types.truncate(before.types);
        Rc::make_mut(&mut self.module.vars).truncate(before.vars);
        self.uses.get_mut().forget_from(before.vars);
        self.rows.forget_from(before.vars);
        if self.module.funs.len() > before.funs {
            Rc::make_mut(&mut self.module.funs).truncate(before.funs);
            self.graph.forget_from(before.funs);
        }
        self.key_uses.truncate(before.keys);
        self.assigned_decls.truncate(before.assigned);
        self.narrowed = before.narrowed;
        self.in_python = before.in_python;
    }

    /// Checks a module; those that it imports were checked before.
    pub(crate) fn check_module(&mut self, input: &ModuleInput<'a>) {
        let program = input.program;
        self.module.doc.clone_from(&program.doc);
        for (id, source) in &input.sources {
            self.module.sources.push(*id);
            self.sources.push((*id, *source));
        }
        self.targets.clone_from(&input.imports);
        self.sidecars.clone_from(&input.sidecars);
        let first_decl = self.decls.items.len();
        self.place_inner(&program.body);
        self.effects = EffectTable::of(&program.body, self.imported_effects(&program.body));
        for stmt in &program.body {
            if let ast::StmtKind::Import(import) = &stmt.kind {
                self.import(import, stmt.span);
            }
        }
        self.declare_extern_names(&program.body);
        self.declare_types(&program.body);
        self.declare_externs();
        self.declare_functions(&program.body);
        self.declare_agents(&program.body);
        self.declared = true;
        self.declare_logic(&program.body);
        self.module.is_async = crate::reactive::awaits(&program.body);
        self.top.is_async = self.module.is_async;
        let mut body = Vec::new();
        self.stmts(&program.body, &mut body);
        self.module.body = body;
        let pending = self.pending.clone();
        for fun in &pending {
            self.infer_result(fun.fun);
        }
        for fun in pending {
            self.pending_body(&fun);
        }
        self.check_auto();
        self.lint_imports();
        self.settle_methods(first_decl);
        self.close_module(input);
    }

    /// Keeps what a module shows, and makes room for the next one.
    fn close_module(&mut self, input: &ModuleInput<'_>) {
        let effects = std::mem::take(&mut self.effects);
        self.spaces.push(Space {
            name: Rc::clone(&input.name),
            names: std::mem::take(&mut self.globals),
            types: std::mem::take(&mut self.type_names),
            variants: std::mem::take(&mut self.variants),
            effects: Rc::new(effects),
            externs: self
                .module
                .exported_externs
                .iter()
                .map(|export| Rc::clone(&export.own))
                .collect(),
        });
        self.pending.clear();
        self.next_pending = 0;
        self.logic = crate::data::logic::LogicTable::default();
        self.narrowed.clear();
        self.declared = false;
        let module = std::mem::take(&mut self.module);
        self.module.vars = Rc::clone(&module.vars);
        self.module.funs = Rc::clone(&module.funs);
        self.module.aliases = Rc::clone(&module.aliases);
        // The tables go on with the next module alone, so that no copy of them is made.
        self.finished.push(Module {
            vars: Rc::default(),
            funs: Rc::default(),
            aliases: Rc::default(),
            ..module
        });
    }

    /// What checking has yielded.
    pub(crate) fn finish(mut self) -> (Vec<Module>, Vec<Diagnostic>, Vec<(Span, String)>) {
        self.check_keys();
        let inner = Rc::new(self.finish_inner());
        self.finish_lints();
        self.mark_recursion();
        let mut modules = std::mem::take(&mut self.finished);
        for module in &mut modules {
            module.vars = Rc::clone(&self.module.vars);
            module.funs = Rc::clone(&self.module.funs);
            module.aliases = Rc::clone(&self.module.aliases);
            module.decls = Rc::clone(&self.decls);
            module.inner = Rc::clone(&inner);
        }
        (modules, self.diagnostics, self.types)
    }
}

impl Frame {
    /// The frame of the file itself.
    pub(crate) const fn of_file() -> Self {
        Self {
            fun: None,
            limit: (SourceId(u32::MAX), u32::MAX),
            result: None,
            returns: Vec::new(),
            empty_returns: Vec::new(),
            loops: 0,
            fences: Vec::new(),
            is_async: false,
        }
    }
}

/// The expression that stands for what was already reported.
pub(crate) fn error(span: Span) -> Expr {
    Expr {
        kind: ExprKind::None,
        ty: Type::Error,
        span,
    }
}

/// An expression.
pub(crate) fn expr(kind: ExprKind, ty: Type, span: Span) -> Expr {
    Expr { kind, ty, span }
}
