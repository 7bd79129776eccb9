//! `mochi pkg add` and `mochi pkg remove`.

use std::path::{Path, PathBuf};

use mochi_base::suggest;
use mochi_project::manifest::{DependencySource, GitReference, NewDependency};
use mochi_project::project::{self, Addition, Changed, LockMode, Project};
use mochi_project::requirement::{self, ImportSpec, RequirementError, Source};

use super::{open, report};
use crate::args::Global;
use crate::exit::Exit;
use crate::output;
use crate::project_args::{AddArguments, RemoveArguments};
use crate::world::World;

/// Adds dependencies to the manifest and locks.
pub fn execute(global: &Global, arguments: &AddArguments) -> Exit {
    let world = World::new(global);
    let (session, project) = match open(global, &world, LockMode::Update) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let project = &project.accepting_capabilities(arguments.accept_capabilities);
    let mut additions = Vec::new();
    for spec in &arguments.packages {
        match addition(&world, project, arguments, spec) {
            Ok(dependency) => additions.push(Addition { dependency }),
            Err(sentence) => return output::failure(&sentence, Exit::Usage),
        }
    }
    let changed = project::add(&session, project, &additions);
    finish(global, &world, changed)
}

/// Removes dependencies from the manifest and locks.
pub fn remove(global: &Global, arguments: &RemoveArguments) -> Exit {
    let world = World::new(global);
    let (session, project) = match open(global, &world, LockMode::Update) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let changed = project::remove(&session, &project, &arguments.names);
    finish(global, &world, changed)
}

fn finish(
    global: &Global,
    world: &World,
    changed: Result<Changed, Vec<mochi_project::ProjectError>>,
) -> Exit {
    world.talk.end();
    match changed {
        Ok(changed) => {
            if !global.quiet {
                for (_, line) in &changed.dependencies {
                    output::say(&format!("mochi.toml: {line}"));
                }
            }
            report::moved(global, &changed.locked);
            Exit::Success
        }
        Err(errors) => output::project_errors(global, &errors),
    }
}

/// What to write for one package; the error is a sentence about the command line.
fn addition(
    world: &World,
    project: &Project,
    arguments: &AddArguments,
    spec: &str,
) -> Result<NewDependency, String> {
    let spec = &as_meant(spec);
    let requirement = match requirement::parse(spec, &|_| false) {
        Ok(ImportSpec::Distribution(requirement)) => requirement,
        Ok(ImportSpec::StandardLibrary(_)) => return Err(format!("`{spec}` is no package")),
        Err(error) => return Err(sentence(spec, &error)),
    };
    if let Some(module) = &requirement.module {
        return Err(format!(
            "`{spec}` names the module `{module}`; a project depends on packages, imports name modules"
        ));
    }
    let mut extras: Vec<String> = requirement.extras.iter().map(ToString::to_string).collect();
    extras.extend(arguments.extra.iter().cloned());
    let written = spec.split_once('@').map(|(_, tail)| tail.to_owned());
    let (source, version) = match &requirement.source {
        Source::Index(_) => (DependencySource::Default, written),
        Source::OtherIndex(url) => (index_at(project, url)?, None),
        Source::Git { url, revision } => (
            DependencySource::Git {
                url: url.clone(),
                reference: revision.clone().map(GitReference::Revision),
            },
            None,
        ),
        Source::Path(path) => (local(world, project, Path::new(path), false), None),
    };
    Ok(NewDependency {
        given: requirement.given,
        version,
        extras,
        markers: arguments.marker.clone(),
        source: source_option(world, project, arguments).unwrap_or(source),
    })
}

/// `name>=1` is what users of pip and uv type: on a command line it is taken as `name@>=1`.
fn as_meant(spec: &str) -> String {
    match requirement::parse(spec, &|_| false) {
        Err(error) => error
            .suggestion
            .filter(|suggestion| suggestion.replacen('@', "", 1) == spec)
            .unwrap_or_else(|| spec.to_owned()),
        Ok(_) => spec.to_owned(),
    }
}

/// The source that an option names.
fn source_option(
    world: &World,
    project: &Project,
    arguments: &AddArguments,
) -> Option<DependencySource> {
    if let Some(path) = &arguments.path {
        return Some(local(world, project, path, arguments.editable));
    }
    if let Some(url) = &arguments.git {
        let branch = arguments.branch.clone().map(GitReference::Branch);
        let tag = arguments.tag.clone().map(GitReference::Tag);
        let revision = arguments.rev.clone().map(GitReference::Revision);
        return Some(DependencySource::Git {
            url: url.clone(),
            reference: branch.or(tag).or(revision),
        });
    }
    arguments.index.clone().map(DependencySource::Index)
}

/// A path that was typed here, as the manifest sees it.
fn local(world: &World, project: &Project, path: &Path, editable: bool) -> DependencySource {
    let here = world.system.current_dir().unwrap_or_default();
    let absolute = here.join(path);
    let absolute: PathBuf = world.system.canonical(&absolute).unwrap_or(absolute);
    DependencySource::Path {
        path: project.relative(&absolute),
        editable,
    }
}

fn index_at(project: &Project, url: &str) -> Result<DependencySource, String> {
    let indexes = &project.manifest.python.indexes;
    match indexes.iter().find(|index| index.url == url) {
        Some(index) => Ok(DependencySource::Index(index.name.clone())),
        None => Err(format!(
            "no index of mochi.toml has the address {url}; list it under `python.indexes` first"
        )),
    }
}

fn sentence(spec: &str, error: &RequirementError) -> String {
    match &error.suggestion {
        Some(meant) => format!(
            "{} in `{spec}`; {}",
            error.message,
            suggest::question(meant)
        ),
        None => format!("{} in `{spec}`", error.message),
    }
}
