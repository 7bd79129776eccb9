//! Which numbers can never be negative, so that Python's division means what Mochi's does.
//!
//! Every place that gives a variable its value is looked at, over the whole program. All numbers
//! are taken for positive until some place says otherwise, until nothing changes: what remains
//! holds however the program runs. For floats "natural" means not negative, NaN included.
//!
//! Spec: language.md §5.1 (division), §19.4.

use std::collections::{BTreeSet, VecDeque};

use mochi_check::typed::{
    Builtin, Expr, ExprKind, Fun, FunId, FunKind, Module, Place, Stmt, StmtKind, Target, VarId,
    VarKind,
};
use mochi_syntax::ast::BinaryOp;
use mochi_types::Type;

use super::walk;

/// What is known of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    /// Nothing.
    #[default]
    Any,
    /// It is not negative.
    Natural,
    /// It is greater than zero.
    Positive,
}

/// What is known of a value: of itself, and of its elements if it is a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Known {
    own: Sign,
    elements: Sign,
}

impl Known {
    const MOST: Self = Self {
        own: Sign::Positive,
        elements: Sign::Positive,
    };

    fn meet(self, other: Self) -> Self {
        Self {
            own: self.own.min(other.own),
            elements: self.elements.min(other.elements),
        }
    }
}

/// What is known of the numbers of a program.
#[derive(Default)]
pub(super) struct Signs {
    vars: Vec<Known>,
    results: Vec<Known>,
    /// What is assigned to elements of lists anywhere.
    stored: Sign,
}

impl Signs {
    /// Goes over the program until nothing changes.
    pub(super) fn of(program: &[Module], lists_reach_python: bool) -> Self {
        let Some(first) = program.first() else {
            return Self::default();
        };
        let mut survey = Survey {
            first,
            bound: BTreeSet::new(),
            open: BTreeSet::new(),
            is_plain: true,
        };
        survey.program(program);
        if !survey.is_plain {
            return Self::default();
        }
        let mut signs = Self {
            vars: vec![Known::default(); first.vars.len()],
            results: vec![Known::MOST; first.funs.len()],
            stored: if lists_reach_python {
                Sign::Any
            } else {
                Sign::Positive
            },
        };
        for (index, var) in first.vars.iter().enumerate() {
            let id = VarId(u32::try_from(index).unwrap_or(u32::MAX));
            let tracked = matches!(
                var.kind,
                VarKind::Local | VarKind::Global | VarKind::Loop | VarKind::Param
            );
            if tracked
                && !(var.export && var.mutable)
                && survey.bound.contains(&id)
                && !survey.open.contains(&id)
                && let Some(known) = signs.vars.get_mut(index)
            {
                *known = Known::MOST;
            }
        }
        // What an asynchronous function yields is not followed.
        for (index, fun) in first.funs.iter().enumerate() {
            if fun.is_async
                && let Some(known) = signs.results.get_mut(index)
            {
                *known = Known::default();
            }
        }
        let mut flows = Flows {
            first,
            found: Vec::new(),
        };
        flows.program(program);
        signs.settle(&flows.found);
        signs
    }

    /// Follows the flows until nothing changes: one again only after something it reads changed.
    fn settle(&mut self, flows: &[Flow<'_>]) {
        let mut readers = Readers {
            vars: vec![Vec::new(); self.vars.len()],
            results: vec![Vec::new(); self.results.len()],
        };
        for (index, flow) in flows.iter().enumerate() {
            walk::each_subexpr(flow.from, &mut |part| {
                let cell = match &part.kind {
                    ExprKind::Var(id) => Cell::Var(*id),
                    ExprKind::CallFun { fun, .. }
                    | ExprKind::CallMethod { fun, .. }
                    | ExprKind::Lambda(fun)
                    | ExprKind::Fun(fun) => Cell::Result(*fun),
                    _ => return,
                };
                if let Some(readers) = readers.of(cell) {
                    readers.push(index);
                }
            });
        }
        let mut open: VecDeque<usize> = (0..flows.len()).collect();
        let mut waits = vec![true; flows.len()];
        while let Some(index) = open.pop_front() {
            let Some(flow) = flows.get(index) else {
                continue;
            };
            waits.get_mut(index).into_iter().for_each(|it| *it = false);
            if !self.follow(flow) {
                continue;
            }
            let mut again = |index: usize| {
                let waits = waits.get_mut(index);
                if waits.is_some_and(|waits| !std::mem::replace(waits, true)) {
                    open.push_back(index);
                }
            };
            match flow.into {
                // Any list may hold it.
                Cell::Stored => (0..flows.len()).for_each(again),
                cell => {
                    let readers = readers.of(cell).into_iter().flatten();
                    readers.for_each(|index| again(*index));
                }
            }
        }
    }

    /// Takes what a flow brings into account; whether that changed anything.
    fn follow(&mut self, flow: &Flow<'_>) -> bool {
        let known = match flow.part {
            Part::Whole => self.known(flow.from),
            Part::Own => Known {
                own: self.sign(flow.from),
                elements: Sign::Any,
            },
            Part::Element => Known {
                own: self.elements(flow.from),
                elements: Sign::Any,
            },
        };
        let old = match flow.into {
            Cell::Var(id) => self.vars.get_mut(id.0 as usize),
            Cell::Result(id) => self.results.get_mut(id.0 as usize),
            Cell::Stored => {
                let stored = self.stored.min(known.own);
                return std::mem::replace(&mut self.stored, stored) != stored;
            }
        };
        old.is_some_and(|old| {
            let met = old.meet(known);
            std::mem::replace(old, met) != met
        })
    }

    fn known(&self, expr: &Expr) -> Known {
        Known {
            own: self.sign(expr),
            elements: self.elements(expr),
        }
    }

    /// What is known of a number.
    pub(super) fn sign(&self, expr: &Expr) -> Sign {
        if !holds_number(&expr.ty) {
            return Sign::Any;
        }
        match &expr.kind {
            ExprKind::Int(value) => match value {
                1.. => Sign::Positive,
                0 => Sign::Natural,
                _ => Sign::Any,
            },
            ExprKind::Float(value) if *value > 0.0 => Sign::Positive,
            ExprKind::Float(value) if *value == 0.0 => Sign::Natural,
            ExprKind::Var(id) => self
                .vars
                .get(id.0 as usize)
                .map_or(Sign::Any, |var| var.own),
            ExprKind::Widen(inner) => self.sign(inner),
            ExprKind::Binary { op, left, right } => self.operation(*op, left, right, &expr.ty),
            ExprKind::If {
                then, otherwise, ..
            } => otherwise.as_ref().map_or_else(
                || self.sign(then),
                |otherwise| self.sign(then).min(self.sign(otherwise)),
            ),
            ExprKind::CallBuiltin { builtin, args } => self.builtin(*builtin, args, &expr.ty),
            ExprKind::Index { object, .. } => match object.ty {
                Type::List(_) => self.elements(object),
                Type::Bytes => Sign::Natural,
                _ => Sign::Any,
            },
            ExprKind::CallFun { fun, .. } | ExprKind::CallMethod { fun, .. } => {
                let known = self.results.get(fun.0 as usize);
                known.map_or(Sign::Any, |known| known.own)
            }
            _ => Sign::Any,
        }
    }

    fn operation(&self, op: BinaryOp, left: &Expr, right: &Expr, ty: &Type) -> Sign {
        let (a, b) = (self.sign(left), self.sign(right));
        let both = a.min(b);
        let whole = ty.is_integer();
        match op {
            BinaryOp::Add if both >= Sign::Natural => a.max(b),
            BinaryOp::Mul if both >= Sign::Natural => {
                if whole {
                    both
                } else {
                    // A product of small floats may be zero.
                    Sign::Natural
                }
            }
            BinaryOp::Mul if is_square(left, right) => Sign::Natural,
            BinaryOp::Rem | BinaryOp::Shl | BinaryOp::Shr if a >= Sign::Natural => Sign::Natural,
            BinaryOp::Pow if whole && a >= Sign::Natural => a,
            BinaryOp::BitAnd if a.max(b) >= Sign::Natural => Sign::Natural,
            BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::BitOr | BinaryOp::BitXor
                if both >= Sign::Natural =>
            {
                Sign::Natural
            }
            BinaryOp::Coalesce => both,
            _ => Sign::Any,
        }
    }

    fn builtin(&self, builtin: Builtin, args: &[Expr], ty: &Type) -> Sign {
        let first = args.first();
        let own = || first.map_or(Sign::Any, |arg| self.sign(arg));
        let parts = || first.map_or(Sign::Any, |arg| self.elements(arg).min(Sign::Natural));
        match builtin {
            Builtin::Len
            | Builtin::Count
            | Builtin::Now
            | Builtin::Mem
            | Builtin::Abs
            | Builtin::Sqrt => Sign::Natural,
            Builtin::Int | Builtin::Float => match first.map(|arg| &arg.ty) {
                Some(from) if from.is_integer() => own(),
                Some(Type::Float) if *ty == Type::Float => own(),
                Some(Type::Float) => own().min(Sign::Natural),
                _ => Sign::Any,
            },
            Builtin::Floor | Builtin::Ceil | Builtin::Round => own().min(Sign::Natural),
            Builtin::Sum | Builtin::Avg | Builtin::Min | Builtin::Max | Builtin::First => parts(),
            Builtin::Pow if ty.is_integer() => own(),
            _ => Sign::Any,
        }
    }

    /// What is known of the elements of a list.
    fn elements(&self, expr: &Expr) -> Sign {
        let mut ty = &expr.ty;
        if let Type::Option(inner) = ty {
            ty = inner;
        }
        let (Type::List(item) | Type::Set(item)) = ty else {
            return Sign::Any;
        };
        if !holds_number(item) {
            return Sign::Any;
        }
        self.stored.min(self.made_elements(expr))
    }

    fn made_elements(&self, expr: &Expr) -> Sign {
        match &expr.kind {
            ExprKind::Var(id) => {
                let known = self.vars.get(id.0 as usize);
                known.map_or(Sign::Any, |var| var.elements)
            }
            ExprKind::List(items) | ExprKind::Set(items) => items
                .iter()
                .map(|item| self.sign(item))
                .min()
                .unwrap_or(Sign::Positive),
            ExprKind::Widen(inner) => self.elements(inner),
            ExprKind::Slice { object, .. } => self.elements(object),
            ExprKind::Query(query) => self.sign(&query.select),
            ExprKind::If {
                then,
                otherwise: Some(otherwise),
                ..
            } => self.elements(then).min(self.elements(otherwise)),
            ExprKind::Binary { left, right, .. } => self.elements(left).min(self.elements(right)),
            ExprKind::CallFun { fun, .. } | ExprKind::CallMethod { fun, .. } => {
                let known = self.results.get(fun.0 as usize);
                known.map_or(Sign::Any, |known| known.elements)
            }
            ExprKind::CallBuiltin { builtin, args } => self.made_by_builtin(*builtin, args),
            _ => Sign::Any,
        }
    }

    fn made_by_builtin(&self, builtin: Builtin, args: &[Expr]) -> Sign {
        let of = |position: usize| {
            args.get(position)
                .map_or(Sign::Any, |arg| self.elements(arg))
        };
        match (builtin, args) {
            (Builtin::Range, [_]) => Sign::Natural,
            (Builtin::Range, [start, _]) => self.sign(start),
            (Builtin::Range, [start, _, step]) if self.sign(step) == Sign::Positive => {
                self.sign(start)
            }
            (Builtin::Append | Builtin::Push, [_, item]) => of(0).min(self.sign(item)),
            (Builtin::Concat, lists) => lists
                .iter()
                .map(|list| self.elements(list))
                .min()
                .unwrap_or(Sign::Any),
            (
                Builtin::Reverse
                | Builtin::Distinct
                | Builtin::Collect
                | Builtin::SliceOf
                | Builtin::Substring
                | Builtin::Substr
                | Builtin::Filter,
                _,
            ) => of(0),
            (Builtin::Map, [_, function]) => match &function.kind {
                ExprKind::Lambda(id) | ExprKind::Fun(id) => {
                    let known = self.results.get(id.0 as usize);
                    known.map_or(Sign::Any, |known| known.own)
                }
                _ => Sign::Any,
            },
            _ => Sign::Any,
        }
    }
}

/// A variable times itself.
fn is_square(left: &Expr, right: &Expr) -> bool {
    matches!((&left.kind, &right.kind), (ExprKind::Var(a), ExprKind::Var(b)) if a == b)
}

/// Whether assigning to an element of such a value may store a number in a list.
fn may_hold_numbers(ty: &Type) -> bool {
    match ty {
        Type::List(item) => holds_number(item) || **item == Type::Any,
        other => *other == Type::Any,
    }
}

fn holds_number(ty: &Type) -> bool {
    match ty {
        Type::Option(inner) => holds_number(inner),
        other => other.is_integer() || matches!(other, Type::Float),
    }
}

/// What signs are followed of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Var(VarId),
    /// What a function yields.
    Result(FunId),
    /// What is assigned to elements of lists.
    Stored,
}

/// The flows that read each cell, by their indexes.
struct Readers {
    vars: Vec<Vec<usize>>,
    results: Vec<Vec<usize>>,
}

impl Readers {
    fn of(&mut self, cell: Cell) -> Option<&mut Vec<usize>> {
        match cell {
            Cell::Var(id) => self.vars.get_mut(id.0 as usize),
            Cell::Result(id) => self.results.get_mut(id.0 as usize),
            Cell::Stored => None,
        }
    }
}

/// What of a value flows.
enum Part {
    /// The value itself.
    Whole,
    /// The number, not the elements of a list.
    Own,
    /// Any element of it.
    Element,
}

/// A place of the program where a cell gets a value.
struct Flow<'a> {
    into: Cell,
    from: &'a Expr,
    part: Part,
}

/// All flows of a program.
struct Flows<'a> {
    first: &'a Module,
    found: Vec<Flow<'a>>,
}

impl<'a> Flows<'a> {
    fn program(&mut self, program: &'a [Module]) {
        for module in program {
            self.body(&module.body, None);
        }
        let first = self.first;
        for (index, fun) in first.funs.iter().enumerate() {
            for param in &fun.params {
                if let Some(default) = &param.default {
                    self.give(param.var, default);
                    walk::each_subexpr(default, &mut |part| self.expr(part, None));
                }
            }
            let id = FunId(u32::try_from(index).unwrap_or(u32::MAX));
            self.body(&fun.body, Some(id));
        }
    }

    fn body(&mut self, body: &'a [Stmt], fun: Option<FunId>) {
        self.block(body, fun);
        walk::each_expr(body, &mut |expr| self.expr(expr, fun));
    }

    fn flow(&mut self, into: Cell, from: &'a Expr, part: Part) {
        self.found.push(Flow { into, from, part });
    }

    fn give(&mut self, id: VarId, value: &'a Expr) {
        self.flow(Cell::Var(id), value, Part::Whole);
    }

    /// What an expression gives to variables, inside of functions those of its statements too.
    fn expr(&mut self, expr: &'a Expr, fun: Option<FunId>) {
        match &expr.kind {
            ExprKind::Match(matched) => {
                for arm in &matched.arms {
                    self.block(&arm.body, fun);
                }
            }
            ExprKind::CallFun { fun, args } | ExprKind::CallMethod { fun, args, .. } => {
                let Some(called) = self.first.funs.get(fun.0 as usize) else {
                    return;
                };
                for (position, arg) in args {
                    if let Some(param) = called.params.get(*position) {
                        self.give(param.var, arg);
                    }
                }
            }
            ExprKind::Query(query) => {
                for source in &query.sources {
                    if let Some(var) = source.var {
                        self.flow(Cell::Var(var), &source.value, Part::Element);
                    }
                }
            }
            _ => {}
        }
    }

    fn block(&mut self, body: &'a [Stmt], fun: Option<FunId>) {
        for stmt in body {
            match &stmt.kind {
                StmtKind::Let {
                    target: Target::Var(id),
                    value,
                }
                | StmtKind::Assign {
                    place: Place::Var(id),
                    value,
                } => self.give(*id, value),
                StmtKind::Assign {
                    place: Place::Index { object, .. },
                    value,
                } if may_hold_numbers(&object.ty) => self.flow(Cell::Stored, value, Part::Own),
                StmtKind::ForRange {
                    var: Some(id),
                    start,
                    ..
                } => self.flow(Cell::Var(*id), start, Part::Own),
                StmtKind::ForEach {
                    target: Target::Var(id),
                    source,
                    ..
                } => self.flow(Cell::Var(*id), source, Part::Element),
                StmtKind::Return(Some(value)) => {
                    if let Some(fun) = fun {
                        self.flow(Cell::Result(fun), value, Part::Whole);
                    }
                }
                _ => {}
            }
            walk::each_block(stmt, &mut |block| self.block(block, fun));
        }
    }
}

/// What must be known before signs are followed.
struct Survey<'a> {
    first: &'a Module,
    /// Variables of which a place that binds them was seen.
    bound: BTreeSet<VarId>,
    /// Variables that get values from places that are not followed.
    open: BTreeSet<VarId>,
    /// The program has no statements that are not followed.
    is_plain: bool,
}

impl Survey<'_> {
    fn program(&mut self, program: &[Module]) {
        let mut calls_python = false;
        for module in program {
            self.block(&module.body);
            self.exprs(&module.body, &mut calls_python);
        }
        let first = self.first;
        for fun in first.funs.iter() {
            self.block(&fun.body);
            self.exprs(&fun.body, &mut calls_python);
        }
        for fun in first.funs.iter() {
            let seen = match &fun.kind {
                FunKind::Top => !fun.export,
                FunKind::Nested => true,
                FunKind::Method { record, .. } => {
                    let shown = first.decls.record(record.id).is_none_or(|it| it.export);
                    !calls_python && !fun.export && !shown
                }
                FunKind::Lambda => false,
            };
            for param in &fun.params {
                self.bound.insert(param.var);
                if !seen || fun.is_async {
                    self.open.insert(param.var);
                }
            }
        }
    }

    fn exprs(&mut self, body: &[Stmt], calls_python: &mut bool) {
        let first = self.first;
        let mut values: Vec<FunId> = Vec::new();
        let mut rows: Vec<VarId> = Vec::new();
        let mut blocks: Vec<&Vec<Stmt>> = Vec::new();
        walk::each_expr(body, &mut |expr| match &expr.kind {
            ExprKind::Fun(id) | ExprKind::BoundMethod { fun: id, .. } => values.push(*id),
            ExprKind::PyCall { .. } | ExprKind::Async(_) => *calls_python = true,
            ExprKind::Query(query) => {
                rows.extend(query.sources.iter().filter_map(|source| source.var));
            }
            ExprKind::Match(matched) => blocks.extend(matched.arms.iter().map(|arm| &arm.body)),
            _ => {}
        });
        for block in blocks {
            self.block(block);
        }
        self.bound.extend(rows);
        for id in values {
            self.open_params(first.funs.get(id.0 as usize));
        }
    }

    fn open_params(&mut self, fun: Option<&Fun>) {
        for param in fun.into_iter().flat_map(|fun| &fun.params) {
            self.open.insert(param.var);
        }
    }

    fn block(&mut self, body: &[Stmt]) {
        for stmt in body {
            match &stmt.kind {
                StmtKind::Let {
                    target: Target::Var(id),
                    ..
                }
                | StmtKind::ForRange { var: Some(id), .. }
                | StmtKind::ForEach {
                    target: Target::Var(id),
                    ..
                } => {
                    self.bound.insert(*id);
                }
                StmtKind::Let { target, .. } | StmtKind::ForEach { target, .. } => {
                    self.open.extend(target.vars());
                }
                StmtKind::Reactive(_) => self.is_plain = false,
                _ => {}
            }
            walk::each_block(stmt, &mut |block| self.block(block));
        }
    }
}
