//! Looking into typed expressions and statements without lowering them.

use mochi_check::typed::{
    Arm, Builtin, Expr, ExprKind, FStrPart, Fun, Pattern, Place, PySubscript, Stmt, StmtKind,
};
use mochi_syntax::ast::BinaryOp;

/// The direct subexpressions in order of evaluation. Lambdas and the arms of a match have bodies
/// of their own and are not entered.
pub(super) fn children(expr: &Expr) -> Vec<&Expr> {
    let mut out = Vec::new();
    each_child(expr, &mut |child| out.push(child));
    out
}

/// Calls `see` for each of [`children`].
pub(super) fn each_child<'a>(expr: &'a Expr, see: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::FStr(parts) => {
            for part in parts {
                if let FStrPart::Value(value, _) = part {
                    see(value);
                }
            }
        }
        ExprKind::List(items) | ExprKind::Set(items) | ExprKind::Tuple(items) => {
            items.iter().for_each(see);
        }
        ExprKind::Map(entries) | ExprKind::OMap(entries) => {
            for (key, value) in entries {
                see(key);
                see(value);
            }
        }
        ExprKind::Record { fields, .. }
        | ExprKind::Variant { fields, .. }
        | ExprKind::Anon(fields) => fields.iter().for_each(|(_, value)| see(value)),
        ExprKind::Unary { operand, .. } | ExprKind::PyUnary { operand, .. } => see(operand),
        ExprKind::Binary { left, right, .. } | ExprKind::PyBinary { left, right, .. } => {
            see(left);
            see(right);
        }
        ExprKind::CallFun { args, .. } => args.iter().for_each(|(_, arg)| see(arg)),
        ExprKind::CallMethod { object, args, .. } => {
            see(object);
            args.iter().for_each(|(_, arg)| see(arg));
        }
        ExprKind::CallValue { callee, args } => {
            see(callee);
            args.iter().for_each(see);
        }
        ExprKind::CallBuiltin { args, .. } => args.iter().for_each(see),
        ExprKind::Partial { callee, args, .. } => {
            see(callee);
            args.iter().flatten().for_each(see);
        }
        ExprKind::BoundMethod { object, .. }
        | ExprKind::Field { object, .. }
        | ExprKind::AnyField { object, .. }
        | ExprKind::MapField { object, .. }
        | ExprKind::TupleIndex { object, .. }
        | ExprKind::PyAttr { object, .. } => see(object),
        ExprKind::Index { object, index } => {
            see(object);
            see(index);
        }
        ExprKind::Slice {
            object,
            start,
            stop,
            step,
        } => {
            see(object);
            [start, stop, step]
                .into_iter()
                .flatten()
                .for_each(|part| see(part));
        }
        ExprKind::Safe { object, then, .. } => {
            see(object);
            see(then);
        }
        ExprKind::Cast(inner) | ExprKind::Convert(inner) | ExprKind::Widen(inner) => see(inner),
        ExprKind::If {
            cond,
            then,
            otherwise,
        } => {
            see(cond);
            see(then);
            otherwise.as_deref().into_iter().for_each(see);
        }
        ExprKind::Match(matched) => see(&matched.subject),
        ExprKind::Query(query) => query.exprs().into_iter().for_each(see),
        ExprKind::Data(data) => data.exprs().into_iter().for_each(see),
        ExprKind::PyCall { callee, args, .. } => {
            see(callee);
            args.iter().for_each(|arg| see(&arg.value));
        }
        ExprKind::PyIndex { object, subscripts } => {
            see(object);
            each_subscript_part(subscripts, see);
        }
        ExprKind::Async(item) => item.parts().into_iter().for_each(see),
        ExprKind::Check { value, .. } => see(value),
        _ => {}
    }
}

fn each_subscript_part<'a>(subscripts: &'a [PySubscript], see: &mut dyn FnMut(&'a Expr)) {
    for subscript in subscripts {
        match subscript {
            PySubscript::Index(index) => see(index),
            PySubscript::Slice(start, stop, step) => [start, stop, step]
                .into_iter()
                .flatten()
                .for_each(|part| see(part)),
        }
    }
}

/// The subexpressions of a place.
pub(super) fn place_parts(place: &Place) -> Vec<&Expr> {
    match place {
        Place::Var(_) | Place::ModuleAttr { .. } => Vec::new(),
        Place::Field { object, .. } => vec![object],
        Place::Index { object, index } => vec![object, index],
        Place::PyIndex { object, subscripts } => {
            let mut out: Vec<&Expr> = vec![object];
            each_subscript_part(subscripts, &mut |part| out.push(part));
            out
        }
    }
}

/// What a statement consists of, one level down.
pub(super) struct Parts<'a> {
    /// Its own expressions.
    pub(super) exprs: Vec<&'a Expr>,
    /// Its blocks.
    pub(super) blocks: Vec<&'a [Stmt]>,
}

/// The parts of a statement.
pub(super) fn parts(stmt: &Stmt) -> Parts<'_> {
    let (mut exprs, mut blocks) = (Vec::new(), Vec::new());
    each_part(stmt, &mut |part| match part {
        Part::Expr(expr) => exprs.push(expr),
        Part::Block(block) => blocks.push(block),
    });
    Parts { exprs, blocks }
}

/// Calls `see` for each block of a statement.
pub(super) fn each_block<'a>(stmt: &'a Stmt, see: &mut dyn FnMut(&'a [Stmt])) {
    each_part(stmt, &mut |part| {
        if let Part::Block(block) = part {
            see(block);
        }
    });
}

/// A part of a statement.
#[derive(Clone, Copy)]
enum Part<'a> {
    Expr(&'a Expr),
    Block(&'a [Stmt]),
}

/// Calls `see` for each part of a statement.
fn each_part<'a>(stmt: &'a Stmt, see: &mut dyn FnMut(Part<'a>)) {
    match &stmt.kind {
        StmtKind::Let { value, .. } | StmtKind::Expr(value) => see(Part::Expr(value)),
        StmtKind::Assign { place, value } => {
            let parts = place_parts(place).into_iter();
            parts.for_each(|part| see(Part::Expr(part)));
            see(Part::Expr(value));
        }
        StmtKind::Return(value) => value.iter().for_each(|value| see(Part::Expr(value))),
        StmtKind::If {
            cond,
            then,
            otherwise,
        } => {
            see(Part::Expr(cond));
            see(Part::Block(then));
            see(Part::Block(otherwise));
        }
        StmtKind::While { cond, body } => {
            see(Part::Expr(cond));
            see(Part::Block(body));
        }
        StmtKind::ForRange {
            start, end, body, ..
        } => {
            see(Part::Expr(start));
            see(Part::Expr(end));
            see(Part::Block(body));
        }
        StmtKind::ForEach { source, body, .. } => {
            see(Part::Expr(source));
            see(Part::Block(body));
        }
        StmtKind::Try {
            body,
            catches,
            finally,
        } => {
            see(Part::Block(body));
            catches
                .iter()
                .for_each(|catch| see(Part::Block(&catch.body)));
            see(Part::Block(finally));
        }
        StmtKind::Using { manager, body, .. } => {
            see(Part::Expr(manager));
            see(Part::Block(body));
        }
        StmtKind::Match(matched) => {
            see(Part::Expr(&matched.subject));
            matched.arms.iter().for_each(|arm| each_arm_part(arm, see));
        }
        StmtKind::Reactive(item) => {
            let parts = item.parts().into_iter();
            parts.for_each(|part| see(Part::Expr(part)));
            let blocks = item.blocks().into_iter();
            blocks.for_each(|block| see(Part::Block(block)));
        }
        StmtKind::Expect { cond, .. } => see(Part::Expr(cond)),
        StmtKind::Data(data) => {
            let parts = data.exprs().into_iter();
            parts.for_each(|part| see(Part::Expr(part)));
        }
        StmtKind::Test { body, .. } | StmtKind::Bench { body, .. } => see(Part::Block(body)),
        _ => {}
    }
}

fn each_arm_part<'a>(arm: &'a Arm, see: &mut dyn FnMut(Part<'a>)) {
    each_pattern_part(&arm.pattern, &mut |part| see(Part::Expr(part)));
    arm.guard.iter().for_each(|guard| see(Part::Expr(guard)));
    see(Part::Block(&arm.body));
    arm.value.iter().for_each(|value| see(Part::Expr(value)));
}

fn each_pattern_part<'a>(pattern: &'a Pattern, see: &mut dyn FnMut(&'a Expr)) {
    match pattern {
        Pattern::Literal(value) | Pattern::Value(value) => see(value),
        Pattern::Variant { fields, .. } => {
            fields
                .iter()
                .for_each(|field| each_pattern_part(field, see));
        }
        _ => {}
    }
}

/// What a walk comes by.
enum Node<'a> {
    Expr(&'a Expr),
    Stmt(&'a Stmt),
}

fn block<'a>(body: &'a [Stmt], see: &mut dyn FnMut(Node<'a>)) {
    for stmt in body {
        see(Node::Stmt(stmt));
        each_part(stmt, &mut |item| part(item, see));
    }
}

fn part<'a>(item: Part<'a>, see: &mut dyn FnMut(Node<'a>)) {
    match item {
        Part::Expr(expr) => inside(expr, see),
        Part::Block(body) => block(body, see),
    }
}

fn inside<'a>(expr: &'a Expr, see: &mut dyn FnMut(Node<'a>)) {
    see(Node::Expr(expr));
    each_child(expr, &mut |child| inside(child, see));
    if let ExprKind::Match(matched) = &expr.kind {
        for arm in &matched.arms {
            each_arm_part(arm, &mut |item| part(item, see));
        }
    }
}

/// Calls `see` for every expression in a block, outer ones first, arms of matches included;
/// functions declared inside are not entered.
pub(super) fn each_expr<'a>(body: &'a [Stmt], see: &mut dyn FnMut(&'a Expr)) {
    block(body, &mut |node| {
        if let Node::Expr(expr) = node {
            see(expr);
        }
    });
}

/// Calls `see` for every statement in a block, outer ones first, arms of matches included;
/// functions declared inside are not entered.
pub(super) fn each_stmt<'a>(body: &'a [Stmt], see: &mut dyn FnMut(&'a Stmt)) {
    block(body, &mut |node| {
        if let Node::Stmt(stmt) = node {
            see(stmt);
        }
    });
}

/// Calls `see` for an expression and everything in it.
pub(super) fn each_subexpr<'a>(expr: &'a Expr, see: &mut dyn FnMut(&'a Expr)) {
    inside(expr, &mut |node| {
        if let Node::Expr(expr) = node {
            see(expr);
        }
    });
}

/// The conditions that `&&` joins, in their order.
pub(super) fn conjuncts(cond: &Expr) -> Vec<&Expr> {
    let mut out = Vec::new();
    let mut open = vec![cond];
    while let Some(cond) = open.pop() {
        match &cond.kind {
            ExprKind::Binary {
                op: BinaryOp::And,
                left,
                right,
            } => open.extend([&**right, &**left]),
            _ => out.push(cond),
        }
    }
    out
}

/// Whether it is a literal without parts.
pub(super) const fn is_scalar(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_)
            | ExprKind::Bytes(_)
            | ExprKind::Bool(_)
            | ExprKind::None
    )
}

/// Whether it is a literal or a variable, makes a value of its parts, or takes a part of one; it
/// changes nothing.
pub(super) const fn is_plain(kind: &ExprKind) -> bool {
    is_scalar(kind)
        || matches!(
            kind,
            ExprKind::Var(_)
                | ExprKind::List(_)
                | ExprKind::Map(_)
                | ExprKind::Set(_)
                | ExprKind::Tuple(_)
                | ExprKind::Record { .. }
                | ExprKind::Variant { .. }
                | ExprKind::Anon(_)
                | ExprKind::Unary { .. }
                | ExprKind::Binary { .. }
                | ExprKind::Field { .. }
                | ExprKind::Index { .. }
                | ExprKind::TupleIndex { .. }
                | ExprKind::Slice { .. }
                | ExprKind::Widen(_)
        )
}

/// Whether evaluating an expression may run code of the program or of packages.
pub(super) fn calls_functions(expr: &Expr) -> bool {
    let mut found = false;
    each_subexpr(expr, &mut |part| {
        found |= matches!(
            part.kind,
            ExprKind::CallFun { .. }
                | ExprKind::CallMethod { .. }
                | ExprKind::CallValue { .. }
                | ExprKind::CallBuiltin {
                    builtin: Builtin::Map | Builtin::Filter | Builtin::Reduce,
                    ..
                }
                | ExprKind::PyCall { .. }
                | ExprKind::Lambda(_)
        );
    });
    found
}

/// The expression that a function consists of, if it is nothing but one.
pub(super) fn single_expression(fun: &Fun) -> Option<&Expr> {
    match fun.body.as_slice() {
        [
            Stmt {
                kind: StmtKind::Return(Some(value)),
                ..
            },
        ] => Some(value),
        [
            Stmt {
                kind: StmtKind::Expr(value),
                ..
            },
        ] if fun.is_expression => Some(value),
        _ => None,
    }
}
