//! The reader of Python sources, served by the same [`System`] as everything else.

use std::path::Path;
use std::rc::Rc;

use mochi_ingest::{FileSource, FolderEntry};
use mochi_system::{FileKind, System};

/// Files of a [`System`] for `mochi-ingest`.
#[derive(Clone)]
pub struct SystemFiles(Rc<dyn System>);

impl SystemFiles {
    /// Reads through this system.
    pub fn new(system: Rc<dyn System>) -> Self {
        Self(system)
    }
}

impl FileSource for SystemFiles {
    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        self.0.read(path).ok()
    }

    fn list(&self, folder: &Path) -> Option<Vec<FolderEntry>> {
        let entries = self.0.entries(folder).ok()?;
        Some(
            entries
                .into_iter()
                .map(|entry| FolderEntry {
                    is_dir: entry.kind == FileKind::Directory,
                    name: entry.name,
                })
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mochi_system::MemorySystem;

    #[test]
    fn folders_and_files_are_told_apart() {
        let system = MemorySystem::new()
            .with_file("/s/a.py", "x = 1")
            .with_file("/s/b/c.py", "")
            .with_link("/s/d", "b");
        let files = SystemFiles::new(Rc::new(system));
        let listed: Vec<(String, bool)> = files
            .list(Path::new("/s"))
            .unwrap()
            .into_iter()
            .map(|entry| (entry.name, entry.is_dir))
            .collect();
        let expected = [("a.py", false), ("b", true), ("d", true)];
        assert_eq!(
            listed,
            expected.map(|(name, is_dir)| (name.to_owned(), is_dir))
        );
        assert_eq!(
            files.read(Path::new("/s/a.py")).as_deref(),
            Some(&b"x = 1"[..])
        );
        assert_eq!(files.list(Path::new("/s/a.py")), None);
    }
}
