//! What is said to those who mean what Python's packages of arrays and tables do: conditions on
//! every element at once, and aggregates that are methods.
//!
//! Nothing here knows a package: a value says by its members what it offers.
//!
//! Spec: language.md §18.14; bridge.md §6 ("Operators on handles").

use mochi_base::Diagnostic;
use mochi_types::Type;

use crate::checker::Checker;
use crate::typed::Expr;

/// A longer expression is not quoted.
const LONGEST: usize = 40;

impl Checker<'_> {
    fn offers(&self, ty: &Type, member: &str) -> bool {
        matches!(ty, Type::Handle(..)) && self.cx().lookup_member(ty, member).is_some()
    }

    /// For a value where a bool is asked for.
    pub(crate) fn bool_advice(&self, value: &Expr) -> Option<String> {
        let ty = &value.ty;
        let text = self.text(value.span);
        let text = if text.len() > LONGEST || text.contains('\n') {
            "x"
        } else {
            text
        };
        match ty.widened() {
            Type::Option(inner) if *inner == Type::Bool => return Some(self.none_note(value)),
            Type::Option(_) => {
                return Some(format!("`{text} != none` is true where there is a value"));
            }
            Type::Str => {
                return Some(format!(
                    "`{text} != \"\"` is true of a text that is not empty"
                ));
            }
            Type::List(_) | Type::Map(..) | Type::OMap(..) | Type::Set(_) | Type::Group(..) => {
                return Some(format!(
                    "`len({text}) > 0` is true where there are elements"
                ));
            }
            number if number.is_number() => {
                return Some(format!("`{text} != 0` is true of numbers other than 0"));
            }
            Type::Handle(..) => {}
            _ => return None,
        }
        let shown = self.show(ty);
        Some(if self.offers(ty, "any") && self.offers(ty, "all") {
            format!(
                "its type is {shown}, which may hold many values: `.any()` or `.all()` makes one bool of them"
            )
        } else {
            format!("its type is {shown}")
        })
    }

    /// For `&&`, `||` and `!` on handles that have the operators of Python.
    pub(crate) fn logic_advice(&self, operator: &str, tys: &[&Type]) -> Option<String> {
        let (own, method, example) = match operator {
            "&&" => ("&", "__and__", "`(a > 1) & (b < 2)`"),
            "||" => ("|", "__or__", "`(a > 1) | (b < 2)`"),
            _ => ("~", "__invert__", "`~(a > 1)`"),
        };
        let offers = tys.iter().any(|ty| self.offers(ty, method));
        offers.then(|| {
            format!(
                "for every element it is `{own}`, which binds tighter than comparisons: {example}"
            )
        })
    }

    /// With the note for a value of one of several types.
    pub(crate) fn noted(&self, diagnostic: Diagnostic, ty: &Type) -> Diagnostic {
        diagnostic.with_notes(self.union_note(ty))
    }

    /// For a builtin function given a handle that has a method of that name.
    pub(crate) fn method_advice(&self, ty: &Type, name: &str) -> Option<String> {
        self.offers(ty, name)
            .then(|| format!("{} has a method for it: `.{name}()`", self.show(ty)))
    }
}
