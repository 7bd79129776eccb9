//! Reading the workspace's own sources.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A text file of the workspace.
pub struct Source {
    /// Relative to the root, with `/`.
    pub path: String,
    pub text: String,
}

impl Source {
    /// The crate that a Rust file belongs to.
    pub fn package(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or("")
    }

    /// Whether it is compiled into the product.
    pub fn is_product(&self) -> bool {
        self.path.starts_with("crates/")
            && self.path.contains("/src/")
            && self.package() != "mochi-test"
            && self.package() != "mochi-bench"
            && self.package() != "mochi-fuzz"
            && !self.path.ends_with("tests.rs")
            && !self.path.contains("/tests/")
    }

    /// The text before the unit tests.
    pub fn without_tests(&self) -> &str {
        self.text.split("#[cfg(test)]\nmod ").next().unwrap_or("")
    }

    /// The lines of product code that are not comments, with their numbers from 1.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.without_tests()
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// Every text file of the workspace outside of build folders.
pub fn all() -> Vec<Source> {
    let root = root();
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let skipped = ["target", ".git", ".venv", "node_modules"];
            if name.starts_with("__") && name.ends_with("cache__") || name.ends_with("_cache") {
                continue;
            }
            if path.is_dir() {
                if !skipped.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if let Ok(text) = fs::read_to_string(&path) {
                let path = path.strip_prefix(&root).unwrap();
                sources.push(Source {
                    path: path.to_string_lossy().replace('\\', "/"),
                    text,
                });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// The Rust files of the product.
pub fn product() -> Vec<Source> {
    let mut sources = all();
    sources.retain(|source| source.path.ends_with(".rs") && source.is_product());
    assert!(sources.len() > 20, "the sources were not found");
    sources
}

/// The lines of product code in `sources` that `is_fault` picks, as `path:line: text`.
pub fn lines(sources: &[Source], is_fault: impl Fn(&Source, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        for (number, line) in source.code() {
            if is_fault(source, line) {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    found
}

/// Whether `word` stands in `line` with no letter, digit or `_` beside it.
pub fn has_word(line: &str, word: &str) -> bool {
    let part_of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        !part_of_word(line[..at].chars().next_back())
            && !part_of_word(line[at + word.len()..].chars().next())
    })
}
