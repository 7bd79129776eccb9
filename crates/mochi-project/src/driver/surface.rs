//! What a package offers to Mochi: the public surface behind an import, counted, with everything
//! that is degraded.
//!
//! Spec: bridge.md §4 (which tier served which module), §13 (`mochi pkg surface`).

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_bridge::{Bridge, Report};
use mochi_ingest::Universe;
use mochi_surface::ModuleName;
use mochi_system::System;

use super::universe;
use crate::error::ProjectError;
use crate::session::{Import, ImportedModule, Session};
use crate::stubs::StubAnswer;

/// The public surface behind one import.
pub struct Surface {
    /// The module, and the distribution that it comes from.
    pub imported: ImportedModule,
    /// What was looked up because the distribution has no types of its own.
    pub stubs: Option<StubAnswer>,
    /// Counts and skips of the module and of all public modules in it.
    pub report: Report,
}

/// Reads the whole public surface of what an import string means.
pub fn surface(
    spec: &str,
    system: &Rc<dyn System>,
    session: &Session<'_>,
) -> Result<Surface, Vec<ProjectError>> {
    let opened = open(spec, system, session)?;
    let bridge = Bridge::new(opened.universe, BTreeMap::new());
    Ok(Surface {
        imported: opened.imported,
        stubs: opened.stubs,
        report: Report::new(&bridge, &opened.modules),
    })
}

/// What an import string means, ready to be read.
pub(super) struct Opened {
    /// The module, and the distribution that it comes from.
    pub(super) imported: ImportedModule,
    /// Where its types are read from.
    pub(super) universe: Rc<Universe>,
    /// The module and the public modules in it.
    pub(super) modules: Vec<ModuleName>,
    /// What was looked up because the distribution has no types of its own.
    stubs: Option<StubAnswer>,
}

/// Prepares the import string and finds its modules.
pub(super) fn open(
    spec: &str,
    system: &Rc<dyn System>,
    session: &Session<'_>,
) -> Result<Opened, Vec<ProjectError>> {
    let import = Import {
        spec: spec.to_owned(),
        span: None,
    };
    let prepared = session.prepare(&[import])?;
    let universe = universe(
        system,
        prepared.site_packages,
        prepared.types.as_ref(),
        &prepared.interpreter,
    );
    let imported = prepared.modules.into_iter().next();
    let imported = imported.unwrap_or_else(|| ImportedModule {
        module: spec.to_owned(),
        distribution: None,
    });
    Ok(Opened {
        modules: public_modules(&universe, &ModuleName::new(imported.module.as_str())),
        imported,
        universe,
        stubs: prepared.stubs.into_iter().next(),
    })
}

/// A module and the public modules in it, each package before what it contains.
pub(crate) fn public_modules(universe: &Universe, top: &ModuleName) -> Vec<ModuleName> {
    let mut pending = vec![top.clone()];
    let mut modules = Vec::new();
    while let Some(module) = pending.pop() {
        let children = universe.submodules(&module);
        modules.push(module);
        // The last one comes off first.
        pending.extend(children.into_iter().rev().filter(is_public));
    }
    modules
}

/// Not private, and no tests that a package ships: nobody's types are in there.
fn is_public(module: &ModuleName) -> bool {
    let last = module.as_str().rsplit('.').next().unwrap_or_default();
    !last.starts_with('_') && last != "tests" && last != "conftest"
}
