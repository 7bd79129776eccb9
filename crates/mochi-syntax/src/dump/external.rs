//! Extern declarations in a dump.

use super::Dump;
use crate::ast::{
    ExternClass, ExternDecl, ExternDeclKind, ExternMember, ExternMemberKind, ExternParam,
    ExternParamKind, ExternSignature, Name,
};

impl Dump {
    pub(super) fn extern_decl(&mut self, decl: &ExternDecl) {
        self.form("extern", |d| match &decl.kind {
            ExternDeclKind::Fun(signature) => {
                d.extern_fun(&decl.path, signature);
            }
            ExternDeclKind::Value { mutable, ty } => {
                d.word(if *mutable { "var" } else { "let" });
                d.path(&decl.path);
                d.annotation(Some(ty));
            }
            ExternDeclKind::Object => {
                d.word("object");
                d.path(&decl.path);
            }
            ExternDeclKind::Class(class) => {
                d.word(class.kind.word());
                d.path(&decl.path);
                d.extern_class(class);
            }
            ExternDeclKind::Enum { value, members } => {
                d.word("enum");
                d.path(&decl.path);
                d.annotation(value.as_ref());
                d.group(members, |d, member| {
                    d.name(&member.name);
                    d.initial(member.value.as_ref());
                });
            }
        });
    }

    fn extern_class(&mut self, class: &ExternClass) {
        self.type_params(&class.type_params);
        if !class.bases.is_empty() {
            self.form("extends", |d| {
                class.bases.iter().for_each(|base| d.ty(base));
            });
        }
        for member in &class.members {
            self.extern_member(member);
        }
    }

    fn extern_member(&mut self, member: &ExternMember) {
        if let Some(doc) = &member.doc {
            self.form("doc", |d| d.quoted(doc));
        }
        self.flag(member.is_static, "static");
        match &member.kind {
            ExternMemberKind::Fun(name, signature) => {
                self.form("", |d| d.extern_fun(std::slice::from_ref(name), signature));
            }
            ExternMemberKind::Field {
                name,
                read_only,
                ty,
                has_default,
            } => self.form(if *read_only { "let" } else { "field" }, |d| {
                d.name(name);
                d.annotation(Some(ty));
                d.flag(*has_default, "= _");
            }),
            ExternMemberKind::Decl(decl) => self.extern_decl(decl),
        }
    }

    fn extern_fun(&mut self, path: &[Name], signature: &ExternSignature) {
        self.flag(signature.is_async, "async");
        self.word("fun");
        self.path(path);
        self.type_params(&signature.type_params);
        self.group(&signature.params, Self::extern_param);
        self.annotation(signature.result.as_ref());
        self.effects(signature.effects.as_deref());
    }

    fn extern_param(&mut self, param: &ExternParam) {
        match param.kind {
            ExternParamKind::PositionalOnly => self.word("/"),
            ExternParamKind::Normal => {}
            ExternParamKind::VarArgs => self.word("*"),
            ExternParamKind::KeywordOnly => self.word("="),
            ExternParamKind::KwArgs => self.word("**"),
        }
        self.name(&param.name);
        self.annotation(param.ty.as_ref());
        self.initial(param.default.as_ref());
    }
}
