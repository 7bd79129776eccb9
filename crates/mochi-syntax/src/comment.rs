//! Comments, each with the place that it is about.
//!
//! Spec: language.md §1 (comments), §19 (carried over to the output).

use std::collections::BTreeMap;

use mochi_base::SourceId;

use crate::{lexer, token::TokenKind};

/// The comments of a text, by the start of the token that each is about: the one that follows, or
/// for a comment behind code the first on its line. Documentation is left out, and so are comments
/// at the end of a block.
///
/// The text of each is without its marks; several are joined by line ends.
pub fn comments(text: &str) -> BTreeMap<u32, String> {
    let lexed = lexer::lex(SourceId(0), text);
    let mut found: BTreeMap<u32, String> = BTreeMap::new();
    let mut end = 0usize;
    let mut line_start: Option<u32> = None;
    for token in &lexed.tokens {
        let gap = text.get(end..token.start as usize).unwrap_or("");
        let closes = matches!(
            token.kind,
            TokenKind::Eof | TokenKind::RBrace | TokenKind::RParen | TokenKind::RBracket
        );
        for comment in in_gap(gap, end) {
            let is_doc = lexed
                .docs
                .iter()
                .any(|doc| doc.start <= comment.start && comment.start < doc.end);
            let about = if comment.behind {
                line_start
            } else {
                (!closes).then_some(token.start)
            };
            if let (Some(about), false) = (about, is_doc) {
                let entry = found.entry(about).or_default();
                if !entry.is_empty() {
                    entry.push('\n');
                }
                entry.push_str(&comment.text);
            }
        }
        if token.first_on_line || line_start.is_none() {
            line_start = Some(token.start);
        }
        end = token.end as usize;
    }
    found
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

    fn shown(text: &str) -> Vec<(&str, String)> {
        let found = comments(text);
        let about = |at: u32| {
            let rest = &text[at as usize..];
            rest.split(|c: char| !c.is_alphanumeric()).next().unwrap()
        };
        found
            .into_iter()
            .map(|(at, text)| (about(at), text))
            .collect()
    }

    #[test]
    fn comments_belong_to_what_follows_or_to_their_line() {
        let text = "#!/usr/bin/env mochi\n// one\n# two\nlet a = f(1, // three\n  2)\nprint(a) /* four */\n\
                    /* five\n * six\n */\nif a { // seven\n  b() // eight\n  // nine\n}\n// ten\n";
        assert_eq!(
            shown(text),
            [
                ("let", "one\ntwo\nthree".to_owned()),
                ("print", "four".to_owned()),
                ("if", "five\nsix\nseven".to_owned()),
                ("b", "eight".to_owned()),
            ]
        );
    }

    #[test]
    fn documentation_and_texts_are_no_comments() {
        let text = "/// doc\n// also\nfun f() {}\n/// for g\nfun g() {}\nlet u = \"http://x\"\nlet v = f\"a//b {1 // c\n}\"\n";
        let found = shown(text);
        assert_eq!(found.first(), Some(&("fun", "also".to_owned())));
        assert!(found.iter().all(|(_, text)| text != "for g" && text != "x"));
    }
}
