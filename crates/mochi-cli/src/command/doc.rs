//! `mochi doc`: HTML of what a program exports, or of a Python package as Mochi programs see it.

use std::path::{Path, PathBuf};

use mochi_doc::Site;
use mochi_project::driver::{Script, doc_package, write_site};

use crate::args::{DocArguments, Global};
use crate::exit::Exit;
use crate::output;
use crate::world::World;

/// Makes the pages, writes them, and says where.
pub fn execute(global: &Global, arguments: &DocArguments) -> Exit {
    let world = World::new(global);
    let made = match &arguments.subject {
        Some(subject) if !is_program(Path::new(subject)) => package(global, &world, subject),
        subject => program(
            global,
            &world,
            subject.as_deref().map(PathBuf::from),
            arguments,
        ),
    };
    let (name, root, site) = match made {
        Ok(made) => made,
        Err(exit) => return exit,
    };
    let out = arguments.out.clone();
    let folder = out.unwrap_or_else(|| root.join("build").join("doc").join(name));
    match write_site(&*world.system, &site, &folder) {
        Ok(start) => output::result(&format!("{}\n", start.display())),
        Err(error) => output::unwritten(&error, "written by mochi doc"),
    }
}

/// A word that names a file of Mochi or a folder, and no package.
fn is_program(word: &Path) -> bool {
    let is_path = word.is_absolute() || word.starts_with(".") || word.starts_with("..");
    is_path || word.extension().is_some_and(|end| end == "mochi")
}

/// A name for a folder, the folder of the project, and the pages.
type Made = (String, PathBuf, Site);

fn package(global: &Global, world: &World, spec: &str) -> Result<Made, Exit> {
    let failed = |errors: &[_]| output::project_errors(global, errors);
    let session = world
        .session_for_import(spec)
        .map_err(|errors| failed(&errors))?;
    let site = doc_package(spec, &world.system, &session);
    world.talk.end();
    let site = site.map_err(|errors| failed(&errors))?;
    let root = session
        .project()
        .map_or(PathBuf::new(), |project| project.shown.clone());
    let given = spec.split(['[', '@']).next().unwrap_or(spec);
    let name = given
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') {
                c
            } else {
                '-'
            }
        })
        .collect();
    Ok((name, root, site))
}

fn program(
    global: &Global,
    world: &World,
    file: Option<PathBuf>,
    arguments: &DocArguments,
) -> Result<Made, Exit> {
    let named = file.is_some();
    let (file, session) = world
        .target(file, None, arguments.lock.mode())
        .map_err(|refusal| refusal.report(global))?;
    let script = Script::open(&*world.system, &file)
        .map_err(|sentence| output::failure(&sentence, Exit::Program))?;
    let checked = script.check(&world.system, &session);
    world.talk.end();
    output::diagnostics(global, &checked.diagnostics, &checked.sources);
    let project = session.project();
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let name = match project {
        Some(project) if !named => project.manifest.package.name.clone(),
        _ => stem.into_owned(),
    };
    let title = match project {
        Some(project) if !named => format!("{name} {}", project.manifest.package.version),
        _ => name.clone(),
    };
    let root = project.map(|project| &*project.root);
    let site = checked.doc(&title, root).ok_or(Exit::of(checked.class))?;
    let shown = project.map_or(PathBuf::new(), |project| project.shown.clone());
    Ok((name, shown, site))
}
