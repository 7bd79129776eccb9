//! Names: what each stands for, block by block.
//!
//! Globals keep every declaration of a name, because a function sees those above it only.
//!
//! Spec: language.md §3.

use std::collections::HashMap;
use std::rc::Rc;

use mochi_base::Span;
use mochi_types::{ModuleId, Type};

use crate::checker::{Checker, TypeName};
use crate::report;
use crate::typed::{FunId, Var, VarId, VarKind};

/// What a name stands for.
#[derive(Clone, Debug)]
pub(crate) enum Binding {
    /// A variable.
    Var(VarId),
    /// A function.
    Fun(FunId),
    /// An imported Python module.
    Module(ModuleId),
    /// A public name of a module imported with `auto`.
    Auto(ModuleId, Rc<str>),
    /// Another module of the program.
    Space(usize),
    /// A declaration that failed and was reported.
    Error,
}

/// The names that one block declares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) names: HashMap<Rc<str>, Binding>,
    pub(crate) type_params: HashMap<Rc<str>, Type>,
    /// The functions that statements of the block declare, for what is said of early uses.
    pub(crate) funs: Vec<(Rc<str>, Span)>,
    /// The variables that they declare, for the same.
    pub(crate) lets: Vec<(Rc<str>, Span)>,
    /// The variables of a query's rows that its group hides, with the name of that.
    pub(crate) grouped: Vec<(Rc<str>, Rc<str>)>,
    /// The fields that its keys are, with what they are read as: `g.key`.
    pub(crate) keys: Vec<(Rc<str>, String)>,
}

impl Checker<'_> {
    /// Opens a block.
    pub(crate) fn push_scope(&mut self) {
        self.scopes.push(Scope::default());
    }

    /// Ends a block.
    pub(crate) fn pop_scope(&mut self) {
        self.scopes.pop();
    }

    /// Declares a name in the innermost block.
    pub(crate) fn declare(&mut self, name: &Rc<str>, binding: Binding) {
        match self.scopes.last_mut() {
            Some(scope) => {
                scope.names.insert(Rc::clone(name), binding);
            }
            None => self
                .globals
                .entry(Rc::clone(name))
                .or_default()
                .push(binding),
        }
    }

    /// Makes a variable and declares it.
    pub(crate) fn declare_var(&mut self, name: &Rc<str>, span: Span, var: NewVar) -> VarId {
        let id = self.new_var(name, span, var);
        self.declare(name, Binding::Var(id));
        id
    }

    /// Makes a variable without declaring its name.
    pub(crate) fn new_var(&mut self, name: &Rc<str>, span: Span, var: NewVar) -> VarId {
        self.var_at(None, name, span, var)
    }

    /// Makes a variable, under an identity that it may have already.
    pub(crate) fn var_at(
        &mut self,
        placed: Option<VarId>,
        name: &Rc<str>,
        span: Span,
        var: NewVar,
    ) -> VarId {
        let id = VarId(u32::try_from(self.module.vars.len()).unwrap_or(u32::MAX));
        let (owner, in_loop) = (self.frame().fun, self.frame().loops > 0);
        let made = Var {
            name: Rc::clone(name),
            ty: var.ty,
            kind: var.kind,
            mutable: var.mutable,
            assigned: false,
            owner,
            captured: false,
            assigned_by_inner: false,
            in_loop,
            export: false,
            doc: None,
            span,
        };
        if let Some(placed) = placed
            && let Some(slot) = self.var_mut(placed)
        {
            *slot = made;
            return placed;
        }
        Rc::make_mut(&mut self.module.vars).push(made);
        id
    }

    /// What a name stands for here; builtins and a method's own members are not among the answers.
    pub(crate) fn lookup(&self, name: &str) -> Option<Binding> {
        let found = self.find_name(name)?;
        self.uses.borrow_mut().found(name, &found);
        Some(found)
    }

    fn find_name(&self, name: &str) -> Option<Binding> {
        let innermost = |scopes: &[Scope]| {
            let mut scopes = scopes.iter().rev();
            scopes.find_map(|scope| scope.names.get(name).cloned())
        };
        let mut scopes = self.scopes.as_slice();
        for (record, _, base) in self.receivers() {
            let (around, own) = scopes.split_at(base.min(scopes.len()));
            if let Some(binding) = innermost(own) {
                return Some(binding);
            }
            if self.declares_member(record, name) {
                return None;
            }
            scopes = around;
        }
        if let Some(binding) = innermost(scopes) {
            return Some(binding);
        }
        let limit = self.frame().limit;
        let candidates = self.globals.get(name)?;
        candidates
            .iter()
            .rev()
            .find(|binding| match binding {
                Binding::Var(id) => self
                    .var(*id)
                    .is_some_and(|var| (var.span.source, var.span.start) < limit),
                _ => true,
            })
            .cloned()
    }

    /// The variable behind an identity.
    pub(crate) fn var(&self, id: VarId) -> Option<&Var> {
        self.module.vars.get(id.0 as usize)
    }

    /// The variable behind an identity, to change it.
    pub(crate) fn var_mut(&mut self, id: VarId) -> Option<&mut Var> {
        Rc::make_mut(&mut self.module.vars).get_mut(id.0 as usize)
    }

    /// Notes that the current function reads a variable.
    pub(crate) fn note_read(&mut self, id: VarId) {
        let fun = self.frame().fun;
        self.uses.get_mut().read(id);
        if let Some(var) = self.var_mut(id) {
            var.captured |= var.owner != fun;
        }
        self.note_used(id);
    }

    /// Notes that the current function assigns a variable.
    pub(crate) fn note_assigned(&mut self, id: VarId) {
        let fun = self.frame().fun;
        if let Some(var) = self.var_mut(id) {
            var.assigned = true;
            let inner = var.owner != fun;
            var.captured |= inner;
            var.assigned_by_inner |= inner;
        }
        self.note_used(id);
    }

    /// Notes on which blocks the methods around the place depend by using a variable.
    fn note_used(&mut self, id: VarId) {
        let local = self.var(id).filter(|var| var.kind != VarKind::Global);
        if let Some(owner) = local.map(|var| var.owner) {
            self.note_crossed(owner);
        }
    }

    /// Every name that is visible here, for suggestions.
    pub(crate) fn visible_names(&self) -> Vec<Rc<str>> {
        let mut names: Vec<Rc<str>> = Vec::new();
        for scope in &self.scopes {
            names.extend(scope.names.keys().cloned());
        }
        names.extend(self.globals.keys().cloned());
        names.extend(self.variants.keys().cloned());
        names.sort();
        names.dedup();
        names
    }

    /// Reports a name that stands for nothing.
    pub(crate) fn undefined(&mut self, name: &str, span: Span) {
        let mut diagnostic = report::undefined_variable(name, span);
        let below = self.declared_below(name);
        if let Some(below) = below.or_else(|| self.variable_below(name, span)) {
            diagnostic = diagnostic.with_note_at(below, format!("`{name}` is declared below"));
        } else if let Some(below) = self.nested_below(name) {
            diagnostic = diagnostic.with_note_at(below, nested_note(name));
        } else if let Some(note) = self.group_note(name) {
            diagnostic = diagnostic.with_note(note);
        } else if let Some(ty) = self.type_names.get(name) {
            let note = self.type_note(name, ty);
            diagnostic = diagnostic.with_note(note);
        } else if let Some(note) = self.export_note(name) {
            diagnostic = diagnostic.with_note(note);
        } else if let Some(note) = self.python_builtin_note(name) {
            diagnostic = diagnostic.with_note(note);
        } else {
            let names = self.visible_names();
            let names = names.iter().map(|name| &**name);
            diagnostic = report::suggest(diagnostic, name, names.chain(crate::builtin::names()));
        }
        self.report(diagnostic);
    }

    /// What is said of a type's name where a value is read.
    fn type_note(&self, name: &str, ty: &TypeName) -> String {
        match ty {
            TypeName::Decl(decl) if self.streams.contains(&decl.id) => format!(
                "`{name}` is a stream: `emit {name} {{ … }}` sends an event, `on {name} as e {{ … }}` \
                 takes it"
            ),
            TypeName::Decl(decl) if self.decls.agent(decl.id).is_some() => {
                format!("`{name}` is an agent: `let a = {name} {{ }}` makes one, which is asked")
            }
            TypeName::Decl(decl) if self.decls.record(decl.id).is_some() => format!(
                "`{name}` is a type: `{name} {{ … }}` makes a record; it stands for its class only \
                 where a package asks for one"
            ),
            _ => format!(
                "`{name}` is a type: it stands for its class only where a package asks for one"
            ),
        }
    }

    /// How the key of a group is read that is a field of that name.
    pub(crate) fn key_of_group(&self, name: &str) -> Option<&str> {
        let mut keys = self.scopes.iter().rev().flat_map(|scope| &scope.keys);
        keys.find(|(known, _)| &**known == name)
            .map(|(_, key)| key.as_str())
    }

    /// What is said of a variable that a group hides, and of a part of its key.
    fn group_note(&self, name: &str) -> Option<String> {
        if let Some(key) = self.key_of_group(name) {
            return Some(format!("it is the key of the group: `{key}`"));
        }
        let mut hidden = self.scopes.iter().rev().flat_map(|scope| &scope.grouped);
        let (_, group) = hidden.find(|(known, _)| &**known == name)?;
        Some(format!(
            "after `group by` only the group is visible: `{group}.key`, and its items in \
             `sum(from x in {group} select x.f)`"
        ))
    }

    /// Where a block around the place at hand declares a function of that name, further below.
    pub(crate) fn nested_below(&self, name: &str) -> Option<Span> {
        let mut funs = self.scopes.iter().rev().flat_map(|scope| &scope.funs);
        funs.find(|(known, _)| &**known == name)
            .map(|(_, span)| *span)
    }

    /// Where a variable of that name is declared behind the place that uses it.
    fn variable_below(&self, name: &str, used: Span) -> Option<Span> {
        let scopes = self.scopes.iter().rev();
        let mut lets = scopes.flat_map(|scope| &scope.lets).chain(&self.top_lets);
        let is_below = |at: Span| at.source == used.source && at.start > used.start;
        lets.find(|(known, at)| &**known == name && is_below(*at))
            .map(|(_, at)| *at)
    }

    /// Where a global of that name is declared, if it is not visible yet.
    fn declared_below(&self, name: &str) -> Option<Span> {
        self.globals
            .get(name)
            .into_iter()
            .flatten()
            .find_map(|binding| match binding {
                Binding::Var(id) => self.var(*id).map(|var| var.span),
                _ => None,
            })
    }
}

/// What is said of a nested function that is used above its declaration.
pub(crate) fn nested_note(name: &str) -> String {
    format!(
        "`{name}` is declared below: a function inside of another sees itself and what stands \
         above it; those at the top of a file see each other"
    )
}

/// What a new variable needs beside its name.
pub(crate) struct NewVar {
    pub(crate) ty: Type,
    pub(crate) kind: VarKind,
    pub(crate) mutable: bool,
}

impl NewVar {
    /// A variable of `kind` that may be assigned.
    pub(crate) fn assignable(kind: VarKind, ty: Type) -> Self {
        Self {
            ty,
            kind,
            mutable: true,
        }
    }

    /// A variable of `kind` that is bound once.
    pub(crate) fn fixed(kind: VarKind, ty: Type) -> Self {
        Self {
            ty,
            kind,
            mutable: false,
        }
    }
}
