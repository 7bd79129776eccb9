//! The compiler on texts without imports.

use std::rc::Rc;

use mochi_base::{SourceFile, SourceId};
use mochi_python::{LowerOptions, Lowered, lower};
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
    /// The text of the module.
    pub main: String,
    /// The text of `_mochi.py`; empty if it needs none.
    pub helpers: String,
    /// The text of `_mochi_wrap.py`; empty if it needs none.
    pub wrap: String,
}

/// What stands for the diagnostic of a text that was refused without any.
const SILENT: &str = "no word";

/// Compiles a program; else the first diagnostic as `CODE: message`.
pub fn compile(text: &str) -> Result<Compiled, String> {
    let source = SourceFile::new("main.mochi", text);
    let parsed = mochi_syntax::parse(SourceId(0), text);
    let checked = mochi_check::check(&parsed.program, &source, &NoExterns);
    let module = match checked.module {
        Some(module) if parsed.diagnostics.is_empty() => module,
        _ => {
            let all = parsed.diagnostics.iter().chain(&checked.diagnostics);
            let mut texts = all
                .filter(|one| one.severity == mochi_base::Severity::Error)
                .map(|one| {
                    let at = one
                        .span
                        .map_or(0, |span| span.start as usize)
                        .min(text.len());
                    let line = text.get(..at).map_or("", |before| {
                        let start = before.rfind('\n').map_or(0, |end| end + 1);
                        text[start..].lines().next().unwrap_or("")
                    });
                    let rest = text.get(at..).unwrap_or("").lines().next().unwrap_or("");
                    format!("{}: {} at `{rest}` in `{line}`", one.code, one.message)
                });
            return Err(texts.next().unwrap_or_else(|| SILENT.to_owned()));
        }
    };
    let lowered = lower(&module, &NoExterns, &options("main", source));
    Ok(Compiled {
        main: file(&lowered, "main.py").to_owned(),
        helpers: file(&lowered, "_mochi.py").to_owned(),
        wrap: file(&lowered, "_mochi_wrap.py").to_owned(),
    })
}

/// The options for a program of one file.
pub fn options(name: &str, source: SourceFile) -> LowerOptions {
    LowerOptions {
        module_name: name.to_owned(),
        package: Vec::new(),
        sources: vec![(SourceId(0), Rc::new(source))],
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
