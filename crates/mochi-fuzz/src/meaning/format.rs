//! Formats in f-strings.
//!
//! Spec: language.md §18.12.

use super::number;
use super::text;
use super::value::{Answer, Value, give_up};

/// A value in the form that a spec asks for.
pub fn formatted(value: &Value, spec: &str) -> Answer<String> {
    let chars: Vec<char> = spec.chars().collect();
    let mut at = 0;
    let is_align = |c: Option<&char>| matches!(c, Some('<' | '>' | '^'));
    let (mut fill, mut align) = (' ', None);
    if is_align(chars.get(1)) {
        (fill, align) = (chars[0], Some(chars[1]));
        at = 2;
    } else if is_align(chars.first()) {
        align = Some(chars[0]);
        at = 1;
    }
    let plus = chars.get(at) == Some(&'+');
    at += usize::from(plus);
    let zero = chars.get(at) == Some(&'0');
    at += usize::from(zero);
    let number_at = |at: &mut usize| {
        let mut found: Option<usize> = None;
        while let Some(digit) = chars.get(*at).and_then(|c| c.to_digit(10)) {
            found = Some(found.unwrap_or(0) * 10 + digit as usize);
            *at += 1;
        }
        found
    };
    let width = number_at(&mut at).unwrap_or(0);
    let commas = chars.get(at) == Some(&',');
    at += usize::from(commas);
    let mut digits = None;
    if chars.get(at) == Some(&'.') {
        at += 1;
        digits = number_at(&mut at);
    }
    let kind = chars.get(at).copied();
    let numeric = number::float(value).is_some() && !matches!(value, Value::Bool(_));
    let body = match (kind, value, digits) {
        (None, value, None) if !numeric => text::str(value),
        (None, value, Some(most)) if !numeric => text::str(value).chars().take(most).collect(),
        (None | Some('d'), Value::Int(n), None) => grouped(*n, commas),
        (Some('x'), Value::Int(n), None) => {
            let sign = if *n < 0 { "-" } else { "" };
            format!("{sign}{:x}", n.unsigned_abs())
        }
        (Some('f'), value, digits) if numeric && !commas => {
            let x = number::float(value).unwrap();
            let digits = if x.is_finite() {
                digits.unwrap_or(6)
            } else {
                0
            };
            format!("{x:.digits$}").to_lowercase()
        }
        _ => return give_up("a format of another kind"),
    };
    let body = if plus && !body.starts_with('-') {
        format!("+{body}")
    } else {
        body
    };
    let missing = width.saturating_sub(body.chars().count());
    if zero && align.is_none() && numeric {
        let signed = body.starts_with(['-', '+']);
        let (sign, rest) = body.split_at(usize::from(signed));
        return Ok(format!("{sign}{}{rest}", "0".repeat(missing)));
    }
    let fill = fill.to_string();
    let default = if numeric { '>' } else { '<' };
    Ok(match align.unwrap_or(default) {
        '<' => format!("{body}{}", fill.repeat(missing)),
        '^' => {
            let left = missing / 2;
            format!("{}{body}{}", fill.repeat(left), fill.repeat(missing - left))
        }
        _ => format!("{}{body}", fill.repeat(missing)),
    })
}

fn grouped(n: i128, commas: bool) -> String {
    let plain = n.to_string();
    if !commas {
        return plain;
    }
    let digits = plain.trim_start_matches('-');
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n < 0 { format!("-{out}") } else { out }
}
