//! The compiler on texts that import nothing but each other.

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_base::{Diagnostic, SourceFile, SourceId};
use mochi_check::{ModuleInput, Target};
use mochi_python::{LowerOptions, Lowered, lower_program};
use mochi_types::{ClassId, ExternClass, ExternItem, ExternMember, Externs, ModuleId};

/// No imported modules.
pub struct NoExterns;

impl Externs for NoExterns {
    fn import(&self, _: &str) -> Option<ModuleId> {
        None
    }
    fn attribute(&self, _: &ModuleId, _: &str) -> Option<Rc<ExternItem>> {
        None
    }
    fn names(&self, _: &ModuleId) -> Vec<Rc<str>> {
        Vec::new()
    }
    fn class(&self, _: &ClassId) -> Option<Rc<ExternClass>> {
        None
    }
    fn member(&self, _: &ClassId, _: &str) -> Option<Rc<ExternMember>> {
        None
    }
    fn member_names(&self, _: &ClassId) -> Vec<Rc<str>> {
        Vec::new()
    }
    fn declared_names(&self, _: &ClassId) -> Vec<Rc<str>> {
        Vec::new()
    }
}

/// A compiled program: its Python and the helpers beside it.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The text of the module; of several, that of the last.
    pub main: String,
    /// The text of `_mochi.py`; empty if it needs none.
    pub helpers: String,
    /// The text of `_mochi_wrap.py`; empty if it needs none.
    pub wrap: String,
    /// The files of a package, by path; none if the program is one module.
    pub files: Vec<(String, String)>,
}

/// What stands for the diagnostic of a text that was refused without any.
const SILENT: &str = "no word";

/// What begins the line before a module, followed by its name.
const MODULE: &str = "// module ";

/// The modules of a program with their texts, the entry last. A text without marks is one.
pub fn modules(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match line.strip_prefix(MODULE) {
            Some(name) => found.push((name.trim().to_owned(), String::new())),
            None if found.is_empty() => found.push(("main".to_owned(), line.to_owned())),
            None => {
                if let Some((_, text)) = found.last_mut() {
                    text.push_str(line);
                }
            }
        }
    }
    if found.is_empty() {
        found.push(("main".to_owned(), String::new()));
    }
    found
}

/// Where an import leads: to a module before.
fn target(path: &str, before: &[(String, String)]) -> Target {
    let name = path.trim_start_matches("./");
    let found = before.iter().position(|(other, _)| other == name);
    found.map_or_else(
        || Target::Missing {
            shown: Rc::from(path),
            note: None,
        },
        Target::Module,
    )
}

/// Compiles a program; else the first diagnostic as `CODE: message`.
pub fn compile(text: &str) -> Result<Compiled, String> {
    let texts = modules(text);
    let mut sources = Vec::new();
    let mut parsed = Vec::new();
    for (at, (name, text)) in texts.iter().enumerate() {
        let id = SourceId(u32::try_from(at).unwrap_or(u32::MAX));
        let source = SourceFile::new(format!("{name}.mochi"), text.clone());
        sources.push((id, Rc::new(source)));
        parsed.push(mochi_syntax::parse(id, text));
    }
    let mut inputs = Vec::new();
    for (at, parsed) in parsed.iter().enumerate() {
        let imports = mochi_check::space_imports(&parsed.program.body);
        let imports = imports
            .iter()
            .map(|import| (import.path_span, target(&import.path, &texts[..at])));
        inputs.push(ModuleInput {
            name: Rc::from(sources[at].1.path()),
            program: &parsed.program,
            sources: vec![(sources[at].0, &*sources[at].1)],
            imports: imports.collect(),
            sidecars: BTreeMap::new(),
        });
    }
    let checked = mochi_check::check_program(&inputs, &NoExterns);
    let unread = parsed.iter().flat_map(|parsed| &parsed.diagnostics);
    let mut faults = unread.clone().chain(&checked.diagnostics);
    let first = faults.find(|one| one.severity == mochi_base::Severity::Error);
    let typed = match checked.modules {
        Some(typed) if unread.count() == 0 => typed,
        _ => {
            return Err(first.map_or_else(|| SILENT.to_owned(), |one| described(one, &texts)));
        }
    };
    let is_one = texts.len() == 1;
    let options: Vec<LowerOptions> = texts
        .iter()
        .zip(&sources)
        .enumerate()
        .map(|(at, ((name, _), source))| LowerOptions {
            entry: at + 1 == texts.len(),
            in_package: !is_one,
            ..options(if is_one { "main" } else { name }, source.clone())
        })
        .collect();
    let externs = mochi_types::Declared::over(&NoExterns, checked.declared);
    let lowered = lower_program(&typed, &externs, &options);
    let main = format!("{}.py", options.last().map_or("", |one| &one.module_name));
    Ok(Compiled {
        main: file(&lowered, &main).to_owned(),
        helpers: file(&lowered, "_mochi.py").to_owned(),
        wrap: file(&lowered, "_mochi_wrap.py").to_owned(),
        files: if is_one {
            Vec::new()
        } else {
            let mut files = lowered.files;
            files.retain(|(path, _)| !path.contains(".py."));
            files
        },
    })
}

/// A diagnostic with the text that it is about.
fn described(one: &Diagnostic, texts: &[(String, String)]) -> String {
    let at = one.span.map_or(0, |span| span.start as usize);
    let source = one.span.map_or(0, |span| span.source.0 as usize);
    let text = texts.get(source).map_or("", |(_, text)| &**text);
    let at = at.min(text.len());
    let line = text.get(..at).map_or("", |before| {
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        text[start..].lines().next().unwrap_or("")
    });
    let rest = text.get(at..).unwrap_or("").lines().next().unwrap_or("");
    format!("{}: {} at `{rest}` in `{line}`", one.code, one.message)
}

/// The options for a program of one file.
pub fn options(name: &str, source: (SourceId, Rc<SourceFile>)) -> LowerOptions {
    LowerOptions {
        module_name: name.to_owned(),
        package: Vec::new(),
        sources: vec![source],
        entry: true,
        in_package: false,
        persistent_loop: false,
        checks: mochi_types::CheckRule::default(),
        tests: false,
        benches: false,
        since: None,
    }
}

/// The text of one file of the output; empty if there is none.
pub fn file<'a>(lowered: &'a Lowered, name: &str) -> &'a str {
    let found = lowered.files.iter().find(|(path, _)| path == name);
    found.map_or("", |(_, text)| text)
}

/// What goes wrong with a text that need not be a program; else whether it was lowered.
pub fn withstand(text: &str) -> Result<bool, String> {
    let parsed = mochi_syntax::parse(SourceId(0), text);
    if let Ok(once) = mochi_syntax::format(text) {
        if mochi_syntax::format(&once).as_ref() != Ok(&once) {
            return Err("formatted twice, it differs".to_owned());
        }
        let other = mochi_syntax::parse(SourceId(0), &once);
        let dumps = [&parsed.program, &other.program].map(mochi_syntax::dump::program);
        if dumps[0] != dumps[1] {
            return Err("formatted, it means something else".to_owned());
        }
    }
    match compile(text) {
        Ok(compiled) if compiled.main.is_empty() => Err("lowered to nothing".to_owned()),
        Ok(_) => Ok(true),
        Err(why) if why == SILENT => Err("refused without a word".to_owned()),
        Err(_) => Ok(false),
    }
}
