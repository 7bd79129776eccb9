//! The invariants of ARCHITECTURE.md, by their numbers.

use std::fs;

use mochi_base::code;
use mochi_surface::SkipReason;

use crate::source::{self, has_word, lines, product, root};

/// Crates that neither do input or output nor know where it comes from.
const PURE: [&str; 8] = [
    "mochi-base",
    "mochi-syntax",
    "mochi-types",
    "mochi-check",
    "mochi-python",
    "mochi-surface",
    "mochi-bridge",
    "mochi-doc",
];

/// Crates that reach the world through the `System` trait only.
const THROUGH_SYSTEM: [&str; 2] = ["mochi-ingest", "mochi-project"];

/// What each crate may depend on within the workspace.
const ARROWS: &[(&str, &[&str])] = &[
    ("mochi-base", &[]),
    ("mochi-system", &["mochi-base"]),
    ("mochi-syntax", &["mochi-base"]),
    ("mochi-types", &["mochi-base"]),
    ("mochi-surface", &["mochi-base"]),
    (
        "mochi-check",
        &["mochi-base", "mochi-syntax", "mochi-types"],
    ),
    (
        "mochi-python",
        &["mochi-base", "mochi-syntax", "mochi-types", "mochi-check"],
    ),
    (
        "mochi-ingest",
        &["mochi-base", "mochi-system", "mochi-surface"],
    ),
    (
        "mochi-bridge",
        &[
            "mochi-base",
            "mochi-surface",
            "mochi-types",
            "mochi-check",
            "mochi-python",
        ],
    ),
    (
        "mochi-doc",
        &[
            "mochi-base",
            "mochi-surface",
            "mochi-types",
            "mochi-check",
            "mochi-bridge",
        ],
    ),
    (
        "mochi-project",
        &[
            "mochi-doc",
            "mochi-base",
            "mochi-system",
            "mochi-syntax",
            "mochi-types",
            "mochi-check",
            "mochi-python",
            "mochi-surface",
            "mochi-ingest",
            "mochi-bridge",
        ],
    ),
];

/// The lines of one table of a crate's `Cargo.toml`.
fn manifest_table(package: &str, table: &str) -> Vec<String> {
    let path = root().join("crates").join(package).join("Cargo.toml");
    let text = fs::read_to_string(path).unwrap();
    let head = format!("[{table}]");
    text.lines()
        .skip_while(|line| *line != head)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .map(str::to_owned)
        .collect()
}

fn dependencies(package: &str) -> Vec<String> {
    manifest_table(package, "dependencies")
        .iter()
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn arrows_between_crates() {
    for (package, allowed) in ARROWS {
        for name in dependencies(package) {
            let inside = name.starts_with("mochi-");
            assert!(
                !inside || allowed.contains(&name.as_str()),
                "{package} depends on {name}"
            );
        }
    }
    // The binary takes all that is product.
    for tool in ["mochi-bench", "mochi-fuzz", "mochi-test"] {
        assert!(
            !dependencies("mochi-cli").contains(&tool.to_owned()),
            "{tool}"
        );
    }
}

#[test]
fn only_ingest_names_ruff_and_ty() {
    for (package, _) in ARROWS.iter().filter(|(name, _)| *name != "mochi-ingest") {
        for name in dependencies(package) {
            assert!(
                !name.starts_with("ruff") && !name.starts_with("ty_"),
                "{package} depends on {name}"
            );
        }
    }
}

/// Invariant 0: the bridge knows no package by name.
#[test]
fn no_distribution_is_named() {
    let names = [
        "aiohttp",
        "boto3",
        "django",
        "fastapi",
        "flask",
        "httpx",
        "jinja2",
        "matplotlib",
        "numpy",
        "pandas",
        "pillow",
        "pydantic",
        "pyyaml",
        "requests",
        "scipy",
        "sklearn",
        "sqlalchemy",
        "starlette",
        "tensorflow",
        "tomlkit",
        "torch",
        "tqdm",
        "urllib3",
        "whenever",
    ];
    let found = lines(&product(), |_, line| {
        let line = line.to_lowercase();
        names.iter().any(|name| has_word(&line, name))
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Invariant 1: pure crates stay pure, the others ask the `System`.
#[test]
fn only_the_system_reaches_the_world() {
    let found = lines(&product(), |source, line| {
        let package = source.package();
        let watched = PURE.contains(&package) || THROUGH_SYSTEM.contains(&package);
        let modules = ["std::fs", "std::env", "std::process", "std::net"];
        let clocks = ["Instant::now", "SystemTime", "rand::"];
        watched
            && modules
                .iter()
                .chain(&clocks)
                .any(|word| line.contains(word))
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Invariant 2: only the binary talks.
#[test]
fn only_the_command_line_prints() {
    let found = lines(&product(), |source, line| {
        let macros = ["println!(", "print!(", "eprintln!(", "eprint!(", "dbg!("];
        source.package() != "mochi-cli" && macros.iter().any(|name| has_word(line, name))
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
    for (package, _) in ARROWS {
        for name in ["clap", "indicatif"] {
            assert!(
                !dependencies(package).contains(&name.to_owned()),
                "{package}: {name}"
            );
        }
    }
}

/// Invariant 3: uv is run from one module, interpreters are asked from another.
#[test]
fn uv_is_run_from_one_module() {
    let found = lines(&product(), |source, line| {
        let runs = ["src/uv/", "src/interpreter/"];
        source.package() == "mochi-project"
            && line.contains("Command::new(")
            && !runs.iter().any(|folder| source.path.contains(folder))
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Invariant 4: Python text comes from the printer, never from a format string.
#[test]
fn python_text_comes_from_the_printer() {
    let starts = [
        "\"def ",
        "\"async def ",
        "\"class ",
        "\"return ",
        "\"lambda ",
        "\"elif ",
        "\"except ",
        "\"raise ",
        "\"yield ",
        "\"from ",
        "\"import ",
        "\"@",
    ];
    let found = lines(&product(), |source, line| {
        let formats = ["format!(", "write!(", "writeln!("];
        let reads_python = source.package() == "mochi-ingest";
        !reads_python
            && !source.path.starts_with("crates/mochi-python/src/print")
            && formats.iter().any(|name| line.contains(name))
            && starts.iter().any(|start| line.contains(start))
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Invariant 5: the documentation of codes and skips has no orphans. That every code has a page is
/// seen by the compiler; that every page tells the truth is tested with the binary.
#[test]
fn every_page_belongs_to_a_code_or_skip() {
    let known = |folder: &str, name: &str| match folder {
        "codes" => code::all().any(|entry| entry.code.0 == name),
        _ => SkipReason::ALL.iter().any(|reason| reason.code() == name),
    };
    for folder in ["codes", "skips"] {
        for entry in fs::read_dir(root().join("docs").join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let name = name.strip_suffix(".md").unwrap();
            assert!(
                name == "README" || known(folder, name),
                "docs/{folder}/{name}.md"
            );
        }
    }
    for reason in SkipReason::ALL {
        assert!(
            code::skip_page(reason.code()).is_some(),
            "{}",
            reason.code()
        );
    }
}

/// Invariant 5, continued: every skip reason is the subject of a test.
#[test]
fn every_skip_reason_is_tested() {
    let sources = source::all();
    let tests: Vec<&str> = sources
        .iter()
        .filter(|source| source.path.ends_with(".rs") || source.path.starts_with("tests/"))
        .filter(|source| source.package() != "mochi-test" && source.package() != "mochi-surface")
        .map(|source| {
            if source.path.contains("/tests/") || source.path.starts_with("tests/") {
                source.text.as_str()
            } else {
                source
                    .text
                    .get(source.without_tests().len()..)
                    .unwrap_or("")
            }
        })
        .collect();
    let untested: Vec<&str> = SkipReason::ALL
        .iter()
        .filter(|reason| {
            let name = format!("{reason:?}");
            !tests
                .iter()
                .any(|text| has_word(text, &name) || text.contains(reason.code()))
        })
        .map(|reason| reason.code())
        .collect();
    assert!(untested.is_empty(), "{untested:?}");
}

/// Invariant 8: `unsafe` is forbidden, and the lints hold everywhere.
#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let lints = manifest_table(&name, "lints");
        assert!(lints.contains(&"workspace = true".to_owned()), "{name}");
    }
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("unsafe_code = \"forbid\""));
}
