//! What the reader needs from a file system: two questions, so that any store can answer them.

use std::path::Path;

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name without the folder.
    pub name: String,
    /// Whether it is a folder itself (symbolic links followed).
    pub is_dir: bool,
}

/// Read access to the folders that hold Python sources.
pub trait FileSource {
    /// The bytes of a file; none if it cannot be read.
    fn read(&self, path: &Path) -> Option<Vec<u8>>;

    /// The entries of a folder in any order; none if it is not a folder.
    fn list(&self, folder: &Path) -> Option<Vec<FolderEntry>>;
}
