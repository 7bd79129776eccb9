//! Walks over the syntax tree, for questions that need no types.

use std::collections::HashSet;
use std::rc::Rc;

use mochi_syntax::ast::{
    AgentMember, ArmBody, AsyncExpr, Block, Else, Expr, ExprKind, FStrPart, IfStmt, LambdaBody,
    MapEntry, MapKey, PlaceStep, ReactiveStmt, Stmt, StmtKind, Subscript,
};

/// What a walk calls.
pub(crate) trait Visitor {
    /// Sees an expression before its parts; the answer says whether to go into them.
    fn expr(&mut self, _expr: &Expr) -> bool {
        true
    }

    /// Sees a statement before its parts; the answer says whether to go into them.
    fn stmt(&mut self, _stmt: &Stmt) -> bool {
        true
    }
}

/// Walks over statements.
pub(crate) fn block(visitor: &mut dyn Visitor, stmts: &[Stmt]) {
    for item in stmts {
        stmt(visitor, item);
    }
}

/// Walks over a statement.
pub(crate) fn stmt(visitor: &mut dyn Visitor, stmt: &Stmt) {
    if !visitor.stmt(stmt) {
        return;
    }
    match &stmt.kind {
        StmtKind::Let(item) => optional(visitor, item.value.as_ref()),
        StmtKind::Assign(item) => {
            for step in &item.path {
                if let PlaceStep::Index(subscripts, _) = step {
                    all_subscripts(visitor, subscripts);
                }
            }
            expr(visitor, &item.value);
        }
        StmtKind::Fun(fun) => block(visitor, &fun.body.body),
        StmtKind::Return(value) => optional(visitor, value.as_ref()),
        StmtKind::If(item) => if_stmt(visitor, item),
        StmtKind::While { cond, body } => {
            expr(visitor, cond);
            block(visitor, &body.body);
        }
        StmtKind::For(item) => {
            expr(visitor, &item.source);
            optional(visitor, item.end.as_ref());
            block(visitor, &item.body.body);
        }
        StmtKind::Try(item) => {
            block(visitor, &item.body.body);
            for clause in &item.catches {
                block(visitor, &clause.body.body);
            }
            optional_block(visitor, item.finally.as_ref());
        }
        StmtKind::Using(item) => {
            expr(visitor, &item.value);
            optional_block(visitor, item.body.as_ref());
        }
        StmtKind::Expr(value) | StmtKind::Expect(value) => expr(visitor, value),
        StmtKind::Test(item) | StmtKind::Bench(item) => block(visitor, &item.body.body),
        StmtKind::Reactive(item) => reactive(visitor, item),
        StmtKind::Data(data) => {
            for value in data.exprs() {
                expr(visitor, value);
            }
        }
        StmtKind::Type(_)
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Import(_)
        | StmtKind::Extern(_)
        | StmtKind::Error => {}
    }
}

fn reactive(visitor: &mut dyn Visitor, item: &ReactiveStmt) {
    match item {
        ReactiveStmt::Stream(_) => {}
        ReactiveStmt::On(handler) => block(visitor, &handler.body.body),
        ReactiveStmt::Emit { fields, .. } => {
            for (_, value) in fields {
                expr(visitor, value);
            }
        }
        ReactiveStmt::EmitValue { args, .. } => all(visitor, args),
        ReactiveStmt::Agent(decl) => {
            for member in &decl.members {
                match member {
                    AgentMember::Let { item, .. } => optional(visitor, item.value.as_ref()),
                    AgentMember::Assign { item, .. } => expr(visitor, &item.value),
                    AgentMember::On(handler) => block(visitor, &handler.body.body),
                    AgentMember::Close { body, .. } => block(visitor, &body.body),
                    AgentMember::Intent(fun) => block(visitor, &fun.body.body),
                }
            }
        }
    }
}

fn optional_block(visitor: &mut dyn Visitor, item: Option<&Block>) {
    if let Some(item) = item {
        block(visitor, &item.body);
    }
}

fn optional(visitor: &mut dyn Visitor, item: Option<&Expr>) {
    if let Some(item) = item {
        expr(visitor, item);
    }
}

fn if_stmt(visitor: &mut dyn Visitor, item: &IfStmt) {
    expr(visitor, &item.cond);
    block(visitor, &item.then.body);
    match &item.otherwise {
        Some(Else::If(inner, _)) => if_stmt(visitor, inner),
        Some(Else::Block(inner)) => block(visitor, &inner.body),
        None => {}
    }
}

fn all(visitor: &mut dyn Visitor, items: &[Expr]) {
    for item in items {
        expr(visitor, item);
    }
}

fn all_subscripts(visitor: &mut dyn Visitor, items: &[Subscript]) {
    for item in items {
        match item {
            Subscript::Index(index) => expr(visitor, index),
            Subscript::Slice {
                start, stop, step, ..
            } => {
                for part in [start, stop, step] {
                    optional(visitor, part.as_deref());
                }
            }
        }
    }
}

fn entries(visitor: &mut dyn Visitor, items: &[MapEntry]) {
    for item in items {
        if let MapKey::Expr(key) = &item.key {
            expr(visitor, key);
        }
        expr(visitor, &item.value);
    }
}

/// Walks over an expression.
pub(crate) fn expr(visitor: &mut dyn Visitor, item: &Expr) {
    if !visitor.expr(item) {
        return;
    }
    match &item.kind {
        ExprKind::FStr(parts) => {
            for part in parts {
                if let FStrPart::Value { value, .. } = part {
                    expr(visitor, value);
                }
            }
        }
        ExprKind::List(items) | ExprKind::Set(items) | ExprKind::Tuple(items) => {
            all(visitor, items);
        }
        ExprKind::Map(items) | ExprKind::OMap(items) => entries(visitor, items),
        ExprKind::Paren(inner) => expr(visitor, inner),
        ExprKind::Record { fields, .. } => {
            for (_, value) in fields {
                expr(visitor, value);
            }
        }
        ExprKind::Unary { operand, .. } => expr(visitor, operand),
        ExprKind::Binary { left, right, .. } => {
            expr(visitor, left);
            expr(visitor, right);
        }
        ExprKind::Call { callee, args, .. } => {
            expr(visitor, callee);
            for arg in args {
                expr(visitor, &arg.value);
            }
        }
        ExprKind::Field { object, .. } | ExprKind::SafeField { object, .. } => {
            expr(visitor, object);
        }
        ExprKind::Index { object, subscripts } => {
            expr(visitor, object);
            all_subscripts(visitor, subscripts);
        }
        ExprKind::SafeIndex { object, index } => {
            expr(visitor, object);
            expr(visitor, index);
        }
        ExprKind::Cast { value, .. } => expr(visitor, value),
        ExprKind::Lambda(lambda) => match &lambda.body {
            LambdaBody::Expr(value) => expr(visitor, value),
            LambdaBody::Block(body) => block(visitor, &body.body),
        },
        ExprKind::If {
            cond,
            then,
            otherwise,
        } => {
            expr(visitor, cond);
            expr(visitor, then);
            optional(visitor, otherwise.as_deref());
        }
        ExprKind::Query(query) => {
            for part in query.exprs() {
                expr(visitor, part);
            }
        }
        ExprKind::Match(item) => {
            expr(visitor, &item.subject);
            for arm in &item.arms {
                optional(visitor, arm.guard.as_ref());
                match &arm.body {
                    ArmBody::Expr(value) => expr(visitor, value),
                    ArmBody::Block(body) => block(visitor, &body.body),
                }
            }
        }
        ExprKind::Async(value) => match &**value {
            AsyncExpr::Await { value, timeout } => {
                expr(visitor, value);
                optional(visitor, timeout.as_ref());
            }
            AsyncExpr::AwaitAll { items, timeout, .. } => {
                all(visitor, items);
                optional(visitor, timeout.as_ref());
            }
            AsyncExpr::Spawn { value, .. } => expr(visitor, value),
        },
        ExprKind::Data(data) => {
            for value in data.exprs() {
                expr(visitor, value);
            }
        }
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Str(_)
        | ExprKind::Bytes(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Name(_)
        | ExprKind::Error => {}
    }
}

struct Assigned(HashSet<Rc<str>>);

impl Visitor for Assigned {
    fn stmt(&mut self, stmt: &Stmt) -> bool {
        if let StmtKind::Assign(item) = &stmt.kind
            && item.path.is_empty()
        {
            self.0.insert(Rc::clone(&item.root.text));
        }
        true
    }
}

/// The names that the statements assign, functions inside them included.
pub(crate) fn assigned_names(stmts: &[Stmt]) -> HashSet<Rc<str>> {
    let mut found = Assigned(HashSet::new());
    block(&mut found, stmts);
    found.0
}

struct Calls(bool);

impl Visitor for Calls {
    fn expr(&mut self, expr: &Expr) -> bool {
        if let ExprKind::Call { .. } | ExprKind::Async(_) = expr.kind {
            self.0 = true;
        }
        !self.0 && !matches!(expr.kind, ExprKind::Lambda(_))
    }

    fn stmt(&mut self, stmt: &Stmt) -> bool {
        !self.0 && !matches!(stmt.kind, StmtKind::Fun(_))
    }
}

/// Whether running the statement calls something.
pub(crate) fn has_call(item: &Stmt) -> bool {
    let mut found = Calls(false);
    stmt(&mut found, item);
    found.0
}

struct Returns {
    value: bool,
}

impl Visitor for Returns {
    fn expr(&mut self, expr: &Expr) -> bool {
        !matches!(expr.kind, ExprKind::Lambda(_))
    }

    fn stmt(&mut self, stmt: &Stmt) -> bool {
        self.value |= matches!(stmt.kind, StmtKind::Return(Some(_)));
        !matches!(stmt.kind, StmtKind::Fun(_))
    }
}

/// Whether some `return` of this very body has a value.
pub(crate) fn returns_value(stmts: &[Stmt]) -> bool {
    let mut found = Returns { value: false };
    block(&mut found, stmts);
    found.value
}

struct Changes(bool);

impl Visitor for Changes {
    fn expr(&mut self, expr: &Expr) -> bool {
        if let ExprKind::Call { callee, .. } = &expr.kind {
            let harmless = matches!(&callee.kind, ExprKind::Name(name)
                if crate::builtin::is_pure(name));
            self.0 |= !harmless;
        }
        self.0 |= matches!(expr.kind, ExprKind::Async(_));
        true
    }

    fn stmt(&mut self, stmt: &Stmt) -> bool {
        if let StmtKind::Assign(item) = &stmt.kind {
            self.0 |= !item.path.is_empty();
        }
        true
    }
}

/// Whether the statements may change a container: they assign to a place inside one, or call
/// something that might.
pub(crate) fn may_change_containers(stmts: &[Stmt]) -> bool {
    let mut found = Changes(false);
    block(&mut found, stmts);
    found.0
}
