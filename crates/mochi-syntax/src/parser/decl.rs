//! Declarations: variables, functions and types.
//!
//! Spec: language.md §2 (let, funDecl, typeDecl), §3, §7, §18.6.

use std::rc::Rc;

use mochi_base::{Code, code};

use super::{Head, Parser, inside::METHOD};
use crate::{
    ast::{
        Binder, Block, FieldDecl, FunDecl, Let, StmtKind, TypeDecl, TypeDeclKind, TypeExpr,
        TypeExprKind, VariantDecl,
    },
    format::mark::{NodeKind, Role},
    token::TokenKind,
};

/// How many tokens of a type declaration to look at to tell a sum from an alias.
const MAX_LOOK: usize = 4096;

/// What stands behind a name that `let`, `var` or `for` binds.
const BOUND: &[TokenKind] = &[
    TokenKind::Eq,
    TokenKind::Colon,
    TokenKind::In,
    TokenKind::Comma,
    TokenKind::RParen,
];

impl Parser<'_> {
    pub(super) fn let_stmt(&mut self) -> StmtKind {
        let mutable = self.bump().kind == TokenKind::Var;
        let Some(binder) = self.binder(code::P031) else {
            return StmtKind::Error;
        };
        let binder = self.more_names(binder, "\"=\"");
        let ty = if self.bare_type() {
            Some(self.type_expr())
        } else {
            self.annotation()
        };
        let value = if self.eat(TokenKind::Eq) {
            Some(self.expr())
        } else {
            self.check_let_end();
            None
        };
        StmtKind::Let(Let {
            mutable,
            binder,
            ty,
            value,
        })
    }

    /// A value on the same line, without `=` before it, was meant as the initialiser.
    fn check_let_end(&mut self) {
        let token = self.token();
        let between = self
            .text
            .get(self.previous_end as usize..token.start as usize);
        let blank = between.is_some_and(|text| text.bytes().all(|b| b == b' ' || b == b'\t'));
        if blank && !token.first_on_line && token.kind.starts_expr() {
            self.unexpected(code::P055, "\"=\"");
        }
    }

    /// What a `let` or `for` binds.
    pub(super) fn binder(&mut self, missing: Code) -> Option<Binder> {
        if !self.at(TokenKind::LParen) {
            return self.declared_value(missing, BOUND).map(Binder::Name);
        }
        let start = self.token().start;
        let open = self.pos;
        let parts = self.nested(|p| {
            p.bump();
            let mut parts = Vec::new();
            parts.extend(p.binder(missing));
            let behind = p.pos;
            p.expect(TokenKind::Comma, code::P051);
            if p.at(TokenKind::RParen) {
                p.unexpected(missing, "name");
            }
            let rest = p.head_list(TokenKind::RParen, code::P052, |p| p.binder(missing));
            parts.extend(rest);
            p.mark_tuple(open, behind);
            parts
        })?;
        Some(Binder::Tuple(parts, self.span_from(start)))
    }

    /// A named function as a statement; `fun` or `async fun` is here.
    pub(super) fn fun_stmt(&mut self, doc: Option<Rc<str>>) -> StmtKind {
        self.fun_decl(doc)
            .map_or(StmtKind::Error, |decl| StmtKind::Fun(decl.into()))
    }

    /// A named function; none if it has no name.
    pub(super) fn fun_decl(&mut self, doc: Option<Rc<str>>) -> Option<FunDecl> {
        let start = self.token().start;
        let is_async = self.eat(TokenKind::Async);
        self.fun_rest(start, is_async, doc)
    }

    fn fun_rest(&mut self, start: u32, is_async: bool, doc: Option<Rc<str>>) -> Option<FunDecl> {
        let is_method = self.head == Head::Method;
        if is_method {
            self.head = Head::Plain;
        }
        self.bump();
        let name = self.declared_value(code::P030, &[TokenKind::LParen]);
        let (name, params) = self.method_name(name, METHOD);
        let mut signature = self.signature();
        signature.type_params.splice(..0, params);
        let body = match self.short_body() {
            Some(body) => body,
            None if is_method && self.foreign_stub() => Block {
                body: Vec::new(),
                span: self.here(),
            },
            None => self.block(code::P011),
        };
        self.explain_result(&body);
        Some(FunDecl {
            name: name?,
            is_async,
            type_params: signature.type_params,
            params: signature.params,
            result: signature.result,
            effects: signature.effects,
            body,
            doc,
            span: self.span_from(start),
        })
    }

    pub(super) fn type_stmt(&mut self, doc: Option<Rc<str>>) -> StmtKind {
        let start = self.bump().start;
        let name = self.name(code::P030);
        let outer = self.declared_params();
        let kind = self.type_kind();
        self.lost_params = outer;
        let (Some(name), Some(kind)) = (name, kind) else {
            return StmtKind::Error;
        };
        let span = self.span_from(start);
        StmtKind::Type(Rc::new(TypeDecl {
            name,
            kind,
            doc,
            span,
        }))
    }

    /// What stands behind the name of a declared type.
    fn type_kind(&mut self) -> Option<TypeDeclKind> {
        let equals = self.eat(TokenKind::Eq);
        if equals && self.at(TokenKind::Bar) {
            self.unexpected(code::P999, "variant");
            self.panicking = false;
            self.bump();
        }
        Some(if self.panicking || self.at(TokenKind::LBrace) {
            self.record_decl()
        } else if !equals {
            self.unexpected(code::P055, "\"=\" or \"{\"");
            self.skip_to_block();
            if self.panicking {
                return None;
            }
            self.record_decl()
        } else if self.sum_ahead() {
            self.sum_decl()
        } else {
            TypeDeclKind::Alias(self.type_expr())
        })
    }

    fn record_decl(&mut self) -> TypeDeclKind {
        let mut fields = Vec::new();
        let mut methods = Vec::new();
        let outer = std::mem::take(&mut self.lacks_bodies);
        self.members(&[TokenKind::Type], |p| {
            if p.inner_type() {
                return;
            }
            let doc = p.doc_above(p.pos);
            let is_method = p.at(TokenKind::Fun) || p.at(TokenKind::Async);
            if is_method {
                p.head = Head::Method;
                methods.extend(p.fun_decl(doc).map(Rc::new));
            } else {
                fields.extend(p.field_decl(doc));
            }
        });
        if std::mem::replace(&mut self.lacks_bodies, outer) {
            return TypeDeclKind::Alias(TypeExpr {
                kind: TypeExprKind::Error,
                span: self.here(),
            });
        }
        TypeDeclKind::Record { fields, methods }
    }

    pub(super) fn field_decl(&mut self, doc: Option<Rc<str>>) -> Option<FieldDecl> {
        let name = self.declared_name(code::P030, &[TokenKind::Colon])?;
        self.expect(TokenKind::Colon, code::P054);
        let ty = self.type_expr();
        self.field_default();
        Some(FieldDecl { name, ty, doc })
    }

    fn sum_decl(&mut self) -> TypeDeclKind {
        let mut variants = Vec::new();
        let first = self.pos;
        let mut above_bar = None;
        loop {
            let doc = self.doc_above(self.pos).or(above_bar);
            let Some(name) = self.name(code::P030) else {
                break;
            };
            let fields = self.variant_fields();
            variants.push(VariantDecl { name, fields, doc });
            if !self.at(TokenKind::Bar) {
                break;
            }
            above_bar = self.doc_above(self.pos);
            self.role(Role::Op(0));
            self.bump();
        }
        self.mark(NodeKind::Binary, first);
        TypeDeclKind::Sum(variants)
    }

    /// The fields behind the name of a variant; none if neither bracket is there.
    pub(super) fn variant_fields(&mut self) -> Vec<FieldDecl> {
        let mut fields = Vec::new();
        if self.at(TokenKind::LParen) {
            self.role(Role::Tight);
            self.bump();
            let mut index = 0;
            fields = self.list(TokenKind::RParen, code::P052, |p| {
                let doc = p.doc_above(p.pos);
                let field = p.variant_field(index, doc);
                index += 1;
                field
            });
        } else if self.at(TokenKind::LBrace) {
            self.members(&[], |p| {
                let doc = p.doc_above(p.pos);
                fields.extend(p.field_decl(doc));
            });
        }
        fields
    }

    /// Behind `type NAME =`: whether variants follow rather than a type. A single name is a type, a
    /// single variant with fields a sum.
    fn sum_ahead(&self) -> bool {
        let mut at = 0;
        let mut has_fields = false;
        loop {
            if !self.nth(at).is_name() {
                return has_fields;
            }
            at += 1;
            let fields = match self.nth(at) {
                TokenKind::LBrace => true,
                TokenKind::LParen => {
                    let named = self.nth(at + 1).is_word() && self.nth(at + 2) == TokenKind::Colon;
                    named || !self.nth_token(at).first_on_line
                }
                TokenKind::Dot | TokenKind::Lt | TokenKind::Question => return has_fields,
                _ => false,
            };
            if fields {
                has_fields = true;
                let Some(end) = self.after_brackets(at) else {
                    return true;
                };
                at = end;
            }
            if self.nth(at) != TokenKind::Bar {
                return has_fields || at > 1;
            }
            at += 1;
        }
    }

    /// The token behind the bracket that closes the one `at` tokens ahead.
    fn after_brackets(&self, at: usize) -> Option<usize> {
        use TokenKind as K;
        let mut depth = 0usize;
        for ahead in at..at + MAX_LOOK {
            match self.nth(ahead) {
                K::LParen | K::LBracket | K::LBrace => depth += 1,
                K::RParen | K::RBracket | K::RBrace => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(ahead + 1);
                    }
                }
                K::Eof => return None,
                _ => {}
            }
        }
        None
    }
}
