//! Declared types with parameters, as other languages have them: reported at their declaration, and
//! read as if they had none, so that what uses them is not blamed.
//!
//! Spec: language.md §4.6 ("User types have none"), §20 (follow-up noise).

use mochi_base::code;

use super::Parser;
use crate::{
    ast::{Name, TypeExprKind, TypeParamDecl},
    token::{Token, TokenKind},
};

const NO_PARAMS: &str = "types that a program declares have no parameters; functions have: \
                         `fun f<T>(xs: list<T>): T`";

/// The names of the declared types that have parameters.
pub(super) fn generic_types<'a>(tokens: &[Token], text: &'a str) -> Vec<&'a str> {
    let mut depth = 0usize;
    let mut found = Vec::new();
    let mut before = TokenKind::Eof;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::LBrace => depth += 1,
            TokenKind::RBrace => depth = depth.saturating_sub(1),
            // Those of Python may have parameters.
            TokenKind::Type if !matches!(before, TokenKind::Extern | TokenKind::Python) => {
                if depth == 0
                    && let Some([name, angle]) = tokens.get(at + 1..at + 3)
                    && name.kind.is_name()
                    && angle.kind == TokenKind::Lt
                {
                    found.extend(text.get(name.start as usize..name.end as usize));
                }
            }
            _ => {}
        }
        before = token.kind;
    }
    found
}

impl<'a> Parser<'a> {
    /// `<T>` behind the name of a declared type; the parameters of the type around it come back.
    pub(super) fn declared_params(&mut self) -> Vec<&'a str> {
        let outer = self.lost_params.clone();
        if self.at(TokenKind::Lt) {
            self.foreign(code::P055, "\"=\" or \"{\"", NO_PARAMS);
            let first = self.pos;
            self.type_params();
            let passed = self.tokens.get(first..self.pos).unwrap_or_default();
            let names = passed.iter().filter(|token| token.kind.is_name());
            let names: Vec<&str> = names.map(|token| self.slice(*token)).collect();
            self.lost_params.extend(names);
        }
        outer
    }

    /// What a type's name stands for that has lost its parameters, or is one of them.
    pub(super) fn lost_type_args(&self, kind: TypeExprKind) -> TypeExprKind {
        let TypeExprKind::Named { path, args } = kind else {
            return kind;
        };
        match path.as_slice() {
            [name] if self.lost_params.contains(&&*name.text) => TypeExprKind::Error,
            [name] if self.is_generic(&name.text) => TypeExprKind::Named {
                path,
                args: Vec::new(),
            },
            _ => TypeExprKind::Named { path, args },
        }
    }

    fn is_generic(&self, name: &str) -> bool {
        self.generic_types.contains(&name)
    }

    /// Passes over the `<T>` of `Stack<T> { … }` behind the name of such a type.
    pub(super) fn pass_type_args(&mut self, name: &Name) {
        if !self.at(TokenKind::Lt) || !self.is_generic(&name.text) || !self.type_args_ahead() {
            return;
        }
        let (start, end) = (self.pos, self.previous_end);
        let reported = self.diagnostics.len();
        self.type_args();
        let opens = self.at(TokenKind::LBrace) || self.at(TokenKind::LParen);
        if !opens || self.diagnostics.len() > reported {
            // A comparison after all.
            self.diagnostics.truncate(reported);
            self.panicking = false;
            (self.pos, self.previous_end) = (start, end);
        }
    }

    /// `fun T.m(…)` and `fun T<A>.m(…)`, behind the first name: the method's name, which no other
    /// declaration has, and the parameters of its type.
    pub(super) fn method_name(
        &mut self,
        name: Option<Name>,
        note: &str,
    ) -> (Option<Name>, Vec<TypeParamDecl>) {
        let is_generic = name
            .as_ref()
            .is_some_and(|name| self.is_generic(&name.text));
        let params = if is_generic && self.at(TokenKind::Lt) {
            self.type_params()
        } else {
            Vec::new()
        };
        let is_method = self.at(TokenKind::Dot) && self.nth(1).is_word();
        if !is_method || !matches!(self.nth(2), TokenKind::LParen | TokenKind::Lt) {
            return (name, params);
        }
        self.foreign(code::P010, "\"(\"", note);
        self.bump();
        let member = self.take_name();
        let name = name.map(|name| Name {
            text: format!("{}.{}", name.text, member.text).into(),
            span: name.span,
        });
        (name, params)
    }
}
