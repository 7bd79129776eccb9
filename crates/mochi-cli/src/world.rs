//! What every command that touches the world starts from.

use std::path::Path;
use std::rc::Rc;

use mochi_project::{ProjectError, Session, SessionOptions};
use mochi_system::{RealSystem, System};

use crate::args::Global;
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

    /// A session; paths in imports start at the folder of `file`.
    pub fn session(&self, file: Option<&Path>) -> Result<Session<'_>, ProjectError> {
        let mut options = self.options.clone();
        options.directory = file.and_then(|file| {
            let here = self.system.current_dir().ok()?;
            Some(here.join(file.parent()?))
        });
        Session::new(&*self.system, &self.talk, options)
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
