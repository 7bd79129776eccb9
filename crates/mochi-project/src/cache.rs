//! Where things stand in the cache, and how processes that share it keep out of each other's way.
//!
//! Every entry is complete or absent: it is made beside its final place and renamed, or carries a
//! marker that is written last. Everything in it can be deleted at any time.
//!
//! Spec: bridge.md §14.

use std::io;
use std::path::{Path, PathBuf};

use mochi_system::{FileLock, Platform, System};
use sha2::{Digest, Sha256};

use crate::error::ProjectError;
use crate::progress::{Event, Progress};

/// The layout of the cache directory.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
    uv: Option<PathBuf>,
}

impl Cache {
    /// The cache that `MOCHI_CACHE_DIR` or else the platform names. uv keeps its own cache inside,
    /// unless `UV_CACHE_DIR` says otherwise.
    pub fn locate(system: &dyn System) -> Result<Self, ProjectError> {
        let chosen = system.variable("MOCHI_CACHE_DIR").map(PathBuf::from);
        let root = match chosen.or_else(|| platform_cache(system)) {
            Some(root) if root.is_absolute() => root,
            Some(root) => system
                .current_dir()
                .map_err(|error| ProjectError::cache("find", &root, &error))?
                .join(root),
            None => {
                let error = io::Error::other("no home directory is known");
                return Err(ProjectError::cache("find", Path::new("the cache"), &error));
            }
        };
        let uv = system
            .variable("UV_CACHE_DIR")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        Ok(Self { root, uv })
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// uv's own cache.
    pub fn uv(&self) -> PathBuf {
        self.uv.clone().unwrap_or_else(|| self.root.join("uv"))
    }

    /// A directory of entries of one kind.
    pub fn section(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Makes a section and returns its path.
    pub(crate) fn make_section(
        &self,
        system: &dyn System,
        name: &str,
    ) -> Result<PathBuf, ProjectError> {
        let path = self.section(name);
        system
            .create_dir_all(&path)
            .map_err(|error| ProjectError::cache("create", &path, &error))?;
        Ok(path)
    }

    /// Keeps other processes from making the same entry until the guard is dropped.
    pub(crate) fn guard(
        &self,
        system: &dyn System,
        progress: &dyn Progress,
        entry: &str,
    ) -> Result<FileLock, ProjectError> {
        let path = self.make_section(system, "guards")?.join(entry);
        let failed = |error: io::Error| ProjectError::cache("lock", &path, &error);
        if let Some(lock) = system.lock(&path, false).map_err(failed)? {
            return Ok(lock);
        }
        progress.event(&Event::Waiting(
            "another mochi process is preparing the same packages",
        ));
        system
            .lock(&path, true)
            .map_err(failed)?
            .ok_or_else(|| failed(io::Error::from(io::ErrorKind::WouldBlock)))
    }
}

/// Removes what a killed process left of `entry` in `section`; call it with the entry's guard held.
pub(crate) fn sweep(system: &dyn System, section: &Path, entry: &str) {
    let prefix = format!("{entry}.");
    for name in system.list(section).unwrap_or_default() {
        if name.starts_with(&prefix) {
            // What cannot be removed now is only lost space.
            let _ = system.remove(&section.join(name));
        }
    }
}

/// The SHA-256 of some bytes in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}

fn platform_cache(system: &dyn System) -> Option<PathBuf> {
    let absolute = |name: &str| {
        system
            .variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    match system.platform() {
        Platform::Linux => absolute("XDG_CACHE_HOME")
            .or_else(|| Some(system.home_dir()?.join(".cache")))
            .map(|base| base.join("mochi")),
        Platform::MacOs => absolute("XDG_CACHE_HOME")
            .or_else(|| Some(system.home_dir()?.join("Library/Caches")))
            .map(|base| base.join("mochi")),
        Platform::Windows => absolute("LOCALAPPDATA").map(|base| base.join("mochi").join("cache")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mochi_system::MemorySystem;

    #[test]
    fn the_cache_is_where_the_user_or_the_platform_says() {
        let root = |system: &MemorySystem| Cache::locate(system).unwrap().root().to_owned();
        let plain = MemorySystem::new();
        assert_eq!(root(&plain), Path::new("/home/user/.cache/mochi"));
        let xdg = MemorySystem::new().with_variable("XDG_CACHE_HOME", "/x");
        assert_eq!(root(&xdg), Path::new("/x/mochi"));
        let own = MemorySystem::new().with_variable("MOCHI_CACHE_DIR", "here");
        assert_eq!(root(&own), Path::new("/home/user/here"));
    }

    #[test]
    fn digests_are_those_of_the_standard() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
