//! `mochi pkg tree` and `mochi pkg why`.

use std::fmt::Write as _;

use mochi_base::suggest;
use mochi_project::lock::ProjectLock;
use mochi_project::project::{self, LockMode, Node, current_lock};
use serde_json::{Value, json};

use super::open;
use crate::args::Global;
use crate::exit::Exit;
use crate::output;
use crate::project_args::{TreeArguments, WhyArguments};
use crate::world::World;

/// Prints what needs what.
pub fn execute(global: &Global, arguments: &TreeArguments) -> Exit {
    let lock = match lock(global, arguments.lock.mode()) {
        Ok(lock) => lock,
        Err(exit) => return exit,
    };
    let nodes = project::tree(&lock, arguments.depth);
    if arguments.json {
        let all: Vec<Value> = nodes.iter().map(node_json).collect();
        return output::result(&format!("{}\n", Value::Array(all)));
    }
    let mut out = String::new();
    for node in &nodes {
        let _ = writeln!(out, "{}", label(node));
        branches(&mut out, "", &node.children);
    }
    output::result(&out)
}

/// Prints the chains that lead to a distribution.
pub fn why(global: &Global, arguments: &WhyArguments) -> Exit {
    let lock = match lock(global, arguments.lock.mode()) {
        Ok(lock) => lock,
        Err(exit) => return exit,
    };
    let name = arguments.name.to_lowercase().replace(['_', '.'], "-");
    let reasons = project::why(&lock, &name);
    if reasons.is_empty() {
        let known = lock.packages.iter().map(|one| one.name.as_str());
        let hint = suggest::did_you_mean(&name, known)
            .map(|hint| format!("; {hint}"))
            .unwrap_or_default();
        return output::failure(&format!("`{name}` is not locked{hint}"), Exit::Program);
    }
    if arguments.json {
        let all: Vec<Value> = reasons
            .iter()
            .map(|reason| {
                reason
                    .iter()
                    .map(|(name, version)| json!({ "name": name, "version": version }))
                    .collect()
            })
            .collect();
        return output::result(&format!("{}\n", Value::Array(all)));
    }
    let mut out = String::new();
    for reason in reasons {
        let links: Vec<String> = reason
            .iter()
            .map(|(name, version)| match version {
                Some(version) => format!("{name} {version}"),
                None => name.clone(),
            })
            .collect();
        let _ = writeln!(out, "{}", links.join(" -> "));
    }
    output::result(&out)
}

fn lock(global: &Global, mode: LockMode) -> Result<ProjectLock, Exit> {
    let world = World::new(global);
    let (session, project) = open(global, &world, mode)?;
    let lock = current_lock(&session, &project);
    world.talk.end();
    lock.map_err(|errors| output::project_errors(global, &errors))
}

fn label(node: &Node) -> String {
    let mut text = node.name.clone();
    if let Some(version) = &node.version {
        let _ = write!(text, " {version}");
    }
    if let Some(marker) = &node.marker {
        let _ = write!(text, "  ({marker})");
    }
    if node.repeated {
        text.push_str("  (*)");
    }
    text
}

fn branches(out: &mut String, indent: &str, nodes: &[Node]) {
    for (index, node) in nodes.iter().enumerate() {
        let last = index + 1 == nodes.len();
        let (fork, rail) = if last {
            ("└── ", "    ")
        } else {
            ("├── ", "│   ")
        };
        let _ = writeln!(out, "{indent}{fork}{}", label(node));
        branches(out, &format!("{indent}{rail}"), &node.children);
    }
}

fn node_json(node: &Node) -> Value {
    json!({
        "name": node.name,
        "version": node.version,
        "marker": node.marker,
        "repeated": node.repeated,
        "dependencies": node.children.iter().map(node_json).collect::<Vec<_>>(),
    })
}
