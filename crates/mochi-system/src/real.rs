//! The machine itself. Everything that touches it stands in this file and in `interrupt`.

use std::env;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{self, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::UNIX_EPOCH;

use crate::interrupt;
use crate::{Command, Entry, FileKind, FileLock, Metadata, Output, Platform, System};

/// Answers from the machine that the process runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealSystem;

static COUNTER: AtomicU64 = AtomicU64::new(0);

impl System for RealSystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut name = path
            .file_name()
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?
            .to_os_string();
        name.push(format!(".{}.tmp", self.unique()));
        let temporary = path.with_file_name(name);
        let _writing = interrupt::writing();
        let written = write_and_flush(&temporary, bytes).and_then(|()| {
            // What is replaced may have been made executable, or private.
            if let Ok(old) = fs::metadata(path) {
                fs::set_permissions(&temporary, old.permissions())?;
            }
            fs::rename(&temporary, path)
        });
        if written.is_err() {
            // The first error is the one worth reporting.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let removed = match fs::symlink_metadata(path) {
            Ok(found) if found.is_dir() => fs::remove_dir_all(path),
            Ok(_) => fs::remove_file(path),
            Err(error) => Err(error),
        };
        match removed {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn entries(&self, directory: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for found in fs::read_dir(directory)? {
            let found = found?;
            let Ok(name) = found.file_name().into_string() else {
                continue;
            };
            let own = found.file_type()?;
            let kind = if own.is_symlink() {
                // A dangling link is still an entry.
                fs::metadata(found.path()).map_or(FileKind::Other, |to| kind_of(to.file_type()))
            } else {
                kind_of(own)
            };
            entries.push(Entry { name, kind });
        }
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        let found = fs::metadata(path)?;
        let modified = found
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .map_or(0, |since| since.as_nanos());
        Ok(Metadata {
            kind: kind_of(found.file_type()),
            size: found.len(),
            modified,
        })
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        let found = fs::canonicalize(path)?;
        // Windows answers in a form that many programs do not take: `\\?\C:\…`.
        let plain = found
            .to_str()
            .and_then(|text| text.strip_prefix(r"\\?\"))
            .filter(|text| !text.starts_with("UNC"))
            .map(PathBuf::from);
        Ok(plain.unwrap_or(found))
    }

    #[cfg(unix)]
    fn set_executable(&self, path: &Path) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))
    }

    #[cfg(not(unix))]
    fn set_executable(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn variable(&self, name: &str) -> Option<String> {
        env::var(name).ok().filter(|value| !value.is_empty())
    }

    fn variables_with_prefix(&self, prefix: &str) -> Vec<String> {
        let mut names: Vec<String> = env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| name.starts_with(prefix))
            .collect();
        names.sort_unstable();
        names
    }

    fn current_dir(&self) -> io::Result<PathBuf> {
        env::current_dir()
    }

    fn home_dir(&self) -> Option<PathBuf> {
        env::home_dir().filter(|path| path.is_absolute())
    }

    fn platform(&self) -> Platform {
        if cfg!(windows) {
            Platform::Windows
        } else if cfg!(target_os = "macos") {
            Platform::MacOs
        } else {
            Platform::Linux
        }
    }

    fn unique(&self) -> String {
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        format!("{}-{count}", process::id())
    }

    fn run(&self, command: &Command, on_line: &mut dyn FnMut(&str)) -> io::Result<Output> {
        let mut child = prepare(command)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (stdout, stderr_pipe) = (child.stdout.take(), child.stderr.take());
        let child = interrupt::listed(child);
        let stdout = stdout.map(|mut stream| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                stream.read_to_end(&mut bytes).map(|_| bytes)
            })
        });
        let mut stderr = Vec::new();
        if let Some(stream) = stderr_pipe {
            let mut reader = BufReader::new(stream);
            loop {
                let start = stderr.len();
                if reader.read_until(b'\n', &mut stderr)? == 0 {
                    break;
                }
                let line = stderr.get(start..).unwrap_or(&[]);
                on_line(String::from_utf8_lossy(line).trim_end_matches(['\r', '\n']));
            }
        }
        let stdout = match stdout.map(thread::JoinHandle::join) {
            Some(Ok(read)) => read?,
            Some(Err(_)) => return Err(io::Error::other("the reader of standard output failed")),
            None => Vec::new(),
        };
        let status = child.wait()?;
        Ok(Output {
            code: status.code(),
            stdout,
            stderr,
        })
    }

    fn run_attached(&self, command: &Command) -> io::Result<Option<i32>> {
        let child = prepare(command).stdin(Stdio::null()).spawn()?;
        Ok(interrupt::listed(child).wait()?.code())
    }

    #[cfg(unix)]
    fn replace(&self, command: &Command) -> io::Result<i32> {
        use std::os::unix::process::CommandExt;
        Err(prepare(command).exec())
    }

    #[cfg(not(unix))]
    fn replace(&self, command: &Command) -> io::Result<i32> {
        Ok(prepare(command).status()?.code().unwrap_or(1))
    }

    fn lock(&self, path: &Path, wait: bool) -> io::Result<Option<FileLock>> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(FileLock::new(file))),
            Err(TryLockError::WouldBlock) if wait => {
                file.lock()?;
                Ok(Some(FileLock::new(file)))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

fn kind_of(found: fs::FileType) -> FileKind {
    if found.is_file() {
        FileKind::File
    } else if found.is_dir() {
        FileKind::Directory
    } else {
        FileKind::Other
    }
}

fn write_and_flush(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.flush()
}

fn prepare(command: &Command) -> process::Command {
    let mut built = process::Command::new(&command.program);
    built.args(&command.arguments);
    if let Some(directory) = &command.directory {
        built.current_dir(directory);
    }
    if !command.without.is_empty() {
        for (name, _) in env::vars_os() {
            if name.to_str().is_some_and(|name| command.hides(name)) {
                built.env_remove(&name);
            }
        }
    }
    for (name, value) in &command.variables {
        built.env(name, value);
    }
    built
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_replaces_the_whole_file_and_leaves_no_temporary() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        RealSystem.write(&path, b"one, and rather long").unwrap();
        RealSystem.write(&path, b"two").unwrap();
        assert_eq!(RealSystem.read(&path).unwrap(), b"two");
        assert_eq!(RealSystem.list(folder.path()).unwrap(), ["a.txt"]);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("dir");
        RealSystem.create_dir_all(&target.join("inner")).unwrap();
        assert!(RealSystem.write(&target, b"x").is_err());
        assert_eq!(RealSystem.list(folder.path()).unwrap(), ["dir"]);
    }

    #[test]
    fn removal_takes_trees_and_forgives_absence() {
        let folder = tempfile::tempdir().unwrap();
        let tree = folder.path().join("tree");
        RealSystem.create_dir_all(&tree.join("deep/er")).unwrap();
        RealSystem.remove(&tree).unwrap();
        RealSystem.remove(&tree).unwrap();
        assert!(RealSystem.metadata(&tree).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn entries_follow_links_and_keep_dangling_ones() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        std::os::unix::fs::symlink("b", folder.path().join("a")).unwrap();
        std::os::unix::fs::symlink("gone", folder.path().join("c")).unwrap();
        let kinds: Vec<FileKind> = RealSystem
            .entries(folder.path())
            .unwrap()
            .into_iter()
            .map(|entry| entry.kind)
            .collect();
        assert_eq!(
            kinds,
            [FileKind::Directory, FileKind::Directory, FileKind::Other]
        );
    }

    #[test]
    fn a_lock_excludes_a_second_holder_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("guard");
        let held = RealSystem.lock(&path, false).unwrap().unwrap();
        assert!(RealSystem.lock(&path, false).unwrap().is_none());
        drop(held);
        assert!(RealSystem.lock(&path, false).unwrap().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_run_collects_both_streams_and_reports_lines_as_they_come() {
        let command = Command::new("/bin/sh")
            .arguments([
                "-c",
                "echo out; echo one >&2; printf two >&2; echo $A$B >&2; exit 3",
            ])
            .without("A")
            .variable("B", "b");
        let mut lines = Vec::new();
        let output = RealSystem
            .run(&command, &mut |line| lines.push(line.to_owned()))
            .unwrap();
        assert_eq!(output.code, Some(3));
        assert_eq!(output.stdout, b"out\n");
        assert_eq!(lines, ["one", "twob"]);
    }
}
