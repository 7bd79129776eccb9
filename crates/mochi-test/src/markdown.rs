//! The little of Markdown that tests need: headings and fenced blocks with their lines.

use std::ops::Range;

/// A heading or a fenced block, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Element {
    /// `## Title`.
    Heading {
        /// Number of `#`.
        level: usize,
        /// The text after them.
        title: String,
        /// Line, from 0.
        line: usize,
    },
    /// A fenced block.
    Block(Block),
}

/// A fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The first word after the fence: `mochi`, `output`.
    pub kind: String,
    /// What follows it: a file name, for example.
    pub info: String,
    /// The lines between the fences, each with its line break.
    pub text: String,
    /// Their line numbers, from 0.
    pub lines: Range<usize>,
}

/// Splits a text into its headings and blocks. A block without closing fence reaches to the end.
pub fn parse(text: &str) -> Vec<Element> {
    let lines: Vec<&str> = text.lines().collect();
    let mut elements = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let ticks = line.len() - line.trim_start_matches('`').len();
        if ticks >= 3 {
            let fence = "`".repeat(ticks);
            let rest = lines.get(at + 1..).unwrap_or(&[]);
            let length = rest
                .iter()
                .position(|line| line.trim_end() == fence)
                .unwrap_or(rest.len());
            let info = line.get(ticks..).unwrap_or("").trim();
            let (kind, info) = info.split_once(' ').unwrap_or((info, ""));
            let body = rest.get(..length).unwrap_or(&[]);
            elements.push(Element::Block(Block {
                kind: kind.to_owned(),
                info: info.trim().to_owned(),
                text: body.iter().flat_map(|line| [line, "\n"]).collect(),
                lines: at + 1..at + 1 + length,
            }));
            at += length + 2;
            continue;
        }
        let level = line.len() - line.trim_start_matches('#').len();
        if level > 0 && line.get(level..).is_some_and(|rest| rest.starts_with(' ')) {
            elements.push(Element::Heading {
                level,
                title: line.get(level..).unwrap_or("").trim().to_owned(),
                line: at,
            });
        }
        at += 1;
    }
    elements
}

/// The text with the contents of some blocks replaced; `new` holds line ranges and contents.
pub fn replace(text: &str, new: &[(Range<usize>, String)]) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut ordered: Vec<&(Range<usize>, String)> = new.iter().collect();
    ordered.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, content) in ordered {
        if range.end <= lines.len() {
            lines.splice(range.clone(), content.lines());
        }
    }
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# Calls\n\n```mochi cart.mochi\nf(1)\n# no heading\n```\ntext\n````output\n```\n````\n";

    #[test]
    fn headings_and_blocks() {
        let elements = parse(TEXT);
        assert_eq!(elements.len(), 3);
        assert!(
            matches!(&elements[0], Element::Heading { level: 1, title, line: 0 } if title == "Calls")
        );
        let Element::Block(block) = &elements[1] else {
            panic!("{elements:?}")
        };
        assert_eq!(
            (block.kind.as_str(), block.info.as_str()),
            ("mochi", "cart.mochi")
        );
        assert_eq!(block.text, "f(1)\n# no heading\n");
        assert_eq!(block.lines, 3..5);
        assert!(matches!(&elements[2], Element::Block(block) if block.text == "```\n"));
    }

    #[test]
    fn replacing_keeps_everything_else() {
        let new = replace(TEXT, &[(8..9, "a\nb\n".into()), (3..5, String::new())]);
        assert_eq!(
            new,
            "# Calls\n\n```mochi cart.mochi\n```\ntext\n````output\na\nb\n````\n"
        );
    }
}
