//! Which numbers can never be negative, so that Python's division means what Mochi's does.
//!
//! Every place that gives a variable its value is looked at, over the whole program. All numbers
//! are taken for positive until some place says otherwise, until nothing changes: what remains
//! holds however the program runs. For floats "natural" means not negative, NaN included. Where a
//! variable is read behind a condition, or behind its assignment, that counts, too (`super::guard`).
//!
//! Spec: language.md §5.1 (division), §19.4.

mod survey;

use std::collections::{BTreeMap, VecDeque};

use mochi_check::typed::{
    Builtin, Expr, ExprKind, FunId, Module, Place, Stmt, StmtKind, Target, VarId, VarKind,
};
use mochi_syntax::ast::{BinaryOp, UnaryOp};
use mochi_types::Type;

use super::guard::{Guard, guarded};
use super::walk;
use survey::Survey;

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

/// Nothing is known of what an integer is at least.
const UNKNOWN: i64 = i64::MIN;

impl Sign {
    /// What an integer of this sign is at least.
    const fn least(self) -> i64 {
        match self {
            Self::Any => UNKNOWN,
            Self::Natural => 0,
            Self::Positive => 1,
        }
    }

    /// The sign of an integer that is at least this one.
    const fn of_least(least: i64) -> Self {
        match least {
            1.. => Self::Positive,
            0 => Self::Natural,
            _ => Self::Any,
        }
    }
}

/// What is known of a variable where it is read: its sign, and if it is an integer what it is at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bound {
    sign: Sign,
    least: i64,
}

impl Bound {
    const MOST: Self = Self {
        sign: Sign::Positive,
        least: i64::MAX,
    };
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
    /// What conditions and assignments say of variables where they are read, by the address of the
    /// expression: the program stays where it is as long as it is lowered.
    reads: BTreeMap<usize, Bound>,
}

fn address(expr: &Expr) -> usize {
    std::ptr::from_ref(expr).addr()
}

impl Signs {
    /// Goes over the program until nothing changes.
    pub(super) fn of(program: &[Module], lists_reach_python: bool) -> Self {
        let Some(first) = program.first() else {
            return Self::default();
        };
        let survey = Survey::of(first, program);
        let mut signs = Self {
            vars: vec![Known::default(); first.vars.len()],
            results: vec![Known::MOST; first.funs.len()],
            stored: if lists_reach_python {
                Sign::Any
            } else {
                Sign::Positive
            },
            reads: BTreeMap::new(),
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
        for place in guarded(program) {
            signs.reads.insert(address(place.read), Bound::MOST);
            flows.found.push(Flow {
                into: Cell::Read(address(place.read)),
                from: place.read,
                part: Part::Guarded(place.guards),
            });
        }
        signs.settle(&flows.found);
        signs
    }

    /// Follows the flows until nothing changes: one again only after something it reads changed.
    fn settle(&mut self, flows: &[Flow<'_>]) {
        let mut readers = Readers {
            vars: vec![Vec::new(); self.vars.len()],
            results: vec![Vec::new(); self.results.len()],
            reads: BTreeMap::new(),
        };
        for (index, flow) in flows.iter().enumerate() {
            for from in flow.sources() {
                walk::each_subexpr(from, &mut |part| {
                    if self.reads.contains_key(&address(part)) {
                        readers.add(Cell::Read(address(part)), index);
                    }
                    match &part.kind {
                        ExprKind::Var(id) => readers.add(Cell::Var(*id), index),
                        ExprKind::CallFun { fun, .. }
                        | ExprKind::CallMethod { fun, .. }
                        | ExprKind::Lambda(fun)
                        | ExprKind::Fun(fun) => readers.add(Cell::Result(*fun), index),
                        _ => {}
                    }
                });
            }
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
        let known = match &flow.part {
            Part::Guarded(guards) => return self.follow_guards(flow.into, guards),
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
            Cell::Read(_) => return false,
        };
        old.is_some_and(|old| {
            let met = old.meet(known);
            std::mem::replace(old, met) != met
        })
    }

    /// Takes into account what is said of a variable where it is read: the most of it holds.
    fn follow_guards(&mut self, into: Cell, guards: &[Guard<'_>]) -> bool {
        let Cell::Read(read) = into else { return false };
        let mut found = Bound {
            sign: Sign::Any,
            least: UNKNOWN,
        };
        for guard in guards {
            let sign = self.sign(guard.least);
            let least = if guard.least.ty.is_integer() {
                self.least(guard.least)
            } else {
                sign.least()
            };
            let (sign, least) = if guard.is_greater && sign >= Sign::Natural {
                (Sign::Positive, least.saturating_add(1).max(1))
            } else if guard.is_greater && least != UNKNOWN {
                (sign, least.saturating_add(1))
            } else {
                (sign, least)
            };
            found.sign = found.sign.max(sign);
            found.least = found.least.max(least);
        }
        let old = self.reads.insert(read, found);
        old != Some(found)
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
            ExprKind::Var(id) => {
                let var = self.vars.get(id.0 as usize);
                let own = var.map_or(Sign::Any, |var| var.own);
                let read = self.reads.get(&address(expr));
                own.max(read.map_or(Sign::Any, |read| sign_of_read(expr, *read)))
            }
            ExprKind::Widen(inner) => self.sign(inner),
            ExprKind::Binary { .. } if expr.ty.is_integer() => Sign::of_least(self.least(expr)),
            ExprKind::Binary { op, left, right } => self.operation(*op, left, right),
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

    /// What an integer is at least.
    fn least(&self, expr: &Expr) -> i64 {
        match &expr.kind {
            ExprKind::Int(value) => *value,
            ExprKind::Widen(inner) if inner.ty.is_integer() => self.least(inner),
            ExprKind::Unary {
                op: UnaryOp::Neg,
                operand,
            } => match operand.kind {
                ExprKind::Int(value) => value.saturating_neg(),
                _ => UNKNOWN,
            },
            ExprKind::Var(_) => {
                let read = self.reads.get(&address(expr));
                let least = read.map_or(UNKNOWN, |read| read.least);
                least.max(self.sign(expr).least())
            }
            ExprKind::Binary { op, left, right } => self.least_of_operation(*op, left, right),
            _ => self.sign(expr).least(),
        }
    }

    fn least_of_operation(&self, op: BinaryOp, left: &Expr, right: &Expr) -> i64 {
        let (a, b) = (self.least(left), self.least(right));
        let known = a != UNKNOWN && b != UNKNOWN;
        let natural = a >= 0 && b >= 0;
        match op {
            BinaryOp::Add if known => a.saturating_add(b),
            BinaryOp::Sub if a != UNKNOWN => match right.kind {
                ExprKind::Int(taken) => a.saturating_sub(taken),
                _ => UNKNOWN,
            },
            BinaryOp::Mul if natural => a.saturating_mul(b),
            BinaryOp::Mul if is_square(left, right) => 0,
            BinaryOp::Div | BinaryOp::FloorDiv if natural => match right.kind {
                ExprKind::Int(divisor @ 1..) => a.div_euclid(divisor),
                _ => 0,
            },
            BinaryOp::Rem | BinaryOp::Shl | BinaryOp::Shr if a >= 0 => 0,
            BinaryOp::Pow if a >= 0 => a.min(1),
            BinaryOp::BitAnd if a.max(b) >= 0 => 0,
            BinaryOp::BitOr | BinaryOp::BitXor if natural => 0,
            BinaryOp::Coalesce => a.min(b),
            _ => UNKNOWN,
        }
    }

    /// The sign of what an operator on floats yields.
    fn operation(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Sign {
        let (a, b) = (self.sign(left), self.sign(right));
        let both = a.min(b);
        match op {
            BinaryOp::Add if both >= Sign::Natural => a.max(b),
            // A product of small floats may be zero.
            BinaryOp::Mul | BinaryOp::Div if both >= Sign::Natural => Sign::Natural,
            BinaryOp::Mul if is_square(left, right) => Sign::Natural,
            BinaryOp::Rem if a >= Sign::Natural => Sign::Natural,
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

fn sign_of_read(expr: &Expr, read: Bound) -> Sign {
    if expr.ty.is_integer() {
        read.sign.max(Sign::of_least(read.least))
    } else {
        read.sign
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
    /// A variable where it is read, by the address of the expression.
    Read(usize),
}

/// The flows that read each cell, by their indexes.
struct Readers {
    vars: Vec<Vec<usize>>,
    results: Vec<Vec<usize>>,
    reads: BTreeMap<usize, Vec<usize>>,
}

impl Readers {
    fn of(&self, cell: Cell) -> Option<&Vec<usize>> {
        match cell {
            Cell::Var(id) => self.vars.get(id.0 as usize),
            Cell::Result(id) => self.results.get(id.0 as usize),
            Cell::Read(read) => self.reads.get(&read),
            Cell::Stored => None,
        }
    }

    fn add(&mut self, cell: Cell, reader: usize) {
        let readers = match cell {
            Cell::Var(id) => self.vars.get_mut(id.0 as usize),
            Cell::Result(id) => self.results.get_mut(id.0 as usize),
            Cell::Read(read) => Some(self.reads.entry(read).or_default()),
            Cell::Stored => None,
        };
        if let Some(readers) = readers {
            readers.push(reader);
        }
    }
}

/// What of a value flows.
enum Part<'a> {
    /// The value itself.
    Whole,
    /// The number, not the elements of a list.
    Own,
    /// Any element of it.
    Element,
    /// What these say of the variable.
    Guarded(Vec<Guard<'a>>),
}

/// A place of the program where a cell gets a value.
struct Flow<'a> {
    into: Cell,
    from: &'a Expr,
    part: Part<'a>,
}

impl<'a> Flow<'a> {
    /// The expressions by which it changes.
    fn sources(&self) -> Vec<&'a Expr> {
        match &self.part {
            Part::Guarded(guards) => guards.iter().map(|guard| guard.least).collect(),
            Part::Whole | Part::Own | Part::Element => vec![self.from],
        }
    }
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

    fn flow(&mut self, into: Cell, from: &'a Expr, part: Part<'a>) {
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
