//! Finding a uv that can be used: `MOCHI_UV`, PATH, our cache, and then fetching it.

use std::path::Path;

use mochi_system::{Platform, System};

use super::{Uv, bootstrap, pins};
use crate::cache::Cache;
use crate::codes;
use crate::error::ProjectError;
use crate::interpreter::{Queries, path_directories};
use crate::progress::Progress;

/// A uv that works. Without the network none is fetched.
pub(crate) fn locate(
    system: &dyn System,
    progress: &dyn Progress,
    cache: &Cache,
    queries: &Queries<'_>,
    offline: bool,
) -> Result<Uv, ProjectError> {
    if let Some(path) = system.variable("MOCHI_UV") {
        // uv is started from other directories, so a relative path must not stay one.
        let path = system.current_dir().unwrap_or_default().join(path);
        return usable(queries, &path).map_err(|reason| {
            ProjectError::new(
                codes::UV_MISSING,
                format!(
                    "{} (from MOCHI_UV) cannot be used: {reason}",
                    path.display()
                ),
            )
        });
    }
    let name = program_name(system);
    let mut refused = Vec::new();
    for directory in path_directories(system) {
        let path = directory.join(name);
        if !system.is_file(&path) {
            continue;
        }
        match usable(queries, &path) {
            Ok(uv) => return Ok(uv),
            Err(reason) => refused.push(format!("{} is passed over: {reason}", path.display())),
        }
    }
    let own = cache.section("tools").join(format!("uv-{}", pins::VERSION));
    if let Ok(uv) = usable(queries, &own.join(name)) {
        return Ok(uv);
    }
    let fetched = if offline {
        Err(ProjectError::new(
            codes::UV_MISSING,
            "uv is not installed and cannot be fetched offline",
        ))
    } else {
        bootstrap::fetch(system, progress, cache, queries, name).and_then(|path| {
            usable(queries, &path).map_err(|reason| {
                ProjectError::new(
                    codes::UV_MISSING,
                    format!("the fetched uv does not work here: {reason}"),
                )
            })
        })
    };
    fetched.map_err(|error| refused.into_iter().fold(error, ProjectError::with_note))
}

/// The file name of uv on this platform.
fn program_name(system: &dyn System) -> &'static str {
    match system.platform() {
        Platform::Windows => "uv.exe",
        Platform::Linux | Platform::MacOs => "uv",
    }
}

fn usable(queries: &Queries<'_>, path: &Path) -> Result<Uv, String> {
    let text = queries.version(path)?;
    let version = parse_version(&text).ok_or_else(|| "it does not answer as uv does".to_owned())?;
    let name = dotted(version);
    if version < pins::OLDEST {
        let oldest = dotted(pins::OLDEST);
        return Err(format!("its version {name} is older than {oldest}"));
    }
    if version >= pins::TOO_NEW {
        return Err(format!(
            "its version {name} is newer than what is supported"
        ));
    }
    Ok(Uv {
        program: path.to_owned(),
        version: name,
    })
}

fn dotted((major, minor, patch): (u64, u64, u64)) -> String {
    format!("{major}.{minor}.{patch}")
}

/// Reads `uv 0.13.9 (x86_64-unknown-linux-gnu)`.
fn parse_version(text: &str) -> Option<(u64, u64, u64)> {
    let mut words = text.split_whitespace();
    if words.next()? != "uv" {
        return None;
    }
    let mut parts = words.next()?.split(['.', '+', '-']).map(str::parse);
    let mut part = || parts.next()?.ok();
    Some((part()?, part()?, part()?))
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn versions_are_read() {
        assert_eq!(
            parse_version("uv 0.13.9 (x86_64-unknown-linux-gnu)"),
            Some((0, 13, 9))
        );
        assert_eq!(parse_version("uv 0.8.0"), Some((0, 8, 0)));
        assert_eq!(parse_version("pyenv: uv: command not found"), None);
    }
}
