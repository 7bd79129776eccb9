//! `mochi repl`: an interactive session. Each entry is checked as a further part of one program and
//! run in a Python process that stays.
//!
//! Spec: bridge.md §13.

mod editor;
mod worker;

use std::cell::RefCell;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_base::{Diagnostic, SourceSet, code};
use mochi_project::driver::CheckedScript;
use mochi_project::driver::interactive::{self, Entered, Entry, Interactive, Resumed, Wait};
use mochi_project::{Cache, Session};
use mochi_system::{System, hold_interrupts};

use crate::args::{Global, ReplArguments};
use crate::exit::Exit;
use crate::output;
use crate::world::World;
use editor::{Line, Lines};
use worker::{Answer, Worker};

/// The program so far, for completion.
type Latest = Rc<RefCell<Option<CheckedScript>>>;

const HELP: &str = "\
Write declarations, statements and expressions; the value of an expression is shown.
  :type EXPRESSION   the type of an expression, without evaluating it
  :load FILE         enters what a file holds
  :help              this text
  :quit              the end, as Ctrl-D
Tab completes names and members. Ctrl-C gives up what is being written, or interrupts what runs.";

/// Reads, checks, runs and shows until there is nothing more.
pub fn execute(global: &Global, arguments: &ReplArguments) -> Exit {
    let world = World::new(global);
    let session = match world.session_for(Path::new("session"), arguments.lock.mode()) {
        Ok(session) => session,
        Err(errors) => return output::project_errors(global, &errors),
    };
    let cache = match Cache::locate(&*world.system) {
        Ok(cache) => cache,
        Err(error) => return output::project_error(global, &error),
    };
    let sessions = cache.section("sessions");
    sweep(&*world.system, &sessions);
    let folder = sessions.join(world.system.unique());
    let lock = lock_of(&folder);
    // Where locks cannot be had, a session is only not protected from being swept.
    let _held = world
        .system
        .create_dir_all(&sessions)
        .and_then(|()| world.system.lock(&lock, false));
    let mut repl = Repl {
        global,
        world: &world,
        session: &session,
        program: Interactive::default(),
        worker: None,
        latest: Latest::default(),
        failed: false,
        folder,
    };
    let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let exit = if is_terminal {
        let history = cache.root().join("history");
        repl.at_terminal(&history)
    } else {
        repl.piped()
    };
    let exit = repl.finished(exit, is_terminal);
    // What cannot be removed now is only lost space.
    let _ = world.system.remove(&repl.folder);
    let _ = world.system.remove(&lock);
    exit
}

/// The file that is locked while a session lives.
fn lock_of(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

/// Removes what sessions left that were killed.
fn sweep(system: &dyn System, sessions: &Path) {
    for name in system.list(sessions).unwrap_or_default() {
        let folder = sessions.join(&name);
        if folder.extension().is_some_and(|end| end == "lock") {
            continue;
        }
        let lock = lock_of(&folder);
        if let Ok(Some(_held)) = system.lock(&lock, false) {
            // What cannot be removed now is only lost space.
            let _ = system.remove(&folder);
            let _ = system.remove(&lock);
        }
    }
}

struct Repl<'a> {
    global: &'a Global,
    world: &'a World,
    session: &'a Session<'a>,
    program: Interactive,
    worker: Option<Worker>,
    latest: Latest,
    /// Whether some entry was refused or failed.
    failed: bool,
    /// Where the Python of the entries stands.
    folder: PathBuf,
}

impl Repl<'_> {
    fn at_terminal(&mut self, history: &Path) -> Exit {
        let system = &self.world.system;
        let mut lines = match editor::Terminal::open(&self.latest, &**system, history) {
            Ok(lines) => lines,
            Err(error) => {
                let sentence = format!("cannot edit lines at this terminal: {error}");
                return output::failure(&sentence, Exit::Environment);
            }
        };
        if !self.global.quiet {
            output::say(&format!(
                "mochi {}. :help tells more, Ctrl-D ends.",
                env!("CARGO_PKG_VERSION")
            ));
        }
        hold_interrupts(true);
        let exit = self.read(&mut lines);
        hold_interrupts(false);
        lines.save(&**system, history);
        match exit {
            // At a terminal everything was seen already.
            Exit::Program => Exit::Success,
            other => other,
        }
    }

    fn piped(&mut self) -> Exit {
        match editor::Piped::read() {
            Ok(mut lines) => {
                let exit = self.read(&mut lines);
                self.say_what_waits(exit)
            }
            Err(sentence) => output::failure(&sentence, Exit::Program),
        }
    }

    fn read(&mut self, lines: &mut dyn Lines) -> Exit {
        let mut text = String::new();
        loop {
            let line = lines.next(self.program.next(), !text.is_empty());
            let is_last = matches!(line, Line::End);
            match line {
                Line::Interrupted => {
                    text.clear();
                    output::say("interrupted");
                    continue;
                }
                Line::Text(line) if text.is_empty() && line.trim_start().starts_with(':') => {
                    if let Some(exit) = self.command(line.trim()) {
                        return exit;
                    }
                    continue;
                }
                Line::Text(line) => {
                    text.push_str(&line);
                    text.push('\n');
                    if lines.goes_on() {
                        continue;
                    }
                }
                Line::End => {}
            }
            let exit = match self.enter(&text, is_last) {
                Read::Incomplete => None,
                Read::Nothing => {
                    text.clear();
                    None
                }
                Read::Whole(exit) => {
                    lines.remember(&text);
                    text.clear();
                    exit
                }
            };
            if exit.is_some() || is_last {
                return exit.unwrap_or(if self.failed {
                    Exit::Program
                } else {
                    Exit::Success
                });
            }
        }
    }

    /// Checks and runs a text.
    fn enter(&mut self, text: &str, is_last: bool) -> Read {
        let system = &self.world.system;
        let entered = self.program.enter(system, self.session, text, is_last);
        self.world.talk.end();
        Read::Whole(match entered {
            Entered::Incomplete => return Read::Incomplete,
            Entered::Nothing => return Read::Nothing,
            Entered::Refused(diagnostics, sources, _) => {
                self.refused(text, &diagnostics, &sources);
                None
            }
            Entered::Waits(wait) => {
                output::say(&sentence(&wait));
                self.resume()
            }
            Entered::Ready(entry) => self.run(*entry).or_else(|| self.resume()),
        })
    }

    /// Runs what waited and need not wait any more, or says what is wrong with it.
    fn resume(&mut self) -> Option<Exit> {
        while let Some(resumed) = self.program.resume(&self.world.system, self.session) {
            self.world.talk.end();
            match resumed {
                Resumed::Ready(entry, functions) => {
                    let exit = self.run(*entry);
                    if exit.is_some() {
                        return exit;
                    }
                    output::say(&format!("{} declared now", quoted(&functions, "is", "are")));
                }
                Resumed::Refused(diagnostics, sources) => {
                    self.failed = true;
                    output::diagnostics(self.global, &diagnostics, &sources);
                }
            }
        }
        self.world.talk.end();
        None
    }

    fn refused(&mut self, text: &str, diagnostics: &[Diagnostic], sources: &SourceSet) {
        self.failed = true;
        let is_unknown = |one: &Diagnostic| matches!(one.code, code::T002 | code::T003);
        if diagnostics.iter().any(is_unknown)
            && matches!(text.trim().trim_end_matches("()"), "exit" | "quit" | "help")
        {
            output::say(":quit or Ctrl-D ends the session, :help tells more");
            return;
        }
        let explained: Vec<Diagnostic> = diagnostics
            .iter()
            .map(|one| self.explained(one.clone(), sources))
            .collect();
        output::diagnostics(self.global, &explained, sources);
    }

    /// An error about a function that waits says what for.
    fn explained(&self, mut error: Diagnostic, sources: &SourceSet) -> Diagnostic {
        let name = interactive::unknown_name(&error, sources);
        match name.and_then(|name| self.program.waits(name)) {
            Some(wait) => {
                error.notes.retain(|note| !note.asks);
                error.with_note(sentence(&wait))
            }
            None => error,
        }
    }

    /// At the end of what came through a pipe: functions that still wait were refused.
    fn say_what_waits(&mut self, exit: Exit) -> Exit {
        let mut exit = exit;
        for (diagnostics, sources) in self.program.unfinished() {
            output::diagnostics(self.global, diagnostics, sources);
            if exit == Exit::Success {
                exit = Exit::Program;
            }
        }
        exit
    }

    /// Enters what a file holds.
    fn load(&mut self, path: &str) -> Option<Exit> {
        if path.is_empty() {
            self.failed = true;
            output::say("which file? write :load FILE");
            return None;
        }
        let text = match self.world.system.read_text(Path::new(path)) {
            Ok(text) => text,
            Err(error) => {
                self.failed = true;
                output::say(&format!("cannot read {path}: {error}"));
                return None;
            }
        };
        match self.enter(&text, true) {
            Read::Whole(exit) => exit,
            Read::Incomplete | Read::Nothing => None,
        }
    }

    /// Closes what the session holds, and gives the exit after that.
    fn finished(&mut self, exit: Exit, is_terminal: bool) -> Exit {
        let Some(report) = self.worker.as_mut().and_then(Worker::finish) else {
            return exit;
        };
        output::say(report.trim_end());
        match exit {
            // At a terminal everything was seen already.
            Exit::Success if !is_terminal => Exit::Program,
            other => other,
        }
    }

    /// A command of the session; it may end it.
    fn command(&mut self, line: &str) -> Option<Exit> {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match word {
            ":quit" | ":q" => {
                return Some(if self.failed {
                    Exit::Program
                } else {
                    Exit::Success
                });
            }
            ":help" | ":h" => {
                output::result(&format!("{HELP}\n"));
            }
            ":type" | ":t" if rest.trim().is_empty() => {
                self.failed = true;
                output::say("of what? write :type EXPRESSION");
            }
            ":type" | ":t" => {
                let found = self.program.type_of(&self.world.system, self.session, rest);
                self.world.talk.end();
                match found {
                    Ok(ty) => {
                        output::result(&format!("{ty}\n"));
                    }
                    Err((diagnostics, sources, _)) => {
                        self.failed = true;
                        output::diagnostics(self.global, &diagnostics, &sources);
                    }
                }
            }
            ":load" | ":l" => return self.load(rest.trim()),
            _ => {
                self.failed = true;
                output::say(&format!("there is no command {word}; :help lists them"));
            }
        }
        None
    }

    /// Runs an entry. What ends the session gives an exit.
    fn run(&mut self, entry: Entry) -> Option<Exit> {
        output::diagnostics(self.global, &entry.warnings, &entry.checked.sources);
        let mut files = entry.files.clone();
        if self.worker.is_none() {
            files.extend(interactive::session_files());
        }
        if let Err(error) = self.write(&files) {
            let sentence = format!("cannot write {}: {error}", self.folder.display());
            return Some(output::failure(&sentence, Exit::Environment));
        }
        if self.worker.is_none() {
            match Worker::start(&entry.python, &self.folder) {
                Ok(worker) => self.worker = Some(worker),
                Err(error) => {
                    let python = entry.python.display();
                    let sentence = format!("cannot start {python}: {error}");
                    return Some(output::failure(&sentence, Exit::Environment));
                }
            }
        }
        let worker = self.worker.as_mut()?;
        let main = self.folder.join(&entry.main);
        match worker.run(&main, &entry.folders) {
            Answer::Done(None) => {
                self.program.keep(&entry);
                for name in &entry.forgotten {
                    output::say(&format!(
                        "warning: {name} does not fit any more, and what it declared is forgotten"
                    ));
                }
                *self.latest.borrow_mut() = Some(entry.checked);
                None
            }
            Answer::Done(Some(report)) => {
                self.failed = true;
                output::say(report.trim_end());
                None
            }
            Answer::Exit(code) => Some(Exit::Passed(code)),
            Answer::Died(how) => {
                let sentence = format!("Python ended with {how}; what was defined is lost");
                Some(output::failure(&sentence, Exit::Program))
            }
        }
    }

    fn write(&self, files: &[(String, String)]) -> std::io::Result<()> {
        let system = &self.world.system;
        for (path, text) in files {
            let path = self.folder.join(path);
            if let Some(parent) = path.parent() {
                system.create_dir_all(parent)?;
            }
            system.write(&path, text.as_bytes())?;
        }
        Ok(())
    }
}

/// What became of a text.
enum Read {
    /// More has to come.
    Incomplete,
    /// There is nothing in it.
    Nothing,
    /// It was entered, well or not; it may have ended the session.
    Whole(Option<Exit>),
}

/// That functions wait for others.
fn sentence(wait: &Wait) -> String {
    let mut line = format!(
        "{} until {} declared",
        quoted(&wait.functions, "waits", "wait"),
        quoted(&wait.missing, "is", "are")
    );
    for hint in &wait.hints {
        line.push_str("; ");
        line.push_str(hint);
    }
    line
}

/// `` `f` and `g` wait ``.
fn quoted(names: &[String], one: &str, several: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, [])) => format!("{last} {one}"),
        Some((last, rest)) => format!("{} and {last} {several}", rest.join(", ")),
        None => String::new(),
    }
}
