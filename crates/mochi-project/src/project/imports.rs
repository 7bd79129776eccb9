//! Imports against the manifest and the lock: all three must agree.
//!
//! Spec: bridge.md §2.

use std::path::Path;
use std::str::FromStr;

use mochi_base::suggest;
use mochi_system::System;
use pep440_rs::Version;

use super::Project;
use crate::codes;
use crate::distribution;
use crate::error::ProjectError;
use crate::lock::ProjectLock;
use crate::manifest::{Dependency, DependencySource};
use crate::requirement::{ImportSpec, Requirement, Source};
use crate::session::Import;

/// Checks every import; every fault is reported. `site_packages` is the project's environment, if it
/// has one yet: an import by a module's name is answered with the distribution that installs it.
pub(super) fn check(
    system: &dyn System,
    project: &Project,
    lock: &ProjectLock,
    (specs, imports): (&[ImportSpec], &[Import]),
    site_packages: &Path,
) -> Result<(), Vec<ProjectError>> {
    let mut errors = Vec::new();
    for (spec, import) in specs.iter().zip(imports) {
        if let ImportSpec::Distribution(requirement) = spec
            && let Err(error) = agrees(project, lock, requirement)
        {
            let error = match owner(system, project, site_packages, requirement) {
                Some(note) if error.code == codes::NOT_A_DEPENDENCY => error.with_note(note),
                _ => error,
            };
            let error = error.at(import.span).in_text(&project.manifest.text);
            errors.push(error);
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// Which listed distribution installs the module of this name.
fn owner(
    system: &dyn System,
    project: &Project,
    site_packages: &Path,
    requirement: &Requirement,
) -> Option<String> {
    let module = requirement.given.as_str();
    let owner = distribution::installed(system, site_packages)
        .ok()?
        .into_iter()
        .filter(|one| project.manifest.dependency(&one.name).is_some())
        .find(|one| {
            one.modules(system)
                .is_ok_and(|modules| modules.top().contains(&module))
        })?;
    let listed = project.manifest.dependency(&owner.name)?;
    Some(format!(
        "`{module}` is a module of `{0}`, which {1} lists: write `import python \"{0}\"`",
        listed.given, project.manifest.text.path
    ))
}

fn agrees(
    project: &Project,
    lock: &ProjectLock,
    requirement: &Requirement,
) -> Result<(), ProjectError> {
    let name = requirement.name.as_ref();
    let Some(listed) = project.manifest.dependency(name) else {
        return Err(unlisted(project, lock, requirement));
    };
    if let Some(extra) = requirement
        .extras
        .iter()
        .find(|extra| !listed.extras.contains(extra))
    {
        let message = format!(
            "`{}` is imported with the extra `{extra}`, which the project does not have",
            requirement.given
        );
        return Err(disagreement(project, lock, listed, message));
    }
    let same = match (&requirement.source, &listed.source) {
        (Source::Index(specifiers), _) => {
            let fits = lock
                .named(name)
                .filter_map(|one| Version::from_str(one.version.as_deref()?).ok())
                .all(|version| specifiers.contains(&version));
            if !fits {
                let message = format!("the locked version does not fit `{requirement}`");
                return Err(disagreement(project, lock, listed, message));
            }
            true
        }
        (Source::OtherIndex(url), DependencySource::Index(index)) => project
            .manifest
            .python
            .indexes
            .iter()
            .any(|one| one.name == *index && one.url == *url),
        (
            Source::Git { url, revision },
            DependencySource::Git {
                url: listed_url,
                reference,
            },
        ) => {
            let reference = reference.as_ref().map(|reference| reference.parts().1);
            url == listed_url && (revision.is_none() || revision.as_deref() == reference)
        }
        (Source::Path(path), DependencySource::Path { path: listed, .. }) => {
            let end = |path: &str| {
                std::path::Path::new(path)
                    .file_name()
                    .map(ToOwned::to_owned)
            };
            end(path) == end(listed)
        }
        _ => false,
    };
    if same {
        return Ok(());
    }
    let message = format!(
        "`{}` is imported from another source than the project's",
        requirement.given
    );
    Err(disagreement(project, lock, listed, message))
}

/// The error with the line of the manifest and what the lock holds.
fn disagreement(
    project: &Project,
    lock: &ProjectLock,
    listed: &Dependency,
    message: String,
) -> ProjectError {
    let mut error = ProjectError::new(codes::IMPORT_DISAGREES, message).with_note_at(
        listed.span,
        format!("the {} asks for `{}`", project.kind(), listed.pep508()),
    );
    for one in lock.named(listed.name.as_ref()) {
        let version = one.version.as_deref().unwrap_or("without a version");
        error = error.with_note(format!(
            "{} holds {} {version} from {} {}",
            project.shown.join(&project.lock_file).display(),
            one.name,
            one.source.0,
            one.source.1,
        ));
    }
    error
}

fn unlisted(project: &Project, lock: &ProjectLock, requirement: &Requirement) -> ProjectError {
    let given = &requirement.given;
    let error = ProjectError::new(
        codes::NOT_A_DEPENDENCY,
        format!("`{given}` is not listed in {}", project.manifest.text.path),
    );
    let needed_by: Vec<&str> = lock
        .packages
        .iter()
        .filter(|one| {
            one.dependencies
                .iter()
                .any(|edge| edge.name == requirement.name.as_ref())
        })
        .map(|one| one.name.as_str())
        .collect();
    if let Some(first) = needed_by.first() {
        return error.with_note(format!("it is locked only because `{first}` needs it"));
    }
    let listed = project
        .manifest
        .dependencies
        .iter()
        .map(|one| one.given.as_str());
    match suggest::did_you_mean(given, listed) {
        Some(note) => error.with_note(note),
        None => error,
    }
}
