//! Text to HTML: escaping, and the marks inside of a line.

/// Text as HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Other control characters are not allowed in HTML.
            c if c.is_control() && c != '\n' && c != '\t' => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}

/// A line with code between backticks (one, or two as in reStructuredText), emphasis and links.
pub(crate) fn marked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '*', '[']) {
        let (before, from) = rest.split_at(at);
        out.push_str(&escape(before));
        let taken = code(from).or_else(|| emphasis(from)).or_else(|| link(from));
        if let Some((html, length)) = taken {
            out.push_str(&html);
            rest = from.get(length..).unwrap_or("");
        } else {
            let first = from.chars().next().map_or(1, char::len_utf8);
            let (mark, after) = from.split_at(first);
            out.push_str(&escape(mark));
            rest = after;
        }
    }
    out.push_str(&escape(rest));
    out
}

fn code(from: &str) -> Option<(String, usize)> {
    let ticks = from.len() - from.trim_start_matches('`').len();
    if ticks == 0 {
        return None;
    }
    let fence = from.get(..ticks)?;
    let inner = from.get(ticks..)?;
    let end = inner.find(fence)?;
    let text = inner.get(..end)?;
    if text.trim().is_empty() {
        return None;
    }
    Some((
        format!("<code>{}</code>", escape(text.trim())),
        ticks + end + ticks,
    ))
}

fn emphasis(from: &str) -> Option<(String, usize)> {
    for (mark, tag) in [("**", "strong"), ("*", "em")] {
        let Some(inner) = from.strip_prefix(mark) else {
            continue;
        };
        let end = inner.find(mark)?;
        let text = inner.get(..end)?;
        let is_word = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
        if is_word(text.chars().next()) && is_word(text.chars().next_back()) && !text.contains('*')
        {
            let html = format!("<{tag}>{}</{tag}>", marked(text));
            return Some((html, end + 2 * mark.len()));
        }
        return None;
    }
    None
}

/// `[text](address)`, for addresses of the web and of this folder.
fn link(from: &str) -> Option<(String, usize)> {
    let inner = from.strip_prefix('[')?;
    let close = inner.find("](")?;
    let (text, after) = (inner.get(..close)?, inner.get(close + 2..)?);
    let end = after.find(')')?;
    let address = after.get(..end)?;
    let is_safe = address.starts_with("https://")
        || address.starts_with("http://")
        || address.starts_with('#');
    if !is_safe || text.contains('[') || address.contains(char::is_whitespace) {
        return None;
    }
    let html = format!("<a href=\"{}\">{}</a>", escape(address), marked(text));
    Some((html, 1 + close + 2 + end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_elements_and_the_rest_is_escaped() {
        for (text, html) in [
            ("a < b & c", "a &lt; b &amp; c"),
            (
                "`x<y>` and ``z``",
                "<code>x&lt;y&gt;</code> and <code>z</code>",
            ),
            (
                "**bold** *thin* 2*3*4",
                "<strong>bold</strong> <em>thin</em> 2<em>3</em>4",
            ),
            ("a * b * c", "a * b * c"),
            (
                "[x](https://e.org/?a=1&b)",
                "<a href=\"https://e.org/?a=1&amp;b\">x</a>",
            ),
            ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
            ("open ` tick", "open ` tick"),
            ("\u{7}", "\u{fffd}"),
        ] {
            assert_eq!(marked(text), html, "{text}");
        }
    }

    #[test]
    fn nothing_makes_it_fall_over() {
        for text in [
            "`",
            "``",
            "[",
            "[](",
            "*",
            "**",
            "***",
            "é`é",
            "[a](https://",
            "*é*",
        ] {
            let _ = marked(text);
        }
    }
}
