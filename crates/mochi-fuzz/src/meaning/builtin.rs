//! Builtin functions.
//!
//! Spec: language.md §12, §13.

use std::cmp::Ordering;
use std::rc::Rc;

use mochi_syntax::ast::BinaryOp;

use super::expr::{distinct, slice};
use super::reactive::messages;
use super::stmt::again;
use super::value::{Answer, Value, fault, give_up, raise};
use super::{Interpreter, json, number, text};

/// The most bytes of a text that is made by repetition.
const LONGEST: usize = 10_000_000;

const KNOWN: &[&str] = &[
    "abs",
    "add",
    "append",
    "appendFile",
    "avg",
    "ceil",
    "collect",
    "concat",
    "contains",
    "count",
    "decode",
    "denom",
    "distinct",
    "encode",
    "exists",
    "filter",
    "first",
    "float",
    "floor",
    "has",
    "indexOf",
    "int",
    "join",
    "json",
    "json_decode",
    "keys",
    "len",
    "lines",
    "loadCSV",
    "lower",
    "make_chan",
    "make_stream",
    "map",
    "max",
    "min",
    "num",
    "padStart",
    "panic",
    "pow",
    "print",
    "push",
    "range",
    "readFile",
    "recv",
    "recv_sub",
    "reduce",
    "repeat",
    "reverse",
    "round",
    "saveCSV",
    "send",
    "slice",
    "split",
    "sqrt",
    "str",
    "subscribe",
    "subscribe_limit",
    "substr",
    "substring",
    "sum",
    "to_json",
    "trim",
    "upper",
    "values",
    "writeFile",
];

/// Whether a name is that of a builtin.
pub fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

impl Interpreter {
    /// Calls a builtin.
    pub(super) fn builtin(&mut self, name: &str, args: Vec<Value>) -> Answer<Value> {
        self.step()?;
        match (name, &args[..]) {
            (
                "make_chan" | "make_stream" | "send" | "recv" | "subscribe" | "subscribe_limit"
                | "recv_sub",
                _,
            ) => messages(name, &args),
            ("readFile" | "writeFile" | "appendFile" | "lines" | "loadCSV" | "saveCSV", _) => {
                self.file_builtin(name, &args)
            }
            ("json", [value]) => {
                let line = self.to_json(value)?;
                self.output.push_str(&json::indented(&line));
                self.output.push('\n');
                Ok(value.clone())
            }
            ("json_decode", [Value::Str(text)]) => json::decoded(text),
            ("print", values) => {
                self.write_line(values);
                Ok(Value::None)
            }
            ("map", [items, function]) => {
                let mut found = Vec::new();
                for item in self.items(items, false)? {
                    found.push(self.apply(function, vec![item])?);
                }
                Ok(Value::list(found))
            }
            ("filter", [items, function]) => {
                let mut found = Vec::new();
                for item in self.items(items, false)? {
                    if let Value::Bool(true) = self.apply(function, vec![item.clone()])? {
                        found.push(item);
                    }
                }
                Ok(Value::list(found))
            }
            ("reduce", [items, function, start]) => {
                let mut value = start.clone();
                for item in self.items(items, false)? {
                    value = self.apply(function, vec![value, item])?;
                }
                Ok(value)
            }
            ("keys", [map]) => Ok(Value::list(self.items(map, false)?)),
            ("values", [map]) => {
                let pairs = self.items(map, true)?;
                let second = |pair: &Value| match pair {
                    Value::Tuple(parts) => parts[1].clone(),
                    _ => Value::None,
                };
                Ok(Value::list(pairs.iter().map(second).collect()))
            }
            ("collect", [items]) => Ok(Value::list(self.items(items, false)?)),
            ("sum" | "avg" | "min" | "max" | "count", [items]) => {
                let items = self.items(items, false)?;
                aggregate(name, &items)
            }
            ("panic", [Value::Error(error)]) => again(error),
            ("panic", [message]) => raise(0, &text::str(message)),
            ("panic", [code, message]) => {
                raise(number::integer(code).unwrap_or(3), &text::str(message))
            }
            ("to_json", [value]) => Ok(Value::text(&self.to_json(value)?)),
            ("concat", lists) => {
                let mut found = Vec::new();
                for list in lists {
                    found.extend(self.items(list, false)?);
                }
                Ok(Value::list(found))
            }
            _ => plain(name, &args),
        }
    }
}

/// `sum`, `avg`, `min`, `max`, `count` of some values; none is skipped.
pub fn aggregate(name: &str, items: &[Value]) -> Answer<Value> {
    let present = items.iter().filter(|item| !matches!(item, Value::None));
    let items: &[Value] = &present.cloned().collect::<Vec<Value>>();
    match name {
        "count" => Ok(Value::count(items.len())),
        "min" | "max" => {
            let Some(first) = items.first() else {
                return give_up("the least of nothing");
            };
            let wanted = if name == "min" {
                Ordering::Less
            } else {
                Ordering::Greater
            };
            let mut best = first.clone();
            for item in &items[1..] {
                if number::order(item, &best)? == Some(wanted) {
                    best = item.clone();
                }
            }
            Ok(best)
        }
        "avg" if items.is_empty() => Ok(Value::Float(0.0)),
        _ => {
            let mut total = Value::Int(0);
            for item in items {
                total = number::arithmetic(BinaryOp::Add, &total, item)?;
            }
            if name == "sum" {
                return Ok(total);
            }
            match number::float(&total) {
                Some(total) => Ok(Value::Float(total / items.len() as f64)),
                None => fault(3),
            }
        }
    }
}

fn plain(name: &str, args: &[Value]) -> Answer<Value> {
    match (name, args) {
        ("str", [value]) => Ok(Value::text(&text::str(value))),
        ("int", [value]) => int(value),
        ("float", [value]) => float(value),
        ("len", [value]) => len(value),
        ("exists", [value]) => match len(value)? {
            Value::Int(n) => Ok(Value::Bool(n > 0)),
            _ => fault(3),
        },
        ("append" | "push", [Value::List(items), value]) => {
            let mut items = items.borrow().clone();
            items.push(value.clone());
            Ok(Value::list(items))
        }
        ("first", [Value::List(items)]) => {
            Ok(items.borrow().first().cloned().unwrap_or(Value::None))
        }
        ("reverse", [Value::List(items)]) => {
            Ok(Value::list(items.borrow().iter().rev().cloned().collect()))
        }
        ("reverse", [Value::Str(text)]) => Ok(Value::text(&text.chars().rev().collect::<String>())),
        ("distinct", [Value::List(items)]) => {
            let items = items.borrow().clone();
            Ok(Value::list(distinct(items)))
        }
        ("add", [Value::Set(items), value]) => {
            let mut items = items.to_vec();
            if !number::contains(&items, value) {
                items.push(value.clone());
            }
            Ok(Value::Set(Rc::new(items)))
        }
        ("has", [Value::Set(items), value]) => Ok(Value::Bool(number::contains(items, value))),
        ("has", [Value::Map(entries) | Value::OMap(entries), value]) => Ok(Value::Bool(
            entries
                .borrow()
                .iter()
                .any(|(key, _)| number::equal(key, value)),
        )),
        ("range", bounds) => range(bounds),
        ("substring" | "substr" | "slice", [value, a, b]) => {
            slice(value, number::integer(a), number::integer(b), None)
        }
        ("abs" | "ceil" | "floor" | "round" | "sqrt" | "pow" | "num" | "denom", _) => {
            numeric(name, args)
        }
        _ => textual(name, args),
    }
}

fn len(value: &Value) -> Answer<Value> {
    Ok(Value::count(match value {
        Value::List(items) => items.borrow().len(),
        Value::Map(entries) | Value::OMap(entries) => entries.borrow().len(),
        Value::Set(items) => items.len(),
        Value::Tuple(items) => items.len(),
        Value::Str(text) => text.chars().count(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Group(group) => group.items.len(),
        Value::Chan(chan) => chan.values.borrow().len(),
        Value::None => 0,
        _ => return fault(3),
    }))
}

fn int(value: &Value) -> Answer<Value> {
    match value {
        Value::Str(text) => {
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            match text.trim_start_matches('+').parse() {
                Ok(n) if plain => Ok(Value::Int(n)),
                Err(_) if plain => give_up("a long number"),
                _ => raise(2, &format!("cannot cast \"{text}\" to int")),
            }
        }
        Value::Float(x) if !x.is_finite() => fault(6),
        Value::Float(x) if x.abs() > 1e30 => give_up("a large float"),
        Value::Float(x) => Ok(Value::Int(*x as i128)),
        Value::Rat(n, d) => Ok(Value::Int(n / d)),
        other => match number::integer(other) {
            Some(n) => Ok(Value::Int(n)),
            None => fault(3),
        },
    }
}

fn float(value: &Value) -> Answer<Value> {
    match value {
        Value::Str(_) => give_up("a float from text"),
        other => match number::float(other) {
            Some(x) => Ok(Value::Float(x)),
            None => fault(3),
        },
    }
}

fn range(bounds: &[Value]) -> Answer<Value> {
    let numbers: Vec<i128> = bounds.iter().filter_map(number::integer).collect();
    let (mut at, end, step) = match numbers[..] {
        [end] => (0, end, 1),
        [start, end] => (start, end, 1),
        [start, end, step] => (start, end, step),
        _ => return fault(3),
    };
    if step == 0 {
        return fault(3);
    }
    let mut found = Vec::new();
    while (step > 0 && at < end) || (step < 0 && at > end) {
        found.push(Value::Int(at));
        at += step;
        if found.len() > 10_000 {
            return give_up("a long range");
        }
    }
    Ok(Value::list(found))
}

fn same_kind(value: &Value, n: i128) -> Value {
    match value {
        Value::Big(_) => Value::Big(n),
        Value::Rat(..) => Value::Rat(n, 1),
        _ => Value::Int(n),
    }
}

fn numeric(name: &str, args: &[Value]) -> Answer<Value> {
    match (name, args) {
        ("abs", [Value::Float(x)]) => Ok(Value::Float(x.abs())),
        ("abs", [Value::Rat(n, d)]) => Ok(Value::Rat(n.abs(), *d)),
        ("abs", [value]) => match number::integer(value) {
            Some(n) => Ok(same_kind(value, n.abs())),
            None => fault(3),
        },
        ("ceil" | "floor", [Value::Float(x)]) => {
            if !x.is_finite() {
                return fault(6);
            }
            let x = if name == "ceil" { x.ceil() } else { x.floor() };
            if x.abs() > 1e30 {
                return give_up("a large float");
            }
            Ok(Value::Int(x as i128))
        }
        ("ceil", [value]) => {
            let (n, d) = number::fraction(value)?;
            Ok(Value::Int(-(-n).div_euclid(d)))
        }
        ("floor", [value]) => {
            let (n, d) = number::fraction(value)?;
            Ok(Value::Int(n.div_euclid(d)))
        }
        ("round", [Value::Float(x)]) => Ok(Value::Float(x.round())),
        ("round", [Value::Rat(n, d)]) => {
            let half = (2 * n.abs() + d).div_euclid(2 * d);
            Ok(Value::Rat(half * n.signum(), 1))
        }
        ("round", [value]) => Ok(value.clone()),
        ("sqrt", [value]) => match number::float(value) {
            Some(x) => Ok(Value::Float(x.sqrt())),
            None => fault(3),
        },
        ("pow", [a, b]) => number::arithmetic(BinaryOp::Pow, a, b),
        ("num", [value]) => Ok(Value::Big(number::fraction(value)?.0)),
        ("denom", [value]) => Ok(Value::Big(number::fraction(value)?.1)),
        _ => give_up(&format!("a builtin {name}")),
    }
}

fn textual(name: &str, args: &[Value]) -> Answer<Value> {
    match (name, args) {
        ("upper", [Value::Str(text)]) => Ok(Value::text(&text.to_uppercase())),
        ("lower", [value]) => Ok(Value::text(&text::str(value).to_lowercase())),
        ("trim", [Value::Str(text)]) => Ok(Value::text(text.trim())),
        ("contains", [Value::Str(text), Value::Str(part)]) => {
            Ok(Value::Bool(text.contains(&**part)))
        }
        ("indexOf", [Value::Str(text), Value::Str(part)]) => {
            let at = text.find(&**part);
            Ok(Value::Int(
                at.map_or(-1, |at| text[..at].chars().count() as i128),
            ))
        }
        ("repeat", [Value::Str(text), times]) => {
            let times = number::integer(times).unwrap_or(0).max(0);
            let times = usize::try_from(times).unwrap_or(usize::MAX);
            if text.len().saturating_mul(times) > LONGEST {
                return give_up("too long a text");
            }
            Ok(Value::text(&text.repeat(times)))
        }
        ("split", [Value::Str(text), Value::Str(by)]) => {
            let parts: Vec<Value> = if by.is_empty() {
                text.chars().map(|c| Value::text(&c.to_string())).collect()
            } else {
                text.split(&**by).map(Value::text).collect()
            };
            Ok(Value::list(parts))
        }
        ("join", [Value::List(items), Value::Str(by)]) => {
            let texts: Vec<String> = items.borrow().iter().map(text::str).collect();
            Ok(Value::text(&texts.join(by)))
        }
        ("padStart", [Value::Str(text), width, Value::Str(pad)]) => {
            let width = number::integer(width).unwrap_or(0).max(0);
            let width = usize::try_from(width).unwrap_or(usize::MAX);
            if width > LONGEST {
                return give_up("too long a text");
            }
            let missing = width.saturating_sub(text.chars().count());
            let pad: &str = if pad.is_empty() { " " } else { pad };
            let padding: String = pad.chars().cycle().take(missing).collect();
            Ok(Value::text(&format!("{padding}{text}")))
        }
        ("encode", [Value::Str(text)]) => Ok(Value::Bytes(text.bytes().collect())),
        ("decode", [Value::Bytes(bytes)]) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Value::text(text)),
            Err(_) => fault(2),
        },
        _ => give_up(&format!("a builtin {name}")),
    }
}
