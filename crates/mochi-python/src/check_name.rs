//! What check functions are called, and how messages name what they check.

use std::rc::Rc;

use mochi_types::{Check, ClassId, Externs, Literal};

/// The helpers of `_mochi` that check scalars, and the one that accepts everything.
const SCALARS: [&str; 9] = [
    "as_any",
    "as_bool",
    "as_bytes",
    "as_callable",
    "as_float",
    "as_int",
    "as_none",
    "as_str",
    "as_type",
];

/// Whether a function of that name would hide a helper.
pub(crate) fn is_helper(name: &str) -> bool {
    SCALARS.contains(&name)
}

/// A name's words in lower case, joined by underscores.
pub(crate) fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut before = '_';
    for c in name.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
        before = c;
    }
    out.trim_matches('_').to_string()
}

/// The columns that say enough of what a function checks.
const ENOUGH: usize = 48;

/// The part of a function's name that says what it checks, in as much depth as the name stays
/// readable with.
pub(crate) fn label(check: &Check) -> String {
    let mut labels = (0..4).rev().map(|depth| label_to(check, depth));
    let first = labels.next().unwrap_or_default();
    if first.len() <= ENOUGH {
        return first;
    }
    let fits = |label: &String| label.len() <= ENOUGH;
    labels.find(fits).unwrap_or_else(|| label_to(check, 0))
}

/// The same; of types deeper inside only their kind is said.
fn label_to(check: &Check, depth: u32) -> String {
    let last = |class: &ClassId| snake(class.qualname.rsplit('.').next().unwrap_or("object"));
    let Some(inner) = depth.checked_sub(1) else {
        return match check {
            Check::List(_) => "list".to_string(),
            Check::Set(_) => "set".to_string(),
            Check::Dict(..) => "dict".to_string(),
            Check::Sequence(_) => "sequence".to_string(),
            Check::Mapping(..) => "mapping".to_string(),
            Check::Tuple(_) | Check::VariadicTuple(_) => "tuple".to_string(),
            Check::Option(_) => "optional".to_string(),
            Check::Union(_) => "union".to_string(),
            Check::Iterator(_) => "iterator".to_string(),
            Check::AsyncIterator(_) => "async_iterator".to_string(),
            other => label_to(other, 1),
        };
    };
    let label = |check: &Check| label_to(check, inner);
    let joined = |checks: &[Check], word: &str| {
        let labels: Vec<String> = checks.iter().map(label).collect();
        labels.join(word)
    };
    match check {
        Check::Nothing | Check::Var(_) | Check::SelfType | Check::Mochi(_) | Check::Cast(_) => {
            "any".to_string()
        }
        Check::Unit => "none".to_string(),
        Check::Int => "int".to_string(),
        Check::Int64 => "int64".to_string(),
        Check::Float => "float".to_string(),
        Check::Bool => "bool".to_string(),
        Check::Str => "str".to_string(),
        Check::Bytes => "bytes".to_string(),
        Check::Literal(_) => "literal".to_string(),
        Check::Instance(class) | Check::StubOnly(class) => last(class),
        Check::List(item) => format!("list_of_{}", label(item)),
        Check::Set(item) => format!("set_of_{}", label(item)),
        Check::Dict(key, item) => format!("dict_of_{}_{}", label(key), label(item)),
        Check::Sequence(item) => format!("sequence_of_{}", label(item)),
        Check::Mapping(key, item) => format!("mapping_of_{}_{}", label(key), label(item)),
        Check::Tuple(parts) => format!("tuple_of_{}", joined(parts, "_")),
        Check::VariadicTuple(item) => format!("tuple_items_of_{}", label(item)),
        Check::Option(inner) => format!("optional_{}", label(inner)),
        Check::Union(members) => joined(members, "_or_"),
        Check::Iterator(item) => format!("iterator_of_{}", label(item)),
        Check::AsyncIterator(item) => format!("async_iterator_of_{}", label(item)),
        Check::Callable => "callable".to_string(),
        Check::TypeOf(None) => "type".to_string(),
        Check::TypeOf(Some(class)) => format!("type_of_{}", last(class)),
    }
}

/// The declared type in the words of messages (language.md §4).
pub(crate) fn declared(check: &Check, externs: &dyn Externs) -> String {
    let show = |check: &Check| declared(check, externs);
    let class_name = |class: &ClassId| {
        externs.class(class).map_or_else(
            || class.qualname.to_string(),
            |known| known.display.to_string(),
        )
    };
    let all = |checks: &Rc<[Check]>, word: &str| {
        let shown: Vec<String> = checks.iter().map(show).collect();
        shown.join(word)
    };
    match check {
        Check::Nothing | Check::Var(_) | Check::SelfType => "any".to_string(),
        Check::Mochi(_) | Check::Cast(_) => "a record".to_string(),
        Check::Unit => "unit".to_string(),
        Check::Int | Check::Int64 => "int".to_string(),
        Check::Float => "float".to_string(),
        Check::Bool => "bool".to_string(),
        Check::Str => "string".to_string(),
        Check::Bytes => "bytes".to_string(),
        Check::Literal(values) => {
            let values: Vec<String> = values
                .iter()
                .map(|value| match value {
                    Literal::Int(value) => value.to_string(),
                    Literal::Str(text) => format!("\"{text}\""),
                    Literal::Bytes(_) => "bytes".to_string(),
                    Literal::Bool(value) => value.to_string(),
                    Literal::Member(class, member) => format!("{}.{member}", class_name(class)),
                })
                .collect();
            values.join(" | ")
        }
        Check::Instance(class) | Check::StubOnly(class) => class_name(class),
        Check::List(item) | Check::Sequence(item) | Check::VariadicTuple(item) => {
            format!("[{}]", show(item))
        }
        Check::Set(item) => format!("set<{}>", show(item)),
        Check::Dict(key, item) | Check::Mapping(key, item) => {
            format!("{{{}: {}}}", show(key), show(item))
        }
        Check::Tuple(parts) => format!("({})", all(parts, ", ")),
        Check::Option(inner) => format!("option[{}]", show(inner)),
        Check::Union(members) => all(members, " | "),
        Check::Iterator(item) => format!("iterator<{}>", show(item)),
        Check::AsyncIterator(item) => format!("asyncIterator<{}>", show(item)),
        Check::Callable => "a function".to_string(),
        Check::TypeOf(None) => "type<any>".to_string(),
        Check::TypeOf(Some(class)) => format!("type<{}>", class_name(class)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_named_like_a_scalar_is_told_from_the_helper() {
        let numpy = Check::Instance(ClassId::new("numpy", "bool"));
        assert!(is_helper(&format!("as_{}", label(&numpy))));
        let url = Check::Instance(ClassId::new("httpx", "URL"));
        assert!(!is_helper(&format!("as_{}", label(&url))));
    }
}
