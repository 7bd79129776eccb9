//! `match` as expression and statement.
//!
//! Spec: language.md §7.

use std::collections::{BTreeMap, BTreeSet};

use mochi_base::Span;
use mochi_syntax::ast::{self, ArmBody, StmtKind as AstStmt};
use mochi_types::Type;

use super::empty::{empty_arm, takes_type};
use crate::checker::{Checker, Fence, error, expr};
use crate::exhaustive::Coverage;
use crate::flow;
use crate::generic::has_infer;
use crate::narrow::Known;
use crate::relation::Slot;
use crate::stmt::discarded;
use crate::typed::{Arm, Expr, ExprKind, Match, Stmt, StmtKind, VarId};

/// Whether the arms' values matter.
#[derive(Clone, Copy)]
enum Use<'t> {
    /// As a statement.
    Nothing,
    /// As a value, for that type if it is known.
    Value(Option<&'t Type>),
}

impl Checker<'_> {
    pub(crate) fn match_stmt(&mut self, item: &ast::Match, span: Span) -> Match {
        let (typed, _) = self.match_arms(item, span, Use::Nothing);
        typed
    }

    pub(super) fn match_expr(
        &mut self,
        item: &ast::Match,
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let wanted = expected.filter(|ty| !has_infer(ty));
        let (mut typed, mut types) = self.match_arms(item, span, Use::Value(wanted));
        self.fill_empty_arms(item, &mut typed, &mut types);
        let mut joined: Option<Type> = None;
        for (ty, at) in types {
            joined = match joined {
                None => Some(ty),
                Some(before) => {
                    if let Some(both) = self.join(&before, &ty) {
                        Some(both)
                    } else {
                        self.misfit(&ty, &before, Slot::Value, at);
                        return error(span);
                    }
                }
            };
        }
        let ty = joined.unwrap_or(Type::Never);
        for arm in &mut typed.arms {
            let Some(value) = arm.value.take() else {
                continue;
            };
            if ty == Type::Unit {
                let at = value.span;
                arm.body.push(Stmt {
                    kind: StmtKind::Expr(discarded(value)),
                    span: at,
                });
            } else {
                arm.value = Some(self.adapt(value, &ty));
            }
        }
        expr(ExprKind::Match(typed), ty, span)
    }

    /// Arms that are empty literals hold what the first arm of that kind with elements holds.
    fn fill_empty_arms(
        &mut self,
        item: &ast::Match,
        typed: &mut Match,
        types: &mut [(Type, Span)],
    ) {
        let empties: BTreeSet<Span> = item
            .arms
            .iter()
            .filter_map(empty_arm)
            .map(|it| it.span)
            .collect();
        if empties.is_empty() {
            return;
        }
        let filled: Vec<Type> = types
            .iter()
            .filter(|(_, at)| !empties.contains(at))
            .map(|(ty, _)| ty.clone())
            .collect();
        let mut found: BTreeMap<Span, Type> = BTreeMap::new();
        for (arm, made) in item.arms.iter().zip(&mut typed.arms) {
            let Some(source) = empty_arm(arm) else {
                continue;
            };
            let empty = made.value.as_ref().map(|value| &value.ty);
            let other =
                empty.and_then(|empty| filled.iter().find(|other| takes_type(empty, other)));
            if let Some(other) = other
                && let Some(value) = made.value.take()
            {
                let value = self.like(value, source, other);
                found.insert(source.span, value.ty.clone());
                made.value = Some(value);
            }
        }
        for (ty, at) in types {
            if let Some(new) = found.remove(at) {
                *ty = new;
            }
        }
    }

    /// Types the arms; the types of their values come with their places.
    fn match_arms(
        &mut self,
        item: &ast::Match,
        span: Span,
        purpose: Use<'_>,
    ) -> (Match, Vec<(Type, Span)>) {
        let subject = self.expr(&item.subject, None);
        let variable = self.option_variable(&item.subject);
        let variable = variable.filter(|_| matches!(subject.ty, Type::Option(_)));
        let mut coverage = Coverage::new();
        let mut arms = Vec::new();
        let mut types = Vec::new();
        let before = self.narrowed.clone();
        for arm in &item.arms {
            self.push_scope();
            let pattern = self.pattern(&arm.pattern, &subject.ty);
            let narrowed = Self::arm_narrows(&pattern, &coverage, variable);
            self.cover(&mut coverage, &pattern, arm);
            if let Some(id) = narrowed {
                self.narrow(&[Known::Var(id)]);
            }
            let guard = arm.guard.as_ref().map(|guard| {
                let typed = self.condition(guard);
                let facts = self.facts(guard);
                self.narrow(&facts.yes);
                typed
            });
            let (body, value) = self.arm_body(&arm.body, purpose, &mut types);
            self.pop_scope();
            self.narrowed.clone_from(&before);
            arms.push(Arm {
                pattern,
                guard,
                body,
                value,
                span: arm.span,
            });
        }
        let exhaustive = self.finish_coverage(&coverage, &subject.ty, span);
        if let Some(id) = variable {
            self.narrow_after(id, &arms, exhaustive);
        }
        let typed = Match {
            subject: Box::new(subject),
            arms,
            exhaustive,
        };
        (typed, types)
    }

    /// After a match whose `none` arm leaves, the subject holds a value.
    fn narrow_after(&mut self, id: VarId, arms: &[Arm], exhaustive: bool) {
        let leaves = arms.iter().any(|arm| {
            matches!(arm.pattern, crate::typed::Pattern::None)
                && arm.guard.is_none()
                && !flow::falls_through(&arm.body)
        });
        if leaves && (exhaustive || !arms.is_empty()) {
            self.narrow(&[Known::Var(id)]);
        }
    }

    fn arm_body(
        &mut self,
        body: &ArmBody,
        purpose: Use<'_>,
        types: &mut Vec<(Type, Span)>,
    ) -> (Vec<Stmt>, Option<Expr>) {
        match (body, purpose) {
            (ArmBody::Expr(value), Use::Nothing) => {
                if let ast::ExprKind::Match(inner) = &value.kind {
                    let kind = StmtKind::Match(self.match_stmt(inner, value.span));
                    let span = value.span;
                    return (vec![Stmt { kind, span }], None);
                }
                let typed = self.expr(value, None);
                let stmt = Stmt {
                    kind: StmtKind::Expr(discarded(typed)),
                    span: value.span,
                };
                (vec![stmt], None)
            }
            (ArmBody::Expr(value), Use::Value(wanted)) => {
                let typed = self.arm_value(value, wanted);
                types.push((typed.ty.clone(), value.span));
                (Vec::new(), Some(typed))
            }
            (ArmBody::Block(block), Use::Nothing) => {
                let body = self.fenced(Fence::Block, |checker| checker.block(block));
                (body, None)
            }
            (ArmBody::Block(block), Use::Value(wanted)) => self.fenced(Fence::Block, |checker| {
                checker.block_value(block, wanted, types)
            }),
        }
    }

    fn arm_value(&mut self, value: &ast::Expr, wanted: Option<&Type>) -> Expr {
        match wanted {
            Some(ty) => self.expect(value, ty, Slot::Value),
            None => self.expr(value, None),
        }
    }

    /// The statements of a block arm, and its last expression as the value.
    fn block_value(
        &mut self,
        block: &ast::Block,
        wanted: Option<&Type>,
        types: &mut Vec<(Type, Span)>,
    ) -> (Vec<Stmt>, Option<Expr>) {
        let (last, rest) = match block.body.split_last() {
            Some((last, rest)) => match &last.kind {
                AstStmt::Expr(value) => (Some(value), rest),
                _ => (None, block.body.as_slice()),
            },
            None => (None, block.body.as_slice()),
        };
        self.push_scope();
        self.declare_types(&block.body);
        let mut body = Vec::new();
        self.stmts(rest, &mut body);
        let value = last.map(|value| self.arm_value(value, wanted));
        self.pop_scope();
        match &value {
            Some(value) => types.push((value.ty.clone(), value.span)),
            None if flow::falls_through(&body) => types.push((Type::Unit, block.span)),
            None => types.push((Type::Never, block.span)),
        }
        (body, value)
    }
}
