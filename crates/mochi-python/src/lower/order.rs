//! Where nobody can tell in which order the entries of a map or the elements of a set come: there
//! they are not sorted.
//!
//! Spec: language.md §9.2 and §9.3 (order), §21 (3).

use std::collections::BTreeSet;

use mochi_check::typed::{
    Builtin, Expr as Typed, ExprKind, Place, Query, Stmt, StmtKind, Target, VarId,
};
use mochi_syntax::ast::{BinaryOp, UnaryOp};
use mochi_types::Type;

use super::{Lowerer, append, walk};
use crate::py::Expr;

impl<'a> Lowerer<'a> {
    /// The entries, keys or values of a map, or the elements of a set, as Python keeps them; none for
    /// other sources.
    pub(super) fn unordered(&mut self, source: &'a Typed, entries: bool) -> Option<Expr> {
        let (container, part) = container_of(source, entries)?;
        let value = self.expr(container);
        Some(match part {
            Part::Key => value,
            Part::Value => value.attr("values").call([]),
            Part::Entry => value.attr("items").call([]),
        })
    }

    /// Whether the keys by which a query is sorted leave no two rows in the order of its source.
    pub(super) fn sort_hides_order(&self, query: &Query) -> bool {
        let Some(var) = self.only_variable(query) else {
            return false;
        };
        let whole = |key: &Typed| is_var_or_negative(key, var);
        query.sort.iter().any(whole)
            && query
                .sort
                .iter()
                .all(|key| is_told_apart(&key.ty) && self.is_quiet_value(key))
    }

    /// Whether an aggregate of a query's rows is the same whatever their order.
    pub(super) fn aggregate_hides_order(&self, builtin: Builtin, query: &Query) -> bool {
        self.only_variable(query).is_some()
            && query.sort.is_empty()
            && query.skip.is_none()
            && query.take.is_none()
            && !query.distinct
            && is_same_in_any_order(builtin, &query.select.ty)
            && self.is_quiet_value(&query.select)
    }

    /// The variable of a query with one source, of which the rows are only chosen.
    fn only_variable(&self, query: &Query) -> Option<VarId> {
        let [only] = query.sources.as_slice() else {
            return None;
        };
        let chosen = query
            .filter
            .iter()
            .all(|filter| self.is_quiet_value(filter));
        let plain = only.join.is_none() && query.group.is_none() && chosen;
        let told_apart = container_of(&only.value, false).is_some() && is_told_apart(&only.item);
        only.var.filter(|_| plain && told_apart)
    }

    /// Whether evaluating an expression yields a value and cannot be noticed.
    fn is_quiet_value(&self, expr: &Typed) -> bool {
        Self::is_total(expr) && self.doing(expr).is_quiet()
    }

    /// What a loop runs over whose body does the same in any order.
    pub(super) fn loop_in_any_order(
        &mut self,
        target: &Target,
        source: &'a Typed,
        entries: bool,
        body: &[Stmt],
    ) -> Option<Expr> {
        let (container, part) = container_of(source, entries)?;
        let key = match (part, target) {
            (Part::Key, Target::Var(id)) => Some(*id),
            (Part::Entry, Target::Tuple(parts)) => match parts.first() {
                Some(Target::Var(id)) => Some(*id),
                _ => None,
            },
            _ => None,
        };
        let mut found = Found {
            key,
            own: target.vars().into_iter().collect(),
            sums: BTreeSet::new(),
            read: BTreeSet::new(),
            containers_read: Vec::new(),
            writes: Vec::new(),
        };
        if !found.block(body) || !found.is_consistent() {
            return None;
        }
        // Another name of the map itself may be what grows.
        let may_grow = found
            .writes
            .iter()
            .any(|write| write.adds && may_be_one(&write.ty, &container.ty));
        let value = self.unordered(source, entries)?;
        Some(if may_grow {
            Expr::call_name("list", [value])
        } else {
            value
        })
    }
}

/// Which part of a map, or of a set, is iterated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Key,
    Value,
    Entry,
}

/// The map or set of which the elements of a list are a part, in its order.
pub(super) fn container(list: &Typed) -> Option<&Typed> {
    container_of(list, false).map(|(container, _)| container)
}

/// The map or set that is iterated, in its order.
fn container_of(source: &Typed, entries: bool) -> Option<(&Typed, Part)> {
    match &source.kind {
        ExprKind::Widen(inner) => container_of(inner, entries),
        ExprKind::CallBuiltin { builtin, args } => {
            let [only] = args.as_slice() else { return None };
            match (builtin, &only.ty) {
                (Builtin::Keys, Type::Map(..)) | (Builtin::Collect, Type::Set(_)) => {
                    Some((only, Part::Key))
                }
                (Builtin::Values, Type::Map(..)) => Some((only, Part::Value)),
                _ => None,
            }
        }
        _ => match &source.ty {
            Type::Map(..) if entries => Some((source, Part::Entry)),
            Type::Map(..) | Type::Set(_) => Some((source, Part::Key)),
            _ => None,
        },
    }
}

/// Whether equal values of a type are the same in every respect, and any two have an order: neither
/// holds for floats.
fn is_told_apart(ty: &Type) -> bool {
    match ty {
        Type::Option(inner) => is_told_apart(inner),
        Type::Tuple(parts) => parts.iter().all(is_told_apart),
        Type::Str | Type::Bytes | Type::Bool => true,
        other => other.is_integer(),
    }
}

/// Whether an aggregate of values of a type is the same in any order.
pub(super) fn is_same_in_any_order(builtin: Builtin, item: &Type) -> bool {
    match builtin {
        Builtin::Len | Builtin::Count | Builtin::Exists => true,
        Builtin::Sum => item.is_integer(),
        Builtin::Min | Builtin::Max => !matches!(item, Type::Option(_)) && is_told_apart(item),
        _ => false,
    }
}

fn is_var_or_negative(expr: &Typed, var: VarId) -> bool {
    match &expr.kind {
        ExprKind::Unary {
            op: UnaryOp::Neg,
            operand,
        } => is_var_or_negative(operand, var),
        _ => append::as_var(expr) == Some(var),
    }
}

/// What the body of a loop does to maps of a type.
struct Write {
    ty: Type,
    /// Numbers are added to entries, else entries of the keys at hand are set.
    adds: bool,
}

/// What was found in the body of a loop of which every statement does the same in any order: it sets
/// the entry of the key at hand, adds to a number, or binds a variable for the rest of the round.
struct Found {
    /// The variable that holds a key of what is iterated, each once.
    key: Option<VarId>,
    /// Variables of the round.
    own: BTreeSet<VarId>,
    /// Variables that numbers are added to.
    sums: BTreeSet<VarId>,
    /// Variables that are read.
    read: BTreeSet<VarId>,
    /// The types of maps, sets and lists that are asked.
    containers_read: Vec<Type>,
    writes: Vec<Write>,
}

impl Found {
    /// What is summed up or written must not be read; maps of one type may be one map.
    fn is_consistent(&self) -> bool {
        self.sums.is_disjoint(&self.read)
            && self.writes.iter().all(|write| {
                self.containers_read
                    .iter()
                    .all(|read| !may_be_one(read, &write.ty))
            })
    }

    fn block(&mut self, body: &[Stmt]) -> bool {
        body.iter().all(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Let { target, value } => {
                self.own.extend(target.vars());
                self.value(value)
            }
            StmtKind::If {
                cond,
                then,
                otherwise,
            } => self.value(cond) && self.block(then) && self.block(otherwise),
            StmtKind::Assign {
                place: Place::Var(id),
                value,
            } => {
                if self.own.contains(id) {
                    return Some(*id) != self.key && self.value(value);
                }
                let Some(added) = added_to(value, &|part| append::as_var(part) == Some(*id)) else {
                    return false;
                };
                self.sums.insert(*id);
                self.value(added)
            }
            StmtKind::Assign {
                place: Place::Index { object, index },
                value,
            } => self.entry(object, index, value),
            _ => false,
        }
    }

    fn entry(&mut self, object: &Typed, index: &Typed, value: &Typed) -> bool {
        if !matches!(object.ty, Type::Map(..)) || !self.is_path(object) {
            return false;
        }
        let added = added_to(value, &|part| is_entry_or_zero(part, object, index));
        let adds = added.is_some();
        let is_own = self.key.is_some() && append::as_var(index) == self.key;
        if !adds && !is_own {
            return false;
        }
        let write = Write {
            ty: object.ty.clone(),
            adds,
        };
        let mixed = |other: &Write| other.adds != adds && may_be_one(&other.ty, &write.ty);
        let is_mixed = self.writes.iter().any(mixed);
        self.writes.push(write);
        !is_mixed && self.value(index) && self.value(added.unwrap_or(value))
    }

    /// A variable, or a field of one.
    fn is_path(&mut self, expr: &Typed) -> bool {
        match &expr.kind {
            ExprKind::Var(id) => {
                self.read.insert(*id);
                true
            }
            ExprKind::Field { object, .. } => self.is_path(object),
            _ => false,
        }
    }

    /// Whether an expression surely yields a value, by what it finds in values alone.
    fn value(&mut self, expr: &Typed) -> bool {
        if !Lowerer::is_total(expr) {
            return false;
        }
        let mut plain = true;
        walk::each_subexpr(expr, &mut |part| {
            plain &= match &part.kind {
                ExprKind::Var(id) => {
                    self.read.insert(*id);
                    true
                }
                ExprKind::Index { object, .. } => {
                    self.containers_read.push(object.ty.clone());
                    true
                }
                ExprKind::Binary {
                    op: BinaryOp::Eq | BinaryOp::Ne,
                    left,
                    ..
                } => is_scalar_type(&left.ty),
                ExprKind::Binary {
                    op: BinaryOp::In,
                    right,
                    ..
                } => {
                    self.containers_read.push(right.ty.clone());
                    true
                }
                ExprKind::CallBuiltin {
                    builtin: Builtin::Len | Builtin::Has,
                    args,
                } => {
                    self.containers_read
                        .extend(args.first().map(|arg| arg.ty.clone()));
                    true
                }
                ExprKind::Unary { .. }
                | ExprKind::Binary { .. }
                | ExprKind::Field { .. }
                | ExprKind::Tuple(_)
                | ExprKind::TupleIndex { .. }
                | ExprKind::Widen(_)
                | ExprKind::If { .. } => true,
                kind => walk::is_scalar(kind),
            };
        });
        plain
    }
}

/// Whether a map of one type may be the same object as a container of another: a cast of an `any`
/// changes nothing where Python has one type for both.
fn may_be_one(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Map(key, item), Type::Map(other_key, other_item)) => {
            !differ(key, other_key) && !differ(item, other_item)
        }
        (Type::Map(..), Type::List(_) | Type::Set(_) | Type::Str | Type::Bytes)
        | (Type::List(_) | Type::Set(_) | Type::Str | Type::Bytes, Type::Map(..)) => false,
        _ => true,
    }
}

/// Whether no value is of both types.
fn differ(a: &Type, b: &Type) -> bool {
    let is_scalar = |ty: &Type| {
        let plain = matches!(ty, Type::Str | Type::Bytes | Type::Bool | Type::Float);
        plain || ty.is_integer()
    };
    let both_whole = a.is_integer() && b.is_integer();
    is_scalar(a) && is_scalar(b) && a != b && !both_whole
}

/// Types of which values compare by themselves.
fn is_scalar_type(ty: &Type) -> bool {
    match ty {
        Type::Option(inner) => is_scalar_type(inner),
        Type::None | Type::Float => true,
        other => is_told_apart(other),
    }
}

/// What is added to, or taken from, the integer that `is_it` knows.
fn added_to<'e>(value: &'e Typed, is_it: &dyn Fn(&Typed) -> bool) -> Option<&'e Typed> {
    match &value.kind {
        ExprKind::Widen(inner) => added_to(inner, is_it),
        ExprKind::Binary {
            op: op @ (BinaryOp::Add | BinaryOp::Sub),
            left,
            right,
        } if value.ty.is_integer() && left.ty.is_integer() && right.ty.is_integer() => {
            if is_it(left) {
                Some(right)
            } else {
                (*op == BinaryOp::Add && is_it(right)).then_some(left)
            }
        }
        _ => None,
    }
}

/// `m[k] ?? 0`
fn is_entry_or_zero(part: &Typed, object: &Typed, index: &Typed) -> bool {
    let ExprKind::Binary {
        op: BinaryOp::Coalesce,
        left,
        right,
    } = &part.kind
    else {
        return false;
    };
    let ExprKind::Index {
        object: read,
        index: at,
    } = &left.kind
    else {
        return false;
    };
    matches!(right.kind, ExprKind::Int(_))
        && append::is_same(read, object)
        && append::is_same(at, index)
}
