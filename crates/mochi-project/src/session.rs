//! What a command asks of this crate: an interpreter, and an environment that serves the imports of
//! a program.
//!
//! When everything is in the cache, nothing is started and no network is touched.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_base::{Span, suggest};
use mochi_system::System;
use mochi_types::CheckRule;

use crate::cache::Cache;
use crate::codes;
use crate::environment::{self, Contents, Environment};
use crate::error::ProjectError;
use crate::explain::{Asked, explain};
use crate::interpreter::{self, Discovery, Interpreter, Queries};
use crate::lockfile::Lock;
use crate::module;
use crate::private_project::PrivateProject;
use crate::progress::{Event, Phase, Progress, phase};
use crate::project::{LockMode, Project, check_interpreter};
use crate::requirement::{self, ImportSpec, Requirement, RequirementError, Source};
use crate::resolve::{self, Resolution, Unresolved};
use crate::stubs::{Held, Lookup, StubAnswer, Stubs, TypeFolder, Wanted};
use crate::uv::{self, Ended, Uv, UvCommand, UvSettings};

/// What the user may set; the default is what no flags mean.
#[derive(Clone, Debug, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct SessionOptions {
    /// The value of `--python`.
    pub python: Option<String>,
    /// `--offline`; `MOCHI_OFFLINE` in the environment does the same.
    pub offline: bool,
    /// Never run code of a package to build it.
    pub no_build: bool,
    /// Whether uv may download an interpreter; `UV_PYTHON_DOWNLOADS=automatic` does the same.
    pub python_downloads: bool,
    /// Choose the newest versions anew instead of those frozen in the cache.
    pub upgrade: bool,
    /// The directory that relative paths in imports start at; the working directory if not given.
    pub directory: Option<PathBuf>,
}

/// One `import python` statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The string, escapes decoded.
    pub spec: String,
    /// The string literal in the source, quotes included; none outside a source text.
    pub span: Option<Span>,
}

/// What an import means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedModule {
    /// The module as Python imports it, dotted.
    pub module: String,
    /// The distribution and its version; none for the standard library.
    pub distribution: Option<(String, String)>,
}

/// How programs speak with Python, where the manifest says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manner {
    /// One event loop serves all calls of asynchronous code (`async-mode`).
    pub persistent_loop: bool,
    /// How strictly results are checked (`strict-return-types`, `int-mode`).
    pub checks: CheckRule,
}

/// Everything needed to read types and to run.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The interpreter that was chosen.
    pub interpreter: Interpreter,
    /// The executable to run programs with: the environment's, or the interpreter itself.
    pub python: PathBuf,
    /// Where distributions stand; none if the program needs none.
    pub site_packages: Option<PathBuf>,
    /// The SHA-256 of the lock; none if the program needs no distributions.
    pub lock_hash: Option<String>,
    /// For each import, in the order given.
    pub modules: Vec<ImportedModule>,
    /// Stubs of imported distributions that have no types; none if none were found.
    pub types: Option<TypeFolder>,
    /// What was looked up for such distributions, sorted by distribution.
    pub stubs: Vec<StubAnswer>,
}

/// One command's view of the project.
pub struct Session<'a> {
    system: &'a dyn System,
    progress: &'a dyn Progress,
    options: SessionOptions,
    cache: Cache,
    queries: Queries<'a>,
    interpreter: OnceCell<Interpreter>,
    uv: OnceCell<Uv>,
    project: Option<(Project, Rc<dyn System>)>,
    script: Option<(PathBuf, LockMode, Rc<dyn System>)>,
}

impl<'a> Session<'a> {
    /// A session; fails only where no cache directory is known.
    pub fn new(
        system: &'a dyn System,
        progress: &'a dyn Progress,
        mut options: SessionOptions,
    ) -> Result<Self, ProjectError> {
        let is_set = |name: &str| {
            system
                .variable(name)
                .is_some_and(|value| !matches!(value.as_str(), "0" | "false" | "no"))
        };
        options.offline |= is_set("MOCHI_OFFLINE");
        options.python_downloads |= system
            .variable("UV_PYTHON_DOWNLOADS")
            .is_some_and(|value| matches!(value.as_str(), "automatic" | "true" | "1"));
        let cache = Cache::locate(system)?;
        let queries = Queries::open(system, &cache);
        Ok(Self {
            system,
            progress,
            options,
            cache,
            queries,
            interpreter: OnceCell::new(),
            uv: OnceCell::new(),
            project: None,
            script: None,
        })
    }

    /// The same session in a project: its manifest and lock decide what imports mean. `system` is
    /// the session's.
    #[must_use]
    pub fn in_project(mut self, project: Project, system: &Rc<dyn System>) -> Self {
        self.project = Some((project, Rc::clone(system)));
        self
    }

    /// How the manifest wants programs to speak with Python.
    pub(crate) fn manner(&self) -> Manner {
        let Some((project, _)) = &self.project else {
            return Manner::default();
        };
        let python = &project.manifest.python;
        Manner {
            persistent_loop: python.persistent_loop,
            checks: CheckRule {
                conversions_only: !python.strict_return_types,
                int64: python.int64,
            },
        }
    }

    /// The same session for a script with a lock beside it. `system` is the session's.
    #[must_use]
    pub fn with_script_lock(
        mut self,
        script: &Path,
        mode: LockMode,
        system: &Rc<dyn System>,
    ) -> Self {
        self.script = Some((script.to_owned(), mode, Rc::clone(system)));
        self
    }

    /// The project that the imports of a locked script stand for.
    pub(crate) fn script_project(&self, imports: &[Import]) -> Result<Project, Vec<ProjectError>> {
        let interpreter = self.interpreter().map_err(|error| vec![error])?;
        let specs = parse(imports, interpreter)?;
        check_sources(&asked(&specs, imports))?;
        let (script, mode) = match &self.script {
            Some((script, mode, _)) => (script.clone(), *mode),
            None => (PathBuf::new(), LockMode::Update),
        };
        let pairs: Vec<(&ImportSpec, &Import)> = specs.iter().zip(imports).collect();
        Ok(Project::of_script(
            self.system,
            &self.cache,
            &script,
            mode,
            &pairs,
        ))
    }

    /// What the cache has frozen for imports.
    pub(crate) fn frozen(&self, imports: &[Import]) -> Option<Resolution> {
        let specs = parse(imports, self.interpreter().ok()?).ok()?;
        let asked = asked(&specs, imports);
        resolve::cached(self.system, &self.cache, &self.private_project(&asked))
    }

    /// The project, if the session is in one.
    pub fn project(&self) -> Option<&Project> {
        self.project.as_ref().map(|(project, _)| project)
    }

    /// The system, for what outlives the session; none outside a project.
    pub(crate) fn shared_system(&self) -> Option<Rc<dyn System>> {
        let project = self.project.as_ref().map(|(_, system)| system);
        let script = self.script.as_ref().map(|(_, _, system)| system);
        project.or(script).map(Rc::clone)
    }

    pub(crate) fn system(&self) -> &'a dyn System {
        self.system
    }

    pub(crate) fn progress(&self) -> &'a dyn Progress {
        self.progress
    }

    /// The cache, for what other parts of the compiler keep in it.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Whether the user, a project or a lock says which interpreter is meant.
    pub(crate) fn names_python(&self) -> bool {
        self.project.is_some()
            || self.script.is_some()
            || self.options.python.is_some()
            || self.system.variable("MOCHI_PYTHON").is_some()
    }

    /// The interpreter that programs run on.
    pub fn interpreter(&self) -> Result<&Interpreter, ProjectError> {
        if let Some(found) = self.interpreter.get() {
            return Ok(found);
        }
        let discovery = if let Some(discovery) = self.project_python() {
            discovery
        } else {
            let wish = self.options.python.as_deref();
            interpreter::discover(self.system, &self.queries, wish)
        };
        for warning in discovery.warnings {
            self.progress.event(&Event::Warning(warning));
        }
        let chosen = match (discovery.chosen, discovery.downloadable) {
            (Err(error), Some(version)) if self.may_download() => self
                .download_python(&version)
                .map_err(|failed| error.with_note(format!("downloading one: {}", failed.message))),
            (chosen, _) => chosen,
        };
        // A cache that cannot be written matters more than what was found.
        self.queries.save()?;
        let chosen = chosen?;
        if let Some(project) = self.project() {
            check_interpreter(project, &chosen)?;
        }
        Ok(self.interpreter.get_or_init(|| chosen))
    }

    /// In a project, unless the user names an interpreter: that of its environment, as long as it
    /// works and is accepted, then the highest accepted version that is found. None if there is no
    /// such rule or result.
    fn project_python(&self) -> Option<Discovery> {
        let project = self.project()?;
        if self.options.python.is_some() || self.system.variable("MOCHI_PYTHON").is_some() {
            return None;
        }
        let accepted = |wish: Option<&str>| {
            let discovery = interpreter::discover(self.system, &self.queries, wish);
            let fits =
                matches!(&discovery.chosen, Ok(found) if check_interpreter(project, found).is_ok());
            fits.then_some(discovery)
        };
        let environment = project.environment();
        if self.system.is_directory(&environment) {
            let wish = environment.to_string_lossy().into_owned();
            if let Some(discovery) = accepted(Some(&wish)) {
                return Some(discovery);
            }
        }
        if project.manifest.python.free_threaded {
            let found = interpreter::free_threaded(self.system, &self.queries);
            let mut found = found.into_iter();
            let chosen = found.find(|one| check_interpreter(project, one).is_ok())?;
            return Some(Discovery {
                chosen: Ok(chosen),
                warnings: Vec::new(),
                downloadable: None,
            });
        }
        accepted(None).or_else(|| {
            (interpreter::LOWEST_MINOR..=interpreter::HIGHEST_TESTED_MINOR)
                .rev()
                .find_map(|minor| accepted(Some(&format!("3.{minor}"))))
        })
    }

    /// Resolves and installs what the imports need, and tells which module each one means. Every
    /// independent fault is reported; the list of errors is never empty.
    pub fn prepare(&self, imports: &[Import]) -> Result<Prepared, Vec<ProjectError>> {
        if let Some(project) = self.project() {
            return self.prepare_in(project, imports);
        }
        if self.script.is_some() {
            let project = self.script_project(imports)?;
            return self.prepare_in(&project, imports);
        }
        let interpreter = self.interpreter().map_err(|error| vec![error])?;
        let specs = parse(imports, interpreter)?;
        let asked = asked(&specs, imports);
        if asked.is_empty() {
            let modules = specs.iter().filter_map(standard_module).collect();
            return Ok(Prepared {
                interpreter: interpreter.clone(),
                python: interpreter.executable.clone(),
                site_packages: None,
                lock_hash: None,
                modules,
                types: None,
                stubs: Vec::new(),
            });
        }
        check_sources(&asked)?;
        let (resolution, environment) = self
            .environment(&asked, interpreter)
            .map_err(|error| vec![error])?;
        let modules = module::modules(self.system, &specs, imports, &environment.site_packages)?;
        let wanted = wanted(self.system, &specs, &modules, &environment.site_packages);
        let (stubs, types) = self
            .types(wanted, &asked, &resolution.text, interpreter)
            .map_err(|error| vec![error])?;
        Ok(Prepared {
            interpreter: interpreter.clone(),
            python: environment.python,
            site_packages: Some(environment.site_packages),
            lock_hash: Some(resolution.hash),
            modules,
            types,
            stubs: stubs.answers,
        })
    }

    /// The graph of what the imports resolve to, without installing anything.
    pub fn lock(&self, imports: &[Import]) -> Result<Lock, Vec<ProjectError>> {
        let interpreter = self.interpreter().map_err(|error| vec![error])?;
        let specs = parse(imports, interpreter)?;
        let asked = asked(&specs, imports);
        if asked.is_empty() {
            return Ok(Lock::default());
        }
        check_sources(&asked)?;
        self.resolution(&self.private_project(&asked), &asked, interpreter)
            .and_then(|resolution| resolution.lock())
            .map_err(|error| vec![error])
    }

    fn environment(
        &self,
        asked: &[Asked<'_>],
        interpreter: &Interpreter,
    ) -> Result<(Resolution, Environment), ProjectError> {
        let project = self.private_project(asked);
        let resolution = self.resolution(&project, asked, interpreter)?;
        let cached = environment::cached(self.system, &self.cache, &resolution, interpreter);
        if let Some(environment) = cached {
            return Ok((resolution, environment));
        }
        let uv = self.uv()?;
        let settings = self.settings(Some(interpreter))?;
        let made = environment::make(
            self.system,
            self.progress,
            &self.cache,
            Contents {
                resolution: &resolution,
                refresh: project.local_names(),
                without: Vec::new(),
            },
            interpreter,
            (uv, &settings),
        );
        match made {
            Ok(environment) => Ok((resolution, environment)),
            Err(reason) => Err(report(reason, asked, interpreter)),
        }
    }

    /// Stubs for distributions without types, in a folder of their own. `lock` is the text of the
    /// libraries' lock.
    fn types(
        &self,
        wanted: Vec<Wanted>,
        asked: &[Asked<'_>],
        lock: &str,
        interpreter: &Interpreter,
    ) -> Result<(Stubs, Option<TypeFolder>), ProjectError> {
        let elsewhere: Vec<&str> = asked
            .iter()
            .filter(|one| !matches!(one.requirement.source, Source::Index(_)))
            .map(|one| one.requirement.name.as_ref())
            .collect();
        let lookup = Lookup {
            system: self.system,
            progress: self.progress,
            cache: &self.cache,
            indexes: uv::index_settings(self.system),
            offline: self.options.offline,
            upgrade: self.options.upgrade,
        };
        let stubs = lookup.find(wanted, (lock, &elsewhere), &|| {
            Ok((self.uv()?, self.settings(Some(interpreter))?))
        })?;
        let Some(resolution) = &stubs.resolution else {
            return Ok((stubs, None));
        };
        let folder = |environment: Environment| TypeFolder {
            folder: environment.site_packages,
            hash: resolution.hash.clone(),
        };
        let cached = environment::cached(self.system, &self.cache, resolution, interpreter);
        if let Some(environment) = cached {
            let folder = folder(environment);
            return Ok((stubs, Some(folder)));
        }
        let contents = Contents {
            resolution,
            refresh: Vec::new(),
            without: Held::new(&Lock::parse(lock).unwrap_or_default(), &elsewhere)
                .names()
                .to_vec(),
        };
        let uv = self.uv()?;
        let settings = UvSettings {
            no_build: true,
            ..self.settings(Some(interpreter))?
        };
        let made = environment::make(
            self.system,
            self.progress,
            &self.cache,
            contents,
            interpreter,
            (uv, &settings),
        );
        match made {
            Ok(environment) => {
                let folder = folder(environment);
                Ok((stubs, Some(folder)))
            }
            Err(reason) => Err(report(reason, asked, interpreter)),
        }
    }

    fn private_project(&self, asked: &[Asked<'_>]) -> PrivateProject {
        let requirements: Vec<&Requirement> = asked.iter().map(|one| one.requirement).collect();
        let directory = self
            .options
            .directory
            .clone()
            .or_else(|| self.system.current_dir().ok())
            .unwrap_or_default();
        let indexes = uv::index_settings(self.system);
        PrivateProject::new(self.system, &requirements, &directory, indexes)
    }

    fn resolution(
        &self,
        project: &PrivateProject,
        asked: &[Asked<'_>],
        interpreter: &Interpreter,
    ) -> Result<Resolution, ProjectError> {
        if !self.options.upgrade
            && let Some(resolution) = resolve::cached(self.system, &self.cache, project)
        {
            return Ok(resolution);
        }
        let uv = self.uv()?;
        let settings = self.settings(Some(interpreter))?;
        resolve::resolve(
            self.system,
            self.progress,
            &self.cache,
            project,
            (uv, &settings),
            self.options.upgrade,
        )
        .map_err(|reason| report(reason, asked, interpreter))
    }

    pub(crate) fn uv(&self) -> Result<&Uv, ProjectError> {
        if let Some(uv) = self.uv.get() {
            return Ok(uv);
        }
        let found = uv::locate(
            self.system,
            self.progress,
            &self.cache,
            &self.queries,
            self.options.offline,
        );
        self.queries.save()?;
        let found = found?;
        Ok(self.uv.get_or_init(|| found))
    }

    pub(crate) fn settings(
        &self,
        interpreter: Option<&Interpreter>,
    ) -> Result<UvSettings, ProjectError> {
        // uv reads the user's configuration unless it is given a file; an empty one will do.
        let configuration = self.cache.root().join("uv.toml");
        if !self.system.is_file(&configuration) {
            self.system
                .create_dir_all(self.cache.root())
                .and_then(|()| self.system.write(&configuration, b""))
                .map_err(|error| ProjectError::cache("write", &configuration, &error))?;
        }
        Ok(UvSettings {
            cache: self.cache.uv(),
            configuration,
            python: interpreter.map(|found| found.executable.clone()),
            offline: self.options.offline,
            no_build: self.options.no_build,
            inherited: UvSettings::inherit(self.system),
        })
    }

    fn may_download(&self) -> bool {
        self.options.python_downloads && !self.options.offline
    }

    /// Lets uv download an interpreter of this version.
    fn download_python(&self, version: &str) -> Result<Interpreter, ProjectError> {
        let uv = self.uv()?;
        let settings = self.settings(None)?;
        let _running = phase(self.progress, Phase::FetchingPython);
        let install = UvCommand::InstallPython {
            version: version.to_owned(),
        };
        let find = UvCommand::FindPython {
            version: version.to_owned(),
        };
        let mut path = String::new();
        for command in [install, find] {
            match uv.run(self.system, self.progress, &settings, &command)? {
                Ended::Well(printed) => path = printed,
                Ended::Badly(failure) => return Err(explain(&failure, &[])),
            }
        }
        self.queries
            .python(Path::new(path.trim()))
            .map_err(|reason| ProjectError::new(codes::INTERPRETER_MISSING, reason))
    }
}

/// The error behind a failed resolution or installation.
fn report(reason: Unresolved, asked: &[Asked<'_>], interpreter: &Interpreter) -> ProjectError {
    let failure = match reason {
        Unresolved::Failed(error) => return error,
        Unresolved::Refused(failure) => failure,
    };
    let error = explain(&failure, asked);
    let missing = failure.unknown_distribution();
    match missing {
        Some(name) if error.code == codes::NO_SUCH_DISTRIBUTION => {
            let known = interpreter.standard_modules.iter().map(String::as_str);
            match suggest::nearest(name, known.filter(|module| !module.starts_with('_'))) {
                Some(module) => {
                    error.with_note(format!("did you mean `{module}` of the standard library?"))
                }
                None => error,
            }
        }
        _ => error,
    }
}

/// Reads every import; every fault is reported.
fn parse(
    imports: &[Import],
    interpreter: &Interpreter,
) -> Result<Vec<ImportSpec>, Vec<ProjectError>> {
    let mut specs = Vec::new();
    let mut errors = Vec::new();
    for import in imports {
        match requirement::parse(&import.spec, &|module| interpreter.is_standard(module)) {
            Ok(spec) => specs.push(spec),
            Err(error) => errors.push(invalid(import, &error)),
        }
    }
    if errors.is_empty() {
        Ok(specs)
    } else {
        Err(errors)
    }
}

/// The imports that ask for a distribution.
fn asked<'a>(specs: &'a [ImportSpec], imports: &[Import]) -> Vec<Asked<'a>> {
    specs
        .iter()
        .zip(imports)
        .filter_map(|(spec, import)| match spec {
            ImportSpec::Distribution(requirement) => Some(Asked {
                requirement,
                span: import.span,
            }),
            ImportSpec::StandardLibrary(_) => None,
        })
        .collect()
}

/// The imported distributions of the default index that have no types of their own.
fn wanted(
    system: &dyn System,
    specs: &[ImportSpec],
    modules: &[ImportedModule],
    site_packages: &Path,
) -> Vec<Wanted> {
    specs
        .iter()
        .zip(modules)
        .filter_map(|(spec, imported)| {
            let ImportSpec::Distribution(requirement) = spec else {
                return None;
            };
            if !matches!(requirement.source, Source::Index(_)) {
                return None;
            }
            let (name, version) = imported.distribution.as_ref()?;
            Wanted::new(system, site_packages, &imported.module, (name, version))
        })
        .collect()
}

fn standard_module(spec: &ImportSpec) -> Option<ImportedModule> {
    match spec {
        ImportSpec::StandardLibrary(module) => Some(ImportedModule {
            module: module.clone(),
            distribution: None,
        }),
        ImportSpec::Distribution(_) => None,
    }
}

/// The error for a string that is no requirement, at the faulty part of it.
pub(crate) fn invalid(import: &Import, error: &RequirementError) -> ProjectError {
    let place = import.span.map(|span| {
        let plain = (span.end - span.start) as usize == import.spec.len() + 2;
        let offset = |inside: usize| u32::try_from(inside).map(|inside| span.start + 1 + inside);
        match (plain, offset(error.start), offset(error.end)) {
            (true, Ok(start), Ok(end)) => Span::new(span.source, start, end),
            // With escapes in the literal positions inside it are not known.
            _ => span,
        }
    });
    let built = ProjectError::new(codes::INVALID_REQUIREMENT, error.message.clone()).at(place);
    match &error.suggestion {
        Some(suggestion) => built.with_note(suggest::question(suggestion)),
        None => built,
    }
}

/// A distribution comes from one place only.
fn check_sources(asked: &[Asked<'_>]) -> Result<(), Vec<ProjectError>> {
    let mut errors = Vec::new();
    for (index, one) in asked.iter().enumerate() {
        let earlier = asked.iter().take(index).find(|other| {
            other.requirement.name == one.requirement.name
                && !same_place(&other.requirement.source, &one.requirement.source)
        });
        if let Some(earlier) = earlier {
            errors.push(
                ProjectError::new(
                    codes::CONFLICT,
                    format!("`{}` is asked for from two sources", one.requirement.given),
                )
                .at(one.span)
                .with_note_at(earlier.span, "the other source is here"),
            );
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

fn same_place(a: &Source, b: &Source) -> bool {
    match (a, b) {
        (Source::Index(_), Source::Index(_)) => true,
        _ => a == b,
    }
}
