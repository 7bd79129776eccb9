//! The build driver: a program's files to diagnostics, and a checked program to Python that can run.
//!
//! Nothing is printed here and nothing is run; the caller shows the diagnostics and replaces itself
//! with the [`Executable`].
//!
//! Spec: bridge.md §1 (pipeline), §9 (running).

pub mod completion;
mod doc;
mod graph;
pub mod interactive;
mod layout;
mod noise;
mod package;
mod sidecar;
mod store;
mod surface;
mod unreadable;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_base::{Diagnostic, Severity, SourceSet, Span, code};
use mochi_bridge::Bridge;
use mochi_check::{ModuleInput, typed};
use mochi_ingest::{Universe, UniverseOptions};
use mochi_python::{LowerOptions, Lowered, lower_program};
use mochi_surface::SurfaceSource;
use mochi_syntax::ast;
use mochi_system::{Platform, System};
use mochi_types::{Declared, DeclaredTable, ModuleId};

use graph::{Graph, SourceModule};
use sidecar::Sidecars;

use crate::error::{ExitClass, ProjectError};
use crate::interpreter::Interpreter;
use crate::module;
use crate::progress::{Phase, RunningPhase, phase};
use crate::session::{Import, Manner, Prepared, Session};
use crate::source::SystemFiles;
use crate::stubs::TypeFolder;

pub use doc::{doc_package, write_site};
pub use package::{PackageError, PackageOptions, PackageReport, write_package};
pub use store::Executable;
pub(crate) use surface::public_modules;
pub use surface::{Surface, surface};
pub use unreadable::unreadable;

/// A program whose files were read and parsed; its imports are known.
pub struct Script {
    entry: PathBuf,
    directory: PathBuf,
    graph: Graph,
    sidecars: Sidecars,
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
    modules: Vec<typed::Module>,
    externs: Bridge,
    /// What its `extern` statements say of Python.
    declared: Rc<DeclaredTable>,
    sidecars: Sidecars,
    /// How each module is lowered.
    layout: Vec<LowerOptions>,
    entry: PathBuf,
    directory: PathBuf,
}

/// How a program that is run is put down.
enum Shape {
    /// A program of one file: a module beside its helpers.
    Module(LowerOptions),
    /// A package.
    Package(Vec<LowerOptions>),
}

impl CheckedScript {
    /// Whether the program may run.
    pub fn is_accepted(&self) -> bool {
        self.program.is_some()
    }

    /// The emitted files, the main module first; none for a program with errors.
    pub fn lower(&self) -> Option<Lowered> {
        self.lower_for(Purpose::Run)
    }

    /// The emitted files of a Python package of its own, the main module first; none for a
    /// program with errors. Messages name files by their paths from `root`; without one, from
    /// the folder of the program's file. A library is there to be imported, not run.
    pub fn package(&self, root: Option<&Path>, is_library: bool) -> Option<Lowered> {
        let accepted = self.program.as_ref()?;
        let entry = accepted.directory.join(&accepted.entry);
        let root = root.or(entry.parent()).unwrap_or(Path::new(""));
        let mut layout = accepted.layout.clone();
        layout::name_sources(&mut layout, &accepted.directory, root);
        for options in &mut layout {
            options.entry &= !is_library;
        }
        let mut lowered = accepted.lower(&layout);
        lowered.files.push(("py.typed".to_owned(), String::new()));
        Some(lowered)
    }

    fn lower_for(&self, purpose: Purpose) -> Option<Lowered> {
        let accepted = self.program.as_ref()?;
        let mut layout = accepted.layout.clone();
        for options in &mut layout {
            options.tests = purpose == Purpose::Test;
            options.benches = purpose == Purpose::Bench;
        }
        let lowered = match shape(&accepted.entry, layout, purpose) {
            Shape::Module(options) => accepted.lower(&[options]),
            Shape::Package(layout) => {
                let name = layout::program_name(&accepted.entry);
                let mut lowered = accepted.lower(&layout);
                for (path, _) in &mut lowered.files {
                    *path = format!("{name}/{path}");
                }
                lowered
            }
        };
        Some(lowered)
    }
}

/// Programs of no greater depth become Python that nests as deep as Python allows at most.
const SHALLOW: u32 = 32;

impl Accepted {
    /// What is wrong with a program that becomes Python which its compiler refuses. Only the output
    /// tells, since what stands inside of each other in the program need not do so in Python.
    fn too_deep(&self) -> Option<Diagnostic> {
        let (reason, span) = self.lower(&self.layout).too_deep?;
        let message = format!("nested deeper than Python allows: {}", reason.limit());
        Some(Diagnostic::error(code::T093, span, message))
    }

    /// The emitted files, and the Python files of the program that they import.
    fn lower(&self, layout: &[LowerOptions]) -> Lowered {
        let externs = Declared::over(&self.externs, Rc::clone(&self.declared));
        let mut lowered = lower_program(&self.modules, &externs, layout);
        let sidecars = self.sidecars.used(&self.modules);
        lowered.files.extend(sidecars);
        lowered
    }
}

/// A program of one file is a module, one of several a package.
fn shape(entry: &Path, mut layout: Vec<LowerOptions>, purpose: Purpose) -> Shape {
    match (layout.len(), layout.pop()) {
        (1, Some(only)) if purpose == Purpose::Run => Shape::Module(LowerOptions {
            module_name: layout::program_name(entry),
            in_package: false,
            ..only
        }),
        (_, last) => {
            layout.extend(last);
            Shape::Package(layout)
        }
    }
}

impl Script {
    /// Reads and parses a file and all that it imports. The error is a sentence about the file
    /// itself.
    pub fn open(system: &dyn System, path: &Path) -> Result<Self, String> {
        let shown = path.display().to_string();
        let bytes = system
            .read(path)
            .map_err(|error| unreadable::sentence(system, path, &error))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            format!("{shown} is not UTF-8: byte {} is wrong", offset + 1)
        })?;
        Ok(Self::of_text(system, path, text))
    }

    /// Parses a program whose text is known, and reads all that it imports. `path` is the file that
    /// it would be: paths in imports start at its folder, and messages show it.
    pub fn of_text(system: &dyn System, path: &Path, text: String) -> Self {
        let graph = graph::load(system, path, text);
        let bodies = graph.modules.iter().map(SourceModule::body);
        let imports = bodies.flat_map(python_imports).collect();
        let directory = layout::working_directory(system);
        let layout = layout::layout(&graph.modules, &directory);
        let sidecars = Sidecars::read(system, &graph.modules, &layout);
        Self {
            entry: path.to_path_buf(),
            directory,
            graph,
            sidecars,
            imports,
        }
    }

    /// Every `import python` of the program, in source order.
    pub fn imports(&self) -> &[Import] {
        &self.imports
    }

    /// Errors about its imports as diagnostics in its texts.
    pub fn explain(self, errors: &[ProjectError]) -> (Vec<Diagnostic>, SourceSet) {
        let mut sources = self.graph.sources;
        let diagnostics = errors
            .iter()
            .map(|error| error.to_diagnostic(&mut sources))
            .collect();
        (diagnostics, sources)
    }

    /// Prepares the environment and checks the program against it. One that imports nothing needs
    /// none, nor a Python, unless someone asks for one.
    pub fn check(self, system: &Rc<dyn System>, session: &Session<'_>) -> CheckedScript {
        if self.imports.is_empty() && !session.names_python() {
            return self.check_with(system, Err(&[]), session.manner());
        }
        let prepared = session.prepare(&self.imports);
        let _reading = self.reading(session);
        self.check_with(
            system,
            prepared.as_ref().map_err(Vec::as_slice),
            session.manner(),
        )
    }

    /// Shows that types are read, where there are any to read.
    fn reading<'a>(&self, session: &'a Session<'_>) -> Option<RunningPhase<'a>> {
        let any = !self.imports.is_empty();
        any.then(|| phase(session.progress(), Phase::ReadingTypes))
    }

    /// Checks against an environment, or against none: then only faults that have nothing to do
    /// with the imports are found besides those given.
    fn check_with(
        self,
        system: &Rc<dyn System>,
        prepared: Result<&Prepared, &[ProjectError]>,
        manner: Manner,
    ) -> CheckedScript {
        let (externs, absent) = if let Ok(prepared) = prepared {
            self.externs(system, prepared)
        } else {
            let nothing = Bridge::new(empty_universe(system), BTreeMap::new());
            (nothing, Vec::new())
        };
        let Graph {
            mut sources,
            modules,
            faults,
        } = self.graph;
        let inputs: Vec<ModuleInput<'_>> = modules
            .iter()
            .map(|module| ModuleInput {
                sidecars: self.sidecars.of(module),
                ..module.input()
            })
            .collect();
        let checked = mochi_check::check_program(&inputs, &externs);
        let mut diagnostics = faults;
        let mut class = ExitClass::Program;
        for error in prepared.err().unwrap_or_default().iter().chain(&absent) {
            if error.class() == ExitClass::Environment {
                class = ExitClass::Environment;
            }
            diagnostics.push(error.to_diagnostic(&mut sources));
        }
        let found = noise::without_follow_ups(checked.diagnostics, &diagnostics, &sources);
        diagnostics.extend(found);
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.map(|span| (span.source, span.start)));
        let failed = diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error);
        if failed {
            // What could not be read may use what seems unused.
            diagnostics.retain(|diagnostic| !diagnostic.code.is_lint());
        }
        let mut layout = layout::layout(&modules, &self.directory);
        for options in &mut layout {
            options.persistent_loop = manner.persistent_loop;
            options.checks = manner.checks;
        }
        let accepted = checked.modules.filter(|_| !failed).map(|modules| Accepted {
            modules,
            externs,
            declared: checked.declared,
            sidecars: self.sidecars,
            layout,
            entry: self.entry,
            directory: self.directory,
        });
        let is_deep = modules.iter().any(|module| module.depth > SHALLOW);
        let fault = accepted
            .as_ref()
            .filter(|_| is_deep)
            .and_then(Accepted::too_deep);
        let program = accepted.filter(|_| fault.is_none());
        diagnostics.extend(fault);
        CheckedScript {
            sources,
            diagnostics,
            class,
            types: checked.types,
            program,
        }
    }

    /// Whether the file has tests at its top level.
    pub fn has_tests(&self) -> bool {
        self.graph.modules.last().is_some_and(|entry| {
            let mut body = entry.body().iter();
            body.any(|stmt| matches!(stmt.kind, ast::StmtKind::Test(_)))
        })
    }

    /// Whether the file has benchmarks at its top level.
    pub fn has_benches(&self) -> bool {
        self.graph.modules.last().is_some_and(|entry| {
            let mut body = entry.body().iter();
            body.any(|stmt| matches!(stmt.kind, ast::StmtKind::Bench(_)))
        })
    }

    /// The module that Python starts, as the starter takes it.
    fn start(&self, purpose: Purpose) -> String {
        let name = layout::program_name(&self.entry);
        match self.graph.modules.len() {
            1 if purpose == Purpose::Run => name,
            _ => format!("{name}/__main__"),
        }
    }

    /// The imported modules, and the faults of imports that the types show.
    fn externs(&self, system: &Rc<dyn System>, prepared: &Prepared) -> (Bridge, Vec<ProjectError>) {
        let universe = universe(
            system,
            prepared.site_packages.clone(),
            prepared.types.as_ref(),
            &prepared.interpreter,
        );
        let absent = module::absent(&*universe, &prepared.modules, &self.imports);
        let modules = prepared.modules.iter().map(|imported| {
            let module: Rc<str> = Rc::from(imported.module.as_str());
            ModuleId(module)
        });
        let specs = self.imports.iter().map(|import| import.spec.clone());
        // What is not there gets no fault of its own at each use.
        let there = specs
            .zip(modules)
            .enumerate()
            .filter(|(index, _)| absent.iter().all(|(missing, _)| missing != index))
            .map(|(_, import)| import);
        let bridge = Bridge::new(universe, there.collect());
        (bridge, absent.into_iter().map(|(_, error)| error).collect())
    }
}

/// How programs are built.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Identifies this build of the compiler: what another one emitted is never run.
    pub compiler: String,
    /// What for.
    pub purpose: Purpose,
}

/// What a program is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To run it; test blocks run where they stand.
    Run,
    /// To run its tests, each by itself.
    Test,
    /// To measure its benchmarks, each by itself.
    Bench,
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
        Ok(prepared) if script.graph.faults.is_empty() => prepared,
        prepared => {
            let checked = script.check_with(
                system,
                prepared.as_ref().map_err(Vec::as_slice),
                session.manner(),
            );
            return Err(Box::new(BuildFailure::Refused(Box::new(checked))));
        }
    };
    let name = script.start(options.purpose);
    let key = store::key(
        &script.graph,
        &script.sidecars,
        &prepared,
        options,
        session.manner(),
    );
    if let Some(found) = store::find(&**system, session.cache(), &key, &name, &prepared) {
        return Ok(found);
    }
    let reading = script.reading(session);
    let checked = script.check_with(system, Ok(&prepared), session.manner());
    drop(reading);
    let Some(lowered) = checked.lower_for(options.purpose) else {
        return Err(Box::new(BuildFailure::Refused(Box::new(checked))));
    };
    let mut warnings = checked.diagnostics;
    warnings.retain(|warning| !warning.code.is_lint());
    let sources = checked.sources;
    store::save(&**system, session.cache(), &key, &name, &lowered, &prepared)
        .map(|executable| executable.with_warnings(warnings, sources))
        .map_err(|error| Box::new(BuildFailure::Environment(error)))
}

/// Why there is nothing to run.
pub enum BuildFailure {
    /// The program is wrong, or its imports cannot be served.
    Refused(Box<CheckedScript>),
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

/// Every `import python` of a module, in source order.
fn python_imports(body: &[ast::Stmt]) -> Vec<Import> {
    let imports = mochi_check::python_imports(body).into_iter();
    imports
        .map(|import| Import {
            spec: import.path.to_string(),
            span: Some(import.path_span),
        })
        .collect()
}
