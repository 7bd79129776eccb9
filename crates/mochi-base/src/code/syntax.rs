//! Codes of the lexer and the parser.
//!
//! P066–P069 and P071 are kept for import paths of other languages and never raised.

use super::codes;

/// The form of messages about a token that cannot stand where it stands. When shown, the place
/// (`FILE:LINE:COL: `) comes first.
pub const UNEXPECTED: &str = "unexpected token \"%s\" (expected %s)";

codes! { SYNTAX:
    P001 "unclosed block", UNEXPECTED,
        "Close the block or literal with `}`, or separate its entries with commas.";
    P010 "malformed function", UNEXPECTED,
        "Write a function as `fun name(parameter: type): result { … }`.";
    P011 "missing function body", UNEXPECTED,
        "Give the function a body in braces; a lambda may have `=> expression` instead.";
    P020 "missing expression", UNEXPECTED,
        "Write an expression here: a literal, a name, a call, or one in parentheses.";
    P030 "missing name", UNEXPECTED,
        "Write a name here. Reserved words and literals cannot be names.";
    P031 "missing variable name", UNEXPECTED,
        "Write a name after `let` or `var`. Reserved words and literals cannot be names.";
    P040 "unreadable character or string", "%s",
        "Close the string with `\"`, or remove the character.";
    P041 "invalid escape", "invalid escape sequence in string literal",
        "Use one of \\\\ \\\" \\n \\r \\t \\b \\f \\v \\a \\xHH \\uHHHH \\UHHHHHHHH \\ooo, or write `\\\\` for a backslash.";
    P042 "unterminated comment", "unterminated block comment",
        "Close the comment with `*/`. Block comments do not nest.";
    P043 "number runs into a name", "invalid numeric literal: missing whitespace before \"%s\"",
        "Put a blank between the number and the name; a name cannot start with a digit.";
    P045 "integer literal too large", "integer literal %s is out of range for a 64-bit signed integer",
        "Integers have no upper bound, but a literal must fit 64 bits: compute larger values, for example with `pow(10, 30)`.";
    P046 "incomplete number", "incomplete numeric literal \"%s\": missing digits after base prefix",
        "Write digits of that base after `0x`, `0b` or `0o`.";
    P050 "missing `{`", UNEXPECTED,
        "Add the missing `{`.";
    P051 "missing `(` or `,`", UNEXPECTED,
        "Add the missing `(`, or a comma between the parts.";
    P052 "missing `)`", UNEXPECTED,
        "Close the parenthesis with `)`, or separate the parts with commas.";
    P053 "missing `]`", UNEXPECTED,
        "Close the bracket with `]`, or separate the elements with commas.";
    P054 "missing `:`", UNEXPECTED,
        "Add the missing `:`.";
    P055 "missing `=`", UNEXPECTED,
        "Add the missing `=`.";
    P056 "missing punctuation", UNEXPECTED,
        "Add the missing punctuation mark.";
    P060 "empty index", "index expression has no key, range, or step",
        "Give an index `xs[i]`, or a range such as `xs[a:b]`.";
    P061 "empty match arm", "match case has no result expression or block",
        "Give the arm a value or a block after `=>`.";
    P062 "empty path", "load/save path is the empty string",
        "Name a file, or leave the path out for standard input and output.";
    P063 "malformed pattern", "match case pattern is not a recognised pattern shape",
        "Use `_`, a literal, a name, `Variant(…)` or `name: type` as pattern.";
    P064 "unknown language", "unknown import language: \"%s\"",
        "Only `import python` and `extern python` are available.";
    P065 "statement without effect", "expression statement has no observable effect",
        "Use the value: bind it with `let`, print it, or return it.";
    P066 "reserved", "", "";
    P067 "reserved", "", "";
    P068 "reserved", "", "";
    P069 "reserved", "", "";
    P070 "malformed syntax tree", "%s",
        "This is a bug in the compiler; please report it with the file that causes it.";
    P071 "reserved", "", "";
    P072 "positional argument after a named one", "positional argument after a named one",
        "Move positional arguments before the named ones.";
    P073 "malformed f-string", "malformed f-string: %s",
        "Write expressions in braces, and literal braces as `{{` and `}}`.";
    P074 "malformed byte string", "malformed byte string: %s",
        "Byte strings hold ASCII characters and byte escapes such as `\\xff`; use `encode(…)` for other text.";
    P075 "parameter marker out of place", "parameter marker `%s` out of place",
        "Only extern functions have the markers `/`, `*`, `*args` and `**kwargs`, each once and in this order.";
    P090 "reserved", "", "";
    P999 "syntax error", UNEXPECTED,
        "Compare the code with the grammar at this place.";
}
