//! What named functions and lambdas share: type parameters, parameters, effects; and lambdas.
//!
//! Spec: language.md §2 (funDecl, lambda), §4.6, §6, §18.5.

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{Expr, ExprKind, Lambda, LambdaBody, Name, Param, TypeExpr, TypeExprKind, TypeParamDecl},
    format::mark::Role,
    token::TokenKind,
};

/// What stands behind the name of a parameter.
const PARAMETER: &[TokenKind] = &[
    TokenKind::Colon,
    TokenKind::Comma,
    TokenKind::RParen,
    TokenKind::Eq,
];

/// A function from its type parameters to its effects.
pub(super) struct Signature {
    pub type_params: Vec<TypeParamDecl>,
    pub params: Vec<Param>,
    pub result: Option<TypeExpr>,
    pub effects: Option<Vec<Name>>,
}

impl Parser<'_> {
    pub(super) fn signature(&mut self) -> Signature {
        let type_params = self.type_params();
        self.role(Role::Tight);
        let params = if self.expect(TokenKind::LParen, code::P010) {
            self.params()
        } else {
            Vec::new()
        };
        let result = if self.thin_result() || self.bare_result() {
            Some(self.type_expr())
        } else if self.at(TokenKind::Colon)
            && self.nth_token(1).first_on_line
            && self.nth(1).is_statement_word()
            && !matches!(self.nth(1), TokenKind::Fun | TokenKind::Type)
        {
            // What follows is no type: a body as other languages write it.
            None
        } else if self.at_def_body() {
            None
        } else {
            self.annotation()
        };
        let effects = self.effects();
        Signature {
            type_params,
            params,
            result,
            effects,
        }
    }

    /// `<T, U: Bound>`, if it is there.
    pub(super) fn type_params(&mut self) -> Vec<TypeParamDecl> {
        let mut params = Vec::new();
        if !self.at(TokenKind::Lt) {
            return params;
        }
        self.role(Role::AngleOpen);
        self.bump();
        loop {
            let Some(name) = self.name(code::P030) else {
                return params;
            };
            let bound = self.annotation();
            params.push(TypeParamDecl { name, bound });
            let comma = self.eat(TokenKind::Comma);
            if self.close_angle() {
                return params;
            }
            if !comma {
                self.unexpected(code::P056, "\",\" or \">\"");
                return params;
            }
        }
    }

    /// Parameters up to and with the closing parenthesis.
    pub(super) fn params(&mut self) -> Vec<Param> {
        self.head_list(TokenKind::RParen, code::P052, |p| {
            let name = p.declared_value(code::P030, PARAMETER)?;
            let ty = p.annotation().or_else(|| p.lost_type());
            let default = if p.eat(TokenKind::Eq) {
                Some(p.expr())
            } else {
                None
            };
            Some(Param { name, ty, default })
        })
    }

    /// The type of a parameter behind whose name something stands that cannot stand there.
    fn lost_type(&self) -> Option<TypeExpr> {
        let ends = matches!(
            self.kind(),
            TokenKind::Comma | TokenKind::RParen | TokenKind::Eq
        );
        (!ends).then(|| TypeExpr {
            kind: TypeExprKind::Error,
            span: self.here(),
        })
    }

    /// `: type`, if it is there.
    pub(super) fn annotation(&mut self) -> Option<TypeExpr> {
        if self.eat(TokenKind::Colon) {
            Some(self.type_expr())
        } else {
            None
        }
    }

    /// `! io, net`, if it is there.
    pub(super) fn effects(&mut self) -> Option<Vec<Name>> {
        if !self.eat(TokenKind::Bang) {
            return None;
        }
        let mut names = Vec::new();
        loop {
            names.extend(self.name(code::P030));
            if !self.eat(TokenKind::Comma) {
                return Some(names);
            }
        }
    }

    pub(super) fn lambda(&mut self) -> Expr {
        let start = self.token().start;
        let is_async = self.eat(TokenKind::Async);
        self.lambda_rest(start, is_async)
    }

    pub(super) fn lambda_rest(&mut self, start: u32, is_async: bool) -> Expr {
        self.bump();
        let signature = self.signature();
        let body =
            if self.eat(TokenKind::FatArrow) || self.thin_arrow(code::P011, "\"=>\" or \"{\"") {
                LambdaBody::Expr(Box::new(self.expr()))
            } else {
                if !self.panicking && !self.at(TokenKind::LBrace) {
                    self.unexpected(code::P011, "\"=>\" or \"{\"");
                }
                let block = self.block(code::P011);
                self.explain_result(&block);
                LambdaBody::Block(block)
            };
        let span = self.span_from(start);
        let lambda = Lambda {
            is_async,
            type_params: signature.type_params,
            params: signature.params,
            result: signature.result,
            effects: signature.effects,
            body,
            span,
        };
        self.expr_node(ExprKind::Lambda(lambda.into()), span)
    }
}
