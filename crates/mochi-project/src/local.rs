//! What a local folder holds: a quick answer to whether it changed on this machine, and a digest of
//! its content that is the same on every machine.
//!
//! Spec: bridge.md §3.

use std::path::Path;

use mochi_system::{Metadata, System};

use crate::cache;

/// Folders nest no deeper than this in any real project.
const DEEPEST: u32 = 12;

/// Folders that a build or a tool writes.
const WRITTEN: &[&str] = &["__pycache__", "build", "dist", "node_modules"];

/// Suffixes of files that a build leaves beside sources.
const BUILT: &[&str] = &["pyc", "so", "pyd", "o"];

/// Changes with the name, the size or the time of change of a file below, so that an edited project
/// is built anew.
pub(crate) fn state(system: &dyn System, path: &Path) -> String {
    let mut seen = String::new();
    walk(system, path, 0, &mut |file, found| {
        let parts = [
            file.to_string_lossy().into_owned(),
            found.size.to_string(),
            found.modified.to_string(),
        ];
        for part in parts {
            seen.push_str(&part);
            seen.push('\n');
        }
    });
    cache::sha256(seen.as_bytes())
}

/// A digest of the names and texts of the files below, sorted by path.
pub(crate) fn content(system: &dyn System, folder: &Path) -> String {
    let mut seen = String::new();
    walk(system, folder, 0, &mut |file, _| {
        let suffix = file.extension().unwrap_or_default();
        if BUILT.iter().any(|built| suffix == *built) {
            return;
        }
        // A file that goes away meanwhile counts as empty.
        let digest = cache::sha256(&system.read(file).unwrap_or_default());
        let name = file.strip_prefix(folder).unwrap_or(file);
        let name: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
        seen.push_str(&digest);
        seen.push(' ');
        seen.push_str(&name.join("/"));
        seen.push('\n');
    });
    cache::sha256(seen.as_bytes())
}

/// Every file that belongs to the sources, in a fixed order.
fn walk(system: &dyn System, path: &Path, depth: u32, each: &mut dyn FnMut(&Path, Metadata)) {
    let Ok(found) = system.metadata(path) else {
        return;
    };
    if found.is_file() {
        each(path, found);
    } else if found.is_directory() && depth < DEEPEST {
        for name in system.list(path).unwrap_or_default() {
            let is_written = name.starts_with('.')
                || WRITTEN.contains(&name.as_str())
                || name.ends_with(".egg-info");
            if !is_written {
                walk(system, &path.join(name), depth + 1, each);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mochi_system::MemorySystem;

    fn digest(files: &[(&str, &str)], root: &str) -> String {
        let mut system = MemorySystem::new();
        for (name, text) in files {
            system = system.with_file(&format!("{root}/{name}"), text);
        }
        content(&system, Path::new(root))
    }

    #[test]
    fn the_content_is_names_and_texts_wherever_they_lie() {
        let files = [("a/b.py", "1"), ("c.py", "2")];
        let plain = digest(&files, "/here");
        assert_eq!(plain, digest(&files, "/some/where"));
        let built = [
            ("a/b.py", "1"),
            ("a/__pycache__/b.pyc", "x"),
            ("a/fast.so", "x"),
            ("build/lib/b.py", "x"),
            ("here.egg-info/PKG-INFO", "x"),
            (".git/HEAD", "x"),
            ("c.py", "2"),
        ];
        assert_eq!(plain, digest(&built, "/here"));
        for changed in [
            [("a/b.py", "1"), ("c.py", "3")],
            [("a/b.py", "1"), ("d.py", "2")],
            [("a/b.py", "12"), ("c.py", "")],
        ] {
            assert_ne!(plain, digest(&changed, "/here"), "{changed:?}");
        }
    }
}
