//! The text forms of values.
//!
//! Spec: language.md §11.1.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::rc::Rc;

use super::number;
use super::value::{Function, Value};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `print`, outermost.
    Print,
    /// `print`, inside a container.
    Inside,
    /// `str`, at any depth.
    Str,
}

/// The form that `print` gives an argument.
pub fn print(value: &Value) -> String {
    form(value, Form::Print, &mut Vec::new())
}

/// The form of `str`.
pub fn str(value: &Value) -> String {
    form(value, Form::Str, &mut Vec::new())
}

/// The place of a container that others may hold too.
fn shared(value: &Value) -> Option<(usize, &'static str)> {
    match value {
        Value::List(items) => Some((Rc::as_ptr(items) as usize, "[...]")),
        Value::Map(entries) | Value::OMap(entries) => Some((Rc::as_ptr(entries) as usize, "{...}")),
        Value::Record(record) => Some((Rc::as_ptr(record) as usize, "{...}")),
        _ => None,
    }
}

fn form(value: &Value, how: Form, open: &mut Vec<usize>) -> String {
    let Some((place, within)) = shared(value) else {
        return form_of(value, how, open);
    };
    if open.contains(&place) {
        return within.to_owned();
    }
    open.push(place);
    let text = form_of(value, how, open);
    open.pop();
    text
}

fn form_of(value: &Value, how: Form, open: &mut Vec<usize>) -> String {
    match value {
        Value::None if how == Form::Str => "<nil>".to_owned(),
        Value::None => "nil".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) | Value::Big(n) => n.to_string(),
        Value::Error(error) => error.code.to_string(),
        Value::Rat(n, 1) => n.to_string(),
        Value::Rat(n, d) => format!("{n}/{d}"),
        Value::Float(x) if how == Form::Inside => plain(*x),
        Value::Float(x) => short(*x),
        Value::Str(text) if how == Form::Inside => quoted(text),
        Value::Str(text) => text.to_string(),
        Value::Bytes(bytes) => byte_text(bytes),
        Value::List(items) => sequence("[", &items.borrow(), "]", how, open),
        Value::Tuple(items) => sequence("(", items, ")", how, open),
        Value::Set(items) => {
            let (begin, close) = if how == Form::Str {
                ("set[", "]")
            } else {
                ("set{", "}")
            };
            sequence(begin, &in_order(items), close, how, open)
        }
        Value::Map(entries) => mapping(&sorted_entries(&entries.borrow()), how, open),
        Value::OMap(entries) => mapping(&entries.borrow(), how, open),
        Value::Record(record) => {
            let mut entries = record.entries();
            entries.push((Value::text("__name"), Value::Str(record.name.clone())));
            mapping(&sorted_entries(&entries), how, open)
        }
        Value::Group(group) => {
            let entries = [
                ("__group__", Value::Bool(true)),
                ("count", Value::count(group.items.len())),
                ("items", Value::list(group.items.clone())),
                ("key", group.key.clone()),
            ];
            let entries: Vec<(Value, Value)> = entries
                .into_iter()
                .map(|(name, value)| (Value::text(name), value))
                .collect();
            mapping(&entries, how, open)
        }
        Value::Module(_) | Value::Chan(_) | Value::Feed(_) | Value::Sub(_) => {
            "something that has no text".to_owned()
        }
        Value::Fun(function) => match &**function {
            Function::Named(decl, _) => format!("<fun {}>", decl.name.text),
            Function::Builtin(name) => format!("<fun {name}>"),
            _ => "<fun>".to_owned(),
        },
    }
}

fn sequence(begin: &str, items: &[Value], close: &str, how: Form, open: &mut Vec<usize>) -> String {
    let (inner, between) = inner(how);
    let texts: Vec<String> = items.iter().map(|item| form(item, inner, open)).collect();
    format!("{begin}{}{close}", texts.join(between))
}

fn inner(how: Form) -> (Form, &'static str) {
    if how == Form::Str {
        (Form::Str, " ")
    } else {
        (Form::Inside, ", ")
    }
}

fn mapping(entries: &[(Value, Value)], how: Form, open: &mut Vec<usize>) -> String {
    let (inner, between) = inner(how);
    let texts: Vec<String> = entries
        .iter()
        .map(|(key, value)| match how {
            Form::Str => format!("{}:{}", str(key), form(value, inner, open)),
            _ => format!("{}: {}", quoted(&str(key)), form(value, inner, open)),
        })
        .collect();
    let joined = texts.join(between);
    if how == Form::Str {
        format!("map[{joined}]")
    } else {
        format!("{{{joined}}}")
    }
}

/// The entries of a map in the order in which they are observed (§9.2).
pub fn sorted_entries(entries: &[(Value, Value)]) -> Vec<(Value, Value)> {
    let mut entries = entries.to_vec();
    entries.sort_by_key(|(key, _)| str(key));
    entries
}

/// The elements of a set in the order in which they are observed (§9.3).
pub fn in_order(items: &[Value]) -> Vec<Value> {
    let mut sorted = items.to_vec();
    let mixed = items.iter().any(|a| {
        items
            .iter()
            .any(|b| !matches!(number::order(a, b), Ok(Some(_))))
    });
    if mixed {
        sorted.sort_by_key(str);
    } else {
        sorted.sort_by(|a, b| match number::order(a, b) {
            Ok(Some(order)) => order,
            _ => Ordering::Equal,
        });
    }
    sorted
}

fn is_printable(c: char) -> bool {
    let hidden = matches!(c as u32, 0x200B..=0x200F | 0xE0000..=0xE0FFF);
    !hidden && !c.is_control() && (c.is_ascii() || c.is_alphanumeric() || (c as u32) > 0x2100)
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if is_printable(c) => out.push(c),
            c if (c as u32) > 0xFFFF => {
                let _ = write!(out, "\\U{:08x}", c as u32);
            }
            c => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
        }
    }
    out.push('"');
    out
}

fn byte_text(bytes: &[u8]) -> String {
    let mut out = String::from("b\"");
    for byte in bytes {
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            0x20..=0x7E => out.push(*byte as char),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}

/// Digits and exponent of the shortest text that reads back: `d.ddd` as `dddd`.
fn digits(x: f64) -> (String, i32) {
    let mut text = format!("{:e}", x.abs());
    if text
        .split('e')
        .next()
        .is_some_and(|digits| digits.len() > 17)
    {
        // Of two texts of seventeen digits that are equally near, the even one.
        text = format!("{:.16e}", x.abs());
    }
    let (mantissa, exponent) = text.split_once('e').unwrap();
    (mantissa.replace('.', ""), exponent.parse().unwrap())
}

fn special(x: f64) -> Option<&'static str> {
    if x.is_nan() {
        Some("NaN")
    } else if x.is_infinite() {
        Some(if x > 0.0 { "+Inf" } else { "-Inf" })
    } else {
        None
    }
}

/// Digits with a decimal point, without fraction where there is none.
fn positional(digits: &str, exponent: i32) -> String {
    if exponent < 0 {
        let zeros = "0".repeat((-exponent - 1) as usize);
        return format!("0.{zeros}{digits}");
    }
    let before = exponent as usize + 1;
    if digits.len() <= before {
        return format!("{digits}{}", "0".repeat(before - digits.len()));
    }
    format!("{}.{}", &digits[..before], &digits[before..])
}

fn short(x: f64) -> String {
    if let Some(name) = special(x) {
        return name.to_owned();
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let (digits, exponent) = digits(x);
    if x != 0.0 && !(-4..6).contains(&exponent) {
        let rest = &digits[1..];
        let point = if rest.is_empty() { "" } else { "." };
        let minus = if exponent < 0 { '-' } else { '+' };
        let size = exponent.abs();
        return format!("{sign}{}{point}{rest}e{minus}{size:02}", &digits[..1]);
    }
    format!("{sign}{}", positional(&digits, exponent))
}

fn plain(x: f64) -> String {
    if let Some(name) = special(x) {
        return format!("{name}.0");
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    let (digits, exponent) = digits(x);
    let text = positional(&digits, exponent);
    let fraction = if text.contains('.') { "" } else { ".0" };
    format!("{sign}{text}{fraction}")
}

/// A short name for messages of the interpreter itself.
pub fn describe(value: &Value) -> Rc<str> {
    print(value).chars().take(40).collect::<String>().into()
}
