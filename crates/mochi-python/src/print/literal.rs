//! Literals as text: quotes, escapes, numbers.

/// A string literal with the quotes that need fewer escapes, double ones by preference.
pub(super) fn string(text: &str) -> String {
    let quote = preferred_quote(text.chars());
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    escape_into(&mut out, text, quote);
    out.push(quote);
    out
}

/// A string literal in single quotes, for use inside an f-string.
pub(super) fn single_quoted(text: &str) -> String {
    let mut out = String::from("'");
    escape_into(&mut out, text, '\'');
    out.push('\'');
    out
}

pub(super) fn preferred_quote(chars: impl Iterator<Item = char>) -> char {
    let (mut double, mut single) = (0, 0);
    for c in chars {
        match c {
            '"' => double += 1,
            '\'' => single += 1,
            _ => {}
        }
    }
    if double > single { '\'' } else { '"' }
}

/// Writes `text` with what the quotes and the line need escaped.
pub(super) fn escape_into(out: &mut String, text: &str, quote: char) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if is_printable(c) => out.push(c),
            c => {
                let code = u32::from(c);
                let escape = match code {
                    0..=0xFF => format!("\\x{code:02x}"),
                    0x100..=0xFFFF => format!("\\u{code:04x}"),
                    _ => format!("\\U{code:08x}"),
                };
                out.push_str(&escape);
            }
        }
    }
}

/// Characters that may stand in source text without misleading its reader.
fn is_printable(c: char) -> bool {
    !(c.is_control()
        || matches!(u32::from(c),
            0xA0 | 0xAD | 0x061C | 0x1680 | 0x180E | 0x2000..=0x200F | 0x2028..=0x202F
            | 0x205F..=0x206F | 0x3000 | 0xFEFF | 0xFFF9..=0xFFFB | 0xE000..=0xF8FF
            | 0xE0000..=0xE0FFF | 0xF0000..=0x0010_FFFF))
}

/// A bytes literal.
pub(super) fn bytes(value: &[u8]) -> String {
    let quote = preferred_quote(value.iter().map(|byte| char::from(*byte)));
    let mut out = String::from("b");
    out.push(quote);
    for byte in value {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x20..=0x7E => {
                let c = char::from(*byte);
                if c == quote {
                    out.push('\\');
                }
                out.push(c);
            }
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(quote);
    out
}

/// A float literal: shortest digits that read back to the same value.
pub(super) fn float(value: f64) -> String {
    format!("{value:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_need_as_few_escapes_as_possible() {
        assert_eq!(string("plain"), "\"plain\"");
        assert_eq!(string("it's"), "\"it's\"");
        assert_eq!(string("say \"hi\""), "'say \"hi\"'");
        assert_eq!(
            string("a\\b\n\u{0}\u{2028}é🍣"),
            "\"a\\\\b\\n\\x00\\u2028é🍣\""
        );
        assert_eq!(bytes(b"GET \x00\""), "b'GET \\x00\"'");
    }

    #[test]
    fn floats_read_back() {
        assert_eq!(float(2.0), "2.0");
        assert_eq!(float(1e16), "1e16");
        assert_eq!(float(1.5e-7), "1.5e-7");
        assert_eq!(float(12_345_678.9), "12345678.9");
    }
}
