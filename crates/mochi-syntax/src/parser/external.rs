//! `extern` declarations.
//!
//! Spec: language.md §18.2–18.4, P064, P075.

use std::rc::Rc;

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{
        ExternClass, ExternClassKind, ExternDecl, ExternDeclKind, ExternEnumMember, ExternMember,
        ExternMemberKind, ExternParam, ExternParamKind, ExternSignature, Name, StmtKind, TypeExpr,
        TypeExprKind,
    },
    format::mark::Role,
    token::TokenKind,
};

/// How far a parameter list has come; each kind of marker stands once and in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Start,
    Positional,
    Slash,
    Star,
    Kwargs,
}

impl Parser<'_> {
    /// A statement that starts with `extern`.
    pub(super) fn extern_stmt(&mut self, doc: Option<Rc<str>>) -> StmtKind {
        self.bump();
        self.extern_language();
        self.extern_item(doc)
            .map_or(StmtKind::Error, |decl| StmtKind::Extern(decl.into()))
    }

    fn extern_language(&mut self) {
        if self.eat(TokenKind::Python) {
            return;
        }
        let declares = self.extern_decl_ahead();
        if self.kind().is_name() && !declares {
            let language = self.take_name();
            self.check_language(&language);
        }
    }

    /// Whether the word here begins the declaration of a type or object.
    fn extern_decl_ahead(&self) -> bool {
        use TokenKind as K;
        let kind = self.kind();
        let words = [K::Record, K::Interface, K::Enum, K::ErrorWord, K::Object];
        (kind == K::Type || words.contains(&kind)) && self.nth(1).is_word()
    }

    fn extern_item(&mut self, doc: Option<Rc<str>>) -> Option<ExternDecl> {
        use TokenKind as K;
        let start = self.token().start;
        let (path, kind) = match self.kind() {
            _ if self.extern_decl_ahead() => return self.extern_decl(doc),
            K::Fun | K::Async => {
                let is_async = self.eat(K::Async);
                if !self.expect(K::Fun, code::P999) {
                    return None;
                }
                let path = self.extern_name();
                (path, ExternDeclKind::Fun(self.extern_signature(is_async)))
            }
            K::Let | K::Var => {
                let mutable = self.bump().kind == K::Var;
                let path = self.extern_name();
                let ty = self.extern_value_type();
                (path, ExternDeclKind::Value { mutable, ty })
            }
            _ => {
                self.unexpected(code::P999, "extern declaration");
                return None;
            }
        };
        Some(ExternDecl {
            path: path?,
            kind,
            doc,
            span: self.span_from(start),
        })
    }

    fn extern_value_type(&mut self) -> TypeExpr {
        if self.expect(TokenKind::Colon, code::P054) {
            return self.type_expr();
        }
        TypeExpr {
            kind: TypeExprKind::Error,
            span: self.here(),
        }
    }

    /// `NAME {"." WORD}`.
    fn extern_name(&mut self) -> Option<Vec<Name>> {
        let mut path = vec![self.name(code::P030)?];
        while self.eat(TokenKind::Dot) {
            path.extend(self.word());
        }
        Some(path)
    }

    /// From the type parameters to the effects.
    fn extern_signature(&mut self, is_async: bool) -> ExternSignature {
        let type_params = self.type_params();
        self.role(Role::Tight);
        let mut params = Vec::new();
        if self.expect(TokenKind::LParen, code::P010) {
            let mut stage = Stage::Start;
            self.list(TokenKind::RParen, code::P052, |p| {
                p.extern_param(&mut stage, &mut params);
                Some(())
            });
        }
        ExternSignature {
            is_async,
            type_params,
            params,
            result: self.annotation(),
            effects: self.effects(),
        }
    }

    fn extern_param(&mut self, stage: &mut Stage, params: &mut Vec<ExternParam>) {
        use TokenKind as K;
        let token = self.token();
        let named = self.nth(1).is_name();
        let (in_place, next) = match token.kind {
            K::Slash => (*stage == Stage::Positional, Stage::Slash),
            K::Star => (*stage < Stage::Star, Stage::Star),
            K::StarStar => (*stage < Stage::Kwargs, Stage::Kwargs),
            _ => (*stage < Stage::Kwargs, Stage::Positional),
        };
        if !in_place {
            let shown = self.shown(token);
            let message = format!("parameter marker `{shown}` out of place");
            self.report(code::P075, self.span(token), message);
        }
        *stage = next.max(*stage);
        if matches!(token.kind, K::Slash | K::Star | K::StarStar) {
            self.role(Role::Prefix);
            self.bump();
        }
        if token.kind == K::Slash {
            for param in params {
                param.kind = ExternParamKind::PositionalOnly;
            }
            return;
        }
        if token.kind == K::Star && !named {
            return;
        }
        let Some(name) = self.name(code::P030) else {
            return;
        };
        let ty = self.annotation();
        // `_` reads as a name, so it needs no case of its own.
        let default = self.eat(K::Eq).then(|| self.expr());
        let kind = match (token.kind, *stage) {
            (K::Star, _) => ExternParamKind::VarArgs,
            (K::StarStar, _) => ExternParamKind::KwArgs,
            (_, Stage::Star | Stage::Kwargs) => ExternParamKind::KeywordOnly,
            _ => ExternParamKind::Normal,
        };
        params.push(ExternParam {
            name,
            kind,
            ty,
            default,
        });
    }

    fn extern_decl(&mut self, doc: Option<Rc<str>>) -> Option<ExternDecl> {
        use TokenKind as K;
        let start = self.token().start;
        let word = self.bump().kind;
        let path = self.extern_name();
        let class = match word {
            K::Record => ExternClassKind::Record,
            K::Interface => ExternClassKind::Interface,
            K::ErrorWord => ExternClassKind::Error,
            _ => ExternClassKind::Type,
        };
        let kind = match word {
            K::Object => ExternDeclKind::Object,
            K::Enum => ExternDeclKind::Enum {
                value: self.annotation(),
                members: self.enum_members(),
            },
            _ => ExternDeclKind::Class(self.extern_class(class)),
        };
        Some(ExternDecl {
            path: path?,
            kind,
            doc,
            span: self.span_from(start),
        })
    }

    fn extern_class(&mut self, kind: ExternClassKind) -> ExternClass {
        use TokenKind as K;
        let type_params = self.type_params();
        let mut bases = Vec::new();
        if self.eat(K::Extends) {
            bases.push(self.type_expr());
            while self.eat(K::Comma) {
                bases.push(self.type_expr());
            }
        }
        let mut members = Vec::new();
        let needs_body = matches!(kind, ExternClassKind::Record | ExternClassKind::Interface);
        if needs_body || self.at(K::LBrace) {
            self.members(&[K::Let, K::Type], |p| {
                let member = p.nested(Self::extern_member).flatten();
                members.extend(member);
            });
        }
        ExternClass {
            kind,
            type_params,
            bases,
            members,
        }
    }

    fn enum_members(&mut self) -> Vec<ExternEnumMember> {
        if !self.expect(TokenKind::LBrace, code::P050) {
            return Vec::new();
        }
        self.role_at(Role::Padded, self.pos.saturating_sub(1));
        self.list(TokenKind::RBrace, code::P001, |p| {
            let name = p.word()?;
            let value = p.eat(TokenKind::Eq).then(|| p.expr());
            Some(ExternEnumMember { name, value })
        })
    }

    fn extern_member(&mut self) -> Option<ExternMember> {
        use TokenKind as K;
        let start = self.token().start;
        let doc = if self.docs.is_empty() {
            None
        } else {
            self.doc_above(self.pos)
        };
        let is_field = |p: &Self| p.nth(1) == K::Colon;
        let is_static = self.at(K::Static) && !is_field(self);
        if is_static {
            self.bump();
        }
        let kind = if self.extern_decl_ahead() && !is_field(self) {
            let decl = self.extern_decl(doc.clone())?;
            ExternMemberKind::Decl(decl.into())
        } else {
            self.extern_fun_or_field(is_field(self))?
        };
        Some(ExternMember {
            is_static,
            kind,
            doc,
            span: self.span_from(start),
        })
    }

    fn extern_fun_or_field(&mut self, is_field: bool) -> Option<ExternMemberKind> {
        use TokenKind as K;
        let mut read_only = false;
        if !is_field {
            let is_async = self.at(K::Async) && self.nth(1) == K::Fun;
            if is_async {
                self.bump();
            }
            if self.eat(K::Fun) {
                let name = self.word();
                let signature = self.extern_signature(is_async);
                return Some(ExternMemberKind::Fun(name?, signature));
            }
            read_only = self.eat(K::Let);
        }
        let name = self.word()?;
        let ty = self.extern_value_type();
        let has_default = self.eat(K::Eq);
        if has_default {
            self.expr();
        }
        Some(ExternMemberKind::Field {
            name,
            read_only,
            ty,
            has_default,
        })
    }
}
