//! The run-time helpers: which there are, and the assembly of `_mochi.py` from those in use.
//!
//! The helpers stand in `python/mochi_runtime` as ordinary Python modules with tests of their own.
//! The output gets one module with the definitions in use, what these need, and their imports.
//!
//! Spec: language.md §19.5.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::print;
use crate::py::{Import, ImportGroup, ImportKind, Module};

/// The helper modules in the order of their definitions in the output.
const SOURCES: &[&str] = &[
    include_str!("../../../python/mochi_runtime/errors.py"),
    include_str!("../../../python/mochi_runtime/border.py"),
    include_str!("../../../python/mochi_runtime/text.py"),
    include_str!("../../../python/mochi_runtime/number.py"),
    include_str!("../../../python/mochi_runtime/value.py"),
    include_str!("../../../python/mochi_runtime/mixed.py"),
    include_str!("../../../python/mochi_runtime/expecting.py"),
    include_str!("../../../python/mochi_runtime/container.py"),
    include_str!("../../../python/mochi_runtime/boxed.py"),
    include_str!("../../../python/mochi_runtime/cast.py"),
    include_str!("../../../python/mochi_runtime/jsontext.py"),
    include_str!("../../../python/mochi_runtime/system.py"),
    include_str!("../../../python/mochi_runtime/yamltext.py"),
    include_str!("../../../python/mochi_runtime/rows.py"),
    include_str!("../../../python/mochi_runtime/fetching.py"),
    include_str!("../../../python/mochi_runtime/generating.py"),
    include_str!("../../../python/mochi_runtime/logic.py"),
    include_str!("../../../python/mochi_runtime/running.py"),
    include_str!("../../../python/mochi_runtime/testing.py"),
    include_str!("../../../python/mochi_runtime/benching.py"),
    include_str!("../../../python/mochi_runtime/awaiting.py"),
    include_str!("../../../python/mochi_runtime/reactive.py"),
    include_str!("../../../python/mochi_runtime/holding.py"),
];

/// Whether a helper has that name.
pub(crate) fn is_helper(name: &str) -> bool {
    static NAMES: OnceLock<BTreeSet<&str>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let heads = ["def ", "async def ", "class "];
        let lines = SOURCES.iter().flat_map(|source| source.lines());
        lines
            .filter_map(|line| heads.iter().find_map(|head| line.strip_prefix(head)))
            .filter_map(|rest| rest.split(['(', '[', ':']).next())
            .collect()
    });
    names.contains(name)
}

/// What starts a compiled script; its arguments are the main module, the script and what the
/// script gets. The script's name becomes `sys.argv[0]`.
pub const STARTER: &str = include_str!("../../../python/mochi_runtime/starting.py");

/// Modules of the standard library that emitted code may import.
const STANDARD: &str = include_str!("standard_library.txt");

/// The section of imports that a module belongs to.
pub(crate) fn import_group(module: &str) -> ImportGroup {
    let first = module.split('.').next().unwrap_or(module);
    if STANDARD.lines().any(|line| line == first) {
        ImportGroup::Standard
    } else {
        ImportGroup::ThirdParty
    }
}

/// One top-level definition of a helper module.
struct Definition<'a> {
    names: Vec<&'a str>,
    text: &'a str,
    is_assignment: bool,
}

/// An import of a helper module, with the name that it binds.
struct Imported<'a> {
    name: &'a str,
    kind: ImportKind,
    for_checkers: bool,
}

/// `_mochi.py` with the given helpers; none if there are none.
pub fn assemble(wanted: &BTreeSet<&'static str>) -> Option<String> {
    if wanted.is_empty() {
        return None;
    }
    let mut definitions = Vec::new();
    let mut imports = Vec::new();
    for source in SOURCES {
        read(source, &mut definitions, &mut imports);
    }
    let needed = closure(wanted, &definitions);
    let mut used_words: BTreeSet<&str> = BTreeSet::new();
    let mut body = String::new();
    let mut after_assignment = false;
    for (index, definition) in definitions.iter().enumerate() {
        if !needed.contains(&index) {
            continue;
        }
        if !body.is_empty() {
            let close = after_assignment && definition.is_assignment;
            body.push_str(if close { "\n" } else { "\n\n\n" });
        }
        body.push_str(definition.text);
        after_assignment = definition.is_assignment;
        let imported = format!("{}\n", definition.text);
        let local = |word: &&str| !imported.contains(&format!("    import {word}\n"));
        used_words.extend(words(definition.text).into_iter().filter(local));
    }
    body.push('\n');
    Some(format!("{}{body}", head(&imports, &used_words, &body)))
}

/// `_mochi.py` with every helper: for programs that grow while they run.
pub fn assemble_all() -> String {
    let mut definitions = Vec::new();
    let mut imports = Vec::new();
    for source in SOURCES {
        read(source, &mut definitions, &mut imports);
    }
    let wanted = definitions
        .iter()
        .flat_map(|definition| definition.names.iter().copied())
        .collect();
    assemble(&wanted).unwrap_or_default()
}

/// What runs the entries of an interactive session, one after the other.
pub const SESSION: &str = include_str!("../../../python/mochi_runtime/interactive.py");

fn head(imports: &[Imported<'_>], used: &BTreeSet<&str>, body: &str) -> String {
    // What one module imports to run, others need not import for checkers again.
    let runs = |name: &str| {
        let mut same = imports.iter().filter(|import| import.name == name);
        same.any(|import| !import.for_checkers)
    };
    let section = |for_checkers: bool| {
        imports
            .iter()
            .filter(|import| import.for_checkers == for_checkers && used.contains(import.name))
            .filter(|import| !import.for_checkers || !runs(import.name))
            .map(|import| Import {
                group: ImportGroup::Standard,
                kind: import.kind.clone(),
                span: None,
            })
            .collect()
    };
    let module = Module {
        import_notes: Vec::new(),
        header: Vec::new(),
        doc: Some("Run-time helpers of a program compiled from Mochi.".to_owned()),
        future_annotations: true,
        imports: section(false),
        type_imports: section(true),
        body: Vec::new(),
    };
    let mut out = print::module(&module).text;
    let starts_with_definition = ["def ", "async def ", "class ", "@"]
        .iter()
        .any(|start| body.starts_with(start));
    out.push_str(if starts_with_definition { "\n\n" } else { "\n" });
    out
}

/// The definitions that the wanted names need, as indexes.
fn closure(wanted: &BTreeSet<&'static str>, definitions: &[Definition<'_>]) -> BTreeSet<usize> {
    // A function with overloads has several definitions.
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, definition) in definitions.iter().enumerate() {
        for name in &definition.names {
            by_name.entry(name).or_default().push(index);
        }
    }
    let mut needed = BTreeSet::new();
    let mut open: Vec<usize> = wanted
        .iter()
        .filter_map(|name| by_name.get(*name))
        .flatten()
        .copied()
        .collect();
    while let Some(index) = open.pop() {
        if !needed.insert(index) {
            continue;
        }
        if let Some(definition) = definitions.get(index) {
            open.extend(
                words(definition.text)
                    .into_iter()
                    .filter_map(|word| by_name.get(word))
                    .flatten()
                    .copied(),
            );
        }
    }
    needed
}

/// Splits a helper module into imports and definitions. Its own siblings' imports are dropped.
fn read<'a>(
    source: &'a str,
    definitions: &mut Vec<Definition<'a>>,
    imports: &mut Vec<Imported<'a>>,
) {
    let mut starts: Vec<usize> = Vec::new();
    let mut offset = 0;
    let mut in_checkers = false;
    let mut in_doc = false;
    // The module of an import over several lines.
    let mut open: Option<&str> = None;
    for line in source.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let text = line.trim_end();
        if in_doc {
            in_doc = !text.ends_with("\"\"\"");
            continue;
        }
        if start == 0 && text.starts_with("\"\"\"") {
            in_doc = text.len() < 6 || !text.ends_with("\"\"\"");
            continue;
        }
        if let Some(module) = open {
            if text.trim_start().starts_with(')') {
                open = None;
            } else if !module.starts_with("from .") {
                let name = text.trim().trim_end_matches(',');
                imports.push(imported(module, name, in_checkers));
            }
            continue;
        }
        if let Some(module) = text.trim_start().strip_suffix(" import (")
            && module.starts_with("from ")
        {
            in_checkers &= text.starts_with(' ');
            open = Some(module);
            continue;
        }
        if text == "if TYPE_CHECKING:" {
            in_checkers = true;
            continue;
        }
        if in_checkers && text.starts_with("    ") {
            import_line(text.trim_start(), true, imports);
            continue;
        }
        let first = text.chars().next();
        if first.is_none_or(|c| c == ' ' || c == ')' || c == ']' || c == '}' || c == '#') {
            continue;
        }
        in_checkers = false;
        if text.starts_with("import ") || text.starts_with("from ") {
            import_line(text, false, imports);
            continue;
        }
        if text.starts_with("TYPE_CHECKING") {
            continue;
        }
        starts.push(start);
    }
    starts.push(source.len());
    let mut decorated: Option<usize> = None;
    for pair in starts.windows(2) {
        let [start, end] = *pair else { continue };
        let begin = decorated.take().unwrap_or(start);
        let Some(text) = source.get(begin..end) else {
            continue;
        };
        let last = source.get(start..end).unwrap_or("");
        if last.starts_with('@') {
            decorated = Some(begin);
            continue;
        }
        let plain = last.trim_start_matches("async ");
        let is_assignment = !(plain.starts_with("def ") || plain.starts_with("class "));
        let names = plain
            .trim_start_matches("def ")
            .trim_start_matches("class ")
            .trim_start_matches("type ")
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .next()
            .into_iter()
            .collect();
        definitions.push(Definition {
            names,
            text: text.trim_end(),
            is_assignment,
        });
    }
}

fn import_line<'a>(line: &'a str, for_checkers: bool, imports: &mut Vec<Imported<'a>>) {
    if line.starts_with("from .") || line.contains("__future__") {
        return;
    }
    if let Some(name) = line.strip_prefix("import ") {
        let (module, alias) = match name.split_once(" as ") {
            Some((module, alias)) => (module, Some(alias)),
            None => (name, None),
        };
        imports.push(Imported {
            name: alias.unwrap_or_else(|| module.split('.').next().unwrap_or(module)),
            kind: ImportKind::Module(module.to_owned(), alias.map(str::to_owned)),
            for_checkers,
        });
        return;
    }
    let Some((module, names)) = line.split_once(" import ") else {
        return;
    };
    for name in names.split(',') {
        imports.push(imported(module, name.trim(), for_checkers));
    }
}

/// One of the names of `from module import …`.
fn imported<'a>(module: &str, name: &'a str, for_checkers: bool) -> Imported<'a> {
    let module = module.trim_start_matches("from ");
    Imported {
        name,
        kind: ImportKind::From(module.to_owned(), name.to_owned()),
        for_checkers,
    }
}

/// The identifiers in a text that may name a top-level definition: not attributes, and not what
/// stands in strings and comments.
fn words(text: &str) -> BTreeSet<&str> {
    let mut out = BTreeSet::new();
    let mut rest = text;
    let mut after_dot = false;
    let mut after_def = false;
    while let Some(c) = rest.chars().next() {
        if let Some(tail) = rest.strip_prefix("\"\"\"") {
            let end = tail.find("\"\"\"").map_or(tail.len(), |end| end + 3);
            rest = tail.get(end..).unwrap_or("");
        } else if c == '"' || c == '\'' {
            let opened = rest.get(1..).unwrap_or("");
            let after = after_string(opened, c);
            if is_format(text, rest) {
                let inner = opened.get(..opened.len() - after.len()).unwrap_or("");
                for part in inner.split('{').skip(1) {
                    out.extend(words(part.split('}').next().unwrap_or("")));
                }
            }
            rest = after;
        } else if c == '#' {
            let end = rest.find('\n').unwrap_or(rest.len());
            rest = rest.get(end..).unwrap_or("");
        } else if c == '_' || c.is_alphabetic() {
            let end = rest
                .find(|c: char| !(c == '_' || c.is_alphanumeric()))
                .unwrap_or(rest.len());
            let word = rest.get(..end).unwrap_or("");
            // What follows `def` is a name of its own, such as that of a method.
            if !after_dot && !after_def {
                out.insert(word);
            }
            after_def = word == "def";
            rest = rest.get(end..).unwrap_or("");
        } else {
            rest = rest.get(c.len_utf8()..).unwrap_or("");
        }
        after_dot = c == '.';
    }
    out
}

/// Whether the quote at the beginning of `rest` opens an f-string, whose names in braces count.
fn is_format(text: &str, rest: &str) -> bool {
    let before = text.get(..text.len() - rest.len()).unwrap_or("");
    before.ends_with('f')
}

/// What follows the string whose opening quote is gone.
fn after_string(text: &str, quote: char) -> &str {
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        if c == quote && !escaped {
            return text.get(index + 1..).unwrap_or("");
        }
        escaped = c == '\\' && !escaped;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_helper_modules_define_the_same_name() {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, source) in SOURCES.iter().enumerate() {
            let mut definitions = Vec::new();
            read(source, &mut definitions, &mut Vec::new());
            for name in definitions.iter().flat_map(|found| &found.names) {
                let first = *seen.entry(name).or_insert(index);
                assert_eq!(first, index, "`{name}` would take the other one's place");
            }
        }
    }

    #[test]
    fn a_name_is_imported_once() {
        let text = assemble(&BTreeSet::from(["rational", "is_number"])).unwrap_or_default();
        let import = "from fractions import Fraction\n";
        assert_eq!(text.matches(import).count(), 1, "{text}");
    }

    #[test]
    fn imports_over_several_lines_are_read() {
        let text = assemble(&BTreeSet::from(["as_coroutine"])).unwrap_or_default();
        let import = "    from collections.abc import Awaitable, Coroutine\n";
        assert!(text.contains(import), "{text}");
    }

    #[test]
    fn long_imports_for_checkers_stand_on_lines_of_their_own() {
        let text = assemble_all();
        let lines = text.lines().skip_while(|line| *line != "if TYPE_CHECKING:");
        let block: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
        assert!(
            block.contains(&"    from collections.abc import ("),
            "{block:?}"
        );
        assert!(block.contains(&"        Awaitable,"), "{block:?}");
    }
}
