//! The source map: for each Python line the Mochi span and function, as JSON with sorted keys.
//!
//! `lines` holds one entry for each Python line: `null` where nothing in the source caused it, else
//! `[line, column, end line, end column, function]` with numbers from 1, columns in bytes, and the
//! function's name or `null`.
//!
//! Spec: language.md §19.7.

use mochi_base::SourceFile;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::print::{LineOrigin, Printed};

/// The version of the format.
const VERSION: u32 = 1;

/// The text of the map of a printed module.
pub fn write(printed: &Printed, source: &SourceFile) -> String {
    let digest = Sha256::digest(source.text().as_bytes());
    let hex = digest.iter().fold(String::new(), |mut hex, byte| {
        hex.push_str(&format!("{byte:02x}"));
        hex
    });
    let mut text = String::from("{\n");
    text.push_str(&format!(
        "\"file\": {},\n\"lines\": [\n",
        json!(source.path())
    ));
    let count = printed.lines.len();
    for (index, line) in printed.lines.iter().enumerate() {
        text.push_str(&entry(line, source).to_string());
        text.push_str(if index + 1 < count { ",\n" } else { "\n" });
    }
    text.push_str(&format!(
        "],\n\"sha256\": \"{hex}\",\n\"version\": {VERSION}\n}}\n"
    ));
    text
}

fn entry(line: &LineOrigin, source: &SourceFile) -> Value {
    let Some(span) = line.span else {
        return Value::Null;
    };
    let start = source.line_column(span.start);
    let end = source.line_column(span.end);
    json!([
        start.line,
        start.column,
        end.line,
        end.column,
        line.function
    ])
}
