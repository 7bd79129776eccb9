//! Escape sequences of string and byte string literals. The lexer decodes to find faults, the
//! parser to get values.
//!
//! Spec: language.md §1 (strings), §18.8 (bytes), §18.12 (f-strings).

use std::borrow::Cow;

/// One decoded escape.
enum Escape {
    /// `\n`, `\xHH`, `\ooo` and the like: a number that stands for a byte or a character.
    Unit(u32),
    /// `\uHHHH`, `\UHHHHHHHH`: a character, never a byte.
    Char(char),
}

/// Reads the escape at the start of `rest`, which begins with a backslash. Gives the escape, if it
/// is one, and its length in bytes.
fn read(rest: &str) -> (Option<Escape>, usize) {
    let mut chars = rest.chars().skip(1);
    let Some(letter) = chars.next() else {
        return (None, rest.len());
    };
    let unit = |value: u32| (Some(Escape::Unit(value)), 2);
    match letter {
        '\\' | '"' => unit(letter as u32),
        'n' => unit(0x0a),
        'r' => unit(0x0d),
        't' => unit(0x09),
        'b' => unit(0x08),
        'f' => unit(0x0c),
        'v' => unit(0x0b),
        'a' => unit(0x07),
        'x' => digits(rest, 2, 2, 16),
        'u' => digits(rest, 2, 4, 16),
        'U' => digits(rest, 2, 8, 16),
        '0'..='7' => digits(rest, 1, 3, 8),
        other => (None, 1 + other.len_utf8()),
    }
}

/// `count` digits from byte `at`; what fails is as long as its good digits.
fn digits(rest: &str, at: usize, count: usize, radix: u32) -> (Option<Escape>, usize) {
    let mut value: u32 = 0;
    let mut seen = 0;
    for c in rest.chars().skip(at).take(count) {
        let Some(digit) = c.to_digit(radix) else {
            break;
        };
        value = value.wrapping_mul(radix).wrapping_add(digit);
        seen += 1;
    }
    let length = at + seen;
    if seen < count {
        return (None, length);
    }
    let escape = if count >= 4 {
        char::from_u32(value).map(Escape::Char)
    } else {
        Some(Escape::Unit(value))
    };
    (escape, length)
}

/// The value of a string's inner text. Line ends count as `\n`; in f-strings doubled `braces` are
/// single ones. `fault` is told the byte range of every invalid escape.
pub(crate) fn text<'a>(
    raw: &'a str,
    braces: bool,
    fault: &mut dyn FnMut(usize, usize),
) -> Cow<'a, str> {
    let special = |b: u8| matches!(b, b'\\' | b'\r') || braces && matches!(b, b'{' | b'}');
    if !raw.bytes().any(special) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut at = 0;
    while let Some(rest) = raw.get(at..) {
        let Some(next) = rest.bytes().position(special) else {
            out.push_str(rest);
            break;
        };
        out.push_str(rest.get(..next).unwrap_or(""));
        at += next;
        let rest = rest.get(next..).unwrap_or("");
        match rest.as_bytes().first() {
            Some(b'\r') => {
                if !rest.starts_with("\r\n") {
                    out.push('\r');
                }
                at += 1;
            }
            Some(b'\\') => {
                let (escape, length) = read(rest);
                match escape {
                    Some(Escape::Unit(value)) => out.extend(char::from_u32(value)),
                    Some(Escape::Char(c)) => out.push(c),
                    None => fault(at, at + length),
                }
                at += length.max(1);
            }
            Some(brace) => {
                out.push(char::from(*brace));
                at += if rest.as_bytes().get(1) == Some(brace) {
                    2
                } else {
                    1
                };
            }
            None => break,
        }
    }
    Cow::Owned(out)
}

/// The value of a byte string's inner text. `fault` is told the byte range of everything that
/// cannot stand in one, and why.
pub(crate) fn bytes(raw: &str, fault: &mut dyn FnMut(usize, usize, &str)) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(c) = raw.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = raw.get(at..).unwrap_or("");
        let mut length = c.len_utf8();
        if c == '\\' {
            let (escape, escape_length) = read(rest);
            length = escape_length.max(1);
            match escape {
                Some(Escape::Unit(value)) => match u8::try_from(value) {
                    Ok(byte) => out.push(byte),
                    Err(_) => fault(at, at + length, "the escape is larger than a byte"),
                },
                Some(Escape::Char(_)) => {
                    fault(
                        at,
                        at + length,
                        "`\\u` and `\\U` stand for characters, not bytes",
                    );
                }
                None => fault(at, at + length, "invalid escape"),
            }
        } else if c == '\r' && rest.starts_with("\r\n") {
            // CRLF counts as one line end.
        } else if c.is_ascii() {
            out.extend(u8::try_from(c));
        } else {
            fault(at, at + length, &format!("`{c}` is not an ASCII character"));
        }
        at += length;
    }
    out
}
