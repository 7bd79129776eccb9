//! The graph of a lock as people ask about it: what needs what, and why something is there.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::lock::{LockEdge, LockPackage, ProjectLock};

/// A distribution in the tree of what the project needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name, with the extras that are asked for here.
    pub name: String,
    /// Its version, where it has one.
    pub version: Option<String>,
    /// The environments that need it here.
    pub marker: Option<String>,
    /// What it needs.
    pub children: Vec<Node>,
    /// What it needs is shown elsewhere in the tree.
    pub repeated: bool,
}

/// A chain from the project to a distribution: each link with the requirement that leads to it.
pub type Reason = Vec<(String, Option<String>)>;

/// The tree of everything that is locked; `deepest` limits it.
pub fn tree(lock: &ProjectLock, deepest: Option<usize>) -> Vec<Node> {
    let mut shown = BTreeSet::new();
    lock.dependencies
        .iter()
        .flat_map(|edge| nodes(lock, edge, deepest, &mut shown))
        .collect()
}

fn nodes(
    lock: &ProjectLock,
    edge: &LockEdge,
    deepest: Option<usize>,
    shown: &mut BTreeSet<String>,
) -> Vec<Node> {
    targets(lock, edge)
        .map(|package| {
            let extras = if edge.extras.is_empty() {
                String::new()
            } else {
                format!("[{}]", edge.extras.join(","))
            };
            let needed = needs(package, &edge.extras);
            let key = format!("{} {:?}{extras}", package.name, package.version);
            let mut node = Node {
                name: format!("{}{extras}", package.name),
                version: package.version.clone(),
                marker: edge.marker.clone(),
                children: Vec::new(),
                repeated: false,
            };
            if needed.is_empty() || deepest == Some(0) {
                return node;
            }
            if shown.insert(key) {
                let below = deepest.map(|depth| depth.saturating_sub(1));
                node.children = needed
                    .iter()
                    .flat_map(|edge| nodes(lock, edge, below, shown))
                    .collect();
            } else {
                node.repeated = true;
            }
            node
        })
        .collect()
}

/// The packages that an edge leads to.
fn targets<'a>(lock: &'a ProjectLock, edge: &'a LockEdge) -> impl Iterator<Item = &'a LockPackage> {
    lock.packages.iter().filter(move |package| {
        package.name == edge.name
            && (edge.version.is_none() || edge.version == package.version)
            && edge
                .source
                .as_ref()
                .is_none_or(|source| *source == package.source)
    })
}

/// What a package needs with these extras.
fn needs<'a>(package: &'a LockPackage, extras: &[String]) -> Vec<&'a LockEdge> {
    package
        .dependencies
        .iter()
        .filter(|edge| {
            edge.for_extra
                .as_ref()
                .is_none_or(|extra| extras.contains(extra))
        })
        .collect()
}

/// Why a distribution is locked: for each dependency of the project that leads to it, the shortest
/// chain; from a library to the stubs that were found for it, too. Empty if nothing does.
pub fn why(lock: &ProjectLock, name: &str) -> Vec<Reason> {
    let direct = lock
        .dependencies
        .iter()
        .filter_map(|edge| chain(lock, edge, name));
    let for_types = lock.type_dependencies.iter().filter_map(|edge| {
        let mut reason = chain(lock, edge, name)?;
        let is_served = |package: &&LockPackage| {
            let types = package.types.as_ref();
            types.and_then(|types| types.distribution.as_ref()) == Some(&edge.name)
        };
        if let Some(library) = lock.packages.iter().find(is_served) {
            reason.insert(0, (library.name.clone(), library.version.clone()));
        }
        // A library is there for its own sake, whatever stubs need.
        let is_library = lock.libraries().contains(name);
        (!is_library).then_some(reason)
    });
    direct.chain(for_types).collect()
}

fn chain(lock: &ProjectLock, first: &LockEdge, name: &str) -> Option<Reason> {
    // A step is identified by the package and the extras it was asked with.
    type Step = (String, Vec<String>);
    let step = |edge: &LockEdge| -> Step { (edge.name.clone(), edge.extras.clone()) };
    let mut before: BTreeMap<Step, Option<Step>> = BTreeMap::from([(step(first), None)]);
    let mut pending = VecDeque::from([first]);
    while let Some(edge) = pending.pop_front() {
        if edge.name == name {
            let mut reason = Vec::new();
            let mut at = Some(step(edge));
            while let Some(here) = at {
                let version = lock.named(&here.0).find_map(|one| one.version.clone());
                let extras = if here.1.is_empty() {
                    String::new()
                } else {
                    format!("[{}]", here.1.join(","))
                };
                reason.push((format!("{}{extras}", here.0), version));
                at = before.get(&here).cloned().flatten();
            }
            reason.reverse();
            return Some(reason);
        }
        for package in targets(lock, edge) {
            for next in needs(package, &edge.extras) {
                if let std::collections::btree_map::Entry::Vacant(e) = before.entry(step(next)) {
                    e.insert(Some(step(edge)));
                    pending.push_back(next);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(name: &str, extras: &[&str], for_extra: Option<&str>) -> LockEdge {
        LockEdge {
            name: name.to_owned(),
            extras: extras.iter().map(ToString::to_string).collect(),
            for_extra: for_extra.map(str::to_owned),
            ..LockEdge::default()
        }
    }

    fn package(name: &str, dependencies: Vec<LockEdge>) -> LockPackage {
        LockPackage {
            name: name.to_owned(),
            version: Some("1".to_owned()),
            dependencies,
            ..LockPackage::default()
        }
    }

    fn sample() -> ProjectLock {
        ProjectLock {
            dependencies: vec![edge("a", &["x"], None), edge("b", &[], None)],
            packages: vec![
                package("a", vec![edge("c", &[], None), edge("d", &[], Some("x"))]),
                package("b", vec![edge("c", &[], None), edge("a", &[], None)]),
                package("c", vec![edge("e", &[], None)]),
                package("d", vec![edge("a", &["x"], None)]),
                package("e", vec![]),
            ],
            ..ProjectLock::default()
        }
    }

    fn shown(nodes: &[Node], depth: usize, out: &mut String) {
        for node in nodes {
            let star = if node.repeated { "*" } else { "" };
            let indent = "  ".repeat(depth);
            out.push_str(&[&indent, node.name.as_str(), star, "\n"].concat());
            shown(&node.children, depth + 1, out);
        }
    }

    #[test]
    fn the_tree_follows_extras_and_ends_on_cycles() {
        let mut out = String::new();
        shown(&tree(&sample(), None), 0, &mut out);
        assert_eq!(
            out,
            "a[x]\n  c\n    e\n  d\n    a[x]*\nb\n  a\n    c*\n  c*\n"
                .replace("b\n  a\n    c*\n  c*", "b\n  c*\n  a\n    c*")
        );
        let mut out = String::new();
        shown(&tree(&sample(), Some(0)), 0, &mut out);
        assert_eq!(out, "a[x]\nb\n");
    }

    #[test]
    fn reasons_are_the_shortest_chains() {
        let names = |name: &str| -> Vec<Vec<String>> {
            why(&sample(), name)
                .into_iter()
                .map(|reason| reason.into_iter().map(|(name, _)| name).collect())
                .collect()
        };
        assert_eq!(names("e"), [["a[x]", "c", "e"], ["b", "c", "e"]]);
        assert_eq!(names("d"), [["a[x]", "d"]]);
        assert!(names("z").is_empty());
    }
}
