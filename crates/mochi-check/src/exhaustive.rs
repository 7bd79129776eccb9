//! Which cases the arms of a match cover: exhaustiveness and redundancy.
//!
//! Spec: language.md §7 (T050, T054).

use std::collections::HashSet;
use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast;
use mochi_types::{ClassKind, Literal, Type};

use crate::checker::Checker;
use crate::expr::literal_value;
use crate::report;
use crate::typed::{ExprKind, Pattern};

/// One case of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Case {
    None,
    Variant(mochi_types::DeclRef, u32),
    Literal(Literal),
    Type(Type),
}

/// What the arms so far cover.
pub(crate) struct Coverage {
    covered: HashSet<Case>,
    all: bool,
    /// Some arm's pattern was reported: what it covers is unknown.
    broken: bool,
}

impl Coverage {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            covered: HashSet::new(),
            all: false,
            broken: false,
        }
    }

    /// Whether an arm takes none already.
    pub(crate) fn covers_none(&self) -> bool {
        self.covered.contains(&Case::None)
    }
}

impl Checker<'_> {
    /// Adds an arm, and reports it if it cannot be reached.
    pub(crate) fn cover(&mut self, coverage: &mut Coverage, pattern: &Pattern, arm: &ast::Arm) {
        if matches!(arm.pattern.kind, ast::PatternKind::Error) {
            coverage.broken = true;
            return;
        }
        if coverage.all {
            let why = "arm after catch-all is unreachable";
            self.report(report::redundant_arm(why, arm.span));
            return;
        }
        if arm.guard.is_some() {
            return;
        }
        let case = match pattern {
            Pattern::Wildcard | Pattern::Bind(_) => {
                coverage.all = true;
                return;
            }
            Pattern::None => Case::None,
            Pattern::Literal(_) => match written_literal(&arm.pattern) {
                Some(literal) => Case::Literal(literal),
                None => return,
            },
            Pattern::Value(value) if value.ty == Type::Error => {
                coverage.broken = true;
                return;
            }
            Pattern::Value(value) => match (&value.kind, &value.ty) {
                (ExprKind::PyLiteral(literal), _) | (_, Type::Literal(literal)) => {
                    Case::Literal(literal.clone())
                }
                _ => return,
            },
            Pattern::Variant {
                sum,
                variant,
                fields,
            } => {
                let plain = fields
                    .iter()
                    .all(|field| matches!(field, Pattern::Wildcard | Pattern::Bind(_)));
                if !plain {
                    return;
                }
                Case::Variant(sum.clone(), *variant)
            }
            Pattern::Typed { ty, .. } => Case::Type(ty.clone()),
        };
        if coverage.covered.contains(&case) {
            let why = match &case {
                Case::Variant(sum, index) => {
                    format!("duplicate variant `{}`", self.variant_name(sum, *index))
                }
                Case::Type(ty) => format!("duplicate type `{}`", self.show(ty)),
                Case::None | Case::Literal(_) => "duplicate literal pattern".to_owned(),
            };
            self.report(report::redundant_arm(&why, arm.span));
            return;
        }
        coverage.covered.insert(case);
    }

    fn variant_name(&self, sum: &mochi_types::DeclRef, index: u32) -> Rc<str> {
        self.decls
            .sum(sum.id)
            .and_then(|info| info.variants.get(index as usize))
            .map_or_else(|| Rc::from(""), |variant| Rc::clone(&variant.name))
    }

    /// Whether every value is covered; cases that must be and are not are reported.
    pub(crate) fn finish_coverage(
        &mut self,
        coverage: &Coverage,
        subject: &Type,
        span: Span,
    ) -> bool {
        if coverage.all || coverage.broken || *subject == Type::Error {
            return true;
        }
        let Some(cases) = self.cases(subject) else {
            return coverage
                .covered
                .iter()
                .any(|case| matches!(case, Case::Type(ty) if ty == subject));
        };
        let missing: Vec<String> = cases
            .iter()
            .filter(|case| !self.is_covered(case, coverage))
            .map(|case| self.show_case(case))
            .collect();
        if missing.is_empty() {
            return true;
        }
        let required = matches!(
            subject,
            Type::Named(_)
                | Type::Variant(..)
                | Type::Literal(_)
                | Type::Union(_)
                | Type::Handle(..)
        );
        if required {
            let name = self.show(subject);
            self.report(report::missing_cases(&name, &report::list(&missing), span));
        }
        false
    }

    /// The cases of a type that has finitely many.
    fn cases(&self, ty: &Type) -> Option<Vec<Case>> {
        match ty {
            Type::Named(decl) => {
                let sum = self.decls.sum(decl.id)?;
                let count = u32::try_from(sum.variants.len()).unwrap_or(u32::MAX);
                Some(
                    (0..count)
                        .map(|index| Case::Variant(decl.clone(), index))
                        .collect(),
                )
            }
            Type::Variant(decl, index) => Some(vec![Case::Variant(decl.clone(), *index)]),
            Type::Bool => Some(vec![
                Case::Literal(Literal::Bool(true)),
                Case::Literal(Literal::Bool(false)),
            ]),
            Type::Literal(literal) => Some(vec![Case::Literal(literal.clone())]),
            Type::Handle(class, _) => {
                let info = self.externs.class(class)?;
                let ClassKind::Enum(members) = &info.kind else {
                    return None;
                };
                Some(
                    members
                        .iter()
                        .map(|name| Case::Literal(Literal::Member(class.clone(), Rc::clone(name))))
                        .collect(),
                )
            }
            Type::Union(members) => {
                let mut cases = Vec::new();
                for member in members.iter() {
                    match self.cases(member) {
                        Some(own) if !matches!(member, Type::Bool) => cases.extend(own),
                        _ => cases.push(Case::Type(member.clone())),
                    }
                }
                Some(cases)
            }
            Type::Option(inner) => {
                let mut cases = vec![Case::None];
                match self.cases(inner) {
                    Some(own) => cases.extend(own),
                    None => cases.push(Case::Type((**inner).clone())),
                }
                Some(cases)
            }
            _ => None,
        }
    }

    fn is_covered(&self, case: &Case, coverage: &Coverage) -> bool {
        if coverage.covered.contains(case) {
            return true;
        }
        let own = match case {
            Case::None => return false,
            Case::Variant(sum, index) => Type::Variant(sum.clone(), *index),
            Case::Literal(literal) => Type::Literal(literal.clone()),
            Case::Type(ty) => ty.clone(),
        };
        coverage
            .covered
            .iter()
            .any(|covered| matches!(covered, Case::Type(ty) if self.cx().is_subtype(&own, ty)))
    }

    fn show_case(&self, case: &Case) -> String {
        match case {
            Case::None => "none".to_owned(),
            Case::Variant(sum, index) => self.variant_name(sum, *index).to_string(),
            Case::Literal(Literal::Member(_, name)) => name.to_string(),
            Case::Literal(literal) => self.show(&Type::Literal(literal.clone())),
            Case::Type(ty) => self.show(ty),
        }
    }
}

fn written_literal(pattern: &ast::Pattern) -> Option<Literal> {
    match &pattern.kind {
        ast::PatternKind::Literal(value) => literal_value(value),
        _ => None,
    }
}
