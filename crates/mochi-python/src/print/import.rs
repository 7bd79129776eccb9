//! Imports, sorted as import sorters have them.

use mochi_base::Span;

use super::layout::Doc;
use super::stmt::Printer;
use crate::py::{Import, ImportGroup, ImportKind, Note};

impl Printer {
    pub(super) fn imports(&mut self, imports: &[Import]) {
        let mut sorted: Vec<&Import> = imports.iter().collect();
        sorted.sort_by_key(|a| import_key(a));
        sorted.dedup_by(|a, b| a.group == b.group && a.kind == b.kind);
        let mut previous: Option<ImportGroup> = None;
        let mut index = 0;
        while let Some(import) = sorted.get(index) {
            let (own, others) = std::mem::take(&mut self.import_notes)
                .into_iter()
                .partition(|(span, _)| Some(*span) == import.span);
            self.import_notes = others;
            let own: Vec<(Span, Note)> = own;
            // A comment on a line of its own stands apart from the import above.
            let apart = own.len() > 1 || own.iter().any(|(_, note)| !note.behind);
            if previous.is_some_and(|group| apart || group != import.group) {
                self.blank();
            }
            previous = Some(import.group);
            let outer = std::mem::replace(&mut self.origin, import.span);
            own.iter().for_each(|(_, note)| self.note(note));
            match &import.kind {
                ImportKind::Module(name, None) => self.line(&format!("import {name}")),
                ImportKind::Module(name, Some(alias)) => {
                    self.line(&format!("import {name} as {alias}"));
                }
                ImportKind::From(module, _) => {
                    let mut names: Vec<&str> = Vec::new();
                    while let Some(Import {
                        kind: ImportKind::From(other, name),
                        ..
                    }) = sorted.get(index)
                    {
                        if other != module {
                            break;
                        }
                        names.push(name);
                        index += 1;
                    }
                    index -= 1;
                    names.sort_by_key(|a| name_key(a));
                    self.names_imports(module, &names);
                }
            }
            self.origin = outer;
            index += 1;
        }
    }

    /// The names of one module: renamed ones have statements of their own, as import sorters have
    /// it, all in the order of their first names.
    fn names_imports(&mut self, module: &str, names: &[&str]) {
        let (renamed, plain): (Vec<&str>, Vec<&str>) =
            names.iter().partition(|name| name.contains(" as "));
        let mut statements: Vec<Vec<&str>> = renamed.into_iter().map(|name| vec![name]).collect();
        if !plain.is_empty() {
            statements.push(plain);
        }
        statements.sort_by_key(|names| names.first().map(|name| name_key(name)));
        for names in statements {
            self.names_import(module, &names);
        }
    }

    fn names_import(&mut self, module: &str, names: &[&str]) {
        let list = Doc::comma_list(
            names
                .iter()
                .map(|name| Doc::text((*name).to_owned()))
                .collect(),
        );
        self.put(&Doc::group(vec![
            Doc::text(format!("from {module} import ")),
            Doc::IfBroken("("),
            Doc::Indent(Box::new(Doc::Cat(vec![Doc::Soft, list]))),
            Doc::Soft,
            Doc::IfBroken(")"),
        ]));
    }
}

fn import_key(import: &Import) -> (ImportGroup, bool, String, String) {
    match &import.kind {
        ImportKind::Module(name, _) => (import.group, false, natural(name), String::new()),
        ImportKind::From(module, name) => (import.group, true, natural(module), name.clone()),
    }
}

/// A key by which names are in order without regard to case, and numbers in them by their size.
fn natural(name: &str) -> String {
    let mut key = String::new();
    let mut digits = String::new();
    for c in name.chars().map(Some).chain([None]) {
        match c {
            Some(c) if c.is_ascii_digit() => digits.push(c),
            other => {
                if !digits.is_empty() {
                    key.push_str(&format!("{digits:0>20}"));
                    digits.clear();
                }
                key.extend(other.into_iter().flat_map(char::to_lowercase));
            }
        }
    }
    key
}

/// Constants, then classes, then the rest, as import sorters have it.
pub(crate) fn name_key(import: &str) -> (u8, String, String) {
    let name = import.split(' ').next().unwrap_or(import);
    let is_constant = name.len() > 1
        && name.chars().all(|c| !c.is_lowercase())
        && name.chars().any(char::is_uppercase);
    let is_class = name.chars().next().is_some_and(char::is_uppercase);
    let kind = match (is_constant, is_class) {
        (true, _) => 0,
        (false, true) => 1,
        _ => 2,
    };
    (kind, natural(name), import.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_as_import_sorters_have_it() {
        let mut names = [
            "int16",
            "Headers",
            "int8 as int8",
            "URL as URL",
            "codes",
            "CSafe",
            "Collect",
            "int128",
        ];
        names.sort_by_key(|name| name_key(name));
        let sorted = [
            "URL as URL",
            "Collect",
            "CSafe",
            "Headers",
            "codes",
            "int8 as int8",
            "int16",
            "int128",
        ];
        assert_eq!(names, sorted);
    }
}
