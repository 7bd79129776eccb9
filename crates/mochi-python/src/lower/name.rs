//! Python names for Mochi names.
//!
//! Spec: language.md §19.2.

use unicode_normalization::UnicodeNormalization;

/// Words that Python reserves, soft ones included.
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "_", "and", "as", "assert", "async", "await", "break", "case",
    "class", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from",
    "global", "if", "import", "in", "is", "lambda", "match", "nonlocal", "not", "or", "pass",
    "raise", "return", "try", "type", "while", "with", "yield",
];

/// Python's builtins, which a variable or function must not shadow.
const BUILTINS: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BufferError",
    "ConnectionError",
    "EOFError",
    "Ellipsis",
    "Exception",
    "FileExistsError",
    "FileNotFoundError",
    "ImportError",
    "IndexError",
    "IsADirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "NameError",
    "NotImplemented",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PermissionError",
    "RecursionError",
    "RuntimeError",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SystemExit",
    "TimeoutError",
    "TypeError",
    "UnicodeDecodeError",
    "UnicodeError",
    "ValueError",
    "Warning",
    "ZeroDivisionError",
    "__build_class__",
    "__debug__",
    "__doc__",
    "__file__",
    "__import__",
    "__loader__",
    "__name__",
    "__package__",
    "__spec__",
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "bin",
    "bool",
    "breakpoint",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "copyright",
    "credits",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "exit",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "license",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "quit",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
];

/// Builtins that annotations and class bodies of emitted code mention: fields avoid them.
const FIELD_BUILTINS: &[&str] = &[
    "bool", "bytes", "dict", "float", "int", "list", "object", "set", "str", "tuple",
];

/// The name of a function, variable, parameter or type.
pub(super) fn python_name(name: &str) -> String {
    let name = legal(name);
    let stem = name.trim_end_matches('_');
    // Both lists are sorted.
    let is_taken =
        |word: &str| KEYWORDS.binary_search(&word).is_ok() || BUILTINS.binary_search(&word).is_ok();
    if is_taken(&name) || (!stem.is_empty() && is_taken(stem)) {
        return format!("{name}_");
    }
    name
}

/// Whether Python's checkers take a name for that of a constant, which is bound once.
pub(super) fn is_constant(name: &str) -> bool {
    let is_capital = |byte: u8| byte.is_ascii_uppercase();
    name.bytes().any(is_capital)
        && name
            .bytes()
            .all(|byte| byte == b'_' || byte.is_ascii_digit() || is_capital(byte))
}

/// The name of something at module level, where `annotations` is a name of the module's own: the
/// import from `__future__` binds it.
pub(super) fn global_name(name: &str) -> String {
    let name = python_name(name);
    if name.trim_end_matches('_') == "annotations" {
        return format!("{name}_");
    }
    name
}

/// The name of a module for a file or folder: what stands for other characters is an underscore.
pub fn module_name(stem: &str) -> String {
    let mut name: String = stem
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    if name.chars().next().is_none_or(char::is_numeric) {
        name.insert(0, '_');
    }
    python_name(&name)
}

/// The name of a field or method: it lives in a class, where only keywords and the builtins that
/// the class body itself mentions are in the way.
pub(super) fn field_name(name: &str) -> String {
    let name = legal(name);
    let stem = name.trim_end_matches('_');
    let is_taken = |word: &str| KEYWORDS.contains(&word) || FIELD_BUILTINS.contains(&word);
    if is_taken(&name) || (!stem.is_empty() && is_taken(stem)) {
        return format!("{name}_");
    }
    name
}

/// The name in characters that Python allows, normalised as Python would.
fn legal(name: &str) -> String {
    let is_plain = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
    if !name.starts_with("__") && name.bytes().all(is_plain) {
        return name.to_string();
    }
    let mut out = String::new();
    for c in name.chars() {
        if c == '_' || c.is_alphanumeric() {
            out.push(c);
        } else {
            out.push_str(&format!("_u{:X}_", u32::from(c)));
        }
    }
    if out.starts_with("__") && !out.ends_with("__") {
        out.insert(0, 'u');
    }
    out.nfkc().collect()
}

/// `base`, or `base_2`, `base_3` …: the first that `is_taken` does not refuse.
pub(super) fn distinct(base: &str, is_taken: impl Fn(&str) -> bool) -> String {
    distinct_from(base, 1, is_taken).0
}

/// The same where all before the one with this number are known to be taken; `base` itself is the
/// first. The answer has the number too.
pub(super) fn distinct_from(
    base: &str,
    first: u32,
    is_taken: impl Fn(&str) -> bool,
) -> (String, u32) {
    let mut number = first;
    loop {
        let name = match number {
            1 => base.to_string(),
            _ => format!("{base}_{number}"),
        };
        if !is_taken(&name) {
            return (name, number);
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_words_take_an_underscore() {
        assert_eq!(python_name("class"), "class_");
        assert_eq!(python_name("class_"), "class__");
        assert_eq!(python_name("list"), "list_");
        assert_eq!(python_name("match"), "match_");
        assert_eq!(python_name("total"), "total");
        assert_eq!(global_name("annotations"), "annotations_");
        assert_eq!(global_name("list"), "list_");
        assert_eq!(python_name("annotations"), "annotations");
        assert_eq!(field_name("id"), "id");
        assert_eq!(field_name("type"), "type_");
        assert_eq!(field_name("int"), "int_");
    }

    #[test]
    fn lists_of_words_are_sorted() {
        assert!(KEYWORDS.is_sorted() && BUILTINS.is_sorted());
    }

    #[test]
    fn other_characters_are_spelt_out() {
        assert_eq!(python_name("🍣"), "_u1F363_");
        assert_eq!(python_name("π"), "π");
        assert_eq!(python_name("ﬁx"), "fix");
        assert_eq!(python_name("__x"), "u__x");
    }

    #[test]
    fn files_become_modules() {
        assert_eq!(module_name("my-util"), "my_util");
        assert_eq!(module_name("2048"), "_2048");
        assert_eq!(module_name("list"), "list_");
    }

    #[test]
    fn numbers_tell_names_apart() {
        let taken = ["x", "x_2"];
        assert_eq!(distinct("x", |name| taken.contains(&name)), "x_3");
        assert_eq!(distinct("y", |name| taken.contains(&name)), "y");
    }
}
