//! What is said to those who write Python where Mochi stands: the token at fault and the one before
//! it show the habit.

use super::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    /// How Mochi writes what seems to be meant at the token that cannot stand here.
    pub(super) fn habit(&self) -> Option<&'static str> {
        let token = self.token();
        let text = self.slice(token);
        let before = self.pos.checked_sub(1).and_then(|at| self.tokens.get(at));
        let last = before.map_or("", |before| self.slice(*before));
        if token.kind == TokenKind::Eof {
            return None;
        }
        Some(match (last, text) {
            ("+" | "-" | "*" | "/" | "%" | "**" | "&" | "|", "=") => {
                "there are no such assignments: write `x = x + 1`"
            }
            ("lambda", _) => "a function without a name is `fun(x: int): int => x + 1`",
            (_, "for") => "a query makes a list: `from x in xs where x > 0 select x * 2`",
            (_, "is") => "values are compared with `==`, with `none` too",
            (_, "and") => "bools are joined by `&&`",
            (_, "or") => "bools are joined by `||`",
            (_, "not") => "a bool is turned round by `!`: `!(x in xs)`",
            ("elif", _) => "`elif` is `else if`",
            ("def", _) => "functions are declared by `fun f(x: int): int { … }`",
            ("class", _) => "types are declared by `type T { field: int }`",
            ("with", _) => "resources are used by `using x = open() { … }`",
            _ => return None,
        })
    }
}
