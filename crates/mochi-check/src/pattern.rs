//! Patterns: what each stands for, and what it binds.
//!
//! Spec: language.md §7 (the table of patterns).

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, Name, PatternKind};
use mochi_types::{ClassKind, DeclRef, Type};

use crate::checker::{Checker, error};
use crate::exhaustive::Coverage;
use crate::report;
use crate::scope::{Binding, NewVar};
use crate::typed::{Pattern, VarId, VarKind};

const NOT_BOUND: &str =
    "a name in an arm is a value to compare with: `_` takes anything, and `name: T` binds";

impl Checker<'_> {
    /// Resolves an arm's pattern against the subject's type.
    pub(crate) fn pattern(&mut self, pattern: &ast::Pattern, ty: &Type) -> Pattern {
        self.pattern_in(pattern, ty, false)
    }

    fn pattern_in(&mut self, pattern: &ast::Pattern, ty: &Type, inside: bool) -> Pattern {
        let span = pattern.span;
        match &pattern.kind {
            PatternKind::Wildcard | PatternKind::Error => Pattern::Wildcard,
            PatternKind::Name(name) => self.name_pattern(name, ty, inside, span),
            PatternKind::Path(path) => self.path_pattern(path, ty, span),
            PatternKind::Variant { name, args } => self.variant_pattern(name, args, ty, span),
            PatternKind::Typed { name, ty: written } => self.typed_pattern(name, written, ty, span),
            PatternKind::Literal(value) => self.literal_pattern(value, ty),
        }
    }

    fn literal_pattern(&mut self, value: &ast::Expr, ty: &Type) -> Pattern {
        if matches!(value.kind, ast::ExprKind::None) {
            let optional = matches!(ty, Type::Option(_) | Type::Any | Type::None | Type::Error);
            if !optional {
                let shown = self.show(ty);
                self.report(report::none_comparison(&shown, value.span));
            }
            return Pattern::None;
        }
        Pattern::Literal(self.comparand(value, ty))
    }

    fn name_pattern(&mut self, name: &Rc<str>, ty: &Type, inside: bool, span: Span) -> Pattern {
        let sum = sum_of(ty);
        if let Some((found, variant)) = self.variant_of_subject(name, sum.as_ref()) {
            let own = sum.as_ref() == Some(&found);
            let nullary = self.variant_fields(&found, variant).is_empty();
            if nullary && (own || (sum.is_none() && holds_variants(ty))) {
                return Pattern::Variant {
                    sum: found,
                    variant,
                    fields: Vec::new(),
                };
            }
            if own && !inside {
                let fields = self.variant_fields(&found, variant);
                return Pattern::Variant {
                    sum: found,
                    variant,
                    fields: fields.iter().map(|_| Pattern::Wildcard).collect(),
                };
            }
        }
        if inside {
            return Pattern::Bind(self.bind_pattern(name, ty, span));
        }
        if self.lookup(name).is_none() && !self.is_own_member(name) {
            if self.is_other_none(name) && matches!(ty, Type::Option(_) | Type::Any) {
                let diagnostic = report::undefined_variable(name, span);
                self.report(diagnostic.with_note("Mochi writes `none`"));
                return Pattern::None;
            }
            if sum.is_some() {
                self.undefined_variant(name, ty, span);
                self.declare(name, Binding::Error);
                return Pattern::Value(error(span));
            }
            if !crate::builtin::names().any(|known| known == &**name) {
                let note = if self.is_member_of(name, ty) {
                    format!(
                        "a member is written with its enum: `{}.{name}`",
                        self.show(ty)
                    )
                } else {
                    NOT_BOUND.to_owned()
                };
                self.report(report::undefined_variable(name, span).with_note(note));
                self.declare(name, Binding::Error);
                return Pattern::Value(error(span));
            }
        }
        let written = ast::Expr {
            id: ast::NodeId(u32::MAX),
            kind: ast::ExprKind::Name(Rc::clone(name)),
            span,
        };
        Pattern::Value(self.comparand(&written, ty))
    }

    /// The variant of that name: of the subject's type, wherever that is declared, else any.
    fn variant_of_subject(&self, name: &str, sum: Option<&DeclRef>) -> Option<(DeclRef, u32)> {
        let own = sum.and_then(|sum| {
            let variants = &self.decls.sum(sum.id)?.variants;
            let index = variants.iter().position(|variant| &*variant.name == name)?;
            Some((sum.clone(), u32::try_from(index).ok()?))
        });
        own.or_else(|| self.variant_named(name, sum))
    }

    /// Whether the type is an enum with such a member.
    fn is_member_of(&self, name: &str, ty: &Type) -> bool {
        let Type::Handle(class, _) = ty.widened() else {
            return false;
        };
        let known = self.externs.class(&class);
        known.is_some_and(|known| match &known.kind {
            ClassKind::Enum(members) => members.iter().any(|member| **member == *name),
            _ => false,
        })
    }

    fn undefined_variant(&mut self, name: &str, ty: &Type, span: Span) {
        let names: Vec<Rc<str>> = sum_of(ty)
            .and_then(|sum| {
                let info = self.decls.sum(sum.id)?;
                Some(
                    info.variants
                        .iter()
                        .map(|variant| Rc::clone(&variant.name))
                        .collect(),
                )
            })
            .unwrap_or_default();
        let diagnostic = report::undefined_variable(name, span);
        let known = diagnostic.notes.len();
        let names = names.iter().map(|name| &**name);
        let mut diagnostic = report::suggest(diagnostic, name, names);
        if diagnostic.notes.len() == known {
            diagnostic = diagnostic.with_note(NOT_BOUND);
        }
        self.report(diagnostic);
    }

    fn bind_pattern(&mut self, name: &Rc<str>, ty: &Type, span: Span) -> VarId {
        self.note_type(span, ty);
        let new = NewVar::fixed(VarKind::Pattern, ty.clone());
        self.declare_var(name, span, new)
    }

    fn path_pattern(&mut self, path: &[Name], ty: &Type, span: Span) -> Pattern {
        if let Some((found, variant)) = self.shown_variant(path) {
            let sum = sum_of(ty);
            if sum.as_ref() == Some(&found) || (sum.is_none() && holds_variants(ty)) {
                let fields = self.variant_fields(&found, variant);
                return Pattern::Variant {
                    sum: found,
                    variant,
                    fields: fields.iter().map(|_| Pattern::Wildcard).collect(),
                };
            }
        }
        let mut names = path.iter();
        let Some(first) = names.next() else {
            return Pattern::Wildcard;
        };
        let mut written = ast::Expr {
            id: ast::NodeId(u32::MAX),
            kind: ast::ExprKind::Name(Rc::clone(&first.text)),
            span: first.span,
        };
        for name in names {
            written = ast::Expr {
                id: ast::NodeId(u32::MAX),
                kind: ast::ExprKind::Field {
                    object: Box::new(written),
                    name: name.clone(),
                },
                span: first.span.to(name.span),
            };
        }
        written.span = span;
        Pattern::Value(self.comparand(&written, ty))
    }

    fn variant_pattern(
        &mut self,
        name: &Name,
        args: &[ast::Pattern],
        ty: &Type,
        span: Span,
    ) -> Pattern {
        let sum = sum_of(ty);
        let found = self.variant_of_subject(&name.text, sum.as_ref());
        let Some((found, variant)) = found else {
            if *ty != Type::Error {
                self.undefined_variant(&name.text, ty, name.span);
            }
            self.bind_all(args);
            return Pattern::Value(error(span));
        };
        let fits = sum.as_ref() == Some(&found) || (sum.is_none() && holds_variants(ty));
        if !fits {
            let (want, got) = (self.show(ty), found.name.to_string());
            self.report(report::mismatch(&want, &got, name.span));
            self.bind_all(args);
            return Pattern::Value(error(span));
        }
        let fields = self.variant_fields(&found, variant);
        if fields.len() != args.len() {
            let count = |n: usize| format!("{n} field{}", if n == 1 { "" } else { "s" });
            let (want, got) = (count(fields.len()), count(args.len()));
            self.report(report::mismatch(&want, &got, span));
            self.bind_all(args);
            return Pattern::Value(error(span));
        }
        let fields = args
            .iter()
            .zip(fields)
            .map(|(arg, (_, ty))| self.pattern_in(arg, &ty, true))
            .collect();
        Pattern::Variant {
            sum: found,
            variant,
            fields,
        }
    }

    /// Declares what the patterns of a failed variant would bind.
    fn bind_all(&mut self, args: &[ast::Pattern]) {
        for arg in args {
            self.pattern_in(arg, &Type::Error, true);
        }
    }

    fn typed_pattern(
        &mut self,
        name: &Name,
        written: &ast::TypeExpr,
        ty: &Type,
        span: Span,
    ) -> Pattern {
        let target = self.annotation(written);
        let inner = match ty {
            Type::Option(inner) => &**inner,
            other => other,
        };
        let cx = self.cx();
        let possible = *inner == Type::Any
            || *inner == Type::Error
            || target == Type::Error
            || cx.is_subtype(&target, inner)
            || cx.is_subtype(inner, &target)
            || matches!(inner, Type::Union(members)
                if members.iter().any(|member| cx.is_subtype(member, &target)
                    || cx.is_subtype(&target, member)));
        if !possible {
            let (want, got) = (self.show(ty), self.show(&target));
            self.report(report::mismatch(&want, &got, span));
        }
        let bound = if cx_is_wider(self, inner, &target) {
            inner.clone()
        } else {
            target.clone()
        };
        let var = (&*name.text != "_").then(|| self.bind_pattern(&name.text, &bound, name.span));
        Pattern::Typed { var, ty: target }
    }

    /// The variable that an arm narrows: every arm but the `none` arm and those before it that
    /// take anything.
    pub(crate) fn arm_narrows(
        pattern: &Pattern,
        coverage: &Coverage,
        variable: Option<VarId>,
    ) -> Option<VarId> {
        let holds = match pattern {
            Pattern::None => false,
            Pattern::Wildcard | Pattern::Bind(_) => coverage.covers_none(),
            Pattern::Value(value) => !matches!(value.ty, Type::Option(_) | Type::Any | Type::None),
            _ => true,
        };
        variable.filter(|_| holds)
    }
}

fn cx_is_wider(checker: &Checker<'_>, inner: &Type, target: &Type) -> bool {
    *inner != Type::Any
        && !matches!(inner, Type::Union(_))
        && checker.cx().is_subtype(inner, target)
}

/// The sum type whose variants a subject of that type may be.
fn sum_of(ty: &Type) -> Option<DeclRef> {
    match ty {
        Type::Named(decl) | Type::Variant(decl, _) => Some(decl.clone()),
        Type::Option(inner) => sum_of(inner),
        _ => None,
    }
}

fn holds_variants(ty: &Type) -> bool {
    match ty {
        Type::Any | Type::Error | Type::Union(_) => true,
        Type::Option(inner) => holds_variants(inner),
        _ => false,
    }
}
