//! One Python function being built: its names, temporaries, and what it says of outer variables.
//!
//! Spec: language.md §19.2.

use std::collections::{BTreeMap, BTreeSet};

use mochi_check::typed::{FunId, VarId, VarKind};
use mochi_types::Type;

use super::Lowerer;
use super::name;
use crate::py::{Expr, Stmt, StmtKind};

/// A Python function being built.
pub(super) struct Frame {
    /// The Mochi function; none for `main` and for module level.
    pub(super) fun: Option<FunId>,
    /// Statements run at module level, where `global` says nothing.
    pub(super) at_module_level: bool,
    /// A block that became a Python function: variables around it belong to another one.
    pub(super) is_block: bool,
    /// The names in use, with the variable that has each last.
    names: BTreeMap<String, Option<VarId>>,
    /// The variables of the blocks that are open.
    scopes: Vec<Vec<VarId>>,
    /// For names that several open variables have in Mochi, the number up to which all are taken.
    numbers: BTreeMap<String, u32>,
    /// The same for names that were made up.
    made: BTreeMap<String, u32>,
    /// Names annotated already: Python's checkers allow that once.
    annotated: BTreeSet<String>,
    /// Globals that are assigned.
    globals: BTreeSet<String>,
    /// Variables of enclosing functions that are assigned.
    nonlocals: BTreeSet<String>,
    /// Variables of enclosing functions that are mentioned.
    pub(super) captures: BTreeSet<VarId>,
    temporaries: u32,
    /// The names for values that failures of `expect` show and that others of their type share, with
    /// what they stand for.
    sides: Vec<(&'static str, Type, String)>,
}

impl Frame {
    pub(super) fn new(fun: Option<FunId>) -> Self {
        Self {
            fun,
            at_module_level: false,
            is_block: false,
            names: BTreeMap::new(),
            scopes: vec![Vec::new()],
            numbers: BTreeMap::new(),
            made: BTreeMap::new(),
            annotated: BTreeSet::new(),
            globals: BTreeSet::new(),
            nonlocals: BTreeSet::new(),
            captures: BTreeSet::new(),
            temporaries: 0,
            sides: Vec::new(),
        }
    }

    /// Whether a variable is one of its own.
    fn declares(&self, id: VarId) -> bool {
        self.names.values().any(|other| *other == Some(id))
    }

    /// `global` and `nonlocal` statements for the function's head.
    pub(super) fn heads(&self) -> Vec<Stmt> {
        let mut heads = Vec::new();
        if !self.globals.is_empty() && !self.at_module_level {
            heads.push(StmtKind::Global(self.globals.iter().cloned().collect()).bare());
        }
        if !self.nonlocals.is_empty() {
            heads.push(StmtKind::Nonlocal(self.nonlocals.iter().cloned().collect()).bare());
        }
        heads
    }
}

impl Lowerer<'_> {
    pub(super) fn open_scope(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.scopes.push(Vec::new());
        }
    }

    pub(super) fn close_scope(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            let closed = frame.scopes.pop();
            if closed.is_some_and(|scope| !scope.is_empty()) {
                frame.numbers.clear();
            }
        }
    }

    /// The Python name of a variable that is declared here; also for globals, which have theirs.
    pub(super) fn declare(&mut self, id: VarId) -> String {
        let Some(var) = self.var(id) else {
            return "_".to_string();
        };
        if var.kind == VarKind::Global {
            return self.var_names.get(&id).cloned().unwrap_or_default();
        }
        if let Some(name) = self.var_names.get(&id) {
            return name.clone();
        }
        let base = match var.kind {
            VarKind::This => "self".to_string(),
            VarKind::Temp => "_value".to_string(),
            VarKind::Home => self.home_name(id),
            _ => name::python_name(&self.written_name(id)),
        };
        let is_param = matches!(var.kind, VarKind::Param | VarKind::This);
        let name = if is_param {
            // What a method sees of the file, or of the block around its type, must not be hidden by
            // its receiver.
            let from = match var.kind {
                VarKind::This => 0,
                _ => self.frames.len().saturating_sub(1),
            };
            let frames = self.frames.get(from..).unwrap_or_default();
            let is_receiver = var.kind == VarKind::This;
            let is_taken = |name: &str| {
                frames.iter().any(|frame| frame.names.contains_key(name))
                    || self.is_class(name)
                    || is_receiver && self.module_names.contains(name)
                    || !is_receiver && self.is_another(name)
            };
            let base = match self.param_names.get(&id) {
                Some(name) => name.clone(),
                // Only a first parameter with an underscore may be called otherwise.
                None if is_receiver && is_taken(&base) => "_self".to_string(),
                None => base,
            };
            let name = name::distinct(&base, is_taken);
            if let Some(known) = self.param_names.get_mut(&id) {
                known.clone_from(&name);
            }
            name
        } else {
            self.own_name(base, id)
        };
        if let Some(frame) = self.frames.last_mut() {
            let before = frame.names.insert(name.clone(), Some(id));
            if before.is_some() {
                // The name has the type of the variable that had it before.
                frame.annotated.insert(name.clone());
            }
            if let Some(scope) = frame.scopes.last_mut() {
                scope.push(id);
            }
        }
        self.var_names.insert(id, name.clone());
        name
    }

    /// A name for a new variable of this frame.
    fn own_name(&mut self, base: String, id: VarId) -> String {
        let known = self
            .frames
            .last()
            .and_then(|frame| frame.numbers.get(&base));
        let first = known.copied().unwrap_or(1);
        let in_the_way = |name: &str| self.is_in_the_way(name, id);
        let (name, number) = name::distinct_from(&base, first, in_the_way);
        if number == first
            && let Some(frame) = self.frames.last_mut()
        {
            frame.numbers.insert(base, number + 1);
        }
        name
    }

    /// Whether a new variable of this frame cannot have the name.
    fn is_in_the_way(&self, name: &str, id: VarId) -> bool {
        let Some((frame, outer)) = self.frames.split_last() else {
            return false;
        };
        if self.module_names.contains(name) && !(frame.fun.is_some() && self.comes_later(name, id))
        {
            return true;
        }
        if outer.iter().any(|frame| frame.names.contains_key(name)) {
            return true;
        }
        match frame.names.get(name) {
            None => false,
            Some(None) => true,
            // A variable of a finished block may hand its name on to one of the same type.
            Some(Some(other)) => {
                let is_open = frame.scopes.iter().flatten().any(|open| open == other);
                let (Some(new), Some(old)) = (self.var(id), self.var(*other)) else {
                    return true;
                };
                is_open
                    || new.ty != old.ty
                    || new.captured
                    || old.captured
                    || old.kind == VarKind::Param
                    || name::is_constant(name)
            }
        }
    }

    /// Whether a function around the one at hand has the name.
    pub(super) fn is_around(&self, name: &str) -> bool {
        let around = self.frames.split_last().map(|(_, around)| around);
        let mut around = around.unwrap_or_default().iter();
        around.any(|frame| frame.names.contains_key(name))
    }

    /// Whether a name is in use where a comprehension stands.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        let Some((frame, outer)) = self.frames.split_last() else {
            return self.module_names.contains(name);
        };
        let open = |other: &VarId| frame.scopes.iter().flatten().any(|open| open == other);
        self.module_names.contains(name)
            || outer.iter().any(|frame| frame.names.contains_key(name))
            || match frame.names.get(name) {
                None => false,
                Some(None) => true,
                Some(Some(other)) => open(other),
            }
    }

    /// Whether a variable of that name would hide one that is called otherwise in the program.
    pub(super) fn hides_another(&self, name: &str) -> bool {
        self.frames.iter().any(|frame| match frame.names.get(name) {
            None => false,
            Some(None) => true,
            Some(Some(other)) => self.var(*other).is_none_or(|var| {
                var.kind == VarKind::This || name::python_name(&var.name) != name
            }),
        })
    }

    /// Whether the name is that of a variable around which is called otherwise in the program, so that
    /// a parameter of that name would hide it.
    pub(super) fn is_another(&self, name: &str) -> bool {
        let is_other = |id: VarId| {
            self.var(id).is_some_and(|var| {
                var.kind == VarKind::This || name::python_name(&var.name) != name
            })
        };
        let named = |frame: &Frame| {
            frame
                .names
                .get(name)
                .copied()
                .flatten()
                .is_some_and(is_other)
        };
        self.renamed_globals.contains(name) || self.frames.iter().any(named)
    }

    /// Whether the module's name is that of a global declared below: a function does not see it.
    fn comes_later(&self, name: &str, id: VarId) -> bool {
        let Some(var) = self.var(id) else {
            return false;
        };
        self.global_starts
            .get(name)
            .is_some_and(|start| *start > (var.span.source, var.span.start))
    }

    /// A fresh temporary, called like nothing that the function can see.
    pub(super) fn temporary(&mut self) -> String {
        loop {
            let Some(frame) = self.frames.last_mut() else {
                return "_t".to_string();
            };
            frame.temporaries += 1;
            let name = format!("_{}", numbered(frame.temporaries));
            let taken = self.module_names.contains(&name)
                || self.row_names.contains(&name)
                || self
                    .frames
                    .iter()
                    .any(|frame| frame.names.contains_key(&name));
            if taken {
                continue;
            }
            if let Some(frame) = self.frames.last_mut() {
                frame.names.insert(name.clone(), None);
            }
            return name;
        }
    }

    /// A name for a generated function or the like, near to `base`.
    pub(super) fn fresh(&mut self, base: &str) -> String {
        let (name, number) = {
            let frames = &self.frames;
            let modules = &self.module_names;
            let rows = &self.row_names;
            // A helper that the program hides is imported with an underscore.
            let is_helper = |name: &str| {
                let stem = name.strip_prefix('_').unwrap_or_default();
                let root = stem.rsplit_once('_').map_or(stem, |(root, _)| root);
                [stem, root]
                    .iter()
                    .any(|stem| crate::runtime::is_helper(stem) && self.imported_as(stem) == name)
            };
            let known = frames.last().and_then(|frame| frame.made.get(base));
            // What was taken stays so.
            name::distinct_from(base, known.copied().unwrap_or(1), |name| {
                is_helper(name)
                    || modules.contains(name)
                    || rows.iter().any(|other| other == name)
                    || frames.iter().any(|frame| frame.names.contains_key(name))
            })
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.names.insert(name.clone(), None);
            frame.made.insert(base.to_owned(), number + 1);
        }
        name
    }

    /// Whether a type of the file has the name: types are seen where variables are called alike.
    pub(super) fn is_class(&self, name: &str) -> bool {
        self.module_names.contains(name)
            && (self.decl_names.values().any(|class| class == name)
                || self.variant_names.values().any(|class| class == name))
    }

    /// A variable of the function goes on under another name, near to `base`.
    pub(super) fn renamed_variable(&mut self, id: VarId, base: &str) -> String {
        let name = self.fresh(base);
        if let Some(frame) = self.frames.last_mut() {
            frame.names.insert(name.clone(), Some(id));
        }
        self.var_names.insert(id, name.clone());
        name
    }

    /// Keeps names from being given to variables of the function.
    pub(super) fn reserve(&mut self, names: Vec<String>) {
        if let Some(frame) = self.frames.last_mut() {
            frame
                .names
                .extend(names.into_iter().map(|name| (name, None)));
        }
    }

    /// A name near to `stem` for a value that a failure of `expect` shows. Values of one scalar
    /// type share it, which Python's checkers allow.
    pub(super) fn side_name(&mut self, stem: &'static str, ty: &Type) -> String {
        let is_scalar = matches!(
            ty,
            Type::Int | Type::Float | Type::Bool | Type::Str | Type::Bytes | Type::Any
        );
        let sides = self.frames.last().map_or(&[][..], |frame| &frame.sides);
        let mut alike = sides
            .iter()
            .filter(|(other, of, name)| *other == stem && of == ty && !self.is_side(name));
        if is_scalar && let Some((_, _, name)) = alike.next() {
            return name.clone();
        }
        let known = self.frames.last().and_then(|frame| frame.made.get(stem));
        let first = known.copied().unwrap_or(1);
        let (name, number) = name::distinct_from(stem, first, |name| {
            self.all_names.contains(name)
                || self.module_names.contains(name)
                || self
                    .frames
                    .iter()
                    .any(|frame| frame.names.contains_key(name))
        });
        if let Some(frame) = self.frames.last_mut() {
            frame.names.insert(name.clone(), None);
            frame.made.insert(stem.to_owned(), number + 1);
            if is_scalar {
                frame.sides.push((stem, ty.clone(), name.clone()));
            }
        }
        name
    }

    /// Reads a variable.
    pub(super) fn read(&mut self, id: VarId) -> Expr {
        if let Some(foreign) = self.foreign_variable(id) {
            return foreign;
        }
        let name = self.mention(id);
        if self.boxed.contains(&id) {
            return Expr::Name(name).attr("value");
        }
        Expr::Name(name)
    }

    /// The name of a variable, noting that the current function mentions it.
    pub(super) fn mention(&mut self, id: VarId) -> String {
        let name = match self.var_names.get(&id) {
            Some(name) => name.clone(),
            None => self.declare(id),
        };
        let owner = self.var(id).map(|var| (var.kind, var.owner));
        if let Some((kind, owner)) = owner
            && kind != VarKind::Global
        {
            let owner = self.lowered_owner(owner);
            for frame in self.frames.iter_mut().rev() {
                if frame.fun == owner {
                    break;
                }
                frame.captures.insert(id);
            }
        }
        name
    }

    /// The function in which the variables of another stand: a lambda may be part of a comprehension.
    fn lowered_owner(&self, mut owner: Option<FunId>) -> Option<FunId> {
        while let Some(id) = owner
            && self.frames.iter().all(|frame| frame.fun != owner)
        {
            owner = self.fun(id).and_then(|fun| fun.owner);
        }
        owner
    }

    /// The target of an assignment to a variable, with the declarations Python asks for.
    pub(super) fn assign_target(&mut self, id: VarId) -> Expr {
        let name = self.mention(id);
        if self.boxed.contains(&id) {
            return Expr::Name(name).attr("value");
        }
        let owner = self.var(id).map(|var| (var.kind, var.owner));
        let around_is_module = match self.frames.as_slice() {
            [.., around, frame] if frame.is_block => around.at_module_level,
            [around @ .., _] => owner.is_some_and(|(_, owner)| {
                let mut around = around.iter().rev();
                around
                    .find(|frame| frame.fun == owner)
                    .is_some_and(|frame| frame.at_module_level)
            }),
            [] => false,
        };
        if let (Some((kind, owner)), Some(frame)) = (owner, self.frames.last_mut()) {
            if kind == VarKind::Global {
                frame.globals.insert(name.clone());
            } else if frame.fun != owner || (frame.is_block && !frame.declares(id)) {
                if around_is_module {
                    frame.globals.insert(name.clone());
                } else {
                    frame.nonlocals.insert(name.clone());
                }
            }
        }
        Expr::Name(name)
    }

    /// Notes that the current function binds a name of the module.
    pub(super) fn binds_global(&mut self, name: &str) {
        if let Some(frame) = self.frames.last_mut() {
            frame.globals.insert(name.to_string());
        }
    }

    /// Notes that the name is being annotated; false if it was before.
    pub(super) fn annotate_once(&mut self, name: &str) -> bool {
        self.frames
            .last_mut()
            .is_some_and(|frame| frame.annotated.insert(name.to_string()))
    }

    /// Whether a global's name stands for something else in the functions at hand.
    pub(super) fn is_hidden(&self, id: VarId) -> bool {
        let is_global = self.var(id).is_some_and(|var| var.kind == VarKind::Global);
        is_global
            && self.var_names.get(&id).is_some_and(|name| {
                let found = |frame: &Frame| {
                    frame
                        .names
                        .get(name)
                        .is_some_and(|other| *other != Some(id))
                };
                self.frames.iter().any(found)
            })
    }

    /// The result type of the function at hand.
    pub(super) fn result_type(&self) -> Option<&Type> {
        let fun = self.frames.last()?.fun?;
        self.fun(fun).map(|fun| &fun.result)
    }
}

/// Whether a name is that of a temporary.
pub(super) fn is_temporary(name: &str) -> bool {
    name.strip_prefix("_t")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn numbered(number: u32) -> String {
    format!("t{number}")
}
