//! What evaluating an expression may do: whether steps of a query may be done in another order, or
//! not at all, without anybody noticing.
//!
//! Spec: language.md §10 (order of the steps), §19.8 (laziness).

use std::collections::BTreeSet;

use mochi_check::typed::{
    Builtin, Expr, ExprKind, Fun, FunId, FunKind, Module, Place, Stmt, StmtKind, VarId,
};
use mochi_syntax::ast::{BinaryOp, UnaryOp};
use mochi_types::Type;

use super::super::{Lowerer, walk};

/// What each function of a program may do when it is called, by its index.
#[derive(Default)]
pub(in crate::lower) struct Doings {
    doings: Vec<Doing>,
    /// Those that surely yield a value when they are called.
    yielding: BTreeSet<FunId>,
}

/// What code may do besides yielding a value or an error.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::lower) struct Doing {
    /// Change something that other code can read.
    pub(in crate::lower) changes: bool,
    /// Be noticed outside of the program: print, read, ask for the time.
    pub(in crate::lower) acts: bool,
}

impl Doing {
    const NOTHING: Self = Self {
        changes: false,
        acts: false,
    };
    const ANYTHING: Self = Self {
        changes: true,
        acts: true,
    };

    const fn and(self, other: Self) -> Self {
        Self {
            changes: self.changes || other.changes,
            acts: self.acts || other.acts,
        }
    }

    /// Whether it does nothing that could be noticed.
    pub(in crate::lower) fn is_quiet(self) -> bool {
        self == Self::NOTHING
    }
}

impl Doings {
    /// Goes over the functions until nothing changes: over one again only after one that it calls
    /// was found to do more than it does.
    pub(in crate::lower) fn of(program: &[Module]) -> Self {
        let Some(first) = program.first() else {
            return Self::default();
        };
        let callers = callers(first);
        let mut doings = Self {
            doings: vec![Doing::NOTHING; first.funs.len()],
            yielding: yielding(first, &callers),
        };
        let mut open: BTreeSet<usize> = (0..first.funs.len()).collect();
        while let Some(index) = open.pop_first() {
            let Some(fun) = first.funs.get(index) else {
                continue;
            };
            let found = doings.of_fun(first, fun, FunId(u32::try_from(index).unwrap_or(0)));
            let Some(known) = doings
                .doings
                .get_mut(index)
                .filter(|known| **known != found)
            else {
                continue;
            };
            *known = found;
            let above = callers.get(index).into_iter().flatten().copied();
            open.extend(above.filter(|caller| {
                let known = doings.doings.get(*caller);
                known.is_some_and(|known| known.and(found) != *known)
            }));
        }
        doings
    }

    /// Whether evaluating an expression surely yields a value.
    fn yields(&self, expr: &Expr) -> bool {
        yields(expr, &|fun| self.yielding.contains(&fun))
    }

    /// What calling a function may do.
    fn of_call(&self, fun: FunId) -> Doing {
        let known = self.doings.get(fun.0 as usize);
        known.copied().unwrap_or(Doing::ANYTHING)
    }

    fn of_fun(&self, module: &Module, fun: &Fun, id: FunId) -> Doing {
        let mut found = Doing::NOTHING;
        for default in fun.params.iter().filter_map(|param| param.default.as_ref()) {
            found = found.and(self.of_expr(default));
        }
        self.of_block(module, &fun.body, id, &mut found);
        found
    }

    fn of_block(&self, module: &Module, body: &[Stmt], owner: FunId, found: &mut Doing) {
        for stmt in body {
            match &stmt.kind {
                StmtKind::Assign {
                    place: Place::Var(id),
                    ..
                } => found.changes |= is_shared(module, *id, owner),
                StmtKind::Assign { .. } => found.changes = true,
                StmtKind::Test { .. } | StmtKind::Bench { .. } | StmtKind::Using { .. } => {
                    *found = Doing::ANYTHING;
                }
                StmtKind::ForEach { source, .. } => {
                    found.changes |= !is_plain_source(&source.ty);
                }
                StmtKind::Let { .. }
                | StmtKind::Expr(_)
                | StmtKind::Return(_)
                | StmtKind::If { .. }
                | StmtKind::While { .. }
                | StmtKind::ForRange { .. }
                | StmtKind::Try { .. }
                | StmtKind::Match(_)
                | StmtKind::Break
                | StmtKind::Continue
                | StmtKind::Fun(_)
                | StmtKind::Type(_)
                | StmtKind::Alias(_)
                | StmtKind::Expect { .. } => {}
                _ => *found = Doing::ANYTHING,
            }
            let parts = walk::parts(stmt);
            for expr in parts.exprs {
                *found = found.and(self.of_expr(expr));
            }
            for block in parts.blocks {
                self.of_block(module, block, owner, found);
            }
        }
    }

    /// What evaluating an expression may do.
    pub(in crate::lower) fn of_expr(&self, expr: &Expr) -> Doing {
        let mut found = Doing::NOTHING;
        walk::each_subexpr(expr, &mut |part| found = found.and(self.of_node(part)));
        found
    }

    fn of_node(&self, expr: &Expr) -> Doing {
        match &expr.kind {
            ExprKind::CallFun { fun, .. } | ExprKind::CallMethod { fun, .. } => self.of_call(*fun),
            ExprKind::CallBuiltin { builtin, args } => match builtin {
                Builtin::Map | Builtin::Filter | Builtin::Reduce => {
                    let function = args.get(1);
                    function.map_or(Doing::ANYTHING, |function| self.of_value(function))
                }
                other if is_world(*other) => Doing {
                    changes: false,
                    acts: true,
                },
                _ => Doing::NOTHING,
            },
            ExprKind::Query(query) => Doing {
                changes: query
                    .sources
                    .iter()
                    .any(|source| !is_plain_source(&source.value.ty)),
                acts: false,
            },
            // An arm's block may assign; the walk has shown only the expressions in it.
            ExprKind::Match(matched) => Doing {
                changes: matched.arms.iter().any(|arm| !arm.body.is_empty()),
                acts: false,
            },
            kind if is_known(kind) => Doing::NOTHING,
            _ => Doing::ANYTHING,
        }
    }

    /// What calling a function value may do.
    fn of_value(&self, function: &Expr) -> Doing {
        match &function.kind {
            ExprKind::Lambda(id) | ExprKind::Fun(id) => self.of_call(*id),
            ExprKind::Builtin(builtin) if !is_world(*builtin) => Doing::NOTHING,
            ExprKind::Constructor { .. } => Doing::NOTHING,
            ExprKind::Widen(inner) => self.of_value(inner),
            _ => Doing::ANYTHING,
        }
    }
}

/// The functions of which the body is one expression that surely yields a value, and takes no time: it
/// asks no list.
fn yielding(module: &Module, callers: &[Vec<usize>]) -> BTreeSet<FunId> {
    let mut found = BTreeSet::new();
    let mut open: BTreeSet<usize> = (0..module.funs.len()).collect();
    while let Some(index) = open.pop_first() {
        let id = FunId(u32::try_from(index).unwrap_or(u32::MAX));
        let Some(fun) = module.funs.get(index).filter(|_| !found.contains(&id)) else {
            continue;
        };
        let plain = fun.kind == FunKind::Top
            && !fun.is_async
            && !fun.is_recursive
            && fun.params.iter().all(|param| param.default.is_none());
        let body = walk::single_expression(fun).filter(|_| plain);
        if body.is_some_and(|body| is_short(body) && yields(body, &|fun| found.contains(&fun))) {
            found.insert(id);
            open.extend(callers.get(index).into_iter().flatten());
        }
    }
    found
}

/// Whether evaluating an expression goes through no list.
fn is_short(expr: &Expr) -> bool {
    let mut short = true;
    walk::each_subexpr(expr, &mut |part| {
        short &= !matches!(
            part.kind,
            ExprKind::Query(_)
                | ExprKind::CallBuiltin {
                    builtin: Builtin::Sum | Builtin::Avg | Builtin::Min | Builtin::Max,
                    ..
                }
        );
    });
    short
}

/// For each function those that mention it, by their indexes.
fn callers(module: &Module) -> Vec<Vec<usize>> {
    let mut callers: Vec<Vec<usize>> = vec![Vec::new(); module.funs.len()];
    for (index, fun) in module.funs.iter().enumerate() {
        let mut see = |part: &Expr| {
            let (ExprKind::CallFun { fun: id, .. }
            | ExprKind::CallMethod { fun: id, .. }
            | ExprKind::Lambda(id)
            | ExprKind::Fun(id)) = &part.kind
            else {
                return;
            };
            if let Some(callers) = callers.get_mut(id.0 as usize) {
                callers.push(index);
            }
        };
        walk::each_expr(&fun.body, &mut see);
        for default in fun.params.iter().filter_map(|param| param.default.as_ref()) {
            walk::each_subexpr(default, &mut see);
        }
    }
    callers
}

/// Whether the statements assign to places inside of lists.
pub(in crate::lower) fn assigns_elements(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| {
        let own = matches!(&stmt.kind, StmtKind::Assign { place: Place::Index { object, .. }, .. }
            if matches!(object.ty, Type::List(_) | Type::Any));
        own || walk::parts(stmt).blocks.into_iter().any(assigns_elements)
    })
}

/// Kinds of expression that only look at values of the program.
const fn is_known(kind: &ExprKind) -> bool {
    walk::is_plain(kind)
        || matches!(
            kind,
            ExprKind::FStr(_)
                | ExprKind::Fun(_)
                | ExprKind::BoundMethod { .. }
                | ExprKind::Builtin(_)
                | ExprKind::Constructor { .. }
                | ExprKind::OMap(_)
                | ExprKind::AnyField { .. }
                | ExprKind::MapField { .. }
                | ExprKind::Safe { .. }
                | ExprKind::Cast(_)
                | ExprKind::Convert(_)
                | ExprKind::Lambda(_)
                | ExprKind::If { .. }
                | ExprKind::PyModule(_)
                | ExprKind::PyClass(_)
                | ExprKind::RecordClass(_)
                | ExprKind::PyLiteral(_)
        )
}

/// Builtins that are noticed outside of the program, or notice it.
const fn is_world(builtin: Builtin) -> bool {
    matches!(
        builtin,
        Builtin::Print
            | Builtin::Input
            | Builtin::Json
            | Builtin::Now
            | Builtin::Mem
            | Builtin::Eval
            | Builtin::ReadFile
            | Builtin::WriteFile
            | Builtin::AppendFile
            | Builtin::Lines
            | Builtin::LoadCsv
            | Builtin::SaveCsv
    )
}

/// Whether iterating changes nothing.
const fn is_plain_source(ty: &Type) -> bool {
    matches!(
        ty,
        Type::List(_)
            | Type::Set(_)
            | Type::Map(..)
            | Type::OMap(..)
            | Type::Str
            | Type::Bytes
            | Type::Tuple(_)
            | Type::Group(..)
            | Type::Error
    )
}

/// Whether code outside of the function may read a variable that it assigns.
fn is_shared(module: &Module, id: VarId, owner: FunId) -> bool {
    module
        .vars
        .get(id.0 as usize)
        .is_none_or(|var| var.owner != Some(owner) || var.captured)
}

impl Lowerer<'_> {
    /// What evaluating an expression may do.
    pub(in crate::lower) fn doing(&self, expr: &Expr) -> Doing {
        self.facts.doings.of_expr(expr)
    }

    /// Whether evaluating an expression surely yields a value and does nothing else, calls of the
    /// program's functions left aside.
    pub(in crate::lower) fn is_total(expr: &Expr) -> bool {
        yields(expr, &|_| false)
    }

    /// The same where functions are called that surely yield values, too. Those may read variables
    /// that nobody sees in the expression.
    pub(in crate::lower) fn surely_yields(&self, expr: &Expr) -> bool {
        self.facts.doings.yields(expr)
    }

    /// Whether an expression has the same value however the program goes on: it reads values that
    /// nobody can change.
    pub(super) fn is_fixed(&self, expr: &Expr) -> bool {
        let own = match &expr.kind {
            ExprKind::Var(id) => {
                self.var(*id).is_some_and(|var| !var.assigned) && is_immutable(&expr.ty)
            }
            kind if walk::is_scalar(kind) => is_immutable(&expr.ty),
            ExprKind::Tuple(_)
            | ExprKind::FStr(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::TupleIndex { .. }
            | ExprKind::Widen(_)
            | ExprKind::If { .. } => is_immutable(&expr.ty),
            ExprKind::CallBuiltin { builtin, .. } => is_total_builtin(*builtin),
            _ => false,
        };
        own && walk::children(expr)
            .into_iter()
            .all(|part| self.is_fixed(part))
    }
}

/// Whether evaluating an expression surely yields a value and does nothing else, if it does so to call
/// the functions that `calls` accepts.
fn yields(expr: &Expr, calls: &dyn Fn(FunId) -> bool) -> bool {
    let own = match &expr.kind {
        kind if walk::is_scalar(kind) => true,
        ExprKind::Var(_)
        | ExprKind::Fun(_)
        | ExprKind::List(_)
        | ExprKind::Tuple(_)
        | ExprKind::Record { .. }
        | ExprKind::Variant { .. }
        | ExprKind::Anon(_)
        | ExprKind::Field { .. }
        | ExprKind::TupleIndex { .. }
        | ExprKind::Widen(_)
        | ExprKind::If { .. }
        | ExprKind::Safe { .. } => true,
        ExprKind::Map(entries) => entries.iter().all(|(key, _)| is_surely_key(&key.ty)),
        ExprKind::Unary { op, operand } => {
            *op == UnaryOp::Not && operand.ty == Type::Bool || is_solid(&operand.ty)
        }
        ExprKind::Binary { op, left, right } => {
            let solid = is_solid(&left.ty) && is_solid(&right.ty);
            match op {
                BinaryOp::And | BinaryOp::Or => left.ty == Type::Bool && right.ty == Type::Bool,
                BinaryOp::Eq | BinaryOp::Ne => true,
                BinaryOp::In => {
                    is_solid(&left.ty) && right.ty != Type::Any && is_plain_source(&right.ty)
                }
                BinaryOp::Coalesce => left.ty != Type::Any,
                BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul => {
                    solid && !is_converted(left, right) && !is_converted(right, left)
                }
                BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => solid,
                BinaryOp::Div | BinaryOp::Rem => solid && matches!(right.kind, ExprKind::Int(1..)),
                _ => false,
            }
        }
        ExprKind::Index { object, index } => {
            matches!(object.ty, Type::Map(..)) && is_surely_key(&index.ty)
        }
        // Bounds are cut to what is there.
        ExprKind::Slice { object, step, .. } => {
            matches!(object.ty, Type::Str | Type::Bytes | Type::List(_))
                && step
                    .as_ref()
                    .is_none_or(|step| matches!(step.kind, ExprKind::Int(1..)))
        }
        ExprKind::MapField { .. } => matches!(expr.ty, Type::Option(_) | Type::Any),
        ExprKind::CallBuiltin { builtin, args } => {
            let numbers = matches!(
                builtin,
                Builtin::Sum | Builtin::Avg | Builtin::Min | Builtin::Max
            );
            let bounded = *builtin != Builtin::Range || args.len() < 3;
            bounded && is_total_builtin(*builtin) && args.iter().all(|arg| arg.ty != Type::Any)
                || numbers && args.iter().all(|arg| holds_numbers(&arg.ty))
        }
        ExprKind::Query(query) => query
            .sources
            .iter()
            .all(|source| is_plain_source(&source.value.ty)),
        ExprKind::CallFun { fun, .. } => calls(*fun),
        _ => false,
    };
    own && walk::children(expr)
        .into_iter()
        .all(|part| yields(part, calls))
}

/// Types whose operators never fail and whose values are what they seem.
const fn is_solid(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Int | Type::Int64 | Type::BigInt | Type::Float | Type::Str | Type::Bytes | Type::Bool
    )
}

/// Whether an operator makes the type of `other` of an integer, for which that may be too large: no
/// length is, and no number of the program's text.
fn is_converted(number: &Expr, other: &Expr) -> bool {
    let is_small = matches!(
        number.kind,
        ExprKind::Int(_)
            | ExprKind::CallBuiltin {
                builtin: Builtin::Len | Builtin::Count,
                ..
            }
    );
    other.ty == Type::Float && number.ty.is_integer() && !is_small
}

/// Whether values of a type have a hash, whatever they hold.
fn is_surely_key(ty: &Type) -> bool {
    !ty.any_part(&|part| *part == Type::Any)
}

fn holds_numbers(ty: &Type) -> bool {
    match ty {
        Type::List(item) | Type::Group(_, item) => {
            item.is_integer() || matches!(**item, Type::Float)
        }
        _ => false,
    }
}

pub(super) fn is_immutable(ty: &Type) -> bool {
    match ty {
        Type::Option(inner) => is_immutable(inner),
        Type::Tuple(parts) => parts.iter().all(is_immutable),
        Type::None | Type::Literal(_) | Type::BigRat => true,
        other => is_solid(other),
    }
}

const fn is_total_builtin(builtin: Builtin) -> bool {
    matches!(
        builtin,
        Builtin::Str
            | Builtin::Len
            | Builtin::Count
            | Builtin::Exists
            | Builtin::Append
            | Builtin::Push
            | Builtin::Concat
            | Builtin::First
            | Builtin::Reverse
            | Builtin::Distinct
            | Builtin::Keys
            | Builtin::Values
            | Builtin::Has
            | Builtin::Upper
            | Builtin::Lower
            | Builtin::Trim
            | Builtin::Contains
            | Builtin::IndexOf
            | Builtin::Range
            | Builtin::Substring
            | Builtin::PadStart
    )
}
