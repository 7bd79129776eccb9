//! Texts that are no programs, or nearly: programs with parts changed, and soups of tokens and of
//! characters.

use crate::chance::Chance;
use crate::generate;
use crate::shrink::tokens;

/// Parts that stand in few programs or in none.
const PIECES: &[&str] = &[
    "none",
    "-1",
    "\"x\"",
    "[]",
    "{}",
    "()",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "?",
    "?.",
    "??",
    "=",
    "==",
    "=>",
    "..",
    "...",
    ":-",
    "!",
    "as",
    "int",
    "any",
    "let",
    "var",
    "fun",
    "type",
    "match",
    "when",
    "if",
    "then",
    "else",
    "for",
    "in",
    "while",
    "return",
    "break",
    "continue",
    "try",
    "catch",
    "finally",
    "using",
    "import",
    "export",
    "extern",
    "from",
    "where",
    "select",
    "group",
    "by",
    "into",
    "having",
    "join",
    "left",
    "right",
    "outer",
    "on",
    "sort",
    "skip",
    "take",
    "distinct",
    "query",
    "fact",
    "rule",
    "not",
    "load",
    "save",
    "fetch",
    "generate",
    "update",
    "set",
    "with",
    "to",
    "model",
    "await",
    "async",
    "spawn",
    "all",
    "timeout",
    "agent",
    "intent",
    "stream",
    "emit",
    "close",
    "expect",
    "test",
    "bench",
    "eval",
    "union",
    "except",
    "intersect",
    "omap",
    "T",
    "list",
    "map",
    "<",
    ">",
    ">>",
    "|",
    "||",
    "&&",
    "&",
    "^",
    "~",
    "**",
    "*",
    "/",
    "%",
    "+",
    "-",
    "1.5",
    "0x",
    "3px",
    "1e",
    "true",
    "f\"{",
    "}\"",
    "b\"",
    "\"",
    "\\",
    "/*",
    "*/",
    "//",
    "///",
    "#",
    "\n",
    "\t",
    "\u{feff}",
    "\0",
    "é",
    "🍣",
    "\u{301}",
    "this",
    "Self",
    "_",
    "error",
    "panic",
    "unit",
    "never",
    "string",
    "python",
    "auto",
    "enum",
    "record",
    "interface",
    "object",
    "static",
    "0",
    "!=",
    "as int",
    "as any",
    "as T",
    "catch e",
    "from x in xs",
    "group by",
    "query p(X)",
    "fact p(1)",
    "rule p(X) :- q(X)",
    "generate text",
    "update xs set",
    "agent A {",
    "stream S {",
    "eval(\"1\")",
    "x",
    "list<",
    "test \"t\"",
    "bench \"b\"",
    "set{",
    "omap{",
    "int?",
    "panic(1)",
];

/// The text that belongs to a seed.
pub fn text(seed: u64) -> String {
    let mut chance = Chance::new(seed ^ 0x00C0_FFEE);
    match chance.below(8) {
        0 => soup(&mut chance),
        1 => characters(&mut chance),
        _ => {
            let other = generate::program(seed.wrapping_add(1));
            changed(&generate::program(seed), &other, &mut chance)
        }
    }
}

fn soup(chance: &mut Chance) -> String {
    let count = 1 + chance.below(120);
    let mut text = String::new();
    for _ in 0..count {
        text += *chance.pick(PIECES);
        if chance.percent(70) {
            text.push(' ');
        }
    }
    text
}

fn characters(chance: &mut Chance) -> String {
    let count = 1 + chance.below(200);
    (0..count)
        .map(|_| match chance.below(6) {
            0 => char::from_u32(chance.below(0x0011_0000) as u32).unwrap_or('\u{fffd}'),
            1 => char::from(chance.below(256) as u8),
            _ => char::from((0x20 + chance.below(0x5F)) as u8),
        })
        .collect()
}

/// A program with one to four changes, some of them parts of another program.
pub fn changed(program: &str, other: &str, chance: &mut Chance) -> String {
    let mut parts = tokens(program);
    let others = tokens(other);
    for _ in 0..=chance.below(4) {
        let at = chance.below(parts.len());
        let foreign = others[chance.below(others.len())].clone();
        match chance.below(8) {
            0 => {
                parts.remove(at);
            }
            1 => parts.insert(at, format!(" {} ", chance.pick(PIECES))),
            2 => parts[at] = String::from(*chance.pick(PIECES)),
            3 => parts[at] = foreign,
            4 => {
                let with = chance.below(parts.len());
                parts.swap(at, with);
            }
            5 => {
                let end = (at + 1 + chance.below(30)).min(parts.len());
                parts.drain(at..end);
            }
            6 => {
                let end = (at + 1 + chance.below(30)).min(parts.len());
                let copied = parts[at..end].to_vec();
                let to = chance.below(parts.len());
                parts.splice(to..to, copied);
            }
            _ => parts.truncate(at + 1),
        }
        if parts.is_empty() {
            parts.push(" ".to_owned());
        }
    }
    parts.concat()
}
