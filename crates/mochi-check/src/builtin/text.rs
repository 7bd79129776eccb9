//! Builtins on text and bytes.
//!
//! Spec: language.md §12.

use mochi_types::Type;

use super::BuiltinCall;
use crate::checker::Checker;
use crate::typed::Builtin;

impl Checker<'_> {
    pub(super) fn text_builtin(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        let string = Type::Str;
        match call.builtin {
            Builtin::Str | Builtin::Lower => {
                self.next(call)?;
                Some(Type::Str)
            }
            Builtin::Upper | Builtin::Trim => {
                self.next_as(call, &string)?;
                Some(Type::Str)
            }
            Builtin::Contains => {
                self.text_subject(call)?;
                self.next_as(call, &string)?;
                Some(Type::Bool)
            }
            Builtin::IndexOf => {
                self.next_as(call, &string)?;
                self.next_as(call, &string)?;
                Some(Type::Int)
            }
            Builtin::Repeat => {
                self.next_as(call, &string)?;
                self.next_as(call, &Type::Int)?;
                Some(Type::Str)
            }
            Builtin::Split => {
                self.next_as(call, &string)?;
                self.next_as(call, &string)?;
                Some(Type::list(Type::Str))
            }
            Builtin::Join => {
                self.next_as(call, &Type::list(Type::Str))?;
                self.next_as(call, &string)?;
                Some(Type::Str)
            }
            Builtin::Substring | Builtin::Substr | Builtin::SliceOf => self.substring(call),
            Builtin::PadStart => {
                self.text_subject(call)?;
                self.next_as(call, &Type::Int)?;
                self.next_as(call, &string)?;
                Some(Type::Str)
            }
            Builtin::Encode => {
                self.next_as(call, &string)?;
                Some(Type::Bytes)
            }
            Builtin::Decode => {
                self.next_as(call, &Type::Bytes)?;
                Some(Type::Str)
            }
            Builtin::Sha256 => {
                let ty = self.next(call)?;
                let fits = match ty.widened() {
                    Type::Str | Type::Bytes | Type::Any => true,
                    Type::List(item) => item.is_integer() || *item == Type::Any,
                    _ => false,
                };
                if !fits {
                    return self.wrong_kind(call, "string or bytes", &ty);
                }
                Some(Type::list(Type::Int))
            }
            _ => {
                self.next_as(call, &string)?;
                self.next_as(call, &Type::Int)?;
                Some(Type::Int)
            }
        }
    }

    /// The string of a call that may be a member call.
    fn text_subject(&mut self, call: &mut BuiltinCall<'_>) -> Option<()> {
        if !call.values.is_empty() {
            return Some(());
        }
        let subject = call.args.first().copied();
        let known = self.diagnostics.len();
        let fits = self.next_as(call, &Type::Str);
        if let Some(subject) = subject
            && call.builtin == Builtin::Contains
            && self.diagnostics.len() > known
        {
            let (ty, _) = self.attempt(|checker| checker.expr(subject, None).ty);
            let note = match ty.widened() {
                Type::List(_) | Type::Set(_) => "`x in xs` is true of the elements",
                Type::Map(..) | Type::OMap(..) => "`k in m` is true of the keys",
                _ => return fits,
            };
            if let Some(fault) = self.diagnostics.pop() {
                self.diagnostics.push(fault.with_note(note));
            }
        }
        fits
    }

    fn substring(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        let ty = self.next(call)?.widened();
        if !matches!(ty, Type::Str | Type::List(_) | Type::Bytes | Type::Any) {
            return self.wrong_kind(call, "string or list", &ty);
        }
        self.next_as(call, &Type::Int)?;
        self.next_as(call, &Type::Int)?;
        Some(ty)
    }
}
