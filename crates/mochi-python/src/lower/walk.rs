//! Looking into typed expressions and statements without lowering them.

use mochi_check::typed::{
    Arm, Builtin, Expr, ExprKind, FStrPart, Fun, Pattern, Place, PySubscript, Stmt, StmtKind,
};

/// The direct subexpressions in order of evaluation. Lambdas and the arms of a match have bodies
/// of their own and are not entered.
pub(super) fn children(expr: &Expr) -> Vec<&Expr> {
    let mut out: Vec<&Expr> = Vec::new();
    match &expr.kind {
        ExprKind::FStr(parts) => {
            for part in parts {
                if let FStrPart::Value(value, _) = part {
                    out.push(value);
                }
            }
        }
        ExprKind::List(items) | ExprKind::Set(items) | ExprKind::Tuple(items) => out.extend(items),
        ExprKind::Map(entries) | ExprKind::OMap(entries) => {
            for (key, value) in entries {
                out.extend([key, value]);
            }
        }
        ExprKind::Record { fields, .. }
        | ExprKind::Variant { fields, .. }
        | ExprKind::Anon(fields) => out.extend(fields.iter().map(|(_, value)| value)),
        ExprKind::Unary { operand, .. } | ExprKind::PyUnary { operand, .. } => out.push(operand),
        ExprKind::Binary { left, right, .. } | ExprKind::PyBinary { left, right, .. } => {
            out.extend([&**left, &**right]);
        }
        ExprKind::CallFun { args, .. } => out.extend(args.iter().map(|(_, arg)| arg)),
        ExprKind::CallMethod { object, args, .. } => {
            out.push(object);
            out.extend(args.iter().map(|(_, arg)| arg));
        }
        ExprKind::CallValue { callee, args } => {
            out.push(callee);
            out.extend(args);
        }
        ExprKind::CallBuiltin { args, .. } => out.extend(args),
        ExprKind::Partial { callee, args, .. } => {
            out.push(callee);
            out.extend(args.iter().flatten());
        }
        ExprKind::BoundMethod { object, .. }
        | ExprKind::Field { object, .. }
        | ExprKind::AnyField { object, .. }
        | ExprKind::MapField { object, .. }
        | ExprKind::TupleIndex { object, .. }
        | ExprKind::PyAttr { object, .. } => out.push(object),
        ExprKind::Index { object, index } => out.extend([&**object, &**index]),
        ExprKind::Slice {
            object,
            start,
            stop,
            step,
        } => {
            out.push(object);
            out.extend(
                [start, stop, step]
                    .into_iter()
                    .flatten()
                    .map(|part| &**part),
            );
        }
        ExprKind::Safe { object, then, .. } => out.extend([&**object, &**then]),
        ExprKind::Cast(inner) | ExprKind::Convert(inner) | ExprKind::Widen(inner) => {
            out.push(inner);
        }
        ExprKind::If {
            cond,
            then,
            otherwise,
        } => {
            out.extend([&**cond, &**then]);
            out.extend(otherwise.as_deref());
        }
        ExprKind::Match(matched) => out.push(&matched.subject),
        ExprKind::Query(query) => out.extend(query.exprs()),
        ExprKind::Data(data) => out.extend(data.exprs()),
        ExprKind::PyCall { callee, args, .. } => {
            out.push(callee);
            out.extend(args.iter().map(|arg| &arg.value));
        }
        ExprKind::PyIndex { object, subscripts } => {
            out.push(object);
            subscript_parts(subscripts, &mut out);
        }
        ExprKind::Async(item) => out.extend(item.parts()),
        ExprKind::Check { value, .. } => out.push(value),
        _ => {}
    }
    out
}

fn subscript_parts<'a>(subscripts: &'a [PySubscript], out: &mut Vec<&'a Expr>) {
    for subscript in subscripts {
        match subscript {
            PySubscript::Index(index) => out.push(index),
            PySubscript::Slice(start, stop, step) => {
                out.extend(
                    [start, stop, step]
                        .into_iter()
                        .flatten()
                        .map(|part| &**part),
                );
            }
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
            let mut out = vec![object];
            subscript_parts(subscripts, &mut out);
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
    let mut exprs = Vec::new();
    let mut blocks: Vec<&[Stmt]> = Vec::new();
    match &stmt.kind {
        StmtKind::Let { value, .. } | StmtKind::Expr(value) => exprs.push(value),
        StmtKind::Assign { place, value } => {
            exprs.extend(place_parts(place));
            exprs.push(value);
        }
        StmtKind::Return(value) => exprs.extend(value),
        StmtKind::If {
            cond,
            then,
            otherwise,
        } => {
            exprs.push(cond);
            blocks.extend([then.as_slice(), otherwise.as_slice()]);
        }
        StmtKind::While { cond, body } => {
            exprs.push(cond);
            blocks.push(body);
        }
        StmtKind::ForRange {
            start, end, body, ..
        } => {
            exprs.extend([start, end]);
            blocks.push(body);
        }
        StmtKind::ForEach { source, body, .. } => {
            exprs.push(source);
            blocks.push(body);
        }
        StmtKind::Try {
            body,
            catches,
            finally,
        } => {
            blocks.push(body);
            blocks.extend(catches.iter().map(|catch| catch.body.as_slice()));
            blocks.push(finally);
        }
        StmtKind::Using { manager, body, .. } => {
            exprs.push(manager);
            blocks.push(body);
        }
        StmtKind::Match(matched) => {
            exprs.push(&matched.subject);
            for arm in &matched.arms {
                arm_parts(arm, &mut exprs, &mut blocks);
            }
        }
        StmtKind::Reactive(item) => {
            exprs.extend(item.parts());
            blocks.extend(item.blocks());
        }
        StmtKind::Expect { cond, .. } => exprs.push(cond),
        StmtKind::Data(data) => exprs.extend(data.exprs()),
        StmtKind::Test { body, .. } | StmtKind::Bench { body, .. } => blocks.push(body),
        _ => {}
    }
    Parts { exprs, blocks }
}

fn arm_parts<'a>(arm: &'a Arm, exprs: &mut Vec<&'a Expr>, blocks: &mut Vec<&'a [Stmt]>) {
    pattern_parts(&arm.pattern, exprs);
    exprs.extend(&arm.guard);
    blocks.push(&arm.body);
    exprs.extend(&arm.value);
}

fn pattern_parts<'a>(pattern: &'a Pattern, exprs: &mut Vec<&'a Expr>) {
    match pattern {
        Pattern::Literal(value) | Pattern::Value(value) => exprs.push(value),
        Pattern::Variant { fields, .. } => {
            fields.iter().for_each(|field| pattern_parts(field, exprs));
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
        all(parts(stmt), see);
    }
}

fn all<'a>(parts: Parts<'a>, see: &mut dyn FnMut(Node<'a>)) {
    for part in parts.exprs {
        inside(part, see);
    }
    for body in parts.blocks {
        block(body, see);
    }
}

fn inside<'a>(expr: &'a Expr, see: &mut dyn FnMut(Node<'a>)) {
    see(Node::Expr(expr));
    for child in children(expr) {
        inside(child, see);
    }
    if let ExprKind::Match(matched) = &expr.kind {
        for arm in &matched.arms {
            let (mut exprs, mut blocks) = (Vec::new(), Vec::new());
            arm_parts(arm, &mut exprs, &mut blocks);
            all(Parts { exprs, blocks }, see);
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
