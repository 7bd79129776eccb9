//! Functions that call what is not declared yet: they wait until it is, so that functions that call
//! each other can be entered one after the other.
//!
//! Spec: bridge.md §13 (`mochi repl`).

use std::path::Path;
use std::rc::Rc;

use mochi_base::{Diagnostic, Severity, SourceSet, code};
use mochi_syntax::ast;
use mochi_system::System;

use super::{Entered, Entry, Interactive, Text, newest};
use crate::session::Session;

/// An entry of functions that waits.
#[derive(Clone)]
pub(super) struct Waiting {
    text: Text,
    /// The functions that it declares.
    functions: Vec<String>,
    /// Those that it calls and that are not declared.
    missing: Vec<String>,
    /// Names that may have been meant instead.
    hints: Vec<String>,
    /// What was said against it.
    refusal: Rc<(Vec<Diagnostic>, SourceSet)>,
}

/// How an entry is said to wait.
#[derive(Clone, Debug)]
pub struct Wait {
    /// The functions that it declares.
    pub functions: Vec<String>,
    /// Those that it waits for.
    pub missing: Vec<String>,
    /// Questions whether other names were meant.
    pub hints: Vec<String>,
}

/// What became of entries that waited and need not wait any more.
pub enum Resumed {
    /// They can run, as one; the functions that they declare.
    Ready(Box<Entry>, Vec<String>),
    /// All that they call is declared, and they are wrong.
    Refused(Vec<Diagnostic>, SourceSet),
}

impl Interactive {
    /// Lets an entry wait that only lacks functions, or hands the refusal back.
    pub(super) fn wait_or_refuse(
        &mut self,
        system: &dyn System,
        entry: Text,
        refused: Entered,
    ) -> Entered {
        let Entered::Refused(diagnostics, sources, class) = refused else {
            return refused;
        };
        let functions = self.functions_of(system, std::slice::from_ref(&entry));
        let missing = missing_functions(&diagnostics, &sources, &entry.0);
        match (functions, missing) {
            (Some(functions), Some((missing, hints))) => {
                self.forget_waiting(&functions);
                let wait = Wait {
                    functions: functions.clone(),
                    missing: missing.clone(),
                    hints: hints.clone(),
                };
                self.waiting.push(Waiting {
                    text: entry,
                    functions,
                    missing,
                    hints,
                    refusal: Rc::new((diagnostics, sources)),
                });
                Entered::Waits(wait)
            }
            _ => Entered::Refused(diagnostics, sources, class),
        }
    }

    /// The next of the entries that need not wait any more; none if all of them have to.
    pub fn resume(&mut self, system: &Rc<dyn System>, session: &Session<'_>) -> Option<Resumed> {
        for one in self.waiting.clone() {
            match self.joined(system, session, std::slice::from_ref(&one))? {
                Resumed::Refused(diagnostics, sources) => {
                    let missing = missing_functions(&diagnostics, &sources, &one.text.0);
                    let Some((missing, hints)) = missing else {
                        self.waiting.retain(|other| other.text.0 != one.text.0);
                        return Some(Resumed::Refused(diagnostics, sources));
                    };
                    let mut left = self.waiting.iter_mut();
                    if let Some(waiting) = left.find(|other| other.text.0 == one.text.0) {
                        // Some of the functions may be declared by now.
                        waiting.missing = missing;
                        waiting.hints = hints;
                        waiting.refusal = Rc::new((diagnostics, sources));
                    }
                }
                ready @ Resumed::Ready(..) => {
                    self.waiting.retain(|other| other.text.0 != one.text.0);
                    return Some(ready);
                }
            }
        }
        let together = together(&self.waiting);
        if together.len() < 2 {
            return None;
        }
        let resumed = self.joined(system, session, &together)?;
        self.waiting
            .retain(|one| together.iter().all(|other| other.text.0 != one.text.0));
        Some(resumed)
    }

    /// Entries as one.
    fn joined(
        &mut self,
        system: &Rc<dyn System>,
        session: &Session<'_>,
        entries: &[Waiting],
    ) -> Option<Resumed> {
        let texts: Vec<Text> = entries.iter().map(|one| one.text.clone()).collect();
        match self.accept(system, session, &texts) {
            Entered::Ready(mut entry) => {
                entry.rest.clone_from(&self.entries);
                let functions = entries.iter().flat_map(|one| one.functions.clone());
                Some(Resumed::Ready(entry, functions.collect()))
            }
            Entered::Refused(diagnostics, sources, _) => {
                Some(Resumed::Refused(diagnostics, sources))
            }
            _ => None,
        }
    }

    /// What the entry with these functions waits for, if one does.
    pub fn waits(&self, function: &str) -> Option<Wait> {
        let declares = |one: &&Waiting| one.functions.iter().any(|name| name == function);
        self.waiting.iter().find(declares).map(|one| Wait {
            functions: vec![function.to_owned()],
            missing: one.missing.clone(),
            hints: one.hints.clone(),
        })
    }

    /// What was said against the entries that wait still.
    pub fn unfinished(&self) -> impl Iterator<Item = &(Vec<Diagnostic>, SourceSet)> {
        self.waiting.iter().map(|one| &*one.refusal)
    }

    /// Functions that are declared anew no longer wait in their older form.
    pub(super) fn forget_waiting(&mut self, functions: &[String]) {
        self.waiting
            .retain(|one| !one.functions.iter().any(|name| functions.contains(name)));
    }

    /// The names of the functions of an entry; none if it holds anything else.
    pub(super) fn functions_of(&self, system: &dyn System, entry: &[Text]) -> Option<Vec<String>> {
        let script = self.script(system, entry);
        let module = script.graph.modules.last()?;
        let newest = newest(module);
        let body = module.body().iter();
        let names: Option<Vec<String>> = body
            .filter(|stmt| Some(stmt.span.source) == newest)
            .map(|stmt| match &stmt.kind {
                ast::StmtKind::Fun(decl) => Some(decl.name.text.to_string()),
                _ => None,
            })
            .collect();
        names.filter(|names| !names.is_empty())
    }
}

/// The function or variable that an error says to be unknown, as the program calls it; none if it
/// is another error.
pub fn unknown_name<'a>(error: &Diagnostic, sources: &'a SourceSet) -> Option<&'a str> {
    let is_that = matches!(error.code, code::T002 | code::T003);
    let span = error.span.filter(|_| is_that)?;
    Some(sources.get(span.source)?.slice(span))
}

/// The functions that are all that an entry lacks, and what may have been meant instead; none if
/// something else is wrong.
fn missing_functions(
    diagnostics: &[Diagnostic],
    sources: &SourceSet,
    entry: &Path,
) -> Option<(Vec<String>, Vec<String>)> {
    let (mut missing, mut hints) = (Vec::new(), Vec::new());
    let errors = diagnostics.iter();
    for error in errors.filter(|one| one.severity == Severity::Error) {
        let source = sources.get(error.span?.source)?;
        if source.path() != entry.as_os_str() {
            return None;
        }
        let name = unknown_name(error, sources).filter(|_| error.code == code::T003)?;
        for note in &error.notes {
            if !note.asks {
                return None;
            }
            add(&mut hints, &note.message);
        }
        add(&mut missing, name);
    }
    (!missing.is_empty()).then_some((missing, hints))
}

/// Adds what is not there yet.
fn add(texts: &mut Vec<String>, text: &str) {
    if !texts.iter().any(|known| known == text) {
        texts.push(text.to_owned());
    }
}

/// Those entries that wait for nothing but each other.
fn together(waiting: &[Waiting]) -> Vec<Waiting> {
    let mut left = waiting.to_vec();
    loop {
        let declared: Vec<String> = left.iter().flat_map(|one| one.functions.clone()).collect();
        let before = left.len();
        left.retain(|one| one.missing.iter().all(|name| declared.contains(name)));
        if left.len() == before {
            return left;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn waiting(function: &str, missing: &[&str]) -> Waiting {
        Waiting {
            text: (PathBuf::from(function), String::new()),
            functions: vec![function.to_owned()],
            missing: missing.iter().map(ToString::to_string).collect(),
            hints: Vec::new(),
            refusal: Rc::new((Vec::new(), SourceSet::new())),
        }
    }

    #[test]
    fn what_waits_for_something_else_keeps_nobody_waiting() {
        let all = [
            waiting("even", &["odd"]),
            waiting("lost", &["never"]),
            waiting("odd", &["even"]),
            waiting("more", &["lost", "odd"]),
        ];
        let names: Vec<PathBuf> = together(&all).into_iter().map(|one| one.text.0).collect();
        assert_eq!(names, [PathBuf::from("even"), PathBuf::from("odd")]);
    }
}
