//! `match`, as Python's `match` with class patterns.
//!
//! Spec: language.md §7; the traps of §19.8 about bare names and `case 1`.

use mochi_check::typed::{Arm, Expr as Typed, ExprKind, Match, Pattern as TypedPattern};
use mochi_types::Type;

use super::Lowerer;
use super::expr::is_simple;
use super::frame::Frame;
use super::stmt::Dest;
use crate::py::{BoolOp, Case, CmpOp, Expr, FunctionDef, Pattern, Stmt, StmtKind};

/// What an arm asks for in Python.
struct Lowered {
    pattern: Pattern,
    /// Tests that the pattern cannot express.
    tests: Vec<Expr>,
}

impl<'a> Lowerer<'a> {
    /// A match whose arms deliver their values to `dest`.
    pub(super) fn match_into(&mut self, matched: &'a Match, dest: &Dest, is_value: bool) {
        let span = self.span;
        let value = self.expr(&matched.subject);
        let is_named = value.as_name().is_some();
        let subject = if is_named {
            value
        } else {
            let name = Expr::name(self.temporary());
            self.emit(StmtKind::Assign(name.clone(), value));
            name
        };
        let mut cases = Vec::new();
        let mut narrows = true;
        let outer_bools = std::mem::replace(
            &mut self.bools_are_taken,
            matched.arms.iter().any(|arm| {
                arm.guard.is_none()
                    && matches!(&arm.pattern, TypedPattern::Typed { ty, .. } if *ty == Type::Bool)
            }),
        );
        for arm in ordered(&matched.arms) {
            self.span = arm.span;
            let notes = self.notes_about(arm.span);
            self.open_scope();
            let lowered = self.pattern(&arm.pattern, &subject, &matched.subject.ty, true);
            narrows &= lowered.tests.is_empty() || arm.guard.is_some();
            let guard = self.guard(arm, lowered.tests);
            let (mut body, ()) = self.captured(|this| this.arm_body(arm, dest));
            self.close_scope();
            if body.is_empty() {
                body.push(StmtKind::Pass.at(arm.span));
            }
            cases.push(Case {
                notes,
                pattern: lowered.pattern,
                guard,
                body,
                span: Some(arm.span),
            });
            if cases.last().is_some_and(takes_anything) {
                // Python refuses what can never be reached.
                break;
            }
        }
        self.bools_are_taken = outer_bools;
        self.span = span;
        let total = cases.last().is_some_and(takes_anything);
        if !total {
            self.last_case(matched, narrows, is_value, &subject, &mut cases);
        }
        let subject = self.matched_value(subject, is_named, &cases);
        self.emit(StmtKind::Match(subject, cases));
    }

    /// What is matched: the value itself, unless a case asks for its name.
    fn matched_value(&mut self, subject: Expr, is_named: bool, cases: &[Case]) -> Expr {
        let name = subject.as_name().unwrap_or_default();
        let asked = cases.iter().any(|case| case.mentions(name));
        let block = self.out.last_mut();
        match block.and_then(|block| block.pop_if(|_| !is_named && !asked)) {
            Some(Stmt {
                kind: StmtKind::Assign(_, value),
                ..
            }) => value,
            Some(other) => {
                self.append(vec![other]);
                subject
            }
            None => subject,
        }
    }

    fn last_case(
        &mut self,
        matched: &Match,
        narrows: bool,
        is_value: bool,
        subject: &Expr,
        cases: &mut Vec<Case>,
    ) {
        let body = if matched.exhaustive && narrows {
            let call = self.call_helper("assert_never", [subject.clone()]);
            StmtKind::Expr(call).at(self.span)
        } else if is_value || matched.exhaustive {
            let error = self.call_helper("no_match", [subject.clone()]);
            StmtKind::Raise(Some(error), None).at(self.span)
        } else {
            StmtKind::Pass.at(self.span)
        };
        cases.push(Case {
            notes: Vec::new(),
            pattern: Pattern::Wildcard,
            guard: None,
            body: vec![body],
            span: None,
        });
    }

    fn guard(&mut self, arm: &'a Arm, tests: Vec<Expr>) -> Option<Expr> {
        let mut guard: Option<Expr> = None;
        let mut add = |test: Expr| {
            guard = Some(match guard.take() {
                Some(left) => Expr::bool2(BoolOp::And, left, test),
                None => test,
            });
        };
        tests.into_iter().for_each(&mut add);
        if let Some(written) = &arm.guard {
            add(if is_simple(self, written) {
                self.condition(written)
            } else {
                self.guard_function(written)
            });
        }
        guard
    }

    /// A guard that needs statements: a function before the match, called once the names of the
    /// pattern are bound.
    fn guard_function(&mut self, written: &'a Typed) -> Expr {
        let name = self.fresh("_fits");
        let mut frame = Frame::new(self.frames.last().and_then(|frame| frame.fun));
        frame.is_block = true;
        self.frames.push(frame);
        let mut is_async = false;
        super::walk::each_subexpr(written, &mut |part| {
            is_async |= matches!(part.kind, ExprKind::Async(_));
        });
        let (lowered, value) = self.captured(|this| this.condition(written));
        let frame = self.frames.pop();
        let mut body = frame.map(|frame| frame.heads()).unwrap_or_default();
        body.extend(lowered);
        body.push(StmtKind::Return(Some(value)).at(written.span));
        self.emit(StmtKind::Function(Box::new(FunctionDef {
            name: name.clone(),
            is_async,
            decorators: Vec::new(),
            type_params: Vec::new(),
            params: Vec::new(),
            result: Some(Expr::name("bool")),
            doc: None,
            body,
            origin: None,
        })));
        let call = Expr::Name(name).call([]);
        if is_async {
            Expr::Await(Box::new(call))
        } else {
            call
        }
    }

    fn arm_body(&mut self, arm: &'a Arm, dest: &Dest) {
        self.open_scope();
        for (index, stmt) in arm.body.iter().enumerate() {
            self.span = stmt.span;
            let before = self.emitted();
            self.stmt(stmt);
            self.comment_at(stmt.span, before);
            if index + 1 == arm.body.len() {
                self.closing_comment(stmt.span, before);
            }
        }
        if let Some(value) = &arm.value {
            self.span = value.span;
            let before = self.emitted();
            self.into(value, dest);
            self.comment_at(value.span, before);
            self.closing_comment(value.span, before);
        } else if !leaves(&arm.body) {
            match dest {
                Dest::Assign(_) => self.deliver(Expr::None, dest),
                Dest::Return => self.emit(StmtKind::Return(None)),
                Dest::Discard => {}
            }
        }
        self.close_scope();
    }

    fn pattern(
        &mut self,
        pattern: &'a TypedPattern,
        subject: &Expr,
        ty: &Type,
        top: bool,
    ) -> Lowered {
        let plain = |pattern| Lowered {
            pattern,
            tests: Vec::new(),
        };
        match pattern {
            TypedPattern::Wildcard => plain(Pattern::Wildcard),
            TypedPattern::Bind(id) if !self.facts.read_vars.contains(id) => {
                plain(Pattern::Wildcard)
            }
            TypedPattern::Bind(id) => plain(Pattern::Capture(self.declare(*id))),
            TypedPattern::None => plain(Pattern::Value(Expr::None)),
            TypedPattern::Literal(value) => self.literal_pattern(value, subject, ty, top),
            TypedPattern::Value(value) => {
                let (_, lowered) = self.captured(|this| this.expr(value));
                let is_dotted =
                    matches!(value.kind, ExprKind::PyLiteral(_) | ExprKind::PyAttr { .. })
                        && matches!(lowered, Expr::Attr(..));
                if is_dotted {
                    return plain(Pattern::Value(lowered));
                }
                self.tested(lowered, subject, top, ty, &value.ty)
            }
            TypedPattern::Variant {
                sum,
                variant,
                fields,
            } => {
                let class = self.variant_class(sum, *variant);
                let types: Vec<Type> = self
                    .module
                    .decls
                    .sum(sum.id)
                    .and_then(|decl| decl.variants.get(*variant as usize))
                    .map(|info| info.fields.iter().map(|field| field.ty.clone()).collect())
                    .unwrap_or_default();
                let mut parts = Vec::new();
                let mut tests = Vec::new();
                for (position, field) in fields.iter().enumerate() {
                    let ty = types.get(position).cloned().unwrap_or(Type::Any);
                    let inner = self.pattern(field, subject, &ty, false);
                    parts.push(inner.pattern);
                    tests.extend(inner.tests);
                }
                while parts.last() == Some(&Pattern::Wildcard) {
                    parts.pop();
                }
                Lowered {
                    pattern: Pattern::Class(class, parts),
                    tests,
                }
            }
            TypedPattern::Typed { var, ty: wanted } => {
                self.typed_pattern(*var, wanted, subject, ty, top)
            }
        }
    }

    fn literal_pattern(
        &mut self,
        value: &'a Typed,
        subject: &Expr,
        ty: &Type,
        top: bool,
    ) -> Lowered {
        let (_, lowered) = self.captured(|this| this.expr(value));
        let exact = match ty {
            Type::Option(inner) => (**inner).clone(),
            other => other.clone(),
        };
        let safe = matches!(
            value.kind,
            ExprKind::Str(_) | ExprKind::None | ExprKind::Bytes(_)
        ) || matches!(
            exact,
            Type::Int
                | Type::Int64
                | Type::BigInt
                | Type::Bool
                | Type::Str
                | Type::Float
                | Type::BigRat
                | Type::Literal(_)
        );
        if safe && lowered.is_constant() && !matches!(lowered, Expr::Unary(..)) {
            return Lowered {
                pattern: Pattern::Value(lowered),
                tests: Vec::new(),
            };
        }
        self.tested(lowered, subject, top, ty, &value.ty)
    }

    /// `case name if equal(name, value)`.
    fn tested(
        &mut self,
        value: Expr,
        subject: &Expr,
        top: bool,
        ty: &Type,
        value_ty: &Type,
    ) -> Lowered {
        let (pattern, seen) = if top {
            (Pattern::Wildcard, subject.clone())
        } else {
            let name = self.temporary();
            (Pattern::Capture(name.clone()), Expr::Name(name))
        };
        let test = if *ty == Type::Any || *value_ty == Type::Any || matches!(ty, Type::Union(_)) {
            self.call_helper("equal", [seen, value])
        } else {
            Expr::compare(CmpOp::Eq, seen, value)
        };
        Lowered {
            pattern,
            tests: vec![test],
        }
    }

    fn typed_pattern(
        &mut self,
        var: Option<mochi_check::typed::VarId>,
        wanted: &Type,
        subject: &Expr,
        ty: &Type,
        top: bool,
    ) -> Lowered {
        let Some(pattern) = self.type_by_class(wanted, ty) else {
            return self.type_by_test(var, wanted, subject, ty, top);
        };
        let name = var
            .filter(|var| self.facts.read_vars.contains(var))
            .map(|var| self.declare(var));
        let mut tests = Vec::new();
        let may_be_bool = matches!(wanted, Type::Int | Type::Int64 | Type::BigInt)
            && match ty {
                Type::Any => true,
                Type::Union(members) => members.contains(&Type::Bool),
                _ => false,
            };
        let asks_bool = may_be_bool && !(top && self.bools_are_taken);
        let name = name.or_else(|| (asks_bool && !top).then(|| self.temporary()));
        if asks_bool {
            let seen = match &name {
                Some(name) if !top => Expr::name(name.clone()),
                _ => subject.clone(),
            };
            let test = Expr::call_name("isinstance", [seen, Expr::name("bool")]);
            tests.push(test.negated());
        }
        // `case int() as n`: for `case int(n)` Python looks for what `int` does not have, which
        // takes up to ten times as long.
        let pattern = match name {
            Some(name) => Pattern::As(Box::new(pattern), name),
            None => pattern,
        };
        Lowered { pattern, tests }
    }

    /// The pattern of a type that the class of a value tells from everything else that it may be.
    fn type_by_class(&mut self, wanted: &Type, ty: &Type) -> Option<Pattern> {
        let class = match wanted {
            Type::Int | Type::Int64 | Type::BigInt => Expr::name("int"),
            Type::Float => Expr::name("float"),
            Type::Bool => Expr::name("bool"),
            Type::Str => Expr::name("str"),
            Type::Bytes => Expr::name("bytes"),
            Type::List(_) | Type::Map(..) | Type::OMap(..) | Type::Set(_) | Type::Tuple(_) => {
                Expr::name(container_class(wanted).filter(|_| is_told_by_class(wanted, ty))?)
            }
            Type::Handle(class, _) => self.class_value(class),
            Type::Variant(decl, variant) => self.variant_class(decl, *variant),
            Type::Named(decl) if self.module.decls.with_methods(decl.id).is_some() => {
                self.declared_class(decl.id)
            }
            Type::Named(decl) => {
                let sum = self.module.decls.sum(decl.id);
                let variants = sum.map_or(0, |sum| sum.variants.len());
                let classes = (0..variants)
                    .filter_map(|variant| u32::try_from(variant).ok())
                    .map(|variant| Pattern::Class(self.variant_class(decl, variant), Vec::new()))
                    .collect();
                return Some(Pattern::Or(classes));
            }
            Type::None => return Some(Pattern::Value(Expr::None)),
            _ => return None,
        };
        Some(Pattern::Class(class, Vec::new()))
    }

    /// The pattern of any other type: whether a cast to it has nothing to convert.
    fn type_by_test(
        &mut self,
        var: Option<mochi_check::typed::VarId>,
        wanted: &Type,
        subject: &Expr,
        ty: &Type,
        top: bool,
    ) -> Lowered {
        let name = var
            .filter(|var| self.facts.read_vars.contains(var))
            .map(|var| self.declare(var));
        let is_certain = *wanted == Type::Any || wanted == ty;
        let name = name.or_else(|| (!is_certain && !top).then(|| self.temporary()));
        let seen = name.as_ref().map_or_else(|| subject.clone(), Expr::name);
        let pattern = name.map_or(Pattern::Wildcard, Pattern::Capture);
        let mut tests = Vec::new();
        if !is_certain {
            let members = match wanted {
                Type::Union(members) => members.to_vec(),
                other => vec![other.clone()],
            };
            let mut any: Option<Expr> = None;
            for member in &members {
                let test = self.type_test(member, seen.clone());
                any = Some(match any {
                    Some(left) => Expr::bool2(BoolOp::Or, left, test),
                    None => test,
                });
            }
            tests.extend(any);
        }
        Lowered { pattern, tests }
    }

    /// Whether a value is of a type. Of lists and maps that hold anything, as JSON is read, no more is
    /// asked than needed.
    fn type_test(&mut self, wanted: &Type, value: Expr) -> Expr {
        match wanted {
            Type::List(item) if **item == Type::Any => self.call_helper("is_any_list", [value]),
            Type::Map(key, item) if **key == Type::Str && **item == Type::Any => {
                self.call_helper("is_any_map", [value])
            }
            _ => {
                let cast = self.caster_value(wanted);
                self.call_helper("holds", [value, cast])
            }
        }
    }
}

/// Whether nothing gets past a case.
fn takes_anything(case: &Case) -> bool {
    matches!(case.pattern, Pattern::Wildcard | Pattern::Capture(_)) && case.guard.is_none()
}

/// The Python class of a type of containers.
fn container_class(ty: &Type) -> Option<&'static str> {
    Some(match ty {
        Type::List(_) => "list",
        Type::Map(..) | Type::OMap(..) => "dict",
        Type::Set(_) => "set",
        Type::Tuple(_) => "tuple",
        _ => return None,
    })
}

/// Whether a container of its class can be of no other type, as far as the type of the value says.
fn is_told_by_class(wanted: &Type, ty: &Type) -> bool {
    let inner = match ty {
        Type::Option(inner) => inner,
        other => other,
    };
    let class = container_class(wanted);
    match inner {
        Type::Union(members) => members
            .iter()
            .filter(|member| **member == Type::Any || container_class(member) == class)
            .all(|member| member == wanted),
        other => other == wanted,
    }
}

/// The arms in an order that Python's class patterns keep apart: `bool` before `int`.
fn ordered(arms: &[Arm]) -> Vec<&Arm> {
    let mut out: Vec<&Arm> = arms.iter().collect();
    let is = |arm: &Arm, wanted: &Type| matches!(&arm.pattern, TypedPattern::Typed { ty, .. } if ty == wanted);
    let int = out.iter().position(|arm| is(arm, &Type::Int));
    let bool_arm = out.iter().position(|arm| is(arm, &Type::Bool));
    if let (Some(int), Some(bool_arm)) = (int, bool_arm)
        && int < bool_arm
    {
        let arm = out.remove(bool_arm);
        out.insert(int, arm);
    }
    out
}

/// Whether a block surely ends by leaving.
fn leaves(body: &[mochi_check::typed::Stmt]) -> bool {
    use mochi_check::typed::StmtKind as K;
    body.last().is_some_and(|stmt| match &stmt.kind {
        K::Return(_) | K::Break | K::Continue => true,
        K::Expr(value) => value.ty == Type::Never,
        K::If {
            then, otherwise, ..
        } => leaves(then) && leaves(otherwise),
        _ => false,
    })
}
