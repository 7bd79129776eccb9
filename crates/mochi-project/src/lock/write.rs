//! The one text of a lock.

use std::fmt::Write as _;

use super::field::{Inline, inline_list, lines, quote};
use super::{FORMAT, LockEdge, LockFile, LockPackage, ProjectLock};

/// The text of `mochi.lock`.
pub fn write(lock: &ProjectLock) -> String {
    let mut sorted = lock.clone();
    sorted.sort();
    let mut out =
        "# Written by mochi. Change mochi.toml, or the script's imports, and lock again instead.\n"
            .to_owned();
    let _ = writeln!(out, "version = {FORMAT}");
    let _ = writeln!(out, "requires-python = {}", quote(&sorted.requires_python));
    lines(&mut out, "markers", &quoted(&sorted.markers));
    lines(&mut out, "requirements", &quoted(&sorted.requirements));
    lines(&mut out, "dependencies", &edges(&sorted.dependencies));
    let stubs = edges(&sorted.type_dependencies);
    lines(&mut out, "type-dependencies", &stubs);
    lines(&mut out, "requires", &records(&sorted.requires));
    for package in &sorted.packages {
        write_package(&mut out, package);
    }
    out
}

fn write_package(out: &mut String, package: &LockPackage) {
    out.push_str("\n[[python-package]]\n");
    let _ = writeln!(out, "name = {}", quote(&package.name));
    if let Some(version) = &package.version {
        let _ = writeln!(out, "version = {}", quote(version));
    }
    let (kind, address) = &package.source;
    let _ = writeln!(out, "source = {{ {kind} = {} }}", quote(address));
    lines(out, "markers", &quoted(&package.markers));
    let extras = package.extras();
    if !extras.is_empty() {
        let extras: Vec<String> = extras.into_iter().map(str::to_owned).collect();
        let _ = writeln!(out, "extras = {}", inline_list(&extras));
    }
    lines(out, "dependencies", &edges(&package.dependencies));
    lines(out, "requires", &records(&package.requires));
    if let Some(digest) = &package.content_sha256 {
        let _ = writeln!(out, "content-sha256 = {}", quote(digest));
    }
    if let Some(types) = &package.types {
        let source = Inline::default()
            .text("source", Some(&types.source))
            .text("distribution", types.distribution.as_deref())
            .flag("unanswered", types.unanswered)
            .end();
        let _ = writeln!(out, "types = {source}");
        if !types.stub_sha256.is_empty() {
            let _ = writeln!(out, "stub-sha256 = {}", quote(&types.stub_sha256));
            let _ = writeln!(out, "surface-sha256 = {}", quote(&types.surface_sha256));
            let _ = writeln!(out, "surface-format = {}", types.surface_format);
        }
    }
    if let Some(capabilities) = &package.capabilities {
        let mut found = Inline::default();
        for (name, evidence) in capabilities {
            found = found.text(name, Some(evidence));
        }
        let text = if capabilities.is_empty() {
            "{}".to_owned()
        } else {
            found.end()
        };
        let _ = writeln!(out, "capabilities = {text}");
    }
    if let Some(sdist) = &package.sdist {
        let _ = writeln!(out, "sdist = {}", file(sdist));
    }
    let wheels: Vec<String> = package.wheels.iter().map(file).collect();
    lines(out, "wheels", &wheels);
}

fn quoted(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| quote(text)).collect()
}

fn records(records: &[super::Record]) -> Vec<String> {
    records
        .iter()
        .map(|record| Inline::default().record(record).end())
        .collect()
}

fn edges(edges: &[LockEdge]) -> Vec<String> {
    edges
        .iter()
        .map(|edge| {
            Inline::default()
                .text("name", Some(&edge.name))
                .text("version", edge.version.as_deref())
                .pair("source", edge.source.as_ref())
                .list("extras", &edge.extras)
                .text("marker", edge.marker.as_deref())
                .text("for-extra", edge.for_extra.as_deref())
                .end()
        })
        .collect()
}

fn file(file: &LockFile) -> String {
    Inline::default()
        .text("filename", Some(&file.filename))
        .text("url", file.url.as_deref())
        .text("path", file.path.as_deref())
        .number("size", file.size)
        .text("sha256", file.sha256.as_deref())
        .end()
}
