//! Types, agents and streams that blocks declare: their methods see the variables around them, as
//! nested functions do, and the class or stream is made anew whenever the block runs.
//!
//! A block may be checked more than once (on trial, to find what its function yields), and values
//! of its types may leave it. So that a call elsewhere means the same method whichever check it
//! saw, the methods of such types have their identities from the start.
//!
//! Spec: language.md §3, §6, §7, §16.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{
    AgentMember, Expr as AstExpr, ExprKind as AstKind, Param, ReactiveStmt, Stmt as AstStmt,
    StmtKind as AstStmtKind, TypeDeclKind,
};
use mochi_types::{Decl, DeclId, DeclRef, Effects, Type, TypeParam};

use crate::checker::{Checker, PendingFun};
use crate::report;
use crate::typed::{Fun, FunId, FunKind, InnerTypes, Var, VarId, VarKind};
use crate::walk::{self, Visitor};

/// What is known of the declarations in blocks.
#[derive(Debug, Default)]
pub(crate) struct InnerTable {
    /// The methods, by the places of their declarations.
    funs: BTreeMap<Span, PlacedFun>,
    /// What holds the class or the stream, by the places of the declarations.
    places: BTreeMap<Span, VarId>,
    /// The same, by the declarations.
    homes: BTreeMap<DeclId, VarId>,
    /// Methods that use what belongs to the blocks around their type.
    scoped: BTreeSet<FunId>,
    /// What methods make values of.
    makes: BTreeSet<(FunId, DeclId)>,
    /// Values that are made before the declaration.
    early: BTreeSet<(Span, DeclId)>,
}

/// A method with the identities that it has for good.
#[derive(Clone, Debug)]
struct PlacedFun {
    fun: FunId,
    this: VarId,
    params: Vec<VarId>,
}

/// The receiver of the method at hand and those around it.
pub(crate) struct Receivers {
    own: Option<(DeclRef, VarId)>,
    base: usize,
    around: Vec<(DeclRef, VarId, usize)>,
}

/// The block around a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    scopes: usize,
    frames: usize,
    fun: Option<FunId>,
}

/// Finds the declarations in blocks.
#[derive(Default)]
struct Finder {
    /// The next statement is one of the file itself.
    is_top: bool,
    /// The methods, with the number of their parameters.
    funs: Vec<(Span, usize)>,
    types: Vec<Span>,
}

impl Finder {
    fn defaults(&mut self, params: &[Param]) {
        for value in params.iter().filter_map(|param| param.default.as_ref()) {
            walk::expr(self, value);
        }
    }
}

impl Visitor for Finder {
    fn expr(&mut self, expr: &AstExpr) -> bool {
        if let AstKind::Lambda(lambda) = &expr.kind {
            self.defaults(&lambda.params);
        }
        true
    }

    fn stmt(&mut self, stmt: &AstStmt) -> bool {
        let is_top = std::mem::take(&mut self.is_top);
        let mut funs = Vec::new();
        let mut types = Vec::new();
        match &stmt.kind {
            AstStmtKind::Fun(fun) => self.defaults(&fun.params),
            AstStmtKind::Type(decl) => {
                if let TypeDeclKind::Record { methods, .. } = &decl.kind {
                    types.push(decl.span);
                    for method in methods {
                        funs.push((method.span, method.params.len()));
                        self.defaults(&method.params);
                        walk::block(self, &method.body.body);
                    }
                }
            }
            AstStmtKind::Reactive(item) => match &**item {
                ReactiveStmt::Stream(decl) => types.push(decl.span),
                ReactiveStmt::Agent(decl) => {
                    types.push(decl.span);
                    funs.push((decl.span, 0));
                    for member in &decl.members {
                        match member {
                            AgentMember::Intent(fun) => {
                                funs.push((fun.span, fun.params.len()));
                                self.defaults(&fun.params);
                            }
                            AgentMember::On(handler) => funs.push((handler.span, 1)),
                            AgentMember::Close { span, .. } => funs.push((*span, 0)),
                            AgentMember::Let { .. } | AgentMember::Assign { .. } => {}
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
        if !is_top {
            self.funs.append(&mut funs);
            self.types.append(&mut types);
        }
        true
    }
}

impl Checker<'_> {
    /// Gives the declarations in the blocks of a module their identities.
    pub(crate) fn place_inner(&mut self, body: &[AstStmt]) {
        let mut finder = Finder::default();
        for stmt in body {
            finder.is_top = true;
            walk::stmt(&mut finder, stmt);
        }
        for (span, params) in finder.funs {
            let fun = FunId(u32::try_from(self.module.funs.len()).unwrap_or(u32::MAX));
            Rc::make_mut(&mut self.module.funs).push(placeholder(span));
            let this = self.reserve_var(span);
            let params = (0..params).map(|_| self.reserve_var(span)).collect();
            let placed = PlacedFun { fun, this, params };
            self.inner.funs.insert(span, placed);
        }
        for span in finder.types {
            let home = self.reserve_var(span);
            self.inner.places.insert(span, home);
        }
    }

    fn reserve_var(&mut self, span: Span) -> VarId {
        let id = VarId(u32::try_from(self.module.vars.len()).unwrap_or(u32::MAX));
        Rc::make_mut(&mut self.module.vars).push(Var {
            name: Rc::from(""),
            ty: Type::Error,
            kind: VarKind::Home,
            mutable: false,
            assigned: false,
            owner: None,
            captured: false,
            assigned_by_inner: false,
            in_loop: false,
            export: false,
            doc: None,
            span,
        });
        id
    }

    /// The method that is declared there, if it has its identity already.
    pub(crate) fn placed_fun(&self, span: Span, kind: &FunKind) -> Option<FunId> {
        let is_method = matches!(kind, FunKind::Method { .. });
        let placed = self.inner.funs.get(&span).filter(|_| is_method)?;
        Some(placed.fun)
    }

    /// The identities of a method's own variables: its receiver, and the parameter at an index.
    pub(crate) fn placed_var(&self, fun: FunId, param: Option<usize>) -> Option<VarId> {
        let span = self.fun(fun)?.span;
        let placed = self.inner.funs.get(&span).filter(|it| it.fun == fun)?;
        match param {
            None => Some(placed.this),
            Some(index) => placed.params.get(index).copied(),
        }
    }

    /// Notes what a declaration of a block stands for, and where the block is.
    pub(crate) fn settle_home(&mut self, span: Span, decl: &DeclRef) {
        let Some(home) = self.inner.places.get(&span).copied() else {
            return;
        };
        self.inner.homes.insert(decl.id, home);
        let (owner, in_loop) = (self.frame().fun, self.frame().loops > 0);
        if let Some(var) = self.var_mut(home) {
            var.name = Rc::clone(&decl.name);
            var.ty = Type::Named(decl.clone());
            var.owner = owner;
            var.in_loop = in_loop;
            var.captured = false;
        }
    }

    /// The block at hand; none for the file itself.
    pub(crate) fn place_here(&self) -> Option<Place> {
        (!self.scopes.is_empty()).then_some(Place {
            scopes: self.scopes.len(),
            frames: self.outer.len(),
            fun: self.top.fun,
        })
    }

    /// Runs `work` in a block around the place at hand; none if that block is not around it.
    pub(crate) fn at_place<T>(
        &mut self,
        place: Place,
        work: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let frame = match self.outer.get(place.frames) {
            Some(frame) => frame.fun,
            None if self.outer.len() == place.frames => self.top.fun,
            None => return None,
        };
        if self.scopes.len() < place.scopes || frame != place.fun {
            return None;
        }
        let scopes = self.scopes.split_off(place.scopes);
        let mut inner = self.outer.split_off(place.frames);
        if !inner.is_empty() {
            let own = inner.remove(0);
            inner.push(std::mem::replace(&mut self.top, own));
        }
        let narrowed = std::mem::take(&mut self.narrowed);
        let receivers = self.leave_receiver(place.scopes);
        let python = std::mem::take(&mut self.in_python);
        let value = work(self);
        self.in_python = python;
        self.enter_receiver(receivers);
        self.narrowed = narrowed;
        if let Some(top) = inner.pop() {
            let own = std::mem::replace(&mut self.top, top);
            self.outer.push(own);
            self.outer.append(&mut inner);
        }
        self.scopes.extend(scopes);
        Some(value)
    }

    /// Makes the receiver at hand one around the next method, if it is that of a method around the
    /// innermost `scopes`; yields what restores it.
    pub(crate) fn leave_receiver(&mut self, scopes: usize) -> Receivers {
        let around = self.outer_receivers.clone();
        let base = self.receiver_base;
        let own = self.receiver.take();
        self.outer_receivers.retain(|(_, _, base)| *base < scopes);
        if let Some((decl, this)) = own.clone().filter(|_| base < scopes) {
            self.outer_receivers.push((decl, this, base));
        }
        Receivers { own, base, around }
    }

    /// Restores the receiver.
    pub(crate) fn enter_receiver(&mut self, receivers: Receivers) {
        self.receiver = receivers.own;
        self.receiver_base = receivers.base;
        self.outer_receivers = receivers.around;
    }

    /// Checks the methods of a type or agent where a block declares it: they see what is declared
    /// above it.
    pub(crate) fn inner_methods(&mut self, decl: &DeclRef) {
        let Some(place) = self.place_here() else {
            return;
        };
        let mut methods: Vec<Rc<PendingFun>> = Vec::new();
        for pending in &mut self.pending {
            let is_own = pending
                .receiver
                .as_ref()
                .is_some_and(|(of, _)| of.id == decl.id);
            if is_own {
                let mut moved = (**pending).clone();
                moved.place = Some(place);
                *pending = Rc::new(moved);
                methods.push(Rc::clone(pending));
            }
        }
        for method in &methods {
            self.infer_result(method.fun);
        }
        for method in &methods {
            self.pending_body(method);
        }
        self.settle_decl(decl.id);
    }

    /// Notes that the place at hand uses what belongs to `owner`: a method in between depends on
    /// the block around its type.
    pub(crate) fn note_crossed(&mut self, owner: Option<FunId>) {
        let crossed = self.crossed(owner);
        self.inner.scoped.extend(crossed);
    }

    /// The methods between the place at hand and the function `owner`.
    fn crossed(&self, owner: Option<FunId>) -> Vec<FunId> {
        let mut found = Vec::new();
        let frames = std::iter::once(&self.top).chain(self.outer.iter().rev());
        for frame in frames.take_while(|frame| frame.fun != owner) {
            let method = frame.fun.filter(|fun| {
                self.fun(*fun)
                    .is_some_and(|fun| matches!(fun.kind, FunKind::Method { .. }))
            });
            found.extend(method);
        }
        found
    }

    /// Notes that values of the type at hand, and of those in it, are made here.
    pub(crate) fn note_made(&mut self, ty: &Type, span: Span) {
        let mut open = Vec::new();
        named(ty, &mut open);
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            self.note_made_decl(id, span);
            if let Some(record) = self.decls.record(id) {
                record.fields.iter().for_each(|it| named(&it.ty, &mut open));
            }
        }
    }

    /// Notes that a value of the record or agent is made here.
    pub(crate) fn note_made_decl(&mut self, id: DeclId, span: Span) {
        let Some(home) = self.inner.homes.get(&id).copied() else {
            return;
        };
        let Some((owner, in_loop)) = self.var(home).map(|var| (var.owner, var.in_loop)) else {
            return;
        };
        let here = self.frame().fun;
        for fun in self.crossed(owner) {
            self.inner.makes.insert((fun, id));
        }
        if let Some(var) = self.var_mut(home) {
            var.captured |= owner != here;
        }
        let is_above = self
            .decls
            .with_methods(id)
            .is_some_and(|decl| span.source == decl.span.source && span.start < decl.span.start);
        if is_above && (owner == here || in_loop) {
            self.inner.early.insert((span, id));
        }
    }

    /// Notes that a stream of a block is used; false, with a report, above its declaration.
    pub(crate) fn note_stream(&mut self, stream: &DeclRef, span: Span) -> bool {
        let Some(home) = self.inner.homes.get(&stream.id).copied() else {
            return true;
        };
        let owner = self.var(home).and_then(|var| var.owner);
        let declared = self.decls.record(stream.id).map(|decl| decl.span);
        let is_above = declared.is_some_and(|at| at.source == span.source && span.start < at.start);
        if let Some(at) = declared.filter(|_| is_above && owner == self.frame().fun) {
            let note = format!("`{}` is declared below", stream.name);
            let diagnostic = report::unknown_stream(&stream.name, span);
            self.report(diagnostic.with_note_at(at, note));
            return false;
        }
        self.note_read(home);
        true
    }

    /// What lowering needs to know of the declarations in blocks. Values that are made before the
    /// class is there are reported.
    pub(crate) fn finish_inner(&mut self) -> InnerTypes {
        let mut scoped = self.inner.scoped.clone();
        let mut classes = BTreeSet::new();
        loop {
            let before = scoped.len();
            for fun in &scoped {
                if let Some(FunKind::Method { record, .. }) = self.fun(*fun).map(|fun| &fun.kind) {
                    classes.insert(record.id);
                }
            }
            for (fun, made) in &self.inner.makes {
                if classes.contains(made) {
                    scoped.insert(*fun);
                }
            }
            if scoped.len() == before {
                break;
            }
        }
        for (span, id) in std::mem::take(&mut self.inner.early) {
            if let Some(Decl::Record(decl) | Decl::Agent(decl)) = self.decls.get(id)
                && classes.contains(&id)
            {
                let (name, at) = (Rc::clone(&decl.name), decl.span);
                let note = format!(
                    "`{name}` is declared below, and its methods use what the block declares"
                );
                let diagnostic = report::unknown_type(&name, span);
                self.report(diagnostic.with_note_at(at, note));
            }
        }
        InnerTypes {
            homes: std::mem::take(&mut self.inner.homes),
            scoped,
            classes,
            params: self.outer_params(),
        }
    }

    /// The type parameters of functions around them that declared types mention.
    fn outer_params(&self) -> BTreeMap<DeclId, Vec<Rc<TypeParam>>> {
        let mut found: BTreeMap<DeclId, Vec<Rc<TypeParam>>> = BTreeMap::new();
        loop {
            let mut changed = false;
            for index in 0..self.decls.items.len() {
                let id = DeclId(u32::try_from(index).unwrap_or(u32::MAX));
                let params = self.params_of(id, &found);
                if params.len() > found.get(&id).map_or(0, Vec::len) {
                    found.insert(id, params);
                    changed = true;
                }
            }
            if !changed {
                return found;
            }
        }
    }

    fn params_of(
        &self,
        id: DeclId,
        known: &BTreeMap<DeclId, Vec<Rc<TypeParam>>>,
    ) -> Vec<Rc<TypeParam>> {
        let mut all = Vec::new();
        match self.decls.get(id) {
            Some(Decl::Record(record) | Decl::Agent(record)) => {
                for field in &record.fields {
                    params_in(&field.ty, known, &mut all);
                }
                for fun in record
                    .methods
                    .iter()
                    .filter_map(|it| self.fun(FunId(it.fun)))
                {
                    let mut own = Vec::new();
                    let params = fun.params.iter().filter_map(|param| self.var(param.var));
                    params.for_each(|var| params_in(&var.ty, known, &mut own));
                    params_in(&fun.result, known, &mut own);
                    own.retain(|param| fun.type_params.iter().all(|it| it.id != param.id));
                    all.append(&mut own);
                }
            }
            Some(Decl::Sum(sum)) => {
                for field in sum.variants.iter().flat_map(|variant| &variant.fields) {
                    params_in(&field.ty, known, &mut all);
                }
            }
            None => {}
        }
        let mut seen = BTreeSet::new();
        all.retain(|param| seen.insert(Rc::clone(&param.id)));
        all
    }

    /// Notes that an annotation names a type parameter of a function around the method at hand.
    pub(crate) fn note_outer_param(&mut self, scope: usize) {
        if self.receiver.is_none() || scope >= self.receiver_base {
            return;
        }
        let frames = std::iter::once(&self.top).chain(self.outer.iter().rev());
        let mut funs = frames.filter_map(|frame| frame.fun);
        let method = funs.find(|fun| {
            self.fun(*fun)
                .is_some_and(|fun| matches!(fun.kind, FunKind::Method { .. }))
        });
        self.inner.scoped.extend(method);
    }

    /// Reports a result of which nothing is known outside: a type of the block that holds values
    /// of the function's type parameters (T048).
    pub(crate) fn check_escape(&mut self, fun: FunId, name: Span) {
        let Some(made) = self.fun(fun).filter(|_| self.inferred.contains(&fun)) else {
            return;
        };
        if made.type_params.is_empty() {
            return;
        }
        let (own, result) = (made.type_params.clone(), made.result.clone());
        let found = RefCell::new(Vec::new());
        let known = self.outer_params();
        result.any_part(&|part| {
            if let Type::Named(decl) = part {
                found
                    .borrow_mut()
                    .extend(known.get(&decl.id).into_iter().flatten().cloned());
            }
            false
        });
        let found = found.into_inner();
        if let Some(param) = found
            .iter()
            .find(|it| own.iter().any(|own| own.id == it.id))
        {
            let shown = self.show(&result);
            let note = format!(
                "the result is {shown}, which holds values of `{}`",
                param.name
            );
            let diagnostic = report::type_parameter_escapes(&param.name, name);
            self.report(diagnostic.with_note(note));
        }
    }
}

/// A method that is not declared yet.
fn placeholder(span: Span) -> Fun {
    Fun {
        name: None,
        kind: FunKind::Nested,
        type_params: Vec::new(),
        params: Vec::new(),
        result: Type::Error,
        body: Vec::new(),
        is_expression: false,
        falls_off: false,
        effects: Effects::NONE,
        is_async: false,
        owner: None,
        in_loop: false,
        is_recursive: false,
        export: false,
        doc: None,
        span,
    }
}

/// Adds the type parameters that a type mentions, also through declared types.
fn params_in(
    ty: &Type,
    known: &BTreeMap<DeclId, Vec<Rc<TypeParam>>>,
    out: &mut Vec<Rc<TypeParam>>,
) {
    let found = RefCell::new(std::mem::take(out));
    ty.any_part(&|part| {
        match part {
            Type::Param(param) => found.borrow_mut().push(Rc::clone(param)),
            Type::Named(decl) | Type::Variant(decl, _) => {
                let held = known.get(&decl.id).into_iter().flatten().cloned();
                found.borrow_mut().extend(held);
            }
            _ => {}
        }
        false
    });
    *out = found.into_inner();
}

/// The declared types that a type mentions.
fn named(ty: &Type, out: &mut Vec<DeclId>) {
    let found = RefCell::new(std::mem::take(out));
    ty.any_part(&|part| {
        if let Type::Named(decl) = part {
            found.borrow_mut().push(decl.id);
        }
        false
    });
    *out = found.into_inner();
}
