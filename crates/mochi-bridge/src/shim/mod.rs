//! The shim: the public surface of a distribution in Mochi's own extern syntax, for people to read
//! and to copy overrides from. The checker never reads it.
//!
//! Everything public is written once, where it is public first; what the table could not carry
//! over is a comment with its reason and place.
//!
//! Spec: bridge.md §7; language.md §18.2–18.4.

mod item;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::rc::Rc;

use mochi_surface::{ModuleName, Skip};
use mochi_types::{ClassId, Externs, is_reserved};

use crate::Bridge;
use crate::name::module_id;

/// What a shim is made from.
#[derive(Clone, Debug)]
pub struct ShimRequest<'a> {
    /// The distribution with its version, for the head.
    pub title: &'a str,
    /// Its modules in the order in which they are written.
    pub modules: &'a [ModuleName],
    /// What imports its top-level modules: `PyYAML:yaml` for `yaml`.
    pub specs: &'a BTreeMap<String, String>,
}

/// One line of a shim, with the item that it declares.
struct Line {
    item: Option<Rc<str>>,
    indent: usize,
    text: String,
}

/// Names in a shim, and the packages that they need.
struct Names<'a> {
    bridge: &'a Bridge,
    /// The top-level modules that are mentioned.
    tops: BTreeSet<String>,
    /// Classes that were written.
    seen: BTreeSet<ClassId>,
    /// Functions that were written, by place and name, with what they are called.
    functions: BTreeMap<(Rc<str>, u32, Rc<str>), String>,
    /// The type parameters that can be named, by their identities.
    params: Vec<Rc<str>>,
    lines: Vec<Line>,
}

/// Writes the shim. The bridge's earlier skips would be part of it: use a fresh bridge.
pub fn shim(bridge: &Bridge, request: &ShimRequest<'_>) -> String {
    let mut names = Names {
        bridge,
        tops: BTreeSet::new(),
        seen: BTreeSet::new(),
        functions: BTreeMap::new(),
        params: Vec::new(),
        lines: Vec::new(),
    };
    for module in request.modules {
        names.write_module(module);
    }
    let mut out = format!(
        "// {}: its public names as Mochi programs see them. Written by `mochi pkg sync`.\n\n",
        request.title
    );
    let tops = names.tops.iter().filter(|top| !top.starts_with('_'));
    for top in tops {
        let spec = request.specs.get(top).unwrap_or(top);
        let alias = declared_name(top);
        // The words of Mochi's own import.
        let words = ["import", "python", &format!("\"{spec}\""), "as", &alias];
        out.push_str(&words.join(" "));
        out.push('\n');
    }
    let mut skips: BTreeMap<Rc<str>, Vec<Skip>> = BTreeMap::new();
    for skip in bridge.skips() {
        skips.entry(Rc::clone(&skip.item)).or_default().push(skip);
    }
    for line in names.lines {
        let indent = "  ".repeat(line.indent);
        let own = line.item.and_then(|item| skips.remove(&item));
        for skip in own.iter().flatten() {
            let _ = writeln!(out, "{indent}// {}", told(skip, false));
        }
        if line.text.is_empty() {
            out.push('\n');
        } else {
            let _ = writeln!(out, "{indent}{}", line.text);
        }
    }
    let left: Vec<&Skip> = skips.values().flatten().collect();
    if !left.is_empty() {
        out.push_str("\n// Degraded, and not among the names above:\n");
        for skip in left {
            let _ = writeln!(out, "// {}", told(skip, true));
        }
    }
    out
}

/// A skip in a line: what is degraded, why, and where it is declared.
fn told(skip: &Skip, with_item: bool) -> String {
    let mut text = String::from("skip ");
    text.push_str(skip.reason.code());
    if with_item {
        let _ = write!(text, " {}", skip.item);
    }
    if !skip.part.is_empty() {
        let _ = write!(text, " ({})", skip.part);
    }
    if let Some(place) = &skip.place {
        let _ = write!(text, " at {}:{}", place.file, place.line);
    }
    text
}

impl Names<'_> {
    fn line(&mut self, item: Option<&Rc<str>>, indent: usize, text: impl Into<String>) {
        self.lines.push(Line {
            item: item.cloned(),
            indent,
            text: text.into(),
        });
    }

    fn doc(&mut self, doc: Option<&Rc<str>>, indent: usize) {
        let first = doc.and_then(|doc| doc.lines().map(str::trim).find(|line| !line.is_empty()));
        if let Some(first) = first {
            self.line(None, indent, format!("/// {first}"));
        }
    }

    fn write_module(&mut self, name: &ModuleName) {
        let Some(module) = self.bridge.source.module(name) else {
            return;
        };
        let id = module_id(name);
        let path = self.module(name.as_str());
        self.line(None, 0, "");
        let tier = module.tier.word();
        self.line(None, 0, format!("// Module {} ({tier})", name.as_str()));
        for item in self.bridge.names(&id) {
            self.write_item(&id, &path, &item);
        }
    }
}

/// A name as Mochi can declare it.
fn declared_name(name: &str) -> String {
    if is_reserved(name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}
