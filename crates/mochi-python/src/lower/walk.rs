//! Looking into typed expressions and statements without lowering them.

use mochi_check::typed::{
    Arm, Builtin, Expr, ExprKind, FStrPart, Fun, Pattern, Place, PySubscript, Stmt, StmtKind,
};

/// The direct subexpressions in order of evaluation. Lambdas and the arms of a match have bodies
/// of their own and are not entered.
pub(super) fn children(expr: &Expr) -> Vec<&Expr> {
    let mut out = Vec::new();
    each_child(expr, &mut |child| out.push(child));
    out
}

/// Calls `see` for each of [`children`].
fn each_child<'a>(expr: &'a Expr, see: &mut dyn FnMut(&'a Expr)) {
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
    each_child(expr, &mut |child| inside(child, see));
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
