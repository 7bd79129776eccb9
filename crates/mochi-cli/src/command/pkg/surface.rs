//! `mochi pkg surface`: what a package offers, by kind and by where its types come from, and all
//! that is degraded.

use std::fmt::Write as _;

use mochi_bridge::{KindCounts, ModuleReport};
use mochi_project::driver::{Surface, surface};
use mochi_project::{StubAnswer, StubOutcome};
use mochi_surface::{Skip, Tier};
use serde_json::{Value, json};

use crate::args::{Global, SurfaceArguments};
use crate::exit::Exit;
use crate::output;
use crate::world::World;

/// Reads the surface behind an import string and prints it.
pub fn execute(global: &Global, arguments: &SurfaceArguments) -> Exit {
    let world = World::new(global);
    let session = match world.session_for_import(&arguments.spec) {
        Ok(session) => session,
        Err(errors) => return output::project_errors(global, &errors),
    };
    let found = surface(&arguments.spec, &world.system, &session);
    world.talk.end();
    match found {
        Ok(surface) if arguments.json => output::result(&format!("{}\n", as_json(&surface))),
        Ok(surface) => output::result(&as_text(&surface)),
        Err(errors) => output::project_errors(global, &errors),
    }
}

/// Skips first and counts last: a terminal shows what was printed last.
fn as_text(surface: &Surface) -> String {
    let report = &surface.report;
    let mut out = String::new();
    for skip in &report.skips {
        out.push_str(&line(skip));
    }
    if !report.skips.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(out, "{}", title(surface));
    if let Some(answer) = &surface.stubs {
        let _ = writeln!(out, "{}", sentence(answer));
    }
    out.push('\n');
    let totals = report.totals();
    let mut rows = vec![header()];
    rows.extend(report.modules.iter().map(row));
    if report.modules.len() > 1 {
        let name = format!("{} modules", report.modules.len());
        rows.push(cells(&name, &tiers(surface), &totals));
    }
    out.push_str(&table(&rows));
    let _ = writeln!(
        out,
        "\n{} of {} items degraded, {} skips",
        report.degraded_items(),
        totals.items(),
        report.skips.len()
    );
    for (reason, count) in report.reasons() {
        let _ = writeln!(out, "{count:>7}  {reason}");
    }
    out
}

/// `module/__init__.pyi:12: module.name, return: no-annotation`.
fn line(skip: &Skip) -> String {
    let place = match &skip.place {
        Some(place) => format!("{}:{}: ", place.file, place.line),
        None => String::new(),
    };
    let part = match &*skip.part {
        "" => String::new(),
        part => format!(", {part}"),
    };
    format!("{place}{}{part}: {}\n", skip.item, skip.reason.code())
}

fn title(surface: &Surface) -> String {
    let module = &surface.imported.module;
    match &surface.imported.distribution {
        Some((name, version)) => format!("{name} {version}, module {module}"),
        None => format!("{module}, standard library"),
    }
}

fn sentence(answer: &StubAnswer) -> String {
    let stubs = &answer.stubs;
    match &answer.outcome {
        StubOutcome::Found(version) => {
            format!("It has no types of its own; {stubs} {version} has.")
        }
        StubOutcome::Missing => {
            format!("It has no types of its own, and the index has no {stubs}.")
        }
        StubOutcome::Dropped(reason) => {
            format!("It has no types of its own, and {stubs} cannot be used: {reason}")
        }
    }
}

/// Modules by tier, as `3 stubs, 1 untyped`; the tier alone where there is one.
fn tiers(surface: &Surface) -> String {
    let tiers = surface.report.tiers();
    if let [(tier, _)] = tiers.iter().collect::<Vec<_>>().as_slice() {
        return tier.word().to_owned();
    }
    let parts: Vec<String> = tiers
        .iter()
        .map(|(tier, count)| format!("{count} {}", tier.word()))
        .collect();
    parts.join(", ")
}

fn kinds(counts: &KindCounts) -> [(&'static str, usize); 8] {
    [
        ("functions", counts.functions),
        ("classes", counts.classes),
        ("methods", counts.methods),
        ("attributes", counts.attributes),
        ("values", counts.values),
        ("aliases", counts.aliases),
        ("modules", counts.modules),
        ("typing", counts.typing_only),
    ]
}

fn header() -> Vec<String> {
    let kinds = kinds(&KindCounts::default());
    let names = kinds.into_iter().map(|(name, _)| name);
    ["module", "types"]
        .into_iter()
        .chain(names)
        .map(str::to_owned)
        .collect()
}

fn row(module: &ModuleReport) -> Vec<String> {
    cells(module.name.as_str(), module.tier.word(), &module.counts)
}

fn cells(name: &str, types: &str, counts: &KindCounts) -> Vec<String> {
    let numbers = kinds(counts)
        .into_iter()
        .map(|(_, count)| count.to_string());
    [name.to_owned(), types.to_owned()]
        .into_iter()
        .chain(numbers)
        .collect()
}

/// Columns as wide as their widest cell; words to the left, numbers to the right.
fn table(rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..header().len())
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    for row in rows {
        let mut text = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if column > 0 {
                text.push_str("  ");
            }
            let _ = if column < 2 {
                write!(text, "{cell:<width$}")
            } else {
                write!(text, "{cell:>width$}")
            };
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

fn as_json(surface: &Surface) -> Value {
    let report = &surface.report;
    let (distribution, version) = surface.imported.distribution.clone().unzip();
    let modules: Vec<Value> = report
        .modules
        .iter()
        .map(|module| {
            json!({
                "name": module.name.as_str(),
                "types": module.tier.word(),
                "counts": counts(&module.counts),
            })
        })
        .collect();
    let tiers: serde_json::Map<String, Value> = report
        .tiers()
        .into_iter()
        .map(|(tier, count): (Tier, usize)| (tier.word().to_owned(), count.into()))
        .collect();
    let skips: Vec<Value> = report
        .skips
        .iter()
        .map(|skip| {
            json!({
                "item": &*skip.item,
                "part": &*skip.part,
                "reason": skip.reason.code(),
                "file": skip.place.as_ref().map(|place| &*place.file),
                "line": skip.place.as_ref().map(|place| place.line),
            })
        })
        .collect();
    json!({
        "distribution": distribution,
        "version": version,
        "module": surface.imported.module,
        "stubs": surface.stubs.as_ref().map(stubs),
        "modules": modules,
        "totals": counts(&report.totals()),
        "types": tiers,
        "degraded": report.degraded_items(),
        "reasons": report.reasons(),
        "skips": skips,
    })
}

fn counts(counts: &KindCounts) -> Value {
    let mut numbers: serde_json::Map<String, Value> = kinds(counts)
        .into_iter()
        .map(|(name, count)| (name.to_owned(), count.into()))
        .collect();
    numbers.insert("signatures".to_owned(), counts.signatures.into());
    Value::Object(numbers)
}

fn stubs(answer: &StubAnswer) -> Value {
    let (outcome, version, reason) = match &answer.outcome {
        StubOutcome::Found(version) => ("found", Some(version), None),
        StubOutcome::Missing => ("missing", None, None),
        StubOutcome::Dropped(reason) => ("dropped", None, Some(reason)),
    };
    json!({
        "distribution": answer.stubs,
        "outcome": outcome,
        "version": version,
        "reason": reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let counts = KindCounts {
            functions: 3,
            methods: 1234,
            ..KindCounts::default()
        };
        let rows = [header(), cells("a.long.name", "stubs", &counts)];
        let lines: Vec<String> = table(&rows).lines().map(str::to_owned).collect();
        let [head, row] = lines.as_slice() else {
            panic!("{lines:?}")
        };
        assert!(head.starts_with("module       types  functions  classes  methods"));
        assert!(row.starts_with("a.long.name  stubs          3        0     1234"));
        assert_eq!(head.len(), row.len());
    }
}
