//! The build driver of scripts: a file to diagnostics, and a checked program to Python that can run.
//!
//! Nothing is printed here and nothing is run; the caller shows the diagnostics and replaces itself
//! with the [`Executable`].
//!
//! Spec: bridge.md §1 (pipeline), §9 (running).

mod store;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_base::{Diagnostic, Severity, SourceFile, SourceId, SourceSet, Span};
use mochi_bridge::Bridge;
use mochi_check::typed;
use mochi_ingest::{Universe, UniverseOptions};
use mochi_python::{LowerOptions, Lowered, lower};
use mochi_surface::SurfaceSource;
use mochi_syntax::ast;
use mochi_system::{Platform, System};
use mochi_types::ModuleId;

use crate::error::{ExitClass, ProjectError};
use crate::interpreter::Interpreter;
use crate::session::{Import, Prepared, Session};
use crate::source::SystemFiles;
use crate::stubs::TypeFolder;

pub use store::Executable;

/// A script that was read and parsed; its imports are known.
pub struct Script {
    sources: SourceSet,
    source: Rc<SourceFile>,
    program: ast::Program,
    syntax_faults: Vec<Diagnostic>,
    imports: Vec<Import>,
}

/// A script that was checked.
pub struct CheckedScript {
    /// What the spans of the diagnostics refer to.
    pub sources: SourceSet,
    /// Every independent fault, in source order; faults without a place first.
    pub diagnostics: Vec<Diagnostic>,
    /// Whose fault the gravest one is.
    pub class: ExitClass,
    /// The type of every expression statement, call and binding, in source order.
    pub types: Vec<(Span, String)>,
    program: Option<Accepted>,
}

/// What an accepted script is lowered from.
struct Accepted {
    module: typed::Module,
    externs: Bridge,
    source: Rc<SourceFile>,
}

impl CheckedScript {
    /// Whether the program may run.
    pub fn is_accepted(&self) -> bool {
        self.program.is_some()
    }

    /// The emitted files, the main module first; none for a program with errors.
    pub fn lower(&self) -> Option<Lowered> {
        let accepted = self.program.as_ref()?;
        let options = LowerOptions {
            module_name: module_name(Path::new(accepted.source.path())),
            package: Vec::new(),
            sources: vec![(SourceId(0), Rc::clone(&accepted.source))],
            entry: true,
            in_package: false,
        };
        Some(lower(&accepted.module, &accepted.externs, &options))
    }
}

impl Script {
    /// Reads and parses a file. The error is a sentence about the file itself.
    pub fn open(system: &dyn System, path: &Path) -> Result<Self, String> {
        let shown = path.display().to_string();
        let bytes = system
            .read(path)
            .map_err(|error| format!("cannot read {shown}: {error}"))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            format!("{shown} is not UTF-8: byte {} is wrong", offset + 1)
        })?;
        Ok(Self::parse(&shown, text))
    }

    /// Parses a text; `shown` is the path that messages name.
    pub fn parse(shown: &str, text: String) -> Self {
        let mut sources = SourceSet::new();
        let id = sources.add(SourceFile::new(shown, text));
        let source = sources
            .get(id)
            .map_or_else(|| Rc::new(SourceFile::new(shown, "")), Rc::clone);
        let parsed = mochi_syntax::parse(SourceId(0), source.text());
        let imports = python_imports(&parsed.program);
        Self {
            sources,
            source,
            program: parsed.program,
            syntax_faults: parsed.diagnostics,
            imports,
        }
    }

    /// Prepares the environment and checks the program against it.
    pub fn check(self, system: &Rc<dyn System>, session: &Session<'_>) -> CheckedScript {
        let prepared = session.prepare(&self.imports);
        self.check_with(system, prepared.as_ref().map_err(Vec::as_slice))
    }

    /// Checks against an environment, or against none: then only faults that have nothing to do
    /// with the imports are found besides those given.
    fn check_with(
        self,
        system: &Rc<dyn System>,
        prepared: Result<&Prepared, &[ProjectError]>,
    ) -> CheckedScript {
        let externs = match prepared {
            Ok(prepared) => self.externs(system, prepared),
            Err(_) => Bridge::new(empty_universe(system), BTreeMap::new()),
        };
        let checked = mochi_check::check(&self.program, &self.source, &externs);
        let mut diagnostics = self.syntax_faults;
        let mut sources = self.sources;
        let mut class = ExitClass::Program;
        for error in prepared.err().unwrap_or_default() {
            if error.class() == ExitClass::Environment {
                class = ExitClass::Environment;
            }
            diagnostics.push(error.to_diagnostic(&mut sources));
        }
        diagnostics.extend(checked.diagnostics);
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.map(|span| span.start));
        let failed = diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error);
        let source = self.source;
        let program = checked.module.filter(|_| !failed).map(|module| Accepted {
            module,
            externs,
            source,
        });
        CheckedScript {
            sources,
            diagnostics,
            class,
            types: checked.types,
            program,
        }
    }

    fn externs(&self, system: &Rc<dyn System>, prepared: &Prepared) -> Bridge {
        let universe = universe(
            system,
            prepared.site_packages.clone(),
            prepared.types.as_ref(),
            &prepared.interpreter,
        );
        let modules = prepared.modules.iter().map(|imported| {
            let module: Rc<str> = Rc::from(imported.module.as_str());
            ModuleId(module)
        });
        let specs = self.imports.iter().map(|import| import.spec.clone());
        Bridge::new(universe, specs.zip(modules).collect())
    }
}

/// How programs are built.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Identifies this build of the compiler: what another one emitted is never run.
    pub compiler: String,
}

/// Checks a script and makes it ready to run, or takes both from the cache when nothing changed.
///
/// `Err` holds the checked script with its diagnostics.
pub fn build(
    script: Script,
    system: &Rc<dyn System>,
    session: &Session<'_>,
    options: &BuildOptions,
) -> Result<Executable, Box<BuildFailure>> {
    let prepared = match session.prepare(&script.imports) {
        Ok(prepared) if script.syntax_faults.is_empty() => prepared,
        prepared => {
            let checked = script.check_with(system, prepared.as_ref().map_err(Vec::as_slice));
            return Err(Box::new(BuildFailure::Refused(checked)));
        }
    };
    let name = module_name(Path::new(script.source.path()));
    let key = store::key(&script.source, &prepared, options);
    if let Some(found) = store::find(&**system, session.cache(), &key, &name, &prepared) {
        return Ok(found);
    }
    let checked = script.check_with(system, Ok(&prepared));
    let Some(lowered) = checked.lower() else {
        return Err(Box::new(BuildFailure::Refused(checked)));
    };
    let warnings = checked.diagnostics;
    let sources = checked.sources;
    store::save(&**system, session.cache(), &key, &name, &lowered, &prepared)
        .map(|executable| executable.with_warnings(warnings, sources))
        .map_err(|error| Box::new(BuildFailure::Environment(error)))
}

/// Why there is nothing to run.
pub enum BuildFailure {
    /// The program is wrong, or its imports cannot be served.
    Refused(CheckedScript),
    /// The cache cannot be written.
    Environment(ProjectError),
}

/// Every module of an environment and of the standard library, read by the environment's types
/// and those beside it.
pub fn universe(
    system: &Rc<dyn System>,
    site_packages: Option<PathBuf>,
    types: Option<&TypeFolder>,
    interpreter: &Interpreter,
) -> Rc<Universe> {
    let (major, minor, _) = interpreter.version;
    let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
    let options = UniverseOptions {
        site_packages: site_packages.into_iter().collect(),
        python_version: (small(major), small(minor)),
        platform: platform(system.platform()).to_owned(),
    };
    let files = Rc::new(SystemFiles::new(Rc::clone(system)));
    let types: Vec<PathBuf> = types
        .map(|types| types.folder.clone())
        .into_iter()
        .collect();
    Rc::new(Universe::with_types(files, options, &types))
}

fn empty_universe(system: &Rc<dyn System>) -> Rc<dyn SurfaceSource> {
    let options = UniverseOptions {
        site_packages: Vec::new(),
        python_version: (3, 12),
        platform: platform(system.platform()).to_owned(),
    };
    let files = Rc::new(SystemFiles::new(Rc::clone(system)));
    Rc::new(Universe::new(files, options))
}

/// `sys.platform` of a target.
fn platform(platform: Platform) -> &'static str {
    match platform {
        Platform::Linux => "linux",
        Platform::MacOs => "darwin",
        Platform::Windows => "win32",
    }
}

/// Every `import python` at the top level, in source order.
fn python_imports(program: &ast::Program) -> Vec<Import> {
    let mut imports = Vec::new();
    for stmt in &program.body {
        let ast::StmtKind::Import(import) = &stmt.kind else {
            continue;
        };
        let is_python = import
            .language
            .as_ref()
            .is_some_and(|language| &*language.text == "python");
        if is_python {
            imports.push(Import {
                spec: import.path.to_string(),
                span: Some(import.path_span),
            });
        }
    }
    imports
}

/// The Python module that a script becomes: its stem, with what an identifier cannot hold replaced.
fn module_name(path: &Path) -> String {
    let stem = path
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let mut name = String::new();
    for c in stem.chars() {
        name.push(if c.is_ascii_alphanumeric() { c } else { '_' });
    }
    // A name of its own: never a module of the standard library or of a package.
    format!("mochi_{name}")
}
