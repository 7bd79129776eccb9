//! The source map: for each Python line the Mochi span and function, as JSON with sorted keys.
//!
//! `lines` holds one entry for each Python line: `null` where nothing in the source caused it, else
//! `[line, column, end line, end column, function]` with numbers from 1, columns in bytes, and the
//! function's name or `null`. The map of a folder's module has `files` beside `file`; an entry of
//! another file than the first has its index there as a sixth element.
//!
//! Spec: language.md §19.7.

use std::rc::Rc;

use mochi_base::{SourceFile, SourceId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::print::{LineOrigin, Printed};

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
        text.push_str(&entry(line, sources).to_string());
        text.push_str(if index + 1 < count { ",\n" } else { "\n" });
    }
    text.push_str(&format!(
        "],\n\"sha256\": \"{hex}\",\n\"version\": {VERSION}\n}}\n"
    ));
    text
}

fn entry(line: &LineOrigin, sources: &[(SourceId, Rc<SourceFile>)]) -> Value {
    let Some(span) = line.span else {
        return Value::Null;
    };
    let mut places = sources.iter().enumerate();
    let Some((index, (_, source))) = places.find(|(_, (id, _))| *id == span.source) else {
        return Value::Null;
    };
    let start = source.line_column(span.start);
    let end = source.line_column(span.end);
    let mut entry = vec![
        json!(start.line),
        json!(start.column),
        json!(end.line),
        json!(end.column),
        json!(line.function),
    ];
    if index > 0 {
        entry.push(json!(index));
    }
    Value::Array(entry)
}
