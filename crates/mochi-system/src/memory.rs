//! A world that exists in memory only, for tests: files, links, variables and scripted programs.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::{Command, Entry, FileKind, FileLock, Metadata, Output, Platform, System};

type Program = Box<dyn Fn(&MemorySystem, &Command) -> Option<Output>>;

#[derive(Clone, Debug)]
enum Node {
    File { bytes: Vec<u8>, modified: u128 },
    Link(PathBuf),
    Directory,
}

/// Files, variables and programs in memory. Paths are absolute; parents are made on demand.
#[derive(Default)]
pub struct MemorySystem {
    nodes: RefCell<BTreeMap<PathBuf, Node>>,
    variables: RefCell<BTreeMap<String, String>>,
    programs: RefCell<Vec<Program>>,
    runs: RefCell<Vec<Command>>,
    locks: Rc<RefCell<BTreeSet<PathBuf>>>,
    platform: Cell<Option<Platform>>,
    counter: Cell<u64>,
}

impl MemorySystem {
    /// An empty world: home and working directory are `/home/user`.
    pub fn new() -> Self {
        let system = Self::default();
        system.put_directory(Path::new("/home/user"));
        system
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn with_variable(self, name: &str, value: &str) -> Self {
        self.variables
            .borrow_mut()
            .insert(name.to_owned(), value.to_owned());
        self
    }

    /// Puts a file.
    #[must_use]
    pub fn with_file(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.put_file(Path::new(path), bytes.as_ref().to_vec());
        self
    }

    /// Puts a link that leads to `target`, which may be missing.
    #[must_use]
    pub fn with_link(self, path: &str, target: &str) -> Self {
        let path = Path::new(path);
        if let Some(parent) = path.parent() {
            self.put_directory(parent);
        }
        self.nodes
            .borrow_mut()
            .insert(path.to_owned(), Node::Link(PathBuf::from(target)));
        self
    }

    /// Chooses the platform; Linux otherwise.
    #[must_use]
    pub fn with_platform(self, platform: Platform) -> Self {
        self.platform.set(Some(platform));
        self
    }

    /// Adds a program: the first one that answers a command wins; a command that none answers is
    /// "not found". The program may change the world.
    #[must_use]
    pub fn with_program(
        self,
        program: impl Fn(&MemorySystem, &Command) -> Option<Output> + 'static,
    ) -> Self {
        self.programs.borrow_mut().push(Box::new(program));
        self
    }

    /// Every command that was run, in order.
    pub fn runs(&self) -> Vec<Command> {
        self.runs.borrow().clone()
    }

    /// Every file and link, sorted.
    pub fn files(&self) -> Vec<PathBuf> {
        self.nodes
            .borrow()
            .iter()
            .filter(|(_, node)| !matches!(node, Node::Directory))
            .map(|(path, _)| path.clone())
            .collect()
    }

    fn put_directory(&self, path: &Path) {
        let mut nodes = self.nodes.borrow_mut();
        for ancestor in path.ancestors() {
            nodes.entry(ancestor.to_owned()).or_insert(Node::Directory);
        }
    }

    fn put_file(&self, path: &Path, bytes: Vec<u8>) {
        if let Some(parent) = path.parent() {
            self.put_directory(parent);
        }
        let modified = u128::from(self.tick());
        self.nodes
            .borrow_mut()
            .insert(path.to_owned(), Node::File { bytes, modified });
    }

    fn tick(&self) -> u64 {
        self.counter.set(self.counter.get() + 1);
        self.counter.get()
    }

    /// Follows links in every part of the path.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        let nodes = self.nodes.borrow();
        let mut wanted = path.to_owned();
        'again: for _ in 0..16 {
            let mut so_far = PathBuf::new();
            let mut parts = wanted.components();
            while let Some(part) = parts.next() {
                so_far.push(part);
                match nodes.get(&so_far) {
                    Some(Node::Link(target)) => {
                        let parent = so_far.parent().unwrap_or(Path::new("/"));
                        wanted = parent.join(target).join(parts.as_path());
                        continue 'again;
                    }
                    Some(_) => {}
                    None => return Err(not_found()),
                }
            }
            return Ok(wanted);
        }
        Err(io::Error::other("too many links"))
    }

    fn node(&self, path: &Path) -> io::Result<Node> {
        let path = self.resolve(path)?;
        self.nodes
            .borrow()
            .get(&path)
            .cloned()
            .ok_or_else(not_found)
    }
}

impl System for MemorySystem {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.node(path)? {
            Node::File { bytes, .. } => Ok(bytes),
            _ => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let parent = path.parent().ok_or_else(not_found)?;
        if !self.is_directory(parent) {
            return Err(not_found());
        }
        self.put_file(path, bytes.to_vec());
        Ok(())
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        self.put_directory(path);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.nodes
            .borrow_mut()
            .retain(|known, _| !known.starts_with(path));
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let moved: Vec<(PathBuf, Node)> = self
            .nodes
            .borrow()
            .iter()
            .filter(|(path, _)| path.starts_with(from))
            .map(|(path, node)| (path.clone(), node.clone()))
            .collect();
        if moved.is_empty() {
            return Err(not_found());
        }
        self.remove(from)?;
        for (path, node) in moved {
            let rest = path.strip_prefix(from).unwrap_or(Path::new(""));
            let target = if rest.as_os_str().is_empty() {
                to.to_owned()
            } else {
                to.join(rest)
            };
            self.nodes.borrow_mut().insert(target, node);
        }
        Ok(())
    }

    fn entries(&self, directory: &Path) -> io::Result<Vec<Entry>> {
        let directory = self.resolve(directory)?;
        let nodes = self.nodes.borrow();
        if !matches!(nodes.get(&directory), Some(Node::Directory)) {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        Ok(nodes
            .keys()
            .filter(|path| path.parent() == Some(&directory))
            .filter_map(|path| {
                let name = path.file_name()?.to_str()?.to_owned();
                let kind = self
                    .metadata(path)
                    .map_or(FileKind::Other, |found| found.kind);
                Some(Entry { name, kind })
            })
            .collect())
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        Ok(match self.node(path)? {
            Node::File { bytes, modified } => Metadata {
                kind: FileKind::File,
                size: bytes.len() as u64,
                modified,
            },
            _ => Metadata {
                kind: FileKind::Directory,
                size: 0,
                modified: 0,
            },
        })
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.resolve(path)
    }

    fn set_executable(&self, path: &Path) -> io::Result<()> {
        self.node(path).map(|_| ())
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables
            .borrow()
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    }

    fn variables_with_prefix(&self, prefix: &str) -> Vec<String> {
        self.variables
            .borrow()
            .keys()
            .filter(|name| name.starts_with(prefix))
            .cloned()
            .collect()
    }

    fn current_dir(&self) -> io::Result<PathBuf> {
        Ok(PathBuf::from("/home/user"))
    }

    fn home_dir(&self) -> Option<PathBuf> {
        Some(PathBuf::from("/home/user"))
    }

    fn platform(&self) -> Platform {
        self.platform.get().unwrap_or(Platform::Linux)
    }

    fn unique(&self) -> String {
        format!("1-{}", self.tick())
    }

    fn run(&self, command: &Command, on_line: &mut dyn FnMut(&str)) -> io::Result<Output> {
        self.runs.borrow_mut().push(command.clone());
        let programs = self.programs.borrow();
        let output = programs
            .iter()
            .find_map(|program| program(self, command))
            .ok_or_else(not_found)?;
        output.stderr_text().lines().for_each(on_line);
        Ok(output)
    }

    fn replace(&self, command: &Command) -> io::Result<i32> {
        Ok(self.run(command, &mut |_| {})?.code.unwrap_or(1))
    }

    fn lock(&self, path: &Path, _wait: bool) -> io::Result<Option<FileLock>> {
        if !self.locks.borrow_mut().insert(path.to_owned()) {
            return Ok(None);
        }
        Ok(Some(FileLock::new(MemoryLock {
            path: path.to_owned(),
            held: Rc::clone(&self.locks),
        })))
    }
}

struct MemoryLock {
    path: PathBuf,
    held: Rc<RefCell<BTreeSet<PathBuf>>>,
}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        self.held.borrow_mut().remove(&self.path);
    }
}

fn not_found() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_and_a_dangling_one_is_missing() {
        let system = MemorySystem::new()
            .with_file("/usr/bin/tool-1", "x")
            .with_link("/usr/bin/tool", "tool-1")
            .with_link("/env", "/usr")
            .with_link("/bad", "/nowhere");
        assert_eq!(
            system.canonical(Path::new("/env/bin/tool")).unwrap(),
            Path::new("/usr/bin/tool-1")
        );
        assert!(system.is_file(Path::new("/usr/bin/tool")));
        assert!(system.canonical(Path::new("/bad")).is_err());
    }

    #[test]
    fn a_directory_moves_with_what_it_holds() {
        let system = MemorySystem::new().with_file("/a/b/c", "x");
        system.rename(Path::new("/a/b"), Path::new("/a/d")).unwrap();
        assert_eq!(system.files(), [Path::new("/a/d/c")]);
        assert_eq!(system.list(Path::new("/a")).unwrap(), ["d"]);
    }

    #[test]
    fn a_lock_is_held_until_dropped() {
        let system = MemorySystem::new();
        let held = system.lock(Path::new("/l"), true).unwrap();
        assert!(system.lock(Path::new("/l"), true).unwrap().is_none());
        drop(held);
        assert!(system.lock(Path::new("/l"), true).unwrap().is_some());
    }
}
