//! Refuses texts that no person and no generator writes, before a recursive parser meets them.

/// The largest text that is read, in bytes. Larger ones are tables of data.
const LARGEST: usize = 4 * 1024 * 1024;
/// How deep brackets may nest, and how many prefix operators may follow each other.
const DEEPEST: usize = 1500;

/// Why a text is not read; none if it is.
pub(crate) fn refusal(text: &str) -> Option<&'static str> {
    if text.len() > LARGEST {
        return Some("it is larger than 4 MiB");
    }
    let mut depth = 0_usize;
    let mut prefixes = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match byte {
            b'-' | b'+' | b'~' => prefixes += 1,
            b' ' | b'\t' | b'\\' | b'\n' | b'\r' => {}
            // A line of dashes in a comment ends with the word after it.
            _ => prefixes = 0,
        }
        if depth > DEEPEST || prefixes > 8 * DEEPEST {
            return Some("it nests too deeply");
        }
    }
    let mut repeated = 0_usize;
    for word in text.split_ascii_whitespace() {
        let is_prefix = matches!(word, "not" | "await" | "lambda:" | "if" | "else");
        repeated = if is_prefix { repeated + 1 } else { 0 };
        if repeated > DEEPEST {
            return Some("it nests too deeply");
        }
    }
    None
}
