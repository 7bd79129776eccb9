//! Comments, each with the place that it is about.
//!
//! Spec: language.md §1 (comments), §19 (carried over to the output).

use std::collections::BTreeMap;

use mochi_base::SourceId;

use crate::{lexer, token::TokenKind};

/// The comments of a text, without their marks; several at one place are joined by line ends.
/// Documentation is left out.
#[derive(Debug, Default)]
pub struct Comments {
    /// By the start of the token that each is about: the one that follows, or for a comment behind
    /// code, or in braces without anything else, the first on its line.
    pub about: BTreeMap<u32, String>,
    /// Those at the end of a block or of the text, by the end of the token before.
    pub closing: BTreeMap<u32, String>,
}

/// The comments of a text.
pub fn comments(text: &str) -> Comments {
    let lexed = lexer::lex(SourceId(0), text);
    let mut all = Comments::default();
    let mut end = 0u32;
    let mut line_start: Option<u32> = None;
    let mut after_brace = false;
    for token in &lexed.tokens {
        let gap = text
            .get(end as usize..token.start as usize)
            .unwrap_or_default();
        let ends_block = matches!(token.kind, TokenKind::Eof | TokenKind::RBrace);
        let ends_items = matches!(token.kind, TokenKind::RParen | TokenKind::RBracket);
        for comment in in_gap(gap, end as usize) {
            let docs = &lexed.docs;
            let doc = docs.get(docs.partition_point(|doc| doc.end <= comment.start));
            let is_doc = doc.is_some_and(|doc| doc.start <= comment.start);
            let place = if comment.behind || ends_block && after_brace {
                line_start.map(|start| (&mut all.about, start))
            } else if ends_block {
                Some((&mut all.closing, end))
            } else {
                (!ends_items).then_some((&mut all.about, token.start))
            };
            if let (Some((known, at)), false) = (place, is_doc) {
                let entry = known.entry(at).or_default();
                if !entry.is_empty() {
                    entry.push('\n');
                }
                entry.push_str(&comment.text);
            }
        }
        if token.first_on_line || line_start.is_none() {
            line_start = Some(token.start);
        }
        end = token.end;
        after_brace = token.kind == TokenKind::LBrace;
    }
    all
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
        let found = comments(text).about;
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
    fn comments_at_the_end_of_blocks() {
        let text = "if a {\n  b()\n  // one\n  // two\n}\nif c {\n  // three\n}\nd(\n  1\n  // lost\n)\n// four\n";
        let found = comments(text);
        let closing: Vec<_> = found
            .closing
            .iter()
            .map(|(at, comment)| (&text[..*at as usize][*at as usize - 3..], comment.as_str()))
            .collect();
        assert_eq!(closing, [("b()", "one\ntwo"), ("t\n)", "four")]);
        assert_eq!(shown(text), [("if", "three".to_owned())]);
    }

    #[test]
    fn documentation_and_texts_are_no_comments() {
        let text = "/// doc\n// also\nfun f() {}\n/// for g\nfun g() {}\nlet u = \"http://x\"\nlet v = f\"a//b {1 // c\n}\"\n";
        let found = shown(text);
        assert_eq!(found.first(), Some(&("fun", "also".to_owned())));
        assert!(found.iter().all(|(_, text)| text != "for g" && text != "x"));
    }
}
