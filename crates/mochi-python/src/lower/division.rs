//! Division without a helper's call where the code at hand runs often.
//!
//! Spec: language.md §5.1, §19.4, §21 (2).

use mochi_check::typed::{Expr as Typed, ExprKind};
use mochi_syntax::ast::{BinaryOp, UnaryOp};

use super::Lowerer;
use super::expr::is_stable;
use super::sign::Sign;
use crate::py::{BinOp, BoolOp, CmpOp, Expr, UnaryOp as PyUnary};

impl<'a> Lowerer<'a> {
    /// `/` and `%` by an expression that needs no call in the common case; none if there is no
    /// such expression, or the code runs once.
    pub(super) fn division(
        &mut self,
        op: BinaryOp,
        left: &'a Typed,
        right: &'a Typed,
        is_float: bool,
    ) -> Option<Expr> {
        // The text around it takes longer than a call, and is easier to read with one.
        if self.in_text || !self.runs_often() {
            return None;
        }
        match op {
            BinaryOp::Div if is_float => self.float_division(left, right),
            BinaryOp::Div | BinaryOp::Rem if !is_float => self.whole_division(op, left, right),
            _ => None,
        }
    }

    /// Whether the code at hand is in a loop, a query or a function.
    pub(super) fn runs_often(&self) -> bool {
        let in_function = self.frames.last().is_some_and(|frame| frame.fun.is_some());
        self.depth > 0 || in_function
    }

    /// An operand that can be written twice.
    fn is_repeatable(&self, expr: &Typed) -> bool {
        match &expr.kind {
            ExprKind::Var(id) => !self.boxed.contains(id),
            ExprKind::Widen(inner) => self.is_repeatable(inner),
            _ => matches!(expr.kind, ExprKind::Int(_)),
        }
    }

    fn float_division(&mut self, left: &'a Typed, right: &'a Typed) -> Option<Expr> {
        if self.is_nonzero(right) {
            return None;
        }
        let is_stable = is_stable(self, left);
        if !is_stable && !Self::is_total(left) {
            return None;
        }
        if self.is_repeatable(right) {
            let (a, b) = self.pair(left, right);
            return Some(self.tested_division(b.clone(), a, b));
        }
        // The divisor is evaluated first, under a name.
        let in_order = is_stable || !self.doing(right).changes;
        if self.depth == 0 || !in_order || !may_name_divisor(right) {
            return None;
        }
        let (a, b) = self.pair(left, right);
        if b.any(&|part| matches!(part, Expr::Await(_))) {
            return Some(self.call_helper("fdiv", [a, b]));
        }
        let name = self.temporary();
        let test = Expr::Walrus(name.clone(), Box::new(b));
        Some(self.tested_division(test, a, Expr::Name(name)))
    }

    fn tested_division(&mut self, test: Expr, a: Expr, b: Expr) -> Expr {
        let slow = self.call_helper("fdiv", [a.clone(), b.clone()]);
        Expr::if_else(test, Expr::binary(BinOp::Div, a, b), slow)
    }

    fn whole_division(&mut self, op: BinaryOp, left: &'a Typed, right: &'a Typed) -> Option<Expr> {
        if self.both_natural(left, right) || !self.is_repeatable(left) || !self.is_repeatable(right)
        {
            return None;
        }
        let (a, b) = self.pair(left, right);
        let python = if op == BinaryOp::Div {
            BinOp::FloorDiv
        } else {
            BinOp::Mod
        };
        let plain = Expr::binary(python, a.clone(), b.clone());
        let negative = |value: Expr| Expr::Unary(PyUnary::Neg, Box::new(value));
        let left_natural = self.is_natural(left);
        if self.is_natural(right) {
            let other = Expr::binary(python, negative(a.clone()), b);
            let cond = Expr::compare(CmpOp::Ge, a, Expr::Int(0));
            return Some(Expr::if_else(cond, plain, negative(other)));
        }
        let helper = if op == BinaryOp::Div { "idiv" } else { "irem" };
        let slow = self.call_helper(helper, [a.clone(), b.clone()]);
        let positive = Expr::compare(CmpOp::Gt, b, Expr::Int(0));
        let cond = if left_natural {
            positive
        } else {
            let natural = Expr::compare(CmpOp::Ge, a, Expr::Int(0));
            Expr::bool2(BoolOp::And, natural, positive)
        };
        Some(Expr::if_else(cond, plain, slow))
    }

    /// Whether a divisor is surely not zero.
    pub(super) fn is_nonzero(&self, expr: &Typed) -> bool {
        match &expr.kind {
            ExprKind::Float(value) => *value != 0.0,
            ExprKind::Int(value) => *value != 0,
            ExprKind::Unary {
                op: UnaryOp::Neg,
                operand,
            } => self.is_nonzero(operand),
            _ => self.facts.signs.sign(expr) == Sign::Positive,
        }
    }

    /// `a % b == 0`, which asks for no sign; none if it is another comparison.
    pub(super) fn divisibility(
        &mut self,
        negate: bool,
        left: &'a Typed,
        right: &'a Typed,
    ) -> Option<Expr> {
        let ExprKind::Binary {
            op: BinaryOp::Rem,
            left: dividend,
            right: divisor,
        } = &left.kind
        else {
            return None;
        };
        let whole = |part: &Typed| part.ty.is_integer();
        if !matches!(right.kind, ExprKind::Int(0)) || !whole(dividend) || !whole(divisor) {
            return None;
        }
        let (a, b) = self.pair(dividend, divisor);
        let op = if negate { CmpOp::Ne } else { CmpOp::Eq };
        let rest = Expr::binary(BinOp::Mod, a, b);
        Some(Expr::compare(op, rest, Expr::Int(0)))
    }
}

/// Whether a divisor gets a name before it is tested: no variable, and no literal.
pub(super) fn may_name_divisor(right: &Typed) -> bool {
    match &right.kind {
        ExprKind::Widen(inner) => may_name_divisor(inner),
        kind => !matches!(
            kind,
            ExprKind::Var(_) | ExprKind::Int(_) | ExprKind::Float(_)
        ),
    }
}
