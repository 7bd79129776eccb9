//! A site as files: one page of HTML for each module, an index if there are several, one style sheet.
//!
//! Pages need nothing from elsewhere and no scripts; they can be read with a keyboard, a screen
//! reader, on paper, and in the dark.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::inline::escape;
use crate::model::{DocText, Entry, Page, Section, Site};
use crate::{docstring, markdown};

const STYLE: &str = include_str!("style.css");

/// The files of a site, with their paths: `index.html`, `style.css`, and one page for each module.
pub fn render(site: &Site) -> Vec<(String, String)> {
    let targets = targets(site);
    let mut files = vec![("style.css".to_owned(), STYLE.to_owned())];
    for (index, page) in site.pages.iter().enumerate() {
        let text = self::page(site, index, page, &targets);
        files.push((file_name(site, index), text));
    }
    if site.pages.len() != 1 {
        files.push(("index.html".to_owned(), index(site)));
    }
    files.sort();
    files
}

/// The file of a page: a single one is the index itself.
fn file_name(site: &Site, index: usize) -> String {
    if site.pages.len() == 1 {
        return "index.html".to_owned();
    }
    let name = site.pages.get(index).map_or("", |page| page.name.as_str());
    let mut stem = String::new();
    for c in name.chars() {
        stem.push(
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') {
                c
            } else {
                '-'
            },
        );
    }
    let taken = |stem: &str| {
        stem == "index"
            || site.pages.iter().take(index).any(|other| {
                other.name.eq_ignore_ascii_case(name) || other.name.replace('/', "-") == stem
            })
    };
    if taken(&stem) {
        let _ = write!(stem, "-{index}");
    }
    format!("{stem}.html")
}

/// Where each named type is described.
fn targets(site: &Site) -> BTreeMap<String, String> {
    let mut targets = BTreeMap::new();
    for (index, page) in site.pages.iter().enumerate() {
        let file = file_name(site, index);
        if page.name.contains('.') {
            targets.insert(page.name.clone(), file.clone());
        }
        for entry in page.sections.iter().flat_map(|section| &section.entries) {
            if let Some(path) = &entry.path {
                targets
                    .entry(path.to_string())
                    .or_insert_with(|| format!("{file}#{}", entry.anchor));
            }
        }
    }
    targets
}

fn head(title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"generator\" content=\"mochi doc\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"style.css\">\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#content\">Skip to the content</a>\n",
        escape(title)
    )
}

fn index(site: &Site) -> String {
    let mut out = head(&site.title);
    let _ = writeln!(
        out,
        "<main id=\"content\">\n<h1>{}</h1>",
        escape(&site.title)
    );
    facts(&mut out, &site.facts);
    out.push_str("<h2>Modules</h2>\n<ul class=\"modules\">\n");
    for (index, page) in site.pages.iter().enumerate() {
        let summary = page.doc.as_ref().map(summary).unwrap_or_default();
        let _ = writeln!(
            out,
            "<li><a href=\"{}\"><code>{}</code></a> {}</li>",
            file_name(site, index),
            escape(&page.name),
            escape(&summary)
        );
    }
    out.push_str("</ul>\n</main>\n</body>\n</html>\n");
    out
}

fn page(site: &Site, index: usize, page: &Page, targets: &BTreeMap<String, String>) -> String {
    let several = site.pages.len() > 1;
    let title = if several {
        format!("{} – {}", page.name, site.title)
    } else {
        site.title.clone()
    };
    let mut out = head(&title);
    out.push_str("<nav aria-label=\"Contents\">\n");
    if several {
        let _ = writeln!(
            out,
            "<p><a href=\"index.html\">{}</a></p>",
            escape(&site.title)
        );
    }
    for section in shown(page) {
        let _ = writeln!(
            out,
            "<h2><a href=\"#{}\">{}</a></h2>\n<ul>",
            section_anchor(section),
            escape(&section.title)
        );
        for entry in &section.entries {
            let _ = writeln!(
                out,
                "<li><a href=\"#{}\"><code>{}</code></a></li>",
                escape(&entry.anchor),
                escape(&entry.name)
            );
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</nav>\n<main id=\"content\">\n");
    let heading = if several { &page.name } else { &site.title };
    let _ = writeln!(out, "<h1>{}</h1>", escape(heading));
    if !several {
        facts(&mut out, &site.facts);
    }
    facts(&mut out, &page.facts);
    if let Some(import) = &page.import {
        let _ = writeln!(out, "<pre><code>{}</code></pre>", escape(import));
    }
    if let Some(doc) = &page.doc {
        out.push_str(&doc_html(doc, 3));
    }
    let own = file_name(site, index);
    for section in shown(page) {
        let anchor = section_anchor(section);
        let _ = writeln!(
            out,
            "<section aria-labelledby=\"{anchor}\">\n<h2 id=\"{anchor}\">{}</h2>",
            escape(&section.title)
        );
        for entry in &section.entries {
            entry_html(&mut out, entry, 3, targets, &own);
        }
        out.push_str("</section>\n");
    }
    if shown(page).next().is_none() {
        out.push_str("<p>Nothing is exported.</p>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn shown(page: &Page) -> impl Iterator<Item = &Section> {
    page.sections
        .iter()
        .filter(|section| !section.entries.is_empty())
}

fn section_anchor(section: &Section) -> String {
    let word = section.title.to_lowercase().replace(' ', "-");
    format!("section-{word}")
}

fn facts(out: &mut String, facts: &[String]) {
    for fact in facts {
        let _ = writeln!(out, "<p class=\"fact\">{}</p>", crate::inline::marked(fact));
    }
}

fn entry_html(
    out: &mut String,
    entry: &Entry,
    level: usize,
    targets: &BTreeMap<String, String>,
    own: &str,
) {
    let level = level.min(6);
    let _ = writeln!(
        out,
        "<article id=\"{0}\">\n<h{level}><a href=\"#{0}\"><code>{1}</code></a></h{level}>",
        escape(&entry.anchor),
        escape(&entry.name)
    );
    if !entry.signatures.is_empty() {
        let texts: Vec<String> = entry
            .signatures
            .iter()
            .map(|text| linked(text, targets, own, &entry.anchor))
            .collect();
        let _ = writeln!(
            out,
            "<pre class=\"signature\"><code>{}</code></pre>",
            texts.join("\n")
        );
    }
    if !entry.notes.is_empty() {
        out.push_str("<ul class=\"notes\">\n");
        for note in &entry.notes {
            let _ = writeln!(
                out,
                "<li><strong>{}</strong> {}</li>",
                escape(&note.label),
                crate::inline::marked(&note.text)
            );
        }
        out.push_str("</ul>\n");
    }
    if let Some(doc) = &entry.doc {
        out.push_str(&doc_html(doc, level + 1));
    }
    for member in &entry.members {
        entry_html(out, member, level + 1, targets, own);
    }
    out.push_str("</article>\n");
}

/// A signature with links from the names of types to their entries.
fn linked(text: &str, targets: &BTreeMap<String, String>, own: &str, here: &str) -> String {
    let itself = format!("{own}#{here}");
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if !word.is_empty() {
            match targets.get(word).filter(|target| **target != itself) {
                Some(target) => {
                    let target = target
                        .strip_prefix(own)
                        .filter(|anchor| anchor.starts_with('#'))
                        .unwrap_or(target);
                    let _ = write!(out, "<a href=\"{}\">{}</a>", escape(target), escape(word));
                }
                None => out.push_str(&escape(word)),
            }
        }
        let next = after.find(is_part).unwrap_or(after.len());
        let (between, after) = after.split_at(next);
        out.push_str(&escape(between));
        rest = after;
    }
    out
}

fn doc_html(doc: &DocText, level: usize) -> String {
    match doc {
        DocText::Markdown(text) => markdown::to_html(text, level),
        DocText::Docstring(text) => docstring::to_html(text),
    }
}

/// The first sentence of a text.
fn summary(doc: &DocText) -> String {
    let (DocText::Markdown(text) | DocText::Docstring(text)) = doc;
    let paragraph: Vec<&str> = text
        .trim()
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let paragraph = paragraph.join(" ");
    match paragraph.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => paragraph,
    }
}
