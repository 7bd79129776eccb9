//! Asking an interpreter what it is, once: answers are kept in the cache by path, size and time of
//! change, failures too.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mochi_system::{Command, Metadata, System};
use serde::{Deserialize, Serialize};

use super::Interpreter;
use crate::cache::Cache;
use crate::error::ProjectError;

const FILE: &str = "programs.json";
const FORMAT: u32 = 1;

/// How many characters of a program's complaint are shown.
const LONGEST: usize = 160;

/// Isolated and without `site`, so that nothing the user installed is run. Python 2 and early 3
/// fail or answer with old versions; both are an answer. JSON is written by hand, since importing
/// the module takes as long as all the rest.
const SCRIPT: &str = r#"
import os, sys, sysconfig
def text(value):
    units = memoryview(value.encode("utf-16-" + sys.byteorder[0] + "e", "surrogatepass")).cast("H")
    return '"%s"' % "".join("\\u%04x" % unit for unit in units)
def flag(value):
    return "true" if value else "false"
v = sys.version_info
answer = {
    "executable": text(os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)),
    "implementation": text(sys.implementation.name),
    "version": "[%d, %d, %d]" % v[:3],
    "level": text(v[3]),
    "free_threaded": flag(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "platform": text(sysconfig.get_platform()),
    "standard_modules": "[%s]" % ", ".join(map(text, sorted(getattr(sys, "stdlib_module_names", ())))),
}
print("{%s}" % ", ".join(text(key) + ": " + value for key, value in answer.items()))
"#;

/// What is known of a program file.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    size: u64,
    modified: String,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Python(Interpreter),
    Version(String),
    Failed(String),
}

#[derive(Default, Serialize, Deserialize)]
struct Stored {
    format: u32,
    programs: BTreeMap<String, Entry>,
}

/// The remembered answers of programs.
pub(crate) struct Queries<'a> {
    system: &'a dyn System,
    file: PathBuf,
    known: RefCell<BTreeMap<String, Entry>>,
    changed: Cell<bool>,
}

impl<'a> Queries<'a> {
    /// Reads what earlier processes learned; a file that cannot be read counts as empty.
    pub(crate) fn open(system: &'a dyn System, cache: &Cache) -> Self {
        let file = cache.root().join(FILE);
        let stored = system
            .read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Stored>(&bytes).ok())
            .filter(|stored| stored.format == FORMAT)
            .unwrap_or_default();
        Self {
            system,
            file,
            known: RefCell::new(stored.programs),
            changed: Cell::new(false),
        }
    }

    /// Writes new answers down. Of two processes that do so at once one wins; the other's answers
    /// are asked for again.
    pub(crate) fn save(&self) -> Result<(), ProjectError> {
        if !self.changed.replace(false) {
            return Ok(());
        }
        let stored = Stored {
            format: FORMAT,
            programs: self.known.borrow().clone(),
        };
        let bytes = serde_json::to_vec(&stored).unwrap_or_default();
        let parent = self.file.parent().unwrap_or(Path::new("/"));
        self.system
            .create_dir_all(parent)
            .and_then(|()| self.system.write(&self.file, &bytes))
            .map_err(|error| ProjectError::cache("write", &self.file, &error))
    }

    /// What the interpreter at `path` is; an error says in one clause why it does not work.
    pub(crate) fn python(&self, path: &Path) -> Result<Interpreter, String> {
        let answer = self.ask(path, || {
            let command = Command::new(path)
                .arguments(["-I", "-S", "-c", SCRIPT])
                .without("PYTHON*");
            match self.run(&command) {
                Ok(output) => match parse(&output) {
                    Some(interpreter) => Answer::Python(interpreter),
                    None => Answer::Failed("it does not answer as Python 3 does".to_owned()),
                },
                Err(reason) => Answer::Failed(reason),
            }
        })?;
        match answer {
            Answer::Python(interpreter) => Ok(interpreter),
            Answer::Failed(reason) => Err(reason),
            Answer::Version(_) => Err("it is not an interpreter".to_owned()),
        }
    }

    /// What a program prints when asked with `--version`.
    pub(crate) fn version(&self, path: &Path) -> Result<String, String> {
        let answer = self.ask(path, || {
            match self.run(&Command::new(path).argument("--version")) {
                Ok(output) => Answer::Version(output.trim().to_owned()),
                Err(reason) => Answer::Failed(reason),
            }
        })?;
        match answer {
            Answer::Version(text) => Ok(text),
            Answer::Failed(reason) => Err(reason),
            Answer::Python(_) => Err("it is an interpreter".to_owned()),
        }
    }

    fn ask(&self, path: &Path, run: impl FnOnce() -> Answer) -> Result<Answer, String> {
        let found = match self.system.metadata(path) {
            Ok(found) if found.is_file() => found,
            Ok(_) => return Err("it is not a file".to_owned()),
            Err(_) => return Err("it does not exist".to_owned()),
        };
        let key = path.to_string_lossy().into_owned();
        if let Some(entry) = self.known.borrow().get(&key)
            && entry.size == found.size
            && entry.modified == stamp(&found)
        {
            return Ok(entry.answer.clone());
        }
        let answer = run();
        let entry = Entry {
            size: found.size,
            modified: stamp(&found),
            answer: answer.clone(),
        };
        self.known.borrow_mut().insert(key, entry);
        self.changed.set(true);
        Ok(answer)
    }

    fn run(&self, command: &Command) -> Result<String, String> {
        let output = self
            .system
            .run(command, &mut |_| {})
            .map_err(|error| format!("it cannot be started: {error}"))?;
        if output.is_success() {
            return Ok(output.stdout_text());
        }
        let stderr = output.stderr_text();
        let last = stderr.lines().rev().find(|line| !line.trim().is_empty());
        Err(match last {
            Some(line) => {
                let line = line.trim();
                let start: String = line.chars().take(LONGEST).collect();
                let more = if start.len() < line.len() { "…" } else { "" };
                format!("it fails: {start}{more}")
            }
            None => "it fails without saying why".to_owned(),
        })
    }
}

fn stamp(found: &Metadata) -> String {
    found.modified.to_string()
}

/// Reads the script's answer.
fn parse(output: &str) -> Option<Interpreter> {
    let mut interpreter: Interpreter = serde_json::from_str(output.trim()).ok()?;
    interpreter.standard_modules.sort_unstable();
    Some(interpreter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpreter::ReleaseLevel;

    #[test]
    fn an_answer_is_read_and_nonsense_is_not() {
        let text = r#"{"executable": "/p/python3.13t", "implementation": "cpython",
            "version": [3, 13, 0], "level": "candidate", "free_threaded": true,
            "platform": "linux-x86_64", "standard_modules": ["os", "abc"]}"#;
        let interpreter = parse(text).unwrap();
        assert_eq!(interpreter.version_text(), "3.13.0t");
        assert_eq!(interpreter.level, ReleaseLevel::Candidate);
        assert!(interpreter.is_standard("os") && !interpreter.is_standard("so"));
        assert_eq!(parse("Python 2.7"), None);
    }
}
