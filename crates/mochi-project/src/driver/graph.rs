//! The modules of a program: the entry and every file or folder that imports lead to, parsed, each
//! after those that it imports.
//!
//! Spec: language.md §15.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use mochi_base::{Diagnostic, SourceFile, SourceId, SourceSet, Span, suggest};
use mochi_check::{ModuleInput, Target};
use mochi_syntax::ast;
use mochi_system::System;

use crate::manifest;

/// The suffix of Mochi files.
const SUFFIX: &str = ".mochi";

/// The modules of a program.
pub(super) struct Graph {
    /// Every text that was read.
    pub(super) sources: SourceSet,
    /// The modules, each after those that it imports; the entry last.
    pub(super) modules: Vec<SourceModule>,
    /// What is wrong with the texts themselves.
    pub(super) faults: Vec<Diagnostic>,
}

/// A parsed module: a file, or the files of a folder.
pub(super) struct SourceModule {
    /// The path as messages show it.
    pub(super) shown: PathBuf,
    /// It is a folder.
    pub(super) is_folder: bool,
    /// Its texts in name order.
    pub(super) sources: Vec<(SourceId, Rc<SourceFile>)>,
    program: ast::Program,
    imports: BTreeMap<Span, Target>,
    /// How deep its constructs stand inside each other, or more.
    pub(super) depth: u32,
}

impl SourceModule {
    /// The module as the checker takes it.
    pub(super) fn input(&self) -> ModuleInput<'_> {
        let sources = self.sources.iter();
        ModuleInput {
            name: Rc::from(format!("`{}`", display(&self.shown))),
            program: &self.program,
            sources: sources.map(|(id, source)| (*id, &**source)).collect(),
            imports: self.imports.clone(),
            sidecars: BTreeMap::new(),
        }
    }

    /// The statements.
    pub(super) fn body(&self) -> &[ast::Stmt] {
        &self.program.body
    }

    /// The statements, to leave some out.
    pub(super) fn body_mut(&mut self) -> &mut Vec<ast::Stmt> {
        &mut self.program.body
    }
}

/// How far a module is.
enum State {
    /// Its imports are being followed.
    Open,
    /// It has this index.
    Done(usize),
}

/// What a path leads to.
enum Found {
    File(PathBuf),
    Folder(PathBuf, Vec<PathBuf>),
    Nothing(Option<String>),
}

struct Loader<'a> {
    system: &'a dyn System,
    graph: Graph,
    /// By the path with every link resolved.
    states: BTreeMap<PathBuf, State>,
    /// The modules whose imports are being followed, outermost first.
    open: Vec<(PathBuf, PathBuf)>,
}

/// Reads a program from its entry, whose text is known already.
pub(super) fn load(system: &dyn System, entry: &Path, text: String) -> Graph {
    load_texts(system, entry, vec![(entry.to_path_buf(), text)])
}

/// The same for an entry that consists of several texts, each with a name of its own.
pub(super) fn load_texts(
    system: &dyn System,
    entry: &Path,
    texts: Vec<(PathBuf, String)>,
) -> Graph {
    let mut loader = Loader {
        system,
        graph: Graph {
            sources: SourceSet::new(),
            modules: Vec::new(),
            faults: Vec::new(),
        },
        states: BTreeMap::new(),
        open: Vec::new(),
    };
    let key = loader.key(entry);
    loader.module(entry, key, texts, false);
    loader.graph
}

impl Loader<'_> {
    /// What tells a file from others, whatever path leads to it.
    fn key(&self, path: &Path) -> PathBuf {
        let canonical = self.system.canonical(path);
        canonical.unwrap_or_else(|_| path.to_path_buf())
    }

    /// Parses the texts of a module, follows its imports, and adds it.
    fn module(
        &mut self,
        shown: &Path,
        key: PathBuf,
        texts: Vec<(PathBuf, String)>,
        is_folder: bool,
    ) -> usize {
        self.states.insert(key.clone(), State::Open);
        self.open.push((key.clone(), shown.to_path_buf()));
        let mut whole = ast::Program {
            package: None,
            doc: None,
            body: Vec::new(),
        };
        let mut sources = Vec::new();
        let mut imports = BTreeMap::new();
        let mut depth = 0;
        for (path, text) in texts {
            let file = SourceFile::new(path.display().to_string(), text);
            let id = self.graph.sources.add(file);
            let Some(source) = self.graph.sources.get(id).map(Rc::clone) else {
                continue;
            };
            let parsed = mochi_syntax::parse(id, source.text());
            sources.push((id, source));
            depth = depth.max(parsed.depth);
            self.graph.faults.extend(parsed.diagnostics);
            for import in mochi_check::space_imports(&parsed.program.body) {
                let target = self.target(&path, &import.path);
                imports.insert(import.path_span, target);
            }
            let mut program = parsed.program;
            whole.package = whole.package.or(program.package);
            whole.doc = whole.doc.or(program.doc);
            whole.body.append(&mut program.body);
        }
        self.open.pop();
        let index = self.graph.modules.len();
        self.graph.modules.push(SourceModule {
            shown: shown.to_path_buf(),
            is_folder,
            sources,
            program: whole,
            imports,
            depth,
        });
        self.states.insert(key, State::Done(index));
        index
    }

    /// Where an import in a file leads; the module is read if it was not yet.
    fn target(&mut self, from: &Path, path: &str) -> Target {
        let (shown, files, is_folder) = match self.find(from, path) {
            Found::File(file) => (file.clone(), vec![file], false),
            Found::Folder(folder, files) => (folder, files, true),
            Found::Nothing(note) => return missing(path, note),
        };
        let key = self.key(&shown);
        match self.states.get(&key) {
            Some(State::Done(index)) => return Target::Module(*index),
            Some(State::Open) => return self.cycle(&key, &shown),
            None => {}
        }
        let mut texts = Vec::new();
        for file in files {
            match self.system.read_text(&file) {
                Ok(text) => texts.push((file, text)),
                Err(error) => {
                    let note = format!("cannot read {}: {error}", file.display());
                    return missing(path, Some(note));
                }
            }
        }
        Target::Module(self.module(&shown, key, texts, is_folder))
    }

    fn cycle(&self, key: &Path, shown: &Path) -> Target {
        let start = self.open.iter().position(|(open, _)| open == key);
        let open = self.open.get(start.unwrap_or(0)..).unwrap_or_default();
        let mut names: Vec<String> = open.iter().map(|(_, shown)| display(shown)).collect();
        names.push(display(shown));
        Target::Cycle(Rc::from(names.join(" → ")))
    }

    fn find(&self, from: &Path, path: &str) -> Found {
        let folder = from.parent().unwrap_or(Path::new(""));
        let is_relative =
            [".", ".."].contains(&path) || path.starts_with("./") || path.starts_with("../");
        let base = if is_relative {
            folder.to_path_buf()
        } else {
            self.project(folder)
        };
        if path.is_empty() || Path::new(path).is_absolute() || path.contains('\\') {
            let note = "a path starts with `./` or `../`, or at the project's folder";
            return Found::Nothing(Some(note.to_owned()));
        }
        let target = normalised(&base.join(path));
        let has_suffix = path.ends_with(SUFFIX);
        let mut file = target.clone();
        if !has_suffix && let Some(name) = target.file_name() {
            let mut name = name.to_os_string();
            name.push(SUFFIX);
            file.set_file_name(name);
        }
        if self.system.is_file(&file) && file.file_name().is_some() {
            return Found::File(file);
        }
        let opened = if target.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            target.clone()
        };
        if !has_suffix && self.system.is_directory(&opened) {
            let names = self.system.list(&opened).unwrap_or_default();
            let files: Vec<PathBuf> = names
                .iter()
                .filter(|name| name.ends_with(SUFFIX))
                .map(|name| target.join(name))
                .collect();
            if files.is_empty() {
                let note = format!("the folder `{}` has no .mochi files", opened.display());
                return Found::Nothing(Some(note));
            }
            return Found::Folder(target, files);
        }
        Found::Nothing(self.advice(&target, &file, path))
    }

    /// What may help where nothing was found.
    fn advice(&self, target: &Path, file: &Path, path: &str) -> Option<String> {
        let folder = target.parent().unwrap_or(Path::new(""));
        let opened = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let names: Vec<String> = self
            .system
            .list(opened)
            .unwrap_or_default()
            .into_iter()
            .map(|name| match name.strip_suffix(SUFFIX) {
                Some(stem) if !path.ends_with(SUFFIX) => stem.to_owned(),
                _ => name,
            })
            .collect();
        let wanted = target.file_name()?.to_string_lossy();
        let near = suggest::did_you_mean(&wanted, names.iter().map(String::as_str));
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        near.or_else(|| {
            let absent = format!("there is no `{}`", file.display());
            Some(if path.chars().all(plain) {
                format!("{absent}; a Python package is imported with `import python \"{path}\"`")
            } else {
                absent
            })
        })
    }

    /// The folder of the project that a folder belongs to; the folder itself without one.
    fn project(&self, folder: &Path) -> PathBuf {
        let mut upward = PathBuf::new();
        let start = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let Ok(absolute) = self.system.canonical(start) else {
            return folder.to_path_buf();
        };
        for ancestor in absolute.ancestors() {
            if self.system.is_file(&ancestor.join(manifest::FILE)) {
                return normalised(&folder.join(upward));
            }
            upward.push("..");
        }
        folder.to_path_buf()
    }
}

/// A path as messages show it.
fn display(path: &Path) -> String {
    if path.as_os_str().is_empty() {
        ".".to_owned()
    } else {
        path.display().to_string()
    }
}

fn missing(path: &str, note: Option<String>) -> Target {
    Target::Missing {
        shown: Rc::from(path),
        note,
    }
}

/// A path without `.`, and without `..` but at its start.
pub(super) fn normalised(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => match out.components().next_back() {
                Some(Component::Normal(_)) => {
                    out.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => out.push(".."),
            },
            other => out.push(other),
        }
    }
    out
}
