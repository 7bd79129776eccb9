//! Narrowing: where an option variable is known to hold a value, and a map an entry.
//!
//! Of entries (`if k in m { … }`) only reads are taken as values where a value is asked for;
//! everywhere else they stay the options that they are.
//!
//! Spec: language.md §4.3, §21 (11).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_syntax::ast::{self, BinaryOp, ExprKind, UnaryOp};
use mochi_types::Type;

use crate::checker::Checker;
use crate::scope::Binding;
use crate::typed::{Expr, ExprKind as Typed, VarId, VarKind};
use crate::walk;

/// A place of which more may be known than its type says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Known {
    /// A variable, which holds a value.
    Var(VarId),
    /// The entry of the map that a variable holds.
    Entry(VarId, Key),
}

/// A key that is the same each time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// What a variable holds.
    Var(VarId),
    /// A text.
    Str(Rc<str>),
    /// A number.
    Int(i64),
}

impl Known {
    /// The variables that it goes by.
    fn vars(&self) -> impl Iterator<Item = VarId> {
        let (first, second) = match self {
            Self::Var(id) => (*id, None),
            Self::Entry(map, Key::Var(key)) => (*map, Some(*key)),
            Self::Entry(map, _) => (*map, None),
        };
        std::iter::once(first).chain(second)
    }
}

/// What is known at a place of the program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Narrowed {
    /// The types of variables that hold a value.
    types: BTreeMap<VarId, Type>,
    /// The entries that are there.
    entries: BTreeSet<Known>,
}

impl Narrowed {
    /// The type of a variable that holds a value.
    pub(crate) fn get(&self, id: VarId) -> Option<&Type> {
        self.types.get(&id)
    }

    /// Narrows a variable.
    pub(crate) fn insert(&mut self, id: VarId, ty: Type) {
        self.types.insert(id, ty);
    }

    /// Forgets what goes by a variable.
    pub(crate) fn remove(&mut self, id: VarId) {
        self.types.remove(&id);
        self.entries
            .retain(|known| known.vars().all(|var| var != id));
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    fn is_empty(&self) -> bool {
        self.types.is_empty() && self.entries.is_empty()
    }

    /// Forgets what goes by other variables than these.
    fn retain(&mut self, keeps: impl Fn(VarId) -> bool) {
        self.types.retain(|id, _| keeps(*id));
        self.entries.retain(|known| known.vars().all(&keeps));
    }
}

/// What a condition says, by its outcome.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// If the condition holds.
    pub(crate) yes: Vec<Known>,
    /// If it does not.
    pub(crate) no: Vec<Known>,
}

impl Checker<'_> {
    /// What a condition says about option variables.
    pub(crate) fn facts(&self, cond: &ast::Expr) -> Facts {
        match &cond.kind {
            ExprKind::Paren(inner) => self.facts(inner),
            ExprKind::Unary {
                op: UnaryOp::Not,
                operand,
            } => {
                let inner = self.facts(operand);
                Facts {
                    yes: inner.no,
                    no: inner.yes,
                }
            }
            ExprKind::Binary {
                op: op @ (BinaryOp::Eq | BinaryOp::Ne),
                left,
                right,
                ..
            } => {
                let subject = if self.is_none(right) {
                    left
                } else if self.is_none(left) {
                    right
                } else {
                    return Facts::default();
                };
                let Some(var) = self.option_variable(subject) else {
                    return Facts::default();
                };
                let (mut yes, mut no) = (Vec::new(), Vec::new());
                if *op == BinaryOp::Ne {
                    yes.push(Known::Var(var));
                } else {
                    no.push(Known::Var(var));
                }
                Facts { yes, no }
            }
            ExprKind::Binary {
                op: BinaryOp::In,
                left,
                right,
                ..
            } => Facts {
                yes: self.entry(right, left).into_iter().collect(),
                no: Vec::new(),
            },
            ExprKind::Binary {
                op: BinaryOp::And,
                left,
                right,
                ..
            } => {
                let (mut left, right) = (self.facts(left), self.facts(right));
                left.yes.extend(right.yes);
                left.no.retain(|var| right.no.contains(var));
                left
            }
            ExprKind::Binary {
                op: BinaryOp::Or,
                left,
                right,
                ..
            } => {
                let (mut left, right) = (self.facts(left), self.facts(right));
                left.no.extend(right.no);
                left.yes.retain(|var| right.yes.contains(var));
                left
            }
            _ => Facts::default(),
        }
    }

    /// The variable that a bare name stands for, if its declared type is an option.
    pub(crate) fn option_variable(&self, expr: &ast::Expr) -> Option<VarId> {
        let mut inner = expr;
        while let ExprKind::Paren(next) = &inner.kind {
            inner = next;
        }
        let name = match &inner.kind {
            ExprKind::Name(name) => name,
            // Only what nobody assigns is the same the next time it is read.
            ExprKind::Field { object, name } => {
                let id = self.shown_variable(object, name)?;
                let var = self.var(id)?;
                return (!var.mutable && matches!(var.ty, Type::Option(_))).then_some(id);
            }
            _ => return None,
        };
        let Some(Binding::Var(id)) = self.lookup(name) else {
            return None;
        };
        let var = self.var(id)?;
        let inside = var.owner == self.frame().fun || !self.outer_narrowing(id);
        (inside && matches!(var.ty, Type::Option(_))).then_some(id)
    }

    /// The entry of a map for a key, if both are the same the next time.
    fn entry(&self, map: &ast::Expr, key: &ast::Expr) -> Option<Known> {
        let map = self.steady_variable(map)?;
        let key = match &crate::expr::unparenthesised(key).kind {
            ExprKind::Str(text) => Key::Str(Rc::from(&**text)),
            ExprKind::Int(value) => Key::Int(*value),
            _ => Key::Var(self.steady_variable(key)?),
        };
        let is_map = match self.type_of_var(map) {
            Type::Map(..) => true,
            // Narrowed by what stands before.
            Type::Option(inner) => matches!(*inner, Type::Map(..)),
            _ => false,
        };
        is_map.then_some(Known::Entry(map, key))
    }

    /// A value read from a map's entry that is there, as that value; any other as it is.
    pub(crate) fn present(&self, value: Expr) -> Expr {
        match self.present_type(&value) {
            Some(ty) => Expr { ty, ..value },
            None => value,
        }
    }

    /// The type of that value.
    pub(crate) fn present_type(&self, value: &Expr) -> Option<Type> {
        let (Typed::Index { object, index }, Type::Option(_)) = (&value.kind, &value.ty) else {
            return None;
        };
        let (Typed::Var(map), Type::Map(_, item)) = (&object.unwidened().kind, &object.ty) else {
            return None;
        };
        let key = match &index.unwidened().kind {
            Typed::Str(text) => Key::Str(Rc::clone(text)),
            Typed::Int(value) => Key::Int(*value),
            Typed::Var(id) => Key::Var(*id),
            _ => return None,
        };
        let is_there = self.narrowed.entries.contains(&Known::Entry(*map, key));
        (is_there && !matches!(**item, Type::Option(_))).then(|| (**item).clone())
    }

    /// Notes that the keys which a loop binds are those of the map that it runs over.
    pub(crate) fn narrow_keys(&mut self, key: VarId, source: &Expr, body: &[ast::Stmt]) {
        let Typed::Var(map) = source.kind else {
            return;
        };
        let assigned = walk::assigned_names(body);
        let is_same = |id: VarId| {
            self.var(id)
                .is_some_and(|var| !assigned.contains(&var.name))
        };
        if matches!(source.ty, Type::Map(..)) && is_same(map) && is_same(key) {
            let known = Known::Entry(map, Key::Var(key));
            self.narrowed.entries.insert(known);
            for stmt in body {
                self.forget_after(stmt);
            }
        }
    }

    /// The variable that a bare name stands for, unless another function may assign it meanwhile.
    fn steady_variable(&self, expr: &ast::Expr) -> Option<VarId> {
        let ExprKind::Name(name) = &crate::expr::unparenthesised(expr).kind else {
            return None;
        };
        let Some(Binding::Var(id)) = self.lookup(name) else {
            return None;
        };
        let inside = self.var(id)?.owner == self.frame().fun || !self.outer_narrowing(id);
        inside.then_some(id)
    }

    /// Whether a variable of an enclosing function may not be narrowed here.
    fn outer_narrowing(&self, id: VarId) -> bool {
        self.var(id)
            .is_some_and(|var| var.mutable && var.owner.is_some() && var.owner != self.frame().fun)
    }

    /// Adds to what is known.
    pub(crate) fn narrow(&mut self, facts: &[Known]) {
        for known in facts {
            match known {
                Known::Var(id) => {
                    if let Some(Type::Option(inner)) = self.var(*id).map(|var| &var.ty) {
                        let inner = (**inner).clone();
                        self.narrowed.insert(*id, inner);
                    }
                }
                Known::Entry(..) => {
                    self.narrowed.entries.insert(known.clone());
                }
            }
        }
    }

    /// Runs `work` with more known, and restores what was known before.
    pub(crate) fn narrowing<T>(&mut self, facts: &[Known], work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.narrowed.clone();
        self.narrow(facts);
        let value = work(self);
        self.narrowed = before;
        value
    }

    /// What two ways to the same place both know.
    pub(crate) fn merge_narrowings(a: &Narrowed, b: &Narrowed) -> Narrowed {
        let types = a.types.iter();
        Narrowed {
            types: types
                .filter(|(id, _)| b.types.contains_key(id))
                .map(|(id, ty)| (*id, ty.clone()))
                .collect(),
            entries: a.entries.intersection(&b.entries).cloned().collect(),
        }
    }

    /// Forgets what statements that run again may change: before a loop's body.
    pub(crate) fn forget_assigned(&mut self, body: &[ast::Stmt]) {
        if self.narrowed.is_empty() {
            return;
        }
        let names = walk::assigned_names(body);
        let vars = &self.module.vars;
        self.narrowed.retain(|id| {
            vars.get(id.0 as usize)
                .is_none_or(|var| !names.contains(&var.name))
        });
        for stmt in body {
            self.forget_after(stmt);
        }
    }

    /// Forgets what a statement may have changed by what it calls.
    pub(crate) fn forget_after(&mut self, stmt: &ast::Stmt) {
        if self.narrowed.is_empty() || !walk::has_call(stmt) {
            return;
        }
        let effects = !self.effects.of_stmt(stmt).is_empty();
        let vars = &self.module.vars;
        self.narrowed.retain(|id| {
            let Some(var) = vars.get(id.0 as usize) else {
                return false;
            };
            let is_var = var.mutable && matches!(var.kind, VarKind::Global | VarKind::Local);
            let shared = var.assigned_by_inner || (is_var && var.kind == VarKind::Global);
            !(shared || (is_var && effects))
        });
    }

    /// The type of reading a variable here.
    pub(crate) fn type_of_var(&self, id: VarId) -> Type {
        self.narrowed
            .get(id)
            .cloned()
            .or_else(|| self.var(id).map(|var| var.ty.clone()))
            .unwrap_or(Type::Error)
    }

    /// The name of a variable.
    pub(crate) fn name_of_var(&self, id: VarId) -> Rc<str> {
        self.var(id)
            .map_or_else(|| Rc::from(""), |var| Rc::clone(&var.name))
    }
}
