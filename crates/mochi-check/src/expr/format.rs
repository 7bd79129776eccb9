//! f-strings and their formats.
//!
//! Spec: language.md §18.12.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast;
use mochi_types::Type;

use crate::checker::{Checker, expr};
use crate::report;
use crate::typed::{Expr, ExprKind, FStrPart};

impl Checker<'_> {
    pub(super) fn f_string(&mut self, parts: &[ast::FStrPart], span: Span) -> Expr {
        let mut typed = Vec::new();
        for part in parts {
            match part {
                ast::FStrPart::Text(text) => typed.push(FStrPart::Text(Rc::clone(text))),
                ast::FStrPart::Value { value, spec } => {
                    let mut value = self.expr(value, None);
                    if let Some((text, at)) = spec {
                        value = self.present(value);
                        self.format(text, &value, *at);
                    }
                    let spec = spec.as_ref().map(|(text, _)| Rc::clone(text));
                    typed.push(FStrPart::Value(Box::new(value), spec));
                }
            }
        }
        expr(ExprKind::FStr(typed), Type::Str, span)
    }

    fn format(&mut self, text: &str, value: &Expr, span: Span) {
        let ty = &value.ty;
        if *ty == Type::Error {
            return;
        }
        let fits = Format::parse(text).is_some_and(|format| format.fits(&ty.widened()));
        let own = matches!(ty.widened(), Type::Handle(..)) && self.cx().has_own_format(ty);
        if !fits && !own {
            let shown = self.show(ty);
            let mut diagnostic = report::format(text, &shown, span);
            if *ty == Type::Any {
                let note = "say what the value is: `{… as float:.1f}`";
                diagnostic = diagnostic
                    .with_note(note)
                    .with_notes(self.mixed_note(value, &Type::Float));
            }
            self.report(diagnostic);
        }
    }
}

#[allow(
    clippy::struct_excessive_bools,
    reason = "each is one part of the format"
)]
/// A format in Python's language: `[[fill]align][sign][#][0][width][,|_][.precision][type]`.
struct Format {
    sign: bool,
    alternate: bool,
    zero: bool,
    grouping: Option<char>,
    precision: bool,
    kind: Option<char>,
}

impl Format {
    fn parse(text: &str) -> Option<Self> {
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        let is = |at: usize, set: &str| chars.get(at).is_some_and(|c| set.contains(*c));
        if is(1, "<>=^") {
            at = 2;
        } else if is(0, "<>=^") {
            at = 1;
        }
        let mut take = |set: &str| {
            let found = chars.get(at).copied().filter(|c| set.contains(*c));
            at += usize::from(found.is_some());
            found
        };
        let sign = take("+- ").is_some();
        let alternate = take("#").is_some();
        let zero = take("0").is_some();
        while take("0123456789").is_some() {}
        let grouping = take(",_");
        let precision = take(".").is_some();
        if precision {
            take("0123456789")?;
            while take("0123456789").is_some() {}
        }
        let kind = take("bcdeEfFgGnosxX%");
        (at == chars.len()).then_some(Self {
            sign,
            alternate,
            zero,
            grouping,
            precision,
            kind,
        })
    }

    fn fits(&self, ty: &Type) -> bool {
        let float_kind = matches!(self.kind, Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%'));
        let integer = ty.is_integer() || *ty == Type::ErrorValue;
        if integer {
            let plain = matches!(
                self.kind,
                None | Some('b' | 'c' | 'd' | 'n' | 'o' | 'x' | 'X')
            );
            return float_kind || (plain && !self.precision);
        }
        if *ty == Type::Float {
            return float_kind || self.kind.is_none();
        }
        if *ty == Type::BigRat {
            return float_kind || (self.kind.is_none() && !self.precision);
        }
        let text = matches!(self.kind, None | Some('s'));
        let numeric = self.sign || self.alternate || self.zero || self.grouping.is_some();
        text && !numeric && (!self.precision || *ty == Type::Str)
    }
}
