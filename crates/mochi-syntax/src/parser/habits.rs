//! What is said to those who write Python where Mochi stands: the token at fault and the one before
//! it show the habit.

use super::Parser;
use super::sql::CLAUSE_ORDER;
use crate::token::TokenKind;

impl Parser<'_> {
    /// How Mochi writes what seems to be meant at the token that cannot stand here.
    pub(super) fn habit(&self) -> Option<&'static str> {
        let token = self.token();
        let text = self.slice(token);
        let before = self.pos.checked_sub(1).and_then(|at| self.tokens.get(at));
        let last = before.map_or("", |before| self.slice(*before));
        if before.is_some_and(|before| self.comments_out(before.end, token.start)) {
            return Some(
                "`//` begins a comment, here with a bracket in it: floor division of whole numbers \
                 that are not negative is `/`, of other values a function of their package",
            );
        }
        if token.kind == TokenKind::Eof {
            return None;
        }
        let next = self.nth_token(1);
        if text == "[" && next.kind == TokenKind::RBracket {
            return Some("a list of ints is `list<int>`");
        }
        let touches = |at: usize| {
            let pair = (self.tokens.get(at.wrapping_sub(1)), self.tokens.get(at));
            matches!(pair, (Some(one), Some(other))
                if one.end == other.start && one.kind == other.kind && other.kind == TokenKind::Minus)
        };
        if last == "-" && touches(self.pos.wrapping_sub(1)) {
            return Some("there is no `--`: write `x = x - 1`");
        }
        Some(match (last, text) {
            ("+", "+") => "there is no `++`: write `x = x + 1`; lists and texts are joined by `+`",
            ("..", "=") => "a range leaves out its end: `0..n + 1`",
            ("mut", _) => "`let x = …` binds once, `var x = …` can be assigned again",
            ("let" | "var", "{") => "fields are taken one by one: `let x = p.x`",
            ("if" | "while", "let") => {
                "an option is tested by `if x != none { … }`, where `x` is known to hold a value"
            }
            (_, "?") => "a value that depends on a condition is `if c then a else b`",
            (_, "..") => "a part of a list is `xs[1:3]`; `a..b` stands in `for` only",
            ("[" | "(" | "{" | ",", "...") => "lists are joined by `xs + ys` or `concat(xs, ys)`",
            (_, "...") => "a range is `0..n`, without its end",
            ("+" | "-" | "*" | "/" | "%" | "**" | "&" | "|", "=") => {
                "there are no such assignments: write `x = x + 1`"
            }
            ("=", "|") => "`|` stands between variants only, not before the first one",
            ("|", ">") => "a value is given in brackets: `first(xs)`, `f(x)`; there is no `|>`",
            ("lambda", _) | (_, "=>") => "a function without a name is `fun(x: int): int => x + 1`",
            (_, "try") => "errors are caught by a statement: `try { x = f() } catch e { x = 0 }`",
            (_, "for") => "a query makes a list: `from x in xs where x > 0 select x * 2`",
            (_, "is") if self.is_type_test() => {
                "the type of a value is asked by arms: `match v { s: string => f(s)  _ => g() }`"
            }
            (_, "is") => "values are compared with `==`, with `none` too",
            (_, "and") => "bools are joined by `&&`",
            (_, "or") => "bools are joined by `||`",
            (_, "not") => "a bool is turned round by `!`: `!(x in xs)`",
            ("def", _) => "functions are declared by `fun f(x: int): int { … }`",
            ("class", _) => "types are declared by `type T { field: int }`",
            ("with", _) => "resources are used by `using x = open() { … }`",
            _ => return None,
        })
    }

    /// Whether a type stands behind the `is` here.
    fn is_type_test(&self) -> bool {
        let word = self.slice(self.nth_token(1));
        let builtin = [
            "int", "float", "bool", "string", "str", "bytes", "list", "map", "dict", "set",
        ];
        let named =
            word.starts_with(char::is_uppercase) && !matches!(word, "None" | "True" | "False");
        named || builtin.contains(&word)
    }

    /// Whether the line of a token ends in a comment `// …` that closes more brackets than it opens:
    /// `f(a // 2)`.
    fn comments_out(&self, end: u32, start: u32) -> bool {
        let gap = self.text.get(end as usize..start as usize).unwrap_or("");
        let line = gap.lines().next().unwrap_or("").trim_start();
        let Some(comment) = line.strip_prefix("//") else {
            return false;
        };
        let count = |brackets: [char; 2]| comment.matches(brackets).count();
        count([')', ']']) > count(['(', '['])
    }
}

/// What is said of a name that nothing is done with, before a value on the same line.
pub(super) fn bare_call(name: &str, rest: &str) -> Option<String> {
    let rest = rest.trim_start_matches([' ', '\t']);
    let value = rest.strip_prefix(['f', 'b']).unwrap_or(rest);
    if matches!(name, "include" | "require" | "use") && value.starts_with('"') {
        return Some(
            "another file is imported with `import \"./other.mochi\" as other`".to_owned(),
        );
    }
    let prints =
        matches!(name, "print" | "json") && rest.starts_with(|c: char| c.is_alphanumeric());
    (prints || value.starts_with('"')).then(|| format!("a call has parentheses: `{name}(…)`"))
}

/// What is said of a word that begins a clause but stands behind the end of its query.
pub(super) fn stray_clause(word: &str) -> Option<&'static str> {
    matches!(
        word,
        "from" | "join" | "where" | "group" | "having" | "sort" | "order" | "skip" | "take"
    )
    .then_some(CLAUSE_ORDER)
}
