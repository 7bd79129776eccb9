//! The source map: for each Python line the Mochi span and function, as JSON with sorted keys.
//!
//! `lines` holds one entry for each Python line: `null` where nothing in the source caused it, else
//! `[line, column, end line, end column, function]` with numbers from 1, columns in bytes, and the
//! function's name or `null`. The map of a folder's module has `files` beside `file`; an entry of
//! another file than the first has its index there as a sixth element.
//!
//! `parts` says more of parts of lines: `[Python line, start, end, line, column, end line, end
//! column]`, where start and end are bytes of the Python line from 0 and the end is -1 if the part
//! goes on over the line's end; an eighth element is the index of the file.
//!
//! Spec: language.md §19.7.

use std::fmt::Write as _;
use std::rc::Rc;

use mochi_base::{SourceFile, SourceId};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::print::{LineOrigin, Part, Printed};

/// The version of the format.
const VERSION: u32 = 1;

/// The text of the map of a printed module.
pub fn write(printed: &Printed, sources: &[(SourceId, Rc<SourceFile>)]) -> String {
    let mut digest = Sha256::new();
    for (_, source) in sources {
        digest.update(source.text().as_bytes());
    }
    let digest = digest.finalize();
    let hex = digest.iter().fold(String::new(), |mut hex, byte| {
        hex.push_str(&format!("{byte:02x}"));
        hex
    });
    let mut text = String::from("{\n");
    text.push_str(&format!(
        "\"file\": {},\n",
        json!(sources.first().map_or("", |(_, source)| source.path()))
    ));
    if sources.len() > 1 {
        let paths: Vec<&str> = sources.iter().map(|(_, source)| source.path()).collect();
        text.push_str(&format!("\"files\": {},\n", json!(paths)));
    }
    text.push_str("\"lines\": [\n");
    let count = printed.lines.len();
    for (index, line) in printed.lines.iter().enumerate() {
        push_entry(&mut text, line, sources);
        text.push_str(if index + 1 < count { ",\n" } else { "\n" });
    }
    text.push_str("],\n\"parts\": [\n");
    let mut first = true;
    for part in &printed.parts {
        let begins = printed.lines.get(part.line).and_then(|line| line.span);
        if begins
            .is_some_and(|span| (span.source, span.start) == (part.span.source, part.span.start))
        {
            continue;
        }
        push_part(&mut text, part, sources, &mut first);
    }
    text.push_str(if first { "" } else { "\n" });
    text.push_str(&format!(
        "],\n\"sha256\": \"{hex}\",\n\"version\": {VERSION}\n}}\n"
    ));
    text
}

/// Appends what is known of a line. There are many lines, so this is written without values of JSON
/// in between.
fn push_entry(text: &mut String, line: &LineOrigin, sources: &[(SourceId, Rc<SourceFile>)]) {
    let mut places = sources.iter().enumerate();
    let place = line.span.and_then(|span| {
        let (index, (_, source)) = places.find(|(_, (id, _))| *id == span.source)?;
        Some((span, index, source))
    });
    let Some((span, index, source)) = place else {
        text.push_str("null");
        return;
    };
    let start = source.line_column(span.start);
    let end = source.line_column(span.end);
    let places = [start.line, start.column, end.line, end.column];
    text.push('[');
    for place in places {
        let _ = write!(text, "{place},");
    }
    match &line.function {
        Some(name) if name.bytes().all(is_plain) => {
            let _ = write!(text, "\"{name}\"");
        }
        function => text.push_str(&json!(function.as_deref()).to_string()),
    }
    if index > 0 {
        let _ = write!(text, ",{index}");
    }
    text.push(']');
}

/// Appends what is known of a part of a line.
fn push_part(
    text: &mut String,
    part: &Part,
    sources: &[(SourceId, Rc<SourceFile>)],
    first: &mut bool,
) {
    let mut places = sources.iter().enumerate();
    let found = places.find(|(_, (id, _))| *id == part.span.source);
    let Some((index, (_, source))) = found else {
        return;
    };
    if !std::mem::replace(first, false) {
        text.push_str(",\n");
    }
    let start = source.line_column(part.span.start);
    let end = source.line_column(part.span.end);
    let _ = write!(text, "[{},{},", part.line + 1, part.start);
    match part.end {
        Some(column) => {
            let _ = write!(text, "{column},");
        }
        None => text.push_str("-1,"),
    }
    let (line, column) = (end.line, end.column);
    let _ = write!(text, "{},{},{line},{column}", start.line, start.column);
    if index > 0 {
        let _ = write!(text, ",{index}");
    }
    text.push(']');
}

/// Whether a byte stands for itself in a string of JSON.
const fn is_plain(byte: u8) -> bool {
    byte >= b' ' && byte.is_ascii() && byte != b'"' && byte != b'\\' && byte != 0x7F
}
