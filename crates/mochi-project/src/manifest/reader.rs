//! Reading TOML tables with every fault at its place.

use std::ops::Range;
use std::rc::Rc;

use mochi_base::suggest;
use toml_edit::{Item, TableLike, TomlError, Value};

use crate::codes;
use crate::error::{OtherText, ProjectError};

/// Collects faults while a manifest is read.
pub(super) struct Reader {
    text: Rc<OtherText>,
    faults: Vec<ProjectError>,
    warnings: Vec<String>,
}

/// The fault of a text that is no TOML.
pub(super) fn malformed(text: &Rc<OtherText>, error: &TomlError) -> ProjectError {
    let message = error.message().lines().next().unwrap_or("it is not TOML");
    let mut range = error.span().unwrap_or(0..0);
    // The end of the file is shown where its last line is.
    range.start = range.start.min(text.text.trim_end().len());
    range.end = range.end.max(range.start);
    ProjectError::new(codes::MANIFEST, message.to_owned())
        .at(Some(OtherText::span(range)))
        .in_text(text)
}

impl Reader {
    pub(super) fn new(text: &Rc<OtherText>) -> Self {
        Self {
            text: Rc::clone(text),
            faults: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The faults in the order of the file, if there are any.
    pub(super) fn finish(mut self) -> Result<(), Vec<ProjectError>> {
        self.faults
            .sort_by_key(|fault| fault.span.map(|span| span.start));
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(self.faults)
        }
    }

    /// Sentences about settings without effect.
    pub(super) fn warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Remembers that a setting has no effect yet.
    pub(super) fn without_effect(&mut self, setting: &str) {
        let path = &self.text.path;
        self.warnings
            .push(format!("`{setting}` in {path} has no effect yet"));
    }

    /// Reports a fault.
    pub(super) fn fault(&mut self, range: Option<Range<usize>>, message: impl Into<String>) {
        self.noted_fault(range, message, None);
    }

    /// Reports a fault with what was probably meant.
    pub(super) fn noted_fault(
        &mut self,
        range: Option<Range<usize>>,
        message: impl Into<String>,
        note: Option<String>,
    ) {
        let mut error = ProjectError::new(codes::MANIFEST, message)
            .at(range.map(OtherText::span))
            .in_text(&self.text);
        if let Some(note) = note {
            error = error.with_note(note);
        }
        self.faults.push(error);
    }

    /// Refuses keys that are not in `known`. `place` names the table in messages.
    pub(super) fn known_keys(&mut self, table: &dyn TableLike, place: &str, known: &[&str]) {
        let unknown: Vec<String> = table
            .iter()
            .map(|(key, _)| key.to_owned())
            .filter(|key| !known.contains(&key.as_str()))
            .collect();
        for key in unknown {
            let kind = match table.get(&key) {
                Some(Item::Table(_) | Item::ArrayOfTables(_)) => "table",
                _ => "key",
            };
            let note = match suggest::nearest(&key, known.iter().copied()) {
                Some(near) => suggest::question(near),
                None => format!("it has {}", quoted(known)),
            };
            self.noted_fault(
                key_range(table, &key),
                format!("{place} has no {kind} `{key}`"),
                Some(note),
            );
        }
    }

    /// A table or inline table; another kind of value is a fault.
    pub(super) fn table<'a>(
        &mut self,
        parent: &'a dyn TableLike,
        key: &str,
    ) -> Option<&'a dyn TableLike> {
        let item = parent.get(key)?;
        let table = item.as_table_like();
        if table.is_none() {
            self.wrong_kind(parent, key, item, "a table");
        }
        table
    }

    /// A string; another kind of value is a fault.
    pub(super) fn string(&mut self, table: &dyn TableLike, key: &str) -> Option<String> {
        let item = table.get(key)?;
        if let Some(text) = item.as_str() {
            Some(text.to_owned())
        } else {
            self.wrong_kind(table, key, item, "a string");
            None
        }
    }

    /// A truth value; another kind of value is a fault.
    pub(super) fn flag(&mut self, table: &dyn TableLike, key: &str) -> Option<bool> {
        let item = table.get(key)?;
        let flag = item.as_bool();
        if flag.is_none() {
            self.wrong_kind(table, key, item, "`true` or `false`");
        }
        flag
    }

    /// One of a few words.
    pub(super) fn word(
        &mut self,
        table: &dyn TableLike,
        key: &str,
        words: &[&str],
    ) -> Option<String> {
        let text = self.string(table, key)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        let note = match suggest::nearest(&text, words.iter().copied()) {
            Some(near) => suggest::question(near),
            None => format!("write one of {}", quoted(words)),
        };
        self.noted_fault(
            range_of(table, key),
            format!("`{key}` cannot be `{text}`"),
            Some(note),
        );
        None
    }

    /// A list of strings, each with its place.
    pub(super) fn strings(
        &mut self,
        table: &dyn TableLike,
        key: &str,
    ) -> Vec<(String, Option<Range<usize>>)> {
        let Some(item) = table.get(key) else {
            return Vec::new();
        };
        let Some(array) = item.as_array() else {
            self.wrong_kind(table, key, item, "a list of strings");
            return Vec::new();
        };
        let mut found = Vec::new();
        for value in array {
            match value {
                Value::String(text) => found.push((text.value().clone(), value.span())),
                other => {
                    let message = format!("`{key}` is a list of strings, not of {}", kind(other));
                    self.fault(other.span(), message);
                }
            }
        }
        found
    }

    /// Reports a value of the wrong kind.
    pub(super) fn wrong_kind(
        &mut self,
        table: &dyn TableLike,
        key: &str,
        item: &Item,
        wanted: &str,
    ) {
        let found = match item {
            Item::Value(value) => kind(value),
            Item::Table(_) => "a table",
            Item::ArrayOfTables(_) => "a list of tables",
            Item::None => "nothing",
        };
        self.fault(
            item.span().or_else(|| key_range(table, key)),
            format!("`{key}` must be {wanted}, not {found}"),
        );
    }
}

/// The place of a value.
pub(super) fn range_of(table: &dyn TableLike, key: &str) -> Option<Range<usize>> {
    table
        .get(key)
        .and_then(Item::span)
        .or_else(|| key_range(table, key))
}

/// The place of a key.
pub(super) fn key_range(table: &dyn TableLike, key: &str) -> Option<Range<usize>> {
    table.key(key)?.span()
}

/// Names in backticks, with commas.
pub(super) fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a float",
        Value::Boolean(_) => "a truth value",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::InlineTable(_) => "a table",
    }
}
