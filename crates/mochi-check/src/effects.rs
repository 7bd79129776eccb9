//! Effects of functions, found before types are: a call has the effects of every function or
//! method of that name.
//!
//! Spec: language.md §4.6.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use mochi_syntax::ast::{
    AgentMember, DataExpr, DataStmt, Expr, ExprKind, ExternDecl, ExternDeclKind, ExternMemberKind,
    FunDecl, LambdaBody, Name, ReactiveStmt, Stmt, StmtKind, TypeDeclKind,
};
use mochi_types::Effects;

use crate::builtin;
use crate::checker::Checker;
use crate::report;
use crate::walk::{self, Visitor};

/// The effects of calls by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct EffectTable {
    funs: HashMap<Rc<str>, Effects>,
    methods: HashMap<Rc<str>, Effects>,
    modules: HashMap<Rc<str>, Effects>,
    /// Hand-written functions of imported modules, by their dotted names.
    externs: HashMap<String, Effects>,
    /// The tables of imported modules of the program, by alias.
    spaces: HashMap<Rc<str>, Rc<EffectTable>>,
}

/// Something of the program that is called by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Called {
    Fun(Rc<str>),
    Method(Rc<str>),
}

/// What running some code does: effects of its own, and those of what it calls.
#[derive(Clone, Debug, Default)]
struct Found {
    own: Effects,
    calls: HashSet<Called>,
}

/// The methods and intents that a module declares anywhere.
#[derive(Default)]
struct Methods(Vec<Rc<FunDecl>>);

impl Visitor for Methods {
    fn stmt(&mut self, stmt: &Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Type(decl) => {
                if let TypeDeclKind::Record { methods, .. } = &decl.kind {
                    self.0.extend(methods.iter().cloned());
                    for method in methods {
                        walk::block(self, &method.body.body);
                    }
                }
            }
            StmtKind::Reactive(item) => {
                if let ReactiveStmt::Agent(decl) = &**item {
                    let intents = decl.members.iter().filter_map(|member| match member {
                        AgentMember::Intent(intent) => Some(Rc::clone(intent)),
                        _ => None,
                    });
                    self.0.extend(intents);
                }
            }
            _ => {}
        }
        true
    }
}

impl Found {
    fn add(&mut self, other: &Self) {
        self.own = self.own.union(other.own);
        self.calls.extend(other.calls.iter().cloned());
    }
}

impl EffectTable {
    /// Looks at each function of a module once, and follows the calls from there.
    pub(crate) fn of(body: &[Stmt], spaces: HashMap<Rc<str>, Rc<Self>>) -> Self {
        let mut table = Self::default();
        for space in spaces.values() {
            for (name, effects) in &space.methods {
                let entry = table.methods.entry(Rc::clone(name)).or_default();
                *entry = entry.union(*effects);
            }
        }
        table.spaces = spaces;
        let mut methods = Methods::default();
        walk::block(&mut methods, body);
        let mut funs: Vec<(&FunDecl, bool)> = Vec::new();
        funs.extend(methods.0.iter().map(|method| (&**method, true)));
        for stmt in body {
            match &stmt.kind {
                StmtKind::Fun(fun) => funs.push((fun, false)),
                StmtKind::Import(import) => {
                    let effects = import.effects.as_deref().map_or(Effects::NONE, known);
                    if let Some(alias) = &import.alias {
                        table.modules.insert(Rc::clone(&alias.text), effects);
                    }
                }
                StmtKind::Extern(decl) => table.extern_effects(decl),
                _ => {}
            }
        }
        // Of functions with one name the later counts.
        let mut known_funs = HashSet::new();
        funs.reverse();
        funs.retain(|(fun, method)| *method || known_funs.insert(&fun.name.text));
        for (fun, method) in &funs {
            if *method {
                table.add(&fun.name.text, Effects::NONE, true);
            } else {
                table.funs.insert(Rc::clone(&fun.name.text), Effects::NONE);
            }
        }
        let found: Vec<(Called, Found)> = funs
            .iter()
            .map(|(fun, method)| {
                let name = Rc::clone(&fun.name.text);
                let called = if *method {
                    Called::Method(name)
                } else {
                    Called::Fun(name)
                };
                (called, table.found_in_block(&fun.body.body))
            })
            .collect();
        table.follow(&found);
        table
    }

    /// Hands the effects of functions on to their callers, until nothing changes.
    fn follow(&mut self, found: &[(Called, Found)]) {
        let mut callers: HashMap<&Called, Vec<&Called>> = HashMap::new();
        for (caller, found) in found {
            for called in &found.calls {
                callers.entry(called).or_default().push(caller);
            }
        }
        let mut open: Vec<&Called> = Vec::new();
        for (called, found) in found {
            self.join(called, found.own);
        }
        // What others have declared comes from the table too.
        open.extend(callers.keys().copied());
        while let Some(called) = open.pop() {
            let effects = self.of_called(called);
            for caller in callers.get(called).into_iter().flatten() {
                if self.join(caller, effects) {
                    open.push(caller);
                }
            }
        }
    }

    /// Adds effects to those of a function; whether that changed anything.
    fn join(&mut self, called: &Called, effects: Effects) -> bool {
        let entry = match called {
            Called::Fun(name) => self.funs.entry(Rc::clone(name)),
            Called::Method(name) => self.methods.entry(Rc::clone(name)),
        };
        let entry = entry.or_default();
        let union = entry.union(effects);
        std::mem::replace(entry, union) != union
    }

    fn of_called(&self, called: &Called) -> Effects {
        let known = match called {
            Called::Fun(name) => self.funs.get(name),
            Called::Method(name) => self.methods.get(name),
        };
        known.copied().unwrap_or_default()
    }

    fn of_found(&self, found: &Found) -> Effects {
        let calls = found.calls.iter().map(|called| self.of_called(called));
        calls.fold(found.own, Effects::union)
    }

    fn found_in_block(&self, body: &[Stmt]) -> Found {
        let mut walk = Walk::new(self);
        walk::block(&mut walk, body);
        walk.found
    }

    fn found_in_lambda(&self, body: &LambdaBody) -> Found {
        match body {
            LambdaBody::Expr(value) => {
                let mut walk = Walk::new(self);
                walk::expr(&mut walk, value);
                walk.found
            }
            LambdaBody::Block(block) => self.found_in_block(&block.body),
        }
    }

    /// The effects of running statements.
    pub(crate) fn of_block(&self, body: &[Stmt]) -> Effects {
        self.of_found(&self.found_in_block(body))
    }

    /// The effects of running a statement.
    pub(crate) fn of_stmt(&self, stmt: &Stmt) -> Effects {
        self.of_block(std::slice::from_ref(stmt))
    }

    /// The effects of a call, without those of what is called for its arguments.
    pub(crate) fn of_call(&self, call: &Expr) -> Effects {
        let ExprKind::Call { callee, args, .. } = &call.kind else {
            return Effects::NONE;
        };
        let mut walk = Walk::new(self);
        walk.call(callee);
        for arg in args {
            if let ExprKind::Lambda(lambda) = &arg.value.kind {
                walk.found.add(&self.found_in_lambda(&lambda.body));
            }
        }
        self.of_found(&walk.found)
    }

    /// The effects of calling a function with this body.
    pub(crate) fn of_lambda(&self, body: &LambdaBody) -> Effects {
        self.of_found(&self.found_in_lambda(body))
    }
}

/// The effects of files, network and models.
pub(crate) fn of_data(data: &DataExpr) -> Effects {
    match data {
        DataExpr::Load { .. } | DataExpr::Save { .. } => label("fs"),
        DataExpr::Fetch(_) | DataExpr::Generate { .. } => label("net"),
        DataExpr::Query(_) => Effects::NONE,
    }
}

fn label(name: &str) -> Effects {
    Effects::label(name).unwrap_or_default()
}

/// The known labels among names.
fn known(names: &[Name]) -> Effects {
    names
        .iter()
        .filter_map(|name| Effects::label(&name.text))
        .fold(Effects::NONE, Effects::union)
}

struct Walk<'a> {
    table: &'a EffectTable,
    local: HashMap<Rc<str>, Found>,
    found: Found,
}

impl<'a> Walk<'a> {
    fn new(table: &'a EffectTable) -> Self {
        Self {
            table,
            local: HashMap::new(),
            found: Found::default(),
        }
    }

    fn add(&mut self, effects: Effects) {
        self.found.own = self.found.own.union(effects);
    }

    /// Takes a call of `callee` into account.
    fn call(&mut self, callee: &Expr) {
        match &callee.kind {
            ExprKind::Name(name) => {
                if let Some(local) = self.local.get(name) {
                    self.found.add(local);
                } else if self.table.funs.contains_key(name) {
                    self.found.calls.insert(Called::Fun(Rc::clone(name)));
                } else if self.table.methods.contains_key(name) {
                    self.found.calls.insert(Called::Method(Rc::clone(name)));
                } else {
                    self.add(builtin::effects(name));
                }
            }
            ExprKind::Field { object, name } | ExprKind::SafeField { object, name } => {
                if let Some(effects) = self.of_import(callee, object, &name.text) {
                    self.add(effects);
                } else if self.table.methods.contains_key(&name.text) {
                    self.found
                        .calls
                        .insert(Called::Method(Rc::clone(&name.text)));
                }
            }
            ExprKind::Paren(inner) => self.call(inner),
            _ => {}
        }
    }

    /// The effects of calling a member of something imported; none if it is another one's.
    fn of_import(&self, callee: &Expr, object: &Expr, name: &Rc<str>) -> Option<Effects> {
        if let ExprKind::Name(alias) = &object.kind
            && let Some(space) = self.table.spaces.get(alias)
        {
            return Some(space.funs.get(name).copied().unwrap_or_default());
        }
        if !self.table.externs.is_empty()
            && let Some(path) = dotted(callee)
            && let Some(effects) = self.table.externs.get(&path)
        {
            return Some(*effects);
        }
        root(object)
            .and_then(|root| self.table.modules.get(root))
            .copied()
    }
}

impl EffectTable {
    /// The effects that a hand-written declaration states.
    fn extern_effects(&mut self, decl: &ExternDecl) {
        match &decl.kind {
            ExternDeclKind::Fun(signature) => {
                let effects = signature.effects.as_deref().map_or(Effects::NONE, known);
                match &*decl.path {
                    [name] => self.add(&name.text, effects, false),
                    path => {
                        let path: Vec<&str> = path.iter().map(|name| &*name.text).collect();
                        let known = self.externs.entry(path.join(".")).or_default();
                        *known = known.union(effects);
                    }
                }
            }
            ExternDeclKind::Class(class) => {
                for member in &class.members {
                    if let ExternMemberKind::Fun(name, signature) = &member.kind
                        && let Some(effects) = &signature.effects
                    {
                        self.add(&name.text, known(effects), true);
                    }
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, name: &Rc<str>, effects: Effects, is_method: bool) {
        let map = if is_method {
            &mut self.methods
        } else {
            &mut self.funs
        };
        let known = map.entry(Rc::clone(name)).or_default();
        *known = known.union(effects);
    }
}

/// A chain of members as it is written.
fn dotted(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.to_string()),
        ExprKind::Field { object, name } => Some(format!("{}.{}", dotted(object)?, name.text)),
        _ => None,
    }
}

/// The name at the root of a chain of members.
fn root(expr: &Expr) -> Option<&Rc<str>> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Field { object, .. } => root(object),
        _ => None,
    }
}

impl Visitor for Walk<'_> {
    fn expr(&mut self, expr: &Expr) -> bool {
        if let ExprKind::Data(data) = &expr.kind {
            self.add(of_data(data));
        }
        if let ExprKind::Call { callee, args, .. } = &expr.kind {
            self.call(callee);
            for arg in args {
                if let ExprKind::Lambda(lambda) = &arg.value.kind {
                    self.found.add(&self.table.found_in_lambda(&lambda.body));
                }
            }
        }
        !matches!(expr.kind, ExprKind::Lambda(_))
    }

    fn stmt(&mut self, stmt: &Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Data(data) => {
                if let DataStmt::Fetch { .. } = **data {
                    self.add(label("net"));
                }
                true
            }
            StmtKind::Fun(fun) => {
                let found = self.table.found_in_block(&fun.body.body);
                self.local.insert(Rc::clone(&fun.name.text), found);
                false
            }
            StmtKind::Let(item) => {
                if let (mochi_syntax::ast::Binder::Name(name), Some(value)) =
                    (&item.binder, &item.value)
                    && let ExprKind::Lambda(lambda) = &value.kind
                {
                    let found = self.table.found_in_lambda(&lambda.body);
                    self.local.insert(Rc::clone(&name.text), found);
                }
                true
            }
            _ => true,
        }
    }
}

impl Checker<'_> {
    /// Reports effects that are declared where none can be (T066).
    pub(crate) fn misplaced_effects(&mut self, declared: Option<&[Name]>) {
        if let Some(first) = declared.and_then(<[Name]>::first) {
            self.report(report::misplaced_effects(first.span));
        }
    }

    /// Compares declared effects with those of the body (T064, T065) and yields what a call has.
    pub(crate) fn declared_effects(
        &mut self,
        declared: Option<&[Name]>,
        produced: Effects,
        name: &str,
    ) -> Effects {
        let Some(declared) = declared else {
            return produced;
        };
        let mut labels = Effects::NONE;
        let mut unknown = false;
        for label in declared {
            if let Some(effect) = Effects::label(&label.text) {
                labels = labels.union(effect);
            } else {
                unknown = true;
                self.report(report::unknown_effect(&label.text, label.span));
            }
        }
        if !unknown
            && !produced.without(labels).is_empty()
            && let Some(first) = declared.first()
        {
            let (declared, produced) = (
                report::list(&labels.names()),
                report::list(&produced.names()),
            );
            self.report(report::undeclared_effect(
                name, &declared, &produced, first.span,
            ));
        }
        labels
    }
}
