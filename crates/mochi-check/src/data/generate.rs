//! `generate` and `model`.
//!
//! Spec: language.md §14.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, Name};
use mochi_types::Type;

use super::{Field, data};
use crate::annotation::named_type;
use crate::checker::{Checker, error};
use crate::report;
use crate::typed::{DataExpr, DataStmt, Expr, Generated, StmtKind};

/// What every request may hold.
const REQUEST: &[Field] = &[
    ("temperature", number),
    ("top_p", number),
    ("max_tokens", || Type::Int),
    ("stop", stop),
    ("args", || Type::Any),
    ("tools", || Type::Any),
    ("tool_choice", || Type::Any),
    ("normalize", || Type::Bool),
];

const GENERATE: &[Field] = &[
    ("prompt", || Type::Str),
    ("text", || Type::Str),
    ("model", || Type::Str),
];

const MODEL: &[Field] = &[("provider", || Type::Str), ("name", || Type::Str)];

fn number() -> Type {
    Type::union([Type::Float, Type::Int])
}

fn stop() -> Type {
    Type::union([Type::Str, Type::list(Type::Str)])
}

fn fields_of(own: &[Field]) -> Vec<Field> {
    own.iter().chain(REQUEST).copied().collect()
}

fn by_reference(fields: &[(Name, ast::Expr)]) -> Vec<(Name, &ast::Expr)> {
    let fields = fields.iter();
    fields.map(|(name, value)| (name.clone(), value)).collect()
}

impl Checker<'_> {
    pub(super) fn generate(
        &mut self,
        target: &Name,
        fields: &[(Name, ast::Expr)],
        span: Span,
    ) -> Expr {
        let of = format!("`generate {}`", target.text);
        let typed = self.named_fields(&by_reference(fields), &fields_of(GENERATE), &of);
        let needed = if &*target.text == "embedding" {
            "text"
        } else {
            "prompt"
        };
        if !fields.iter().any(|(name, _)| &*name.text == needed) {
            let missing = report::list(&[needed]);
            let of = format!("generate {}", target.text);
            self.report(report::missing_fields(&of, &missing, target.span));
        }
        let (what, ty) = match &*target.text {
            "text" => (Generated::Text(Rc::from("")), Type::Str),
            "embedding" => (Generated::Embedding, Type::list(Type::Float)),
            name if self.is_type_name(name) => {
                let Some(ty) = self.generated_type(target) else {
                    return error(span);
                };
                (Generated::Record, ty)
            }
            _ => (Generated::Text(Rc::clone(&target.text)), Type::Str),
        };
        let kind = DataExpr::Generate {
            what,
            fields: typed,
        };
        data(kind, ty, span)
    }

    /// Whether a name stands for a type here: one that is declared, or any that begins as types do.
    fn is_type_name(&self, name: &str) -> bool {
        let is_upper = name.chars().next().is_some_and(char::is_uppercase);
        is_upper || self.type_names.contains_key(name)
    }

    /// The record type that is generated.
    fn generated_type(&mut self, name: &Name) -> Option<Type> {
        let ty = self.annotation(&named_type(name));
        let is_record = match &ty {
            Type::Error => return None,
            Type::Named(decl) => self.decls.record(decl.id).is_some(),
            Type::Anon(_) => true,
            _ => false,
        };
        if !is_record {
            self.report(report::not_a_struct(&name.text, name.span));
            return None;
        }
        self.note_made(&ty, name.span);
        Some(ty)
    }

    pub(super) fn model(&mut self, name: &Name, fields: &[(Name, ast::Expr)]) -> StmtKind {
        let of = format!("model `{}`", name.text);
        let fields = self.named_fields(&by_reference(fields), &fields_of(MODEL), &of);
        StmtKind::Data(Box::new(DataStmt::Model {
            name: Rc::clone(&name.text),
            fields,
        }))
    }
}
