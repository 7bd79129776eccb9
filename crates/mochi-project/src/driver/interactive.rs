//! A program that grows entry by entry: each is checked as a further text of one module, and what it
//! adds becomes Python that runs in the scope of what ran before.
//!
//! Nothing is run here; the caller executes an [`Entry`] and then says whether it is to be kept.
//!
//! Spec: bridge.md §13 (`mochi repl`).

mod waiting;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_base::{Diagnostic, Severity, SourceFile, SourceId, SourceSet, Span, code};
use mochi_python::runtime;
use mochi_syntax::ast;
use mochi_system::System;

use super::graph::{self, SourceModule};
use super::sidecar::Sidecars;
use super::{CheckedScript, Script, layout, python_imports};
use crate::error::ExitClass;
use crate::session::{Prepared, Session};

pub use waiting::{Resumed, Wait, unknown_name};

/// The Python package that all entries belong to.
pub const PACKAGE: &str = "mochi_session";

/// The module, as its files are named.
const MODULE: &str = "session";

/// What was entered so far.
#[derive(Default)]
pub struct Interactive {
    entries: Vec<Text>,
    /// How many were entered, kept or not.
    count: usize,
    /// How many files of Python were made for them.
    files: usize,
    /// Entries that wait for functions.
    waiting: Vec<waiting::Waiting>,
    prepared: Option<(Vec<String>, Prepared)>,
}

/// A text with the name that it has in messages.
type Text = (PathBuf, String);

/// What is wrong with an entry.
pub type Refusal = (Vec<Diagnostic>, SourceSet, ExitClass);

/// What became of an entry.
pub enum Entered {
    /// There is nothing in it.
    Nothing,
    /// More has to come.
    Incomplete,
    /// It is wrong.
    Refused(Vec<Diagnostic>, SourceSet, ExitClass),
    /// It is checked once the functions are declared that it calls.
    Waits(Wait),
    /// It can run.
    Ready(Box<Entry>),
}

/// An entry that can run.
pub struct Entry {
    /// What it gives besides: warnings; their places are in the texts of `checked`.
    pub warnings: Vec<Diagnostic>,
    /// The Python files, with paths in the session's folder.
    pub files: Vec<(String, String)>,
    /// The one of the entry.
    pub main: String,
    /// The interpreter.
    pub python: PathBuf,
    /// Where packages are.
    pub folders: Vec<PathBuf>,
    /// The program with the entry, for questions about its names.
    pub checked: CheckedScript,
    /// Older entries that do not fit it, because it declares anew what they use; once it is kept,
    /// what they declare is forgotten.
    pub forgotten: Vec<String>,
    /// Its texts: several if they waited for each other.
    texts: Vec<Text>,
    /// The older entries that stay.
    rest: Vec<Text>,
}

/// The files that a session begins with: what executes entries, and the helpers.
pub fn session_files() -> Vec<(String, String)> {
    vec![
        ("_mochi_session.py".to_owned(), runtime::SESSION.to_owned()),
        (format!("{PACKAGE}/__init__.py"), String::new()),
        (format!("{PACKAGE}/_mochi.py"), runtime::assemble_all()),
    ]
}

impl Interactive {
    /// Checks an entry after those that were kept. `is_last` says that no more text will come.
    pub fn enter(
        &mut self,
        system: &Rc<dyn System>,
        session: &Session<'_>,
        text: &str,
        is_last: bool,
    ) -> Entered {
        if text.trim().is_empty() {
            return Entered::Nothing;
        }
        let name = PathBuf::from(format!("[{}]", self.count + 1));
        let new = [(name, text.to_owned())];
        let script = self.script(&**system, &new);
        if !is_last && is_open(&script, text) {
            return Entered::Incomplete;
        }
        self.count += 1;
        let before = self.entries.clone();
        let mut forgotten = Vec::new();
        loop {
            let entered = self.accept(system, session, &new);
            let Entered::Refused(diagnostics, sources, _) = &entered else {
                return match entered {
                    Entered::Ready(mut entry) => {
                        if let Some(functions) = self.functions_of(&**system, &new) {
                            self.forget_waiting(&functions);
                        }
                        entry.forgotten = forgotten;
                        // Whether they go is decided when it has run.
                        entry.rest = std::mem::replace(&mut self.entries, before);
                        Entered::Ready(entry)
                    }
                    other => other,
                };
            };
            let outdated = self.outdated(diagnostics, sources);
            if outdated.is_empty() {
                self.entries = before;
                let [entry] = new;
                return self.wait_or_refuse(&**system, entry, entered);
            }
            self.entries.retain(|(name, _)| !outdated.contains(name));
            forgotten.extend(outdated.iter().map(|name| name.display().to_string()));
        }
    }

    /// Older entries in which all that is wrong lies: what they were checked with was declared anew.
    fn outdated(&self, diagnostics: &[Diagnostic], sources: &SourceSet) -> Vec<PathBuf> {
        let mut outdated = Vec::new();
        let errors = diagnostics.iter();
        for error in errors.filter(|one| one.severity == Severity::Error) {
            let source = error.span.and_then(|span| sources.get(span.source));
            let known = source.and_then(|source| {
                let mut names = self.entries.iter().map(|(name, _)| name);
                names.find(|name| name.as_os_str() == source.path())
            });
            match known {
                Some(name) if outdated.contains(name) => {}
                Some(name) => outdated.push(name.clone()),
                None => return Vec::new(),
            }
        }
        outdated
    }

    /// Checks the texts of an entry after those that are there.
    fn accept(&mut self, system: &Rc<dyn System>, session: &Session<'_>, new: &[Text]) -> Entered {
        let mut script = self.script(&**system, new);
        let shown = last_expression(&script);
        if let Some((span, true)) = shown {
            is_for_its_value(&mut script, span);
        }
        let mut checked = match self.check(script, system, session) {
            Ok(checked) => checked,
            Err((diagnostics, sources, class)) => {
                return Entered::Refused(diagnostics, sources, class);
            }
        };
        if let Some((span, is_pure)) = shown
            && (is_pure || has_value(&checked, span))
        {
            let mut script = self.script(&**system, new);
            is_for_its_value(&mut script, span);
            print_value(&mut script, span);
            checked = match self.check(script, system, session) {
                Ok(checked) => checked,
                Err((diagnostics, sources, class)) => {
                    return Entered::Refused(diagnostics, sources, class);
                }
            };
        }
        self.ready(new, checked)
    }

    /// The type of an expression, without evaluating it.
    pub fn type_of(
        &mut self,
        system: &Rc<dyn System>,
        session: &Session<'_>,
        text: &str,
    ) -> Result<String, Refusal> {
        let new = [(PathBuf::from("[type]"), text.to_owned())];
        let mut script = self.script(&**system, &new);
        let shown = last_expression(&script);
        script.graph.faults.retain(|fault| fault.code != code::P065);
        let checked = self.check(script, system, session)?;
        let found = shown.and_then(|(span, _)| {
            let found = checked.types.iter().find(|(place, _)| *place == span);
            found.map(|(_, ty)| ty.clone())
        });
        Ok(found.unwrap_or_else(|| "unit".to_owned()))
    }

    /// The number that the next entry has in messages.
    pub fn next(&self) -> usize {
        self.count + 1
    }

    /// Keeps an entry that ran: later ones see what it declares.
    pub fn keep(&mut self, entry: &Entry) {
        self.entries.clone_from(&entry.rest);
        self.entries.extend(entry.texts.iter().cloned());
    }

    /// The texts so far and new ones as one program. Of the old ones only declarations count.
    fn script(&self, system: &dyn System, new: &[Text]) -> Script {
        let texts = self.entries.iter().chain(new).cloned().collect();
        let mut graph = graph::load_texts(system, Path::new(MODULE), texts);
        let since = graph
            .modules
            .last()
            .and_then(|module| self.since(&module.sources));
        if let (Some(module), Some(since)) = (graph.modules.last_mut(), since) {
            let body = module.body_mut();
            body.retain(|stmt| stmt.span.source >= since || is_declaration(&stmt.kind));
            forget_redeclared(body);
            // Old texts were accepted; only remarks about them are left.
            let own: Vec<SourceId> = module.sources.iter().map(|(id, _)| *id).collect();
            graph.faults.retain(|fault| {
                fault
                    .span
                    .is_none_or(|span| span.source >= since || !own.contains(&span.source))
            });
        }
        let bodies = graph.modules.iter().map(SourceModule::body);
        let imports = bodies.flat_map(python_imports).collect();
        let directory = layout::working_directory(system);
        let layout = layout::layout(&graph.modules, &directory);
        let sidecars = Sidecars::read(system, &graph.modules, &layout);
        Script {
            entry: PathBuf::from(MODULE),
            directory,
            graph,
            sidecars,
            imports,
        }
    }

    fn check(
        &mut self,
        script: Script,
        system: &Rc<dyn System>,
        session: &Session<'_>,
    ) -> Result<CheckedScript, Refusal> {
        let specs: Vec<String> = script.imports.iter().map(|one| one.spec.clone()).collect();
        let is_known = self
            .prepared
            .as_ref()
            .is_some_and(|(known, _)| *known == specs);
        let known = self.prepared.take().filter(|(known, _)| *known == specs);
        let prepared = match known {
            Some((_, prepared)) => Ok(prepared),
            None => session.prepare(&script.imports),
        };
        let module = script.graph.modules.last();
        let since = module.and_then(|module| self.since(&module.sources));
        let reading = (!is_known).then(|| script.reading(session));
        let outcome = prepared.as_ref().map_err(Vec::as_slice);
        let mut checked = script.check_with(system, outcome, session.manner());
        drop(reading);
        if let Ok(prepared) = prepared {
            self.prepared = Some((specs, prepared));
        }
        // Warnings about older entries were given when these were entered.
        // What is not used yet may be used by later entries.
        checked.diagnostics.retain(|one| {
            one.severity == Severity::Error
                || (one.code != code::W002
                    && one.span.is_none_or(|span| Some(span.source) >= since))
        });
        if checked.is_accepted() {
            Ok(checked)
        } else {
            Err((checked.diagnostics, checked.sources, checked.class))
        }
    }

    /// The first of the texts that are not kept yet. Texts are numbered in their order.
    fn since(&self, sources: &[(SourceId, Rc<SourceFile>)]) -> Option<SourceId> {
        sources.get(self.entries.len()).map(|(id, _)| *id)
    }

    fn ready(&mut self, new: &[Text], mut checked: CheckedScript) -> Entered {
        self.files += 1;
        let nothing = || Entered::Refused(Vec::new(), SourceSet::new(), ExitClass::Program);
        let Some((_, prepared)) = &self.prepared else {
            return nothing();
        };
        let Some(accepted) = &checked.program else {
            return nothing();
        };
        let mut layout = accepted.layout.clone();
        if let Some(entry) = layout.last_mut() {
            entry.since = self.since(&entry.sources);
        }
        let main_file = layout.last().map_or(MODULE, |entry| &entry.module_name);
        let main_file = format!("{main_file}.py");
        let main = format!("{PACKAGE}/entry_{}.py", self.files);
        let mut files = Vec::new();
        for (path, text) in accepted.lower(&layout).files {
            let path = match path.strip_prefix(main_file.as_str()) {
                Some("") => main.clone(),
                Some(".map") => format!("{main}.map"),
                _ if matches!(path.as_str(), "_mochi.py" | "__main__.py" | "__init__.py") => {
                    continue;
                }
                _ => format!("{PACKAGE}/{path}"),
            };
            files.push((path, text));
        }
        Entered::Ready(Box::new(Entry {
            warnings: {
                let mut warnings = std::mem::take(&mut checked.diagnostics);
                warnings.retain(|warning| !warning.code.is_lint());
                warnings
            },
            files,
            main,
            python: prepared.interpreter.executable.clone(),
            folders: prepared.site_packages.iter().cloned().collect(),
            checked,
            forgotten: Vec::new(),
            texts: new.to_vec(),
            rest: Vec::new(),
        }))
    }
}

/// The text that was entered last.
fn newest(module: &SourceModule) -> Option<SourceId> {
    module.sources.last().map(|(id, _)| *id)
}

/// Whether an entry may go on: what is missing is missing at its end.
fn is_open(script: &Script, text: &str) -> bool {
    let newest = script.graph.modules.last().and_then(newest);
    let end = u32::try_from(text.trim_end().len()).unwrap_or(u32::MAX);
    script.graph.faults.iter().any(|fault| {
        fault.severity == Severity::Error
            && fault.span.is_some_and(|span| {
                Some(span.source) == newest && (span.start >= end || fault.code == code::P042)
            })
    })
}

/// The expression that an entry ends with, and whether it is there for its value alone.
fn last_expression(script: &Script) -> Option<(Span, bool)> {
    let module = script.graph.modules.last()?;
    let last = module.body().last()?;
    let ast::StmtKind::Expr(expr) = &last.kind else {
        return None;
    };
    if Some(expr.span.source) != newest(module) {
        return None;
    }
    let is_pure = script.graph.faults.iter().any(|fault| {
        fault.code == code::P065 && fault.span.is_some_and(|place| contains(expr.span, place))
    });
    Some((expr.span, is_pure))
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.source == inner.source && outer.start <= inner.start && inner.start < outer.end
}

/// Whether the expression at that place yields something to show.
fn has_value(checked: &CheckedScript, span: Span) -> bool {
    let found = checked.types.iter().find(|(place, _)| *place == span);
    found.is_some_and(|(_, ty)| !matches!(ty.as_str(), "unit" | "never"))
}

/// The expression at that place need have no effect.
fn is_for_its_value(script: &mut Script, span: Span) {
    script.graph.faults.retain(|fault| {
        fault.code != code::P065 || fault.span.is_none_or(|place| !contains(span, place))
    });
}

/// Prints the expression at that place, with which the newest text ends.
fn print_value(script: &mut Script, span: Span) {
    let module = script.graph.modules.last_mut();
    let last = module.and_then(|module| module.body_mut().last_mut());
    let Some(ast::StmtKind::Expr(expr)) = last.map(|stmt| &mut stmt.kind) else {
        return;
    };
    if expr.span == span {
        let made = |kind: ast::ExprKind| ast::Expr {
            id: ast::NodeId(u32::MAX),
            kind,
            span,
        };
        let value = expr.clone();
        *expr = made(ast::ExprKind::Call {
            callee: Box::new(made(ast::ExprKind::Name(Rc::from("print")))),
            args: vec![ast::Arg { name: None, value }],
            args_span: span,
        });
    }
}

/// Of types of one name in different texts the last one counts.
fn forget_redeclared(body: &mut Vec<ast::Stmt>) {
    let mut known: BTreeMap<Rc<str>, SourceId> = BTreeMap::new();
    for stmt in body.iter() {
        if let ast::StmtKind::Type(decl) = &stmt.kind {
            known.insert(Rc::clone(&decl.name.text), stmt.span.source);
        }
    }
    body.retain(|stmt| match &stmt.kind {
        ast::StmtKind::Type(decl) => known.get(&decl.name.text) == Some(&stmt.span.source),
        _ => true,
    });
}

/// Whether a statement is still of use after it was executed.
fn is_declaration(kind: &ast::StmtKind) -> bool {
    if let ast::StmtKind::Using(using) = kind {
        return using.body.is_none();
    }
    matches!(
        kind,
        ast::StmtKind::Let(_)
            | ast::StmtKind::Fun(_)
            | ast::StmtKind::Type(_)
            | ast::StmtKind::Import(_)
            | ast::StmtKind::Extern(_)
            | ast::StmtKind::Data(_)
            | ast::StmtKind::Reactive(_)
    )
}
