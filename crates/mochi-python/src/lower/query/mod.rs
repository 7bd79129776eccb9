//! Queries: comprehensions where everything is an expression, loops elsewhere; dictionaries for
//! joins and groups.
//!
//! A query is a chain of steps. What makes the rows is kept as clauses, which become the clauses of
//! a comprehension or nested loops: nothing is built between two steps unless it must be.
//!
//! Spec: language.md §10, §19.4.

mod ahead;
mod group;
mod join;
mod part;
mod plan;
mod pure;
mod select;
mod source;

use mochi_check::typed::{
    Expr as Typed, ExprKind, Place, Query, Stmt as TypedStmt, StmtKind as TypedStmtKind, VarId,
};
use mochi_syntax::ast::BinaryOp;
use mochi_types::{Literal, Type};

pub(super) use ahead::Done;
pub(super) use group::Exploded;
pub(super) use part::PartNames;
pub(super) use pure::{Doings, assigns_elements};
pub(super) use source::element_type;

use super::builtin::repeated;
use super::division::may_name_divisor;
use super::expr::{acts, is_simple};
use super::stmt::Dest;
use super::{Lowerer, name, walk};
use crate::py::{Arg, BoolOp, CmpOp, Comprehension, Expr, Stmt, StmtKind};

/// What is made of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// A list of its own.
    List,
    /// Something that is iterated once, at once.
    Iterable,
}

/// A loop over rows: what is done before it, and the conditions on its rows, each with what must be
/// done to evaluate it.
struct Clause {
    before: Vec<Stmt>,
    target: Expr,
    source: Expr,
    conds: Vec<(Vec<Stmt>, Expr)>,
    /// The source is a list that nobody else has.
    fresh: bool,
    /// The source is a list.
    is_list: bool,
}

impl Clause {
    fn new(target: Expr, source: Expr) -> Self {
        Self {
            before: Vec::new(),
            target,
            source,
            conds: Vec::new(),
            fresh: false,
            is_list: false,
        }
    }

    /// Whether nothing but functions stands before its expressions, and Python allows its source
    /// in a comprehension.
    fn is_inline(&self) -> bool {
        !acts(&self.before)
            && self.conds.iter().all(|(stmts, _)| !acts(stmts))
            && !binds_names(&self.source)
    }
}

/// The rows at some step.
struct Rows {
    clauses: Vec<Clause>,
    /// The variables that a row has, with their Python names.
    names: Vec<(VarId, String)>,
    /// All is expressions, and the names are those of a comprehension.
    inline: bool,
    /// Evaluating the clauses surely does nothing but yield rows.
    total: bool,
    /// Nobody can tell in which order they are made.
    any_order: bool,
}

impl Rows {
    const fn none() -> Self {
        Self {
            clauses: Vec::new(),
            names: Vec::new(),
            inline: false,
            total: true,
            any_order: false,
        }
    }
}

impl<'a> Lowerer<'a> {
    /// A query's rows of selected values.
    pub(super) fn query(&mut self, query: &'a Query, ty: &Type, want: Want) -> Expr {
        let any_order = std::mem::take(&mut self.any_order) || self.sort_hides_order(query);
        self.open_scope();
        self.depth += 1;
        let outer_names = self.row_names.len();
        let value = self.after_ahead(query, |this| {
            let window = this.window(query);
            this.any_order = any_order;
            let mut rows = this.source_rows(query);
            if let Some(group) = &query.group {
                rows = this.grouped(query, group, rows);
            }
            rows = this.settled(query, rows);
            this.finished(query, ty, rows, window, want)
        });
        self.row_names.truncate(outer_names);
        self.depth -= 1;
        self.close_scope();
        value
    }

    /// A query that is run for what its selection does: no list is made. The answer is whether it
    /// could be done.
    pub(super) fn run_query(&mut self, query: &'a Query) -> bool {
        let limited = query.skip.is_some() || query.take.is_some() || query.distinct;
        if limited || query.select.ty != Type::Unit {
            return false;
        }
        self.open_scope();
        self.depth += 1;
        self.after_ahead(query, |this| {
            let mut rows = this.source_rows(query);
            if let Some(group) = &query.group {
                rows = this.grouped(query, group, rows);
            }
            rows = this.settled(query, rows);
            if !query.sort.is_empty() {
                rows = this.sorted(query, rows);
            }
            let (body, ()) = this.captured(|this| this.into(&query.select, &Dest::Discard));
            let loops = this.loops(rows.clauses, body);
            this.append(loops);
        });
        self.depth -= 1;
        self.close_scope();
        true
    }

    /// What a loop over a query runs over: its rows as they are made, if nobody can tell.
    pub(super) fn rows_of_loop(
        &mut self,
        source: &'a Typed,
        body_may_mutate: bool,
        body: &'a [TypedStmt],
    ) -> Option<Expr> {
        let ExprKind::Query(query) = &source.kind else {
            return None;
        };
        if body_may_mutate || !Self::is_total(source) || assigns_any(self, body, source) {
            return None;
        }
        Some(self.query(query, element_type(&source.ty), Want::Iterable))
    }

    /// A row's variable gets its Python name: in a comprehension one of its own.
    fn row_name(&mut self, id: VarId, inline: bool) -> String {
        if !inline {
            return self.declare(id);
        }
        let base = self
            .var(id)
            .map_or_else(String::new, |var| name::python_name(&var.name));
        let local = self.local_name(&base);
        self.var_names.insert(id, local.clone());
        local
    }

    /// A name for use in one comprehension.
    fn local_name(&mut self, base: &str) -> String {
        let local = name::distinct(base, |name| {
            self.is_taken(name) || self.row_names.iter().any(|other| other == name)
        });
        self.row_names.push(local.clone());
        local
    }

    /// Rows as a list, or as something to iterate at once; `element` is what each row gives, with
    /// what must be done for it.
    fn collected(&mut self, rows: Rows, element: (Vec<Stmt>, Expr), ty: &Type, want: Want) -> Expr {
        let (stmts, element) = element;
        let mut rows = rows;
        self.named_first(&mut rows.clauses);
        if rows.inline && !acts(&stmts) && rows.clauses.iter().all(Clause::is_inline) {
            self.append(stmts);
            let mut clauses = self.comprehension(rows.clauses);
            forget_unused(&mut clauses, &element);
            if want == Want::List
                && let [only] = clauses.as_slice()
                && only.conds.is_empty()
                && let Some(repeated) = repeated(&element, &only.source)
            {
                return repeated;
            }
            return match want {
                Want::List => Expr::ListComp(Box::new(element), clauses),
                Want::Iterable => Expr::lazily(element, clauses),
            };
        }
        let list = self.empty_list("_rows", ty);
        let mut body = stmts;
        let add = list.clone().attr("append").call([element]);
        body.push(StmtKind::Expr(add).at(self.span));
        let loops = self.loops(rows.clauses, body);
        self.append(loops);
        list
    }

    /// A first source that binds names is evaluated before the comprehension, in which Python does
    /// not allow it.
    fn named_first(&mut self, clauses: &mut [Clause]) {
        if let Some(first) = clauses.first_mut()
            && binds_names(&first.source)
        {
            let name = Expr::name(self.temporary());
            let source = std::mem::replace(&mut first.source, name.clone());
            self.emit(StmtKind::Assign(name, source));
        }
    }

    /// A new, annotated list.
    fn empty_list(&mut self, base: &str, item: &Type) -> Expr {
        let annotation = self.local_annotation(&Type::list(item.clone()));
        let list = Expr::name(self.fresh(base));
        self.emit(StmtKind::AnnAssign(
            list.clone(),
            annotation,
            Some(Expr::List(Vec::new())),
        ));
        list
    }

    /// Clauses without statements as those of a comprehension.
    fn comprehension(&mut self, clauses: Vec<Clause>) -> Vec<Comprehension> {
        let mut out = Vec::new();
        for clause in clauses {
            self.append(clause.before);
            let mut conds = Vec::new();
            for (stmts, cond) in clause.conds {
                self.append(stmts);
                conds.push(cond);
            }
            out.push(Comprehension {
                target: clause.target,
                source: clause.source,
                conds: one_condition(conds),
            });
        }
        out
    }

    /// Clauses as nested loops around a body.
    fn loops(&self, clauses: Vec<Clause>, body: Vec<Stmt>) -> Vec<Stmt> {
        let mut body = body;
        for clause in clauses.into_iter().rev() {
            // Conditions that need nothing done between them are one.
            let mut joined: Vec<(Vec<Stmt>, Expr)> = Vec::new();
            for (stmts, cond) in clause.conds {
                match joined.pop() {
                    Some((before, first)) if stmts.is_empty() => {
                        joined.push((before, Expr::bool2(BoolOp::And, first, cond)));
                    }
                    other => {
                        joined.extend(other);
                        joined.push((stmts, cond));
                    }
                }
            }
            for (stmts, cond) in joined.into_iter().rev() {
                let mut block = stmts;
                block.push(StmtKind::If(cond, body, Vec::new()).at(self.span));
                body = block;
            }
            let mut target = clause.target;
            forget_in(&mut target, &|name| {
                body.iter().any(|stmt| stmt.mentions(name))
            });
            let mut block = clause.before;
            block.push(StmtKind::For(target, clause.source, body).at(self.span));
            body = block;
        }
        body
    }

    /// Whether a query is an expression: nothing must be built before it.
    pub(super) fn is_simple_query(&self, query: &Query) -> bool {
        let flat = query.sources.iter().enumerate().all(|(position, source)| {
            let own = position == 0 || self.stays_in_place(query, position);
            own && source
                .join
                .as_ref()
                .is_none_or(|join| !join.kind.keeps_right())
        }) && self
            .plan(query)
            .iter()
            .skip(1)
            .all(|step| step.keys.is_none())
            && !self.has_ahead(query);
        flat && query.group.is_none()
            && query.select.ty != Type::Unit
            && [&query.skip, &query.take]
                .into_iter()
                .flatten()
                .all(|count| matches!(count.kind, ExprKind::Int(_)))
            && (query.skip.is_none() && query.take.is_none() || is_sliced(&query.select.ty))
            && query.exprs().into_iter().all(|part| is_simple(self, part))
            && !Self::binds_in_sources(query)
    }

    /// Whether what becomes a source of a comprehension may bind a name.
    fn binds_in_sources(query: &Query) -> bool {
        let nested = !query.sort.is_empty();
        query.sources.iter().any(|source| may_bind(&source.value))
            || binds_in_joins(query)
            || nested && query.filter.iter().any(may_bind)
            || query
                .sort
                .iter()
                .any(|key| may_bind(key) || matches!(key.ty, Type::Option(_)))
    }

    /// The variable that a key ends in: names of dictionaries and of keys follow it.
    fn key_word(key: &Typed) -> Option<String> {
        match &key.kind {
            ExprKind::Field { name, .. } | ExprKind::MapField { name, .. } => {
                Some(name::python_name(name))
            }
            ExprKind::Widen(inner) => Self::key_word(inner),
            _ => None,
        }
    }
}

/// What can be counted instead of the rows that a call yields, or with `exists` whether there are
/// any; else the call.
pub(super) fn counted(function: Expr, args: Vec<Arg>, exists: bool) -> Result<Expr, Expr> {
    let name = match &function {
        Expr::Attr(_, name) => name.as_str(),
        _ => "",
    };
    match (name, args.as_slice()) {
        // No list in a dictionary of rows is empty.
        ("get", [key, default]) if default.value == Expr::Tuple(Vec::new()) => {
            if let (true, Expr::Attr(index, _)) = (exists, &function) {
                let index = (**index).clone();
                return Ok(Expr::compare(CmpOp::In, key.value.clone(), index));
            }
            Ok(Expr::Call(Box::new(function), args))
        }
        ("fromkeys", [rows]) if !exists => Ok(match rows.value.clone() {
            Expr::Generator(element, clauses) => Expr::SetComp(element, clauses),
            other => Expr::call_name("set", [other]),
        }),
        _ => Err(Expr::Call(Box::new(function), args)),
    }
}

/// Conditions as one.
fn one_condition(conds: impl IntoIterator<Item = Expr>) -> Vec<Expr> {
    let both = |first, second| Expr::bool2(BoolOp::And, first, second);
    conds.into_iter().reduce(both).into_iter().collect()
}

/// Whether the statements assign a variable that the expression mentions.
fn assigns_any(lowerer: &Lowerer<'_>, body: &[TypedStmt], expr: &Typed) -> bool {
    let mut assigned = Vec::new();
    assigned_vars(body, &mut assigned);
    mentions(lowerer, expr, &assigned)
}

fn assigned_vars(body: &[TypedStmt], out: &mut Vec<VarId>) {
    for stmt in body {
        if let TypedStmtKind::Assign {
            place: Place::Var(id),
            ..
        } = &stmt.kind
        {
            out.push(*id);
        }
        for block in walk::parts(stmt).blocks {
            assigned_vars(block, out);
        }
    }
}

/// Whether Python's dictionaries tell values of the type apart exactly as `==` does.
fn is_plain_key(ty: &Type) -> bool {
    match ty {
        Type::Int
        | Type::Int64
        | Type::BigInt
        | Type::BigRat
        | Type::Str
        | Type::Bytes
        | Type::Bool
        | Type::None => true,
        Type::Literal(literal) => !matches!(literal, Literal::Member(..)),
        Type::Option(inner) => is_plain_key(inner),
        Type::Tuple(parts) => parts.iter().all(is_plain_key),
        _ => false,
    }
}

/// Types of elements that type checkers know without being told, so that a slice of their list may
/// be taken where it is made.
fn is_sliced(ty: &Type) -> bool {
    is_plain_key(ty) || *ty == Type::Float
}

/// Whether keys of two types are equal for Python's dictionaries exactly when `==` says so.
fn are_plain_keys(a: &Type, b: &Type) -> bool {
    let holds_bool = |ty: &Type| {
        ty.any_part(&|part| matches!(part, Type::Bool | Type::Literal(Literal::Bool(_))))
    };
    let mixes = a.widened() != b.widened() && (holds_bool(a) || holds_bool(b));
    is_plain_key(a) && is_plain_key(b) && !mixes
}

/// The variables that an expression mentions, functions in it included.
fn mentions(lowerer: &Lowerer<'_>, expr: &Typed, vars: &[VarId]) -> bool {
    let mut found = false;
    walk::each_subexpr(expr, &mut |part| {
        found |= match &part.kind {
            ExprKind::Var(id) => vars.contains(id),
            // What a function mentions is not looked at.
            ExprKind::Lambda(_) => vars
                .iter()
                .any(|id| lowerer.var(*id).is_some_and(|var| var.captured)),
            _ => false,
        };
    });
    found
}

/// Whether a source that is not the first, or the condition of a join, may bind a name.
fn binds_in_joins(query: &Query) -> bool {
    let later = query.sources.iter().skip(1);
    later.clone().any(|source| may_bind(&source.value))
        || later
            .filter_map(|source| source.join.as_ref())
            .any(|join| may_bind(&join.on))
}

/// Whether an expression may become one that binds a name.
pub(super) fn may_bind(expr: &Typed) -> bool {
    let mut found = false;
    walk::each_subexpr(expr, &mut |part| {
        found |= match &part.kind {
            ExprKind::Safe { .. } => true,
            ExprKind::Binary { op, right, .. } => match op {
                BinaryOp::Coalesce => true,
                BinaryOp::Div => part.ty == Type::Float && may_name_divisor(right),
                _ => false,
            },
            _ => false,
        };
    });
    found
}

/// Whether evaluating a Python expression binds a name, which a source of a comprehension may not.
pub(super) fn binds_names(expr: &Expr) -> bool {
    expr.any(&|part| matches!(part, Expr::Walrus(..)))
}

/// Names that nothing reads become `_`.
pub(super) fn forget_unused(clauses: &mut [Comprehension], element: &Expr) {
    for index in 0..clauses.len() {
        let (before, rest) = clauses.split_at_mut(index + 1);
        let Some(clause) = before.last_mut() else {
            continue;
        };
        let conds = &clause.conds;
        let used = |name: &str| {
            element.mentions(name)
                || conds.iter().any(|cond| cond.mentions(name))
                || rest.iter().any(|later| {
                    later.source.mentions(name)
                        || later.conds.iter().any(|cond| cond.mentions(name))
                })
        };
        forget_in(&mut clause.target, &used);
    }
}

fn forget_in(target: &mut Expr, used: &dyn Fn(&str) -> bool) {
    match target {
        Expr::Name(name) if !used(name) => *name = "_".to_string(),
        Expr::Tuple(parts) => parts.iter_mut().for_each(|part| forget_in(part, used)),
        _ => {}
    }
}

/// A tuple of names, or the only one.
fn names_target(names: &[(VarId, String)]) -> Expr {
    match names {
        [] => Expr::name("_"),
        [(_, only)] => Expr::name(only.clone()),
        several => Expr::Tuple(
            several
                .iter()
                .map(|(_, name)| Expr::name(name.clone()))
                .collect(),
        ),
    }
}
