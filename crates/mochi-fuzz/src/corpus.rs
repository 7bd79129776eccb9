//! The programs of the documentation.

use std::fs;
use std::path::{Path, PathBuf};

/// The programs of the tour, of the literate cases and of the pages of codes, each behind the path of
/// its file.
pub fn programs() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = vec![root.join("docs/tour.md")];
    markdown(&root.join("tests/literate"), &mut files);
    markdown(&root.join("docs/codes"), &mut files);
    let mut programs = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for block in text.split("\n```mochi").skip(1) {
            let (_, body) = block.split_once('\n').unwrap_or_default();
            let body = body.split("\n```").next().unwrap_or("").to_owned();
            programs.push((file.display().to_string(), body));
        }
    }
    programs
}

fn markdown(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            markdown(&path, found);
        } else if path.extension().is_some_and(|suffix| suffix == "md") {
            found.push(path);
        }
    }
}
