//! Which fields of two locks differ, with the old and the new value.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::{DocumentMut, Item, TableLike, Value};

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The distribution, or nothing for the lock itself.
    pub package: String,
    /// The field, such as `version` or `wheels: x-1.0-py3-none-any.whl: sha256`.
    pub field: String,
    /// What the first lock has.
    pub old: Option<String>,
    /// What the second lock has.
    pub new: Option<String>,
}

type Fields = BTreeMap<(String, String), String>;

/// The fields that differ between the texts of two locks. Texts that differ in nothing but their
/// form (a comment, an order) give the first line that does.
pub fn differences(old: &str, new: &str) -> Vec<Difference> {
    let (Some(before), Some(after)) = (fields(old), fields(new)) else {
        return lines(old, new).into_iter().collect();
    };
    let keys: BTreeSet<&(String, String)> = before.keys().chain(after.keys()).collect();
    let mut found: Vec<Difference> = keys
        .into_iter()
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| Difference {
            package: key.0.clone(),
            field: key.1.clone(),
            old: before.get(key).cloned(),
            new: after.get(key).cloned(),
        })
        .collect();
    whole_packages(&mut found, &before, &after);
    if found.is_empty() {
        found.extend(lines(old, new));
    }
    found
}

/// A distribution that only one lock has is one difference, not one for each of its fields.
fn whole_packages(found: &mut Vec<Difference>, before: &Fields, after: &Fields) {
    let has = |fields: &Fields, package: &str| fields.keys().any(|(one, _)| one == package);
    let mut whole: BTreeSet<String> = BTreeSet::new();
    for one in found.iter() {
        if !one.package.is_empty() && has(before, &one.package) != has(after, &one.package) {
            whole.insert(one.package.clone());
        }
    }
    found.retain(|one| !whole.contains(&one.package) || one.field == "version");
    for package in whole {
        if !found.iter().any(|one| one.package == package) {
            let there = |fields: &Fields| has(fields, &package).then(|| "present".to_owned());
            found.push(Difference {
                package: package.clone(),
                field: "the distribution".to_owned(),
                old: there(before),
                new: there(after),
            });
        }
    }
}

fn fields(text: &str) -> Option<Fields> {
    let document: DocumentMut = text.parse().ok()?;
    let mut out = Fields::new();
    for (key, item) in document.iter() {
        match item {
            Item::ArrayOfTables(tables) if key == "python-package" => {
                let name = |table: &dyn TableLike, key: &str| {
                    table
                        .get(key)
                        .and_then(Item::as_str)
                        .unwrap_or("")
                        .to_owned()
                };
                let mut count: BTreeMap<String, usize> = BTreeMap::new();
                for table in tables {
                    *count.entry(name(table, "name")).or_default() += 1;
                }
                for table in tables {
                    let mut package = name(table, "name");
                    if count.get(&package).is_some_and(|count| *count > 1) {
                        package = format!("{package} {}", name(table, "version"));
                    }
                    for (key, item) in table {
                        flatten(&mut out, &package, key, item);
                    }
                }
            }
            item => flatten(&mut out, "", key, item),
        }
    }
    Some(out)
}

fn flatten(out: &mut Fields, package: &str, path: &str, item: &Item) {
    match item {
        Item::Value(value) => flatten_value(out, package, path, value),
        Item::Table(table) => {
            for (key, item) in table {
                flatten(out, package, &format!("{path}: {key}"), item);
            }
        }
        Item::ArrayOfTables(_) | Item::None => {
            out.insert(
                (package.to_owned(), path.to_owned()),
                item.to_string().trim().to_owned(),
            );
        }
    }
}

fn flatten_value(out: &mut Fields, package: &str, path: &str, value: &Value) {
    match value {
        Value::InlineTable(table) => {
            for (key, value) in table {
                flatten_value(out, package, &format!("{path}: {key}"), value);
            }
        }
        Value::Array(array) if array.iter().any(Value::is_inline_table) => {
            for element in array {
                let label = element.as_inline_table().and_then(label);
                let path = format!("{path}: {}", label.unwrap_or_default());
                flatten_value(out, package, &path, element);
            }
        }
        Value::Array(array) => {
            let texts: Vec<String> = array.iter().map(shown).collect();
            out.insert((package.to_owned(), path.to_owned()), texts.join(", "));
        }
        other => {
            // Two elements of one label are told apart by their values.
            let mut path = path.to_owned();
            let text = shown(other);
            while out
                .get(&(package.to_owned(), path.clone()))
                .is_some_and(|known| *known != text)
            {
                path.push('\'');
            }
            out.insert((package.to_owned(), path), text);
        }
    }
}

/// What an element of a list is called.
fn label(table: &toml_edit::InlineTable) -> Option<String> {
    let text = |key: &str| table.get(key).and_then(Value::as_str);
    if let Some(filename) = text("filename") {
        return Some(filename.to_owned());
    }
    let name = text("name")?;
    Some(match text("for-extra") {
        Some(extra) => format!("{name} for [{extra}]"),
        None => name.to_owned(),
    })
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.value().clone(),
        other => {
            let mut other = other.clone();
            other.decor_mut().clear();
            other.to_string()
        }
    }
}

/// The first line that differs.
fn lines(old: &str, new: &str) -> Option<Difference> {
    let (mut before, mut after) = (old.lines(), new.lines());
    for number in 1.. {
        match (before.next(), after.next()) {
            (None, None) => break,
            (one, other) if one == other => {}
            (one, other) => {
                return Some(Difference {
                    package: String::new(),
                    field: format!("line {number}"),
                    old: one.map(str::to_owned),
                    new: other.map(str::to_owned),
                });
            }
        }
    }
    // The same lines with another end of line, or with none after the last.
    (old != new).then(|| Difference {
        package: String::new(),
        field: "line ends".to_owned(),
        old: None,
        new: None,
    })
}
