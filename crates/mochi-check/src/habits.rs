//! What people who know other languages look for, and how Mochi writes it.
//!
//! Spec: language.md §9, §12, §20.

use mochi_syntax::ast;
use mochi_types::Type;

use crate::builtin;
use crate::checker::Checker;

/// How Mochi does what other languages have a member of that name for.
pub(crate) fn member_note(on: &Type, name: &str) -> Option<String> {
    let x = match on.widened() {
        Type::Str => "s",
        Type::List(_) => "xs",
        Type::Set(_) => "s",
        Type::Group(..) => "g",
        Type::Channel(..) => "c",
        Type::Map(..) | Type::OMap(..) => "m",
        Type::Bytes => "b",
        Type::Tuple(_) => "t",
        ty if ty.is_number() => "n",
        _ => return None,
    };
    if let Some(note) = idiom(&on.widened(), name) {
        return Some(note.to_owned());
    }
    let own = OTHER_NAMES
        .iter()
        .find(|(other, _)| *other == name)
        .map_or(name, |(_, own)| own);
    // Of a group, `key` and `items` are probably meant.
    let aggregates = ["count", "len", "sum", "avg", "min", "max", "exists"];
    if x == "g" && !aggregates.contains(&own) {
        return None;
    }
    let of_channels = [
        "send",
        "recv",
        "len",
        "subscribe",
        "subscribe_limit",
        "recv_sub",
    ];
    if x == "c" && !of_channels.contains(&own) {
        return None;
    }
    let least = builtin::least_arguments(own)?;
    let rest = if least > 1 { ", …" } else { "" };
    Some(format!("`{own}` is a function: `{own}({x}{rest})`"))
}

/// How Mochi does what texts alone have a member of that name for elsewhere.
pub(crate) fn text_note(name: &str) -> Option<String> {
    matches!(
        name,
        "startswith"
            | "startsWith"
            | "starts_with"
            | "endswith"
            | "endsWith"
            | "ends_with"
            | "upper"
            | "lower"
            | "trim"
            | "strip"
            | "toUpperCase"
            | "toLowerCase"
            | "to_uppercase"
            | "to_lowercase"
            | "charAt"
            | "padEnd"
    )
    .then(|| member_note(&Type::Str, name))
    .flatten()
}

/// Names of builtins elsewhere.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("length", "len"),
    ("size", "len"),
    ("strip", "trim"),
    ("toUpperCase", "upper"),
    ("toLowerCase", "lower"),
    ("to_uppercase", "upper"),
    ("to_lowercase", "lower"),
    ("toString", "str"),
    ("to_string", "str"),
];

/// What is written without a call.
fn idiom(on: &Type, name: &str) -> Option<&'static str> {
    Some(match (on, name) {
        (Type::List(_), "append" | "push" | "add") => {
            "`xs = append(xs, x)` puts an element at the end"
        }
        (Type::List(_), "extend" | "concat") => "lists are joined by `xs + ys`",
        (Type::List(_), "pop") => {
            "`xs[-1]` is the last element, and `xs[: -1]` the list without it"
        }
        (Type::List(_), "remove" | "delete") => {
            "a query leaves elements out: `from x in xs where x != y select x`"
        }
        (Type::List(_), "sort" | "sorted" | "sort_by" | "sortBy") => {
            "a query sorts: `from x in xs sort by x select x`"
        }
        (Type::List(_), "copy" | "clone") => "`xs[:]` is a copy",
        (Type::List(_) | Type::Set(_), "includes" | "contains") => "`x in xs` asks for an element",
        (Type::List(_), "forEach" | "each" | "iter") => {
            "`for x in xs { … }` goes through the elements"
        }
        (Type::Set(_), "add" | "insert") => "`s = add(s, x)` is the set with one more element",
        (Type::Set(_), "remove" | "discard") => "`s except set{x}` is the set without an element",
        (Type::Map(..) | Type::OMap(..), "items" | "entries") => {
            "`for (k, v) in m { … }` goes through the entries"
        }
        (Type::Map(..) | Type::OMap(..), "has" | "contains" | "containsKey" | "has_key") => {
            "`k in m` asks for a key"
        }
        (Type::Map(..) | Type::OMap(..), "set" | "put" | "insert" | "add" | "append" | "push") => {
            "`m[k] = v` sets an entry"
        }
        (Type::Map(..) | Type::OMap(..), "remove" | "delete" | "pop" | "erase") => {
            "a new map leaves an entry out: `for (k, v) in m { if k != y { n[k] = v } }`"
        }
        (_, "isEmpty" | "is_empty" | "empty") => "`len(x) == 0` asks whether there is nothing",
        (Type::List(_), "fold") => "`reduce(xs, f, start)` folds a list",
        (Type::Str, "find" | "index") => "`indexOf(s, t)` is the place of a text, or -1",
        (Type::Str, "rjust") => "`padStart(s, n, \" \")` pads a text, as does f\"{s:>10}\"",
        (Type::Str, "ljust" | "padEnd") => "f\"{s:<10}\" pads a text",
        (Type::Str, "format") => "f\"{x:.2f}\" inserts values",
        (Type::Str, "replace") => "`join(split(s, \"old\"), \"new\")` replaces text",
        (Type::Str, "startswith" | "startsWith" | "starts_with") => {
            "`s[: len(t)] == t` compares the beginning"
        }
        (Type::Str, "endswith" | "endsWith" | "ends_with") => "`s[-len(t):] == t` compares the end",
        (Type::Str, "charAt" | "at") => "`s[i]` is the character at an index",
        (Type::Str, "chars") => {
            "`for c in s { … }` goes through the characters, `split(s, \"\")` lists them"
        }
        (Type::Str, "join") => "the list comes first: `join(xs, \", \")`",
        _ => return None,
    })
}

/// What is called instead of a function that other languages have.
pub(crate) fn other_function(name: &str) -> Option<&'static str> {
    Some(match name {
        "scan" | "readline" | "readLine" | "read_line" | "gets" | "raw_input" | "prompt" => {
            "`input()` reads a line"
        }
        "println" | "puts" | "echo" | "printf" | "log" | "display" => {
            "`print(x, y)` writes a line, and f\"{x:.2f}\" formats"
        }
        "sleep" => {
            "`time.sleep(0.1)` waits, after `import python \"time\" as time`; handlers of streams need \
             no waiting: they have run when `emit` ends"
        }
        "parseInt" | "atoi" | "toInt" | "to_int" | "Number" | "Integer" => {
            "`int(x)` makes an int of a text or number"
        }
        "parseFloat" | "atof" | "toFloat" | "to_float" | "double" | "Double" => {
            "`float(x)` makes a float of a text or number"
        }
        "string" | "String" | "toString" | "to_string" | "itoa" | "stringify" => {
            "`str(x)` makes a text of any value"
        }
        "boolean" | "Boolean" | "toBool" => "a bool comes from a comparison, such as `x != 0`",
        "typeof" | "typeOf" | "type_of" => {
            "a value of several types is told apart by `match x { n: int => … s: string => … }`"
        }
        "assert" => "tests ask by `expect x == 1`; elsewhere write `if !ok { panic(\"…\") }`",
        "throw" | "raise" | "error" | "fail" => "errors are raised by `panic(\"message\")`",
        "len_of" | "length" | "size" => "`len(x)` counts elements or characters",
        "chars" => "`split(s, \"\")` lists the characters of a text",
        "delete" | "remove" | "erase" => {
            "nothing is taken out of a list or map: `from x in xs where x != y select x` is the list \
             without it, and a new map leaves it out, `for (k, v) in m { if k != y { n[k] = v } }`"
        }
        _ => return None,
    })
}

/// How Mochi writes a type or value that other languages have a name for.
pub(crate) fn other_word(name: &str) -> Option<&'static str> {
    Some(match name {
        "boolean" | "Boolean" | "Bool" => "`bool`",
        "double" | "Double" | "f64" | "f32" | "Float" | "real" => "`float`",
        "number" | "Number" => "`int` for whole numbers and `float` for others",
        "i32" | "i64" | "u32" | "u64" | "long" | "Integer" | "integer" => "`int`",
        "String" | "Str" | "Text" => "`string`",
        "char" | "rune" | "Char" => "`string`, which may have one character",
        "Option" | "Maybe" => "`T?`",
        "Array" | "Vec" | "array" | "vector" => "`list<T>`",
        "HashMap" | "Map" | "Record" | "hash" => "`map<K, V>`",
        "HashSet" | "Set" => "`set<T>`",
        "void" | "Void" => "`unit`",
        "null" | "nil" | "undefined" | "Null" | "Nil" | "NULL" => "`none`",
        "new" => "`T { field: 1 }` to make a record",
        "self" => "`this` for the object of a method; its fields go by their bare names",
        _ => return None,
    })
}

impl Checker<'_> {
    /// Whether an expression is `none`, or what other languages call it, which is reported where it
    /// is read.
    pub(crate) fn is_none(&self, value: &ast::Expr) -> bool {
        match &value.kind {
            ast::ExprKind::None => true,
            ast::ExprKind::Name(name) => self.is_other_none(name),
            _ => false,
        }
    }

    /// Whether other languages call `none` so, and the program nothing.
    pub(crate) fn is_other_none(&self, name: &str) -> bool {
        matches!(name, "null" | "nil" | "None" | "NULL" | "undefined")
            && self.lookup(name).is_none()
            && self.variant_named(name, None).is_none()
            && !self.is_own_member(name)
    }
}

#[cfg(test)]
mod tests {
    use mochi_types::Type;

    use super::member_note;

    #[test]
    fn only_what_mochi_has_is_named() {
        let list = Type::list(Type::Int);
        assert_eq!(member_note(&list, "frobnicate"), None);
        assert!(member_note(&list, "map").is_some_and(|note| note.contains("`map(xs, …)`")));
        assert!(member_note(&Type::Str, "length").is_some_and(|note| note.contains("`len(s)`")));
        assert_eq!(member_note(&Type::Any, "length"), None);
    }
}
