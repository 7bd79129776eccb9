//! `mochi build`: the program as a Python package that runs without Mochi.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use mochi_project::driver::{PackageOptions, Script, write_package};

use crate::args::{BuildArguments, Global};
use crate::exit::Exit;
use crate::output;
use crate::world::World;

/// Checks a program, writes its package, and says what was written.
pub fn execute(global: &Global, arguments: &BuildArguments) -> Exit {
    let world = World::new(global);
    let target = world.target(arguments.file.clone(), None, arguments.lock.mode());
    let (file, session) = match target {
        Ok(target) => target,
        Err(refusal) => return refusal.report(global),
    };
    let script = match Script::open(&*world.system, &file) {
        Ok(script) => script,
        Err(sentence) => return output::failure(&sentence, Exit::Program),
    };
    let checked = script.check(&world.system, &session);
    world.talk.end();
    output::diagnostics(global, &checked.diagnostics, &checked.sources);
    let project = session.project();
    let named = arguments.file.is_some();
    let is_library = project.is_some() && !named && file.ends_with("lib.mochi");
    let root = project.map(|project| &*project.root);
    let Some(lowered) = checked.package(root, is_library) else {
        return Exit::of(checked.class);
    };
    let name = match project {
        Some(project) if !named => project.manifest.package.name.clone(),
        _ => stem(&file),
    };
    let out = arguments.out.clone().unwrap_or_else(|| match project {
        Some(project) => project.shown.join("build"),
        None => PathBuf::from("build"),
    });
    match write_package(&*world.system, &lowered, &PackageOptions { out, name }) {
        Ok(report) => {
            let mut text = String::new();
            for file in &report.files {
                let _ = writeln!(text, "{}", report.folder.join(file).display());
            }
            output::result(&text)
        }
        Err(error) => output::unwritten(&error, "built by mochi"),
    }
}

fn stem(file: &Path) -> String {
    file.file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}
