//! The only module that runs uv. What to run is a value ([`UvCommand`]), what uv printed is read by
//! pure functions ([`output`], [`failure`]).
//!
//! Measured with uv 0.13; older versions decorate their errors differently, which the reader of
//! failures accepts too.

mod bootstrap;
mod command;
pub(crate) mod failure;
mod locate;
pub(crate) mod output;
mod pins;

use std::path::PathBuf;

use mochi_system::System;

pub use command::{Upgrade, UvCommand, UvSettings};
pub(crate) use locate::locate;

use self::failure::Failure;
use crate::codes;
use crate::error::ProjectError;
use crate::progress::Progress;

/// The user's settings that choose indexes, as text for the key of a resolution.
pub(crate) fn index_settings(system: &dyn System) -> Vec<String> {
    command::INDEX_VARIABLES
        .iter()
        .filter_map(|name| Some(format!("{name}={}", system.variable(name)?)))
        .collect()
}

/// A uv that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uv {
    /// Its executable.
    pub program: PathBuf,
    /// Its version, such as `0.13.9`.
    pub version: String,
}

/// How a command of uv ended, unless it could not be started at all.
pub(crate) enum Ended {
    /// It succeeded and printed this.
    Well(String),
    /// It failed and said this.
    Badly(Failure),
}

impl Uv {
    /// Runs a command; what happens is passed on to `progress`.
    pub(crate) fn run(
        &self,
        system: &dyn System,
        progress: &dyn Progress,
        settings: &UvSettings,
        command: &UvCommand,
    ) -> Result<Ended, ProjectError> {
        let command = command.to_command(&self.program, settings);
        let output = system
            .run(&command, &mut |line| {
                if let Some(event) = output::event(line) {
                    progress.event(&event);
                }
            })
            .map_err(|error| {
                ProjectError::new(
                    codes::UV_MISSING,
                    format!("{} cannot be started: {error}", self.program.display()),
                )
            })?;
        if output.is_success() {
            return Ok(Ended::Well(output.stdout_text()));
        }
        Ok(Ended::Badly(Failure::parse(&output.stderr_text())))
    }
}
