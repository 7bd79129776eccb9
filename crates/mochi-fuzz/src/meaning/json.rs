//! Values as JSON.
//!
//! Spec: language.md §11.2.

use std::fmt::Write as _;

use super::Interpreter;
use super::text;
use super::value::{Answer, Declared, Value, fault, give_up};

impl Interpreter {
    /// One line of JSON.
    pub(super) fn to_json(&self, value: &Value) -> Answer<String> {
        match value {
            Value::None => Ok("null".to_owned()),
            Value::Bool(_) | Value::Int(_) | Value::Big(_) => Ok(text::str(value)),
            Value::Float(x) if !x.is_finite() => fault(3),
            Value::Float(x) => Ok(number(*x)),
            Value::Str(text) => Ok(string(text)),
            Value::List(items) => self.array(&items.borrow()),
            Value::Tuple(items) => self.array(items),
            Value::Set(items) => self.array(&text::in_order(items)),
            Value::Map(entries) => self.object(&text::sorted_entries(&entries.borrow())),
            Value::OMap(entries) => self.object(&entries.borrow()),
            Value::Record(record) => {
                let mut entries = record.entries();
                if matches!(&record.made_by, Declared::Shape(shape) if shape.is_variant) {
                    entries.push((Value::text("__name"), Value::Str(record.name.clone())));
                }
                self.object(&text::sorted_entries(&entries))
            }
            _ => give_up("JSON of another value"),
        }
    }

    fn array(&self, items: &[Value]) -> Answer<String> {
        let texts: Answer<Vec<String>> = items.iter().map(|item| self.to_json(item)).collect();
        Ok(format!("[{}]", texts?.join(",")))
    }

    fn object(&self, entries: &[(Value, Value)]) -> Answer<String> {
        let mut texts = Vec::new();
        for (key, value) in entries {
            texts.push(format!(
                "{}:{}",
                string(&text::str(key)),
                self.to_json(value)?
            ));
        }
        Ok(format!("{{{}}}", texts.join(",")))
    }
}

fn number(x: f64) -> String {
    if x == 0.0 {
        return if x.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    if (1e-6..1e21).contains(&x.abs()) {
        return format!("{x}");
    }
    let text = format!("{x:e}");
    match text.split_once("e-") {
        Some((digits, exponent)) => format!("{digits}e-{exponent}"),
        None => text.replace('e', "e+"),
    }
}

fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
