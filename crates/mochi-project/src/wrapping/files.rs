//! The files of `python_wrap/` as texts.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_bridge::{Bridge, ShimRequest, shim};
use mochi_ingest::{DefaultValue, Universe};
use mochi_python::{WrapDefault, WrapRequest, module_name, py, runtime, wrapper};
use mochi_surface::{Item, ModuleName, Place, PyType, SurfaceSource, Tier};
use mochi_system::System;
use mochi_types::{Externs, ModuleId};

use super::{OWN, WrapInputs};
use crate::distribution::{self, Distribution, TopModule};
use crate::driver::{public_modules, universe};
use crate::project::Project;

/// The files, by their paths in the folder, sorted; none if no distribution has any to write.
pub(super) fn files(
    system: &Rc<dyn System>,
    project: &Project,
    inputs: &WrapInputs<'_>,
) -> Vec<(String, String)> {
    let universe = universe(
        system,
        Some(inputs.site_packages.clone()),
        inputs.types.as_ref(),
        inputs.interpreter,
    );
    let installed = distribution::installed(&**system, &inputs.site_packages).unwrap_or_default();
    let specs = specs(&**system, &installed);
    let mut made: BTreeMap<String, String> = BTreeMap::new();
    let mut helpers: BTreeSet<&'static str> = BTreeSet::new();
    for listed in &project.manifest.dependencies {
        let name = listed.name.as_ref();
        let has_types = inputs.lock.named(name).any(|one| one.types.is_some());
        let found = installed.iter().find(|one| one.name == name);
        if let Some(found) = found.filter(|_| has_types) {
            distribution_files(
                &**system,
                &universe,
                (found, &specs),
                &mut made,
                &mut helpers,
            );
        }
    }
    if made.is_empty() {
        return Vec::new();
    }
    let folders: BTreeSet<String> = made
        .keys()
        .flat_map(|path| path.match_indices('/').map(|(end, _)| path.split_at(end).0))
        .map(str::to_owned)
        .collect();
    for folder in folders {
        made.insert(format!("{folder}/__init__.py"), String::new());
    }
    made.insert("__init__.py".to_owned(), format!("{OWN}\n"));
    if let Some(text) = runtime::assemble(&helpers) {
        made.insert("_mochi.py".to_owned(), text);
    }
    made.into_iter().collect()
}

/// What an import of each top-level module says.
fn specs(system: &dyn System, installed: &[Distribution]) -> BTreeMap<String, String> {
    let mut specs = BTreeMap::new();
    for one in installed {
        let Ok(modules) = one.modules(system) else {
            continue;
        };
        let meant = modules.meant_by(&one.name);
        let mut tops: BTreeSet<&str> = modules.top().into_iter().collect();
        // Folders that several distributions share have no file of their own.
        let inner = modules.all().filter_map(|module| module.split('.').next());
        tops.extend(inner.filter(|top| !top.starts_with('_')));
        for top in tops {
            let spec = if meant == TopModule::One(top.to_owned()) {
                one.name.clone()
            } else {
                format!("{}:{top}", one.name)
            };
            specs.insert(top.to_owned(), spec);
        }
    }
    specs
}

/// The shim and the wrappers of one distribution.
fn distribution_files(
    system: &dyn System,
    universe: &Rc<Universe>,
    (found, specs): (&Distribution, &BTreeMap<String, String>),
    made: &mut BTreeMap<String, String>,
    helpers: &mut BTreeSet<&'static str>,
) {
    let Ok(modules) = found.modules(system) else {
        return;
    };
    let mut tops: Vec<String> = modules.top().into_iter().map(str::to_owned).collect();
    if let TopModule::One(meant) = modules.meant_by(&found.name) {
        tops.retain(|top| *top != meant);
        tops.insert(0, meant);
    }
    let Some(first) = tops.first().cloned() else {
        return;
    };
    let all: Vec<ModuleName> = tops
        .iter()
        .flat_map(|top| public_modules(universe, &ModuleName::new(top.as_str())))
        .collect();
    // Of a folder that several distributions share, this one's part is meant here.
    let mut specs = specs.clone();
    for top in &tops {
        let spec = if *top == first {
            found.name.clone()
        } else {
            format!("{}:{top}", found.name)
        };
        specs.insert(top.clone(), spec);
    }
    let title = format!("{} {}", found.name, found.version);
    let folder = module_name(&found.name);
    let bridge = Bridge::new(Rc::clone(universe) as Rc<_>, BTreeMap::new());
    let request = ShimRequest {
        title: &title,
        modules: &all,
        specs: &specs,
    };
    let text = shim(&bridge, &request);
    let text = mochi_syntax::format(&text).unwrap_or(text);
    made.insert(format!("{folder}/shim.mochi"), text);
    let mut seen = Seen::default();
    // Where nothing is declared, checkers of Python know no module at all.
    let typed = all.iter().filter(|module| {
        let header = universe.module(module);
        header.is_some_and(|header| header.tier != Tier::Untyped)
    });
    for module in typed {
        let path = folders(&folder, &first, module.as_str());
        let id = ModuleId(Rc::from(module.as_str()));
        let names: Vec<Rc<str>> = bridge
            .names(&id)
            .into_iter()
            .filter(|name| seen.first(universe, module, name))
            .collect();
        let defaults = |name: &str| {
            let known = universe.plain_defaults(module, name);
            let known = known.unwrap_or_default().into_iter();
            known
                .map(|(param, value)| (param, default(value)))
                .collect()
        };
        let wrapped = wrapper(
            &bridge,
            &WrapRequest {
                module: &id,
                names: &names,
                title: &title,
                depth: path.len(),
                defaults: &defaults,
            },
        );
        let path = path.join("/");
        if module.as_str() == first || wrapped.checked > 0 {
            made.insert(format!("{path}/_mochi_wrap.py"), wrapped.source);
            made.insert(format!("{path}/_mochi_wrap.pyi"), wrapped.stub);
            helpers.extend(wrapped.helpers);
        }
    }
}

/// What was wrapped already: a module may show what others define.
#[derive(Default)]
struct Seen(BTreeSet<String>);

impl Seen {
    /// Whether nothing before was the same.
    fn first(&mut self, universe: &Universe, module: &ModuleName, name: &str) -> bool {
        let Some(item) = universe.item(module, name) else {
            return false;
        };
        // A name that `__all__` lists and nothing binds.
        if matches!(&*item, Item::Value(value) if value.place.is_none()
            && matches!(value.ty, PyType::Unknown(_)))
        {
            return false;
        }
        let place = |place: &Option<Place>| {
            let place = place.as_ref()?;
            Some(format!("{}:{}", place.file, place.line))
        };
        let identity = match &*item {
            Item::Function(function) => place(&function.place),
            Item::Value(value) => place(&value.place),
            Item::Class(class) => Some(format!("{}.{}", class.module, class.qualname)),
            Item::Alias(_) => Some(format!("alias {name}")),
            Item::Module(_) | Item::TypingOnly => return false,
        };
        identity.is_none_or(|identity| self.0.insert(format!("{identity} {name}")))
    }
}

/// Where the wrapper of a module stands: that of the distribution's own module in its folder, those
/// of others below.
fn folders(folder: &str, first: &str, module: &str) -> Vec<String> {
    let inner = match module.strip_prefix(first) {
        Some("") => "",
        Some(rest) if rest.starts_with('.') => rest,
        _ => module,
    };
    let parts = inner.split('.').filter(|part| !part.is_empty());
    std::iter::once(folder)
        .chain(parts)
        .map(str::to_owned)
        .collect()
}

fn default(value: DefaultValue) -> WrapDefault {
    let literal = match value {
        DefaultValue::Global(module, name) => {
            return WrapDefault::Global(module.as_str().to_owned(), name.to_string());
        }
        DefaultValue::None => py::Expr::None,
        DefaultValue::Bool(value) => py::Expr::Bool(value),
        DefaultValue::Int(value) => py::Expr::int(value),
        DefaultValue::Float(value) if value.is_sign_negative() => {
            let digits = py::Expr::Float(-value);
            py::Expr::Unary(py::UnaryOp::Neg, Box::new(digits))
        }
        DefaultValue::Float(value) => py::Expr::Float(value),
        DefaultValue::Str(text) => py::Expr::str(text.to_string()),
        DefaultValue::Bytes(bytes) => py::Expr::Bytes(bytes.to_vec()),
        DefaultValue::EmptyTuple => py::Expr::Tuple(Vec::new()),
    };
    WrapDefault::Literal(literal)
}
