//! From an import and the environment that serves it to the module that Python imports.
//!
//! Spec: bridge.md §2 (the alias binds the public top-level module).

use std::path::Path;

use mochi_base::suggest;
use mochi_surface::{ModuleName, SurfaceSource};
use mochi_system::System;

use crate::codes;
use crate::distribution::{self, Distribution, TopModule};
use crate::error::ProjectError;
use crate::requirement::{ImportSpec, Requirement};
use crate::session::{Import, ImportedModule};

/// For each import its module; every fault is reported.
pub(crate) fn modules(
    system: &dyn System,
    specs: &[ImportSpec],
    imports: &[Import],
    site_packages: &Path,
) -> Result<Vec<ImportedModule>, Vec<ProjectError>> {
    let installed = distribution::installed(system, site_packages)
        .map_err(|error| vec![ProjectError::cache("read", site_packages, &error)])?;
    let mut modules = Vec::new();
    let mut errors = Vec::new();
    for (spec, import) in specs.iter().zip(imports) {
        match spec {
            ImportSpec::StandardLibrary(module) => modules.push(ImportedModule {
                module: module.clone(),
                distribution: None,
            }),
            ImportSpec::Distribution(requirement) => {
                match module(system, requirement, &installed) {
                    Ok(module) => modules.push(module),
                    Err(error) => errors.push(error.at(import.span)),
                }
            }
        }
    }
    if errors.is_empty() {
        Ok(modules)
    } else {
        Err(errors)
    }
}

/// Submodules of the standard library that do not exist: the index of each import of one, and its
/// fault. Of modules that no stub describes nothing is known.
pub(crate) fn absent(
    source: &dyn SurfaceSource,
    modules: &[ImportedModule],
    imports: &[Import],
) -> Vec<(usize, ProjectError)> {
    let mut errors = Vec::new();
    for (index, (imported, import)) in modules.iter().zip(imports).enumerate() {
        let name = imported.module.as_str();
        let Some((package, last)) = name.rsplit_once('.') else {
            continue;
        };
        if imported.distribution.is_some() || source.module(&ModuleName::new(name)).is_some() {
            continue;
        }
        let Some(around) = source.module(&ModuleName::new(package)) else {
            continue;
        };
        let error = ProjectError::new(
            codes::NO_STANDARD_MODULE,
            format!("the standard library has no module `{name}`"),
        )
        .at(import.span);
        let submodules = around.public.iter().filter(|&other| {
            let other = format!("{package}.{other}");
            source.module(&ModuleName::new(other)).is_some()
        });
        let error = match suggest::nearest(last, submodules.map(|other| &**other)) {
            Some(near) => error.with_note(suggest::question(format!("{package}.{near}"))),
            None => error,
        };
        errors.push((index, error));
    }
    errors
}

fn module(
    system: &dyn System,
    requirement: &Requirement,
    installed: &[Distribution],
) -> Result<ImportedModule, ProjectError> {
    let name = requirement.name.as_ref();
    let given = &requirement.given;
    let Some(found) = installed.iter().find(|one| one.name == name) else {
        return Err(ProjectError::new(
            codes::NO_WHEEL,
            format!("`{given}` is not needed on this platform and was not installed"),
        ));
    };
    check_extras(requirement, &found.extras(system))?;
    let modules = found
        .modules(system)
        .map_err(|error| ProjectError::cache("read", &found.metadata, &error))?;
    let module = match &requirement.module {
        Some(module) if modules.contains(module) => module.clone(),
        Some(module) => {
            let error = ProjectError::new(
                codes::NO_SUCH_MODULE,
                format!("`{given}` has no module `{module}`"),
            );
            return Err(match suggest::did_you_mean(module, modules.public()) {
                Some(note) => error.with_note(note),
                None => error.with_note(format!("it has {}", quoted(&modules.top()))),
            });
        }
        None => match modules.meant_by(name) {
            TopModule::One(module) => module,
            TopModule::Several(several) => {
                let spellings: Vec<String> = several
                    .iter()
                    .map(|module| format!("\"{given}:{module}\""))
                    .collect();
                return Err(ProjectError::new(
                    codes::SEVERAL_MODULES,
                    format!("`{given}` has several modules, none of its own name"),
                )
                .with_note(format!("write one of {}", spellings.join(", "))));
            }
            TopModule::None => {
                return Err(ProjectError::new(
                    codes::NO_MODULE,
                    format!("`{given}` contains no public module"),
                ));
            }
        },
    };
    Ok(ImportedModule {
        module,
        distribution: Some((name.to_owned(), found.version.clone())),
    })
}

/// Refuses an extra that the distribution does not declare.
pub(crate) fn check_extras(
    requirement: &Requirement,
    declared: &[String],
) -> Result<(), ProjectError> {
    let unknown = requirement
        .extras
        .iter()
        .map(ToString::to_string)
        .find(|extra| !declared.contains(extra));
    let Some(extra) = unknown else {
        return Ok(());
    };
    let error = ProjectError::new(
        codes::NO_SUCH_EXTRA,
        format!("`{}` has no extra `{extra}`", requirement.given),
    );
    let known: Vec<&str> = declared.iter().map(String::as_str).collect();
    Err(match suggest::did_you_mean(&extra, known.iter().copied()) {
        Some(note) => error.with_note(note),
        None if known.is_empty() => error.with_note("it declares no extras"),
        None => error.with_note(format!("it declares {}", quoted(&known))),
    })
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
