//! Tests of the lock's text: one form, read back whole, compared by field.

use super::uv::Places;
use super::*;
use std::path::Path;

const UV: &str = r#"
version = 1
revision = 5
requires-python = ">=3.12"
resolution-markers = [
    "sys_platform == 'win32'",
    "sys_platform != 'win32'",
]

[[package]]
name = "zeta"
version = "2.0"
source = { registry = "https://index.example/simple" }
dependencies = [
    { name = "alpha", version = "1.0", source = { registry = "https://index.example/simple" }, marker = "sys_platform == 'win32'" },
]
sdist = { url = "https://files.example/zeta-2.0.tar.gz", hash = "sha256:59", size = 3, upload-time = "2026-01-01T00:00:00Z" }
wheels = [
    { url = "https://files.example/zeta-2.0-py3-none-any.whl", hash = "sha256:c6", size = 134521 },
    { url = "https://files.example/zeta-2.0-cp312-abi3-win32.whl", hash = "sha256:c7" },
]

[package.optional-dependencies]
fast = [
    { name = "loc" },
]

[[package]]
name = "alpha"
version = "1.0"
source = { registry = "https://index.example/simple" }
resolution-markers = ["sys_platform == 'win32'"]

[[package]]
name = "loc"
version = "0.3"
source = { editable = "/home/user/loc" }

[package.metadata]
requires-dist = [{ name = "zeta", specifier = ">=1" }]

[[package]]
name = "file"
version = "1"
source = { path = "../../../../../project/file-1-py3-none-any.whl" }
wheels = [
    { filename = "file-1-py3-none-any.whl", hash = "sha256:aa" },
]

[[package]]
name = "mochi-program"
version = "0"
source = { virtual = "." }
dependencies = [
    { name = "zeta", extra = ["fast"] },
    { name = "loc" },
    { name = "file" },
]

[package.metadata]
requires-dist = [
    { name = "loc", editable = "/home/user/loc" },
    { name = "zeta", extras = ["fast"], specifier = ">=1" },
]
"#;

fn places() -> Places<'static> {
    Places {
        project: Path::new("/home/user/project"),
        uv: Path::new("/home/user/.cache/mochi/locks/key"),
    }
}

fn sample() -> ProjectLock {
    let mut lock = ProjectLock::from_uv(UV, places()).unwrap();
    lock.requirements = vec!["zeta[fast]>=1".to_owned(), "loc".to_owned()];
    lock.packages[3].types = Some(LockTypes {
        source: "py.typed".to_owned(),
        distribution: None,
        stub_sha256: "11".to_owned(),
        surface_sha256: "22".to_owned(),
        surface_format: 1,
        unanswered: false,
    });
    lock
}

#[test]
fn the_text_is_sorted_and_holds_nothing_of_the_machine() {
    let text = write(&sample());
    assert!(!text.contains("/home"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn what_is_written_is_read_back() {
    let text = write(&sample());
    let read = parse(&text).unwrap();
    assert_eq!(write(&read), text);
    // The order of the lists makes no difference.
    let mut shuffled = sample();
    shuffled.packages.reverse();
    for package in &mut shuffled.packages {
        package.wheels.reverse();
        package.dependencies.reverse();
    }
    assert_eq!(write(&shuffled), text);
}

#[test]
fn what_only_types_need_is_pinned_and_no_part_of_what_runs() {
    let mut lock = sample();
    let package = |name: &str, needs: &[&str]| LockPackage {
        name: name.to_owned(),
        version: Some("1.0".to_owned()),
        source: (
            "registry".to_owned(),
            "https://index.example/simple".to_owned(),
        ),
        dependencies: needs
            .iter()
            .map(|name| LockEdge {
                name: (*name).to_owned(),
                ..LockEdge::default()
            })
            .collect(),
        ..LockPackage::default()
    };
    let before: Vec<String> = lock.libraries().into_iter().map(str::to_owned).collect();
    lock.packages
        .push(package("types-zeta", &["zeta", "only-types"]));
    lock.packages.push(package("only-types", &[]));
    lock.type_dependencies = package("", &["types-zeta"]).dependencies;
    let after: Vec<&str> = lock.libraries().into_iter().collect();
    assert_eq!(after, before);
    let text = write(&lock);
    assert!(text.contains("type-dependencies = [\n    { name = \"types-zeta\" },\n]\n"));
    assert_eq!(write(&parse(&text).unwrap()), text);
    // Versions are kept; what is installed to run has neither.
    assert!(lock.to_uv(places(), true).contains("\"only-types\""));
    let run = lock.to_uv(places(), false);
    assert!(
        !run.contains("types-zeta") && !run.contains("only-types"),
        "{run}"
    );
}

#[test]
fn what_uv_gets_says_the_same() {
    let lock = sample();
    let text = lock.to_uv(places(), false);
    let mut again = ProjectLock::from_uv(&text, places()).unwrap();
    again.requirements.clone_from(&lock.requirements);
    for (one, other) in again.packages.iter_mut().zip(&lock.packages) {
        one.types.clone_from(&other.types);
    }
    assert_eq!(write(&again), write(&lock), "{text}");
    let brief = lock.to_uv(places(), true);
    assert!(
        !brief.contains("hash") && brief.contains("version = \"2.0\""),
        "{brief}"
    );
}

#[test]
fn newer_damaged_and_half_merged_locks_are_refused() {
    assert_eq!(parse("version = 2\n"), Err(ReadError::Newer(2)));
    assert!(matches!(
        parse("python-package = 3\nversion = 1"),
        Err(ReadError::Damaged(..))
    ));
    assert!(matches!(parse("[[["), Err(ReadError::Damaged(_, Some(1)))));
    assert!(matches!(parse(""), Err(ReadError::Damaged(..))));
    let text = write(&sample());
    let merged = text.replace(
        "requires-python = \">=3.12\"\n",
        "<<<<<<< ours\nrequires-python = \">=3.12\"\n=======\nrequires-python = \">=3.13\"\n>>>>>>> theirs\n",
    );
    assert_eq!(parse(&merged), Err(ReadError::Conflict));
    assert_eq!(our_side(&merged), text);
}

#[test]
fn no_damage_makes_the_reader_fall_over() {
    let text = write(&sample());
    for (at, _) in text.char_indices() {
        let _ = parse(&text[..at]);
        let mut changed = text.clone();
        changed.replace_range(at..=at, "=");
        if let Ok(lock) = parse(&changed) {
            let _ = (lock.to_uv(places(), false), differences(&changed, &text));
        }
    }
}

#[test]
fn every_changed_field_is_named_with_both_values() {
    let text = write(&sample());
    let changes = [
        (
            "version = \"2.0\"\n",
            "version = \"2.1\"\n",
            "zeta",
            "version",
        ),
        (
            "sha256 = \"c6\"",
            "sha256 = \"c8\"",
            "zeta",
            "wheels: zeta-2.0-py3-none-any.whl: sha256",
        ),
        (
            "url = \"https://files.example/zeta-2.0-py3",
            "url = \"https://other.example/zeta-2.0-py3",
            "zeta",
            "wheels: zeta-2.0-py3-none-any.whl: url",
        ),
        (
            "marker = \"sys_platform == 'win32'\"",
            "marker = \"os_name == 'nt'\"",
            "zeta",
            "dependencies: alpha: marker",
        ),
        (
            "stub-sha256 = \"11\"",
            "stub-sha256 = \"12\"",
            "zeta",
            "stub-sha256",
        ),
        (
            "surface-format = 1\n",
            "surface-format = 1\nextra-line = 2\n",
            "zeta",
            "extra-line",
        ),
        (
            "requires-python = \">=3.12\"",
            "requires-python = \">=3.13\"",
            "",
            "requires-python",
        ),
        ("version = 1\n", "version = 1\n# added\n", "", "line 3"),
    ];
    assert_eq!(differences(&text, &text), []);
    for (from, to, package, field) in changes {
        let edited = text.replacen(from, to, 1);
        assert_ne!(edited, text, "{from}");
        let found = differences(&edited, &text);
        assert_eq!(found.len(), 1, "{field}: {found:?}");
        assert_eq!(
            (found[0].package.as_str(), found[0].field.as_str()),
            (package, field)
        );
        assert_ne!(found[0].old, found[0].new, "{field}");
    }
    let without = text
        .split("\n[[python-package]]\nname = \"zeta\"")
        .next()
        .unwrap();
    let found = differences(without, &text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].old.as_deref(), found[0].new.as_deref()),
        (None, Some("2.0"))
    );
}
