//! How wide text is in a terminal, so that the caret stands under what its byte column names.

/// Blank text as wide as the first `bytes` bytes of `line`; tabs stay tabs.
///
/// Columns past the end of the line count one each.
pub fn padding(line: &str, bytes: usize) -> String {
    let mut out = String::new();
    for (at, character) in line.char_indices() {
        if at >= bytes {
            return out;
        }
        if character == '\t' {
            out.push('\t');
        } else {
            out.extend(std::iter::repeat_n(' ', columns(character)));
        }
    }
    out.extend(std::iter::repeat_n(' ', bytes.saturating_sub(line.len())));
    out
}

/// The line with control characters made visible, so that source text cannot steer the terminal.
pub fn printable(line: &str) -> String {
    line.chars()
        .map(|c| {
            if c.is_control() && c != '\t' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

/// Terminal columns of a character: 0 for combining marks and joiners, 2 for East Asian wide
/// characters and emoji, else 1. An approximation by blocks.
fn columns(character: char) -> usize {
    match u32::from(character) {
        0x0300..=0x036f
        | 0x1ab0..=0x1aff
        | 0x1dc0..=0x1dff
        | 0x200b..=0x200f
        | 0x20d0..=0x20ff
        | 0xfe00..=0xfe0f
        | 0xfe20..=0xfe2f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xa960..=0xa97f
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x1fa70..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_counts_columns_not_bytes() {
        assert_eq!(padding("abc", 2), "  ");
        assert_eq!(padding("aéb", 3), "  ");
        assert_eq!(padding("日本x", 6), "    ");
        assert_eq!(padding("e\u{301}x", 3), " ");
        assert_eq!(padding("\tx", 1), "\t");
        assert_eq!(padding("ab", 4), "    ");
    }

    #[test]
    fn control_characters_are_replaced() {
        assert_eq!(printable("a\u{1b}[2J\tb"), "a\u{fffd}[2J\tb");
    }
}
