//! What is said to those who write SQL where Mochi stands.

use super::{Parser, Wanted};
use crate::token::TokenKind as K;

impl Parser<'_> {
    /// How Mochi writes what seems to be meant at the token that cannot stand here, while something
    /// else is wanted.
    pub(super) fn sql_habit(&self, wanted: Wanted<'_>) -> Option<&'static str> {
        let token = self.token();
        match (wanted, token.kind) {
            (Wanted::Token(K::Select), K::Let) if !self.at_clause() => Some(SELECTED),
            (Wanted::Token(K::Select), K::RParen | K::RBracket | K::RBrace | K::Eof) => {
                Some(SELECTED)
            }
            (Wanted::Token(K::Select), _) => clause_habit(self.slice(token)),
            (Wanted::Token(K::Into), _) => Some(
                "groups have a name: `group by x.k into g`; then `g.key` is the key, and `count(g)` \
                 or `sum(from x in g select x.f)` look at the items",
            ),
            (Wanted::Statement, K::Comma) if self.is_selected() => Some(
                "a query selects one value: a tuple `(a, b)`, a map `{ a: x.a, b: x.b }`, or a record",
            ),
            (Wanted::Expression, K::Gt) if self.follows(K::Lt) => {
                Some("values are compared with `!=`")
            }
            (Wanted::Expression, K::Star) => Some(
                "all fields are the variable itself: `select x`; rows are counted by `count(g)` in a \
                 group, else by `count(from x in xs select x)`",
            ),
            (Wanted::Other("end of the query"), _) => Some(CLAUSE_ORDER),
            (_, K::Where) => Some(SOURCES),
            _ => operator_habit(self.slice(token)),
        }
    }

    /// Whether the token before the one at hand is of this kind.
    fn follows(&self, kind: K) -> bool {
        let before = self.pos.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.is_some_and(|before| before.kind == kind)
    }

    /// Whether the tokens before the one at hand belong to what a query selects.
    fn is_selected(&self) -> bool {
        let before = self.tokens.get(..self.pos).unwrap_or_default();
        let stops = [K::LBrace, K::RBrace, K::Let];
        before
            .iter()
            .rev()
            .take(64)
            .take_while(|token| !stops.contains(&token.kind))
            .any(|token| token.kind == K::Select)
    }
}

/// What a query begins with.
const SOURCES: &str = "a query begins with its sources: `from x in xs where x.f > 0 select x`";

/// What a query ends with.
const SELECTED: &str = "a query ends with what it selects: `from x in xs where x.f > 0 select x`";

/// The order of the clauses.
pub(super) const CLAUSE_ORDER: &str = "a query ends with what it selects; its parts come in this \
     order: `from`, `join`, `where`, `group by`, `having`, `sort by`, `skip`, `take`, `select`";

/// What is said of a word or sign behind the condition or key of a query.
fn clause_habit(text: &str) -> Option<&'static str> {
    Some(match text {
        "=" => "values are compared with `==`",
        "," => {
            "each source has its word: `from a in xs from b in ys`; several keys of `sort by` are a \
             list: `[a, -b]`"
        }
        "inner" | "cross" | "full" => {
            "joins are `join`, `left join`, `right join` and `outer join`; all pairs are two `from`"
        }
        "let" => {
            "a query has no `let`: write the value where it is used, or select it in a query inside: \
             `from y in (from x in xs select { x: x, v: x.f }) where y.v > 0 select y.x`"
        }
        "where" => {
            "all conditions on rows are one `where`, behind the joins; groups are chosen by `having`, \
             behind `into g`"
        }
        "from" | "join" | "left" | "right" | "outer" | "group" | "having" | "sort" | "order"
        | "skip" | "take" => CLAUSE_ORDER,
        "limit" | "offset" | "fetch" => {
            "rows are counted by `skip n` and `take n`, before `select`"
        }
        _ => return operator_habit(text),
    })
}

/// What is said of a word that is an operator to SQL.
fn operator_habit(text: &str) -> Option<&'static str> {
    Some(match text.to_ascii_lowercase().as_str() {
        "and" => "bools are joined by `&&`",
        "or" => "bools are joined by `||`",
        "not" => "a bool is turned round by `!`: `!(x in xs)`",
        "is" => "values are compared with `==`, with `none` too",
        "in" => "`x in xs` is written with small letters",
        "desc" | "asc" | "descending" | "ascending" => {
            "the smallest comes first; `sort by -x` begins with the largest number, `[a, -b]` sorts by \
             several keys"
        }
        "like" => "texts are searched by `contains(s, part)`, `s[0:n] == part` or `indexOf`",
        "between" => "a range is two comparisons: `a <= x && x <= b`",
        "has" => "`part in s` looks for a part of a text, `x in xs` for an element",
        _ => return None,
    })
}

/// What is said of a name that is taken for a statement of its own behind a query.
pub(super) fn stray_word(name: &str, before: &str) -> Option<&'static str> {
    let select = before.trim_end().strip_suffix("select");
    if select.is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_')) {
        return Some(SOURCES);
    }
    match name {
        "limit" | "offset" => {
            Some("rows are counted by `skip n` and `take n`, which stand before `select`")
        }
        _ => None,
    }
}
