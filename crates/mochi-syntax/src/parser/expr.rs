//! Expressions: operators, grouped by precedence.
//!
//! Spec: language.md §5.1, §18.14.

use mochi_base::code;

use super::{Braces, Parser, Wanted};
use crate::{
    ast::{BinaryOp, Expr, ExprKind, UnaryOp},
    format::mark::{NodeKind, Role},
    token::TokenKind,
};

/// An infix operator as found: what it is, how tightly it binds and how many tokens it has.
struct Infix {
    op: BinaryOp,
    level: u8,
    tokens: usize,
}

impl Parser<'_> {
    /// An expression; reports P020 if there is none.
    pub(super) fn expr(&mut self) -> Expr {
        self.binary(0)
    }

    /// The expression in the head of a statement with a block.
    pub(super) fn head_expr(&mut self) -> Expr {
        if self.at(TokenKind::LBrace) && !self.map_ahead() {
            self.unexpected(code::P020, Wanted::Expression);
        }
        let value = self.with_braces(Braces::Head, Self::expr);
        self.assigned_condition();
        value
    }

    /// An expression inside brackets or braces of its own.
    pub(super) fn inner_expr(&mut self) -> Expr {
        self.with_braces(Braces::Record, Self::expr)
    }

    /// Operands joined by operators of at least this level.
    fn binary(&mut self, level: u8) -> Expr {
        let parsed = self.nested(|p| {
            let first = p.pos;
            let mut left = p.unary();
            let operand = p.pos;
            while let Some(infix) = p.infix().filter(|infix| infix.level >= level) {
                left = p.binary_rest(left, &infix);
            }
            if p.pos > operand {
                p.mark(NodeKind::Binary, first);
            }
            left
        });
        parsed.unwrap_or_else(|| self.error_expr())
    }

    fn binary_rest(&mut self, left: Expr, infix: &Infix) -> Expr {
        self.role(Role::Op(infix.level));
        let first = self.bump().start;
        for _ in 1..infix.tokens {
            self.bump();
        }
        let op_span = self.span_from(first);
        let height = std::mem::take(&mut self.height);
        let right = self.binary(infix.level + 1);
        self.height = self.height.max(height);
        self.grow();
        let span = left.span.to(right.span);
        let kind = ExprKind::Binary {
            op: infix.op,
            op_span,
            left: Box::new(left),
            right: Box::new(right),
        };
        self.expr_node(kind, span)
    }

    fn infix(&self) -> Option<Infix> {
        use BinaryOp as B;
        use TokenKind as K;
        if self.panicking {
            return None;
        }
        let (op, level) = match self.kind() {
            K::Star => (B::Mul, 11),
            K::Slash => (B::Div, 11),
            K::Percent => (B::Rem, 11),
            K::At => (B::MatMul, 11),
            K::Plus => (B::Add, 10),
            K::Minus => (B::Sub, 10),
            K::Shl => (B::Shl, 9),
            K::Shr => (B::Shr, 9),
            K::Amp => (B::BitAnd, 8),
            K::Caret => (B::BitXor, 7),
            K::Bar => (B::BitOr, 6),
            K::Lt => (B::Lt, 5),
            K::Le => (B::Le, 5),
            K::Gt => (B::Gt, 5),
            K::Ge => (B::Ge, 5),
            K::EqEq => (B::Eq, 4),
            K::NotEq => (B::Ne, 4),
            K::In => (B::In, 4),
            K::AndAnd => (B::And, 3),
            K::OrOr => (B::Or, 2),
            K::Coalesce => (B::Coalesce, 1),
            K::Union | K::Except | K::Intersect => return self.set_operation(),
            _ => return None,
        };
        let tokens = 1;
        Some(Infix { op, level, tokens })
    }

    /// The words are operators only where an operand follows.
    fn set_operation(&self) -> Option<Infix> {
        let all = self.kind() == TokenKind::Union && self.nth(1) == TokenKind::All;
        let tokens = if all { 2 } else { 1 };
        let op = match self.kind() {
            TokenKind::Union if all => BinaryOp::UnionAll,
            TokenKind::Union => BinaryOp::Union,
            TokenKind::Except => BinaryOp::Except,
            _ => BinaryOp::Intersect,
        };
        self.nth(tokens).starts_expr().then_some(Infix {
            op,
            level: 0,
            tokens,
        })
    }

    fn unary(&mut self) -> Expr {
        let op = match self.kind() {
            TokenKind::Minus => UnaryOp::Neg,
            TokenKind::Bang => UnaryOp::Not,
            TokenKind::Tilde => UnaryOp::Invert,
            _ => return self.power(),
        };
        if self.panicking {
            return self.error_expr();
        }
        self.role(Role::Prefix);
        let start = self.bump().start;
        let operand = self.nested(Self::unary);
        let operand = Box::new(operand.unwrap_or_else(|| self.error_expr()));
        let span = self.span_from(start);
        self.expr_node(ExprKind::Unary { op, operand }, span)
    }

    /// `a ** b`, which binds tighter than the prefix operators on its left.
    fn power(&mut self) -> Expr {
        let left = self.postfix();
        if !self.at(TokenKind::StarStar) {
            return left;
        }
        let token = self.bump();
        let op_span = self.span(token);
        let height = std::mem::take(&mut self.height);
        let right = self.nested(Self::unary);
        let right = right.unwrap_or_else(|| self.error_expr());
        self.height = self.height.max(height);
        self.grow();
        let span = left.span.to(right.span);
        let kind = ExprKind::Binary {
            op: BinaryOp::Pow,
            op_span,
            left: Box::new(left),
            right: Box::new(right),
        };
        self.expr_node(kind, span)
    }

    /// `{ expr }` as a branch of an `if` expression.
    pub(super) fn braced_expr(&mut self) -> Expr {
        let start = self.token().start;
        let first = self.pos;
        if !self.expect(TokenKind::LBrace, code::P050) {
            return self.error_expr();
        }
        let value = self.inner_expr();
        self.expect(TokenKind::RBrace, code::P001);
        self.resume_after(TokenKind::RBrace, start);
        self.mark(NodeKind::Braced, first);
        value
    }
}
