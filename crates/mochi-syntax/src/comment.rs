//! Comments, each with the place that it is about.
//!
//! Spec: language.md §1 (comments), §19 (carried over to the output).

use mochi_base::SourceId;

use crate::{
    lexer,
    token::{Token, TokenKind as K},
};

/// A comment, or a block of documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts")]
pub struct Comment {
    /// The byte at which it begins.
    pub start: u32,
    /// Its text without marks; several lines if it has several.
    pub text: String,
    /// Code stands before it on its line.
    pub behind: bool,
    /// A block of `///` lines, which may be the documentation of a declaration.
    pub documents: bool,
    /// It stands at the head of the file, with a blank line below.
    pub heads: bool,
    /// An import follows.
    pub imports: bool,
    /// The end of the token before, commas aside.
    pub after: u32,
    /// The start of the token that follows.
    pub before: u32,
    /// The start of the line that it begins on.
    pub line: u32,
    /// The insides of the innermost brackets around it, or the whole text.
    pub within: (u32, u32),
    /// What it is about.
    pub place: Place,
}

/// What a comment is about, as far as its place among the tokens says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// What begins at this byte: the token that follows, or for a comment behind code, or in braces
    /// without anything else, the first on its line.
    About(u32),
    /// It ends a block, or the text; the token before ends at this byte.
    Closing(u32),
    /// It stands inside of an expression or a list.
    Inside,
}

/// The comments of a text in its order.
pub fn comments(text: &str) -> Vec<Comment> {
    let lexed = lexer::lex(SourceId(0), text);
    let mut reader = Reader {
        text,
        docs: &lexed.docs,
        all: Vec::new(),
        brackets: vec![(0, u32::try_from(text.len()).unwrap_or(u32::MAX))],
        open: vec![0],
        around: Vec::new(),
    };
    let mut end = 0u32;
    let mut after = 0u32;
    let mut line_start: Option<u32> = None;
    let mut opener = None;
    for token in &lexed.tokens {
        let gap = text
            .get(end as usize..token.start as usize)
            .unwrap_or_default();
        let before = Before {
            end,
            after,
            line_start,
            opener,
        };
        reader.gap(gap, &before, token);
        if token.first_on_line || line_start.is_none() {
            line_start = Some(token.start);
        }
        reader.bracket(token);
        end = token.end;
        if token.kind != K::Comma {
            after = token.end;
        }
        opener = opens(token.kind).then_some(token.kind);
    }
    reader.finish()
}

const fn opens(kind: K) -> bool {
    matches!(kind, K::LParen | K::LBracket | K::LBrace | K::FOpen)
}

/// What stands before a gap between tokens.
struct Before {
    end: u32,
    after: u32,
    line_start: Option<u32>,
    opener: Option<K>,
}

struct Reader<'a> {
    text: &'a str,
    docs: &'a [lexer::Doc],
    all: Vec<Comment>,
    /// The insides of all brackets so far.
    brackets: Vec<(u32, u32)>,
    /// Those that are open, innermost last; the text itself comes first.
    open: Vec<usize>,
    /// For each comment, the brackets around it.
    around: Vec<usize>,
}

impl Reader<'_> {
    fn bracket(&mut self, token: &Token) {
        if opens(token.kind) {
            self.open.push(self.brackets.len());
            let end = self.brackets.first().map_or(0, |all| all.1);
            self.brackets.push((token.end, end));
        }
        let closes = matches!(token.kind, K::RParen | K::RBracket | K::RBrace | K::FClose);
        if closes
            && self.open.len() > 1
            && let Some(inner) = self.open.pop()
            && let Some(bracket) = self.brackets.get_mut(inner)
        {
            bracket.1 = token.start;
        }
    }

    fn gap(&mut self, gap: &str, before: &Before, token: &Token) {
        let found = in_gap(gap, before.end as usize);
        let last_blank = if before.end == 0 {
            last_blank_line(gap)
        } else {
            None
        };
        let around = self.open.last().copied().unwrap_or(0);
        let opened = self.brackets.get(around).map_or(0, |bracket| bracket.0);
        let in_items = around > 0 && !self.is_brace(opened);
        let ends_block = matches!(token.kind, K::Eof | K::RBrace);
        for comment in found {
            let known = self
                .docs
                .binary_search_by_key(&comment.start, |doc| doc.start);
            let doc = known.ok().and_then(|at| self.docs.get(at));
            if doc.is_none() && self.is_documentation(comment.start) {
                continue;
            }
            let is_first = before.opener.is_some();
            let goes_first = is_first || around == 0 || before.line_start >= Some(opened);
            let place = if in_items && !(comment.behind && is_first) {
                Place::Inside
            } else if comment.behind || ends_block && before.opener == Some(K::LBrace) {
                match before.line_start.filter(|_| goes_first) {
                    Some(start) => Place::About(start),
                    None => Place::Inside,
                }
            } else if ends_block {
                Place::Closing(before.end)
            } else {
                Place::About(token.start)
            };
            let text = match doc {
                Some(doc) => documentation(self.text.get(doc.start..doc.end).unwrap_or("")),
                None => comment.text,
            };
            let start = u32::try_from(comment.start).unwrap_or(u32::MAX);
            self.all.push(Comment {
                start,
                text,
                behind: comment.behind,
                documents: doc.is_some(),
                heads: last_blank > Some(comment.start),
                imports: token.kind == K::Import,
                after: before.after,
                before: token.start,
                line: self.line_of(comment.start),
                within: (0, 0),
                place,
            });
            self.around.push(around);
        }
    }

    /// The start of the line of a place.
    fn line_of(&self, at: usize) -> u32 {
        let before = self.text.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        u32::try_from(start).unwrap_or(u32::MAX)
    }

    /// Whether the bracket whose inside begins there is a brace.
    fn is_brace(&self, inside: u32) -> bool {
        let before = (inside as usize).checked_sub(1);
        before.and_then(|at| self.text.as_bytes().get(at)) == Some(&b'{')
    }

    /// Whether a place is in a block of documentation, behind its beginning.
    fn is_documentation(&self, at: usize) -> bool {
        let next = self.docs.partition_point(|doc| doc.end <= at);
        self.docs.get(next).is_some_and(|doc| doc.start < at)
    }

    fn finish(mut self) -> Vec<Comment> {
        for (comment, around) in self.all.iter_mut().zip(&self.around) {
            comment.within = self.brackets.get(*around).copied().unwrap_or_default();
        }
        self.all
    }
}

/// Where the last empty line of the text begins, its first and last lines aside.
fn last_blank_line(text: &str) -> Option<usize> {
    let mut end = text.rfind('\n')?;
    while let Some(before) = text.get(..end)?.rfind('\n') {
        if text.get(before..end)?.trim().is_empty() {
            return Some(before + 1);
        }
        end = before;
    }
    None
}

/// The text of `///` lines.
pub(crate) fn documentation(raw: &str) -> String {
    let lines = raw.lines().map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("///").unwrap_or(line);
        line.strip_prefix(' ').unwrap_or(line).trim_end()
    });
    lines.collect::<Vec<_>>().join("\n")
}

struct Found {
    start: usize,
    /// It stands behind code, on the same line.
    behind: bool,
    text: String,
}

/// The comments between two tokens; the gap begins at `offset`.
fn in_gap(gap: &str, offset: usize) -> Vec<Found> {
    let mut found = Vec::new();
    let mut behind = offset > 0;
    let mut at = 0;
    while let Some(rest) = gap.get(at..) {
        let Some(first) = rest.chars().next() else {
            break;
        };
        let block = rest.starts_with("/*");
        if !block && first != '#' && !rest.starts_with("//") {
            behind &= first != '\n';
            at += first.len_utf8();
            continue;
        }
        let length = if block {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            rest.find('\n').unwrap_or(rest.len())
        };
        let raw = rest.get(..length).unwrap_or("");
        let is_shebang = offset == 0 && at == 0 && raw.starts_with("#!");
        if !is_shebang {
            found.push(Found {
                start: offset + at,
                behind,
                text: bare(raw),
            });
        }
        at += length;
    }
    found
}

/// A comment without its marks.
fn bare(raw: &str) -> String {
    let lines: Vec<&str> = if let Some(inner) = raw.strip_prefix("/*") {
        let inner = inner.strip_suffix("*/").unwrap_or(inner);
        let lines = inner.lines().map(|line| {
            let line = line.trim();
            line.strip_prefix("* ").unwrap_or(line)
        });
        lines.collect()
    } else {
        let text = raw.trim_start_matches(['/', '#']);
        vec![text.strip_prefix(' ').unwrap_or(text).trim_end()]
    };
    let text = lines.join("\n");
    let clean = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    text.trim_matches('\n').chars().map(clean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(String, String)> {
        let word = |at: u32| {
            let rest = &text[at as usize..];
            let word = rest.split(|c: char| !c.is_alphanumeric()).next();
            word.unwrap_or_default().to_owned()
        };
        let place = |comment: &Comment| match comment.place {
            Place::About(at) => word(at),
            Place::Closing(at) => format!("{}|", &text[..at as usize][at as usize - 3..]),
            Place::Inside => "inside".to_owned(),
        };
        let all = comments(text).into_iter();
        all.map(|comment| (place(&comment), comment.text)).collect()
    }

    fn pairs<'a>(pairs: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
        let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn comments_belong_to_what_follows_or_to_their_line() {
        let text = "#!/usr/bin/env mochi\n// one\n# two\nlet a = f(1, // three\n  2)\nprint(a) /* four */\n\
                    /* five\n * six\n */\nif a { // seven\n  b() // eight\n  // nine\n}\n// ten\n";
        assert_eq!(
            shown(text),
            pairs(&[
                ("let", "one"),
                ("let", "two"),
                ("inside", "three"),
                ("print", "four"),
                ("if", "five\nsix"),
                ("if", "seven"),
                ("b", "eight"),
                ("b()|", "nine"),
                ("e\n}|", "ten"),
            ])
        );
    }

    #[test]
    fn comments_at_the_end_of_blocks() {
        let text = "if a {\n  b()\n  // one\n  // two\n}\nif c {\n  // three\n}\nd(\n  1\n  // in\n)\n// four\n";
        assert_eq!(
            shown(text),
            pairs(&[
                ("b()|", "one"),
                ("b()|", "two"),
                ("if", "three"),
                ("inside", "in"),
                ("n\n)|", "four"),
            ])
        );
    }

    #[test]
    fn documentation_and_texts() {
        let text = "/// doc\n// also\nfun f() {}\n/// for g\n/// more\nfun g() {}\nlet u = \"http://x\"\nlet v = f\"a//b {1 // c\n}\"\n";
        let found = comments(text);
        let texts: Vec<_> = found
            .iter()
            .map(|c| (c.text.as_str(), c.documents))
            .collect();
        assert_eq!(
            texts,
            [
                ("doc", true),
                ("also", false),
                ("for g\nmore", true),
                ("c", false)
            ]
        );
    }

    #[test]
    fn brackets_and_heads() {
        let text = "// licence\n\n// about\nlet a = [1, {b: 2 // two\n}]\n";
        let found = comments(text);
        let heads: Vec<_> = found.iter().map(|c| c.heads).collect();
        assert_eq!(heads, [true, false, false]);
        let (open, close) = found[2].within;
        assert_eq!(&text[open as usize..close as usize], "b: 2 // two\n");
        assert_eq!(
            &text[..found[2].after as usize][found[2].after as usize - 1..],
            "2"
        );
    }
}
