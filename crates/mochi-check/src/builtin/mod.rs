//! The builtins of language.md §12: names, numbers of arguments, effects.

mod container;
mod function;
mod number;
mod text;
mod world;

use mochi_base::Span;
use mochi_syntax::ast::{self, Arg};
use mochi_types::{Effects, FunType, Type};

use crate::checker::{Checker, error, expr};
use crate::relation::Slot;
use crate::report;
use crate::typed::{Builtin, Expr, ExprKind};

/// What the table says of a builtin.
struct Entry {
    name: &'static str,
    builtin: Builtin,
    min: usize,
    max: usize,
    effects: Effects,
}

const MANY: usize = usize::MAX;
const IO: Effects = Effects(1);
const FS: Effects = Effects(2);
const TIME: Effects = Effects(8);
const META: Effects = Effects(16);
const NONE: Effects = Effects::NONE;

macro_rules! table {
    ($($name:literal $builtin:ident $min:expr, $max:expr, $effects:expr;)*) => {
        const TABLE: &[Entry] = &[
            $(Entry {
                name: $name,
                builtin: Builtin::$builtin,
                min: $min,
                max: $max,
                effects: $effects,
            },)*
        ];
    };
}

table! {
    "print" Print 0, MANY, IO;
    "input" Input 0, 0, IO;
    "str" Str 1, 1, NONE;
    "json" Json 1, 1, IO;
    "to_json" ToJson 1, 1, NONE;
    "json_decode" JsonDecode 1, 1, NONE;
    "int" Int 1, 1, NONE;
    "float" Float 1, 1, NONE;
    "parseIntStr" ParseIntStr 2, 2, NONE;
    "len" Len 1, 1, NONE;
    "append" Append 2, 2, NONE;
    "push" Push 2, 2, NONE;
    "concat" Concat 1, MANY, NONE;
    "first" First 1, 1, NONE;
    "reverse" Reverse 1, 1, NONE;
    "distinct" Distinct 1, 1, NONE;
    "keys" Keys 1, 1, NONE;
    "values" Values 1, 1, NONE;
    "has" Has 2, 2, NONE;
    "add" Add 2, 2, NONE;
    "collect" Collect 1, 1, NONE;
    "range" Range 1, 3, NONE;
    "map" Map 2, 2, NONE;
    "filter" Filter 2, 2, NONE;
    "reduce" Reduce 3, 3, NONE;
    "count" Count 1, 1, NONE;
    "exists" Exists 1, 1, NONE;
    "sum" Sum 1, 1, NONE;
    "avg" Avg 1, 1, NONE;
    "min" Min 1, 1, NONE;
    "max" Max 1, 1, NONE;
    "abs" Abs 1, 1, NONE;
    "ceil" Ceil 1, 1, NONE;
    "floor" Floor 1, 1, NONE;
    "round" Round 1, 2, NONE;
    "sqrt" Sqrt 1, 1, NONE;
    "pow" Pow 2, 2, NONE;
    "num" Num 1, 1, NONE;
    "denom" Denom 1, 1, NONE;
    "upper" Upper 1, 1, NONE;
    "lower" Lower 1, 1, NONE;
    "trim" Trim 1, 1, NONE;
    "contains" Contains 2, 2, NONE;
    "indexOf" IndexOf 2, 2, NONE;
    "repeat" Repeat 2, 2, NONE;
    "split" Split 2, 2, NONE;
    "join" Join 2, 2, NONE;
    "substring" Substring 3, 3, NONE;
    "substr" Substr 3, 3, NONE;
    "slice" SliceOf 3, 3, NONE;
    "padStart" PadStart 3, 3, NONE;
    "encode" Encode 1, 1, NONE;
    "decode" Decode 1, 1, NONE;
    "sha256" Sha256 1, 1, NONE;
    "now" Now 0, 0, TIME;
    "mem" Mem 0, 0, NONE;
    "eval" Eval 1, 1, META;
    "readFile" ReadFile 1, 1, FS;
    "writeFile" WriteFile 2, 2, FS;
    "appendFile" AppendFile 2, 2, FS;
    "lines" Lines 1, 1, FS;
    "loadCSV" LoadCsv 1, 1, FS;
    "saveCSV" SaveCsv 2, 2, FS;
    "panic" Panic 1, 2, NONE;
    "await_all" AwaitAll 1, 1, NONE;
    "make_chan" MakeChan 0, 1, NONE;
    "send" Send 2, 2, NONE;
    "recv" Recv 1, 1, NONE;
    "make_stream" MakeStream 0, 1, NONE;
    "subscribe" Subscribe 1, 1, NONE;
    "subscribe_limit" SubscribeLimit 2, 2, NONE;
    "recv_sub" RecvSub 1, 1, NONE;
}

/// The arguments of a builtin that takes a list or a map: an `any` in its place is checked when
/// it is called.
fn unboxed(builtin: Builtin, mut values: Vec<Expr>) -> Vec<Expr> {
    let wanted = match builtin {
        Builtin::First
        | Builtin::Distinct
        | Builtin::Map
        | Builtin::Filter
        | Builtin::Reduce
        | Builtin::Sum
        | Builtin::Avg
        | Builtin::Min
        | Builtin::Max
        | Builtin::Count => Type::list(Type::Any),
        Builtin::Keys | Builtin::Values => Type::map(Type::Any, Type::Any),
        _ => return values,
    };
    if let Some(first) = values.first_mut()
        && first.ty == Type::Any
    {
        let span = first.span;
        let boxed = std::mem::replace(first, error(span));
        *first = expr(ExprKind::Cast(Box::new(boxed)), wanted, span);
    }
    values
}

fn entry(builtin: Builtin) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.builtin == builtin)
}

/// The builtin of that name.
pub(crate) fn lookup(name: &str) -> Option<Builtin> {
    TABLE
        .iter()
        .find(|entry| entry.name == name)
        .map(|entry| entry.builtin)
}

/// The least number of arguments of the builtin of that name.
pub(crate) fn least_arguments(name: &str) -> Option<usize> {
    let mut table = TABLE.iter();
    table
        .find(|entry| entry.name == name)
        .map(|entry| entry.min)
}

/// All names, for suggestions and for who completes what is being typed.
pub fn names<'n>() -> impl Iterator<Item = &'n str> {
    TABLE.iter().map(|entry| entry.name)
}

/// The effects of calling the builtin of that name.
pub(crate) fn effects(name: &str) -> Effects {
    TABLE
        .iter()
        .find(|entry| entry.name == name)
        .map_or(Effects::NONE, |entry| entry.effects)
}

/// Whether a call of that name cannot change a container that exists: builtins make new ones,
/// and those that take functions are counted out.
pub(crate) fn is_pure(name: &str) -> bool {
    lookup(name).is_some_and(|builtin| {
        !matches!(
            builtin,
            Builtin::Map | Builtin::Filter | Builtin::Reduce | Builtin::Eval
        )
    })
}

/// The builtin that `value.name(…)` is.
pub(crate) fn member(ty: &Type, name: &str) -> Option<Builtin> {
    match (ty, name) {
        (Type::Str, "contains") => Some(Builtin::Contains),
        (Type::Str, "padStart") => Some(Builtin::PadStart),
        (Type::Map(..) | Type::OMap(..), "get") => Some(Builtin::MapGet),
        (Type::Map(..) | Type::OMap(..), "keys") => Some(Builtin::Keys),
        _ => None,
    }
}

/// Whether a builtin is a function of the output when it stands for itself.
pub(crate) fn is_function(builtin: Builtin) -> bool {
    matches!(
        builtin,
        Builtin::Print
            | Builtin::Str
            | Builtin::Int
            | Builtin::Float
            | Builtin::Len
            | Builtin::Abs
            | Builtin::ToJson
            | Builtin::JsonDecode
            | Builtin::Trim
            | Builtin::Distinct
            | Builtin::Now
            | Builtin::Input
            | Builtin::Split
            | Builtin::Sha256
            | Builtin::Upper
    )
}

/// The type of a builtin as a value; those that take several kinds take and give `any`.
pub(crate) fn value_type(builtin: Builtin) -> Type {
    let list = || Type::list(Type::Any);
    let (params, result) = match builtin {
        Builtin::Print => (vec![Type::Any], Type::Unit),
        Builtin::Input => (vec![], Type::Str),
        Builtin::Str | Builtin::ToJson | Builtin::Lower => (vec![Type::Any], Type::Str),
        Builtin::JsonDecode => (vec![Type::Str], Type::Any),
        Builtin::Int | Builtin::Len | Builtin::Count | Builtin::Ceil | Builtin::Floor => {
            (vec![Type::Any], Type::Int)
        }
        Builtin::Float | Builtin::Avg | Builtin::Sqrt => (vec![Type::Any], Type::Float),
        Builtin::ParseIntStr => (vec![Type::Str, Type::Int], Type::Int),
        Builtin::Append | Builtin::Push => (vec![list(), Type::Any], list()),
        Builtin::Distinct | Builtin::Concat => (vec![list()], list()),
        Builtin::Keys | Builtin::Values | Builtin::Collect => (vec![Type::Any], list()),
        Builtin::Has => (vec![Type::Any, Type::Any], Type::Bool),
        Builtin::Exists => (vec![Type::Any], Type::Bool),
        Builtin::Range => (vec![Type::Int], Type::list(Type::Int)),
        Builtin::Num | Builtin::Denom => (vec![Type::Any], Type::BigInt),
        Builtin::Upper | Builtin::Trim => (vec![Type::Str], Type::Str),
        Builtin::Contains => (vec![Type::Str, Type::Str], Type::Bool),
        Builtin::IndexOf => (vec![Type::Str, Type::Str], Type::Int),
        Builtin::Repeat => (vec![Type::Str, Type::Int], Type::Str),
        Builtin::Split => (vec![Type::Str, Type::Str], Type::list(Type::Str)),
        Builtin::Join => (vec![Type::list(Type::Str), Type::Str], Type::Str),
        Builtin::PadStart => (vec![Type::Str, Type::Int, Type::Str], Type::Str),
        Builtin::Encode => (vec![Type::Str], Type::Bytes),
        Builtin::Decode => (vec![Type::Bytes], Type::Str),
        Builtin::Sha256 => (vec![Type::Any], Type::list(Type::Int)),
        Builtin::Now => (vec![], Type::Int64),
        Builtin::Mem => (vec![], Type::Int),
        Builtin::ReadFile => (vec![Type::Str], Type::Str),
        Builtin::WriteFile | Builtin::AppendFile => (vec![Type::Str, Type::Str], Type::Unit),
        Builtin::Lines => (vec![Type::Str], Type::list(Type::Str)),
        Builtin::LoadCsv => (vec![Type::Str], Type::list(Type::list(Type::Str))),
        Builtin::Panic => (vec![Type::Any], Type::Never),
        Builtin::Substring | Builtin::Substr | Builtin::SliceOf => {
            (vec![Type::Any, Type::Int, Type::Int], Type::Any)
        }
        Builtin::Map
        | Builtin::Filter
        | Builtin::Reduce
        | Builtin::SaveCsv
        | Builtin::MapGet
        | Builtin::Add
        | Builtin::Pow => (vec![Type::Any, Type::Any], Type::Any),
        Builtin::Json
        | Builtin::First
        | Builtin::Reverse
        | Builtin::Sum
        | Builtin::Min
        | Builtin::Max
        | Builtin::Abs
        | Builtin::Round
        | Builtin::Eval
        | Builtin::AwaitAll
        | Builtin::MakeChan
        | Builtin::Recv
        | Builtin::MakeStream
        | Builtin::Subscribe
        | Builtin::RecvSub => (vec![Type::Any], Type::Any),
        Builtin::Send | Builtin::SubscribeLimit | Builtin::EmitValue => {
            (vec![Type::Any, Type::Any], Type::Any)
        }
    };
    Type::Fun(std::rc::Rc::new(FunType {
        params,
        result,
        effects: entry(builtin).map_or(Effects::NONE, |entry| entry.effects),
        is_async: false,
    }))
}

/// A builtin's call while it is typed.
pub(crate) struct BuiltinCall<'e> {
    pub(crate) builtin: Builtin,
    pub(crate) span: Span,
    /// The receiver of `value.name(…)`, then typed arguments as they come.
    pub(crate) values: Vec<Expr>,
    /// The arguments that are not typed yet.
    pub(crate) args: Vec<&'e ast::Expr>,
}

impl Checker<'_> {
    /// Calls a builtin; `receiver` is the first argument of `value.name(…)`.
    pub(crate) fn builtin_with(
        &mut self,
        builtin: Builtin,
        receiver: Option<Expr>,
        args: &[Arg],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let mut value = self.checked_builtin(builtin, receiver, args, span, expected);
        if builtin == Builtin::Panic {
            // Also where its arguments are wrong nothing runs behind it.
            value.ty = Type::Never;
        }
        value
    }

    fn checked_builtin(
        &mut self,
        builtin: Builtin,
        receiver: Option<Expr>,
        args: &[Arg],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        let (name, min, max) = match entry(builtin) {
            Some(entry) => (entry.name, entry.min, entry.max),
            None if builtin == Builtin::EmitValue => ("emit", 2, 2),
            None => ("get", 3, 3),
        };
        if let Some(named) = args.iter().find_map(|arg| arg.name.as_ref()) {
            self.discard_args(args);
            let diagnostic = report::unknown_argument(&named.text, name, named.span);
            let note = match (builtin, &*named.text) {
                (Builtin::Print, "end") => Some(
                    "`print` writes a line each time: put its parts together before, `s = s + \" \"`",
                ),
                (Builtin::Print, "sep") => {
                    Some("a text between parts is put there by `join(xs, \", \")`")
                }
                _ => None,
            };
            let diagnostic = diagnostic.with_notes(note.map(str::to_owned));
            return self.fail(diagnostic, span);
        }
        let taken = usize::from(receiver.is_some());
        let given = args.len() + taken;
        if given < min || given > max {
            self.discard_args(args);
            let want = if given < min { min } else { max };
            let (want, got) = (want - taken, args.len());
            let mut diagnostic = report::argument_count(name, want, got, span);
            if matches!(builtin, Builtin::Min | Builtin::Max | Builtin::Sum) && given > max {
                diagnostic = diagnostic.with_note(format!("it takes one list: `{name}([a, b])`"));
            }
            if matches!(builtin, Builtin::Append) && given > max {
                diagnostic = diagnostic.with_note("several elements are added by `xs + [a, b]`");
            }
            return self.fail(diagnostic, span);
        }
        if builtin == Builtin::AwaitAll {
            return self.await_list(args, span, expected);
        }
        let mut call = BuiltinCall {
            builtin,
            span,
            values: receiver.into_iter().collect(),
            args: args.iter().map(|arg| &arg.value).collect(),
        };
        let result = self.builtin_result(&mut call, expected);
        let rest = std::mem::take(&mut call.args);
        for arg in rest {
            let value = self.expr(arg, None);
            call.values.push(value);
        }
        if let Some(ty) = result {
            let kind = ExprKind::CallBuiltin {
                builtin,
                args: unboxed(builtin, call.values),
            };
            expr(kind, ty, span)
        } else {
            error(span)
        }
    }

    /// Types a builtin's arguments and says what it gives; none if it was reported.
    fn builtin_result(
        &mut self,
        call: &mut BuiltinCall<'_>,
        expected: Option<&Type>,
    ) -> Option<Type> {
        use Builtin as B;
        match call.builtin {
            B::Print
            | B::Input
            | B::Json
            | B::ToJson
            | B::JsonDecode
            | B::Now
            | B::Mem
            | B::Eval
            | B::ReadFile
            | B::WriteFile
            | B::AppendFile
            | B::Lines
            | B::LoadCsv
            | B::SaveCsv
            | B::Panic => self.world(call),
            B::Str
            | B::Upper
            | B::Lower
            | B::Trim
            | B::Contains
            | B::IndexOf
            | B::Repeat
            | B::Split
            | B::Join
            | B::Substring
            | B::Substr
            | B::SliceOf
            | B::PadStart
            | B::Encode
            | B::Decode
            | B::Sha256
            | B::ParseIntStr => self.text_builtin(call),
            B::Int
            | B::Float
            | B::Abs
            | B::Ceil
            | B::Floor
            | B::Round
            | B::Sqrt
            | B::Pow
            | B::Num
            | B::Denom
            | B::Range => self.number_builtin(call),
            B::Map | B::Filter | B::Reduce => self.function_builtin(call),
            B::AwaitAll
            | B::MakeChan
            | B::Send
            | B::Recv
            | B::MakeStream
            | B::Subscribe
            | B::SubscribeLimit
            | B::RecvSub
            | B::EmitValue => self.channel_builtin(call, expected),
            B::Len
            | B::Append
            | B::Push
            | B::Concat
            | B::First
            | B::Reverse
            | B::Distinct
            | B::Keys
            | B::Values
            | B::Has
            | B::Add
            | B::Collect
            | B::Count
            | B::Exists
            | B::Sum
            | B::Avg
            | B::Min
            | B::Max
            | B::MapGet => self.container_builtin(call, expected),
        }
    }

    /// Types the next argument without expectation; none if it failed or there is none.
    pub(crate) fn next(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        self.next_for(call, None)
    }

    /// Types the next argument with a hint; none if it failed.
    pub(crate) fn next_for(
        &mut self,
        call: &mut BuiltinCall<'_>,
        hint: Option<&Type>,
    ) -> Option<Type> {
        if call.args.is_empty() {
            return None;
        }
        let arg = call.args.remove(0);
        let mut value = self.expr(arg, hint);
        // These take options, and `json` gives them back.
        let takes_all = [Builtin::Print, Builtin::Str, Builtin::Json, Builtin::ToJson];
        if !takes_all.contains(&call.builtin) {
            value = self.present(value);
        }
        let ty = value.ty.clone();
        call.values.push(value);
        (ty != Type::Error).then_some(ty)
    }

    /// The next value: the receiver of a member call, else the next argument.
    pub(crate) fn subject(&mut self, call: &mut BuiltinCall<'_>) -> Option<Type> {
        match call.values.first() {
            Some(value) if value.ty == Type::Error => None,
            Some(value) => Some(value.ty.clone()),
            None => self.next(call),
        }
    }

    /// Types the next argument for a slot of that type.
    pub(crate) fn next_as(&mut self, call: &mut BuiltinCall<'_>, ty: &Type) -> Option<()> {
        if call.args.is_empty() {
            return None;
        }
        let arg = call.args.remove(0);
        let number = call.values.len() + 1;
        let value = self.expect(arg, ty, Slot::Argument(number));
        let fits = value.ty != Type::Error;
        call.values.push(value);
        fits.then_some(())
    }

    /// Reports that the last typed argument is of a kind that the builtin does not take.
    pub(crate) fn wrong_kind<T>(
        &mut self,
        call: &BuiltinCall<'_>,
        expected: &str,
        got: &Type,
    ) -> Option<T> {
        let at = call.values.last().map_or(call.span, |value| value.span);
        let shown = self.show_refused(got);
        let mut diagnostic = report::argument(call.values.len(), expected, &shown, at);
        if matches!(got, Type::Option(_)) {
            let note = call.values.last().map(|value| self.none_note(value));
            diagnostic = diagnostic.with_notes(note);
        } else if call.values.len() == 1
            && let Some(entry) = entry(call.builtin)
            && let Some(note) = self.method_advice(got, entry.name)
        {
            diagnostic = diagnostic.with_note(note);
        }
        self.report(diagnostic);
        None
    }
}
