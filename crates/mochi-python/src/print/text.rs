//! Texts: f-strings, and literals of many lines.
//!
//! A text of several lines that has no room on one is written as one literal for each of its lines,
//! which Python joins.

use super::expr::{Place, Prec, doc, flatten, prec};
use super::layout::{Doc, columns};
use super::literal;
use crate::py::{Expr, FPart};

/// How many lines a text has that is not left in one literal.
const MANY_LINES: usize = 3;

/// A text of many lines: one literal if there is room, else one for each of them. None for what is
/// no such text.
pub(super) fn lines(expr: &Expr) -> Option<Doc> {
    let lines: Vec<Doc> = match expr {
        Expr::At(span, inner) => return Some(Doc::At(*span, Box::new(lines(inner)?))),
        Expr::Str(text) if has_many_lines([text.as_str()]) => text
            .split_inclusive('\n')
            .map(|line| Doc::text(literal::string(line)))
            .collect(),
        Expr::FStr(parts) if has_many_lines(texts(parts)) => {
            split(parts).iter().map(|line| one_line(line)).collect()
        }
        _ => return None,
    };
    let whole = doc(expr, Place::BARE);
    let mut one = String::new();
    flatten(&whole, &mut one);
    let mut several = String::new();
    for line in &lines {
        flatten(line, &mut several);
        several.push(' ');
    }
    // Fewer quotes may be escaped in several literals: formatters leave them beside each other.
    if columns(several.trim_end()) < columns(&one) {
        return None;
    }
    let mut below = Vec::new();
    for line in lines {
        if !below.is_empty() {
            below.push(Doc::Hard);
        }
        below.push(line);
    }
    Some(Doc::Choice(Box::new(whole), Box::new(Doc::Cat(below))))
}

fn has_many_lines<'a>(texts: impl IntoIterator<Item = &'a str>) -> bool {
    let mut breaks = 0;
    let mut ends = false;
    for text in texts {
        breaks += text.matches('\n').count();
        ends = text.ends_with('\n');
    }
    breaks + usize::from(!ends) >= MANY_LINES
}

fn texts(parts: &[FPart]) -> impl Iterator<Item = &str> {
    parts.iter().map(|part| match part {
        FPart::Text(text) => text.as_str(),
        FPart::Value(..) => "",
    })
}

/// The parts of an f-string, line by line.
fn split(parts: &[FPart]) -> Vec<Vec<FPart>> {
    let mut lines = Vec::new();
    let mut line = Vec::new();
    for part in parts {
        let FPart::Text(text) = part else {
            line.push(part.clone());
            continue;
        };
        for piece in text.split_inclusive('\n') {
            line.push(FPart::Text(piece.to_owned()));
            if piece.ends_with('\n') {
                lines.push(std::mem::take(&mut line));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A line of an f-string; without values it is a plain literal.
fn one_line(parts: &[FPart]) -> Doc {
    if parts.iter().any(|part| matches!(part, FPart::Value(..))) {
        return fstring(parts, false);
    }
    Doc::text(literal::string(&texts(parts).collect::<String>()))
}

/// An f-string; a nested one avoids the quotes of the one around it.
pub(super) fn fstring(parts: &[FPart], is_nested: bool) -> Doc {
    let values: Vec<Option<(Doc, String)>> = parts.iter().map(fstring_value).collect();
    let quote = fstring_quote(parts, &values, is_nested);
    let mut docs = Vec::new();
    let mut out = String::from("f");
    out.push(quote);
    for (part, value) in parts.iter().zip(values) {
        match part {
            FPart::Text(text) => {
                let mut escaped = String::new();
                literal::escape_into(&mut escaped, text, quote);
                for c in escaped.chars() {
                    match c {
                        '{' => out.push_str("{{"),
                        '}' => out.push_str("}}"),
                        c => out.push(c),
                    }
                }
            }
            FPart::Value(inner, format) => {
                let Some((value, text)) = value else { continue };
                let (inner, conversion) = converted(inner);
                let wrapped = prec(inner) <= Prec::Lambda;
                out.push_str(match (wrapped, text.starts_with('{')) {
                    (true, _) => "{(",
                    (false, true) => "{ ",
                    (false, false) => "{",
                });
                docs.extend([Doc::text(std::mem::take(&mut out)), value]);
                if wrapped {
                    out.push(')');
                }
                out.push_str(conversion);
                if let Some(format) = format {
                    out.push(':');
                    out.push_str(format);
                }
                out.push('}');
            }
        }
    }
    out.push(quote);
    docs.push(Doc::text(out));
    Doc::Flat(Box::new(Doc::Cat(docs)))
}

/// The quotes that need fewer escapes; double ones around values that hold quotes themselves.
fn fstring_quote(parts: &[FPart], values: &[Option<(Doc, String)>], is_nested: bool) -> char {
    if values
        .iter()
        .flatten()
        .any(|(_, text)| text.contains(['"', '\'']))
    {
        return '"';
    }
    if is_nested {
        return '\'';
    }
    literal::preferred_quote(parts.iter().flat_map(|part| match part {
        FPart::Text(text) => text.chars(),
        FPart::Value(..) => "".chars(),
    }))
}

/// The value in braces with its conversion: `{value!s}` is `{str(value)}` without the call.
fn converted(value: &Expr) -> (&Expr, &'static str) {
    if let Expr::Call(function, args) = value.plain()
        && function.plain() == &Expr::name("str")
        && let [only] = &args[..]
        && only.name.is_none()
        && !matches!(only.value, Expr::Star(_))
    {
        return (&only.value, "!s");
    }
    (value, "")
}

/// What stands in braces, also as text; none for a part that is text.
fn fstring_value(part: &FPart) -> Option<(Doc, String)> {
    let FPart::Value(value, _) = part else {
        return None;
    };
    let place = Place {
        breakable: false,
        in_fstring: true,
    };
    let value = doc(converted(value).0, place);
    let mut text = String::new();
    flatten(&value, &mut text);
    Some((value, text))
}
