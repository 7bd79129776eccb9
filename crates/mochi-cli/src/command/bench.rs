//! `mochi bench`: measures the bench blocks of files, one Python process for each file.
//!
//! Spec: language.md §13 (benchmarks).

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use mochi_project::driver::{BuildFailure, BuildOptions, Purpose, Script, build};
use serde_json::Value;

use super::run::start;
use crate::args::{BenchArguments, Global};
use crate::exit::Exit;
use crate::files;
use crate::output;
use crate::world::World;

/// Measures the benchmarks of all files.
pub fn execute(global: &Global, arguments: &BenchArguments) -> Exit {
    let world = World::new(global);
    let files = match files::meant(&*world.system, &arguments.paths) {
        Ok(files) => files,
        Err(sentence) => return output::failure(&sentence, Exit::Program),
    };
    let as_table = arguments.table || (!arguments.json && std::io::stdout().is_terminal());
    let mut worst = Exit::Success;
    let mut measured = 0;
    for (file, is_named) in &files {
        let lines = match bench(global, &world, (file, *is_named), arguments) {
            Ok(lines) => lines,
            Err(exit) => {
                if worst != Exit::Environment {
                    worst = exit;
                }
                continue;
            }
        };
        measured += lines.len();
        let failed = lines.iter().any(|line| line.get("error").is_some());
        if failed && worst == Exit::Success {
            worst = Exit::Program;
        }
        let shown = if as_table {
            table(file, &lines)
        } else {
            failures(&lines);
            figures(&lines)
        };
        let written = output::result(&shown);
        if written != Exit::Success {
            return written;
        }
    }
    if measured == 0 && worst == Exit::Success && !global.quiet {
        output::say("there are no benchmarks");
    }
    worst
}

/// Measures the benchmarks of a file: what was found out of each.
fn bench(
    global: &Global,
    world: &World,
    (file, is_named): (&Path, bool),
    arguments: &BenchArguments,
) -> Result<Vec<Value>, Exit> {
    let script = Script::open(&*world.system, file)
        .map_err(|sentence| output::failure(&sentence, Exit::Program))?;
    if !script.has_benches() && !is_named {
        return Ok(Vec::new());
    }
    let session = world
        .session_for(file, arguments.lock.mode())
        .map_err(|errors| output::project_errors(global, &errors))?;
    let options = BuildOptions {
        compiler: world.compiler(),
        purpose: Purpose::Bench,
    };
    let built = build(script, &world.system, &session, &options);
    world.talk.end();
    let executable = built.map_err(|failure| match *failure {
        BuildFailure::Refused(checked) => {
            output::diagnostics(global, &checked.diagnostics, &checked.sources);
            Exit::of(checked.class)
        }
        BuildFailure::Environment(error) => output::project_error(global, &error),
    })?;
    output::diagnostics(global, &executable.warnings, &executable.sources);
    let rounds = arguments.rounds.map(|rounds| rounds.to_string());
    let command = start(&executable)
        .argument(file)
        .argument(arguments.filter.as_deref().unwrap_or(""))
        .argument(arguments.warm_up.to_string())
        .argument(arguments.time.to_string())
        .argument(rounds.unwrap_or_default());
    let done = world.system.run(&command, &mut |_| {}).map_err(|error| {
        let python = executable.python.display();
        output::failure(
            &format!("cannot start {python}: {error}"),
            Exit::Environment,
        )
    })?;
    // What the blocks themselves write there; a reader that went away is no fault.
    let _ = std::io::stderr().write_all(&done.stderr);
    let text = done.stdout_text();
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    match done.code {
        Some(0) => Ok(lines),
        Some(130) => Err(Exit::Passed(130)),
        code => {
            let code = code.map_or("a signal".to_owned(), |code| format!("code {code}"));
            let file = file.display();
            let sentence = format!("{file}: the program ended the benchmarks with {code}");
            Err(output::failure(&sentence, Exit::Program))
        }
    }
}

/// One JSON object a line.
fn figures(lines: &[Value]) -> String {
    lines
        .iter()
        .filter(|line| line.get("error").is_none())
        .fold(String::new(), |mut out, line| {
            let _ = writeln!(out, "{line}");
            out
        })
}

/// Says which benchmarks failed.
fn failures(lines: &[Value]) {
    for line in lines {
        if let (Some(name), Some(error)) = (text(line, "name"), text(line, "error")) {
            output::say(&format!("bench {name} failed\n{}", error.trim_end()));
        }
    }
}

/// A heading and one line for each benchmark.
fn table(file: &Path, lines: &[Value]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let names = lines.iter().filter_map(|line| text(line, "name"));
    let width = names.map(|name| name.chars().count()).max().unwrap_or(0);
    let width = width.max("benchmark".len());
    let mut out = format!("{}\n", file.display());
    let _ = writeln!(
        out,
        "   {:width$}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  rounds",
        "benchmark", "mean", "± stddev", "median", "min", "memory"
    );
    for line in lines {
        let name = text(line, "name").unwrap_or_default();
        if let Some(error) = text(line, "error") {
            let _ = writeln!(out, "   {name:width$}  failed");
            for line in error.lines() {
                let _ = writeln!(out, "      {line}");
            }
            continue;
        }
        let time = |key: &str| duration(number(line, key));
        let rounds = number(line, "rounds");
        let batch = number(line, "runs_per_round");
        let times = if batch > 1.0 {
            format!("{rounds} × {batch}")
        } else {
            rounds.to_string()
        };
        let _ = writeln!(
            out,
            "   {name:width$}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}  {times}",
            time("duration_us"),
            time("stddev_us"),
            time("median_us"),
            time("min_us"),
            size(number(line, "memory_bytes")),
        );
    }
    out
}

fn text<'a>(line: &'a Value, key: &str) -> Option<&'a str> {
    line.get(key)?.as_str()
}

fn number(line: &Value, key: &str) -> f64 {
    line.get(key).and_then(Value::as_f64).unwrap_or(0.0)
}

/// A duration, given in microseconds, with three digits and its unit.
fn duration(micro: f64) -> String {
    match micro {
        _ if micro < 1.0 => format!("{:.0} ns", micro * 1000.0),
        _ if micro < 1000.0 => format!("{} µs", digits(micro)),
        _ if micro < 1_000_000.0 => format!("{} ms", digits(micro / 1000.0)),
        _ => format!("{} s", digits(micro / 1_000_000.0)),
    }
}

/// A number of bytes with its unit.
fn size(bytes: f64) -> String {
    match bytes {
        _ if bytes < 1024.0 => format!("{bytes:.0} B"),
        _ if bytes < 1024.0 * 1024.0 => format!("{} KiB", digits(bytes / 1024.0)),
        _ => format!("{} MiB", digits(bytes / 1024.0 / 1024.0)),
    }
}

fn digits(number: f64) -> String {
    match number {
        _ if number < 10.0 => format!("{number:.2}"),
        _ if number < 100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_units() {
        assert_eq!(duration(0.25), "250 ns");
        assert_eq!(duration(12.34), "12.3 µs");
        assert_eq!(duration(1_500.0), "1.50 ms");
        assert_eq!(duration(2_000_000.0), "2.00 s");
        assert_eq!(size(12.0), "12 B");
        assert_eq!(size(2048.0), "2.00 KiB");
        assert_eq!(size(300.0 * 1024.0 * 1024.0), "300 MiB");
    }
}
