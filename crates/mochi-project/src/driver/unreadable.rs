//! Why a program's file cannot be read, with the file that was meant where one is near.

use std::io;
use std::path::Path;

use mochi_base::suggest;
use mochi_system::System;

/// The sentence about a file that is not there.
pub fn unreadable(system: &dyn System, path: &Path) -> String {
    sentence(system, path, &io::Error::from(io::ErrorKind::NotFound))
}

/// The sentence to show.
pub(super) fn sentence(system: &dyn System, path: &Path, error: &io::Error) -> String {
    let shown = path.display();
    if system.is_directory(path) {
        return format!("{shown} is a folder, not a program");
    }
    if error.kind() != io::ErrorKind::NotFound {
        return format!("cannot read {shown}: {error}");
    }
    match near(system, path) {
        Some(near) => format!("there is no file {shown}; did you mean {near}?"),
        None => format!("there is no file {shown}"),
    }
}

/// A program in the same folder whose name is almost the one given.
fn near(system: &dyn System, path: &Path) -> Option<String> {
    let folder = path.parent()?;
    let place = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let name = path.file_name()?.to_str()?;
    let names = system.list(place).ok()?;
    let programs = || {
        let names = names.iter().map(String::as_str);
        names.filter(|name| {
            Path::new(name)
                .extension()
                .is_some_and(|end| end == "mochi")
        })
    };
    let whole = format!("{name}.mochi");
    let found = programs()
        .find(|program| *program == whole)
        .or_else(|| suggest::nearest(name, programs()))?;
    Some(folder.join(found).display().to_string())
}

#[cfg(test)]
mod tests {
    use mochi_system::MemorySystem;

    use super::*;

    #[test]
    fn what_was_meant_is_said() {
        let system = MemorySystem::new()
            .with_file("/w/cart.mochi", "")
            .with_file("/w/cart.py", "")
            .with_file("/w/sub/a.mochi", "");
        let said = |path: &str| {
            let error = io::Error::from(io::ErrorKind::NotFound);
            sentence(&system, Path::new(path), &error)
        };
        assert_eq!(
            said("/w/cart"),
            "there is no file /w/cart; did you mean /w/cart.mochi?"
        );
        assert_eq!(
            said("/w/crat.mochi"),
            "there is no file /w/crat.mochi; did you mean /w/cart.mochi?"
        );
        assert_eq!(said("/w/zebra"), "there is no file /w/zebra");
        assert_eq!(said("/w/sub"), "/w/sub is a folder, not a program");
        assert_eq!(said("/x/cart"), "there is no file /x/cart");
    }
}
