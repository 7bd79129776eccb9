//! Types as written.
//!
//! Spec: language.md §2 (type), §4, §18.6, §18.7.

use mochi_base::{Span, code};

use super::Parser;
use crate::{
    ast::{TypeExpr, TypeExprKind},
    format::mark::{NodeKind, Role},
    lexer::integer,
    token::TokenKind,
};

/// How far to look for the end of type arguments behind `as`.
const MAX_LOOK: usize = 100;

impl Parser<'_> {
    /// A type; reports P999 if there is none.
    pub(super) fn type_expr(&mut self) -> TypeExpr {
        self.union_type(true)
    }

    /// The type of a cast, where `<` may also be a comparison.
    pub(super) fn cast_type(&mut self) -> TypeExpr {
        self.union_type(false)
    }

    fn union_type(&mut self, args: bool) -> TypeExpr {
        let start = self.token().start;
        let begin = self.pos;
        let first = self.option_type(args);
        if !self.at(TokenKind::Bar) {
            return first;
        }
        let mut members = vec![first];
        while self.at(TokenKind::Bar) {
            self.role(Role::Op(0));
            self.bump();
            members.push(self.option_type(args));
        }
        self.mark(NodeKind::Binary, begin);
        TypeExpr {
            kind: TypeExprKind::Union(members),
            span: self.span_from(start),
        }
    }

    fn option_type(&mut self, args: bool) -> TypeExpr {
        let start = self.token().start;
        let kind = self.nested(|p| p.base_type(args));
        let base = TypeExpr {
            kind: kind.unwrap_or(TypeExprKind::Error),
            span: self.type_span(start),
        };
        if !self.eat(TokenKind::Question) {
            return base;
        }
        TypeExpr {
            kind: TypeExprKind::Option(Box::new(base)),
            span: self.span_from(start),
        }
    }

    fn type_span(&self, start: u32) -> Span {
        if self.panicking && self.token().start <= start {
            self.here()
        } else {
            self.span_from(start)
        }
    }

    fn base_type(&mut self, args: bool) -> TypeExprKind {
        match self.kind() {
            TokenKind::Fun => self.fun_type(),
            TokenKind::LBrace => {
                self.bump();
                let fields = self.list(TokenKind::RBrace, code::P001, |p| {
                    let name = p.name(code::P030)?;
                    p.expect(TokenKind::Colon, code::P054);
                    Some((name, p.type_expr()))
                });
                TypeExprKind::Record(fields)
            }
            TokenKind::LBracket => {
                if let Some(list) = self.go_list() {
                    return list;
                }
                self.bump();
                let element = self.type_expr();
                if self.at(TokenKind::Comma) {
                    return self.foreign_tuple_type(element);
                }
                self.expect(TokenKind::RBracket, code::P053);
                TypeExprKind::List(Box::new(element))
            }
            TokenKind::LParen => self.tuple_type(),
            TokenKind::Str => {
                let token = self.bump();
                TypeExprKind::StrLiteral(self.string_value(token))
            }
            TokenKind::Int => {
                let token = self.bump();
                let value = integer(self.slice(token));
                value.map_or(TypeExprKind::Error, TypeExprKind::IntLiteral)
            }
            TokenKind::BadLiteral => {
                self.bump();
                TypeExprKind::Error
            }
            TokenKind::Type if self.nth(1) == TokenKind::Lt => self.named_type(args),
            kind if kind.is_type_name() => {
                if self.foreign_fun_type() {
                    return self.fun_type();
                }
                self.named_type(args)
            }
            _ => {
                self.unexpected(code::P999, "type");
                TypeExprKind::Error
            }
        }
    }

    fn named_type(&mut self, args: bool) -> TypeExprKind {
        let mut path = vec![self.take_name()];
        while self.eat(TokenKind::Dot) {
            path.extend(self.word());
        }
        let has_args = self.at(TokenKind::Lt) && (args || self.type_args_ahead());
        let args = if has_args {
            self.type_args()
        } else if args {
            self.bracket_args(&mut path)
        } else {
            Vec::new()
        };
        self.lost_type_args(TypeExprKind::Named { path, args })
    }

    /// `<A, B>`; the opening bracket is here.
    pub(super) fn type_args(&mut self) -> Vec<TypeExpr> {
        self.role(Role::AngleOpen);
        self.bump();
        let mut args = Vec::new();
        loop {
            args.push(self.type_expr());
            let comma = self.eat(TokenKind::Comma);
            if self.panicking || self.close_angle() {
                return args;
            }
            if !comma {
                self.unexpected(code::P056, "\",\" or \">\"");
                return args;
            }
        }
    }

    /// Consumes one closing `>`, if one is here; `>>` closes two lists.
    pub(super) fn close_angle(&mut self) -> bool {
        if !self.at(TokenKind::Gt) && !self.at(TokenKind::Shr) {
            return false;
        }
        self.role(Role::AngleClose);
        if self.eat(TokenKind::Gt) {
            return true;
        }
        if let Some(token) = self.tokens.get_mut(self.pos) {
            token.kind = TokenKind::Gt;
            token.start += 1;
            token.first_on_line = false;
            self.previous_end = token.start;
        }
        true
    }

    /// At `<` behind the type of a cast: whether it opens type arguments.
    pub(super) fn type_args_ahead(&self) -> bool {
        use TokenKind as K;
        let mut depth = 0usize;
        for ahead in 0..MAX_LOOK {
            let closed = match self.nth(ahead) {
                K::Lt => {
                    depth += 1;
                    0
                }
                K::Gt => 1,
                K::Shr => 2,
                kind if in_type(kind) => 0,
                _ => return false,
            };
            depth = depth.saturating_sub(closed);
            if depth == 0 {
                return true;
            }
        }
        false
    }

    /// `fun(A, B): R` or `fun(...any): R`.
    fn fun_type(&mut self) -> TypeExprKind {
        self.bump();
        self.role(Role::Tight);
        if !self.expect(TokenKind::LParen, code::P051) {
            return TypeExprKind::Error;
        }
        if self.eat(TokenKind::Ellipsis) {
            if self.slice(self.token()) == "any" {
                self.bump();
            } else {
                self.unexpected(code::P999, "\"any\"");
            }
            self.expect(TokenKind::RParen, code::P052);
            let result = self.fun_result();
            return TypeExprKind::AnyFun { result };
        }
        let mut named = false;
        let params = self.list(TokenKind::RParen, code::P052, |p| {
            Some(p.type_param(&mut named))
        });
        let result = self.fun_result();
        TypeExprKind::Fun { params, result }
    }

    fn fun_result(&mut self) -> Option<Box<TypeExpr>> {
        if self.eat(TokenKind::Colon) {
            Some(Box::new(self.option_type(true)))
        } else {
            None
        }
    }

    /// `(A, B)`, or a type in parentheses, which is that type.
    fn tuple_type(&mut self) -> TypeExprKind {
        let open = self.pos;
        self.bump();
        let first = self.type_expr();
        let behind = self.pos;
        if self.eat(TokenKind::Comma) {
            let mut parts = vec![first];
            if self.at(TokenKind::RParen) {
                self.unexpected(code::P999, "type");
            }
            parts.extend(self.list(TokenKind::RParen, code::P052, |p| Some(p.type_expr())));
            self.mark_tuple(open, behind);
            return TypeExprKind::Tuple(parts);
        }
        self.expect(TokenKind::RParen, code::P052);
        first.kind
    }
}

/// Whether a type may contain such a token, its angle brackets aside.
fn in_type(kind: TokenKind) -> bool {
    use TokenKind as K;
    let marks = [
        K::Comma,
        K::Dot,
        K::Question,
        K::Colon,
        K::Bar,
        K::Ellipsis,
        K::RParen,
        K::RBracket,
        K::RBrace,
    ];
    kind.starts_type() || marks.contains(&kind)
}
