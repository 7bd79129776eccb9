//! The Markdown of `///` comments: paragraphs, headings, lists, fenced code.

use std::fmt::Write as _;

use crate::inline::{escape, marked};

/// The HTML of a text. Headings begin at `level`, so that they fit below the page's own.
pub(crate) fn to_html(text: &str, level: usize) -> String {
    let mut writer = Writer {
        out: String::new(),
        paragraph: Vec::new(),
        list: None,
    };
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if let Some(info) = trimmed.strip_prefix("```") {
            writer.end();
            let code: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.trim_start().starts_with("```"))
                .collect();
            let class = info.split_whitespace().next().unwrap_or("");
            let _ = writeln!(
                writer.out,
                "<pre><code{}>{}</code></pre>",
                if class.is_empty() {
                    String::new()
                } else {
                    format!(" class=\"language-{}\"", escape(class))
                },
                escape(&code.join("\n"))
            );
        } else if trimmed.is_empty() {
            writer.end();
        } else if let Some((depth, heading)) = heading(trimmed) {
            writer.end();
            let level = (level + depth - 1).min(6);
            let _ = writeln!(writer.out, "<h{level}>{}</h{level}>", marked(heading));
        } else if let Some((tag, item)) = item(trimmed) {
            writer.item(tag, item);
        } else if line.starts_with("  ") && writer.list.is_some() {
            writer.more(trimmed);
        } else {
            if writer.list.is_some() && writer.paragraph.is_empty() {
                writer.more(trimmed);
                continue;
            }
            writer.paragraph.push(trimmed.to_owned());
        }
    }
    writer.end();
    writer.out
}

struct Writer {
    out: String,
    paragraph: Vec<String>,
    /// The open list: its element, and its items.
    list: Option<(&'static str, Vec<String>)>,
}

impl Writer {
    fn item(&mut self, tag: &'static str, text: &str) {
        if self.list.as_ref().is_none_or(|(open, _)| *open != tag) {
            self.end();
            self.list = Some((tag, Vec::new()));
        }
        if let Some((_, items)) = &mut self.list {
            items.push(text.to_owned());
        }
    }

    /// A further line of the last item.
    fn more(&mut self, text: &str) {
        if let Some(last) = self.list.as_mut().and_then(|(_, items)| items.last_mut()) {
            last.push(' ');
            last.push_str(text);
        }
    }

    fn end(&mut self) {
        if !self.paragraph.is_empty() {
            let text = self.paragraph.join("\n");
            let _ = writeln!(self.out, "<p>{}</p>", marked(&text));
            self.paragraph.clear();
        }
        if let Some((tag, items)) = self.list.take() {
            let _ = writeln!(self.out, "<{tag}>");
            for item in items {
                let _ = writeln!(self.out, "<li>{}</li>", marked(&item));
            }
            let _ = writeln!(self.out, "</{tag}>");
        }
    }
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let depth = line.len() - line.trim_start_matches('#').len();
    let text = line.get(depth..)?.strip_prefix(' ')?;
    ((1..=6).contains(&depth)).then_some((depth, text.trim()))
}

fn item(line: &str) -> Option<(&'static str, &str)> {
    if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some(("ul", text));
    }
    let (number, text) = line.split_once(". ")?;
    (!number.is_empty() && number.bytes().all(|c| c.is_ascii_digit())).then_some(("ol", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_elements() {
        let text = "Adds `a`\nand b.\n\n# More\n- one\n  goes on\n- two\n1. first\n\n```mochi\nprint(1 < 2)\n```\nend";
        assert_eq!(
            to_html(text, 4),
            "<p>Adds <code>a</code>\nand b.</p>\n<h4>More</h4>\n<ul>\n<li>one goes on</li>\n<li>two</li>\n</ul>\n<ol>\n<li>first</li>\n</ol>\n<pre><code class=\"language-mochi\">print(1 &lt; 2)</code></pre>\n<p>end</p>\n"
        );
        assert_eq!(to_html("", 3), "");
        assert_eq!(to_html("```\nopen", 3), "<pre><code>open</code></pre>\n");
    }
}
