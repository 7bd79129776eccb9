//! Values as JSON.
//!
//! Spec: language.md §11.2.

use std::fmt::Write as _;

use super::Interpreter;
use super::number::equal;
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

/// One line of JSON over several, indented by two spaces.
pub fn indented(line: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    let mut chars = line.chars().peekable();
    let begin = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                out.push(c);
                while let Some(c) = chars.next() {
                    out.push(c);
                    match c {
                        '\\' => out.extend(chars.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '[' | '{' => {
                out.push(c);
                if let Some(close) = chars.next_if(|next| matches!(next, ']' | '}')) {
                    out.push(close);
                } else {
                    depth += 1;
                    begin(&mut out, depth);
                }
            }
            ']' | '}' => {
                depth -= 1;
                begin(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                begin(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c => out.push(c),
        }
    }
    out
}

/// The value of a JSON text; malformed text is error 2.
pub fn decoded(text: &str) -> Answer<Value> {
    let mut reader = Reader {
        chars: text.chars().collect(),
        at: 0,
    };
    let value = reader.value()?;
    reader.blank();
    if reader.at < reader.chars.len() {
        return fault(2);
    }
    Ok(value)
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(' ' | '\n' | '\t' | '\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, wanted: char) -> bool {
        self.blank();
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn need(&mut self, wanted: char) -> Answer<()> {
        if self.eat(wanted) { Ok(()) } else { fault(2) }
    }

    fn value(&mut self) -> Answer<Value> {
        self.blank();
        for (word, value) in [
            ("null", Value::None),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
        ] {
            let end = self.at + word.len();
            if self
                .chars
                .get(self.at..end)
                .is_some_and(|part| part.iter().copied().eq(word.chars()))
            {
                self.at = end;
                return Ok(value);
            }
        }
        match self.peek() {
            Some('"') => Ok(Value::text(&self.text()?)),
            Some('[') => {
                self.at += 1;
                let mut items = Vec::new();
                if self.eat(']') {
                    return Ok(Value::list(items));
                }
                loop {
                    items.push(self.value()?);
                    if !self.eat(',') {
                        self.need(']')?;
                        return Ok(Value::list(items));
                    }
                }
            }
            Some('{') => self.entries(),
            Some(c) if c == '-' || c.is_ascii_digit() => self.number(),
            _ => fault(2),
        }
    }

    fn entries(&mut self) -> Answer<Value> {
        self.at += 1;
        let mut entries: Vec<(Value, Value)> = Vec::new();
        if self.eat('}') {
            return Ok(Value::map(entries));
        }
        loop {
            self.blank();
            if self.peek() != Some('"') {
                return fault(2);
            }
            let key = Value::text(&self.text()?);
            self.need(':')?;
            let value = self.value()?;
            match entries.iter_mut().find(|(old, _)| equal(old, &key)) {
                Some((_, slot)) => *slot = value,
                None => entries.push((key, value)),
            }
            if !self.eat(',') {
                self.need('}')?;
                return Ok(Value::map(entries));
            }
        }
    }

    fn number(&mut self) -> Answer<Value> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some('-'));
        let digits = self.digits()?;
        if digits.len() > 1 && digits.starts_with('0') {
            return fault(2);
        }
        let mut is_integer = true;
        if self.peek() == Some('.') {
            is_integer = false;
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            is_integer = false;
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some('+' | '-')));
            self.digits()?;
        }
        let text: String = self.chars[start..self.at].iter().collect();
        if is_integer {
            return text
                .parse()
                .map_or_else(|_| give_up("a large integer"), |n| Ok(Value::Int(n)));
        }
        text.parse()
            .map_or_else(|_| fault(2), |x| Ok(Value::Float(x)))
    }

    fn digits(&mut self) -> Answer<String> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        if start == self.at {
            return fault(2);
        }
        Ok(self.chars[start..self.at].iter().collect())
    }

    fn text(&mut self) -> Answer<String> {
        self.at += 1;
        let mut out = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            match c {
                '"' => return Ok(out),
                '\\' => {
                    let escape = self.peek().unwrap_or(' ');
                    self.at += 1;
                    out.push(match escape {
                        '"' | '\\' | '/' => escape,
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        'b' => '\u{8}',
                        'f' => '\u{c}',
                        'u' => {
                            let end = (self.at + 4).min(self.chars.len());
                            let code: String = self.chars[self.at..end].iter().collect();
                            self.at = end;
                            let code = u32::from_str_radix(&code, 16).ok();
                            match code.and_then(char::from_u32) {
                                Some(c) => c,
                                None => return give_up("an escape of another kind"),
                            }
                        }
                        _ => return fault(2),
                    });
                }
                c if c < ' ' => return fault(2),
                c => out.push(c),
            }
        }
        fault(2)
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
