//! How Mochi's source spells what Python and types have: reserved words, names that escape them,
//! strings.
//!
//! Spec: language.md §1 (reserved words, strings), §18.1.

use std::fmt::Write;

/// The words that cannot be declared in Mochi.
const RESERVED: [&str; 45] = [
    "agent", "all", "async", "await", "break", "catch", "close", "continue", "else", "emit",
    "expect", "export", "extern", "fact", "false", "fetch", "for", "fun", "generate", "if",
    "import", "in", "intent", "let", "load", "match", "none", "not", "omap", "on", "package",
    "return", "rule", "save", "set", "spawn", "stream", "test", "then", "true", "try", "type",
    "var", "when", "while",
];

/// Whether a name cannot be declared in Mochi.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// The Python name that a Mochi spelling with a trailing underscore stands for: `type_` is `type`;
/// none if the rest is no reserved word (`from_`).
pub fn python_spelling(name: &str) -> Option<&str> {
    let word = name.strip_suffix('_')?;
    is_reserved(word).then_some(word)
}

/// A string as a literal.
pub fn quoted(value: &str) -> String {
    let mut text = String::from("\"");
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            other if other.is_control() => {
                let _ = write!(text, "\\u{:04x}", u32::from(other));
            }
            other => text.push(other),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::python_spelling;

    #[test]
    fn only_reserved_words_take_an_underscore() {
        assert_eq!(python_spelling("type_"), Some("type"));
        assert_eq!(python_spelling("while_"), Some("while"));
        assert_eq!(python_spelling("from_"), None);
        assert_eq!(python_spelling("type"), None);
        assert_eq!(python_spelling("width_"), None);
    }
}
