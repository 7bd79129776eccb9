//! The command line of projects as types.

use std::path::PathBuf;

use clap::Args;
use mochi_project::project::LockMode;

/// How much of the lock may change.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct LockFlags {
    /// Fail if mochi.lock does not fit mochi.toml
    #[arg(long, conflicts_with = "frozen")]
    pub locked: bool,
    /// Use mochi.lock as it is, without comparing it with mochi.toml
    #[arg(long)]
    pub frozen: bool,
}

impl LockFlags {
    /// The mode that they mean.
    pub fn mode(self) -> LockMode {
        match (self.locked, self.frozen) {
            (_, true) => LockMode::Frozen,
            (true, _) => LockMode::Locked,
            _ => LockMode::Update,
        }
    }
}

/// `mochi new`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi new demo                          a program: demo/src/main.mochi
  mochi new --lib units                   a library: units/src/lib.mochi
  mochi new work/demo --name shop         the directory and the name differ")]
pub struct NewArguments {
    /// The directory to make
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Make a library
    #[arg(long)]
    pub lib: bool,
    /// The package's name; the directory's if not given
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

/// `mochi init`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi init                              make a project of this directory
  mochi init --lib --name units           a library with a name of its own")]
pub struct InitArguments {
    /// The directory; this one if not given
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Make a library
    #[arg(long)]
    pub lib: bool,
    /// The package's name; the directory's if not given
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

/// `mochi pkg add`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi pkg add rich                      the newest version and everything compatible with it
  mochi pkg add \"rich[jupyter]@^13\"       as an import spells it
  mochi pkg add rich --marker \"sys_platform == 'win32'\"
  mochi pkg add tools --path ../tools --editable
  mochi pkg add tools --git https://git.example/tools --tag v1")]
pub struct AddArguments {
    /// The packages, as imports name them
    #[arg(value_name = "PACKAGE", required = true)]
    pub packages: Vec<String>,
    /// An extra of the package; may be repeated
    #[arg(long, value_name = "NAME")]
    pub extra: Vec<String>,
    /// The environments that need it, as an environment marker
    #[arg(long, value_name = "MARKER")]
    pub marker: Option<String>,
    /// An index of mochi.toml to take it from
    #[arg(long, value_name = "NAME", conflicts_with_all = ["git", "path"])]
    pub index: Option<String>,
    /// A repository to take it from
    #[arg(long, value_name = "URL", conflicts_with = "path")]
    pub git: Option<String>,
    /// The branch of the repository
    #[arg(long, value_name = "NAME", requires = "git", conflicts_with_all = ["tag", "rev"])]
    pub branch: Option<String>,
    /// The tag of the repository
    #[arg(long, value_name = "NAME", requires = "git", conflicts_with = "rev")]
    pub tag: Option<String>,
    /// The commit of the repository
    #[arg(long, value_name = "COMMIT", requires = "git")]
    pub rev: Option<String>,
    /// A local project or wheel to take it from
    #[arg(long, value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Refer to the local project instead of copying it
    #[arg(long, requires = "path")]
    pub editable: bool,
    /// Let packages whose versions move be able to do more than before
    #[arg(long)]
    pub accept_capabilities: bool,
}

/// `mochi pkg remove`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi pkg remove rich
  mochi pkg remove rich tabulate")]
pub struct RemoveArguments {
    /// The packages, as mochi.toml names them
    #[arg(value_name = "NAME", required = true)]
    pub names: Vec<String>,
}

/// `mochi pkg lock`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi pkg lock                          bring mochi.lock up to date; nothing else moves
  mochi pkg lock --upgrade                move everything to the newest versions that fit
  mochi pkg lock --upgrade-package idna   move one distribution
  mochi pkg lock --check                  make the lock anew and name every field that differs")]
#[allow(clippy::struct_excessive_bools, reason = "each is an option")]
pub struct LockArguments {
    /// Change nothing; fail and name what differs
    #[arg(long, conflicts_with_all = ["upgrade", "upgrade_package"])]
    pub check: bool,
    /// Let every version move
    #[arg(long)]
    pub upgrade: bool,
    /// Let the version of one distribution move; may be repeated
    #[arg(long, value_name = "NAME")]
    pub upgrade_package: Vec<String>,
    /// Let packages whose versions move be able to do more than before
    #[arg(long, conflicts_with = "check")]
    pub accept_capabilities: bool,
    /// Write what moved or differs as JSON
    #[arg(long)]
    pub json: bool,
}

/// `mochi pkg sync`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi pkg sync                          lock if need be, and make .venv match
  mochi pkg sync --locked                 fail if the lock does not fit mochi.toml
  mochi --python 3.13 pkg sync            with another interpreter")]
pub struct SyncArguments {
    /// How much of the lock may change.
    #[command(flatten)]
    pub lock: LockFlags,
    /// Write the outcome as JSON
    #[arg(long)]
    pub json: bool,
}

/// `mochi pkg tree`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi pkg tree                          what needs what
  mochi pkg tree --depth 0                what the project needs itself
  mochi pkg tree --json")]
pub struct TreeArguments {
    /// How many levels below the project's own dependencies to show
    #[arg(long, value_name = "N")]
    pub depth: Option<usize>,
    /// Write the tree as JSON
    #[arg(long)]
    pub json: bool,
    /// How much of the lock may change.
    #[command(flatten)]
    pub lock: LockFlags,
}

/// `mochi pkg why`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi pkg why idna                      what leads to it
  mochi pkg why --json idna")]
pub struct WhyArguments {
    /// The distribution
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Write the chains as JSON
    #[arg(long)]
    pub json: bool,
    /// How much of the lock may change.
    #[command(flatten)]
    pub lock: LockFlags,
}

/// `mochi pkg audit`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi pkg audit                         network, files, processes, native code: who uses what
  mochi pkg audit --json                  the same for other programs")]
pub struct AuditArguments {
    /// Write the findings as JSON
    #[arg(long)]
    pub json: bool,
    /// How much of the lock may change.
    #[command(flatten)]
    pub lock: LockFlags,
}

/// `mochi lock`
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mochi lock hello.mochi                  write hello.mochi.lock; from then on it decides
  mochi lock --upgrade hello.mochi        move to the newest versions: in that file, or without
                                          it what is frozen on this machine")]
pub struct ScriptLockArguments {
    /// The script
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Let every version move
    #[arg(long)]
    pub upgrade: bool,
}
