//! What every command that touches the world starts from.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_base::{Diagnostic, SourceSet, render};
use mochi_project::driver::unreadable;
use mochi_project::project::{LockMode, Project, find_root, lock_of_script};
use mochi_project::requirement::{self, ImportSpec};
use mochi_project::{Event, Progress as _, ProjectError, Session, SessionOptions, codes, manifest};
use mochi_system::{RealSystem, System};

use crate::args::Global;
use crate::exit::Exit;
use crate::output;
use crate::progress::Talk;

/// The real system with the talk of one command.
pub struct World {
    /// The machine.
    pub system: Rc<dyn System>,
    /// What is said meanwhile.
    pub talk: Talk,
    options: SessionOptions,
}

impl World {
    /// As the options ask for.
    pub fn new(global: &Global) -> Self {
        Self {
            system: Rc::new(RealSystem),
            talk: Talk::new(global),
            options: SessionOptions {
                python: global.python.clone(),
                offline: global.offline,
                ..SessionOptions::default()
            },
        }
    }

    /// Lets sessions choose the newest versions instead of those frozen in the cache.
    pub fn upgrade(&mut self) {
        self.options.upgrade = true;
    }

    /// A session; paths in imports start at the folder of `file`.
    pub fn session(&self, file: Option<&Path>) -> Result<Session<'_>, ProjectError> {
        let mut options = self.options.clone();
        options.directory = file.and_then(|file| {
            let here = self.system.current_dir().ok()?;
            Some(here.join(file.parent()?))
        });
        Session::new(&*self.system, &self.talk, options)
    }

    /// A session in the project that the working directory lies in.
    pub fn project(&self, mode: LockMode) -> Result<Session<'_>, Vec<ProjectError>> {
        self.project_at(Path::new(""), mode)?.ok_or_else(|| {
            let error = ProjectError::new(
                codes::NO_PROJECT,
                format!("there is no {} here or above", manifest::FILE),
            );
            vec![error]
        })
    }

    /// Whether the working directory lies in a project.
    pub fn in_project(&self) -> bool {
        let here = self.system.current_dir().unwrap_or_default();
        find_root(&*self.system, &here).is_some()
    }

    /// A session for a file: in the project that it lies in, or else for the file alone.
    pub fn session_for(
        &self,
        file: &Path,
        mode: LockMode,
    ) -> Result<Session<'_>, Vec<ProjectError>> {
        let folder = file.parent().unwrap_or(Path::new(""));
        if let Some(session) = self.project_at(folder, mode)? {
            return Ok(session);
        }
        let session = self.session(Some(file)).map_err(|error| vec![error])?;
        if mode != LockMode::Update || self.system.is_file(&lock_of_script(file)) {
            return Ok(session.with_script_lock(file, mode, &self.system));
        }
        Ok(session)
    }

    /// What a command works on: the file that is named, or the program of the project here.
    /// `first` is a word that is shown where there is neither.
    pub fn target(
        &self,
        named: Option<PathBuf>,
        first: Option<PathBuf>,
        mode: LockMode,
    ) -> Result<(PathBuf, Session<'_>), Refusal> {
        if let Some(file) = named {
            let file = self.behind_link(file);
            let session = self.session_for(&file, mode).map_err(Refusal::Project)?;
            return Ok((file, session));
        }
        let found = self
            .project_at(Path::new(""), mode)
            .map_err(Refusal::Project)?;
        let Some(session) = found else {
            return Err(match first {
                Some(first) => Refusal::NoFile(unreadable(&*self.system, &first)),
                None => Refusal::Nothing,
            });
        };
        let entry = session
            .project()
            .map(|project| project.entry(&*self.system))
            .unwrap_or_default();
        Ok((entry, session))
    }

    /// The file that a link leads to, since what it imports stands beside that one; any other file
    /// as it was named.
    fn behind_link(&self, file: PathBuf) -> PathBuf {
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let plain = self.system.canonical(folder).ok();
        let plain = plain.and_then(|folder| Some(folder.join(file.file_name()?)));
        match (self.system.canonical(&file), plain) {
            (Ok(real), Some(plain)) if real != plain => real,
            _ => file,
        }
    }

    /// A session for one import: the project around, if it has the distribution among its
    /// dependencies; else as for a script.
    pub fn session_for_import(&self, spec: &str) -> Result<Session<'_>, Vec<ProjectError>> {
        if let Ok(ImportSpec::Distribution(asked)) = requirement::parse(spec, &|_| false)
            && let Some(session) = self.project_at(Path::new(""), LockMode::Update)?
            && let Some(project) = session.project()
            && project.manifest.dependency(asked.name.as_ref()).is_some()
        {
            return Ok(session);
        }
        self.session(None).map_err(|error| vec![error])
    }

    fn project_at(
        &self,
        folder: &Path,
        mode: LockMode,
    ) -> Result<Option<Session<'_>>, Vec<ProjectError>> {
        let here = self.system.current_dir().unwrap_or_default();
        let Some(mut project) = Project::discover(&*self.system, &here.join(folder))? else {
            return Ok(None);
        };
        project.mode = mode;
        for warning in &project.manifest.warnings {
            self.talk.event(&Event::Warning(warning.clone()));
        }
        let session = self.session(None).map_err(|error| vec![error])?;
        Ok(Some(session.in_project(project, &self.system)))
    }

    /// Identifies this build of the compiler: its version, and the size and time of its file, so
    /// that a rebuilt one never runs what its predecessor emitted.
    pub fn compiler(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let own = std::env::current_exe().ok();
        let found = own.and_then(|path| self.system.metadata(&path).ok());
        match found {
            Some(found) => format!("{version} {} {}", found.size, found.modified),
            None => version.to_owned(),
        }
    }
}

/// Why a command has nothing to work on.
pub enum Refusal {
    /// The project is wrong.
    Project(Vec<ProjectError>),
    /// A word that is no file, outside of a project; the sentence says so.
    NoFile(String),
    /// Neither a file nor a project.
    Nothing,
}

impl Refusal {
    /// Says so and ends the command.
    pub fn report(&self, global: &Global) -> Exit {
        match self {
            Self::Project(errors) => output::project_errors(global, errors),
            Self::NoFile(sentence) => output::failure(sentence, Exit::Program),
            Self::Nothing => output::failure(
                &format!(
                    "no <FILE> is given, and there is no {} here or above",
                    manifest::FILE
                ),
                Exit::Usage,
            ),
        }
    }

    /// The same with diagnostics as JSON.
    pub fn report_json(&self, global: &Global) -> Exit {
        let Self::Project(errors) = self else {
            return self.report(global);
        };
        let mut sources = SourceSet::new();
        let shown: Vec<Diagnostic> = errors
            .iter()
            .map(|error| error.to_diagnostic(&mut sources))
            .collect();
        match output::result(&render::json(&shown, &sources)) {
            Exit::Success => output::class(errors),
            other => other,
        }
    }
}
