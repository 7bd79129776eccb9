//! Where the types of a distribution come from, and digests of the texts and of the API they
//! declare.
//!
//! The answers are for the lowest Python of the project and for Linux, whatever machine asks.
//!
//! Spec: bridge.md §3, §4.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use mochi_ingest::Universe;
use mochi_surface::{ModuleName, Tier, canonical};
use mochi_system::System;
use sha2::{Digest, Sha256};

use super::LockTypes;
use crate::cache;
use crate::distribution::{Distribution, TopModule};

/// What types are read from.
pub(crate) struct TypesRequest<'a> {
    /// The files.
    pub system: &'a dyn System,
    /// Every module of the environment.
    pub universe: &'a Universe,
    /// Its distributions.
    pub installed: &'a [Distribution],
}

/// The record of a distribution; none if the environment does not hold it or it brings no module.
pub(crate) fn types(request: &TypesRequest<'_>, name: &str) -> Option<LockTypes> {
    let found = request.installed.iter().find(|one| one.name == name)?;
    let modules = found.modules(request.system).ok()?;
    let mut roots: Vec<ModuleName> = modules.top().into_iter().map(ModuleName::new).collect();
    if let TopModule::One(meant) = modules.meant_by(name) {
        let meant = ModuleName::new(meant);
        roots.retain(|root| *root != meant);
        roots.insert(0, meant);
    }
    let first = roots.first()?.clone();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut public = Vec::new();
    let mut tier = None;
    let mut pending: Vec<(ModuleName, bool)> = roots.into_iter().map(|root| (root, true)).collect();
    while let Some((module, is_public)) = pending.pop() {
        let Some(chosen) = request.universe.chosen_text(&module) else {
            continue;
        };
        if module == first {
            tier = Some(chosen.tier);
        }
        texts.insert(chosen.file.to_string(), chosen.text);
        for child in request.universe.submodules(&module) {
            let last = child.as_str().rsplit('.').next().unwrap_or("");
            let child_is_public = is_public && !last.starts_with('_');
            pending.push((child, child_is_public));
        }
        if is_public {
            public.push(module);
        }
    }
    let distribution = match tier? {
        Tier::Stubs => stub_distribution(request, first.top_level()),
        _ => None,
    };
    let source = match &distribution {
        Some(stubs) if stubs.starts_with("types-") => Tier::Typeshed.word(),
        _ => tier?.word(),
    };
    Some(LockTypes {
        source: source.to_owned(),
        distribution,
        stub_sha256: digest_of_texts(&texts),
        surface_sha256: digest_of_surface(request.universe, &public),
        surface_format: i64::from(canonical::FORMAT),
        unanswered: false,
    })
}

/// The distribution that installs the stub package of a module.
fn stub_distribution(request: &TypesRequest<'_>, top: &str) -> Option<String> {
    let prefix = format!("{top}-stubs/");
    let brings = |one: &&Distribution| {
        let record = one.metadata.join(Path::new("RECORD"));
        request
            .system
            .read_text(&record)
            .is_ok_and(|record| record.lines().any(|line| line.starts_with(&prefix)))
    };
    request
        .installed
        .iter()
        .find(brings)
        .map(|one| one.name.clone())
}

fn digest_of_texts(texts: &BTreeMap<String, String>) -> String {
    let mut bytes = Vec::new();
    for (file, text) in texts {
        bytes.extend_from_slice(format!("{} {file}\n", text.len()).as_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    cache::sha256(&bytes)
}

fn digest_of_surface(universe: &Universe, modules: &[ModuleName]) -> String {
    let mut sink = Sink(Sha256::new());
    // A digest takes every text: the sink never fails.
    let _ = canonical::write(universe, modules, &mut sink);
    cache::hexadecimal(&sink.0.finalize())
}

/// A digest that text can be written to.
struct Sink(Sha256);

impl fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}
