//! Files: whole texts, cells, rows.
//!
//! Spec: language.md §12, §14.

use std::rc::Rc;

use mochi_syntax::ast::{Expr, ExprKind, MapKey, TypeExpr};

use super::value::{Answer, Scope, Value, fault, give_up};
use super::{Interpreter, json, text};

impl Interpreter {
    fn contents(&self, path: &str) -> Answer<String> {
        self.files
            .get(path)
            .map_or_else(|| fault(1), |text| Ok(text.clone()))
    }

    /// Builtins of files.
    pub(super) fn file_builtin(&mut self, name: &str, args: &[Value]) -> Answer<Value> {
        match (name, args) {
            ("readFile", [Value::Str(path)]) => Ok(Value::text(&self.contents(path)?)),
            ("writeFile", [Value::Str(path), Value::Str(text)]) => {
                self.files.insert(path.to_string(), text.to_string());
                Ok(Value::None)
            }
            ("appendFile", [Value::Str(path), Value::Str(text)]) => {
                let file = self.files.entry(path.to_string()).or_default();
                file.push_str(text);
                Ok(Value::None)
            }
            ("lines", [Value::Str(path)]) => {
                let text = self.contents(path)?;
                Ok(Value::list(text.lines().map(Value::text).collect()))
            }
            ("saveCSV", [Value::Str(path), Value::List(rows)]) => {
                let rows: Vec<Vec<String>> = rows.borrow().iter().map(cells).collect();
                self.files.insert(path.to_string(), csv(&rows, ','));
                Ok(Value::None)
            }
            ("loadCSV", [Value::Str(path)]) => {
                let rows = read_csv(&self.contents(path)?, ',');
                let row = |cells: Vec<String>| {
                    Value::list(cells.iter().map(|cell| Value::text(cell)).collect())
                };
                Ok(Value::list(rows.into_iter().map(row).collect()))
            }
            _ => give_up(&format!("a builtin {name}")),
        }
    }

    /// `save rows to "path" with { … }`.
    pub(super) fn save(
        &mut self,
        rows: &Expr,
        path: Option<&str>,
        options: Option<&Expr>,
        scope: &Scope,
    ) -> Answer<Value> {
        let Value::List(rows) = self.expr(rows, scope)? else {
            return fault(3);
        };
        let Some(path) = path else {
            return give_up("standard output");
        };
        let (format, header) = self.options(options, false)?;
        let rows = rows.borrow();
        let mut lines = Vec::new();
        for row in rows.iter() {
            lines.push(self.plain_json(row)?);
        }
        let text = match &*format {
            "jsonl" => lines.iter().flat_map(|line| [line, "\n"]).collect(),
            "json" => json::indented(&format!("[{}]", lines.join(","))) + "\n",
            "csv" | "tsv" => {
                let mut table = Vec::new();
                let names = rows.first().map(columns).unwrap_or_default();
                if header && !rows.is_empty() {
                    table.push(names.clone());
                }
                for row in rows.iter() {
                    let mut cells = Vec::new();
                    for name in &names {
                        let value = entries(row).into_iter().find(|(other, _)| other == name);
                        let value = value.map_or(Value::None, |(_, value)| value);
                        cells.push(self.cell(&value)?);
                    }
                    table.push(cells);
                }
                csv(&table, if &*format == "csv" { ',' } else { '\t' })
            }
            _ => return give_up("a format of another kind"),
        };
        self.files.insert(path.to_owned(), text);
        Ok(Value::None)
    }

    fn plain_json(&self, row: &Value) -> Answer<String> {
        self.to_json(row)
    }

    fn cell(&self, value: &Value) -> Answer<String> {
        match value {
            Value::None => Ok(String::new()),
            Value::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => Ok(format!("{x:.0}")),
            Value::Float(_) => give_up("the cell of a float"),
            Value::Str(text) => Ok(text.to_string()),
            Value::Bool(_) | Value::Int(_) => Ok(text::str(value)),
            other => self.to_json(other),
        }
    }

    /// `load "path" as T with { … }`.
    pub(super) fn load(
        &mut self,
        path: Option<&str>,
        ty: &TypeExpr,
        options: Option<&Expr>,
        scope: &Scope,
    ) -> Answer<Value> {
        let Some(path) = path else {
            return give_up("standard input");
        };
        let (format, header) = self.options(options, true)?;
        let text = self.contents(path)?;
        let rows = match &*format {
            "jsonl" => text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(json::decoded)
                .collect::<Answer<Vec<Value>>>()?,
            "json" => match json::decoded(&text)? {
                Value::List(items) => items.borrow().clone(),
                _ => return fault(2),
            },
            "csv" | "tsv" => {
                let by = if &*format == "csv" { ',' } else { '\t' };
                let mut rows = read_csv(&text, by).into_iter();
                let names = if header {
                    rows.next().unwrap_or_default()
                } else {
                    return give_up("columns without names");
                };
                let rows = rows.filter(|cells| !cells.is_empty());
                rows.map(|cells| {
                    let values = cells.iter().map(|cell| read_cell(cell));
                    let names = names.iter().map(|name| Value::text(name));
                    Value::map(names.zip(values).collect())
                })
                .collect()
            }
            _ => return give_up("a format of another kind"),
        };
        let mut found = Vec::new();
        for row in rows {
            found.push(self.cast(row, ty, scope)?);
        }
        Ok(Value::list(found))
    }

    /// The format, and whether there is a header.
    fn options(&mut self, options: Option<&Expr>, header: bool) -> Answer<(Rc<str>, bool)> {
        let mut found = (Rc::from("csv"), header);
        let Some(options) = options else {
            return Ok(found);
        };
        let ExprKind::Map(entries) = &options.kind else {
            return give_up("options of another kind");
        };
        for entry in entries {
            let MapKey::Word(name) = &entry.key else {
                return give_up("options of another kind");
            };
            match (&*name.text, &entry.value.kind) {
                ("format", ExprKind::Str(text)) => found.0 = text.clone(),
                ("header", ExprKind::Bool(b)) => found.1 = *b,
                _ => return give_up("options of another kind"),
            }
        }
        Ok(found)
    }
}

fn entries(row: &Value) -> Vec<(String, Value)> {
    let entries = match row {
        Value::Record(record) => record.entries(),
        Value::Map(entries) => entries.borrow().clone(),
        _ => Vec::new(),
    };
    let named = entries.into_iter();
    named
        .map(|(name, value)| (text::str(&name), value))
        .collect()
}

fn columns(row: &Value) -> Vec<String> {
    let mut names: Vec<String> = entries(row).into_iter().map(|(name, _)| name).collect();
    names.sort();
    names
}

fn cells(row: &Value) -> Vec<String> {
    match row {
        Value::List(cells) => cells.borrow().iter().map(text::str).collect(),
        _ => Vec::new(),
    }
}

/// Rows as text: cells in quotes where that is needed.
fn csv(rows: &[Vec<String>], by: char) -> String {
    let mut out = String::new();
    for row in rows {
        let is_lonely = row.len() == 1 && row[0].is_empty();
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                out.push(by);
            }
            if is_lonely || cell.contains([by, '"', '\n', '\r']) {
                out.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
            } else {
                out.push_str(cell);
            }
        }
        out.push('\n');
    }
    out
}

fn read_csv(text: &str, by: char) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut any = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted => {
                if chars.next_if_eq(&'"').is_some() {
                    cell.push('"');
                } else {
                    quoted = false;
                }
            }
            c if quoted => cell.push(c),
            '"' if cell.is_empty() => {
                quoted = true;
                any = true;
            }
            '\n' => {
                if any || !cell.is_empty() || !row.is_empty() {
                    row.push(std::mem::take(&mut cell));
                }
                rows.push(std::mem::take(&mut row));
                any = false;
            }
            c if c == by => row.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    if any || !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// A cell that reads as integer or float is one.
fn read_cell(cell: &str) -> Value {
    let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    if !digits.is_empty()
        && digits.chars().all(|c| c.is_ascii_digit())
        && let Ok(n) = cell.parse()
    {
        return Value::Int(n);
    }
    let is_float = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || ".eE+-".contains(c));
    if is_float && let Ok(x) = cell.parse() {
        return Value::Float(x);
    }
    Value::text(cell)
}
