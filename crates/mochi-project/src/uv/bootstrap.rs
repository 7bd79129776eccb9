//! Fetching uv where it is not installed: pip downloads the pinned wheel, the digest is checked,
//! the one program in it is taken out.
//!
//! pip brings the index and the user's settings of mirrors and proxies, so that no address of an
//! index stands in this program. Any Python from 3.8 on will do for it.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use mochi_system::{Command, Output, System};
use zip::ZipArchive;

use super::pins;
use crate::cache::{self, Cache};
use crate::codes;
use crate::error::ProjectError;
use crate::interpreter::{Interpreter, Queries, any_pythons};
use crate::progress::{Event, Phase, Progress, phase};

/// The largest program that is taken out of a wheel, in bytes; a larger one is no uv.
const LARGEST: u64 = 256 << 20;

/// Fetches the pinned uv into the cache and returns the path of its program.
pub(super) fn fetch(
    system: &dyn System,
    progress: &dyn Progress,
    cache: &Cache,
    queries: &Queries<'_>,
    program: &str,
) -> Result<PathBuf, ProjectError> {
    let _running = phase(progress, Phase::FetchingUv);
    let entry = format!("uv-{}", pins::VERSION);
    let _guard = cache.guard(system, progress, &entry)?;
    let tools = cache.make_section(system, "tools")?;
    let target = tools.join(&entry).join(program);
    if system.is_file(&target) {
        return Ok(target);
    }
    cache::sweep(system, &tools, &entry);
    let work = tools.join(format!("{entry}.{}.tmp", system.unique()));
    progress.event(&Event::Downloading {
        name: format!("uv {}", pins::VERSION),
        size: None,
    });
    let fetched = fetch_into(system, queries, &work, program).and_then(|()| {
        let place = tools.join(&entry);
        system
            .remove(&place)
            .and_then(|()| system.rename(&work.join("program"), &place))
            .map_err(|error| ProjectError::cache("write", &place, &error))
    });
    // What cannot be removed is swept up next time.
    let _ = system.remove(&work);
    fetched.map(|()| target)
}

fn fetch_into(
    system: &dyn System,
    queries: &Queries<'_>,
    work: &Path,
    program: &str,
) -> Result<(), ProjectError> {
    let failed = |error: std::io::Error| ProjectError::cache("write", work, &error);
    let place = work.join("program");
    system.create_dir_all(&place).map_err(failed)?;
    let requirements = work.join("requirements.txt");
    system
        .write(&requirements, requirement().as_bytes())
        .map_err(failed)?;
    let wheels = work.join("wheels");
    download(system, queries, work, &requirements, &wheels)?;
    let (name, bytes) = wheel_in(system, &wheels)?;
    let digest = cache::sha256(&bytes);
    if pins::digest_of(&name) != Some(digest.as_str()) {
        return Err(ProjectError::new(
            codes::CORRUPT_DOWNLOAD,
            format!("{name} is not the file that was published"),
        )
        .with_note(format!("its SHA-256 is {digest}")));
    }
    let bytes = program_in(&bytes, program).ok_or_else(|| {
        ProjectError::new(
            codes::CORRUPT_DOWNLOAD,
            format!("{name} does not contain the program {program}"),
        )
    })?;
    let path = place.join(program);
    system
        .write(&path, &bytes)
        .and_then(|()| system.set_executable(&path))
        .map_err(failed)
}

/// The requirement with every digest that may be downloaded; pip picks the platform.
fn requirement() -> String {
    let mut text = format!("uv=={}", pins::VERSION);
    for (_, digest) in pins::WHEELS {
        text.push_str(" \\\n    --hash=sha256:");
        text.push_str(digest);
    }
    text.push('\n');
    text
}

fn download(
    system: &dyn System,
    queries: &Queries<'_>,
    work: &Path,
    requirements: &Path,
    wheels: &Path,
) -> Result<(), ProjectError> {
    let mut reasons = Vec::new();
    for python in any_pythons(system, queries) {
        let executable = match with_pip(system, &python, work) {
            Ok(executable) => executable,
            Err(reason) => {
                reasons.push(format!("{}: {reason}", python.executable.display()));
                continue;
            }
        };
        let command = Command::new(executable)
            .arguments(["-I", "-m", "pip", "download", "--no-input"])
            .arguments(["--disable-pip-version-check", "--no-deps"])
            .arguments(["--only-binary", ":all:", "--require-hashes"])
            .arguments(["--progress-bar", "off", "--quiet", "--dest"])
            .argument(wheels)
            .argument("--requirement")
            .argument(requirements);
        let output = system
            .run(&command, &mut |_| {})
            .map_err(|error| ProjectError::new(codes::UV_MISSING, error.to_string()))?;
        if output.is_success() {
            return Ok(());
        }
        return Err(pip_failure(&output));
    }
    let error = ProjectError::new(
        codes::UV_MISSING,
        "uv is not installed, and no Python with pip was found to fetch it",
    );
    Err(reasons.into_iter().fold(error, ProjectError::with_note))
}

/// An interpreter that has pip: this one, or a temporary environment of it.
fn with_pip(system: &dyn System, python: &Interpreter, work: &Path) -> Result<PathBuf, String> {
    let runs = |executable: &Path, arguments: &[&str]| {
        let command = Command::new(executable).arguments(arguments);
        system
            .run(&command, &mut |_| {})
            .is_ok_and(|output| output.is_success())
    };
    if runs(&python.executable, &["-I", "-m", "pip", "--version"]) {
        return Ok(python.executable.clone());
    }
    let environment = work.join("pip");
    // A half-made environment of the Python before is in the way.
    system
        .remove(&environment)
        .map_err(|error| error.to_string())?;
    let path = environment.to_string_lossy();
    if !runs(&python.executable, &["-I", "-m", "venv", &path]) {
        return Err("it has neither pip nor ensurepip".to_owned());
    }
    [
        environment.join("bin/python"),
        environment.join("Scripts/python.exe"),
    ]
    .into_iter()
    .find(|executable| system.is_file(executable))
    .ok_or_else(|| "its environment has no interpreter".to_owned())
}

fn pip_failure(output: &Output) -> ProjectError {
    let text = output.stderr_text();
    let code = if text.contains("DO NOT MATCH THE HASHES") {
        codes::CORRUPT_DOWNLOAD
    } else if [
        "NewConnectionError",
        "ConnectTimeout",
        "name resolution",
        "Connection",
    ]
    .iter()
    .any(|sign| text.contains(sign))
    {
        codes::NETWORK
    } else if [
        "No space left on device",
        "Permission denied",
        "Read-only file system",
    ]
    .iter()
    .any(|sign| text.contains(sign))
    {
        codes::CACHE
    } else {
        codes::UV_MISSING
    };
    let error = ProjectError::new(
        code,
        format!("uv {} could not be fetched with pip", pins::VERSION),
    );
    // An `Exception:` is followed by a traceback, whose last line says what it is.
    let crash = text
        .lines()
        .rfind(|line| text.contains("ERROR: Exception:") && !line.trim().is_empty());
    text.lines()
        .filter_map(|line| line.strip_prefix("ERROR: "))
        .filter(|line| *line != "Exception:")
        .chain(crash)
        .take(3)
        .fold(error, |error, line| error.with_note(format!("pip: {line}")))
}

fn wheel_in(system: &dyn System, directory: &Path) -> Result<(String, Vec<u8>), ProjectError> {
    let names = system.list(directory).unwrap_or_default();
    let name = names.into_iter().find(|name| {
        Path::new(name)
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("whl"))
    });
    let Some(name) = name else {
        return Err(ProjectError::new(
            codes::UV_MISSING,
            "pip downloaded no wheel of uv",
        ));
    };
    let path = directory.join(&name);
    let bytes = system
        .read(&path)
        .map_err(|error| ProjectError::cache("read", &path, &error))?;
    Ok((name, bytes))
}

/// The program's bytes; none if the archive is not as expected.
fn program_in(wheel: &[u8], program: &str) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(wheel)).ok()?;
    let name = format!("uv-{}.data/scripts/{program}", pins::VERSION);
    let file = archive.by_name(&name).ok()?;
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
