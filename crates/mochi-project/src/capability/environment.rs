//! The distributions of an environment: what each can do itself, and what it reaches through those
//! that it imports.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use mochi_ingest::Capability;
use mochi_system::System;

use super::database::Database;
use super::{Evidence, Findings, store};
use crate::cache::Cache;
use crate::distribution::Distribution;
use crate::lock::{LockPackage, ProjectLock};
use crate::manifest::Dependency;
use crate::progress::{Phase, phase};
use crate::project::Project;
use crate::session::Session;

/// The distributions of one folder.
pub(crate) struct Environment<'a> {
    system: &'a dyn System,
    cache: &'a Cache,
    installed: &'a [Distribution],
    database: Database,
    known: RefCell<BTreeMap<usize, std::rc::Rc<Findings>>>,
    /// Which distribution brings a module.
    modules: OnceCell<BTreeMap<String, usize>>,
}

impl<'a> Environment<'a> {
    /// The distributions that are installed in a folder.
    pub(crate) fn new(
        system: &'a dyn System,
        cache: &'a Cache,
        installed: &'a [Distribution],
    ) -> Self {
        Self {
            system,
            cache,
            installed,
            database: Database::built_in(),
            known: RefCell::default(),
            modules: OnceCell::new(),
        }
    }

    /// What a distribution can do itself; none if it is not installed.
    pub(crate) fn own(&self, name: &str) -> Option<std::rc::Rc<Findings>> {
        let index = self.installed.iter().position(|one| one.name == name)?;
        self.at(index)
    }

    /// The installed version of a distribution.
    pub(crate) fn version(&self, name: &str) -> Option<&str> {
        let found = self.installed.iter().find(|one| one.name == name)?;
        Some(&found.version)
    }

    fn at(&self, index: usize) -> Option<std::rc::Rc<Findings>> {
        if let Some(known) = self.known.borrow().get(&index) {
            return Some(known.clone());
        }
        let distribution = self.installed.get(index)?;
        let mut findings = store::findings(self.system, self.cache, distribution);
        self.database
            .correct(&distribution.name, &distribution.version, &mut findings);
        let findings = std::rc::Rc::new(findings);
        self.known.borrow_mut().insert(index, findings.clone());
        Some(findings)
    }

    /// Each capability that a program gets with an import of the distribution, with its first
    /// evidence: in its own files, else in the nearest of those that it imports, which is then
    /// named. None if it is not installed.
    pub(crate) fn reached(
        &self,
        name: &str,
    ) -> Option<BTreeMap<Capability, (Option<String>, Evidence)>> {
        let start = self.installed.iter().position(|one| one.name == name)?;
        let mut reached = BTreeMap::new();
        let mut seen = BTreeSet::from([start]);
        let mut pending = VecDeque::from([start]);
        while let Some(index) = pending.pop_front() {
            let Some(findings) = self.at(index) else {
                continue;
            };
            let through = (index != start)
                .then(|| self.installed.get(index).map(|one| one.name.clone()))
                .flatten();
            for (capability, evidence) in &findings.found {
                reached
                    .entry(*capability)
                    .or_insert_with(|| (through.clone(), evidence.clone()));
            }
            let next: BTreeSet<usize> = findings
                .imports
                .iter()
                .filter_map(|module| self.bringing(module))
                .collect();
            pending.extend(next.into_iter().filter(|other| seen.insert(*other)));
        }
        Some(reached)
    }

    /// The distribution that brings the module which a dotted name is or lies in.
    fn bringing(&self, dotted: &str) -> Option<usize> {
        let modules = self.modules.get_or_init(|| {
            let mut modules = BTreeMap::new();
            for (index, distribution) in self.installed.iter().enumerate() {
                if let Ok(found) = distribution.modules(self.system) {
                    for module in found.all() {
                        modules.entry(module.to_owned()).or_insert(index);
                    }
                }
            }
            modules
        });
        let mut name = dotted;
        loop {
            if let Some(index) = modules.get(name) {
                return Some(*index);
            }
            name = name.rsplit_once('.')?.0;
        }
    }
}

/// Records what the distributions that the manifest lists can do.
pub(crate) fn record(
    session: &Session<'_>,
    project: &Project,
    installed: &[Distribution],
    lock: &mut ProjectLock,
) {
    let _reading = phase(session.progress(), Phase::ReadingCapabilities);
    let environment = Environment::new(session.system(), session.cache(), installed);
    for one in &project.manifest.dependencies {
        record_one(&environment, one, lock);
    }
}

fn record_one(environment: &Environment<'_>, one: &Dependency, lock: &mut ProjectLock) {
    let name = one.name.as_ref();
    let Some(found) = environment
        .installed
        .iter()
        .find(|found| found.name == name)
    else {
        return;
    };
    let several = lock.named(name).count() > 1;
    let is_it = |package: &&mut LockPackage| {
        package.name == name
            && (!several || package.version.as_deref() == Some(found.version.as_str()))
    };
    let Some(reached) = environment.reached(name) else {
        return;
    };
    if let Some(package) = lock.packages.iter_mut().find(is_it) {
        // Lines of a folder that is being worked on move all the time.
        let has_lines = package.source.0 == "path" || !package.is_local();
        let texts = reached
            .into_iter()
            .map(|(capability, (through, evidence))| {
                let place = if has_lines || through.is_some() {
                    evidence.to_string()
                } else {
                    evidence.file
                };
                let text = match through {
                    Some(through) => format!("{through}: {place}"),
                    None => place,
                };
                (capability.word().to_owned(), text)
            });
        package.capabilities = Some(texts.collect());
    }
}
