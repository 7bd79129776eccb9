//! Expressions.
//!
//! Spec: language.md §5.2 (order of evaluation), §19.4.

use std::rc::Rc;

use mochi_check::typed::{Expr as Typed, ExprKind, FunId};
use mochi_syntax::ast::BinaryOp;
use mochi_types::{Check, DeclRef, Literal, Type};

use super::stmt::Dest;
use super::{Lowerer, name, query, walk};
use crate::py::{BoolOp, Expr, Stmt, StmtKind};

impl<'a> Lowerer<'a> {
    /// Lowers an expression; statements that it needs go into the block being built.
    pub(super) fn expr(&mut self, expr: &'a Typed) -> Expr {
        if let Some(name) = self.done_ahead(expr) {
            return name.clone();
        }
        let mut value = self.bare_expr(expr);
        if has_place(expr) {
            value = Expr::At(expr.span, Box::new(value));
        }
        if self.watched.is_empty() {
            return value;
        }
        self.kept_for_report(expr, value)
    }

    fn bare_expr(&mut self, expr: &'a Typed) -> Expr {
        match &expr.kind {
            ExprKind::Int(value) => Expr::int(*value),
            ExprKind::Float(value) => float(*value),
            ExprKind::Str(text) => Expr::str(text.to_string()),
            ExprKind::Bytes(bytes) => Expr::Bytes(bytes.to_vec()),
            ExprKind::Bool(value) => Expr::Bool(*value),
            ExprKind::None => Expr::None,
            ExprKind::FStr(parts) => self.fstring(parts),
            ExprKind::Var(id) => self.read(*id),
            ExprKind::Fun(id) => self.function_value(*id),
            ExprKind::BoundMethod { object, fun } => self.bound_method(object, *fun),
            ExprKind::Builtin(builtin) => self.builtin_value(*builtin),
            ExprKind::Constructor { sum, variant } => self.variant_class(sum, *variant),
            ExprKind::List(items) => Expr::List(self.item_list(items)),
            ExprKind::Set(items) if mixes_keys(&expr.ty, items.iter()) => {
                let items = self.item_list(items);
                self.call_helper("mixed_set", items)
            }
            ExprKind::Set(items) if items.is_empty() => Expr::call_name("set", []),
            ExprKind::Set(items) => Expr::Set(self.item_list(items)),
            ExprKind::Tuple(items) => Expr::Tuple(self.item_list(items)),
            ExprKind::Map(entries) if mixes_keys(&expr.ty, entries.iter().map(|(k, _)| k)) => {
                let entries = self.entry_pairs(entries);
                self.call_helper("mixed_map", entries)
            }
            ExprKind::OMap(entries) if mixes_keys(&expr.ty, entries.iter().map(|(k, _)| k)) => {
                let entries = self.entry_pairs(entries);
                self.call_helper("mixed_omap", entries)
            }
            ExprKind::Map(entries) => self.map_literal(entries),
            ExprKind::OMap(entries) => {
                let entries = self.map_literal(entries);
                self.call_helper("omap", [entries])
            }
            ExprKind::Record { decl, fields } => self.record_literal(decl, fields),
            ExprKind::Variant {
                sum,
                variant,
                fields,
            } => self.construct_variant(sum, *variant, fields),
            ExprKind::Anon(fields) => self.anonymous_literal(expr, fields),
            ExprKind::Unary { op, operand } => self.unary(*op, operand),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, expr),
            ExprKind::CallFun { .. }
            | ExprKind::CallMethod { .. }
            | ExprKind::CallValue { .. }
            | ExprKind::CallBuiltin { .. }
            | ExprKind::PyCall { .. } => self.any_call(expr),
            ExprKind::Partial { callee, args, open } => self.partial(callee, args, *open),
            ExprKind::Field { object, name } => self.field(object, name),
            ExprKind::AnyField { object, name } => {
                let object = self.expr(object);
                self.call_helper("any_field", [object, Expr::str(name.to_string())])
            }
            ExprKind::MapField { object, name } => self.map_field(object, name, &expr.ty),
            ExprKind::Index { object, index } => self.index(object, index, &expr.ty),
            ExprKind::TupleIndex { object, index } => {
                let object = self.expr(object);
                object.index(Expr::Int(*index as u64))
            }
            ExprKind::Slice {
                object,
                start,
                stop,
                step,
            } => self.slice(object, start.as_deref(), stop.as_deref(), step.as_deref()),
            ExprKind::Safe { object, temp, then } => self.safe(object, *temp, then),
            ExprKind::Cast(inner) => self.cast(inner, &expr.ty),
            ExprKind::Convert(inner) => self.convert(inner, &expr.ty),
            ExprKind::Widen(inner) => self.widen(inner, &expr.ty),
            ExprKind::Lambda(id) => self.lambda(*id),
            ExprKind::If {
                cond,
                then,
                otherwise,
            } => self.if_expression(expr, cond, then, otherwise.as_deref()),
            ExprKind::Match(_) => self.through_temporary(expr),
            ExprKind::Query(query) => {
                let item = query::element_type(&expr.ty);
                self.query(query, item, query::Want::List)
            }
            ExprKind::Data(data) => self.data_expr(data, expr),
            ExprKind::Async(item) => self.async_expr(item, &expr.ty),
            ExprKind::PyModule(module) => self.module_value(module),
            ExprKind::PyClass(class) => self.class_value(class),
            ExprKind::RecordClass(decl) => self.making_class(decl.id),
            ExprKind::PyAttr { object, name } => self.python_attribute(object, name),
            ExprKind::PyIndex { object, subscripts } => self.python_index(object, subscripts),
            ExprKind::PyBinary { op, left, right } => self.python_binary(*op, left, right),
            ExprKind::PyUnary { op, operand } => self.python_unary(*op, operand),
            ExprKind::PyLiteral(literal) => self.literal_value(literal),
            ExprKind::Check {
                value,
                check,
                symbol,
            } => self.check(value, check, symbol, &expr.ty),
        }
    }

    fn bound_method(&mut self, object: &'a Typed, fun: FunId) -> Expr {
        let object = self.expr(object);
        object.attr(self.fun_names.get(&fun).cloned().unwrap_or_default())
    }

    fn record_literal(&mut self, decl: &'a DeclRef, fields: &'a [(Rc<str>, Typed)]) -> Expr {
        if !self.declared.contains(&decl.id) && self.frames.is_empty() {
            self.future_annotations = true;
        }
        let class = self.making_class(decl.id);
        self.construct_record(decl, class, fields)
    }

    fn field(&mut self, object: &'a Typed, name: &str) -> Expr {
        if let Some(value) = self.exploded_field(object, name) {
            return value;
        }
        if let Some(exception) = as_exception(object) {
            let object = self.expr(exception);
            let helper = match name {
                "code" => "code_of",
                "message" => "message_of",
                _ => "error_name",
            };
            return self.call_helper(helper, [object]);
        }
        let object = self.expr(object);
        object.attr(name::field_name(name))
    }

    fn python_attribute(&mut self, object: &'a Typed, name: &str) -> Expr {
        if let ExprKind::PyModule(module) = &object.kind
            && let Some(found) = self.sidecar_attribute(module, name)
        {
            return found;
        }
        let object = self.expr(object);
        object.attr(name.to_string())
    }

    /// A result of Python code, checked.
    fn check(
        &mut self,
        value: &'a Typed,
        check: &'a Rc<Check>,
        symbol: &'a Rc<str>,
        ty: &Type,
    ) -> Expr {
        let value = self.expr(value);
        match constant_class(check) {
            Some(class) if matches!(ty, Type::Literal(_)) => {
                self.checked_constant(value, check, class, symbol)
            }
            _ => self.checked(value, check, symbol),
        }
    }

    fn any_call(&mut self, expr: &'a Typed) -> Expr {
        match &expr.kind {
            ExprKind::CallFun { fun, args } => self.call_function(*fun, args),
            ExprKind::CallMethod { object, fun, args } => self.call_method(object, *fun, args),
            ExprKind::CallValue { callee, args } => {
                let mut operands = vec![&**callee];
                operands.extend(args);
                let mut lowered = self.operands(&operands).into_iter();
                let callee = lowered.next().unwrap_or(Expr::None);
                let args: Vec<&Typed> = args.iter().collect();
                callee.call(self.located(lowered.collect(), &args))
            }
            ExprKind::CallBuiltin { builtin, args } => self.builtin(*builtin, args, expr),
            ExprKind::PyCall { callee, args, fun } => {
                self.python_call(callee, args, fun.as_deref())
            }
            _ => Expr::None,
        }
    }

    /// A condition; of `any` it is tested for being a bool.
    pub(super) fn condition(&mut self, cond: &'a Typed) -> Expr {
        let value = self.expr(cond);
        if cond.ty == Type::Any {
            return self.call_helper("truth", [value]);
        }
        value
    }

    /// Lowers operands in order. Where a later one needs statements, earlier ones that could
    /// notice are kept in temporaries.
    pub(super) fn operands(&mut self, exprs: &[&'a Typed]) -> Vec<Expr> {
        let mut lowered: Vec<(Vec<Stmt>, Expr)> = Vec::new();
        for expr in exprs {
            lowered.push(self.captured(|this| this.expr(expr)));
        }
        self.in_order(exprs, lowered)
    }

    /// What was lowered of operands, each with the statements that it needs, as operands of one
    /// expression.
    pub(super) fn in_order(
        &mut self,
        exprs: &[&'a Typed],
        lowered: Vec<(Vec<Stmt>, Expr)>,
    ) -> Vec<Expr> {
        let last = lowered.iter().rposition(|(stmts, _)| acts(stmts));
        let mut out = Vec::new();
        for (position, (stmts, value)) in lowered.into_iter().enumerate() {
            self.append(stmts);
            let early = last.is_some_and(|last| position < last);
            let stable = exprs
                .get(position)
                .is_some_and(|expr| is_stable(self, expr));
            let lambda = matches!(value.plain(), Expr::Lambda(..));
            let named = matches!(value.plain(), Expr::Name(name) if is_temporary(name));
            let keep = early && !stable && !lambda && !named && !value.is_constant();
            out.push(if keep { self.spilled(value) } else { value });
        }
        out
    }

    pub(super) fn operand_list(&mut self, exprs: &'a [Typed]) -> Vec<Expr> {
        let refs: Vec<&Typed> = exprs.iter().collect();
        self.operands(&refs)
    }

    /// The items of a literal in order.
    fn item_list(&mut self, exprs: &'a [Typed]) -> Vec<Expr> {
        let refs: Vec<&Typed> = exprs.iter().collect();
        let values = self.operands(&refs);
        self.located(values, &refs)
    }

    /// Two operands in order.
    pub(super) fn pair(&mut self, left: &'a Typed, right: &'a Typed) -> (Expr, Expr) {
        let mut lowered = self.operands(&[left, right]).into_iter();
        let left = lowered.next().unwrap_or(Expr::None);
        (left, lowered.next().unwrap_or(Expr::None))
    }

    fn map_literal(&mut self, entries: &'a [(Typed, Typed)]) -> Expr {
        let mut operands = Vec::new();
        for (key, value) in entries {
            operands.extend([key, value]);
        }
        let lowered = self.operands(&operands);
        let mut lowered = self.located(lowered, &operands).into_iter();
        let mut out = Vec::new();
        while let (Some(key), Some(value)) = (lowered.next(), lowered.next()) {
            out.push((Some(key), value));
        }
        Expr::Dict(out)
    }

    /// The entries of a map literal as tuples.
    fn entry_pairs(&mut self, entries: &'a [(Typed, Typed)]) -> Vec<Expr> {
        match self.map_literal(entries) {
            Expr::Dict(entries) => entries
                .into_iter()
                .filter_map(|(key, value)| Some(Expr::Tuple(vec![key?, value])))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn anonymous_literal(
        &mut self,
        expr: &'a Typed,
        fields: &'a [(std::rc::Rc<str>, Typed)],
    ) -> Expr {
        let Type::Anon(shape) = &expr.ty else {
            return Expr::None;
        };
        let class = self.anonymous_class(shape);
        self.construct(class, fields)
    }

    fn if_expression(
        &mut self,
        expr: &'a Typed,
        cond: &'a Typed,
        then: &'a Typed,
        otherwise: Option<&'a Typed>,
    ) -> Expr {
        let simple = is_simple(self, then) && otherwise.is_none_or(|other| is_simple(self, other));
        if !simple {
            return self.through_temporary(expr);
        }
        let cond = self.condition(cond);
        let then = self.expr(then);
        let otherwise = match otherwise {
            Some(otherwise) => self.expr(otherwise),
            None => Expr::None,
        };
        Expr::if_else(cond, then, otherwise)
    }

    /// Delivers a value that needs statements into a temporary.
    pub(super) fn through_temporary(&mut self, expr: &'a Typed) -> Expr {
        let name = self.temporary();
        if !matches!(
            expr.ty,
            Type::Int | Type::Str | Type::Bool | Type::Never | Type::Unit | Type::Error
        ) || super::stmt::gives_back(expr)
        {
            let annotation = self.local_annotation(&expr.ty);
            self.emit(StmtKind::AnnAssign(
                Expr::name(name.clone()),
                annotation,
                None,
            ));
        }
        if expr.ty == Type::Unit {
            self.into(expr, &Dest::Discard);
            return Expr::None;
        }
        self.into(expr, &Dest::Assign(Expr::name(name.clone())));
        Expr::Name(name)
    }

    /// `&&` and `||`.
    pub(super) fn logical(&mut self, op: BinaryOp, left: &'a Typed, right: &'a Typed) -> Expr {
        let bool_op = if op == BinaryOp::And {
            BoolOp::And
        } else {
            BoolOp::Or
        };
        let left = self.condition(left);
        let (stmts, right) = self.captured(|this| this.condition(right));
        if !acts(&stmts) {
            self.append(stmts);
            return Expr::bool2(bool_op, left, right);
        }
        let name = Expr::name(self.temporary());
        self.emit(StmtKind::Assign(name.clone(), left));
        let mut then = stmts;
        then.push(StmtKind::Assign(name.clone(), right).at(self.span));
        let test = if op == BinaryOp::And {
            name.clone()
        } else {
            name.clone().negated()
        };
        self.emit(StmtKind::If(test, then, Vec::new()));
        name
    }

    /// `a ?? b`.
    pub(super) fn coalesce(&mut self, left: &'a Typed, right: &'a Typed) -> Expr {
        if let Some(joined) = self.safe_or(left, right) {
            return joined;
        }
        let value = self.expr(left);
        let (stmts, fallback) = self.captured(|this| this.expr(right));
        if !acts(&stmts) {
            self.append(stmts);
            // `m.get(k)` with something to fall back on that costs nothing: Python's own form.
            if let ExprKind::Index { object, .. } = &left.kind
                && let Type::Map(_, item) = &object.ty
                && !matches!(**item, Type::Option(_) | Type::Any)
                && (fallback.is_constant() && fallback != Expr::None
                    || right.ty == **item && is_at_hand(&fallback))
                && let Expr::Call(func, mut args) = value
            {
                args.push(crate::py::Arg {
                    name: None,
                    value: fallback,
                });
                return Expr::Call(func, args);
            }
            if value.as_name().is_some() {
                return Expr::if_else(value.clone().is_not_none(), value, fallback);
            }
            let name = self.tested_name(left);
            let bound = Expr::Walrus(name.clone(), Box::new(value));
            return Expr::if_else(bound.is_not_none(), Expr::Name(name), fallback);
        }
        let name = Expr::name(self.temporary());
        self.emit(StmtKind::Assign(name.clone(), value));
        let mut then = stmts;
        then.push(StmtKind::Assign(name.clone(), fallback).at(self.span));
        self.emit(StmtKind::If(name.clone().is_none(), then, Vec::new()));
        name
    }

    /// `a?.f ?? b`: one conditional is enough.
    fn safe_or(&mut self, left: &'a Typed, right: &'a Typed) -> Option<Expr> {
        let ExprKind::Safe { object, temp, then } = &left.unwidened().kind else {
            return None;
        };
        if !is_simple(self, then) || !is_simple(self, right) {
            return None;
        }
        let bound = self.safe_test(object, *temp);
        let value = self.expr(then);
        if !may_be_none(then) {
            let right = self.expr(right);
            return Some(Expr::if_else(bound, value, right));
        }
        let name = self.tested_name(then);
        let found = Expr::Walrus(name.clone(), Box::new(value)).is_not_none();
        let right = self.expr(right);
        let both = Expr::bool2(BoolOp::And, bound, found);
        Some(Expr::if_else(both, Expr::Name(name), right))
    }

    /// Whether the receiver of a safe access is there, with `temp` standing for it.
    fn safe_test(&mut self, object: &'a Typed, temp: mochi_check::typed::VarId) -> Expr {
        // `a?.f?.g`: first `a` has to be there, then its `f`.
        if let ExprKind::Safe {
            object: first,
            temp: first_temp,
            then,
        } = &object.unwidened().kind
            && may_be_none(then)
            && is_simple(self, then)
        {
            let first = self.safe_test(first, *first_temp);
            let value = self.expr(then);
            let name = self.tested_name(then);
            self.var_names.insert(temp, name.clone());
            let second = Expr::Walrus(name, Box::new(value)).is_not_none();
            return Expr::bool2(BoolOp::And, first, second);
        }
        let value = self.expr(object);
        match value.as_name() {
            Some(name) if is_stable(self, object) => {
                self.var_names.insert(temp, name.to_string());
                value.is_not_none()
            }
            _ => {
                let name = self.declare(temp);
                Expr::Walrus(name, Box::new(value)).is_not_none()
            }
        }
    }

    /// A name for a part of an expression that is tested and then used: that of the member, if it
    /// is one.
    fn tested_name(&mut self, value: &Typed) -> String {
        match &value.unwidened().kind {
            ExprKind::Field { name, .. } | ExprKind::PyAttr { name, .. } => {
                let name = name::python_name(name);
                self.fresh(&format!("_{}", name.trim_matches('_')))
            }
            _ => self.temporary(),
        }
    }

    /// `a?.f` and `a?[i]`.
    fn safe(
        &mut self,
        object: &'a Typed,
        temp: mochi_check::typed::VarId,
        then: &'a Typed,
    ) -> Expr {
        let bound = self.safe_test(object, temp);
        let (stmts, result) = self.captured(|this| this.expr(then));
        if !acts(&stmts) {
            self.append(stmts);
            return Expr::if_else(bound, result, Expr::None);
        }
        let name = Expr::name(self.temporary());
        let mut block = stmts;
        block.push(StmtKind::Assign(name.clone(), result).at(self.span));
        let none = vec![StmtKind::Assign(name.clone(), Expr::None).at(self.span)];
        self.emit(StmtKind::If(bound, block, none));
        name
    }
}

/// Whether what fails in an expression itself is looked for by its place.
fn has_place(expr: &Typed) -> bool {
    match &expr.kind {
        ExprKind::CallFun { .. }
        | ExprKind::CallMethod { .. }
        | ExprKind::CallValue { .. }
        | ExprKind::CallBuiltin { .. }
        | ExprKind::PyCall { .. }
        | ExprKind::MapField { .. }
        | ExprKind::Cast(_)
        | ExprKind::Data(_)
        | ExprKind::Async(_)
        | ExprKind::PyIndex { .. }
        | ExprKind::PyBinary { .. }
        | ExprKind::Check { .. } => true,
        ExprKind::Binary { op, .. } => matches!(op, BinaryOp::Div | BinaryOp::Rem),
        ExprKind::Index { object, .. } => !matches!(object.ty, Type::Map(..)),
        _ => false,
    }
}

fn may_be_none(expr: &Typed) -> bool {
    matches!(
        expr.unwidened().ty,
        Type::Option(_) | Type::Any | Type::None
    )
}

/// The Python exception behind an error, where a typed clause bound it.
pub(super) fn as_exception(error: &Typed) -> Option<&Typed> {
    match &error.kind {
        ExprKind::Widen(inner) => as_exception(inner),
        ExprKind::Convert(inner)
            if error.ty == Type::ErrorValue && matches!(inner.ty, Type::Handle(..)) =>
        {
            Some(inner)
        }
        _ => None,
    }
}

/// A float literal; digits beyond the range of floats mean infinity.
fn float(value: f64) -> Expr {
    if value.is_finite() {
        Expr::Float(value)
    } else {
        Expr::call_name("float", [Expr::str("inf")])
    }
}

/// Whether statements do more than define functions, which can be done early.
pub(super) fn acts(stmts: &[Stmt]) -> bool {
    stmts
        .iter()
        .any(|stmt| !matches!(stmt.kind, StmtKind::Function(_)))
}

/// Whether an expression has the same value whenever it is evaluated in its statement.
pub(super) fn is_stable(lowerer: &Lowerer<'_>, expr: &Typed) -> bool {
    match &expr.kind {
        kind if walk::is_scalar(kind) => true,
        ExprKind::Fun(_)
        | ExprKind::Builtin(_)
        | ExprKind::Constructor { .. }
        | ExprKind::Lambda(_)
        | ExprKind::PyModule(_)
        | ExprKind::PyClass(_)
        | ExprKind::RecordClass(_)
        | ExprKind::PyLiteral(_) => true,
        ExprKind::Var(id) => lowerer.var(*id).is_some_and(|var| !var.assigned),
        ExprKind::Widen(inner) => is_stable(lowerer, inner),
        ExprKind::PyAttr { object, .. } => matches!(object.kind, ExprKind::PyModule(_)),
        _ => false,
    }
}

/// Whether a name is one that lowering made up, which nothing assigns again.
fn is_temporary(name: &str) -> bool {
    name.strip_prefix("_t")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether lowering an expression surely needs no statements before it.
pub(super) fn is_simple(lowerer: &Lowerer<'_>, expr: &Typed) -> bool {
    if lowerer.done_ahead(expr).is_some() {
        return true;
    }
    match &expr.kind {
        _ if lowerer.needs_name(expr) => false,
        ExprKind::Match(_) | ExprKind::Partial { .. } => false,
        ExprKind::Cast(_) | ExprKind::Data(_) if lowerer.holds_local(&expr.ty) => false,
        ExprKind::Query(query) => lowerer.is_simple_query(query),
        ExprKind::FStr(parts) if super::text::reads_badly(lowerer, parts) => false,
        ExprKind::Lambda(id) => lowerer.fun(*id).is_some_and(|fun| {
            !fun.in_loop
                && !lowerer.facts.loose_lambdas.contains(id)
                && !fun.is_async
                && fun.type_params.is_empty()
                && fun.params.iter().all(|param| param.default.is_none())
                && walk::single_expression(fun).is_some_and(|body| is_simple(lowerer, body))
        }),
        ExprKind::CallBuiltin { builtin, args } => {
            super::builtin::is_simple_call(lowerer, *builtin, args)
                && args.iter().all(|arg| is_simple(lowerer, arg))
        }
        _ => walk::children(expr)
            .into_iter()
            .all(|child| is_simple(lowerer, child)),
    }
}

/// Whether an expression is a literal whose evaluation cannot be observed.
pub(super) fn is_literal(expr: &Typed) -> bool {
    match &expr.kind {
        kind if walk::is_scalar(kind) => true,
        ExprKind::List(items) | ExprKind::Set(items) | ExprKind::Tuple(items) => {
            items.iter().all(is_literal)
        }
        ExprKind::Map(entries) | ExprKind::OMap(entries) => entries
            .iter()
            .all(|(key, value)| is_literal(key) && is_literal(value)),
        ExprKind::Widen(inner) => is_literal(inner),
        ExprKind::Unary { operand, .. } => is_literal(operand),
        _ => false,
    }
}

/// Whether a value is a literal, or a sum or product of such, which is the same wherever it is
/// computed.
pub(super) fn is_fixed(expr: &Typed) -> bool {
    match &expr.kind {
        ExprKind::Binary {
            op: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul,
            left,
            right,
        } => {
            let is_plain = |ty: &Type| matches!(ty, Type::Int | Type::Float | Type::Str);
            is_plain(&expr.ty) && [left, right].into_iter().all(|side| is_fixed(side))
        }
        ExprKind::Unary { operand, .. } => is_fixed(operand),
        _ => is_literal(expr),
    }
}

/// The class of a constant of which no more is checked.
const fn constant_class(check: &Check) -> Option<&'static str> {
    match check {
        Check::Int => Some("int"),
        Check::Str => Some("str"),
        Check::Bytes => Some("bytes"),
        Check::Bool => Some("bool"),
        _ => None,
    }
}

/// A variable, or a new and empty list or map.
fn is_at_hand(value: &Expr) -> bool {
    match value.plain() {
        Expr::Name(_) => true,
        Expr::List(items) => items.is_empty(),
        Expr::Dict(entries) => entries.is_empty(),
        _ => false,
    }
}

/// Whether the keys or elements of a literal may be bools beside numbers, which Python takes for one
/// (§19.8). An empty one of anything is what nobody said more of.
fn mixes_keys<'a>(container: &Type, keys: impl Iterator<Item = &'a Typed>) -> bool {
    let (Type::Map(key, _) | Type::OMap(key, _) | Type::Set(key)) = container else {
        return false;
    };
    let mut own = keys.map(|key| key.unwidened().ty.clone()).peekable();
    if own.peek().is_some() {
        return mixes(key) && mixes(&Type::union(own));
    }
    match container {
        Type::Map(_, item) | Type::OMap(_, item) => mixes(key) && **item != Type::Any,
        _ => false,
    }
}

/// Whether values of a type may be bools and numbers.
pub(super) fn mixes(key: &Type) -> bool {
    let is_bool = |ty: &Type| matches!(ty, Type::Bool | Type::Literal(Literal::Bool(_)));
    let is_number = |ty: &Type| {
        matches!(
            ty,
            Type::Int
                | Type::Int64
                | Type::BigInt
                | Type::BigRat
                | Type::Float
                | Type::Literal(Literal::Int(_))
        )
    };
    match key {
        Type::Any => true,
        Type::Option(inner) => mixes(inner),
        Type::Tuple(parts) => parts.iter().any(mixes),
        Type::Union(members) => {
            members.iter().any(mixes)
                || members.iter().any(is_bool) && members.iter().any(is_number)
        }
        _ => false,
    }
}
