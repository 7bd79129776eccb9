//! Python docstrings as HTML. Their markup differs from package to package: paragraphs are told from
//! text that has a shape of its own, which stays as it is.
//!
//! Spec: PEP 257 (indentation).

use std::fmt::Write as _;

use crate::inline::{escape, marked};

/// The HTML of a docstring.
pub(crate) fn to_html(text: &str) -> String {
    let text = dedented(text);
    let mut out = String::new();
    let mut block: Vec<&str> = Vec::new();
    let mut pre: Vec<&str> = Vec::new();
    for line in text.lines().chain([""]) {
        let is_shaped = line.starts_with([' ', '\t']) || line.starts_with(">>>") || has_shape(line);
        if line.trim().is_empty() {
            paragraph(&mut out, &mut block);
            if !pre.is_empty() {
                pre.push("");
            }
        } else if (is_shaped && block.is_empty()) || is_answer(&pre) {
            pre.push(line);
        } else if is_shaped && is_underline(line) && block.len() == 1 {
            let title = block.pop().unwrap_or("");
            shaped(&mut out, &mut pre);
            let _ = writeln!(out, "<p><strong>{}</strong></p>", marked(title));
        } else if is_shaped {
            paragraph(&mut out, &mut block);
            pre.push(line);
        } else {
            shaped(&mut out, &mut pre);
            block.push(line);
        }
    }
    shaped(&mut out, &mut pre);
    out
}

/// Whether the next line is what an example prints.
fn is_answer(pre: &[&str]) -> bool {
    pre.iter()
        .rev()
        .take_while(|line| !line.is_empty())
        .any(|line| line.trim_start().starts_with(">>>"))
}

/// Removes the indentation that all lines but the first have in common (PEP 257).
fn dedented(text: &str) -> String {
    let text = text.trim();
    let indent = text
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let mut out = String::new();
    for (index, line) in text.lines().enumerate() {
        let line = if index == 0 {
            line
        } else {
            line.get(indent..).unwrap_or("")
        };
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn paragraph(out: &mut String, block: &mut Vec<&str>) {
    if block.is_empty() {
        return;
    }
    let _ = writeln!(out, "<p>{}</p>", marked(&block.join("\n")));
    block.clear();
}

fn shaped(out: &mut String, pre: &mut Vec<&str>) {
    while pre.last().is_some_and(|line| line.is_empty()) {
        pre.pop();
    }
    if pre.is_empty() {
        return;
    }
    let _ = writeln!(out, "<pre>{}</pre>", escape(&pre.join("\n")));
    pre.clear();
}

/// Fields and lists of the usual markups: their lines must not flow together.
fn has_shape(line: &str) -> bool {
    line.starts_with(':')
        || line.starts_with(".. ")
        || line.starts_with("- ")
        || line.starts_with("* ")
        || line.starts_with('|')
        || line.starts_with("```")
        || is_underline(line)
}

fn is_underline(line: &str) -> bool {
    line.len() > 2 && (line.bytes().all(|c| c == b'-') || line.bytes().all(|c| c == b'='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_flow_and_shapes_stay() {
        let text = "Sends a request.\n\n    It may ``fail``\n    for <reasons>.\n\n    Parameters\n    ----------\n    url : str\n        Where to.\n\n    >>> get(1)\n    2\n\n    :param x: one\n    :param y: two\n    ";
        assert_eq!(
            to_html(text),
            "<p>Sends a request.</p>\n<p>It may <code>fail</code>\nfor &lt;reasons&gt;.</p>\n<p><strong>Parameters</strong></p>\n<p>url : str</p>\n<pre>    Where to.\n\n&gt;&gt;&gt; get(1)\n2\n\n:param x: one\n:param y: two</pre>\n"
        );
        assert_eq!(to_html(""), "");
        assert_eq!(to_html("é\n  é\n é"), "<p>é</p>\n<pre> é</pre>\n<p>é</p>\n");
    }
}
