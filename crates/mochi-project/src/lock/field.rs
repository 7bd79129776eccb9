//! Reading and writing the small tables that locks are made of.

use std::fmt::Write as _;

use toml_edit::{Item, TableLike, Value};

use super::{Field, Record};

/// A text of a table.
pub(super) fn text(table: &dyn TableLike, key: &str) -> Option<String> {
    Some(table.get(key)?.as_str()?.to_owned())
}

/// A list of texts; what is none is passed over.
pub(super) fn texts(table: &dyn TableLike, key: &str) -> Vec<String> {
    let array = table.get(key).and_then(Item::as_array);
    array
        .into_iter()
        .flatten()
        .filter_map(|value| Some(value.as_str()?.to_owned()))
        .collect()
}

/// A list of inline tables.
pub(super) fn tables<'a>(
    table: &'a dyn TableLike,
    key: &str,
) -> impl Iterator<Item = &'a dyn TableLike> + use<'a> {
    table
        .get(key)
        .and_then(Item::as_array)
        .into_iter()
        .flatten()
        .filter_map(|value| Some(value.as_inline_table()? as &dyn TableLike))
}

/// The first entry of a table of one entry.
pub(super) fn pair(table: &dyn TableLike, key: &str) -> Option<(String, String)> {
    let inner = table.get(key)?.as_table_like()?;
    let (kind, address) = inner.iter().next()?;
    Some((kind.to_owned(), address.as_str()?.to_owned()))
}

/// A table of texts and lists of texts, its keys sorted.
pub(super) fn record(table: &dyn TableLike) -> Record {
    let mut record: Record = table
        .iter()
        .filter_map(|(key, item)| {
            let field = match item.as_value()? {
                Value::String(text) => Field::Text(text.value().clone()),
                Value::Array(array) => Field::List(
                    array
                        .iter()
                        .filter_map(|value| Some(value.as_str()?.to_owned()))
                        .collect(),
                ),
                _ => return None,
            };
            Some((key.to_owned(), field))
        })
        .collect();
    record.sort();
    record
}

/// A string as TOML writes it.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `["a", "b"]`.
pub(super) fn inline_list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quote(text)).collect();
    format!("[{}]", quoted.join(", "))
}

/// Builds `{ key = value, … }` from the entries that are there.
#[derive(Default)]
pub(super) struct Inline(Vec<String>);

impl Inline {
    pub(super) fn text(mut self, key: &str, text: Option<&str>) -> Self {
        if let Some(text) = text {
            self.0.push(format!("{key} = {}", quote(text)));
        }
        self
    }

    pub(super) fn list(mut self, key: &str, texts: &[String]) -> Self {
        if !texts.is_empty() {
            self.0.push(format!("{key} = {}", inline_list(texts)));
        }
        self
    }

    /// A truth value, written where it is true.
    pub(super) fn flag(mut self, key: &str, flag: bool) -> Self {
        if flag {
            self.0.push(format!("{key} = true"));
        }
        self
    }

    pub(super) fn number(mut self, key: &str, number: Option<i64>) -> Self {
        if let Some(number) = number {
            self.0.push(format!("{key} = {number}"));
        }
        self
    }

    pub(super) fn pair(mut self, key: &str, pair: Option<&(String, String)>) -> Self {
        if let Some((kind, address)) = pair {
            self.0
                .push(format!("{key} = {{ {kind} = {} }}", quote(address)));
        }
        self
    }

    pub(super) fn record(mut self, record: &Record) -> Self {
        for (key, field) in record {
            self = match field {
                Field::Text(text) => self.text(key, Some(text)),
                Field::List(texts) => {
                    self.0.push(format!("{key} = {}", inline_list(texts)));
                    self
                }
            };
        }
        self
    }

    pub(super) fn end(self) -> String {
        format!("{{ {} }}", self.0.join(", "))
    }
}

/// A list with one element a line; nothing for an empty list.
pub(super) fn lines(out: &mut String, key: &str, elements: &[String]) {
    if elements.is_empty() {
        return;
    }
    let _ = writeln!(out, "{key} = [");
    for element in elements {
        let _ = writeln!(out, "    {element},");
    }
    out.push_str("]\n");
}
