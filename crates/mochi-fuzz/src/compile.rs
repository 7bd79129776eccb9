//! The compiler on texts without imports.

use std::rc::Rc;

use mochi_base::{SourceFile, SourceId};
use mochi_python::{LowerOptions, lower};
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
            return Err(texts.next().unwrap_or_else(|| "no word".to_owned()));
        }
    };
    let options = LowerOptions {
        module_name: "main".to_owned(),
        package: Vec::new(),
        sources: vec![(SourceId(0), Rc::new(source))],
        entry: true,
        in_package: false,
        persistent_loop: false,
        checks: mochi_types::CheckRule::default(),
        tests: false,
        benches: false,
        since: None,
    };
    let lowered = lower(&module, &NoExterns, &options);
    let file = |name: &str| {
        let found = lowered.files.iter().find(|(path, _)| path == name);
        found.map_or_else(String::new, |(_, text)| text.clone())
    };
    Ok(Compiled {
        main: file("main.py"),
        helpers: file("_mochi.py"),
        wrap: file("_mochi_wrap.py"),
    })
}
