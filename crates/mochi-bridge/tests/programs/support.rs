//! One installed package, written as text, and what the checker says of a program that uses it.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use mochi_base::{Severity, SourceFile, SourceId};
use mochi_bridge::Bridge;
use mochi_ingest::{FileSource, FolderEntry, Universe, UniverseOptions};
use mochi_types::ModuleId;

/// One installed module, `pkg`.
struct Package(String);

impl FileSource for Package {
    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        match path.to_str()? {
            "/site/pkg/__init__.py" => Some(self.0.clone().into_bytes()),
            "/site/pkg/py.typed" => Some(Vec::new()),
            _ => None,
        }
    }

    fn list(&self, folder: &Path) -> Option<Vec<FolderEntry>> {
        let entry = |name: &str, is_dir: bool| FolderEntry {
            name: name.to_owned(),
            is_dir,
        };
        match folder.to_str()? {
            "/site" => Some(vec![entry("pkg", true)]),
            "/site/pkg" => Some(vec![entry("__init__.py", false), entry("py.typed", false)]),
            _ => None,
        }
    }
}

/// The text without the indentation of its first line.
fn dedent(text: &str) -> String {
    let text = text.trim_start_matches('\n');
    let indent = text.len() - text.trim_start_matches(' ').len();
    let mut lines = Vec::new();
    for line in text.lines() {
        lines.push(line.get(indent..).unwrap_or_default());
    }
    lines.join("\n")
}

/// Checks `program` with `pkg` imported: its diagnostics, or the types of its calls and bindings.
pub fn check(python: &str, program: &str) -> String {
    let options = UniverseOptions {
        site_packages: vec!["/site".into()],
        python_version: (3, 12),
        platform: "linux".to_owned(),
    };
    let universe = Universe::new(Rc::new(Package(dedent(python))), options);
    let modules = BTreeMap::from([("pkg".to_owned(), ModuleId(Rc::from("pkg")))]);
    let bridge = Bridge::new(Rc::new(universe), modules);
    let text = format!("import python \"pkg\" as pkg\n{}", dedent(program));
    let file = SourceFile::new("t.mochi", text.clone());
    let parsed = mochi_syntax::parse(SourceId(0), &text);
    let checked = mochi_check::check(&parsed.program, &file, &bridge);
    let mut lines = Vec::new();
    for diagnostic in parsed.diagnostics.iter().chain(&checked.diagnostics) {
        if diagnostic.severity != Severity::Error {
            continue;
        }
        let at = diagnostic.span.map(|span| file.line_column(span.start));
        let place = at.map_or_else(String::new, |at| format!("{}:{} ", at.line - 1, at.column));
        lines.push(format!("{place}{} {}", diagnostic.code, diagnostic.message));
        for note in &diagnostic.notes {
            lines.push(format!("  {}", note.message));
        }
    }
    if lines.is_empty() {
        for (span, ty) in &checked.types {
            lines.push(format!("{}: {ty}", file.slice(*span)));
        }
    }
    lines.join("\n")
}
