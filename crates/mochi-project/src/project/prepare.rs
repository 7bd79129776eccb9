//! Serving the imports of a program in a project: the manifest and the lock decide, the environment
//! of the project holds them.

use std::str::FromStr;

use pep508_rs::PackageName;

use super::{LockMode, Project, imports, locking, sync};
use crate::cache;
use crate::capability;
use crate::codes;
use crate::environment;
use crate::error::ProjectError;
use crate::interpreter::Interpreter;
use crate::lock::{self, ProjectLock};
use crate::module;
use crate::private_project::PrivateProject;
use crate::requirement::{self, ImportSpec};
use crate::session::{Import, ImportedModule, Prepared, Session, invalid};
use crate::stubs;
use crate::uv::Upgrade;

impl Session<'_> {
    /// Makes sure that lock and environment fit the manifest, and tells which module each import
    /// means.
    pub(crate) fn prepare_in(
        &self,
        project: &Project,
        imports: &[Import],
    ) -> Result<Prepared, Vec<ProjectError>> {
        let interpreter = self.interpreter().map_err(|error| vec![error])?;
        let specs = parse(project, imports, interpreter)?;
        let installed =
            environment::layout(self.system(), &project.environment, interpreter).site_packages;
        if project.manifest.dependencies.is_empty() && !self.system().is_file(&project.lock_path())
        {
            imports::check(
                self.system(),
                project,
                &ProjectLock::default(),
                (&specs, imports),
                &installed,
            )?;
            return Ok(without_packages(interpreter, &specs));
        }
        let private = PrivateProject::of_manifest(self.system(), &project.manifest, &project.root);
        let (text, lock) = ensure_lock(self, (project, &private))?;
        imports::check(self.system(), project, &lock, (&specs, imports), &installed)?;
        if lock.packages.is_empty() {
            return Ok(without_packages(interpreter, &specs));
        }
        let wanted = (text.as_str(), &lock);
        let (environment, _) = sync::sync(self, (project, &private), wanted, interpreter)
            .map_err(|error| vec![error])?;
        let modules = module::modules(self.system(), &specs, imports, &environment.site_packages)?;
        let types =
            stubs::folder(self, project, &lock, interpreter).map_err(|error| vec![error])?;
        let stubs = modules
            .iter()
            .filter_map(|one| stubs::answer(&lock, &one.distribution.as_ref()?.0))
            .collect();
        let hash = cache::sha256(format!("{}\n{text}", private.local_state()).as_bytes());
        Ok(Prepared {
            interpreter: interpreter.clone(),
            python: environment.python,
            site_packages: Some(environment.site_packages),
            lock_hash: Some(hash),
            modules,
            types,
            stubs,
        })
    }
}

fn without_packages(interpreter: &Interpreter, specs: &[ImportSpec]) -> Prepared {
    let modules = specs.iter().filter_map(|spec| match spec {
        ImportSpec::StandardLibrary(module) => Some(ImportedModule {
            module: module.clone(),
            distribution: None,
        }),
        ImportSpec::Distribution(_) => None,
    });
    Prepared {
        interpreter: interpreter.clone(),
        python: interpreter.executable.clone(),
        site_packages: None,
        lock_hash: None,
        modules: modules.collect(),
        types: None,
        stubs: Vec::new(),
    }
}

/// Reads every import. A distribution of the manifest wins over a module of the standard library.
fn parse(
    project: &Project,
    imports: &[Import],
    interpreter: &Interpreter,
) -> Result<Vec<ImportSpec>, Vec<ProjectError>> {
    let is_standard = |module: &str| {
        let listed = PackageName::from_str(module)
            .is_ok_and(|name| project.manifest.dependency(name.as_ref()).is_some());
        !listed && interpreter.is_standard(module)
    };
    let mut specs = Vec::new();
    let mut errors = Vec::new();
    for import in imports {
        match requirement::parse(&import.spec, &is_standard) {
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

/// The lock of the project, brought up to date where its mode allows it.
pub fn current_lock(
    session: &Session<'_>,
    project: &Project,
) -> Result<ProjectLock, Vec<ProjectError>> {
    let private = PrivateProject::of_manifest(session.system(), &project.manifest, &project.root);
    ensure_lock(session, (project, &private)).map(|(_, lock)| lock)
}

/// The lock with its text, made or brought up to date where the mode allows it. `private` is that
/// of the project: what lies on this machine is looked through once.
pub(super) fn ensure_lock(
    session: &Session<'_>,
    (project, private): (&Project, &PrivateProject),
) -> Result<(String, ProjectLock), Vec<ProjectError>> {
    let one = |error| vec![error];
    let system = session.system();
    let present = project.read_lock(system).map_err(one)?;
    let wanted = project.requirements();
    let reason = match &present {
        None => project.outdated("does not exist"),
        Some(found) if project.mode == LockMode::Frozen => return Ok(found.clone()),
        Some((_, found)) if capability::are_unrecorded(project, found) => {
            project.outdated("does not record capabilities")
        }
        Some((text, found)) if found.requirements == wanted => {
            capability::refuse(project, None, found)?;
            if !local_projects_moved(session, (project, private), text).map_err(one)? {
                return Ok((text.clone(), found.clone()));
            }
            let _guard = project
                .guard(system, session.progress(), session.cache())
                .map_err(one)?;
            let lock = locking::compute(session, project, Some(found), &Upgrade::Nothing, false)
                .map_err(one)?;
            let new = lock::write(&lock);
            if new == *text {
                return Ok((new, lock));
            }
            if project.mode == LockMode::Update {
                project.write_lock(system, &new).map_err(one)?;
                return Ok((new, lock));
            }
            // An edit in a local folder does not make a lock outdated; other needs of it do.
            if lock.without_local_digests() == found.without_local_digests() {
                return Ok((text.clone(), found.clone()));
            }
            project.outdated("was made for another state of the local projects")
        }
        Some((_, found)) => differing(project, &found.requirements, &wanted),
    };
    if project.mode != LockMode::Update {
        return Err(vec![reason]);
    }
    let locked = locking::lock_project(session, project, &Upgrade::Nothing)?;
    Ok((locked.text, locked.lock))
}

/// Whether a local project changed since the environment was made: its requirements may be others.
fn local_projects_moved(
    session: &Session<'_>,
    (project, private): (&Project, &PrivateProject),
    text: &str,
) -> Result<bool, ProjectError> {
    if private.local_names().is_empty() {
        return Ok(false);
    }
    let interpreter = session.interpreter()?;
    let state = sync::state(text, private, interpreter);
    Ok(sync::present(session, project, &state, interpreter).is_none())
}

/// Names the requirements that the lock was not made for.
fn differing(project: &Project, locked: &[String], wanted: &[String]) -> ProjectError {
    const SHOWN: usize = 5;
    let mut error = project.outdated("was made for other requirements");
    let only = |one: &[String], other: &[String]| -> Vec<String> {
        one.iter()
            .filter(|text| !other.contains(text))
            .cloned()
            .collect()
    };
    for text in only(wanted, locked).iter().take(SHOWN) {
        let name: String = text
            .chars()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))
            .collect();
        let place = project.manifest.dependency(&name).and_then(|one| one.span);
        error = error.with_note_at(place, format!("the {} asks for `{text}`", project.kind()));
    }
    for text in only(locked, wanted).iter().take(SHOWN) {
        error = error.with_note(format!("the lock was made for `{text}`"));
    }
    error.in_text(&project.manifest.text)
}

/// The interpreter has to be one that the project accepts.
pub(crate) fn check_interpreter(
    project: &Project,
    interpreter: &Interpreter,
) -> Result<(), ProjectError> {
    let (major, minor, micro) = interpreter.version;
    let version = pep440_rs::Version::new([major, minor, micro]);
    let python = &project.manifest.python;
    let accepted = &python.requires_python;
    let program = interpreter.executable.display();
    let found = interpreter.version_text();
    let (place, message) = if !accepted.contains(&version) {
        let message = format!("the project needs Python {accepted}, and {program} is {found}");
        (python.requires_python_span, message)
    } else if python.free_threaded && !interpreter.free_threaded {
        let message = format!(
            "the project needs a free-threaded Python, and {program} ({found}) has the global \
             interpreter lock"
        );
        (python.free_threaded_span, message)
    } else {
        return Ok(());
    };
    let mut error = ProjectError::new(codes::INTERPRETER_MISSING, message);
    if python.free_threaded && !interpreter.free_threaded {
        error = error.with_note(
            "such a Python is called `python3.14t` or the like; `--python` takes its path",
        );
    }
    Err(error.at(place).in_text(&project.manifest.text))
}
