//! `free-threaded = true`: only wheels for interpreters without the global lock are installed.
//!
//! Such an interpreter takes no wheel that was built for others, so uv would build the distribution
//! from its source instead, and often without success. Where no wheel fits, that is said.
//!
//! Spec: bridge.md §3, §9 (targets).

use super::Project;
use crate::codes;
use crate::error::ProjectError;
use crate::interpreter::Interpreter;
use crate::lock::ProjectLock;

/// The lines for uv's configuration that forbid to build what has wheels, and none that fits.
pub(super) fn configuration(
    project: &Project,
    lock: &ProjectLock,
    interpreter: &Interpreter,
) -> String {
    if !project.manifest.python.free_threaded {
        return String::new();
    }
    let names = without_wheel(lock, interpreter.version.1);
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    format!("no-build-package = [{}]\n", quoted.join(", "))
}

/// Says what such a distribution lacks.
pub(super) fn explained(
    error: ProjectError,
    project: &Project,
    interpreter: &Interpreter,
) -> ProjectError {
    let python = &project.manifest.python;
    let is_about_wheels = [codes::BUILD_FAILED, codes::NO_WHEEL].contains(&error.code);
    if !python.free_threaded || !is_about_wheels {
        return error;
    }
    let note = format!(
        "`free-threaded = true` asks for wheels for `cp3{0}t`, or for every Python",
        interpreter.version.1
    );
    error.with_note_at(python.free_threaded_span, note)
}

/// The distributions with wheels of which none is for a free-threaded Python 3.`minor`.
fn without_wheel(lock: &ProjectLock, minor: u64) -> Vec<&str> {
    let own = format!("cp3{minor}t");
    let fits = |filename: &str| {
        let tags = filename.trim_end_matches(".whl").rsplit('-');
        let abi = tags.clone().nth(1).unwrap_or_default();
        abi.split('.').any(|tag| tag == "none" || tag == own)
    };
    let mut names: Vec<&str> = lock
        .packages
        .iter()
        .filter(|one| !one.wheels.is_empty())
        .filter(|one| !one.wheels.iter().any(|wheel| fits(&wheel.filename)))
        .map(|one| one.name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::{LockFile, LockPackage};

    #[test]
    fn wheels_fit_by_their_tag_for_the_interface() {
        let package = |name: &str, filenames: &[&str]| LockPackage {
            name: name.to_owned(),
            wheels: filenames
                .iter()
                .map(|filename| LockFile {
                    filename: (*filename).to_owned(),
                    ..LockFile::default()
                })
                .collect(),
            ..LockPackage::default()
        };
        let lock = ProjectLock {
            packages: vec![
                package("pure", &["pure-1-py3-none-any.whl"]),
                package("native", &["native-1-cp313-cp313t-linux_x86_64.whl"]),
                package("tool", &["tool-1-py3-none-manylinux_2_17_x86_64.whl"]),
                package("old", &["old-1-cp313-cp313-win32.whl"]),
                package("stable", &["stable-1-1-cp312-abi3-linux_x86_64.whl"]),
                package("source", &[]),
            ],
            ..ProjectLock::default()
        };
        assert_eq!(without_wheel(&lock, 13), ["old", "stable"]);
        assert_eq!(without_wheel(&lock, 14), ["native", "old", "stable"]);
    }
}
