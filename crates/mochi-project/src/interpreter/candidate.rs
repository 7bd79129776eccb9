//! Where interpreters may stand on a machine, without starting any of them.
//!
//! Version managers put shims on PATH: scripts that pick an interpreter by the working directory.
//! Their answer cannot be remembered, so shim directories are passed over and the managers'
//! own folders of versions are read instead.

use std::path::{Path, PathBuf};

use mochi_system::{Platform, System};

use super::{HIGHEST_TESTED_MINOR, LOWEST_MINOR};

/// Every file that may be an interpreter, real paths, in order of discovery, each once.
pub(super) fn all(system: &dyn System) -> Vec<PathBuf> {
    let mut found = Found {
        system,
        paths: Vec::new(),
    };
    found.on_path();
    found.conda();
    found.version_managers();
    found.well_known();
    found.paths
}

/// The interpreter of a virtual environment or installation prefix.
pub(super) fn of_prefix(system: &dyn System, prefix: &Path) -> PathBuf {
    match system.platform() {
        Platform::Windows => {
            let in_scripts = prefix.join("Scripts").join("python.exe");
            if system.is_file(&in_scripts) {
                return in_scripts;
            }
            prefix.join("python.exe")
        }
        Platform::Linux | Platform::MacOs => {
            let plain = prefix.join("bin/python");
            if system.is_file(&plain) {
                return plain;
            }
            let versioned = prefix.join("bin/python3");
            if system.is_file(&versioned) {
                versioned
            } else {
                plain
            }
        }
    }
}

/// The minor version of Python 3 that the name of a file such as `python3.12` tells.
pub(super) fn minor(path: &Path) -> Option<u64> {
    let name = path.file_name()?.to_str()?;
    let digits = name.strip_suffix(".exe").unwrap_or(name);
    let digits = digits.strip_prefix("python3.")?;
    digits.strip_suffix('t').unwrap_or(digits).parse().ok()
}

/// The directories of PATH that hold programs rather than shims.
pub(crate) fn path_directories(system: &dyn System) -> Vec<PathBuf> {
    let separator = match system.platform() {
        Platform::Windows => ';',
        Platform::Linux | Platform::MacOs => ':',
    };
    let path = system.variable("PATH").unwrap_or_default();
    path.split(separator)
        .map(PathBuf::from)
        .filter(|directory| directory.is_absolute() && !is_shim_directory(directory))
        .collect()
}

fn is_shim_directory(directory: &Path) -> bool {
    directory.file_name().is_some_and(|name| name == "shims")
}

struct Found<'a> {
    system: &'a dyn System,
    paths: Vec<PathBuf>,
}

impl Found<'_> {
    fn add(&mut self, path: &Path) {
        // Most are not there: one look tells that, following every link would take several.
        if self.system.is_file(path)
            && let Ok(path) = self.system.canonical(path)
            && !self.paths.contains(&path)
        {
            self.paths.push(path);
        }
    }

    fn on_path(&mut self) {
        for directory in path_directories(self.system) {
            self.directory(&directory);
        }
    }

    fn directory(&mut self, directory: &Path) {
        let extension = match self.system.platform() {
            Platform::Windows => ".exe",
            Platform::Linux | Platform::MacOs => "",
        };
        // One minor more than tested: a newer Python is better than none.
        for minor in (LOWEST_MINOR..=HIGHEST_TESTED_MINOR + 1).rev() {
            self.add(&directory.join(format!("python3.{minor}{extension}")));
            self.add(&directory.join(format!("python3.{minor}t{extension}")));
        }
        // On macOS this file is a stub that may ask to install developer tools.
        if self.system.platform() == Platform::MacOs && directory == Path::new("/usr/bin") {
            return;
        }
        for name in ["python3", "python"] {
            self.add(&directory.join(format!("{name}{extension}")));
        }
    }

    fn prefix(&mut self, prefix: &Path) {
        let path = of_prefix(self.system, prefix);
        self.add(&path);
    }

    fn conda(&mut self) {
        if let Some(prefix) = self.system.variable("CONDA_PREFIX") {
            self.prefix(Path::new(&prefix));
        }
        // `<base>/bin/conda`, or on Windows `<base>\Scripts\conda.exe`.
        if let Some(program) = self.system.variable("CONDA_EXE")
            && let Some(base) = Path::new(&program).ancestors().nth(2)
        {
            self.prefix(base);
        }
        if let Some(home) = self.system.home_dir() {
            for name in ["miniconda3", "miniforge3", "anaconda3"] {
                self.prefix(&home.join(name));
            }
        }
    }

    fn version_managers(&mut self) {
        let home = self.system.home_dir();
        let directory = |variable: &str, below_home: &str| {
            self.system
                .variable(variable)
                .map(PathBuf::from)
                .or_else(|| Some(home.as_ref()?.join(below_home)))
        };
        let data = directory("XDG_DATA_HOME", ".local/share");
        let folders = [
            directory("PYENV_ROOT", ".pyenv").map(|root| root.join("versions")),
            self.system
                .variable("UV_PYTHON_INSTALL_DIR")
                .map(PathBuf::from)
                .or_else(|| Some(data.as_ref()?.join("uv/python"))),
            directory("ASDF_DATA_DIR", ".asdf").map(|root| root.join("installs/python")),
            data.map(|data| data.join("mise/installs/python")),
        ];
        for folder in folders.into_iter().flatten() {
            for name in self.system.list(&folder).unwrap_or_default() {
                if !is_too_old(&name) {
                    self.prefix(&folder.join(name));
                }
            }
        }
    }

    fn well_known(&mut self) {
        match self.system.platform() {
            Platform::Linux => {
                for directory in ["/usr/local/bin", "/usr/bin"] {
                    self.directory(Path::new(directory));
                }
            }
            Platform::MacOs => {
                for directory in ["/opt/homebrew/bin", "/usr/local/bin"] {
                    self.directory(Path::new(directory));
                }
                let versions = Path::new("/Library/Frameworks/Python.framework/Versions");
                for name in self.system.list(versions).unwrap_or_default() {
                    self.prefix(&versions.join(name));
                }
            }
            Platform::Windows => {
                if let Some(local) = self.system.variable("LOCALAPPDATA") {
                    let programs = Path::new(&local).join("Programs").join("Python");
                    for name in self.system.list(&programs).unwrap_or_default() {
                        self.prefix(&programs.join(name));
                    }
                }
            }
        }
    }
}

/// Whether the name of a folder such as `3.9.18` or `cpython-3.10.4-linux` tells that it is not
/// worth asking. Names without a version are asked.
fn is_too_old(name: &str) -> bool {
    let Some(start) = name.find(|c: char| c.is_ascii_digit()) else {
        return false;
    };
    let mut numbers = name
        .get(start..)
        .unwrap_or("")
        .split(|c: char| !c.is_ascii_digit())
        .map(str::parse::<u64>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) < (3, LOWEST_MINOR),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{is_too_old, minor};

    #[test]
    fn names_of_files_tell_versions() {
        let told = |name: &str| minor(&Path::new("/usr/bin").join(name));
        assert_eq!(told("python3.9"), Some(9));
        assert_eq!(told("python3.13t"), Some(13));
        assert_eq!(told("python3.14.exe"), Some(14));
        for name in ["python3", "python", "pypy3.10", "python3.12-config"] {
            assert_eq!(told(name), None, "{name}");
        }
    }

    #[test]
    fn names_of_folders_tell_old_versions() {
        for name in ["2.7.18", "3.9.18", "cpython-3.10.4-linux-x86_64"] {
            assert!(is_too_old(name), "{name}");
        }
        for name in ["3.12.1", "3.13.0t", "my-environment", "cpython-3.14-macos"] {
            assert!(!is_too_old(name), "{name}");
        }
    }
}
