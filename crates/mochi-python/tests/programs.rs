//! Programs in `tests/programs`: the Python they become, as snapshots, and what that prints under
//! real interpreters, beside each program in `NAME.out`.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod support;

use std::path::Path;

use mochi_fuzz::compile::file;
use mochi_fuzz::python::interpreters;

#[test]
fn programs_become_readable_python_and_print_what_they_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let mut sources: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "mochi")
        })
        .collect();
    sources.sort();
    assert!(!sources.is_empty());
    let interpreters = interpreters();
    for source in sources {
        let name = source.file_stem().unwrap().to_str().unwrap().to_string();
        let text = std::fs::read_to_string(&source).unwrap();
        let lowered = support::lowered(&name, &text);
        insta::assert_snapshot!(name.clone(), file(&lowered, &format!("{name}.py")));
        let output = support::written(&lowered);
        let expected = std::fs::read_to_string(source.with_extension("out")).unwrap();
        for python in &interpreters {
            let (stdout, stderr, _) =
                support::run(python, &output.path().join(format!("{name}.py")));
            assert_eq!(
                stdout,
                expected,
                "{name} under {}: {stderr}",
                python.display()
            );
        }
    }
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    let text = "let m = {b: 1, a: 2}\nprint(m)\nlet f = fun(x: int): int => x + 1\nprint(f(2))\n";
    let first = support::lowered("same", text).files;
    let second = support::lowered("same", text).files;
    assert_eq!(first, second);
}
