//! What commands that lock say when they are done.

use mochi_project::project::Locked;
use serde_json::{Value, json};

use crate::args::Global;
use crate::output;

/// Says what moved, one line for each distribution.
pub fn moved(global: &Global, locked: &Locked) {
    if global.quiet {
        return;
    }
    for (name, old, new) in &locked.moved {
        match (old, new) {
            (Some(old), Some(new)) => output::say(&format!("moved {name} {old} -> {new}")),
            (None, Some(new)) => output::say(&format!("added {name} {new}")),
            (Some(old), None) => output::say(&format!("removed {name} {old}")),
            (None, None) => {}
        }
    }
}

/// The same for other programs.
pub fn moved_json(locked: &Locked) -> Value {
    let moved: Vec<Value> = locked
        .moved
        .iter()
        .map(|(name, old, new)| json!({ "name": name, "old": old, "new": new }))
        .collect();
    json!({
        "changed": locked.changed,
        "distributions": locked.lock.packages.len(),
        "moved": moved,
    })
}
