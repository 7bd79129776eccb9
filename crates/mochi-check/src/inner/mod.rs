//! Types, agents and streams that blocks declare: their methods see the variables around them, as
//! nested functions do, and the class or stream is made anew whenever the block runs.
//!
//! A block may be checked more than once (on trial, to find what its function yields), and values
//! of its types may leave it. So that a call elsewhere means the same method whichever check it
//! saw, the methods of such types have their identities from the start.
//!
//! Spec: language.md §3, §6, §7, §16.

mod generic;
mod place;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_base::Span;
use mochi_types::{Decl, DeclId, DeclRef, Type};

use crate::checker::{Checker, PendingFun};
use crate::report;
use crate::scope::Binding;
use crate::typed::{FunId, FunKind, InnerTypes, VarId};

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
    /// What the `extern` statements of blocks bind, by their places.
    pub(crate) externs: BTreeMap<Span, Option<Binding>>,
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

impl Checker<'_> {
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
        if self.inner.homes.is_empty() {
            return;
        }
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
        let crossed = self.crossed(owner);
        // Nested functions see what stands above them; methods of types see the types beside theirs.
        let is_method = !crossed.is_empty();
        for fun in crossed {
            self.inner.makes.insert((fun, id));
        }
        if let Some(var) = self.var_mut(home) {
            var.captured |= owner != here;
        }
        let is_above = self
            .decls
            .with_methods(id)
            .is_some_and(|decl| span.source == decl.span.source && span.start < decl.span.start);
        if is_above && (!is_method || in_loop) {
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
        if let Some(at) = declared.filter(|_| is_above && self.crossed(owner).is_empty()) {
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
