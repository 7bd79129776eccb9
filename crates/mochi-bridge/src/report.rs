//! What the public surface of some modules maps to, in numbers: for `mochi pkg surface`, the
//! corpus and the benchmarks.
//!
//! Every public item and every member of every public class is mapped.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_surface::{ModuleName, Skip, Tier};
use mochi_types::{ClassId, ExternItem, ExternMember, Externs, ModuleId};

use crate::Bridge;
use crate::name::{module_id, module_name};

/// How many of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindCounts {
    /// Functions of modules.
    pub functions: usize,
    /// Classes, nested ones included, each once in a report.
    pub classes: usize,
    /// Methods of those classes, class and static ones included.
    pub methods: usize,
    /// Signatures of functions and methods.
    pub signatures: usize,
    /// Properties and attributes of those classes.
    pub attributes: usize,
    /// Constants and variables of modules.
    pub values: usize,
    /// Type aliases.
    pub aliases: usize,
    /// Names that stand for modules.
    pub modules: usize,
    /// Names that only type expressions use (type variables and the like).
    pub typing_only: usize,
}

impl KindCounts {
    /// Everything but signatures, which are parts of functions.
    pub const fn items(&self) -> usize {
        self.functions
            + self.classes
            + self.methods
            + self.attributes
            + self.values
            + self.aliases
            + self.modules
            + self.typing_only
    }

    fn add(&mut self, other: &Self) {
        self.functions += other.functions;
        self.classes += other.classes;
        self.methods += other.methods;
        self.signatures += other.signatures;
        self.attributes += other.attributes;
        self.values += other.values;
        self.aliases += other.aliases;
        self.modules += other.modules;
        self.typing_only += other.typing_only;
    }
}

/// One module of a report.
#[derive(Clone, Debug)]
pub struct ModuleReport {
    /// Its name.
    pub name: ModuleName,
    /// Where its types come from.
    pub tier: Tier,
    /// What it has.
    pub counts: KindCounts,
}

/// Counts and skips of some modules.
#[derive(Clone, Debug)]
pub struct Report {
    /// The modules in the order given; those that do not exist are left out.
    pub modules: Vec<ModuleReport>,
    /// What is degraded in them, sorted.
    pub skips: Vec<Skip>,
}

impl Report {
    /// Maps the public surface of the modules. The bridge's earlier skips are part of the report:
    /// use a fresh bridge for one that is about these modules alone.
    pub fn new(bridge: &Bridge, modules: &[ModuleName]) -> Self {
        let mut seen = BTreeSet::new();
        let mut reports = Vec::new();
        for name in modules {
            let Some(module) = bridge.source.module(name) else {
                continue;
            };
            let mut counts = KindCounts::default();
            let id = module_id(name);
            for name in bridge.names(&id) {
                count_item(bridge, &id, &name, &mut counts, &mut seen);
            }
            reports.push(ModuleReport {
                name: name.clone(),
                tier: module.tier,
                counts,
            });
        }
        Self {
            modules: reports,
            skips: bridge.skips(),
        }
    }

    /// All modules together.
    pub fn totals(&self) -> KindCounts {
        let mut totals = KindCounts::default();
        for module in &self.modules {
            totals.add(&module.counts);
        }
        totals
    }

    /// Modules by the tier that served them.
    pub fn tiers(&self) -> BTreeMap<Tier, usize> {
        let mut tiers = BTreeMap::new();
        for module in &self.modules {
            *tiers.entry(module.tier).or_default() += 1;
        }
        tiers
    }

    /// Skips by reason, with their codes.
    pub fn reasons(&self) -> BTreeMap<&'static str, usize> {
        let mut reasons = BTreeMap::new();
        for skip in &self.skips {
            *reasons.entry(skip.reason.code()).or_default() += 1;
        }
        reasons
    }

    /// How many items are degraded in some part.
    pub fn degraded_items(&self) -> usize {
        let items: BTreeSet<&Rc<str>> = self.skips.iter().map(|skip| &skip.item).collect();
        items.len()
    }
}

fn count_item(
    bridge: &Bridge,
    module: &ModuleId,
    name: &str,
    counts: &mut KindCounts,
    seen: &mut BTreeSet<ClassId>,
) {
    let Some(item) = bridge.attribute(module, name) else {
        let declared = bridge.source.item(&module_name(module), name);
        counts.typing_only += usize::from(declared.is_some());
        return;
    };
    match &*item {
        ExternItem::Fun(fun) => {
            counts.functions += 1;
            counts.signatures += fun.overloads.len();
        }
        ExternItem::Class(class) => count_class(bridge, class, counts, seen),
        ExternItem::Value { .. } => counts.values += 1,
        ExternItem::Module(_) => counts.modules += 1,
        ExternItem::Alias(_) => counts.aliases += 1,
    }
}

fn count_class(
    bridge: &Bridge,
    class: &ClassId,
    counts: &mut KindCounts,
    seen: &mut BTreeSet<ClassId>,
) {
    if !seen.insert(class.clone()) || bridge.class(class).is_none() {
        return;
    }
    counts.classes += 1;
    for name in bridge.member_names(class) {
        let Some(member) = bridge.member(class, &name) else {
            continue;
        };
        match &*member {
            ExternMember::Method(fun)
            | ExternMember::ClassMethod(fun)
            | ExternMember::StaticMethod(fun) => {
                counts.methods += 1;
                counts.signatures += fun.overloads.len();
            }
            ExternMember::Attribute { .. } => counts.attributes += 1,
            ExternMember::Class(nested) => count_class(bridge, nested, counts, seen),
        }
    }
}
