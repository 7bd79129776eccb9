//! Decorators that declare nothing and yet say by `functools.wraps` that they hand back a function
//! under the signature of the one they take, or by `functools.update_wrapper` an object that stands
//! in for it.
//!
//! Spec: bridge.md §5 (decorators keep what they declare: `functools.wraps`).

use ruff_python_ast::comparable::ComparableExpr;
use ruff_python_ast::{AnyParameterRef, Expr, ExprCall, Stmt, StmtFunctionDef};

use crate::index::{Def, Scope};
use crate::scope::{Ctx, Symbol, local_ctx};
use crate::universe::Universe;

/// A decorator that takes arguments holds one that takes the function, which holds the wrapper.
const MAX_NESTING: usize = 3;

impl Universe {
    /// Whether the body of a decorator shows that the decorated function keeps its signature.
    pub(crate) fn keeps_signature(&self, ctx: &Ctx, decorator: &Expr) -> bool {
        let target = match decorator {
            Expr::Call(call) => &call.func,
            other => other,
        };
        let symbol = self.resolve_value(ctx, target);
        let Symbol::Value(local) = &*symbol else {
            return false;
        };
        let Some(site) = self.choose(local.scope(), &local.name) else {
            return false;
        };
        match &site.def {
            Def::Function(function) => {
                returns_wrapper(function, &mut Vec::new())
                    || self.returns_stand_in(&local_ctx(local), function)
            }
            _ => false,
        }
    }

    /// Whether the function returns an object that stands in for a function that it is given, or
    /// a function that does.
    fn returns_stand_in(&self, ctx: &Ctx, function: &StmtFunctionDef) -> bool {
        let mut made = Vec::new();
        returned_calls(&function.body, &mut made, 0);
        made.into_iter().any(|call| {
            let symbol = self.resolve_value(ctx, &call.func);
            let Symbol::Class(name) = &*symbol else {
                return false;
            };
            let home = self.class_node(name);
            home.is_some_and(|(_, node)| stands_in(&node.scope))
        })
    }
}

/// Whether a class's constructor says that the object stands in for a function it is given:
/// `functools.update_wrapper(self, f)`.
fn stands_in(scope: &Scope) -> bool {
    let sites = scope.sites.get("__init__");
    sites.into_iter().flatten().any(|site| {
        let Def::Function(init) = &site.def else {
            return false;
        };
        let mut params = init.parameters.iter().map(|param| param.name().as_str());
        let Some(this) = params.next() else {
            return false;
        };
        let given: Vec<&str> = params.collect();
        init.body.iter().any(|statement| match statement {
            Stmt::Expr(statement) => updates_wrapper(&statement.value, this, &given),
            _ => false,
        })
    })
}

fn updates_wrapper(expr: &Expr, this: &str, given: &[&str]) -> bool {
    let Expr::Call(call) = expr else {
        return false;
    };
    let is_update = match &*call.func {
        Expr::Name(name) => name.id.as_str() == "update_wrapper",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "update_wrapper",
        _ => false,
    };
    let name = |expr: &Expr| match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        _ => None,
    };
    let args: Vec<Option<String>> = call.arguments.args.iter().map(name).collect();
    match args.as_slice() {
        [Some(object), Some(function), ..] => {
            is_update && object == this && given.contains(&function.as_str())
        }
        _ => false,
    }
}

/// The calls whose result a decorator returns, or a function in it does: `return C(f)`,
/// `return lambda f: C(f)`.
fn returned_calls<'a>(body: &'a [Stmt], made: &mut Vec<&'a ExprCall>, depth: usize) {
    if depth > MAX_NESTING {
        return;
    }
    for statement in body {
        match statement {
            Stmt::FunctionDef(inner) => returned_calls(&inner.body, made, depth + 1),
            Stmt::Return(statement) => {
                let value = match statement.value.as_deref() {
                    Some(Expr::Lambda(lambda)) => Some(&*lambda.body),
                    other => other,
                };
                if let Some(Expr::Call(call)) = value {
                    made.push(call);
                }
            }
            _ => {}
        }
    }
}

/// Whether the function returns a wrapper of a parameter of its own or of one around it, or a
/// function that does.
fn returns_wrapper<'a>(function: &'a StmtFunctionDef, around: &mut Vec<&'a str>) -> bool {
    if around.len() > 64 {
        return false;
    }
    let outer = around.len();
    let params = function.parameters.iter();
    around.extend(params.map(|param| param.name().as_str()));
    let mut nested = Vec::new();
    let mut returned = Vec::new();
    collect(&function.body, &mut nested, &mut returned, 0);
    let answer = nested.iter().any(|inner| {
        returned.contains(&inner.name.as_str())
            && (is_wrapper(inner, around)
                || is_declared_identity(inner)
                || returns_wrapper(inner, around))
    });
    around.truncate(outer);
    answer
}

/// The functions that a body defines and the names that it returns, also called: `return wrap(f)`.
fn collect<'a>(
    body: &'a [Stmt],
    nested: &mut Vec<&'a StmtFunctionDef>,
    returned: &mut Vec<&'a str>,
    depth: usize,
) {
    if depth > MAX_NESTING {
        return;
    }
    for statement in body {
        match statement {
            Stmt::FunctionDef(function) => nested.push(function),
            Stmt::Return(statement) => {
                let value = match statement.value.as_deref() {
                    Some(Expr::Call(call)) => Some(&*call.func),
                    other => other,
                };
                if let Some(Expr::Name(name)) = value {
                    returned.push(name.id.as_str());
                }
            }
            Stmt::If(branch) => {
                collect(&branch.body, nested, returned, depth + 1);
                for clause in &branch.elif_else_clauses {
                    collect(&clause.body, nested, returned, depth + 1);
                }
            }
            Stmt::Try(block) => collect(&block.body, nested, returned, depth + 1),
            Stmt::With(block) => collect(&block.body, nested, returned, depth + 1),
            _ => {}
        }
    }
}

/// `@wraps(f)` over the function, `f` being a parameter around it.
fn is_wrapper(function: &StmtFunctionDef, around: &[&str]) -> bool {
    function.decorator_list.iter().any(|decorator| {
        let Expr::Call(call) = &decorator.expression else {
            return false;
        };
        let is_wraps = match &*call.func {
            Expr::Name(name) => name.id.as_str() == "wraps",
            Expr::Attribute(attribute) => attribute.attr.as_str() == "wraps",
            _ => false,
        };
        is_wraps
            && matches!(
                call.arguments.args.first(),
                Some(Expr::Name(name)) if around.contains(&name.id.as_str())
            )
    })
}

/// `def wrapper(f: Callable[[A], B]) -> Callable[[A], B]`.
fn is_declared_identity(function: &StmtFunctionDef) -> bool {
    let first = function.parameters.iter().next();
    let declared = first.and_then(AnyParameterRef::annotation);
    match (declared, function.returns.as_deref()) {
        (Some(taken), Some(given)) => ComparableExpr::from(taken) == ComparableExpr::from(given),
        _ => false,
    }
}
