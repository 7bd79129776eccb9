//! Where the lines of a session come from: a terminal, with editing, history and completion; or
//! anything else, without prompts.

use std::collections::VecDeque;
use std::io::Read as _;
use std::path::Path;

use mochi_project::driver::completion::complete;
use mochi_system::System;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::{History as _, MemHistory, SearchDirection};
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::Latest;

/// How many entries are remembered.
const REMEMBERED: usize = 1000;
/// What stands between entries in the file.
const BETWEEN: char = '\0';

/// What came.
pub enum Line {
    /// A line without its end.
    Text(String),
    /// Ctrl-C.
    Interrupted,
    /// There is no more.
    End,
}

/// A source of lines.
pub trait Lines {
    /// The next line of the entry with this number; `more` says that it goes on.
    fn next(&mut self, number: usize, more: bool) -> Line;

    /// Whether the line after the one that was read belongs to the same statement for sure.
    fn goes_on(&self) -> bool {
        false
    }

    /// Remembers an entry.
    fn remember(&mut self, _entry: &str) {}
}

/// A terminal.
pub struct Terminal {
    editor: Editor<Names, MemHistory>,
}

impl Terminal {
    /// Takes the terminal over, with what was entered in earlier sessions.
    pub fn open(
        latest: &Latest,
        system: &dyn System,
        history: &Path,
    ) -> Result<Self, ReadlineError> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .max_history_size(REMEMBERED)?
            .build();
        let known = MemHistory::with_config(&config);
        let mut editor = Editor::with_history(config, known)?;
        editor.set_helper(Some(Names(Latest::clone(latest))));
        let known = system.read_text(history).unwrap_or_default();
        for entry in known.split(BETWEEN).filter(|entry| !entry.is_empty()) {
            let _ = editor.add_history_entry(entry);
        }
        Ok(Self { editor })
    }

    /// Keeps what was entered for later sessions.
    pub fn save(&self, system: &dyn System, history: &Path) {
        let known = self.editor.history();
        let mut text = String::new();
        for index in 0..known.len() {
            if let Ok(Some(found)) = known.get(index, SearchDirection::Forward) {
                text.push_str(&found.entry);
                text.push(BETWEEN);
            }
        }
        // A session is not worse for a history that cannot be kept.
        let parent = history.parent().unwrap_or(history);
        let _ = system
            .create_dir_all(parent)
            .and_then(|()| system.write(history, text.as_bytes()));
    }
}

impl Lines for Terminal {
    fn next(&mut self, number: usize, more: bool) -> Line {
        let mut prompt = format!("[{number}]> ");
        if more {
            prompt = format!("{:>width$}", "> ", width = prompt.len());
        }
        match self.editor.readline(&prompt) {
            Ok(line) => Line::Text(line),
            Err(ReadlineError::Interrupted) => Line::Interrupted,
            Err(_) => Line::End,
        }
    }

    fn remember(&mut self, entry: &str) {
        let _ = self.editor.add_history_entry(entry.trim_end());
    }
}

/// Anything that is no terminal.
pub struct Piped(VecDeque<String>);

impl Piped {
    /// Reads it whole. The error is a sentence.
    pub fn read() -> Result<Self, String> {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|error| format!("cannot read standard input: {error}"))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            format!("standard input is not UTF-8: byte {} is wrong", offset + 1)
        })?;
        Ok(Self(text.lines().map(str::to_owned).collect()))
    }
}

impl Lines for Piped {
    fn next(&mut self, _number: usize, _more: bool) -> Line {
        self.0.pop_front().map_or(Line::End, Line::Text)
    }

    fn goes_on(&self) -> bool {
        let next = self.0.front().map_or("", |line| line.trim_start());
        let is_comment = next.starts_with("//") || next.starts_with("/*");
        let operators = ['.', '|', '&', '+', '-', '*', '/', '%', '=', '<', '>', '?'];
        if !is_comment && (next.starts_with(operators) || next.starts_with("!=")) {
            return true;
        }
        ["else", "catch", "finally"].iter().any(|word| {
            next.strip_prefix(word)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    }
}

/// Completes names and members of the program so far.
struct Names(Latest);

impl Completer for Names {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let text = line.get(..at).unwrap_or(line);
        Ok(complete(self.0.borrow().as_ref(), text))
    }
}

impl Hinter for Names {
    type Hint = String;
}

impl Highlighter for Names {}
impl Validator for Names {}
impl Helper for Names {}
