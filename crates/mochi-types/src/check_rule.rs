//! How strictly a program wants results of Python code to be checked, applied to single checks.
//!
//! Spec: bridge.md §3 (`strict-return-types`, `int-mode`).

use std::rc::Rc;

use crate::Check;

/// What a project asks of the checks of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckRule {
    /// Only those are made that may have to convert the value, or a part of it.
    pub conversions_only: bool,
    /// Integers that do not fit 64 bits are errors.
    pub int64: bool,
}

impl CheckRule {
    /// The check that is made in place of `check`.
    pub fn apply(self, check: &Check) -> Check {
        let check = if self.int64 {
            with_int64(check)
        } else {
            check.clone()
        };
        if self.conversions_only && !may_convert(&check) {
            Check::Nothing
        } else {
            check
        }
    }
}

/// A check with each part replaced.
fn with_parts(check: &Check, part: &dyn Fn(&Check) -> Check) -> Check {
    let one = |inner: &Rc<Check>| Rc::new(part(inner));
    let all = |parts: &Rc<[Check]>| parts.iter().map(part).collect();
    match check {
        Check::List(item) => Check::List(one(item)),
        Check::Set(item) => Check::Set(one(item)),
        Check::Dict(key, item) => Check::Dict(one(key), one(item)),
        Check::Sequence(item) => Check::Sequence(one(item)),
        Check::Mapping(key, item) => Check::Mapping(one(key), one(item)),
        Check::Tuple(parts) => Check::Tuple(all(parts)),
        Check::VariadicTuple(item) => Check::VariadicTuple(one(item)),
        Check::Option(inner) => Check::Option(one(inner)),
        Check::Union(members) => Check::Union(all(members)),
        Check::Iterator(item) => Check::Iterator(one(item)),
        Check::AsyncIterator(item) => Check::AsyncIterator(one(item)),
        other => other.clone(),
    }
}

fn with_int64(check: &Check) -> Check {
    match check {
        Check::Int => Check::Int64,
        other => with_parts(other, &with_int64),
    }
}

/// Whether a check may give another value than it got, or one with another part. A check that may
/// is made as a whole: with a part left out it would say less of the value's type.
fn may_convert(check: &Check) -> bool {
    match check {
        Check::Nothing
        | Check::Unit
        | Check::Str
        | Check::Bytes
        | Check::Literal(_)
        | Check::Instance(_)
        | Check::StubOnly(_)
        | Check::Callable
        | Check::TypeOf(_) => false,
        Check::List(item) | Check::Option(item) => may_convert(item),
        Check::Dict(key, item) => may_convert(key) || may_convert(item),
        Check::Tuple(parts) | Check::Union(parts) => parts.iter().any(may_convert),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rc(check: Check) -> Rc<Check> {
        Rc::new(check)
    }

    #[test]
    fn only_what_may_convert_is_left() {
        let rule = CheckRule {
            conversions_only: true,
            int64: false,
        };
        let nothing = [
            Check::Str,
            Check::Unit,
            Check::Callable,
            Check::List(rc(Check::Str)),
            Check::Option(rc(Check::Bytes)),
            Check::Dict(rc(Check::Str), rc(Check::List(rc(Check::Bytes)))),
            Check::Tuple([Check::Str, Check::Str].into()),
            Check::Union([Check::Str, Check::Bytes].into()),
        ];
        for check in nothing {
            assert_eq!(rule.apply(&check), Check::Nothing, "{check:?}");
        }
        let kept = [
            Check::Int,
            Check::Float,
            Check::Bool,
            Check::Set(rc(Check::Str)),
            Check::Iterator(rc(Check::Str)),
            Check::Mapping(rc(Check::Str), rc(Check::Float)),
            Check::Dict(rc(Check::Str), rc(Check::Option(rc(Check::Float)))),
            Check::Union([Check::Str, Check::Float].into()),
            Check::VariadicTuple(rc(Check::Int)),
        ];
        for check in kept {
            assert_eq!(rule.apply(&check), check);
        }
    }

    #[test]
    fn integers_are_bounded_at_any_depth() {
        let rule = CheckRule {
            conversions_only: false,
            int64: true,
        };
        let check = Check::Dict(rc(Check::Str), rc(Check::Option(rc(Check::Int))));
        let bounded = Check::Dict(rc(Check::Str), rc(Check::Option(rc(Check::Int64))));
        assert_eq!(rule.apply(&check), bounded);
        assert_eq!(CheckRule::default().apply(&check), check);
    }
}
