//! Exit codes, and what is said when the fault is ours.
//!
//! Spec: bridge.md §13.

use std::process::ExitCode;

use mochi_project::ExitClass;

use crate::output;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0.
    Success,
    /// 1: the user's program or project is wrong.
    Program,
    /// 2: the command line is wrong.
    Usage,
    /// 3: network, interpreter or uv.
    Environment,
    /// 101: a bug in mochi.
    Bug,
    /// The code of the program that ran.
    Passed(i32),
}

impl Exit {
    /// How a command ends whose gravest fault is of this class.
    pub fn of(class: ExitClass) -> Self {
        match class {
            ExitClass::Program => Self::Program,
            ExitClass::Environment => Self::Environment,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Program => 1,
            Exit::Usage => 2,
            Exit::Environment => 3,
            Exit::Bug => 101,
            // Platforms that pass more than a byte get its lowest.
            Exit::Passed(code) => u8::try_from(code & 0xff).unwrap_or(1),
        })
    }
}

/// Makes a panic say what to report.
pub fn report_bugs() {
    let standard = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        output::say(&format!(
            "This is a bug in mochi, not in your program. Please report it with\n  \
             the program that caused it,\n  the command line,\n  \
             and this: mochi {} on {} {}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        ));
        standard(info);
    }));
}
