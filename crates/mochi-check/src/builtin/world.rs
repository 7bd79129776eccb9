//! Builtins that reach outside: printing, JSON, files, time, giving up.
//!
//! Spec: language.md §12, §13.

use mochi_types::Type;

use super::BuiltinCall;
use crate::checker::Checker;
use crate::typed::Builtin;

impl Checker<'_> {
    pub(super) fn world(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        let path = Type::Str;
        match call.builtin {
            Builtin::Print => {
                while !call.args.is_empty() {
                    let _ = self.next(call);
                }
                Some(Type::Unit)
            }
            Builtin::Input => Some(Type::Str),
            Builtin::Json => self.next(call),
            Builtin::ToJson => {
                self.next(call)?;
                Some(Type::Str)
            }
            Builtin::JsonDecode => {
                self.next_as(call, &path)?;
                Some(Type::Any)
            }
            Builtin::Now => Some(Type::Int64),
            Builtin::Mem => Some(Type::Int),
            Builtin::ReadFile => {
                self.next_as(call, &path)?;
                Some(Type::Str)
            }
            Builtin::WriteFile | Builtin::AppendFile => {
                self.next_as(call, &path)?;
                self.next_as(call, &Type::Str)?;
                Some(Type::Unit)
            }
            Builtin::Lines => {
                self.next_as(call, &path)?;
                Some(Type::list(Type::Str))
            }
            Builtin::LoadCsv => {
                self.next_as(call, &path)?;
                Some(Type::list(Type::list(Type::Str)))
            }
            Builtin::SaveCsv => {
                self.next_as(call, &path)?;
                self.next_as(call, &Type::list(Type::list(Type::Str)))?;
                Some(Type::Unit)
            }
            Builtin::Panic => self.panic(call),
            _ => {
                let literal = call.args.pop()?;
                let value = self.eval(literal)?;
                call.values.push(value);
                Some(Type::Any)
            }
        }
    }

    fn panic(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        if call.args.len() == 2 {
            self.next_as(call, &Type::Int)?;
            self.next_as(call, &Type::Str)?;
            return Some(Type::Never);
        }
        let ty = self.next(call)?;
        let fits = match ty.widened() {
            Type::Str | Type::ErrorValue | Type::Any | Type::Never => true,
            Type::Handle(class, _) => self.is_exception(&class),
            _ => false,
        };
        if fits {
            return Some(Type::Never);
        }
        self.wrong_kind(call, "string or error", &ty)
    }
}
