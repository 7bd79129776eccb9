//! Builds of the binary that are under test, each with the cache that it fills: another build may
//! begin, and be tested, before the tests of the one before have ended.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// A build that is in use. Its files stay until no process holds it and a newer one is tested.
#[derive(Debug)]
pub(crate) struct Build {
    /// The binary, also after the original was replaced.
    pub(crate) binary: PathBuf,
    /// Where what it caches stands.
    pub(crate) cache: PathBuf,
    _lock: File,
}

impl Build {
    /// Holds what the binary is now, and clears what older builds left below `root`.
    pub(crate) fn hold(binary: &Path, root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        loop {
            let stamp = stamp(binary)?;
            let place = Place {
                root,
                stamp: &stamp,
            };
            let lock = open(&place.lock())?;
            lock.lock_shared()?;
            // Whoever cleared it meanwhile took the lock along.
            if !place.lock().exists() {
                continue;
            }
            let name = binary.file_name().unwrap_or_default();
            let kept = place.folder().join(name);
            fs::create_dir_all(place.folder())?;
            keep(binary, &kept)?;
            // It may have been replaced just before it was kept.
            if self::stamp(&kept)? != stamp {
                fs::remove_file(&kept)?;
                continue;
            }
            clear(root, &stamp)?;
            return Ok(Self {
                binary: kept,
                cache: place.cache(),
                _lock: lock,
            });
        }
    }
}

/// Where the files of a build are.
struct Place<'a> {
    root: &'a Path,
    stamp: &'a str,
}

impl Place<'_> {
    fn cache(&self) -> PathBuf {
        self.root.join(format!("cache-{}", self.stamp))
    }

    fn folder(&self) -> PathBuf {
        self.root.join(format!("build-{}", self.stamp))
    }

    fn lock(&self) -> PathBuf {
        self.root.join(format!("build-{}.lock", self.stamp))
    }
}

/// What tells a build from others.
fn stamp(binary: &Path) -> io::Result<String> {
    let built = fs::metadata(binary)?.modified()?;
    let since = built.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
    Ok(since.as_nanos().to_string())
}

fn open(lock: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true).open(lock)
}

/// Gives a file another name, under which it stays when the first one gets new contents.
fn keep(binary: &Path, kept: &Path) -> io::Result<()> {
    match fs::hard_link(binary, kept) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            let modified = fs::metadata(binary)?.modified()?;
            fs::copy(binary, kept)?;
            File::options()
                .write(true)
                .open(kept)?
                .set_modified(modified)
        }
        _ => Ok(()),
    }
}

/// Removes what other builds left that nobody holds.
fn clear(root: &Path, own: &str) -> io::Result<()> {
    for entry in fs::read_dir(root)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        let Some(stamp) = name.strip_prefix("cache-").filter(|stamp| *stamp != own) else {
            continue;
        };
        let place = Place { root, stamp };
        let lock = open(&place.lock())?;
        match lock.try_lock() {
            Ok(()) => {
                // What cannot be removed now is only lost space.
                let _ = fs::remove_dir_all(place.folder());
                let _ = fs::remove_dir_all(place.cache());
                let _ = fs::remove_file(place.lock());
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;

    fn build(binary: &Path, text: &str) {
        let _ = fs::remove_file(binary);
        // Clocks of file systems are coarse.
        thread::sleep(Duration::from_millis(20));
        fs::write(binary, text).unwrap();
    }

    #[test]
    fn a_build_stays_as_long_as_it_is_held() {
        let folder = tempfile::tempdir().unwrap();
        let (binary, root) = (folder.path().join("tool"), folder.path().join("tests"));
        build(&binary, "one");
        let first = Build::hold(&binary, &root).unwrap();
        fs::create_dir(&first.cache).unwrap();
        build(&binary, "two");
        let second = Build::hold(&binary, &root).unwrap();
        fs::create_dir(&second.cache).unwrap();
        let again = Build::hold(&binary, &root).unwrap();
        assert_eq!(second.cache, again.cache);
        assert_ne!(first.cache, second.cache);
        assert_eq!(fs::read_to_string(&first.binary).unwrap(), "one");
        assert_eq!(fs::read_to_string(&second.binary).unwrap(), "two");
        assert!(first.cache.exists());

        let (older, newer) = (first.cache.clone(), second.cache.clone());
        drop(first);
        drop(second);
        build(&binary, "three");
        let third = Build::hold(&binary, &root).unwrap();
        assert!(!older.exists() && newer.exists() && third.binary.exists());
    }
}
