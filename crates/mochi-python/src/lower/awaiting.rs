//! Asynchronous code: `await`, started tasks and the block that holds them, calls from synchronous
//! code.
//!
//! Spec: language.md §18.10; bridge.md §8.

use mochi_check::typed::{AsyncExpr, Expr as Typed, ExprKind, Stmt as TypedStmt, Target};
use mochi_types::{Check, Type};

use super::{Lowerer, name, walk};
use crate::py::{Expr, Stmt, StmtKind};

impl<'a> Lowerer<'a> {
    pub(super) fn async_expr(&mut self, item: &'a AsyncExpr, ty: &Type) -> Expr {
        match item {
            AsyncExpr::Call { call, check } => {
                let value = self.expr(call);
                let Some((check, symbol)) = check else {
                    return value;
                };
                match self.result_check(check) {
                    Some(function) => {
                        let symbol = Expr::str(symbol.to_string());
                        self.call_helper("checked_awaitable", [value, function, symbol])
                    }
                    None => value,
                }
            }
            AsyncExpr::Await { value, timeout } => {
                let mut operands = vec![value];
                operands.extend(timeout);
                let mut lowered = self.operands(&operands).into_iter();
                let value = lowered.next().unwrap_or(Expr::None);
                self.await_value(value, lowered.next())
            }
            AsyncExpr::AwaitAll { items, timeout } => self.await_all(items, timeout.as_ref(), ty),
            AsyncExpr::AwaitList(list) => {
                let list = self.expr(list);
                let all = self.call_helper("all_of", [list]);
                Expr::Await(Box::new(all))
            }
            AsyncExpr::Start(value) => {
                let value = self.expr(value);
                self.tasks().attr("start").call([value])
            }
            AsyncExpr::Run { call, handle } => {
                let value = self.expr(call);
                let mut args = vec![value];
                if let Some((name, span)) = handle {
                    args.push(Expr::str(format!("`{name}`, {}", self.position(*span))));
                }
                let runner = self.runner();
                self.call_helper(runner, args)
            }
        }
    }

    /// The helper that runs something async from synchronous code.
    pub(super) const fn runner(&self) -> &'static str {
        if self.options.persistent_loop {
            "run_on_loop"
        } else {
            "run_async"
        }
    }

    fn await_value(&mut self, value: Expr, timeout: Option<Expr>) -> Expr {
        let value = match timeout {
            Some(seconds) => {
                let asyncio = self.need_module("asyncio");
                asyncio.attr("wait_for").call([value, seconds])
            }
            None => value,
        };
        Expr::Await(Box::new(value))
    }

    fn await_all(&mut self, items: &'a [Typed], timeout: Option<&'a Typed>, ty: &Type) -> Expr {
        let mut operands: Vec<&Typed> = items.iter().collect();
        operands.extend(timeout);
        let mut lowered = self.operands(&operands);
        let timeout = if timeout.is_some() {
            lowered.pop()
        } else {
            None
        };
        let all = if matches!(ty, Type::Tuple(_)) {
            self.call_helper("all_parts", lowered)
        } else {
            self.call_helper("all_of", [Expr::List(lowered)])
        };
        self.await_value(all, timeout)
    }

    /// `for await x in e { … }`.
    pub(super) fn for_await(
        &mut self,
        target: &'a Target,
        source: &'a Typed,
        check: Option<(&Check, &str)>,
        body: &'a [TypedStmt],
    ) {
        let span = self.span;
        let source = self.expr(source);
        self.loop_over(target, source, check, body, span);
        self.make_async();
    }

    /// Makes the statement that was just emitted its asynchronous form.
    pub(super) fn make_async(&mut self) {
        let last = self.out.last_mut().and_then(|block| block.last_mut());
        if let Some(last) = last {
            let kind = std::mem::replace(&mut last.kind, StmtKind::Pass);
            last.kind = StmtKind::Async(Box::new(kind));
        }
    }

    /// What the tasks of a function are called in it.
    fn tasks(&self) -> Expr {
        Expr::Name(name::distinct("_tasks", |name| {
            self.all_names.contains(name)
        }))
    }

    /// The statements of a function's body, inside the block that holds its tasks if it starts
    /// some.
    pub(super) fn holding_tasks(&mut self, source: &'a [TypedStmt], body: Vec<Stmt>) -> Vec<Stmt> {
        if !starts_tasks(source) {
            return body;
        }
        let tasks = self.call_helper("Tasks", []);
        let block = StmtKind::With(tasks, Some(self.tasks()), body);
        vec![StmtKind::Async(Box::new(block)).at(self.span)]
    }

    /// What runs the asynchronous `main` of a module.
    pub(super) fn run_main(&mut self, main: Expr) -> Expr {
        let call = main.call([]);
        let run = if self.options.persistent_loop {
            self.call_helper("run_on_loop", [call])
        } else {
            self.need_module("asyncio").attr("run").call([call])
        };
        Expr::Lambda(Vec::new(), Box::new(run))
    }
}

/// Whether the statements themselves start tasks.
fn starts_tasks(body: &[TypedStmt]) -> bool {
    let mut found = false;
    walk::each_expr(body, &mut |expr| {
        if let ExprKind::Async(item) = &expr.kind {
            found |= matches!(**item, AsyncExpr::Start(_));
        }
    });
    found
}
