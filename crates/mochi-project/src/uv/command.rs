//! Commands of uv as values, and the clean environment they run in.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use mochi_system::Command;

/// Inherited variables of uv that say where packages and interpreters come from and go to, how to
/// reach those places and how to copy files. They are the user's; all others could change what is
/// resolved or installed and are hidden. The indexes among them are part of the key of a
/// resolution.
const KEPT: &[&str] = &[
    "UV_DEFAULT_INDEX",
    "UV_HTTP_TIMEOUT",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_INSECURE_HOST",
    "UV_KEYRING_PROVIDER",
    "UV_LINK_MODE",
    "UV_NATIVE_TLS",
    "UV_PYTHON_INSTALL_DIR",
    "UV_PYTHON_INSTALL_MIRROR",
    "UV_SYSTEM_CERTS",
];

/// Which of the kept variables choose indexes.
pub(crate) const INDEX_VARIABLES: &[&str] = &["UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL"];

/// What all commands of one session share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UvSettings {
    /// uv's cache.
    pub cache: PathBuf,
    /// Our own configuration file for uv, which shuts out the user's.
    pub configuration: PathBuf,
    /// The interpreter, absolute; none where it is the answer that is sought.
    pub python: Option<PathBuf>,
    /// No network.
    pub offline: bool,
    /// Never run code of a package to build it.
    pub no_build: bool,
    /// The user's variables that are passed on: see `KEPT`.
    pub inherited: Vec<(String, OsString)>,
}

impl UvSettings {
    /// The variables of the user that uv gets to see.
    pub(crate) fn inherit(system: &dyn mochi_system::System) -> Vec<(String, OsString)> {
        let credentials = system
            .variables_with_prefix("UV_INDEX_")
            .into_iter()
            .filter(|name| name.ends_with("_USERNAME") || name.ends_with("_PASSWORD"));
        KEPT.iter()
            .map(ToString::to_string)
            .chain(credentials)
            .filter_map(|name| {
                let value = system.variable(&name)?;
                Some((name, OsString::from(value)))
            })
            .collect()
    }
}

/// Which versions may move although they need not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Upgrade {
    /// None.
    #[default]
    Nothing,
    /// All.
    Everything,
    /// Those of these distributions.
    Only(Vec<String>),
}

impl Upgrade {
    fn arguments(&self) -> Vec<String> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Everything => vec!["--upgrade".to_owned()],
            Self::Only(names) => names
                .iter()
                .flat_map(|name| ["--upgrade-package".to_owned(), name.clone()])
                .collect(),
        }
    }
}

/// A command of uv.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UvCommand {
    /// Choose versions for the project in a directory and write its `uv.lock`.
    Lock {
        /// The directory with `pyproject.toml`.
        directory: PathBuf,
    },
    /// Choose versions again; what the `uv.lock` there says stays unless it has to move.
    Relock {
        /// The directory with `pyproject.toml` and `uv.lock`.
        directory: PathBuf,
        /// What may move although it need not.
        upgrade: Upgrade,
    },
    /// Print what the lock says as a `pylock.toml`, local projects as copies: with the index and
    /// the digests of each file, which a list of requirements would lose.
    Export {
        /// The directory with `pyproject.toml` and `uv.lock`.
        directory: PathBuf,
        /// Distributions that are left out.
        without: Vec<String>,
    },
    /// Install a `pylock.toml` into a folder for reading, as Linux gets them.
    InstallForReading {
        /// The file, called so.
        requirements: PathBuf,
        /// The folder.
        target: PathBuf,
        /// The minor version of Python 3.
        minor: u64,
        /// Distributions whose source may have changed since uv built them.
        refresh: Vec<String>,
    },
    /// Make an environment and install exactly what the lock says, hashes checked.
    Sync {
        /// The directory with `pyproject.toml` and `uv.lock`.
        directory: PathBuf,
        /// The environment.
        environment: PathBuf,
        /// Distributions whose source may have changed since uv built them.
        refresh: Vec<String>,
        /// Distributions that are left out, although they are locked.
        without: Vec<String>,
        /// Editable distributions that are installed as a plain path, which can be read.
        compatible: Vec<String>,
    },
    /// Download an interpreter.
    InstallPython {
        /// The version, such as `3.13`.
        version: String,
    },
    /// Print the path of a downloaded interpreter.
    FindPython {
        /// The version, such as `3.13`.
        version: String,
    },
}

impl UvCommand {
    /// The process to start.
    pub fn to_command(&self, program: &Path, settings: &UvSettings) -> Command {
        let mut command = Command::new(program)
            .argument("--no-progress")
            .arguments(["--color", "never"])
            .without("UV_*")
            .without("VIRTUAL_ENV")
            .without("CONDA_PREFIX")
            .without("PYTHON*")
            .variable("UV_CONFIG_FILE", &settings.configuration)
            .variable("UV_NO_CONFIG", "1")
            .variable("UV_CACHE_DIR", &settings.cache);
        command.variables.extend(settings.inherited.iter().cloned());
        if settings.offline {
            command = command.argument("--offline");
        }
        command = match self {
            Self::Lock { directory } => command.argument("lock").directory(directory),
            Self::Relock { directory, upgrade } => command
                .argument("lock")
                .arguments(upgrade.arguments())
                .directory(directory),
            Self::Export { directory, without } => command
                .arguments(["export", "--frozen", "--no-default-groups"])
                .arguments(["--format", "pylock.toml", "--no-header"])
                .arguments(["--no-emit-project", "--no-editable"])
                .arguments(without.iter().flat_map(|name| ["--no-emit-package", name]))
                .directory(directory),
            Self::InstallForReading { .. } => self.install_for_reading(command),
            Self::Sync { .. } => self.sync(command),
            Self::InstallPython { version } => {
                command.arguments(["python", "install", "--no-bin", version])
            }
            Self::FindPython { version } => command.arguments([
                "python",
                "find",
                "--managed-python",
                "--no-project",
                version,
            ]),
        };
        match self {
            Self::Export { .. } => command.variable("UV_PYTHON_DOWNLOADS", "never"),
            Self::Lock { .. }
            | Self::Relock { .. }
            | Self::InstallForReading { .. }
            | Self::Sync { .. } => {
                if settings.no_build {
                    command = command.argument("--no-build");
                }
                if let Some(python) = &settings.python {
                    command = command.argument("--python").argument(python);
                }
                command.variable("UV_PYTHON_DOWNLOADS", "never")
            }
            Self::InstallPython { .. } | Self::FindPython { .. } => {
                command.variable("UV_PYTHON_DOWNLOADS", "manual")
            }
        }
    }

    fn install_for_reading(&self, command: Command) -> Command {
        let Self::InstallForReading {
            requirements,
            target,
            minor,
            refresh,
        } = self
        else {
            return command;
        };
        command
            .arguments(["pip", "install", "--no-deps"])
            .arguments(["--preview-features", "pylock"])
            .arguments(again(refresh))
            .arguments(["--python-platform", "x86_64-unknown-linux-gnu"])
            .argument("--python-version")
            .argument(format!("3.{minor}"))
            .argument("--target")
            .argument(target)
            .argument("--requirements")
            .argument(requirements)
    }

    fn sync(&self, command: Command) -> Command {
        let Self::Sync {
            directory,
            environment,
            refresh,
            without,
            compatible,
        } = self
        else {
            return command;
        };
        command
            .arguments(["sync", "--frozen", "--no-default-groups"])
            .arguments(again(refresh))
            .arguments(compatible.iter().flat_map(|name| {
                [
                    "--config-settings-package".to_owned(),
                    format!("{name}:editable_mode=compat"),
                ]
            }))
            .arguments(
                without
                    .iter()
                    .flat_map(|name| ["--no-install-package", name]),
            )
            .variable("UV_PROJECT_ENVIRONMENT", environment)
            .directory(directory)
    }
}

/// Builds and installs these although their version is there already: their source may be another.
fn again(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().flat_map(|name| ["--reinstall-package", name])
}
